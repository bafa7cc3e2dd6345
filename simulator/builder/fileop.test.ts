import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileAction } from '../dockerfile/convert/graph.ts';
import { dataText, textData } from '../kernel/fs/data.ts';
import { EMPTY_LAYER, type Layer, type LayerDir, type LayerEntry } from '../kernel/fs/layer.ts';
import { selectPaths } from './context.ts';
import { selectFiles, wholeTree } from './contenthash.ts';
import { flatten } from './export.ts';
import { runFileOp } from './fileop.ts';
import { LayerTree } from './tree.ts';

type Files = { [name: string]: string | Files };

function dir(files: Files, mtime = 1): LayerDir {
  const entries = new Map<string, LayerEntry>();
  for (const [name, value] of Object.entries(files)) {
    if (typeof value === 'object') entries.set(name, dir(value, mtime));
    else if (value.startsWith('-> ')) {
      entries.set(name, { type: 'symlink', target: value.slice(3), mode: 0o777, uid: 0, gid: 0, mtime });
    } else entries.set(name, { type: 'file', data: textData(value), mode: 0o644, uid: 0, gid: 0, mtime });
  }
  return { ...EMPTY_LAYER.root, mtime, entries };
}
const layer = (files: Files, mtime = 1): Layer => ({ root: dir(files, mtime) });

/** Paths of all files with their content; folders that are empty end in a slash. */
function list(layers: readonly Layer[]): Record<string, string> {
  const out: Record<string, string> = {};
  const tree = new LayerTree(layers);
  const visit = (parts: readonly string[]): void => {
    const names = tree.names(parts);
    if (names.length === 0 && parts.length > 0) out[`${parts.join('/')}/`] = '';
    for (const name of names) {
      const here = [...parts, name];
      const entry = tree.at(here)!;
      if (entry.type === 'dir') visit(here);
      else
        out[here.join('/')] =
          entry.type === 'file' ? dataText(entry.data) : entry.type === 'symlink' ? `-> ${entry.target}` : '';
    }
  };
  visit([]);
  return out;
}

const copy = (
  source: string,
  destination: string,
  more: Partial<Extract<FileAction, { type: 'copy' }>> = {},
): FileAction => ({
  type: 'copy',
  from: 1,
  source,
  destination,
  owner: '',
  mode: undefined,
  followSymlinks: true,
  contentsOnly: true,
  include: [],
  exclude: [],
  required: [],
  unpack: false,
  wildcard: true,
  ...more,
});
const run = (base: Files, source: Files, ...actions: FileAction[]): Record<string, string> => {
  const lower = layer(base);
  return list([runFileOp({ type: 'file', actions }, [[lower], [layer(source)]], 5), lower]);
};

const SOURCE: Files = { 'a.txt': 'A', 'b.txt': 'B', d: { 'x.py': 'X', e: { 'y.py': 'Y' } }, link: '-> a.txt' };

test('a folder gives its contents; a file goes into a folder that is there or that a slash announces', () => {
  expect(run({}, SOURCE, copy('/d', '/o'))).toEqual({ 'o/x.py': 'X', 'o/e/y.py': 'Y' });
  expect(run({}, SOURCE, copy('/a.txt', '/o'))).toEqual({ o: 'A' });
  expect(run({}, SOURCE, copy('/a.txt', '/o/'))).toEqual({ 'o/a.txt': 'A' });
  expect(run({ o: { k: '1' } }, SOURCE, copy('/a.txt', '/o'))).toEqual({ 'o/a.txt': 'A', 'o/k': '1' });
  expect(run({}, SOURCE, copy('/link', '/o/'))).toEqual({ 'o/link': 'A' });
  expect(run({ l: '-> real', real: {} }, SOURCE, copy('/a.txt', '/l/'))).toEqual({ l: '-> real', 'real/a.txt': 'A' });
});

test('wildcards match within one element, and may match nothing', () => {
  expect(run({}, SOURCE, copy('/*.txt', '/o/'))).toEqual({ 'o/a.txt': 'A', 'o/b.txt': 'B' });
  expect(run({}, SOURCE, copy('/d/*', '/o/'))).toEqual({ 'o/x.py': 'X', 'o/y.py': 'Y' });
  expect(run({}, SOURCE, copy('/[b-c].txt', '/o/'))).toEqual({ 'o/b.txt': 'B' });
  expect(run({}, SOURCE, copy('/*.none', '/o/'))).toEqual({});
  expect(() => run({}, SOURCE, copy('/none/*', '/o/'))).toThrow('lstat /none: no such file or directory');
});

test('patterns take and leave out what is below the source', () => {
  expect(run({}, SOURCE, copy('/', '/o/', { include: ['d/e'] }))).toEqual({ 'o/d/e/y.py': 'Y' });
  expect(run({}, SOURCE, copy('/d', '/o', { exclude: ['**/*.py', '!x.py'] }))).toMatchObject({ 'o/x.py': 'X' });
  expect(run({}, SOURCE, copy('/', '/o', { exclude: ['d', '*.txt'] }))).toEqual({ 'o/link': '-> a.txt' });
});

test('owner and mode are set on what is copied and on the folders made for it', () => {
  const passwd = { etc: { passwd: 'root:x:0:0::/root:/bin/sh\napp:x:7:8::/:/bin/sh\n', group: 'web:x:9:\n' } };
  const lower = layer(passwd);
  const owned = (owner: string): unknown => {
    const made = runFileOp(
      { type: 'file', actions: [copy('/a.txt', '/p/q', { owner, mode: 0o640 })] },
      [[lower], [layer(SOURCE)]],
      5,
    );
    const tree = new LayerTree([made]);
    return [tree.at(['p']), tree.at(['p', 'q'])].map((e) => e && 'mode' in e && [e.mode, e.uid, e.gid]);
  };
  expect(owned('app')).toEqual([
    [0o640, 7, 8],
    [0o640, 7, 8],
  ]);
  expect(owned('app:web')).toEqual([
    [0o640, 7, 9],
    [0o640, 7, 9],
  ]);
  expect(owned('5')).toEqual([
    [0o640, 5, 5],
    [0o640, 5, 5],
  ]);
  expect(owned('nobody-knows')).toEqual([
    [0o640, 0, 0],
    [0o640, 0, 0],
  ]);
});

test('a file replaces a file, never a folder; a folder never a file', () => {
  expect(run({ 'a.txt': 'old' }, SOURCE, copy('/a.txt', '/'))).toEqual({ 'a.txt': 'A' });
  expect(() => run({ o: 'file' }, SOURCE, copy('/d', '/o'))).toThrow('cannot copy to non-directory: /o');
  expect(() => run({ o: { 'x.py': {} } }, SOURCE, copy('/d', '/o'))).toThrow(
    'cannot replace to directory /o/x.py with file',
  );
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const tree: fc.Arbitrary<Files> = fc.letrec<{ files: Files }>((tie) => ({
  files: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, fc.constantFrom('1', '2', '3'), tie('files')), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
})).files;

test('a copied tree is the tree; laid over another it wins where both are files, and the stack flattens to the same', () => {
  fc.assert(
    fc.property(tree, tree, (base, source) => {
      const lower = layer(base);
      const before = list([lower]);
      const added = list([layer(source)]);
      let made: Layer;
      try {
        made = runFileOp({ type: 'file', actions: [copy('/', '/')] }, [[lower], [layer(source)]], 5);
      } catch (error) {
        // only where a file meets a folder
        expect((error as Error).message).toMatch(/cannot copy to non-directory|cannot replace to directory/);
        return;
      }
      const after = list([made, lower]);
      const files = (of: Record<string, string>): [string, string][] =>
        Object.entries(of).filter(([p]) => !p.endsWith('/'));
      expect(new Map(files(after))).toEqual(new Map([...files(before), ...files(added)]));
      expect(list([flatten([made, lower])])).toEqual(after);
    }),
  );
});

test('the digest of files does not depend on their times or their order, but on all else', () => {
  const digest = (l: Layer): string => selectFiles(new LayerTree([l]), [wholeTree('/')]).digest;
  fc.assert(
    fc.property(tree, tree, fc.nat(9), (one, two, mtime) => {
      const reversed: Files = Object.fromEntries(Object.entries(one).reverse());
      expect(digest(layer(reversed, mtime))).toBe(digest(layer(one)));
      const same = JSON.stringify(list([layer(one)])) === JSON.stringify(list([layer(two)]));
      expect(digest(layer(one)) === digest(layer(two))).toBe(same);
    }),
  );
});

test('only named paths of the context are sent, with the folders above them and what links lead to', () => {
  const context = layer({ ...SOURCE, far: '-> d/e', z: 'Z' });
  const sent = (paths: string[]): string[] => Object.keys(list([selectPaths(context, paths)])).sort();
  expect(sent(['d/e'])).toEqual(['d/e/y.py']);
  expect(sent(['*.txt', 'link'])).toEqual(['a.txt', 'b.txt', 'link']);
  expect(sent(['far/y.py'])).toEqual(['d/e/y.py', 'far']);
  expect(sent(['nothing'])).toEqual([]);
});
