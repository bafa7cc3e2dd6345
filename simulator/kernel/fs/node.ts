/** The inodes of `TreeFs`: directories, regular files, and the leaves (symlinks, devices, fifos, sockets). */
import type { DirEntry, FileType, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import { FileContent, PAGE } from './content.ts';
import { diskOrder } from './dirhash.ts';
import { EMPTY, type FileData } from './data.ts';
import { lowerLookup, lowerNames, type LowerDir } from './lower.ts';
import type { TreeFs } from './tree.ts';
import { Inode, type AttributeChange, type NewNode, type Permissions } from './vfs.ts';

export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly time: number;
  /** Belongs to the upper directory from the start. */
  readonly upper: boolean;
}

export abstract class TreeNode extends Inode {
  readonly fs: TreeFs;
  readonly ino: number;
  mode: number;
  uid: number;
  gid: number;
  atime: number;
  mtime: number;
  ctime: number;
  /** Whether the node is in the upper directory (new, or copied up). */
  upper: boolean;
  /** Names that lead here; for directories 1 while linked. */
  links = 1;
  declare parent: TreeDir | undefined;

  constructor(fs: TreeFs, ino: number, attributes: Attributes) {
    super();
    this.fs = fs;
    this.ino = ino;
    this.mode = attributes.mode & 0o7777;
    this.uid = attributes.uid;
    this.gid = attributes.gid;
    this.atime = this.mtime = this.ctime = attributes.time;
    this.upper = attributes.upper;
  }

  abstract override readonly type: FileType;
  override get permissions(): Permissions {
    return this;
  }
  override get removed(): boolean {
    return this.links === 0;
  }

  /** Brings the node and its parents into the upper directory. */
  copyUp(): void {
    if (this.upper) return;
    this.parent?.copyUp();
    this.claim();
    this.upper = true;
    // Only the name in use is copied up: the others keep the lower file (overlayfs without index=on).
    if (this.fs.overlay && this.type !== 'dir') this.links = 1;
  }
  /** Takes the room that the copy in the upper directory needs. */
  protected claim(): void {}
  /** Called when the last name or descriptor is gone. */
  dropped(): void {}

  protected statWith(size: number, blocks: number, rdev: readonly [number, number] = [0, 0]): Stat {
    return {
      type: this.type,
      ino: this.ino,
      dev: this.fs.dev,
      mode: this.mode,
      nlink: this.links,
      uid: this.uid,
      gid: this.gid,
      size,
      blocks,
      rdev,
      atime: this.atime,
      mtime: this.mtime,
      ctime: this.ctime,
    };
  }

  override change(change: AttributeChange): void {
    this.copyUp();
    if (change.mode !== undefined) this.mode = change.mode & 0o7777;
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    if (change.atime !== undefined) this.atime = change.atime;
    if (change.mtime !== undefined) this.mtime = change.mtime;
    this.ctime = this.fs.now();
    this.fs.notify(this);
  }
}

export class TreeFile extends TreeNode {
  readonly type = 'file';
  content: FileContent;
  #opens = 0;

  constructor(fs: TreeFs, ino: number, content: FileContent, attributes: Attributes) {
    super(fs, ino, attributes);
    this.content = content;
  }

  override stat(): Stat {
    return this.statWith(this.content.size, this.content.blocks() * 8);
  }
  protected override claim(): void {
    this.content.claim(this.fs.space);
  }
  override opened(write: boolean, truncate: boolean): undefined {
    if (write) {
      // Truncation in the same call saves the copying of the content.
      if (truncate && !this.upper) {
        this.parent?.copyUp();
        this.content = new FileContent();
        this.copyUp();
      } else {
        this.copyUp();
      }
      if (truncate) {
        this.content.truncate(0, this.fs.space);
        this.#modified();
      }
    }
    this.#opens++;
  }
  override closed(): void {
    this.#opens--;
    if (this.links === 0) this.dropped();
  }
  override dropped(): void {
    if (this.#opens > 0 || !this.upper || this.fs.mounted(this)) return;
    this.content.release(this.fs.space);
    this.content = new FileContent();
  }
  override read(offset: number, max: number): Uint8Array {
    // relatime: the first read after a change moves atime.
    if (this.atime <= this.mtime) this.atime = this.fs.now();
    return this.content.read(offset, max);
  }
  override write(offset: number, data: Uint8Array): number {
    this.copyUp();
    const done = this.content.write(offset, data, this.fs.space);
    this.#modified();
    return done;
  }
  override truncate(size: number): void {
    this.copyUp();
    this.content.truncate(size, this.fs.space);
    this.#modified();
  }
  /** Replaces the whole content. */
  replace(data: FileData): void {
    this.copyUp();
    const fresh = new FileContent(data);
    fresh.claim(this.fs.space);
    this.content.release(this.fs.space);
    this.content = fresh;
    this.#modified();
  }
  #modified(): void {
    this.mtime = this.ctime = this.fs.now();
    this.fs.notify(this);
  }
}

export class TreeLeaf extends TreeNode {
  readonly type: 'symlink' | 'char' | 'block' | 'fifo' | 'socket';
  readonly target: string;
  readonly rdev: readonly [number, number];
  readonly #length: number;
  constructor(
    fs: TreeFs,
    ino: number,
    type: TreeLeaf['type'],
    target: string,
    rdev: readonly [number, number],
    attributes: Attributes,
  ) {
    super(fs, ino, type === 'symlink' ? { ...attributes, mode: 0o777 } : attributes);
    this.type = type;
    this.target = target;
    this.rdev = rdev;
    this.#length = new TextEncoder().encode(target).length;
  }
  override stat(): Stat {
    return this.statWith(this.#length, 0, this.rdev);
  }
  override readlink(): string {
    if (this.type !== 'symlink') throw new Errno('EINVAL');
    return this.target;
  }
}

const NOTHING: ReadonlySet<string> = new Set();

export class TreeDir extends TreeNode {
  readonly type = 'dir';
  /** Lower directories merged here, topmost first. */
  readonly lower: readonly LowerDir[];
  /** Nodes of the upper directory, and those of lower layers that were looked up. */
  readonly entries = new Map<string, TreeNode>();
  /** Names of lower layers that are hidden here, by removal or by a replacement; made on first use, as most hide nothing. */
  #hidden: Set<string> | undefined;
  get hidden(): ReadonlySet<string> {
    return this.#hidden ?? NOTHING;
  }

  constructor(fs: TreeFs, ino: number, lower: readonly LowerDir[], attributes: Attributes) {
    super(fs, ino, attributes);
    this.lower = lower;
  }

  override stat(): Stat {
    const { fs } = this;
    const tmpfs = fs.type === 'tmpfs' || fs.type === 'devtmpfs';
    const merged = fs.overlay && this.lower.length + (this.upper ? 1 : 0) > 1;
    const stat = this.statWith(tmpfs ? 40 + 20 * this.entries.size : PAGE, tmpfs ? 0 : 8);
    return { ...stat, nlink: this.links === 0 ? 0 : merged ? 1 : 2 + this.#subdirectories() };
  }
  #subdirectories(): number {
    let n = 0;
    for (const [, type] of this.#visible()) if (type === 'dir') n++;
    return n;
  }

  /** Names and types, lower layers' first. */
  #visible(): Map<string, FileType> {
    const out = new Map<string, FileType>();
    for (const name of lowerNames(this.lower)) {
      if (this.hidden.has(name) || this.entries.has(name)) {
        const node = this.hidden.has(name) ? undefined : this.entries.get(name);
        if (node) out.set(name, node.type);
        continue;
      }
      const hit = lowerLookup(this.lower, name)!;
      const { type } = hit.entry;
      if (type === 'device') out.set(name, hit.entry.kind);
      else if (type === 'hardlink') out.set(name, this.lookup(name)!.type);
      else if (type !== 'whiteout') out.set(name, type);
    }
    for (const [name, node] of this.entries) if (!out.has(name)) out.set(name, node.type);
    return out;
  }

  override lookup(name: string): TreeNode | undefined {
    const known = this.entries.get(name);
    if (known) return known;
    if (this.lower.length === 0 || this.hidden.has(name)) return undefined;
    const hit = lowerLookup(this.lower, name);
    if (!hit) return undefined;
    const node = this.fs.materialise(hit);
    node.parent = this;
    node.name = name;
    this.entries.set(name, node);
    return node;
  }

  override list(): DirEntry[] {
    const visible = this.#visible();
    return this.#order([...visible.keys()]).map((name) => ({ name, type: visible.get(name)! }));
  }
  /**
   * The order in which the kernel lists names: a tmpfs the newest first, a disk by hash; a merged directory those of the
   * lowest layer first, then the upper directory's, then the layers between from the top (ovl_dir_read_merged).
   */
  #order(names: readonly string[]): string[] {
    const { fs } = this;
    if (fs.type === 'tmpfs' || fs.type === 'devtmpfs') return [...names].reverse();
    if (!fs.overlay || this.lower.length + (this.upper ? 1 : 0) < 2) return diskOrder(names);
    const layers = this.lower.map(({ dir }) => dir.entries);
    const lowest = layers[layers.length - 1];
    const groups: string[][] = [[], [], ...layers.map(() => [])];
    for (const name of names) {
      const node = this.entries.get(name);
      if (lowest?.has(name)) groups[0]!.push(name);
      else if (node?.upper) groups[1]!.push(name);
      else groups[2 + layers.findIndex((entries) => entries.has(name))]!.push(name);
    }
    return groups.flatMap((group) => diskOrder(group));
  }
  isEmpty(): boolean {
    return this.#visible().size === 0;
  }

  /** Puts `node` under `name`, hiding what lower layers hold there. */
  #put(name: string, node: TreeNode): void {
    if (this.lower.length > 0 && lowerLookup(this.lower, name)) (this.#hidden ??= new Set()).add(name);
    this.entries.set(name, node);
    node.parent = this;
    node.name = name;
  }
  /** Takes `name` out, leaving a whiteout where lower layers hold it. */
  #take(name: string): void {
    this.entries.delete(name);
    if (this.lower.length > 0 && lowerLookup(this.lower, name)) (this.#hidden ??= new Set()).add(name);
  }
  #touched(name: string): void {
    this.mtime = this.ctime = this.fs.now();
    this.fs.notify(this, name);
  }

  override create(name: string, what: NewNode): TreeNode {
    if (this.links === 0) throw new Errno('ENOENT');
    this.copyUp();
    const attributes = { mode: what.mode, uid: what.uid, gid: what.gid, time: this.fs.now(), upper: true };
    const ino = this.fs.allocateIno();
    let node: TreeNode;
    if (what.type === 'dir') node = new TreeDir(this.fs, ino, [], attributes);
    else if (what.type === 'file') node = new TreeFile(this.fs, ino, new FileContent(EMPTY), attributes);
    else if (what.type === 'symlink') node = new TreeLeaf(this.fs, ino, 'symlink', what.target, [0, 0], attributes);
    else if (what.type === 'char' || what.type === 'block')
      node = new TreeLeaf(this.fs, ino, what.type, '', what.rdev, attributes);
    else node = new TreeLeaf(this.fs, ino, what.type, '', [0, 0], attributes);
    this.#put(name, node);
    this.#touched(name);
    return node;
  }

  override link(name: string, node: Inode): void {
    if (!(node instanceof TreeNode) || node.fs !== this.fs) throw new Errno('EXDEV');
    this.copyUp();
    node.copyUp();
    node.links++;
    node.ctime = this.fs.now();
    this.#put(name, node);
    this.#touched(name);
  }

  override remove(name: string): void {
    const node = this.lookup(name);
    if (!node) throw new Errno('ENOENT');
    if (node instanceof TreeDir && !node.isEmpty()) throw new Errno('ENOTEMPTY');
    this.copyUp();
    this.#take(name);
    this.#unlinked(node);
    this.#touched(name);
  }
  #unlinked(node: TreeNode): void {
    node.ctime = this.fs.now();
    node.links--;
    if (node.links === 0) node.dropped();
  }

  override rename(from: string, target: Inode, to: string): void {
    if (!(target instanceof TreeDir) || target.fs !== this.fs) throw new Errno('EXDEV');
    const node = this.lookup(from);
    if (!node) throw new Errno('ENOENT');
    const old = target.lookup(to);
    if (old === node) return;
    if (old) {
      if (node instanceof TreeDir) {
        if (!(old instanceof TreeDir)) throw new Errno('ENOTDIR');
        if (!old.isEmpty()) throw new Errno('ENOTEMPTY');
      } else if (old instanceof TreeDir) {
        throw new Errno('EISDIR');
      }
    }
    if (node instanceof TreeDir && node.lower.length > 0) {
      // Without redirect_dir overlayfs cannot move a directory that lower layers hold; mv then copies.
      if (this.fs.overlay) throw new Errno('EXDEV');
      node.copyUpAll();
    }
    this.copyUp();
    target.copyUp();
    node.copyUp();
    this.#take(from);
    if (old) target.#unlinked(old);
    target.#put(to, node);
    node.ctime = this.fs.now();
    this.#touched(from);
    target.#touched(to);
  }

  /** Brings the whole subtree into the upper directory (a disk's directory that moves away from its layers). */
  copyUpAll(): void {
    this.copyUp();
    for (const name of this.#visible().keys()) {
      const child = this.lookup(name)!;
      if (child instanceof TreeDir) child.copyUpAll();
      else child.copyUp();
    }
  }
}
