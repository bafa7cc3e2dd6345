/** IPv4 addresses and subnets as numbers. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

/** The address as a number, or undefined where the text is none. */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

export const subnetSize = (subnet: Subnet): number => 2 ** (32 - subnet.prefix);

/** `10.0.0.0/24`; undefined where the text is no IPv4 prefix. Bits of the host part are kept out of `base`. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address, length] = text.split('/');
  const number = parseAddress(address ?? '');
  const prefix = Number(length);
  if (number === undefined || length === undefined || !/^\d{1,2}$/.test(length) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(number / size) * size, prefix };
}

export const formatSubnet = (subnet: Subnet): string => `${formatAddress(subnet.base)}/${subnet.prefix}`;

export const contains = (subnet: Subnet, address: number): boolean =>
  address >= subnet.base && address < subnet.base + subnetSize(subnet);

export const overlaps = (a: Subnet, b: Subnet): boolean => contains(a, b.base) || contains(b, a.base);
