/** Linux bridges in the host's namespace: a segment on which the plugged-in interfaces see each other. */
import { Errno } from '../errno.ts';
import type { Bridge, BridgePort, NetNamespace } from '../kernel.ts';
import { contains, formatAddress, parseAddress, parseCidr, type Cidr } from './address.ts';
import { Interface, type Counters } from './interface.ts';
import { Stack } from './namespace.ts';

/** A member of a segment: an interface in some namespace. */
export interface Member {
  readonly stack: Stack;
  readonly iface: Interface;
  /** The host's end of the veth pair; undefined for the bridge's own interface. */
  readonly outer?: Interface;
}

export interface BridgeOptions {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly internal?: boolean;
  readonly icc?: boolean;
  /** Whether Docker's packet filter looks after it; true by default. */
  readonly docker?: boolean;
}

export class BridgeLink {
  readonly kind = 'bridge';
  readonly name: string;
  readonly internal: boolean;
  /** Whether containers on it may talk to each other. */
  readonly icc: boolean;
  readonly docker: boolean;
  /** The stack whose bridge it is. */
  readonly owner: Stack;
  readonly members: Member[] = [];
  constructor(owner: Stack, options: BridgeOptions) {
    this.owner = owner;
    this.name = options.name;
    this.internal = options.internal ?? false;
    this.icc = options.icc ?? true;
    this.docker = options.docker ?? true;
  }
  /** ARP: who on this segment has the address? */
  find(address: number): Member | undefined {
    return this.members.find(({ iface }) => iface.up && iface.address === address);
  }
}

/** The hardware address Docker derives from an IPv4 address. */
export const macOf = (address: number): string =>
  `02:42:${formatAddress(address)
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':')}`;

export class HostBridge implements Bridge {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly internal: boolean;
  readonly #host: Stack;
  readonly #link: BridgeLink;
  readonly #network: Cidr;
  readonly #own: Interface;

  constructor(host: Stack, options: BridgeOptions, onRemove: () => void) {
    if (host.interfaces.some((iface) => iface.name === options.name)) throw new Errno('EEXIST', options.name);
    this.name = options.name;
    this.subnet = options.subnet;
    this.gateway = options.gateway;
    this.internal = options.internal ?? false;
    this.#host = host;
    this.#network = parseCidr(options.subnet);
    this.#link = new BridgeLink(host, options);
    const address = parseAddress(options.gateway.replace(/\/\d+$/, ''));
    this.#own = new Interface({
      name: options.name,
      index: host.nextIndex(),
      mac: macOf(address ?? this.#network.base),
      link: this.#link,
      ...(address === undefined ? {} : { network: { ...this.#network, address } }),
    });
    host.add(this.#own);
    this.#link.members.push({ stack: host, iface: this.#own });
    this.#onRemove = onRemove;
  }
  readonly #onRemove: () => void;

  attach(
    ns: NetNamespace,
    options: { ifname: string; address: string; mac: string; endpointId: string; tap?: string },
  ): BridgePort {
    if (!(ns instanceof Stack)) throw new Errno('EINVAL');
    const { fabric } = this.#host;
    const { tap } = options;
    const address = parseAddress(options.address.replace(/\/\d+$/, ''));
    if (address === undefined || !contains(this.#network, address)) throw new Errno('EINVAL', options.address);
    if (this.#link.find(address)) throw new Errno('EADDRINUSE', options.address);
    if (ns.interfaces.some((iface) => iface.name === options.ifname)) throw new Errno('EEXIST', options.ifname);
    const outerIndex = this.#host.nextIndex();
    const iface = new Interface({
      name: options.ifname,
      index: ns.nextIndex(),
      mac: options.mac || macOf(address),
      link: this.#link,
      network: { ...this.#network, address },
      ...(tap === undefined && { peerIndex: outerIndex }),
      // An internal network's containers get no default route.
      ...(this.internal || this.#own.address === undefined ? {} : { gateway: this.#own.address }),
    });
    const outer = new Interface({
      name: tap ?? `veth${fabric.chance.hex(7)}`,
      index: outerIndex,
      mac: `${fabric.chance.pick(['2a', '7e', 'b6', 'd2', '8e'])}:${fabric.chance.hex(10).replace(/..(?!$)/g, '$&:')}`,
      link: { kind: 'veth' },
      ...(tap === undefined && { peerIndex: iface.index }),
      master: this.name,
    });
    const member: Member = { stack: ns, iface, outer };
    ns.add(iface);
    this.#host.add(outer);
    this.#link.members.push(member);
    const event = {
      ns: ns.inode,
      bridge: this.name,
      ifname: iface.name,
      address: formatAddress(address),
      endpoint: options.endpointId,
    };
    // Another machine's namespaces are not this one's to tell of.
    const inside = ns.fabric === fabric;
    if (inside) fabric.host.log.emit('net.attach', event);
    else ns.fabric.outside = fabric;
    let attached = true;
    return {
      ifname: iface.name,
      stats: iface as Counters,
      detach: () => {
        if (!attached) return;
        attached = false;
        this.#link.members.splice(this.#link.members.indexOf(member), 1);
        ns.remove(iface);
        this.#host.remove(outer);
        if (inside) fabric.host.log.emit('net.detach', event);
        else ns.fabric.outside = undefined;
      },
    };
  }

  remove(): void {
    if (this.#link.members.length > 1) throw new Errno('EBUSY', this.name);
    this.#host.remove(this.#own);
    this.#link.members.length = 0;
    this.#onRemove();
  }
}
