/** Open files with an inode behind them: regular files, directories and devices. */
import type { DirEntry, FileType, OpenFlags, Stat } from './abi.ts';
import type { KernelCore } from './core.ts';
import { anonymousStat, OpenFile } from './descriptors.ts';
import { Errno } from './errno.ts';
import { ZEROS } from './fs/content.ts';
import { Inode, type FileSystem, type Location, type Mount, type OpenNode } from './fs/vfs.ts';
import { Pipe, PipeEnd } from './pipes.ts';
import type { Caller, Proc } from './process.ts';
import { MasterFile, TerminalFile } from './terminal.ts';

const EMPTY = new Uint8Array(0);

/** A regular file or directory. */
export class NodeFile extends OpenFile {
  readonly node: OpenNode;
  readonly #core: KernelCore;
  readonly type: FileType;
  #offset = 0;
  readonly #append: boolean;
  constructor(core: KernelCore, node: OpenNode, canRead: boolean, canWrite: boolean, append: boolean) {
    super(canRead, canWrite);
    this.#core = core;
    this.node = node;
    this.type = node.type;
    this.#append = append;
  }
  tryRead(max: number, caller: Caller): Uint8Array {
    if (this.type === 'dir') throw new Errno('EISDIR');
    const bytes = this.node.read(this.#offset, max);
    this.#offset += bytes.length;
    caller?.cgroup.countIo('readBytes', bytes.length);
    return bytes;
  }
  tryWrite(data: Uint8Array, caller: Caller): number {
    if (this.#append) this.#offset = this.node.stat().size;
    const limit = caller?.limits.get('RLIMIT_FSIZE')?.[0];
    if (limit !== undefined && this.#offset + data.length > limit) throw new Errno('EFBIG');
    const count = this.node.write(this.#offset, data);
    this.#offset += count;
    const { fs } = this.node.node;
    if (caller && fs.type === 'tmpfs') this.#core.memory.chargeFiles(fs, caller, data.length);
    else caller?.cgroup.countIo('writeBytes', count);
    return count;
  }
  stat(): Stat {
    return this.node.stat();
  }
  override seek(offset: number, whence: 'set' | 'current' | 'end'): number {
    const base = whence === 'set' ? 0 : whence === 'current' ? this.#offset : this.node.stat().size;
    if (base + offset < 0) throw new Errno('EINVAL');
    this.#offset = base + offset;
    return this.#offset;
  }
  override truncate(size: number): void {
    if (!this.canWrite) throw new Errno('EINVAL');
    this.node.truncate(size);
  }
  override list(): DirEntry[] {
    return this.node.list();
  }
  get label(): string {
    return this.node.path;
  }
  protected released(): void {
    this.node.close();
  }
}

/** Character devices of the memory class (mem(4)): null, zero, full, random. */
class MemoryDevice extends OpenFile {
  readonly type = 'char';
  readonly node: OpenNode;
  readonly #minor: number;
  readonly #core: KernelCore;
  constructor(core: KernelCore, node: OpenNode, minor: number, canRead: boolean, canWrite: boolean) {
    super(canRead, canWrite);
    this.#core = core;
    this.node = node;
    this.#minor = minor;
  }
  tryRead(max: number): Uint8Array {
    if (this.#minor === 3) return EMPTY;
    if (this.#minor === 5 || this.#minor === 7) {
      return max <= ZEROS.length ? ZEROS.subarray(0, max) : new Uint8Array(max);
    }
    return this.#core.random.bytes(Math.min(max, 1 << 20));
  }
  tryWrite(data: Uint8Array): number {
    if (this.#minor === 7) throw new Errno('ENOSPC');
    return data.length;
  }
  override seek(): number {
    return 0;
  }
  stat(): Stat {
    return this.node.stat();
  }
  get label(): string {
    return this.node.path;
  }
  protected released(): void {
    this.node.close();
  }
}

const MEMORY_MINORS: ReadonlySet<number> = new Set([3, 5, 7, 8, 9]);

/** Opens what `node` stands for. Throws ENXIO for devices this machine does not have. */
export function openFileOf(core: KernelCore, process: Proc, node: OpenNode, flags: OpenFlags): OpenFile {
  const canWrite = flags.write === true || flags.append === true;
  const canRead = flags.read === true || !canWrite;
  if (node.node instanceof ObjectInode) return node.node.reopen(canRead, canWrite);
  switch (node.type) {
    case 'file':
    case 'dir':
      return new NodeFile(core, node, canRead, canWrite, flags.append === true);
    case 'fifo': {
      const pipe = (node.node.attachment ??= new Pipe(node.stat().ino, () => core.clock.now(), true)) as Pipe;
      return pipe.open(canRead, canWrite);
    }
    case 'char': {
      const [major, minor] = node.stat().rdev;
      if (major === 1 && MEMORY_MINORS.has(minor)) return new MemoryDevice(core, node, minor, canRead, canWrite);
      node.close();
      if (major === 5 && minor === 2) {
        const terminal = core.newTerminal({ columns: 80, rows: 24 });
        terminal.join(core.terminalsOf(process));
        return new MasterFile(terminal);
      }
      const terminal =
        major === 5
          ? process.session.terminal
          : major === 136
            ? core.terminalsOf(process).terminals.get(minor)
            : undefined;
      if (!terminal) throw new Errno(major === 136 ? 'EIO' : 'ENXIO');
      return new TerminalFile(terminal, process.credentials.uid, canRead, canWrite);
    }
    default:
      node.close();
      throw new Errno('ENXIO');
  }
}

/** The inode of an object that has no name in the tree; reached by the magic links of /proc/PID/fd only. */
export class ObjectInode extends Inode {
  readonly fs: FileSystem;
  readonly ino: number;
  readonly type: FileType;
  readonly file: OpenFile;
  constructor(fs: FileSystem, file: OpenFile) {
    super();
    this.fs = fs;
    this.file = file;
    this.type = file.type;
    this.ino = file.stat().ino;
  }
  stat(): Stat {
    return this.file.stat();
  }
  /** Opening the link of a pipe or terminal opens another end of the same one (proc_pid_fd(5)). */
  reopen(canRead: boolean, canWrite: boolean): OpenFile {
    if (this.file instanceof PipeEnd) return this.file.pipe.open(canRead, canWrite);
    if (this.file instanceof TerminalFile) return new TerminalFile(this.file.terminal, 0, canRead, canWrite);
    throw new Errno('ENXIO');
  }
}

/** Where the magic link of an open file leads. */
export function locationOf(core: KernelCore, file: OpenFile): Location {
  if (file instanceof NodeFile || file instanceof MemoryDevice) return file.node.location;
  return { mount: core.anonymousMount, node: new ObjectInode(core.anonymousMount.fs, file) };
}

class AnonymousRoot extends Inode {
  readonly fs: FileSystem;
  readonly ino = 1;
  readonly type = 'dir';
  constructor(fs: FileSystem) {
    super();
    this.fs = fs;
  }
  stat(): Stat {
    return anonymousStat('dir', this.ino, 0);
  }
}

/** The mount that objects without a name in the tree belong to. */
export function anonymousMount(): Mount {
  const fs: FileSystem = {
    type: 'anon_inodefs',
    source: 'none',
    dev: 14,
    options: [],
    get root() {
      return root;
    },
    usage: () => ({ size: 0, used: 0, available: 0 }),
  };
  const root: Inode = new AnonymousRoot(fs);
  return {
    id: 1,
    fs,
    root,
    parent: undefined,
    target: '/',
    source: 'none',
    readonly: false,
    flags: [],
    children: new Map(),
    cover: () => undefined,
  };
}
