import { Errno } from './errno.ts';
import type { WaitQueue } from './net/stack.ts';

/** Callbacks waiting for an object to change; each is called once, in the order of registration. */
export class Notifier implements WaitQueue {
  #callbacks = new Set<() => void>();
  wait(callback: () => void): () => void {
    // A wrapper of its own, so that one callback can wait twice.
    const entry = () => callback();
    this.#callbacks.add(entry);
    return () => this.#callbacks.delete(entry);
  }
  /** Calls everyone who waits now. */
  notify(): void {
    if (this.#callbacks.size === 0) return;
    const waiting = this.#callbacks;
    this.#callbacks = new Set();
    for (const callback of waiting) callback();
  }
}

/** Who waits: a process, which may be stopped or frozen (then it learns of nothing until it goes on). */
export interface Sleeper {
  readonly held: boolean;
  /** Calls `retry` when the sleeper goes on. */
  withhold(retry: () => void): void;
  /** Told when a call that blocked returns. */
  resumed(): void;
  readonly waits: Set<Wait<unknown>>;
}

/** The side of daemons and facades, which is never stopped. */
export const outside = (): Sleeper => ({
  held: false,
  withhold: (retry) => retry(),
  resumed: () => undefined,
  waits: new Set(),
});

/**
 * One blocked call. `attempt` is tried now and each time one of the queues reports a change, until it gives a value or
 * throws. A dropped wait stays pending for ever, as the call of a killed process does.
 */
export class Wait<T> {
  readonly promise: Promise<T>;
  readonly #sleeper: Sleeper;
  readonly #attempt: () => T | undefined;
  readonly #queues: readonly WaitQueue[];
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #cancels: (() => void)[] = [];
  #over = false;
  #withheld = false;
  /** Whether a handled signal with `restart: false` ends it with EINTR. */
  readonly interruptible: boolean;

  constructor(
    sleeper: Sleeper,
    attempt: () => T | undefined,
    queues: readonly WaitQueue[],
    interruptible = true,
    cancel?: () => void,
  ) {
    this.#sleeper = sleeper;
    this.#attempt = attempt;
    this.#queues = queues;
    this.interruptible = interruptible;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    sleeper.waits.add(this as Wait<unknown>);
    if (cancel) this.#onEnd = cancel;
    this.retry();
  }
  #onEnd: (() => void) | undefined;

  /** Tries again; nothing happens while the sleeper is held. */
  readonly retry = (): void => {
    if (this.#over) return;
    if (this.#sleeper.held) {
      if (this.#withheld) return;
      this.#withheld = true;
      this.#sleeper.withhold(() => {
        this.#withheld = false;
        this.retry();
      });
      return;
    }
    this.#unregister();
    try {
      const value = this.#attempt();
      if (value === undefined) {
        if (!this.#over) for (const queue of this.#queues) this.#cancels.push(queue.wait(this.retry));
        return;
      }
      this.#end();
      this.#resolve(value);
    } catch (error) {
      this.#end();
      this.#reject(error);
    }
  };

  interrupt(): void {
    if (this.#over || !this.interruptible) return;
    this.#end();
    this.#reject(new Errno('EINTR'));
  }

  drop(): void {
    if (!this.#over) this.#end();
  }

  #unregister(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.length = 0;
  }

  #end(): void {
    this.#over = true;
    this.#unregister();
    this.#sleeper.waits.delete(this as Wait<unknown>);
    this.#sleeper.resumed();
    this.#onEnd?.();
  }
}
