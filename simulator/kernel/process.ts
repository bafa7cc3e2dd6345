import type { Env, ExitStatus } from './abi.ts';
import { Notifier, type Sleeper, type Wait } from './blocking.ts';
import type { CgroupNode } from './cgroups.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { FsContext, Location } from './fs/vfs.ts';
import type { Channel, Credentials, Namespaces, PidNamespace, Process, ProcessState } from './kernel.ts';
import type { PidNs } from './namespaces.ts';
import type { Pid, ProcessGroup, Session } from './process-table.ts';
import type { SignalName } from './signals.ts';
import type { System } from './system.ts';

/** The namespaces of a process; its pid namespace is the kernel's own kind. */
export type ProcNamespaces = Omit<Namespaces, 'pid'> & { readonly pid: PidNs };

/** Who makes a call on an open file: the process, or nobody for daemons and facades outside. */
export type Caller = Proc | undefined;

export type SignalAction = 'ignore' | { readonly handler: (signal: SignalName) => void; readonly restart: boolean };

/** A process as the file system sees it: what it may do and where it stands. */
export class FsState implements FsContext {
  root: Location;
  cwd: Location;
  umask: number;
  readonly caller: Proc;
  constructor(caller: Proc, root: Location, cwd: Location, umask: number) {
    this.caller = caller;
    this.root = root;
    this.cwd = cwd;
    this.umask = umask;
  }
  get cred(): Credentials {
    return this.caller.credentials;
  }
}

export interface ProcInit {
  readonly id: Pid;
  readonly parent: Proc | undefined;
  readonly argv: readonly string[];
  readonly env: Env;
  readonly comm: string;
  readonly exe: string;
  readonly namespaces: ProcNamespaces;
  readonly cgroup: CgroupNode;
  readonly credentials: Credentials;
  readonly descriptors: DescriptorTable;
  readonly now: number;
}

/** One process. Its state only; what happens to it is in lifecycle.ts and deliver.ts. */
export class Proc implements Process, Sleeper {
  readonly id: Pid;
  parent: Proc | undefined;
  readonly children = new Set<Proc>();
  argv: readonly string[];
  env: Env;
  comm: string;
  exe: string;
  namespaces: ProcNamespaces;
  /** The pid namespace of children, after unshare(2) or setns(2) (`pid_for_children`). */
  childPids: PidNs | undefined;
  cgroup: CgroupNode;
  credentials: Credentials;
  /** The most the process can ever hold again (capabilities(7)). */
  bounding: ReadonlySet<string>;
  descriptors: DescriptorTable;
  fs!: FsState;
  group!: ProcessGroup;
  session!: Session;
  readonly startedAt: number;

  // --- how it runs
  system!: System;
  /** It runs a program found by its executable (or forked from one), not a daemon's own code. */
  program = false;
  /** Told when a call that blocked returns. */
  resumed: () => void = () => undefined;
  /** Blocked calls of the current program. */
  readonly waits = new Set<Wait<unknown>>();
  #withheld: (() => void)[] = [];
  stopped: SignalName | undefined;
  /** How it ended; set from its end on (a zombie until `reaped`). */
  ended: ExitStatus | undefined;
  reaped = false;
  /** A change that wait(2) has not told yet. */
  report: { readonly stopped: SignalName } | { readonly continued: true } | undefined;
  readonly childChanged = new Notifier();
  actions = new Map<SignalName, SignalAction>();
  /** Handlers that have run. */
  handled = 0;
  readonly signalled = new Notifier();
  /** Signals that came while the process was held. */
  readonly pending = new Set<SignalName>();
  /** Adopts orphans among its descendants (PR_SET_CHILD_SUBREAPER). */
  subreaper = false;
  /** Nobody waits for it: it is reaped at once. */
  autoReap = false;
  noNewPrivileges = false;
  limits: ReadonlyMap<string, readonly [number, number]> = new Map();
  oomScoreAdj = 0;
  oomKilled = false;
  /** Cancels what else is under way for it (start, CPU time). */
  readonly cancels = new Set<() => void>();

  // --- accounting
  memory = 0;
  memoryPeak = 0;
  cpu = 0;
  /** CPU time not yet charged to the cgroup. */
  unbilled = 0;
  /** CPU time of children that were waited for. */
  childrenCpu = 0;
  /** Calls since the process last went through the timer queue. */
  operations = 0;
  /** How often in a row it used up its operations without waiting for anything. */
  streak = 0;
  lastQuantum = 0;
  /** Stretches of CPU time under way. */
  computing = 0;
  /** The cgroup that counts it as busy meanwhile. */
  busyIn: CgroupNode | undefined;

  readonly exited: Promise<ExitStatus>;
  resolveExited!: (status: ExitStatus) => void;
  stdio: readonly (Channel | undefined)[] = [];
  kill!: (signal: SignalName) => void;

  constructor(init: ProcInit) {
    this.id = init.id;
    this.parent = init.parent;
    this.argv = init.argv;
    this.env = init.env;
    this.comm = init.comm;
    this.exe = init.exe;
    this.namespaces = init.namespaces;
    this.cgroup = init.cgroup;
    this.credentials = init.credentials;
    this.bounding = init.credentials.capabilities;
    this.descriptors = init.descriptors;
    this.startedAt = init.now;
    this.exited = new Promise((resolve) => (this.resolveExited = resolve));
    this.id.process = this;
  }

  get pid(): number {
    return this.id.host;
  }
  pidIn(ns: PidNamespace): number {
    return this.id.in(ns as PidNs);
  }
  get sys(): System {
    return this.system;
  }
  get state(): ProcessState {
    if (this.ended) return this.reaped ? 'dead' : 'zombie';
    if (this.stopped) return 'stopped';
    return this.waits.size > 0 && this.computing === 0 ? 'sleeping' : 'running';
  }
  get ttyName(): string | undefined {
    return this.session.terminal?.name;
  }

  // --- holding: a stopped or frozen process learns of nothing until it goes on
  get held(): boolean {
    return this.stopped !== undefined || this.cgroup.frozen;
  }
  withhold(retry: () => void): void {
    this.#withheld.push(retry);
  }
  /** Called by deliver.ts to hand out signals that came meanwhile. */
  onGoOn: (() => void) | undefined;
  /** Lets a process that was continued or thawed learn what it missed. */
  goOn(): void {
    if (this.held || this.ended) return;
    this.onGoOn?.();
    if (this.held || this.ended) return;
    const withheld = this.#withheld;
    this.#withheld = [];
    for (const retry of withheld) retry();
    for (const wait of [...this.waits]) wait.retry();
  }
  forget(): void {
    this.#withheld = [];
  }
}
