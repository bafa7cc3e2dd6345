/** Opening connections from programs: names, time limits and TLS. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Channel } from '../../kernel/kernel.ts';
import { sysChannel } from '../../http/channel.ts';

/** The outcome of work with a time limit. */
export type Timed<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/** Waits for `work` at most until virtual time `deadline`. The work goes on behind the caller's back when it is late. */
export async function until<T>(sys: Sys, work: Promise<T>, deadline: number): Promise<Timed<T>> {
  if (deadline === Infinity) return { done: true, value: await work };
  const left = Math.max(0, deadline - sys.now());
  let settled = false;
  const finished = work.then(
    (value): Timed<T> => {
      settled = true;
      return { done: true, value };
    },
    (error: unknown) => {
      // Nobody waits any more for work that was late: its failure is of no interest.
      if (settled) return { done: false } as const;
      throw error;
    },
  );
  const late = sys.sleep(left).then((): Timed<T> => {
    settled = true;
    return { done: false };
  });
  return Promise.race([finished, late]);
}

/** Addresses of a name: empty when unknown, undefined when no name server answered. */
export async function addressesOf(sys: Sys, host: string): Promise<string[] | undefined> {
  try {
    return await sys.resolve(host);
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return undefined;
    throw error;
  }
}

const MUSL = '/lib/ld-musl-x86_64.so.1';

/** What the C library of the image says about a name that `addressesOf` found no address for (gai_strerror). */
export function lookupFailure(sys: Sys, addresses: readonly string[] | undefined): string {
  let musl = true;
  try {
    sys.stat(MUSL);
  } catch (error) {
    if (!isErrno(error)) throw error;
    musl = false;
  }
  if (addresses === undefined) return musl ? 'Try again' : 'Temporary failure in name resolution';
  return musl ? 'Name does not resolve' : 'Name or service not known';
}

/** Whether an address is on this machine or one of its networks, where certificates and TLS are a server's own matter. */
export const isPrivate = (address: string): boolean =>
  /^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(address) || address === '::1';

const decoder = new TextDecoder('latin1');

/**
 * Begins TLS on a connection. Hosts of the simulated internet speak their protocol on it as if it were encrypted. On the
 * machine nobody has certificates: a server is greeted with a ClientHello, and its answer decides which error is shown.
 * Resolves to what came back when that is no TLS.
 */
export async function beginTls(
  channel: Channel,
  address: string,
  host: string,
): Promise<'ready' | 'not-tls' | 'closed'> {
  if (!isPrivate(address)) return 'ready';
  const name = new TextEncoder().encode(host);
  const hello = new Uint8Array(64 + name.length);
  hello.set([0x16, 3, 1, 0, 59 + name.length, 1]);
  hello.set(name, 64);
  await channel.write(hello);
  // A server that speaks something line-based sees one line without end; this ends it.
  await channel.write('\r\n\r\n');
  const answer = await channel.read(1024);
  if (answer.length === 0) return 'closed';
  return decoder.decode(answer.subarray(0, 1)) === '\x16' ? 'ready' : 'not-tls';
}

/** Connects to an address; the channel closes the descriptor. Rejects with the call's Errno. */
export async function dial(sys: Sys, address: string, port: number): Promise<Channel & { readonly fd: number }> {
  const fd = await sys.connect({ family: 'inet', host: address, port });
  return Object.assign(sysChannel(sys, fd), { fd });
}

/** Connects to a unix socket. */
export async function dialUnix(sys: Sys, path: string): Promise<Channel & { readonly fd: number }> {
  const fd = await sys.connect({ family: 'unix', path });
  return Object.assign(sysChannel(sys, fd), { fd });
}
