/** `docker volume create`, `ls` and `rm`. */
import { encodeFilters, escapePath } from '../cli/api.ts';
import { CliError, joinErrors } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { compareNatural } from '../format/text.ts';
import { humanSize } from '../format/units.ts';

export interface Volume {
  Name: string;
  Driver: string;
  Scope: string;
  Mountpoint: string;
  Labels: Record<string, string> | null;
  UsageData?: { RefCount: number; Size: number } | null;
}

/** The fields of a listed volume. */
export const VOLUME_ROW: RowType<Volume> = {
  goType: '*formatter.volumeContext',
  label: (volume, key) => volume.Labels?.[key] ?? '',
  columns: {
    Name: ['VOLUME NAME', (v) => v.Name],
    Driver: ['DRIVER', (v) => v.Driver],
    Scope: ['SCOPE', (v) => v.Scope],
    Mountpoint: ['MOUNTPOINT', (v) => v.Mountpoint],
    Labels: [
      'LABELS',
      (v) =>
        Object.entries(v.Labels ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .sort()
          .join(','),
    ],
    Links: ['LINKS', (v) => (v.UsageData === undefined || v.UsageData === null ? 'N/A' : String(v.UsageData.RefCount))],
    Size: ['SIZE', (v) => (v.UsageData === undefined || v.UsageData === null ? 'N/A' : humanSize(v.UsageData.Size))],
    Group: ['GROUP', () => 'N/A'],
    Availability: ['AVAILABILITY', () => 'N/A'],
    Status: ['STATUS', () => 'N/A'],
  },
};

/** `docker volume ls`. */
export const list: Runner = async (cli, flags) => {
  const answer = await cli.api.json<{ Volumes: Volume[] | null }>('GET', '/volumes', {
    query: { filters: encodeFilters(flags.value('filter')) },
  });
  const quiet = flags.bool('quiet');
  let format = flags.string('format');
  if (format === '' && !flags.bool('cluster') && !quiet) format = cli.config.content.volumesFormat ?? '';
  const chosen =
    format === 'raw'
      ? quiet
        ? 'name: {{.Name}}'
        : 'name: {{.Name}}\\ndriver: {{.Driver}}\\n'
      : chooseFormat(format, quiet, 'table {{.Driver}}\t{{.Name}}', '{{.Name}}');
  const volumes = (answer.Volumes ?? []).sort((a, b) => compareNatural(a.Name, b.Name));
  await cli.out(formatRows(chosen, VOLUME_ROW, volumes));
  return 0;
};

/** `docker volume create`. */
export const create: Runner = async (cli, flags, args) => {
  const name = args[0] ?? '';
  const volume = await cli.api.json<Volume>('POST', '/volumes/create', {
    body: {
      Driver: flags.string('driver'),
      DriverOpts: flags.value<Record<string, string>>('opt') ?? {},
      Labels: labelMap(flags.list('label')),
      Name: name,
    },
  });
  await cli.print(volume.Name);
  return 0;
};

/** `key=value` labels as a map. */
export function labelMap(labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => {
      const at = label.indexOf('=');
      return at < 0 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)];
    }),
  );
}

/** `docker volume rm`. */
export const remove: Runner = async (cli, flags, args) => {
  const errors: Error[] = [];
  for (const name of args) {
    try {
      await cli.api.call('DELETE', `/volumes/${escapePath(name)}`, {
        query: { force: flags.bool('force') ? '1' : undefined },
      });
      await cli.print(name);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors(errors);
  return 0;
};
