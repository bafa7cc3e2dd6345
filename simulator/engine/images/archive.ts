/** Images as archives: `docker save` writes an OCI layout (with Docker's older manifest.json), `docker load` reads it. */
import type { Digest } from '../../image/digest.ts';
import { gunzip, isGzip } from '../../image/gzip.ts';
import { jsonBytes, parseJson } from '../../image/json.ts';
import { layerFromTar } from '../../image/layer-tar.ts';
import { familiarString, formatReference, parseReference, withDefaultTag } from '../../image/reference.ts';
import { readTar, TAR_END, tarHeader, tarPadding } from '../../image/tar.ts';
import { MEDIA, type Descriptor, type ImageConfig, type Index } from '../../image/types.ts';
import type { Engine } from '../engine.ts';
import { errorText, invalid, type ApiError } from '../errors.ts';
import type { FoundImage } from './service.ts';

/** A tar archive has at least one block. */
const SMALLEST = 512;

interface SaveItem {
  readonly found: FoundImage;
  /** The name it is saved under; undefined for an image given by its id. */
  readonly name: string | undefined;
}

function* entry(name: string, bytes: Uint8Array, mtime: number): Generator<Uint8Array> {
  yield tarHeader({ name, type: 'file', mode: 0o444, uid: 0, gid: 0, size: bytes.length, mtime });
  yield bytes;
  if (tarPadding(bytes.length) > 0) yield new Uint8Array(tarPadding(bytes.length));
}

/** The archive of images, in pieces. Throws `No such image`. */
export function saveImages(engine: Engine, names: readonly string[]): Iterable<Uint8Array> {
  const { images } = engine;
  const items: SaveItem[] = names.map((text) => {
    const found = images.get(text);
    return { found, name: found.record?.name };
  });
  for (const { found, name } of items)
    engine.events.record('image', 'save', found.target.digest, {
      name: name === undefined ? found.target.digest : familiarString(parseReference(name)),
    });
  return archive(engine, items);
}

/** The archive of one image that the builder wrote, under the names given. */
export function archiveOf(engine: Engine, target: Descriptor, names: readonly string[]): Iterable<Uint8Array> {
  const found: FoundImage = { target, record: undefined };
  return archive(engine, names.length > 0 ? names.map((name) => ({ found, name })) : [{ found, name: undefined }]);
}

function* archive(engine: Engine, items: readonly SaveItem[]): Generator<Uint8Array> {
  const { store } = engine.images;
  const targets = items.map(({ found }) => found.target);
  const digests = [...store.reachable(targets)].sort();
  const dir = (name: string): Uint8Array =>
    tarHeader({ name, type: 'dir', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0 });
  yield dir('blobs/');
  yield dir('blobs/sha256/');
  for (const digest of digests) yield* entry(`blobs/sha256/${digest.slice(7)}`, store.content.read(digest), 0);
  const manifests = items.map(({ found, name }) => {
    const reference = name === undefined ? undefined : parseReference(name);
    return {
      mediaType: found.target.mediaType,
      digest: found.target.digest,
      size: found.target.size,
      ...(reference
        ? {
            annotations: {
              'io.containerd.image.name': formatReference(reference),
              ...(reference.tag ? { 'org.opencontainers.image.ref.name': reference.tag } : {}),
            },
          }
        : {}),
    };
  });
  const index = { schemaVersion: 2, mediaType: MEDIA.index, manifests };
  yield* entry('index.json', jsonBytes(index), 0);
  yield* entry('manifest.json', jsonBytes(dockerManifest(engine, items)), 0);
  yield* entry('oci-layout', jsonBytes({ imageLayoutVersion: '1.0.0' }), 0);
  yield TAR_END;
}

/** manifest.json, which readers of Docker's older format look for. */
function dockerManifest(engine: Engine, items: readonly SaveItem[]): unknown[] {
  const { store } = engine.images;
  const byDigest = new Map<Digest, { config: Digest; tags: string[]; layers: Digest[] }>();
  for (const { found, name } of items) {
    const image = store.resolve(found.target);
    if (image === undefined) continue;
    const known = byDigest.get(image.descriptor.digest) ?? {
      config: image.manifest.config.digest,
      tags: [],
      layers: image.manifest.layers.map((layer) => layer.digest),
    };
    if (name !== undefined) known.tags.push(familiarString(parseReference(name)));
    byDigest.set(image.descriptor.digest, known);
  }
  const path = (digest: Digest): string => `blobs/sha256/${digest.slice(7)}`;
  return [...byDigest.values()].map(({ config, tags, layers }) => ({
    Config: path(config),
    RepoTags: tags.length > 0 ? tags : null,
    Layers: layers.map(path),
  }));
}

const broken = (text: string): ApiError => invalid(text);

/** Reads an archive into the store; returns the lines that tell what was loaded. */
export function loadImages(engine: Engine, bytes: Uint8Array): string[] {
  const files = new Map<string, Uint8Array>();
  if (bytes.length > 0 && bytes.length < SMALLEST) throw broken('unexpected EOF');
  try {
    for (const item of readTar(isGzip(bytes) ? gunzip(bytes) : bytes))
      if (item.type === 'file') files.set(item.name.replace(/^\.\//, ''), item.data);
  } catch (error) {
    throw broken(errorText(error));
  }
  const index = files.get('index.json');
  if (index !== undefined && files.has('oci-layout')) return loadLayout(engine, files, parseJson<Index>(index));
  const manifest = files.get('manifest.json');
  if (manifest !== undefined) return loadDocker(engine, files, parseJson<DockerManifest[]>(manifest));
  throw broken('unrecognized image format');
}

function loadLayout(engine: Engine, files: ReadonlyMap<string, Uint8Array>, index: Index): string[] {
  const { store } = engine.images;
  for (const [name, data] of files) {
    const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (digest !== undefined) store.content.put(data.slice(), `sha256:${digest}` as Digest);
  }
  const lines: string[] = [];
  for (const descriptor of index.manifests) {
    const name =
      descriptor.annotations?.['io.containerd.image.name'] ??
      descriptor.annotations?.['org.opencontainers.image.ref.name'];
    lines.push(finish(engine, descriptor, name));
  }
  return lines;
}

/** Names a loaded image, unpacks it, and says so. */
function finish(engine: Engine, descriptor: Descriptor, name: string | undefined): string {
  const { images } = engine;
  const target: Descriptor = { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size };
  const image = images.store.resolve(target);
  if (image !== undefined) images.store.unpack(image);
  engine.events.record('image', 'load', target.digest, { name: name ?? target.digest });
  engine.kernel.log.emit('image.add', { id: target.digest, name: name ?? '' });
  if (name === undefined || !/[/:]/.test(name)) {
    images.keepDangling(target);
    return `Loaded image ID: ${target.digest}\n`;
  }
  const reference = withDefaultTag(parseReference(name));
  images.tag(formatReference(reference), target, false);
  return `Loaded image: ${familiarString(reference)}\n`;
}

interface DockerManifest {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** Docker's archive before OCI layouts: layers are plain tars. */
function loadDocker(engine: Engine, files: ReadonlyMap<string, Uint8Array>, list: readonly DockerManifest[]): string[] {
  const { store } = engine.images;
  const file = (name: string): Uint8Array => {
    const found = files.get(name);
    if (found === undefined) throw broken(`invalid archive: ${name} does not exist`);
    return found;
  };
  return list.flatMap((item) => {
    const layers = item.Layers.map((path) => {
      const bytes = file(path);
      return store.addLayer(layerFromTar(isGzip(bytes) ? gunzip(bytes) : bytes));
    });
    const config = parseJson<ImageConfig>(file(item.Config));
    const target = store.addManifest({
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config: store.addConfig({ ...config, rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) } }),
      layers: layers.map((layer) => layer.descriptor),
    });
    const tags = item.RepoTags ?? [];
    if (tags.length === 0) return [finish(engine, target, undefined)];
    return tags.map((tag) => finish(engine, target, formatReference(withDefaultTag(parseReference(tag)))));
  });
}
