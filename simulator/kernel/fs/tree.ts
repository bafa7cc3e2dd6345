/**
 * The file system of changeable trees: tmpfs, the disk (ext4) and overlay mounts are all one tree of inodes, which can
 * stand on immutable layers. What lower layers hold becomes an inode only when it is looked up, so mounting costs
 * nothing; a change first copies the node up, as overlayfs does, and marks it as the upper directory's own.
 */
import { Errno } from '../errno.ts';
import { FileContent, type Space } from './content.ts';
import type { Layer, LayerDir, LayerEntry } from './layer.ts';
import { findLinkTarget, linkCount, type LowerDir, type LowerHit } from './lower.ts';
import type { TreeNode } from './node.ts';
import { TreeDir, TreeFile, TreeLeaf } from './node.ts';
import type { FileSystem, FsUsage } from './vfs.ts';

export interface TreeOptions {
  readonly type: 'overlay' | 'tmpfs' | 'ext4' | 'devtmpfs' | 'mqueue';
  readonly source: string;
  readonly dev: number;
  readonly options: readonly string[];
  /** Topmost first. */
  readonly lower: readonly Layer[];
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly clock: () => number;
  readonly space: Space;
  readonly usage: () => FsUsage;
  /** Whether a process sees the file itself mounted somewhere. */
  readonly mounted?: (node: TreeNode) => boolean;
}

export type TreeListener = (node: TreeNode, name: string | undefined) => void;

export class TreeFs implements FileSystem {
  readonly type: TreeOptions['type'];
  readonly source: string;
  readonly dev: number;
  options: readonly string[];
  readonly lower: readonly Layer[];
  readonly space: Space;
  readonly now: () => number;
  readonly usage: () => FsUsage;
  readonly mounted: (node: TreeNode) => boolean;
  readonly root: TreeDir;
  readonly listeners = new Set<TreeListener>();
  /** overlayfs' own restrictions hold: hard links break on copy-up, merged directories cannot be renamed. */
  readonly overlay: boolean;
  #nextIno: number;
  /** Hard-linked files of the layers, so that their names share an inode number (and, on a disk, the inode). */
  readonly #twinInos = new Map<LayerEntry, number>();
  readonly #twins = new Map<LayerEntry, TreeNode>();

  constructor(options: TreeOptions) {
    this.type = options.type;
    this.source = options.source;
    this.dev = options.dev;
    this.options = options.options;
    this.lower = options.lower;
    this.space = options.space;
    this.now = options.clock;
    this.usage = options.usage;
    this.mounted = options.mounted ?? (() => false);
    this.overlay = options.type === 'overlay';
    this.#nextIno = options.type === 'ext4' || options.type === 'overlay' ? 2 : 1;
    const lowers: LowerDir[] = [];
    for (const layer of options.lower) {
      lowers.push({ dir: layer.root, layer });
      if (layer.root.opaque) break;
    }
    const top: LayerDir | undefined = lowers[0]?.dir;
    const now = options.clock();
    this.root = new TreeDir(this, this.allocateIno(), lowers, {
      mode: options.mode ?? top?.mode ?? 0o755,
      uid: options.uid ?? top?.uid ?? 0,
      gid: options.gid ?? top?.gid ?? 0,
      time: top ? Math.round(top.mtime * 1000) : now,
      upper: lowers.length === 0,
    });
  }

  allocateIno(): number {
    return this.#nextIno++;
  }

  /** Makes the inode for what lower layers hold under a name. */
  materialise(hit: LowerHit): TreeNode {
    const { layer } = hit;
    if (hit.dirs.length > 0) {
      const top = hit.dirs[0]!.dir;
      const time = Math.round(top.mtime * 1000);
      return new TreeDir(this, this.allocateIno(), hit.dirs, { ...top, time, upper: false });
    }
    const { entry, home } = this.#resolveLink(hit.entry, layer);
    const links = linkCount(home, entry);
    let ino: number;
    if (links > 1) {
      const twin = this.#twins.get(entry);
      if (twin && !this.overlay) return twin;
      ino = this.#twinInos.get(entry) ?? this.allocateIno();
      this.#twinInos.set(entry, ino);
    } else {
      ino = this.allocateIno();
    }
    let node: TreeNode;
    if (entry.type === 'file') {
      const attributes = { ...entry, time: Math.round(entry.mtime * 1000), upper: false };
      node = new TreeFile(this, ino, new FileContent(entry.data), attributes);
    } else if (entry.type === 'symlink') {
      const attributes = { ...entry, time: Math.round(entry.mtime * 1000), upper: false };
      node = new TreeLeaf(this, ino, 'symlink', entry.target, [0, 0], attributes);
    } else if (entry.type === 'device') {
      const attributes = { ...entry, time: Math.round(entry.mtime * 1000), upper: false };
      node = new TreeLeaf(this, ino, entry.kind, '', entry.rdev, attributes);
    } else {
      throw new Errno('EIO');
    }
    node.links = links;
    if (links > 1 && !this.overlay) this.#twins.set(entry, node);
    return node;
  }

  #resolveLink(entry: LayerEntry, layer: Layer): { entry: LayerEntry; home: Layer } {
    let current = entry;
    for (let depth = 0; current.type === 'hardlink'; depth++) {
      if (depth > 8) throw new Errno('EIO');
      const path = current.path;
      const at = this.lower.indexOf(layer);
      // A tar may link to a file of a layer below.
      let found: { entry: LayerEntry; home: Layer } | undefined;
      for (const candidate of at < 0 ? [layer] : this.lower.slice(at)) {
        const target = findLinkTarget(candidate, path);
        if (target) {
          found = { entry: target, home: candidate };
          break;
        }
      }
      if (!found) throw new Errno('EIO');
      if (found.entry.type !== 'hardlink') return found;
      current = found.entry;
    }
    return { entry: current, home: layer };
  }

  /** Tells the watchers that `name` in `node` (or `node` itself) has changed. */
  notify(node: TreeNode, name?: string): void {
    if (this.listeners.size > 0) for (const listener of [...this.listeners]) listener(node, name);
  }
}
