/** How the vertices of a build are carried out: sources are fetched, files copied, commands run. */
import type { Vertex } from '../dockerfile/convert/graph.ts';
import { goQuote } from '../dockerfile/text.ts';
import { chainIds, digestOf, type Digest } from '../image/digest.ts';
import { layerUsage } from '../kernel/fs/freeze.ts';
import { bytesData } from '../kernel/fs/data.ts';
import { EMPTY_LAYER, type Layer, type LayerDir } from '../kernel/fs/layer.ts';
import { transferSize } from './context.ts';
import { runFileOp } from './fileop.ts';
import type { VertexProgress } from './progress.ts';
import type { BuildDeps, BuildRequest, ImageLayer, ResolvedImage } from './request.ts';
import { runExec, type SandboxDeps } from './sandbox.ts';
import { layersOf, type Snapshot } from './snapshot.ts';
import type { Executed, Executor } from './solver.ts';
import { LayerTree } from './tree.ts';

interface Download {
  readonly layer: Layer;
  readonly digest: string;
}

interface Changes {
  readonly added: string[];
  readonly changed: string[];
  readonly deleted: string[];
  readonly sizes: Record<string, number>;
  readonly hidden: Record<string, number>;
}

/** What a layer did to the stack below it, for the page: paths that were added, changed and deleted. */
function changesOf(layer: Layer, below: readonly Layer[]): Changes {
  const lower = new LayerTree(below);
  const result: Changes = { added: [], changed: [], deleted: [], sizes: {}, hidden: {} };
  const hide = (parts: readonly string[]): void => {
    const was = lower.at(parts);
    if (was?.type === 'file') result.hidden[`/${parts.join('/')}`] = was.data.size;
    else if (was?.type === 'dir') for (const name of lower.names(parts)) hide([...parts, name]);
  };
  const visit = (dir: LayerDir, parts: readonly string[]): void => {
    for (const [name, entry] of dir.entries) {
      const here = [...parts, name];
      const path = `/${here.join('/')}`;
      const existed = lower.at(here) !== undefined;
      if (entry.type === 'whiteout') result.deleted.push(path);
      else if (!existed) result.added.push(path);
      else if (entry.type !== 'dir' || entry.entries.size === 0) result.changed.push(path);
      if (entry.type === 'file') result.sizes[path] = entry.data.size;
      if (existed && (entry.type !== 'dir' || entry.opaque)) hide(here);
      if (entry.type === 'dir') visit(entry, here);
    }
  };
  visit(layer.root, []);
  return result;
}

/** Size of the files of a layer. */
function fileBytes(layer: Layer): number {
  let bytes = 0;
  const visit = (dir: LayerDir): void => {
    for (const entry of dir.entries.values()) {
      if (entry.type === 'dir') visit(entry);
      else if (entry.type === 'file') bytes += entry.data.size;
    }
  };
  visit(layer.root);
  return bytes;
}

export class BuildExecutor implements Executor {
  readonly refName: string;
  readonly #deps: BuildDeps;
  readonly #sandbox: SandboxDeps;
  readonly #images: ReadonlyMap<string, ResolvedImage>;
  readonly #folders: (name: string) => Layer;
  readonly #downloads = new Map<string, Promise<Download>>();
  /** Kills what is running. */
  readonly running = new Set<{ kill: () => void }>();

  constructor(
    request: BuildRequest,
    deps: BuildDeps,
    images: ReadonlyMap<string, ResolvedImage>,
    folders: (name: string) => Layer,
  ) {
    this.#deps = deps;
    this.#images = images;
    this.#folders = folders;
    this.refName = deps.cache.newId();
    this.#sandbox = {
      kernel: deps.kernel,
      network: deps.network,
      cache: deps.cache,
      secrets: request.secrets,
      ssh: request.ssh,
      running: this.running,
    };
  }

  #wait(ms: number): Promise<void> {
    return this.#deps.kernel.clock.sleep(ms);
  }

  pause(): Promise<void> {
    return this.#wait(1);
  }

  async identify(vertex: Vertex, progress: VertexProgress): Promise<string[]> {
    const { op } = vertex;
    switch (op.type) {
      case 'image': {
        return imageIds(this.#image(op.ref), vertex.platform);
      }
      case 'http': {
        const download = await this.#download(op.url, op.filename, op.checksum, progress);
        return [digestOf(`http ${op.url} ${op.filename} ${download.digest}`)];
      }
      case 'git':
        progress.start();
        await this.#wait(120);
        throw new Error(`failed to fetch remote ${op.remote}: git sources are not simulated`);
      default:
        return [];
    }
  }

  #image(ref: string): ResolvedImage {
    const image = this.#images.get(ref);
    if (!image) throw new Error(`${ref}: not found`);
    return image;
  }

  #download(url: string, filename: string, checksum: string, progress: VertexProgress): Promise<Download> {
    const key = `${url}\n${filename}\n${checksum}`;
    let download = this.#downloads.get(key);
    if (!download) {
      download = this.#fetch(url, filename, checksum, progress);
      this.#downloads.set(key, download);
    }
    return download;
  }

  async #fetch(url: string, filename: string, checksum: string, progress: VertexProgress): Promise<Download> {
    progress.start();
    const answer = await this.#deps.network.get(url);
    if (answer.status < 200 || answer.status >= 400) {
      throw new Error(`invalid response status ${answer.status}`);
    }
    const digest = digestOf(answer.body);
    if (checksum !== '' && checksum !== digest) {
      throw new Error(`digest mismatch ${digest}: ${checksum}`);
    }
    const modified = answer.headers.get('last-modified');
    const mtime = modified === undefined ? 0 : Math.floor(Date.parse(modified) / 1000) || 0;
    const meta = { mode: 0o600, uid: 0, gid: 0, mtime };
    const entry = { type: 'file' as const, data: bytesData(answer.body), ...meta };
    return { digest, layer: { root: { ...EMPTY_LAYER.root, entries: new Map([[filename, entry]]) } } };
  }

  async load(vertex: Vertex, progress: VertexProgress): Promise<Snapshot | undefined> {
    const { op } = vertex;
    const now = this.#deps.kernel.clock.now();
    switch (op.type) {
      case 'image':
        return this.#loadImage(op.ref, progress);
      case 'local': {
        const layer = this.#folders(op.name);
        const { cache } = this.#deps;
        const bytes = transferSize(layer, cache.contexts.get(op.name));
        progress.status('transferring context:', bytes);
        // about 100 MB/s, as between two processes of one machine
        await this.#wait(4 + bytes / 100_000);
        progress.status('transferring context:', bytes, 0, true);
        cache.contexts.set(op.name, layer);
        cache.recordLocal(op.name, layerUsage(layer), now);
        return { parent: undefined, layer, createdAt: now, image: undefined };
      }
      case 'http': {
        const { layer } = await this.#download(op.url, op.filename, op.checksum, progress);
        return { parent: undefined, layer, createdAt: now, image: undefined };
      }
      default:
        return undefined;
    }
  }

  async #loadImage(ref: string, progress: VertexProgress): Promise<Snapshot | undefined> {
    const { images, kernel, cache } = this.#deps;
    const image = this.#image(ref);
    progress.status(`resolve ${ref}`);
    await this.#wait(6 + kernel.random.int(12));
    progress.status(`resolve ${ref}`, 0, 0, true);
    const layers = await images.layers(image, (p) => progress.status(p.id, p.current, p.total, p.done));
    const chains = chainIds(image.config.rootfs.diff_ids as Digest[]);
    return imageSnapshot(layers, image, (snapshot, layer, i) => {
      const size = layer.size + layerUsage(layer.layer);
      cache.recordFor(snapshot, `pulled from ${ref}`, size, kernel.clock.now()).chainId = chains[i]!;
    });
  }

  async execute(
    vertex: Vertex,
    inputs: readonly (Snapshot | undefined)[],
    progress: VertexProgress,
  ): Promise<Executed> {
    const { op } = vertex;
    const { kernel } = this.#deps;
    const below = layersOf(inputs[0]);
    let layer: Layer;
    let description: string;
    if (op.type === 'exec') {
      layer = await runExec(op, inputs, vertex.ignoreCache, progress, this.#sandbox);
      description = `mount / from exec ${op.args.join(' ')}`;
    } else if (op.type === 'file') {
      const now = kernel.clock.now();
      layer = runFileOp(op, inputs.map(layersOf), now / 1000);
      await this.#wait(8 + kernel.random.int(24) + fileBytes(layer) / 200_000);
      description = vertex.origin.name;
    } else {
      throw new Error(`unknown operation ${goQuote(op.type)}`);
    }
    const snapshot: Snapshot = { parent: inputs[0], layer, createdAt: kernel.clock.now(), image: undefined };
    const size = layerUsage(layer);
    return { snapshot, size, description, layer: { diffId: '', size, ...changesOf(layer, below) } };
  }
}

/** What an image is known by: its digest, and the stack of its layers. */
export function imageIds(image: Pick<ResolvedImage, 'digest' | 'config'>, platform: string): string[] {
  const chain = chainIds(image.config.rootfs.diff_ids as Digest[]).at(-1) ?? '';
  return [digestOf(`image ${image.digest} ${platform}`), digestOf(`chain ${chain}`)];
}

const imageSnapshots = new WeakMap<Layer, Map<string, Snapshot>>();

/** The stack of an image's layers; the same stack for the same layers, so that results on it are one line. */
function imageSnapshot(
  layers: readonly ImageLayer[],
  image: ResolvedImage,
  record: (snapshot: Snapshot, layer: ImageLayer, index: number) => void,
): Snapshot | undefined {
  let below: Snapshot | undefined;
  let chain = '';
  const times = image.config.history.filter((h) => !h.empty_layer).map((h) => h.created);
  for (const [i, layer] of layers.entries()) {
    chain = `${chain} ${layer.diffId}`;
    let known = imageSnapshots.get(layer.layer);
    if (!known) imageSnapshots.set(layer.layer, (known = new Map()));
    let snapshot = known.get(chain);
    if (!snapshot) {
      const created = times[i];
      const createdAt = created === undefined ? 0 : Date.parse(created);
      snapshot = { parent: below, layer: layer.layer, createdAt, image: layer };
      known.set(chain, snapshot);
    }
    record(snapshot, layer, i);
    below = snapshot;
  }
  return below;
}
