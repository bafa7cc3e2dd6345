import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isErrno } from '../errno.ts';
import * as calls from './calls.ts';
import { FileContent, PAGE, Runs, ZEROS, type Space } from './content.ts';
import { bytesData, textData } from './data.ts';
import { layerUsage } from './freeze.ts';
import type { Layer, LayerEntry } from './layer.ts';
import { MountTable, Vfs } from './namespace.ts';
import { open } from './open.ts';
import type { FsContext } from './vfs.ts';

const decoder = new TextDecoder();
let time: number;
let vfs: Vfs;
let table: MountTable;
let root: FsContext;

beforeEach(() => {
  time = 1_000_000;
  vfs = new Vfs({
    clock: () => time,
    memory: 2 ** 20,
    disk: 2 ** 30,
    diskUsed: 0,
    synthetic: () => undefined,
  });
  table = vfs.createNamespace(1);
  table.mount('/', { type: 'ext4', lower: [], source: '/dev/vda1' });
  root = table.context();
});

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

describe('the order of a directory', () => {
  it('is the disk’s hash order, whatever the order of creation, and newest first on a tmpfs', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 12 });
    fc.assert(
      fc.property(names, (list) => {
        const listing = (base: string, order: readonly string[]): string[] => {
          calls.mkdir(root, base);
          for (const name of order) calls.writeFile(root, `${base}/${name}`, '');
          const out = calls.readdir(root, base).map((entry) => entry.name);
          table.files.remove(base);
          return out;
        };
        const disk = listing('/d', list);
        expect(listing('/d', [...list].reverse())).toEqual(disk);
        expect([...disk].sort()).toEqual([...list].sort());
        const other = vfs.createNamespace(9);
        const inside = other.context();
        for (const name of list) calls.writeFile(inside, `/${name}`, '');
        expect(calls.readdir(inside, '/').map((entry) => entry.name)).toEqual([...list].reverse());
      }),
      { numRuns: 30 },
    );
  });
});
