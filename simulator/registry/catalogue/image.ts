/** The form in which the catalogue holds images: versions made of steps, of which some have a layer. */
import type { Layer } from '../../kernel/fs/layer.ts';
import type { RunConfig } from '../../image/types.ts';

/** A layer of the catalogue. Images that stand on the same base share it by its id. */
export interface CatalogueLayer {
  /** Names the layer's digests in `digests.generated.json`. */
  readonly id: string;
  readonly build: () => Layer;
}

/** One entry of an image's history; with `layer` where it made one. */
export interface CatalogueStep {
  readonly by: string;
  readonly comment?: string;
  /** RFC 3339; without it the version's time. */
  readonly created?: string;
  readonly layer?: CatalogueLayer;
}

export interface CatalogueVersion {
  readonly tags: readonly string[];
  readonly created: string;
  readonly config: RunConfig;
  /** Bottom first. */
  readonly steps: readonly CatalogueStep[];
}

export interface CatalogueImage {
  /** e.g. `library/nginx`. */
  readonly repository: string;
  readonly description: string;
  readonly stars: number;
  readonly versions: readonly CatalogueVersion[];
}

/** A layer that is built on first use, once. */
export function catalogueLayer(id: string, build: () => Layer): CatalogueLayer {
  let made: Layer | undefined;
  return { id, build: () => (made ??= build()) };
}

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Comment that BuildKit leaves on every step. */
export const BUILDKIT = 'buildkit.dockerfile.v0';

/** A step of BuildKit's that only changes the config. */
export const meta = (by: string): CatalogueStep => ({ by, comment: BUILDKIT });
/** A RUN step of BuildKit's. */
export const run = (command: string, layer: CatalogueLayer): CatalogueStep => ({
  by: `RUN /bin/sh -c ${command} # buildkit`,
  comment: BUILDKIT,
  layer,
});
/** A COPY step of BuildKit's. */
export const copy = (what: string, layer: CatalogueLayer): CatalogueStep => ({
  by: `COPY ${what} # buildkit`,
  comment: BUILDKIT,
  layer,
});

/** RFC 3339 time as seconds since the epoch. */
export const seconds = (time: string): number => Date.parse(time) / 1000;
