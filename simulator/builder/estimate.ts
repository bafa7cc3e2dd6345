/** How large the layers of a build will be, as far as that can be told without carrying anything out. */
import type { FileOp } from '../dockerfile/convert/graph.ts';
import { layerUsage } from '../kernel/fs/freeze.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { runFileOp } from './fileop.ts';

/** `about`: it rests on what the instruction left the last time. `least`: some of it is not known. */
export interface EstimatedSize {
  readonly bytes: number;
  readonly kind: 'exact' | 'about' | 'least';
}

/** What a result will look like. */
export interface EstimatedStack {
  /** Topmost first; without what commands that have to run will change. */
  readonly layers: readonly Layer[];
  /** Whether no such command is below. */
  readonly exact: boolean;
  readonly total: EstimatedSize;
}

const NOTHING: EstimatedStack = { layers: [], exact: true, total: { bytes: 0, kind: 'exact' } };
const usages = new WeakMap<Layer, number>();

/** Disk usage of a layer; counted once for each. */
function usage(layer: Layer): number {
  let bytes = usages.get(layer);
  if (bytes === undefined) usages.set(layer, (bytes = layerUsage(layer)));
  return bytes;
}

export const exactSize = (layer: Layer): EstimatedSize => ({ bytes: usage(layer), kind: 'exact' });

const RANK = { exact: 0, about: 1, least: 2 } as const;

/** Both together; as vague as the vaguer of them. */
export function addSizes(a: EstimatedSize, b: EstimatedSize | undefined): EstimatedSize {
  if (!b) return { bytes: a.bytes, kind: 'least' };
  return { bytes: a.bytes + b.bytes, kind: RANK[a.kind] > RANK[b.kind] ? a.kind : b.kind };
}

/** A stack whose layers are known, topmost first. */
export function knownStack(layers: readonly Layer[]): EstimatedStack {
  return { layers, exact: true, total: { bytes: layers.reduce((n, l) => n + usage(l), 0), kind: 'exact' } };
}
/** A stack of which nothing is known. */
export const UNKNOWN_STACK: EstimatedStack = { layers: [], exact: false, total: { bytes: 0, kind: 'least' } };

/** The stack with the results of `uppers` laid over it (COPY --link). */
export function mergedStack(inputs: readonly (EstimatedStack | undefined)[]): EstimatedStack {
  return inputs.reduce<EstimatedStack>(
    (below, upper) =>
      upper
        ? {
            layers: [...upper.layers, ...below.layers],
            exact: below.exact && upper.exact,
            total: addSizes(below.total, upper.total),
          }
        : below,
    NOTHING,
  );
}

/** The stack after a command that has to run: what it changes is not known, only how much it left the last time. */
export function afterCommand(below: EstimatedStack | undefined, size: EstimatedSize | undefined): EstimatedStack {
  const { layers, total } = below ?? NOTHING;
  return { layers, exact: false, total: addSizes(total, size) };
}

/**
 * The layer a file operation will make. Undefined where it takes files from a stage with a command that has to run, or
 * cannot be done.
 */
export function fileLayer(
  op: FileOp,
  inputs: readonly (EstimatedStack | undefined)[],
): { readonly size: EstimatedSize; readonly stack: EstimatedStack } | undefined {
  const sources = op.actions.flatMap((a) => (a.type === 'copy' ? [inputs[a.from]] : []));
  if (sources.some((s) => s && !s.exact)) return undefined;
  let layer: Layer;
  try {
    layer = runFileOp(
      op,
      inputs.map((stack) => [...(stack ?? NOTHING).layers]),
      0,
    );
  } catch (error) {
    if (error instanceof Error) return undefined; // the build itself will say what is wrong
    throw error;
  }
  const below = inputs[0] ?? NOTHING;
  const size: EstimatedSize = { bytes: usage(layer), kind: below.exact ? 'exact' : 'about' };
  const total = addSizes(below.total, size);
  return { size, stack: { layers: [layer, ...below.layers], exact: below.exact, total } };
}
