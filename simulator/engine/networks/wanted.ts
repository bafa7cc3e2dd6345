import type { EndpointSettings, NetworkingConfig } from '../../api/types.ts';
import { invalid } from '../errors.ts';
import { contains, parseAddress } from './address.ts';
import type { WantedEndpoint } from './endpoint.ts';
import type { NetworkRecord } from './store.ts';

const EMPTY: WantedEndpoint = {
  ipv4: '',
  mac: '',
  aliases: [],
  links: [],
  driverOpts: null,
  gwPriority: 0,
  ipam: null,
};

/** Reads what a request asks for on one network. */
export function wantedEndpoint(given: Partial<EndpointSettings> | null | undefined): WantedEndpoint {
  if (!given) return EMPTY;
  return {
    ipv4: given.IPAMConfig?.IPv4Address ?? '',
    mac: (given.MacAddress ?? '').toLowerCase(),
    aliases: given.Aliases ?? [],
    links: given.Links ?? [],
    driverOpts: given.DriverOpts ?? null,
    gwPriority: given.GwPriority ?? 0,
    ipam: given.IPAMConfig ?? null,
  };
}

/**
 * Throws for settings the network cannot give (libnetwork: validateEndpointSettings). A network that does not exist is
 * found out only when the container starts.
 */
export function checkEndpoint(wanted: WantedEndpoint, network: NetworkRecord | undefined): void {
  const problems: string[] = [];
  const userDefined = network === undefined || !['bridge', 'host', 'none'].includes(network.name);
  if (wanted.ipv4 !== '' && !userDefined)
    problems.push('user-specified IP address is supported on user-defined networks only');
  else if (wanted.ipv4 !== '') {
    const address = parseAddress(wanted.ipv4);
    if (address === undefined) problems.push(`invalid IPv4 address: ${wanted.ipv4}`);
    else if (network?.addresses && !contains(network.addresses.subnet, address))
      problems.push(`no configured subnet contains IP address ${wanted.ipv4}`);
  }
  if (wanted.aliases.length > 0 && !userDefined)
    problems.push('network-scoped aliases are only supported for user-defined networks');
  if (problems.length > 0) throw invalid(`invalid endpoint settings:\n${problems.join('\n')}`);
}

/** The networks a container is to be on, by name: what the request configures, and its network mode. */
export function wantedNetworks(
  mode: string,
  config: NetworkingConfig | undefined,
  find: (reference: string) => NetworkRecord | undefined,
): Map<string, WantedEndpoint> {
  const wanted = new Map<string, WantedEndpoint>();
  if (mode.startsWith('container:')) return wanted;
  const given = Object.entries(config?.EndpointsConfig ?? {});
  const name = (reference: string): string =>
    reference === 'default' || reference === '' ? 'bridge' : (find(reference)?.name ?? reference);
  for (const [reference, settings] of given) wanted.set(name(reference), wantedEndpoint(settings));
  if (!wanted.has(name(mode))) wanted.set(name(mode), EMPTY);
  for (const [reference, endpoint] of wanted) {
    const network = find(reference);
    try {
      checkEndpoint(endpoint, network);
    } catch (error) {
      throw invalid(`invalid config for network ${reference}: ${error instanceof Error ? error.message : ''}`);
    }
  }
  return wanted;
}
