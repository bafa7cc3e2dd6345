/** `docker port`, `diff` and `top`. */
import { joinHostPort } from '../cli/ip.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { tabulate } from '../format/tabwriter.ts';
import { compareNatural } from '../format/text.ts';
import { containerPath } from './lifecycle.ts';

interface Binding {
  HostIp: string;
  HostPort: string;
}

/** Reads `80` or `80/tcp`. */
function parsePort(text: string): string {
  const slash = text.indexOf('/');
  const number = slash < 0 ? text : text.slice(0, slash);
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase();
  if (text === '') throw new CliError('invalid port: value is empty');
  if (!/^\d+$/.test(number)) throw new CliError(`invalid port '${text}': invalid syntax`);
  if (Number(number) > 65535) throw new CliError(`invalid port '${text}': value out of range`);
  if (slash >= 0 && protocol === '') throw new CliError(`invalid port '${text}': protocol is empty`);
  return `${Number(number)}/${protocol}`;
}

/** `docker port`. */
export const port: Runner = async (cli, _flags, args) => {
  const [name = '', wanted] = args;
  const container = await cli.api.json<{ NetworkSettings?: { Ports?: Record<string, Binding[] | null> | null } }>(
    'GET',
    containerPath(name, '/json'),
  );
  const ports = container.NetworkSettings?.Ports ?? {};
  const address = ({ HostIp, HostPort }: Binding): string => joinHostPort(HostIp, HostPort);
  let lines: string[];
  if (wanted !== undefined) {
    const bindings = ports[parsePort(wanted)] ?? [];
    if (bindings.length === 0) throw new CliError(`no public port '${wanted}' published for ${name}`);
    lines = bindings.map(address);
  } else {
    lines = Object.entries(ports).flatMap(([from, bindings]) =>
      (bindings ?? []).map((binding) => `${from} -> ${address(binding)}`),
    );
  }
  lines.sort(compareNatural);
  if (lines.length > 0) await cli.print(lines.join('\n'));
  return 0;
};

interface Change {
  Path: string;
  Kind: number;
}

const CHANGE_ROW: RowType<Change> = {
  goType: '*container.diffContext',
  columns: {
    Type: ['CHANGE TYPE', ({ Kind }) => ['C', 'A', 'D'][Kind] ?? ''],
    Path: ['PATH', ({ Path }) => Path],
  },
};

/** `docker diff`. */
export const diff: Runner = async (cli, _flags, args) => {
  const changes = await cli.api.json<Change[] | null>('GET', containerPath(args[0] ?? '', '/changes'));
  await cli.out(formatRows(chooseFormat('{{.Type}} {{.Path}}', false, ''), CHANGE_ROW, changes ?? []));
  return 0;
};

/** `docker top`. */
export const top: Runner = async (cli, _flags, args) => {
  const [name = '', ...options] = args;
  const answer = await cli.api.json<{ Titles: string[] | null; Processes: string[][] | null }>(
    'GET',
    containerPath(name, '/top'),
    { query: { ps_args: options.length === 0 ? undefined : options.join(' ') } },
  );
  const lines = [answer.Titles ?? [], ...(answer.Processes ?? [])].map((cells) => `${cells.join('\t')}\n`);
  await cli.out(tabulate(lines.join(''), { minWidth: 20 }));
  return 0;
};
