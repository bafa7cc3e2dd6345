/** How the API's handlers see a call, and how their results become answers. */
import { readAll, type HttpRequest, type HttpResponse } from '../http/http.ts';
import type { Engine } from './engine.ts';
import { ApiError, invalid } from './errors.ts';
import { truthy } from './filters.ts';

const decoder = new TextDecoder();

/** One call of the API. `version` is the one of the path as a number: 1.55 is 155. */
export class Call {
  readonly engine: Engine;
  readonly request: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly version: number;
  constructor(engine: Engine, request: HttpRequest, params: Readonly<Record<string, string>>, version: number) {
    this.engine = engine;
    this.request = request;
    this.params = params;
    this.version = version;
  }
  get query(): URLSearchParams {
    return this.request.query;
  }
  /** A path parameter that the route's pattern guarantees. */
  param(name: string): string {
    return this.params[name] ?? '';
  }
  text(name: string): string {
    return this.query.get(name) ?? '';
  }
  flag(name: string): boolean {
    return truthy(this.query.get(name));
  }
  async bytes(): Promise<Uint8Array> {
    return readAll(this.request.body);
  }
  /** The JSON of the body; undefined where there is none. Throws Docker's text for what is no JSON. */
  async json<T>(): Promise<T | undefined> {
    const text = decoder.decode(await this.bytes());
    if (text.trim() === '') return undefined;
    requireJson(this.request.headers.get('content-type') ?? '');
    try {
      return JSON.parse(text) as T;
    } catch {
      // The engine's own words for it differ; Go's name the character.
      throw invalid('invalid JSON: invalid character in request body');
    }
  }
  /** As `json`, where a body is required. */
  async required<T>(): Promise<T> {
    const body = await this.json<T>();
    if (body === undefined) throw invalid('invalid JSON: got EOF while reading request body');
    return body;
  }
}

/** Refuses a body that does not call itself JSON, as that of `curl -d` without a header of its own. */
function requireJson(type: string): void {
  if (type === '') throw invalid('malformed Content-Type header (): mime: no media type');
  if (type.split(';')[0]!.trim().toLowerCase() !== 'application/json')
    throw invalid(`unsupported Content-Type header (${type}): must be 'application/json'`);
}

export type Handler = (call: Call) => Promise<HttpResponse> | HttpResponse;
export type Routes = readonly (readonly [method: string, pattern: string, handler: Handler])[];

/** An answer of JSON, with the newline Go's encoder adds. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: `${JSON.stringify(value)}\n`,
});

/** 204, no content. */
export const done: HttpResponse = { status: 204 };

/** The answer for an error: `{"message": …}` with its status; 500 for what is no ApiError. */
export function failure(error: unknown): HttpResponse {
  if (error instanceof ApiError && error.status === 304) return { status: 304 };
  const status = error instanceof ApiError ? error.status : 500;
  return json({ message: error instanceof Error ? error.message : String(error) }, status);
}

const encoder = new TextEncoder();

/** A stream of JSON messages, one a line. */
export async function* jsonLines(messages: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const message of messages) yield encoder.encode(`${JSON.stringify(message)}\r\n`);
}

/** Values pushed from anywhere, read as they come; ends after `close`. */
export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  push(item: T): void {
    if (this.#closed) return;
    this.#items.push(item);
    this.#wake?.();
  }
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift()!;
      if (this.#closed) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }
}

/** Keys sorted as Go writes maps. */
export const sortKeys = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
