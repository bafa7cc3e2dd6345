/** `docker buildx history inspect`: one build record in full. */
import type { BuildRecordView } from '../../api/build-history.ts';
import type { BuildTrace } from '../../api/build.ts';
import type { Cli } from '../cli/cli.ts';
import { parseFormat, runFormat } from '../format/rows.ts';
import { tabulate } from '../format/tabwriter.ts';
import type { Value } from '../template/values.ts';
import { errorFrame } from './frame.ts';
import { NODE } from './metadata.ts';
import { durationText } from './records.ts';

export interface RecordDetails {
  readonly cli: Cli;
  readonly record: BuildRecordView;
  readonly name: string;
  readonly state: { readonly LocalPath: string; readonly DockerfilePath: string } | undefined;
}

const TABS = { minWidth: 1, padding: 1, tabs: true };
const table = (lines: readonly string[]): string => (lines.length === 0 ? '' : tabulate(`${lines.join('\n')}\n`, TABS));

/** The path as seen from a folder, where it is not above it. */
function relative(from: string, path: string): string {
  if (path === from) return '.';
  const folder = from === '/' ? '/' : `${from}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function places({ cli, record, state }: RecordDetails): { context: string; dockerfile: string } {
  if (!state) return { context: '', dockerfile: record.attrs['filename'] ?? '' };
  const { LocalPath: local, DockerfilePath: file } = state;
  return {
    context: local === '-' ? '-' : relative(cli.absolute('.'), local),
    dockerfile: file === '-' ? '-' : relative(local, file),
  };
}

const named = (attrs: Readonly<Record<string, string>>, prefix: string): [string, string][] =>
  Object.entries(attrs)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value])
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The options of a build, by the names the output gives them. */
function config(attrs: Readonly<Record<string, string>>): [string, string][] {
  const cache = attrs['no-cache'];
  const known: [string, string | undefined][] = [
    ['Network', attrs['force-network-mode']],
    ['Extra Hosts', attrs['add-hosts']?.split(',').join(', ')],
    ['Image Resolve Mode', attrs['image-resolve-mode']],
    ['No Cache', cache === '' ? 'true' : undefined],
    ['No Cache Filter', cache === '' ? undefined : cache?.split(',').join(', ')],
    ['Shm Size', attrs['shm-size']],
  ];
  return known.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

const CONFIG_KEYS: Record<string, string> = {
  Network: 'Network',
  'Extra Hosts': 'ExtraHosts',
  'Image Resolve Mode': 'ImageResolveMode',
  'No Cache': 'NoCache',
  'No Cache Filter': 'NoCacheFilter',
  'Shm Size': 'ShmSize',
};

function failure(record: BuildRecordView, traces: readonly BuildTrace[]): string {
  if (!record.error) return '';
  const { frame } = record.error;
  const failed = traces.flatMap((t) => t.vertexes ?? []).find((v) => v.error !== undefined);
  const bytes = traces
    .flatMap((t) => t.logs ?? [])
    .filter(({ vertex }) => vertex === failed?.digest)
    .map(({ data }) => atob(data))
    .join('');
  const text = new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-16);
  const output =
    failed && lines.length > 0 ? `Logs:\n> => ${failed.name}:\n${lines.map((line) => `> ${line}\n`).join('')}\n` : '';
  return `${frame ? `${errorFrame(frame)}\n` : ''}${output}Enable --debug to see stack traces for error\n`;
}

/** The output for people; `tellRef`: the record was not named. */
export function inspectText(details: RecordDetails, tellRef: boolean, traces: readonly BuildTrace[]): string {
  const { record, name } = details;
  const { context, dockerfile } = places(details);
  const { attrs, totalSteps, completedSteps, cachedSteps } = record;
  const head: [string, string][] = [
    ['Name', name],
    ['Ref', tellRef ? record.ref : ''],
    ['Context', context],
    ['Dockerfile', dockerfile],
    ['Target', attrs['target'] ?? ''],
    ['Platforms', attrs['platform']?.split(',').join(', ') ?? ''],
  ];
  const started = new Date(record.createdAt).toISOString().slice(0, 19).replace('T', ' ');
  const running = record.completedAt === undefined;
  const took = durationText((record.completedAt ?? details.cli.now()) - record.createdAt);
  const share = totalSteps === 0 ? 'NaN' : ((cachedSteps / totalSteps) * 100).toFixed(0);
  const list = (title: string, pairs: readonly [string, string][]): string =>
    pairs.length === 0 ? '' : `${table([`${title}\tVALUE`, ...pairs.map(([key, value]) => `${key}\t${value}`)])}\n`;
  return [
    table(head.filter(([, value]) => value !== '').map(([key, value]) => `${key}:\t${value}`)),
    '\n',
    table([
      `Started:\t${started}`,
      `Duration:\t${took}${running ? ' (running)' : ''}`,
      ...(record.error
        ? [
            record.error.message === 'context canceled'
              ? 'Status:\tCanceled'
              : `Error:\tUnknown ${record.error.message}`,
          ]
        : []),
      `Build Steps:\t${completedSteps}/${totalSteps} (${share}% cached)`,
    ]),
    '\n',
    table(config(attrs).map(([key, value]) => `${key}:\t${value}`)),
    '\n',
    list('BUILD ARG', named(attrs, 'build-arg:')),
    list('LABEL', named(attrs, 'label:')),
    record.materials.length === 0
      ? ''
      : `Materials:\n${table(['URI\tDIGEST', ...record.materials.map((m) => `${m.uri}\t${m.digests.join(', ')}`)])}\n`,
    record.attachments.length === 0
      ? ''
      : `Attachments:\n${table([
          'DIGEST\tPLATFORM\tTYPE',
          ...record.attachments.map((a) => `${a.digest}\t${a.platform}\t${a.type}`),
        ])}\n`,
    failure(record, traces),
    `Print build logs: docker buildx history logs ${record.ref}\n`,
    `View build in Docker Desktop: docker-desktop://dashboard/build/${NODE}/${record.ref}\n`,
  ].join('');
}

const pairs = (list: readonly [string, string][]): Value =>
  list.map(([Name, value]): Value => ({ Name, ...(value === '' ? {} : { Value: value }) }));

/** `--format json`, or a template over the same fields. */
export function inspectJson(details: RecordDetails, format: string): string {
  const { record, name } = details;
  const { context, dockerfile } = places(details);
  const { attrs, createdAt, completedAt, error } = record;
  const rfc = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
  const full: Record<string, Value> = {
    ...(name === '' ? {} : { Name: name }),
    Ref: record.ref,
    ...(context === '' ? {} : { Context: context }),
    ...(dockerfile === '' ? {} : { Dockerfile: dockerfile }),
    ...(attrs['target'] === undefined ? {} : { Target: attrs['target'] }),
    ...(attrs['platform'] === undefined ? {} : { Platform: attrs['platform'].split(',') }),
    StartedAt: rfc(createdAt),
    ...(completedAt === undefined ? {} : { CompletedAt: rfc(completedAt) }),
    Duration: Math.round(((completedAt ?? details.cli.now()) - createdAt) * 1e6),
    Status: completedAt === undefined ? 'running' : error ? 'failed' : 'completed',
    ...(error ? { Error: { Code: 2, Message: error.message } } : {}),
    NumCompletedSteps: record.completedSteps,
    NumTotalSteps: record.totalSteps,
    NumCachedSteps: record.cachedSteps,
    ...(named(attrs, 'build-arg:').length > 0 ? { BuildArgs: pairs(named(attrs, 'build-arg:')) } : {}),
    ...(named(attrs, 'label:').length > 0 ? { Labels: pairs(named(attrs, 'label:')) } : {}),
    Config: Object.fromEntries(
      config(attrs).map(([key, value]): [string, Value] => [CONFIG_KEYS[key] ?? key, value === 'true' ? true : value]),
    ),
    ...(record.materials.length > 0
      ? { Materials: record.materials.map(({ uri, digests }): Value => ({ URI: uri, Digests: digests })) }
      : {}),
    ...(record.attachments.length > 0
      ? {
          Attachments: record.attachments.map(({ digest, platform, type }): Value => ({
            Digest: digest,
            ...(platform === '' ? {} : { Platform: platform }),
            Type: type,
          })),
        }
      : {}),
  };
  if (format === 'json') return `${JSON.stringify(full, undefined, 2)}\n`;
  return `${runFormat(parseFormat(format, 'ERROR: failed to parse format template: '), full)}\n`;
}
