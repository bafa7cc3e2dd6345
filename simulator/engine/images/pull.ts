/** `docker pull`: finds out what a name leads to, downloads what is missing, unpacks it, and tells how it goes. */
import type { HttpResponse } from '../../http/http.ts';
import type { ProgressMessage } from '../../api/types.ts';
import {
  familiarName,
  familiarString,
  formatReference,
  withDefaultTag,
  withTag,
  type Reference,
} from '../../image/reference.ts';
import { isAttestation } from '../../image/store.ts';
import {
  formatPlatform,
  isIndexType,
  isManifestType,
  LINUX_AMD64,
  platformMatches,
  type Descriptor,
  type Index,
  type Platform,
} from '../../image/types.ts';
import { parseJson } from '../../image/json.ts';
import { RegistryError } from '../../registry/client.ts';
import type { Engine } from '../engine.ts';
import { ApiError, errorText, invalid, notFound } from '../errors.ts';
import { jsonLines, Queue, type Call } from '../http.ts';
import { shortDigest, registryAuth, type RegistryAccess } from './registry.ts';
import { registryClient } from './registry-access.ts';
import { readPlatform, readReference } from './service.ts';

/** Layers that are downloaded at the same time (max-concurrent-downloads). */
const PARALLEL = 3;
/** Bytes of compressed layer unpacked in a virtual millisecond. */
const UNPACK_SPEED = 60_000;

export type Report = (message: ProgressMessage) => void;

/** POST /images/create?fromImage=…: answers with an error as long as nothing was sent, with a stream afterwards. */
export async function pullRoute(call: Call): Promise<HttpResponse> {
  const { engine } = call;
  const image = call.text('fromImage');
  if (image === '') throw invalid('fromImage or fromSrc must be set');
  const given = readReference(image);
  const tag = call.text('tag');
  const reference = tag.startsWith('sha256:')
    ? readReference(`${image}@${tag}`)
    : tag === ''
      ? given
      : withTag(given, tag);
  const registry = registryClient(engine, registryAuth(call));
  const all = tag === '' && given.tag === undefined && given.digest === undefined;
  const platform = readPlatform(call.text('platform'));
  const references = all
    ? (await registry.tags(given)).map((name) => withTag(given, name))
    : [withDefaultTag(reference)];
  const queue = new Queue<ProgressMessage>();
  const began = Promise.withResolvers<void>();
  const report: Report = (message) => {
    queue.push(message);
    began.resolve();
  };
  let failed: unknown;
  const work = (async () => {
    try {
      for (const one of references) {
        await pullImage(engine, registry, one, { platform, report });
        ended(engine, one);
      }
    } catch (error) {
      failed = error;
      const message = errorText(error);
      ended(engine, references.at(-1)!, message);
      queue.push({ errorDetail: { message }, error: message });
    }
    queue.close();
    began.resolve();
  })();
  await began.promise;
  if (failed !== undefined) {
    await work;
    throw failed;
  }
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: jsonLines(queue) };
}

/** Pulls one image. Rejects with Docker's texts. */
export async function pullImage(
  engine: Engine,
  registry: RegistryAccess,
  reference: Reference,
  options: { platform: Platform | undefined; report: Report },
): Promise<Descriptor> {
  const { images } = engine;
  const name = formatReference(reference);
  const { report } = options;
  let target: Descriptor;
  try {
    target = await registry.resolve(reference);
  } catch (error) {
    throw resolveError(reference, error);
  }
  const old = images.find(familiarString(reference));
  const manifests = await fetchManifests(engine, registry, reference, { target, ...options });
  report({
    status: `Pulling from ${reference.path}`,
    id: reference.digest === undefined ? (reference.tag ?? 'latest') : name,
  });
  await fetchLayers(engine, registry, reference, { manifests, report });
  const image = images.store.resolve(target, options.platform);
  if (image !== undefined) images.store.unpack(image);
  const sources = images.pulledFrom.get(target.digest) ?? new Set<string>();
  sources.add(`${reference.domain}/${reference.path}`);
  images.pulledFrom.set(target.digest, sources);
  images.tag(name, target, false);
  engine.events.record('image', 'pull', familiarString(reference), { name: familiarName(reference) });
  report({ status: `Digest: ${target.digest}` });
  const upToDate = old?.target.digest === target.digest;
  report({
    status: `Status: ${upToDate ? 'Image is up to date' : 'Downloaded newer image'} for ${familiarString(reference)}`,
  });
  return target;
}

/** What Docker says when a name leads nowhere. A refusal has words of its own: the registry does not tell why. */
function resolveError(reference: Reference, error: unknown): ApiError {
  const status = error instanceof RegistryError ? error.status : 500;
  const text = errorText(error);
  if (text.startsWith('pull access denied'))
    return new ApiError(
      404,
      `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login'`,
    );
  return new ApiError(status, `failed to resolve reference "${formatReference(reference)}": ${text}`);
}

interface FetchOptions {
  readonly target: Descriptor;
  readonly platform: Platform | undefined;
}

/** Brings the index, the platform's manifest with its config, and the attestations about it. Throws when there is none. */
async function fetchManifests(
  engine: Engine,
  registry: RegistryAccess,
  reference: Reference,
  options: FetchOptions,
): Promise<[Descriptor, ...Descriptor[]]> {
  const { store } = engine.images;
  const { target, platform } = options;
  const bring = async (descriptor: Descriptor): Promise<void> => {
    if (!store.content.has(descriptor.digest))
      store.content.put(await registry.manifest(reference, descriptor), descriptor.digest);
  };
  await bring(target);
  let manifests = [target];
  if (isIndexType(target.mediaType)) {
    const index = parseJson<Index>(store.content.read(target.digest));
    const wanted = platform ?? LINUX_AMD64;
    const main = index.manifests.find(
      (one) => !isAttestation(one) && one.platform !== undefined && platformMatches(wanted, one.platform),
    );
    if (main === undefined) throw noMatch(wanted);
    const about = index.manifests.filter(
      (one) => one.annotations?.['vnd.docker.reference.digest'] === main.digest && isManifestType(one.mediaType),
    );
    manifests = [main, ...about];
    for (const one of manifests) await bring(one);
  }
  for (const one of manifests) {
    const { config } = store.manifest(one.digest);
    if (!store.content.has(config.digest)) await registry.blob(reference, config, () => undefined);
  }
  // A single manifest can be of another platform than the one asked for.
  const [image] = store.images(manifests[0]!);
  if (platform !== undefined && image !== undefined && !platformMatches(platform, image.platform))
    throw noMatch(platform);
  return manifests as [Descriptor, ...Descriptor[]];
}

const noMatch = (platform: Platform): ApiError =>
  notFound(
    `no matching manifest for ${formatPlatform(platform)} in the manifest list entries: no match for platform in manifest: not found`,
  );

/** Downloads the layers that are missing, some at a time, and tells of each; says which were here already. */
async function fetchLayers(
  engine: Engine,
  registry: RegistryAccess,
  reference: Reference,
  options: { manifests: readonly [Descriptor, ...Descriptor[]]; report: Report },
): Promise<void> {
  const { store } = engine.images;
  const { report } = options;
  const [main, ...attestations] = options.manifests;
  const manifest = store.manifest(main.digest);
  const missing = manifest.layers.filter((layer) => !store.content.has(layer.digest));
  const extra = attestations
    .flatMap((one) => store.manifest(one.digest).layers)
    .filter((layer) => !store.content.has(layer.digest));
  if (missing.length + extra.length === 0) return;
  const unique = manifest.layers.filter(
    (layer, i) => manifest.layers.findIndex((one) => one.digest === layer.digest) === i,
  );
  for (const layer of unique)
    if (missing.includes(layer))
      report({ status: 'Pulling fs layer', progressDetail: {}, id: shortDigest(layer.digest) });
  for (const layer of unique) {
    if (missing.includes(layer)) continue;
    const id = shortDigest(layer.digest);
    note(engine, reference, { layer: id, status: 'Already exists', current: layer.size, total: layer.size });
    report({ status: 'Already exists', progressDetail: { hidecounts: true }, id });
  }
  const pending = [...unique.filter((layer) => missing.includes(layer)), ...extra];
  const worker = async (): Promise<void> => {
    for (let layer = pending.shift(); layer !== undefined; layer = pending.shift())
      await download(engine, registry, reference, { layer, report });
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  for (const layer of unique) {
    const id = shortDigest(layer.digest);
    if (missing.includes(layer)) await engine.delay(Math.max(1, layer.size / UNPACK_SPEED));
    note(engine, reference, { layer: id, status: 'Pull complete', current: layer.size, total: layer.size });
    report({ status: 'Pull complete', progressDetail: { hidecounts: true }, id });
  }
}

async function download(
  engine: Engine,
  registry: RegistryAccess,
  reference: Reference,
  options: { layer: Descriptor; report: Report },
): Promise<void> {
  const { layer, report } = options;
  const id = shortDigest(layer.digest);
  await registry.blob(reference, layer, (current) => {
    note(engine, reference, { layer: id, status: 'Downloading', current, total: layer.size });
    report({ status: 'Downloading', progressDetail: { current, total: layer.size }, id });
  });
  note(engine, reference, { layer: id, status: 'Download complete', current: layer.size, total: layer.size });
  report({ status: 'Download complete', progressDetail: { hidecounts: true }, id });
}

function ended(engine: Engine, reference: Reference, error?: string): void {
  const name = familiarString(reference);
  engine.kernel.log.emit('image.transfer', { direction: 'pull', name, ...(error === undefined ? {} : { error }) });
}

function note(
  engine: Engine,
  reference: Reference,
  event: { layer: string; status: string; current: number; total: number },
): void {
  engine.kernel.log.emit('image.pull', { name: familiarString(reference), ...event });
}
