/** `docker ps`. */
import { encodeFilters } from '../cli/api.ts';
import type { Runner } from '../cli/spec.ts';
import { familiarString, tryReference, type Reference } from '../cli/reference.ts';
import { chooseFormat, formatRows, parseFormat, Row, runFormat, type RowType } from '../format/rows.ts';
import { displayablePorts, type Port } from '../format/ports.ts';
import { ellipsis, goQuote, shortId } from '../format/text.ts';
import { goTime } from '../format/time.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import { GoObject, NilPointer, type Value } from '../template/values.ts';

/** A container as `GET /containers/json` lists it. */
export interface ContainerSummary {
  Id: string;
  Names: string[];
  Image: string;
  ImageID: string;
  Command: string;
  Created: number;
  Ports: Port[] | null;
  Labels: Record<string, string> | null;
  State: string;
  Status: string;
  SizeRw?: number;
  SizeRootFs?: number;
  Mounts?: { Name?: string; Source?: string; Driver?: string }[] | null;
  NetworkSettings?: { Networks?: Record<string, unknown> | null } | null;
  Health?: { Status?: string } | null;
  ImageManifestDescriptor?: { platform?: { os?: string; architecture?: string; variant?: string } } | null;
}

const TABLE = 'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

const RAW = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

/** The reference as `ps` shows it: familiar, without digest. */
function imageName(container: ContainerSummary, trunc: boolean): string {
  if (container.Image === '') return '<no image>';
  if (!trunc) return container.Image;
  const short = shortId(container.ImageID);
  if (short === shortId(container.Image)) return short;
  const reference = tryReference(container.Image);
  if (reference === undefined) return container.Image;
  const { domain, path, tag } = reference;
  const shown: Reference = { domain, path, ...(tag === undefined ? {} : { tag }) };
  return familiarString(shown);
}

function names(container: ContainerSummary, trunc: boolean): string {
  const list = container.Names.map((name) => name.replace(/^\//, ''));
  return trunc ? (list.find((name) => !name.includes('/')) ?? '') : list.join(',');
}

function health(container: ContainerSummary): string {
  const known = container.Health?.Status;
  if (known !== undefined && known !== '') return known;
  const match = /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(container.Status);
  return match?.[1] ?? '';
}

class Platform extends GoObject {
  readonly goType = '*formatter.Platform';
  private readonly parts: { os?: string; architecture?: string; variant?: string };
  constructor(parts: { os?: string; architecture?: string; variant?: string }) {
    super();
    this.parts = parts;
  }
  member(name: string): { kind: 'field'; value: Value } | undefined {
    const fields: Record<string, Value> = {
      OS: this.parts.os ?? '',
      Architecture: this.parts.architecture ?? '',
      Variant: this.parts.variant ?? '',
    };
    return Object.hasOwn(fields, name) ? { kind: 'field', value: fields[name] } : undefined;
  }
  toJson(): unknown {
    return this.parts;
  }
  print(): string {
    const { os = '', architecture = '', variant = '' } = this.parts;
    return [os, architecture, variant].filter((part) => part !== '').join('/');
  }
}

/** The fields of a listed container. */
export function containerRow(now: number, trunc: boolean): RowType<ContainerSummary> {
  return {
    goType: '*formatter.ContainerContext',
    label: (container, key) => container.Labels?.[key] ?? '',
    columns: {
      ID: ['CONTAINER ID', (c) => (trunc ? shortId(c.Id) : c.Id)],
      Names: ['NAMES', (c) => names(c, trunc)],
      Image: ['IMAGE', (c) => imageName(c, trunc)],
      Command: ['COMMAND', (c) => goQuote(trunc ? ellipsis(c.Command, 20) : c.Command)],
      CreatedAt: ['CREATED AT', (c) => goTime(c.Created * 1000)],
      RunningFor: ['CREATED', (c) => `${humanDuration(now - c.Created * 1000)} ago`],
      Ports: ['PORTS', (c) => displayablePorts(c.Ports ?? [])],
      State: ['STATE', (c) => c.State],
      Status: ['STATUS', (c) => c.Status],
      Size: [
        'SIZE',
        (c) => {
          const own = humanSize(c.SizeRw ?? 0, 3);
          return (c.SizeRootFs ?? 0) > 0 ? `${own} (virtual ${humanSize(c.SizeRootFs ?? 0, 3)})` : own;
        },
      ],
      Labels: [
        'LABELS',
        (c) =>
          Object.entries(c.Labels ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .sort()
            .join(','),
      ],
      Mounts: [
        'MOUNTS',
        (c) =>
          (c.Mounts ?? [])
            .map((mount) => (mount.Name === undefined || mount.Name === '' ? (mount.Source ?? '') : mount.Name))
            .map((name) => (trunc ? ellipsis(name, 15) : name))
            .join(','),
      ],
      LocalVolumes: [
        'LOCAL VOLUMES',
        (c) => String((c.Mounts ?? []).filter((mount) => mount.Driver === 'local').length),
      ],
      Networks: ['NETWORKS', (c) => Object.keys(c.NetworkSettings?.Networks ?? {}).join(',')],
      Platform: [
        'PLATFORM',
        (c) => {
          const platform = c.ImageManifestDescriptor?.platform;
          return platform === undefined ? new NilPointer('*formatter.Platform') : new Platform(platform);
        },
      ],
      HealthStatus: ['HEALTH STATUS', (c) => health(c)],
    },
  };
}

const NOTHING: ContainerSummary = {
  Id: '',
  Names: [],
  Image: '',
  ImageID: '',
  Command: '',
  Created: 0,
  Ports: [],
  Labels: {},
  State: '',
  Status: '',
};

/** The format behind `--format` of ps. */
export function psFormat(given: string, quiet: boolean, size: boolean): string {
  if (given === 'raw') return quiet ? 'container_id: {{.ID}}' : RAW + (size ? 'size: {{.Size}}\\n' : '');
  return chooseFormat(given, quiet, size ? `${TABLE}\t{{.Size}}` : TABLE);
}

/** `docker ps`. */
export const list: Runner = async (cli, flags) => {
  const quiet = flags.bool('quiet');
  const given = flags.string('format');
  const format = given === '' ? (cli.config.content.psFormat ?? '') : given;
  if (given !== '' && quiet) {
    await cli.err('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
  }
  let size = flags.bool('size');
  if (format !== '') {
    // The template is tried on an empty container first: it may be wrong, and it may need the sizes.
    const probe = new Row(containerRow(cli.now(), false), NOTHING);
    runFormat(parseFormat(format, 'failed to parse template: '), probe, 'failed to execute template: ');
    if (!quiet && !size && !flags.changed('size')) size = probe.used.has('Size');
  }
  const last = flags.number('last');
  const limit = flags.bool('latest') && last === -1 ? 1 : last;
  const containers = await cli.api.json<ContainerSummary[] | null>('GET', '/containers/json', {
    query: {
      all: flags.bool('all') ? '1' : undefined,
      limit: limit > 0 ? String(limit) : undefined,
      size: size ? '1' : undefined,
      filters: encodeFilters(flags.value('filter')),
    },
  });
  const type = containerRow(cli.now(), !flags.bool('no-trunc'));
  await cli.out(formatRows(psFormat(format, quiet, size), type, containers ?? []));
  return 0;
};
