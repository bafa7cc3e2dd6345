/** The stack of one network namespace: interfaces, sockets by port, and the calls processes make. */
import { Errno, isErrno } from '../errno.ts';
import { formatAddress, hostAddress, isLoopback, maskOf } from './address.ts';
import { connectStream } from './connect.ts';
import { DatagramEnd } from './datagram.ts';
import { resolveName } from './dns.ts';
import type { Fabric } from './fabric.ts';
import { Interface } from './interface.ts';
import { ListenEnd } from './listen.ts';
import { echo } from './ping.ts';
import { routesOf } from './route.ts';
import type { Cancel, DatagramSocket, ListenSocket, NetStack, Route, SocketInfo, StreamSocket } from './stack.ts';
import type { StreamEnd } from './stream.ts';

/** net.ipv4.ip_local_port_range. */
const FIRST_PORT = 32768;
const LAST_PORT = 60999;

export class Stack implements NetStack {
  readonly type = 'net';
  readonly inode: number;
  readonly fabric: Fabric;
  /** Whether it passes on packets that are not for itself (the host). */
  readonly forwarding: boolean;
  readonly loopback: Interface;
  readonly #interfaces: Interface[] = [];
  readonly #neighbours = new Map<number, { mac: string; interface: string }>();
  readonly #listening: ListenEnd[] = [];
  readonly #datagrams: DatagramEnd[] = [];
  readonly #streams = new Set<StreamEnd>();
  #indexes = 1;
  #nextPort: number;

  constructor(fabric: Fabric, inode: number, forwarding: boolean) {
    this.fabric = fabric;
    this.inode = inode;
    this.forwarding = forwarding;
    // Each namespace starts somewhere else, so that ports tell connections apart in the pictures. Connecting sockets
    // get even ports (the kernel keeps odd ones for bind).
    this.#nextPort = FIRST_PORT + 2 * ((inode * 7919) % 14000);
    this.loopback = new Interface({
      name: 'lo',
      index: this.nextIndex(),
      mac: '00:00:00:00:00:00',
      link: { kind: 'loopback' },
      network: { address: 0x7f000001, base: 0x7f000000, prefix: 8 },
      mtu: 65536,
    });
    this.#interfaces.push(this.loopback);
  }

  get interfaces(): readonly Interface[] {
    return this.#interfaces;
  }
  get loopbackOnly(): boolean {
    return this.#interfaces.length === 1;
  }
  nextIndex(): number {
    return this.#indexes++;
  }
  add(iface: Interface): void {
    this.#interfaces.push(iface);
  }
  remove(iface: Interface): void {
    const at = this.#interfaces.indexOf(iface);
    if (at >= 0) this.#interfaces.splice(at, 1);
    for (const [address, entry] of [...this.#neighbours]) {
      if (entry.interface === iface.name) this.#neighbours.delete(address);
    }
  }
  setInterface(name: string, change: { up?: boolean }): void {
    const iface = this.#interfaces.find((candidate) => candidate.name === name);
    if (!iface) throw new Errno('ENODEV', name);
    if (change.up !== undefined) iface.up = change.up;
  }

  /** Whether the address is one of this namespace's own. */
  owns(address: number): boolean {
    return isLoopback(address) || this.#interfaces.some((iface) => iface.address === address);
  }

  learn(neighbour: Interface, via: string): void {
    if (neighbour.address !== undefined)
      this.#neighbours.set(neighbour.address, { mac: neighbour.mac, interface: via });
  }
  get neighbours(): readonly { address: string; mac: string; interface: string }[] {
    return [...this.#neighbours].map(([address, entry]) => ({ address: formatAddress(address), ...entry }));
  }

  get routes(): readonly Route[] {
    return routesOf(this).map(({ base, prefix, gateway, iface }) => ({
      destination: prefix === 0 ? 'default' : `${formatAddress((base & maskOf(prefix)) >>> 0)}/${prefix}`,
      gateway: gateway === undefined ? undefined : formatAddress(gateway),
      interface: iface.name,
      source: gateway === undefined && iface.address !== undefined ? formatAddress(iface.address) : undefined,
    }));
  }

  get sockets(): readonly SocketInfo[] {
    const nobody = { family: 'inet', host: '0.0.0.0', port: 0 } as const;
    const infos: SocketInfo[] = [];
    for (const socket of this.#listening) {
      if (socket.local.family !== 'inet') continue;
      infos.push({
        protocol: 'tcp',
        state: 'LISTEN',
        local: socket.local,
        remote: nobody,
        receiveQueue: socket.waiting,
        sendQueue: 0,
        owner: socket.owner,
      });
    }
    for (const end of this.#streams) {
      if (end.local.family !== 'inet' || end.remote.family !== 'inet') continue;
      const { state, local, remote, receiveQueue, sendQueue, owner } = end;
      infos.push({ protocol: 'tcp', state, local, remote, receiveQueue, sendQueue, owner });
    }
    for (const socket of this.#datagrams) {
      const { local, owner, receiveQueue } = socket;
      infos.push({ protocol: 'udp', state: 'UNCONN', local, remote: nobody, receiveQueue, sendQueue: 0, owner });
    }
    for (const { protocol, hostIp, hostPort } of this === this.fabric.hostStack ? this.fabric.publishing.bound : []) {
      if (protocol === 'sctp') continue;
      const local = { family: 'inet', host: formatAddress(hostAddress(hostIp)), port: hostPort } as const;
      const state = protocol === 'tcp' ? 'LISTEN' : 'UNCONN';
      const empty = { receiveQueue: 0, sendQueue: 0, owner: undefined };
      infos.push({ protocol, state, local, remote: nobody, ...empty, published: true });
    }
    return infos;
  }

  listen(host: string, port: number, owner?: unknown): ListenSocket {
    const address = this.#bindable(host);
    const chosen = port === 0 ? this.ephemeralPort(1) : port;
    if (!this.isFree('tcp', address, chosen)) throw new Errno('EADDRINUSE', `${host}:${port}`);
    const local = { family: 'inet', host: formatAddress(address), port: chosen } as const;
    const socket: ListenEnd = new ListenEnd(this.fabric.host, local, owner, () => {
      this.#listening.splice(this.#listening.indexOf(socket), 1);
      this.fabric.host.log.emit('net.unlisten', { ns: this.inode, host: local.host, port: chosen, protocol: 'tcp' });
    });
    this.#listening.push(socket);
    this.fabric.host.log.emit('net.listen', { ns: this.inode, host: local.host, port: chosen, protocol: 'tcp' });
    return socket;
  }

  udp(host: string, port: number, owner?: unknown): DatagramSocket {
    const address = this.#bindable(host);
    const chosen = port === 0 ? this.ephemeralPort(1) : port;
    if (!this.isFree('udp', address, chosen)) throw new Errno('EADDRINUSE', `${host}:${port}`);
    const socket: DatagramEnd = new DatagramEnd(this, address, chosen, owner, () =>
      this.#datagrams.splice(this.#datagrams.indexOf(socket), 1),
    );
    this.#datagrams.push(socket);
    return socket;
  }

  #bindable(host: string): number {
    let address: number;
    try {
      address = hostAddress(host);
    } catch (error) {
      if (isErrno(error)) throw new Errno('EADDRNOTAVAIL', host);
      throw error;
    }
    if (address !== 0 && !this.owns(address)) throw new Errno('EADDRNOTAVAIL', host);
    return address;
  }

  /** Whether nothing is bound there. `address` 0 collides with every other. */
  isFree(protocol: 'tcp' | 'udp', address: number, port: number): boolean {
    const bound: readonly { readonly local: { host?: string; port?: number } }[] =
      protocol === 'tcp' ? (this.#listening as never) : this.#datagrams;
    for (const { local } of bound) {
      if (local.port !== port) continue;
      const other = hostAddress(local.host ?? '');
      if (address === 0 || other === 0 || other === address) return false;
    }
    return !(this === this.fabric.hostStack && this.fabric.publishing.occupied(protocol, address, port));
  }

  /** The next free port of the local range; `step` 2 keeps to even ones. */
  ephemeralPort(step: 1 | 2 = 2): number {
    for (let tries = 0; tries <= LAST_PORT - FIRST_PORT; tries++) {
      const port = this.#nextPort;
      this.#nextPort += step;
      if (this.#nextPort > LAST_PORT) this.#nextPort = FIRST_PORT;
      if (this.isFree('tcp', 0, port) && this.isFree('udp', 0, port)) return port;
    }
    throw new Errno('EADDRNOTAVAIL');
  }

  /** Who listens for connections to the address. A socket bound to exactly this address goes first. */
  listenerFor(address: number, port: number): ListenEnd | undefined {
    return best(this.#listening, address, port);
  }
  datagramFor(address: number, port: number): DatagramEnd | undefined {
    return best(this.#datagrams, address, port);
  }
  /** Keeps an open connection for `sockets`. */
  track(end: StreamEnd): void {
    this.#streams.add(end);
    end.onClose = () => this.#streams.delete(end);
  }

  connect(host: string, port: number, done: (result: StreamSocket | Errno) => void, owner?: unknown): Cancel {
    return connectStream(this, host, port, done, owner);
  }
  ping(host: string, timeoutMs: number, done: (result: number | undefined | Errno) => void): Cancel {
    return echo(this, host, timeoutMs, done);
  }
  resolve(
    name: string,
    files: { readonly hosts: string; readonly resolvConf: string },
    done: (result: readonly string[] | Errno) => void,
  ): Cancel {
    return resolveName(this, name, files, done);
  }
}

function best<T extends { readonly local: { family: string; host?: string; port?: number } }>(
  sockets: readonly T[],
  address: number,
  port: number,
): T | undefined {
  let any: T | undefined;
  for (const socket of sockets) {
    if (socket.local.port !== port) continue;
    const bound = hostAddress(socket.local.host ?? '');
    if (bound === address) return socket;
    if (bound === 0) any ??= socket;
  }
  return any;
}
