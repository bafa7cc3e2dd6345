/**
 * What a build is asked for and what it needs from its surroundings: the seam between the engine's `POST /build` and the
 * builder.
 */
import type { BuildResult, BuildTrace } from '../api/build.ts';
import type { Kernel, NetNamespace } from '../kernel/kernel.ts';
import type { ImageConfiguration } from '../dockerfile/config.ts';
import type { Descriptor, Manifest } from '../image/types.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import type { CacheStore } from './cache/store.ts';
import type { BuildRecords } from './records.ts';

/** One `--output`. `image` stores and tags the result; the others hand files back to the client. */
export interface BuildOutput {
  readonly type: 'image' | 'docker' | 'oci' | 'local' | 'tar' | 'cacheonly';
  /** Comma separated `name=` of `type=image,name=…`, added to the tags. */
  readonly name?: string;
  readonly push?: boolean;
}

/** One `--cache-from`: a folder of the client's (an OCI layout), or a name at a registry. */
export type CacheSource =
  | { readonly type: 'local'; readonly name: string; readonly folder: Layer }
  | { readonly type: 'registry'; readonly ref: string };
/** One `--cache-to`. */
export interface CacheTarget {
  readonly type: 'local' | 'registry' | 'inline';
  readonly ref: string;
  /** `min`: only the layers of the image; `max`: those of all steps. */
  readonly mode: 'min' | 'max';
}

/** `--call`: build, or only look at the Dockerfile. */
export type BuildCall = 'build' | 'check' | 'outline' | 'targets';

export interface BuildRequest {
  /** The build context as it was sent (not yet filtered by .dockerignore); undefined: the client sent none. */
  readonly context: Layer | undefined;
  readonly dockerfile: {
    /** As the user named it: what messages show, e.g. `Dockerfile` or `docker/app.Dockerfile`. */
    readonly name: string;
    /** The text where the client sent it apart (`-f -`, a file outside the context); otherwise read at `name` in the context. */
    readonly text?: string;
    /** The client looked for the file and it is not there. */
    readonly missing?: boolean;
  };
  /** Text of `<Dockerfile>.dockerignore` or `.dockerignore` where the client sent it apart; otherwise read from the context. */
  readonly dockerignore?: string;
  /** As given to `-t`, already checked by the client; `:latest` is added where missing. */
  readonly tags: readonly string[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `''`: the last stage. */
  readonly target: string;
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  readonly pull: boolean;
  /** `''`: the machine's own. */
  readonly platform: string;
  readonly networkMode: 'default' | 'none' | 'host';
  /** `name:address` of `--add-host`. */
  readonly extraHosts: readonly string[];
  /** Secret id → content. */
  readonly secrets: Readonly<Record<string, Uint8Array>>;
  /** Ids of `--ssh` sockets. */
  readonly ssh: readonly string[];
  readonly shmSize: number;
  readonly outputs: readonly BuildOutput[];
  readonly cacheFrom: readonly CacheSource[];
  readonly cacheTo: readonly CacheTarget[];
  readonly provenance: 'min' | 'max' | 'none';
  readonly annotations: Readonly<Record<string, string>>;
  readonly call: BuildCall;
  /** `--build-context name=…`: a folder, or the name of an image. */
  readonly namedContexts: Readonly<Record<string, Layer | string>>;
  /** `--allow`: entitlements, e.g. `security.insecure`, `network.host`. */
  readonly allow: readonly string[];
  /** `buildx history` names a build by it. */
  readonly ref: string;
}

/** A request with everything at its default, for callers to spread over. */
export const DEFAULT_REQUEST: BuildRequest = {
  context: undefined,
  dockerfile: { name: 'Dockerfile' },
  tags: [],
  buildArgs: {},
  labels: {},
  target: '',
  noCache: false,
  noCacheFilter: [],
  pull: false,
  platform: '',
  networkMode: 'default',
  extraHosts: [],
  secrets: {},
  ssh: [],
  shmSize: 0,
  outputs: [],
  cacheFrom: [],
  cacheTo: [],
  provenance: 'min',
  annotations: {},
  call: 'build',
  namedContexts: {},
  allow: [],
  ref: '',
};

export type { ContainerConfig, HealthConfig, HistoryEntry, ImageConfiguration } from '../dockerfile/config.ts';

/** One layer of an image as the builder needs it. */
export interface ImageLayer {
  readonly layer: Layer;
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
  /** Digest and size of the compressed blob in the content store. */
  readonly digest: string;
  readonly size: number;
}

/** An image that a name was resolved to; its layers may still have to be downloaded. */
export interface ResolvedImage {
  /** Full name with tag, e.g. `docker.io/library/alpine:latest`. */
  readonly name: string;
  /** Digest of the index or manifest the tag points to. */
  readonly digest: string;
  readonly config: ImageConfiguration;
}

/** One blob being downloaded, as the progress of a pull shows it. */
export interface PullProgress {
  /** `sha256:…`, or `extracting sha256:…`. */
  readonly id: string;
  readonly current: number;
  readonly total: number;
  readonly done: boolean;
}

/** An image to write: the builder's result. Blobs that are already in the store are not given again. */
export interface NewImage {
  readonly config: ImageConfiguration;
  readonly layers: readonly ImageLayer[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly provenance: BuildRequest['provenance'];
  /** JSON of the in-toto statement's predicate. */
  readonly predicate: unknown;
  /** The cache that the configuration carries (`--cache-to type=inline`), base64. */
  readonly inlineCache?: string;
}
/** What is written of an image, in the words of the progress. */
export type WrittenPart = 'manifest' | 'config' | 'attestation manifest' | 'manifest list';

export interface StoredImage {
  readonly manifest: string;
  readonly config: string;
  readonly attestation: string | undefined;
  /** Digest of the index (or of the manifest where there is no attestation): the image's id. */
  readonly digest: string;
}

/** The image store as the builder uses it; `simulator/builder/images.ts` puts it on top of simulator/image. */
export interface BuildImages {
  /**
   * Resolves a name to an image of the platform: locally, or at the registry when `pull` is asked or nothing is there.
   * Rejects with the text after the name (`docker.io/library/nope:latest: not found`).
   */
  resolve(name: string, platform: string, options: { pull: boolean }): Promise<ResolvedImage>;
  /** The layers, bottom first; downloads what is missing. */
  layers(image: ResolvedImage, progress: (p: PullProgress) => void): Promise<ImageLayer[]>;
  /** Whether what was written is still there. */
  has(image: StoredImage): boolean;
  /** Compresses a new layer into the content store. */
  addLayer(layer: Layer): Promise<ImageLayer>;
  /** Makes sure that a layer's blob is (still) in the content store. */
  keepLayer(layer: ImageLayer): Promise<ImageLayer>;
  /** Writes configuration, manifest, attestation and index; `written` hears of each as it is done. */
  write(image: NewImage, written: (what: WrittenPart, digest: string) => Promise<void>): Promise<StoredImage>;
  /** Sets a name (or `moby-dangling@digest`) to what was written. */
  name(name: string, image: StoredImage): void;
  /** Unpacks the layers, so that containers can start from it. */
  unpack(image: StoredImage): void;
  /** A blob of the content store that is none of the catalogue's layers. */
  ownBlob(digest: string): Uint8Array | undefined;
  /** Adds a blob to the content store. */
  addBlob(mediaType: string, bytes: Uint8Array): CacheBlob;
  /** A manifest at a registry: of a cache, or of an image that carries one. */
  fetchManifest(name: string): Promise<Manifest>;
  /** A blob of a name at a registry; undefined where it is not. */
  fetchBlob(name: string, blob: CacheBlob): Promise<Uint8Array | undefined>;
  /** Sends a manifest and its blobs to a registry under a name. */
  pushManifest?(name: string, manifest: CacheBlob, blobs: readonly CacheBlob[]): Promise<void>;
  /** Sends what a name leads to to its registry (`--push`). Rejects with the registry's text. */
  push?(name: string): Promise<void>;
  /** The image as an archive as `docker save` writes it (`--output type=docker`). */
  archive(image: StoredImage, names: readonly string[], format: 'docker' | 'oci'): Promise<Uint8Array>;
}

export type CacheBlob = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

/** What a build reaches from inside: the network RUN steps are in. */
export interface BuildNetwork {
  /** Makes a namespace attached to the default bridge (or with nothing but loopback); `release` takes it down. */
  attach(mode: 'default' | 'none' | 'host'): { ns: NetNamespace; release: () => void };
  /** Gets a URL for ADD. Rejects with Go's text (`Get "http://…": dial tcp …: connect: connection refused`). */
  get(url: string): Promise<{ status: number; headers: ReadonlyMap<string, string>; body: Uint8Array }>;
}

export interface BuildDeps {
  readonly kernel: Kernel;
  readonly images: BuildImages;
  readonly network: BuildNetwork;
  readonly cache: CacheStore;
  /** Where what happened is kept. */
  readonly records?: BuildRecords;
  readonly onTrace: (trace: BuildTrace) => void;
  /** Aborts the build (the client went away): running steps are killed. */
  readonly signal?: AbortSignal;
}

/** The daemon's side of the result: what the last message holds, and files for the client. */
export interface BuildOutcome extends BuildResult {
  /** For `--output type=local|tar|docker|oci`: one archive for each such output, in order. */
  readonly archives: readonly { readonly type: BuildOutput['type']; readonly data: Uint8Array }[];
}
