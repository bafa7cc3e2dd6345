import type { EventMessage } from '../../api/types.ts';
import { notSimulated } from '../errors.ts';
import { EVENT_FILTERS, passes } from '../events/events.ts';
import { Filters } from '../filters.ts';
import { json, Queue, type Call, type Routes } from '../http.ts';
import type { HttpResponse } from '../../http/http.ts';
import { parseMoment } from '../time.ts';
import { diskUsage } from './df.ts';
import { systemInfo, versionInfo } from './info.ts';

const encoder = new TextEncoder();

function ping(): HttpResponse {
  return {
    status: 200,
    headers: {
      'Builder-Version': '2',
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      Pragma: 'no-cache',
      Swarm: 'inactive',
      'Content-Type': 'text/plain; charset=utf-8',
    },
    body: 'OK',
  };
}

/** GET /events: what has happened since `since`, then what happens until `until` or the client goes. */
function events(call: Call): HttpResponse {
  const { engine } = call;
  const now = engine.kernel.clock.now();
  const filters = Filters.parse(call.query.get('filters'));
  filters.validate([...EVENT_FILTERS, 'label!']);
  const since = call.text('since') === '' ? undefined : parseMoment(call.text('since'), now);
  const until = call.text('until') === '' ? undefined : parseMoment(call.text('until'), now);
  const queue = new Queue<EventMessage>();
  if (since !== undefined)
    for (const event of engine.events.past(since, until ?? Infinity)) if (passes(filters, event)) queue.push(event);
  if (until !== undefined && until <= now) queue.close();
  else {
    const stop = engine.events.follow((event) => {
      if (passes(filters, event)) queue.push(event);
    });
    const cancel = until === undefined ? () => undefined : engine.kernel.clock.timer(until - now, () => end());
    const end = (): void => {
      stop();
      cancel();
      queue.close();
    };
    void call.request.closed?.then(end);
  }
  const body = (async function* () {
    // The head goes out at once: a client waits for it before it acts.
    yield new Uint8Array(0);
    for await (const event of queue) yield encoder.encode(`${JSON.stringify(event)}\n`);
  })();
  return {
    status: 200,
    headers: { 'Content-Type': call.version >= 152 ? 'application/jsonl' : 'application/json' },
    body,
  };
}

/** GET /_ping, /version, /info, /events, /system/df. */
export const systemRoutes: Routes = [
  ['GET', '/_ping', ping],
  ['HEAD', '/_ping', () => ({ ...ping(), body: '' })],
  ['GET', '/version', (call) => json(versionInfo(call.engine))],
  ['GET', '/info', (call) => json(systemInfo(call.engine))],
  ['GET', '/events', events],
  ['GET', '/plugins', () => json([])],
  ...(
    [
      ['/swarm/init', 'swarm mode'],
      ['/swarm/join', 'swarm mode'],
      ['/plugins/pull', 'installing plugins'],
      ['/grpc', 'the gRPC side of BuildKit (use docker build, or DOCKER_BUILDKIT=0)'],
      ['/session', 'the gRPC side of BuildKit (use docker build, or DOCKER_BUILDKIT=0)'],
      ['/containers/{id}/checkpoints', 'checkpointing'],
    ] as const
  ).map(([path, what]): Routes[number] => [
    'POST',
    path,
    () => {
      throw notSimulated(what);
    },
  ]),
  [
    'GET',
    '/system/df',
    (call) =>
      json(
        diskUsage(call.engine, {
          version: call.version,
          verbose: call.flag('verbose'),
          types: call.query.getAll('type'),
        }),
      ),
  ],
];
