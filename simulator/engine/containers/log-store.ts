import { rfc3339 } from '../time.ts';

export type StreamName = 'stdout' | 'stderr';

/** One record of a container's log: a line, or part of a very long one. */
export interface LogRecord {
  readonly at: number;
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();
/** The logger reads lines of at most this many bytes (daemon/logger/copier). */
const MAX_LINE = 16 * 1024;

/** The log of one container: what its main process wrote, in records, since it was created. */
export class LogStore {
  readonly driver: string;
  readonly #now: () => number;
  #records: LogRecord[] = [];
  readonly #listeners = new Set<(record: LogRecord) => void>();
  readonly #pending: Record<StreamName, Uint8Array> = { stdout: new Uint8Array(0), stderr: new Uint8Array(0) };
  readonly #limit: number;
  #bytes = 0;

  /** `limit`: bytes after which the oldest records go (max-size × max-file); 0: none. */
  constructor(driver: string, now: () => number, limit = 0) {
    this.driver = driver;
    this.#now = now;
    this.#limit = limit;
  }

  /** Whether `docker logs` can read it. */
  get readable(): boolean {
    return this.driver === 'json-file' || this.driver === 'local' || this.driver === 'journald';
  }
  get records(): readonly LogRecord[] {
    return this.#records;
  }

  /** Takes what a stream wrote; complete lines become records. */
  write(stream: StreamName, bytes: Uint8Array): void {
    if (this.driver === 'none') return;
    let rest = join(this.#pending[stream], bytes);
    for (;;) {
      const end = rest.indexOf(10);
      if (end < 0 && rest.length < MAX_LINE) break;
      const length = end < 0 || end >= MAX_LINE ? MAX_LINE : end + 1;
      this.#append(stream, rest.slice(0, length));
      rest = rest.subarray(length);
    }
    this.#pending[stream] = rest;
  }

  /** A stream has ended: what is left of it becomes a record. */
  flush(stream: StreamName): void {
    const rest = this.#pending[stream];
    this.#pending[stream] = new Uint8Array(0);
    if (rest.length > 0) this.#append(stream, rest);
  }

  #append(stream: StreamName, bytes: Uint8Array): void {
    const record: LogRecord = { at: this.#now(), stream, bytes };
    this.#records.push(record);
    this.#bytes += bytes.length;
    while (this.#limit > 0 && this.#bytes > this.#limit && this.#records.length > 1)
      this.#bytes -= this.#records.shift()!.bytes.length;
    for (const listener of [...this.#listeners]) listener(record);
  }

  follow(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A record as the json-file driver writes it. */
export const jsonLine = (record: LogRecord): string =>
  `${JSON.stringify({ log: decoder.decode(record.bytes), stream: record.stream, time: rfc3339(record.at) })}\n`;

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
