/** Reads the Dockerfile and .dockerignore, and resolves base images: what happens before the graph is known. */
import { readIgnoreFile } from '../dockerfile/ignore.ts';
import { formatPlatform, type Platform } from '../dockerfile/platform.ts';
import type { ResolvedBase } from '../dockerfile/convert/context.ts';
import { dataText } from '../kernel/fs/data.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { packetSize } from './context.ts';
import type { Progress } from './progress.ts';
import type { BuildDeps, BuildRequest, ResolvedImage } from './request.ts';
import { LayerTree } from './tree.ts';

/** The text of a file of the context; undefined where there is none. */
export function contextText(context: Layer | undefined, path: string): string | undefined {
  if (!context) return undefined;
  const entry = new LayerTree([context]).stat(path);
  return entry?.type === 'file' ? dataText(entry.data) : undefined;
}

/** The Dockerfile's text; undefined where it is missing. */
export function dockerfileText(request: BuildRequest): string | undefined {
  const { name, text, missing } = request.dockerfile;
  if (missing) return undefined;
  return text ?? contextText(request.context, name);
}

/** The patterns of the ignore file: the Dockerfile's own goes first. */
export function ignoreText(request: BuildRequest): string | undefined {
  if (request.dockerignore !== undefined) return request.dockerignore;
  const { name } = request.dockerfile;
  return contextText(request.context, `${name}.dockerignore`) ?? contextText(request.context, '.dockerignore');
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** What `transferring` says of one small file: its name and attributes, and its content. */
const fileTransfer = (name: string, text: string | undefined): number =>
  text === undefined ? 2 : text === '' ? 21 + baseName(name).length : packetSize(baseName(name)) + utf8Length(text);

export class Definition {
  readonly #request: BuildRequest;
  readonly #deps: BuildDeps;
  readonly #progress: Progress;
  /** Resolved images by full name with digest. */
  readonly images = new Map<string, ResolvedImage>();
  readonly #resolving = new Map<string, Promise<ResolvedImage>>();
  #ignore: Promise<readonly string[]> | undefined;

  constructor(request: BuildRequest, deps: BuildDeps, progress: Progress) {
    this.#request = request;
    this.#deps = deps;
    this.#progress = progress;
  }

  /** The Dockerfile, and the vertex that warnings about it hang on. */
  async load(): Promise<{ text: string | undefined; vertex: ReturnType<Progress['vertex']> }> {
    const { name } = this.#request.dockerfile;
    const shown = name === '-' || name === '' ? 'Dockerfile' : baseName(name);
    const vertex = this.#progress.vertex(`[internal] load build definition from ${shown}`);
    vertex.start();
    const text = dockerfileText(this.#request);
    const bytes = fileTransfer(shown, text);
    vertex.status('transferring dockerfile:', bytes);
    await this.#deps.kernel.clock.sleep(3 + this.#deps.kernel.random.int(12));
    vertex.status('transferring dockerfile:', bytes, 0, true);
    this.#deps.cache.recordLocal('dockerfile', 8192, this.#deps.kernel.clock.now());
    return { text, vertex };
  }

  /** Resolves a base image, once for each name and platform. */
  readonly resolve = async (name: string, platform: Platform): Promise<ResolvedBase> => {
    const wanted = formatPlatform(platform);
    const key = `${name} ${wanted}`;
    let resolving = this.#resolving.get(key);
    if (!resolving) {
      resolving = this.#progress.during(`[internal] load metadata for ${name}`, () =>
        this.#deps.images.resolve(name, wanted, { pull: this.#request.pull }),
      );
      this.#resolving.set(key, resolving);
    }
    let image: ResolvedImage;
    try {
      image = await resolving;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Error(`failed to resolve source metadata for ${name}: ${error.message}`);
    }
    this.images.set(name.includes('@') ? name : `${name}@${image.digest}`, image);
    return image;
  };

  /** Reads .dockerignore, once. */
  readonly ignorePatterns = (): Promise<readonly string[]> => {
    this.#ignore ??= this.#progress.during('[internal] load .dockerignore', async (vertex) => {
      const text = ignoreText(this.#request);
      const bytes = fileTransfer('.dockerignore', text);
      vertex.status('transferring context:', bytes);
      await this.#deps.kernel.clock.sleep(2 + this.#deps.kernel.random.int(8));
      vertex.status('transferring context:', bytes, 0, true);
      this.#deps.cache.recordLocal('dockerignore', text === undefined ? 4096 : 8192, this.#deps.kernel.clock.now());
      return text === undefined ? [] : readIgnoreFile(text);
    });
    return this.#ignore;
  };
}
