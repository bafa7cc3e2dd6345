/** Where packets go: from a namespace over links, through the host as a router, to a namespace or out into the world. */
import type { ErrnoCode } from '../errno.ts';
import type { RemoteHost } from '../kernel.ts';
import { contains, formatAddress, isLoopback } from './address.ts';
import type { BridgeLink } from './bridge.ts';
import type { Interface } from './interface.ts';
import type { Stack } from './namespace.ts';

/** One pass of a packet through an interface, in the direction of the one who asks. */
export interface Hop {
  readonly stack: Stack;
  readonly iface: Interface;
  readonly direction: 'rx' | 'tx';
}

export type Delivery =
  | {
      readonly kind: 'local';
      readonly stack: Stack;
      readonly address: number;
      readonly source: number;
      readonly path: readonly Hop[];
      /** The address a router on the way put in place of the source (MASQUERADE). */
      readonly masquerade?: number;
    }
  | {
      readonly kind: 'remote';
      readonly host: RemoteHost | undefined;
      readonly source: number;
      readonly path: readonly Hop[];
    }
  /** `drop`: a packet filter or nobody there; the sender gets no answer at all. */
  | { readonly kind: 'failed'; readonly reason: Extract<ErrnoCode, 'ENETUNREACH' | 'EHOSTUNREACH'> | 'drop' };

interface RouteEntry {
  readonly base: number;
  readonly prefix: number;
  readonly gateway: number | undefined;
  readonly iface: Interface;
}

/** The routing table of a stack: networks of its interfaces, and the first interface's gateway as default. */
export function routesOf(stack: Stack): RouteEntry[] {
  const up = stack.interfaces.filter((iface) => iface.up && iface.link.kind !== 'loopback');
  const table: RouteEntry[] = [];
  const byGateway = up.find((iface) => iface.gateway !== undefined);
  if (byGateway) table.push({ base: 0, prefix: 0, gateway: byGateway.gateway, iface: byGateway });
  for (const iface of up) {
    if (iface.network)
      table.push({ base: iface.network.base, prefix: iface.network.prefix, gateway: undefined, iface });
  }
  return table;
}

function lookup(stack: Stack, address: number): RouteEntry | undefined {
  let best: RouteEntry | undefined;
  for (const route of routesOf(stack)) {
    if (contains(route, address) && (!best || route.prefix > best.prefix)) best = route;
  }
  return best;
}

/** The Docker network whose bridge an interface is. */
function networkOf({ link, name }: Interface): BridgeLink | undefined {
  return link.kind === 'bridge' && link.docker && link.name === name ? link : undefined;
}

/** Whether Docker's packet filter lets the host forward between two interfaces. */
function forwards(from: Interface, to: Interface): boolean {
  // Networks are isolated from each other and from what comes in elsewhere, an internal one from everything
  // (DOCKER-BRIDGE, DOCKER-INTERNAL).
  return networkOf(to) === undefined && networkOf(from)?.internal !== true;
}

/** Follows a packet from `stack` to `address`. `filtered: false` is for what the host itself forwards (DNAT). */
export function follow(stack: Stack, address: number, filtered = true): Delivery {
  const path: Hop[] = [];
  let current = stack;
  let source: number | undefined;
  let came: Interface | undefined;
  let masquerade: number | undefined;
  for (let ttl = 0; ttl < 16; ttl++) {
    if (current.owns(address)) {
      if (current === stack) {
        const lo = current.loopback;
        if (!lo.up) return { kind: 'failed', reason: 'ENETUNREACH' };
        path.push({ stack, iface: lo, direction: 'tx' }, { stack, iface: lo, direction: 'rx' });
        source = isLoopback(address) ? 0x7f000001 : address;
      } else if (isLoopback(address)) return { kind: 'failed', reason: 'drop' };
      return {
        kind: 'local',
        stack: current,
        address,
        source: source!,
        path,
        ...(masquerade !== undefined && { masquerade }),
      };
    }
    const route = lookup(current, address);
    if (!route) return { kind: 'failed', reason: 'ENETUNREACH' };
    const { iface } = route;
    source ??= iface.address;
    if (source === undefined) return { kind: 'failed', reason: 'ENETUNREACH' };
    if (came && (!current.forwarding || (filtered && !forwards(came, iface))))
      return { kind: 'failed', reason: 'drop' };
    if (came && networkOf(came)) masquerade = iface.address;
    path.push({ stack: current, iface, direction: 'tx' });
    if (iface.link.kind === 'uplink') {
      return { kind: 'remote', host: current.fabric.remoteAt(formatAddress(address)), source, path };
    }
    if (iface.link.kind !== 'bridge') return { kind: 'failed', reason: 'EHOSTUNREACH' };
    const { link } = iface;
    const next = link.find(route.gateway ?? address);
    if (!next) return { kind: 'failed', reason: 'EHOSTUNREACH' };
    const self = link.members.find((member) => member.iface === iface);
    if (self?.outer && next.outer && !link.icc && filtered) return { kind: 'failed', reason: 'drop' };
    current.learn(next.iface, iface.name);
    next.stack.learn(iface, next.iface.name);
    if (self?.outer) path.push({ stack: link.owner, iface: self.outer, direction: 'rx' });
    if (next.outer) path.push({ stack: link.owner, iface: next.outer, direction: 'tx' });
    path.push({ stack: next.stack, iface: next.iface, direction: 'rx' });
    current = next.stack;
    came = next.iface;
  }
  return { kind: 'failed', reason: 'drop' };
}
