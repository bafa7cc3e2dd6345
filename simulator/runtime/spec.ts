/**
 * What a container runtime is given: the subset of the OCI runtime-spec that runc acts on here, with the root as layers.
 */
import type {
  CgroupLimits,
  MountNamespace,
  NetNamespace,
  Process,
  PidNamespace,
  Pty,
  UpperDir,
  UtsNamespace,
  Namespace,
  Stdio,
} from '../kernel/kernel.ts';
import type { Env } from '../kernel/abi.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import type { SignalName } from '../kernel/signals.ts';

export interface BundleMount {
  readonly type: 'bind' | 'tmpfs';
  readonly destination: string;
  /** bind: the path in `from` (the host by default). */
  readonly source?: string;
  readonly from?: MountNamespace;
  readonly readonly: boolean;
  /** tmpfs: bytes and mode, and the option words that /proc/mounts shows. */
  readonly size?: number;
  readonly mode?: number;
  readonly options?: readonly string[];
}

export interface ProcessConfig {
  readonly args: readonly string[];
  /** `KEY=value` list, complete (PATH, HOSTNAME, HOME are added by the engine where Docker adds them). */
  readonly env: Env;
  readonly cwd: string;
  /** As given to --user: name, uid, name:group, …; resolved in the root's /etc/passwd and /etc/group. */
  readonly user: string;
  readonly groupAdd?: readonly string[];
  readonly capabilities: ReadonlySet<string>;
  readonly terminal: boolean;
  readonly stdio: readonly [Stdio, Stdio, Stdio];
}

/** A namespace of its own (`private`), the host's, or another container's. */
export type NamespaceChoice<N> =
  { readonly kind: 'private' } | { readonly kind: 'host' } | { readonly kind: 'join'; readonly namespace: N };

export interface Bundle {
  readonly id: string;
  readonly layers: readonly Layer[]; // topmost first
  readonly upper: UpperDir;
  readonly readonlyRoot: boolean;
  readonly mounts: readonly BundleMount[];
  readonly hostname: string;
  readonly process: ProcessConfig;
  readonly domainname?: string;
  readonly noNewPrivileges?: boolean;
  readonly oomScoreAdj?: number;
  /** tini as PID 1 (`--init`). */
  readonly init: boolean;
  readonly privileged: boolean;
  readonly shmSize: number;
  readonly limits: CgroupLimits;
  /** Parent cgroup path, e.g. `/docker`. */
  readonly cgroupParent: string;
  readonly rlimits?: Readonly<Record<string, readonly [number, number]>>;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly namespaces: {
    readonly pid: NamespaceChoice<PidNamespace>;
    readonly net: NamespaceChoice<NetNamespace>;
    readonly uts: NamespaceChoice<UtsNamespace>;
    readonly ipc: NamespaceChoice<Namespace<'ipc'>>;
    readonly cgroup: NamespaceChoice<Namespace<'cgroup'>>;
  };
}

/** A running container as the runtime knows it: its first process and how to reach its namespaces. */
export interface RuntimeContainer {
  readonly id: string;
  readonly init: Process;
  readonly mounts: MountNamespace;
  /** Runs one more process in the container's namespaces (docker exec). Throws RuntimeError. */
  exec(process: ProcessConfig, options?: { privileged?: boolean }): Process;
  kill(signal: SignalName): void;
  pause(on: boolean): void;
  /** Takes down mounts and the cgroup after the end. */
  cleanup(): void;
}

export interface PreparedContainer {
  readonly mounts: MountNamespace;
  readonly net: NetNamespace;
  /** Starts the first process. Throws RuntimeError with runc's text. */
  start(): RuntimeContainer;
  abandon(): void;
}

/** runc's failure: `message` is the text from "runc create failed: …" or "exec failed: …" on. */
export class RuntimeError extends Error {}

/** What the daemon itself finds wrong before it calls the runtime (user, group, working directory): `message` is all of it. */
export class ConfigError extends RuntimeError {}

export type { Pty };
