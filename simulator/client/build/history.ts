/** `docker buildx history`: what is kept of past builds. */
import type { BuildRecordView } from '../../api/build-history.ts';
import type { BuildTrace } from '../../api/build.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { formatRows, type RowType } from '../format/rows.ts';
import { humanDuration } from '../format/units.ts';
import { progressMode, ProgressView } from './display.ts';
import { NODE, readLocalState } from './metadata.ts';
import { buildDuration, recordStatus, selectRecords } from './records.ts';
import { inspectJson, inspectText } from './record-details.ts';

const records = (cli: Cli): Promise<BuildRecordView[]> => cli.api.json<BuildRecordView[]>('GET', '/build/history');

function needBuilder(name: string): void {
  if (name !== '' && name !== 'default') throw new CliError(`ERROR: no builder ${JSON.stringify(name)} found`);
}

const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');

/** What a build is called: its folder, its Dockerfile where that has another name, its target. */
export function buildName(cli: Cli, record: BuildRecordView): string {
  const given = record.attrs['build-arg:BUILDKIT_BUILD_NAME'];
  if (given !== undefined && given !== '') return given;
  const state = readLocalState(cli, record.ref);
  const local = state && state.LocalPath !== '-' ? state.LocalPath : '';
  const path = state && state.DockerfilePath !== '-' ? state.DockerfilePath : '';
  const file = path.replace(/\/Dockerfile$/, '');
  const last = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
  let name: string;
  if (file.startsWith(local) && file.length > local.length) name = file.slice(local.lastIndexOf('/') + 1);
  else {
    const from = file === '' ? local : file;
    const at = from.lastIndexOf('/');
    name = file === path && path !== '' && at > 0 ? `${last(from.slice(0, at))}/${last(from)}` : last(from);
  }
  const target = record.attrs['target'];
  if (target === undefined) return name;
  return name === '' ? target : `${name} (${target})`;
}

interface Line {
  readonly record: BuildRecordView;
  readonly name: string;
}

function row(cli: Cli, table: boolean, trunc: boolean): RowType<Line> {
  const shown = (name: string): string => (table && trunc && name.length > 36 ? `..${name.slice(-34)}` : name);
  return {
    goType: '*history.lsContext',
    columns: {
      Ref: ['BUILD ID', ({ record }) => record.ref],
      Name: ['NAME', ({ name }) => shown(name)],
      Status: ['STATUS', ({ record }) => recordStatus(record)],
      CreatedAt: ['CREATED AT', ({ record }) => `${humanDuration(cli.now() - record.createdAt)} ago`],
      Duration: ['DURATION', ({ record }) => buildDuration(record, cli.now())],
      Link: ['', ({ record }) => (table ? '' : `docker-desktop://dashboard/build/${NODE}/${record.ref}`)],
    },
  };
}

/** `docker buildx history ls`. */
export const list: Runner = async (cli, flags) => {
  needBuilder(flags.string('builder'));
  if (flags.bool('local')) {
    throw new CliError('ERROR: could not find git repository for local filter: git was not found in the system');
  }
  const chosen = selectRecords(await records(cli), flags.list('filter'), cli.now());
  const given = flags.string('format');
  const lines = chosen.map((record) => ({ record, name: buildName(cli, record) }));
  if (given === 'json') {
    for (const { record, name } of lines) {
      const { ref, createdAt, completedAt, totalSteps, completedSteps, cachedSteps } = record;
      await cli.print(
        JSON.stringify({
          cached_steps: cachedSteps,
          ...(completedAt === undefined ? {} : { completed_at: timestamp(completedAt) }),
          completed_steps: completedSteps,
          created_at: timestamp(createdAt),
          name,
          ref: `${NODE}/${ref}`,
          status: recordStatus(record),
          total_steps: totalSteps,
        }),
      );
    }
    return 0;
  }
  const format =
    given === '' || given === 'table'
      ? 'table {{.Ref}}\t{{.Name}}\t{{.Status}}\t{{.CreatedAt}}\t{{.Duration}}\t{{.Link}}'
      : given;
  await cli.out(formatRows(format, row(cli, format.startsWith('table'), !flags.bool('no-trunc')), lines));
  return 0;
};

/** The record that a ref, an offset (`^1`) or nothing names. */
async function recordOf(cli: Cli, ref: string): Promise<BuildRecordView> {
  const all = await records(cli);
  if (ref.startsWith('^')) {
    const offset = ref.slice(1);
    if (!/^[+-]?\d+$/.test(offset)) {
      throw new CliError(
        `ERROR: invalid offset ${JSON.stringify(ref)}: strconv.Atoi: parsing ${JSON.stringify(offset)}: invalid syntax`,
      );
    }
    const found = all[Math.max(0, Number(offset))];
    if (found) return found;
    const missing = Number(offset) - all.length;
    if (missing > 0) throw new CliError(`ERROR: no completed build found with offset ${missing}`);
    throw new CliError(`ERROR: no record found for ref ${JSON.stringify(ref)}`);
  }
  const found = ref === '' ? all[0] : all.find((record) => record.ref === ref);
  if (found) return found;
  throw new CliError(ref === '' ? 'ERROR: no records found' : `ERROR: no record found for ref ${JSON.stringify(ref)}`);
}

const tracesOf = (cli: Cli, ref: string): Promise<BuildTrace[]> =>
  cli.api.json<BuildTrace[]>('GET', `/build/history/${ref}/logs`);

/** `docker buildx history logs`. */
export const logs: Runner = async (cli, flags, args) => {
  needBuilder(flags.string('builder'));
  const { ref } = await recordOf(cli, args[0] ?? '');
  const mode = progressMode(flags.string('progress'));
  const view = new ProgressView(cli, mode === 'auto' ? 'plain' : mode, { past: true });
  for (const trace of await tracesOf(cli, ref)) await view.update(trace);
  await view.finish();
  return 0;
};

/** `docker buildx history inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  needBuilder(flags.string('builder'));
  const record = await recordOf(cli, args[0] ?? '');
  const format = flags.string('format');
  const details = { cli, record, name: buildName(cli, record), state: readLocalState(cli, record.ref) };
  if (format === 'pretty' || format === '') {
    const traces = record.error === undefined ? [] : await tracesOf(cli, record.ref);
    await cli.out(inspectText(details, args.length === 0, traces));
  } else await cli.out(inspectJson(details, format));
  return 0;
};

/** `docker buildx history rm`. */
export const remove: Runner = async (cli, flags, args) => {
  const all = flags.bool('all');
  if (args.length === 0 && !all) throw new CliError('ERROR: rm requires at least one argument');
  if (args.length > 0 && all) throw new CliError('ERROR: rm requires either --all or at least one argument');
  needBuilder(flags.string('builder'));
  const refs = all
    ? (await records(cli)).flatMap(({ ref, completedAt }) => (completedAt === undefined ? [] : [ref]))
    : args;
  const failures: string[] = [];
  for (const ref of refs) {
    try {
      await cli.api.call('DELETE', `/build/history/${ref}`);
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      failures.push(`no record found for ref ${JSON.stringify(ref)}`);
    }
  }
  if (failures.length === 1) throw new CliError(`ERROR: ${failures[0]}`);
  if (failures.length > 1) {
    const list = failures.map((text) => `\n\t* ${text}`).join('');
    throw new CliError(`ERROR: ${failures.length} errors occurred:${list}\n\n`);
  }
  return 0;
};
