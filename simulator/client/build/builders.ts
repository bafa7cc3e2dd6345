/** `docker buildx ls`, `inspect`, `use` and `version`: the builder is the daemon's own. */
import { CliError } from '../cli/errors.ts';
import { BUILDKIT_VERSION, BUILDX_COMMIT, BUILDX_VERSION } from '../cli/release.ts';
import type { Runner } from '../cli/spec.ts';
import { formatRows, type RowType } from '../format/rows.ts';
import { tabulate } from '../format/tabwriter.ts';
import type { Value } from '../template/values.ts';

const PLATFORMS = ['linux/amd64 (+4)', 'linux/386'];
const ALL = 'linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/amd64/v4, linux/386';

interface Line {
  readonly node: boolean;
}

function row(table: boolean): RowType<Line> {
  const inNode = (value: Value) => (line: Line) => (line.node ? value : '');
  return {
    goType: '*commands.lsContext',
    columns: {
      Name: [
        'NAME/NODE',
        (line) => (line.node ? (table ? ' \\_ default' : 'default') : table ? 'default*' : 'default'),
      ],
      DriverEndpoint: ['DRIVER/ENDPOINT', (line) => (line.node ? (table ? ' \\_ default' : 'default') : 'docker')],
      LastActivity: ['LAST ACTIVITY', () => ''],
      Status: ['STATUS', inNode('running')],
      Buildkit: ['BUILDKIT', inNode(BUILDKIT_VERSION)],
      Platforms: ['PLATFORMS', inNode(table ? PLATFORMS.join(', ') : ALL)],
      Error: ['', () => ''],
    },
  };
}

/** `docker buildx ls`. */
export const list: Runner = async (cli, flags) => {
  await cli.api.ping();
  const given = flags.string('format');
  const format =
    given === '' || given === 'table'
      ? 'table {{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}'
      : given;
  if (format === 'json') {
    await cli.print(
      JSON.stringify({
        Current: true,
        Driver: 'docker',
        Dynamic: false,
        Name: 'default',
        Nodes: [
          {
            Name: 'default',
            Endpoint: 'default',
            Platforms: ALL.split(', '),
            Status: 'running',
            Version: BUILDKIT_VERSION,
          },
        ],
      }),
    );
    return 0;
  }
  await cli.out(formatRows(format, row(format.startsWith('table')), [{ node: false }, { node: true }]));
  return 0;
};

/** `docker buildx inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  const name = args[0] ?? (flags.string('builder') || 'default');
  if (name !== 'default') throw new CliError(`ERROR: no builder ${JSON.stringify(name)} found`);
  await cli.api.ping();
  const lines = [
    'Name:\tdefault',
    'Driver:\tdocker',
    '',
    'Nodes:',
    'Name:\tdefault',
    'Endpoint:\tdefault',
    'Status:\trunning',
    `BuildKit version:\t${BUILDKIT_VERSION}`,
    `Platforms:\t${ALL}`,
    'Labels:',
    '\torg.mobyproject.buildkit.worker.moby.host-gateway-ip:\t172.17.0.1',
  ];
  await cli.out(tabulate(`${lines.join('\n')}\n`, { minWidth: 0, padding: 1 }));
  return 0;
};

/** `docker buildx use`. */
export const use: Runner = async (_cli, _flags, args) => {
  const [name] = args;
  if (name !== undefined && name !== 'default')
    throw new CliError(
      `ERROR: failed to find instance ${JSON.stringify(name)}: no builder ${JSON.stringify(name)} found`,
    );
  return Promise.resolve(0);
};

/** `docker buildx version`. */
export const version: Runner = async (cli) => {
  await cli.print(`github.com/docker/buildx ${BUILDX_VERSION} ${BUILDX_COMMIT}`);
  return 0;
};
