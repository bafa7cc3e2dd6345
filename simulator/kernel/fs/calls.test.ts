import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isErrno } from '../errno.ts';
import type { Credentials } from '../kernel.ts';
import * as calls from './calls.ts';
import { FileContent, PAGE, Runs, ZEROS, type Space } from './content.ts';
import { bytesData, textData } from './data.ts';
import { layerUsage } from './freeze.ts';
import type { Layer, LayerEntry } from './layer.ts';
import { MountTable, Vfs } from './namespace.ts';
import { open, openExecutable } from './open.ts';
import type { FsContext, SyntheticDir } from './vfs.ts';

const decoder = new TextDecoder();
let time: number;
let vfs: Vfs;
let table: MountTable;
let root: FsContext;
let written: string[];

const proc: SyntheticDir = {
  type: 'dir',
  list: () => ['self', 'uptime', 'knob', 'root'],
  lookup(name, context) {
    if (name === 'uptime') return { type: 'file', read: () => '12.50 3.00\n' };
    if (name === 'knob')
      return { type: 'file', read: () => written.join(','), write: (data) => void written.push(decoder.decode(data)) };
    if (name === 'self') return { type: 'symlink', target: () => String(context.caller) };
    if (name === 'root') return { type: 'symlink', target: () => '/elsewhere', jump: (from) => from.root };
    return undefined;
  },
};

beforeEach(() => {
  time = 1_000_000;
  written = [];
  vfs = new Vfs({
    clock: () => time,
    memory: 2 ** 20,
    disk: 2 ** 30,
    diskUsed: 0,
    synthetic: (type) => (type === 'proc' ? proc : undefined),
  });
  table = vfs.createNamespace(1);
  table.mount('/', { type: 'ext4', lower: [], source: '/dev/vda1' });
  root = table.context();
});

const user = (uid: number, groups: number[] = []): FsContext => {
  const cred: Credentials = { uid, gid: uid, groups, capabilities: new Set() };
  return { ...table.context(cred), umask: 0o022 };
};
const code = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (isErrno(error)) return error.code;
    throw error;
  }
};
const read = (context: FsContext, path: string): string => decoder.decode(calls.readFile(context, path));

describe('permissions', () => {
  it('follow owner, group and other, the first that applies', () => {
    calls.writeFile(root, '/f', 'x', 0o604);
    calls.chown(root, '/f', 10, 20);
    expect(code(() => read(user(10), '/f'))).toBe('ok');
    expect(code(() => read(user(11, [20]), '/f'))).toBe('EACCES');
    expect(code(() => read(user(12), '/f'))).toBe('ok');
    expect(code(() => calls.writeFile(user(12), '/f', 'y'))).toBe('EACCES');
    calls.mkdir(root, '/locked', 0o600);
    expect(code(() => calls.stat(user(12), '/locked/x'))).toBe('EACCES');
    expect(code(() => calls.stat(root, '/locked/x'))).toBe('ENOENT');
  });

  it('keep strangers from changing attributes, and let owners give to their groups only', () => {
    calls.writeFile(root, '/f', 'x');
    calls.chown(root, '/f', 10, 10);
    expect(code(() => calls.chmod(user(11), '/f', 0o777))).toBe('EPERM');
    expect(code(() => calls.chown(user(10), '/f', 11, -1))).toBe('EPERM');
    expect(code(() => calls.chown(user(10, [30]), '/f', -1, 30))).toBe('ok');
    expect(code(() => calls.chown(user(10), '/f', -1, 31))).toBe('EPERM');
    calls.chmod(root, '/f', 0o6755);
    calls.chown(root, '/f', 10, 10);
    expect(calls.stat(root, '/f').mode.toString(8)).toBe('755');
    expect(code(() => calls.mknod(user(10), '/dev-null', 'char', 0o666, [1, 3]))).toBe('EPERM');
  });

  it('honour the sticky bit and setgid directories', () => {
    calls.mkdir(root, '/tmp');
    calls.chmod(root, '/tmp', 0o1777);
    calls.writeFile(user(10), '/tmp/mine', 'x');
    expect(code(() => calls.unlink(user(11), '/tmp/mine'))).toBe('EPERM');
    expect(code(() => calls.rename(user(11), '/tmp/mine', '/tmp/yours'))).toBe('EPERM');
    expect(code(() => calls.unlink(user(10), '/tmp/mine'))).toBe('ok');
    calls.mkdir(root, '/shared');
    calls.chown(root, '/shared', 0, 50);
    calls.chmod(root, '/shared', 0o2777);
    calls.mkdir(user(10), '/shared/sub');
    calls.writeFile(user(10), '/shared/sub/f', 'x');
    expect([calls.stat(root, '/shared/sub').mode.toString(8), calls.stat(root, '/shared/sub/f').gid]).toEqual([
      '2755',
      50,
    ]);
  });

  it('let nobody execute what has no x bit', () => {
    calls.writeFile(root, '/p', 'x', 0o644);
    expect(code(() => openExecutable(root, '/p'))).toBe('EACCES');
    calls.chmod(root, '/p', 0o700);
    expect(code(() => openExecutable(root, '/p'))).toBe('ok');
    expect(code(() => openExecutable(user(5), '/p'))).toBe('EACCES');
    expect(code(() => openExecutable(root, '/'))).toBe('EACCES');
  });
});

describe('errors', () => {
  beforeEach(() => {
    calls.mkdir(root, '/d');
    calls.writeFile(root, '/d/f', 'x');
    calls.symlink(root, 'loop', '/loop');
    calls.symlink(root, '/d/new', '/dangling');
  });
  const cases: [string, () => unknown, string][] = [
    ['a missing file', () => calls.stat(root, '/nope'), 'ENOENT'],
    ['a path through a file', () => calls.stat(root, '/d/f/x'), 'ENOTDIR'],
    ['a slash after a file', () => calls.stat(root, '/d/f/'), 'ENOTDIR'],
    ['a loop of symlinks', () => calls.stat(root, '/loop'), 'ELOOP'],
    ['the link itself', () => calls.lstat(root, '/loop'), 'ok'],
    ['a name of 256 bytes', () => calls.stat(root, `/${'a'.repeat(256)}`), 'ENAMETOOLONG'],
    ['a path of 4096 bytes', () => calls.stat(root, '/a'.repeat(2048)), 'ENAMETOOLONG'],
    ['the empty path', () => calls.stat(root, ''), 'ENOENT'],
    ['mkdir over something', () => calls.mkdir(root, '/d'), 'EEXIST'],
    ['mkdir .', () => calls.mkdir(root, '.'), 'EEXIST'],
    ['mkdir with a slash', () => calls.mkdir(root, '/e/'), 'ok'],
    ['mkdir below a missing directory', () => calls.mkdir(root, '/x/y'), 'ENOENT'],
    ['rmdir of a full directory', () => calls.rmdir(root, '/d'), 'ENOTEMPTY'],
    ['rmdir of a file', () => calls.rmdir(root, '/d/f'), 'ENOTDIR'],
    ['rmdir /', () => calls.rmdir(root, '/'), 'EBUSY'],
    ['rmdir .', () => calls.rmdir(root, '/d/.'), 'EINVAL'],
    ['rmdir ..', () => calls.rmdir(root, '/d/..'), 'ENOTEMPTY'],
    ['unlink of a directory', () => calls.unlink(root, '/d'), 'EISDIR'],
    ['unlink of what is missing', () => calls.unlink(root, '/nope'), 'ENOENT'],
    ['rename into itself', () => calls.rename(root, '/d', '/d/g'), 'EINVAL'],
    ['rename over an ancestor', () => calls.rename(root, '/d/f', '/d'), 'ENOTEMPTY'],
    ['rename of a directory over a file', () => (calls.mkdir(root, '/g'), calls.rename(root, '/g', '/d/f')), 'ENOTDIR'],
    ['rename of a file over a directory', () => (calls.mkdir(root, '/g'), calls.rename(root, '/d/f', '/g')), 'EISDIR'],
    ['a hard link to a directory', () => calls.link(root, '/d', '/h'), 'EPERM'],
    ['a hard link over something', () => calls.link(root, '/d/f', '/dangling'), 'EEXIST'],
    ['readlink of a file', () => calls.readlink(root, '/d/f'), 'EINVAL'],
    ['reading a directory', () => calls.readFile(root, '/d'), 'EISDIR'],
    ['writing a directory', () => open(root, '/d', { write: true }), 'EISDIR'],
    ['exclusive creation', () => open(root, '/d/f', { write: true, create: true, exclusive: true }), 'EEXIST'],
    [
      'exclusive creation on a dangling link',
      () => open(root, '/dangling', { write: true, create: true, exclusive: true }),
      'EEXIST',
    ],
    ['creation through a dangling link', () => open(root, '/dangling', { write: true, create: true }), 'ok'],
    ['a link where none is followed', () => open(root, '/dangling', { noFollow: true }), 'ELOOP'],
    ['a file where a directory is wanted', () => open(root, '/d/f', { directory: true }), 'ENOTDIR'],
    ['listing a file', () => calls.readdir(root, '/d/f'), 'ENOTDIR'],
    ['entering a file', () => calls.directory(root, '/d/f'), 'ENOTDIR'],
  ];
  it.each(cases)('%s', (_name, work, expected) => {
    expect(code(work)).toBe(expected);
  });
  it('leave a dangling link’s target behind after creation', () => {
    calls.writeFile(root, '/dangling', 'made');
    expect(read(root, '/d/new')).toBe('made');
  });
});

describe('mounts', () => {
  it('share files by bind, hide what is below, and cannot be removed from under', () => {
    const other = vfs.createNamespace(2);
    calls.mkdir(root, '/data');
    calls.writeFile(root, '/data/a', '1');
    calls.writeFile(root, '/hosts', 'host');
    other.ensurePath('/mnt/data', 'dir');
    other.ensurePath('/etc/hosts', 'file');
    other.mount('/mnt/data', { type: 'bind', from: table, path: '/data' });
    other.mount('/etc/hosts', { type: 'bind', from: table, path: '/hosts' }, { readonly: true });
    const inside = other.context();
    calls.writeFile(inside, '/mnt/data/b', '2');
    expect(read(root, '/data/b')).toBe('2');
    expect(calls.realpath(inside, '/mnt/data/../data/./b')).toBe('/mnt/data/b');
    expect(code(() => calls.writeFile(inside, '/etc/hosts', 'x'))).toBe('EROFS');
    expect(code(() => calls.unlink(inside, '/etc/hosts'))).toBe('EBUSY');
    expect(code(() => calls.rename(inside, '/mnt/data', '/mnt/else'))).toBe('EBUSY');
    expect(code(() => calls.rename(inside, '/mnt/data/a', '/a'))).toBe('EXDEV');
    expect(code(() => calls.link(inside, '/mnt/data/a', '/a'))).toBe('EXDEV');
    expect(code(() => calls.rmdir(inside, '/mnt/data'))).toBe('EBUSY');
    expect(code(() => other.mount('/etc/hosts', { type: 'bind', from: table, path: '/data' }))).toBe('ENOTDIR');
    expect(
      other.mounts().map((mount) => `${mount.source} ${mount.target} ${mount.type} ${mount.options.join(',')}`),
    ).toEqual(['rootfs / tmpfs rw', '/dev/vda1 /mnt/data ext4 rw,relatime', '/dev/vda1 /etc/hosts ext4 ro,relatime']);
    other.remount('/etc/hosts', { readonly: false });
    expect(code(() => calls.writeFile(inside, '/etc/hosts', 'x'))).toBe('ok');
    expect(read(root, '/hosts')).toBe('x');
    expect(code(() => other.remount('/etc', { readonly: true }))).toBe('EINVAL');
    other.unmount('/etc/hosts');
    expect(read(inside, '/etc/hosts')).toBe('');
    expect(code(() => other.unmount('/etc/hosts'))).toBe('EINVAL');
  });

  it('go along with a bind of what they are mounted on', () => {
    calls.mkdir(root, '/a');
    calls.mkdir(root, '/a/t');
    table.mount('/a/t', { type: 'tmpfs' });
    calls.writeFile(root, '/a/t/f', 'in tmpfs');
    const other = vfs.createNamespace(2);
    other.ensurePath('/x', 'dir');
    other.mount('/x', { type: 'bind', from: table, path: '/a' });
    expect(read(other.context(), '/x/t/f')).toBe('in tmpfs');
  });

  it('limit a tmpfs by what is written, not by what is sparse', () => {
    calls.mkdir(root, '/t');
    table.mount('/t', { type: 'tmpfs', size: 3 * PAGE });
    calls.writeFile(root, '/t/sparse', '');
    calls.truncate(root, '/t/sparse', 2 ** 30);
    expect(code(() => calls.writeFile(root, '/t/f', new Uint8Array(4 * PAGE).fill(1)))).toBe('ENOSPC');
    expect(calls.stat(root, '/t/f').size).toBe(3 * PAGE);
    expect(calls.statfs(root, '/t')).toMatchObject({ type: 'tmpfs', target: '/t', used: 3 * PAGE, available: 0 });
    calls.unlink(root, '/t/f');
    expect(calls.statfs(root, '/t').used).toBe(0);
    expect(table.mounts().at(-1)).toMatchObject({ options: ['rw', 'relatime', 'size=12k'] });
  });

  it('show synthetic trees that know who looks', () => {
    calls.mkdir(root, '/proc');
    table.mount('/proc', { type: 'proc' });
    const context = { ...root, caller: 42 };
    expect(read(context, '/proc/uptime')).toBe('12.50 3.00\n');
    expect(calls.readlink(context, '/proc/self')).toBe('42');
    calls.writeFile(context, '/proc/knob', 'one');
    expect(read(context, '/proc/knob')).toBe('one');
    expect(code(() => calls.writeFile(context, '/proc/uptime', 'x'))).toBe('EACCES');
    expect(code(() => calls.writeFile(context, '/proc/new', 'x'))).toBe('ENOENT');
    calls.writeFile(root, '/top', 'root of all');
    expect(read(context, '/proc/root/top')).toBe('root of all');
  });
});

describe('files', () => {
  it('hold zeros for nothing, and real bytes within the machine’s memory', () => {
    const big = open(root, '/zeros', { write: true, create: true });
    for (let i = 0; i < 512; i++) big.write(i * ZEROS.length, ZEROS);
    big.close();
    expect(calls.stat(root, '/zeros')).toMatchObject({ size: 2 ** 29, blocks: 2 ** 20 });
    expect(code(() => calls.writeFile(root, '/noise', new Uint8Array(2 ** 21).fill(7)))).toBe('ENOSPC');
    calls.unlink(root, '/noise');
    expect(code(() => calls.writeFile(root, '/noise', new Uint8Array(2 ** 19).fill(7)))).toBe('ok');
    const full = open(root, '/more', { write: true, create: true });
    let wrote = 0;
    for (let i = 0; i < 1024; i++) {
      try {
        wrote += full.write(wrote, ZEROS);
      } catch (error) {
        expect(isErrno(error, 'ENOSPC')).toBe(true);
        break;
      }
    }
    expect(wrote).toBeGreaterThan(2 ** 28);
    expect(wrote).toBeLessThan(2 ** 29);
  });

  it('live on while open, and give their room back afterwards', () => {
    const { used } = calls.statfs(root, '/');
    calls.writeFile(root, '/f', 'still here');
    const file = open(root, '/f', { read: true });
    calls.unlink(root, '/f');
    expect(decoder.decode(file.read(0, 100))).toBe('still here');
    expect(file.stat().nlink).toBe(0);
    expect(calls.statfs(root, '/').used).toBe(used + PAGE);
    file.close();
    expect(calls.statfs(root, '/').used).toBe(used);
  });

  it('keep hard links of a disk together', () => {
    calls.writeFile(root, '/a', 'one');
    calls.link(root, '/a', '/b');
    const layer = table.files.snapshot('/');
    const again = vfs.createNamespace(3);
    again.mount('/', { type: 'ext4', lower: [layer], source: '/dev/vda1' });
    const inside = again.context();
    calls.writeFile(inside, '/a', 'two');
    expect(read(inside, '/b')).toBe('two');
    expect(calls.stat(inside, '/b')).toMatchObject({ nlink: 2, ino: calls.stat(inside, '/a').ino });
  });

  it('behave as byte arrays, whatever is written, cut and frozen', () => {
    const space: Space = { blocks: () => undefined, hold: () => undefined };
    const at = fc.nat(3 * PAGE);
    const step = fc.oneof(
      fc.record({ op: fc.constant('write' as const), at, data: fc.uint8Array({ maxLength: 50 }) }),
      fc.record({ op: fc.constant('zeros' as const), at, size: fc.nat(2 * PAGE) }),
      fc.record({ op: fc.constant('cut' as const), at }),
      fc.record({ op: fc.constant('freeze' as const) }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(step, { maxLength: 25 }), (start, steps) => {
        let model = start.slice();
        let content = new FileContent(bytesData(start));
        const frozen: [Uint8Array, ReturnType<FileContent['freeze']>][] = [];
        const put = (offset: number, data: Uint8Array): void => {
          if (data.length === 0) return;
          const next = new Uint8Array(Math.max(model.length, offset + data.length));
          next.set(model);
          next.set(data, offset);
          model = next;
          content.write(offset, data, space);
        };
        for (const [i, one] of steps.entries()) {
          if (one.op === 'write') put(one.at, one.data);
          else if (one.op === 'zeros') put(one.at, i % 2 ? ZEROS.subarray(0, one.size) : new Uint8Array(one.size));
          else if (one.op === 'cut') {
            const next = new Uint8Array(one.at);
            next.set(model.subarray(0, one.at));
            model = next;
            content.truncate(one.at, space);
          } else {
            frozen.push([model.slice(), content.freeze()]);
            if (i % 3 === 0) content = new FileContent(content.freeze());
          }
        }
        expect(content.size).toBe(model.length);
        expect(content.read(0, model.length)).toEqual(model);
        for (const [bytes, data] of frozen) expect(data.slice(0, data.size)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('know their runs of pages as sets do', () => {
    const run = fc.tuple(fc.boolean(), fc.nat(30), fc.nat(12));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 20 }), (list) => {
        const runs = new Runs();
        const set = new Set<number>();
        for (const [adding, from, length] of list) {
          let changed = 0;
          for (let i = from; i < from + length; i++) {
            if (adding !== set.has(i)) changed++;
            if (adding) set.add(i);
            else set.delete(i);
          }
          expect(adding ? runs.add(from, from + length) : runs.remove(from, from + length)).toBe(changed);
        }
        expect(runs.count()).toBe(set.size);
        for (let i = 0; i < 45; i++) expect(runs.has(i)).toBe(set.has(i));
      }),
    );
  });
});

describe('layers', () => {
  const file = (text: string): LayerEntry => ({
    type: 'file',
    data: textData(text),
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 1,
  });
  const layer = (entries: Record<string, LayerEntry>): Layer => ({
    root: {
      type: 'dir',
      opaque: false,
      entries: new Map(Object.entries(entries)),
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 1,
    },
  });

  it('take disk by blocks, directories included', () => {
    const app: LayerEntry = { ...layer({ a: file('x'), b: file('y') }).root };
    expect(layerUsage(layer({ app }))).toBe(16_384);
    expect(layerUsage(layer({}))).toBe(4096);
    expect(layerUsage(layer({ big: file('x'.repeat(5000)) }))).toBe(12_288);
  });

  it('break hard links on copy-up, as overlayfs does', () => {
    const base = layer({ ls: { type: 'hardlink', path: '/busybox' }, busybox: file('binary') });
    const upper = vfs.createUpper();
    const other = vfs.createNamespace(2);
    other.mount('/', { type: 'overlay', lower: [base], upper });
    const inside = other.context();
    expect(calls.stat(inside, '/ls')).toMatchObject({ nlink: 2, ino: calls.stat(inside, '/busybox').ino });
    calls.writeFile(inside, '/ls', 'mine');
    expect(read(inside, '/busybox')).toBe('binary');
    expect(upper.changes([base])).toEqual([{ kind: 'C', path: '/ls' }]);
    expect([...upper.freeze().root.entries.keys()]).toEqual(['ls']);
  });

  it('cannot be written through a mount without an upper directory', () => {
    const other = vfs.createNamespace(2);
    other.mount('/', { type: 'overlay', lower: [layer({ f: file('x') })], upper: undefined });
    const inside = other.context();
    for (const work of [
      () => calls.writeFile(inside, '/f', 'y'),
      () => calls.mkdir(inside, '/d'),
      () => calls.unlink(inside, '/f'),
      () => calls.chmod(inside, '/f', 0o600),
      () => calls.rename(inside, '/f', '/g'),
      () => calls.truncate(inside, '/f', 0),
    ])
      expect(code(work)).toBe('EROFS');
  });

  it('refuse to move a directory of the layers, so that mv copies', () => {
    const base = layer({ d: { ...layer({ f: file('x') }).root } });
    const other = vfs.createNamespace(2);
    other.mount('/', { type: 'overlay', lower: [base], upper: vfs.createUpper() });
    const inside = other.context();
    expect(code(() => calls.rename(inside, '/d', '/e'))).toBe('EXDEV');
    calls.mkdir(inside, '/n');
    expect(code(() => calls.rename(inside, '/n', '/d/n'))).toBe('ok');
  });

  it('tell watchers what changes below a directory', () => {
    const heard: string[] = [];
    calls.mkdir(root, '/w');
    const end = table.files.watch('/w', (path) => heard.push(path));
    table.files.write('/w/a', '1');
    calls.mkdir(root, '/w/sub');
    calls.writeFile(root, '/w/sub/b', '2');
    calls.writeFile(root, '/outside', '3');
    end();
    table.files.write('/w/c', '4');
    expect([...new Set(heard)]).toEqual(['/w/a', '/w/sub', '/w/sub/b']);
  });
});
