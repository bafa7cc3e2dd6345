/** The writable directory of an overlay: it survives its mounts, tells what changed, and freezes into a layer. */
import type { UpperDir } from '../kernel.ts';
import type { FsUsage } from './vfs.ts';
import type { Layer } from './layer.ts';
import { lowerLookup, lowerNames, lowerRoot, type LowerDir, type LowerHit } from './lower.ts';
import type { Space } from './content.ts';
import { applyLayer, freezeUpper, layerUsage } from './freeze.ts';
import { TreeDir, TreeFile, TreeLeaf, type TreeNode } from './node.ts';
import { TreeFs } from './tree.ts';

export type DiffKind = 'A' | 'C' | 'D';
export interface Change {
  readonly kind: DiffKind;
  readonly path: string;
}

const sameLayers = (a: readonly Layer[], b: readonly Layer[]): boolean =>
  a.length === b.length && a.every((layer, i) => layer === b[i]);

export class Upper implements UpperDir {
  #tree: TreeFs | undefined;
  readonly #clock: () => number;
  readonly #space: Space;
  readonly #usage: () => FsUsage;
  readonly #newDev: () => number;
  constructor(clock: () => number, space: Space, usage: () => FsUsage, newDev: () => number) {
    this.#clock = clock;
    this.#space = space;
    this.#usage = usage;
    this.#newDev = newDev;
  }

  /** The tree of `lower` with this directory on top; mounting it twice over the same layers gives the same tree. */
  tree(lower: readonly Layer[], label?: string): TreeFs {
    if (this.#tree && sameLayers(this.#tree.lower, lower)) {
      if (label !== undefined) this.#tree.options = [label];
      return this.#tree;
    }
    const old = this.#tree && freezeUpper(this.#tree.root);
    this.discard();
    const tree = new TreeFs({
      type: 'overlay',
      source: 'overlay',
      dev: this.#newDev(),
      options: label === undefined ? [] : [label],
      lower,
      clock: this.#clock,
      space: this.#space,
      usage: this.#usage,
    });
    // The upper directory is made now, whatever the layers' roots are.
    tree.root.upper = true;
    tree.root.atime = tree.root.mtime = tree.root.ctime = this.#clock();
    if (old) applyLayer(tree.root, old);
    this.#tree = tree;
    return tree;
  }

  changes(lower: readonly Layer[]): Change[] {
    if (!this.#tree) return [];
    const out: Change[] = [];
    compare(this.#tree.root, lowerRoot(lower), '', out);
    return out.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  freeze(exclude?: (path: string) => boolean): Layer {
    return this.#tree ? freezeUpper(this.#tree.root, exclude) : freezeUpper(this.tree([]).root, exclude);
  }

  size(): number {
    let bytes = 0;
    const seen = new Set<TreeNode>();
    const visit = (dir: TreeDir): void => {
      for (const node of dir.entries.values()) {
        if (!node.upper || seen.has(node)) continue;
        if (node instanceof TreeDir) visit(node);
        else if (node instanceof TreeFile) bytes += node.content.size;
        seen.add(node);
      }
    };
    if (this.#tree) visit(this.#tree.root);
    return bytes;
  }

  usage(): number {
    return this.#tree ? layerUsage(freezeUpper(this.#tree.root)) : 4096;
  }

  discard(): void {
    const visit = (dir: TreeDir): void => {
      for (const node of dir.entries.values()) {
        if (!node.upper) continue;
        if (node instanceof TreeDir) visit(node);
        else if (--node.links <= 0) node.dropped();
      }
      dir.entries.clear();
    };
    if (this.#tree) visit(this.#tree.root);
    this.#tree = undefined;
  }
}

/** Whether attributes differ in what a comparison of two trees by stat looks at. */
function differs(node: TreeNode, hit: LowerHit, root: readonly LowerDir[]): boolean {
  let { entry } = hit;
  for (let i = 0; entry.type === 'hardlink' && i < 8; i++) entry = resolveHardlink(entry.path, root) ?? entry;
  if (entry.type === 'whiteout' || entry.type === 'hardlink') return true;
  if (node.uid !== entry.uid || node.gid !== entry.gid) return true;
  if (node instanceof TreeDir) return entry.type !== 'dir' || node.mode !== entry.mode;
  if (Math.round(node.mtime) !== Math.round(entry.mtime * 1000)) return true;
  if (node instanceof TreeFile)
    return entry.type !== 'file' || node.mode !== entry.mode || node.content.size !== entry.data.size;
  if (node instanceof TreeLeaf && node.type === 'symlink')
    return entry.type !== 'symlink' || node.target !== entry.target;
  return (
    entry.type !== 'device' ||
    node.type !== entry.kind ||
    node.mode !== entry.mode ||
    !(node instanceof TreeLeaf) ||
    node.rdev[0] !== entry.rdev[0] ||
    node.rdev[1] !== entry.rdev[1]
  );
}

function resolveHardlink(path: string, root: readonly LowerDir[]): LowerHit['entry'] | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  let dirs = root;
  for (const [i, part] of parts.entries()) {
    const hit = lowerLookup(dirs, part);
    if (!hit) return undefined;
    if (i === parts.length - 1) return hit.entry;
    dirs = hit.dirs;
  }
  return undefined;
}

/**
 * Compares the upper directory with the layers as the engine's diff does: what is new is A (with all below it), what is
 * gone is D (only its top), and a directory is C when it differs itself or anything in it does.
 */
function compare(root: TreeDir, lowers: readonly LowerDir[], base: string, out: Change[]): boolean {
  const visit = (dir: TreeDir, lower: readonly LowerDir[], path: string): boolean => {
    let changed = false;
    for (const name of dir.hidden) {
      if (!dir.entries.has(name) && lowerLookup(lower, name)) {
        out.push({ kind: 'D', path: `${path}/${name}` });
        changed = true;
      }
    }
    for (const [name, node] of dir.entries) {
      if (!node.upper) continue;
      const child = `${path}/${name}`;
      const hit = lowerLookup(lower, name);
      if (!hit) {
        added(node, child);
        changed = true;
        continue;
      }
      let differ = differs(node, hit, lowers);
      if (node instanceof TreeDir) {
        if (visit(node, hit.dirs, child)) differ = true;
        // A replaced directory hides what it replaced.
        if (dir.hidden.has(name)) {
          for (const gone of lowerNames(hit.dirs)) {
            if (node.entries.has(gone)) continue;
            out.push({ kind: 'D', path: `${child}/${gone}` });
            differ = true;
          }
        }
      }
      if (differ) {
        out.push({ kind: 'C', path: child });
        changed = true;
      }
    }
    return changed;
  };
  const added = (node: TreeNode, path: string): void => {
    out.push({ kind: 'A', path });
    if (node instanceof TreeDir)
      for (const [name, child] of node.entries) if (child.upper) added(child, `${path}/${name}`);
  };
  return visit(root, lowers, base);
}
