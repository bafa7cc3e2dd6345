import { isErrno } from '../../kernel/errno.ts';
import type { Network } from '../../kernel/kernel.ts';
import { systemError } from '../errors.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** Ports the kernel gives out on its own (net.ipv4.ip_local_port_range). */
const FIRST = 32768;
const LAST = 60999;

export interface Held {
  readonly hostIp: string;
  readonly port: number;
  readonly protocol: Protocol;
  release(): void;
}

const wildcard = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';
const sameFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':');

/** Host ports that containers have published. */
export class PortAllocator {
  readonly #network: Network;
  readonly #held = new Set<Held>();
  #next = FIRST;
  constructor(network: Network) {
    this.#network = network;
  }

  #conflicts(ip: string, port: number, protocol: Protocol): boolean {
    for (const held of this.#held)
      if (
        held.port === port &&
        held.protocol === protocol &&
        sameFamily(held.hostIp, ip) &&
        (held.hostIp === ip || wildcard(held.hostIp) || wildcard(ip))
      )
        return true;
    return false;
  }

  /** Opens `port` on each of the addresses for `to`. Throws the text that follows the endpoint's name. */
  publish(
    addresses: readonly string[],
    port: number,
    protocol: Protocol,
    to: Parameters<Network['publish']>[0]['to'],
  ): Held[] {
    const taken: Held[] = [];
    try {
      for (const ip of addresses) taken.push(this.#open(ip, port, protocol, to));
    } catch (error) {
      for (const held of taken) held.release();
      throw error;
    }
    return taken;
  }

  /** As `publish`, with a port of the daemon's choice from `first` to `last`. */
  publishAny(
    addresses: readonly string[],
    protocol: Protocol,
    to: Parameters<Network['publish']>[0]['to'],
    range?: readonly [number, number],
  ): Held[] {
    const [first, last] = range ?? [FIRST, LAST];
    const count = last - first + 1;
    for (let tried = 0; tried < count; tried++) {
      const port = range ? first + tried : this.#next;
      if (!range) this.#next = port >= LAST ? FIRST : port + 1;
      if (addresses.some((ip) => this.#conflicts(ip, port, protocol))) continue;
      try {
        return this.publish(addresses, port, protocol, to);
      } catch (error) {
        if (tried === count - 1) throw error;
      }
    }
    throw systemError(
      range ? `Bind for ${addresses[0]}:${first} failed: port is already allocated` : 'all ports are allocated',
    );
  }

  #open(ip: string, port: number, protocol: Protocol, to: Parameters<Network['publish']>[0]['to']): Held {
    const shown = ip.includes(':') ? `[${ip}]` : ip;
    if (this.#conflicts(ip, port, protocol))
      throw systemError(`Bind for ${shown}:${port} failed: port is already allocated`);
    let close: () => void = () => undefined;
    // The machine's network speaks IPv4; the IPv6 side of a published port only keeps the books.
    if (!ip.includes(':')) {
      try {
        close = this.#network.publish({ hostIp: ip, hostPort: port, protocol, to });
      } catch (error) {
        if (isErrno(error, 'EADDRINUSE'))
          throw systemError(`failed to bind host port ${shown}:${port}/${protocol}: address already in use`);
        if (isErrno(error, 'EADDRNOTAVAIL'))
          throw systemError(`failed to bind host port ${shown}:${port}/${protocol}: cannot assign requested address`);
        throw error;
      }
    }
    const held: Held = {
      hostIp: ip,
      port,
      protocol,
      release: () => {
        if (this.#held.delete(held)) close();
      },
    };
    this.#held.add(held);
    return held;
  }
}
