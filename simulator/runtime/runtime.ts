/** runc: makes the namespaces, cgroup and mounts of a container, starts its first process, runs further ones in it. */
import { ALL_CAPABILITIES, NO_CAPABILITIES } from '../kernel/capabilities.ts';
import { Errno, isErrno } from '../kernel/errno.ts';
import type { Env } from '../kernel/abi.ts';
import type {
  Cgroup,
  Credentials,
  Kernel,
  MountNamespace,
  Namespaces,
  NetNamespace,
  PidNamespace,
  Process,
} from '../kernel/kernel.ts';
import type { Program } from '../kernel/programs.ts';
import type { SignalName } from '../kernel/signals.ts';
import { goError, lookPath } from './lookpath.ts';
import { mountContainer } from './mounts.ts';
import {
  ConfigError,
  RuntimeError,
  type Bundle,
  type NamespaceChoice,
  type PreparedContainer,
  type ProcessConfig,
  type RuntimeContainer,
} from './spec.ts';
import { tini } from './tini.ts';
import { resolveUser, type ExecUser } from './users.ts';

/** Process ids that runc's own threads use up in a pid namespace before the command runs. */
const RUNC_THREADS = 5;
/** Until a container's first program does something: what runc still does after the daemon was told, virtual ms. */
const COLD_START = 10;

/** What runc says when execve(2) itself fails: the container has started by then, so it goes to its stderr. */
const EXEC_FAILED = 255;

/** Makes a container ready to start: everything but its first process. */
export function prepare(kernel: Kernel, bundle: Bundle, options: { parent?: Process } = {}): PreparedContainer {
  const choose = <N>(choice: NamespaceChoice<N>, host: N, make: () => N): N =>
    choice.kind === 'host' ? host : choice.kind === 'join' ? choice.namespace : make();
  const { init } = kernel;
  const mounts = kernel.createMounts();
  const namespaces: Namespaces = {
    mnt: mounts,
    pid: choose(bundle.namespaces.pid, init.pid, () => kernel.createPid(init.pid)),
    net: choose(bundle.namespaces.net, init.net, () => kernel.network.createNamespace()),
    uts: choose(bundle.namespaces.uts, init.uts, () => {
      const uts = kernel.createUts(bundle.hostname);
      if (bundle.domainname) uts.domainname = bundle.domainname;
      return uts;
    }),
    ipc: choose(bundle.namespaces.ipc, init.ipc, () => kernel.createNamespace('ipc')),
    cgroup: choose(bundle.namespaces.cgroup, init.cgroup, () => kernel.createNamespace('cgroup')),
    time: kernel.createNamespace('time'),
    user: init.user,
  };
  let failure: unknown;
  try {
    mountContainer(kernel, mounts, bundle);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    failure = error;
  }
  const path = `${bundle.cgroupParent}/${bundle.id}`;
  const cgroup = kernel.rootCgroup.child(path.startsWith('/') ? path.slice(1) : path);
  cgroup.limits = bundle.limits;
  if (bundle.namespaces.cgroup.kind === 'private') kernel.setCgroupRoot(namespaces.cgroup, cgroup);
  for (const [name, value] of Object.entries(bundle.sysctls ?? {})) kernel.setSysctl(namespaces, name, value);
  return {
    mounts,
    net: namespaces.net,
    start() {
      if (failure) throw initError(failure);
      return new Container(kernel, bundle, namespaces, cgroup, options.parent);
    },
    abandon() {
      removeCgroup(cgroup);
    },
  };
}

const initError = (error: unknown): RuntimeError =>
  new RuntimeError(
    `runc create failed: unable to start container process: error during container init: ${textOf(error)}`,
  );

const textOf = (error: unknown): string =>
  error instanceof Errno ? goError(error) : error instanceof Error ? error.message : String(error);

function removeCgroup(cgroup: Cgroup): void {
  try {
    cgroup.remove();
  } catch (error) {
    if (!isErrno(error, 'EBUSY')) throw error; // still in use (joined pid namespace): it goes with its last process
  }
}

class Container implements RuntimeContainer {
  readonly id: string;
  readonly init: Process;
  readonly mounts: MountNamespace;
  readonly #kernel: Kernel;
  readonly #bundle: Bundle;
  readonly #namespaces: Namespaces;
  readonly #cgroup: Cgroup;
  readonly #parent: Process | undefined;

  constructor(kernel: Kernel, bundle: Bundle, namespaces: Namespaces, cgroup: Cgroup, parent: Process | undefined) {
    this.id = bundle.id;
    this.mounts = namespaces.mnt;
    this.#kernel = kernel;
    this.#bundle = bundle;
    this.#namespaces = namespaces;
    this.#cgroup = cgroup;
    this.#parent = parent;
    const { process } = bundle;
    const user = resolveUser(this.mounts.files, process.user, process.groupAdd);
    this.#makeCwd(process.cwd);
    try {
      this.init = this.#start(process, user, bundle.init ? withInit(process) : undefined, COLD_START);
    } catch (error) {
      if (error instanceof RuntimeError || error instanceof Errno) throw initError(error);
      throw error;
    }
    if (bundle.namespaces.pid.kind === 'private') kernel.usePids(namespaces.pid, RUNC_THREADS);
  }

  /** A working directory that is missing is made (as root), as Docker does for WORKDIR and -w. */
  #makeCwd(cwd: string): void {
    const { files } = this.mounts;
    if (files.exists(cwd)) {
      if (files.stat(cwd).type !== 'dir') throw new ConfigError(`Cannot mkdir: ${cwd} is not a directory`);
      return;
    }
    this.mounts.ensurePath(cwd, 'dir');
  }

  exec(process: ProcessConfig, options: { privileged?: boolean } = {}): Process {
    if (this.init.state === 'zombie' || this.init.state === 'dead') {
      throw new RuntimeError('exec failed: cannot exec in a stopped container');
    }
    const user = resolveUser(this.mounts.files, process.user, process.groupAdd);
    const config = options.privileged ? { ...process, capabilities: ALL_CAPABILITIES } : process;
    try {
      const started = this.#start(config, user);
      this.#kernel.usePids(this.#namespaces.pid, RUNC_THREADS);
      return started;
    } catch (error) {
      if (!(error instanceof RuntimeError) && !(error instanceof Errno)) throw error;
      throw new RuntimeError(`exec failed: unable to start container process: ${textOf(error)}`);
    }
  }

  /** Starts a process in the container; `init` is what runs in its place as PID 1. */
  #start(
    config: ProcessConfig,
    user: ExecUser,
    init?: { argv: readonly string[]; program: Program },
    startDelay = 0,
  ): Process {
    const { files } = this.mounts;
    const env: Env = { ...config.env };
    env.HOME ??= user.home;
    const credentials: Credentials = {
      uid: user.uid,
      gid: user.gid,
      groups: user.groups,
      // Capabilities are root's: another user gets them in the bounding set only.
      capabilities: user.uid === 0 ? config.capabilities : NO_CAPABILITIES,
    };
    const { cwd } = config;
    try {
      if (files.stat(cwd).type !== 'dir') throw new Errno('ENOTDIR');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new RuntimeError(`chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${goError(error)}`);
    }
    const file = init ? undefined : lookPath(files, config.args[0] ?? '', env, cwd, credentials);
    const start = (argv: readonly string[], exec: string | Program): Process =>
      this.#kernel.start({
        argv,
        exec,
        env,
        cwd,
        namespaces: this.#namespaces,
        cgroup: this.#cgroup,
        credentials,
        bounding: config.capabilities,
        noNewPrivileges: this.#bundle.noNewPrivileges === true,
        oomScoreAdj: this.#bundle.oomScoreAdj ?? 0,
        stdio: config.stdio,
        terminal: config.terminal,
        startDelay,
        ...(this.#parent ? { parent: this.#parent } : {}),
        ...(this.#bundle.rlimits ? { rlimits: rlimitNames(this.#bundle.rlimits) } : {}),
      });
    if (init) return start(init.argv, init.program);
    try {
      return start(config.args, file!);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOEXEC' && error.code !== 'ENOENT') throw error;
      // execve(2) failed after the container was there: no format, or a #! interpreter that does not exist.
      const message = `exec ${file}: ${goError(error)}\n`;
      return start(config.args, async (sys) => {
        await sys.write(2, message);
        return EXEC_FAILED;
      });
    }
  }

  kill(signal: SignalName): void {
    this.init.kill(signal);
  }
  pause(on: boolean): void {
    this.#cgroup.freeze(on);
  }
  cleanup(): void {
    removeCgroup(this.#cgroup);
  }
}

function withInit(process: ProcessConfig): { argv: readonly string[]; program: Program } {
  return { argv: ['/sbin/docker-init', '--', ...process.args], program: tini };
}

/** `nofile` as Docker writes it to the name the kernel uses. */
function rlimitNames(
  limits: Readonly<Record<string, readonly [number, number]>>,
): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [
      name.startsWith('RLIMIT_') ? name : `RLIMIT_${name.toUpperCase()}`,
      value,
    ]),
  );
}

export type { NetNamespace, PidNamespace };
