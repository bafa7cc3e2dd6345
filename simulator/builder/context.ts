/** The build context: what .dockerignore leaves of it, and which of that the build needs. */
import type { PatternMatcher } from '../dockerfile/ignore.ts';
import { hasWildcards } from '../dockerfile/path.ts';
import { matches } from './match.ts';
import { EMPTY_LAYER, type Layer, type LayerDir, type LayerEntry } from '../kernel/fs/layer.ts';
import { LayerTree, split } from './tree.ts';

/** A file is sent without owner: everything in a context belongs to root. */
const asRoot = (entry: LayerEntry): LayerEntry =>
  entry.type === 'hardlink' || entry.type === 'whiteout' || (entry.uid === 0 && entry.gid === 0)
    ? entry
    : { ...entry, uid: 0, gid: 0 };

/** The context without what is ignored; a folder that only holds what was brought back stays. */
export function applyIgnore(context: Layer, ignore: PatternMatcher | undefined): Layer {
  const visit = (dir: LayerDir, path: string): LayerDir => {
    const entries = new Map<string, LayerEntry>();
    for (const [name, entry] of dir.entries) {
      const here = path === '' ? name : `${path}/${name}`;
      const ignored = ignore?.matches(here) ?? false;
      if (entry.type !== 'dir') {
        if (!ignored) entries.set(name, asRoot(entry));
        continue;
      }
      if (ignored && !ignore!.mayReinclude(here)) continue;
      const below = visit(entry, here);
      if (!ignored || below.entries.size > 0) entries.set(name, below);
    }
    return { ...dir, uid: 0, gid: 0, entries };
  };
  return { root: visit(context.root, '') };
}

/**
 * Only the paths that some instruction names (they may hold wildcards), with the folders above them; symlinks among them
 * bring what they lead to.
 */
export function selectPaths(context: Layer, paths: readonly string[] | undefined): Layer {
  if (paths === undefined) return context;
  const tree = new LayerTree([context]);
  const wanted = new Set<string>();
  const add = (path: string): void => {
    let done: string[] = [];
    let rest = split(path);
    for (let links = 0; rest.length > 0 && links < 255;) {
      const [part, ...after] = rest as [string, ...string[]];
      rest = after;
      if (part === '..') {
        done.pop();
        continue;
      }
      if (hasWildcards(part)) {
        for (const name of tree.names(done)) {
          if (matches(part, name)) add(`/${[...done, name, ...rest].join('/')}`);
        }
        return;
      }
      const here = [...done, part];
      const entry = tree.at(here);
      if (!entry) return;
      if (entry.type === 'symlink') {
        wanted.add(here.join('/'));
        links++;
        rest = [...split(entry.target), ...rest];
        if (entry.target.startsWith('/')) done = [];
      } else done = here;
    }
    wanted.add(done.join('/'));
  };
  for (const path of paths) add(`/${path}`);
  if (wanted.has('')) return context;
  const visit = (dir: LayerDir, path: string): LayerDir => {
    const entries = new Map<string, LayerEntry>();
    for (const [name, entry] of dir.entries) {
      const here = path === '' ? name : `${path}/${name}`;
      if (wanted.has(here)) entries.set(name, entry);
      else if (entry.type === 'dir' && [...wanted].some((w) => w.startsWith(`${here}/`))) {
        entries.set(name, visit(entry, here));
      }
    }
    return { ...dir, entries };
  };
  return { root: visit(context.root, '') };
}

/** What the protocol needs for one file's name and attributes, in bytes (fsutil's stat packet, about). */
export const packetSize = (name: string): number => 27 + name.length;

/**
 * How many bytes are sent: each entry's attributes, and the data of files that the daemon does not have from the build
 * before.
 */
export function transferSize(context: Layer, before: Layer | undefined): number {
  let bytes = 2;
  const visit = (dir: LayerDir, old: LayerDir | undefined, path: string): void => {
    for (const [name, entry] of dir.entries) {
      const here = path === '' ? name : `${path}/${name}`;
      bytes += packetSize(here) - 5;
      const had = old?.entries.get(name);
      if (entry.type === 'dir') visit(entry, had?.type === 'dir' ? had : undefined, here);
      else if (entry.type === 'file') {
        const same =
          had?.type === 'file' &&
          had.mtime === entry.mtime &&
          had.data.size === entry.data.size &&
          had.mode === entry.mode;
        if (!same) bytes += entry.data.size + 5;
      }
    }
  };
  visit(context.root, before?.root, '');
  return bytes;
}

export { EMPTY_LAYER };
