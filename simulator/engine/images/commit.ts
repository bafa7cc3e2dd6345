/** New images from containers (`docker commit`) and from flat archives (`docker import`). */
import type { Digest } from '../../image/digest.ts';
import { gunzip, isGzip } from '../../image/gzip.ts';
import { layerFromTar } from '../../image/layer-tar.ts';
import { formatReference, familiarString, parseReference } from '../../image/reference.ts';
import { MEDIA, type Descriptor, type ImageConfig, type RunConfig } from '../../image/types.ts';
import type { Container } from '../containers/container.ts';
import { isMountPoint } from '../containers/rootfs.ts';
import type { Engine } from '../engine.ts';
import { errorText, invalid } from '../errors.ts';
import { rfc3339 } from '../time.ts';
import { readPlatform, readReference } from './service.ts';

/** `repo` and `tag` of a request as a full name; '' where none is given. */
export function targetName(repo: string, tag: string): string {
  if (repo === '') return '';
  const reference = readReference(repo);
  return formatReference({ ...reference, tag: tag || reference.tag || 'latest' });
}

const notEmpty = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0) &&
  !(typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0);

/** The container's config as an image keeps it: what is of the host is left out. */
function runConfig(container: Container): RunConfig {
  const { config } = container;
  const kept: Record<string, unknown> = {
    User: config.User,
    ExposedPorts: config.ExposedPorts,
    Env: config.Env,
    Entrypoint: config.Entrypoint,
    Cmd: config.Cmd,
    Volumes: config.Volumes,
    WorkingDir: config.WorkingDir,
    Labels: config.Labels,
    StopSignal: config.StopSignal,
    Healthcheck: config.Healthcheck,
    ArgsEscaped: config.ArgsEscaped,
    Shell: config.Shell,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => notEmpty(value))) as RunConfig;
}

export interface CommitOptions {
  readonly repo: string;
  readonly tag: string;
  readonly comment: string;
  readonly author: string;
  readonly changes: readonly string[];
  readonly pause: boolean;
}

/** POST /commit: the image's layers, the container's own as one more, and its config. */
export async function commitContainer(engine: Engine, container: Container, options: CommitOptions): Promise<Digest> {
  const { images } = engine;
  const { store } = images;
  const name = targetName(options.repo, options.tag);
  const { applyChanges } = await engine.kernel.external(import('./changes.ts'));
  const config = applyChanges(runConfig(container), options.changes);
  const pauses = options.pause && container.runtime !== undefined && !container.state.paused;
  if (pauses) container.runtime!.pause(true);
  await engine.delay(120);
  const layer = container.upper.freeze(isMountPoint(container));
  if (pauses) container.runtime?.pause(false);
  const base = container.manifest && store.images(container.manifest as Descriptor)[0];
  const now = rfc3339(engine.instants.now());
  const empty = layer.root.entries.size === 0;
  const added = empty ? undefined : store.addLayer(layer);
  const history = {
    created: now,
    created_by: [container.path, ...container.args].join(' '),
    ...(options.author === '' ? {} : { author: options.author }),
    ...(options.comment === '' ? {} : { comment: options.comment }),
    ...(empty ? { empty_layer: true } : {}),
  };
  const image: ImageConfig = {
    created: now,
    ...(options.author === '' ? {} : { author: options.author }),
    architecture: base?.config.architecture ?? 'amd64',
    os: base?.config.os ?? 'linux',
    ...(base?.config.variant ? { variant: base.config.variant } : {}),
    config,
    rootfs: { type: 'layers', diff_ids: [...(base?.diffIds ?? []), ...(added ? [added.diffId] : [])] },
    history: [...(base?.config.history ?? []), history],
  };
  const layers = [...(base?.manifest.layers ?? []), ...(added ? [added.descriptor] : [])];
  const target = storeImage(engine, image, layers, name);
  images.parents.set(target.digest, container.imageId as Digest);
  engine.containerEvent(container, 'commit', {
    comment: options.comment,
    imageID: target.digest,
    imageRef: name === '' ? '' : familiarString(parseReference(name)),
  });
  return target.digest;
}

/** Writes config and manifest, and names the image (or keeps it as a dangling one). */
function storeImage(engine: Engine, config: ImageConfig, layers: readonly Descriptor[], name: string): Descriptor {
  const { images } = engine;
  const { store } = images;
  const target = store.addManifest({
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: store.addConfig(config),
    layers,
  });
  const image = store.resolve(target);
  if (image !== undefined) store.unpack(image);
  engine.kernel.log.emit('image.add', { id: target.digest, name });
  if (name === '') images.keepDangling(target);
  else images.tag(name, target, false);
  return target;
}

export interface ImportOptions {
  readonly repo: string;
  readonly tag: string;
  readonly message: string;
  readonly changes: readonly string[];
  readonly platform: string;
  /** As the history tells it: `-` or the URL. */
  readonly source: string;
}

/** POST /images/create?fromSrc=…: an image of one layer. */
export async function importImage(engine: Engine, tar: Uint8Array, options: ImportOptions): Promise<Digest> {
  const { applyChanges } = await engine.kernel.external(import('./changes.ts'));
  const config = applyChanges({}, options.changes);
  const name = targetName(options.repo, options.tag);
  let layer;
  if (tar.length > 0 && tar.length < 512) throw invalid('unexpected EOF');
  try {
    layer = layerFromTar(isGzip(tar) ? gunzip(tar) : tar, { whiteouts: false });
  } catch (error) {
    throw invalid(errorText(error));
  }
  await engine.delay(80);
  const added = engine.images.store.addLayer(layer);
  const now = rfc3339(engine.instants.now());
  const platform = readPlatform(options.platform) ?? { os: 'linux', architecture: 'amd64' };
  const image: ImageConfig = {
    created: now,
    architecture: platform.architecture,
    os: platform.os,
    ...(platform.variant ? { variant: platform.variant } : {}),
    config,
    rootfs: { type: 'layers', diff_ids: [added.diffId] },
    history: [{ created: now, comment: options.message || `Imported from ${options.source}` }],
  };
  const target = storeImage(engine, image, [added.descriptor], name);
  engine.events.record('image', 'import', target.digest, { name: target.digest });
  return target.digest;
}
