/** open(2): finding or making the file, the checks, and the open inode that a descriptor holds. */
import type { DirEntry, OpenFlags, Stat } from '../abi.ts';
import { Errno } from '../errno.ts';
import { demand, EXECUTE, find, pathOf, READ, walk, WRITE } from './walk.ts';
import type { FsContext, Inode, Location, NewNode, OpenNode } from './vfs.ts';

class Opened implements OpenNode {
  readonly location: Location;
  readonly node: Inode;
  readonly type: OpenNode['type'];
  readonly path: string;
  readonly #context: FsContext;
  readonly #handle: unknown;
  #closed = false;
  constructor(location: Location, context: FsContext, write: boolean, truncate: boolean) {
    this.location = location;
    this.node = location.node;
    this.type = location.node.type;
    this.path = pathOf(location, context.root);
    this.#context = context;
    this.#handle = this.node.opened(write, truncate, context);
  }
  stat(): Stat {
    return this.node.stat();
  }
  read(offset: number, max: number): Uint8Array {
    if (this.type === 'dir') throw new Errno('EISDIR');
    return this.node.read(offset, max, this.#handle);
  }
  write(offset: number, data: Uint8Array): number {
    return this.node.write(offset, data, this.#handle);
  }
  truncate(size: number): void {
    this.node.truncate(size);
  }
  list(): DirEntry[] {
    return this.node.list(this.#context);
  }
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.node.closed(this.#handle);
  }
}

/** Throws EROFS when the place cannot be changed. */
export function demandWritable(location: Location): void {
  if (location.mount.readonly) throw new Errno('EROFS');
}

/** Owner and mode of something new in `dir`: umask, and the group of a setgid directory. */
export function newOwner(
  context: FsContext,
  dir: Inode,
  type: NewNode['type'],
  mode: number,
): { mode: number; uid: number; gid: number } {
  const parent = dir.permissions;
  const inherit = (parent.mode & 0o2000) !== 0;
  let bits = mode & ~context.umask & 0o7777;
  if (inherit && type === 'dir') bits |= 0o2000;
  return { mode: bits, uid: context.cred.uid, gid: inherit ? parent.gid : context.cred.gid };
}

/** Makes `name` in `dir` after the checks that every new entry needs. */
export function make(context: FsContext, dir: Location, name: string, mode: number, what: MakeWhat): Inode {
  demandWritable(dir);
  demand(context, dir.node, WRITE | EXECUTE);
  const owner = newOwner(context, dir.node, what.type, mode);
  return dir.node.create(name, { ...what, ...owner }, context);
}
export type MakeWhat =
  | { readonly type: 'file' | 'dir' | 'socket' | 'fifo' }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'char' | 'block'; readonly rdev: readonly [number, number] };

/** Opens `path`. `flags` without read and write opens for reading. */
export function open(context: FsContext, path: string, flags: OpenFlags = {}, mode = 0o666): OpenNode {
  const write = flags.write === true || flags.append === true;
  const read = flags.read === true || !write;
  const result = walk(context, path, { follow: !flags.noFollow && !(flags.create && flags.exclusive) });
  let { location } = result;
  if (location) {
    if (flags.create && flags.exclusive) throw new Errno('EEXIST');
    const { node } = location;
    if (node.type === 'symlink') throw new Errno('ELOOP');
    if (node.type === 'dir') {
      if (write || flags.create) throw new Errno('EISDIR');
    } else if (flags.directory) {
      throw new Errno('ENOTDIR');
    }
    if (node.type === 'socket') throw new Errno('ENXIO');
    demand(context, node, (read ? READ : 0) | (write || flags.truncate ? WRITE : 0));
    if ((write || flags.truncate) && node.type === 'file') demandWritable(location);
    return new Opened(
      location,
      context,
      write && node.type === 'file',
      flags.truncate === true && node.type === 'file',
    );
  }
  if (!flags.create) throw new Errno('ENOENT');
  if (result.trailingSlash) throw new Errno('EISDIR');
  const dir = result.dir!;
  const node = make(context, dir, result.name, mode, { type: 'file' });
  location = { mount: dir.mount, node, dir, name: result.name };
  return new Opened(location, context, write, false);
}

/**
 * Finds the file that execve(2) is given: throws ENOENT, ENOTDIR, EACCES (no x bit, a directory, noexec mount).
 */
export function openExecutable(context: FsContext, path: string): OpenNode {
  const location = find(context, path);
  if (location.node.type !== 'file') throw new Errno('EACCES');
  if (location.mount.flags.includes('noexec')) throw new Errno('EACCES');
  demand(context, location.node, EXECUTE);
  return new Opened(location, context, false, false);
}
