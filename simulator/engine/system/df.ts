import type { ContainerSummary, DiskUsageOf, DiskUsageResponse, ImageSummary, Volume } from '../../api/types.ts';
import type { Digest } from '../../image/digest.ts';
import type { Descriptor } from '../../image/types.ts';
import { containerSummary } from '../containers/list.ts';
import { writableSize } from '../containers/remove.ts';
import type { Engine } from '../engine.ts';
import { imageSummary } from '../images/list.ts';
import { buildCacheRecords } from '../builds/cache.ts';

export interface DiskUsageOptions {
  readonly version: number;
  readonly verbose: boolean;
  /** container, image, volume, build-cache; none: all. */
  readonly types: readonly string[];
}

function usage<T>(
  all: readonly T[],
  options: { active: (item: T) => boolean; total: number; reclaimable: number; items: boolean },
): DiskUsageOf<T> {
  return {
    ActiveCount: all.filter(options.active).length,
    TotalCount: all.length,
    Reclaimable: options.reclaimable,
    TotalSize: options.total,
    ...(options.items ? { Items: [...all] } : {}),
  };
}

/** Images with what each shares with others, and what the store holds altogether. */
function imageUsage(engine: Engine): { items: ImageSummary[]; total: number; used: number } {
  const { images } = engine;
  const { store } = images;
  const targets = new Map<Digest, Descriptor>();
  for (const record of images.records()) targets.set(record.target.digest, record.target);
  const parts = [...targets.values()].map((target) => {
    const pieces = new Map<string, number>();
    for (const digest of store.reachable([target])) pieces.set(digest, store.content.info(digest)?.size ?? 0);
    for (const image of store.images(target))
      for (const chain of image.chainIds) pieces.set(`chain ${chain}`, store.snapshots.get(chain)?.usage ?? 0);
    return { target, pieces };
  });
  const users = new Map<string, number>();
  for (const { pieces } of parts) for (const key of pieces.keys()) users.set(key, (users.get(key) ?? 0) + 1);
  const all = new Map<string, number>();
  const inUse = new Map<string, number>();
  const items = parts.map(({ target, pieces }) => {
    const summary = imageSummary(engine, target, false);
    let shared = 0;
    for (const [key, size] of pieces) {
      if ((users.get(key) ?? 0) > 1) shared += size;
      all.set(key, size);
      if (summary.Containers > 0) inUse.set(key, size);
    }
    return { ...summary, SharedSize: shared };
  });
  const sum = (map: ReadonlyMap<string, number>): number => [...map.values()].reduce((a, b) => a + b, 0);
  items.sort((a, b) => b.Created - a.Created);
  return { items, total: sum(all), used: sum(inUse) };
}

/** GET /system/df. */
export function diskUsage(engine: Engine, options: DiskUsageOptions): DiskUsageResponse {
  const { verbose, version, types } = options;
  const wants = (type: string): boolean => types.length === 0 || types.includes(type);
  const images = imageUsage(engine);
  const containers = engine.containers.all().reverse();
  const sizes = new Map(containers.map((container) => [container.id, writableSize(container)]));
  const summaries: ContainerSummary[] = containers.map((container) =>
    containerSummary(engine, container, { size: true, version }),
  );
  const volumes: Volume[] = engine.volumes.all().map((volume) => engine.volumes.view(volume, true));
  const cache = buildCacheRecords(engine);
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
  const running = new Set(containers.filter((container) => container.state.running).map((container) => container.id));
  if (version < 152) {
    return {
      LayersSize: images.total,
      ...(wants('image') ? { Images: images.items } : {}),
      ...(wants('container') ? { Containers: summaries } : {}),
      ...(wants('volume') ? { Volumes: volumes } : {}),
      ...(wants('build-cache') ? { BuildCache: cache } : {}),
    };
  }
  const volumeSize = (list: readonly Volume[]): number => sum(list.map((volume) => volume.UsageData!.Size));
  return {
    ...(wants('image')
      ? {
          ImageUsage: usage(images.items, {
            active: (image) => image.Containers > 0,
            total: images.total,
            reclaimable: images.total - images.used,
            items: verbose,
          }),
        }
      : {}),
    ...(wants('container')
      ? {
          ContainerUsage: usage(summaries, {
            active: (container) => running.has(container.Id),
            total: sum(sizes.values()),
            reclaimable: sum([...sizes].filter(([id]) => !running.has(id)).map(([, size]) => size)),
            items: verbose,
          }),
        }
      : {}),
    ...(wants('volume')
      ? {
          VolumeUsage: usage(volumes, {
            active: (volume) => volume.UsageData!.RefCount > 0,
            total: volumeSize(volumes),
            reclaimable: volumeSize(volumes.filter((volume) => volume.UsageData!.RefCount === 0)),
            items: verbose,
          }),
        }
      : {}),
    ...(wants('build-cache')
      ? {
          BuildCacheUsage: usage(cache, {
            active: (record) => record.InUse,
            total: sum(cache.map((record) => record.Size)),
            reclaimable: sum(cache.filter((record) => !record.InUse && !record.Shared).map((record) => record.Size)),
            items: verbose,
          }),
        }
      : {}),
  };
}
