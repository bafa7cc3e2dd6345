import type { Descriptor as ApiDescriptor } from '../../api/types.ts';
import type { Layer } from '../../kernel/fs/layer.ts';
import type { Digest } from '../../image/digest.ts';
import {
  familiarString,
  formatReference,
  parseReference,
  repositoryOf,
  withDefaultTag,
  type Reference,
} from '../../image/reference.ts';
import { DANGLING_PREFIX, type ImageRecord, type ImageStore, type ResolvedImage } from '../../image/store.ts';
import { formatPlatform, type Descriptor, type ImageConfig, type Platform } from '../../image/types.ts';
import type { Engine } from '../engine.ts';
import { errorText, invalid, notFound, type ApiError } from '../errors.ts';

/** An image that a reference of the user names. */
export interface FoundImage {
  readonly target: Descriptor;
  /** The name it was found by; undefined when it was found by its id. */
  readonly record: ImageRecord | undefined;
}

/** An image as a container runs it. */
export interface RunnableImage {
  readonly id: Digest;
  readonly manifest: ApiDescriptor;
  readonly config: ImageConfig;
  /** Topmost first. */
  readonly layers: readonly Layer[];
}

/** Reads a reference; throws Docker's text with status 400. */
export function readReference(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    throw invalid(errorText(error));
  }
}

/** `linux/arm64/v8` as a platform; undefined for ''. Throws for what is none. */
export function readPlatform(text: string): Platform | undefined {
  if (text === '') return undefined;
  const [os = '', architecture, variant] = text.split('/');
  if (architecture === undefined) {
    // An operating system or an architecture alone is completed.
    if (os === 'linux') return { os, architecture: 'amd64' };
    return { os: 'linux', architecture: ARCHITECTURES[os] ?? os };
  }
  return { os, architecture: ARCHITECTURES[architecture] ?? architecture, ...(variant ? { variant } : {}) };
}
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', i386: '386' };

/** Whether a name is one the store gives to images without tag. */
export const isDangling = (name: string): boolean => name.startsWith(DANGLING_PREFIX);

const byName = (a: ImageRecord, b: ImageRecord): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The images of the daemon: names, and what they lead to in the store. */
export class ImageService {
  readonly store: ImageStore;
  readonly engine: Engine;
  /** How each image came here, for `Identity`: pulled repositories and builds. */
  readonly pulledFrom = new Map<Digest, Set<string>>();
  /** Committed image → the image its container was made of. */
  readonly parents = new Map<Digest, Digest>();
  readonly builtAs = new Map<Digest, { ref: string; at: number }[]>();
  constructor(store: ImageStore, engine: Engine) {
    this.store = store;
    this.engine = engine;
  }

  /** All names sorted, dangling ones included. */
  records(): ImageRecord[] {
    return this.store.list().sort(byName);
  }
  /** Names of one image, sorted, without those for dangling images. */
  names(digest: Digest): ImageRecord[] {
    return this.store
      .named(digest)
      .filter((record) => !isDangling(record.name))
      .sort(byName);
  }

  /** Finds an image by name, id, or prefix of an id; names win. Throws `No such image`. */
  get(text: string): FoundImage {
    const found = this.find(text);
    if (found === undefined) throw this.missing(text);
    return found;
  }

  missing(text: string): ApiError {
    if (/^(sha256:)?[0-9a-f]{64}$/.test(text)) return notFound(`No such image: ${text}`);
    return notFound(`No such image: ${familiarString(withDefaultTag(readReference(text)))}`);
  }

  find(text: string): FoundImage | undefined {
    const id = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1];
    if (id === undefined) {
      const named = this.#byName(readReference(text));
      if (named !== undefined) return named;
    }
    // Four digits of an id are the least that is taken for one.
    const prefix = id ?? /^(?:sha256:)?([0-9a-f]{4,64})$/.exec(text)?.[1] ?? '';
    if (prefix === '') return undefined;
    const targets = new Map<Digest, Descriptor>();
    for (const record of this.store.list())
      if (record.target.digest.startsWith(`sha256:${prefix}`)) targets.set(record.target.digest, record.target);
    if (targets.size > 1) throw notFound(`multiple IDs found with provided prefix: ${text}`);
    const [target] = targets.values();
    return target && { target, record: undefined };
  }

  #byName(reference: Reference): FoundImage | undefined {
    if (reference.digest === undefined) {
      const record = this.store.get(formatReference(withDefaultTag(reference)));
      return record && { target: record.target, record };
    }
    const exact = this.store.get(formatReference({ ...reference, tag: undefined } as Reference));
    if (exact !== undefined) return { target: exact.target, record: exact };
    // A tag of the same repository that points there will do.
    const repository = repositoryOf(reference);
    const record = this.store
      .named(reference.digest)
      .find((one) => !isDangling(one.name) && repositoryOf(parseReference(one.name)) === repository);
    return record && { target: record.target, record };
  }

  /** The image for a container. Throws `No such image`, or that its platform is another. */
  async runnable(text: string, platform: string): Promise<RunnableImage> {
    const { target } = this.get(text);
    const wanted = readPlatform(platform);
    const image = this.store.resolve(target, wanted);
    if (image === undefined) {
      const [other] = this.store.images(target);
      if (other === undefined || wanted === undefined) throw this.missing(text);
      throw notFound(
        `image with reference ${text} was found but its platform (${formatPlatform(other.platform)}) does not match the specified platform (${formatPlatform(wanted)})`,
      );
    }
    return {
      id: target.digest,
      manifest: manifestDescriptor(image),
      config: image.config,
      layers: this.store.rootLayers(image),
    };
  }

  /** Points a name to an image, and records the event. An image that loses its last name stays as a dangling one. */
  tag(name: string, target: Descriptor, event = true): void {
    const before = this.store.get(name);
    this.store.set(name, target);
    this.store.delete(DANGLING_PREFIX + target.digest);
    if (before !== undefined && before.target.digest !== target.digest) this.keepDangling(before.target);
    const familiar = familiarString(parseReference(name));
    if (event) this.engine.events.record('image', 'tag', target.digest, { name: familiar });
    this.engine.kernel.log.emit('image.tag', { id: target.digest, name: familiar });
  }

  /** Keeps an image that has no other name under a name of its own. */
  keepDangling(target: Descriptor): void {
    if (this.store.named(target.digest).length === 0) this.store.set(DANGLING_PREFIX + target.digest, target);
  }
}

/** The manifest as the API describes it. */
export function manifestDescriptor(image: ResolvedImage): ApiDescriptor {
  const { descriptor, platform } = image;
  return {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    ...(descriptor.annotations ? { annotations: { ...descriptor.annotations } } : {}),
    platform: {
      architecture: platform.architecture,
      os: platform.os,
      ...(platform.variant ? { variant: platform.variant } : {}),
    },
  };
}
