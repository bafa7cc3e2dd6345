/** The kernel: one object that holds all state of the machine, and implements `Kernel`. */
import type { WindowSize } from './abi.ts';
import { ALL_CAPABILITIES } from './capabilities.ts';
import { CgroupNode } from './cgroups.ts';
import { VirtualClock, type HostLoop } from './clock.ts';
import { BusyCount, type Carrier } from './cpu.ts';
import { deliverPending, sendSignal } from './deliver.ts';
import { DescriptorTable, type OpenFile } from './descriptors.ts';
import { HOST_DEVICES, makeDevice, populateDev } from './devices.ts';
import { Errno } from './errno.ts';
import { commOf, resolveImage } from './exec.ts';
import { directory } from './fs/calls.ts';
import { open } from './fs/open.ts';
import { MountTable, Vfs } from './fs/namespace.ts';
import type { Layer } from './fs/layer.ts';
import type { Mount, SyntheticDir } from './fs/vfs.ts';
import { find } from './fs/walk.ts';
import { anonymousMount, openFileOf } from './files.ts';
import { HOST_HARDWARE, type Hardware } from './hardware.ts';
import type {
  Cgroup,
  Channel,
  Credentials,
  Kernel,
  MountNamespace,
  MountSource,
  Namespace,
  Namespaces,
  PidNamespace,
  ProcessSpec,
  Pty,
  Stdio,
  UpperDir,
} from './kernel.ts';
import { createProcess, launch } from './lifecycle.ts';
import { EventLog } from './log.ts';
import { Memory } from './memory.ts';
import { INITIAL_INODES, PidNs, PlainNamespace, UtsNs } from './namespaces.ts';
import { createNetwork } from './net/network.ts';
import type { NetStack, NetworkCore } from './net/stack.ts';
import { PipeChannel } from './pipe-channel.ts';
import { Pipe } from './pipes.ts';
import { uuid } from './uuid.ts';
import type { Proc, ProcNamespaces } from './process.ts';
import type { Program, ProgramRegistry } from './programs.ts';
import { Random } from './random.ts';
import type { SignalName } from './signals.ts';
import { attachTerminal } from './system-processes.ts';
import { System } from './system.ts';
import { syntheticTree } from './synthetic.ts';
import { HeldPty, Terminal, TerminalFile, TerminalTable } from './terminal.ts';

export interface KernelOptions {
  readonly host: HostLoop;
  readonly programs: ProgramRegistry;
  /** What is mounted on `/` of the host. Without it an empty tmpfs. */
  readonly root?: MountSource;
  /** Instead of `root`: the layer under the host's disk; what is written lies over it. */
  readonly rootLayer?: Layer;
  readonly seed?: number;
  readonly hostname?: string;
  /** Virtual time at boot, ms since the epoch. */
  readonly bootTime?: number;
  /** Told when a program threw, for whoever debugs it. */
  readonly crashed?: (process: Proc, error: unknown) => void;
  /** What it runs on; by default the host. */
  readonly hardware?: Hardware;
  /** Told of a letter that was written to /proc/sysrq-trigger. */
  readonly sysrq?: (key: string, writer: Proc | undefined) => void;
  /** What computes for it, where it runs in a virtual machine. */
  readonly carrier?: Carrier;
  /** The host's kernel, for one in a virtual machine: they share the clock and the source of chance, nothing else. */
  readonly within?: KernelCore;
}

/** Friday, 1 November 2024, 09:00:00 UTC. */
const BOOT_TIME = Date.UTC(2024, 10, 1, 9);
/** Numbers of processes a booted host has used up before anyone logs in. */
const BOOT_PIDS = 611;
const PID_MAX = 4194304;

export class KernelCore implements Kernel {
  readonly clock: VirtualClock;
  readonly bootTime: number;
  readonly log: EventLog;
  readonly random: Random;
  /** Chance in the lengths of things; apart from `random`, so that ids do not depend on scheduling. */
  readonly #jitter: Random;
  readonly programs: ProgramRegistry;
  readonly hardware: Hardware;
  readonly sysrq: KernelOptions['sysrq'];
  readonly carrier: Carrier | undefined;
  /** Kernels that run in virtual machines on this one. */
  readonly guests = new Set<KernelCore>();
  readonly loaded = new Map<string, Program>();
  readonly vfs: Vfs;
  readonly network: NetworkCore;
  readonly init: Namespaces & ProcNamespaces;
  readonly rootCgroup: CgroupNode;
  readonly memory: Memory;
  /** Processes that have not ended, oldest first. */
  readonly alive = new Set<Proc>();
  readonly busy = new BusyCount();
  /** Processes that a signal has stopped. */
  readonly stopped = new Set<Proc>();
  readonly hostTerminals = new TerminalTable();
  readonly #terminals = new WeakMap<object, TerminalTable>();
  readonly hostInit: Proc;
  /** The file system of objects without a name: pipes, sockets. */
  readonly anonymousMount: Mount;
  /** sysctl values by namespace that were changed. */
  readonly sysctls = new WeakMap<object, Map<string, string>>();
  readonly crashed: (process: Proc, error: unknown) => void;
  /** Trees of the synthetic file systems, made when first mounted. */
  readonly trees: { proc?: SyntheticDir; sys?: SyntheticDir; cgroup?: SyntheticDir } = {};
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  #inode = 20000;
  #namespaceInode = 4026532200;

  constructor(options: KernelOptions) {
    const seed = options.seed ?? 1;
    const { within } = options;
    this.hardware = options.hardware ?? HOST_HARDWARE;
    this.sysrq = options.sysrq;
    this.carrier = options.carrier;
    this.bootTime = options.bootTime ?? BOOT_TIME;
    this.clock =
      within?.clock ??
      new VirtualClock(
        this.bootTime,
        options.host,
        () => this.#quiet(),
        () => this.#goOn(),
      );
    this.log = new EventLog(() => this.clock.now());
    this.random = within?.random ?? new Random(seed);
    this.#jitter = new Random(seed ^ 0x5eed);
    this.bootId = uuid(new Random(seed ^ 0xb007).hex(32));
    this.programs = options.programs;
    this.crashed = options.crashed ?? (() => undefined);
    this.memory = new Memory(this);
    this.vfs = new Vfs({
      clock: () => this.clock.now(),
      synthetic: (type, namespace) => syntheticTree(this, type, namespace),
      inhabited: () => new Set(this.processes().map((process) => process.namespaces.mnt)),
      ...(this.hardware.disk && { disk: this.hardware.disk.size, diskUsed: this.hardware.disk.used }),
    });
    this.network = createNetwork(
      { clock: this.clock, log: this.log, random: this.random, wake: (callback) => this.soon(callback) },
      () => this.#namespaceInode++,
      !within,
    );
    this.rootCgroup = new CgroupNode('', undefined, {
      signal: (process, signal) => sendSignal(this, process, signal),
      oom: () => undefined,
    });
    const mnt = this.vfs.createNamespace(INITIAL_INODES.mnt);
    this.init = {
      cgroup: new PlainNamespace('cgroup', INITIAL_INODES.cgroup),
      ipc: new PlainNamespace('ipc', INITIAL_INODES.ipc),
      mnt,
      net: this.network.host,
      pid: new PidNs(INITIAL_INODES.pid, undefined, PID_MAX),
      time: new PlainNamespace('time', INITIAL_INODES.time),
      user: new PlainNamespace('user', INITIAL_INODES.user),
      uts: new UtsNs(INITIAL_INODES.uts, options.hostname ?? 'drydock'),
    };
    this.anonymousMount = anonymousMount();
    this.#mountHost(
      mnt,
      options.root ??
        (options.rootLayer ? { type: 'ext4', source: '/dev/vda1', lower: [options.rootLayer] } : { type: 'tmpfs' }),
    );
    this.hostInit = this.#bootInit();
    this.init.pid.skip(BOOT_PIDS);
  }

  #mountHost(mnt: MountTable, root: MountSource): void {
    mnt.mount('/', root);
    const kernelMounts: [string, MountSource, string[]][] = [
      ['/proc', { type: 'proc' }, ['nosuid', 'nodev', 'noexec', 'relatime']],
      ['/sys', { type: 'sysfs' }, ['nosuid', 'nodev', 'noexec', 'relatime']],
      ['/sys/fs/cgroup', { type: 'cgroup2' }, ['nosuid', 'nodev', 'noexec', 'relatime']],
      ['/dev', { type: 'devtmpfs' }, ['nosuid', 'relatime']],
      ['/dev/pts', { type: 'devpts' }, ['nosuid', 'noexec', 'relatime', 'gid=5', 'mode=620', 'ptmxmode=666']],
      ['/dev/shm', { type: 'tmpfs', mode: 0o1777 }, ['nosuid', 'nodev']],
      ['/dev/mqueue', { type: 'mqueue' }, ['nosuid', 'nodev', 'noexec', 'relatime']],
      ['/run', { type: 'tmpfs', mode: 0o755 }, ['nosuid', 'nodev', 'noexec', 'relatime']],
    ];
    for (const [target, what, flags] of kernelMounts) {
      if (!mnt.files.exists(target)) mnt.ensurePath(target, 'dir');
      mnt.mount(target, what, { flags });
      if (target === '/dev') {
        populateDev(mnt);
        makeDevice(mnt, '/dev/ptmx', 'char', 0o666, [5, 2]);
        makeDevice(mnt, '/dev/console', 'char', 0o600, [5, 1]);
        for (const [name, type, major, minor, mode] of HOST_DEVICES) {
          makeDevice(mnt, `/dev/${name}`, type, mode, [major, minor]);
        }
      }
    }
  }

  /** PID 1 of the host, which adopts and reaps orphans. */
  #bootInit(): Proc {
    const cgroup = this.rootCgroup.child('init.scope');
    const root = (this.init.mnt as MountTable).rootLocation();
    const init = createProcess(this, {
      parent: undefined,
      argv: ['/sbin/init'],
      env: { TERM: 'linux', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      comm: 'systemd',
      exe: '/usr/lib/systemd/systemd',
      namespaces: this.init,
      cgroup,
      credentials: HOST_ROOT,
      descriptors: new DescriptorTable(),
      root,
      cwd: root,
      umask: 0o022,
      session: true,
    });
    launch(this, init, async (sys) => {
      sys.signal('SIGCHLD', 'ignore');
      await sys.sleep(Infinity);
      return 0;
    });
    init.actions.set('SIGCHLD', 'ignore');
    return init;
  }

  // --- for the kernel's own parts

  /**
   * Processes that ran since the driver last looked. One that neither waits in a call nor is about to start awaits
   * something the kernel does not know of; the driver gives it time.
   */
  readonly active = new Set<Proc>();
  #quiet(): boolean {
    for (const process of this.active) {
      const { waits, cancels } = process;
      if (process.ended || waits.size > 0 || cancels.size > 0 || process.held || !process.program) {
        this.active.delete(process);
      }
    }
    for (const guest of this.guests) guest.#quiet();
    return this.active.size === 0 && ![...this.guests].some((guest) => guest.active.size > 0);
  }
  #goOn(): void {
    this.active.clear();
    for (const guest of this.guests) guest.active.clear();
  }

  /** Runs `callback` when what happens now is over, in order. */
  soon(callback: () => void): void {
    this.clock.touch();
    void Promise.resolve().then(callback);
  }
  jitter(): number {
    return this.#jitter.int(1 << 20) / (1 << 20);
  }
  newInode(): number {
    return this.#inode++;
  }
  newNamespaceInode(): number {
    return this.#namespaceInode++;
  }
  signal(target: Proc, signal: SignalName, from?: Proc): void {
    sendSignal(this, target, signal, from);
  }
  deliverPending(process: Proc): void {
    deliverPending(this, process);
  }
  /** Loads a program's code; it arrives at a drained point. */
  async load(name: string): Promise<Program> {
    const loader = this.programs.find(name);
    if (!loader) throw new Errno('ENOEXEC', name);
    const program = await this.clock.external(loader());
    this.loaded.set(name, program);
    return program;
  }
  newTerminal(size: WindowSize): Terminal {
    return new Terminal(this, this.newInode(), size);
  }
  /** The devpts instance of a mount namespace. */
  terminalsIn(namespace: MountNamespace): TerminalTable {
    if (namespace === this.init.mnt) return this.hostTerminals;
    let table = this.#terminals.get(namespace);
    if (!table) {
      table = new TerminalTable();
      this.#terminals.set(namespace, table);
    }
    return table;
  }
  terminalsOf(process: Proc): TerminalTable {
    return this.terminalsIn(process.namespaces.mnt);
  }
  readonly #inodes = new WeakMap<object, Readonly<Record<string, number>>>();
  /** The inode numbers of a process's namespaces, for the event log; one object for all that share them. */
  inodesOf(namespaces: ProcNamespaces): Readonly<Record<string, number>> {
    let inodes = this.#inodes.get(namespaces);
    if (!inodes) {
      inodes = Object.fromEntries(Object.entries(namespaces).map(([type, namespace]) => [type, namespace.inode]));
      this.#inodes.set(namespaces, inodes);
    }
    return inodes;
  }
  stackOf(process: Proc): NetStack {
    return process.namespaces.net as NetStack;
  }

  // --- Kernel

  createUts(hostname: string): UtsNs {
    return new UtsNs(this.newNamespaceInode(), hostname);
  }
  createPid(parent: PidNamespace): PidNs {
    return new PidNs(this.newNamespaceInode(), parent as PidNs, PID_MAX);
  }
  createMounts(): MountNamespace {
    return this.vfs.createNamespace(this.newNamespaceInode());
  }
  createNamespace<T extends 'cgroup' | 'ipc' | 'time' | 'user'>(type: T): Namespace<T> {
    return new PlainNamespace(type, this.newNamespaceInode());
  }
  createUpper(): UpperDir {
    return this.vfs.createUpper();
  }
  createPty(size: WindowSize = { columns: 80, rows: 24 }): Pty {
    return new HeldPty(this.newTerminal(size));
  }

  readonly cgroupRoots = new WeakMap<object, CgroupNode>();
  setCgroupRoot(ns: Namespace<'cgroup'>, root: Cgroup): void {
    if (ns !== this.init.cgroup) this.cgroupRoots.set(ns, root as CgroupNode);
  }
  setSysctl(namespaces: Namespaces, name: string, value: string): void {
    const owner = name.startsWith('net.') ? namespaces.net : namespaces.ipc;
    let values = this.sysctls.get(owner);
    if (!values) this.sysctls.set(owner, (values = new Map()));
    values.set(name, value);
  }
  usePids(ns: PidNamespace, count: number): void {
    (ns as PidNs).skip(count);
  }

  start(spec: ProcessSpec): Proc {
    const namespaces = spec.namespaces as ProcNamespaces;
    const mounts = namespaces.mnt as MountTable;
    const context = { ...mounts.context(spec.credentials), umask: spec.umask ?? 0o022 };
    // runc enters the working directory before it gives up root's rights.
    const cwd = directory({ ...mounts.context(), umask: context.umask }, spec.cwd);
    const direct = typeof spec.exec === 'function';
    const image =
      typeof spec.exec === 'string' ? resolveImage(this, { ...context, cwd }, spec.exec, spec.argv) : spec.exec;
    const parent = (spec.parent as Proc | undefined) ?? this.hostInit;
    const descriptors = new DescriptorTable();
    const process = createProcess(this, {
      parent,
      argv: typeof image === 'function' ? spec.argv : image.argv,
      env: { ...spec.env },
      comm: typeof image === 'function' ? commOf(spec.argv[0] ?? '') : image.comm,
      exe: typeof image === 'function' ? (spec.argv[0] ?? '') : image.exe,
      namespaces,
      cgroup: spec.cgroup as CgroupNode,
      credentials: spec.credentials,
      descriptors,
      root: context.root,
      cwd,
      umask: context.umask,
      session: true,
    });
    // Whoever starts a process from outside learns of its end by `exited`; nobody has to wait for it.
    process.autoReap = true;
    process.noNewPrivileges = spec.noNewPrivileges === true;
    process.bounding = spec.bounding ?? spec.credentials.capabilities;
    process.oomScoreAdj = spec.oomScoreAdj ?? 0;
    process.subreaper = spec.subreaper === true;
    if (spec.rlimits) process.limits = new Map(Object.entries(spec.rlimits));
    descriptors.limit = process.limits.get('RLIMIT_NOFILE')?.[0] ?? 1048576;
    process.stdio = spec.stdio.map((stdio, fd) => this.#connect(process, stdio, fd));
    const first = descriptors.get(0);
    if (spec.terminal && first instanceof TerminalFile) attachTerminal(process, first);
    if (!direct && (image as { setuid?: number }).setuid !== undefined && !process.noNewPrivileges) {
      process.credentials = { ...spec.credentials, uid: (image as { setuid: number }).setuid };
    }
    launch(this, process, image, spec.startDelay);
    return process;
  }

  /** Puts what `stdio` says on descriptor `fd`; returns the other end of a pipe. */
  #connect(process: Proc, stdio: Stdio, fd: number): Channel | undefined {
    const put = (file: OpenFile): undefined => {
      process.descriptors.put(fd, file);
    };
    switch (stdio.kind) {
      case 'null': {
        const flags = { read: true, write: true };
        const path = process.namespaces.mnt.files.exists('/dev/null') ? '/dev/null' : undefined;
        if (path === undefined) {
          const pipe = this.#newPipe();
          return put(fd === 0 ? pipe.open(true, false) : pipe.open(true, true));
        }
        const context = (process.namespaces.mnt as MountTable).context(HOST_ROOT, process);
        return put(openFileOf(this, process, open(context, path, flags), flags));
      }
      case 'pty': {
        const { terminal } = stdio.pty as HeldPty;
        terminal.join(this.terminalsOf(process));
        return put(new TerminalFile(terminal, process.credentials.uid));
      }
      case 'fd':
        return put((stdio.sys as System).process.descriptors.file(stdio.fd));
      case 'pipe': {
        const pipe = this.#newPipe();
        put(pipe.open(fd === 0, fd !== 0));
        return new PipeChannel(pipe.open(fd !== 0, fd === 0));
      }
    }
  }
  #newPipe(): Pipe {
    return new Pipe(this.newInode(), () => this.clock.now());
  }

  processes(): Proc[] {
    const list: Proc[] = [];
    for (const id of this.init.pid.table.values()) if (id.process) list.push(id.process);
    return list;
  }
  findProcess(hostPid: number): Proc | undefined {
    return this.init.pid.table.get(hostPid)?.process;
  }
  external<T>(work: Promise<T>): Promise<T> {
    return this.clock.external(work);
  }
  async connectUnix(namespace: MountNamespace, path: string): Promise<Channel> {
    const { node } = find((namespace as MountTable).context(HOST_ROOT), path);
    if (node.type !== 'socket') throw new Errno('ECONNREFUSED', path);
    return this.network.channel(this.network.unix.connect(node, path));
  }
}

/** root of the host. */
export const HOST_ROOT: Credentials = { uid: 0, gid: 0, groups: [0], capabilities: ALL_CAPABILITIES };

/** Boots a kernel. */
export const createKernel = (options: KernelOptions): KernelCore => new KernelCore(options);
