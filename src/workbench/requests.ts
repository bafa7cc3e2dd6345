/** What clients asked the daemon, and what the daemon fetched from registries, from the machine's event log. */
import type { EventOf, MachineEvent } from '../../simulator/kernel/log.ts';
import { routeWords, type RouteWords } from './api-words.ts';
import { ClientCommands, commandText, type ClientCommand } from './client-commands.ts';

export interface ApiCall {
  readonly seq: number;
  /** When it was answered, and how long that took, ms. */
  readonly at: number;
  readonly ms: number;
  readonly method: string;
  /** Without the query, ids shortened. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** 0: there was no daemon to answer. */
  readonly status: number;
  readonly error?: string;
  readonly bytes?: number;
  /** Where the client knocked. */
  readonly via: string;
  /** The virtual machine whose daemon answered; the host's own daemon without it. */
  readonly machine?: string;
  readonly words: string;
  readonly command?: string;
  readonly pid?: number;
  /** What it changed, in words; what the object is called comes first. */
  readonly changes: readonly string[];
  /** The kinds of objects that changed, for the counters of the picture. */
  readonly touched: readonly Kind[];
  /** The transfer it began. */
  readonly transfer?: Transfer;
}

export type Kind = 'containers' | 'images' | 'networks' | 'volumes';

export interface Transfer {
  readonly direction: 'pull' | 'push';
  readonly name: string;
  readonly registry: string;
  /** Layer → what was said of it last. */
  readonly layers: readonly { readonly layer: string; readonly status: string; readonly part: number }[];
  readonly over: boolean;
  readonly error?: string;
  /** Sequence number of its newest event. */
  readonly seq: number;
}

export interface RequestsView {
  readonly calls: readonly ApiCall[];
  readonly transfers: readonly Transfer[];
}

const KEPT = 120;
export const SOCKET = '/var/run/docker.sock';
const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);
const shortIds = (text: string): string => text.replace(/[0-9a-f]{64}/g, short);

/** The registry an image's familiar name leads to: a host has a dot, a colon or is localhost. */
export function registryOf(name: string): string {
  const [first = '', ...more] = name.split('/');
  return more.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

interface Change {
  readonly event: MachineEvent;
  /** The kind as a route's words name it, and the virtual machine it happened on. */
  readonly as: string;
  readonly machine?: string;
  readonly text: string;
  readonly kind: Kind;
  /** What a path may call the object by. */
  readonly names: readonly string[];
}

/** What an event changed; undefined for those that are no change of the daemon's objects. */
function changeOf(event: MachineEvent, containers: ReadonlyMap<string, string>): Change | undefined {
  const change = (kind: Kind, text: string, ...names: string[]): Change => ({
    event,
    as: event.kind,
    text,
    kind,
    names,
  });
  const named = (id: string): string => containers.get(id) ?? short(id);
  switch (event.kind) {
    case 'container.create':
      return change('containers', `container ${event.name} created, ${short(event.id)}`, event.id, event.name);
    case 'container.start':
      return change('containers', `container ${event.name} runs, PID ${event.pid} on the host`, event.id, event.name);
    case 'container.die':
      return change('containers', `container ${event.name} ended with ${event.exitCode}`, event.id, event.name);
    case 'container.destroy':
      return change('containers', `container ${event.name} removed`, event.id, event.name);
    case 'container.pause':
      return change('containers', `container ${event.name} paused`, event.id, event.name);
    case 'container.unpause':
      return change('containers', `container ${event.name} runs on`, event.id, event.name);
    case 'container.rename':
      return change('containers', `${event.oldName} is now called ${event.name}`, event.id, event.name, event.oldName);
    case 'container.update':
      return change('containers', `container ${event.name} updated`, event.id, event.name);
    case 'exec.start':
      return change('containers', `${event.command} runs in ${named(event.container)}`, event.id);
    case 'exec.die':
      return change('containers', `the process ended with ${event.exitCode}`, event.id);
    case 'image.add':
      return change('images', `image ${short(event.id)} is here`, event.id, event.name);
    case 'image.tag':
      return change('images', `${event.name} names ${short(event.id)}`, event.id);
    case 'image.untag':
      return change('images', `${event.name} no longer names ${short(event.id)}`, event.id, event.name);
    case 'image.delete':
      return change('images', `image ${short(event.id)} deleted`, event.id);
    case 'build.end':
      return event.image ? change('images', `built ${short(event.image)}`, event.image) : undefined;
    case 'network.create':
      return change('networks', `network ${event.name} created`, event.id, event.name);
    case 'network.destroy':
      return change('networks', `network ${event.name} removed`, event.id, event.name);
    case 'network.connect':
      return change(
        'networks',
        `${named(event.container)} is on ${event.name}${event.address ? ` as ${event.address}` : ''}`,
        event.id,
        event.name,
        event.container,
        named(event.container),
      );
    case 'network.disconnect':
      return change(
        'networks',
        `${named(event.container)} is off ${event.name}`,
        event.id,
        event.name,
        event.container,
        named(event.container),
      );
    case 'volume.create':
      return change('volumes', `volume ${shortIds(event.name)} created`, event.name);
    case 'volume.destroy':
      return change('volumes', `volume ${shortIds(event.name)} removed`, event.name);
    case 'volume.mount':
      return change(
        'volumes',
        `volume ${shortIds(event.name)} mounted at ${event.destination}`,
        event.container,
        named(event.container),
      );
    case 'vm.container': {
      const did = { create: 'created', start: 'runs', die: 'has ended', destroy: 'removed' }[event.action];
      return {
        ...change('containers', `container ${event.container} ${did} on ${event.name}`, event.id, event.container),
        as: `container.${event.action}`,
        machine: event.name,
      };
    }
    default:
      return undefined;
  }
}

type Draft = { -readonly [K in keyof ApiCall]: ApiCall[K] } & {
  transfer?: Transfer | undefined;
  route: RouteWords;
  owner: ClientCommand | undefined;
};

const suits = ({ route, machine }: Pick<Draft, 'route' | 'machine'>, change: Change): boolean =>
  change.machine === machine &&
  route.changes.some((kind) => kind === change.as) &&
  // The path of exec and images names other things than the event does.
  (route.object === undefined ||
    change.kind === 'images' ||
    change.event.kind.startsWith('exec.') ||
    change.names.some(
      (name) => name === route.object || (route.object!.length >= 4 && name.startsWith(route.object!)),
    ));

/** One pass over the log; made anew for each look, so that the same events always give the same view. */
class Reader {
  readonly #commands = new ClientCommands();
  readonly #containers = new Map<string, string>();
  readonly #calls: Draft[] = [];
  /** Changes nobody has asked for yet: the request they belong to is logged when it is answered. */
  #loose: Change[] = [];
  /** Requests whose answer is still coming. */
  #open: Draft[] = [];
  readonly #transfers = new Map<string, Transfer>();
  /** A transfer that went so fast that its request is not logged yet. */
  #orphan: string | undefined;

  take(event: MachineEvent): void {
    if (event.kind === 'api.request') return this.#request(event);
    if (event.kind === 'vm.request') return this.#request(event, event.name);
    const over = this.#commands.take(event);
    if (over) this.#ended(over);
    if (event.kind === 'net.fail' && (event.port === 2375 || event.port === 2376)) this.#unreached(event);
    if (event.kind === 'container.create' || event.kind === 'container.rename')
      this.#containers.set(event.id, event.name);
    if (event.kind === 'image.pull' || event.kind === 'image.push' || event.kind === 'image.transfer')
      this.#transfer(event);
    const change = changeOf(event, this.#containers);
    if (!change) return;
    const open = this.#open.findLast((draft) => suits(draft, change));
    if (open) give(open, change);
    else this.#loose = [...this.#loose, change].slice(-60);
  }

  /** A request to the host's daemon, or to that of a machine: then only what a client of the host asked. */
  #request(event: EventOf<'api.request'> | EventOf<'vm.request'>, machine?: string): void {
    const [full = '', query = ''] = event.path.split('?');
    const path = full.replace(/^\/v[\d.]+(?=\/)/, '');
    const route = routeWords(event.method, path);
    const owner = this.#commands.owner(event);
    if (machine !== undefined && !owner) return;
    const began = event.at - event.ms - 1;
    const draft: Draft = {
      seq: event.seq,
      at: event.at,
      ms: event.ms,
      method: event.method,
      path: shortIds(full),
      query: [...new URLSearchParams(query)].filter(([, value]) => value !== '' && value !== '{}'),
      status: event.status,
      via: machine === undefined ? SOCKET : `tcp://${machine}`,
      words: route.words,
      changes: [],
      touched: [],
      route,
      owner,
    };
    if (machine !== undefined) draft.machine = machine;
    if (event.error !== undefined) draft.error = event.error;
    if (event.bytes !== undefined && event.bytes > 0) draft.bytes = event.bytes;
    if (owner) {
      draft.command = commandText(owner.argv);
      draft.pid = owner.pid;
    }
    this.#loose = this.#loose.filter((change) => {
      if (change.event.at < began || !suits(draft, change)) return true;
      give(draft, change);
      return false;
    });
    if (route.changes.includes('image.transfer') && this.#orphan !== undefined) {
      draft.transfer = this.#transfers.get(this.#orphan);
      this.#orphan = undefined;
    }
    if (route.stream && event.status < 400) this.#open = [...this.#open, draft].slice(-20);
    this.#push(draft);
  }

  /** A client that found nobody. */
  #unreached(event: EventOf<'net.fail'>): void {
    const owner = this.#commands.newest;
    if (owner?.program !== 'docker') return;
    this.#push(this.#nobody(event, owner, `tcp://${event.host}:${event.port}`, event.error));
  }

  #nobody(event: MachineEvent, owner: ClientCommand, via: string, error: string): Draft {
    return {
      seq: event.seq,
      at: event.at,
      ms: 0,
      method: 'HEAD',
      path: '/_ping',
      query: [],
      status: 0,
      error: `dial ${via}: ${error}`,
      via,
      words: 'is the daemon there?',
      command: commandText(owner.argv),
      pid: owner.pid,
      changes: [],
      touched: [],
      route: routeWords('HEAD', '/_ping'),
      owner,
    };
  }

  #ended(over: ClientCommand): void {
    this.#open = this.#open.filter((draft) => draft.pid !== over.pid);
    const silent = over.requests === 0 && (over.exit ?? 0) !== 0;
    if (silent && over.program === 'docker' && this.#commands.daemonGone)
      this.#push(
        this.#nobody(
          { kind: 'process.exit', seq: over.seq, at: over.ended ?? over.at, pid: over.pid, status: { code: 1 } },
          over,
          SOCKET,
          'connection refused',
        ),
      );
  }

  #transfer(event: EventOf<'image.pull'> | EventOf<'image.push'> | EventOf<'image.transfer'>): void {
    const direction = event.kind === 'image.transfer' ? event.direction : event.kind === 'image.pull' ? 'pull' : 'push';
    const key = `${direction} ${event.name}`;
    const known = this.#transfers.get(key);
    const before: Transfer =
      known && !known.over
        ? known
        : { direction, name: event.name, registry: registryOf(event.name), layers: [], over: false, seq: event.seq };
    let next: Transfer = { ...before, seq: event.seq };
    if (event.kind === 'image.transfer') {
      next = { ...next, over: true, ...(event.error === undefined ? {} : { error: event.error }) };
    } else {
      const done = event.kind === 'image.push' || event.status === 'Pull complete';
      const part = done ? 1 : event.kind === 'image.pull' && event.total > 0 ? event.current / event.total : 0;
      const layer = { layer: event.layer, status: event.status, part };
      const at = next.layers.findIndex((l) => l.layer === event.layer);
      next = { ...next, layers: at < 0 ? [...next.layers, layer] : next.layers.with(at, layer) };
    }
    this.#transfers.delete(key);
    this.#transfers.set(key, next);
    const call = this.#open.findLast(
      (draft) =>
        draft.route.changes.includes('image.transfer') && (!draft.transfer || draft.transfer.name === event.name),
    );
    if (call) call.transfer = next;
    else this.#orphan = key;
  }

  #push(draft: Draft): void {
    this.#calls.push(draft);
    if (this.#calls.length > KEPT) this.#calls.shift();
  }

  get view(): RequestsView {
    return {
      calls: this.#calls.map(({ route: _route, owner: _owner, ...call }) => call),
      transfers: [...this.#transfers.values()].slice(-8),
    };
  }
}

function give(draft: Draft, change: Change): void {
  if (draft.changes.at(-1) !== change.text) draft.changes = [...draft.changes, change.text];
  if (!draft.touched.includes(change.kind)) draft.touched = [...draft.touched, change.kind];
}

/** The requests and transfers the events tell of, oldest first. */
export function readRequests(events: readonly MachineEvent[]): RequestsView {
  const reader = new Reader();
  for (const event of events) reader.take(event);
  return reader.view;
}
