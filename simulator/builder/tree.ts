/** File trees made of layers: reading what a stack shows, and collecting changes on top of it as a new layer. */
import type { Layer, LayerDir, LayerEntry, LayerMeta } from '../kernel/fs/layer.ts';
import { findLinkTarget, lowerLookup, lowerNames, lowerRoot, type LowerDir } from '../kernel/fs/lower.ts';

/** What can stand at a path: hard links are followed to their content. */
export type Found = Exclude<LayerEntry, { type: 'hardlink' | 'whiteout' }>;

export interface Place {
  readonly entry: Found;
  /** For directories: what is merged there, topmost first. */
  readonly dirs: readonly LowerDir[];
}

const MAX_LINKS = 255;

export const split = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** Anything that shows files under paths. */
export abstract class Tree {
  /** What is at the path; symlinks are not followed, neither on the way nor at its end. */
  abstract at(parts: readonly string[]): Found | undefined;
  /** Names in a directory, sorted by bytes. */
  abstract names(parts: readonly string[]): string[];

  /**
   * The path with symlinks replaced, kept below the root (fs.RootPath); what does not exist is taken as it is. `follow`
   * tells whether a link at the end counts too.
   */
  resolve(path: string, follow = true): string[] {
    let rest = split(path);
    let done: string[] = [];
    let links = 0;
    while (rest.length > 0) {
      const [part, ...after] = rest as [string, ...string[]];
      rest = after;
      if (part === '..') {
        done.pop();
        continue;
      }
      const here = [...done, part];
      const entry = rest.length > 0 || follow ? this.at(here) : undefined;
      if (entry?.type !== 'symlink') {
        done = here;
        continue;
      }
      if (++links > MAX_LINKS) throw new Error(`${path}: too many links`);
      if (entry.target.startsWith('/')) done = [];
      rest = [...split(entry.target), ...rest];
    }
    return done;
  }

  /** What is at a path, symlinks followed. */
  stat(path: string): Found | undefined {
    return this.at(this.resolve(path));
  }
}

/** What a stack of layers shows (topmost first). */
export class LayerTree extends Tree {
  readonly layers: readonly Layer[];
  readonly #root: readonly LowerDir[];
  readonly #dirs = new Map<string, readonly LowerDir[] | undefined>();

  constructor(layers: readonly Layer[]) {
    super();
    this.layers = layers;
    this.#root = lowerRoot(layers);
  }

  place(parts: readonly string[]): Place | undefined {
    const name = parts.at(-1);
    if (name === undefined) {
      const [top] = this.#root;
      return top && { entry: top.dir, dirs: this.#root };
    }
    const dirs = this.dirs(parts.slice(0, -1));
    const hit = dirs && lowerLookup(dirs, name);
    if (!hit) return undefined;
    const entry = hit.entry.type === 'hardlink' ? findLinkTarget(hit.layer, hit.entry.path) : hit.entry;
    if (!entry || entry.type === 'hardlink' || entry.type === 'whiteout') return undefined;
    return { entry, dirs: hit.dirs };
  }

  /** What is merged at a directory; undefined where none is. */
  dirs(parts: readonly string[]): readonly LowerDir[] | undefined {
    if (parts.length === 0) return this.#root;
    const key = parts.join('/');
    if (this.#dirs.has(key)) return this.#dirs.get(key);
    const place = this.place(parts);
    const dirs = place?.entry.type === 'dir' ? place.dirs : undefined;
    this.#dirs.set(key, dirs);
    return dirs;
  }

  at(parts: readonly string[]): Found | undefined {
    return this.place(parts)?.entry;
  }
  names(parts: readonly string[]): string[] {
    const dirs = this.dirs(parts);
    return dirs ? lowerNames(dirs).sort() : [];
  }
}

interface ChangedDir {
  meta: LayerMeta;
  opaque: boolean;
  readonly entries: Map<string, ChangedDir | Exclude<LayerEntry, { type: 'dir' }>>;
}
const isChangedDir = (entry: ChangedDir | LayerEntry | undefined): entry is ChangedDir =>
  entry !== undefined && 'meta' in entry;

const metaOf = ({ mode, uid, gid, mtime }: LayerMeta): LayerMeta => ({ mode, uid, gid, mtime });

/** A tree that can be changed; the changes become a layer. */
export class ChangedTree extends Tree {
  readonly #lower: LayerTree;
  readonly #root: ChangedDir;
  /** The time of directories that get new entries, in seconds. */
  readonly #now: number;

  constructor(lower: readonly Layer[], now: number) {
    super();
    this.#lower = new LayerTree(lower);
    this.#now = now;
    const root = this.#lower.place([])?.entry;
    this.#root = {
      meta: root?.type === 'dir' ? metaOf(root) : { mode: 0o755, uid: 0, gid: 0, mtime: now },
      opaque: false,
      entries: new Map(),
    };
  }

  /** The changed directory at a path; whether a directory on the way hides what is below it. */
  #find(parts: readonly string[]): {
    changed: ChangedDir | Exclude<LayerEntry, { type: 'dir' }> | undefined;
    hidden: boolean;
  } {
    let here: ChangedDir = this.#root;
    let hidden = false;
    for (const [i, part] of parts.entries()) {
      const next = here.entries.get(part);
      if (next === undefined) return { changed: undefined, hidden };
      if (!isChangedDir(next)) return { changed: i === parts.length - 1 ? next : { type: 'whiteout' }, hidden };
      hidden ||= next.opaque;
      here = next;
    }
    return { changed: here, hidden };
  }

  at(parts: readonly string[]): Found | undefined {
    const { changed, hidden } = this.#find(parts);
    if (changed === undefined) return hidden ? undefined : this.#lower.at(parts);
    if (isChangedDir(changed)) return { type: 'dir', opaque: changed.opaque, entries: new Map(), ...changed.meta };
    if (changed.type === 'whiteout') return undefined;
    return changed.type === 'hardlink' ? this.at(split(changed.path)) : changed;
  }

  names(parts: readonly string[]): string[] {
    const { changed, hidden } = this.#find(parts);
    const names = new Set(hidden ? [] : this.#lower.names(parts));
    if (isChangedDir(changed)) {
      for (const [name, entry] of changed.entries) {
        if (!isChangedDir(entry) && entry.type === 'whiteout') names.delete(name);
        else names.add(name);
      }
    }
    return [...names].sort();
  }

  /** The directory at a path, copied up; it must exist. */
  #up(parts: readonly string[]): ChangedDir {
    let here = this.#root;
    for (const [i, part] of parts.entries()) {
      const next = here.entries.get(part);
      if (isChangedDir(next)) {
        here = next;
        continue;
      }
      const lower = this.#lower.at(parts.slice(0, i + 1));
      if (next !== undefined || lower?.type !== 'dir') throw new Error(`${parts.join('/')}: not a directory`);
      const made: ChangedDir = { meta: metaOf(lower), opaque: false, entries: new Map() };
      here.entries.set(part, made);
      here = made;
    }
    return here;
  }

  #touch(dir: ChangedDir): void {
    dir.meta = { ...dir.meta, mtime: this.#now };
  }

  /** Puts a file, symlink, device or hard link at a path whose parent exists. */
  put(parts: readonly string[], entry: Exclude<LayerEntry, { type: 'dir' | 'whiteout' }>): void {
    const dir = this.#up(parts.slice(0, -1));
    dir.entries.set(parts.at(-1)!, entry);
    this.#touch(dir);
  }

  /** Makes a directory whose parent exists and that is not there yet. */
  mkdir(parts: readonly string[], meta: LayerMeta): void {
    const dir = this.#up(parts.slice(0, -1));
    const name = parts.at(-1)!;
    const opaque = dir.entries.has(name) && this.#lower.at(parts) !== undefined;
    dir.entries.set(name, { meta, opaque, entries: new Map() });
    this.#touch(dir);
  }

  /** Sets owner, mode and time of a directory. */
  setDir(parts: readonly string[], meta: LayerMeta): void {
    this.#up(parts).meta = meta;
  }

  remove(parts: readonly string[]): void {
    const dir = this.#up(parts.slice(0, -1));
    const name = parts.at(-1)!;
    const { hidden } = this.#find(parts.slice(0, -1));
    if (!hidden && this.#lower.at(parts) !== undefined) dir.entries.set(name, { type: 'whiteout' });
    else dir.entries.delete(name);
    this.#touch(dir);
  }

  /** The changes as a layer. */
  freeze(): Layer {
    const visit = (dir: ChangedDir): LayerDir => {
      const entries = new Map<string, LayerEntry>();
      for (const [name, entry] of dir.entries) entries.set(name, isChangedDir(entry) ? visit(entry) : entry);
      return { type: 'dir', opaque: dir.opaque, entries, ...dir.meta };
    };
    return { root: visit(this.#root) };
  }
}
