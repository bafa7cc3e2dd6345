/** Progress messages of pull, push, load and import: a line each, on a terminal redrawn in place. */
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { humanSize } from './units.ts';

export interface ProgressMessage {
  id?: string;
  status?: string;
  stream?: string;
  progressDetail?: { current?: number; total?: number; start?: number; hidecounts?: boolean; units?: string };
  errorDetail?: { code?: number; message?: string };
  error?: string;
  aux?: unknown;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  const rest = `${minutes % 60}m${seconds % 60}s`;
  return minutes < 60 ? rest : `${Math.trunc(minutes / 60)}h${rest}`;
}

/** The bar and the numbers behind a status. */
export function progressText(
  detail: NonNullable<ProgressMessage['progressDetail']>,
  width: number,
  now: number,
): string {
  const { current = 0, total = 0, start = 0, units = '' } = detail;
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return units === '' ? humanSize(current).padStart(8) : `${current} ${units}`;
  const percent = Math.min(Math.trunc(Math.trunc((current / total) * 100) / 2), 50);
  const bar = width > 110 ? `[${'='.repeat(percent)}>${' '.repeat(50 - percent)}] ` : '';
  let numbers = '';
  if (detail.hidecounts !== true) {
    if (units === '') {
      const done = humanSize(current).padStart(8);
      numbers = current > total ? done : `${done}/${humanSize(total)}`;
    } else numbers = current > total ? `${current} ${units}` : `${current}/${total} ${units}`;
  }
  let left = '';
  if (width > 50 && current > 0 && start > 0 && percent < 50) {
    left = ` ${duration(((now - start * 1000) / current) * (total - current))}`;
  }
  return bar + numbers + left;
}

/** Prints a stream of messages; `aux` gets those that carry data. Throws the error a message tells of. */
export async function showProgress(
  cli: Cli,
  messages: AsyncIterable<ProgressMessage>,
  to: 'stdout' | 'stderr' | 'nowhere',
  aux?: (data: unknown) => void,
): Promise<void> {
  const terminal = to === 'stdout' ? cli.outIsTerminal : to === 'stderr' && cli.errIsTerminal;
  const width = terminal ? cli.sys.windowSize(to === 'stdout' ? 1 : 2).columns : 200;
  const write = async (text: string): Promise<void> => {
    if (to === 'stdout') await cli.out(text);
    else if (to === 'stderr') await cli.err(text);
  };
  let lines = new Map<string, number>();
  for await (const message of messages) {
    if (message.aux !== undefined && message.aux !== null) {
      aux?.(message.aux);
      continue;
    }
    const id = message.id ?? '';
    const tracked = id !== '' && message.progressDetail !== undefined;
    let text = '';
    let up = 0;
    if (tracked) {
      if (!lines.has(id)) {
        lines.set(id, lines.size);
        if (terminal) text += '\n';
      }
      up = lines.size - (lines.get(id) ?? 0);
      if (terminal && up > 0) text += `\x1b[${up}A`;
    } else lines = new Map();
    const failed = message.errorDetail?.message ?? message.error;
    if (failed === undefined) text += line(message, terminal, width, cli.now());
    if (id !== '' && terminal && up > 0) text += `\x1b[${up}B`;
    if (text !== '') await write(text);
    if (failed !== undefined) throw new CliError(failed);
  }
}

function line(message: ProgressMessage, terminal: boolean, width: number, now: number): string {
  const { id = '', status = '', stream = '', progressDetail } = message;
  let end = '';
  let text = '';
  if (terminal && stream === '' && progressDetail !== undefined) {
    end = '\r';
    text += '\x1b[2K\r';
  } else if (progressDetail !== undefined && ((progressDetail.current ?? 0) > 0 || (progressDetail.total ?? 0) > 0)) {
    // Counting makes no sense where lines cannot be redrawn.
    return '';
  }
  if (id !== '') text += `${id}: `;
  if (progressDetail !== undefined && terminal)
    return `${text}${status} ${progressText(progressDetail, width, now)}${end}`;
  if (stream !== '') return text + stream + end;
  return `${text}${status}${end}\n`;
}
