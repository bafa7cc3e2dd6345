/** HTTP/1.1 messages as programs and daemons see them; `connection.ts` reads and writes them on sockets. */
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
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes, text, or a stream (sent chunked). */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Takes over the connection after the head was sent (101 UPGRADED, or 200 with raw stream). */
  readonly hijack?: (connection: Channel) => Promise<void>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** An answer as a client sees it; `connection` is set when the server switched protocols. */
export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly connection?: Channel;
}
