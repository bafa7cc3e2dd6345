import type { BuildCacheRecord, BuildPruneResponse } from '../../api/types.ts';
import type { CacheRecord } from '../../builder/cache/store.ts';
import type { Engine } from '../engine.ts';
import type { Filters } from '../filters.ts';
import { rfc3339 } from '../time.ts';

const view = (record: CacheRecord): BuildCacheRecord => ({
  ID: record.id,
  ...(record.parents.length > 0 ? { Parents: [...record.parents] } : {}),
  Type: record.type,
  Description: record.description,
  InUse: record.inUse,
  Shared: record.shared,
  Size: record.size,
  CreatedAt: rfc3339(record.createdAt),
  LastUsedAt: record.lastUsedAt === undefined ? null : rfc3339(record.lastUsedAt),
  UsageCount: record.usageCount,
});

/** Notes which records hold what images have too. */
function noteShared(engine: Engine): void {
  const { store } = engine.images;
  const chains = store.list().flatMap((record) => store.images(record.target).flatMap((image) => image.chainIds));
  engine.buildCache.updateShared(new Set(chains));
}

/** The build cache's records as the API shows them. */
export function buildCacheRecords(engine: Engine): BuildCacheRecord[] {
  noteShared(engine);
  return engine.buildCache.list().map(view);
}

/** POST /build/prune: frees records that are not in use; without `all` only those no image shares. */
export function pruneBuildCache(
  engine: Engine,
  filters: Filters,
  options: { all: boolean; keep: number | undefined },
): BuildPruneResponse {
  const until = filters.until(engine.kernel.clock.now());
  noteShared(engine);
  const removed = engine.buildCache.prune({
    all: options.all,
    ...(until === undefined ? {} : { unusedBefore: until }),
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    matches: (record) =>
      filters.match('id', record.id) &&
      filters.exact('type', record.type) &&
      filters.match('description', record.description),
  });
  const reclaimed = removed.reduce((sum, record) => sum + record.size, 0);
  engine.events.record('builder', 'prune', '', { reclaimed: String(reclaimed) });
  return { CachesDeleted: removed.map((record) => record.id), SpaceReclaimed: reclaimed };
}
