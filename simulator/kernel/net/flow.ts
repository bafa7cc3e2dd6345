/** One TCP connection as counters and the event log see it. */
import type { FlowEnds } from './events.ts';
import type { Hop } from './route.ts';
import type { NetHost } from './stack.ts';
import type { Flow } from './stream.ts';

/** Ethernet, IP and TCP headers with time stamps; the payload of a full segment. */
const HEADERS = 66;
const SEGMENT = 1448;

export class TcpFlow implements Flow {
  readonly id: number;
  readonly latency: number;
  readonly #host: NetHost;
  readonly #path: readonly Hop[];
  readonly #ends: FlowEnds;
  #sent = 0;
  #received = 0;
  constructor(host: NetHost, id: number, ends: FlowEnds, path: readonly Hop[], latency: number) {
    this.#host = host;
    this.id = id;
    this.#ends = ends;
    this.#path = path;
    this.latency = latency;
  }

  get alive(): boolean {
    return this.#path.every(({ stack, iface }) => stack.interfaces.includes(iface) && iface.up);
  }

  /** The three-way handshake. */
  open(via: string | undefined): void {
    this.#count('up', 74, 1);
    this.#count('down', 74, 1);
    this.#count('up', HEADERS, 1);
    this.#host.log.emit('net.connect', { flow: this.id, ...this.#ends, ...(via === undefined ? {} : { via }) });
  }

  /** `bytes` 0 is the end of a direction (FIN). */
  packet(direction: 'up' | 'down', bytes: number): void {
    const segments = Math.max(1, Math.ceil(bytes / SEGMENT));
    this.#count(direction, bytes + segments * HEADERS, segments);
    const acknowledgements = Math.ceil(segments / 2);
    this.#count(direction === 'up' ? 'down' : 'up', acknowledgements * HEADERS, acknowledgements);
    if (bytes === 0) return;
    const first = direction === 'up' ? this.#sent === 0 : this.#received === 0;
    if (direction === 'up') this.#sent += bytes;
    else this.#received += bytes;
    if (first) this.#host.log.emit('net.data', { flow: this.id, direction });
  }

  ended(): void {
    this.#host.log.emit('net.bytes', { flow: this.id, ...this.#ends, sent: this.#sent, received: this.#received });
  }

  #count(direction: 'up' | 'down', bytes: number, packets: number): void {
    countPath(this.#path, direction, bytes, packets);
  }
}

/** Counts packets on every interface of a path; `down` is the way back. */
export function countPath(path: readonly Hop[], direction: 'up' | 'down', bytes: number, packets: number): void {
  for (const { iface, direction: way } of path) {
    iface.count(direction === 'up' ? way : way === 'rx' ? 'tx' : 'rx', bytes, packets);
  }
}
