/** HTTP/1.1 messages as programs and daemons see them; `server.ts` and `client.ts` read and write them on channels. */
import type { Channel } from '../kernel/kernel.ts';

export interface HttpRequest {
  readonly method: string;
  /** Path without the query, percent-decoded only where a router does it. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body as it arrives; ends after content-length or the last chunk. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The request line as it was sent, for access logs. */
  readonly line?: string;
  /** Resolves when the client has closed its side while the answer is being made (a killed `docker logs -f`). */
  readonly closed?: Promise<void>;
}

export interface HttpResponse {
  readonly status: number;
  /** Reason phrase, where it is not the usual one. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes, text, or a stream (sent chunked; with a content-length header as it is). */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Takes over the connection after the head was sent (101 UPGRADED, or 200 with raw stream). */
  readonly hijack?: (connection: Channel) => Promise<void>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** An answer as a client sees it; `connection` is set when the server switched protocols. */
export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; repeated ones are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly connection?: Channel;
  /** The head as it was received: status line and header lines, each with its line end, and the empty line. */
  readonly head: string;
  /** Whether the connection can carry another request after the body was read. */
  readonly reusable: boolean;
}

/** What was wrong with a message that could not be read. */
export type HttpFault = 'empty' | 'truncated' | 'malformed' | 'too-large' | 'unsupported';

/** A message that breaks the protocol. */
export class HttpError extends Error {
  readonly fault: HttpFault;
  constructor(fault: HttpFault, message: string) {
    super(message);
    this.name = 'HttpError';
    this.fault = fault;
  }
}

/** The whole body as bytes. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
  }
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The whole body as text. */
export const readText = async (body: AsyncIterable<Uint8Array>): Promise<string> =>
  new TextDecoder().decode(await readAll(body));
