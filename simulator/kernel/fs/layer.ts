import type { FileData } from './data.ts';

/** Owner, permission bits and time of an entry of a layer. `mtime` is in seconds since the epoch. */
export interface LayerMeta {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
}

/**
 * One entry of an immutable layer. A `whiteout` hides what lower layers hold under the name; an `opaque` directory hides
 * all that lower layers hold below it (OCI image-spec, layer.md).
 */
export type LayerEntry =
  | ({ readonly type: 'file'; readonly data: FileData } & LayerMeta)
  | LayerDir
  | ({ readonly type: 'symlink'; readonly target: string } & LayerMeta)
  | ({
      readonly type: 'device';
      readonly kind: 'char' | 'block' | 'fifo';
      readonly rdev: readonly [number, number];
    } & LayerMeta)
  | { readonly type: 'hardlink'; readonly path: string }
  | { readonly type: 'whiteout' };

export type LayerDir = {
  readonly type: 'dir';
  readonly opaque: boolean;
  readonly entries: ReadonlyMap<string, LayerEntry>;
} & LayerMeta;

/** An immutable tree of files: what one image layer, or the frozen upper directory of a container, holds. */
export interface Layer {
  readonly root: LayerDir;
}

/** The layer that holds nothing. */
export const EMPTY_LAYER: Layer = {
  root: { type: 'dir', opaque: false, entries: new Map(), mode: 0o755, uid: 0, gid: 0, mtime: 0 },
};
