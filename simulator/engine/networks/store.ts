import type { IPAMPool, NetworkCreateRequest } from '../../api/types.ts';
import type { Bridge, Kernel } from '../../kernel/kernel.ts';
import { conflict, forbidden, invalid, notFound, notSimulated } from '../errors.ts';
import type { EventHub } from '../events/events.ts';
import { sortKeys } from '../http.ts';
import type { Instants } from '../time.ts';
import { contains, formatAddress, formatSubnet, parseAddress, parseSubnet, type Subnet } from './address.ts';
import type { Endpoint } from './endpoint.ts';
import { AddressPool, nextSubnet } from './ipam.ts';

export type Driver = 'bridge' | 'host' | 'null';
export const PREDEFINED = ['bridge', 'host', 'none'];

/** One network: its settings, the bridge that carries it, and who is on it. */
export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly driver: Driver;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly attachable: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipamOptions: Readonly<Record<string, string>> | null;
  readonly ipamDriver: string;
  /** As inspect shows them. */
  readonly pools: readonly IPAMPool[];
  readonly addresses: AddressPool | undefined;
  readonly gateway: number;
  readonly bridge: Bridge | undefined;
  /** Container id → endpoint of a running container. */
  readonly endpoints: Map<string, Endpoint>;
}

/** All networks. */
export class NetworkStore {
  readonly #kernel: Kernel;
  readonly #events: EventHub;
  readonly #instants: Instants;
  readonly #networks = new Map<string, NetworkRecord>();
  constructor(kernel: Kernel, events: EventHub, instants: Instants) {
    this.#kernel = kernel;
    this.#events = events;
    this.#instants = instants;
  }

  /** The three networks every daemon has. */
  createDefaults(): void {
    this.#add({ Name: 'none', Driver: 'null' }, true);
    this.#add({ Name: 'host', Driver: 'host' }, true);
    this.#add(
      {
        Name: 'bridge',
        Driver: 'bridge',
        IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }] },
        Options: {
          'com.docker.network.bridge.default_bridge': 'true',
          'com.docker.network.bridge.enable_icc': 'true',
          'com.docker.network.bridge.enable_ip_masquerade': 'true',
          'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
          'com.docker.network.bridge.name': 'docker0',
          'com.docker.network.driver.mtu': '1500',
        },
      },
      true,
    );
  }

  all(): NetworkRecord[] {
    return [...this.#networks.values()];
  }
  /** By name, id, or unique prefix of an id; names win. */
  find(reference: string): NetworkRecord | undefined {
    let exact = this.#networks.get(reference);
    for (const network of this.#networks.values()) if (network.name === reference) exact = network;
    if (exact !== undefined || reference === '') return exact;
    const found = this.all().filter((network) => network.id.startsWith(reference));
    if (found.length > 1)
      throw invalid(`network ${reference} is ambiguous (${found.length} matches found on ID prefix)`);
    return found[0];
  }
  get(reference: string): NetworkRecord {
    const network = this.find(reference);
    if (network === undefined) throw notFound(`network ${reference} not found`);
    return network;
  }

  /** Creates a network. Throws Docker's texts. */
  create(request: NetworkCreateRequest): NetworkRecord {
    const driver = request.Driver || 'bridge';
    const name = request.Name ?? '';
    if (name.trim() === '') throw invalid('invalid name: name is empty');
    if (!/^[\p{L}\p{N}_.-]+$/u.test(name.replace(/ /g, '_')) || name.includes('/'))
      throw invalid(`invalid name: "${name}"`);
    if (this.all().some((network) => network.name === name)) throw conflict(`network with name ${name} already exists`);
    if (driver === 'host' || driver === 'null') throw forbidden(`only one instance of "${driver}" network is allowed`);
    if (driver === 'overlay')
      throw forbidden(
        'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
      );
    if (driver === 'macvlan' || driver === 'ipvlan') throw notSimulated(`the network driver ${driver}`);
    if (driver !== 'bridge') throw notFound(`plugin "${driver}" not found`);
    return this.#add(request, false);
  }

  #add(request: NetworkCreateRequest, predefined: boolean): NetworkRecord {
    const driver = (request.Driver || 'bridge') as Driver;
    const id = this.#kernel.random.hex(64);
    const internal = request.Internal ?? false;
    const options = request.Options ?? {};
    const layout = driver === 'bridge' ? this.#layout(request) : undefined;
    let bridge: Bridge | undefined;
    if (layout !== undefined)
      bridge = this.#kernel.network.createBridge({
        name: options['com.docker.network.bridge.name'] ?? `br-${id.slice(0, 12)}`,
        subnet: formatSubnet(layout.addresses.subnet),
        gateway: formatAddress(layout.gateway),
        internal,
      });
    const network: NetworkRecord = {
      id,
      name: request.Name,
      created: this.#instants.now(),
      driver,
      internal,
      ipv6: request.EnableIPv6 ?? false,
      attachable: request.Attachable ?? false,
      options: sortKeys(options),
      labels: sortKeys(request.Labels ?? {}),
      ipamOptions: predefined ? null : (request.IPAM?.Options ?? {}),
      ipamDriver: request.IPAM?.Driver || 'default',
      pools: layout?.pools ?? [],
      addresses: layout?.addresses,
      gateway: layout?.gateway ?? 0,
      bridge,
      endpoints: new Map(),
    };
    this.#networks.set(id, network);
    if (!predefined) {
      this.#events.record('network', 'create', id, { name: network.name, type: driver });
      this.#kernel.log.emit('network.create', { id, name: network.name, driver });
    }
    return network;
  }

  /** Subnet, gateway and pool a network gets. */
  #layout(request: NetworkCreateRequest): { pools: IPAMPool[]; addresses: AddressPool; gateway: number } {
    checkPrefixes(request.IPAM?.Config ?? []);
    const used = this.all().flatMap((network) => (network.addresses ? [network.addresses.subnet] : []));
    const given = (request.IPAM?.Config ?? []).find((pool) => !(pool.Subnet ?? '').includes(':'));
    let subnet: Subnet;
    if (given?.Subnet) {
      const parsed = parseSubnet(given.Subnet);
      if (parsed === undefined)
        throw invalid(`invalid network config:\ninvalid subnet ${given.Subnet}: invalid CIDR block notation`);
      const written = given.Subnet.split('/')[0]!;
      if (formatAddress(parsed.base) !== written)
        throw invalid(`invalid network config:\ninvalid subnet ${given.Subnet}: it should be ${formatSubnet(parsed)}`);
      if (used.some((other) => contains(other, parsed.base) || contains(parsed, other.base)))
        throw forbidden('invalid pool request: Pool overlaps with other one on this address space');
      subnet = parsed;
    } else subnet = nextSubnet(used);
    const range = given?.IPRange ? parseSubnet(given.IPRange) : undefined;
    if (given?.IPRange && (range === undefined || !contains(subnet, range.base)))
      throw invalid(
        `invalid network config:\ninvalid ip-range ${given.IPRange}: it should be in subnet ${formatSubnet(subnet)}`,
      );
    const addresses = new AddressPool(subnet, range);
    let gateway: number;
    if (given?.Gateway) {
      const parsed = parseAddress(given.Gateway);
      if (parsed === undefined || !contains(subnet, parsed))
        throw invalid(
          `invalid network config:\ninvalid gateway ${given.Gateway}: parent subnet is ${formatSubnet(subnet)}`,
        );
      gateway = addresses.take(parsed);
    } else gateway = addresses.next();
    for (const reserved of Object.values(given?.AuxiliaryAddresses ?? {})) {
      const parsed = parseAddress(reserved);
      if (parsed !== undefined) addresses.take(parsed);
    }
    const pools: IPAMPool[] = [
      {
        Subnet: formatSubnet(subnet),
        ...(range ? { IPRange: formatSubnet(range) } : {}),
        Gateway: formatAddress(gateway),
        ...(given?.AuxiliaryAddresses ? { AuxiliaryAddresses: given.AuxiliaryAddresses } : {}),
      },
    ];
    if (request.EnableIPv6) pools.push(this.#ipv6Pool(request));
    return { pools, addresses, gateway };
  }

  /** IPv6 only keeps the books: a unique local /64, as Docker derives one. */
  #ipv6Pool(request: NetworkCreateRequest): IPAMPool {
    const given = (request.IPAM?.Config ?? []).find((pool) => (pool.Subnet ?? '').includes(':'));
    if (given?.Subnet) return { Subnet: given.Subnet, Gateway: given.Gateway || given.Subnet.replace(/\/\d+$/, '1') };
    const hex = this.#kernel.random.hex(10);
    const base = `fd${hex.slice(0, 2)}:${hex.slice(2, 6)}:${hex.slice(6, 10)}`;
    return { Subnet: `${base}::/64`, Gateway: `${base}::1` };
  }

  /** Removes a network. Throws when it is predefined or containers are on it. */
  remove(reference: string): void {
    const network = this.get(reference);
    if (PREDEFINED.includes(network.name))
      throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    if (network.endpoints.size > 0) {
      const list = [...network.endpoints.values()].map((e) => `name:"${e.owner.name}" id:"${e.id.slice(0, 12)}"`);
      throw forbidden(
        `error while removing network: network ${network.name} has active endpoints (${list.join(', ')})`,
      );
    }
    network.bridge?.remove();
    this.#networks.delete(network.id);
    this.#events.record('network', 'destroy', network.id, { name: network.name, type: network.driver });
    this.#kernel.log.emit('network.destroy', { id: network.id, name: network.name });
  }
}

/** Go's netip.ParsePrefix and ParseAddr, which the daemon's JSON decoder applies to subnets and gateways. */
function checkPrefixes(pools: readonly IPAMPool[]): void {
  const wrong = (text: string): never => {
    throw invalid(`invalid JSON: ${text}`);
  };
  const address = (text: string): string | undefined => {
    if (text.includes(':') || parseAddress(text) !== undefined) return undefined;
    if (!/^[\d.]+$/.test(text)) return `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
    if (text.split('.').length < 4) return `ParseAddr(${JSON.stringify(text)}): IPv4 address too short`;
    if (text.split('.').length > 4) return `ParseAddr(${JSON.stringify(text)}): IPv4 address too long`;
    return `ParseAddr(${JSON.stringify(text)}): IPv4 field has value >255`;
  };
  for (const pool of pools) {
    for (const prefix of [pool.Subnet, pool.IPRange]) {
      if (!prefix) continue;
      const quoted = JSON.stringify(prefix);
      const slash = prefix.lastIndexOf('/');
      if (slash < 0) wrong(`netip.ParsePrefix(${quoted}): no '/'`);
      const problem = address(prefix.slice(0, slash));
      if (problem !== undefined) wrong(`netip.ParsePrefix(${quoted}): ${problem}`);
      const bits = prefix.slice(slash + 1);
      if (!/^\d+$/.test(bits)) wrong(`netip.ParsePrefix(${quoted}): bad bits after slash: ${JSON.stringify(bits)}`);
      if (Number(bits) > (prefix.includes(':') ? 128 : 32))
        wrong(`netip.ParsePrefix(${quoted}): prefix length out of range`);
    }
    const problem = pool.Gateway ? address(pool.Gateway) : undefined;
    if (problem !== undefined) wrong(problem);
  }
}
