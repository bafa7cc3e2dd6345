/** What all system calls have in common: their cost, and how they block. */
import { Wait } from './blocking.ts';
import type { KernelCore } from './core.ts';
import { CALL_COST, CALLS_PER_QUANTUM, quantumOf, useCpu } from './cpu.ts';
import type { WaitQueue } from './net/stack.ts';
import type { Proc } from './process.ts';

/** Thrown by calls of a program whose process has ended meanwhile (it killed itself, say): nothing it does counts. */
export class ProcessGone extends Error {
  constructor() {
    super('the process has ended');
    this.name = 'ProcessGone';
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** A promise of something that a queue of callbacks delivers once. */
export interface Answer<T> {
  readonly start: (done: (value: T) => void) => (() => void) | void;
}

export class CallBase {
  protected readonly core: KernelCore;
  readonly process: Proc;
  constructor(core: KernelCore, process: Proc) {
    this.core = core;
    this.process = process;
  }

  /** Whether this program is still what its process runs. */
  protected get live(): boolean {
    return this.process.system === (this as CallBase) && !this.process.ended;
  }

  /** Every call begins with this: it takes a little CPU time. */
  protected enter(cost = 1): Proc {
    if (!this.live) throw new ProcessGone();
    const { process } = this;
    process.operations += cost;
    this.core.active.add(process);
    process.cpu += CALL_COST;
    process.unbilled += CALL_COST;
    this.core.clock.spend(CALL_COST);
    return process;
  }

  /** A call that waits until `attempt` gives something other than undefined. */
  protected blocking<T>(attempt: () => T | undefined, queues: () => readonly WaitQueue[], cost = 1): Promise<T> {
    if (!this.live) return never();
    const process = this.enter(cost);
    // Calls made during a pause come after it too, in their order.
    if (process.operations >= CALLS_PER_QUANTUM || process.held || this.#pause) {
      return this.yieldCpu().then(() => this.blocking(attempt, queues, 0));
    }
    let value: T | undefined;
    try {
      value = attempt();
    } catch (error) {
      return this.live ? Promise.reject(error as Error) : never();
    }
    if (!this.live) return never();
    if (value !== undefined) return process.held ? this.held(value) : Promise.resolve(value);
    return new Wait(process, attempt, queues()).promise;
  }

  #pause: Promise<void> | undefined;

  /** Lets the others have their turn: CPU time for the calls made since the last time. */
  protected yieldCpu(): Promise<void> {
    if (this.#pause) return this.#pause;
    const { process } = this;
    let pause: Promise<void>;
    if (process.operations < CALLS_PER_QUANTUM) pause = this.held(undefined as void);
    else {
      process.operations = 0;
      pause = this.using(quantumOf(process, this.core.clock.now()));
    }
    this.#pause = pause.then(() => {
      this.#pause = undefined;
    });
    return this.#pause;
  }

  /** Uses `ms` of CPU time. */
  protected using(ms: number): Promise<void> {
    return this.answer<true>((done) => useCpu(this.core, this.process, ms, () => done(true)), false).then(
      () => undefined,
    );
  }

  /** Hands out `value` when the process is not held (any more). */
  protected held<T>(value: T): Promise<T> {
    return new Wait<{ value: T }>(this.process, () => ({ value }), [], false).promise.then((box) => box.value);
  }

  /** Waits for one answer of something that calls back; `start` returns what cancels it. */
  protected answer<T>(start: (done: (value: T) => void) => () => void, interruptible = true): Promise<T> {
    let box: { value: T } | undefined;
    let wake: (() => void) | undefined;
    const cancel = start((value) => {
      box = { value };
      wake?.();
    });
    const queue: WaitQueue = {
      wait(callback) {
        wake = callback;
        return () => (wake = undefined);
      },
    };
    return new Wait<{ value: T }>(
      this.process,
      () => box,
      [queue],
      interruptible,
      () => {
        if (!box) cancel();
      },
    ).promise.then((answered) => answered.value);
  }

  /** Never resolves. */
  protected never<T>(): Promise<T> {
    return never<T>();
  }
}
