/** Unix stream sockets, found by the inode they are bound to. */
import { Errno } from '../errno.ts';
import { ListenEnd } from './listen.ts';
import type { ListenSocket, NetHost, StreamSocket, UnixSockets } from './stack.ts';
import { StreamEnd } from './stream.ts';

export class UnixRegistry implements UnixSockets {
  readonly #host: NetHost;
  readonly #bound = new WeakMap<object, ListenEnd>();
  constructor(host: NetHost) {
    this.#host = host;
  }

  listen(inode: object, path: string): ListenSocket {
    const existing = this.#bound.get(inode);
    if (existing && !existing.closed) throw new Errno('EADDRINUSE', path);
    // The inode stays when the socket is closed; connecting to it is then refused.
    const socket = new ListenEnd(this.#host, { family: 'unix', path }, undefined, () => undefined);
    this.#bound.set(inode, socket);
    return socket;
  }

  connect(inode: object, path: string): StreamSocket {
    const listening = this.#bound.get(inode);
    if (!listening || listening.closed) throw new Errno('ECONNREFUSED', path);
    const [ours, theirs] = StreamEnd.pair(this.#host, { family: 'unix', path: '' }, { family: 'unix', path });
    if (!listening.offer(theirs)) throw new Errno('EAGAIN', path);
    return ours;
  }

  pair(): [StreamSocket, StreamSocket] {
    return StreamEnd.pair(this.#host, { family: 'unix', path: '' }, { family: 'unix', path: '' });
  }
}
