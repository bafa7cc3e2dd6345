/** A build's progress as lines: `#4 [2/3] RUN …`. */
import { BuildState, Step, statusAmount } from './trace.ts';

/** After so long another step's output is shown (ms). */
const ANTI_FLICKER = 5000;
const MAX_DELAY = 10_000;
/** Progress of a status is shown again after so much of it, or after so long. */
const MIN_PART = 0.05;
const MIN_TIME = 5000;
const RECENT = 10;

export class PlainDisplay {
  private readonly state: BuildState;
  private readonly description: string;
  private current: string | undefined;
  private readonly lastShown = new Map<string, { current: number; timestamp: number }>();
  private first = true;
  private nextIndex = 0;

  constructor(state: BuildState, description: string) {
    this.state = state;
    this.description = description;
  }

  /** The lines for all news since the last call. */
  refresh(now: number): string {
    const { steps, updates } = this.state;
    const done: string[] = [];
    const rest = new Set<string>();
    for (const digest of updates) {
      const step = steps.get(digest);
      if (step === undefined || !step.started) continue;
      if (step.completed) done.push(digest);
      else rest.add(digest);
    }
    let out = '';
    const was = this.current;
    const finished = was !== undefined && done.includes(was);
    if (finished) out += this.show(was);
    done.sort((a, b) => (steps.get(a)?.latest?.stop ?? 0) - (steps.get(b)?.latest?.stop ?? 0));
    for (const digest of done) if (digest !== was) out += this.show(digest);
    if (rest.size === 0) {
      const step = was === undefined ? undefined : steps.get(was);
      if (step !== undefined && step.started && !step.completed) return out;
      for (const [digest, open] of steps) {
        if (open.started && !open.completed) return out + this.show(digest);
      }
      return out;
    }
    if (was !== undefined && rest.has(was)) out += this.show(was);
    return out + this.choose(rest, finished ? undefined : was, now);
  }

  /** Which of the open steps has its output shown. */
  private choose(rest: Set<string>, current: string | undefined, now: number): string {
    if (current !== undefined) rest.add(current);
    let best: string | undefined;
    let overdue: string | undefined;
    let sum = 0;
    const speeds = new Map<string, number>();
    for (const digest of rest) {
      const step = this.state.steps.get(digest);
      if (step === undefined) continue;
      const time = now - step.since;
      const speed = step.count / Math.max(time, 1);
      speeds.set(digest, speed);
      sum += speed;
      if (time > MAX_DELAY && digest !== current) overdue ??= digest;
      if (best === undefined || (speeds.get(best) ?? 0) < speed) best = digest;
    }
    if (current === undefined) return best === undefined ? '' : this.show(best);
    if (overdue !== undefined) return this.show(overdue);
    const share = sum === 0 ? 1 : (speeds.get(current) ?? 0) / sum;
    const step = this.state.steps.get(current);
    if (best !== undefined && best !== current && step !== undefined && ANTI_FLICKER / (1 - share) < now - step.since) {
      return this.show(best);
    }
    return '';
  }

  private show(digest: string): string {
    const step = this.state.steps.get(digest);
    if (step === undefined) return '';
    let out = '';
    if (step.index === 0) step.index = ++this.nextIndex;
    const tag = `#${step.index} `;
    if (digest !== this.current) {
      const old = this.current === undefined ? undefined : this.state.steps.get(this.current);
      if (old !== undefined) {
        if (old.partial) out += '\n';
        old.shown = 0;
        old.count = 0;
        out += `#${old.index} ...\n`;
      }
      if (!this.first) out += '\n';
      else if (this.description !== '') out += `#0 ${this.description}\n\n`;
      this.first = false;
      out += `${tag}${step.vertex.name}\n`;
    }
    const [statuses, open] = this.statuses(step, tag);
    out += statuses;
    for (; step.warningsShown < step.warnings.length; step.warningsShown++) {
      const warning = step.warnings[step.warningsShown];
      if (warning !== undefined) out += `${tag}WARN: ${warningText(warning)}\n`;
    }
    out += this.logs(step, tag);
    this.current = digest;
    if (step.completed && !open) {
      this.current = undefined;
      step.count = 0;
      if (step.partial) out += '\n';
      if (step.canceled) out += `${tag}CANCELED\n`;
      else if (step.failed) out += `${tag}ERROR: ${step.vertex.error ?? ''}\n`;
      else if (step.vertex.cached === true) out += `${tag}CACHED\n`;
      else out += `${tag}DONE ${step.seconds(0).toFixed(1)}s\n`;
    }
    this.state.updates.delete(digest);
    return out;
  }

  private statuses(step: Step, tag: string): [string, boolean] {
    let out = '';
    let open = false;
    for (const status of step.statuses) {
      if (!step.updated.has(status.id)) continue;
      const last = this.lastShown.get(status.id);
      if (last !== undefined && status.completed === undefined) {
        const part = (status.total ?? 0) > 0 ? ((status.current ?? 0) - last.current) / (status.total ?? 1) : 0;
        if (part < MIN_PART && status.timestamp - last.timestamp < MIN_TIME) continue;
      }
      this.lastShown.set(status.id, { current: status.current ?? 0, timestamp: status.timestamp });
      const amount = statusAmount(status);
      let text = status.id + (amount === '' ? '' : ` ${amount}`);
      if (status.started !== undefined) {
        const seconds = ((status.completed ?? status.timestamp) - status.started) / 1000;
        if (seconds > 0.01) text += ` ${seconds.toFixed(1)}s`;
      }
      if (status.completed !== undefined) text += ' done';
      else open = true;
      out += `${tag}${text}\n`;
    }
    step.updated.clear();
    return [out, open];
  }

  private logs(step: Step, tag: string): string {
    let out = '';
    step.logs.forEach((line, i) => {
      const last = i === step.logs.length - 1;
      out += i === 0 && step.shown > 0 ? line.slice(step.shown) : tag + line;
      if (!last || !step.partial) {
        out += '\n';
        step.recent.push(line);
        if (step.recent.length > RECENT) step.recent.shift();
      }
    });
    if (step.partial && step.logs.length > 0) {
      step.logs = step.logs.slice(-1);
      step.shown = step.logs[0]?.length ?? 0;
    } else {
      step.logs = [];
      step.shown = 0;
    }
    return out;
  }
}

/** A warning in one line. */
export function warningText(warning: { rule: string; message: string; line: number }): string {
  return `${warning.rule}: ${warning.message} (line ${warning.line})`;
}
