import { outside, Wait } from './blocking.ts';
import type { Channel } from './kernel.ts';
import type { PipeEnd } from './pipes.ts';

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

/** One end of a pipe, held by a daemon or facade. */
export class PipeChannel implements Channel {
  readonly #end: PipeEnd;
  readonly #sleeper = outside();
  #open = true;
  constructor(end: PipeEnd) {
    this.#end = end.retain();
  }
  read(max = 65536): Promise<Uint8Array> {
    const { pipe } = this.#end;
    return new Wait(this.#sleeper, () => (this.#open ? pipe.read(max) : EMPTY), [pipe.changed]).promise;
  }
  write(data: Uint8Array | string): Promise<void> {
    const { pipe } = this.#end;
    let rest = typeof data === 'string' ? encoder.encode(data) : data;
    return new Wait<true>(
      this.#sleeper,
      () => {
        while (rest.length > 0 && this.#open) {
          const count = pipe.write(rest);
          if (count === 0) return undefined;
          rest = rest.subarray(count);
        }
        return true;
      },
      [pipe.changed],
    ).promise.then(() => undefined);
  }
  closeWrite(): void {
    if (this.#end.canWrite) this.close();
  }
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const wait of [...this.#sleeper.waits]) wait.retry();
    this.#end.release();
  }
}
