/** `docker system prune` and the prune commands of the groups. */
import { encodeFilters } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import { confirm } from '../cli/prompt.ts';
import type { Runner } from '../cli/spec.ts';
import { humanSize } from '../format/units.ts';
import { compareNatural } from '../format/text.ts';

type Filters = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** What one pruning removed: text for the user, bytes got back. */
interface Outcome {
  readonly text: string;
  readonly space: number;
}

const ASK = 'Are you sure you want to continue?';

function listed(title: string, items: readonly string[] | null | undefined): string {
  return items === null || items === undefined || items.length === 0
    ? ''
    : `${title}:\n${items.map((item) => `${item}\n`).join('')}`;
}

async function containers(cli: Cli, filters: Filters): Promise<Outcome> {
  const report = await cli.api.json<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }>(
    'POST',
    '/containers/prune',
    {
      query: { filters: encodeFilters(filters) },
    },
  );
  const text = listed('Deleted Containers', report.ContainersDeleted);
  return { text, space: text === '' ? 0 : report.SpaceReclaimed };
}

async function networks(cli: Cli, filters: Filters): Promise<Outcome> {
  const report = await cli.api.json<{ NetworksDeleted?: string[] | null }>('POST', '/networks/prune', {
    query: { filters: encodeFilters(filters) },
  });
  return { text: listed('Deleted Networks', report.NetworksDeleted), space: 0 };
}

async function volumes(cli: Cli, filters: Filters): Promise<Outcome> {
  const report = await cli.api.json<{ VolumesDeleted: string[] | null; SpaceReclaimed: number }>(
    'POST',
    '/volumes/prune',
    {
      query: { filters: encodeFilters(filters) },
    },
  );
  const text = listed('Deleted Volumes', report.VolumesDeleted);
  return { text, space: text === '' ? 0 : report.SpaceReclaimed };
}

async function images(cli: Cli, filters: Filters, all: boolean): Promise<Outcome> {
  const report = await cli.api.json<{
    ImagesDeleted: { Untagged?: string; Deleted?: string }[] | null;
    SpaceReclaimed: number;
  }>('POST', '/images/prune', {
    query: { filters: encodeFilters({ ...filters, dangling: { ...filters['dangling'], [String(!all)]: true } }) },
  });
  const lines = (report.ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
    Untagged !== undefined && Untagged !== '' ? `untagged: ${Untagged}` : `deleted: ${Deleted ?? ''}`,
  );
  return { text: listed('Deleted Images', lines), space: report.SpaceReclaimed };
}

async function buildCache(cli: Cli, filters: Filters, all: boolean): Promise<Outcome> {
  const report = await cli.api.json<{ CachesDeleted?: string[] | null; SpaceReclaimed: number }>(
    'POST',
    '/build/prune',
    {
      query: { all: all ? '1' : undefined, filters: encodeFilters(filters) },
    },
  );
  return { text: listed('Deleted build cache objects', report.CachesDeleted), space: report.SpaceReclaimed };
}

const filtersOf = (flags: FlagSet): Filters => flags.value<Filters>('filter') ?? {};

async function allowed(cli: Cli, flags: FlagSet, warning: string): Promise<boolean> {
  return flags.bool('force') || confirm(cli, `WARNING! This will remove ${warning}.\n${ASK}`);
}

async function report(cli: Cli, { text, space }: Outcome): Promise<number> {
  if (text !== '') await cli.print(text);
  await cli.print(`Total reclaimed space: ${humanSize(space)}`);
  return 0;
}

/** `docker container prune`. */
export const pruneContainers: Runner = async (cli, flags) => {
  if (!(await allowed(cli, flags, 'all stopped containers'))) return 0;
  return report(cli, await containers(cli, filtersOf(flags)));
};

/** `docker network prune`: no space is counted. */
export const pruneNetworks: Runner = async (cli, flags) => {
  if (!(await allowed(cli, flags, 'all custom networks not used by at least one container'))) return 0;
  const { text } = await networks(cli, filtersOf(flags));
  if (text !== '') await cli.print(text);
  return 0;
};

/** `docker volume prune`: anonymous volumes, with `-a` all unused ones. */
export const pruneVolumes: Runner = async (cli, flags) => {
  let filters = filtersOf(flags);
  const all = flags.bool('all');
  if (all) {
    if (filters['all'] !== undefined)
      throw new CliError('conflicting options: cannot specify both --all and --filter all=1');
    filters = { ...filters, all: { true: true } };
  }
  const what = `${all ? 'all' : 'anonymous'} local volumes not used by at least one container`;
  if (!(await allowed(cli, flags, what))) return 0;
  return report(cli, await volumes(cli, filters));
};

/** `docker image prune`. */
export const pruneImages: Runner = async (cli, flags) => {
  const all = flags.bool('all');
  if (
    !(await allowed(
      cli,
      flags,
      all ? 'all images without at least one container associated to them' : 'all dangling images',
    ))
  ) {
    return 0;
  }
  return report(cli, await images(cli, filtersOf(flags), all));
};

/** `docker system prune`. */
export const pruneSystem: Runner = async (cli, flags) => {
  const all = flags.bool('all');
  const withVolumes = flags.bool('volumes');
  const filters = filtersOf(flags);
  if (withVolumes && filters['until'] !== undefined) {
    throw new CliError('ERROR: The "until" filter is not supported with "--volumes"');
  }
  const items = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(withVolumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  if (!flags.bool('force')) {
    let text = `WARNING! This will remove:\n${items.map((item) => `  - ${item}\n`).join('')}`;
    const shown = ['label', 'label!', 'until'].flatMap((name) =>
      Object.keys(filters[name] ?? {}).map((value) => `${name}=${value}`),
    );
    if (Object.keys(filters).length > 0) {
      text += `\n  Items to be pruned will be filtered with:\n${shown
        .sort(compareNatural)
        .map((item) => `  - ${item}\n`)
        .join('')}`;
    }
    if (!(await confirm(cli, `${text}\n${ASK}`))) return 0;
  }
  let space = 0;
  const steps = [
    () => containers(cli, filters),
    () => networks(cli, filters),
    ...(withVolumes ? [() => volumes(cli, filters)] : []),
    () => images(cli, filters, all),
    () => buildCache(cli, filters, all),
  ];
  for (const step of steps) {
    const outcome = await step();
    space += outcome.space;
    if (outcome.text !== '') await cli.print(outcome.text);
  }
  await cli.print(`Total reclaimed space: ${humanSize(space)}`);
  return 0;
};
