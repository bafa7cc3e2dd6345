/** Channels: a process' descriptor as a channel, and a pair of them in memory. */
import type { Sys } from '../kernel/abi.ts';
import { Errno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';

const encoder = new TextEncoder();

/** A descriptor (socket, pipe or terminal) of the process as a channel. `output` differs for a pair of pipes. */
export function sysChannel(sys: Sys, fd: number, output = fd): Channel {
  let open = true;
  return {
    read: (max) => sys.read(fd, max),
    write: (data) => sys.write(output, data),
    closeWrite() {
      if (!open) return;
      if (output !== fd) sys.close(output);
      else sys.shutdown(fd, 'write');
    },
    close() {
      if (!open) return;
      open = false;
      sys.close(fd);
    },
  };
}

/** One direction of a pair: a queue with room for `capacity` bytes. */
class Lane {
  readonly #capacity: number;
  #queue: Uint8Array[] = [];
  #size = 0;
  #wake: (() => void)[] = [];
  /** The writer has closed. */
  ended = false;
  /** The reader has closed. */
  dropped = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }
  notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resume of waiting) resume();
  }
  #changed(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }
  async read(max: number): Promise<Uint8Array> {
    while (this.#queue.length === 0 && !this.ended && !this.dropped) await this.#changed();
    const first = this.#queue[0];
    if (!first) return new Uint8Array(0);
    const part = first.subarray(0, max);
    if (part.length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(max);
    this.#size -= part.length;
    this.notify();
    return part;
  }
  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length;) {
      while (this.#size >= this.#capacity && !this.dropped && !this.ended) await this.#changed();
      if (this.dropped || this.ended) throw new Errno('EPIPE');
      const part = data.slice(at, at + this.#capacity - this.#size);
      this.#queue.push(part);
      this.#size += part.length;
      at += part.length;
      this.notify();
    }
  }
}

/** Two ends of a stream in memory; each write waits while the other side has `capacity` bytes unread. */
export function channelPair(capacity = 65536): [Channel, Channel] {
  const there = new Lane(capacity);
  const back = new Lane(capacity);
  const end = (out: Lane, into: Lane): Channel => ({
    read: (max = 65536) => into.read(max),
    write: (data) => out.write(typeof data === 'string' ? encoder.encode(data) : data),
    closeWrite() {
      out.ended = true;
      out.notify();
    },
    close() {
      out.ended = true;
      into.dropped = true;
      out.notify();
      into.notify();
    },
  });
  return [end(there, back), end(back, there)];
}
