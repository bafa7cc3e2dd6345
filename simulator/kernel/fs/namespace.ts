/** Mount namespaces: the table of mounts a process sees, and the machine's file systems behind it. */
import { Errno } from '../errno.ts';
import type { Credentials, MountInfo, MountNamespace, MountSource } from '../kernel.ts';
import { NamespaceFiles } from './access.ts';
import type { Space } from './content.ts';
import { SyntheticFs } from './synthetic.ts';
import { TreeFs } from './tree.ts';
import { Upper } from './upper.ts';
import type { FileSystem, FsContext, FsUsage, Inode, Location, Mount, SyntheticDir } from './vfs.ts';
import { crossMounts, find, pathOf, walk } from './walk.ts';

export type SyntheticType = 'proc' | 'sysfs' | 'cgroup2' | 'devpts' | 'mqueue' | 'devtmpfs';

export interface VfsOptions {
  /** Virtual time, ms. */
  readonly clock: () => number;
  /** Bytes of real memory that the written files of all trees may take together (1 GiB). */
  readonly memory?: number;
  /** Size of the machine's disk in bytes. */
  readonly disk?: number;
  /** Bytes of the disk that are taken from the start. */
  readonly diskUsed?: number;
  /** The tree of a synthetic file system for `namespace`; undefined gives an empty tmpfs-like directory. */
  readonly synthetic: (type: SyntheticType, namespace: MountTable) => SyntheticDir | undefined;
  /** The mount namespaces that processes live in; without it, nobody does. */
  readonly inhabited?: () => Iterable<MountNamespace>;
}

/** Credentials of root with all that file access can need. */
export const ROOT: Credentials = {
  uid: 0,
  gid: 0,
  groups: [],
  capabilities: new Set([
    'CAP_CHOWN',
    'CAP_DAC_OVERRIDE',
    'CAP_DAC_READ_SEARCH',
    'CAP_FOWNER',
    'CAP_FSETID',
    'CAP_MKNOD',
    'CAP_SYS_ADMIN',
  ]),
};

/** The machine's file systems: its disk, its memory, and who makes namespaces and upper directories. */
export class Vfs {
  readonly clock: () => number;
  readonly synthetic: VfsOptions['synthetic'];
  readonly #inhabited: () => Iterable<MountNamespace>;
  /** Files that were mounted themselves at some time; few, so that others need not be looked for. */
  readonly #bound = new WeakSet<Inode>();
  readonly #memory: number;
  readonly #disk: number;
  #held = 0;
  #diskUsed: number;
  #nextDev = 1;
  #nextMount = 20;

  constructor(options: VfsOptions) {
    this.clock = options.clock;
    this.synthetic = options.synthetic;
    this.#inhabited = options.inhabited ?? (() => []);
    this.#memory = options.memory ?? 2 ** 30;
    this.#disk = options.disk ?? 62 * 2 ** 30;
    this.#diskUsed = options.diskUsed ?? 4 * 2 ** 30;
  }
  /** Whether some process sees `node` mounted: a file that lost its last name is kept as long as it is. */
  readonly mounted = (node: Inode): boolean => {
    if (!this.#bound.has(node)) return false;
    for (const table of this.#inhabited())
      if (table instanceof MountTable && table.list().some((mount) => mount.root === node)) return true;
    return false;
  };
  bound(node: Inode): void {
    this.#bound.add(node);
  }
  newDev(): number {
    return this.#nextDev++;
  }
  newMountId(): number {
    return this.#nextMount++;
  }
  hold(bytes: number): void {
    if (bytes > 0 && this.#held + bytes > this.#memory) throw new Errno('ENOSPC');
    this.#held += bytes;
  }
  /** Room on the machine's disk. */
  readonly disk: Space = {
    blocks: (count) => {
      const bytes = count * 4096;
      if (bytes > 0 && this.#diskUsed + bytes > this.#disk) throw new Errno('ENOSPC');
      this.#diskUsed += bytes;
    },
    hold: (bytes) => this.hold(bytes),
  };
  readonly diskUsage = (): FsUsage => ({
    size: this.#disk,
    used: this.#diskUsed,
    available: this.#disk - this.#diskUsed,
  });
  /** Room of one tmpfs of `size` bytes. */
  tmpfsSpace(size: number): { space: Space; usage: () => FsUsage } {
    let used = 0;
    return {
      space: {
        blocks: (count) => {
          if (count > 0 && used + count * 4096 > size) throw new Errno('ENOSPC');
          used += count * 4096;
        },
        hold: (bytes) => this.hold(bytes),
      },
      usage: () => ({ size, used, available: size - used }),
    };
  }
  createUpper(): Upper {
    return new Upper(this.clock, this.disk, this.diskUsage, () => this.newDev());
  }
  createNamespace(inode: number): MountTable {
    return new MountTable(this, inode);
  }
}

interface MountOptions {
  readonly readonly?: boolean;
  readonly flags?: readonly string[];
}

const NO_MOUNTS: ReadonlyMap<Inode, Mount> = new Map();

class Mounted implements Mount {
  readonly id: number;
  readonly fs: FileSystem;
  readonly root: Inode;
  readonly parent: Mount['parent'];
  readonly target: string;
  readonly source: string;
  readonly: boolean;
  flags: readonly string[];
  /** Made on first use: most mounts carry no other, and a container has some twenty-five. */
  #children: Map<Inode, Mount> | undefined;
  constructor(fields: Omit<Mount, 'children' | 'cover'>) {
    this.id = fields.id;
    this.fs = fields.fs;
    this.root = fields.root;
    this.parent = fields.parent;
    this.target = fields.target;
    this.source = fields.source;
    this.readonly = fields.readonly;
    this.flags = fields.flags;
  }
  get children(): ReadonlyMap<Inode, Mount> {
    return this.#children ?? NO_MOUNTS;
  }
  cover(node: Inode, child: Mount | undefined): void {
    if (child) (this.#children ??= new Map()).set(node, child);
    else this.#children?.delete(node);
  }
}

/** Half of the memory of the machine, the default size of a tmpfs. */
const TMPFS_SIZE = 4 * 2 ** 30;

export class MountTable implements MountNamespace {
  readonly type = 'mnt';
  readonly inode: number;
  readonly vfs: Vfs;
  readonly files: NamespaceFiles;
  readonly #first: Mount;
  readonly #mounts: Mount[] = [];

  constructor(vfs: Vfs, inode: number, like?: Mount) {
    this.vfs = vfs;
    this.inode = inode;
    const fs = like?.fs ?? this.#tmpfs('rootfs', TMPFS_SIZE, 0o755);
    this.#first = new Mounted({
      id: vfs.newMountId(),
      fs,
      root: fs.root,
      parent: undefined,
      target: '/',
      source: 'rootfs',
      readonly: false,
      flags: [],
    });
    this.#mounts.push(this.#first);
    this.files = new NamespaceFiles(this);
  }

  /** The namespace's root: what is mounted on `/`. */
  rootLocation(): Location {
    return crossMounts({ mount: this.#first, node: this.#first.root });
  }
  /** A context at the root for `cred` (root by default). */
  context(cred: Credentials = ROOT, caller?: unknown): FsContext {
    const root = this.rootLocation();
    return { root, cwd: root, cred, umask: 0o022, caller };
  }

  mounts(): MountInfo[] {
    const top = this.rootLocation().mount;
    return this.#mounts
      .filter((mount) => mount !== this.#first || mount === top)
      .map((mount) => ({
        type: mount.fs.type,
        source: mount.source,
        target: this.#targetOf(mount),
        options: [mount.readonly ? 'ro' : 'rw', ...mount.flags, ...mount.fs.options],
      }));
  }
  #targetOf(mount: Mount): string {
    if (!mount.parent) return '/';
    const { node } = mount.parent;
    return node.type === 'dir' ? pathOf({ mount: mount.parent.mount, node }) : mount.target;
  }
  /** The mounts themselves, oldest first (/proc/PID/mountinfo). */
  list(): readonly Mount[] {
    return this.#mounts;
  }

  #tmpfs(
    source: string,
    size: number,
    mode: number,
    type: 'tmpfs' | 'devtmpfs' | 'mqueue' = 'tmpfs',
    options: string[] = [],
  ): TreeFs {
    const { space, usage } = this.vfs.tmpfsSpace(size);
    return new TreeFs({
      type,
      source,
      dev: this.vfs.newDev(),
      options,
      lower: [],
      mode,
      clock: this.vfs.clock,
      space,
      usage,
    });
  }

  mount(target: string, what: MountSource, options: MountOptions = {}): void {
    const context = this.context();
    const place = find(context, target);
    const mount = this.#prepare(what, place, target, options);
    if ((mount.root.type === 'dir') !== (place.node.type === 'dir')) throw new Errno('ENOTDIR');
    this.#attach(mount);
    if (what.type === 'bind') this.#bindBelow(what.from, what.path, mount, options);
  }
  #attach(mount: Mount): void {
    mount.parent!.mount.cover(mount.parent!.node, mount);
    this.#mounts.push(mount);
    if (mount.root.type === 'file') this.vfs.bound(mount.root);
  }

  #prepare(what: MountSource, place: Location, target: string, options: MountOptions): Mount {
    const flags = options.flags ?? ['relatime'];
    let readonly = options.readonly ?? false;
    let fs: FileSystem;
    let root: Inode | undefined;
    switch (what.type) {
      case 'overlay': {
        if (what.upper) {
          if (!(what.upper instanceof Upper)) throw new Errno('EINVAL');
          fs = what.upper.tree(what.lower, what.label);
        } else {
          readonly = true;
          fs = new Upper(this.vfs.clock, this.vfs.disk, this.vfs.diskUsage, () => this.vfs.newDev()).tree(
            what.lower,
            what.label,
          );
        }
        break;
      }
      case 'ext4':
        fs = new TreeFs({
          type: 'ext4',
          source: what.source,
          dev: this.vfs.newDev(),
          options: [],
          lower: what.lower,
          clock: this.vfs.clock,
          space: this.vfs.disk,
          usage: this.vfs.diskUsage,
          mounted: this.vfs.mounted,
        });
        break;
      case 'tmpfs': {
        const size = what.size ?? TMPFS_SIZE;
        const shown = what.size === undefined ? [] : [`size=${Math.ceil(size / 1024)}k`];
        if (what.mode !== undefined && what.mode !== 0o1777) shown.push(`mode=${what.mode.toString(8)}`);
        fs = this.#tmpfs(what.source ?? 'tmpfs', size, what.mode ?? 0o1777, 'tmpfs', shown);
        break;
      }
      case 'bind': {
        if (!(what.from instanceof MountTable)) throw new Errno('EINVAL');
        const from = find(what.from.context(), what.path);
        fs = from.mount.fs;
        root = from.node;
        // A read-only mount stays read-only through the bind.
        readonly ||= from.mount.readonly;
        break;
      }
      default: {
        const tree = this.vfs.synthetic(what.type, this);
        const source = {
          proc: 'proc',
          sysfs: 'sysfs',
          cgroup2: 'cgroup',
          devtmpfs: 'udev',
          devpts: 'devpts',
          mqueue: 'mqueue',
        };
        if (tree) fs = new SyntheticFs(what.type, source[what.type], this.vfs.newDev(), [], this.vfs.clock(), tree);
        else if (what.type === 'devtmpfs') fs = this.#tmpfs('udev', TMPFS_SIZE, 0o755, 'devtmpfs');
        else if (what.type === 'mqueue') fs = this.#tmpfs('mqueue', TMPFS_SIZE, 0o1777, 'mqueue');
        else fs = this.#tmpfs(source[what.type], TMPFS_SIZE, 0o755);
      }
    }
    return new Mounted({
      id: this.vfs.newMountId(),
      fs,
      root: root ?? fs.root,
      parent: { mount: place.mount, node: place.node },
      target,
      source: 'source' in what && what.source !== undefined ? what.source : fs.source,
      readonly,
      flags,
    });
  }

  /** A bind takes the mounts below its source along (MS_REC). */
  #bindBelow(from: MountNamespace, path: string, copy: Mount, options: MountOptions): void {
    if (!(from instanceof MountTable)) return;
    const source = find(from.context(), path);
    const below = (node: Inode): boolean => {
      for (let at: Inode | undefined = node; at; at = at.parent) if (at === source.node) return true;
      return false;
    };
    const visit = (original: Mount, twin: Mount, inside: (node: Inode) => boolean): void => {
      for (const [node, child] of [...original.children]) {
        if (!inside(node) || child === copy) continue;
        const mount = new Mounted({
          ...child,
          id: this.vfs.newMountId(),
          parent: { mount: twin, node },
          readonly: child.readonly || (options.readonly ?? false),
        });
        this.#attach(mount);
        visit(child, mount, () => true);
      }
    };
    visit(source.mount, copy, below);
  }

  /** Changes the options of what is mounted at `target` (MS_REMOUNT). */
  remount(target: string, options: MountOptions): void {
    const { mount, node } = find(this.context(), target);
    if (node !== mount.root || !(mount instanceof Mounted)) throw new Errno('EINVAL');
    if (options.readonly !== undefined) mount.readonly = options.readonly;
    if (options.flags !== undefined) mount.flags = options.flags;
  }

  /** A copy for a new namespace: the same file systems, mounted in the same places (CLONE_NEWNS). */
  clone(inode: number): MountTable {
    const copy = new MountTable(this.vfs, inode, this.#first);
    const twins = new Map<Mount, Mount>([[this.#first, copy.#first]]);
    for (const mount of this.#mounts) {
      const parent = mount.parent && twins.get(mount.parent.mount);
      if (!parent) continue;
      const twin = new Mounted({
        ...mount,
        id: this.vfs.newMountId(),
        parent: { mount: parent, node: mount.parent.node },
      });
      copy.#attach(twin);
      twins.set(mount, twin);
    }
    return copy;
  }

  unmount(target: string): void {
    const location = find(this.context(), target);
    const { mount } = location;
    if (location.node !== mount.root || !mount.parent) throw new Errno('EINVAL');
    if (mount.children.size > 0) throw new Errno('EBUSY');
    mount.parent.mount.cover(mount.parent.node, undefined);
    this.#mounts.splice(this.#mounts.indexOf(mount), 1);
  }

  ensurePath(path: string, type: 'dir' | 'file'): void {
    const context: FsContext = { ...this.context(), umask: 0 };
    const parts = path.split('/').filter((part) => part !== '');
    let at = '';
    for (const [i, part] of parts.entries()) {
      at += `/${part}`;
      const last = i === parts.length - 1;
      const result = walk(context, at, { follow: true });
      if (result.location) continue;
      const owner = { uid: 0, gid: 0 };
      if (last && type === 'file')
        result.dir!.node.create(result.name, { type: 'file', mode: 0o644, ...owner }, context);
      else result.dir!.node.create(result.name, { type: 'dir', mode: 0o755, ...owner }, context);
    }
  }
}
