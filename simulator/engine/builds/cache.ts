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

/** The build cache's records as the API shows them. */
export const buildCacheRecords = (engine: Engine): BuildCacheRecord[] =>
  [...engine.buildCache.records.values()].map(view);

/** POST /build/prune: frees records that are not in use; without `all` only those no image shares. */
export function pruneBuildCache(engine: Engine, filters: Filters, options: { all: boolean }): BuildPruneResponse {
  const now = engine.kernel.clock.now();
  const until = filters.until(now);
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const record of [...engine.buildCache.records.values()]) {
    if (record.inUse || (record.shared && !options.all)) continue;
    if (until !== undefined && (record.lastUsedAt ?? record.createdAt) > until) continue;
    if (!filters.match('id', record.id) || !filters.exact('type', record.type)) continue;
    engine.buildCache.records.delete(record.id);
    deleted.push(record.id);
    reclaimed += record.size;
  }
  engine.events.record('builder', 'prune', '', { reclaimed: String(reclaimed) });
  return { CachesDeleted: deleted, SpaceReclaimed: reclaimed };
}
