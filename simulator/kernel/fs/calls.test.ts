import { beforeEach, describe, expect, it } from 'vitest';
import { isErrno } from '../errno.ts';
import type { Credentials } from '../kernel.ts';
import * as calls from './calls.ts';
import { PAGE } from './content.ts';
import { MountTable, Vfs } from './namespace.ts';
import { open, openExecutable } from './open.ts';
import type { FsContext, SyntheticDir } from './vfs.ts';

const decoder = new TextDecoder();
let time: number;
let inhabited: MountTable[];
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
  inhabited = [];
  written = [];
  vfs = new Vfs({
    clock: () => time,
    memory: 2 ** 20,
    disk: 2 ** 30,
    diskUsed: 0,
    inhabited: () => inhabited,
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

  it('keep a file whose name goes to another, as long as somebody sees it', () => {
    const other = vfs.createNamespace(2);
    calls.writeFile(root, '/notice', 'Monday');
    other.ensurePath('/notice', 'file');
    other.mount('/notice', { type: 'bind', from: table, path: '/notice' });
    inhabited = [table, other];
    calls.writeFile(root, '/new', 'Tuesday');
    calls.rename(root, '/new', '/notice');
    expect([read(root, '/notice'), read(other.context(), '/notice')]).toEqual(['Tuesday', 'Monday']);
    expect(calls.stat(other.context(), '/notice').nlink).toBe(0);
    calls.writeFile(root, '/free', 'x');
    other.ensurePath('/free', 'file');
    other.mount('/free', { type: 'bind', from: table, path: '/free' });
    inhabited = [table];
    const used = vfs.diskUsage().used;
    calls.unlink(root, '/free');
    expect(vfs.diskUsage().used).toBe(used - 4096);
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
