/**
 * The virtual clock, and the driver that moves it.
 *
 * Programs are async functions, so between two macrotasks of the host everything that can run does run. The driver waits
 * for such a drained point and then makes exactly one thing happen: the oldest piece of external work (code that had to
 * be loaded) is delivered, or, when there is none, the next timer fires. What happens therefore never depends on how
 * long the host took for anything.
 */
import type { Clock, Pace } from './kernel.ts';

/** What the driver needs from the world outside. */
export interface HostLoop {
  turn(): Promise<void>;
  rest(ms: number): { readonly done: Promise<void>; readonly wake: () => void };
  time(): number;
}

interface Timer {
  readonly due: number;
  readonly seq: number;
  callback: (() => void) | undefined;
}

/** How a `run` ended: its condition held, or nothing is left that could make it hold, or it got too late. */
export type RunEnd = 'met' | 'idle' | 'late';

interface Goal {
  readonly until: () => boolean;
  /** Latest virtual time. */
  readonly limit: number;
  readonly resolve: (end: RunEnd) => void;
  readonly reject: (error: unknown) => void;
}

interface External {
  settled: boolean;
  deliver: () => void;
  readonly done: Promise<void>;
}

/** Turns, then rests of so many ms, that the driver gives host work nobody announced, before it goes on without it. */
const PATIENT_TURNS = 64;
const PATIENT_RESTS = 250;
const PATIENT_REST = 4;

/** How far the machine may lag behind the viewer's clock before it gives up catching up, ms. */
const MAX_LAG = 2000;

export class VirtualClock implements Clock {
  #now: number;
  #seq = 0;
  readonly #heap: Timer[] = [];
  #cancelled = 0;
  readonly #externals: External[] = [];
  #goals: Goal[] = [];
  #pumping = false;
  #live = false;
  #active = false;
  #steps = 0;
  #resting: { wake: () => void } | undefined;
  #pace: Pace = { mode: 'instant' };
  #anchor = { virtual: 0, real: 0 };
  readonly #host: HostLoop;
  /** The kernel's word that every process waits for something the driver knows of. */
  readonly #quiet: () => boolean;
  /** Told when the driver has waited long enough for the others. */
  readonly #goOn: () => void;
  #patience = 0;

  constructor(start: number, host: HostLoop, quiet: () => boolean = () => true, goOn: () => void = () => undefined) {
    this.#now = start;
    this.#host = host;
    this.#quiet = quiet;
    this.#goOn = goOn;
  }

  now(): number {
    return this.#now;
  }

  /** Lets `ms` pass at once: what one system call takes. */
  spend(ms: number): void {
    this.#now += ms;
    this.touch();
  }

  /** Something happened: a resting driver looks again. */
  touch(): void {
    this.#active = true;
    if (this.#resting) {
      const resting = this.#resting;
      this.#resting = undefined;
      resting.wake();
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.timer(ms, resolve));
  }

  timer(ms: number, callback: () => void): () => void {
    if (ms === Infinity) return () => undefined;
    const timer: Timer = { due: this.#now + Math.max(0, ms), seq: this.#seq++, callback };
    this.#push(timer);
    this.touch();
    return () => {
      if (!timer.callback) return;
      timer.callback = undefined;
      if (++this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#compact();
    };
  }

  /**
   * Waits for real work of the host (loading code, compiling) in a way that does not depend on how long it takes:
   * results arrive at drained points, in the order in which they were asked for, and no timer fires before.
   */
  external<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const entry: { -readonly [K in keyof External]: External[K] } = {
        settled: false,
        deliver: () => undefined,
        done: Promise.resolve(),
      };
      entry.done = work.then(
        (value) => {
          entry.settled = true;
          entry.deliver = () => resolve(value);
        },
        (error: unknown) => {
          entry.settled = true;
          entry.deliver = () => reject(error as Error);
        },
      );
      this.#externals.push(entry);
      this.touch();
    });
  }

  /** When the next timer is due, if there is one. */
  nextDue(): number | undefined {
    return this.#peek()?.due;
  }

  /** Nothing is on its way: no external work and no timer. */
  get idle(): boolean {
    return this.#externals.length === 0 && !this.#peek();
  }

  get pace(): Pace {
    return this.#pace;
  }
  set pace(pace: Pace) {
    this.#pace = pace;
    this.#anchor = { virtual: this.#now, real: this.#host.time() };
    this.touch();
  }

  /** With pace `step`: lets the next due timer fire. */
  step(): void {
    this.#steps++;
    this.touch();
  }

  /** Keeps the driver going without a goal, as the page does: it rests while nothing is due. */
  live(on: boolean): void {
    this.#live = on;
    if (on) {
      this.#anchor = { virtual: this.#now, real: this.#host.time() };
      this.#start();
    } else this.touch();
  }

  /**
   * With pace `real`: brings the clock up to the viewer's time, as far as no timer is due before. Called before an input
   * is handed to the machine, so that the time a viewer thinks is time on the machine too.
   */
  catchUp(): void {
    if (this.#pace.mode !== 'real') return;
    const target = this.#target(this.#pace.factor);
    const due = this.nextDue();
    this.#now = Math.max(this.#now, due === undefined ? target : Math.min(target, due));
  }

  /** Works until `until` holds. Without `limit` (virtual ms from now) as long as anything is left to do. */
  run(until: () => boolean, limit = Infinity): Promise<RunEnd> {
    return new Promise((resolve, reject) => {
      this.#goals.push({ until, limit: this.#now + limit, resolve, reject });
      this.touch();
      this.#start();
    });
  }

  /** Works until nothing is left that is due within `ms`. */
  async settle(ms = 0): Promise<void> {
    await this.run(() => this.#externals.length === 0 && (this.nextDue() ?? Infinity) > this.#now + ms);
  }

  /** Works off all timers due before virtual time `time`, then sets the clock to it: for replaying inputs. */
  async advanceTo(time: number): Promise<void> {
    await this.run(() => this.#externals.length === 0 && (this.nextDue() ?? Infinity) > time);
    this.#now = Math.max(this.#now, time);
  }

  #start(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().catch((error: unknown) => {
      this.#pumping = false;
      const goals = this.#goals;
      this.#goals = [];
      for (const goal of goals) goal.reject(error);
    });
  }

  async #pump(): Promise<void> {
    for (;;) {
      this.#active = false;
      await this.#host.turn();
      this.#meet((goal) => (goal.until() ? 'met' : undefined));
      if (this.#goals.length === 0 && !this.#live) break;

      if (!this.#quiet()) {
        await this.#bePatient();
        continue;
      }
      this.#patience = 0;

      const external = this.#externals[0];
      if (external) {
        if (!external.settled) await external.done;
        this.#externals.shift();
        external.deliver();
        continue;
      }
      const timer = this.#peek();
      if (!timer) {
        if (this.#active) continue;
        this.#meet(() => (this.#live ? undefined : 'idle'));
        if (this.#goals.length === 0 && !this.#live) break;
        await this.#rest(Infinity);
        continue;
      }
      this.#meet((goal) => (timer.due > goal.limit ? 'late' : undefined));
      if (this.#goals.length === 0 && !this.#live) break;
      if (this.#pace.mode === 'real') {
        const behind = this.#target(this.#pace.factor) - timer.due;
        if (behind < 0) {
          await this.#rest(-behind / this.#pace.factor);
          continue;
        }
        if (behind > MAX_LAG) this.#anchor = { virtual: timer.due, real: this.#host.time() };
      } else if (this.#pace.mode === 'step') {
        if (this.#steps === 0) {
          await this.#rest(Infinity);
          continue;
        }
        this.#steps--;
      }
      this.#pop();
      this.#now = Math.max(this.#now, timer.due);
      const callback = timer.callback;
      timer.callback = undefined;
      callback?.();
    }
    this.#pumping = false;
  }

  /**
   * A program awaits something of the host's that it did not announce (an `import()`, say): nothing else may happen before
   * it goes on, or the order of things would depend on how long that took.
   */
  async #bePatient(): Promise<void> {
    this.#patience++;
    if (this.#patience <= PATIENT_TURNS) return;
    if (this.#patience > PATIENT_TURNS + PATIENT_RESTS) {
      this.#patience = 0;
      this.#goOn();
      return;
    }
    const { done } = this.#host.rest(PATIENT_REST);
    await done;
  }

  /** Resolves the goals for which `judge` has an answer. */
  #meet(judge: (goal: Goal) => RunEnd | undefined): void {
    if (this.#goals.length === 0) return;
    const open: Goal[] = [];
    for (const goal of this.#goals) {
      const end = judge(goal);
      if (end) goal.resolve(end);
      else open.push(goal);
    }
    this.#goals = open;
  }

  async #rest(ms: number): Promise<void> {
    if (this.#active) return;
    const rest = this.#host.rest(ms);
    this.#resting = rest;
    await rest.done;
    if (this.#resting === rest) this.#resting = undefined;
  }

  #target(factor: number): number {
    return this.#anchor.virtual + (this.#host.time() - this.#anchor.real) * factor;
  }

  // --- a binary heap by (due, seq)

  #before(a: Timer, b: Timer): boolean {
    return a.due < b.due || (a.due === b.due && a.seq < b.seq);
  }

  #peek(): Timer | undefined {
    while (this.#heap.length > 0 && !this.#heap[0]!.callback) {
      this.#pop();
      this.#cancelled--;
    }
    return this.#heap[0];
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.#before(heap[i]!, heap[up]!)) break;
      [heap[i], heap[up]] = [heap[up]!, heap[i]!];
      i = up;
    }
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && this.#before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === i) return first;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }

  #compact(): void {
    const kept = this.#heap.filter((timer) => timer.callback);
    this.#heap.length = 0;
    this.#cancelled = 0;
    for (const timer of kept) this.#push(timer);
  }
}
