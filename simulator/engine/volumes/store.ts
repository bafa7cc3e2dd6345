import type { Volume, VolumeCreateRequest } from '../../api/types.ts';
import type { FileAccess, Kernel } from '../../kernel/kernel.ts';
import { conflict, invalid, notFound, notSimulated } from '../errors.ts';
import type { EventHub } from '../events/events.ts';
import type { Filters } from '../filters.ts';
import { sortKeys } from '../http.ts';
import { rfc3339Seconds } from '../time.ts';

export const VOLUMES_DIR = '/var/lib/docker/volumes';
export const ANONYMOUS_LABEL = 'com.docker.volume.anonymous';

/** A volume of the `local` driver: a folder of the host. */
export interface VolumeRecord {
  readonly name: string;
  readonly created: number;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly mountpoint: string;
}

const VALID = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** All volumes. What is in them lives in the host's file system, under /var/lib/docker/volumes. */
export class VolumeStore {
  readonly #kernel: Kernel;
  readonly #events: EventHub;
  readonly #volumes = new Map<string, VolumeRecord>();
  /** Volume → ids of the containers that refer to it. */
  readonly #users = new Map<string, Set<string>>();
  constructor(kernel: Kernel, events: EventHub) {
    this.#kernel = kernel;
    this.#events = events;
  }

  get #files(): FileAccess {
    return this.#kernel.init.mnt.files;
  }

  /** Sorted by name. */
  all(): VolumeRecord[] {
    return [...this.#volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  find(name: string): VolumeRecord | undefined {
    return this.#volumes.get(name);
  }
  get(name: string): VolumeRecord {
    const volume = this.#volumes.get(name);
    if (volume === undefined) throw notFound(`get ${name}: no such volume`);
    return volume;
  }

  /** Creates a volume, or returns the one of that name. Without a name it is anonymous. */
  create(request: VolumeCreateRequest): VolumeRecord {
    const driver = request.Driver || 'local';
    const name = request.Name || this.#kernel.random.hex(64);
    if (driver !== 'local') throw notFound(`error looking up volume plugin ${driver}: plugin "${driver}" not found`);
    const existing = this.#volumes.get(name);
    if (existing !== undefined) return existing;
    if (name.length === 1)
      throw invalid(`create ${name}: volume name is too short, names should be at least two alphanumeric characters`);
    if (!VALID.test(name))
      throw invalid(
        `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    const options = filled(request.DriverOpts);
    checkOptions(name, options ?? {});
    const labels = request.Name ? filled(request.Labels) : { ...request.Labels, [ANONYMOUS_LABEL]: '' };
    const mountpoint = `${VOLUMES_DIR}/${name}/_data`;
    this.#files.mkdir(mountpoint, { parents: true, mode: 0o755, uid: 0, gid: 0 });
    const volume: VolumeRecord = {
      name,
      created: this.#kernel.clock.now(),
      labels: labels && sortKeys(labels),
      options: options && sortKeys(options),
      mountpoint,
    };
    this.#volumes.set(name, volume);
    this.#events.record('volume', 'create', name, { driver: 'local' });
    this.#kernel.log.emit('volume.create', { name });
    return volume;
  }

  isAnonymous(volume: VolumeRecord): boolean {
    return volume.labels !== null && ANONYMOUS_LABEL in volume.labels;
  }
  users(name: string): string[] {
    return [...(this.#users.get(name) ?? [])];
  }
  refer(name: string, container: string): void {
    const users = this.#users.get(name) ?? new Set();
    users.add(container);
    this.#users.set(name, users);
  }
  unrefer(name: string, container: string): void {
    this.#users.get(name)?.delete(container);
  }

  /** Removes a volume. Throws when a container refers to it, or (without `force`) when there is none. */
  remove(name: string, force = false): void {
    const volume = this.#volumes.get(name);
    if (volume === undefined) {
      if (force) return;
      throw notFound(`get ${name}: no such volume`);
    }
    const users = this.users(name);
    if (users.length > 0) throw conflict(`remove ${name}: volume is in use - [${users.join(', ')}]`);
    this.#files.remove(`${VOLUMES_DIR}/${name}`);
    this.#volumes.delete(name);
    this.#users.delete(name);
    this.#events.record('volume', 'destroy', name, { driver: 'local' });
    this.#kernel.log.emit('volume.destroy', { name });
  }

  /** Bytes of the files in a volume. */
  size(volume: VolumeRecord): number {
    return treeSize(this.#files, volume.mountpoint);
  }

  /** Removes what no container refers to: anonymous volumes only, unless `all`. */
  prune(filters: Filters): { deleted: string[]; reclaimed: number } {
    const all = filters.boolean('all') ?? false;
    const deleted: string[] = [];
    let reclaimed = 0;
    for (const volume of this.all()) {
      if (this.users(volume.name).length > 0 || (!all && !this.isAnonymous(volume))) continue;
      if (!filters.labels(volume.labels)) continue;
      reclaimed += this.size(volume);
      this.remove(volume.name);
      deleted.push(volume.name);
    }
    this.#events.record('volume', 'prune', '', { reclaimed: String(reclaimed) });
    return { deleted, reclaimed };
  }

  /** The volume as the API shows it. */
  view(volume: VolumeRecord, usage = false): Volume {
    return {
      CreatedAt: rfc3339Seconds(volume.created),
      Driver: 'local',
      Labels: volume.labels === null ? null : { ...volume.labels },
      Mountpoint: volume.mountpoint,
      Name: volume.name,
      Options: volume.options === null ? null : { ...volume.options },
      Scope: 'local',
      ...(usage ? { UsageData: { RefCount: this.users(volume.name).length, Size: this.size(volume) } } : {}),
    };
  }
}

/** The map, or null where nothing is in it: that is how volumes are shown. */
const filled = (map: Record<string, string> | null | undefined): Record<string, string> | null =>
  map && Object.keys(map).length > 0 ? map : null;

/** What a volume with mount options is (`-o type=…`): a folder of the host, memory, or its own folder. */
export type VolumeBacking =
  { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'tmpfs'; readonly size: number };

/** Where the files of a volume are. Throws for file systems that are not on this machine. */
export function backingOf(volume: VolumeRecord): VolumeBacking {
  const { type, o = '', device } = volume.options ?? {};
  if (device === undefined) return { kind: 'folder', path: volume.mountpoint };
  const words = o.split(',');
  if (words.includes('bind') || words.includes('rbind')) return { kind: 'folder', path: device };
  if (type === 'tmpfs') {
    const size = /^size=(\d+)([kmg]?)/i.exec(words.find((word) => word.startsWith('size=')) ?? '');
    const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[size?.[2]?.toLowerCase() ?? ''] ?? 1;
    return { kind: 'tmpfs', size: size ? Number(size[1]) * unit : 0 };
  }
  throw notSimulated(`a volume of type ${type ?? ''}`);
}

/** The local driver takes the options of mount(8): type, o, device, and a size. */
function checkOptions(name: string, options: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(options))
    if (!['type', 'o', 'device', 'size'].includes(key)) throw invalid(`create ${name}: invalid option: "${key}"`);
  const mounts = Object.keys(options).filter((key) => key !== 'size');
  if (mounts.length > 0 && !('device' in options && 'type' in options)) {
    const missing = 'device' in options ? 'type' : 'device';
    throw invalid(`create ${name}: missing required option: "${missing}"`);
  }
}

/** Bytes of the regular files below `path`. */
export function treeSize(files: FileAccess, path: string): number {
  let total = 0;
  for (const entry of files.readdir(path)) {
    const child = `${path}/${entry.name}`;
    if (entry.type === 'dir') total += treeSize(files, child);
    else if (entry.type === 'file') total += files.stat(child, false).size;
  }
  return total;
}
