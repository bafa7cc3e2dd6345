/**
 * Who talked to whom: the network events of the log as flows between places of the network picture, each with the way it
 * took and a sentence. Namespaces get names from the processes in them, so that containers that are gone keep theirs.
 */
import type { ContainerView, MachineState } from '../../simulator/engine/state.ts';
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';

/**
 * One thing that happened on the network. Places on its way are named `outside`, `host`, `port:0.0.0.0:8080`,
 * `bridge:docker0`, `tap:docker0:NS` for an interface of namespace NS on that bridge, and `lo:NS` for a loopback.
 */
export interface Traffic {
  /** Number of the event it began with. */
  readonly seq: number;
  readonly at: number;
  readonly kind: 'connect' | 'fail' | 'dns' | 'ping' | 'datagram' | 'publish';
  readonly state: 'open' | 'done' | 'failed';
  readonly path: readonly string[];
  readonly text: string;
  /** Bytes each way, once the connection is gone. */
  readonly bytes?: { readonly sent: number; readonly received: number };
  /** How often it happened in a row. */
  readonly times: number;
}

/** Also of `127.0.0.1:6379`. */
const isLoopback = (host: string): boolean => /^(127\.|localhost|::1|\[::1\])/.test(host);

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

/** What is known about namespaces, addresses and ports at one moment of the log. */
class Atlas {
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
  readonly #known = new Map<string, string>();
  readonly #rules = new Map<string, { readonly ns: number; readonly host: string; readonly port: number }>();

  constructor(state: MachineState, events: readonly MachineEvent[]) {
    this.#state = state;
    this.host = state.host?.namespaces.net ?? events.find((e) => e.kind === 'process.start')?.namespaces.net ?? 0;
    for (const network of state.networks) {
      if (network.bridge) this.#gateways.set(network.gateway, network.bridge);
      for (const endpoint of network.endpoints) {
        const ns = state.containers.find((c) => c.id === endpoint.container)?.inside?.namespaces.net;
        if (ns !== undefined && endpoint.address) this.#plug(ns, network.bridge, endpoint.address);
      }
    }
    for (const container of state.containers) {
      this.#names.set(container.id, container.name);
      if (container.inside) this.#own(container.inside.namespaces.net, container.id);
    }
    // Names first, for what happens before a container's first process is there.
    for (const event of events) {
      if (event.kind === 'container.create') this.#names.set(event.id, event.name);
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
    return owner !== undefined ? this.name(owner) : (this.#known.get(address) ?? address);
  }
  askedName(address: string): string | undefined {
    return this.#known.get(address);
  }

  /** From a namespace up to the host; `bridge` is where a neighbour on the same network is met. */
  up(ns: number, address?: string): string[] {
    if (ns === this.host) return ['host'];
    const bridge = this.#exit(ns, address);
    return bridge === undefined ? [`lo:${ns}`] : [`tap:${bridge}:${ns}`, `bridge:${bridge}`, 'host'];
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

const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** What a namespace listens on beside what was wanted: the usual reasons why nobody answers. */
function elsewhere(atlas: Atlas, ns: number, port: number): string {
  const here = [...atlas.listeners(ns)].filter((l) => l.endsWith(`:${port}`));
  const inside = here.filter(isLoopback);
  if (inside.length > 0) return `: it listens on ${list(inside)} only, its own loopback`;
  return '';
}

function failed(
  atlas: Atlas,
  event: Pick<EventOf<'net.fail'>, 'ns' | 'host' | 'port' | 'error'>,
): { text: string; path: string[] } {
  const { ns, host, port, error } = event;
  const from = atlas.name(ns);
  const why = WHY[error] ?? error;
  if (isLoopback(host)) {
    const place = ns === atlas.host ? 'host' : `lo:${ns}`;
    const who =
      ns === atlas.host
        ? 'nobody listens there, and no port is published as that'
        : `nobody listens on ${from}’s own loopback`;
    return { text: `${from} → localhost:${port}: ${why}: ${who}`, path: [place] };
  }
  const owner = atlas.ownerOf(host);
  const name = atlas.askedName(host);
  const target = owner === undefined ? (name ?? host) : atlas.name(owner);
  const where = `${target}:${port}${target === host ? '' : ` (${host})`}`;
  const up = atlas.up(ns);
  if (owner === undefined) {
    const path =
      error === 'ENETUNREACH' ? up.slice(0, 1) : error === 'EHOSTUNREACH' ? up.slice(0, 2) : [...up, 'outside'];
    const reason = error === 'EHOSTUNREACH' ? ': nobody on the network has this address' : '';
    return { text: `${from} → ${where}: ${why}${reason}`, path };
  }
  if (error !== 'ECONNREFUSED') {
    const apart = error === 'ETIMEDOUT' && owner !== atlas.host && owner !== ns;
    return {
      text: `${from} → ${where}: ${why}${apart ? ': the two networks are kept apart' : ''}`,
      path: apart ? up : up.slice(0, 2),
    };
  }
  const reason = elsewhere(atlas, owner, port) || `: nobody listens on ${host}:${port}`;
  return { text: `${from} → ${where}: ${why}${reason}`, path: atlas.between(ns, undefined, owner, host) };
}

function connected(atlas: Atlas, event: EventOf<'net.connect'>): { text: string; path: string[]; lost: boolean } {
  const { from, to, via } = event;
  const who = atlas.name(from.ns);
  if (via !== undefined) {
    const rule = atlas.rule(via);
    const end = rule?.ns ?? to.ns;
    const port = rule?.port ?? to.port;
    const down = atlas.up(end, rule?.host ?? to.host).reverse();
    const path = [...atlas.up(from.ns, from.host), `port:${via}`, ...down.slice(1)];
    const target = `${atlas.name(end)}:${port}`;
    const published = via.replace(/^.*:/, '');
    const dialled = from.ns === atlas.host ? `host ${from.host}:${published}` : `${who} → host:${published}`;
    if (to.ns !== 0) return { text: `${dialled} → ${target}`, path, lost: false };
    // docker-proxy takes every connection; only then does it find out.
    const reason = elsewhere(atlas, end, port) || `: nobody listens on port ${port} there`;
    return { text: `${dialled} → ${target}: taken by docker-proxy, then reset${reason}`, path, lost: true };
  }
  if (to.ns === 0) {
    const name = atlas.called(to.host);
    return {
      text: `${who} → ${name}:${to.port}${name === to.host ? '' : ` (${to.host})`}`,
      path: [...atlas.up(from.ns, from.host), 'outside'],
      lost: false,
    };
  }
  const path = atlas.between(from.ns, from.host, to.ns, to.host);
  if (from.ns === to.ns) return { text: `${who} → its own ${to.host}:${to.port}`, path, lost: false };
  return { text: `${who} → ${atlas.name(to.ns)}:${to.port} (${to.host})`, path, lost: false };
}

const A = 1;

function asked(atlas: Atlas, event: EventOf<'dns.query'>): Omit<Traffic, 'seq' | 'at' | 'times'> | undefined {
  const { ns, name, server, answers, type = A } = event;
  // An empty answer to a question for another record says nothing about the name.
  if (type !== A && answers.length === 0) return undefined;
  const who = atlas.name(ns);
  if (server === '') {
    const text = `${who} asked for ${name}: no name server answered`;
    return { kind: 'dns', state: 'failed', path: atlas.up(ns), text };
  }
  const path = isLoopback(server) && ns !== atlas.host ? [`lo:${ns}`] : [...atlas.up(ns), 'outside'];
  const answer = answers.length > 0 ? answers.join(', ') : 'no such name';
  return {
    kind: 'dns',
    state: answers.length > 0 ? 'done' : 'failed',
    path,
    text: `${who} asked ${server} for ${name}: ${answer}`,
  };
}

/** How far back a repetition is looked for: a question and the connection that follows it alternate. */
const NEAR = 3;

/**
 * What happened on the network in `events`, oldest first; the same again shortly afterwards is counted, not listed. Of
 * what happened before the first of the events, only the present state is known.
 */
export function readTraffic(events: readonly MachineEvent[], state: MachineState): Traffic[] {
  const atlas = new Atlas(state, events);
  const flows: Traffic[] = [];
  const open = new Map<number, string>();
  const add = (event: MachineEvent, made: Omit<Traffic, 'seq' | 'at' | 'times'>): void => {
    const near = flows.slice(-NEAR).find((f) => f.text === made.text && f.kind === made.kind);
    if (near) flows.splice(flows.indexOf(near), 1);
    flows.push({ ...made, seq: event.seq, at: event.at, times: (near?.times ?? 0) + 1 });
  };
  for (const event of events) {
    atlas.take(event);
    switch (event.kind) {
      case 'net.publish': {
        if (event.hostIp.includes(':')) break; // the same port once more, for IPv6
        const via = `${event.hostIp}:${event.hostPort}`;
        const path = ['host', `port:${via}`, ...atlas.up(event.to.ns, event.to.host).reverse().slice(1)];
        const text = `port ${via} of the host now leads to ${atlas.name(event.to.ns)}:${event.to.port}`;
        add(event, { kind: 'publish', state: 'done', path, text });
        break;
      }
      case 'net.connect': {
        const { text, path, lost } = connected(atlas, event);
        add(event, { kind: 'connect', state: lost ? 'failed' : 'open', path, text });
        if (!lost) open.set(event.flow, text);
        break;
      }
      case 'net.bytes': {
        const text = open.get(event.flow);
        open.delete(event.flow);
        const at = text === undefined ? -1 : flows.findLastIndex((f) => f.text === text && f.kind === 'connect');
        if (at < 0) break;
        const { sent, received } = event;
        flows[at] = { ...flows[at]!, state: 'done', bytes: { sent, received } };
        break;
      }
      case 'net.drop':
        add(event, { kind: 'fail', state: 'failed', ...failed(atlas, { ...event, error: 'ETIMEDOUT' }) });
        break;
      case 'net.fail':
        add(event, { kind: 'fail', state: 'failed', ...failed(atlas, event) });
        break;
      case 'dns.query': {
        const made = asked(atlas, event);
        if (made) add(event, made);
        break;
      }
      case 'net.ping': {
        const owner = atlas.ownerOf(event.host);
        const path =
          owner === undefined
            ? [...atlas.up(event.ns), ...(event.reached ? ['outside'] : [])]
            : atlas.between(event.ns, undefined, owner, event.host);
        const name = atlas.called(event.host);
        const target = name === event.host ? name : `${name} (${event.host})`;
        add(event, {
          kind: 'ping',
          state: event.reached ? 'done' : 'failed',
          path,
          text: `${atlas.name(event.ns)} pings ${target}: ${event.reached ? 'answered' : 'no answer'}`,
        });
        break;
      }
      case 'net.datagram': {
        const { from, to } = event;
        if (to.port === 53) break; // told as the question it carries
        const owner = to.ns === 0 ? undefined : to.ns;
        const path =
          owner === undefined
            ? [...atlas.up(from.ns, from.host), 'outside']
            : atlas.between(from.ns, from.host, owner, to.host);
        add(event, {
          kind: 'datagram',
          state: 'done',
          path,
          text: `${atlas.name(from.ns)} → ${atlas.called(to.host)}:${to.port}, a datagram`,
        });
        break;
      }
      default:
        break;
    }
  }
  return flows;
}

/** Whether a published port leads to somebody: `loopback` is a program that only its own container can reach. */
export type Reach = 'open' | 'loopback' | 'nobody';

/** What waits behind a published port of a container that runs. */
export function reachOf(container: ContainerView, port: ContainerView['ports'][number]): Reach {
  const here = (container.inside?.listeners ?? []).filter(
    (l) => l.port === port.containerPort && l.protocol === port.protocol,
  );
  if (here.some((l) => !isLoopback(l.host))) return 'open';
  return here.length > 0 ? 'loopback' : 'nobody';
}

/** Whether only processes of its own namespace reach a socket. */
export const onlyInside = (listener: { readonly host: string }): boolean => isLoopback(listener.host);

/** Where places stand in the picture: their left edge, and the middle of their height. */
export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

/** The way along the lines of the tree: from a place down its parent's trunk, then across to the child. */
export function wayOf(path: readonly string[], places: Places): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  const host = places.get('host');
  let before: { x: number; y: number } | undefined;
  for (const id of path) {
    const place = places.get(id);
    if (!place) continue;
    if (before && before.x !== place.x) {
      const trunk = Math.min(before.x, place.x);
      points.push(trunk === before.x ? { x: trunk, y: place.y } : { x: trunk, y: before.y });
    } else if (before && host && place.x > host.x) {
      // Two branches of the host: back to its trunk, and along that.
      points.push({ x: host.x, y: before.y }, { x: host.x, y: place.y });
    }
    points.push({ x: place.x, y: place.y });
    before = place;
  }
  return points.filter((p, i) => i === 0 || p.x !== points[i - 1]!.x || p.y !== points[i - 1]!.y);
}
