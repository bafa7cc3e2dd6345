/** The Engine API as the client calls it. */
import { readAll, type HttpAnswer } from '../../http/http.ts';
import type { RequestOptions } from '../../http/client.ts';
import { DaemonError } from './errors.ts';

/** The newest version of the API this client speaks. */
export const API_VERSION = '1.55';

/** How requests reach the daemon; sockets in the machine, canned answers in tests. */
export interface Transport {
  /** Sends one request. Rejects with `ConnectionError` when there is no daemon. */
  send(options: RequestOptions): Promise<HttpAnswer>;
  /** Where the daemon is, as `DOCKER_HOST` names it. */
  readonly host: string;
}

/** What the answer to `HEAD /_ping` tells of the daemon. */
export interface PingInfo {
  readonly apiVersion: string;
  readonly osType: string;
  readonly experimental: boolean;
  readonly swarm: string;
  readonly builderVersion: string;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  /** A body that is no JSON. */
  readonly raw?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hijack?: boolean;
}

/** url.Values.Encode: sorted by key, spaces as `+`. */
export function encodeQuery(query: Query): string {
  const parts: string[] = [];
  for (const key of Object.keys(query).sort()) {
    const value = query[key];
    if (value === undefined) continue;
    for (const item of typeof value === 'string' ? [value] : value)
      parts.push(`${escapeQuery(key)}=${escapeQuery(item)}`);
  }
  return parts.join('&');
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A path segment: everything but the characters Go leaves alone is escaped; `/` and `:` stay for image names. */
export function escapePath(text: string): string {
  return encodeURIComponent(text).replace(/%(2F|3A|40|24|26|2B|2C|3B|3D)/g, (all) => decodeURIComponent(all));
}

/** `filters` of a list or prune request; undefined when there are none. */
export function encodeFilters(
  filters: Readonly<Record<string, Readonly<Record<string, boolean>>>> | undefined,
): string | undefined {
  if (filters === undefined || Object.keys(filters).length === 0) return undefined;
  const sorted = Object.fromEntries(
    Object.keys(filters)
      .sort()
      .map((key) => [key, Object.fromEntries(Object.entries(filters[key] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
  return JSON.stringify(sorted);
}

const decoder = new TextDecoder();

export class Api {
  private readonly transport: Transport;
  private pinged: Promise<PingInfo> | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get host(): string {
    return this.transport.host;
  }

  /** Asks the daemon once what it is; every command's first request. */
  ping(): Promise<PingInfo> {
    this.pinged ??= this.askPing();
    return this.pinged;
  }

  private async askPing(): Promise<PingInfo> {
    const answer = await this.transport.send({ method: 'HEAD', target: '/_ping', headers: AGENT });
    await readAll(answer.body);
    const header = (name: string): string => answer.headers.get(name) ?? '';
    const offered = header('api-version') === '' ? API_VERSION : header('api-version');
    return {
      apiVersion: older(offered, API_VERSION) ? offered : API_VERSION,
      osType: header('ostype') === '' ? 'linux' : header('ostype'),
      experimental: header('docker-experimental') === 'true',
      swarm: header('swarm'),
      builderVersion: header('builder-version'),
    };
  }

  /** Sends a request; the answer may be a failure. */
  async send(method: string, path: string, options: CallOptions = {}): Promise<HttpAnswer> {
    const { apiVersion } = await this.ping();
    const query = encodeQuery(options.query ?? {});
    const headers: Record<string, string> = { ...AGENT, ...options.headers };
    let body: RequestOptions['body'];
    if (options.raw !== undefined) body = options.raw;
    else if (options.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      body = JSON.stringify(options.body);
    }
    return this.transport.send({
      method,
      target: `/v${apiVersion}${path}${query === '' ? '' : `?${query}`}`,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(options.hijack === true ? { hijack: true } : {}),
    });
  }

  /** Sends a request and throws `DaemonError` unless it succeeded. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<HttpAnswer> {
    const answer = await this.send(method, path, options);
    if (answer.status >= 200 && answer.status < 400) return answer;
    if (answer.status === 101) return answer;
    throw await failure(answer, method, path);
  }

  /** The answer's body as text. */
  async text(method: string, path: string, options: CallOptions = {}): Promise<string> {
    const answer = await this.call(method, path, options);
    return decoder.decode(await readAll(answer.body));
  }

  /** The answer's body as JSON. */
  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const text = await this.text(method, path, options);
    return JSON.parse(text === '' ? 'null' : text) as T;
  }
}

const AGENT = { 'User-Agent': 'Docker-Client/29.7.2 (linux)' } as const;

/** Whether version `a` (`1.45`) is older than `b`. */
function older(a: string, b: string): boolean {
  const [x = [], y = []] = [a, b].map((text) => text.split('.').map(Number));
  return (x[0] ?? 0) < (y[0] ?? 0) || ((x[0] ?? 0) === (y[0] ?? 0) && (x[1] ?? 0) < (y[1] ?? 0));
}

async function failure(answer: HttpAnswer, method: string, path: string): Promise<DaemonError> {
  const text = decoder.decode(await readAll(answer.body)).trim();
  if (text === '') {
    const status = `${answer.status}${answer.reason === '' ? '' : ` ${answer.reason}`}`;
    return new DaemonError(
      answer.status,
      method === 'HEAD' ? answer.reason : `request returned ${status} for API route ${path}`,
    );
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return new DaemonError(answer.status, parsed.message.trim());
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new DaemonError(answer.status, text);
}

/** JSON values that follow one another in a stream (events, progress). */
export async function* jsonStream<T>(body: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  for await (const text of valueTexts(body)) yield JSON.parse(text) as T;
}

/** The texts of the JSON values in a stream. */
export async function* valueTexts(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const streamDecoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += streamDecoder.decode(chunk, { stream: true });
    for (;;) {
      const end = endOfValue(rest);
      if (end < 0) break;
      yield rest.slice(0, end);
      rest = rest.slice(end);
    }
  }
  if (rest.trim() !== '') yield rest;
}

/** Where the first complete JSON object of `text` ends, or -1. */
function endOfValue(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}
