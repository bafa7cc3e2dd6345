/** Message bodies: read by content-length, chunks or until the end; written chunk by chunk as they are made. */
import type { Channel } from '../kernel/kernel.ts';
import { HttpError } from './http.ts';
import { hasToken } from './head.ts';
import type { ChannelReader } from './reader.ts';

const encoder = new TextEncoder();
const MAX_CHUNK_LINE = 4096;

/** How a body is delimited. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

/** The framing the headers announce (RFC 9112 6.3); undefined when they announce none. */
export function framingOf(headers: ReadonlyMap<string, string>): Framing | undefined {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined) {
    // Both together is how requests are smuggled: RFC 9112 6.1 lets a server refuse it.
    if (length !== undefined) throw new HttpError('malformed', 'both content-length and transfer-encoding');
    if (coding.toLowerCase() !== 'chunked') {
      throw new HttpError('unsupported', `unsupported transfer encoding: ${JSON.stringify(coding)}`);
    }
    return { kind: 'chunked' };
  }
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError('malformed', `bad Content-Length ${JSON.stringify(length)}`);
  return length === '0' ? { kind: 'none' } : { kind: 'length', length: Number(length) };
}

/** A body being read. Can be left and taken up again: it keeps its place. */
export class Body implements AsyncIterable<Uint8Array> {
  readonly #reader: ChannelReader;
  readonly #framing: Framing;
  #left: number;
  #first: (() => Promise<void>) | undefined;
  #chunkOpen = false;
  #done: boolean;
  readonly #finished = Promise.withResolvers<void>();

  /** `first` runs before the first byte is asked for (100 Continue). */
  constructor(reader: ChannelReader, framing: Framing, first?: () => Promise<void>) {
    this.#reader = reader;
    this.#framing = framing;
    this.#left = framing.kind === 'length' ? framing.length : 0;
    this.#first = first;
    this.#done = framing.kind === 'none';
    if (this.#done) this.#finished.resolve();
  }

  get done(): boolean {
    return this.#done;
  }

  /** Whether reading has begun (or nothing has to be read). */
  get started(): boolean {
    return this.#done || this.#first === undefined;
  }

  /** Resolves when the last byte was read. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** The next bytes, or undefined at the end. Rejects `truncated` when the connection ends too early. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#done) return undefined;
    const first = this.#first;
    this.#first = undefined;
    if (first) await first();
    if (this.#framing.kind === 'chunked' && this.#left === 0 && !(await this.#nextChunk())) return this.#end();
    const bytes = await this.#reader.read(this.#framing.kind === 'until-close' ? 65536 : Math.min(this.#left, 65536));
    if (bytes.length === 0) {
      if (this.#framing.kind === 'until-close') return this.#end();
      throw new HttpError('truncated', 'unexpected EOF');
    }
    if (this.#framing.kind !== 'until-close') {
      this.#left -= bytes.length;
      if (this.#framing.kind === 'length' && this.#left === 0) this.#end();
    }
    return bytes;
  }

  /** Reads and drops up to `limit` bytes; whether the end was reached. */
  async drain(limit: number): Promise<boolean> {
    for (let dropped = 0; !this.#done && dropped <= limit;) {
      const bytes = await this.next();
      if (bytes) dropped += bytes.length;
    }
    return this.#done;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = await this.next();
      if (!bytes) return;
      yield bytes;
    }
  }

  #end(): undefined {
    this.#done = true;
    this.#finished.resolve();
    return undefined;
  }

  async #line(): Promise<string> {
    const line = await this.#reader.line(MAX_CHUNK_LINE);
    if (line === undefined) throw new HttpError('truncated', 'unexpected EOF');
    return line;
  }

  /** Reads the next chunk's size line; false after the last chunk and its trailers. */
  async #nextChunk(): Promise<boolean> {
    if (this.#chunkOpen && (await this.#line()) !== '') throw new HttpError('malformed', 'malformed chunked encoding');
    const size = /^([0-9a-fA-F]{1,12})[ \t]*(;.*)?$/.exec(await this.#line());
    if (!size) throw new HttpError('malformed', 'invalid byte in chunk length');
    this.#chunkOpen = true;
    this.#left = parseInt(size[1]!, 16);
    if (this.#left > 0) return true;
    for (let trailers = 0; (await this.#line()) !== ''; trailers++) {
      if (trailers > 100) throw new HttpError('too-large', 'too many trailers');
    }
    return false;
  }
}

/** Sends `bytes` as one chunk. An empty array would end the body, so it sends nothing. */
export async function writeChunk(channel: Channel, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) return;
  const size = encoder.encode(`${bytes.length.toString(16)}\r\n`);
  // One write for small chunks, so that a chunk arrives as one piece.
  const message = new Uint8Array(size.length + bytes.length + 2);
  message.set(size);
  message.set(bytes, size.length);
  message.set([13, 10], message.length - 2);
  await channel.write(message);
}

/** Sends a body made piece by piece: chunked, or as it is when `raw`. Each piece is sent before the next is asked for. */
export async function writeStream(channel: Channel, body: AsyncIterable<Uint8Array>, raw: boolean): Promise<void> {
  for await (const bytes of body) {
    if (raw) {
      if (bytes.length > 0) await channel.write(bytes);
    } else await writeChunk(channel, bytes);
  }
  if (!raw) await channel.write('0\r\n\r\n');
}

/** Whether the connection stays open after a message with these headers. */
export const keepsAlive = (http11: boolean, headers: ReadonlyMap<string, string>): boolean =>
  http11 ? !hasToken(headers.get('connection'), 'close') : hasToken(headers.get('connection'), 'keep-alive');
