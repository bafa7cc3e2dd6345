/** Listening stream sockets: a queue of connections until they are accepted. */
import { Changes, type StreamEnd } from './stream.ts';
import type { InetAddress, ListenSocket, NetHost, StreamSocket, UnixAddress } from './stack.ts';

/** net.core.somaxconn. */
const BACKLOG = 4096;

export class ListenEnd implements ListenSocket {
  readonly kind = 'listen';
  readonly changed: Changes;
  readonly local: InetAddress | UnixAddress;
  readonly writable = false;
  readonly owner: unknown;
  readonly #backlog: StreamEnd[] = [];
  readonly #limit: number;
  #closed = false;
  readonly #onClose: () => void;

  constructor(host: NetHost, local: InetAddress | UnixAddress, owner: unknown, onClose: () => void, limit = BACKLOG) {
    this.changed = new Changes(host);
    this.local = local;
    this.owner = owner;
    this.#onClose = onClose;
    this.#limit = limit;
  }

  get readable(): boolean {
    return this.#backlog.length > 0 || this.#closed;
  }
  get closed(): boolean {
    return this.#closed;
  }
  get waiting(): number {
    return this.#backlog.length;
  }

  /** Queues the accepting end of a new connection; false when the backlog is full. */
  offer(end: StreamEnd): boolean {
    if (this.#closed || this.#backlog.length >= this.#limit) return false;
    end.owner = this.owner;
    this.#backlog.push(end);
    this.changed.notify();
    return true;
  }

  tryAccept(): StreamSocket | undefined {
    return this.#backlog.shift();
  }

  /** Connections nobody accepted are reset. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    for (const end of this.#backlog.splice(0)) {
      end.abort();
      end.close();
    }
    this.changed.notify();
  }
}
