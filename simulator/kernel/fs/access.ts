/** Whole-file access for daemons (`FileAccess`): the tree of a namespace as root sees it. */
import type { DirEntry, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import type { FileAccess } from '../kernel.ts';
import { bytesData, textData, type FileData } from './data.ts';
import { applyLayer, removeAll, snapshotLeaf, snapshotTree } from './freeze.ts';
import type { Layer, LayerDir, LayerEntry } from './layer.ts';
import type { MountTable } from './namespace.ts';
import { TreeDir, TreeFile, TreeNode } from './node.ts';
import type { FsContext, Inode, Location, Mount } from './vfs.ts';
import { crossMounts, find, pathOf, walk } from './walk.ts';
import * as calls from './calls.ts';

interface Meta {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
}

export class NamespaceFiles implements FileAccess {
  readonly #namespace: MountTable;
  constructor(namespace: MountTable) {
    this.#namespace = namespace;
  }
  #context(): FsContext {
    return { ...this.#namespace.context(), umask: 0 };
  }

  exists(path: string): boolean {
    try {
      return walk(this.#context(), path, { follow: true }).location !== undefined;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }
  stat(path: string, follow = true): Stat {
    return find(this.#context(), path, follow).node.stat();
  }
  readdir(path: string): DirEntry[] {
    return calls.readdir(this.#context(), path);
  }
  read(path: string): Uint8Array {
    return calls.readFile(this.#context(), path);
  }
  data(path: string): FileData {
    const { node } = find(this.#context(), path);
    if (node.type === 'dir') throw new Errno('EISDIR');
    return node instanceof TreeFile ? node.content.freeze() : bytesData(this.read(path));
  }
  readlink(path: string): string {
    return calls.readlink(this.#context(), path);
  }
  realpath(path: string): string {
    return calls.realpath(this.#context(), path);
  }

  write(path: string, data: Uint8Array | string | FileData, meta: Meta = {}): void {
    const context = this.#context();
    const result = walk(context, path, { follow: true });
    let { location } = result;
    if (location && location.node.type === 'dir') throw new Errno('EISDIR');
    if (!location) {
      const dir = result.dir!;
      const owner = { mode: meta.mode ?? 0o644, uid: meta.uid ?? 0, gid: meta.gid ?? 0 };
      const node = dir.node.create(result.name, { type: 'file', ...owner }, context);
      location = { mount: dir.mount, node, dir, name: result.name };
    }
    const { node } = location;
    if (node instanceof TreeFile) {
      const content =
        typeof data === 'string' ? textData(data) : data instanceof Uint8Array ? bytesData(data.slice()) : data;
      node.replace(content);
    } else {
      calls.writeFile(context, path, data as Uint8Array | string);
    }
    this.#meta(node, meta);
  }
  #meta(node: Inode, meta: Meta): void {
    if (meta.mode === undefined && meta.uid === undefined && meta.gid === undefined && meta.mtime === undefined) return;
    node.change({ ...meta });
  }
  mkdir(path: string, meta: Meta & { parents?: boolean } = {}): void {
    const context = this.#context();
    const { parents, ...attributes } = meta;
    const owner = { mode: meta.mode ?? 0o755, uid: meta.uid ?? 0, gid: meta.gid ?? 0 };
    if (parents) {
      const parts = path.split('/').filter((part) => part !== '');
      for (let i = 1; i <= parts.length; i++) {
        const at = `/${parts.slice(0, i).join('/')}`;
        const result = walk(context, at, { follow: true });
        if (result.location) continue;
        const node = result.dir!.node.create(result.name, { type: 'dir', ...owner }, context);
        if (meta.mtime !== undefined) node.change({ mtime: meta.mtime });
      }
      return;
    }
    const result = walk(context, path, { follow: false, parent: true });
    if (result.location) throw new Errno('EEXIST');
    const node = result.dir!.node.create(result.name, { type: 'dir', ...owner }, context);
    this.#meta(node, attributes);
  }
  symlink(target: string, path: string, meta: { uid?: number; gid?: number; mtime?: number } = {}): void {
    const context = this.#context();
    const result = walk(context, path, { follow: false, parent: true });
    if (result.location) throw new Errno('EEXIST');
    const owner = { mode: 0o777, uid: meta.uid ?? 0, gid: meta.gid ?? 0 };
    const node = result.dir!.node.create(result.name, { type: 'symlink', target, ...owner }, context);
    if (meta.mtime !== undefined) node.change({ mtime: meta.mtime });
  }
  chmod(path: string, mode: number): void {
    find(this.#context(), path).node.change({ mode });
  }
  chown(path: string, uid: number, gid: number): void {
    find(this.#context(), path, false).node.change({ uid, gid });
  }
  utimes(path: string, mtimeMs: number): void {
    find(this.#context(), path, false).node.change({ mtime: mtimeMs });
  }
  rename(from: string, to: string): void {
    calls.rename(this.#context(), from, to);
  }
  remove(path: string): void {
    const context = this.#context();
    let result;
    try {
      result = walk(context, path, { follow: false, parent: true });
    } catch (error) {
      if (error instanceof Errno && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
      throw error;
    }
    if (!result.location) return;
    const dir = result.dir?.node;
    if (!(dir instanceof TreeDir)) throw new Errno('EBUSY');
    if (result.dir!.mount.children.has(dir.lookup(result.name)!)) throw new Errno('EBUSY');
    removeAll(dir, result.name);
  }

  /** Mounted trees below are included, synthetic ones (/proc, /sys) are left out as empty directories. */
  snapshot(path: string): Layer {
    const location = find(this.#context(), path);
    return { root: this.#snapshotDir(location) };
  }
  #snapshotDir(location: Location): LayerDir {
    if (!(location.node instanceof TreeDir)) {
      const stat = location.node.stat();
      if (stat.type !== 'dir') throw new Errno('ENOTDIR');
      return { type: 'dir', opaque: false, entries: new Map(), ...layerMeta(stat) };
    }
    const { mount } = location;
    return snapshotTree(location.node, (node) => {
      const over = crossMounts({ mount, node });
      if (over.mount === mount) return undefined;
      if (over.node.type === 'dir') return this.#snapshotDir(over);
      return over.node instanceof TreeNode ? (snapshotLeaf(over.node) ?? null) : null;
    }).root;
  }
  /** One entry of any kind, as a layer would hold it; symlinks are not followed unless told. */
  entry(path: string, follow = false): LayerEntry {
    const location = find(this.#context(), path, follow);
    if (location.node.type === 'dir') return this.#snapshotDir(location);
    const entry = location.node instanceof TreeNode ? snapshotLeaf(location.node) : undefined;
    if (entry) return entry;
    const stat = location.node.stat();
    if (stat.type === 'symlink') return { type: 'symlink', target: this.readlink(path), ...layerMeta(stat) };
    if (stat.type === 'file') return { type: 'file', data: bytesData(this.read(path)), ...layerMeta(stat) };
    throw new Errno('EINVAL');
  }
  apply(path: string, layer: Layer): void {
    const { node, mount } = find(this.#context(), path);
    if (mount.readonly) throw new Errno('EROFS');
    if (!(node instanceof TreeDir)) throw new Errno('ENOTDIR');
    applyLayer(node, layer);
  }

  watch(path: string, listener: (path: string) => void): () => void {
    const { node } = find(this.#context(), path);
    if (!(node instanceof TreeNode)) throw new Errno('EINVAL');
    const base = path.replace(/\/+$/, '');
    const tell = (changed: TreeNode, name: string | undefined): void => {
      const parts: string[] = name === undefined ? [] : [name];
      for (let at: TreeNode | undefined = changed; at; at = at.parent) {
        if (at === node) return listener(parts.length === 0 ? base || '/' : `${base}/${parts.join('/')}`);
        parts.unshift(at.name);
      }
    };
    node.fs.listeners.add(tell);
    return () => node.fs.listeners.delete(tell);
  }
  /** The absolute path of a place in this namespace. */
  pathOf(mount: Mount, node: Inode): string {
    return pathOf({ mount, node });
  }
}

const layerMeta = (stat: Stat): { mode: number; uid: number; gid: number; mtime: number } => ({
  mode: stat.mode,
  uid: stat.uid,
  gid: stat.gid,
  mtime: stat.mtime / 1000,
});
