import type { Sys } from '../kernel/abi.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Container } from './containers/container.ts';
import { ContainerStore } from './containers/store.ts';
import { EventHub } from './events/events.ts';
import { CacheStore } from '../builder/cache/store.ts';
import type { BuildRecords } from '../builder/records.ts';
import { ExecStore } from './exec/store.ts';
import type { ImageService } from './images/service.ts';
import { PortAllocator } from './networks/ports.ts';
import { NetworkStore } from './networks/store.ts';
import { Instants } from './time.ts';
import { VolumeStore } from './volumes/store.ts';
import './machine-events.ts';

/** The daemon: its stores, and what it needs of the kernel. */
export class Engine {
  readonly kernel: Kernel;
  /** System calls of the dockerd process. */
  /** The calls of the daemon's process; another's after a restart. */
  sys: Sys;
  /** Whether the daemon's process runs. */
  up = true;
  readonly instants: Instants;
  readonly events: EventHub;
  readonly containers = new ContainerStore();
  readonly volumes: VolumeStore;
  readonly networks: NetworkStore;
  readonly ports: PortAllocator;
  readonly execs = new ExecStore();
  readonly images: ImageService;
  readonly buildCache: CacheStore;
  readonly buildRecords: BuildRecords = new Map();
  /** What `docker info` shows as ID. */
  readonly id: string;
  readonly startedAt: number;
  /** Addresses where the API is open to whoever reaches them. */
  insecure: readonly string[] = [];

  constructor(sys: Sys, images: (engine: Engine) => ImageService) {
    this.sys = sys;
    this.kernel = sys.kernel();
    this.instants = new Instants(this.kernel.clock);
    this.events = new EventHub(this.instants);
    this.volumes = new VolumeStore(this.kernel, this.events);
    this.networks = new NetworkStore(this.kernel, this.events, this.instants);
    this.buildCache = new CacheStore(this.kernel.random);
    this.ports = new PortAllocator(this.kernel.network);
    const hex = this.kernel.random.hex(32);
    this.id = [8, 4, 4, 4, 12]
      .reduce<{ at: number; parts: string[] }>(
        ({ at, parts }, n) => ({ at: at + n, parts: [...parts, hex.slice(at, at + n)] }),
        { at: 0, parts: [] },
      )
      .parts.join('-');
    this.startedAt = this.kernel.clock.now();
    this.images = images(this);
    this.networks.createDefaults();
  }

  /** Time the real daemon would spend. */
  delay(ms: number): Promise<void> {
    return this.kernel.clock.sleep(ms);
  }

  /** The host's size, which limits are checked against. */
  get hostSize(): { cpus: number; memory: number } {
    return hostSize(this.kernel);
  }

  /** Records an event of a container, with its labels, image and name as attributes. */
  containerEvent(container: Container, action: string, extra: Readonly<Record<string, string>> = {}): void {
    this.events.record('container', action, container.id, {
      ...container.config.Labels,
      ...extra,
      image: container.config.Image,
      name: container.name,
    });
  }
}

const decoder = new TextDecoder();

/** Processors and memory of the host, read where every program reads them. */
export function hostSize(kernel: Kernel): { cpus: number; memory: number } {
  const { files } = kernel.init.mnt;
  const cpuinfo = decoder.decode(files.read('/proc/cpuinfo'));
  const meminfo = decoder.decode(files.read('/proc/meminfo'));
  return {
    cpus: [...cpuinfo.matchAll(/^processor\s*:/gm)].length || 1,
    memory: Number(/^MemTotal:\s*(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
  };
}

const engines = new WeakMap<Kernel, Engine>();

/** The daemon that runs on a kernel, for those in the same process (the page's panels); undefined while none does. */
export const engineOf = (kernel: Kernel): Engine | undefined => engines.get(kernel);

/** Makes the daemon known to `engineOf`. */
export function registerEngine(engine: Engine | undefined, kernel: Kernel): void {
  if (engine === undefined) engines.delete(kernel);
  else engines.set(kernel, engine);
}
