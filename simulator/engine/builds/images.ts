import { StoreImages } from '../../builder/images.ts';
import type { CacheBlob, ResolvedImage, StoredImage } from '../../builder/request.ts';
import type { Digest } from '../../image/digest.ts';
import { parseReference, withDefaultTag } from '../../image/reference.ts';
import { joinBytes } from '../../image/layer-tar.ts';
import { MEDIA, type Descriptor } from '../../image/types.ts';
import type { Engine } from '../engine.ts';
import { archiveOf } from '../images/archive.ts';
import { pushImage } from '../images/push.ts';
import type { RegistryAccess } from '../images/registry.ts';
import { isDangling } from '../images/service.ts';

/** What the builder writes goes through the daemon's names, so that images that lose theirs stay as dangling ones. */
export class BuildStore extends StoreImages {
  readonly #engine: Engine;
  readonly #ref: string;
  readonly #registry: RegistryAccess;
  constructor(engine: Engine, registry: RegistryAccess, ref: string) {
    super(engine.images.store, engine.kernel.clock, registry, (image, names) =>
      Promise.resolve(joinBytes(archiveOf(engine, target(engine, image), names))),
    );
    this.#engine = engine;
    this.#registry = registry;
    this.#ref = ref;
  }

  override async resolve(name: string, platform: string, options: { pull: boolean }): Promise<ResolvedImage> {
    const image = await super.resolve(name, platform, options);
    this.#engine.buildCache.bases.set(`${name} ${platform}`, { digest: image.digest, config: image.config });
    return image;
  }

  override name(name: string, image: StoredImage): void {
    const { images, kernel, instants } = this.#engine;
    const descriptor = target(this.#engine, image);
    if (isDangling(name)) images.keepDangling(descriptor);
    else images.tag(name, descriptor);
    const builds = images.builtAs.get(descriptor.digest) ?? [];
    if (!builds.some((one) => one.ref === this.#ref)) builds.push({ ref: this.#ref, at: instants.now() });
    images.builtAs.set(descriptor.digest, builds);
    kernel.log.emit('image.add', { id: descriptor.digest, name: isDangling(name) ? '' : name });
  }

  async pushManifest(name: string, manifest: CacheBlob, blobs: readonly CacheBlob[]): Promise<void> {
    const reference = withDefaultTag(parseReference(name));
    for (const blob of blobs) await this.#registry.pushBlob(reference, blob, {});
    await this.#registry.pushManifest(reference, manifest, reference.tag ?? 'latest');
  }

  async push(name: string): Promise<void> {
    await pushImage(this.#engine, this.#registry, parseReference(name), () => undefined);
  }
}

/** The descriptor of what the builder wrote: an index where there is an attestation, else the manifest. */
function target(engine: Engine, image: StoredImage): Descriptor {
  const digest = image.digest as Digest;
  const mediaType = image.attestation === undefined ? MEDIA.manifest : MEDIA.index;
  return { mediaType, digest, size: engine.images.store.content.info(digest)?.size ?? 0 };
}
