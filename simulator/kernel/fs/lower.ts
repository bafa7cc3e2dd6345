/** Looking things up in a stack of immutable layers, by the rules of overlayfs. */
import type { Layer, LayerDir, LayerEntry } from './layer.ts';

/** A directory of one layer, as part of a merged directory. */
export interface LowerDir {
  readonly dir: LayerDir;
  readonly layer: Layer;
}

/** What a stack of layers shows under a name: merged directories (topmost first), or one entry of another kind. */
export interface LowerHit {
  readonly entry: LayerEntry;
  readonly layer: Layer;
  readonly dirs: readonly LowerDir[];
}

/** The topmost entry wins; directories merge downwards until one is opaque or hidden. */
export function lowerLookup(dirs: readonly LowerDir[], name: string): LowerHit | undefined {
  for (let i = 0; i < dirs.length; i++) {
    const { dir, layer } = dirs[i]!;
    const entry = dir.entries.get(name);
    if (entry === undefined) continue;
    if (entry.type === 'whiteout') return undefined;
    if (entry.type !== 'dir') return { entry, layer, dirs: [] };
    const merged: LowerDir[] = [{ dir: entry, layer }];
    for (let j = i + 1; j < dirs.length && !merged[merged.length - 1]!.dir.opaque; j++) {
      const below = dirs[j]!.dir.entries.get(name);
      if (below === undefined) continue;
      if (below.type !== 'dir') break;
      merged.push({ dir: below, layer: dirs[j]!.layer });
    }
    return { entry, layer, dirs: merged };
  }
  return undefined;
}

/** The merged directories of a whole stack (topmost first) at its root. */
export function lowerRoot(layers: readonly Layer[]): LowerDir[] {
  const out: LowerDir[] = [];
  for (const layer of layers) {
    out.push({ dir: layer.root, layer });
    if (layer.root.opaque) break;
  }
  return out;
}

/** Names a merged directory shows, oldest layer first, in each layer's own order. */
export function lowerNames(dirs: readonly LowerDir[]): string[] {
  const seen = new Set<string>();
  for (let i = dirs.length - 1; i >= 0; i--) {
    for (const [name, entry] of dirs[i]!.dir.entries) {
      if (entry.type === 'whiteout') seen.delete(name);
      else seen.add(name);
    }
  }
  return [...seen];
}

/** The entry at an absolute or relative path of one layer, without following symlinks. */
export function findLinkTarget(layer: Layer, path: string): LayerEntry | undefined {
  let entry: LayerEntry = layer.root;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (entry.type !== 'dir') return undefined;
    const next: LayerEntry | undefined = entry.entries.get(part);
    if (next === undefined) return undefined;
    entry = next;
  }
  return entry;
}

const counts = new WeakMap<Layer, Map<LayerEntry, number>>();

/** How many names of `layer` lead to `entry` (its st_nlink). Counted once per layer. */
export function linkCount(layer: Layer, entry: LayerEntry): number {
  let map = counts.get(layer);
  if (map === undefined) {
    map = new Map();
    counts.set(layer, map);
    const visit = (dir: LayerDir): void => {
      for (const child of dir.entries.values()) {
        if (child.type === 'dir') visit(child);
        else if (child.type === 'hardlink') {
          const target = findLinkTarget(layer, child.path);
          if (target) map!.set(target, (map!.get(target) ?? 1) + 1);
        }
      }
    };
    visit(layer.root);
  }
  return map.get(entry) ?? 1;
}
