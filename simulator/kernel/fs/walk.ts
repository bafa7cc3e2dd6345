/** The walk along a path (path_resolution(7)): symlinks, mounts, `..`, and who may search a directory. */
import { Errno } from '../errno.ts';
import type { Credentials } from '../kernel.ts';
import { LINK_MAX, NAME_MAX, PATH_MAX, type FsContext, type Inode, type Location, type Permissions } from './vfs.ts';

export const READ = 4;
export const WRITE = 2;
export const EXECUTE = 1;

/** Whether `cred` may do `want` (a sum of READ, WRITE, EXECUTE) with a file of these attributes. */
export function permitted(cred: Credentials, stat: Permissions, want: number): boolean {
  const bits =
    stat.uid === cred.uid
      ? stat.mode >> 6
      : stat.gid === cred.gid || cred.groups.includes(stat.gid)
        ? stat.mode >> 3
        : stat.mode;
  if ((bits & want) === want) return true;
  if (cred.capabilities.has('CAP_DAC_OVERRIDE')) {
    // Execution needs at least one x bit even then, except for directories.
    return stat.type === 'dir' || (want & EXECUTE) === 0 || (stat.mode & 0o111) !== 0;
  }
  if (cred.capabilities.has('CAP_DAC_READ_SEARCH')) return stat.type === 'dir' ? (want & WRITE) === 0 : want === READ;
  return false;
}

/** Throws EACCES unless permitted. */
export function demand(context: FsContext, node: Inode, want: number): void {
  if (!permitted(context.cred, node.permissions, want)) throw new Errno('EACCES');
}

/** Whether the caller owns the file or may act as its owner. */
export const actsAsOwner = (cred: Credentials, uid: number): boolean =>
  cred.uid === uid || cred.capabilities.has('CAP_FOWNER');

const encoder = new TextEncoder();
const byteLength = (text: string): number => (text.length > 80 ? encoder.encode(text).length : text.length);

/** Goes into what is mounted on a place, if anything is. */
export function crossMounts(location: Location): Location {
  let { mount, node } = location;
  for (let child = mount.children.get(node); child; child = mount.children.get(node)) {
    mount = child;
    node = child.root;
  }
  return mount === location.mount ? location : { ...location, mount, node };
}

/** The directory above, staying at the process's root. */
export function parentOf(context: FsContext, location: Location): Location {
  let { mount, node } = location;
  for (;;) {
    if (node === context.root.node && mount === context.root.mount) return { mount, node };
    if (node !== mount.root) break;
    if (!mount.parent) return { mount, node };
    ({ mount, node } = mount.parent);
  }
  return crossMounts({ mount, node: node.parent ?? node });
}

export interface WalkResult {
  /** Undefined when the last component does not exist (its directory does). */
  readonly location: Location | undefined;
  /** The directory that holds the last component, and its name; undefined for `/`, `.` and `..` and places jumped to. */
  readonly dir: Location | undefined;
  readonly name: string;
  /** What the last component was where it is no name. */
  readonly last: 'name' | 'dot' | 'dotdot' | 'root' | 'jump';
  readonly trailingSlash: boolean;
}

export interface WalkOptions {
  /** Follow a symlink in the last component. */
  readonly follow: boolean;
  /** Keep a trailing slash from making a symlink be followed (rename, unlink, mkdir). */
  readonly parent?: boolean;
}

/** Walks `path`. Throws ENOENT for a missing directory on the way, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG. */
export function walk(context: FsContext, path: string, options: WalkOptions): WalkResult {
  if (path === '') throw new Errno('ENOENT');
  if (byteLength(path) >= PATH_MAX) throw new Errno('ENAMETOOLONG');
  const trailingSlash = path.length > 1 && path.endsWith('/');
  let here: Location = path.startsWith('/') ? context.root : context.cwd;
  let dir: Location | undefined;
  let name = '';
  let last: WalkResult['last'] = path.startsWith('/') ? 'root' : 'dot';
  let links = 0;
  /** Components still to go, the next one last. */
  const rest = path
    .split('/')
    .filter((part) => part !== '')
    .reverse();
  while (rest.length > 0) {
    const part = rest.pop()!;
    const isLast = rest.length === 0;
    if (here.node.type !== 'dir') throw new Errno('ENOTDIR');
    demand(context, here.node, EXECUTE);
    if (part === '.' || part === '..') {
      if (part === '..') here = parentOf(context, here);
      dir = undefined;
      last = part === '.' ? 'dot' : 'dotdot';
      continue;
    }
    if (byteLength(part) > NAME_MAX) throw new Errno('ENAMETOOLONG');
    const node = here.node.lookup(part, context);
    if (!node) {
      if (!isLast) throw new Errno('ENOENT');
      return { location: undefined, dir: here, name: part, last: 'name', trailingSlash };
    }
    const found = crossMounts(
      node.type === 'dir' ? { mount: here.mount, node } : { mount: here.mount, node, dir: here, name: part },
    );
    if (found.node.type === 'symlink' && (!isLast || options.follow || (trailingSlash && !options.parent))) {
      if (++links > LINK_MAX) throw new Errno('ELOOP');
      const jump = found.node.jump(context);
      if (jump) {
        here = jump;
        dir = undefined;
        last = 'jump';
        continue;
      }
      const target = found.node.readlink(context);
      if (target === '') throw new Errno('ENOENT');
      if (target.startsWith('/')) {
        here = context.root;
        last = 'root';
        dir = undefined;
      }
      const parts = target.split('/').filter((piece) => piece !== '');
      for (let i = parts.length - 1; i >= 0; i--) rest.push(parts[i]!);
      continue;
    }
    dir = here;
    name = part;
    last = 'name';
    here = found;
  }
  if (trailingSlash && here.node.type !== 'dir' && !options.parent) throw new Errno('ENOTDIR');
  return { location: here, dir, name, last, trailingSlash };
}

/** Walks to something that must exist. */
export function find(context: FsContext, path: string, follow = true): Location {
  const { location } = walk(context, path, { follow });
  if (!location) throw new Errno('ENOENT');
  return location;
}

/** The absolute path of a place as seen from `root` (d_path). */
export function pathOf(location: Location, root?: Location): string {
  if (location.node.type !== 'dir' && location.dir) {
    const above = pathOf(location.dir, root);
    return above === '/' ? `/${location.name}` : `${above}/${location.name}`;
  }
  const parts: string[] = [];
  let { mount, node } = location;
  for (;;) {
    if (root && node === root.node && mount === root.mount) break;
    if (node === mount.root) {
      if (!mount.parent) break;
      ({ mount, node } = mount.parent);
      continue;
    }
    if (!node.parent) break;
    parts.push(node.name);
    node = node.parent;
  }
  return `/${parts.reverse().join('/')}`;
}
