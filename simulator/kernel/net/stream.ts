/** Connected streams: two ends that hand bytes to each other, over TCP or a unix socket. */
import { Notifier } from '../blocking.ts';
import { Errno } from '../errno.ts';
import { ByteQueue } from './buffer.ts';
import type { InetAddress, NetHost, StreamSocket, UnixAddress } from './stack.ts';

/** Bytes the receiver takes before the sender has to wait (tcp_rmem and tcp_wmem together, by default). */
const WINDOW = 212_992;
/** How long the retransmissions of a cut connection go on (tcp_retries2 = 15), ms. */
const RETRANSMIT_TIMEOUT = 924_600;

/** Reports a socket's changes through the kernel's scheduler, many at once as one. */
export class Changes extends Notifier {
  readonly #host: NetHost;
  #queued = false;
  constructor(host: NetHost) {
    super();
    this.#host = host;
  }
  override notify(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#host.wake(() => {
      this.#queued = false;
      super.notify();
    });
  }
}

/** What a connection is told of for counters and the event log. `up` is the side that connected. */
export interface Flow {
  readonly latency: number;
  /** Whether the path still exists (no interface on it was taken away). */
  readonly alive: boolean;
  packet(direction: 'up' | 'down', bytes: number): void;
  /** Both ends are closed. */
  ended(): void;
}

/** A flow inside one machine that nobody counts: unix sockets. */
const QUIET: Flow = { latency: 0, alive: true, packet: () => undefined, ended: () => undefined };

type Family = 'inet' | 'unix';

export class StreamEnd implements StreamSocket {
  readonly kind = 'stream';
  readonly changed: Changes;
  readonly local: InetAddress | UnixAddress;
  readonly remote: InetAddress | UnixAddress;
  owner: unknown;
  readonly #host: NetHost;
  readonly #family: Family;
  readonly #flow: Flow;
  readonly #direction: 'up' | 'down';
  #peer!: StreamEnd;
  readonly #inbox = new ByteQueue();
  /** Bytes this end sent that are still on their way. */
  #inFlight = 0;
  #received = 0;
  #endReceived = false;
  #readShut = false;
  #writeShut = false;
  #closed = false;
  /** A reset came in: reads fail once with it, writes always. */
  #error: Errno | undefined;
  #broken = false;
  #retransmitting = false;
  /** Called when this end is closed. */
  onClose: (() => void) | undefined;

  private constructor(
    host: NetHost,
    side: { local: InetAddress | UnixAddress; remote: InetAddress | UnixAddress },
    flow: Flow,
    direction: 'up' | 'down',
  ) {
    this.#host = host;
    this.changed = new Changes(host);
    this.local = side.local;
    this.remote = side.remote;
    this.#family = side.local.family;
    this.#flow = flow;
    this.#direction = direction;
  }

  /** Both ends of a new connection: the connecting one first. */
  static pair(
    host: NetHost,
    from: InetAddress | UnixAddress,
    to: InetAddress | UnixAddress,
    flow: Flow = QUIET,
    seen: { from: InetAddress | UnixAddress; to: InetAddress | UnixAddress } = { from, to },
  ): [StreamEnd, StreamEnd] {
    const a = new StreamEnd(host, { local: from, remote: to }, flow, 'up');
    const b = new StreamEnd(host, { local: seen.to, remote: seen.from }, flow, 'down');
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  get readable(): boolean {
    return this.#inbox.size > 0 || this.#endReceived || this.#readShut || this.#error !== undefined || this.#broken;
  }

  get writable(): boolean {
    return this.#writeShut || this.#error !== undefined || this.#broken || this.#room() > 0;
  }

  get receiveQueue(): number {
    return this.#inbox.size;
  }
  get sendQueue(): number {
    return this.#inFlight;
  }
  /** The connection's state as netstat names it. */
  get state(): 'ESTABLISHED' | 'CLOSE_WAIT' | 'FIN_WAIT2' {
    if (this.#endReceived) return 'CLOSE_WAIT';
    return this.#writeShut ? 'FIN_WAIT2' : 'ESTABLISHED';
  }
  /** Bytes that arrived here so far. */
  get received(): number {
    return this.#received;
  }
  get peer(): StreamEnd {
    return this.#peer;
  }

  #room(): number {
    if (this.#peer.#closed || this.#peer.#readShut) return WINDOW;
    return Math.max(0, WINDOW - this.#peer.#inbox.size - this.#inFlight);
  }

  tryRead(max: number): Uint8Array | undefined {
    if (this.#closed) throw new Errno('EBADF');
    if (this.#readShut) return new Uint8Array(0);
    if (this.#inbox.size > 0) {
      const bytes = this.#inbox.take(max);
      if (bytes.length > 0) this.#peer.changed.notify();
      return bytes;
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    return this.#endReceived || this.#broken ? new Uint8Array(0) : undefined;
  }

  tryWrite(data: Uint8Array): number {
    if (this.#closed) throw new Errno('EBADF');
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    if (this.#broken || this.#writeShut) throw new Errno('EPIPE');
    // A unix socket knows at once that its other end is gone; TCP learns it from the answer to what it sends.
    if (this.#family === 'unix' && (this.#peer.#closed || this.#peer.#readShut)) throw new Errno('EPIPE');
    const room = this.#room();
    const count = Math.min(room, data.length);
    if (count === 0) return 0;
    this.#flow.packet(this.#direction, count);
    if (!this.#flow.alive) {
      this.#inFlight += count;
      this.#retransmit();
      return count;
    }
    const bytes = data.slice(0, count);
    this.#inFlight += count;
    this.#travel(() => {
      this.#inFlight -= count;
      this.#peer.#arrive(bytes);
    });
    return count;
  }

  /** Bytes reach this end. */
  #arrive(bytes: Uint8Array): void {
    this.#received += bytes.length;
    if (this.#closed) {
      // Nobody is there to take them: the kernel answers with a reset.
      this.#peer.#reset(this.#peer.#endReceived ? undefined : 'ECONNRESET');
      return;
    }
    if (!this.#readShut) {
      this.#inbox.push(bytes);
      this.changed.notify();
    }
  }

  shutdown(how: 'read' | 'write'): void {
    if (this.#broken) throw new Errno('ENOTCONN');
    if (how === 'read') {
      this.#readShut = true;
      this.#inbox.clear();
      this.changed.notify();
      this.#peer.changed.notify();
      return;
    }
    this.#finish();
    this.changed.notify();
  }

  /** Sends the end of the stream. */
  #finish(): void {
    if (this.#writeShut || this.#broken) return;
    this.#writeShut = true;
    this.#flow.packet(this.#direction, 0);
    if (!this.#flow.alive) return;
    const peer = this.#peer;
    this.#travel(() => {
      peer.#endReceived = true;
      peer.changed.notify();
    });
  }

  /** tcp(7): closing with unread data sends a reset instead of the end. */
  close(): void {
    if (this.#closed) return;
    const unread = this.#inbox.size > 0 && this.#family === 'inet';
    if (unread) this.abort();
    else this.#finish();
    this.#closed = true;
    this.#inbox.clear();
    this.changed.notify();
    this.#peer.changed.notify();
    this.onClose?.();
    if (this.#peer.#closed) this.#flow.ended();
  }

  /** Sends a reset: the other end's reads and writes fail with ECONNRESET. */
  abort(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#writeShut = true;
    const peer = this.#peer;
    if (this.#flow.alive) this.#travel(() => peer.#reset('ECONNRESET'));
    this.changed.notify();
  }

  #reset(code: 'ECONNRESET' | 'ETIMEDOUT' | undefined): void {
    if (this.#broken || this.#closed) return;
    this.#broken = true;
    if (code) this.#error = new Errno(code);
    this.changed.notify();
  }

  #travel(arrive: () => void): void {
    if (this.#flow.latency > 0) this.#host.clock.timer(this.#flow.latency, arrive);
    else arrive();
  }

  #retransmit(): void {
    if (this.#retransmitting) return;
    this.#retransmitting = true;
    this.#host.clock.timer(RETRANSMIT_TIMEOUT, () => this.#reset('ETIMEDOUT'));
  }
}
