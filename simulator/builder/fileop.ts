/** Carries out file operations (WORKDIR, COPY, ADD, inline documents) on layers. */
import type { FileAction, FileOp } from '../dockerfile/convert/graph.ts';
import { applyChmod, type Chmod } from '../dockerfile/chmod.ts';
import { PatternMatcher } from '../dockerfile/ignore.ts';
import { basePath, cleanPath } from '../dockerfile/path.ts';
import { textData } from '../kernel/fs/data.ts';
import type { Layer, LayerMeta } from '../kernel/fs/layer.ts';
import { resolveOwner, type Owner } from './owner.ts';
import { resolveWildcards } from './match.ts';
import { ChangedTree, LayerTree, split, type Found, type Tree } from './tree.ts';
import { unpackArchive } from './unpack.ts';

type CopyAction = Extract<FileAction, { type: 'copy' }>;

const notFound = (path: string): Error => new Error(`lstat ${path}: no such file or directory`);

class FileOperation {
  readonly #target: ChangedTree;
  readonly #inputs: readonly (readonly Layer[])[];
  readonly #now: number;
  constructor(inputs: readonly (readonly Layer[])[], now: number) {
    this.#inputs = inputs;
    this.#now = now;
    this.#target = new ChangedTree(inputs[0]!, now);
  }

  run(actions: readonly FileAction[]): Layer {
    for (const action of actions) {
      if (action.type === 'mkdir') this.#mkdir(action);
      else if (action.type === 'mkfile') {
        const meta = { mode: action.mode, uid: 0, gid: 0, mtime: this.#now };
        this.#target.put(split(action.path), { type: 'file', data: textData(action.data), ...meta });
      } else this.#copy(action);
    }
    return this.#target.freeze();
  }

  #owner(owner: string): Owner | undefined {
    return owner === '' ? undefined : resolveOwner(new LayerTree(this.#inputs[0]!), owner);
  }

  #mkdir(action: Extract<FileAction, { type: 'mkdir' }>): void {
    const owner = this.#owner(action.owner);
    this.#makeDirs(this.#target.resolve(action.path), action.mode, owner);
  }

  /** Makes a directory and its missing parents. */
  #makeDirs(parts: readonly string[], mode: number, owner: Owner | undefined): void {
    for (let i = 1; i <= parts.length; i++) {
      const here = parts.slice(0, i);
      const entry = this.#target.at(here);
      if (entry?.type === 'dir') continue;
      if (entry) throw new Error(`mkdir /${here.join('/')}: not a directory`);
      this.#target.mkdir(here, { mode, uid: owner?.uid ?? 0, gid: owner?.gid ?? 0, mtime: this.#now });
    }
  }

  #copy(action: CopyAction): void {
    const source = new LayerTree(this.#inputs[action.from] ?? []);
    const path = cleanSource(action.source);
    const found = action.wildcard ? resolveWildcards(source, path) : [path];
    const owner = this.#owner(action.owner);
    for (const one of found) {
      if (action.unpack && this.#unpack(source, one, action, owner)) continue;
      this.#copyOne(source, one, action, owner);
    }
  }

  /** ADD of an archive: lays its content at the destination. */
  #unpack(source: LayerTree, path: string, action: CopyAction, owner: Owner | undefined): boolean {
    const entry = source.stat(path);
    if (entry?.type !== 'file') return false;
    const archive = unpackArchive(entry.data);
    if (!archive) return false;
    const destination = this.#target.resolve(action.destination);
    this.#makeDirs(destination, 0o755, owner);
    this.#copyDir(new LayerTree([archive]), [], destination, '', { ...action, mode: undefined }, owner, {});
    return true;
  }

  #copyOne(source: LayerTree, path: string, action: CopyAction, owner: Owner | undefined): void {
    const destination = cleanSource(action.destination);
    const dirMode = typeof action.mode === 'number' ? action.mode : 0o755;
    const slash = destination.lastIndexOf('/');
    // the destination is a folder when it ends in a slash (or is `.`); otherwise its parent must be there
    const last = destination.slice(slash + 1);
    const ensure = last === '' || last === '.' ? destination : destination.slice(0, slash + 1);
    this.#makeDirs(this.#target.resolve(ensure), dirMode, owner);

    const parts = source.resolve(path, action.followSymlinks);
    const entry = source.at(parts);
    if (!entry) throw notFound(path);
    let target = this.#target.resolve(destination);
    const existing = this.#target.at(target);
    const isDir = entry.type === 'dir';
    if ((!action.contentsOnly && isDir && existing) || (!isDir && existing?.type === 'dir')) {
      target = [...target, basePath(path)];
    }
    const parent = action.contentsOnly && isDir && !existing ? target : target.slice(0, -1);
    this.#makeDirs(parent, dirMode, owner);
    if (isDir) {
      const include = action.include.length > 0 ? new PatternMatcher(action.include) : undefined;
      const exclude = action.exclude.length > 0 ? new PatternMatcher(action.exclude) : undefined;
      this.#copyDir(source, parts, target, '', action, owner, { include, exclude });
    } else this.#copyLeaf(source, parts, entry, target, action.mode, owner);
  }

  #meta(entry: LayerMeta, isDir: boolean, mode: Chmod | undefined, owner: Owner | undefined): LayerMeta {
    return {
      mode: mode === undefined ? entry.mode : applyChmod(mode, entry.mode, isDir),
      uid: owner?.uid ?? entry.uid,
      gid: owner?.gid ?? entry.gid,
      mtime: entry.mtime,
    };
  }

  #copyLeaf(
    source: Tree,
    parts: readonly string[],
    entry: Exclude<Found, { type: 'dir' }>,
    target: readonly string[],
    mode: Chmod | undefined,
    owner: Owner | undefined,
  ): void {
    if (this.#target.at(target)?.type === 'dir') {
      throw new Error(`cannot replace to directory /${target.join('/')} with file`);
    }
    const meta = this.#meta(entry, false, entry.type === 'symlink' ? undefined : mode, owner);
    this.#target.put(target, { ...entry, ...meta });
  }

  /** Copies what is below a directory; `relative` is the path within the source, for patterns. */
  #copyDir(
    source: Tree,
    parts: readonly string[],
    target: readonly string[],
    relative: string,
    action: CopyAction,
    owner: Owner | undefined,
    filter: { include?: PatternMatcher | undefined; exclude?: PatternMatcher | undefined },
  ): void {
    // directories that no pattern took are made when something in them is
    const pending = new Map<string, () => void>();
    const walk = (from: readonly string[], to: readonly string[], rel: string): void => {
      for (const name of source.names(from)) {
        const here = [...from, name];
        const there = [...to, name];
        const entry = source.at(here);
        if (!entry) continue;
        const path = rel === '' ? name : `${rel}/${name}`;
        const excluded = filter.exclude?.matches(path) ?? false;
        const taken = !excluded && (filter.include?.matches(path) ?? true);
        if (entry.type !== 'dir') {
          if (!taken) continue;
          flush(path);
          this.#copyLeaf(source, here, entry, there, action.mode, owner);
          continue;
        }
        if (excluded && !filter.exclude!.hasExclusions) continue;
        const make = (): void => this.#putDir(entry, there, action.mode, owner);
        if (taken) {
          flush(path);
          make();
        } else pending.set(path, make);
        walk(here, there, path);
        if (taken) this.#restoreTime(entry, there);
        pending.delete(path);
      }
    };
    const flush = (path: string): void => {
      for (const [dir, make] of pending) {
        if (!path.startsWith(`${dir}/`)) continue;
        pending.delete(dir);
        make();
      }
    };
    const top = source.at(parts);
    const existing = this.#target.at(target);
    if (existing && existing.type !== 'dir') throw new Error(`cannot copy to non-directory: /${target.join('/')}`);
    if (top?.type === 'dir' && relative === '' && !existing) this.#putDir(top, target, action.mode, owner);
    walk(parts, target, relative);
  }

  #putDir(
    entry: Extract<Found, { type: 'dir' }>,
    target: readonly string[],
    mode: Chmod | undefined,
    owner: Owner | undefined,
  ): void {
    const existing = this.#target.at(target);
    if (existing && existing.type !== 'dir') {
      throw new Error(`cannot copy to non-directory: /${target.join('/')}`);
    }
    const meta = this.#meta(entry, true, mode, owner);
    if (existing) this.#target.setDir(target, meta);
    else {
      this.#makeDirs(target.slice(0, -1), 0o755, owner);
      this.#target.mkdir(target, meta);
    }
  }

  /** A copied directory keeps its source's time, whatever was put into it. */
  #restoreTime(entry: LayerMeta, target: readonly string[]): void {
    const now = this.#target.at(target);
    if (now?.type === 'dir') {
      const { mode, uid, gid } = now;
      this.#target.setDir(target, { mode, uid, gid, mtime: entry.mtime });
    }
  }
}

/** Cleaned and absolute, but with a final `/` or `/.` kept. */
function cleanSource(path: string): string {
  const clean = cleanPath(`/${path}`);
  if (clean === '/') return clean;
  if (path.endsWith('/.')) return `${clean}/.`;
  return path.endsWith('/') ? `${clean}/` : clean;
}

/**
 * The layer a file operation makes on top of its first input. `inputs` are stacks of layers, topmost first; `now` is in
 * seconds.
 */
export const runFileOp = (op: FileOp, inputs: readonly (readonly Layer[])[], now: number): Layer =>
  new FileOperation(inputs, now).run(op.actions);
