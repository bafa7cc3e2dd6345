/** Puts catalogue images into a store as a finished pull leaves them, without a network or a daemon. */
import { formatReference, parseReference, withDefaultTag } from '../image/reference.ts';
import type { ImageStore } from '../image/store.ts';
import type { Descriptor } from '../image/types.ts';
import { assemble } from './catalogue/assemble.ts';
import { CATALOGUE } from './catalogue/index.ts';

/** Preloads `names` (as `docker pull` takes them). Throws for what the catalogue does not hold. */
export async function preload(store: ImageStore, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const reference = withDefaultTag(parseReference(name));
    const image = await CATALOGUE[reference.path]?.();
    const version = image?.versions.find((v) => v.tags.includes(reference.tag ?? 'latest'));
    if (!version) throw new Error(`the catalogue has no image ${name}`);
    const { manifest, config, layers } = assemble(version);
    store.content.put(manifest.bytes, manifest.digest);
    store.content.put(config.bytes, config.digest);
    for (const layer of layers) store.content.putKnown(layer);
    const target: Descriptor = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length };
    const resolved = store.resolve(target);
    if (resolved) store.unpack(resolved);
    store.set(formatReference(reference), target);
  }
}
