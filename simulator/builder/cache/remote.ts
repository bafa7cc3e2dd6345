/**
 * Caches outside of the daemon: a build's cache written down as layers and a config (`--cache-to`), and read back
 * (`--cache-from`). The config is BuildKit's `cacheconfig.v0`: layers with their parents, and records that say which result
 * stands on which. BuildKit finds the keys of a record again by walking its inputs; here they are written out (`keys`).
 */
import { gunzip } from '../../image/gzip.ts';
import { layerFromTar } from '../../image/layer-tar.ts';
import { knownLayer } from '../../image/content.ts';
import type { Digest } from '../../image/digest.ts';
import { layerUsage } from '../../kernel/fs/freeze.ts';
import type { ImageLayer } from '../request.ts';
import { chainOf, type Snapshot } from '../snapshot.ts';
import type { CacheStore } from './store.ts';

export const CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';
/** Where an image's config carries its cache (`type=inline`). */
export const INLINE_KEY = 'moby.buildkit.cache.v0';

interface ConfigLayer {
  readonly blob: string;
  /** Index of the layer below, -1 for none. */
  readonly parent: number;
  readonly annotations?: {
    readonly mediaType: string;
    readonly diffID: string;
    readonly size: number;
    readonly createdAt: string;
  };
}
interface ConfigRecord {
  readonly digest: string;
  readonly names?: readonly string[];
  readonly keys?: readonly string[];
  readonly inputs?: readonly (readonly { readonly link: number }[])[];
  readonly layers?: readonly { readonly layer: number; readonly createdAt: string }[];
}
export interface CacheConfig {
  readonly layers: readonly ConfigLayer[];
  readonly records: readonly ConfigRecord[];
}

/** A step, as the export sees it. */
export interface ExportedNode {
  readonly ids: readonly string[];
  readonly inputs: readonly (ExportedNode | undefined)[];
}

/**
 * Writes down what the cache holds of a build. `min`: only results that are part of the image; `max`: those of every step.
 * `pack` gives the blob of a layer.
 */
export async function describeCache(
  nodes: readonly ExportedNode[],
  store: CacheStore,
  options: { readonly final: Snapshot | undefined; readonly mode: 'min' | 'max' },
  pack: (snapshot: Snapshot) => Promise<ImageLayer>,
): Promise<{ config: CacheConfig; layers: ImageLayer[] }> {
  const layers: ConfigLayer[] = [];
  const packed: ImageLayer[] = [];
  const places = new Map<Snapshot, number>();
  const place = async (snapshot: Snapshot): Promise<number> => {
    const known = places.get(snapshot);
    if (known !== undefined) return known;
    const parent = snapshot.parent ? await place(snapshot.parent) : -1;
    const layer = await pack(snapshot);
    const createdAt = new Date(snapshot.createdAt).toISOString();
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
    layers.push({
      blob: layer.digest,
      parent,
      annotations: { mediaType, diffID: layer.diffId, size: layer.size, createdAt },
    });
    packed.push(layer);
    places.set(snapshot, layers.length - 1);
    return layers.length - 1;
  };
  const inImage = new Set(chainOf(options.final));
  const records: ConfigRecord[] = [];
  const indexes = new Map<ExportedNode, number>();
  const visit = async (node: ExportedNode): Promise<number> => {
    const known = indexes.get(node);
    if (known !== undefined) return known;
    const inputs: { link: number }[][] = [];
    for (const input of node.inputs) if (input && input.ids.length > 0) inputs.push([{ link: await visit(input) }]);
    const result = store.find(node.ids);
    const wanted = result && (options.mode === 'max' || inImage.has(result));
    records.push({
      digest: node.ids[0]!,
      names: node.ids,
      ...(inputs.length > 0 ? { inputs, keys: store.keysOf(node.ids) } : {}),
      ...(wanted
        ? { layers: [{ layer: await place(result), createdAt: new Date(result.createdAt).toISOString() }] }
        : {}),
    });
    indexes.set(node, records.length - 1);
    return records.length - 1;
  };
  for (const node of nodes) if (node.ids.length > 0) await visit(node);
  return { config: { layers, records }, layers: packed };
}

type ReadBlob = (digest: string) => Promise<Uint8Array | undefined>;

interface ImportedResult {
  readonly record: ConfigRecord;
  readonly config: CacheConfig;
  readonly snapshot: Snapshot;
}

const namesOf = (record: ConfigRecord | undefined): readonly string[] =>
  record?.names ?? (record ? [record.digest] : []);
const inputsOf = (record: ConfigRecord, config: CacheConfig): ConfigRecord[] =>
  (record.inputs ?? []).flatMap((links) => links.flatMap(({ link }) => config.records[link] ?? []));

/** What the solver needs of a cache. */
export type SolverCache = Pick<
  CacheStore,
  'query' | 'find' | 'link' | 'nameFor' | 'newId' | 'meet' | 'hasMet' | 'remember' | 'save' | 'used'
>;

/** The daemon's cache together with imported ones. What is found in those becomes part of the daemon's. */
export class CacheWithImports implements SolverCache {
  readonly #store: CacheStore;
  readonly #links = new Map<string, Set<string>>();
  readonly #results = new Map<string, ImportedResult>();
  readonly #met = new Set<string>();

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** Takes the records of a cache config; their layers are read at once. */
  async add(config: CacheConfig, blob: ReadBlob): Promise<void> {
    const stacks = new Map<number, Snapshot | undefined>();
    const stack = async (index: number): Promise<Snapshot | undefined> => {
      if (stacks.has(index)) return stacks.get(index);
      const described = config.layers[index];
      let snapshot: Snapshot | undefined;
      if (described) {
        const parent = described.parent < 0 ? undefined : await stack(described.parent);
        const layer = described.parent < 0 || parent ? await readLayer(described, blob) : undefined;
        if (layer) {
          const createdAt = Date.parse(described.annotations?.createdAt ?? '') || 0;
          snapshot = { parent, layer: layer.layer, createdAt, image: layer.image };
        }
      }
      stacks.set(index, snapshot);
      return snapshot;
    };
    for (const record of config.records) {
      const names = namesOf(record);
      for (const key of record.keys ?? []) {
        const set = this.#links.get(key) ?? new Set<string>();
        for (const name of names) set.add(name);
        this.#links.set(key, set);
      }
      for (const input of inputsOf(record, config)) for (const id of namesOf(input)) this.#met.add(id);
      const [result] = record.layers ?? [];
      const snapshot = result && (await stack(result.layer));
      if (snapshot) for (const name of names) this.#results.set(name, { record, config, snapshot });
    }
  }

  query(keys: readonly string[]): string[] {
    const imported = keys.flatMap((key) => [...(this.#links.get(key) ?? [])]);
    return [...new Set([...this.#store.query(keys), ...imported])];
  }
  find(names: readonly string[]): Snapshot | undefined {
    const own = this.#store.find(names);
    if (own) return own;
    const [found] = names.flatMap((name) => this.#results.get(name) ?? []);
    if (!found) return undefined;
    const { record, config, snapshot } = found;
    this.#keep(record, config);
    const size = layerUsage(snapshot.layer);
    this.#store.save(record.keys ?? [], namesOf(record), snapshot, 'imported from a cache', size);
    return snapshot;
  }
  /** Makes the way to a result known to the daemon's cache: the keys of all that it stands on. */
  #keep(record: ConfigRecord, config: CacheConfig): void {
    this.#store.link(record.keys ?? [], namesOf(record));
    for (const input of inputsOf(record, config)) {
      this.#store.meet(namesOf(input));
      this.#keep(input, config);
    }
  }
  hasMet(id: string): boolean {
    return this.#met.has(id) || this.#store.hasMet(id);
  }
  link(keys: readonly string[], names: readonly string[]): void {
    this.#store.link(keys, names);
  }
  nameFor(keys: readonly string[]): string {
    return this.#store.nameFor(keys);
  }
  newId(): string {
    return this.#store.newId();
  }
  meet(ids: readonly string[]): void {
    this.#store.meet(ids);
  }
  remember(step: Parameters<CacheStore['remember']>[0]): void {
    this.#store.remember(step);
  }
  save(...saved: Parameters<CacheStore['save']>): ReturnType<CacheStore['save']> {
    return this.#store.save(...saved);
  }
  used(snapshot: Snapshot, now: number): void {
    this.#store.used(snapshot, now);
  }
}

/** The files of a layer; of a catalogue's layer without its bytes. */
async function readLayer(
  described: ConfigLayer,
  blob: ReadBlob,
): Promise<{ layer: Snapshot['layer']; image: ImageLayer | undefined } | undefined> {
  const known = knownLayer(described.blob as Digest);
  if (known) {
    const layer = known.layer();
    return { layer, image: { layer, diffId: known.diffId, digest: known.digest, size: known.size } };
  }
  const bytes = await blob(described.blob);
  return bytes && { layer: layerFromTar(gunzip(bytes)), image: undefined };
}
