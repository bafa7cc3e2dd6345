/** What is known of the network while its events are read: who is in a namespace, who has an address, who listens. */
import type { MachineState } from '../../simulator/engine/state.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';

/** What is known about namespaces, addresses and ports at one moment of the log. */
export class Atlas {
  readonly #state: MachineState;
  readonly host: number;
  /** Namespace → ids of the containers in it. */
  readonly #owners = new Map<number, Set<string>>();
  readonly #names = new Map<string, string>();
  readonly #builds = new Set<number>();
  readonly #plugs = new Map<number, Map<string, string>>();
  readonly #owner = new Map<string, number>();
  readonly #listens = new Map<number, Set<string>>();
  readonly #gateways = new Map<string, string>();
  /** Bridges of internal networks: nothing leaves by them. */
  readonly #internal = new Set<string>();
  readonly #known = new Map<string, string>();
  /** Address → virtual machine. */
  readonly #machines = new Map<string, string>();
  readonly #rules = new Map<string, { readonly ns: number; readonly host: string; readonly port: number }>();

  constructor(state: MachineState, events: readonly MachineEvent[]) {
    this.#state = state;
    this.host = state.host?.namespaces.net ?? events.find((e) => e.kind === 'process.start')?.namespaces.net ?? 0;
    for (const network of state.networks) {
      if (network.bridge) this.#gateways.set(network.gateway, network.bridge);
      if (network.internal) this.#internal.add(network.bridge);
      for (const endpoint of network.endpoints) {
        const ns = state.containers.find((c) => c.id === endpoint.container)?.inside?.namespaces.net;
        if (ns !== undefined && endpoint.address) this.#plug(ns, network.bridge, endpoint.address);
      }
    }
    for (const container of state.containers) {
      this.#names.set(container.id, container.name);
      if (container.inside) this.#own(container.inside.namespaces.net, container.id);
    }
    for (const vm of state.machines) if (vm.address) this.#machines.set(vm.address, vm.name);
    // Names first, for what happens before a container's first process is there.
    for (const event of events) {
      if (event.kind === 'container.create') this.#names.set(event.id, event.name);
      else if (event.kind === 'vm.ready') this.#machines.set(event.address, event.name);
      else if (event.kind === 'container.rename') this.#names.set(event.id, event.name);
      else if (event.kind === 'process.start') {
        const ns = event.namespaces.net ?? 0;
        const [id] = /[0-9a-f]{64}/.exec(event.cgroup) ?? [];
        if (id !== undefined) this.#own(ns, id);
        else if (event.cgroup.includes('/buildkit/')) this.#builds.add(ns);
      }
    }
  }

  #own(ns: number, id: string): void {
    if (ns === this.host) return;
    this.#owners.set(ns, (this.#owners.get(ns) ?? new Set()).add(id));
  }
  #plug(ns: number, bridge: string, address: string): void {
    this.#plugs.set(ns, (this.#plugs.get(ns) ?? new Map()).set(address, bridge));
    this.#owner.set(address, ns);
  }

  /** Follows what changes the map. */
  take(event: MachineEvent): void {
    switch (event.kind) {
      case 'net.attach':
        return this.#plug(event.ns, event.bridge, event.address);
      case 'net.detach':
        this.#plugs.get(event.ns)?.delete(event.address);
        return;
      case 'net.bridge':
        this.#gateways.set(event.gateway, event.name);
        if (event.internal) this.#internal.add(event.name);
        return;
      case 'net.listen':
        this.#listens.set(event.ns, (this.#listens.get(event.ns) ?? new Set()).add(`${event.host}:${event.port}`));
        return;
      case 'net.unlisten':
        this.#listens.get(event.ns)?.delete(`${event.host}:${event.port}`);
        return;
      case 'net.publish':
        this.#rules.set(`${event.hostIp}:${event.hostPort}`, event.to);
        return;
      case 'dns.query':
        for (const address of event.answers) this.#known.set(address, event.name);
        return;
      default:
        return;
    }
  }

  rule(via: string): { readonly ns: number; readonly host: string; readonly port: number } | undefined {
    const known = this.#rules.get(via);
    if (known) return known;
    for (const container of this.#state.containers) {
      const port = container.ports.find((p) => `${p.hostIp}:${p.hostPort}` === via);
      const ns = container.inside?.namespaces.net;
      if (port && ns !== undefined)
        return { ns, host: container.networks.find((n) => n.address)?.address ?? '', port: port.containerPort };
    }
    return undefined;
  }

  /** The name of a namespace: of its containers, of the host, of a build. */
  name(ns: number): string {
    if (ns === this.host) return 'host';
    const names = [...(this.#owners.get(ns) ?? [])].map((id) => this.#names.get(id) ?? id.slice(0, 12));
    if (names.length > 0) return names.join(' + ');
    return this.#builds.has(ns) ? 'a build step' : 'a container';
  }
  ownerOf(address: string): number | undefined {
    if (this.#gateways.has(address)) return this.host;
    if (this.#state.host?.interfaces.some((i) => i.addresses.some((a) => a.startsWith(`${address}/`))))
      return this.host;
    return this.#owner.get(address);
  }
  /** The bridge a namespace sends by: that of `address` where it is known, else its first. */
  #exit(ns: number, address?: string): string | undefined {
    const plugs = this.#plugs.get(ns);
    return (address === undefined ? undefined : plugs?.get(address)) ?? plugs?.values().next().value;
  }
  listeners(ns: number): ReadonlySet<string> {
    const told = this.#listens.get(ns);
    if (told) return told;
    const inside = this.#state.containers.find((c) => c.inside?.namespaces.net === ns)?.inside;
    return new Set((inside?.listeners ?? []).map((l) => `${l.host}:${l.port}`));
  }
  /** What an address is called: by its owner, or by the name that was asked for. */
  called(address: string): string {
    const owner = this.ownerOf(address);
    return owner !== undefined ? this.name(owner) : (this.outsider(address) ?? address);
  }
  /** What an address outside of the host's namespaces was asked for by, or whose it is. */
  outsider(address: string): string | undefined {
    return this.#machines.get(address) ?? this.#known.get(address);
  }
  /** Where an address stands that is in no namespace of the host. */
  beyond(address: string): string {
    const machine = this.#machines.get(address);
    return machine === undefined ? 'outside' : `machine:${machine}`;
  }

  /** From a namespace up to the host; `bridge` is where a neighbour on the same network is met. */
  up(ns: number, address?: string): string[] {
    if (ns === this.host) return ['host'];
    const bridge = this.#exit(ns, address);
    return bridge === undefined ? [`lo:${ns}`] : [`tap:${bridge}:${ns}`, `bridge:${bridge}`, 'host'];
  }
  /** From a namespace towards the world outside; what is on an internal network only comes as far as its bridge. */
  out(ns: number, address?: string): { readonly path: string[]; readonly shut: boolean } {
    const path = this.up(ns, address);
    const shut = this.#internal.has(path[1]?.replace('bridge:', '') ?? '');
    return { path: shut ? path.slice(0, 2) : path, shut };
  }
  /** Between two namespaces: over a bridge that both are on where there is one. */
  between(from: number, source: string | undefined, to: number, address: string): string[] {
    if (from === to) return [from === this.host ? 'host' : `lo:${from}`];
    const down = this.up(to, address).reverse();
    // Of the sender's networks the one on which it meets the other.
    const common = [...(this.#plugs.get(from) ?? [])].find(([, bridge]) => down.includes(`bridge:${bridge}`));
    const up = this.up(from, source ?? common?.[0]);
    const meet = up.findIndex((place) => down.includes(place));
    return meet < 0 ? up : [...up.slice(0, meet), ...down.slice(down.indexOf(up[meet]!))];
  }
}
