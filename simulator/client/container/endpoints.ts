/** `--network` and the flags that belong to it: what becomes EndpointsConfig. */
import type { FlagSet } from '../cli/flags.ts';
import { canonicalMac } from '../cli/ip.ts';
import type { NetworkAttachment } from '../cli/structured.ts';

export interface EndpointSettings {
  IPAMConfig: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] } | null;
  Links: string[] | null;
  Aliases: string[] | null;
  DriverOpts: Record<string, string> | null;
  GwPriority: number;
  NetworkID: string;
  EndpointID: string;
  Gateway: string;
  IPAddress: string;
  MacAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  DNSNames: string[] | null;
}

/** An endpoint with nothing set. */
export function emptyEndpoint(): EndpointSettings {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    MacAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

/** Whether a network is one of the user's own. */
function userDefined(target: string): boolean {
  return !['default', 'bridge', 'host', 'none', ''].includes(target) && !target.startsWith('container:');
}

/** Adds the flags written without a network of their own to the first one. */
function withFlags(network: NetworkAttachment, flags: FlagSet): NetworkAttachment & { links: readonly string[] } {
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  const links = flags.list('link');
  const ip = flags.string('ip');
  const ip6 = flags.string('ip6');
  const mac = flags.string('mac-address');
  const local = flags.list('link-local-ip');
  const clash = (both: boolean, names: string): void => {
    if (both) throw new Error(`conflicting options: cannot specify both ${names}`);
  };
  clash(network.aliases.length > 0 && aliases.length > 0, '--network-alias and per-network alias');
  clash(network.ip !== undefined && ip !== '', '--ip and per-network IPv4 address');
  clash(network.ip6 !== undefined && ip6 !== '', '--ip6 and per-network IPv6 address');
  clash(network.mac !== '' && mac !== '', '--mac-address and per-network MAC address');
  clash(network.linkLocal.length > 0 && local.length > 0, '--link-local-ip and per-network link-local IP addresses');
  return {
    ...network,
    aliases: aliases.length > 0 ? aliases : network.aliases,
    links: userDefined(network.target) ? links : [],
    ...(ip === '' ? {} : { ip }),
    ...(ip6 === '' ? {} : { ip6 }),
    mac: mac === '' ? network.mac : mac,
    linkLocal: local.length > 0 ? [...local] : network.linkLocal,
  };
}

function settings(network: NetworkAttachment & { links: readonly string[] }): EndpointSettings {
  if (network.target.trim() === '') throw new Error('no name set for network');
  if (!userDefined(network.target)) {
    if (network.aliases.length > 0)
      throw new Error('network-scoped aliases are only supported for user-defined networks');
    if (network.links.length > 0) throw new Error('links are only supported for user-defined networks');
  }
  const endpoint = emptyEndpoint();
  endpoint.GwPriority = network.gwPriority;
  if (network.aliases.length > 0) endpoint.Aliases = network.aliases;
  if (network.driverOpts !== undefined) endpoint.DriverOpts = network.driverOpts;
  if (network.links.length > 0) endpoint.Links = [...network.links];
  if (network.ip !== undefined || network.ip6 !== undefined || network.linkLocal.length > 0) {
    endpoint.IPAMConfig = {
      ...(network.ip === undefined ? {} : { IPv4Address: network.ip }),
      ...(network.ip6 === undefined ? {} : { IPv6Address: network.ip6 }),
      ...(network.linkLocal.length === 0 ? {} : { LinkLocalIPs: network.linkLocal }),
    };
  }
  if (network.mac !== '') {
    const mac = canonicalMac(network.mac);
    if (mac === undefined) throw new Error(`${network.mac} is not a valid mac address`);
    endpoint.MacAddress = mac;
  }
  return endpoint;
}

/** The network mode and the endpoints of the request; throws docker's error. */
export function endpoints(flags: FlagSet): { mode: string; endpoints: Record<string, EndpointSettings> } {
  const networks = [
    ...(flags.value<NetworkAttachment[]>('network') ?? []),
    ...(flags.value<NetworkAttachment[]>('net') ?? []),
  ];
  const plain = (target: string): NetworkAttachment => ({ target, aliases: [], linkLocal: [], mac: '', gwPriority: 0 });
  if (networks.length === 0) {
    return { mode: 'default', endpoints: { default: settings(withFlags(plain('default'), flags)) } };
  }
  const result: Record<string, EndpointSettings> = {};
  for (const [i, network] of networks.entries()) {
    const endpoint = settings(i === 0 ? withFlags(network, flags) : { ...network, links: [] });
    if (result[network.target] !== undefined) {
      throw new Error(`network ${JSON.stringify(network.target)} is specified multiple times`);
    }
    // A single network without options is left to the daemon.
    const bare = JSON.stringify(endpoint) === JSON.stringify(emptyEndpoint());
    if (networks.length === 1 && bare) continue;
    result[network.target] = endpoint;
  }
  const own = networks.filter(({ target }) => userDefined(target)).length;
  if (own > 0 && own < networks.length) {
    throw new Error('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
  }
  return { mode: networks[0]?.target ?? 'default', endpoints: result };
}
