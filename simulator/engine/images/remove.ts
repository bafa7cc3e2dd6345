import type { ImageDeleteItem, ImagesPruneResponse } from '../../api/types.ts';
import { knownLayer } from '../../image/content.ts';
import type { Digest } from '../../image/digest.ts';
import { familiarString, parseReference, withDefaultTag } from '../../image/reference.ts';
import type { Descriptor } from '../../image/types.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { conflict, type ApiError } from '../errors.ts';
import type { Filters } from '../filters.ts';
import { isDangling, type FoundImage } from './service.ts';

/** Tags before digests, each by name. */
const byName = (a: { name: string }, b: { name: string }): number =>
  Number(a.name.includes('@')) - Number(b.name.includes('@')) || (a.name < b.name ? -1 : 1);

const short = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);

function deleteConflict(what: string, hard: boolean, why: string): ApiError {
  return conflict(`conflict: unable to delete ${what} (${hard ? 'cannot be forced' : 'must be forced'}) - ${why}`);
}

/** What must outlive the names: content and layers of containers and of the build cache. */
export function collectGarbage(engine: Engine): ReturnType<Engine['images']['store']['collect']> {
  const { store } = engine.images;
  const content: Descriptor[] = [];
  for (const container of engine.containers.all())
    if (container.manifest !== undefined) content.push(container.manifest as Descriptor);
  const snapshots = content.flatMap((descriptor) => {
    const chain = store.images(descriptor).flatMap((image) => image.chainIds.slice(-1));
    return chain;
  });
  return store.collect({ content, snapshots });
}

function untag(engine: Engine, name: string, digest: Digest, items: ImageDeleteItem[]): void {
  engine.images.store.delete(name);
  if (isDangling(name)) return;
  const familiar = familiarString(parseReference(name));
  items.push({ Untagged: familiar });
  engine.events.record('image', 'untag', digest, { name: familiar });
  engine.kernel.log.emit('image.untag', { id: digest, name: familiar });
}

function remove(engine: Engine, target: Descriptor, items: ImageDeleteItem[]): void {
  const { digest } = target;
  for (const record of [...engine.images.store.named(digest)].sort(byName)) untag(engine, record.name, digest, items);
  items.push({ Deleted: digest });
  engine.images.pulledFrom.delete(digest);
  engine.events.record('image', 'delete', digest, { name: digest });
  engine.kernel.log.emit('image.delete', { id: digest });
  collectGarbage(engine);
}

const runs = (container: Container): boolean => container.state.running;

/**
 * DELETE /images/{name}: takes the name away, and the image with its last name. Throws the conflicts of Docker's
 * containerd image store.
 */
export function deleteImage(engine: Engine, text: string, options: { force: boolean }): ImageDeleteItem[] {
  const { images } = engine;
  const found = images.get(text);
  const items: ImageDeleteItem[] = [];
  if (found.record === undefined) deleteById(engine, found, text, options.force, items);
  else deleteByName(engine, found, text, options.force, items);
  return items;
}

function deleteByName(engine: Engine, found: FoundImage, text: string, force: boolean, items: ImageDeleteItem[]): void {
  const { images } = engine;
  const { target } = found;
  const record = found.record!;
  const users = engine.containers.all().filter((container) => container.imageId === target.digest);
  const names = images.names(target.digest);
  const tags = names.filter((one) => one.name !== record.name && parseReference(one.name).tag !== undefined);
  if (!force) {
    const named = users.find((container) => refersTo(container, record.name));
    if (named !== undefined)
      throw deleteConflict(
        familiarString(withDefaultTag(parseReference(record.name))),
        false,
        `container ${named.shortId} is using its referenced image ${short(target.digest)}`,
      );
    const other = tags.length === 0 ? users[0] : undefined;
    if (other !== undefined)
      throw deleteConflict(
        familiarString(withDefaultTag(parseReference(record.name))),
        false,
        `container ${other.shortId} is using its referenced image ${short(target.digest)}`,
      );
  }
  if (tags.length > 0) {
    untag(engine, record.name, target.digest, items);
    return;
  }
  if (users.length > 0) {
    untag(engine, record.name, target.digest, items);
    images.keepDangling(target);
    return;
  }
  remove(engine, target, items);
}

/** Whether the container was created by this name of the image. */
function refersTo(container: Container, name: string): boolean {
  try {
    const reference = withDefaultTag(parseReference(container.config.Image));
    return familiarString(reference) === familiarString(parseReference(name));
  } catch {
    // Created by an id.
    return false;
  }
}

function deleteById(engine: Engine, found: FoundImage, text: string, force: boolean, items: ImageDeleteItem[]): void {
  const { images } = engine;
  const { target } = found;
  const shown = short(target.digest);
  const users = engine.containers.all().filter((container) => container.imageId === target.digest);
  const running = users.find(runs);
  if (running !== undefined)
    throw deleteConflict(shown, true, `image is being used by running container ${running.shortId}`);
  if (!force) {
    const tagged = images.names(target.digest).filter((record) => parseReference(record.name).tag !== undefined);
    if (tagged.length > 1) throw deleteConflict(shown, false, 'image is referenced in multiple repositories');
    const [stopped] = users;
    if (stopped !== undefined)
      throw deleteConflict(shown, false, `image is being used by stopped container ${stopped.shortId}`);
  }
  if (text !== '' && users.length > 0) {
    for (const record of images.names(target.digest)) untag(engine, record.name, target.digest, items);
    images.keepDangling(target);
    return;
  }
  remove(engine, target, items);
}

/** POST /images/prune: dangling images, or with dangling=false all that no container uses. */
export function pruneImages(engine: Engine, filters: Filters): ImagesPruneResponse {
  filters.validate(['dangling', 'label', 'label!', 'until']);
  const { images } = engine;
  const { store } = images;
  const onlyDangling = filters.boolean('dangling') ?? true;
  const until = filters.until(engine.kernel.clock.now());
  const used = new Set(engine.containers.all().map((container) => container.imageId));
  const deleted: ImageDeleteItem[] = [];
  const manifests: Digest[] = [];
  const groups = new Map<Digest, Descriptor>();
  for (const record of images.records()) groups.set(record.target.digest, record.target);
  let reclaimed = 0;
  for (const target of groups.values()) {
    if (used.has(target.digest)) continue;
    const names = images.names(target.digest);
    if (onlyDangling && names.length > 0) continue;
    const config = store.resolve(target)?.config;
    if (!filters.labels(config?.config?.Labels)) continue;
    if (until !== undefined && Date.parse(config?.created ?? '') > until) continue;
    const before = store.manifests(target).map((info) => info.descriptor.digest);
    // Content that was pulled is still held by its lease when prune looks what has gone.
    const pulled = store.images(target).every((image) => image.manifest.layers.every((one) => knownLayer(one.digest)));
    for (const record of store.named(target.digest)) untag(engine, record.name, target.digest, deleted);
    manifests.push(...new Set([target.digest, ...before]));
    const { bytes } = collectGarbage(engine);
    reclaimed += bytes;
    for (const digest of manifests.splice(0))
      if (!pulled && !store.content.has(digest)) deleted.push({ Deleted: digest });
    engine.events.record('image', 'delete', target.digest, { name: target.digest });
    engine.kernel.log.emit('image.delete', { id: target.digest });
  }
  engine.events.record('image', 'prune', '', { reclaimed: String(reclaimed) });
  return { ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed };
}
