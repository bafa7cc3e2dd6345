/** File systems whose nodes callbacks make on each look: /proc, /sys, cgroup2. */
import type { DirEntry, FileType, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import {
  Inode,
  type AttributeChange,
  type FileSystem,
  type FsContext,
  type FsUsage,
  type Location,
  type NewNode,
  type SyntheticDir,
  type SyntheticNode,
} from './vfs.ts';

const encoder = new TextEncoder();

interface Handle {
  bytes: Uint8Array | undefined;
  readonly context: FsContext;
}

export class SyntheticFs implements FileSystem {
  readonly type: string;
  readonly source: string;
  readonly dev: number;
  readonly options: readonly string[];
  readonly mountedAt: number;
  readonly root: Inode;
  readonly #inos = new Map<string, number>();

  constructor(type: string, source: string, dev: number, options: readonly string[], now: number, root: SyntheticDir) {
    this.type = type;
    this.source = source;
    this.dev = dev;
    this.options = options;
    this.mountedAt = now;
    this.root = new SyntheticInode(this, root, '', undefined);
  }
  ino(key: string): number {
    let ino = this.#inos.get(key);
    if (ino === undefined) {
      ino = this.#inos.size + 1;
      this.#inos.set(key, ino);
    }
    return ino;
  }
  usage(): FsUsage {
    return { size: 0, used: 0, available: 0 };
  }
}

class SyntheticInode extends Inode {
  readonly fs: SyntheticFs;
  readonly type: FileType;
  readonly #node: SyntheticNode;
  readonly #path: string;
  /** Inodes handed out, so that a mount point found again is the same inode. */
  readonly #children = new Map<string, SyntheticInode>();

  constructor(fs: SyntheticFs, node: SyntheticNode, path: string, parent: SyntheticInode | undefined) {
    super();
    this.fs = fs;
    this.#node = node;
    this.#path = path;
    this.type = node.type;
    this.parent = parent;
    this.name = path.slice(path.lastIndexOf('/') + 1);
  }
  get ino(): number {
    return this.fs.ino(this.#node.key ?? this.#path);
  }

  override stat(): Stat {
    const node = this.#node;
    const time = node.mtime ?? this.fs.mountedAt;
    const fallback = {
      dir: 0o555,
      file: 'write' in node && node.write ? 0o644 : 0o444,
      symlink: 0o777,
      char: 0o666,
      block: 0o660,
    };
    return {
      type: this.type,
      ino: this.ino,
      dev: this.fs.dev,
      mode: node.mode ?? fallback[node.type],
      nlink: node.type === 'dir' ? 2 : 1,
      uid: node.uid ?? 0,
      gid: node.gid ?? 0,
      size: 0,
      blocks: 0,
      rdev: node.type === 'char' || node.type === 'block' ? node.rdev : [0, 0],
      atime: time,
      mtime: time,
      ctime: time,
    };
  }

  override lookup(name: string, context: FsContext): Inode | undefined {
    if (this.#node.type !== 'dir') throw new Errno('ENOTDIR');
    const node = this.#node.lookup(name, context);
    if (!node) return undefined;
    const known = this.#children.get(name);
    if (known && known.#same(node)) return known;
    const child = new SyntheticInode(this.fs, node, `${this.#path}/${name}`, this);
    this.#children.set(name, child);
    return child;
  }
  #same(node: SyntheticNode): boolean {
    return (
      this.#node === node || (node.key !== undefined && this.#node.key === node.key && this.#node.type === node.type)
    );
  }
  override list(context: FsContext): DirEntry[] {
    const node = this.#node;
    if (node.type !== 'dir') throw new Errno('ENOTDIR');
    const out: DirEntry[] = [];
    for (const name of node.list(context)) {
      const child = node.lookup(name, context);
      if (child) out.push({ name, type: child.type });
    }
    return out;
  }
  override create(name: string, what: NewNode, context?: FsContext): Inode {
    const node = this.#node;
    if (node.type !== 'dir') throw new Errno('ENOTDIR');
    if (what.type !== 'dir' || !node.mkdir || !context) throw new Errno(this.fs.type === 'proc' ? 'ENOENT' : 'EPERM');
    node.mkdir(name);
    const made = node.lookup(name, context);
    if (!made) throw new Errno('EPERM');
    return new SyntheticInode(this.fs, made, `${this.#path}/${name}`, this);
  }
  override remove(name: string): void {
    const node = this.#node;
    if (node.type !== 'dir' || !node.rmdir) throw new Errno('EPERM');
    node.rmdir(name);
    this.#children.delete(name);
  }
  override readlink(context: FsContext): string {
    if (this.#node.type !== 'symlink') throw new Errno('EINVAL');
    return this.#node.target(context);
  }
  override jump(context: FsContext): Location | undefined {
    return this.#node.type === 'symlink' ? this.#node.jump?.(context) : undefined;
  }

  override opened(write: boolean, _truncate: boolean, context: FsContext): unknown {
    if (this.#node.type === 'file' && write && !this.#node.write) throw new Errno('EACCES');
    const handle: Handle = { bytes: undefined, context };
    return handle;
  }
  override read(offset: number, max: number, handle: unknown): Uint8Array {
    const node = this.#node;
    if (node.type !== 'file') throw new Errno('EINVAL');
    if (!node.read) throw new Errno('EINVAL');
    const state = handle as Handle;
    // A fresh look at the start of the file; further reads go on in the same text.
    if (offset === 0 || !state.bytes) {
      const text = node.read(state.context);
      state.bytes = typeof text === 'string' ? encoder.encode(text) : text;
    }
    return state.bytes.subarray(offset, offset + max);
  }
  override write(_offset: number, data: Uint8Array, handle: unknown): number {
    const node = this.#node;
    if (node.type !== 'file' || !node.write) throw new Errno('EINVAL');
    node.write(data, (handle as Handle).context);
    return data.length;
  }
  override truncate(): void {}
  override change(change: AttributeChange): void {
    // Setting times is harmless (touch); owner and mode stay as they are.
    if (change.mode !== undefined || change.uid !== undefined || change.gid !== undefined) throw new Errno('EPERM');
  }
}
