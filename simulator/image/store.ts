/**
 * The image store as the engine has it since it uses containerd's: names point to descriptors of indexes or manifests in
 * the content store; layers are unpacked into snapshots. The id of an image is the digest of what its name points to.
 */
import type { Layer } from '../kernel/fs/layer.ts';
import { ContentStore, knownLayer, packLayer } from './content.ts';
import { chainIds, type Digest } from './digest.ts';
import { gunzip } from './gzip.ts';
import { configBytes, indexBytes, manifestBytes, parseJson } from './json.ts';
import { asUnpacked, layerFromTar } from './layer-tar.ts';
import { SnapshotStore, type Snapshot } from './snapshots.ts';
import {
  isIndexType,
  isManifestType,
  LINUX_AMD64,
  MEDIA,
  platformMatches,
  type Descriptor,
  type ImageConfig,
  type Index,
  type Manifest,
  type Platform,
} from './types.ts';

/** A name and what it points to. `name` is the whole normalised reference. */
export interface ImageRecord {
  readonly name: string;
  readonly target: Descriptor;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One manifest with what it refers to. */
export interface ResolvedImage {
  /** Of the manifest. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Bottom first, as in the config. */
  readonly diffIds: readonly Digest[];
  /** chainIDs of the stacks, bottom first; the last names the whole root. Empty for an image without layers. */
  readonly chainIds: readonly Digest[];
}

/** A manifest of an image as `docker images --tree` and inspect tell of it. */
export interface ManifestInfo {
  readonly descriptor: Descriptor;
  /** Whether its content is all here. */
  readonly available: boolean;
  readonly kind: 'image' | 'attestation' | 'unknown';
  readonly platform: Platform | undefined;
  /** For attestations: the manifest they are about. */
  readonly for: Digest | undefined;
  readonly contentSize: number;
  readonly unpackedSize: number;
}

/** A layer that is in the store: what the manifest and the config say of it. */
export interface StoredLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

export interface CollectedGarbage {
  readonly blobs: readonly Digest[];
  readonly snapshots: readonly Digest[];
  /** Bytes given back: blobs and unpacked files. */
  readonly bytes: number;
}

/** Names an untagged image is kept under, as the engine does. */
export const DANGLING_PREFIX = 'moby-dangling@';

export class ImageStore {
  readonly content = new ContentStore();
  readonly snapshots = new SnapshotStore();
  readonly #clock: () => number;
  readonly #names = new Map<string, ImageRecord>();
  readonly #parsed = new Map<Digest, unknown>();
  readonly #packed = new WeakMap<Layer, StoredLayer>();
  /** Blobs that were packed here → the layers they were packed from, so that unpacking them needs no bytes. */
  readonly #sources = new Map<Digest, { readonly diffId: Digest; readonly layer: Layer }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  // --- names

  /** All names, in the order they were first set. */
  list(): ImageRecord[] {
    return [...this.#names.values()];
  }
  get(name: string): ImageRecord | undefined {
    return this.#names.get(name);
  }
  /** Points `name` to `target`. A name that is there keeps its creation time. */
  set(name: string, target: Descriptor): ImageRecord {
    const now = this.#clock();
    const bare: Descriptor = { mediaType: target.mediaType, digest: target.digest, size: target.size };
    const record = { name, target: bare, createdAt: this.#names.get(name)?.createdAt ?? now, updatedAt: now };
    this.#names.set(name, record);
    return record;
  }
  /** Takes the name away; its content stays until `collect`. */
  delete(name: string): boolean {
    return this.#names.delete(name);
  }
  /** Names that point to `digest`. */
  named(digest: Digest): ImageRecord[] {
    return this.list().filter((record) => record.target.digest === digest);
  }

  // --- reading

  #read<T>(digest: Digest): T {
    const done = this.#parsed.get(digest);
    if (done !== undefined) return done as T;
    const value = parseJson<T>(this.content.read(digest));
    this.#parsed.set(digest, value);
    return value;
  }
  /** Throws `ContentNotFound`. */
  index(digest: Digest): Index {
    return this.#read<Index>(digest);
  }
  manifest(digest: Digest): Manifest {
    return this.#read<Manifest>(digest);
  }
  config(digest: Digest): ImageConfig {
    return this.#read<ImageConfig>(digest);
  }

  /** The image manifests below `target` whose content (manifest and config) is here, with their configs. */
  images(target: Descriptor): ResolvedImage[] {
    const out: ResolvedImage[] = [];
    const visit = (descriptor: Descriptor): void => {
      if (!this.content.has(descriptor.digest)) return;
      if (isIndexType(descriptor.mediaType)) {
        for (const child of this.index(descriptor.digest).manifests) visit(child);
      } else if (isManifestType(descriptor.mediaType) && !isAttestation(descriptor)) {
        const image = this.#resolve(descriptor);
        if (image) out.push(image);
      }
    };
    visit(target);
    return out;
  }
  #resolve(descriptor: Descriptor): ResolvedImage | undefined {
    const manifest = this.manifest(descriptor.digest);
    if (!this.content.has(manifest.config.digest)) return undefined;
    const config = this.config(manifest.config.digest);
    const diffIds = config.rootfs?.diff_ids ?? [];
    return {
      descriptor,
      manifest,
      config,
      platform: descriptor.platform ?? {
        architecture: config.architecture,
        os: config.os,
        ...(config.variant ? { variant: config.variant } : {}),
      },
      diffIds,
      chainIds: chainIds(diffIds),
    };
  }
  /** The image for `platform`; without one asked for, this machine's, or else the only one there is. */
  resolve(target: Descriptor, platform?: Platform): ResolvedImage | undefined {
    const images = this.images(target);
    const match = images.find((image) => platformMatches(platform ?? LINUX_AMD64, image.platform));
    return match ?? (platform === undefined ? images[0] : undefined);
  }

  /** All manifests of an image, also those that were not pulled. */
  manifests(target: Descriptor): ManifestInfo[] {
    const children = isIndexType(target.mediaType) ? this.index(target.digest).manifests : [target];
    return children.map((descriptor) => {
      const here = this.content.has(descriptor.digest);
      const about = descriptor.annotations?.['vnd.docker.reference.digest'] as Digest | undefined;
      const kind = isAttestation(descriptor)
        ? 'attestation'
        : isManifestType(descriptor.mediaType)
          ? 'image'
          : 'unknown';
      const image = here && kind === 'image' ? this.#resolve(descriptor) : undefined;
      const complete =
        here &&
        (kind === 'attestation' ||
          (image !== undefined && image.manifest.layers.every((layer) => this.content.has(layer.digest))));
      return {
        descriptor,
        available: complete,
        kind,
        platform: descriptor.platform ?? image?.platform,
        for: about,
        contentSize: here ? this.#sum(this.reachable([descriptor])) : 0,
        unpackedSize: image ? this.#unpacked(image.chainIds) : 0,
      };
    });
  }

  // --- sizes

  #sum(digests: Iterable<Digest>): number {
    let bytes = 0;
    for (const digest of digests) bytes += this.content.info(digest)?.size ?? 0;
    return bytes;
  }
  #unpacked(chain: readonly Digest[]): number {
    let bytes = 0;
    for (const id of chain) bytes += this.snapshots.get(id)?.usage ?? 0;
    return bytes;
  }
  /** Bytes of the blobs that belong to `target` and are here (`CONTENT SIZE`). */
  contentSize(target: Descriptor): number {
    return this.#sum(this.reachable([target]));
  }
  /** Bytes of the unpacked files of its images. */
  unpackedSize(target: Descriptor): number {
    return this.#unpacked([...new Set(this.images(target).flatMap((image) => image.chainIds))]);
  }
  /** `DISK USAGE`: blobs and unpacked files. */
  diskUsage(target: Descriptor): number {
    return this.contentSize(target) + this.unpackedSize(target);
  }
  /** Blobs reachable from descriptors, themselves included, as far as they are here; each once. */
  reachable(roots: Iterable<Descriptor>): Set<Digest> {
    const seen = new Set<Digest>();
    const visit = (descriptor: Descriptor): void => {
      if (seen.has(descriptor.digest) || !this.content.has(descriptor.digest)) return;
      seen.add(descriptor.digest);
      if (isIndexType(descriptor.mediaType)) this.index(descriptor.digest).manifests.forEach(visit);
      else if (isManifestType(descriptor.mediaType)) {
        const manifest = this.manifest(descriptor.digest);
        visit(manifest.config);
        manifest.layers.forEach(visit);
      }
    };
    for (const root of roots) visit(root);
    return seen;
  }

  // --- storing

  /** Packs a layer and stores its blob; packing the same layer again costs nothing. */
  addLayer(layer: Layer): StoredLayer {
    const done = this.#packed.get(layer);
    if (done && this.content.has(done.descriptor.digest)) return done;
    const packed = packLayer(layer);
    this.content.putPacked(packed);
    const stored: StoredLayer = {
      descriptor: { mediaType: MEDIA.layerGzip, digest: packed.digest, size: packed.bytes.length },
      diffId: packed.diffId,
    };
    this.#packed.set(layer, stored);
    this.#sources.set(packed.digest, { diffId: packed.diffId, layer });
    return stored;
  }
  #add(mediaType: string, bytes: Uint8Array): Descriptor {
    return { mediaType, digest: this.content.put(bytes), size: bytes.length };
  }
  addBlob(mediaType: string, bytes: Uint8Array): Descriptor {
    return this.#add(mediaType, bytes);
  }
  addConfig(config: ImageConfig, mediaType: string = MEDIA.config): Descriptor {
    return this.#add(mediaType, configBytes(config));
  }
  addManifest(manifest: Manifest): Descriptor {
    return this.#add(manifest.mediaType ?? MEDIA.manifest, manifestBytes(manifest));
  }
  addIndex(index: Index): Descriptor {
    return this.#add(index.mediaType ?? MEDIA.index, indexBytes(index));
  }

  // --- unpacking

  /**
   * Unpacks the layers of an image that are not unpacked yet; `onLayer` hears of each before it is done. Throws
   * `ContentNotFound`, or when a layer does not have the diffID that the config says.
   */
  unpack(image: ResolvedImage, onLayer?: (descriptor: Descriptor) => void): Snapshot | undefined {
    let parent: Digest | undefined;
    for (const [i, descriptor] of image.manifest.layers.entries()) {
      const diffId = image.diffIds[i];
      if (diffId === undefined) throw new Error('mismatched image rootfs and manifest layers');
      const have = this.snapshots.get(image.chainIds[i]!);
      if (!have) {
        onLayer?.(descriptor);
        this.unpackLayer(parent, descriptor, diffId);
      }
      parent = image.chainIds[i];
    }
    return parent === undefined ? undefined : this.snapshots.get(parent);
  }
  /** Unpacks one layer on top of the chain `parent`. */
  unpackLayer(parent: Digest | undefined, descriptor: Descriptor, diffId: Digest): Snapshot {
    return this.snapshots.commit(parent, diffId, this.readLayer(descriptor, diffId));
  }
  /** The files of a layer blob. */
  readLayer(descriptor: Descriptor, diffId: Digest): Layer {
    const known = knownLayer(descriptor.digest);
    if (known && known.diffId === diffId) return known.layer();
    const source = this.#sources.get(descriptor.digest);
    if (source?.diffId === diffId && this.content.has(descriptor.digest)) return asUnpacked(source.layer);
    return layerFromTar(gunzip(this.content.read(descriptor.digest)));
  }
  /** Whether all layers of the image are unpacked. */
  isUnpacked(image: ResolvedImage): boolean {
    return image.chainIds.every((id) => this.snapshots.get(id) !== undefined);
  }
  /** The layers to mount as the image's root, topmost first; unpacks what is missing. */
  rootLayers(image: ResolvedImage): Layer[] {
    this.unpack(image);
    return this.snapshots.layers(image.chainIds[image.chainIds.length - 1]);
  }

  // --- garbage

  /**
   * Deletes what no name leads to. `keep` holds further roots: descriptors (leases of containers and of the build
   * cache) and chains of snapshots.
   */
  collect(keep: { content?: Iterable<Descriptor>; snapshots?: Iterable<Digest> } = {}): CollectedGarbage {
    const roots = [...this.list().map((record) => record.target), ...(keep.content ?? [])];
    const live = this.reachable(roots);
    const chains = new Set<Digest>();
    const addChain = (id: Digest | undefined): void => {
      for (let at = id; at !== undefined && !chains.has(at); at = this.snapshots.get(at)?.parent) chains.add(at);
    };
    for (const root of roots)
      for (const image of this.images(root)) addChain(image.chainIds[image.chainIds.length - 1]);
    for (const id of keep.snapshots ?? []) addChain(id);
    const blobs: Digest[] = [];
    const snapshots: Digest[] = [];
    let bytes = 0;
    for (const blob of this.content.list()) {
      if (live.has(blob.digest)) continue;
      blobs.push(blob.digest);
      bytes += blob.size;
      this.content.delete(blob.digest);
      this.#parsed.delete(blob.digest);
      this.#sources.delete(blob.digest);
    }
    for (const snapshot of this.snapshots.list()) {
      if (chains.has(snapshot.chainId)) continue;
      snapshots.push(snapshot.chainId);
      bytes += snapshot.usage;
      this.snapshots.remove(snapshot.chainId);
    }
    return { blobs, snapshots, bytes };
  }
}

/** Whether a descriptor in an index is BuildKit's attestation about another manifest. */
export const isAttestation = (descriptor: Descriptor): boolean =>
  descriptor.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
