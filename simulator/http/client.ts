/** The client's side of HTTP/1.1: one request on a connection, its answer as it arrives. */
import { isErrno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';
import { Body, framingOf, keepsAlive, writeStream, type Framing } from './body.ts';
import { headerLines, readHead, TOKEN, type Head } from './head.ts';
import { HttpError, type HttpAnswer } from './http.ts';
import { rawConnection, readerOf } from './reader.ts';

const encoder = new TextEncoder();

export interface RequestOptions {
  readonly method?: string;
  /** Path with query, e.g. `/v1.55/containers/json?all=1`. */
  readonly target: string;
  /** Header `Host` is added when absent (`localhost`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes, text, or a stream (sent chunked unless a content-length header is given) while the answer is read. */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Asks for a raw connection (`Connection: Upgrade`, `Upgrade: tcp`); a 101 or 200 answer then has `connection`. */
  readonly hijack?: boolean;
  /** Protocol to upgrade to instead of `tcp`. */
  readonly upgrade?: string;
}

/** The head of a request as it is sent. */
export function requestHead(options: RequestOptions): string {
  const method = options.method ?? 'GET';
  if (!TOKEN.test(method) || /[\x00-\x20\x7f]/.test(options.target)) {
    throw new HttpError('malformed', 'invalid request line');
  }
  const given = Object.entries(options.headers ?? {});
  const has = (name: string) => given.some(([key]) => key.toLowerCase() === name);
  const fields: [string, string][] = has('host') ? [] : [['Host', 'localhost']];
  fields.push(...given);
  if (options.hijack) {
    if (!has('connection')) fields.push(['Connection', 'Upgrade']);
    if (!has('upgrade')) fields.push(['Upgrade', options.upgrade ?? 'tcp']);
  }
  const { body } = options;
  if (!has('content-length') && !has('transfer-encoding')) {
    if (typeof body === 'string') fields.push(['Content-Length', String(encoder.encode(body).length)]);
    else if (body instanceof Uint8Array) fields.push(['Content-Length', String(body.length)]);
    else if (body !== undefined) fields.push(['Transfer-Encoding', 'chunked']);
    else if (method === 'POST' || method === 'PUT' || method === 'PATCH') fields.push(['Content-Length', '0']);
  }
  return `${method} ${options.target} HTTP/1.1\r\n${headerLines(fields)}\r\n`;
}

/**
 * Sends a request and resolves when the answer's head is there. Rejects with `HttpError`: `empty` when the server closed
 * without a byte, `truncated` or `malformed`; or with the channel's own Errno.
 */
export async function request(channel: Channel, options: RequestOptions): Promise<HttpAnswer> {
  const head = requestHead(options);
  const { body } = options;
  const raw = Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === 'content-length');
  let failed: unknown;
  const send = async (): Promise<void> => {
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
      const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? new Uint8Array(0));
      const start = encoder.encode(head);
      const message = new Uint8Array(start.length + bytes.length);
      message.set(start);
      message.set(bytes, start.length);
      await channel.write(message);
    } else {
      await channel.write(head);
      await writeStream(channel, body, raw);
    }
  };
  // A server may answer before it has read the whole body (a refused upload, a build's progress), and then close: a
  // failure to send counts only when there is no answer.
  const sending = send().catch((error: unknown) => {
    failed = error;
    if (!isErrno(error, 'EPIPE') && !isErrno(error, 'ECONNRESET')) throw error;
  });
  const answering = readAnswer(channel, options);
  try {
    return await Promise.race([answering, sending.then(() => answering)]);
  } catch (error) {
    answering.catch(() => undefined);
    throw failed ?? error;
  }
}

async function readAnswer(channel: Channel, options: RequestOptions): Promise<HttpAnswer> {
  const reader = readerOf(channel);
  for (;;) {
    const head = await readHead(reader);
    if (!head) throw new HttpError('empty', 'Empty reply from server');
    const line = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(head.line);
    if (!line) throw new HttpError('malformed', `malformed HTTP status line ${JSON.stringify(head.line)}`);
    const status = Number(line[2]);
    // 100 Continue and other interim answers come before the real one; 101 is final.
    if (status < 200 && status !== 101) continue;
    return makeAnswer(channel, options, head, { status, reason: line[3] ?? '', http11: line[1] === '1' });
  }
}

function makeAnswer(
  channel: Channel,
  options: RequestOptions,
  head: Head,
  line: { status: number; reason: string; http11: boolean },
): HttpAnswer {
  const { status, reason } = line;
  const common = { status, reason, headers: head.headers, head: head.raw };
  const framing = answerFraming(options.method ?? 'GET', status, head);
  if (status === 101 || (options.hijack && status === 200 && !head.headers.has('content-length'))) {
    const empty = new Body(readerOf(channel), { kind: 'none' });
    return { ...common, body: empty, connection: rawConnection(channel), reusable: false };
  }
  const reusable = framing.kind !== 'until-close' && keepsAlive(line.http11, head.headers);
  return { ...common, body: new Body(readerOf(channel), framing), reusable };
}

function answerFraming(method: string, status: number, head: Head): Framing {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  return framingOf(head.headers) ?? { kind: 'until-close' };
}
