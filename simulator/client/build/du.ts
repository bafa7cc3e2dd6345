/** `docker buildx du`. */
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { formatRows, type RowType } from '../format/rows.ts';
import { tabulate } from '../format/tabwriter.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import type { CacheRecord } from '../system/df.ts';

/** The records of the build cache, largest first as BuildKit lists them. */
export async function cacheRecords(cli: Cli): Promise<CacheRecord[]> {
  const usage = await cli.api.json<{ BuildCacheUsage?: { Items?: CacheRecord[] | null } }>('GET', '/system/df', {
    query: { type: 'build-cache', verbose: '1' },
  });
  const records = usage.BuildCacheUsage?.Items ?? [];
  return [...records].sort((a, b) => b.Size - a.Size);
}

function row(now: number, table: boolean): RowType<CacheRecord> {
  return {
    goType: '*commands.diskusageContext',
    columns: {
      ID: ['ID', (record) => record.ID],
      Parents: ['PARENTS', (record) => record.Parents ?? []],
      CreatedAt: ['CREATED AT', (record) => record.CreatedAt],
      Mutable: ['MUTABLE', () => false],
      Reclaimable: ['RECLAIMABLE', (record) => !record.InUse],
      Shared: ['SHARED', (record) => record.Shared],
      Size: ['SIZE', (record) => humanSize(record.Size) + (table && record.Shared ? '*' : '')],
      Description: ['DESCRIPTION', (record) => record.Description],
      UsageCount: ['USAGE COUNT', (record) => record.UsageCount],
      LastUsedAt: [
        'LAST ACCESSED',
        (record) => (record.LastUsedAt === null ? '' : `${humanDuration(now - Date.parse(record.LastUsedAt))} ago`),
      ],
      Type: ['TYPE', (record) => record.Type],
    },
  };
}

const TABLE = 'table {{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}';
const PRETTY = `ID:           {{.ID}}
{{- if .Parents }}
Parents:
{{- range .Parents }}
 - {{.}}
{{- end }}
{{- end }}
Created at:   {{.CreatedAt}}
Mutable:      {{.Mutable}}
Reclaimable:  {{.Reclaimable}}
Shared:       {{.Shared}}
Size:         {{.Size}}
{{- if .Description}}
Description:  {{ .Description }}
{{- end }}
Usage count:  {{.UsageCount}}
{{- if .LastUsedAt}}
Last used:    {{ .LastUsedAt }}
{{- end }}
{{- if .Type}}
Type:         {{ .Type }}
{{- end }}
`;

/** The table of records. */
export function usageTable(records: readonly CacheRecord[], now: number): string {
  return formatRows(TABLE, row(now, true), records);
}

/** `docker buildx du`. */
export const du: Runner = async (cli, flags) => {
  const given = flags.string('format');
  const verbose = flags.bool('verbose');
  if (given !== '' && verbose) throw new CliError('ERROR: --format and --verbose cannot be used together');
  const format =
    given === '' ? (verbose ? PRETTY : TABLE) : given === 'pretty' ? PRETTY : given === 'table' ? TABLE : given;
  const filters = flags.value<Record<string, Record<string, boolean>>>('filter') ?? {};
  const wanted = (record: CacheRecord): boolean =>
    Object.entries(filters).every(([key, values]) => {
      const value = { type: record.Type, id: record.ID, shared: String(record.Shared), inuse: String(record.InUse) }[
        key
      ];
      return (
        value === undefined || Object.keys(values).some((one) => (key === 'id' ? value.startsWith(one) : value === one))
      );
    });
  const records = (await cacheRecords(cli)).filter(wanted);
  await cli.out(formatRows(format, row(cli.now(), format.startsWith('table')), records));
  if ((format !== TABLE && format !== PRETTY) || Object.keys(filters).length > 0) return 0;
  const sum = (list: readonly CacheRecord[]): number => list.reduce((total, record) => total + record.Size, 0);
  const shared = sum(records.filter((record) => record.Shared));
  const total = sum(records);
  let text = shared > 0 ? `Shared:\t${humanSize(shared)}\nPrivate:\t${humanSize(total - shared)}\n` : '';
  text += `Reclaimable:\t${humanSize(sum(records.filter((record) => !record.InUse)))}\nTotal:\t${humanSize(total)}\n`;
  await cli.out(tabulate(text, { minWidth: 1, padding: 1, tabs: true }));
  return 0;
};
