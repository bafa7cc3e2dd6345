/** The container's file system as the daemon sees it: the layer of mount points, and the tree while it does not run. */
import { EMPTY } from '../../kernel/fs/data.ts';
import type { Layer, LayerDir, LayerEntry } from '../../kernel/fs/layer.ts';
import type { FileAccess, Kernel, MountNamespace } from '../../kernel/kernel.ts';
import type { Container } from './container.ts';

/** What the topmost of `layers` says of `path` (parts), where it is a directory. */
function directory(layers: readonly Layer[], parts: readonly string[]): LayerDir | undefined {
  for (const layer of layers) {
    let entry: LayerEntry | undefined = layer.root;
    for (const part of parts) entry = entry?.type === 'dir' ? entry.entries.get(part) : undefined;
    if (entry?.type === 'dir') return entry;
  }
  return undefined;
}

/** Whether `path` exists in the image, whatever it is. */
function present(layers: readonly Layer[], parts: readonly string[]): boolean {
  const parent = parts.slice(0, -1);
  const name = parts.at(-1)!;
  for (const layer of layers) {
    let entry: LayerEntry | undefined = layer.root;
    for (const part of parent) entry = entry?.type === 'dir' ? entry.entries.get(part) : undefined;
    if (entry?.type !== 'dir') continue;
    const found = entry.entries.get(name);
    if (found !== undefined) return found.type !== 'whiteout';
    if (entry.opaque) return false;
  }
  return false;
}

/**
 * The layer Docker puts between the image and the container's own: /.dockerenv and the files and folders that things are
 * mounted on (daemon/initlayer). What the image has is left as it is.
 */
export function initLayer(image: readonly Layer[], created: number): Layer {
  const mtime = Math.floor(created / 1000);
  const meta = { mode: 0o755, uid: 0, gid: 0, mtime };
  const dir = (path: readonly string[], entries: readonly (readonly [string, LayerEntry | undefined])[]): LayerDir => {
    const below = directory(image, path);
    const own = below ? { mode: below.mode, uid: below.uid, gid: below.gid, mtime: below.mtime } : meta;
    const map = new Map<string, LayerEntry>();
    for (const [name, entry] of entries) if (entry !== undefined) map.set(name, entry);
    return { type: 'dir', opaque: false, entries: map, ...own };
  };
  const missing = (path: readonly string[], entry: LayerEntry): LayerEntry | undefined =>
    present(image, path) ? undefined : entry;
  const file = (path: readonly string[]): LayerEntry | undefined =>
    missing(path, { type: 'file', data: EMPTY, ...meta });
  const etc = dir(
    ['etc'],
    [
      ['hostname', file(['etc', 'hostname'])],
      ['hosts', file(['etc', 'hosts'])],
      ['mtab', missing(['etc', 'mtab'], { type: 'symlink', target: '/proc/mounts', ...meta, mode: 0o777 })],
      ['resolv.conf', file(['etc', 'resolv.conf'])],
    ],
  );
  const dev = dir(
    ['dev'],
    [
      ['console', file(['dev', 'console'])],
      ['pts', dir(['dev', 'pts'], [])],
      ['shm', dir(['dev', 'shm'], [])],
    ],
  );
  return {
    root: dir(
      [],
      [
        ['.dockerenv', file(['.dockerenv'])],
        ['dev', dev],
        ['etc', etc],
        ['proc', dir(['proc'], [])],
        ['sys', dir(['sys'], [])],
      ],
    ),
  };
}

/** A mount namespace that holds only the container's root. `writable: false` shows it as it is. */
export function mountRoot(kernel: Kernel, container: Pick<Container, 'layers' | 'upper'>): MountNamespace {
  const mounts = kernel.createMounts();
  mounts.mount('/', { type: 'overlay', lower: container.layers, upper: container.upper });
  return mounts;
}

/** The container's tree with its volumes and binds, running or not. */
export function containerFiles(kernel: Kernel, container: Container): FileAccess {
  if (container.runtime !== undefined) return container.runtime.mounts.files;
  const mounts = mountRoot(kernel, container);
  const host = kernel.init.mnt;
  for (const mount of container.mounts) {
    if (mount.type !== 'bind' && mount.type !== 'volume') continue;
    const source = mount.subpath === '' ? mount.source : `${mount.source}/${mount.subpath}`;
    if (!host.files.exists(source)) continue;
    mounts.ensurePath(mount.destination, host.files.stat(source).type === 'dir' ? 'dir' : 'file');
    mounts.mount(mount.destination, { type: 'bind', from: host, path: source }, { readonly: mount.readonly });
  }
  return mounts.files;
}

const BLOCK = 4096;

/** Disk space of a snapshot as containerd counts it: whole blocks, directories too. */
export function snapshotUsage(layer: Layer): number {
  const walk = (dir: LayerDir): number => {
    let total = BLOCK;
    for (const entry of dir.entries.values()) {
      if (entry.type === 'dir') total += walk(entry);
      else if (entry.type === 'file') total += Math.ceil(entry.data.size / BLOCK) * BLOCK;
    }
    return total;
  };
  return walk(layer.root);
}

/** Paths in the writable layer that are only there to be mounted on. */
export function isMountPoint(container: Container): (path: string) => boolean {
  const points = new Set(container.mounts.map((mount) => mount.destination));
  return (path) => points.has(path);
}
