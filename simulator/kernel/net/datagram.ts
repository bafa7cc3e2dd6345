/** UDP sockets, and datagrams through published ports. */
import type { Datagram } from '../abi.ts';
import { Errno } from '../errno.ts';
import { formatAddress, hostAddress, isLoopback } from './address.ts';
import { answerQuery } from './dns.ts';
import { countPath } from './flow.ts';
import type { Stack } from './namespace.ts';
import { follow, type Hop } from './route.ts';
import type { DatagramSocket, InetAddress } from './stack.ts';
import { Changes } from './stream.ts';

/** net.core.rmem_default: what does not fit is lost. */
const QUEUE_BYTES = 212_992;
/** Ethernet, IP and UDP headers. */
const HEADERS = 42;

interface Peer {
  readonly host: string;
  readonly port: number;
}

export class DatagramEnd implements DatagramSocket {
  readonly kind = 'datagram';
  readonly changed: Changes;
  readonly local: InetAddress;
  readonly owner: unknown;
  readonly writable = true;
  readonly #stack: Stack;
  readonly #address: number;
  readonly #queue: { datagram: Datagram; reply: ((data: Uint8Array) => void) | undefined }[] = [];
  #queued = 0;
  #closed = false;
  readonly #onClose: () => void;
  /** How to answer a peer that reached us through a published port: its real path back. */
  readonly #returns = new Map<string, (data: Uint8Array) => void>();

  constructor(stack: Stack, address: number, port: number, owner: unknown, onClose: () => void) {
    this.#stack = stack;
    this.#address = address;
    this.changed = new Changes(stack.fabric.host);
    this.local = { family: 'inet', host: formatAddress(address), port };
    this.owner = owner;
    this.#onClose = onClose;
  }

  get readable(): boolean {
    return this.#queue.length > 0 || this.#closed;
  }
  get receiveQueue(): number {
    return this.#queued;
  }

  tryReceive(): Datagram | undefined {
    if (this.#closed) throw new Errno('EBADF');
    const first = this.#queue.shift();
    if (!first) return undefined;
    this.#queued -= first.datagram.data.length;
    return first.datagram;
  }

  /** A datagram arrives; `reply` sends one back to where it really came from. */
  arrive(from: Peer, data: Uint8Array, reply?: (data: Uint8Array) => void): void {
    if (this.#closed || this.#queued + data.length > QUEUE_BYTES) return;
    if (reply) this.#returns.set(`${from.host}:${from.port}`, reply);
    this.#queue.push({ datagram: { from, data }, reply });
    this.#queued += data.length;
    this.changed.notify();
  }

  send(to: { host: string; port: number }, data: Uint8Array): void {
    if (this.#closed) throw new Errno('EBADF');
    const back = this.#returns.get(`${to.host}:${to.port}`);
    if (back) {
      back(data);
      return;
    }
    const { fabric } = this.#stack;
    const address = hostAddress(to.host) || 0x7f000001;
    const delivery = follow(this.#stack, address);
    if (delivery.kind === 'failed') {
      // Without an answer to ARP the datagram is lost later; only a missing route is told at once.
      if (delivery.reason === 'ENETUNREACH') throw new Errno('ENETUNREACH', to.host);
      return;
    }
    const source = this.#address || delivery.source;
    const seen = (delivery.kind === 'local' && delivery.masquerade) || source;
    const from: Peer = { host: formatAddress(seen), port: this.local.port };
    this.#count(delivery.path, data.length);
    fabric.host.log.emit('net.datagram', {
      from: { ns: this.#stack.inode, host: formatAddress(source), port: this.local.port },
      to: {
        ns: delivery.kind === 'local' && delivery.stack.fabric === fabric ? delivery.stack.inode : 0,
        host: to.host,
        port: to.port,
      },
      size: data.length,
    });
    const respond = (answer: Uint8Array): void => {
      countPath(delivery.path, 'down', answer.length + HEADERS, 1);
      this.arrive(to, answer);
    };
    if (delivery.kind === 'local') {
      if (
        delivery.stack === delivery.stack.fabric.hostStack &&
        this.#forwarded(delivery.stack, to, data, from, respond)
      )
        return;
      const socket = delivery.stack.datagramFor(address, to.port);
      if (socket) {
        socket.arrive(from, data.slice());
        return;
      }
    }
    if (to.port === 53) answerQuery(this.#stack, to.host, data, respond);
  }

  /** Through a published UDP port; answers come back by the same way. */
  #forwarded(router: Stack, to: Peer, data: Uint8Array, from: Peer, respond: (data: Uint8Array) => void): boolean {
    const rule = router.fabric.publishing.find('udp', hostAddress(to.host), to.port);
    if (!rule) return false;
    const address = hostAddress(rule.to.address);
    const inner = follow(router, address, false);
    if (inner.kind !== 'local') return true;
    this.#count(inner.path, data.length);
    const local = isLoopback(hostAddress(from.host)) || this.#stack === router;
    const seen = local ? { host: formatAddress(inner.source), port: from.port } : from;
    inner.stack.datagramFor(address, rule.to.port)?.arrive(seen, data.slice(), respond);
    return true;
  }

  #count(path: readonly Hop[], bytes: number): void {
    countPath(path, 'up', bytes + HEADERS, Math.max(1, Math.ceil(bytes / 1472)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.changed.notify();
  }
}
