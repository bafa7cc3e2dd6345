/** `docker push`: sends what the registry lacks, blobs first, the tag last. */
import type { ProgressMessage } from '../../api/types.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Digest } from '../../image/digest.ts';
import {
  familiarString,
  formatReference,
  parseReference,
  repositoryOf,
  withTag,
  type Reference,
} from '../../image/reference.ts';
import { isIndexType, isLayerType, isManifestType, type Descriptor } from '../../image/types.ts';
import type { Engine } from '../engine.ts';
import { errorText } from '../errors.ts';
import { jsonLines, Queue, type Call } from '../http.ts';
import { registryAuth, shortDigest, type RegistryAccess } from './registry.ts';
import { registryClient } from './registry-access.ts';
import { isDangling, readReference } from './service.ts';

export type Report = (message: ProgressMessage) => void;

/** POST /images/{name}/push. */
export async function pushRoute(call: Call): Promise<HttpResponse> {
  const { engine } = call;
  const given = readReference(call.param('name'));
  const tag = call.text('tag');
  const registry = registryClient(engine, registryAuth(call));
  const queue = new Queue<ProgressMessage>();
  void (async () => {
    const report: Report = (message) => queue.push(message);
    report({ status: `The push refers to repository [${repositoryOf(given)}]` });
    let name = familiarString(given);
    try {
      for (const reference of tagged(engine, given, tag)) {
        name = familiarString(reference);
        await pushImage(engine, registry, reference, report);
        engine.kernel.log.emit('image.transfer', { direction: 'push', name });
      }
    } catch (error) {
      const message = errorText(error);
      engine.kernel.log.emit('image.transfer', { direction: 'push', name, error: message });
      report({ errorDetail: { message }, error: message });
    }
    queue.close();
  })();
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: jsonLines(queue) };
}

/** The names to push: the one with the tag, or all of the repository. */
function tagged(engine: Engine, given: Reference, tag: string): Reference[] {
  if (tag !== '' || given.tag !== undefined) return [withTag(given, tag || given.tag!)];
  const all = engine.images
    .records()
    .filter((record) => !isDangling(record.name))
    .map((record) => parseReference(record.name))
    .filter((reference) => reference.tag !== undefined && repositoryOf(reference) === repositoryOf(given));
  return all.length > 0 ? all : [withTag(given, 'latest')];
}

/** Pushes one name. Rejects with Docker's texts. */
export async function pushImage(
  engine: Engine,
  registry: RegistryAccess,
  reference: Reference,
  report: Report,
): Promise<void> {
  const { images } = engine;
  const { store } = images;
  const record = store.get(formatReference(reference));
  if (record === undefined) throw new Error(`tag does not exist: ${familiarString(reference)}`);
  const { target } = record;
  const manifests = manifestsBelow(store, target);
  const blobs = new Map<Digest, Descriptor>();
  for (const manifest of manifests) {
    if (!isManifestType(manifest.mediaType)) continue;
    const { config, layers } = store.manifest(manifest.digest);
    for (const blob of [...layers, config]) if (store.content.has(blob.digest)) blobs.set(blob.digest, blob);
  }
  // Only layers (and what attestations hold in their place) have a line of progress.
  const layers = [...blobs.values()].filter(
    (blob) => isLayerType(blob.mediaType) || blob.mediaType.includes('in-toto'),
  );
  for (const blob of blobs.values()) {
    const shown = layers.includes(blob);
    const id = shortDigest(blob.digest);
    const from = mountSource(engine, reference, blob);
    let result;
    try {
      result = await registry.pushBlob(reference, blob, from === undefined ? {} : { mountFrom: from });
    } catch (error) {
      // Whoever waits for a registry that does not answer sees what it waits with.
      if (shown) report({ status: 'Waiting', progressDetail: {}, id });
      throw error;
    }
    if (!shown) continue;
    const isLayer = isLayerType(blob.mediaType);
    const status =
      result === 'pushed'
        ? 'Pushed'
        : result === 'exists'
          ? isLayer
            ? 'Layer already exists'
            : 'Already exists'
          : `Mounted from ${result.mounted}`;
    report({ status, progressDetail: {}, id });
    engine.kernel.log.emit('image.push', { name: familiarString(reference), layer: id, status });
  }
  for (const manifest of manifests.filter((one) => one.digest !== target.digest))
    await registry.pushManifest(reference, manifest, undefined);
  await registry.pushManifest(reference, target, reference.tag ?? 'latest');
  remember(engine, reference, blobs.keys());
  const sources = images.pulledFrom.get(target.digest) ?? new Set<string>();
  sources.add(repositoryOf(reference));
  images.pulledFrom.set(target.digest, sources);
  const tag = reference.tag ?? 'latest';
  report({ status: `${tag}: digest: ${target.digest} size: ${target.size}` });
  report({ progressDetail: {}, aux: { Tag: tag, Digest: target.digest, Size: target.size } });
  engine.events.record('image', 'push', familiarString(reference), {
    name: familiarString({ ...reference, tag } as Reference).replace(/:[^:/]*$/, ''),
  });
}

/** The manifests an image is made of, children before the index; only those that are here. */
function manifestsBelow(store: Engine['images']['store'], target: Descriptor): Descriptor[] {
  if (!isIndexType(target.mediaType)) return [target];
  const children = store.index(target.digest).manifests.filter((one) => store.content.has(one.digest));
  return [...children.flatMap((one) => manifestsBelow(store, one)), target];
}

/** Which repositories of a registry are known to hold a blob: a registry can mount it from there. */
const known = new WeakMap<Engine, Map<string, Map<Digest, string>>>();

function holders(engine: Engine, domain: string): Map<Digest, string> {
  const registries = known.get(engine) ?? new Map<string, Map<Digest, string>>();
  known.set(engine, registries);
  const held = registries.get(domain) ?? new Map<Digest, string>();
  registries.set(domain, held);
  return held;
}

function mountSource(engine: Engine, reference: Reference, blob: Descriptor): string | undefined {
  const from = holders(engine, reference.domain).get(blob.digest);
  return from === reference.path ? undefined : from;
}

function remember(engine: Engine, reference: Reference, digests: Iterable<Digest>): void {
  const held = holders(engine, reference.domain);
  for (const digest of digests) if (!held.has(digest)) held.set(digest, reference.path);
}
