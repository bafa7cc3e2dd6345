/**
 * Who talked to whom: the network events of the log as flows between places of the network picture, each with the way it
 * took and a sentence. Namespaces get names from the processes in them, so that containers that are gone keep theirs.
 */
import type { MachineState } from '../../simulator/engine/state.ts';
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';
import { Atlas } from './network-atlas.ts';
import { isLoopback } from './network-places.ts';

/**
 * One thing that happened on the network. Places on its way are named `outside`, `host`, `port:0.0.0.0:8080`,
 * `bridge:docker0`, `tap:docker0:NS` for an interface of namespace NS on that bridge, `lo:NS` for a loopback, and
 * `machine:NAME` for a virtual machine.
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

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

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
  const name = atlas.outsider(host);
  const target = owner === undefined ? (name ?? host) : atlas.name(owner);
  const where = `${target}:${port}${target === host ? '' : ` (${host})`}`;
  const { path: up, shut } = atlas.out(ns);
  if (owner === undefined) {
    const path =
      error === 'ENETUNREACH'
        ? up.slice(0, 1)
        : error === 'EHOSTUNREACH'
          ? up.slice(0, 2)
          : [...up, ...(shut ? [] : [atlas.beyond(host)])];
    const reason =
      error === 'EHOSTUNREACH'
        ? ': nobody on the network has this address'
        : shut
          ? ': its network is internal, nothing leaves it'
          : '';
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
      path: [...atlas.up(from.ns, from.host), atlas.beyond(to.host)],
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
        const { path: out, shut } = atlas.out(event.ns);
        const path = !event.reached
          ? out
          : owner === undefined
            ? [...out, atlas.beyond(event.host)]
            : atlas.between(event.ns, undefined, owner, event.host);
        const name = atlas.called(event.host);
        const target = name === event.host ? name : `${name} (${event.host})`;
        const answer = event.reached ? 'answered' : shut ? 'no answer: its network is internal' : 'no answer';
        add(event, {
          kind: 'ping',
          state: event.reached ? 'done' : 'failed',
          path,
          text: `${atlas.name(event.ns)} pings ${target}: ${answer}`,
        });
        break;
      }
      case 'net.datagram': {
        const { from, to } = event;
        if (to.port === 53) break; // told as the question it carries
        const owner = to.ns === 0 ? undefined : to.ns;
        const path =
          owner === undefined
            ? [...atlas.up(from.ns, from.host), atlas.beyond(to.host)]
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
