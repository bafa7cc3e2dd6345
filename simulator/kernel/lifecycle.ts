/** Birth and death of processes (fork(2), execve(2), _exit(2), wait(2)). */
import type { Env, ExitStatus } from './abi.ts';
import type { CgroupNode } from './cgroups.ts';
import type { KernelCore } from './core.ts';
import { charge, useCpu } from './cpu.ts';
import { sendSignal, signalGroup } from './deliver.ts';
import type { DescriptorTable } from './descriptors.ts';
import { Errno } from './errno.ts';
import type { Image } from './exec.ts';
import type { Location } from './fs/vfs.ts';
import type { Credentials } from './kernel.ts';
import { Pid, ProcessGroup, Session } from './process-table.ts';
import { FsState, Proc, type ProcNamespaces, type SignalAction } from './process.ts';
import type { Program } from './programs.ts';
import type { SignalName } from './signals.ts';
import { System } from './system.ts';

declare module './log.ts' {
  interface MachineEvents {
    'process.start': {
      pid: number;
      parent: number;
      /** Pid as the process itself sees it. */
      innerPid: number;
      comm: string;
      argv: readonly string[];
      cgroup: string;
      namespaces: Readonly<Record<string, number>>;
    };
    'process.exec': { pid: number; comm: string; argv: readonly string[] };
    'process.exit': { pid: number; status: ExitStatus };
    'process.crash': { pid: number; message: string };
  }
}

export interface Birth {
  readonly parent: Proc | undefined;
  readonly argv: readonly string[];
  readonly env: Env;
  readonly comm: string;
  readonly exe: string;
  readonly namespaces: ProcNamespaces;
  readonly cgroup: CgroupNode;
  readonly credentials: Credentials;
  readonly descriptors: DescriptorTable;
  readonly root: Location;
  readonly cwd: Location;
  readonly umask: number;
  /** A session of its own, else the parent's; 0: a group of its own, a group, else the parent's. */
  readonly session?: boolean;
  readonly group?: 0 | ProcessGroup;
  readonly actions?: Map<SignalName, SignalAction>;
}

/** All processes the machine can hold (kernel.threads-max). */
const MAX_PROCESSES = 16384;

/** Puts a new process into the table. Throws EAGAIN when a limit is reached. It does not run before `launch`. */
export function createProcess(core: KernelCore, birth: Birth): Proc {
  if (birth.namespaces.pid.dead) throw new Errno('ENOMEM');
  if (core.alive.size >= MAX_PROCESSES || birth.cgroup.full) throw new Errno('EAGAIN');
  if (birth.cgroup.removed) throw new Errno('ENODEV');
  const { parent } = birth;
  const processes = parent?.limits.get('RLIMIT_NPROC')?.[0];
  if (processes !== undefined && birth.credentials.uid !== 0) {
    let count = 0;
    for (const other of core.alive) if (other.credentials.uid === birth.credentials.uid) count++;
    if (count >= processes) throw new Errno('EAGAIN');
  }
  const id = new Pid(birth.namespaces.pid);
  const process = new Proc({ ...birth, id, now: core.clock.now() });
  process.fs = new FsState(process, birth.root, birth.cwd, birth.umask);
  process.system = new System(core, process);
  process.program = birth.parent?.program ?? false;
  process.resumed = () => core.active.add(process);
  process.kill = (signal) => sendSignal(core, process, signal);
  process.onGoOn = () => core.deliverPending(process);
  if (birth.actions) process.actions = birth.actions;
  if (parent) {
    parent.children.add(process);
    process.noNewPrivileges = parent.noNewPrivileges;
    process.limits = parent.limits;
    process.oomScoreAdj = parent.oomScoreAdj;
    process.bounding = parent.bounding;
  }
  if (birth.session || !parent) {
    process.session = new Session(process);
    process.group = new ProcessGroup(id, process.session);
  } else {
    process.session = parent.session;
    process.group = birth.group === 0 ? new ProcessGroup(id, process.session) : (birth.group ?? parent.group);
  }
  process.group.add(process);
  birth.cgroup.enter(process);
  core.alive.add(process);
  core.log.emit('process.start', {
    pid: process.pid,
    parent: parent?.pid ?? 0,
    innerPid: process.pidIn(birth.namespaces.pid),
    comm: process.comm,
    argv: process.argv,
    cgroup: birth.cgroup.path,
    namespaces: core.inodesOf(birth.namespaces),
  });
  return process;
}

/** Memory a program takes just by running, bytes. */
const BASE_MEMORY = 360 * 1024;

/** CPU time that fork and exec take, ms. */
const EXEC_COST = 0.7;
const FORK_COST = 0.15;
/** Bytes of a binary that are read in a millisecond when it is executed: the docker command's 41 MB take a blink. */
const EXEC_READ = 1.7e6;

/** Has `process` run `image` a little later: at a drained point, after its code was loaded. */
export function launch(core: KernelCore, process: Proc, image: Image | Program, delay = 0): void {
  const system = process.system;
  const direct = typeof image === 'function';
  if (!direct) process.program = true;
  const cost = (direct ? FORK_COST : EXEC_COST) * (0.8 + core.jitter() * 0.6) + (direct ? 0 : image.size / EXEC_READ);
  core.memory.set(process, Math.max(process.memory, direct ? BASE_MEMORY : BASE_MEMORY + image.memory));
  if (process.ended) return;
  const begin = (program: Program): void => {
    if (process.system !== system || process.ended) return;
    if (process.held) {
      process.withhold(() => begin(program));
      return;
    }
    run(core, process, system, program);
  };
  if (delay > 0) {
    const cancelDelay = core.clock.timer(delay, () => {
      process.cancels.delete(cancelDelay);
      launch(core, process, image);
    });
    process.cancels.add(cancelDelay);
    return;
  }
  const cancel = useCpu(core, process, cost, () => {
    process.cancels.delete(cancel);
    if (direct) {
      begin(image);
      return;
    }
    const loaded = core.loaded.get(image.name);
    if (loaded) begin(loaded);
    else {
      core.load(image.name).then(begin, (error: unknown) => crash(core, process, system, error));
    }
  });
  process.cancels.add(cancel);
}

function run(core: KernelCore, process: Proc, system: System, program: Program): void {
  let result: Promise<number>;
  core.active.add(process);
  try {
    result = program(system);
  } catch (error) {
    crash(core, process, system, error);
    return;
  }
  result.then(
    (code) => {
      if (process.system === system) endProcess(core, process, { code: code & 0xff });
    },
    (error: unknown) => crash(core, process, system, error),
  );
}

/** A program that threw: the process aborts, and says why on its standard error. */
function crash(core: KernelCore, process: Proc, system: System, error: unknown): void {
  if (process.ended || process.system !== system) return;
  const message = error instanceof Error ? error.message : String(error);
  const errno = error instanceof Errno;
  core.log.emit('process.crash', { pid: process.pid, message });
  core.crashed(process, error);
  const text = errno && error.subject !== '' ? `${error.subject}: ${message}` : message;
  try {
    process.descriptors.get(2)?.tryWrite(new TextEncoder().encode(`${process.comm}: ${text}\n`), process);
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure; // nobody reads the message: nothing more to say
  }
  endProcess(core, process, errno ? { code: 1 } : { signal: 'SIGABRT', core: true });
}

/** Takes a running program away from its process: what it waits for never comes. */
export function detachProgram(process: Proc): void {
  for (const wait of [...process.waits]) wait.drop();
  for (const cancel of [...process.cancels]) cancel();
  process.cancels.clear();
  process.forget();
}

/** Ends a process now. */
export function endProcess(core: KernelCore, process: Proc, status: ExitStatus): void {
  if (process.ended) return;
  const pids = process.namespaces.pid;
  const wasInit = pids.init === process;
  process.ended = status;
  process.stopped = undefined;
  core.stopped.delete(process);
  detachProgram(process);
  if (wasInit) {
    // The namespace dies with its PID 1 (pid_namespaces(7)).
    pids.dead = true;
    for (const id of [...pids.table.values()].reverse()) {
      const other = id.process;
      if (other && other !== process && !other.ended) {
        other.autoReap = true;
        endProcess(core, other, { signal: 'SIGKILL' });
      }
    }
  }
  charge(process, 0);
  core.memory.set(process, 0);
  core.alive.delete(process);
  process.cgroup.leave(process);
  process.descriptors.closeAll();
  releaseSession(core, process);
  adoptChildren(core, process, wasInit);
  core.log.emit('process.exit', { pid: process.pid, status });
  process.resolveExited(status);
  core.clock.touch();

  const parent = process.parent;
  if (!parent || parent.ended || process.autoReap || parent.actions.get('SIGCHLD') === 'ignore') {
    reap(process);
    if (parent && !parent.ended) parent.childChanged.notify();
    return;
  }
  sendSignal(core, parent, 'SIGCHLD', process);
  parent.childChanged.notify();
}

/** The end of a session leader hangs up its terminal; a group that lost its last way to be continued is woken. */
function releaseSession(core: KernelCore, process: Proc): void {
  const { session, group } = process;
  if (session.leader === process) {
    session.leader = undefined;
    const terminal = session.terminal;
    if (terminal) {
      session.terminal = undefined;
      terminal.session = undefined;
      const foreground = terminal.foreground;
      terminal.foreground = undefined;
      if (foreground) for (const signal of ['SIGHUP', 'SIGCONT'] as const) signalGroup(core, foreground, signal);
    }
  }
  const woken = new Set<ProcessGroup>();
  for (const { group: other, session: theirs } of core.stopped) {
    if (theirs !== session || woken.has(other)) continue;
    const touched = other === group || [...other.members].some((member) => member.parent === process);
    if (touched && other.orphaned) woken.add(other);
  }
  for (const other of woken) {
    for (const signal of ['SIGHUP', 'SIGCONT'] as const) signalGroup(core, other, signal);
  }
}

/** Orphans go to the nearest subreaper above, else to PID 1 of their namespace. */
function adoptChildren(core: KernelCore, process: Proc, wasInit: boolean): void {
  if (process.children.size === 0) return;
  let heir: Proc | undefined;
  if (!wasInit) {
    for (let at = process.parent; at; at = at.parent) {
      if (at.namespaces.pid !== process.namespaces.pid) break;
      if (at.subreaper && !at.ended) {
        heir = at;
        break;
      }
    }
    heir ??= process.namespaces.pid.init;
  }
  if (heir?.ended) heir = undefined;
  for (const child of [...process.children]) {
    process.children.delete(child);
    // A process in a namespace below is its namespace's own affair when it is PID 1 there: the host adopts it.
    const to = heir ?? core.hostInit;
    child.parent = to;
    if (!to) {
      if (child.ended) reap(child);
      continue;
    }
    to.children.add(child);
    if (child.ended) {
      if (to.actions.get('SIGCHLD') === 'ignore') reap(child);
      else {
        sendSignal(core, to, 'SIGCHLD', child);
        to.childChanged.notify();
      }
    }
  }
}

/** Removes a zombie from the table. */
export function reap(process: Proc): void {
  if (process.reaped) return;
  process.reaped = true;
  process.parent?.children.delete(process);
  if (process.parent) process.parent.childrenCpu += process.cpu + process.childrenCpu;
  process.group.remove(process);
  process.id.process = undefined;
  process.id.free();
}

/** Moves a process to another cgroup, its memory with it (cgroup.procs). */
export function moveProcess(core: KernelCore, process: Proc, to: CgroupNode): void {
  if (process.ended || process.cgroup === to) return;
  if (to.full) throw new Errno('EAGAIN');
  const bytes = process.memory;
  charge(process, 0);
  core.memory.set(process, 0);
  process.cgroup.leave(process);
  process.cgroup = to;
  to.enter(process);
  core.memory.set(process, bytes);
}
