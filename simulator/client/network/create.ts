/** `docker network create`, `connect` and `disconnect`. */
import { escapePath } from '../cli/api.ts';
import { canonicalIp } from '../cli/ip.ts';
import { CliError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import type { Runner } from '../cli/spec.ts';
import { emptyEndpoint } from '../container/endpoints.ts';
import { labelMap } from '../volume/manage.ts';

interface IpamConfig {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

function toNumber(ip: string): number | undefined {
  const parts = ip.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Whether `subnet` (IPv4 CIDR) holds the address or subnet. */
function holds(subnet: string, item: string): boolean {
  const [base = '', bits = '32'] = subnet.split('/');
  const [address = '', innerBits = '32'] = item.split('/');
  const outer = toNumber(base);
  const inner = toNumber(address);
  if (outer === undefined || inner === undefined) return base.includes(':') && address.includes(':');
  const size = 2 ** (32 - Number(bits));
  return Number(innerBits) >= Number(bits) && Math.floor(outer / size) === Math.floor(inner / size);
}

/** netip.ParsePrefix, as far as its errors go. */
function checkPrefix(text: string): void {
  const bad = (detail: string): CliError => new CliError(`netip.ParsePrefix(${JSON.stringify(text)}): ${detail}`);
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw bad("no '/'");
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  const ip = canonicalIp(address);
  if (ip === undefined) throw bad(`ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
  if (!/^\d+$/.test(bits)) throw bad(`bad bits after slash: ${JSON.stringify(bits)}`);
  if (Number(bits) > (ip.includes(':') ? 128 : 32)) throw bad('prefix length out of range');
}

/** Sorts `--gateway`, `--ip-range` and `--aux-address` to the subnets they lie in. */
function ipamConfig(flags: FlagSet): IpamConfig[] {
  const subnets = flags.list('subnet');
  const ranges = flags.list('ip-range');
  const gateways = flags.list('gateway');
  const aux = flags.value<Record<string, string>>('aux-address') ?? {};
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new CliError('every ip-range or gateway must have a corresponding subnet');
  }
  const configs: IpamConfig[] = [];
  for (const [i, subnet] of subnets.entries()) {
    checkPrefix(subnet);
    for (const other of subnets.slice(0, i)) {
      if (holds(subnet, other) || holds(other, subnet))
        throw new CliError('multiple overlapping subnet configuration is not supported');
    }
    configs.push({ Subnet: subnet });
  }
  const place = (item: string, kind: string, put: (config: IpamConfig) => boolean): void => {
    const config = configs.find((one) => holds(one.Subnet ?? '', item));
    if (config === undefined) throw new CliError(`no matching subnet for ${kind} ${item}`);
    if (!put(config))
      throw new CliError(`cannot configure multiple ${kind}s (${item}) on the same subnet (${config.Subnet ?? ''})`);
  };
  for (const range of ranges) {
    place(range, 'range', (config) => (config.IPRange === undefined ? ((config.IPRange = range), true) : false));
  }
  for (const gateway of gateways) {
    place(gateway, 'gateway', (config) => (config.Gateway === undefined ? ((config.Gateway = gateway), true) : false));
  }
  for (const [name, address] of Object.entries(aux)) {
    const config = configs.find((one) => holds(one.Subnet ?? '', address));
    if (config === undefined) throw new CliError(`no matching subnet for aux-address ${address}`);
    config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
  }
  return configs;
}

/** `docker network create`. */
export const create: Runner = async (cli, flags, args) => {
  const driver = flags.string('driver');
  const scope = flags.string('scope');
  const from = flags.string('config-from');
  const result = await cli.api.json<{ Id: string; Warning?: string }>('POST', '/networks/create', {
    body: {
      Name: args[0] ?? '',
      Driver: driver,
      Scope: scope,
      EnableIPv4: flags.changed('ipv4') ? flags.bool('ipv4') : null,
      EnableIPv6: flags.changed('ipv6') ? flags.bool('ipv6') : null,
      IPAM: {
        Driver: flags.string('ipam-driver'),
        Options: flags.value('ipam-opt') ?? {},
        Config: ipamConfig(flags),
      },
      Internal: flags.bool('internal'),
      Attachable: flags.bool('attachable'),
      Ingress: flags.bool('ingress'),
      ConfigOnly: flags.bool('config-only'),
      ConfigFrom: from === '' ? null : { Network: from },
      Options: flags.value('opt') ?? {},
      Labels: labelMap(flags.list('label')),
    },
  });
  if (result.Warning !== undefined && result.Warning !== '') await cli.printErr(`WARNING: ${result.Warning}`);
  await cli.print(result.Id);
  return 0;
};

/** `docker network connect`. */
export const connect: Runner = async (cli, flags, args) => {
  const [network = '', container = ''] = args;
  const options = flags.list('driver-opt').map((option) => {
    const at = option.indexOf('=');
    if (at <= 0) throw new CliError('invalid key/value pair format in driver options');
    return [option.slice(0, at).trim().toLowerCase(), option.slice(at + 1).trim()] as const;
  });
  const ip = flags.string('ip');
  const ip6 = flags.string('ip6');
  const local = flags.list('link-local-ip');
  await cli.api.call('POST', `/networks/${escapePath(network)}/connect`, {
    body: {
      Container: container,
      EndpointConfig: {
        ...emptyEndpoint(),
        IPAMConfig: {
          ...(ip === '' ? {} : { IPv4Address: ip }),
          ...(ip6 === '' ? {} : { IPv6Address: ip6 }),
          ...(local.length === 0 ? {} : { LinkLocalIPs: local }),
        },
        Links: flags.list('link').length === 0 ? null : flags.list('link'),
        Aliases: [...flags.list('alias')],
        DriverOpts: Object.fromEntries(options),
        GwPriority: flags.number('gw-priority'),
      },
    },
  });
  return 0;
};

/** `docker network disconnect`. */
export const disconnect: Runner = async (cli, flags, args) => {
  const [network = '', container = ''] = args;
  await cli.api.call('POST', `/networks/${escapePath(network)}/disconnect`, {
    body: { Container: container, Force: flags.bool('force') },
  });
  return 0;
};
