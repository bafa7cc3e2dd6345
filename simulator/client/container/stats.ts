/** `docker stats`. */
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError, joinErrors } from '../cli/errors.ts';
import { jsonStream } from '../cli/api.ts';
import type { Runner } from '../cli/spec.ts';
import { formatRows, type RowType } from '../format/rows.ts';
import { shortId } from '../format/text.ts';
import { bytesSize, humanSize } from '../format/units.ts';
import { containerPath } from './lifecycle.ts';
import type { ContainerSummary } from './list.ts';

interface CpuStats {
  cpu_usage?: { total_usage?: number };
  system_cpu_usage?: number;
  online_cpus?: number;
}

interface StatsSample {
  id?: string;
  name?: string;
  read?: string;
  cpu_stats?: CpuStats;
  precpu_stats?: CpuStats;
  memory_stats?: { usage?: number; limit?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }>;
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
  pids_stats?: { current?: number };
}

interface Entry {
  /** As given, or the id. */
  readonly container: string;
  sample: StatsSample | undefined;
  failed: boolean;
  error: CliError | undefined;
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: StatsSample): number {
  const used = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const system = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  return system > 0 && used > 0 ? (used / system) * (now?.online_cpus ?? 1) * 100 : 0;
}

/** Memory without what the page cache could give back. */
function memoryUsed({ memory_stats: memory }: StatsSample): number {
  const usage = memory?.usage ?? 0;
  const inactive = memory?.stats?.['total_inactive_file'] ?? memory?.stats?.['inactive_file'] ?? 0;
  return inactive < usage ? usage - inactive : usage;
}

const NONE = '--';

function row(trunc: boolean): RowType<Entry> {
  const valid =
    (value: (sample: StatsSample) => string, missing = NONE) =>
    (entry: Entry) =>
      entry.sample === undefined || entry.failed ? missing : value(entry.sample);
  const networks = (sample: StatsSample, key: 'rx_bytes' | 'tx_bytes'): number =>
    Object.values(sample.networks ?? {}).reduce((sum, network) => sum + (network[key] ?? 0), 0);
  const blocks = (sample: StatsSample, op: string): number =>
    (sample.blkio_stats?.io_service_bytes_recursive ?? [])
      .filter((item) => item.op.toLowerCase() === op)
      .reduce((sum, item) => sum + item.value, 0);
  return {
    goType: '*container.statsContext',
    columns: {
      Container: ['CONTAINER', (entry) => entry.container],
      Name: ['NAME', (entry) => entry.sample?.name?.replace(/^\//, '') || NONE],
      ID: ['CONTAINER ID', (entry) => (trunc ? shortId(entry.sample?.id ?? '') : (entry.sample?.id ?? ''))],
      CPUPerc: ['CPU %', valid((sample) => `${cpuPercent(sample).toFixed(2)}%`)],
      MemUsage: [
        'MEM USAGE / LIMIT',
        valid(
          (sample) => `${bytesSize(memoryUsed(sample))} / ${bytesSize(sample.memory_stats?.limit ?? 0)}`,
          '-- / --',
        ),
      ],
      MemPerc: [
        'MEM %',
        valid((sample) => {
          const limit = sample.memory_stats?.limit ?? 0;
          return `${(limit === 0 ? 0 : (memoryUsed(sample) / limit) * 100).toFixed(2)}%`;
        }),
      ],
      NetIO: [
        'NET I/O',
        valid(
          (sample) => `${humanSize(networks(sample, 'rx_bytes'), 3)} / ${humanSize(networks(sample, 'tx_bytes'), 3)}`,
        ),
      ],
      BlockIO: [
        'BLOCK I/O',
        valid((sample) => `${humanSize(blocks(sample, 'read'), 3)} / ${humanSize(blocks(sample, 'write'), 3)}`),
      ],
      PIDs: ['PIDS', valid((sample) => String(sample.pids_stats?.current ?? 0))],
    },
  };
}

const TABLE =
  'table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

/** Follows one container's numbers; resolves when the first are there (or it failed). */
function collect(cli: Cli, entry: Entry, stream: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const work = async (): Promise<void> => {
      try {
        const answer = await cli.api.call('GET', containerPath(entry.container, '/stats'), {
          query: { stream: stream ? '1' : '0' },
        });
        for await (const sample of jsonStream<StatsSample>(answer.body)) {
          entry.sample = sample;
          // A container that does not run has no time of reading.
          entry.failed = false;
          resolve();
        }
        entry.failed = stream;
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        entry.error = error;
        entry.failed = true;
      }
      resolve();
    };
    work().catch(reject);
  });
}

/** `docker stats`. */
export const stats: Runner = async (cli, flags, args) => {
  const streaming = !flags.bool('no-stream');
  const all = args.length === 0;
  const entries: Entry[] = [];
  const add = (container: string): Promise<void> | undefined => {
    if (entries.some((entry) => entry.container === container)) return undefined;
    const entry: Entry = { container, sample: undefined, failed: false, error: undefined };
    entries.push(entry);
    return collect(cli, entry, streaming);
  };
  if (all) {
    const watching = watch(cli, entries, add, flags.bool('all'), streaming);
    await watching;
    const listed = await cli.api.json<ContainerSummary[] | null>('GET', '/containers/json', {
      query: { all: flags.bool('all') ? '1' : undefined },
    });
    await Promise.all((listed ?? []).map(({ Id }) => add(Id)));
  } else {
    await Promise.all(args.map((name) => add(name)));
    const errors = entries.flatMap(({ error }) => (error === undefined ? [] : [error]));
    if (errors.length > 0) throw joinErrors(errors);
  }
  const given = flags.string('format') || (cli.config.content.statsFormat ?? '');
  const format = given === '' || given === 'table' ? TABLE : given;
  const type = row(!flags.bool('no-trunc'));
  if (!streaming) {
    if (entries.length > 0) await cli.out(formatRows(format, type, entries));
    return 0;
  }
  for (;;) {
    await cli.sys.sleep(500);
    if (entries.length === 0 && !all) return 0;
    const text = formatRows(format, type, entries);
    const lines = text.split('\n').slice(0, -1);
    // The frame is drawn over the last one: home, each line cleared to its end, then the rest of the screen.
    await cli.out(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    if (!all && entries.every(({ failed }) => failed)) return 0;
  }
};

/** Keeps the list up to date while containers come and go. */
async function watch(
  cli: Cli,
  entries: Entry[],
  add: (id: string) => Promise<void> | undefined,
  withStopped: boolean,
  streaming: boolean,
): Promise<void> {
  const answer = await cli.api.call('GET', '/events', {
    query: { filters: JSON.stringify({ type: { container: true } }) },
  });
  if (!streaming) return;
  const follow = async (): Promise<void> => {
    const gone = withStopped ? ['destroy'] : ['destroy', 'die'];
    const come = withStopped ? ['start', 'create'] : ['start'];
    for await (const event of jsonStream<{ Action: string; Actor: { ID: string } }>(answer.body)) {
      if (come.includes(event.Action)) void add(event.Actor.ID);
      const at = entries.findIndex(({ container }) => container === event.Actor.ID);
      if (gone.includes(event.Action) && at >= 0) entries.splice(at, 1);
    }
  };
  follow().catch((error: unknown) => {
    if (!(error instanceof DaemonError)) throw error;
  });
}
