/** The system calls of one program run by one process: `Sys`. */
import type { Datagram, NetworkInterface, SocketAddress, Sys } from './abi.ts';
import { Errno } from './errno.ts';
import { bindSocket } from './fs/calls.ts';
import { demand, find, WRITE } from './fs/walk.ts';
import type { Kernel } from './kernel.ts';
import type { NetStack, StreamSocket } from './net/stack.ts';
import { SocketFile } from './sockets.ts';
import { TerminalCalls } from './system-terminals.ts';

/** Ports below need CAP_NET_BIND_SERVICE on the host; Docker sets net.ipv4.ip_unprivileged_port_start to 0. */
const PRIVILEGED_PORTS = 1024;

/** Groups that may open ICMP sockets (net.ipv4.ping_group_range) where nothing else was set: all of them. */
export const PING_GROUP_RANGE = '0\t2147483647';

export class System extends TerminalCalls implements Sys {
  get #stack(): NetStack {
    return this.core.stackOf(this.process);
  }
  #add(socket: SocketFile['socket']): number {
    return this.process.descriptors.add(new SocketFile(socket, this.core.newInode(), () => this.core.clock.now()));
  }
  #socket<K extends SocketFile['socket']['kind']>(fd: number, kind: K): Extract<SocketFile['socket'], { kind: K }> {
    const file = this.process.descriptors.file(fd);
    if (!(file instanceof SocketFile)) throw new Errno('EINVAL', String(fd));
    if (file.socket.kind !== kind) throw new Errno('EINVAL', String(fd));
    return file.socket as Extract<SocketFile['socket'], { kind: K }>;
  }

  listen(address: SocketAddress): number {
    const process = this.enter(2);
    if (address.family === 'unix') {
      const inode = bindSocket(process.fs, address.path);
      return this.#add(this.core.network.unix.listen(inode, address.path));
    }
    if (
      address.port > 0 &&
      address.port < PRIVILEGED_PORTS &&
      this.#stack === this.core.network.host &&
      !this.capable('CAP_NET_BIND_SERVICE')
    ) {
      throw new Errno('EACCES');
    }
    return this.#add(this.#stack.listen(address.host, address.port, process));
  }

  accept(fd: number): Promise<number> {
    if (!this.live) return this.never();
    try {
      const socket = this.#socket(fd, 'listen');
      return this.blocking(
        () => {
          const accepted = socket.tryAccept();
          return accepted ? this.#add(accepted) : undefined;
        },
        () => [socket.changed],
      );
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  connect(address: SocketAddress): Promise<number> {
    if (!this.live) return this.never();
    const process = this.enter(2);
    if (address.family === 'unix') {
      return this.blocking(
        () => {
          const { node } = find(process.fs, address.path);
          if (node.type !== 'socket') throw new Errno('ECONNREFUSED', address.path);
          demand(process.fs, node, WRITE);
          return this.#add(this.core.network.unix.connect(node, address.path));
        },
        () => [],
      );
    }
    return this.answer<StreamSocket | Errno>((done) =>
      this.#stack.connect(address.host, address.port, done, process),
    ).then((result) => {
      if (result instanceof Errno) throw result;
      if (this.live) return this.#add(result);
      result.close();
      return this.never<number>();
    });
  }

  shutdown(fd: number, how: 'read' | 'write'): void {
    this.enter();
    this.#socket(fd, 'stream').shutdown(how);
  }
  sockname(fd: number): SocketAddress {
    const file = this.enter().descriptors.file(fd);
    if (!(file instanceof SocketFile)) throw new Errno('EINVAL', String(fd));
    return file.socket.local;
  }
  peername(fd: number): SocketAddress {
    this.enter();
    return this.#socket(fd, 'stream').remote;
  }
  udp(address: { host: string; port: number } = { host: '0.0.0.0', port: 0 }): number {
    return this.#add(this.#stack.udp(address.host, address.port, this.enter(2)));
  }
  sendto(fd: number, to: { host: string; port: number }, data: Uint8Array): void {
    this.enter();
    this.#socket(fd, 'datagram').send(to, data);
  }
  recvfrom(fd: number): Promise<Datagram> {
    if (!this.live) return this.never();
    try {
      const socket = this.#socket(fd, 'datagram');
      return this.blocking(
        () => socket.tryReceive(),
        () => [socket.changed],
      );
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  resolve(name: string): Promise<string[]> {
    if (!this.live) return this.never();
    this.enter(2);
    const text = (path: string): string => {
      try {
        return this.readText(path);
      } catch (error) {
        if (error instanceof Errno) return ''; // a missing file is an empty one to the resolver
        throw error;
      }
    };
    const files = { hosts: text('/etc/hosts'), resolvConf: text('/etc/resolv.conf') };
    return this.answer<readonly string[] | Errno>((done) => this.#stack.resolve(name, files, done)).then((result) => {
      if (result instanceof Errno) throw result;
      return [...result];
    });
  }
  ping(host: string, timeoutMs = 10000): Promise<number | undefined> {
    if (!this.live) return this.never();
    this.enter();
    // Without the right to raw sockets ping falls back to an ICMP socket, which a range of groups may open.
    const set = this.core.sysctls.get(this.process.namespaces.net)?.get('net.ipv4.ping_group_range');
    const [from, to] = (set ?? PING_GROUP_RANGE).split(/\s+/).map(Number);
    if (!this.capable('CAP_NET_RAW') && !(this.gid >= from! && this.gid <= to!))
      return Promise.reject(new Errno('EPERM'));
    return this.answer<{ result: number | undefined | Errno }>((done) =>
      this.#stack.ping(host, timeoutMs, (result) => done({ result })),
    ).then(({ result }) => {
      if (result instanceof Errno) throw result;
      return result;
    });
  }
  interfaces(): NetworkInterface[] {
    this.enter();
    return [...this.#stack.interfaces];
  }
  setInterface(name: string, change: { up?: boolean }): void {
    this.enter();
    if (!this.capable('CAP_NET_ADMIN')) throw new Errno('EPERM');
    this.#stack.setInterface(name, change);
  }

  kernel(): Kernel {
    const { namespaces } = this.enter();
    if (!this.capable('CAP_SYS_ADMIN') || namespaces.pid !== this.core.init.pid) throw new Errno('EPERM');
    return this.core;
  }
}
