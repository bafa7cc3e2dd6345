import type { ContainerConfig, ContainerStatus, Descriptor, HealthLog, HostConfig } from '../../api/types.ts';
import type { Layer } from '../../kernel/fs/layer.ts';
import type { Process, UpperDir } from '../../kernel/kernel.ts';
import type { RuntimeContainer } from '../../runtime/spec.ts';
import type { Endpoint, WantedEndpoint } from '../networks/endpoint.ts';
import type { LogStore } from './log-store.ts';
import type { PublishedPorts } from '../networks/sandbox.ts';
import { StreamHub } from './streams.ts';

/** Something mounted into a container, as it was decided at create. */
export interface ContainerMount {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'image';
  /** Volume name; '' for the others. */
  readonly name: string;
  /** Path on the host; '' for tmpfs. */
  readonly source: string;
  readonly destination: string;
  readonly readonly: boolean;
  readonly mode: string;
  readonly propagation: string;
  /** Fill an empty volume with what the image holds there. */
  readonly copyUp: boolean;
  /** Given by -v, which creates a missing folder of the host. */
  readonly createSource: boolean;
  readonly subpath: string;
  readonly tmpfs?: { readonly size: number; readonly mode: number; readonly options: readonly string[] };
  /** Comes from HostConfig.Mounts or Tmpfs: `docker inspect` lists tmpfs only of the former. */
  readonly listed: boolean;
  readonly image?: string;
}

export interface HealthState {
  status: 'starting' | 'healthy' | 'unhealthy';
  failingStreak: number;
  log: HealthLog[];
}

/** The state of a container; `status` is derived as Docker derives it. */
export class State {
  running = false;
  paused = false;
  restarting = false;
  removing = false;
  dead = false;
  oomKilled = false;
  pid = 0;
  exitCode = 0;
  error = '';
  /** Instants in ms; 0: never. */
  startedAt = 0;
  finishedAt = 0;
  health: HealthState | undefined;

  get status(): ContainerStatus {
    if (this.running) return this.paused ? 'paused' : this.restarting ? 'restarting' : 'running';
    if (this.removing) return 'removing';
    if (this.dead) return 'dead';
    return this.startedAt === 0 ? 'created' : 'exited';
  }
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';
interface Waiter {
  readonly condition: WaitCondition;
  readonly resolve: (code: number) => void;
}

/** What a container is made from; fixed at create. */
export interface ContainerParts {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly imageId: string;
  readonly manifest: Descriptor | undefined;
  readonly path: string;
  readonly args: readonly string[];
  readonly layers: readonly Layer[];
  readonly upper: UpperDir;
  readonly mounts: readonly ContainerMount[];
  readonly wanted: ReadonlyMap<string, WantedEndpoint>;
  readonly log: LogStore;
}

/** One container of the daemon: its settings, state and what runs in it. */
export class Container {
  readonly id: string;
  name: string;
  readonly created: number;
  readonly config: ContainerConfig;
  hostConfig: HostConfig;
  readonly imageId: string;
  readonly manifest: Descriptor | undefined;
  readonly path: string;
  readonly args: readonly string[];
  /** Topmost first, with the layer of mount points Docker puts on top of the image. */
  readonly layers: readonly Layer[];
  readonly upper: UpperDir;
  readonly mounts: readonly ContainerMount[];
  /** Network name → what was asked for there; follows connect and disconnect. */
  readonly wanted: Map<string, WantedEndpoint>;
  readonly log: LogStore;

  readonly state = new State();
  restartCount = 0;
  manuallyStopped = false;
  /** A start is under way. */
  starting = false;
  runtime: RuntimeContainer | undefined;
  shim: Process | undefined;
  readonly streams = new StreamHub();
  /** Ports that are open on the host while it runs. */
  ports: PublishedPorts | undefined;
  /** Network name → endpoint, while it runs. */
  readonly endpoints = new Map<string, Endpoint>();
  sandbox: { readonly id: string; readonly key: string } | undefined;
  readonly execs = new Set<string>();
  /** Ends waiting for the next automatic start. */
  cancelRestart: (() => void) | undefined;
  restartDelay = 0;
  stopHealth: (() => void) | undefined;
  /** Set once it has been started: where its files on the host are. */
  hostFiles = false;
  readonly #waiters: Waiter[] = [];

  constructor(parts: ContainerParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.created = parts.created;
    this.config = parts.config;
    this.hostConfig = parts.hostConfig;
    this.imageId = parts.imageId;
    this.manifest = parts.manifest;
    this.path = parts.path;
    this.args = parts.args;
    this.layers = parts.layers;
    this.upper = parts.upper;
    this.mounts = parts.mounts;
    this.wanted = new Map(parts.wanted);
    this.log = parts.log;
  }

  get shortId(): string {
    return this.id.slice(0, 12);
  }

  /** Resolves to the exit code when `condition` comes true. */
  wait(condition: WaitCondition): Promise<number> {
    if (condition === 'not-running' && !this.state.running) return Promise.resolve(this.state.exitCode);
    return new Promise((resolve) => this.#waiters.push({ condition, resolve }));
  }

  /** Tells those who wait that it has exited (or been removed, which ends every wait). */
  wake(...conditions: readonly WaitCondition[]): void {
    for (let i = this.#waiters.length - 1; i >= 0; i--) {
      const waiter = this.#waiters[i]!;
      if (!conditions.includes(waiter.condition)) continue;
      this.#waiters.splice(i, 1);
      waiter.resolve(this.state.exitCode);
    }
  }
}
