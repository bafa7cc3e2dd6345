/** What is known of a build's steps while its progress comes in. */
import type { BuildTrace, BuildStatus, BuildVertex, BuildWarning } from '../../api/build.ts';

export interface Interval {
  readonly start: number;
  readonly stop: number | undefined;
}

/** One step with all that was told of it. */
export class Step {
  vertex: BuildVertex;
  /** Its number in plain output, given when it is first shown; 0 before. */
  index = 0;
  readonly statuses: BuildStatus[] = [];
  readonly updated = new Set<string>();
  readonly warnings: BuildWarning[] = [];
  warningsShown = 0;
  /** Lines of output not shown yet, each with its seconds before it. */
  logs: string[] = [];
  /** The last line has no end yet. */
  partial = false;
  /** How much of the unfinished line was shown. */
  shown = 0;
  /** The last lines shown, for the report of an error. */
  readonly recent: string[] = [];
  /** What a terminal shows of the output. */
  readonly screen: string[] = [];
  count = 0;
  since = 0;
  private readonly intervals = new Map<number, Interval>();

  constructor(vertex: BuildVertex) {
    this.vertex = vertex;
  }

  setInterval(start: number, stop: number | undefined): void {
    this.intervals.set(start, { start, stop });
  }

  /** Times during which it worked, overlapping ones put together. */
  get merged(): readonly Interval[] {
    const sorted = [...this.intervals.values()].sort((a, b) => a.start - b.start);
    const out: Interval[] = [];
    for (const next of sorted) {
      const last = out.at(-1);
      if (last === undefined || (last.stop !== undefined && last.stop < next.start)) {
        out.push(next);
        continue;
      }
      if (last.stop === undefined) break;
      out[out.length - 1] = {
        start: last.start,
        stop: next.stop === undefined ? undefined : Math.max(last.stop, next.stop),
      };
    }
    return out;
  }
  get latest(): Interval | undefined {
    return this.merged.at(-1);
  }
  get started(): boolean {
    return this.intervals.size > 0;
  }
  get completed(): boolean {
    const latest = this.latest;
    return latest !== undefined && latest.stop !== undefined;
  }
  get canceled(): boolean {
    return this.vertex.error?.endsWith('context canceled') ?? false;
  }
  get failed(): boolean {
    return (this.vertex.error ?? '') !== '' && !this.canceled;
  }
  /** Seconds it has worked. */
  seconds(now: number): number {
    return this.merged.reduce((sum, { start, stop }) => sum + ((stop ?? now) - start), 0) / 1000;
  }
  touch(now: number): void {
    if (this.count === 0) this.since = now;
    this.count++;
  }
}

/** Everything told so far. */
export class BuildState {
  readonly steps = new Map<string, Step>();
  /** Steps in the order in which they started. */
  readonly order: Step[] = [];
  /** Digests of steps with news. */
  readonly updates = new Set<string>();
  readonly warnings: BuildWarning[] = [];
  startTime: number | undefined;

  update(trace: BuildTrace, now: number): void {
    for (const vertex of trace.vertexes ?? []) this.vertex(vertex, now);
    for (const status of trace.statuses ?? []) this.status(status, now);
    for (const warning of trace.warnings ?? []) {
      this.warnings.push(warning);
      const step = this.steps.get(warning.vertex);
      if (step === undefined) continue;
      step.warnings.push(warning);
      step.touch(now);
    }
    for (const log of trace.logs ?? []) {
      const bytes = Uint8Array.from(atob(log.data), (char) => char.charCodeAt(0));
      this.log(log.vertex, new TextDecoder().decode(bytes), log.timestamp, now);
    }
  }

  private vertex(vertex: BuildVertex, now: number): void {
    this.startTime ??= vertex.started;
    let step = this.steps.get(vertex.digest);
    const before = step?.vertex;
    if (step === undefined) {
      step = new Step(vertex);
      this.steps.set(vertex.digest, step);
    }
    const wasStarted = step.started;
    if (vertex.started !== undefined) {
      const changed =
        before?.started !== vertex.started ||
        before.completed !== vertex.completed ||
        before.cached !== vertex.cached ||
        before.error !== vertex.error ||
        before.name !== vertex.name;
      if (changed) {
        step.touch(now);
        this.updates.add(vertex.digest);
      }
      if (!wasStarted) this.order.push(step);
      step.setInterval(vertex.started, vertex.completed);
    }
    if (!wasStarted || vertex.started !== undefined) step.vertex = vertex;
  }

  private status(status: BuildStatus, now: number): void {
    const step = this.steps.get(status.vertex);
    if (step === undefined) return;
    const known = step.statuses.findIndex(({ id }) => id === status.id);
    if (known >= 0) step.statuses[known] = status;
    else if (status.started !== undefined) step.statuses.push(status);
    step.updated.add(status.id);
    this.updates.add(status.vertex);
    step.touch(now);
  }

  private log(digest: string, text: string, timestamp: number, now: number): void {
    const step = this.steps.get(digest);
    if (step === undefined) return;
    drawLog(step.screen, text);
    const seconds = (timestamp - (step.latest?.start ?? timestamp)) / 1000;
    const prefix = seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
    const lines = text.split('\n');
    const rest = lines.pop() ?? '';
    const add = (line: string): void => {
      if (step.partial && step.logs.length > 0) step.logs[step.logs.length - 1] += line;
      else step.logs.push(`${prefix} ${line}`);
      step.partial = false;
    };
    for (const line of lines) add(line);
    if (rest !== '') {
      add(rest);
      step.partial = true;
    }
    this.updates.add(digest);
    step.touch(now);
  }

  get completed(): number {
    return [...this.steps.values()].filter((step) => step.completed).length;
  }
}

/** Lines of a small screen: carriage returns write over, line feeds go on. */
function drawLog(screen: string[], text: string): void {
  if (screen.length === 0) screen.push('');
  for (const part of text.split(/(\n|\r)/)) {
    if (part === '\n') screen.push('');
    else if (part === '\r') screen[screen.length - 1] = '';
    else screen[screen.length - 1] += part;
  }
  if (screen.length > 40) screen.splice(0, screen.length - 40);
}

/** Bytes as a step's status shows them: two decimals from kB on. */
export function statusSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}B`;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(2)}${units[unit] ?? ''}`;
}

/** `1.23MB / 4.56MB`, or what is known of it. */
export function statusAmount(status: BuildStatus): string {
  const { current = 0, total = 0 } = status;
  if (total !== 0) return `${statusSize(current)} / ${statusSize(total)}`;
  return current === 0 ? '' : statusSize(current);
}

/** What failed, with the last lines of its output. */
export function errorLogs(state: BuildState): string {
  return state.order
    .filter((step) => step.failed)
    .map((step) => {
      const lines = [...step.recent, ...step.logs].map((line) => `${line}\n`).join('');
      return `------\n > ${step.vertex.name}:\n${lines}------\n`;
    })
    .join('');
}
