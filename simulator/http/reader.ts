/** Buffered reading from a channel, shared by everyone who reads from it: heads, bodies and what follows an upgrade. */
import type { Channel } from '../kernel/kernel.ts';
import { HttpError } from './http.ts';

const NONE = new Uint8Array(0);
const LF = 10;
const CR = 13;

export class ChannelReader {
  readonly #channel: Channel;
  #buffer = NONE;
  #ended = false;
  #filling: Promise<void> | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Whether bytes wait that were received already. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /** Whether the other side has closed and everything was read. */
  get finished(): boolean {
    return this.#ended && this.#buffer.length === 0;
  }

  /** Waits for more bytes (or the end). Several callers share one read. */
  fill(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#filling ??= this.#fill();
    return this.#filling;
  }

  async #fill(): Promise<void> {
    try {
      const bytes = await this.#channel.read(65536);
      if (bytes.length === 0) this.#ended = true;
      else if (this.#buffer.length === 0) this.#buffer = bytes as Uint8Array<ArrayBuffer>;
      else {
        const joined = new Uint8Array(this.#buffer.length + bytes.length);
        joined.set(this.#buffer);
        joined.set(bytes, this.#buffer.length);
        this.#buffer = joined;
      }
    } finally {
      this.#filling = undefined;
    }
  }

  /** Up to `max` bytes as soon as there are some; empty at the end. */
  async read(max = 65536): Promise<Uint8Array> {
    if (this.#buffer.length === 0) await this.fill();
    if (this.#buffer.length <= max) {
      const all = this.#buffer;
      this.#buffer = NONE;
      return all;
    }
    const part = this.#buffer.subarray(0, max);
    this.#buffer = this.#buffer.subarray(max);
    return part;
  }

  /**
   * A line without its end (CRLF, or LF alone as RFC 9112 2.2 allows), or undefined at the end of the stream.
   * Rejects `too-large` beyond `limit` bytes and `truncated` when the stream ends in the line.
   */
  async line(limit: number): Promise<string | undefined> {
    let searched = 0;
    for (;;) {
      const at = this.#buffer.indexOf(LF, searched);
      if (at > limit || (at < 0 && this.#buffer.length > limit))
        throw new HttpError('too-large', 'header line too long');
      if (at >= 0) {
        const end = at > 0 && this.#buffer[at - 1] === CR ? at - 1 : at;
        const text = latin1(this.#buffer.subarray(0, end));
        this.#buffer = this.#buffer.subarray(at + 1);
        return text;
      }
      searched = this.#buffer.length;
      if (this.#ended) {
        if (searched === 0) return undefined;
        throw new HttpError('truncated', 'connection closed in the middle of a message');
      }
      await this.fill();
    }
  }
}

const readers = new WeakMap<Channel, ChannelReader>();

/** The reader of a channel: always the same one, so that bytes read ahead are not lost between two messages. */
export function readerOf(channel: Channel): ChannelReader {
  let reader = readers.get(channel);
  if (!reader) readers.set(channel, (reader = new ChannelReader(channel)));
  return reader;
}

/** The channel after an upgrade: starts with what was read ahead. */
export function rawConnection(channel: Channel): Channel {
  const reader = readerOf(channel);
  return {
    read: (max) => reader.read(max),
    write: (data) => channel.write(data),
    closeWrite: () => channel.closeWrite(),
    close: () => channel.close(),
  };
}

/** Header bytes as text: one character for each byte (RFC 9110 5.5), so nothing is lost. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}
