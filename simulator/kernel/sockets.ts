/** Sockets as open files. */
import type { Stat } from './abi.ts';
import { anonymousStat, OpenFile } from './descriptors.ts';
import { Errno } from './errno.ts';
import type { Socket, WaitQueue } from './net/stack.ts';

export class SocketFile extends OpenFile {
  readonly type = 'socket';
  readonly socket: Socket;
  readonly #ino: number;
  readonly #now: () => number;
  constructor(socket: Socket, ino: number, now: () => number) {
    super(true, true);
    this.socket = socket;
    this.#ino = ino;
    this.#now = now;
  }
  override get changed(): WaitQueue {
    return this.socket.changed;
  }
  tryRead(max: number): Uint8Array | undefined {
    const { socket } = this;
    if (socket.kind === 'stream') return socket.tryRead(max);
    if (socket.kind === 'datagram') return socket.tryReceive()?.data;
    throw new Errno('ENOTCONN');
  }
  tryWrite(data: Uint8Array): number {
    if (this.socket.kind !== 'stream') throw new Errno('ENOTCONN');
    return this.socket.tryWrite(data);
  }
  override get readable(): boolean {
    return this.socket.readable;
  }
  override get writable(): boolean {
    return this.socket.writable;
  }
  stat(): Stat {
    return anonymousStat('socket', this.#ino, this.#now(), { mode: 0o777 });
  }
  get label(): string {
    return `socket:[${this.#ino}]`;
  }
  protected released(): void {
    this.socket.close();
  }
}
