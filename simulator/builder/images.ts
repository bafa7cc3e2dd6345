/** The builder's images on top of the daemon's image store and its access to registries. */
import type { Descriptor, ImageConfig, Manifest, Platform } from '../image/types.ts';
import { isIndexType, MEDIA, platformMatches } from '../image/types.ts';
import { digestOf, type Digest } from '../image/digest.ts';
import { knownLayer } from '../image/content.ts';
import { formatReference, parseReference, repositoryOf, withDefaultTag, type Reference } from '../image/reference.ts';
import { isAttestation, type ImageStore, type ResolvedImage as StoreImage } from '../image/store.ts';
import { parsePlatform } from '../dockerfile/platform.ts';
import type { Clock } from '../kernel/kernel.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { INLINE_KEY } from './cache/remote.ts';
import type {
  BuildImages,
  CacheBlob,
  ImageLayer,
  ImageConfiguration,
  NewImage,
  PullProgress,
  ResolvedImage,
  StoredImage,
  WrittenPart,
} from './request.ts';

/** What is needed of registries; calls reject with the text that follows Docker's own words. */
export interface ImageSource {
  resolve(reference: Reference): Promise<Descriptor>;
  manifest(reference: Reference, descriptor: Descriptor): Promise<Uint8Array>;
  blob(reference: Reference, descriptor: Descriptor, progress: (current: number) => void): Promise<void>;
}

/** How an image becomes an archive (`docker save`), which the engine knows. */
export type Archiver = (image: StoredImage, names: readonly string[], format: 'docker' | 'oci') => Promise<Uint8Array>;

const encoder = new TextEncoder();

const storePlatform = (text: string): Platform => {
  const { os, architecture, variant } = parsePlatform(text);
  return { os, architecture, ...(variant === '' ? {} : { variant }) };
};

export class StoreImages implements BuildImages {
  readonly #store: ImageStore;
  readonly #source: ImageSource | undefined;
  readonly #archive: Archiver;
  readonly #clock: Clock;
  /** Images met by builds, by digest and platform: their layers stay with the build cache. */
  readonly #met = new Map<string, { reference: Reference; manifest: Manifest; config: ImageConfig }>();
  readonly #layers = new Map<string, ImageLayer[]>();

  constructor(store: ImageStore, clock: Clock, source: ImageSource | undefined, archive: Archiver) {
    this.#store = store;
    this.#clock = clock;
    this.#source = source;
    this.#archive = archive;
  }

  async resolve(name: string, platform: string, options: { pull: boolean }): Promise<ResolvedImage> {
    const reference = parseReference(name);
    const wanted = storePlatform(platform);
    await this.#clock.sleep(3);
    const target = this.#local(reference, wanted, options.pull) ?? (await this.#fetch(reference, wanted));
    const image = this.#store.resolve(target, wanted);
    if (!image) {
      throw new Error(`no match for platform in manifest: not found`);
    }
    const key = `${target.digest} ${platform}`;
    this.#met.set(key, { reference, manifest: image.manifest, config: image.config });
    return { name, digest: target.digest, config: configuration(image.config) };
  }

  /** The image a name stands for, where it is here; takes no time. */
  local(name: string, platform: string): { digest: string; config: ImageConfiguration } | undefined {
    const wanted = storePlatform(platform);
    const target = this.#local(parseReference(name), wanted, false);
    const image = target && this.#store.resolve(target, wanted);
    return image && { digest: target.digest, config: configuration(image.config) };
  }

  /** The image as it is here, where its manifest and configuration are. */
  #local(reference: Reference, platform: Platform, pull: boolean): Descriptor | undefined {
    if (pull) return undefined;
    const record =
      reference.digest === undefined
        ? this.#store.get(formatReference(reference))
        : this.#store
            .named(reference.digest)
            .find((r) => r.name.startsWith(repositoryOf(reference)) || r.name.startsWith('moby-dangling@'));
    if (!record) return undefined;
    return this.#store.resolve(record.target, platform) ? record.target : undefined;
  }

  /** Gets index, manifest and configuration from the registry. */
  async #fetch(reference: Reference, platform: Platform): Promise<Descriptor> {
    const source = this.#source;
    const name = formatReference(reference);
    if (!source) throw new Error(`${name}: not found`);
    const { content } = this.#store;
    const target = await source.resolve(reference);
    const bring = async (descriptor: Descriptor): Promise<void> => {
      if (content.has(descriptor.digest)) return;
      content.put(await source.manifest(reference, descriptor), descriptor.digest);
    };
    await bring(target);
    let main = target;
    if (isIndexType(target.mediaType)) {
      const { manifests } = this.#store.index(target.digest);
      const found = manifests.find((m) => !isAttestation(m) && m.platform && platformMatches(platform, m.platform));
      if (!found) throw new Error(`${name}: no match for platform in manifest: not found`);
      main = found;
      await bring(main);
    }
    const { config } = this.#store.manifest(main.digest);
    if (!content.has(config.digest)) await source.blob(reference, config, () => undefined);
    return target;
  }

  async layers(image: ResolvedImage, progress: (p: PullProgress) => void): Promise<ImageLayer[]> {
    const chain = image.config.rootfs.diff_ids.join(' ');
    const known = this.#layers.get(chain);
    if (known) return known;
    const met = [...this.#met].find(([key]) => key.startsWith(`${image.digest} `))?.[1];
    if (!met) throw new Error(`${image.name}: not found`);
    const { content } = this.#store;
    const descriptors = met.manifest.layers;
    const missing = descriptors.filter((d) => !content.has(d.digest));
    await Promise.all(missing.map((d) => this.#download(met.reference, d, progress)));
    const layers: ImageLayer[] = [];
    for (const [i, descriptor] of descriptors.entries()) {
      const diffId = image.config.rootfs.diff_ids[i]!;
      if (missing.includes(descriptor)) {
        const id = `extracting ${descriptor.digest}`;
        progress({ id, current: 0, total: 0, done: false });
        await this.#clock.sleep(5 + descriptor.size / 100_000);
        progress({ id, current: 0, total: 0, done: true });
      }
      layers.push({
        layer: this.#store.readLayer(descriptor, diffId as Digest),
        diffId,
        digest: descriptor.digest,
        size: descriptor.size,
      });
    }
    this.#layers.set(chain, layers);
    return layers;
  }

  async #download(reference: Reference, descriptor: Descriptor, progress: (p: PullProgress) => void): Promise<void> {
    const { digest, size } = descriptor;
    if (!this.#source) throw new Error(`content digest ${digest}: not found`);
    progress({ id: digest, current: 0, total: size, done: false });
    await this.#source.blob(reference, descriptor, (current) =>
      progress({ id: digest, current, total: size, done: false }),
    );
    progress({ id: digest, current: size, total: size, done: true });
  }

  has(image: StoredImage): boolean {
    return this.#store.content.has(image.digest as Digest);
  }

  addLayer(layer: Layer): Promise<ImageLayer> {
    const { descriptor, diffId } = this.#store.addLayer(layer);
    return Promise.resolve({ layer, diffId, digest: descriptor.digest, size: descriptor.size });
  }

  keepLayer(layer: ImageLayer): Promise<ImageLayer> {
    const { content } = this.#store;
    if (content.has(layer.digest as Digest)) return Promise.resolve(layer);
    const known = knownLayer(layer.digest);
    if (known) {
      content.putKnown(known);
      return Promise.resolve(layer);
    }
    return this.addLayer(layer.layer);
  }

  async write(image: NewImage, written: (what: WrittenPart, digest: string) => Promise<void>): Promise<StoredImage> {
    const store = this.#store;
    // one that the base image brought is not handed on
    const config = store.addConfig({ ...image.config, [INLINE_KEY]: image.inlineCache } as unknown as ImageConfig);
    const layers = image.layers.map((l) => ({
      mediaType: MEDIA.layerGzip,
      digest: l.digest as Digest,
      size: l.size,
    }));
    const annotations = Object.keys(image.annotations).length > 0 ? { annotations: image.annotations } : {};
    const main = store.addManifest({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config,
      layers,
      ...annotations,
    });
    await written('manifest', main.digest);
    await written('config', config.digest);
    const parts = { manifest: main.digest, config: config.digest };
    if (image.provenance === 'none') return { ...parts, attestation: undefined, digest: main.digest };
    const attestation = this.#attest(image, main);
    await written('attestation manifest', attestation.digest);
    const { architecture, os, variant } = image.config;
    const index = store.addIndex({
      schemaVersion: 2,
      mediaType: MEDIA.index,
      manifests: [
        { ...main, platform: { architecture, os, ...(variant ? { variant } : {}) } },
        {
          ...attestation,
          annotations: {
            'vnd.docker.reference.digest': main.digest,
            'vnd.docker.reference.type': 'attestation-manifest',
          },
          platform: { architecture: 'unknown', os: 'unknown' },
        },
      ],
    });
    await written('manifest list', index.digest);
    return { ...parts, attestation: attestation.digest, digest: index.digest };
  }

  /** The manifest that holds the provenance of another one (in-toto statement). */
  #attest(image: NewImage, subject: Descriptor): Descriptor {
    const store = this.#store;
    const predicateType = 'https://slsa.dev/provenance/v1';
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType,
      subject: [{ name: '_', digest: { sha256: subject.digest.slice('sha256:'.length) } }],
      predicate: image.predicate,
    };
    const bytes = encoder.encode(JSON.stringify(statement, undefined, 2));
    const blob = store.addBlob(MEDIA.inToto, bytes);
    const config = store.addConfig({
      architecture: 'unknown',
      os: 'unknown',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(bytes)] },
    });
    return store.addManifest({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config,
      layers: [{ ...blob, annotations: { 'in-toto.io/predicate-type': predicateType } }],
    });
  }

  name(name: string, image: StoredImage): void {
    this.#store.set(name, this.#descriptor(image));
  }

  #descriptor(image: StoredImage): Descriptor {
    const digest = image.digest as Digest;
    const mediaType = image.attestation === undefined ? MEDIA.manifest : MEDIA.index;
    return { mediaType, digest, size: this.#store.content.info(digest)?.size ?? 0 };
  }

  unpack(image: StoredImage): void {
    const resolved: StoreImage | undefined = this.#store.images(this.#descriptor(image))[0];
    if (resolved) this.#store.unpack(resolved);
  }

  ownBlob(digest: string): Uint8Array | undefined {
    const { content } = this.#store;
    if (knownLayer(digest)) return undefined;
    return content.has(digest as Digest) ? content.read(digest as Digest) : undefined;
  }

  addBlob(mediaType: string, bytes: Uint8Array): CacheBlob {
    return this.#store.addBlob(mediaType, bytes);
  }

  async fetchManifest(name: string): Promise<Manifest> {
    if (!this.#source) throw new Error(`${name}: not found`);
    const reference = withDefaultTag(parseReference(name));
    const read = async (descriptor: Descriptor): Promise<Manifest> => {
      const { content } = this.#store;
      if (!content.has(descriptor.digest)) {
        content.put(await this.#source!.manifest(reference, descriptor), descriptor.digest);
      }
      if (!isIndexType(descriptor.mediaType)) return this.#store.manifest(descriptor.digest);
      const child = this.#store.index(descriptor.digest).manifests.find((m) => !isAttestation(m));
      if (!child) throw new Error(`${name}: no match for platform in manifest: not found`);
      return read(child);
    };
    return read(await this.#source.resolve(reference));
  }

  async fetchBlob(name: string, blob: CacheBlob): Promise<Uint8Array | undefined> {
    if (!this.#store.content.has(blob.digest)) {
      await this.#source?.blob(withDefaultTag(parseReference(name)), blob, () => undefined);
    }
    return this.ownBlob(blob.digest);
  }

  archive(image: StoredImage, names: readonly string[], format: 'docker' | 'oci'): Promise<Uint8Array> {
    return this.#archive(image, names, format);
  }
}

/** The store's configuration as the builder changes it. */
function configuration(config: ImageConfig): ImageConfiguration {
  return structuredClone({
    ...config,
    config: config.config ?? {},
    history: config.history ?? [],
  }) as unknown as ImageConfiguration;
}
