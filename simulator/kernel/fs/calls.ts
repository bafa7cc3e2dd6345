/** The system calls on paths: what Linux checks, in its order, with its errors. */
import type { DirEntry, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import { demandWritable, make, open } from './open.ts';
import { actsAsOwner, demand, EXECUTE, find, pathOf, permitted, READ, walk, WRITE, type WalkResult } from './walk.ts';
import type { FsContext, Inode, Location } from './vfs.ts';

export const stat = (context: FsContext, path: string): Stat => find(context, path).node.stat();
export const lstat = (context: FsContext, path: string): Stat => find(context, path, false).node.stat();

export function readdir(context: FsContext, path: string): DirEntry[] {
  const { node } = find(context, path);
  if (node.type !== 'dir') throw new Errno('ENOTDIR');
  demand(context, node, READ);
  return node.list(context);
}

/** The place of a directory that the caller may enter (chdir, chroot). */
export function directory(context: FsContext, path: string): Location {
  const location = find(context, path);
  if (location.node.type !== 'dir') throw new Errno('ENOTDIR');
  demand(context, location.node, EXECUTE);
  return location;
}

/** The directory and name for a new entry; throws EEXIST when there is one. */
function vacant(context: FsContext, path: string, directoryWanted: boolean): { dir: Location; name: string } {
  const result = walk(context, path, { follow: false, parent: true });
  if (result.location) throw new Errno('EEXIST');
  if (result.trailingSlash && !directoryWanted) throw new Errno('ENOENT');
  return { dir: result.dir!, name: result.name };
}

export function mkdir(context: FsContext, path: string, mode = 0o777): void {
  const { dir, name } = vacant(context, path, true);
  make(context, dir, name, mode & 0o1777, { type: 'dir' });
}

export function symlink(context: FsContext, target: string, path: string): void {
  if (target === '') throw new Errno('ENOENT');
  const { dir, name } = vacant(context, path, false);
  make(context, dir, name, 0o777, { type: 'symlink', target });
}

export function mknod(
  context: FsContext,
  path: string,
  type: 'char' | 'block' | 'fifo',
  mode: number,
  rdev: readonly [number, number],
): void {
  const { dir, name } = vacant(context, path, false);
  if (type !== 'fifo' && !context.cred.capabilities.has('CAP_MKNOD')) throw new Errno('EPERM');
  make(context, dir, name, mode, type === 'fifo' ? { type } : { type, rdev });
}

/** Makes the socket node that bind(2) of a unix socket leaves; its `attachment` is the kernel's. Throws EADDRINUSE. */
export function bindSocket(context: FsContext, path: string): Inode {
  const result = walk(context, path, { follow: true, parent: true });
  if (result.location) throw new Errno('EADDRINUSE');
  return make(context, result.dir!, result.name, 0o777, { type: 'socket' });
}

/** Whether the sticky bit of `dir` keeps the caller from removing `node` there. */
function demandUnsticky(context: FsContext, dir: Inode, node: Inode): void {
  const parent = dir.permissions;
  if ((parent.mode & 0o1000) === 0) return;
  if (context.cred.uid === parent.uid || actsAsOwner(context.cred, node.permissions.uid)) return;
  throw new Errno('EPERM');
}

/** What is to be removed or moved, with the checks on its directory. */
function removable(context: FsContext, result: WalkResult): { dir: Location; node: Inode; mounted: boolean } {
  const dir = result.dir!;
  const node = dir.node.lookup(result.name, context);
  if (!node) throw new Errno('ENOENT');
  demandWritable(dir);
  demand(context, dir.node, WRITE | EXECUTE);
  demandUnsticky(context, dir.node, node);
  return { dir, node, mounted: dir.mount.children.has(node) };
}

export function unlink(context: FsContext, path: string): void {
  const result = walk(context, path, { follow: false, parent: true });
  if (!result.location) throw new Errno('ENOENT');
  if (result.last !== 'name') throw new Errno('EISDIR');
  if (result.trailingSlash) throw new Errno(result.location.node.type === 'dir' ? 'EISDIR' : 'ENOTDIR');
  const { dir, node, mounted } = removable(context, result);
  if (node.type === 'dir') throw new Errno('EISDIR');
  if (mounted) throw new Errno('EBUSY');
  dir.node.remove(result.name);
}

export function rmdir(context: FsContext, path: string): void {
  const result = walk(context, path, { follow: false, parent: true });
  if (!result.location) throw new Errno('ENOENT');
  if (result.last === 'dot') throw new Errno('EINVAL');
  if (result.last === 'dotdot') throw new Errno('ENOTEMPTY');
  if (result.last !== 'name') throw new Errno('EBUSY');
  const { dir, node, mounted } = removable(context, result);
  if (node.type !== 'dir') throw new Errno('ENOTDIR');
  if (mounted) throw new Errno('EBUSY');
  dir.node.remove(result.name);
}

/** Whether `node` is `above` or lies below it in the same file system. */
function within(node: Inode, above: Inode): boolean {
  for (let at: Inode | undefined = node; at; at = at.parent) if (at === above) return true;
  return false;
}

export function rename(context: FsContext, from: string, to: string): void {
  const source = walk(context, from, { follow: false, parent: true });
  const target = walk(context, to, { follow: false, parent: true });
  if (source.last !== 'name' || target.last !== 'name') throw new Errno('EBUSY');
  if (!source.location) throw new Errno('ENOENT');
  if (source.dir!.mount !== target.dir!.mount) throw new Errno('EXDEV');
  const moved = source.dir!.node.lookup(source.name, context)!;
  if (moved.type !== 'dir') {
    if (source.trailingSlash) throw new Errno('ENOTDIR');
    if (target.trailingSlash) throw new Errno('ENOTDIR');
  }
  demandWritable(source.dir!);
  if (moved.type === 'dir' && within(target.dir!.node, moved)) throw new Errno('EINVAL');
  const old = target.dir!.node.lookup(target.name, context);
  if (old && old.type === 'dir' && old !== moved && within(source.dir!.node, old)) throw new Errno('ENOTEMPTY');
  const { mounted } = removable(context, source);
  if (old) {
    const replaced = removable(context, target);
    if (old.type === 'dir' && moved.type !== 'dir') throw new Errno('EISDIR');
    if (old.type !== 'dir' && moved.type === 'dir') throw new Errno('ENOTDIR');
    if (replaced.mounted) throw new Errno('EBUSY');
  } else {
    demand(context, target.dir!.node, WRITE | EXECUTE);
  }
  if (mounted) throw new Errno('EBUSY');
  // A directory that moves gets a new `..`, so it must be writable itself.
  if (moved.type === 'dir' && source.dir!.node !== target.dir!.node) demand(context, moved, WRITE);
  source.dir!.node.rename(source.name, target.dir!.node, target.name);
}

export function link(context: FsContext, from: string, to: string): void {
  const source = find(context, from, false);
  const { dir, name } = vacant(context, to, false);
  if (source.mount !== dir.mount) throw new Errno('EXDEV');
  if (source.node.type === 'dir') throw new Errno('EPERM');
  demandWritable(dir);
  demand(context, dir.node, WRITE | EXECUTE);
  // fs.protected_hardlinks: only what one owns or may both read and write.
  const attributes = source.node.stat();
  if (!actsAsOwner(context.cred, attributes.uid) && !permitted(context.cred, attributes, READ | WRITE))
    throw new Errno('EPERM');
  dir.node.link(name, source.node);
}

export const readlink = (context: FsContext, path: string): string => find(context, path, false).node.readlink(context);

export function chmod(context: FsContext, path: string, mode: number): void {
  const location = find(context, path);
  demandWritable(location);
  chmodNode(context, location.node, mode);
}
/** fchmod(2). */
export function chmodNode(context: FsContext, node: Inode, mode: number): void {
  const now = node.stat();
  if (!actsAsOwner(context.cred, now.uid)) throw new Errno('EPERM');
  let bits = mode & 0o7777;
  const member = context.cred.gid === now.gid || context.cred.groups.includes(now.gid);
  if (!member && !context.cred.capabilities.has('CAP_FSETID')) bits &= ~0o2000;
  node.change({ mode: bits });
}

/** `uid` or `gid` -1 leaves it as it is. */
export function chown(context: FsContext, path: string, uid: number, gid: number, follow = true): void {
  const location = find(context, path, follow);
  demandWritable(location);
  chownNode(context, location.node, uid, gid);
}
/** fchown(2). */
export function chownNode(context: FsContext, node: Inode, uid: number, gid: number): void {
  const now = node.stat();
  const { cred } = context;
  if (!cred.capabilities.has('CAP_CHOWN')) {
    if (uid !== -1 && (uid !== now.uid || cred.uid !== now.uid)) throw new Errno('EPERM');
    if (gid !== -1 && (cred.uid !== now.uid || (gid !== now.gid && gid !== cred.gid && !cred.groups.includes(gid))))
      throw new Errno('EPERM');
  }
  let { mode } = now;
  if (now.type === 'file') {
    mode &= ~0o4000;
    if ((mode & 0o010) !== 0) mode &= ~0o2000;
  }
  node.change({
    ...(uid === -1 ? {} : { uid }),
    ...(gid === -1 ? {} : { gid }),
    ...(mode === now.mode ? {} : { mode }),
  });
}

/** Milliseconds. */
export function utimes(context: FsContext, path: string, atime: number, mtime: number, follow = true): void {
  const location = find(context, path, follow);
  demandWritable(location);
  const now = location.node.stat();
  // The abi does not tell "now" from a time given, so the weaker rule for "now" holds: a writer may.
  if (!actsAsOwner(context.cred, now.uid)) demand(context, location.node, WRITE);
  location.node.change({ atime, mtime });
}

/** access(2); throws where the path does not lead to anything. */
export function access(
  context: FsContext,
  path: string,
  mode: { read?: boolean; write?: boolean; execute?: boolean },
): boolean {
  const location = find(context, path);
  if (mode.write && location.mount.readonly && (location.node.type === 'file' || location.node.type === 'dir'))
    return false;
  const want = (mode.read ? READ : 0) | (mode.write ? WRITE : 0) | (mode.execute ? EXECUTE : 0);
  return permitted(context.cred, location.node.permissions, want);
}

export const realpath = (context: FsContext, path: string): string => pathOf(find(context, path), context.root);

/** The path of a place as the process sees it (getcwd). Throws ENOENT for a removed directory. */
export function currentPath(context: FsContext, location: Location): string {
  if (location.node.removed) throw new Errno('ENOENT');
  return pathOf(location, context.root);
}

export function statfs(
  context: FsContext,
  path: string,
): { type: string; source: string; target: string; size: number; used: number; available: number } {
  const { mount } = find(context, path);
  const target = mount.parent ? pathOf({ mount, node: mount.root }, context.root) : '/';
  return { type: mount.fs.type, source: mount.source, target, ...mount.fs.usage() };
}

export function truncate(context: FsContext, path: string, size: number): void {
  const location = find(context, path);
  if (location.node.type === 'dir') throw new Errno('EISDIR');
  if (location.node.type !== 'file') throw new Errno('EINVAL');
  demand(context, location.node, WRITE);
  demandWritable(location);
  location.node.truncate(size);
}

/** A whole regular or synthetic file at once. */
export function readFile(context: FsContext, path: string): Uint8Array {
  const file = open(context, path, { read: true });
  try {
    if (file.type === 'dir') throw new Errno('EISDIR');
    const { size } = file.stat();
    if (size > 0) return file.read(0, size);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (let part = file.read(0, 1 << 20); part.length > 0; part = file.read(at, 1 << 20)) {
      parts.push(part);
      at += part.length;
    }
    if (parts.length === 1) return parts[0]!;
    const out = new Uint8Array(at);
    at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  } finally {
    file.close();
  }
}

const encoder = new TextEncoder();

/** Writes a whole file, created with `mode` less the umask. */
export function writeFile(context: FsContext, path: string, data: Uint8Array | string, mode = 0o666): void {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  const file = open(context, path, { write: true, create: true, truncate: true }, mode);
  try {
    let done = 0;
    while (done < bytes.length) {
      const count = file.write(done, bytes.subarray(done));
      if (count === 0) throw new Errno('ENOSPC');
      done += count;
    }
  } finally {
    file.close();
  }
}
