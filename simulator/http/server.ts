/** The server's side of HTTP/1.1 on one connection. */
import { isErrno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';
import { Body, framingOf, keepsAlive, writeStream } from './body.ts';
import { hasToken, headerLines, readHead, reasonOf, TOKEN, type Head } from './head.ts';
import { HttpError, type HttpHandler, type HttpRequest, type HttpResponse } from './http.ts';
import { rawConnection, readerOf, type ChannelReader } from './reader.ts';

const encoder = new TextEncoder();
/** Unread request bodies up to this size are dropped to keep the connection, as Go's server does. */
const DRAIN_LIMIT = 256 * 1024;

export interface ServeOptions {
  /** Adds a Date header to answers that have none. */
  readonly now?: () => number;
  /** Adds a Server header to answers that have none. */
  readonly server?: string;
  /** The answer to a message that breaks the protocol (status 400, 417, 431, 501 or 505). */
  readonly fault?: (status: number, message: string) => HttpResponse;
  /** Told of an error the handler threw; the client gets 500. */
  readonly onError?: (error: unknown) => void;
}

/** Answers the requests of one connection, one after the other, until it ends; then closes it. */
export async function serve(channel: Channel, handler: HttpHandler, options: ServeOptions = {}): Promise<void> {
  const reader = readerOf(channel);
  try {
    while (await exchange(channel, reader, handler, options));
  } catch (error) {
    // The client is gone: there is nobody to tell.
    if (!isErrno(error, 'EPIPE') && !isErrno(error, 'ECONNRESET') && !isErrno(error, 'EBADF')) throw error;
  }
  channel.close();
}

/** One request and its answer; whether another may follow on the connection. */
async function exchange(
  channel: Channel,
  reader: ChannelReader,
  handler: HttpHandler,
  options: ServeOptions,
): Promise<boolean> {
  let parsed: ParsedRequest | undefined;
  try {
    const head = await readHead(reader);
    if (!head) return false;
    parsed = parseRequest(head, channel, reader);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (error.fault !== 'truncated') await refuse(channel, error, options);
    return false;
  }
  const { request, body, http11 } = parsed;
  let response: HttpResponse;
  try {
    response = await handler(request);
  } catch (error) {
    if (error instanceof HttpError) {
      await refuse(channel, error, options);
      return false;
    }
    options.onError?.(error);
    const text = error instanceof Error ? error.message : String(error);
    response = { status: 500, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
  }
  if (response.hijack) {
    await body.drain(Infinity);
    await channel.write(upgradeHead(request, response));
    await response.hijack(rawConnection(channel));
    return false;
  }
  // A client that waits for 100 Continue and does not get it may not send its body: such a connection ends here.
  let keep = keepsAlive(http11, request.headers) && (body.done || body.started);
  if (hasToken(lookup(response.headers, 'connection'), 'close')) keep = false;
  const sent = await answer(channel, request, response, { http11, keep, options });
  if (!sent || !keep) return false;
  try {
    return await body.drain(DRAIN_LIMIT);
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}

interface ParsedRequest {
  readonly request: HttpRequest;
  readonly body: Body;
  readonly http11: boolean;
}

function parseRequest(head: Head, channel: Channel, reader: ChannelReader): ParsedRequest {
  const parts = head.line.split(' ');
  const [method, target, version] = parts;
  if (parts.length !== 3 || !method || !target || !version || !TOKEN.test(method)) {
    throw new HttpError('malformed', `malformed HTTP request "${head.line}"`);
  }
  const number = /^HTTP\/(\d)\.(\d)$/.exec(version);
  if (!number) throw new HttpError('malformed', `malformed HTTP version "${version}"`);
  if (number[1] !== '1') throw new HttpError('unsupported', 'HTTP version not supported');
  const http11 = number[2] !== '0';
  if (http11 && !head.headers.has('host')) throw new HttpError('malformed', 'missing required Host header');
  if (/[\x00-\x20\x7f]/.test(target)) throw new HttpError('malformed', 'malformed request target');
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
  if (!local.startsWith('/') && target !== '*' && method !== 'CONNECT') {
    throw new HttpError('malformed', 'malformed request target');
  }
  const mark = local.indexOf('?');
  const expectation = head.headers.get('expect');
  if (expectation !== undefined && expectation.toLowerCase() !== '100-continue') {
    throw new HttpError('unsupported', `Expectation Failed: ${expectation}`);
  }
  const goOn = expectation === undefined ? undefined : () => channel.write('HTTP/1.1 100 Continue\r\n\r\n');
  const body = new Body(reader, framingOf(head.headers) ?? { kind: 'none' }, goOn);
  let closed: Promise<void> | undefined;
  const request: HttpRequest = {
    method,
    path: mark < 0 ? local : local.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : local.slice(mark + 1)),
    headers: head.headers,
    body,
    line: head.line,
    // Watching reads ahead, so it starts only when a handler asks for it, and only behind the body.
    get closed() {
      closed ??= body.finished.then(() => untilClosed(reader));
      return closed;
    },
  };
  return { request, body, http11 };
}

async function untilClosed(reader: ChannelReader): Promise<void> {
  try {
    await reader.fill();
  } catch (error) {
    if (isErrno(error)) return;
    throw error;
  }
  // Bytes of a further request: the client is alive, and its end will be seen when they are read.
  if (!reader.finished) await new Promise<never>(() => {});
}

/** The head that tells the client the connection is now raw, as dockerd writes it. */
function upgradeHead(request: HttpRequest, response: HttpResponse): string {
  const type = lookup(response.headers, 'content-type') ?? 'application/vnd.docker.raw-stream';
  const protocol = request.headers.get('upgrade');
  if (protocol === undefined) return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n`;
  const extra = Object.entries(response.headers ?? {}).filter(
    ([name]) => !['content-type', 'connection', 'upgrade'].includes(name.toLowerCase()),
  );
  if (protocol.toLowerCase() !== 'tcp') {
    return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${headerLines(extra)}\r\n`;
  }
  return `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n${headerLines(extra)}\r\n`;
}

function lookup(headers: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers ?? {})) if (key.toLowerCase() === name) return value;
  return undefined;
}

/** Sends the answer; false when it was cut short, so that the connection cannot be used again. */
async function answer(
  channel: Channel,
  request: Pick<HttpRequest, 'method'>,
  response: HttpResponse,
  context: { http11: boolean; keep: boolean; options: ServeOptions },
): Promise<boolean> {
  const { http11, options } = context;
  let { keep } = context;
  const { status } = response;
  const body = typeof response.body === 'string' ? encoder.encode(response.body) : response.body;
  const bodyless = status < 200 || status === 204 || status === 304;
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    const key = name.toLowerCase();
    if (key !== 'transfer-encoding' && !(bodyless && key === 'content-length')) {
      fields.push([name, value]);
    }
  }
  const has = (name: string) => fields.some(([key]) => key.toLowerCase() === name);
  if (options.server !== undefined && !has('server')) fields.unshift(['Server', options.server]);
  if (options.now && !has('date')) fields.push(['Date', new Date(options.now()).toUTCString()]);
  const stream = body !== undefined && !(body instanceof Uint8Array);
  const raw = has('content-length') || !http11;
  if (!bodyless) {
    if (!stream) {
      if (!has('content-length')) fields.push(['Content-Length', String(body?.length ?? 0)]);
    } else if (!raw) fields.push(['Transfer-Encoding', 'chunked']);
    else if (!has('content-length')) keep = false;
  }
  // A Connection header of the handler's keeps its place, with what really happens.
  const connection = fields.find(([key]) => key.toLowerCase() === 'connection');
  if (connection) connection[1] = keep ? connection[1] : 'close';
  else if (!keep) fields.push(['Connection', 'close']);
  else if (!http11) fields.push(['Connection', 'keep-alive']);
  const head = encoder.encode(
    `HTTP/1.1 ${status} ${response.reason ?? reasonOf(status)}\r\n${headerLines(fields)}\r\n`,
  );
  if (bodyless || request.method === 'HEAD' || body === undefined) {
    await channel.write(head);
    return keep;
  }
  if (!stream) {
    const message = new Uint8Array(head.length + body.length);
    message.set(head);
    message.set(body, head.length);
    await channel.write(message);
    return keep;
  }
  await channel.write(head);
  try {
    await writeStream(channel, body, raw);
  } catch (error) {
    if (isErrno(error, 'EPIPE') || isErrno(error, 'ECONNRESET')) throw error;
    // The head is out: all that is left is to cut the body short, which the client sees as an unexpected end.
    options.onError?.(error);
    return false;
  }
  return keep;
}

const FAULTS: Readonly<Record<HttpError['fault'], number>> = {
  empty: 400,
  truncated: 400,
  malformed: 400,
  'too-large': 431,
  unsupported: 501,
};

async function refuse(channel: Channel, error: HttpError, options: ServeOptions): Promise<void> {
  let status = FAULTS[error.fault];
  if (error.message.startsWith('Expectation Failed')) status = 417;
  if (error.message === 'HTTP version not supported') status = 505;
  const text = `${status} ${reasonOf(status)}${error.message.startsWith('missing') ? `: ${error.message}` : ''}`;
  const response = options.fault?.(status, error.message) ?? {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    body: text,
  };
  await answer(channel, { method: 'GET' }, response, { http11: true, keep: false, options });
}
