/**
 * The kernel's own interface: what container runtimes, daemons and the machine's facade use beyond system calls.
 */
import type { Env, ExitStatus, NetworkInterface, Sys, WindowSize } from './abi.ts';
import type { Layer } from './fs/layer.ts';
import type { Hardware } from './hardware.ts';
import type { EventLog } from './log.ts';
import type { Program, ProgramRegistry } from './programs.ts';
import type { Random } from './random.ts';
import type { SignalName } from './signals.ts';

export type NamespaceType = 'cgroup' | 'ipc' | 'mnt' | 'net' | 'pid' | 'time' | 'user' | 'uts';

/** A namespace: an object that processes share or not; `inode` is what /proc/PID/ns shows. */
export interface Namespace<T extends NamespaceType = NamespaceType> {
  readonly type: T;
  readonly inode: number;
}
export interface UtsNamespace extends Namespace<'uts'> {
  hostname: string;
  domainname: string;
}
/** The process ids of one pid namespace; a child namespace's processes are seen in its parents too. */
export interface PidNamespace extends Namespace<'pid'> {
  readonly parent: PidNamespace | undefined;
  /** The process with id 1, once there is one. */
  readonly init: Process | undefined;
}
/** One mount as /proc/mounts shows it. */
export interface MountInfo {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly options: readonly string[];
}
export interface MountNamespace extends Namespace<'mnt'> {
  mounts(): MountInfo[];
  /** Mounts something at `target`, which must exist (callers create it with `ensurePath`). */
  mount(target: string, what: MountSource, options?: { readonly?: boolean; flags?: readonly string[] }): void;
  unmount(target: string): void;
  /** Creates the directory (or empty file) `path` and its parents where missing, as root, mode 0755 (0644). */
  ensurePath(path: string, type: 'dir' | 'file'): void;
  /** Privileged access to the tree as this namespace sees it, without permission checks. */
  readonly files: FileAccess;
}
export type MountSource =
  /** lower: topmost first. `upper` undefined makes the mount read-only. */
  | {
      readonly type: 'overlay';
      readonly lower: readonly Layer[];
      readonly upper: UpperDir | undefined;
      readonly label?: string;
    }
  /** A disk: a writable tree that starts with what the layers hold (topmost first). */
  | { readonly type: 'ext4'; readonly lower: readonly Layer[]; readonly source: string }
  | { readonly type: 'tmpfs'; readonly size?: number; readonly mode?: number; readonly source?: string }
  | { readonly type: 'bind'; readonly from: MountNamespace; readonly path: string }
  | { readonly type: 'proc' }
  | { readonly type: 'sysfs' }
  | { readonly type: 'cgroup2' }
  | { readonly type: 'devtmpfs' }
  | { readonly type: 'devpts' }
  | { readonly type: 'mqueue' };

/** The writable directory of an overlay. Survives its mounts, so a stopped container keeps its files. */
export interface UpperDir {
  /** What changed against `lower` (topmost first), as `docker diff` lists it: sorted by path. */
  changes(lower: readonly Layer[]): { kind: 'A' | 'C' | 'D'; path: string }[];
  /** A frozen copy as a layer; entries that are mount points of the runtime can be left out. */
  freeze(exclude?: (path: string) => boolean): Layer;
  /** Bytes of its files. */
  size(): number;
  /** Disk usage in blocks of 4 KiB with its directories, as the snapshotter counts it. */
  usage(): number;
  /** Drops all it holds and gives the room back (its container is removed). */
  discard(): void;
}

/** Whole-file access for daemons: paths are absolute; symlinks are followed within the tree. Throws Errno. */
export interface FileAccess {
  exists(path: string): boolean;
  stat(path: string, follow?: boolean): import('./abi.ts').Stat;
  readdir(path: string): import('./abi.ts').DirEntry[];
  read(path: string): Uint8Array;
  data(path: string): import('./fs/data.ts').FileData;
  readlink(path: string): string;
  write(
    path: string,
    data: Uint8Array | string | import('./fs/data.ts').FileData,
    meta?: { mode?: number; uid?: number; gid?: number; mtime?: number },
  ): void;
  mkdir(path: string, meta?: { mode?: number; uid?: number; gid?: number; mtime?: number; parents?: boolean }): void;
  symlink(target: string, path: string, meta?: { uid?: number; gid?: number; mtime?: number }): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, mtimeMs: number): void;
  rename(from: string, to: string): void;
  /** Removes recursively; missing is no error. */
  remove(path: string): void;
  /** Frozen snapshot of the subtree at `path` as a layer (content shared, not copied). */
  snapshot(path: string): Layer;
  /** Lays `layer` over the subtree at `path`. */
  apply(path: string, layer: Layer): void;
  /** Calls back for each change below `path`; returns the function that ends it. */
  watch(path: string, listener: (path: string) => void): () => void;
}

/** Limits of a cgroup; undefined is `max`. Memory in bytes, cpu in CPUs (0.5 is half a CPU). */
export interface CgroupLimits {
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly pids?: number;
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpuset?: string;
}
export interface Cgroup {
  readonly path: string;
  limits: CgroupLimits;
  readonly usage: {
    readonly memory: number;
    readonly memoryPeak: number;
    readonly pids: number;
    /** CPU time used, ms. */
    readonly cpu: number;
    readonly readBytes: number;
    readonly writeBytes: number;
    readonly oomKills: number;
  };
  processes(): Process[];
  /** The freezer: frozen processes do not run and answer no signal but KILL. */
  freeze(on: boolean): void;
  kill(signal: SignalName): void;
  child(name: string): Cgroup;
  remove(): void;
  /** Called when the OOM killer has killed a process of this cgroup. */
  onOom(listener: (victim: Process) => void): () => void;
}

export interface Namespaces {
  readonly cgroup: Namespace<'cgroup'>;
  readonly ipc: Namespace<'ipc'>;
  readonly mnt: MountNamespace;
  readonly net: NetNamespace;
  readonly pid: PidNamespace;
  readonly time: Namespace<'time'>;
  readonly user: Namespace<'user'>;
  readonly uts: UtsNamespace;
}

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Effective and bounding set, names with CAP_. */
  readonly capabilities: ReadonlySet<string>;
}

/** Reads and writes one end of a pipe, pty or socket from outside any process (daemons' and facades' side). */
export interface Channel {
  /** An empty array is the end. */
  read(max?: number): Promise<Uint8Array>;
  write(data: Uint8Array | string): Promise<void>;
  closeWrite(): void;
  close(): void;
}

/** A terminal pair held by a daemon or facade: `master` is its side. */
export interface Pty {
  readonly master: Channel;
  readonly name: string;
  resize(size: WindowSize): void;
  size(): WindowSize;
  /** The number (from 1) of the prompt at which the session's own process, its shell, waits for keys; 0 while none does. */
  prompting(): number;
}

/** What a process' descriptor is connected to. */
export type Stdio =
  | { readonly kind: 'null' }
  | { readonly kind: 'pty'; readonly pty: Pty }
  /** A new pipe; its other end appears in `Process.stdio`. */
  | { readonly kind: 'pipe' }
  /** Shares the caller's open file. */
  | { readonly kind: 'fd'; readonly sys: Sys; readonly fd: number };

/** A process to start from outside: what a container runtime hands to the kernel (clone + execve). */
export interface ProcessSpec {
  readonly argv: readonly string[];
  /** The resolved file to execute in the mount namespace; its errors are thrown as Errno. Or a program to run directly. */
  readonly exec: string | Program;
  readonly env: Env;
  readonly cwd: string;
  readonly namespaces: Namespaces;
  readonly cgroup: Cgroup;
  readonly credentials: Credentials;
  readonly parent?: Process;
  readonly stdio: readonly [Stdio, Stdio, Stdio];
  /** Session leader with stdio[0]'s pty as controlling terminal. */
  readonly terminal?: boolean;
  readonly noNewPrivileges?: boolean;
  readonly rlimits?: Readonly<Record<string, readonly [number, number]>>;
  readonly umask?: number;
  readonly oomScoreAdj?: number;
  /** Virtual ms before the first instruction runs. */
  readonly startDelay?: number;
  /** The most it can ever hold (capabilities(7)); without it what `credentials` holds. */
  readonly bounding?: ReadonlySet<string>;
  /** Adopts orphans among its descendants, as containerd-shim does. */
  readonly subreaper?: boolean;
}

export type ProcessState = 'running' | 'sleeping' | 'stopped' | 'zombie' | 'dead';

export interface Process {
  /** Host pid. */
  readonly pid: number;
  /** Pid as seen in `ns` (0 when not visible there). */
  pidIn(ns: PidNamespace): number;
  readonly parent: Process | undefined;
  readonly argv: readonly string[];
  readonly env: Env;
  /** comm: name of the executed file, 15 characters. */
  readonly comm: string;
  readonly state: ProcessState;
  readonly namespaces: Namespaces;
  readonly cgroup: Cgroup;
  readonly credentials: Credentials;
  readonly startedAt: number;
  /** CPU time, ms. */
  readonly cpu: number;
  readonly memory: number;
  readonly ttyName: string | undefined;
  /** Other ends of the descriptors that were asked for as pipes. */
  readonly stdio: readonly (Channel | undefined)[];
  kill(signal: SignalName): void;
  /** Resolves when the process has ended (the kernel reaps it when its parent does not). */
  readonly exited: Promise<ExitStatus>;
  readonly sys: Sys;
}

// --- network

/** Stack of one network namespace: interfaces, addresses, routes, sockets. */
export interface NetNamespace extends Namespace<'net'> {
  readonly interfaces: readonly NetworkInterface[];
  readonly loopbackOnly: boolean;
}

/** A Linux bridge in the host's network namespace, e.g. docker0. */
export interface Bridge {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly internal: boolean;
  /**
   * Plugs namespace `ns` in as interface `ifname` with `address`; returns the plug. With `tap` the namespace is another
   * machine's, and the bridge's end of the wire is a tap device of that name.
   */
  attach(
    ns: NetNamespace,
    options: { ifname: string; address: string; mac: string; endpointId: string; tap?: string },
  ): BridgePort;
  remove(): void;
}
export interface BridgePort {
  readonly ifname: string;
  readonly stats: { rxBytes: number; txBytes: number; rxPackets: number; txPackets: number };
  detach(): void;
}

/** Answers names for the embedded resolver (127.0.0.11) of one namespace; undefined lets the query go upstream. */
export type NameService = (name: string) => readonly string[] | undefined;

/** A host of the simulated internet (a registry, a package mirror): TCP ports and who answers there. */
export interface RemoteHost {
  readonly names: readonly string[];
  readonly address: string;
  readonly ports: ReadonlyMap<number, (connection: Channel, peer: { host: string; port: number }) => void>;
  /** One-way latency, ms. */
  readonly latency: number;
}

export interface Network {
  createNamespace(): NetNamespace;
  /** `icc: false` keeps the containers on the bridge from reaching each other; `docker: false`: no network of Docker's. */
  createBridge(options: {
    name: string;
    subnet: string;
    gateway: string;
    internal?: boolean;
    icc?: boolean;
    docker?: boolean;
  }): Bridge;
  setNameService(ns: NetNamespace, service: NameService | undefined): void;
  /**
   * Publishes a port (DNAT + docker-proxy): connections to hostIp:hostPort in the host's namespace reach `to`.
   * Throws EADDRINUSE when something else listens there. Returns the function that takes it back.
   */
  publish(rule: {
    hostIp: string;
    hostPort: number;
    protocol: 'tcp' | 'udp' | 'sctp';
    to: { ns: NetNamespace; address: string; port: number };
  }): () => void;
  addRemoteHost(host: RemoteHost): void;
  /** Opens a stream from namespace `ns` from outside any process. */
  connect(ns: NetNamespace, host: string, port: number): Promise<Channel>;
}

/** Pace of the virtual clock against the viewer's time. */
export type Pace =
  { readonly mode: 'instant' } | { readonly mode: 'real'; readonly factor: number } | { readonly mode: 'step' };

export interface Clock {
  /** Virtual milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` of virtual time. */
  sleep(ms: number): Promise<void>;
  /** Calls back after `ms`; returns the cancel function. */
  timer(ms: number, callback: () => void): () => void;
}

export interface Kernel {
  /** What it runs on. */
  readonly hardware: Hardware;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: ProgramRegistry;
  readonly network: Network;
  /** The initial namespaces (the host's). */
  readonly init: Namespaces;
  readonly rootCgroup: Cgroup;
  /** A new namespace. `pid` is a child of `parent`; `mnt` starts as an empty tree. */
  createUts(hostname: string): UtsNamespace;
  createPid(parent: PidNamespace): PidNamespace;
  createMounts(): MountNamespace;
  createNamespace<T extends 'cgroup' | 'ipc' | 'time' | 'user'>(type: T): Namespace<T>;
  createUpper(): UpperDir;
  createPty(size?: WindowSize): Pty;
  /** The cgroup that processes of cgroup namespace `ns` see as `/`. */
  setCgroupRoot(ns: Namespace<'cgroup'>, root: Cgroup): void;
  /** Sets a namespaced kernel parameter, e.g. `net.core.somaxconn`. */
  setSysctl(namespaces: Namespaces, name: string, value: string): void;
  /** Uses up process ids of a namespace, as threads and short-lived helpers do. */
  usePids(ns: PidNamespace, count: number): void;
  /** Starts a process. Throws Errno (ENOENT, EACCES, ENOEXEC, EAGAIN) when the file cannot be executed. */
  start(spec: ProcessSpec): Process;
  processes(): Process[];
  findProcess(hostPid: number): Process | undefined;
  /**
   * Real work of the host (loading code, compiling): its result arrives at a drained point, in the order asked for, so
   * that what happens does not depend on how long it took. Every `import()` after boot has to go through it.
   */
  external<T>(work: Promise<T>): Promise<T>;
  /** Opens a unix socket of `ns` from outside any process (a real socket's other half, the page's API panel). */
  connectUnix(ns: MountNamespace, path: string): Promise<Channel>;
}
