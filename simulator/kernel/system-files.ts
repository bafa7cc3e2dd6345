/** System calls on files and descriptors; the file system itself is in fs/. */
import type { DirEntry, MountRequest, OpenFlags, Stat } from './abi.ts';
import { PipeEnd, Pipe } from './pipes.ts';
import type { OpenFile } from './descriptors.ts';
import { Errno } from './errno.ts';
import { NodeFile, openFileOf } from './files.ts';
import * as fs from './fs/calls.ts';
import { MountTable } from './fs/namespace.ts';
import { open } from './fs/open.ts';
import { find, pathOf } from './fs/walk.ts';
import type { MountSource, NamespaceType } from './kernel.ts';
import type { WaitQueue } from './net/stack.ts';
import { ProcessCalls } from './system-processes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Names a failed path call after its path, so that programs can print it. */
function at<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof Errno && error.subject === '') throw new Errno(error.code, path);
    throw error;
  }
}

export class FileCalls extends ProcessCalls {
  cwd(): string {
    const { fs: context } = this.enter();
    return fs.currentPath(context, context.cwd);
  }
  chdir(path: string): void {
    const { fs: context } = this.enter();
    context.cwd = at(path, () => fs.directory(context, path));
  }
  chroot(path: string): void {
    const { fs: context } = this.enter();
    const place = at(path, () => fs.directory(context, path));
    if (!this.capable('CAP_SYS_CHROOT')) throw new Errno('EPERM', path);
    context.root = place;
  }
  umask(mask?: number): number {
    const { fs: context } = this.enter();
    const old = context.umask;
    if (mask !== undefined) context.umask = mask & 0o777;
    return old;
  }

  // --- descriptors

  open(path: string, flags: OpenFlags = {}, mode = 0o666): number {
    const process = this.enter(2);
    return at(path, () => {
      const file = openFileOf(this.core, process, open(process.fs, path, flags, mode), flags);
      return process.descriptors.add(file);
    });
  }
  close(fd: number): void {
    this.enter().descriptors.close(fd);
  }
  dup(fd: number, min = 0): number {
    const { descriptors } = this.enter();
    return descriptors.add(descriptors.file(fd), min);
  }
  dup2(fd: number, target: number): void {
    const { descriptors } = this.enter();
    descriptors.put(target, descriptors.file(fd));
  }
  fds(): number[] {
    return this.enter().descriptors.list();
  }
  closeOnExec(fd: number, on: boolean): void {
    this.enter().descriptors.closeOnExec(fd, on);
  }
  pipe(): [number, number] {
    const { descriptors } = this.enter();
    const pipe = new Pipe(this.core.newInode(), () => this.core.clock.now());
    const reader = new PipeEnd(pipe, true, false);
    const writer = new PipeEnd(pipe, false, true);
    const read = descriptors.add(reader);
    try {
      return [read, descriptors.add(writer)];
    } catch (error) {
      descriptors.close(read);
      throw error;
    }
  }

  read(fd: number, max = 65536): Promise<Uint8Array> {
    if (!this.live) return this.never();
    const { process } = this;
    let file: OpenFile;
    try {
      file = process.descriptors.file(fd);
      if (!file.canRead) throw new Errno('EBADF', String(fd));
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.blocking(
      () => file.tryRead(max, process),
      () => queuesOf(file),
    );
  }

  write(fd: number, data: Uint8Array | string): Promise<void> {
    if (!this.live) return this.never();
    const { process } = this;
    let file: OpenFile;
    try {
      file = process.descriptors.file(fd);
      if (!file.canWrite) throw new Errno('EBADF', String(fd));
    } catch (error) {
      return Promise.reject(error as Error);
    }
    let rest = typeof data === 'string' ? encoder.encode(data) : data;
    const attempt = (): true | undefined => {
      for (;;) {
        if (rest.length === 0) return true;
        let count: number;
        try {
          count = file.tryWrite(rest, process);
        } catch (error) {
          if (error instanceof Errno && error.code === 'EPIPE') this.core.signal(process, 'SIGPIPE', process);
          throw error;
        }
        if (count === 0) return undefined;
        rest = rest.subarray(count);
      }
    };
    return this.blocking(attempt, () => queuesOf(file)) as Promise<unknown> as Promise<void>;
  }

  seek(fd: number, offset: number, whence: 'set' | 'current' | 'end'): number {
    return this.enter().descriptors.file(fd).seek(offset, whence);
  }
  truncate(target: string | number, size: number): void {
    const process = this.enter();
    if (typeof target === 'number') process.descriptors.file(target).truncate(size);
    else at(target, () => fs.truncate(process.fs, target, size));
  }
  fstat(fd: number): Stat {
    return this.enter().descriptors.file(fd).stat();
  }

  // --- paths

  stat(path: string): Stat {
    const process = this.enter();
    return at(path, () => fs.stat(process.fs, path));
  }
  lstat(path: string): Stat {
    const process = this.enter();
    return at(path, () => fs.lstat(process.fs, path));
  }
  readdir(path: string): DirEntry[] {
    const process = this.enter();
    return at(path, () => fs.readdir(process.fs, path));
  }
  mkdir(path: string, mode = 0o777): void {
    const process = this.enter();
    at(path, () => fs.mkdir(process.fs, path, mode));
  }
  rmdir(path: string): void {
    const process = this.enter();
    at(path, () => fs.rmdir(process.fs, path));
  }
  unlink(path: string): void {
    const process = this.enter();
    at(path, () => {
      const { fs: system } = find(process.fs, path, false).node;
      fs.unlink(process.fs, path);
      if (system.type === 'tmpfs') this.core.memory.chargeFiles(system, process, 0);
    });
  }
  rename(from: string, to: string): void {
    const process = this.enter();
    at(from, () => fs.rename(process.fs, from, to));
  }
  link(from: string, to: string): void {
    const process = this.enter();
    at(to, () => fs.link(process.fs, from, to));
  }
  symlink(target: string, path: string): void {
    const process = this.enter();
    at(path, () => fs.symlink(process.fs, target, path));
  }
  readlink(path: string): string {
    const process = this.enter();
    return at(path, () => fs.readlink(process.fs, path));
  }
  chmod(path: string, mode: number): void {
    const process = this.enter();
    at(path, () => fs.chmod(process.fs, path, mode));
  }
  chown(path: string, uid: number, gid: number, options: { noFollow?: boolean } = {}): void {
    const process = this.enter();
    at(path, () => fs.chown(process.fs, path, uid, gid, options.noFollow !== true));
  }
  utimes(path: string, atime: number, mtime: number, options: { noFollow?: boolean } = {}): void {
    const process = this.enter();
    at(path, () => fs.utimes(process.fs, path, atime, mtime, options.noFollow !== true));
  }
  mknod(path: string, type: 'char' | 'block' | 'fifo', mode: number, rdev: readonly [number, number]): void {
    const process = this.enter();
    at(path, () => fs.mknod(process.fs, path, type, mode, rdev));
  }
  access(path: string, mode: { read?: boolean; write?: boolean; execute?: boolean }): boolean {
    const process = this.enter();
    try {
      return fs.access(process.fs, path, mode);
    } catch (error) {
      if (error instanceof Errno) return false; // access(2) answers with its error; here it is a question
      throw error;
    }
  }
  realpath(path: string): string {
    const process = this.enter();
    return at(path, () => fs.realpath(process.fs, path));
  }
  statfs(path: string): ReturnType<typeof fs.statfs> {
    const process = this.enter();
    return at(path, () => fs.statfs(process.fs, path));
  }
  sync(): void {
    this.enter();
  }
  readFile(path: string): Uint8Array {
    const process = this.enter(2);
    return at(path, () => fs.readFile(process.fs, path));
  }
  readText(path: string): string {
    return decoder.decode(this.readFile(path));
  }
  writeFile(path: string, data: Uint8Array | string, mode = 0o666): void {
    const process = this.enter(2);
    at(path, () => {
      const opened = open(process.fs, path, { write: true, create: true, truncate: true }, mode);
      const file = openFileOf(this.core, process, opened, { write: true }).retain();
      try {
        let rest = typeof data === 'string' ? encoder.encode(data) : data;
        while (rest.length > 0) {
          const count = file.tryWrite(rest, process);
          if (count === 0) throw new Errno('EAGAIN');
          rest = rest.subarray(count);
        }
      } finally {
        file.release();
      }
    });
  }

  // --- namespaces

  setns(pid: number, types: readonly NamespaceType[]): void {
    const process = this.enter();
    const target = process.namespaces.pid.table.get(pid)?.process;
    if (!target) throw new Errno('ESRCH');
    if (!this.capable('CAP_SYS_ADMIN')) throw new Errno('EPERM');
    for (const type of types) {
      if (type === 'pid') {
        if (!process.namespaces.pid.contains(target.namespaces.pid)) throw new Errno('EINVAL');
        process.childPids = target.namespaces.pid;
      } else process.namespaces = { ...process.namespaces, [type]: target.namespaces[type] };
    }
    if (types.includes('mnt')) {
      process.fs.root = target.fs.root;
      process.fs.cwd = target.fs.root;
    }
  }
  unshare(types: readonly NamespaceType[]): void {
    const process = this.enter();
    if (!this.capable('CAP_SYS_ADMIN')) throw new Errno('EPERM');
    const { core } = this;
    for (const type of types) {
      const { namespaces } = process;
      switch (type) {
        case 'pid':
          process.childPids = core.createPid(namespaces.pid);
          break;
        case 'uts':
          process.namespaces = { ...namespaces, uts: core.createUts(namespaces.uts.hostname) };
          break;
        case 'net':
          process.namespaces = { ...namespaces, net: core.network.createNamespace() };
          break;
        case 'mnt': {
          if (!(namespaces.mnt instanceof MountTable)) throw new Errno('EINVAL');
          const mnt = namespaces.mnt.clone(core.newNamespaceInode());
          const root = pathOf(process.fs.root, namespaces.mnt.rootLocation());
          const cwd = fs.currentPath(process.fs, process.fs.cwd);
          process.namespaces = { ...namespaces, mnt };
          process.fs.root = fs.directory(mnt.context(), root);
          process.fs.cwd = fs.directory({ ...mnt.context(), root: process.fs.root }, cwd);
          break;
        }
        case 'cgroup': {
          const cgroup = core.createNamespace('cgroup');
          core.setCgroupRoot(cgroup, process.cgroup);
          process.namespaces = { ...namespaces, cgroup };
          break;
        }
        default:
          process.namespaces = { ...namespaces, [type]: core.createNamespace(type) };
      }
    }
  }

  // --- mounts

  mount(request: MountRequest): void {
    const process = this.enter();
    if (!this.capable('CAP_SYS_ADMIN')) throw new Errno('EPERM');
    const table = process.namespaces.mnt;
    if (!(table instanceof MountTable)) throw new Errno('EINVAL');
    const options = request.options ?? [];
    const target = at(request.target, () => fs.realpath(process.fs, request.target));
    const flags = options.filter((option) => MOUNT_FLAGS.has(option));
    if (options.includes('remount')) {
      at(request.target, () =>
        table.remount(target, {
          ...(options.includes('ro') || options.includes('rw') ? { readonly: options.includes('ro') } : {}),
          ...(flags.length > 0 ? { flags: [...flags, 'relatime'] } : {}),
        }),
      );
      return;
    }
    table.mount(target, this.#source(request, options), {
      readonly: options.includes('ro'),
      flags: flags.some((flag) => flag.endsWith('atime')) ? flags : [...flags, 'relatime'],
    });
  }
  #source(request: MountRequest, options: readonly string[]): MountSource {
    const { process } = this;
    if (options.includes('bind') || options.includes('rbind')) {
      const path = at(request.source, () => fs.realpath(process.fs, request.source));
      return { type: 'bind', from: process.namespaces.mnt, path };
    }
    const value = (name: string): string | undefined =>
      options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
    switch (request.type) {
      case 'tmpfs': {
        const size = value('size');
        const mode = value('mode');
        return {
          type: 'tmpfs',
          source: request.source,
          ...(size === undefined ? {} : { size: sizeInBytes(size) }),
          ...(mode === undefined ? {} : { mode: parseInt(mode, 8) }),
        };
      }
      case 'proc':
      case 'sysfs':
      case 'cgroup2':
      case 'devpts':
      case 'mqueue':
        return { type: request.type };
      default:
        throw new Errno('ENODEV', request.source);
    }
  }
  unmount(path: string): void {
    const process = this.enter();
    if (!this.capable('CAP_SYS_ADMIN')) throw new Errno('EPERM', path);
    at(path, () => {
      find(process.fs, path);
      process.namespaces.mnt.unmount(fs.realpath(process.fs, path));
    });
  }
}

const MOUNT_FLAGS: ReadonlySet<string> = new Set([
  'nosuid',
  'nodev',
  'noexec',
  'noatime',
  'relatime',
  'nodiratime',
  'sync',
]);

function sizeInBytes(text: string): number {
  const match = /^(\d+)([kmg%]?)$/i.exec(text);
  if (!match) throw new Errno('EINVAL');
  const factor = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, '%': (8 * 1024 ** 3) / 100 };
  return Number(match[1]) * factor[match[2]!.toLowerCase() as keyof typeof factor];
}

const queuesOf = (file: OpenFile): readonly WaitQueue[] => (file.changed ? [file.changed] : []);

export { NodeFile, queuesOf };
