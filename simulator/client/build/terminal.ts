/** A build's progress on a terminal: one frame, drawn over the last one. */
import { BuildState, Step, statusAmount } from './trace.ts';
import { warningText } from './plain.ts';

const UP = '\x1b[1A';
const HOME = '\x1b[0G';
const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';
const RESET = '\x1b[0m';
const BLUE = '\x1b[34m';
const YELLOW = '\x1b[33m';
const RED = '\x1b[31m';
const FAINT = '\x1b[2m';
/** Lines of a running step's output that are shown. */
const LOG_LINES = 6;

interface Line {
  readonly name: string;
  readonly amount: string;
  readonly seconds: number;
  readonly completed: boolean;
  readonly colour: string;
  /** The step whose output may follow. */
  readonly step?: Step;
}

/** Left text, then right text at the end of `width` columns. */
function align(left: string, right: string, width: number): string {
  return `${left.padEnd(width - right.length - 1)} ${right}`;
}

export class TerminalDisplay {
  private readonly state: BuildState;
  private readonly description: string;
  private drawn = 0;
  private repeated = false;

  constructor(state: BuildState, description: string) {
    this.state = state;
    this.description = description;
  }

  /** The frame for the state now; `last` draws all steps and FINISHED. */
  frame(now: number, width: number, height: number, last: boolean): string {
    const { steps } = this.state;
    const total = steps.size;
    const completed = this.state.completed;
    let lines = this.lines(now);
    const logs = this.chooseLogs(lines, height);
    if (!last) lines = fitHeight(lines, height - 2 - [...logs].reduce((sum, step) => sum + usedLines(step), 0));
    let out = UP.repeat(this.drawn + (this.repeated ? 1 : 0)) + HOME + HIDE;
    if (!this.repeated) out = HOME + HIDE;
    this.repeated = true;
    const state = completed > 0 && completed === total && last ? 'FINISHED' : '';
    const elapsed = this.state.startTime === undefined ? 0 : (now - this.state.startTime) / 1000;
    const head = `[+] Building ${elapsed.toFixed(1)}s (${completed}/${total}) ${state}`;
    out += `${align(head, this.description, width - 1).slice(0, width)}\n`;
    let count = 0;
    for (const line of lines) {
      const text = this.line(line, width);
      if (text === undefined) continue;
      out += text;
      count++;
      if (line.step === undefined || !logs.has(line.step)) continue;
      for (const log of line.step.screen.slice(-LOG_LINES)) {
        if (log.trim() === '') continue;
        out += `${FAINT} => => # ${log.slice(0, width - 10).padEnd(width - 10)}\n${RESET}`;
        count++;
      }
    }
    const gone = this.drawn - count;
    if (gone > 0) out += `${' '.repeat(width)}\n`.repeat(gone) + `\x1b[${gone}A${HOME}`;
    this.drawn = count;
    return out + SHOW;
  }

  private lines(now: number): Line[] {
    return this.state.order.flatMap((step) => {
      const { vertex } = step;
      let name = vertex.name.replace(/\t/g, ' ');
      let colour = BLUE;
      if (step.canceled) {
        name = `CANCELED ${name}`;
        colour = YELLOW;
      } else if (step.failed) {
        name = `ERROR ${name}`;
        colour = RED;
      }
      if (vertex.cached === true) name = `CACHED ${name}`;
      const lines: Line[] = [{ name, amount: '', seconds: step.seconds(now), completed: step.completed, colour, step }];
      for (const status of step.statuses) {
        const start = status.started ?? status.timestamp;
        lines.push({
          name: `=> ${status.id}`,
          amount: statusAmount(status),
          seconds: ((status.completed ?? now) - start) / 1000,
          completed: status.completed !== undefined,
          colour: BLUE,
        });
      }
      for (const warning of step.warnings) {
        lines.push({
          name: `WARN: ${warningText(warning)}`,
          amount: '',
          seconds: step.seconds(now),
          completed: false,
          colour: YELLOW,
        });
      }
      return lines;
    });
  }

  private line(line: Line, width: number): string | undefined {
    const seconds = line.seconds < 0.05 ? 0 : line.seconds;
    const timer = ` ${seconds.toFixed(1)}s\n`;
    let left = width - ' => '.length - timer.length - 1;
    let amount = '';
    if (line.amount !== '' && left + line.amount.length > 20) {
      amount = ` ${line.amount}`;
      left -= amount.length;
    }
    if (left < 12) return undefined;
    const text = align(` => ${line.name.slice(0, left)}${amount}`, timer, width);
    return line.completed ? line.colour + text + RESET : text;
  }

  /** The running steps whose output is shown, where there is room. */
  private chooseLogs(lines: readonly Line[], height: number): Set<Step> {
    const open = lines.filter((line) => !line.completed);
    const candidates = open.flatMap(({ step }) => (step !== undefined && step.screen.length > 0 ? [step] : []));
    let free = height - 2 - open.length;
    const chosen = new Set<Step>();
    for (const step of candidates) {
      if (free <= LOG_LINES + 3) break;
      chosen.add(step);
      free -= LOG_LINES + 3;
    }
    return chosen;
  }
}

function usedLines(step: Step): number {
  return step.screen.slice(-LOG_LINES).filter((line) => line.trim() !== '').length;
}

/** The last lines that fit; running ones that would be cut off take the place of finished ones. */
function fitHeight(lines: Line[], limit: number): Line[] {
  if (limit < 0) return [];
  if (lines.length <= limit) return lines;
  const kept = lines.slice(lines.length - limit);
  const hidden = lines.slice(0, lines.length - limit).filter((line) => !line.completed);
  let missing = hidden.length;
  if (missing === 0) return kept;
  const rest = kept.filter((line) => {
    const keep = !line.completed || missing <= 0;
    missing--;
    return keep;
  });
  return [...hidden.slice(hidden.length - (kept.length - rest.length)), ...rest];
}
