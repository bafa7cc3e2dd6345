/** The content store: blobs by digest, with labels, as containerd keeps them. Big blobs can be known but not yet produced. */
import type { Layer } from '../kernel/fs/layer.ts';
import { digestOf, Digester, type Digest } from './digest.ts';
import { gzip } from './gzip.ts';
import { layerTar } from './layer-tar.ts';

export interface BlobInfo {
  readonly digest: Digest;
  readonly size: number;
  /** e.g. `containerd.io/distribution.source.docker.io` → `library/nginx`. */
  readonly labels: Map<string, string>;
}

/** A layer whose digests are known without its bytes, which are produced when something reads them. */
export interface KnownLayer {
  /** Digest and size of the compressed tar. */
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  /** The files. */
  readonly layer: () => Layer;
}

// Content-addressed constants: what a digest stands for is the same in every machine.
const known = new Map<Digest, KnownLayer>();
/** Makes a layer known by its digest to whoever gets to hold the blob. */
export function knowLayer(layer: KnownLayer): void {
  known.set(layer.digest, layer);
}
/** The known layer with this compressed digest. */
export const knownLayer = (digest: string): KnownLayer | undefined => known.get(digest as Digest);

export interface PackedLayer {
  readonly bytes: Uint8Array;
  /** Of the compressed bytes, and of the tar. */
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly tarSize: number;
}

/** The compressed bytes of a layer, and what they are called. */
export function packLayer(layer: Layer): PackedLayer {
  const tar = new Digester();
  const bytes = gzip(layerTar(layer), (piece) => tar.update(piece));
  return { bytes, digest: digestOf(bytes), diffId: tar.digest(), tarSize: tar.size };
}

interface Blob extends BlobInfo {
  bytes: Uint8Array | undefined;
}

export class ContentNotFound extends Error {
  constructor(digest: string) {
    super(`content digest ${digest}: not found`);
  }
}

export class ContentStore {
  readonly #blobs = new Map<Digest, Blob>();

  has(digest: Digest): boolean {
    return this.#blobs.has(digest);
  }
  info(digest: Digest): BlobInfo | undefined {
    return this.#blobs.get(digest);
  }
  /** The bytes. Throws `ContentNotFound`. */
  read(digest: Digest): Uint8Array {
    const blob = this.#blobs.get(digest);
    if (!blob) throw new ContentNotFound(digest);
    if (blob.bytes) return blob.bytes;
    const layer = known.get(digest);
    if (!layer) throw new ContentNotFound(digest);
    // Not kept: it can be produced again.
    return packLayer(layer.layer()).bytes;
  }
  /** Whether the bytes would have to be produced. */
  isLazy(digest: Digest): boolean {
    const blob = this.#blobs.get(digest);
    return blob !== undefined && blob.bytes === undefined;
  }
  /** Stores bytes. With `expected`, throws when they do not match. */
  put(bytes: Uint8Array, expected?: Digest): Digest {
    const digest = digestOf(bytes);
    if (expected !== undefined && digest !== expected)
      throw new Error(`unexpected commit digest ${digest}, expected ${expected}: failed precondition`);
    this.#add(digest, bytes);
    return digest;
  }
  /** Stores a layer that was packed: its digest has been computed. */
  putPacked({ digest, bytes }: Pick<PackedLayer, 'digest' | 'bytes'>): void {
    this.#add(digest, bytes);
  }
  #add(digest: Digest, bytes: Uint8Array): void {
    if (!this.#blobs.has(digest)) this.#blobs.set(digest, { digest, size: bytes.length, labels: new Map(), bytes });
  }
  /** Stores a known layer without its bytes. */
  putKnown(layer: KnownLayer): void {
    known.set(layer.digest, layer);
    if (!this.#blobs.has(layer.digest))
      this.#blobs.set(layer.digest, { digest: layer.digest, size: layer.size, labels: new Map(), bytes: undefined });
  }
  delete(digest: Digest): boolean {
    return this.#blobs.delete(digest);
  }
  /** All blobs, oldest first. */
  list(): BlobInfo[] {
    return [...this.#blobs.values()];
  }
}
