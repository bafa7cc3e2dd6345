/** `docker builder prune` and `docker buildx prune`. */
import { encodeFilters } from '../cli/api.ts';
import { confirm } from '../cli/prompt.ts';
import type { Runner } from '../cli/spec.ts';
import { tabulate } from '../format/tabwriter.ts';
import { humanSize } from '../format/units.ts';
import type { CacheRecord } from '../system/df.ts';
import { cacheRecords, usageTable } from './du.ts';

/** `docker buildx prune`: lists what it removes. */
export const prune: Runner = async (cli, flags) => {
  const all = flags.bool('all');
  const what = all ? 'all build cache' : 'all dangling build cache';
  if (
    !flags.bool('force') &&
    !(await confirm(cli, `WARNING! This will remove ${what}. Are you sure you want to continue?`))
  )
    return 0;
  const before = await cacheRecords(cli);
  const report = await cli.api.json<{ CachesDeleted?: string[] | null; SpaceReclaimed: number }>(
    'POST',
    '/build/prune',
    {
      query: {
        all: all ? '1' : undefined,
        'reserved-space': flags.number('reserved-space') === 0 ? undefined : String(flags.number('reserved-space')),
        filters: encodeFilters(flags.value('filter')),
      },
    },
  );
  const removed = (report.CachesDeleted ?? []).map(
    (id): CacheRecord =>
      before.find((record) => record.ID === id) ?? {
        ID: id,
        Type: 'regular',
        Description: '',
        InUse: false,
        Shared: false,
        Size: 0,
        CreatedAt: '',
        LastUsedAt: null,
        UsageCount: 0,
      },
  );
  if (removed.length > 0) await cli.out(usageTable(removed, cli.now()));
  await cli.out(tabulate(`Total:\t${humanSize(report.SpaceReclaimed)}\n`, { minWidth: 1, padding: 1, tabs: true }));
  return 0;
};

/** `docker builder prune`: the same, by its older name. */
export const pruneBuilder = prune;
