import type {
  NetworkConnectRequest,
  NetworkCreateRequest,
  NetworkCreateResponse,
  NetworkDisconnectRequest,
  NetworksPruneResponse,
} from '../../api/types.ts';
import { updateHosts } from '../containers/host-files.ts';
import type { Engine } from '../engine.ts';
import { forbidden, invalid } from '../errors.ts';
import { Filters } from '../filters.ts';
import { json, type Call, type Routes } from '../http.ts';
import { join, leave, nameService } from './sandbox.ts';
import { PREDEFINED, type NetworkRecord } from './store.ts';
import { networkView } from './view.ts';
import { checkEndpoint, wantedEndpoint } from './wanted.ts';

function list(call: Call): NetworkRecord[] {
  const filters = Filters.parse(call.query.get('filters'));
  filters.validate(['dangling', 'driver', 'id', 'label', 'label!', 'name', 'scope', 'type']);
  for (const type of filters.get('type'))
    if (type !== 'builtin' && type !== 'custom') throw invalid(`invalid filter: 'type'='${type}'`);
  const dangling = filters.boolean('dangling');
  return call.engine.networks
    .all()
    .filter((network) => filters.exact('driver', network.driver) && filters.match('name', network.name))
    .filter((network) => filters.match('id', network.id) && filters.labels(network.labels))
    .filter(() => filters.exact('scope', 'local'))
    .filter((network) => filters.exact('type', PREDEFINED.includes(network.name) ? 'builtin' : 'custom'))
    .filter(
      (network) =>
        dangling === undefined || dangling === (!PREDEFINED.includes(network.name) && !usedBy(call.engine, network)),
    );
}

const usedBy = (engine: Engine, network: NetworkRecord): boolean =>
  network.endpoints.size > 0 ||
  engine.containers.all().some((container) => container.state.running && container.wanted.has(network.name));

async function connect(call: Call): Promise<void> {
  const { engine } = call;
  const request = await call.required<NetworkConnectRequest>();
  const network = engine.networks.get(call.param('id'));
  const container = engine.containers.get(request.Container);
  const mode = container.hostConfig.NetworkMode;
  if (mode === 'host' || mode.startsWith('container:'))
    throw forbidden(
      'container sharing network namespace with another container or host cannot be connected to any other network',
    );
  if (network.name === 'host')
    throw forbidden('container cannot be disconnected from host network or connected to host network');
  if (container.wanted.has('none') || (network.name === 'none' && container.wanted.size > 0))
    throw forbidden(
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  const wanted = wantedEndpoint(request.EndpointConfig);
  checkEndpoint(wanted, network);
  if (container.endpoints.has(network.name))
    throw forbidden(`endpoint with name ${container.name} already exists in network ${network.name}`);
  const runtime = container.runtime;
  if (runtime !== undefined) {
    const { net } = runtime.init.namespaces;
    join(engine, container, network, wanted, net);
    if (network.name !== 'bridge') engine.kernel.network.setNameService(net, nameService(engine, container));
  }
  container.wanted.set(network.name, wanted);
  updateHosts(engine, container);
}

async function disconnect(call: Call): Promise<void> {
  const { engine } = call;
  const request = await call.required<NetworkDisconnectRequest>();
  const network = engine.networks.get(call.param('id'));
  const container = engine.containers.get(request.Container);
  if (container.hostConfig.NetworkMode === 'host' || network.name === 'host')
    throw forbidden('container cannot be disconnected from host network or connected to host network');
  if (!container.wanted.has(network.name))
    throw forbidden(`container ${container.id} is not connected to network ${network.name}`);
  leave(engine, container, network);
  container.wanted.delete(network.name);
  updateHosts(engine, container);
}

function prune(call: Call): NetworksPruneResponse {
  const { engine } = call;
  const filters = Filters.parse(call.query.get('filters'));
  filters.validate(['label', 'label!', 'until']);
  const until = filters.until(engine.kernel.clock.now());
  const deleted: string[] = [];
  for (const network of engine.networks.all()) {
    if (PREDEFINED.includes(network.name) || usedBy(engine, network)) continue;
    if (!filters.labels(network.labels) || (until !== undefined && network.created > until)) continue;
    engine.networks.remove(network.id);
    deleted.push(network.name);
  }
  engine.events.record('network', 'prune', '', { reclaimed: '0' });
  return { NetworksDeleted: deleted.length > 0 ? deleted : null };
}

/** GET /networks and its kin. */
export const networkRoutes: Routes = [
  [
    'GET',
    '/networks',
    (call) => json(list(call).map((network) => networkView(network, { containers: false, status: false }))),
  ],
  [
    'GET',
    '/networks/{id}',
    (call) =>
      json(networkView(call.engine.networks.get(call.param('id')), { containers: true, status: call.version >= 152 })),
  ],
  [
    'POST',
    '/networks/create',
    async (call) => {
      const request = await call.required<NetworkCreateRequest>();
      await call.engine.delay(60);
      const answer: NetworkCreateResponse = { Id: call.engine.networks.create(request).id, Warning: '' };
      return json(answer, 201);
    },
  ],
  ['POST', '/networks/prune', (call) => json(prune(call))],
  [
    'POST',
    '/networks/{id}/connect',
    async (call) => {
      await connect(call);
      return { status: 200 };
    },
  ],
  [
    'POST',
    '/networks/{id}/disconnect',
    async (call) => {
      await disconnect(call);
      return { status: 200 };
    },
  ],
  [
    'DELETE',
    '/networks/{id}',
    async (call) => {
      await call.engine.delay(80);
      call.engine.networks.remove(call.param('id'));
      return { status: 204 };
    },
  ],
];
