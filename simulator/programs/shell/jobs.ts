/** Job control: what runs in the background or stopped, and the messages about it. */
import { signalNumber, SIGNALS } from '../../kernel/signals.ts';
import type { Command } from './ast.ts';
import type { ChildState, Shell } from './shell.ts';

export interface Job {
  readonly id: number;
  readonly pids: readonly number[];
  /** Process group; the last pid without job control. */
  readonly group: number;
  readonly cmd: Command;
  readonly states: Map<number, ChildState>;
  background: boolean;
  /** The state the user was told last. */
  told: string;
}

/** The state of a job in words: Running, Stopped, Done, Exit 3, Terminated … */
export function stateOf(sh: Shell, job: Job): string {
  const states = job.pids.map((pid) => job.states.get(pid));
  if (states.some((s) => s && 'stopped' in s)) {
    const stopped = states.find((s) => s && 'stopped' in s)! as { stopped: keyof typeof SIGNALS };
    return stopped.stopped === 'SIGTSTP' ? 'Stopped' : SIGNALS[stopped.stopped][2];
  }
  if (states.some((s) => s === undefined || 'continued' in s)) return 'Running';
  const last = states.at(-1)!;
  if ('signal' in last) return `${SIGNALS[last.signal][2]}${last.core ? ' (core dumped)' : ''}`;
  const code = 'code' in last ? last.code : 0;
  return code === 0 ? 'Done' : sh.flavour === 'bash' ? `Exit ${code}` : `Done(${code})`;
}
const over = (state: string): boolean => state !== 'Running' && !state.startsWith('Stopped');

export class Jobs {
  readonly list: Job[] = [];
  private readonly sh: Shell;
  /** Ids, the current job last. */
  private order: number[] = [];
  private started: Job[] = [];
  /** Running jobs that the last command sent a signal to. */
  readonly killed = new Set<Job>();

  constructor(sh: Shell) {
    this.sh = sh;
  }

  add(pids: readonly number[], cmd: Command, group: number, background: boolean): Job {
    const id = this.list.reduce((max, j) => Math.max(max, j.id), 0) + 1;
    const job: Job = { id, pids, group, cmd, states: new Map(), background, told: 'Running' };
    this.list.push(job);
    this.list.sort((a, b) => a.id - b.id);
    this.order.push(id);
    if (background) this.started.push(job);
    return job;
  }
  update(pid: number, state: NonNullable<ChildState>): void {
    for (const job of this.list)
      if (job.pids.includes(pid)) job.states.set(pid, 'continued' in state ? undefined : state);
  }
  remove(job: Job): void {
    this.killed.delete(job);
    const at = this.list.indexOf(job);
    if (at >= 0) this.list.splice(at, 1);
    this.order = this.order.filter((id) => id !== job.id);
    for (const pid of job.pids) this.sh.children.delete(pid);
  }
  /** `+` for the current job, `-` for the one before, else a blank. */
  mark(job: Job): string {
    return job.id === this.order.at(-1) ? '+' : job.id === this.order.at(-2) ? '-' : ' ';
  }
  /** All jobs, as `jobs` lists them: by number, or (dash, ash) the current one first. */
  listed(): Job[] {
    if (this.sh.flavour === 'bash') return [...this.list];
    return [...this.order].reverse().flatMap((id) => this.list.filter((j) => j.id === id));
  }
  makeCurrent(job: Job): void {
    this.order = [...this.order.filter((id) => id !== job.id), job.id];
  }

  /** The job a spec names: `%1`, `%+`, `%-`, `%name`, a pid. */
  async find(spec: string): Promise<Job | undefined> {
    if (/^\d+$/.test(spec)) return this.list.find((j) => j.pids.includes(Number(spec)));
    const s = spec.replace(/^%/, '');
    const byId = (id: number | undefined) => this.list.find((j) => j.id === id);
    if (s === '' || s === '+' || s === '%') return byId(this.order.at(-1));
    if (s === '-') return byId(this.order.at(-2) ?? this.order.at(-1));
    if (/^\d+$/.test(s)) return byId(Number(s));
    for (const job of [...this.list].reverse()) {
      const text = await this.text(job);
      if (s.startsWith('?') ? text.includes(s.slice(1)) : text.startsWith(s)) return job;
    }
    return undefined;
  }

  async text(job: Job): Promise<string> {
    const { printCommand } = await this.sh.load('print', () => import('./print.ts'));
    return printCommand(job.cmd, true);
  }
  async line(job: Job, long = false): Promise<string> {
    const state = stateOf(this.sh, job);
    const { flavour } = this.sh;
    // dash and ash know the text of a job only under job control.
    const text = flavour === 'bash' || this.sh.options.monitor ? await this.text(job) : '';
    const tail = state === 'Running' && job.background && flavour === 'bash' ? ' &' : '';
    const mark = this.mark(job);
    const head =
      flavour === 'dash' ? `[${job.id}] ${mark} ` : `[${job.id}]${mark} ${flavour === 'bash' && long ? '' : ' '}`;
    const pid = long ? `${job.pids[0]} ` : '';
    const width = flavour === 'bash' ? 24 : 27;
    return `${head}${pid}${state.padEnd(width)}${text}${tail}\n`;
  }

  /** Tells of jobs just started: `[1] 123`. */
  async announce(): Promise<void> {
    const started = this.started.splice(0);
    if (!this.sh.interactive || this.sh.flavour !== 'bash') return;
    for (const job of started) await this.sh.write(2, `[${job.id}] ${job.pids.at(-1)}\n`);
  }

  /** A foreground job's processes have stopped or ended. */
  async ended(pids: readonly number[], cmd: Command, group: number): Promise<void> {
    const { sh } = this;
    sh.takeTerminal();
    const stopped = pids.map((pid) => sh.children.get(pid)).some((s) => s && 'stopped' in s);
    if (!stopped) return;
    const job = this.list.find((j) => j.pids.includes(pids[0]!)) ?? this.add(pids, cmd, group, false);
    for (const pid of pids) job.states.set(pid, sh.children.get(pid));
    job.background = false;
    job.told = 'Stopped';
    this.makeCurrent(job);
    await sh.write(2, `${sh.flavour === 'bash' ? '\n' : ''}${await this.line(job)}`);
  }

  /** Tells of jobs that changed, and forgets those that ended. */
  async notify(): Promise<void> {
    await this.sh.poll();
    for (const job of [...this.list]) {
      const state = stateOf(this.sh, job);
      if (state === job.told) continue;
      // What `kill` has just ended is not yet known to have ended: it is told of at the next prompt.
      if (this.killed.delete(job)) continue;
      job.told = state;
      if (this.sh.interactive) await this.sh.write(2, await this.line(job));
      if (over(state)) this.remove(job);
    }
  }
  /** Forgets jobs that ended, without a word (non-interactive shells, `wait`). */
  forget(): void {
    for (const job of [...this.list]) if (over(stateOf(this.sh, job))) this.remove(job);
  }
}

/** What a shell says of a foreground program that a signal ended. */
export async function reportSignal(
  sh: Shell,
  state: { signal: keyof typeof SIGNALS; core?: boolean },
  pid: number,
  cmd: Command,
): Promise<void> {
  const { signal } = state;
  if (signal === 'SIGINT') {
    // With job control only the job got the signal; the shell acts as if it had got it too.
    if (sh.interactive && sh.traps.get('INT')) {
      if (sh.flavour === 'bash') await sh.write(2, '\n');
      sh.pending.push('SIGINT');
    } else if (sh.interactive) sh.interrupted = true;
    return;
  }
  if (signal === 'SIGPIPE') return;
  const text = `${SIGNALS[signal][2]}${state.core ? ' (core dumped)' : ''}`;
  if (sh.flavour !== 'bash' || sh.interactive || signal === 'SIGTERM') {
    await sh.write(2, `${text}\n`);
    return;
  }
  const { printCommand } = await sh.load('print', () => import('./print.ts'));
  await sh.complain(`${String(pid).padStart(5)} ${text.padEnd(23)} ${printCommand(cmd, true)}`);
  void signalNumber;
}
