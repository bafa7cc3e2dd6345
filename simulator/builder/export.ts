/** What becomes of a result: an image in the store with its names, or files for the client. */
import type { ImageConfiguration } from '../dockerfile/config.ts';
import { chainIds, type Digest } from '../image/digest.ts';
import { layerTar } from '../image/layer-tar.ts';
import type { FileData } from '../kernel/fs/data.ts';
import type { Layer, LayerDir, LayerEntry } from '../kernel/fs/layer.ts';
import { parseReference, formatReference, withDefaultTag } from '../image/reference.ts';
import { finalConfig, type TimedLayer } from './history.ts';
import type { Progress, VertexProgress } from './progress.ts';
import type { BuildDeps, BuildOutcome, BuildOutput, BuildRequest, NewImage, StoredImage } from './request.ts';
import { chainOf, layersOf, type Snapshot } from './snapshot.ts';
import { LayerTree } from './tree.ts';

export interface BuiltImage {
  readonly snapshot: Snapshot | undefined;
  readonly config: ImageConfiguration;
  /** For the attestation. */
  readonly predicate: unknown;
  /** What the configuration carries of the cache. */
  readonly inlineCache?: string;
}

/** A stack as one layer, without whiteouts. */
export function flatten(layers: readonly Layer[]): Layer {
  const tree = new LayerTree(layers);
  // The tree gives a hard link as the file it leads to: names of one content become links again.
  const first = new Map<FileData, string>();
  const linked = (entry: LayerEntry, path: string): LayerEntry => {
    if (entry.type !== 'file' || entry.data.size === 0) return entry;
    const known = first.get(entry.data);
    if (known !== undefined) return { type: 'hardlink', path: known };
    first.set(entry.data, path);
    return entry;
  };
  const visit = (parts: readonly string[]): Map<string, LayerEntry> => {
    const entries = new Map<string, LayerEntry>();
    for (const name of tree.names(parts)) {
      const here = [...parts, name];
      const entry = tree.at(here);
      if (!entry) continue;
      entries.set(
        name,
        entry.type === 'dir' ? { ...entry, opaque: false, entries: visit(here) } : linked(entry, `/${here.join('/')}`),
      );
    }
    return entries;
  };
  const root = tree.at([]);
  const meta: LayerDir =
    root?.type === 'dir'
      ? root
      : { type: 'dir', opaque: false, entries: new Map(), mode: 0o755, uid: 0, gid: 0, mtime: 0 };
  return { root: { ...meta, entries: visit([]) } };
}

function concat(pieces: Iterable<Uint8Array>): Uint8Array {
  const list = [...pieces];
  const out = new Uint8Array(list.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const piece of list) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** The full names a build sets. */
export function fullNames(request: BuildRequest, output: BuildOutput): string[] {
  const given = [...request.tags, ...(output.name ? output.name.split(',') : [])];
  return [...new Set(given.map((tag) => formatReference(withDefaultTag(parseReference(tag)))))];
}

export class Exporter {
  readonly #request: BuildRequest;
  readonly #deps: BuildDeps;
  readonly #progress: Progress;
  constructor(request: BuildRequest, deps: BuildDeps, progress: Progress) {
    this.#request = request;
    this.#deps = deps;
    this.#progress = progress;
  }

  #wait(ms: number): Promise<void> {
    return this.#deps.kernel.clock.sleep(ms);
  }
  #little(): Promise<void> {
    return this.#wait(1 + this.#deps.kernel.random.int(6));
  }

  async run(built: BuiltImage): Promise<BuildOutcome> {
    const outputs = this.#request.outputs.length > 0 ? this.#request.outputs : [{ type: 'image' as const }];
    let outcome: BuildOutcome = { archives: [] };
    for (const output of outputs) {
      if (output.type === 'cacheonly') continue;
      if (output.type === 'image') outcome = { ...outcome, ...(await this.#image(built, output)) };
      else {
        const data = await this.#archive(built, output);
        outcome = { ...outcome, archives: [...outcome.archives, { type: output.type, data }] };
      }
    }
    return outcome;
  }

  /** Packs the layers that are not in the store yet. */
  async #layers(built: BuiltImage, vertex: VertexProgress): Promise<NewImage> {
    vertex.status('exporting layers');
    const { images, kernel } = this.#deps;
    const layers: TimedLayer[] = [];
    let bytes = 0;
    const chain = chainOf(built.snapshot);
    for (const { layer, image, createdAt } of chain) {
      const stored = image ? await images.keepLayer(image) : await images.addLayer(layer);
      if (!image) bytes += stored.size;
      layers.push({ layer: stored, createdAt });
    }
    const ids = chainIds(layers.map((l) => l.layer.diffId as Digest));
    for (const [i, snapshot] of chain.entries()) {
      const record = this.#deps.cache.recordOf(snapshot);
      if (record) record.chainId = ids[i]!;
    }
    await this.#wait(8 + kernel.random.int(30) + bytes / 50_000);
    vertex.status('exporting layers', 0, 0, true);
    return {
      config: finalConfig(built.config, layers, kernel.clock.now()),
      layers: layers.map((l) => l.layer),
      annotations: this.#request.annotations,
      provenance: this.#request.provenance,
      predicate: built.predicate,
      ...(built.inlineCache === undefined ? {} : { inlineCache: built.inlineCache }),
    };
  }

  async #write(image: NewImage, vertex: VertexProgress): Promise<StoredImage> {
    return this.#deps.images.write(image, async (what, digest) => {
      vertex.status(`exporting ${what} ${digest}`);
      await this.#little();
      vertex.status(`exporting ${what} ${digest}`, 0, 0, true);
    });
  }

  async #push(name: string, stored: StoredImage, vertex: VertexProgress): Promise<void> {
    const { images } = this.#deps;
    if (images.push === undefined) throw new Error('pushing is not possible from here');
    vertex.status('pushing layers');
    try {
      await images.push(name);
    } catch (error) {
      throw new Error(`failed to push ${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      vertex.status('pushing layers', 0, 0, true);
    }
    const manifest = `pushing manifest for ${name}@${stored.digest}`;
    vertex.status(manifest);
    await this.#wait(400);
    vertex.status(manifest, 0, 0, true);
  }

  async #image(built: BuiltImage, output: BuildOutput): Promise<Omit<BuildOutcome, 'archives'>> {
    return this.#progress.during('exporting to image', async (vertex) => {
      const { images } = this.#deps;
      const image = await this.#layers(built, vertex);
      const stored = await this.#write(image, vertex);
      const names = fullNames(this.#request, output);
      for (const name of names.length > 0 ? names : [`moby-dangling@${stored.digest}`]) {
        vertex.status(`naming to ${name}`);
        images.name(name, stored);
        await this.#little();
        vertex.status(`naming to ${name}`, 0, 0, true);
        vertex.status(`unpacking to ${name}`);
        images.unpack(stored);
        await this.#wait(8 + this.#deps.kernel.random.int(20));
        vertex.status(`unpacking to ${name}`, 0, 0, true);
      }
      if (output.push) for (const name of names) await this.#push(name, stored, vertex);
      return {
        id: stored.digest,
        manifestDigest: stored.manifest,
        configDigest: stored.config,
        ...(names.length > 0 ? { imageName: names.join(',') } : {}),
      };
    });
  }

  async #archive(built: BuiltImage, output: BuildOutput): Promise<Uint8Array> {
    const { images } = this.#deps;
    if (output.type === 'local' || output.type === 'tar') {
      const label = output.type === 'local' ? 'exporting to client directory' : 'exporting to client tarball';
      return this.#progress.during(label, async (vertex) => {
        const data = concat(layerTar(flatten(layersOf(built.snapshot))));
        const id = output.type === 'local' ? 'copying files' : 'sending tarball';
        vertex.status(id, output.type === 'local' ? data.length : 0);
        await this.#wait(10 + data.length / 200_000);
        vertex.status(id, output.type === 'local' ? data.length : 0, 0, true);
        return data;
      });
    }
    const label = `exporting to ${output.type} image format`;
    return this.#progress.during(label, async (vertex) => {
      const image = await this.#layers(built, vertex);
      const stored = await this.#write(image, vertex);
      const data = await images.archive(stored, fullNames(this.#request, output), output.type as 'docker' | 'oci');
      vertex.status('sending tarball');
      await this.#wait(10 + data.length / 200_000);
      vertex.status('sending tarball', 0, 0, true);
      return data;
    });
  }
}
