import { conflict, forbidden } from '../errors.ts';
import { contains, overlaps, parseSubnet, subnetSize, type Subnet } from './address.ts';

/** Pools Docker takes subnets from, in this order: [block, prefix length of a network]. */
const DEFAULT_POOLS: readonly (readonly [string, number])[] = [
  ...Array.from({ length: 15 }, (_, i): readonly [string, number] => [`172.${17 + i}.0.0/16`, 16]),
  ['192.168.0.0/16', 20],
  ['10.0.0.0/8', 24],
];

/** The first default subnet that overlaps none of `used`. */
export function nextSubnet(used: readonly Subnet[]): Subnet {
  for (const [block, prefix] of DEFAULT_POOLS) {
    const pool = parseSubnet(block)!;
    const size = 2 ** (32 - prefix);
    for (let base = pool.base; base < pool.base + subnetSize(pool); base += size) {
      const subnet = { base, prefix };
      if (!used.some((other) => overlaps(subnet, other))) return subnet;
    }
  }
  throw forbidden('all predefined address pools have been fully subnetted');
}

/** Addresses of one subnet: the lowest free one is given next. */
export class AddressPool {
  readonly subnet: Subnet;
  /** Addresses given without being asked for come from here. */
  readonly range: Subnet;
  readonly #used = new Set<number>();
  constructor(subnet: Subnet, range: Subnet = subnet) {
    this.subnet = subnet;
    this.range = range;
    if (subnet.prefix < 31) {
      this.#used.add(subnet.base);
      this.#used.add(subnet.base + subnetSize(subnet) - 1);
    }
  }
  get used(): number {
    return this.#used.size;
  }
  get available(): number {
    let taken = 0;
    for (const address of this.#used) if (contains(this.range, address)) taken++;
    return subnetSize(this.range) - taken;
  }
  /** Takes a given address. Throws when it is taken. */
  take(address: number): number {
    if (this.#used.has(address)) throw conflict('Address already in use');
    this.#used.add(address);
    return address;
  }
  /** Takes the lowest free address. */
  next(): number {
    const end = this.range.base + subnetSize(this.range);
    for (let address = this.range.base; address < end; address++)
      if (!this.#used.has(address)) return this.take(address);
    throw conflict("no available IPv4 addresses on this network's address pools");
  }
  release(address: number): void {
    this.#used.delete(address);
  }
}
