/** IPv4 addresses and networks as numbers and text. */
import { Errno } from '../errno.ts';

/** The address as an unsigned number, or undefined when the text is no IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!parts) return undefined;
  let value = 0;
  for (const part of parts.slice(1)) {
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value;
}

export const formatAddress = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');

/** A network in CIDR notation; the address part may be any address of it. */
export interface Cidr {
  /** The address as written. */
  readonly address: number;
  readonly base: number;
  readonly prefix: number;
}

/** Reads `10.0.0.1/24`. Throws EINVAL. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  const prefix = slash < 0 ? 32 : Number(text.slice(slash + 1));
  if (address === undefined || !(prefix >= 0 && prefix <= 32)) throw new Errno('EINVAL', text);
  return { address, base: (address & maskOf(prefix)) >>> 0, prefix };
}

export const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);

export const contains = (network: { base: number; prefix: number }, address: number): boolean =>
  (address & maskOf(network.prefix)) >>> 0 === network.base;

export const isLoopback = (address: number): boolean => address >>> 24 === 127;

/**
 * The IPv4 address meant by a host text: `::` and the empty text are any, `::1` is the loopback (a socket for both families
 * is one IPv4 socket here), brackets and IPv4-mapped forms are undone. Throws EINVAL for anything else.
 */
export function hostAddress(host: string): number {
  const text = host.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:/i, '');
  if (text === '' || text === '::' || text === '*') return 0;
  if (text === '::1' || text === 'localhost') return 0x7f000001;
  const address = parseAddress(text);
  if (address === undefined) throw new Errno('EINVAL', host);
  return address;
}
