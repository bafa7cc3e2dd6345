/** Carries a build's cache in and out: folders of the client, registries, and the image itself. */
import { digestOf } from '../../image/digest.ts';
import { layerTar } from '../../image/layer-tar.ts';
import { MEDIA } from '../../image/types.ts';
import { bytesData, dataText } from '../../kernel/fs/data.ts';
import { EMPTY_LAYER, type Layer, type LayerDir, type LayerEntry } from '../../kernel/fs/layer.ts';
import { base64, type Progress, type VertexProgress } from '../progress.ts';
import type { BuildDeps, CacheBlob, CacheSource, CacheTarget, ImageLayer } from '../request.ts';
import type { Snapshot } from '../snapshot.ts';
import { LayerTree } from '../tree.ts';
import {
  CACHE_CONFIG,
  CacheWithImports,
  describeCache,
  INLINE_KEY,
  type CacheConfig,
  type ExportedNode,
} from './remote.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Described {
  readonly config: CacheConfig;
  readonly layers: readonly ImageLayer[];
}

const parse = <T>(bytes: Uint8Array | undefined): T | undefined => bytes && (JSON.parse(decoder.decode(bytes)) as T);

interface CacheIndex {
  readonly manifests?: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
}
interface CacheManifest {
  readonly config: CacheBlob;
  readonly layers: readonly CacheBlob[];
}

/** Reads the caches that `--cache-from` names. One that is not there is told of, and the build goes on. */
export async function importCaches(
  sources: readonly CacheSource[],
  deps: BuildDeps,
  progress: Progress,
): Promise<CacheWithImports> {
  const cache = new CacheWithImports(deps.cache);
  await Promise.all(
    sources.map(async (source) => {
      // the session that carries a folder has a number, not a name
      const shown =
        source.type === 'registry' ? source.ref : `local:${BigInt(`0x${digestOf(source.name).slice(7, 22)}`)}`;
      try {
        await progress.during(`importing cache manifest from ${shown}`, async (vertex) => {
          await deps.kernel.clock.sleep(4);
          if (source.type === 'local') await fromFolder(source.folder, cache, vertex);
          else await fromRegistry(source.ref, cache, deps, vertex);
        });
      } catch (error) {
        if (!(error instanceof Error)) throw error; // the vertex shows it
      }
    }),
  );
  return cache;
}

async function fromFolder(folder: Layer, cache: CacheWithImports, vertex: VertexProgress): Promise<void> {
  const tree = new LayerTree([folder]);
  const bytes = (path: string): Uint8Array | undefined => {
    const entry = tree.stat(path);
    return entry?.type === 'file' ? entry.data.slice(0, entry.data.size) : undefined;
  };
  const blob = (digest: string): Uint8Array | undefined => bytes(`/blobs/${digest.replace(':', '/')}`);
  const entry = tree.stat('/index.json');
  const index = entry?.type === 'file' ? (JSON.parse(dataText(entry.data)) as CacheIndex) : undefined;
  const latest = index?.manifests?.find((m) => m.annotations?.['org.opencontainers.image.ref.name'] === 'latest');
  const manifest = latest && parse<CacheManifest>(blob(latest.digest));
  const config = manifest && parse<CacheConfig>(blob(manifest.config.digest));
  if (!config) throw new Error(`${latest?.digest ?? 'latest'}: not found`);
  vertex.status(`inferred cache manifest type: ${MEDIA.manifest}`, 0, 0, true);
  await cache.add(config, (digest) => Promise.resolve(blob(digest)));
}

async function fromRegistry(
  ref: string,
  cache: CacheWithImports,
  { images }: BuildDeps,
  vertex: VertexProgress,
): Promise<void> {
  const manifest = await images.fetchManifest(ref);
  vertex.status(`inferred cache manifest type: ${manifest.mediaType ?? MEDIA.manifest}`, 0, 0, true);
  const config = await images.fetchBlob(ref, manifest.config);
  const layers = new Map(manifest.layers.map((layer) => [layer.digest as string, layer]));
  const blob = async (digest: string): Promise<Uint8Array | undefined> => {
    const layer = layers.get(digest);
    return layer && images.fetchBlob(ref, layer);
  };
  if (manifest.config.mediaType === CACHE_CONFIG) {
    const parsed = parse<CacheConfig>(config);
    if (parsed) await cache.add(parsed, blob);
    return;
  }
  const inline = parse<Record<string, unknown>>(config)?.[INLINE_KEY];
  if (typeof inline !== 'string') return;
  const bytes = Uint8Array.from(atob(inline), (char) => char.charCodeAt(0));
  const [parsed] = parse<CacheConfig[]>(bytes) ?? [];
  if (parsed) await cache.add(parsed, blob);
}

/** The cache of a build as an image's configuration carries it: only what the image's own layers hold. */
export async function inlineCache(
  nodes: readonly ExportedNode[],
  final: Snapshot | undefined,
  deps: BuildDeps,
  progress: Progress,
): Promise<string> {
  return progress.during('preparing layers for inline cache', async () => {
    const { config } = await describeCache(nodes, deps.cache, { final, mode: 'min' }, packer(deps));
    return base64(encoder.encode(JSON.stringify([config])));
  });
}

const packer =
  ({ images }: BuildDeps) =>
  ({ image, layer }: Snapshot): Promise<ImageLayer> =>
    image ? images.keepLayer(image) : images.addLayer(layer);

/** Writes a cache to where `--cache-to` says; resolves to the archive of a folder. */
export async function exportCache(
  target: CacheTarget,
  nodes: readonly ExportedNode[],
  final: Snapshot | undefined,
  deps: BuildDeps,
  progress: Progress,
): Promise<Uint8Array | undefined> {
  const where = target.type === 'local' ? 'client directory' : 'registry';
  return progress.during(`exporting cache to ${where}`, async (vertex) => {
    const { images, kernel } = deps;
    vertex.status('preparing build cache for export');
    const described: Described = await describeCache(nodes, deps.cache, { final, mode: target.mode }, packer(deps));
    const told = async (what: string): Promise<void> => {
      vertex.status(`writing ${what}`);
      await kernel.clock.sleep(2);
      vertex.status(`writing ${what}`, 0, 0, true);
    };
    for (const { digest } of described.layers) await told(`layer ${digest}`);
    const config = images.addBlob(CACHE_CONFIG, encoder.encode(JSON.stringify(described.config)));
    const layers = described.layers.map(({ digest, size }) => ({
      mediaType: MEDIA.layerGzip,
      digest: digest as CacheBlob['digest'],
      size,
    }));
    const manifest = images.addBlob(
      MEDIA.manifest,
      encoder.encode(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers })),
    );
    await told(`config ${config.digest}`);
    let archive: Uint8Array | undefined;
    if (target.type === 'registry') {
      if (!images.pushManifest) throw new Error('pushing is not possible from here');
      await images.pushManifest(target.ref, manifest, [...layers, config]);
    } else archive = layout(manifest, [...layers, config], deps);
    await told(`cache image manifest ${manifest.digest}`);
    vertex.status('preparing build cache for export', 0, 0, true);
    return archive;
  });
}

/** An OCI layout as an archive. Layers of the catalogue are left out: their digest says all. */
function layout(manifest: CacheBlob, blobs: readonly CacheBlob[], { images, kernel }: BuildDeps): Uint8Array {
  const meta = { uid: 0, gid: 0, mtime: Math.floor(kernel.clock.now() / 1000) };
  const dir = (entries: Map<string, LayerEntry>): LayerDir => ({
    type: 'dir',
    opaque: false,
    entries,
    mode: 0o755,
    ...meta,
  });
  const file = (data: Uint8Array): LayerEntry => ({ type: 'file', data: bytesData(data), mode: 0o644, ...meta });
  const stored = new Map<string, LayerEntry>();
  for (const { digest } of [...blobs, manifest]) {
    const bytes = images.ownBlob(digest);
    if (bytes) stored.set(digest.slice(digest.indexOf(':') + 1), file(bytes));
  }
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'latest' } };
  const json = (value: unknown): LayerEntry => file(encoder.encode(JSON.stringify(value)));
  const root = new Map<string, LayerEntry>([
    ['blobs', dir(new Map([['sha256', dir(stored)]]))],
    ['index.json', json({ schemaVersion: 2, manifests: [named] })],
    ['ingest', dir(new Map())],
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
  ]);
  const pieces = [...layerTar({ ...EMPTY_LAYER, root: dir(root) })];
  const all = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
