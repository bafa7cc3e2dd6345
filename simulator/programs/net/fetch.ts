/** One HTTP request of wget, busybox's and GNU's: connects, asks, and hands the answer over. */
import { request, type RequestOptions } from '../../http/client.ts';
import type { HttpAnswer } from '../../http/http.ts';
import type { Sys } from '../../kernel/abi.ts';
import { beginTls, dial, until } from './dial.ts';
import { hostHeader, type Url } from './url.ts';

/** Why no answer came. */
export type FetchFailure = { readonly failed: 'timeout' | 'tls' };

export type Connection = Awaited<ReturnType<typeof dial>>;

/** Connects to one address of the URL's host. Rejects with connect's Errno. */
export async function open(sys: Sys, url: Url, address: string, deadline: number): Promise<Connection | FetchFailure> {
  const outcome = await until(sys, dial(sys, address, url.port), deadline);
  if (!outcome.done) return { failed: 'timeout' };
  const connection = outcome.value;
  if (url.scheme === 'https' && (await beginTls(connection, address, url.host)) !== 'ready') {
    connection.close();
    return { failed: 'tls' };
  }
  return connection;
}

/** Sends the request with a Host header first. Rejects with HttpError or Errno. */
export async function ask(
  sys: Sys,
  connection: Connection,
  url: Url,
  options: Omit<RequestOptions, 'target'>,
  deadline: number,
): Promise<HttpAnswer | FetchFailure> {
  const headers = { Host: hostHeader(url), ...options.headers };
  const outcome = await until(sys, request(connection, { ...options, target: url.target, headers }), deadline);
  return outcome.done ? outcome.value : { failed: 'timeout' };
}

/** Copies an answer's body; false when it took too long. */
export async function copyBody(
  sys: Sys,
  answer: HttpAnswer,
  deadline: () => number,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<boolean> {
  const parts = answer.body[Symbol.asyncIterator]();
  for (;;) {
    const outcome = await until(sys, parts.next(), deadline());
    if (!outcome.done) return false;
    if (outcome.value.done) return true;
    await write(outcome.value.value);
  }
}

/** The file name wget saves to. */
export function fileNameOf(url: Url): string {
  const name = url.target
    .replace(/[?#].*/, '')
    .split('/')
    .pop();
  return name === undefined || name === '' ? 'index.html' : decodeURIComponent(name);
}
