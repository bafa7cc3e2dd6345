import type { EndpointSettings, NetworkInspect } from '../../api/types.ts';
import { sortKeys } from '../http.ts';
import { rfc3339 } from '../time.ts';
import { formatAddress } from './address.ts';
import type { Endpoint, WantedEndpoint } from './endpoint.ts';
import type { NetworkRecord } from './store.ts';

/** A network as the list shows it, and with its containers as inspect does. */
export function networkView(network: NetworkRecord, detail: { containers: boolean; status: boolean }): NetworkInspect {
  const { addresses } = network;
  const status = addresses && {
    IPAM: {
      Subnets: {
        [network.pools[0]!.Subnet!]: { IPsInUse: addresses.used, DynamicIPsAvailable: addresses.available },
      },
    },
  };
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339(network.created),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: network.ipv6,
    IPAM: { Driver: network.ipamDriver, Options: network.ipamOptions, Config: [...network.pools] },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Options: { ...network.options },
    Labels: { ...network.labels },
    Containers: detail.containers
      ? sortKeys(
          Object.fromEntries(
            [...network.endpoints.values()].map((endpoint) => [
              endpoint.owner.id,
              {
                Name: endpoint.owner.name,
                EndpointID: endpoint.id,
                MacAddress: endpoint.mac,
                IPv4Address: endpoint.address === '' ? '' : `${endpoint.address}/${endpoint.prefix}`,
                IPv6Address: '',
              },
            ]),
          ),
        )
      : {},
    ...(detail.status && status ? { Status: status } : {}),
  };
}

/** A container's place on a network as its inspect shows it; `live` while it runs. */
export function endpointView(wanted: WantedEndpoint, live: Endpoint | undefined, networkId: string): EndpointSettings {
  return {
    IPAMConfig: wanted.ipam,
    Links: wanted.links.length > 0 ? [...wanted.links] : null,
    Aliases: wanted.aliases.length > 0 ? [...wanted.aliases] : null,
    DriverOpts: wanted.driverOpts === null ? null : { ...wanted.driverOpts },
    GwPriority: wanted.gwPriority,
    NetworkID: networkId,
    EndpointID: live?.id ?? '',
    Gateway: live?.gateway ?? '',
    IPAddress: live?.address ?? '',
    MacAddress: live?.mac ?? wanted.mac,
    IPPrefixLen: live?.prefix ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: live && live.dnsNames.length > 0 ? [...live.dnsNames] : null,
  };
}

/** Gateway and the like are written as addresses. */
export const gatewayOf = (network: NetworkRecord): string => (network.addresses ? formatAddress(network.gateway) : '');
