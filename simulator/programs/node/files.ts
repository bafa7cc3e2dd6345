/** What the engine's fs asks of the machine, at once: whole files, and descriptors that remember where they are. */
import { isErrno } from '../../kernel/errno.ts';
import type { OpenFlags, Stat, Sys } from '../../kernel/abi.ts';
import type { NodeValue } from './runtime.ts';

const FLAGS: Readonly<Record<string, OpenFlags>> = {
  r: { read: true },
  'r+': { read: true, write: true },
  rs: { read: true },
  w: { write: true, create: true, truncate: true },
  wx: { write: true, create: true, truncate: true, exclusive: true },
  'w+': { read: true, write: true, create: true, truncate: true },
  'wx+': { read: true, write: true, create: true, truncate: true, exclusive: true },
  a: { write: true, create: true, append: true },
  ax: { write: true, create: true, append: true, exclusive: true },
  'a+': { read: true, write: true, create: true, append: true },
};

interface OpenFile {
  readonly path: string;
  readonly append: boolean;
  at: number;
}

const statValue = (s: Stat): NodeValue => ({
  type: s.type,
  ino: s.ino,
  dev: s.dev,
  mode: s.mode,
  nlink: s.nlink,
  uid: s.uid,
  gid: s.gid,
  size: s.size,
  blocks: s.blocks,
  atime: s.atime,
  mtime: s.mtime,
  ctime: s.ctime,
});

/** A failed call as the engine's library knows it: the number and name of the error. */
export function attempt(work: () => NodeValue): NodeValue {
  try {
    return work();
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { errno: error.number, code: error.code, message: error.message };
  }
}

/** The file calls. `output` takes what is written to descriptors 1 and 2, `input` is asked for all of standard input. */
export function fileCalls(
  sys: Sys,
  output: (fd: number, data: Uint8Array) => void,
  input: () => Uint8Array | null,
): Record<string, (...args: never[]) => NodeValue> {
  const open = new Map<number, OpenFile>();
  const splice = (path: string, data: Uint8Array, at: number): void => {
    const old = sys.readFile(path);
    const next = new Uint8Array(Math.max(old.length, at + data.length));
    next.set(old);
    next.set(data, at);
    sys.writeFile(path, next);
  };
  const begin = (path: string, how: string, mode: number): number => {
    const flags = FLAGS[how] ?? FLAGS.r!;
    const fd = sys.open(path, flags, mode);
    open.set(fd, { path: sys.realpath(path), append: flags.append === true, at: 0 });
    return fd;
  };
  const calls: Record<string, (...args: never[]) => NodeValue> = {
    open: (path: string, how: string, mode: number) => begin(path, how, mode),
    close: (fd: number) => {
      open.delete(fd);
      sys.close(fd);
      return undefined;
    },
    readFd: (fd: number, most: number, position: number) => {
      const file = open.get(fd);
      if (!file) return fd === 0 ? input() : { errno: 9, code: 'EBADF', message: 'bad file descriptor' };
      const from = position < 0 ? file.at : position;
      const part = sys.readFile(file.path).slice(from, from + most);
      if (position < 0) file.at += part.length;
      return part;
    },
    writeFd: (fd: number, data: Uint8Array, position: number) => {
      const file = open.get(fd);
      if (!file) {
        if (fd !== 1 && fd !== 2) return { errno: 9, code: 'EBADF', message: 'bad file descriptor' };
        output(fd, data);
        return undefined;
      }
      const at = file.append ? sys.stat(file.path).size : position < 0 ? file.at : position;
      splice(file.path, data, at);
      if (position < 0) file.at = at + data.length;
      return undefined;
    },
    readFile: (path: string) => (path === '/dev/stdin' ? input() : sys.readFile(path)),
    writeFile: (path: string, data: Uint8Array, how: string, mode: number) => {
      if (path === '/dev/stdout' || path === '/dev/stderr') {
        output(path === '/dev/stdout' ? 1 : 2, data);
        return undefined;
      }
      if (how === 'w') {
        sys.writeFile(path, data, mode & ~sys.umask());
        return undefined;
      }
      const fd = begin(path, how, mode);
      const file = open.get(fd)!;
      splice(file.path, data, file.append ? sys.stat(file.path).size : 0);
      open.delete(fd);
      sys.close(fd);
      return undefined;
    },
    stat: (path: string, follow: boolean) => statValue(follow ? sys.stat(path) : sys.lstat(path)),
    fstat: (fd: number) => statValue(sys.fstat(fd)),
    access: (path: string, mode: number) => {
      sys.stat(path);
      const wanted = { read: (mode & 4) !== 0, write: (mode & 2) !== 0, execute: (mode & 1) !== 0 };
      if (mode !== 0 && !sys.access(path, wanted)) return { errno: 13, code: 'EACCES', message: 'Permission denied' };
      return undefined;
    },
    readdir: (path: string) => sys.readdir(path).map((e) => [e.name, e.type]),
    mkdir: (path: string, mode: number) => void sys.mkdir(path, mode & ~sys.umask()),
    rmdir: (path: string) => void sys.rmdir(path),
    unlink: (path: string) => void sys.unlink(path),
    rename: (from: string, to: string) => void sys.rename(from, to),
    link: (from: string, to: string) => void sys.link(from, to),
    symlink: (target: string, path: string) => void sys.symlink(target, path),
    readlink: (path: string) => sys.readlink(path),
    realpath: (path: string) => sys.realpath(path),
    chmod: (path: string, mode: number) => void sys.chmod(path, mode),
    chown: (path: string, uid: number, gid: number) => void sys.chown(path, uid, gid),
    utimes: (path: string, atime: number, mtime: number) => void sys.utimes(path, atime, mtime),
    truncate: (path: string, size: number) => void sys.truncate(path, size),
    statfs: (path: string) => {
      const { size, available } = sys.statfs(path);
      return { size, available };
    },
  };
  return Object.fromEntries(
    Object.entries(calls).map(([name, work]) => [name, (...args: never[]) => attempt(() => work(...args))]),
  );
}
