/**
 * The virtual file system's own types: inodes, file systems, mounts and places in the tree, as the kernel's system calls
 * use them. The path calls themselves are in `calls.ts`, the walk along a path in `walk.ts`, the table of mounts in
 * `namespace.ts`.
 */
import type { DirEntry, FileType, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import type { Credentials } from '../kernel.ts';

/** What the file system needs to know of the process that calls. */
export interface FsContext {
  /** The process's root (chroot, container root) and working directory. */
  root: Location;
  cwd: Location;
  readonly cred: Credentials;
  readonly umask: number;
  /** The calling process, handed through to synthetic nodes (/proc/self). */
  readonly caller?: unknown;
}

/** A place in a tree as seen through a mount. `dir` and `name` are set for what is no directory. */
export interface Location {
  readonly mount: Mount;
  readonly node: Inode;
  readonly dir?: Location;
  readonly name?: string;
}

/** One mounted file system (or part of one) in a mount namespace. */
export interface Mount {
  readonly id: number;
  readonly fs: FileSystem;
  /** The directory (or file) that appears at the mount point. */
  readonly root: Inode;
  /** Where it is mounted: the mount point in the parent mount; undefined for the namespace's first mount. */
  readonly parent: { readonly mount: Mount; readonly node: Inode } | undefined;
  /** Path of the mount point as given. */
  readonly target: string;
  readonly source: string;
  readonly readonly: boolean;
  readonly flags: readonly string[];
  /** What is mounted on inodes of this mount. */
  readonly children: ReadonlyMap<Inode, Mount>;
  /** Puts `child` over `node`, or takes what is there away. */
  cover(node: Inode, child: Mount | undefined): void;
}

/** Sizes as statfs(2) tells them, in bytes. */
export interface FsUsage {
  readonly size: number;
  readonly used: number;
  readonly available: number;
}

/** A file system (superblock). */
export interface FileSystem {
  /** As /proc/mounts shows it: `overlay`, `tmpfs`, `ext4`, `proc`, … */
  readonly type: string;
  readonly source: string;
  readonly dev: number;
  /** Options that /proc/mounts shows after rw/ro. */
  readonly options: readonly string[];
  readonly root: Inode;
  usage(): FsUsage;
}

/** Changes of an inode's attributes; times in milliseconds. */
export interface AttributeChange {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: number;
  readonly mtime?: number;
}

export type Permissions = Pick<Stat, 'type' | 'mode' | 'uid' | 'gid'>;

/** What a new inode is to be. */
export type NewNode = { readonly mode: number; readonly uid: number; readonly gid: number } & (
  | { readonly type: 'file' | 'dir' | 'socket' | 'fifo' }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'char' | 'block'; readonly rdev: readonly [number, number] }
);

/**
 * A file, directory, symlink, device, fifo or socket. The methods are the file system's operations without permission
 * checks; names are single path components. Those a kind of node does not have throw what Linux gives.
 */
export abstract class Inode {
  abstract readonly fs: FileSystem;
  abstract readonly ino: number;
  abstract readonly type: FileType;
  /** The directory that holds this one (`..`), within the file system; only for directories. */
  parent: Inode | undefined;
  /** The name in `parent`. */
  name = '';
  /** The kernel's object behind a fifo (its pipe) or socket (its listener). */
  attachment: unknown;
  abstract stat(): Stat;
  /** What permission checks look at; every step of a walk does, so it must cost nothing. */
  get permissions(): Permissions {
    return this.stat();
  }
  /** No name leads here any more. */
  get removed(): boolean {
    return this.stat().nlink === 0;
  }

  // --- directories
  lookup(_name: string, _context: FsContext): Inode | undefined {
    throw new Errno('ENOTDIR');
  }
  /** Entries in the order in which the file system lists them, without `.` and `..`. */
  list(_context: FsContext): DirEntry[] {
    throw new Errno('ENOTDIR');
  }
  /** Makes an entry that does not exist yet. */
  create(_name: string, _what: NewNode, _context?: FsContext): Inode {
    throw new Errno('EPERM');
  }
  /** Another name for `node`, which is of the same file system. */
  link(_name: string, _node: Inode): void {
    throw new Errno('EPERM');
  }
  /** Removes a name; a directory must be empty. */
  remove(_name: string): void {
    throw new Errno('EPERM');
  }
  /** Moves `from` in this directory to `to` in `target`, replacing what is there. */
  rename(_from: string, _target: Inode, _to: string): void {
    throw new Errno('EPERM');
  }

  // --- symlinks
  readlink(_context: FsContext): string {
    throw new Errno('EINVAL');
  }
  /** Where a magic link (/proc/PID/root, /proc/PID/fd/N) leads, without a walk along its text. */
  jump(_context: FsContext): Location | undefined {
    return undefined;
  }

  // --- regular files
  /** Called at open(2), before the first read or write; the result is given to the calls below as `handle`. */
  opened(_write: boolean, _truncate: boolean, _context: FsContext): unknown {
    return undefined;
  }
  closed(_handle: unknown): void {}
  read(_offset: number, _max: number, _handle: unknown): Uint8Array {
    throw new Errno('EINVAL');
  }
  write(_offset: number, _data: Uint8Array, _handle: unknown): number {
    throw new Errno('EINVAL');
  }
  truncate(_size: number): void {
    throw new Errno('EINVAL');
  }

  change(_change: AttributeChange): void {
    throw new Errno('EPERM');
  }
}

/**
 * An open inode: what a descriptor for a file or directory holds. The kernel keeps the offset; for `char`, `block`,
 * `fifo` and `socket` it uses `node.stat().rdev` or `node.attachment` and its own drivers.
 */
export interface OpenNode {
  readonly location: Location;
  readonly node: Inode;
  readonly type: FileType;
  /** Absolute path as seen from the namespace's root. */
  readonly path: string;
  stat(): Stat;
  read(offset: number, max: number): Uint8Array;
  /** Writes all of `data` at `offset`; returns how much. Throws ENOSPC, EFBIG. */
  write(offset: number, data: Uint8Array): number;
  truncate(size: number): void;
  list(): DirEntry[];
  close(): void;
}

// --- synthetic trees (/proc, /sys, cgroup2, devpts): nodes made by callbacks on each look

export type SyntheticNode = SyntheticDir | SyntheticFile | SyntheticLink | SyntheticDevice;

interface SyntheticBase {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Milliseconds; without it the moment of mounting. */
  readonly mtime?: number;
  /** Identity: two nodes with the same key under one mount are the same inode. Without it the path is the identity. */
  readonly key?: string;
}
export interface SyntheticDir extends SyntheticBase {
  readonly type: 'dir';
  lookup(name: string, context: FsContext): SyntheticNode | undefined;
  list(context: FsContext): readonly string[];
  /** mkdir and rmdir (cgroup2). Without them EPERM. */
  mkdir?(name: string): void;
  rmdir?(name: string): void;
}
export interface SyntheticFile extends SyntheticBase {
  readonly type: 'file';
  /** Read once per open. st_size stays 0. Throws Errno. */
  read?(context: FsContext): string | Uint8Array;
  /** Called for each write(2). Throws Errno. */
  write?(data: Uint8Array, context: FsContext): void;
}
export interface SyntheticLink extends SyntheticBase {
  readonly type: 'symlink';
  target(context: FsContext): string;
  /** Magic links lead to a place directly. */
  jump?(context: FsContext): Location | undefined;
}
export interface SyntheticDevice extends SyntheticBase {
  readonly type: 'char' | 'block';
  readonly rdev: readonly [number, number];
}

/** Longest path component and path (limits.h). */
export const NAME_MAX = 255;
export const PATH_MAX = 4096;
/** Symlinks followed in one walk before ELOOP. */
export const LINK_MAX = 40;
