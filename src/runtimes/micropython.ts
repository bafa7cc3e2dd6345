/** MicroPython as the machine's Python: one instance for each process, kept apart although the library shares globals. */
import { Errno } from '../../simulator/kernel/errno.ts';
import type {
  PythonFailure,
  PythonFiles,
  PythonLoader,
  PythonRuntime,
} from '../../simulator/programs/python/runtime.ts';

/** The part of Emscripten's file system that a bridge needs. */
interface EmscriptenNode {
  name: string;
  mode: number;
  parent: EmscriptenNode;
  mount: { opts: { root: string }; mountpoint: string };
  node_ops: unknown;
  stream_ops: unknown;
}
interface EmscriptenStream {
  node: EmscriptenNode;
  flags: number;
  position: number;
  data?: Uint8Array;
  length?: number;
  dirty?: boolean;
}
interface EmscriptenFs {
  mount(type: unknown, options: { root: string }, at: string): void;
  mkdir(path: string): void;
  chdir(path: string): void;
  analyzePath(path: string): { exists: boolean };
  createNode(parent: EmscriptenNode | null, name: string, mode: number, dev: number): EmscriptenNode;
  ErrnoError: new (errno: number) => Error;
}
interface MicroPython {
  FS: EmscriptenFs;
  runPython(code: string): unknown;
  registerJsModule(name: string, module: unknown): void;
  globals: { get(name: string): unknown };
}
interface MicroPythonModule {
  loadMicroPython(options: {
    url?: string;
    stdout: (bytes: Uint8Array) => void;
    stderr: (bytes: Uint8Array) => void;
    linebuffer: boolean;
    heapsize: number;
    pystack: number;
  }): Promise<MicroPython>;
}

/** Names the library keeps on the global object; they belong to whichever instance runs. */
const SHARED = [
  'Module',
  'proxy_js_ref',
  'proxy_js_ref_next',
  'proxy_js_ref_map',
  'proxy_js_map',
  'proxy_js_existing',
  'pyProxyFinalizationRegistry',
];

/** WASI's numbers for the errors a program can meet. */
const WASI: Record<string, number> = {
  EACCES: 2,
  EEXIST: 20,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  EPERM: 63,
  EROFS: 69,
  EXDEV: 75,
};

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** A file system type that reads and writes the process's files. */
function bridge(fs: EmscriptenFs, files: PythonFiles): unknown {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof Errno) throw new fs.ErrnoError(WASI[error.code] ?? 29);
      throw error;
    }
  };
  const pathOf = (node: EmscriptenNode): string => {
    const names: string[] = [];
    let at = node;
    for (; at.parent !== at; at = at.parent) names.unshift(at.name);
    return [at.mount.opts.root, ...names].join('/').replace('//', '/');
  };
  const modeOf = (path: string): number => {
    const stat = files.stat(path);
    return (stat.type === 'dir' ? S_IFDIR : S_IFREG) | (stat.mode & 0o777);
  };
  const make = (parent: EmscriptenNode | null, name: string, mode: number): EmscriptenNode => {
    const node = fs.createNode(parent, name, mode, 0);
    node.node_ops = nodeOps;
    node.stream_ops = streamOps;
    return node;
  };
  const nodeOps = {
    getattr: (node: EmscriptenNode) =>
      attempt(() => {
        const path = pathOf(node);
        const stat = files.stat(path);
        const time = new Date(stat.mtime);
        return {
          dev: 1,
          ino: 1,
          mode: modeOf(path),
          nlink: 1,
          uid: 0,
          gid: 0,
          rdev: 0,
          size: stat.size,
          atime: time,
          mtime: time,
          ctime: time,
          blksize: 4096,
          blocks: Math.ceil(stat.size / 512),
        };
      }),
    setattr: (node: EmscriptenNode, change: { size?: number }) =>
      attempt(() => {
        if (change.size === undefined) return;
        const old = files.read(pathOf(node));
        const next = new Uint8Array(change.size);
        next.set(old.subarray(0, change.size));
        files.write(pathOf(node), next);
      }),
    lookup: (parent: EmscriptenNode, name: string) =>
      attempt(() => make(parent, name, modeOf(`${pathOf(parent)}/${name}`))),
    mknod: (parent: EmscriptenNode, name: string, mode: number) =>
      attempt(() => {
        const path = `${pathOf(parent)}/${name}`;
        if ((mode & 0o170000) === S_IFDIR) files.mkdir(path, mode & 0o777);
        else files.write(path, new Uint8Array(0));
        return make(parent, name, mode);
      }),
    rename: (node: EmscriptenNode, dir: EmscriptenNode, name: string) =>
      attempt(() => {
        files.rename(pathOf(node), `${pathOf(dir)}/${name}`);
        node.name = name;
      }),
    unlink: (parent: EmscriptenNode, name: string) => attempt(() => files.unlink(`${pathOf(parent)}/${name}`)),
    rmdir: (parent: EmscriptenNode, name: string) => attempt(() => files.rmdir(`${pathOf(parent)}/${name}`)),
    readdir: (node: EmscriptenNode) => attempt(() => ['.', '..', ...files.readdir(pathOf(node))]),
  };
  const streamOps = {
    open: (stream: EmscriptenStream) =>
      attempt(() => {
        const path = pathOf(stream.node);
        if (files.stat(path).type === 'dir') return;
        const bytes = files.read(path);
        stream.data = bytes.slice();
        stream.length = bytes.length;
      }),
    close: (stream: EmscriptenStream) =>
      attempt(() => {
        if (stream.dirty && stream.data) files.write(pathOf(stream.node), stream.data.subarray(0, stream.length));
      }),
    read: (stream: EmscriptenStream, buffer: Uint8Array, offset: number, length: number, position: number) => {
      const from = (stream.data ?? new Uint8Array(0)).subarray(
        position,
        Math.min(stream.length ?? 0, position + length),
      );
      buffer.set(from, offset);
      return from.length;
    },
    write: (stream: EmscriptenStream, buffer: Uint8Array, offset: number, length: number, position: number) => {
      const end = position + length;
      let data = stream.data ?? new Uint8Array(0);
      if (end > data.length) {
        const grown = new Uint8Array(Math.max(end, data.length * 2));
        grown.set(data);
        data = grown;
      }
      data.set(buffer.subarray(offset, offset + length), position);
      stream.data = data;
      stream.length = Math.max(stream.length ?? 0, end);
      stream.dirty = true;
      return length;
    },
    llseek: (stream: EmscriptenStream, offset: number, whence: number) => {
      const base = whence === 1 ? stream.position : whence === 2 ? (stream.length ?? 0) : 0;
      if (base + offset < 0) throw new fs.ErrnoError(28);
      return base + offset;
    },
  };
  return { mount: (mount: { opts: { root: string } }) => make(null, '/', modeOf(mount.opts.root)) };
}

const isPythonError = (error: unknown): error is Error & { type: string } =>
  error instanceof Error && error.name === 'PythonError' && 'type' in error;

/** A loader of MicroPython; `load` imports the library, `url` is where its WebAssembly lies (not needed in Node). */
export function microPython(load: () => Promise<unknown>, url?: string): PythonLoader {
  return async (options): Promise<PythonRuntime> => {
    const shared = globalThis as unknown as Record<string, unknown>;
    const { loadMicroPython } = (await load()) as MicroPythonModule;
    const python = await loadMicroPython({
      ...(url !== undefined && { url }),
      stdout: options.out,
      stderr: options.out,
      linebuffer: false,
      heapsize: 8 << 20,
      pystack: 16 * 1024,
    });
    let own: Record<string, unknown> = Object.fromEntries(SHARED.map((name) => [name, shared[name]]));
    const inside = <T>(work: () => T): T => {
      const before = Object.fromEntries(SHARED.map((name) => [name, shared[name]]));
      Object.assign(shared, own);
      try {
        return work();
      } finally {
        own = Object.fromEntries(SHARED.map((name) => [name, shared[name]]));
        Object.assign(shared, before);
      }
    };
    const failure = (error: unknown): PythonFailure => {
      if (isPythonError(error)) return { type: error.type, traceback: error.message };
      throw error;
    };
    inside(() => {
      const fs = python.FS;
      const type = bridge(fs, options.files);
      for (const name of options.files.readdir('/')) {
        if (name === 'dev' || name === 'proc' || options.files.stat(`/${name}`).type !== 'dir') continue;
        if (!fs.analyzePath(`/${name}`).exists) fs.mkdir(`/${name}`);
        fs.mount(type, { root: `/${name}` }, `/${name}`);
      }
      python.registerJsModule('_drydock', options.calls);
      fs.chdir(options.cwd);
    });
    return {
      run: (code) =>
        inside(() => {
          try {
            python.runPython(code);
            return undefined;
          } catch (error) {
            return failure(error);
          }
        }),
      call: (name, ...args) =>
        inside(() => {
          try {
            return String((python.globals.get(name) as (...a: string[]) => unknown)(...args));
          } catch (error) {
            return failure(error);
          }
        }),
    };
  };
}
