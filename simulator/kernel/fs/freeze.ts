/** From changeable trees to immutable layers and back: freezing an upper directory, snapshots, laying a layer over a tree. */
import { dataBlocks, FileContent } from './content.ts';
import type { Layer, LayerDir, LayerEntry } from './layer.ts';
import { TreeDir, TreeFile, TreeLeaf, type TreeNode } from './node.ts';
import type { TreeFs } from './tree.ts';

const metaOf = (node: TreeNode): { mode: number; uid: number; gid: number; mtime: number } => ({
  mode: node.mode,
  uid: node.uid,
  gid: node.gid,
  mtime: node.mtime / 1000,
});

function leafEntry(node: TreeNode): LayerEntry | undefined {
  if (node instanceof TreeFile) return { type: 'file', data: node.content.freeze(), ...metaOf(node) };
  if (node instanceof TreeLeaf) {
    if (node.type === 'symlink') return { type: 'symlink', target: node.target, ...metaOf(node) };
    // Sockets are not archived (archive/tar has no type for them).
    if (node.type === 'socket') return undefined;
    return { type: 'device', kind: node.type, rdev: node.rdev, ...metaOf(node) };
  }
  return undefined;
}

/**
 * A frozen copy of what the upper directory below `root` holds. Paths given to `exclude` are absolute; excluded entries
 * are left out as if they had not been made.
 */
export function freezeUpper(root: TreeDir, exclude: (path: string) => boolean = () => false): Layer {
  const seen = new Map<TreeNode, string>();
  const visit = (dir: TreeDir, path: string, opaque: boolean): LayerDir => {
    const entries = new Map<string, LayerEntry>();
    for (const name of dir.hidden) {
      const child = `${path}/${name}`;
      if (!dir.entries.has(name) && !exclude(child)) entries.set(name, { type: 'whiteout' });
    }
    for (const [name, node] of dir.entries) {
      const child = `${path}/${name}`;
      if (!node.upper || exclude(child)) continue;
      if (node instanceof TreeDir) {
        entries.set(name, visit(node, child, dir.hidden.has(name)));
        continue;
      }
      const first = node.links > 1 ? seen.get(node) : undefined;
      if (first !== undefined) {
        entries.set(name, { type: 'hardlink', path: first });
        continue;
      }
      const entry = leafEntry(node);
      if (!entry) continue;
      seen.set(node, child);
      entries.set(name, entry);
    }
    return { type: 'dir', opaque, entries, ...metaOf(dir) };
  };
  return { root: visit(root, '', false) };
}

/** The whole tree at `root`, with what lower layers hold, as one layer without whiteouts. */
export function snapshotTree(root: TreeDir, mounted?: (node: TreeNode) => LayerEntry | undefined | null): Layer {
  const seen = new Map<number, string>();
  const visit = (dir: TreeDir, path: string): LayerDir => {
    const entries = new Map<string, LayerEntry>();
    for (const { name } of dir.list()) {
      const node = dir.lookup(name)!;
      const other = mounted?.(node);
      if (other === null) continue;
      if (other !== undefined) {
        entries.set(name, other);
        continue;
      }
      const child = `${path}/${name}`;
      if (node instanceof TreeDir) {
        entries.set(name, visit(node, child));
        continue;
      }
      const first = node.links > 1 ? seen.get(node.ino) : undefined;
      if (first !== undefined) {
        entries.set(name, { type: 'hardlink', path: first });
        continue;
      }
      const entry = leafEntry(node);
      if (!entry) continue;
      seen.set(node.ino, child);
      entries.set(name, entry);
    }
    return { type: 'dir', opaque: false, entries, ...metaOf(dir) };
  };
  return { root: visit(root, '') };
}

/** One file, symlink or device as a layer entry; undefined for sockets. */
export const snapshotLeaf = leafEntry;

/** Lays `layer` over the tree below `target`: entries replace, directories merge, whiteouts remove. */
export function applyLayer(target: TreeDir, layer: Layer): void {
  const { fs } = target;
  const made = new Map<string, TreeNode>();
  const links: [TreeDir, string, string][] = [];
  const time = (mtime: number): number => Math.round(mtime * 1000);

  const visit = (dir: TreeDir, from: LayerDir, path: string): void => {
    if (from.opaque) for (const { name } of dir.list()) removeAll(dir, name);
    for (const [name, entry] of from.entries) {
      const child = `${path}/${name}`;
      const old = dir.lookup(name);
      if (entry.type === 'whiteout') {
        if (old) removeAll(dir, name);
        continue;
      }
      if (entry.type === 'dir' && old instanceof TreeDir && !entry.opaque) {
        visit(old, entry, child);
        setMeta(old, entry, time(entry.mtime));
        continue;
      }
      if (entry.type === 'hardlink') {
        links.push([dir, name, entry.path]);
        continue;
      }
      if (old) removeAll(dir, name);
      if (entry.type === 'dir') {
        const node = dir.create(name, { ...entry, type: 'dir' }) as TreeDir;
        visit(node, { ...entry, opaque: false }, child);
        setMeta(node, entry, time(entry.mtime));
        continue;
      }
      const node = createLeaf(dir, name, entry);
      setMeta(node, entry, time(entry.mtime));
      made.set(child, node);
    }
  };
  visit(target, layer.root, '');
  for (const [dir, name, path] of links) {
    const node = made.get(path.startsWith('/') ? path : `/${path}`) ?? lookupPath(fs, target, path);
    if (!node || node instanceof TreeDir) continue;
    if (dir.lookup(name)) removeAll(dir, name);
    const { mtime } = dir;
    dir.link(name, node);
    dir.mtime = mtime;
  }
  setMeta(target, layer.root, time(layer.root.mtime));
}

function createLeaf(
  dir: TreeDir,
  name: string,
  entry: Exclude<LayerEntry, { type: 'dir' | 'hardlink' | 'whiteout' }>,
): TreeNode {
  if (entry.type === 'file') {
    const node = dir.create(name, { ...entry, type: 'file' }) as TreeFile;
    const content = new FileContent(entry.data);
    content.claim(dir.fs.space);
    node.content = content;
    return node;
  }
  if (entry.type === 'symlink') return dir.create(name, { ...entry, type: 'symlink' });
  return entry.kind === 'fifo'
    ? dir.create(name, { mode: entry.mode, uid: entry.uid, gid: entry.gid, type: 'fifo' })
    : dir.create(name, { mode: entry.mode, uid: entry.uid, gid: entry.gid, type: entry.kind, rdev: entry.rdev });
}

function setMeta(node: TreeNode, meta: { mode: number; uid: number; gid: number }, mtime: number): void {
  node.copyUp();
  node.mode = meta.mode;
  node.uid = meta.uid;
  node.gid = meta.gid;
  node.mtime = node.ctime = mtime;
}

function lookupPath(fs: TreeFs, root: TreeDir, path: string): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (!(node instanceof TreeDir)) return undefined;
    node = node.lookup(part);
  }
  return node;
}

/** Removes a name with all below it. */
export function removeAll(dir: TreeDir, name: string): void {
  const node = dir.lookup(name);
  if (!node) return;
  if (node instanceof TreeDir) for (const child of node.list()) removeAll(node, child.name);
  dir.remove(name);
}

/**
 * Disk usage of a layer as containerd counts the snapshot: blocks of 4 KiB of every file and directory present in the
 * upper directory, its root included. Symlinks, devices, whiteouts and further hard links take none.
 */
export function layerUsage(layer: Layer): number {
  let blocks = 0;
  const visit = (dir: LayerDir): void => {
    blocks++;
    for (const entry of dir.entries.values()) {
      if (entry.type === 'dir') visit(entry);
      else if (entry.type === 'file') blocks += dataBlocks(entry.data);
    }
  };
  visit(layer.root);
  return blocks * 4096;
}
