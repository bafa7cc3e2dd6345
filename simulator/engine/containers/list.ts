import type { ContainerSummary, PortSummary } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { ApiError, invalid } from '../errors.ts';
import type { Filters } from '../filters.ts';
import { sortKeys } from '../http.ts';
import { endpointView } from '../networks/view.ts';
import { humanDuration } from '../time.ts';
import { shellJoin } from './command-line.ts';
import type { Container } from './container.ts';
import { imageSize, mountPoints } from './inspect.ts';
import { writableSize } from './remove.ts';

const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTH = ['starting', 'healthy', 'unhealthy', 'none'];
const FILTERS = [
  'ancestor',
  'annotation',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
];

/** The text of STATUS: `Up 3 seconds (healthy)`, `Exited (0) 5 minutes ago`. */
export function statusText(container: Container, now: number): string {
  const { state } = container;
  if (state.running) {
    const up = humanDuration(now - state.startedAt);
    if (state.paused) return `Up ${up} (Paused)`;
    if (state.restarting) return `Restarting (${state.exitCode}) ${humanDuration(now - state.finishedAt)} ago`;
    const health = state.health;
    if (health === undefined) return `Up ${up}`;
    return `Up ${up} (${health.status === 'starting' ? 'health: starting' : health.status})`;
  }
  if (state.removing) return 'Removal In Progress';
  if (state.dead) return 'Dead';
  if (state.startedAt === 0) return 'Created';
  return `Exited (${state.exitCode}) ${humanDuration(now - state.finishedAt)} ago`;
}

/** Published and exposed ports. */
function ports(container: Container): PortSummary[] {
  const list: PortSummary[] = [];
  const bindings = container.ports?.bindings ?? {};
  for (const [spec, bound] of Object.entries(bindings)) {
    const [port, Type = 'tcp'] = spec.split('/');
    const PrivatePort = Number(port);
    if (bound === null || bound.length === 0) list.push({ PrivatePort, Type });
    else
      for (const { HostIp, HostPort } of bound)
        list.push({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type });
  }
  return list;
}

/** Looks up images by the names containers were given, each name once: lists are long, names few. */
export class ImageNames {
  readonly #engine: Engine;
  readonly #targets = new Map<string, string | undefined>();
  constructor(engine: Engine) {
    this.#engine = engine;
  }
  #target(name: string): string | undefined {
    if (!this.#targets.has(name)) this.#targets.set(name, this.#find(name));
    return this.#targets.get(name);
  }
  #find(name: string): string | undefined {
    try {
      return this.#engine.images.find(name)?.target.digest;
    } catch (error) {
      if (error instanceof ApiError) return undefined;
      throw error;
    }
  }
  /** The image's name as it was given; its id when that name leads elsewhere by now. */
  shown(container: Container): string {
    const given = container.config.Image;
    return this.#target(given) === container.imageId ? given : container.imageId;
  }
}

/** A container as GET /containers/json lists it. */
export function containerSummary(
  engine: Engine,
  container: Container,
  options: { size: boolean; version: number; names?: ImageNames },
): ContainerSummary {
  const now = engine.kernel.clock.now();
  const size = options.size ? writableSize(container) : 0;
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: (options.names ?? new ImageNames(engine)).shown(container),
    ImageID: container.imageId,
    ...(container.manifest && options.version >= 148 ? { ImageManifestDescriptor: container.manifest } : {}),
    Command: shellJoin(container.path, container.args),
    Created: Math.floor(container.created / 1000),
    Ports: ports(container),
    ...(options.size ? { SizeRw: size, SizeRootFs: size + imageSize(engine, container) } : {}),
    Labels: { ...container.config.Labels },
    State: container.state.status,
    Status: statusText(container, now),
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode },
    NetworkSettings: {
      Networks: sortKeys(
        Object.fromEntries(
          [...container.wanted].map(([name, wanted]) => [
            name,
            endpointView(wanted, container.endpoints.get(name), engine.networks.find(name)?.id ?? ''),
          ]),
        ),
      ),
    },
    Mounts: mountPoints(container),
    ...(options.version >= 152
      ? {
          Health: {
            Status: container.state.health?.status ?? 'none',
            FailingStreak: container.state.health?.failingStreak ?? 0,
          },
        }
      : {}),
  };
}

function portFilter(values: readonly string[], ofContainer: readonly string[]): boolean {
  return values.some((value) => {
    const [range = '', protocol = 'tcp'] = value.split('/');
    const [first = '', last = first] = range.split('-');
    if (!/^\d+$/.test(first) || !/^\d+$/.test(last)) throw invalid(`invalid filter 'publish=${value}'`);
    return ofContainer.some((spec) => {
      const [port, kind] = spec.split('/');
      return kind === protocol && Number(port) >= Number(first) && Number(port) <= Number(last);
    });
  });
}

/** The containers that pass the filters of GET /containers/json, newest first. */
export function listContainers(
  engine: Engine,
  filters: Filters,
  options: { all: boolean; limit: number },
): Container[] {
  filters.validate(FILTERS);
  for (const status of filters.get('status'))
    if (!STATES.includes(status))
      throw invalid(`invalid value for state (${status}): must be one of ${STATES.join(', ')}`);
  for (const health of filters.get('health'))
    if (!HEALTH.includes(health))
      throw invalid(`invalid value for health (${health}): must be one of ${HEALTH.join(', ')}`);
  const codes = filters.get('exited').map((value) => {
    if (!/^-?\d+$/.test(value)) throw invalid(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  });
  const { containers } = engine;
  const before = filters.get('before').map((name) => containers.get(name).created);
  const since = filters.get('since').map((name) => containers.get(name).created);
  const ancestors = filters.has('ancestor') ? ancestorIds(engine, filters.get('ancestor')) : undefined;
  const all =
    options.all ||
    options.limit > 0 ||
    filters.has('status') ||
    filters.has('exited') ||
    before.length > 0 ||
    since.length > 0;
  const passes = (container: Container): boolean => {
    const { state, config } = container;
    if (!all && !state.running) return false;
    if (!filters.labels(config.Labels)) return false;
    if (filters.has('name') && !filters.match('name', container.name) && !filters.match('name', `/${container.name}`))
      return false;
    if (!filters.prefix('id', container.id)) return false;
    if (!filters.exact('status', state.status)) return false;
    if (codes.length > 0 && (state.running || state.startedAt === 0 || !codes.includes(state.exitCode))) return false;
    if (!filters.exact('health', state.health?.status ?? 'none')) return false;
    if (before.some((time) => container.created >= time) || since.some((time) => container.created <= time))
      return false;
    if (ancestors !== undefined && !ancestors.has(container.imageId)) return false;
    if (
      filters.has('volume') &&
      !container.mounts.some(
        (mount) => filters.exact('volume', mount.destination) || filters.exact('volume', mount.name || mount.source),
      )
    )
      return false;
    if (filters.has('network') && !onNetwork(engine, container, filters.get('network'))) return false;
    if (filters.has('expose') && !portFilter(filters.get('expose'), Object.keys(config.ExposedPorts ?? {})))
      return false;
    if (
      filters.has('publish') &&
      !portFilter(filters.get('publish'), Object.keys(container.hostConfig.PortBindings ?? {}))
    )
      return false;
    return filters.exact('is-task', 'false');
  };
  const found = containers.all().filter(passes).reverse();
  return options.limit > 0 ? found.slice(0, options.limit) : found;
}

function onNetwork(engine: Engine, container: Container, values: readonly string[]): boolean {
  return [...container.wanted.keys()].some((name) => {
    const id = engine.networks.find(name)?.id;
    return values.some((value) => value === name || (id !== undefined && value !== '' && id.startsWith(value)));
  });
}

/** Images the names of an `ancestor` filter mean, and those built on top of them. */
function ancestorIds(engine: Engine, names: readonly string[]): Set<string> {
  const { images } = engine;
  const ids = new Set<string>();
  for (const name of names) {
    let found;
    try {
      found = images.find(name);
    } catch {
      continue;
    }
    const base = found && images.store.resolve(found.target);
    if (found === undefined || base === undefined) continue;
    ids.add(found.target.digest);
    const top = base.chainIds.at(-1);
    for (const record of images.records()) {
      const other = images.store.resolve(record.target);
      if (top !== undefined && other?.chainIds.includes(top)) ids.add(record.target.digest);
    }
  }
  return ids;
}
