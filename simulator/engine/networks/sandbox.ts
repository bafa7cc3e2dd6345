/** Puts containers on networks: addresses, plugs, names and published ports. */
import type { PortBinding } from '../../api/types.ts';
import type { NetNamespace } from '../../kernel/kernel.ts';
import type { Container } from '../containers/container.ts';
import type { Engine } from '../engine.ts';
import { errorText, systemError } from '../errors.ts';
import { formatAddress, parseAddress } from './address.ts';
import type { Endpoint, WantedEndpoint } from './endpoint.ts';
import type { Held, Protocol } from './ports.ts';
import type { NetworkRecord } from './store.ts';

const isUserDefined = (network: NetworkRecord): boolean => network.driver === 'bridge' && network.name !== 'bridge';

/** Whether the container answers to names on at least one user-defined network: it then has the embedded resolver. */
export const usesEmbeddedDns = (engine: Engine, container: Container): boolean =>
  [...container.wanted.keys()].some((name) => {
    const network = engine.networks.find(name);
    return network !== undefined && isUserDefined(network);
  });

/** Name, aliases, short id and hostname, each once, as DNSNames lists them. */
function dnsNames(container: Container, wanted: WantedEndpoint): string[] {
  const names = [container.name, ...wanted.aliases, container.shortId];
  if (container.config.Hostname !== container.shortId) names.push(container.config.Hostname);
  return [...new Set(names.filter((name) => name !== ''))];
}

/** Takes an address on `network` for the container and plugs its namespace in. */
export function join(
  engine: Engine,
  container: Container,
  network: NetworkRecord,
  wanted: WantedEndpoint,
  ns: NetNamespace,
): Endpoint {
  const { kernel } = engine;
  const owner = {
    id: container.id,
    get name() {
      return container.name;
    },
  };
  const id = kernel.random.hex(64);
  let endpoint: Endpoint;
  if (network.addresses === undefined || network.bridge === undefined) {
    endpoint = {
      id,
      networkId: network.id,
      networkName: network.name,
      owner,
      address: '',
      prefix: 0,
      gateway: '',
      mac: '',
      dnsNames: [],
      ifname: '',
      port: undefined,
    };
  } else {
    const pool = network.addresses;
    const number = wanted.ipv4 === '' ? pool.next() : pool.take(parseAddress(wanted.ipv4)!);
    const address = formatAddress(number);
    const mac = wanted.mac || randomMac(kernel.random.bytes(6));
    const taken = new Set([...container.endpoints.values()].map((other) => other.ifname));
    let index = 0;
    while (taken.has(`eth${index}`)) index++;
    const ifname = `eth${index}`;
    const port = network.bridge.attach(ns, {
      ifname,
      address: `${address}/${pool.subnet.prefix}`,
      mac,
      endpointId: id,
    });
    endpoint = {
      id,
      networkId: network.id,
      networkName: network.name,
      owner,
      address,
      prefix: pool.subnet.prefix,
      gateway: network.internal ? '' : formatAddress(network.gateway),
      mac,
      dnsNames: isUserDefined(network) ? dnsNames(container, wanted) : [],
      ifname,
      port,
    };
  }
  network.endpoints.set(container.id, endpoint);
  container.endpoints.set(network.name, endpoint);
  engine.events.record('network', 'connect', network.id, {
    container: container.id,
    name: network.name,
    type: network.driver,
  });
  kernel.log.emit('network.connect', {
    id: network.id,
    name: network.name,
    container: container.id,
    address: endpoint.address,
  });
  return endpoint;
}

/** Locally administered, and never of the range 02:42:ac that Docker once used. */
function randomMac(bytes: Uint8Array): string {
  const first = (bytes[0]! & 0xfc) | 0x02;
  const octets = [first === 0x02 ? 0x0a : first, ...bytes.subarray(1)];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
}

/** Unplugs the container from a network and gives its address back. */
export function leave(engine: Engine, container: Container, network: NetworkRecord): void {
  const endpoint = network.endpoints.get(container.id);
  if (endpoint === undefined) return;
  endpoint.port?.detach();
  const number = parseAddress(endpoint.address);
  if (number !== undefined) network.addresses?.release(number);
  network.endpoints.delete(container.id);
  container.endpoints.delete(network.name);
  engine.events.record('network', 'disconnect', network.id, {
    container: container.id,
    name: network.name,
    type: network.driver,
  });
  engine.kernel.log.emit('network.disconnect', { id: network.id, name: network.name, container: container.id });
}

/** What the embedded resolver of a container's namespace answers: names on the user-defined networks it is on. */
export function nameService(engine: Engine, container: Container): (name: string) => readonly string[] | undefined {
  return (asked) => {
    const name = asked.replace(/\.$/, '').toLowerCase();
    const found: string[] = [];
    for (const endpoint of container.endpoints.values()) {
      const network = engine.networks.find(endpoint.networkId);
      if (network === undefined || !isUserDefined(network)) continue;
      const suffix = `.${network.name.toLowerCase()}`;
      const bare = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
      for (const other of network.endpoints.values())
        if (other.dnsNames.some((known) => known.toLowerCase() === name || known.toLowerCase() === bare))
          found.push(other.address);
      const links = container.wanted.get(network.name)?.links ?? [];
      for (const link of links) {
        const [target, alias] = link.split(':');
        if ((alias ?? target)?.toLowerCase() !== bare) continue;
        for (const other of network.endpoints.values()) if (other.owner.name === target) found.push(other.address);
      }
    }
    if (found.length === 0) return undefined;
    // Several answers come in any order, so that clients spread over them.
    for (let i = found.length - 1; i > 0; i--) {
      const j = engine.kernel.random.int(i + 1);
      [found[i], found[j]] = [found[j]!, found[i]!];
    }
    return [...new Set(found)];
  };
}

/** The ports a container publishes, and those it merely exposes, as NetworkSettings.Ports shows them. */
export interface PublishedPorts {
  readonly held: readonly Held[];
  readonly bindings: Readonly<Record<string, PortBinding[] | null>>;
}

const byPort = (a: string, b: string): number => parseInt(a, 10) - parseInt(b, 10) || (a < b ? -1 : 1);

/** What is to be published: container port → wanted host side. */
function wantedPorts(container: Container): Map<string, readonly PortBinding[]> {
  const { hostConfig, config } = container;
  const wanted = new Map<string, readonly PortBinding[]>();
  for (const [port, bindings] of Object.entries(hostConfig.PortBindings ?? {}))
    if (bindings && bindings.length > 0) wanted.set(port, bindings);
  if (hostConfig.PublishAllPorts)
    for (const port of Object.keys(config.ExposedPorts ?? {}))
      if (!wanted.has(port)) wanted.set(port, [{ HostIp: '', HostPort: '' }]);
  return new Map([...wanted].sort(([a], [b]) => byPort(a, b)));
}

/**
 * Publishes the container's ports through `endpoint`. Throws the driver's text; nothing stays open then.
 */
export function publishPorts(
  engine: Engine,
  container: Container,
  endpoint: Endpoint | undefined,
  ns: NetNamespace,
): PublishedPorts {
  const bindings: Record<string, PortBinding[] | null> = {};
  for (const port of Object.keys(container.config.ExposedPorts ?? {})) bindings[port] = null;
  const held: Held[] = [];
  if (endpoint === undefined) return { held, bindings };
  try {
    for (const [spec, list] of wantedPorts(container)) {
      const [port, protocol = 'tcp'] = spec.split('/') as [string, Protocol?];
      const to = { ns, address: endpoint.address, port: Number(port) };
      // Bindings to a given port come before those to any port.
      const ordered = [...list].sort((a, b) => Number(a.HostPort === '') - Number(b.HostPort === ''));
      const opened = ordered.flatMap((binding) => openBinding(engine, binding, protocol, to));
      held.push(...opened);
      bindings[spec] = opened.map((one) => ({ HostIp: one.hostIp, HostPort: String(one.port) }));
    }
  } catch (error) {
    for (const one of held) one.release();
    throw systemError(
      `driver failed programming external connectivity on endpoint ${container.name} (${endpoint.id}): ${errorText(error)}`,
    );
  }
  return { held, bindings: Object.fromEntries(Object.entries(bindings).sort(([a], [b]) => byPort(a, b))) };
}

function openBinding(
  engine: Engine,
  binding: PortBinding,
  protocol: Protocol,
  to: { ns: NetNamespace; address: string; port: number },
): Held[] {
  const addresses = binding.HostIp === '' || !binding.HostIp ? ['0.0.0.0', '::'] : [binding.HostIp];
  const range = /^(\d+)-(\d+)$/.exec(binding.HostPort ?? '');
  if (range) return engine.ports.publishAny(addresses, protocol, to, [Number(range[1]), Number(range[2])]);
  if (!binding.HostPort || binding.HostPort === '0') return engine.ports.publishAny(addresses, protocol, to);
  return engine.ports.publish(addresses, Number(binding.HostPort), protocol, to);
}
