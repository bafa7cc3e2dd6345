/** `docker system df`. */
import type { Runner } from '../cli/spec.ts';
import { containerRow, type ContainerSummary } from '../container/list.ts';
import { formatRows, parseFormat, runFormat, templateText, type RowType } from '../format/rows.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import { imageRow, isDangling, type ImageLine, type ImageSummary } from '../image/list.ts';
import { familiarName, tryReference } from '../cli/reference.ts';
import { Row } from '../format/rows.ts';
import { VOLUME_ROW, type Volume } from '../volume/manage.ts';

interface Usage<T> {
  ActiveCount?: number;
  TotalCount?: number;
  TotalSize?: number;
  Reclaimable?: number;
  Items?: T[] | null;
}

export interface CacheRecord {
  ID: string;
  Type: string;
  Description: string;
  InUse: boolean;
  Shared: boolean;
  Size: number;
  CreatedAt: string;
  LastUsedAt: string | null;
  UsageCount: number;
  Parents?: string[] | null;
}

interface DiskUsage {
  ImageUsage?: Usage<ImageSummary>;
  ContainerUsage?: Usage<ContainerSummary>;
  VolumeUsage?: Usage<Volume>;
  BuildCacheUsage?: Usage<CacheRecord>;
}

interface Summary {
  readonly type: string;
  readonly usage: Usage<unknown>;
}

const SUMMARY: RowType<Summary> = {
  goType: '*formatter.diskUsageContainersContext',
  columns: {
    Type: ['TYPE', ({ type }) => type],
    TotalCount: ['TOTAL', ({ usage }) => String(usage.TotalCount ?? 0)],
    Active: ['ACTIVE', ({ usage }) => String(usage.ActiveCount ?? 0)],
    Size: ['SIZE', ({ usage }) => humanSize(usage.TotalSize ?? 0)],
    Reclaimable: [
      'RECLAIMABLE',
      ({ type, usage }) => {
        const size = usage.TotalSize ?? 0;
        const free = usage.Reclaimable ?? 0;
        if (type === 'Build Cache' || size <= 0) return humanSize(free);
        return `${humanSize(free)} (${Math.trunc((free * 100) / size)}%)`;
      },
    ],
  },
};

function cacheRow(now: number, trunc: boolean): RowType<CacheRecord> {
  const ago = (text: string | null): string =>
    text === null || text.startsWith('0001') ? '' : `${humanDuration(now - Date.parse(text))} ago`;
  return {
    goType: '*formatter.buildCacheContext',
    columns: {
      ID: ['CACHE ID', (record) => (trunc ? record.ID.slice(0, 12) : record.ID) + (record.InUse ? '*' : '')],
      Parent: ['PARENT', (record) => (record.Parents ?? []).map((id) => (trunc ? id.slice(0, 12) : id)).join(', ')],
      CacheType: ['CACHE TYPE', (record) => record.Type],
      Description: ['DESCRIPTION', (record) => record.Description],
      Size: ['SIZE', (record) => humanSize(record.Size, 3)],
      CreatedAt: ['CREATED AT', (record) => record.CreatedAt],
      CreatedSince: ['CREATED', (record) => ago(record.CreatedAt)],
      LastUsedAt: ['LAST USED AT', (record) => record.LastUsedAt ?? ''],
      LastUsedSince: ['LAST USED', (record) => ago(record.LastUsedAt)],
      UsageCount: ['USAGE', (record) => String(record.UsageCount)],
      InUse: ['IN USE', (record) => String(record.InUse)],
      Shared: ['SHARED', (record) => String(record.Shared)],
    },
  };
}

function imageLine(image: ImageSummary): ImageLine {
  const reference = isDangling(image) ? undefined : tryReference(image.RepoTags?.[0] ?? '');
  if (reference?.tag === undefined) return { image, repository: '<none>', tag: '<none>', digest: '' };
  return { image, repository: familiarName(reference), tag: reference.tag, digest: '' };
}

/** In the order docker lists them: last used first to last, then by size. */
function sortCache(records: readonly CacheRecord[]): CacheRecord[] {
  const used = (record: CacheRecord): number => (record.LastUsedAt === null ? 0 : Date.parse(record.LastUsedAt));
  return [...records].sort((a, b) => {
    if ((a.LastUsedAt === null) !== (b.LastUsedAt === null)) return a.LastUsedAt === null ? -1 : 1;
    const difference = used(a) - used(b);
    return difference !== 0 ? difference : b.Size - a.Size;
  });
}

/** `docker system df`. */
export const df: Runner = async (cli, flags) => {
  const verbose = flags.bool('verbose');
  const usage = await cli.api.json<DiskUsage>('GET', '/system/df', { query: { verbose: verbose ? '1' : undefined } });
  const given = flags.string('format');
  if (!verbose) {
    const rows: Summary[] = [
      { type: 'Images', usage: usage.ImageUsage ?? {} },
      { type: 'Containers', usage: usage.ContainerUsage ?? {} },
      { type: 'Local Volumes', usage: usage.VolumeUsage ?? {} },
      { type: 'Build Cache', usage: usage.BuildCacheUsage ?? {} },
    ];
    let format = given;
    if (given === '' || given === 'table')
      format = 'table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';
    else if (given === 'raw')
      format =
        'type: {{.Type}}\\ntotal: {{.TotalCount}}\\nactive: {{.Active}}\\nsize: {{.Size}}\\nreclaimable: {{.Reclaimable}}\\n';
    await cli.out(formatRows(format, SUMMARY, rows));
    return 0;
  }
  const now = cli.now();
  const table = given === '' || given.startsWith('table');
  const images = (usage.ImageUsage?.Items ?? []).map(imageLine);
  // The virtual size would only repeat the image's.
  const containers = (usage.ContainerUsage?.Items ?? []).map((container) => ({ ...container, SizeRootFs: 0 }));
  const volumes = usage.VolumeUsage?.Items ?? [];
  const cache = sortCache(usage.BuildCacheUsage?.Items ?? []);
  const types = { image: imageRow(now, table), container: containerRow(now, table), cache: cacheRow(now, table) };
  if (given !== '' && given !== 'table') {
    const data = {
      Images: images.map((item) => new Row(types.image, item)),
      Containers: containers.map((item) => new Row(types.container, item)),
      Volumes: volumes.map((item) => new Row(VOLUME_ROW, item)),
      BuildCache: cache.map((item) => new Row(types.cache, item)),
    };
    await cli.out(runFormat(parseFormat(templateText(given)), data));
    return 0;
  }
  await cli.out(
    'Images space usage:\n\n' +
      formatRows(
        'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
        types.image,
        images,
      ) +
      '\nContainers space usage:\n\n' +
      formatRows(
        'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
        types.container,
        containers,
      ) +
      '\nLocal Volumes space usage:\n\n' +
      formatRows('table {{.Name}}\t{{.Links}}\t{{.Size}}', VOLUME_ROW, volumes) +
      `\nBuild cache usage: ${humanSize(usage.BuildCacheUsage?.TotalSize ?? 0)}\n\n` +
      formatRows(
        'table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}',
        types.cache,
        cache,
      ),
  );
  return 0;
};
