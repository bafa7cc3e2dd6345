/** Shows a build's progress while it streams in. */
import type { BuildTrace } from '../../api/build.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { rfc3339Nano } from '../format/time.ts';
import { PlainDisplay } from './plain.ts';
import { TerminalDisplay } from './terminal.ts';
import { BuildState, errorLogs } from './trace.ts';

export type ProgressMode = 'auto' | 'plain' | 'tty' | 'quiet' | 'rawjson';

/** At most one drawing in this time, and one after this time at the latest (ms). */
const LIMIT = 100;
const TICK = 150;

/** Reads `--progress`; throws buildx's error. */
export function progressMode(text: string): ProgressMode {
  if (text === 'none') return 'quiet';
  if (text === '' || text === 'auto') return 'auto';
  if (text === 'plain' || text === 'tty' || text === 'quiet' || text === 'rawjson') return text;
  throw new CliError(`ERROR: invalid progress mode ${text}`);
}

/** A message as BuildKit's own JSON: times written out, and nothing that only the page wants to know. */
function rawJson(trace: BuildTrace): string {
  const time = (ms: number | undefined): string | undefined =>
    ms === undefined
      ? undefined
      : rfc3339Nano(Math.floor(ms / 1000), Math.floor((ms % 1000) * 1e6)).replace(/\.?0+Z$/, 'Z');
  const { vertexes, statuses, logs, warnings } = trace;
  return JSON.stringify({
    vertexes: vertexes?.map(({ digest, inputs, name, started, completed, cached, error }) => ({
      digest,
      inputs: inputs.length === 0 ? undefined : inputs,
      name,
      started: time(started),
      completed: time(completed),
      cached: cached === true ? true : undefined,
      error,
    })),
    statuses: statuses?.map(({ id, vertex, name, total, current, timestamp, started, completed }) => ({
      id,
      vertex,
      name,
      total: total === 0 ? undefined : total,
      current: current ?? 0,
      timestamp: time(timestamp),
      started: time(started),
      completed: time(completed),
    })),
    logs: logs?.map(({ vertex, stream, data, timestamp }) => ({ vertex, stream, data, timestamp: time(timestamp) })),
    warnings: warnings?.map(({ vertex, rule, message, url }) => ({
      vertex,
      level: 1,
      short: btoa(String.fromCharCode(...new TextEncoder().encode(`${rule}: ${message}`))),
      url,
    })),
  });
}

export class ProgressView {
  readonly state = new BuildState();
  private readonly cli: Cli;
  private readonly mode: ProgressMode;
  private readonly plain: PlainDisplay | undefined;
  private readonly terminal: TerminalDisplay | undefined;
  private lastDrawn: number;
  private drawn = false;
  private writing: Promise<void> = Promise.resolve();
  private ended = false;
  private readonly past: boolean;

  /** `past`: the build is long over, and nothing is told of where it runs. */
  constructor(cli: Cli, mode: ProgressMode, { past = false }: { readonly past?: boolean } = {}) {
    this.cli = cli;
    this.past = past;
    this.mode = mode;
    this.lastDrawn = cli.now();
    if (mode === 'tty' && !cli.errIsTerminal) {
      throw new CliError('ERROR: failed to get console: provided file is not a console');
    }
    if (mode === 'tty' || (mode === 'auto' && cli.errIsTerminal)) {
      this.terminal = new TerminalDisplay(this.state, `docker:${cli.context}`);
    } else if (mode === 'plain' || mode === 'auto')
      this.plain = new PlainDisplay(
        this.state,
        past ? '' : `building with ${JSON.stringify(cli.context)} instance using docker driver`,
      );
    if (this.plain !== undefined || this.terminal !== undefined) void this.tick();
  }

  /** Draws what has changed without news: running times, and what the limit held back. */
  private async tick(): Promise<void> {
    for (;;) {
      await this.cli.sys.sleep(Math.max(1, this.lastDrawn + TICK - this.cli.now()));
      if (this.ended) return;
      if (this.cli.now() - this.lastDrawn >= TICK) this.draw(false);
    }
  }

  private write(text: string): void {
    if (text !== '') this.writing = this.writing.then(() => this.cli.err(text));
  }

  private draw(last: boolean): void {
    const now = this.cli.now();
    this.lastDrawn = now;
    if (this.plain !== undefined) this.write(this.plain.refresh(now));
    if (this.terminal !== undefined && (last || this.state.steps.size > 0)) {
      const { columns, rows } = this.cli.sys.windowSize(2);
      this.write(this.terminal.frame(now, columns || 80, rows || 10, last));
    }
  }

  /** Takes one message of the stream. */
  async update(trace: BuildTrace): Promise<void> {
    const now = this.cli.now();
    if (this.mode === 'rawjson') this.write(`${rawJson(trace)}\n`);
    this.state.update(trace, now);
    if (!this.drawn || now - this.lastDrawn >= LIMIT) {
      this.drawn = true;
      this.draw(false);
    }
    await this.writing;
  }

  /** Draws the end, the output of what failed, and the warnings. */
  async finish(): Promise<void> {
    this.ended = true;
    this.draw(true);
    if (this.plain !== undefined || this.terminal !== undefined) {
      this.write(errorLogs(this.state));
      if (!this.past) this.write(this.warnings());
    }
    await this.writing;
  }

  private warnings(): string {
    const { warnings } = this.state;
    if (warnings.length === 0) return '';
    const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
    const lines = warnings.map(({ rule, message, line }) => ` - ${rule}: ${message} (line ${line})\n`).join('');
    return `\n \x1b[33m${count} found (use docker --debug to expand):\n\x1b[0m${lines}`;
  }
}
