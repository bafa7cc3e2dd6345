/** System calls on processes: fork, exec, wait, kill, identity, time. */
import type { Env, ForkOptions, SignalHandler, SpawnOptions, WaitResult } from './abi.ts';
import { NO_CAPABILITIES } from './capabilities.ts';
import { CALLS_PER_QUANTUM } from './cpu.ts';
import { sendSignal } from './deliver.ts';
import { Errno } from './errno.ts';
import { searchImage, type Image } from './exec.ts';
import { directory } from './fs/calls.ts';
import type { Location } from './fs/vfs.ts';
import { createProcess, detachProgram, endProcess, launch, reap, type Birth } from './lifecycle.ts';
import { ProcessGroup, Session } from './process-table.ts';
import type { Proc, ProcNamespaces, SignalAction } from './process.ts';
import type { Program } from './programs.ts';
import type { SignalName } from './signals.ts';
import { CallBase } from './system-base.ts';
import { System } from './system.ts';
import { TerminalFile } from './terminal.ts';

/** How much of the CPU time counts as the program's own, the rest being the kernel's on its behalf. */
export const USER_SHARE = 0.7;

const UNLIMITED = [Infinity, Infinity] as const;

/** Limits that a process starts with and that are not unlimited. */
const DEFAULT_LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  RLIMIT_STACK: [8388608, Infinity],
  RLIMIT_MEMLOCK: [8388608, 8388608],
  RLIMIT_MSGQUEUE: [819200, 819200],
  RLIMIT_SIGPENDING: [31193, 31193],
  RLIMIT_NICE: [0, 0],
  RLIMIT_RTPRIO: [0, 0],
};

export class ProcessCalls extends CallBase {
  get pid(): number {
    return this.process.id.in(this.process.namespaces.pid);
  }
  get ppid(): number {
    return this.process.parent?.id.in(this.process.namespaces.pid) ?? 0;
  }
  get pgid(): number {
    return this.process.group.id.in(this.process.namespaces.pid);
  }
  get sid(): number {
    return this.process.session.id.in(this.process.namespaces.pid);
  }
  get argv(): readonly string[] {
    return this.process.argv;
  }
  setArguments(argv: readonly string[]): void {
    this.enter().argv = argv;
  }
  get env(): Env {
    return this.process.env;
  }
  get uid(): number {
    return this.process.credentials.uid;
  }
  get gid(): number {
    return this.process.credentials.gid;
  }
  get groups(): readonly number[] {
    return this.process.credentials.groups;
  }

  // --- identity

  capable(capability: string): boolean {
    return this.process.credentials.capabilities.has(capability);
  }
  setuid(uid: number): void {
    const { credentials } = this.enter();
    if (uid === credentials.uid) return;
    if (!this.capable('CAP_SETUID')) throw new Errno('EPERM');
    // Leaving uid 0 drops the capabilities (capabilities(7)).
    const capabilities = credentials.uid === 0 && uid !== 0 ? NO_CAPABILITIES : credentials.capabilities;
    this.process.credentials = { ...credentials, uid, capabilities };
  }
  setgid(gid: number): void {
    const { credentials } = this.enter();
    if (gid === credentials.gid) return;
    if (!this.capable('CAP_SETGID')) throw new Errno('EPERM');
    this.process.credentials = { ...credentials, gid };
  }
  setgroups(gids: readonly number[]): void {
    const { credentials } = this.enter();
    if (!this.capable('CAP_SETGID')) throw new Errno('EPERM');
    this.process.credentials = { ...credentials, groups: [...gids] };
  }
  hostname(): string {
    this.enter();
    return this.process.namespaces.uts.hostname;
  }
  sethostname(name: string): void {
    this.enter();
    if (!this.capable('CAP_SYS_ADMIN')) throw new Errno('EPERM');
    if (name.length > 64) throw new Errno('EINVAL');
    this.process.namespaces.uts.hostname = name;
  }
  uname() {
    return { ...this.core.hardware.uname, nodename: this.process.namespaces.uts.hostname };
  }

  // --- birth

  spawn(options: SpawnOptions): number {
    const process = this.enter(4);
    const env = options.env ?? process.env;
    const cwd = options.cwd === undefined ? process.fs.cwd : directory(process.fs, options.cwd);
    const context = { root: process.fs.root, cwd, cred: process.credentials, umask: process.fs.umask, caller: process };
    const file = options.path ?? options.argv[0] ?? '';
    const image = searchImage(this.core, context, file, options.argv, env);
    const child = this.#child(options, {
      argv: image.argv,
      env: { ...env },
      comm: image.comm,
      exe: image.exe,
      cwd,
      descriptors: process.descriptors.copy(options.fds ?? this.#standard()),
    });
    applyCredentials(child, image);
    launch(this.core, child, image);
    return child.id.in(process.namespaces.pid);
  }

  fork(main: Program, options: ForkOptions = {}): number {
    const process = this.enter(4);
    const cwd = options.cwd === undefined ? process.fs.cwd : directory(process.fs, options.cwd);
    const child = this.#child(options, {
      argv: options.argv ?? process.argv,
      env: { ...(options.env ?? process.env) },
      comm: process.comm,
      exe: process.exe,
      cwd,
      descriptors: process.descriptors.copy(options.fds),
    });
    this.core.memory.set(child, process.memory);
    launch(this.core, child, main);
    return child.id.in(process.namespaces.pid);
  }

  /** The caller's 0, 1 and 2, those that are open. */
  #standard(): Record<number, number> {
    const map: Record<number, number> = {};
    for (const fd of [0, 1, 2]) if (this.process.descriptors.get(fd)) map[fd] = fd;
    return map;
  }

  #child(
    options: Omit<SpawnOptions, 'argv'>,
    birth: Pick<Birth, 'argv' | 'env' | 'comm' | 'exe' | 'descriptors'> & { readonly cwd: Location },
  ): Proc {
    const { process } = this;
    // Handlers are the parent's code: only what is ignored stays so (execve(2)).
    const actions = new Map<SignalName, SignalAction>();
    for (const [signal, action] of process.actions) if (action === 'ignore') actions.set(signal, 'ignore');
    for (const signal of options.ignore ?? []) actions.set(signal, 'ignore');
    let child: Proc;
    try {
      child = createProcess(this.core, {
        ...birth,
        parent: process,
        namespaces: this.#childNamespaces(),
        cgroup: process.cgroup,
        credentials: process.credentials,
        root: process.fs.root,
        umask: process.fs.umask,
        actions,
        ...(options.session ? { session: true } : {}),
        ...(options.pgid === undefined ? {} : { group: options.pgid === 0 ? 0 : this.#ownSessionGroup(options.pgid) }),
      });
    } catch (error) {
      birth.descriptors.closeAll();
      throw error;
    }
    if (options.ctty !== undefined) {
      const file = child.descriptors.get(options.ctty);
      if (file instanceof TerminalFile) attachTerminal(child, file);
    }
    if (options.foreground && child.session.terminal) child.session.terminal.foreground = child.group;
    return child;
  }

  #childNamespaces(): ProcNamespaces {
    const { namespaces, childPids } = this.process;
    return childPids ? { ...namespaces, pid: childPids } : namespaces;
  }

  #ownSessionGroup(pgid: number): ProcessGroup {
    const group = this.process.namespaces.pid.table.get(pgid)?.group;
    if (!group || group.session !== this.process.session) throw new Errno('EPERM');
    return group;
  }

  exec(path: string, argv: readonly string[], env?: Env): Promise<never> {
    if (!this.live) return this.never();
    const process = this.enter(4);
    let image: Image;
    try {
      image = searchImage(this.core, process.fs, path, argv, env ?? process.env);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    detachProgram(process);
    process.system = new System(this.core, process);
    process.argv = image.argv;
    process.env = { ...(env ?? process.env) };
    process.comm = image.comm;
    process.exe = image.exe;
    for (const [signal, action] of [...process.actions]) if (action !== 'ignore') process.actions.delete(signal);
    process.descriptors.closeForExec();
    applyCredentials(process, image);
    this.core.memory.set(process, 0);
    this.core.log.emit('process.exec', { pid: process.pid, comm: process.comm, argv: process.argv });
    launch(this.core, process, image);
    return this.never();
  }

  // --- wait

  wait(pid = -1, options: { noHang?: boolean; untraced?: boolean } = {}): Promise<WaitResult | undefined> {
    if (options.noHang) {
      return this.blocking<{ result: WaitResult | undefined }>(
        () => ({ result: this.#collect(pid, options.untraced === true) }),
        () => [],
      ).then((box) => box.result);
    }
    return this.blocking<WaitResult>(
      () => this.#collect(pid, options.untraced === true),
      () => [this.process.childChanged],
    );
  }

  /** A child that changed, or undefined when none has. */
  #collect(pid: number, untraced: boolean): WaitResult | undefined {
    const { process } = this;
    const ns = process.namespaces.pid;
    let any = false;
    for (const child of process.children) {
      const number = child.id.in(ns);
      const meant = pid === -1 || (pid > 0 ? number === pid : child.group.id.in(ns) === (pid === 0 ? this.pgid : -pid));
      // What is reaped at once is not there for wait any more, even while its end is under way.
      if (!meant || (child.ended && child.autoReap)) continue;
      any = true;
      if (child.ended) {
        const status = child.ended;
        reap(child);
        return { pid: number, status };
      }
      if (untraced && child.report) {
        const status = child.report;
        child.report = undefined;
        return { pid: number, status };
      }
    }
    if (!any) throw new Errno('ECHILD');
    return undefined;
  }

  exit(code: number): Promise<never> {
    if (this.live) endProcess(this.core, this.process, { code: code & 0xff });
    return this.never();
  }

  // --- signals

  kill(pid: number, signal: SignalName | 0): void {
    const process = this.enter();
    const ns = process.namespaces.pid;
    let targets: Proc[];
    if (pid > 0) {
      const target = ns.table.get(pid)?.process;
      if (!target) throw new Errno('ESRCH');
      targets = [target];
    } else if (pid === -1) {
      targets = [];
      for (const id of ns.table.values()) {
        if (id.process && id.process !== process && id.process !== ns.init) targets.push(id.process);
      }
    } else {
      const group = pid === 0 ? process.group : ns.table.get(-pid)?.group;
      targets = group ? [...group.members] : [];
    }
    if (targets.length === 0) throw new Errno('ESRCH');
    const allowed = targets.filter((target) => maySignal(process, target, signal));
    if (allowed.length === 0) throw new Errno('EPERM');
    if (signal === 0) return;
    for (const target of allowed) sendSignal(this.core, target, signal, process);
  }

  signal(signal: SignalName, action: 'default' | 'ignore' | SignalHandler, options: { restart?: boolean } = {}): void {
    const { actions } = this.enter();
    if (signal === 'SIGKILL' || signal === 'SIGSTOP') throw new Errno('EINVAL');
    if (action === 'default') actions.delete(signal);
    else if (action === 'ignore') actions.set(signal, 'ignore');
    else actions.set(signal, { handler: action, restart: options.restart !== false });
  }

  pause(): Promise<void> {
    const { process } = this;
    const before = process.handled;
    return this.blocking<true>(
      () => (process.handled > before ? true : undefined),
      () => [process.signalled],
    ) as Promise<unknown> as Promise<void>;
  }

  setpgid(pid: number, pgid: number): void {
    const process = this.enter();
    const ns = process.namespaces.pid;
    const target = pid === 0 ? process : ns.table.get(pid)?.process;
    if (!target || (target !== process && target.parent !== process)) throw new Errno('ESRCH');
    if (target.session !== process.session || target.session.leader === target) throw new Errno('EPERM');
    const own = pgid === 0 || pgid === target.id.in(ns);
    const group = own ? (target.id.group ?? new ProcessGroup(target.id, target.session)) : this.#ownSessionGroup(pgid);
    if (group === target.group) return;
    const old = target.group;
    group.add(target);
    target.group = group;
    old.remove(target);
  }

  setsid(): number {
    const process = this.enter();
    if (process.id.group) throw new Errno('EPERM');
    const old = process.group;
    process.session = new Session(process);
    process.group = new ProcessGroup(process.id, process.session);
    process.group.add(process);
    old.remove(process);
    return this.pid;
  }

  // --- time and resources

  now(): number {
    return this.core.clock.now();
  }
  sleep(ms: number): Promise<void> {
    if (!this.live) return this.never();
    this.enter();
    return this.answer<true>((done) => this.core.clock.timer(ms, () => done(true))).then(() => undefined);
  }
  tick(cost = 1): Promise<void> | void {
    if (!this.live) return this.never();
    const process = this.enter(cost);
    if (process.operations >= CALLS_PER_QUANTUM || process.held) return this.yieldCpu();
  }
  times() {
    const { cpu, childrenCpu } = this.enter();
    const user = cpu * USER_SHARE;
    const childrenUser = childrenCpu * USER_SHARE;
    return { user, system: cpu - user, childrenUser, childrenSystem: childrenCpu - childrenUser };
  }
  compute(ms: number): Promise<void> {
    if (!this.live) return this.never();
    this.enter();
    return this.using(ms);
  }
  memory(bytes: number): void {
    this.core.memory.set(this.enter(), Math.max(0, bytes));
  }
  rlimit(name: string, limits?: readonly [number, number]): readonly [number, number] {
    const process = this.enter();
    const old =
      name === 'RLIMIT_NOFILE'
        ? ([
            process.descriptors.limit,
            process.limits.get(name)?.[1] ?? Math.max(process.descriptors.limit, 1048576),
          ] as const)
        : (process.limits.get(name) ?? DEFAULT_LIMITS[name] ?? UNLIMITED);
    if (!limits) return old;
    const [soft, hard] = limits;
    if (soft > hard) throw new Errno('EINVAL');
    if (hard > old[1] && !this.capable('CAP_SYS_RESOURCE')) throw new Errno('EPERM');
    process.limits = new Map([...process.limits, [name, [soft, hard] as const]]);
    if (name === 'RLIMIT_NOFILE') process.descriptors.limit = soft;
    return limits;
  }
  random(below: number): number {
    this.enter();
    return this.core.random.int(below);
  }
  /** Real work of the host (loading code, compiling): see VirtualClock.external. */
  external<T>(work: Promise<T>): Promise<T> {
    if (!this.live) return this.never();
    this.enter();
    return this.answer<{ value: T } | { error: unknown }>((done) => {
      this.core.clock.external(work).then(
        (value) => done({ value }),
        (error: unknown) => done({ error }),
      );
      return () => undefined;
    }, false).then((result) => {
      if ('error' in result) throw result.error;
      return result.value;
    });
  }
}

/** Makes a terminal the controlling terminal of a session leader. */
export function attachTerminal(leader: Proc, file: TerminalFile): void {
  const { terminal } = file;
  if (terminal.session && terminal.session !== leader.session) terminal.session.terminal = undefined;
  terminal.session = leader.session;
  leader.session.terminal = terminal;
  terminal.foreground = leader.group;
}

/** kill(2): the same user, or CAP_KILL; SIGCONT within the own session always. */
function maySignal(from: Proc, to: Proc, signal: SignalName | 0): boolean {
  return (
    from.credentials.capabilities.has('CAP_KILL') ||
    from.credentials.uid === to.credentials.uid ||
    (signal === 'SIGCONT' && from.session === to.session)
  );
}

/** What execve(2) does to identity and capabilities. */
function applyCredentials(process: Proc, image: Image): void {
  let { credentials } = process;
  if (!process.noNewPrivileges) {
    if (image.setuid !== undefined) credentials = { ...credentials, uid: image.setuid };
    if (image.setgid !== undefined) credentials = { ...credentials, gid: image.setgid };
  }
  // Root gets all of the bounding set, everyone else nothing (capabilities(7), without file capabilities).
  const capabilities = credentials.uid === 0 ? process.bounding : NO_CAPABILITIES;
  process.credentials = { ...credentials, capabilities };
}
