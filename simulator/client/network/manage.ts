/** `docker network ls` and `rm`. */
import { encodeFilters, escapePath } from '../cli/api.ts';
import { CliError } from '../cli/errors.ts';
import { confirm } from '../cli/prompt.ts';
import type { Runner } from '../cli/spec.ts';
import { chooseFormat, formatRows, type RowType } from '../format/rows.ts';
import { compareNatural, shortId } from '../format/text.ts';
import { goTime } from '../format/time.ts';

export interface NetworkSummary {
  Id: string;
  Name: string;
  Driver: string;
  Scope: string;
  Created: string;
  Internal: boolean;
  Ingress?: boolean;
  EnableIPv4?: boolean;
  EnableIPv6: boolean;
  Labels: Record<string, string> | null;
}

const TABLE = 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}';

function createdAt(text: string): string {
  const match = /^(.*?)(\.\d+)?Z$/.exec(text);
  const fraction = (match?.[2] ?? '').replace(/0+$/, '');
  return goTime(Date.parse(`${match?.[1] ?? ''}Z`), fraction === '.' ? '' : fraction);
}

function networkRow(trunc: boolean): RowType<NetworkSummary> {
  return {
    goType: '*network.networkContext',
    label: (network, key) => network.Labels?.[key] ?? '',
    columns: {
      ID: ['NETWORK ID', (n) => (trunc ? shortId(n.Id) : n.Id)],
      Name: ['NAME', (n) => n.Name],
      Driver: ['DRIVER', (n) => n.Driver],
      Scope: ['SCOPE', (n) => n.Scope],
      IPv4: ['IPV4', (n) => String(n.EnableIPv4 ?? false)],
      IPv6: ['IPV6', (n) => String(n.EnableIPv6)],
      Internal: ['INTERNAL', (n) => String(n.Internal)],
      Labels: [
        'LABELS',
        (n) =>
          Object.entries(n.Labels ?? {})
            .map(([key, value]) => `${key}=${value}`)
            .sort()
            .join(','),
      ],
      CreatedAt: ['CREATED AT', (n) => createdAt(n.Created)],
    },
  };
}

/** `docker network ls`. */
export const list: Runner = async (cli, flags) => {
  const networks =
    (await cli.api.json<NetworkSummary[] | null>('GET', '/networks', {
      query: { filters: encodeFilters(flags.value('filter')) },
    })) ?? [];
  const quiet = flags.bool('quiet');
  let format = flags.string('format');
  if (format === '' && !quiet) format = cli.config.content.networksFormat ?? '';
  const chosen =
    format === 'raw'
      ? quiet
        ? 'network_id: {{.ID}}'
        : 'network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: {{.Scope}}\\n'
      : chooseFormat(format, quiet, TABLE);
  networks.sort((a, b) => compareNatural(a.Name, b.Name));
  await cli.out(formatRows(chosen, networkRow(!flags.bool('no-trunc')), networks));
  return 0;
};

/** `docker network rm`. */
export const remove: Runner = async (cli, flags, args) => {
  let status = 0;
  for (const name of args) {
    try {
      const found = await cli.api.json<NetworkSummary>('GET', `/networks/${escapePath(name)}`);
      if (
        found.Ingress === true &&
        !(await confirm(
          cli,
          'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\nAre you sure you want to continue?',
        ))
      ) {
        continue;
      }
    } catch (error) {
      // The look only serves the question above; the removal itself tells what is wrong.
      if (!(error instanceof CliError)) throw error;
    }
    try {
      await cli.api.call('DELETE', `/networks/${escapePath(name)}`);
      await cli.print(name);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (flags.bool('force') && /not found/.test(error.message)) continue;
      await cli.printErr(error.message);
      status = 1;
    }
  }
  if (status !== 0) throw new CliError('exit status 1', 1);
  return 0;
};
