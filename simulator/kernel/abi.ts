/**
 * The system-call interface: all that programs know of the machine. A call that can block returns a promise; the others
 * are synchronous. A failed call throws (or rejects with) `Errno`.
 *
 * A process that is killed never returns from the call it waits in: its promise stays pending for ever, so `finally`
 * blocks of a program do not run, as on Linux.
 */
import type { Kernel, NamespaceType } from './kernel.ts';
import type { Program } from './programs.ts';
import type { SignalName } from './signals.ts';

export type Env = Record<string, string>;

export interface OpenFlags {
  read?: boolean;
  write?: boolean;
  append?: boolean;
  create?: boolean;
  exclusive?: boolean;
  truncate?: boolean;
  directory?: boolean;
  noFollow?: boolean;
}

export type FileType = 'file' | 'dir' | 'symlink' | 'char' | 'block' | 'fifo' | 'socket';

/** What stat(2) tells. Times are milliseconds since the epoch, `size` is bytes, `blocks` 512-byte units. */
export interface Stat {
  readonly type: FileType;
  readonly ino: number;
  readonly dev: number;
  /** Permission bits with setuid, setgid and sticky (0o7777). */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly blocks: number;
  readonly rdev: readonly [number, number];
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
}

export interface DirEntry {
  readonly name: string;
  readonly type: FileType;
}

/** How a process ended: with an exit code, or by a signal. */
export type ExitStatus = { readonly code: number } | { readonly signal: SignalName; readonly core?: boolean };

/** The value of `$?` for a status: the code, or 128 + signal number. */
export type WaitResult = {
  readonly pid: number;
  readonly status: ExitStatus | { readonly stopped: SignalName } | { readonly continued: true };
};

export interface SpawnOptions {
  readonly argv: readonly string[];
  /** The file to execute; without it `argv[0]`. Looked up along `env.PATH` where it holds no slash. */
  readonly path?: string;
  readonly env?: Env;
  readonly cwd?: string;
  /** child's fd → caller's fd. Without it the child gets the caller's 0, 1 and 2. */
  readonly fds?: Readonly<Record<number, number>>;
  /** 0: a process group of its own; n: joins group n; absent: the caller's group. */
  readonly pgid?: number;
  /** Starts a session of its own (setsid), with fd `ctty` of the child as controlling terminal where given. */
  readonly session?: boolean;
  readonly ctty?: number;
  /** Makes the child's group the terminal's foreground group (for the shells' job control). */
  readonly foreground?: boolean;
  /** Signals reset to the default or ignored in the child. */
  readonly ignore?: readonly SignalName[];
}

export interface ForkOptions extends Omit<SpawnOptions, 'argv' | 'path'> {
  /** What ps shows; without it the caller's. */
  readonly argv?: readonly string[];
}

export type SignalHandler = (signal: SignalName) => void;

export interface TerminalMode {
  /** Line editing by the terminal (ICANON). */
  canonical: boolean;
  echo: boolean;
  /** ^C, ^\ and ^Z make signals (ISIG). */
  signals: boolean;
  /** \n is written as \r\n (OPOST|ONLCR). */
  postprocess: boolean;
  /** \r is read as \n (ICRNL). */
  crToNl: boolean;
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

export type SocketAddress =
  | { readonly family: 'unix'; readonly path: string }
  /** `host` is an IPv4 address ('0.0.0.0' for any). Port 0 lets the system choose. */
  | { readonly family: 'inet'; readonly host: string; readonly port: number };

export interface PollRequest {
  readonly fd: number;
  readonly events: 'read' | 'write';
}

export interface MountRequest {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly options?: readonly string[];
}

export interface NetworkInterface {
  readonly name: string;
  /** Its number, and that of a veth's other end. */
  readonly index?: number;
  readonly peerIndex?: number | undefined;
  /** The bridge it is plugged into. */
  readonly master?: string | undefined;
  readonly mac: string;
  readonly up: boolean;
  readonly mtu: number;
  /** `[address, prefix length]`. */
  readonly addresses: readonly (readonly [string, number])[];
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxPackets: number;
  readonly txPackets: number;
}

export interface Datagram {
  readonly from: { readonly host: string; readonly port: number };
  readonly data: Uint8Array;
}

/** The calls of one process. */
export interface Sys {
  // --- the process itself
  /** The process id as the process sees it (in its own pid namespace). */
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly argv: readonly string[];
  /** Overwrites what ps shows as the command line, as servers do (`nginx: master process …`). */
  setArguments(argv: readonly string[]): void;
  /** The environment; a program may change its own copy. */
  readonly env: Env;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  cwd(): string;
  chdir(path: string): void;
  chroot(path: string): void;
  umask(mask?: number): number;
  setuid(uid: number): void;
  setgid(gid: number): void;
  setgroups(gids: readonly number[]): void;
  hostname(): string;
  sethostname(name: string): void;
  uname(): { sysname: string; nodename: string; release: string; version: string; machine: string };
  /** Whether the process holds the capability, e.g. `CAP_NET_ADMIN`. */
  capable(capability: string): boolean;

  // --- processes
  /** fork + exec. Throws ENOENT, EACCES, ENOEXEC, EAGAIN (pids limit). Returns the child's pid. */
  spawn(options: SpawnOptions): number;
  /** A child that runs `main` (a subshell, say) with a copy of the caller's descriptors. */
  fork(main: Program, options?: ForkOptions): number;
  /** Replaces the program of this process; never resolves when it works. `path` is looked up and rejected as in `spawn`. */
  exec(path: string, argv: readonly string[], env?: Env): Promise<never>;
  /** Waits for a child (-1: any). With `noHang` resolves to undefined when none has changed. Rejects ECHILD, EINTR. */
  wait(pid?: number, options?: { noHang?: boolean; untraced?: boolean }): Promise<WaitResult | undefined>;
  /** Ends the process now; the returned promise never resolves. */
  exit(code: number): Promise<never>;
  /** kill(2): pid > 0 a process, 0 the own group, -1 all, < -1 the group -pid. `0` as signal only checks. */
  kill(pid: number, signal: SignalName | 0): void;
  /**
   * Sets what a signal does. With `restart: false` a blocking call that a handled signal interrupts rejects with EINTR;
   * by default the call goes on afterwards (SA_RESTART).
   */
  signal(signal: SignalName, action: 'default' | 'ignore' | SignalHandler, options?: { restart?: boolean }): void;
  /** Waits until a signal's handler has run (pause(2)). Better than a promise of one's own, which the kernel cannot see. */
  pause(): Promise<void>;
  setpgid(pid: number, pgid: number): void;
  setsid(): number;
  /** Virtual time in milliseconds since the epoch. */
  now(): number;
  /** Sleeps `ms` of virtual time. Rejects EINTR as `signal` says. */
  sleep(ms: number): Promise<void>;
  /**
   * Charges a little CPU time: resolves at once most of the time, and every so often after the other processes had
   * their turn. A loop that makes no other call must call it, so that it can be interrupted.
   */
  tick(cost?: number): Promise<void> | void;
  /** CPU time of the process, and of its children that were waited for, in ms (times(2)). */
  times(): { user: number; system: number; childrenUser: number; childrenSystem: number };
  /** Uses `ms` of CPU time (slower under a cpu limit). */
  compute(ms: number): Promise<void>;
  /** Sets the process's anonymous memory to `bytes`. Over the cgroup's limit the OOM killer runs. */
  memory(bytes: number): void;
  /**
   * Waits for real work of the host, `sys.external(import('./x.ts'))`: its result arrives at a drained point, in the order
   * asked for, so that what happens does not depend on how long it took. Awaiting an import() directly is a mistake.
   */
  external<T>(work: Promise<T>): Promise<T>;
  /**
   * A resource limit, soft and hard (Infinity: unlimited), e.g. `RLIMIT_NOFILE`; set where given. Throws EPERM when the hard
   * limit would rise without CAP_SYS_RESOURCE, EINVAL for a soft limit above the hard one.
   */
  rlimit(name: string, limits?: readonly [number, number]): readonly [number, number];
  /** Chance from the machine's seed. */
  random(below: number): number;

  // --- files
  open(path: string, flags?: OpenFlags, mode?: number): number;
  close(fd: number): void;
  /** Duplicates onto the lowest free descriptor not below `min`. */
  dup(fd: number, min?: number): number;
  dup2(fd: number, target: number): void;
  /** Open descriptors, ascending. */
  fds(): number[];
  closeOnExec(fd: number, on: boolean): void;
  /** Up to `max` bytes; an empty array is the end. */
  read(fd: number, max?: number): Promise<Uint8Array>;
  /** Writes all of `data`. On a pipe without readers SIGPIPE is raised, then EPIPE. */
  write(fd: number, data: Uint8Array | string): Promise<void>;
  seek(fd: number, offset: number, whence: 'set' | 'current' | 'end'): number;
  truncate(target: string | number, size: number): void;
  stat(path: string): Stat;
  lstat(path: string): Stat;
  fstat(fd: number): Stat;
  /** Entries in creation order, without `.` and `..`. */
  readdir(path: string): DirEntry[];
  mkdir(path: string, mode?: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number, options?: { noFollow?: boolean }): void;
  utimes(path: string, atime: number, mtime: number, options?: { noFollow?: boolean }): void;
  mknod(path: string, type: 'char' | 'block' | 'fifo', mode: number, rdev: readonly [number, number]): void;
  access(path: string, mode: { read?: boolean; write?: boolean; execute?: boolean }): boolean;
  realpath(path: string): string;
  statfs(path: string): { type: string; source: string; target: string; size: number; used: number; available: number };
  mount(request: MountRequest): void;
  /**
   * Enters namespaces of process `pid` (setns(2)); `pid` namespaces take effect for children, `mnt` also changes root and
   * working directory. Throws EPERM without CAP_SYS_ADMIN, ESRCH.
   */
  setns(pid: number, types: readonly NamespaceType[]): void;
  /** Gives the process namespaces of its own (unshare(2)). */
  unshare(types: readonly NamespaceType[]): void;
  unmount(path: string): void;
  sync(): void;
  /** Reads a whole regular file (or /proc file) at once. */
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  /** Writes a whole file, created with `mode` (0o666 & ~umask by default). */
  writeFile(path: string, data: Uint8Array | string, mode?: number): void;

  // --- pipes, terminals, polling
  pipe(): [number, number];
  isatty(fd: number): boolean;
  /** `[master, slave]`. */
  openpty(size?: WindowSize): [number, number];
  terminalMode(fd: number, change?: Partial<TerminalMode>): TerminalMode;
  windowSize(fd: number, size?: WindowSize): WindowSize;
  /** Name of the terminal, e.g. /dev/pts/0. */
  ttyname(fd: number): string;
  foregroundGroup(fd: number, pgid?: number): number;
  /** Resolves to the requests that are ready; empty after `timeoutMs`. */
  poll(requests: readonly PollRequest[], timeoutMs?: number): Promise<PollRequest[]>;

  // --- sockets
  /** A listening stream socket. Throws EADDRINUSE, EACCES. */
  listen(address: SocketAddress): number;
  accept(fd: number): Promise<number>;
  /** Rejects ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ETIMEDOUT, ENOENT (unix). */
  connect(address: SocketAddress): Promise<number>;
  shutdown(fd: number, how: 'read' | 'write'): void;
  sockname(fd: number): SocketAddress;
  peername(fd: number): SocketAddress;
  udp(address?: { host: string; port: number }): number;
  sendto(fd: number, to: { host: string; port: number }, data: Uint8Array): void;
  recvfrom(fd: number): Promise<Datagram>;
  /** getaddrinfo(3): /etc/hosts, then the name servers of /etc/resolv.conf. Empty when the name is unknown. */
  resolve(name: string): Promise<string[]>;
  /** One echo request; resolves to the round trip in ms, or undefined after `timeoutMs` without answer. */
  ping(host: string, timeoutMs?: number): Promise<number | undefined>;
  interfaces(): NetworkInterface[];
  setInterface(name: string, change: { up?: boolean }): void;

  /** The kernel's own interface, for container runtimes and daemons; throws EPERM outside the initial namespaces or without CAP_SYS_ADMIN. */
  kernel(): Kernel;
}

/** `$?` for how a process ended. */
export { exitCode } from './status.ts';
