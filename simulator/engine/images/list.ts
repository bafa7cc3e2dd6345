import type { HistoryItem, ImageInspect, ImageSummary, ManifestSummary } from '../../api/types.ts';
import type { Digest } from '../../image/digest.ts';
import { familiarName, familiarString, parseReference } from '../../image/reference.ts';
import type { ImageStore } from '../../image/store.ts';
import type { Descriptor } from '../../image/types.ts';
import type { Engine } from '../engine.ts';
import { invalid } from '../errors.ts';
import type { Filters } from '../filters.ts';
import { rfc3339, ZERO_TIME } from '../time.ts';
import { isDangling, type FoundImage, type ImageService } from './service.ts';

const seconds = (time: string | undefined): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));

/** Containers of an image, running or not. */
export const containersOf = (engine: Engine, digest: Digest): string[] =>
  engine.containers
    .all()
    .filter((container) => container.imageId === digest)
    .map((container) => container.id);

/** RepoTags and RepoDigests of an image. */
function repoNames(images: ImageService, digest: Digest): { tags: string[]; digests: string[] } {
  const tags: string[] = [];
  const digests: string[] = [];
  for (const record of images.names(digest)) {
    const reference = parseReference(record.name);
    if (reference.tag !== undefined) tags.push(familiarString(reference));
    const withDigest = `${familiarName(reference)}@${digest}`;
    if (!digests.includes(withDigest)) digests.push(withDigest);
  }
  return { tags, digests };
}

function manifestSummaries(engine: Engine, store: ImageStore, target: Descriptor): ManifestSummary[] {
  return store.manifests(target).map((info): ManifestSummary => {
    const { descriptor, platform } = info;
    const shown = {
      mediaType: descriptor.mediaType,
      digest: descriptor.digest,
      size: descriptor.size,
      ...(descriptor.annotations ? { annotations: { ...descriptor.annotations } } : {}),
      ...(descriptor.platform ? { platform: { ...descriptor.platform } } : {}),
    };
    return {
      ID: descriptor.digest,
      Descriptor: shown,
      Available: info.available,
      Size: { Content: info.contentSize, Total: info.contentSize + info.unpackedSize },
      Kind: info.kind,
      ...(info.kind === 'image'
        ? {
            ImageData: {
              Platform: { ...(platform ?? { architecture: '', os: '' }) },
              Containers: engine.containers
                .all()
                .filter((container) => container.manifest?.digest === descriptor.digest)
                .map((container) => container.id),
              Size: { Unpacked: info.unpackedSize },
            },
          }
        : {}),
      ...(info.kind === 'attestation' ? { AttestationData: { For: info.for ?? '' } } : {}),
    };
  });
}

/** An image as GET /images/json lists it. */
export function imageSummary(engine: Engine, target: Descriptor, manifests: boolean): ImageSummary {
  const { images } = engine;
  const { store } = images;
  const config = store.resolve(target)?.config;
  const { tags, digests } = repoNames(images, target.digest);
  return {
    Id: target.digest,
    ParentId: '',
    RepoTags: tags,
    RepoDigests: digests,
    Created: seconds(config?.created),
    Size: store.diskUsage(target),
    SharedSize: -1,
    Labels: config?.config?.Labels ? { ...config.config.Labels } : null,
    Containers: containersOf(engine, target.digest).length,
    ...(manifests ? { Manifests: manifestSummaries(engine, store, target) } : {}),
    Descriptor: { mediaType: target.mediaType, digest: target.digest, size: target.size },
  };
}

/** Whether `pattern` (path.Match: `*` stays within a path segment) fits `text`. */
export function pathMatch(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  try {
    return new RegExp(`^${source}$`).test(text);
  } catch {
    return false;
  }
}

/** Whether a reference filter fits a name: with or without its tag (distribution/reference: FamiliarMatch). */
function referenceMatches(pattern: string, name: string): boolean {
  const reference = parseReference(name);
  return pathMatch(pattern, familiarString(reference)) || pathMatch(pattern, familiarName(reference));
}

const FILTERS = ['before', 'dangling', 'label', 'label!', 'reference', 'since', 'until'];

/** GET /images/json: newest first; each image once, with all its names. */
export function listImages(engine: Engine, filters: Filters, options: { manifests: boolean }): ImageSummary[] {
  filters.validate(FILTERS);
  const { images } = engine;
  const { store } = images;
  const dangling = filters.boolean('dangling');
  const createdOf = (found: FoundImage): number => seconds(store.resolve(found.target)?.config.created);
  const before = filters.get('before').map((name) => createdOf(images.get(name)));
  const since = filters.get('since').map((name) => createdOf(images.get(name)));
  const until = filters.until(engine.kernel.clock.now());
  const targets = new Map<Digest, Descriptor>();
  for (const record of images.records())
    if (!targets.has(record.target.digest)) targets.set(record.target.digest, record.target);
  const found: ImageSummary[] = [];
  for (const target of targets.values()) {
    const names = images.names(target.digest);
    const summary = imageSummary(engine, target, options.manifests);
    if (dangling !== undefined && dangling !== (names.length === 0)) continue;
    if (!filters.labels(summary.Labels)) continue;
    if (before.some((time) => summary.Created >= time) || since.some((time) => summary.Created <= time)) continue;
    if (until !== undefined && summary.Created * 1000 > until) continue;
    if (filters.has('reference')) {
      const fitting = names.filter((record) =>
        filters.get('reference').some((pattern) => referenceMatches(pattern, record.name)),
      );
      if (fitting.length === 0) continue;
      const shown = fitting.map((record) => parseReference(record.name));
      summary.RepoTags = shown.filter((ref) => ref.tag !== undefined).map(familiarString);
      summary.RepoDigests = [...new Set(shown.map((ref) => `${familiarName(ref)}@${target.digest}`))];
    }
    found.push(summary);
  }
  return found.sort((a, b) => b.Created - a.Created);
}

/** Fields of a config that hold something, in the order of the image specification. */
function configView(config: Readonly<Record<string, unknown>> | undefined): ImageInspect['Config'] {
  const order = [
    'User',
    'ExposedPorts',
    'Env',
    'Entrypoint',
    'Cmd',
    'Volumes',
    'WorkingDir',
    'Labels',
    'StopSignal',
    'ArgsEscaped',
    'Healthcheck',
    'OnBuild',
    'Shell',
  ];
  const empty = (value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    order.filter((key) => !empty(config?.[key])).map((key) => [key, structuredClone(config![key])]),
  );
}

/** GET /images/{name}/json. */
export function inspectImage(
  engine: Engine,
  found: FoundImage,
  options: { version: number; manifests: boolean },
): ImageInspect {
  const { images } = engine;
  const { store } = images;
  const { target } = found;
  const image = store.resolve(target);
  const config = image?.config;
  const { tags, digests } = repoNames(images, target.digest);
  const records = store.named(target.digest);
  const record = found.record ?? images.names(target.digest)[0] ?? records[0];
  const last = [...(config?.history ?? [])].at(-1);
  const comment = last?.comment ?? '';
  const tagged = Math.max(0, ...records.map((one) => one.updatedAt));
  const pulls = [...(images.pulledFrom.get(target.digest) ?? [])];
  const builds = images.builtAs.get(target.digest) ?? [];
  const identity = {
    ...(pulls.length > 0 ? { Pull: pulls.map((Repository) => ({ Repository })) } : {}),
    ...(builds.length > 0 ? { Build: builds.map(({ ref, at }) => ({ Ref: ref, CreatedAt: rfc3339(at) })) } : {}),
  };
  const reference = record && !isDangling(record.name) ? parseReference(record.name) : undefined;
  const annotations = {
    ...(pulls.length > 0 ? { 'containerd.io/distribution.source.docker.io': pulls[0]!.replace(/^[^/]*\//, '') } : {}),
    ...(record ? { 'io.containerd.image.name': record.name } : {}),
    ...(reference?.tag ? { 'org.opencontainers.image.ref.name': reference.tag } : {}),
  };
  return {
    Id: target.digest,
    RepoTags: tags,
    RepoDigests: digests,
    ...(options.version < 152 ? { Parent: '' } : {}),
    ...(comment !== '' || options.version < 152 ? { Comment: comment } : {}),
    ...(config?.created ? { Created: config.created } : {}),
    ...(config?.author || options.version < 152 ? { Author: config?.author ?? '' } : {}),
    ...(options.version < 152 ? { DockerVersion: '' } : {}),
    Config: configView(config?.config as Readonly<Record<string, unknown>> | undefined),
    Architecture: image?.platform.architecture ?? '',
    ...(image?.platform.variant ? { Variant: image.platform.variant } : {}),
    Os: image?.platform.os ?? '',
    Size: store.contentSize(target),
    ...(options.version < 152 ? { GraphDriver: { Data: null, Name: 'overlayfs' } } : {}),
    RootFS: { Type: 'layers', ...(image && image.diffIds.length > 0 ? { Layers: [...image.diffIds] } : {}) },
    Metadata: { LastTagTime: tagged === 0 ? ZERO_TIME : rfc3339(tagged) },
    Descriptor: {
      mediaType: target.mediaType,
      digest: target.digest,
      size: target.size,
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    ...(options.manifests ? { Manifests: manifestSummaries(engine, store, target) } : {}),
    ...(options.version >= 152 && Object.keys(identity).length > 0 ? { Identity: identity } : {}),
  };
}

/** GET /images/{name}/history: newest entry first, sizes of the unpacked layers. */
export function historyOf(engine: Engine, found: FoundImage, platform: string): HistoryItem[] {
  const { images } = engine;
  const image = images.store.resolve(found.target);
  if (image === undefined) throw invalid(`no suitable image for platform ${platform}`);
  const items: HistoryItem[] = [];
  let layer = 0;
  const history =
    image.config.history ??
    image.diffIds.map(() => ({}) as { created?: string; created_by?: string; comment?: string; empty_layer?: boolean });
  for (const entry of history) {
    const chain = entry.empty_layer ? undefined : image.chainIds[layer++];
    items.unshift({
      Id: '<missing>',
      Created: seconds(entry.created),
      CreatedBy: entry.created_by ?? '',
      Tags: null,
      Size: chain === undefined ? 0 : (images.store.snapshots.get(chain)?.usage ?? 0),
      Comment: entry.comment ?? '',
    });
  }
  const top = items[0];
  if (top !== undefined) {
    top.Id = found.target.digest;
    const tags = repoNames(images, found.target.digest).tags;
    top.Tags = tags.length > 0 ? tags : null;
  }
  // A commit adds one entry: what is below is the history of the image that the container was made of.
  const parent = images.parents.get(found.target.digest);
  const below = items[1];
  if (parent !== undefined && below !== undefined && images.store.content.has(parent)) below.Id = parent;
  return items;
}
