/** From the catalogue's own form to what a registry serves: configs, manifests, and layers known by digest. */
import { knowLayer, type KnownLayer } from '../../image/content.ts';
import { digestOf, type Digest } from '../../image/digest.ts';
import { configBytes, jsonBytes } from '../../image/json.ts';
import { MEDIA, type ImageConfig } from '../../image/types.ts';
import recorded from './digests.generated.json' with { type: 'json' };
import type { CatalogueImage, CatalogueLayer, CatalogueVersion } from './image.ts';

/** id → diffID, compressed digest, compressed size, fingerprint of the tree. */
export type RecordedDigests = Readonly<Record<string, readonly [string, string, number, string]>>;

export interface AssembledVersion {
  readonly tags: readonly string[];
  readonly manifest: { readonly bytes: Uint8Array; readonly digest: Digest; readonly mediaType: string };
  readonly config: { readonly bytes: Uint8Array; readonly digest: Digest };
  readonly layers: readonly KnownLayer[];
}

const digests = recorded as unknown as RecordedDigests;

function known(layer: CatalogueLayer): KnownLayer {
  const record = digests[layer.id];
  if (!record) throw new Error(`the catalogue has no digests of layer ${layer.id}: run bin/catalogue.mjs`);
  const result: KnownLayer = {
    diffId: `sha256:${record[0]}` as Digest,
    digest: `sha256:${record[1]}` as Digest,
    size: record[2],
    layer: layer.build,
  };
  knowLayer(result);
  return result;
}

/** Manifest and config of one version. The manifest is Docker's schema 2, as the stand-ins of the recordings have it. */
export function assemble(version: CatalogueVersion): AssembledVersion {
  const layers = version.steps.flatMap((step) => (step.layer ? [known(step.layer)] : []));
  const image: ImageConfig = {
    architecture: 'amd64',
    os: 'linux',
    created: version.created,
    config: version.config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: version.steps.map((step) => ({
      created: step.created ?? version.created,
      created_by: step.by,
      ...(step.comment === undefined ? {} : { comment: step.comment }),
      ...(step.layer ? {} : { empty_layer: true }),
    })),
  };
  const config = configBytes(image);
  const configDigest = digestOf(config);
  const manifest = jsonBytes(
    {
      schemaVersion: 2,
      mediaType: MEDIA.dockerManifest,
      config: { mediaType: MEDIA.dockerConfig, size: config.length, digest: configDigest },
      layers: layers.map((layer) => ({ mediaType: MEDIA.dockerLayer, size: layer.size, digest: layer.digest })),
    },
    '   ',
  );
  return {
    tags: version.tags,
    manifest: { bytes: manifest, digest: digestOf(manifest), mediaType: MEDIA.dockerManifest },
    config: { bytes: config, digest: configDigest },
    layers,
  };
}

/** All layers of an image, each once. */
export function layersOf(image: CatalogueImage): Map<string, CatalogueLayer> {
  const out = new Map<string, CatalogueLayer>();
  for (const version of image.versions) {
    for (const { layer } of version.steps) if (layer) out.set(layer.id, layer);
  }
  return out;
}
