/** Local files as tar entries, and tar entries as local files. */
import { isErrno } from '../../kernel/errno.ts';
import type { Stat, Sys } from '../../kernel/abi.ts';
import type { TarEntry } from '../format/tar.ts';
import { CliError } from './errors.ts';

/** Go's words for a failed file operation: `open x: no such file or directory`. */
export function fileError(operation: string, path: string, error: unknown): CliError {
  if (!isErrno(error)) throw error;
  return new CliError(`${operation} ${path}: ${goReason(error.message)}`);
}

/** strerror as Go writes it, in lower case. */
export function goReason(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

/** Where files with several names were first met: an archive holds their data once. */
export class Links {
  readonly #first = new Map<string, string>();

  /** The earlier name of the same file; undefined where this one is the first. */
  seen({ dev, ino, nlink }: Stat, name: string): string | undefined {
    if (nlink < 2) return undefined;
    const key = `${String(dev)}:${String(ino)}`;
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, name);
    return first;
  }
}

/** One file, directory or link as an entry named `name`. */
export function entryOf(sys: Sys, path: string, name: string, links?: Links): TarEntry {
  const stat = sys.lstat(path);
  const common = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, mtime: stat.mtime };
  switch (stat.type) {
    case 'dir':
      return { ...common, name: name.endsWith('/') ? name : `${name}/`, type: 'dir' };
    case 'symlink':
      return { ...common, name, type: 'symlink', linkname: sys.readlink(path) };
    case 'char':
    case 'block':
      return { ...common, name, type: stat.type, rdev: stat.rdev };
    case 'fifo':
      return { ...common, name, type: 'fifo' };
    default: {
      const linkname = links?.seen(stat, name);
      if (linkname !== undefined) return { ...common, name, type: 'link', linkname };
      return { ...common, name, type: 'file', data: sys.readFile(path) };
    }
  }
}

/** A path and all below it, directories before what they hold, names in order. */
export function treeEntries(sys: Sys, path: string, name: string, links = new Links()): TarEntry[] {
  const own = entryOf(sys, path, name, links);
  const entries = [own];
  if (own.type !== 'dir') return entries;
  const children = sys
    .readdir(path)
    .map((child) => child.name)
    .sort();
  for (const child of children) entries.push(...treeEntries(sys, `${path}/${child}`, `${own.name}${child}`, links));
  return entries;
}

/** Writes entries below `dir`, replacing files; the user owns what is made unless he is root and `keepOwner`. */
export function writeEntries(sys: Sys, dir: string, entries: readonly TarEntry[], keepOwner = false): void {
  for (const entry of entries) {
    const parts = entry.name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw new CliError(`invalid tar header: ${entry.name} is outside of ${dir}`);
    const path = [dir.replace(/\/$/, ''), ...parts].join('/');
    for (let i = 1; i < parts.length; i++) makeDir(sys, [dir, ...parts.slice(0, i)].join('/'), 0o755);
    if (entry.type === 'dir') {
      if (parts.length > 0) makeDir(sys, path, entry.mode);
    } else {
      removeExisting(sys, path);
      if (entry.type === 'symlink') sys.symlink(entry.linkname ?? '', path);
      else if (entry.type === 'link') sys.link(`${dir}/${entry.linkname ?? ''}`, path);
      else if (entry.type === 'file') {
        sys.writeFile(path, entry.data ?? new Uint8Array(0), entry.mode);
        sys.chmod(path, entry.mode);
      } else sys.mknod(path, entry.type, entry.mode, entry.rdev ?? [0, 0]);
    }
    if (parts.length === 0) continue;
    if (keepOwner) sys.chown(path, entry.uid, entry.gid, { noFollow: true });
    if (entry.type !== 'symlink' && entry.type !== 'link') sys.utimes(path, entry.mtime, entry.mtime);
  }
}

function makeDir(sys: Sys, path: string, mode: number): void {
  try {
    sys.mkdir(path, mode);
    sys.chmod(path, mode);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    if (sys.stat(path).type !== 'dir')
      throw new CliError(`cannot overwrite non-directory ${JSON.stringify(path)} with directory`);
  }
}

function removeExisting(sys: Sys, path: string): void {
  try {
    if (sys.lstat(path).type === 'dir') {
      throw new CliError(`cannot overwrite directory ${JSON.stringify(path)} with non-directory`);
    }
    sys.unlink(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}
