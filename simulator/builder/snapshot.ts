/** Results of steps: stacks of layers, each knowing the one below. */
import type { Layer } from '../kernel/fs/layer.ts';
import type { ImageLayer } from './request.ts';
import { LayerTree } from './tree.ts';

export interface Snapshot {
  readonly parent: Snapshot | undefined;
  readonly layer: Layer;
  /** When it was made, virtual ms. */
  readonly createdAt: number;
  /** Set for the layers of a base image. */
  readonly image: ImageLayer | undefined;
}

const trees = new WeakMap<Snapshot, LayerTree>();

/** The layers of a stack, topmost first; an empty root has none. */
export function layersOf(snapshot: Snapshot | undefined): Layer[] {
  const layers: Layer[] = [];
  for (let s = snapshot; s; s = s.parent) layers.push(s.layer);
  return layers;
}

/** The stack, bottom first. */
export function chainOf(snapshot: Snapshot | undefined): Snapshot[] {
  const chain: Snapshot[] = [];
  for (let s = snapshot; s; s = s.parent) chain.push(s);
  return chain.reverse();
}

/** What the stack shows. */
export function treeOf(snapshot: Snapshot | undefined): LayerTree {
  if (!snapshot) return new LayerTree([]);
  let tree = trees.get(snapshot);
  if (!tree) {
    tree = new LayerTree(layersOf(snapshot));
    trees.set(snapshot, tree);
  }
  return tree;
}

/** The stack with the layers of `upper` laid over it. */
export function stackOn(lower: Snapshot | undefined, upper: Snapshot | undefined): Snapshot | undefined {
  let result = lower;
  for (const { layer, createdAt, image } of chainOf(upper)) result = { parent: result, layer, createdAt, image };
  return result;
}
