import type { Stat } from './abi.ts';
import { Notifier } from './blocking.ts';
import { anonymousStat, OpenFile } from './descriptors.ts';
import { Errno } from './errno.ts';
import type { WaitQueue } from './net/stack.ts';

/** PIPE_BUF pages of a pipe (pipe(7)). */
export const PIPE_CAPACITY = 65536;

const EMPTY = new Uint8Array(0);

/** Bytes in the order they were written. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;
  length = 0;
  push(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#chunks.push(data);
    this.length += data.length;
  }
  /** Up to `max` bytes. */
  take(max: number): Uint8Array {
    if (this.length === 0 || max <= 0) return EMPTY;
    const first = this.#chunks[this.#head]!;
    if (this.#chunks.length - this.#head === 1 || first.length >= max) {
      if (first.length <= max) this.#advance();
      else this.#chunks[this.#head] = first.subarray(max);
      const out = first.length <= max ? first : first.subarray(0, max);
      this.length -= out.length;
      return out;
    }
    const out = new Uint8Array(Math.min(max, this.length));
    let at = 0;
    while (at < out.length) {
      const chunk = this.#chunks[this.#head]!;
      const part = chunk.subarray(0, out.length - at);
      out.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#advance();
      else this.#chunks[this.#head] = chunk.subarray(part.length);
    }
    this.length -= at;
    return out;
  }
  #advance(): void {
    this.#head++;
    if (this.#head > 32 && this.#head * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }
  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.length = 0;
  }
}

/** A pipe or fifo: a bounded buffer with counted ends. */
export class Pipe {
  readonly ino: number;
  readonly #now: () => number;
  readonly buffer = new ByteQueue();
  readonly changed = new Notifier();
  readers = 0;
  writers = 0;
  /**
   * A fifo's open waits for the other end on Linux. Here open never blocks, so the first read waits for a writer, and
   * the first write for a reader.
   */
  readonly fifo: boolean;
  hadWriter = false;
  hadReader = false;
  constructor(ino: number, now: () => number, fifo = false) {
    this.ino = ino;
    this.#now = now;
    this.fifo = fifo;
  }
  read(max: number): Uint8Array | undefined {
    if (this.buffer.length > 0) {
      const wasFull = this.buffer.length >= PIPE_CAPACITY;
      const out = this.buffer.take(max);
      if (wasFull) this.changed.notify();
      return out;
    }
    return this.ended ? EMPTY : undefined;
  }
  /** No writer is left, so that a reader gets the end. */
  get ended(): boolean {
    return this.writers === 0 && (!this.fifo || this.hadWriter);
  }
  write(data: Uint8Array): number {
    if (this.readers === 0) {
      if (this.fifo && !this.hadReader) return 0;
      throw new Errno('EPIPE');
    }
    const room = PIPE_CAPACITY - this.buffer.length;
    if (room <= 0) return 0;
    const part = data.length > room ? data.slice(0, room) : data.slice();
    const wasEmpty = this.buffer.length === 0;
    this.buffer.push(part);
    if (wasEmpty) this.changed.notify();
    return part.length;
  }
  stat(): Stat {
    return anonymousStat('fifo', this.ino, this.#now());
  }
  /** Opens an end (or both, as O_RDWR on a fifo does). */
  open(read: boolean, write: boolean): PipeEnd {
    return new PipeEnd(this, read, write);
  }
}

export class PipeEnd extends OpenFile {
  readonly type = 'fifo';
  readonly pipe: Pipe;
  constructor(pipe: Pipe, read: boolean, write: boolean) {
    super(read, write);
    this.pipe = pipe;
    if (read) {
      pipe.readers++;
      pipe.hadReader = true;
    }
    if (write) {
      pipe.writers++;
      pipe.hadWriter = true;
    }
    pipe.changed.notify();
  }
  override get changed(): WaitQueue {
    return this.pipe.changed;
  }
  tryRead(max: number): Uint8Array | undefined {
    return this.pipe.read(max);
  }
  tryWrite(data: Uint8Array): number {
    return this.pipe.write(data);
  }
  override get readable(): boolean {
    return this.pipe.buffer.length > 0 || this.pipe.ended;
  }
  override get writable(): boolean {
    return this.pipe.buffer.length < PIPE_CAPACITY || this.pipe.readers === 0;
  }
  stat(): Stat {
    return this.pipe.stat();
  }
  get label(): string {
    return `pipe:[${this.pipe.ino}]`;
  }
  protected released(): void {
    if (this.canRead) this.pipe.readers--;
    if (this.canWrite) this.pipe.writers--;
    if (this.pipe.readers === 0 && this.pipe.writers === 0) {
      this.pipe.hadReader = this.pipe.hadWriter = false;
      this.pipe.buffer.clear();
    }
    this.pipe.changed.notify();
  }
}
