import type { DirEntry, FileType, Stat } from './abi.ts';
import { Errno } from './errno.ts';
import type { WaitQueue } from './net/stack.ts';
import type { Caller } from './process.ts';

/**
 * An open file description (open(2)): what descriptors refer to; shared by those that were duplicated or inherited.
 * No method blocks: `tryRead` and `tryWrite` say "would block", and `changed` tells when it is worth to try again.
 */
export abstract class OpenFile {
  abstract readonly type: FileType;
  /** Descriptors (and kernel-side holders) that refer to it. */
  #references = 0;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  constructor(canRead: boolean, canWrite: boolean) {
    this.canRead = canRead;
    this.canWrite = canWrite;
  }
  /** Reports changes of readiness; undefined for files that never block. */
  get changed(): WaitQueue | undefined {
    return undefined;
  }
  /** Bytes, empty at the end, or undefined when it would block. */
  abstract tryRead(max: number, caller: Caller): Uint8Array | undefined;
  /** How many bytes were taken; 0 when it would block. */
  abstract tryWrite(data: Uint8Array, caller: Caller): number;
  abstract stat(): Stat;
  get readable(): boolean {
    return true;
  }
  get writable(): boolean {
    return true;
  }
  seek(_offset: number, _whence: 'set' | 'current' | 'end'): number {
    throw new Errno('ESPIPE');
  }
  truncate(_size: number): void {
    throw new Errno('EINVAL');
  }
  list(): DirEntry[] {
    throw new Errno('ENOTDIR');
  }
  /** What /proc/PID/fd shows. */
  abstract readonly label: string;
  /** Called when the last descriptor is gone. */
  protected abstract released(): void;

  retain(): this {
    this.#references++;
    return this;
  }
  release(): void {
    if (--this.#references === 0) this.released();
  }
}

interface Descriptor {
  readonly file: OpenFile;
  closeOnExec: boolean;
}

/** The descriptors of one process. */
export class DescriptorTable {
  readonly #open = new Map<number, Descriptor>();
  /** RLIMIT_NOFILE. */
  limit = 1024;

  file(fd: number): OpenFile {
    const descriptor = this.#open.get(fd);
    if (!descriptor) throw new Errno('EBADF', String(fd));
    return descriptor.file;
  }
  get(fd: number): OpenFile | undefined {
    return this.#open.get(fd)?.file;
  }
  /** Puts `file` on the lowest free descriptor not below `min`. */
  add(file: OpenFile, min = 0, closeOnExec = false): number {
    let fd = min;
    while (this.#open.has(fd)) fd++;
    if (fd >= this.limit) {
      file.retain().release();
      throw new Errno('EMFILE');
    }
    this.#open.set(fd, { file: file.retain(), closeOnExec });
    return fd;
  }
  put(fd: number, file: OpenFile): void {
    if (fd < 0 || fd >= this.limit) throw new Errno('EBADF', String(fd));
    const old = this.#open.get(fd);
    if (old?.file === file) {
      old.closeOnExec = false;
      return;
    }
    this.#open.set(fd, { file: file.retain(), closeOnExec: false });
    old?.file.release();
  }
  close(fd: number): void {
    const descriptor = this.#open.get(fd);
    if (!descriptor) throw new Errno('EBADF', String(fd));
    this.#open.delete(fd);
    descriptor.file.release();
  }
  closeOnExec(fd: number, on: boolean): void {
    const descriptor = this.#open.get(fd);
    if (!descriptor) throw new Errno('EBADF', String(fd));
    descriptor.closeOnExec = on;
  }
  list(): number[] {
    return [...this.#open.keys()].sort((a, b) => a - b);
  }
  closeForExec(): void {
    for (const [fd, descriptor] of [...this.#open]) if (descriptor.closeOnExec) this.close(fd);
  }
  closeAll(): void {
    for (const fd of this.list()) this.close(fd);
  }
  /** A copy for a child: all descriptors (fork), or those named by `map` (child's fd → ours). */
  copy(map?: Readonly<Record<number, number>>): DescriptorTable {
    const copy = new DescriptorTable();
    copy.limit = this.limit;
    if (map) {
      for (const [target, source] of Object.entries(map)) {
        copy.#open.set(Number(target), { file: this.file(source).retain(), closeOnExec: false });
      }
      return copy;
    }
    for (const [fd, descriptor] of this.#open) {
      copy.#open.set(fd, { file: descriptor.file.retain(), closeOnExec: descriptor.closeOnExec });
    }
    return copy;
  }
}

/** What stat(2) says about an object that has no inode in a file system of files (pipe, socket, terminal). */
export const anonymousStat = (
  type: FileType,
  ino: number,
  now: number,
  more: Partial<Pick<Stat, 'mode' | 'rdev' | 'dev' | 'uid' | 'gid' | 'size'>> = {},
): Stat => ({
  type,
  ino,
  dev: 13,
  mode: 0o600,
  nlink: 1,
  uid: 0,
  gid: 0,
  size: 0,
  blocks: 0,
  rdev: [0, 0],
  atime: now,
  mtime: now,
  ctime: now,
  ...more,
});
