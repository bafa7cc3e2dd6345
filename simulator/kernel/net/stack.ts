/**
 * The seam between the kernel's system calls and the network: sockets as the kernel's descriptors hold them.
 *
 * Nothing here blocks. Each `try…` call answers at once or says "would block" (undefined, or 0 bytes); a caller that wants to
 * wait registers with the socket's `changed` queue and tries again when it is called:
 *
 *     for (;;) {
 *       const bytes = socket.tryRead(max);
 *       if (bytes) return bytes;
 *       await block((resume) => socket.changed.wait(resume)); // the kernel's own interruptible wait
 *     }
 *
 * Callbacks are never called from inside a `try…` call: they go through `NetHost.wake`, the kernel's scheduler.
 * Descriptors that are duplicated or inherited share one socket; the kernel calls `close` when the last one is gone.
 */
import type { Datagram, NetworkInterface } from '../abi.ts';
import type { Errno } from '../errno.ts';
import type { Channel, Clock, NetNamespace, Network } from '../kernel.ts';
import type { EventLog } from '../log.ts';
import type { Random } from '../random.ts';

/** What the network needs of the kernel. */
export interface NetHost {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly random: Random;
  /** Runs `callback` soon, in order, from the kernel's scheduler. */
  wake(callback: () => void): void;
}

/** A list of callbacks waiting for one object to change. Each is called once. */
export interface WaitQueue {
  /** Returns the function that takes the callback back. */
  wait(callback: () => void): () => void;
}

interface SocketBase {
  /** Notified whenever `readable` or `writable` may have changed. */
  readonly changed: WaitQueue;
  readonly readable: boolean;
  readonly writable: boolean;
  close(): void;
}

export type InetAddress = { readonly family: 'inet'; readonly host: string; readonly port: number };
export type UnixAddress = { readonly family: 'unix'; readonly path: string };

/** A connected stream (TCP or unix). */
export interface StreamSocket extends SocketBase {
  readonly kind: 'stream';
  readonly local: InetAddress | UnixAddress;
  readonly remote: InetAddress | UnixAddress;
  /** Bytes; empty at the end; undefined when the read would block. Throws ECONNRESET. */
  tryRead(max: number): Uint8Array | undefined;
  /** How many bytes of `data` were taken (0: would block). Throws EPIPE (the caller raises SIGPIPE) or ECONNRESET. */
  tryWrite(data: Uint8Array): number;
  shutdown(how: 'read' | 'write'): void;
}

/** A listening stream socket. */
export interface ListenSocket extends SocketBase {
  readonly kind: 'listen';
  readonly local: InetAddress | UnixAddress;
  /** The next accepted connection, or undefined when none waits. */
  tryAccept(): StreamSocket | undefined;
}

/** A UDP socket. */
export interface DatagramSocket extends SocketBase {
  readonly kind: 'datagram';
  readonly local: InetAddress;
  tryReceive(): Datagram | undefined;
  /** Throws ENETUNREACH, EHOSTUNREACH. */
  send(to: { host: string; port: number }, data: Uint8Array): void;
}

export type Socket = StreamSocket | ListenSocket | DatagramSocket;

/** Cancels a call under way (the caller was killed or interrupted). */
export type Cancel = () => void;

/** A socket as /proc/net/tcp, ss and netstat show it. */
export interface SocketInfo {
  readonly protocol: 'tcp' | 'udp';
  readonly state: 'LISTEN' | 'ESTABLISHED' | 'CLOSE_WAIT' | 'FIN_WAIT2' | 'UNCONN';
  readonly local: InetAddress;
  readonly remote: InetAddress;
  readonly receiveQueue: number;
  readonly sendQueue: number;
  /** What was passed as owner to `listen`, `connect` or `udp`. */
  readonly owner: unknown;
  /** The port is published: docker-proxy holds it. */
  readonly published?: boolean;
}

export interface Route {
  /** `default` or a network in CIDR notation. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly interface: string;
  readonly source: string | undefined;
}

/** The stack of one namespace: what `Sys` calls of the processes in it come to. */
export interface NetStack extends NetNamespace {
  readonly interfaces: readonly NetworkInterface[];
  readonly routes: readonly Route[];
  /** Neighbours whose hardware address is known, as `ip neigh` lists them. */
  readonly neighbours: readonly { address: string; mac: string; interface: string }[];
  readonly sockets: readonly SocketInfo[];
  /** Throws EADDRINUSE, EADDRNOTAVAIL. The kernel checks the right to bind ports below 1024. */
  listen(host: string, port: number, owner?: unknown): ListenSocket;
  /** `done` gets the socket or ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ETIMEDOUT. */
  connect(host: string, port: number, done: (result: StreamSocket | Errno) => void, owner?: unknown): Cancel;
  udp(host: string, port: number, owner?: unknown): DatagramSocket;
  /** One echo request: the round trip in ms, undefined without answer, or ENETUNREACH, EHOSTUNREACH. */
  ping(host: string, timeoutMs: number, done: (result: number | undefined | Errno) => void): Cancel;
  /** getaddrinfo(3) with the texts of the caller's /etc/hosts and /etc/resolv.conf. Empty: unknown. EAGAIN: no answer. */
  resolve(
    name: string,
    files: { readonly hosts: string; readonly resolvConf: string },
    done: (result: readonly string[] | Errno) => void,
  ): Cancel;
  setInterface(name: string, change: { up?: boolean }): void;
}

/** Unix sockets by the inode they are bound to; `inode` is the file system's object, compared by identity. */
export interface UnixSockets {
  /** Starts listening on a fresh socket inode; `path` is what sockname tells. */
  listen(inode: object, path: string): ListenSocket;
  /** Throws ECONNREFUSED when nobody listens on the inode (any more), EAGAIN when its backlog is full. */
  connect(inode: object, path: string): StreamSocket;
  /** Both ends of a fresh pair (socketpair(2)). */
  pair(): [StreamSocket, StreamSocket];
}

/** What `createNetwork` gives the kernel. */
export interface NetworkCore extends Network {
  /** The host's namespace. */
  readonly host: NetStack;
  readonly unix: UnixSockets;
  createNamespace(): NetStack;
  /** A socket as a channel, for daemons outside any process. */
  channel(socket: StreamSocket): Channel;
}
