import type {
  ContainerCreateRequest,
  ContainersPruneResponse,
  ContainerUpdateRequest,
  FilesystemChange,
} from '../../api/types.ts';
import { conflict, invalid } from '../errors.ts';
import { Filters } from '../filters.ts';
import { done, json, type Call, type Routes } from '../http.ts';
import { archivePath, exportContainer, extractArchive, pathStat, pathStatHeader } from './archive.ts';
import { connectStreams, readDetachKeys } from './attach.ts';
import type { Container, WaitCondition } from './container.ts';
import { createContainer } from './create.ts';
import { inspectContainer } from './inspect.ts';
import { containerSummary, ImageNames, listContainers } from './list.ts';
import { containerLogs } from './logs.ts';
import { MULTIPLEXED_STREAM, RAW_STREAM } from './multiplex.ts';
import { checkName } from './names.ts';
import { deleteContainer, removeContainer, writableSize } from './remove.ts';
import { startContainer } from './start.ts';
import { statsStream } from './stats.ts';
import { killContainer, pause, readSignal, restartContainer, stopContainer, unpause } from './stop.ts';
import { containerTop } from './top.ts';
import { updateContainer } from './update.ts';
import { ApiError, errorText } from '../errors.ts';

const the = (call: Call): Container => call.engine.containers.get(call.param('id'));

function list(call: Call) {
  const filters = Filters.parse(call.query.get('filters'));
  const limit = Number(call.text('limit') || '0');
  const size = call.flag('size');
  const found = listContainers(call.engine, filters, { all: call.flag('all'), limit: Number.isNaN(limit) ? 0 : limit });
  const options = { size, version: call.version, names: new ImageNames(call.engine) };
  return json(found.map((container) => containerSummary(call.engine, container, options)));
}

/** `t` and `signal` of stop and restart. */
function stopOptions(call: Call): { signal?: string; timeout?: number } {
  const t = call.query.get('t');
  if (t !== null && t !== '' && !/^-?\d+$/.test(t))
    throw invalid(`strconv.Atoi: parsing ${JSON.stringify(t)}: invalid syntax`);
  const signal = call.text('signal');
  return { ...(signal === '' ? {} : { signal }), ...(t ? { timeout: Number(t) } : {}) };
}

async function wait(call: Call) {
  const container = the(call);
  const condition = call.text('condition') || 'not-running';
  if (!['not-running', 'next-exit', 'removed'].includes(condition)) throw invalid(`invalid condition: "${condition}"`);
  const waiting = container.wait(condition as WaitCondition);
  // The head is sent at once, so that the client knows that it waits before it starts the container.
  const body = (async function* () {
    yield new Uint8Array(0);
    const code = await waiting;
    yield new TextEncoder().encode(`${JSON.stringify({ StatusCode: code })}\n`);
  })();
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

function attach(call: Call) {
  const { engine } = call;
  const container = the(call);
  const { state, config } = container;
  const keys = readDetachKeys(call.text('detachKeys'));
  if (state.paused) throw conflict(`container ${container.id} is paused, unpause the container before attach`);
  if (state.restarting) throw conflict(`container ${container.id} is restarting, wait until the container is running`);
  const logs = call.flag('logs');
  const stream = call.flag('stream');
  engine.containerEvent(container, 'attach');
  return {
    status: 101,
    headers: { 'Content-Type': config.Tty || call.version < 142 ? RAW_STREAM : MULTIPLEXED_STREAM },
    hijack: async (connection: Parameters<typeof connectStreams>[0]) => {
      const options = {
        stdin: call.flag('stdin') && config.OpenStdin && stream,
        stdout: call.flag('stdout'),
        stderr: call.flag('stderr'),
        tty: config.Tty,
        closeStdin: config.StdinOnce && !config.Tty,
        detachKeys: keys,
        before: logs ? container.log.records : [],
        onDetach: () => engine.containerEvent(container, 'detach'),
      };
      await connectStreams(connection, container.streams, options);
    },
  };
}

function changes(call: Call) {
  const container = the(call);
  const own = new Set(container.mounts.map((mount) => mount.destination));
  const kinds = { C: 0, A: 1, D: 2 } as const;
  const list: FilesystemChange[] = container.upper
    .changes(container.layers)
    .filter((change) => !own.has(change.path))
    .map((change) => ({ Kind: kinds[change.kind], Path: change.path }));
  return json(list.length > 0 ? list : null);
}

function rename(call: Call) {
  const { engine } = call;
  const container = the(call);
  const given = call.text('name');
  if (given === '') throw invalid('Neither old nor new names may be empty');
  const name = given.replace(/^\//, '');
  if (name === container.name) throw invalid('Renaming a container with the same name as its current name');
  const old = container.name;
  try {
    checkName(`/${name}`);
    engine.containers.reserve(name, container.id);
  } catch (error) {
    throw new ApiError(
      error instanceof ApiError ? error.status : 500,
      `Error when allocating new name: ${errorText(error)}`,
    );
  }
  engine.containers.release(old);
  container.name = name;
  engine.containerEvent(container, 'rename', { oldName: `/${old}` });
  engine.kernel.log.emit('container.rename', { id: container.id, name, oldName: old });
  return done;
}

async function prune(call: Call) {
  const { engine } = call;
  const filters = Filters.parse(call.query.get('filters'));
  filters.validate(['label', 'label!', 'until']);
  const until = filters.until(engine.kernel.clock.now());
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const container of engine.containers.all()) {
    if (container.state.running || container.state.removing || container.starting) continue;
    if (!filters.labels(container.config.Labels) || (until !== undefined && container.created > until)) continue;
    reclaimed += writableSize(container);
    await removeContainer(engine, container, { volumes: false });
    deleted.push(container.id);
  }
  engine.events.record('container', 'prune', '', { reclaimed: String(reclaimed) });
  const answer: ContainersPruneResponse = {
    ContainersDeleted: deleted.length > 0 ? deleted : null,
    SpaceReclaimed: reclaimed,
  };
  return json(answer);
}

const TAR = { 'Content-Type': 'application/x-tar' };

async function* pieces(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk;
}

/** GET /containers/json and its kin. */
export const containerRoutes: Routes = [
  ['GET', '/containers/json', list],
  [
    'POST',
    '/containers/create',
    async (call) => {
      const request = await call.required<ContainerCreateRequest>();
      const options = { name: call.text('name'), platform: call.text('platform') };
      return json(await createContainer(call.engine, request, options), 201);
    },
  ],
  ['POST', '/containers/prune', prune],
  [
    'GET',
    '/containers/{id}/json',
    (call) => json(inspectContainer(call.engine, the(call), { version: call.version, size: call.flag('size') })),
  ],
  [
    'POST',
    '/containers/{id}/start',
    async (call) => {
      await startContainer(call.engine, the(call));
      return done;
    },
  ],
  [
    'POST',
    '/containers/{id}/stop',
    async (call) => {
      await stopContainer(call.engine, the(call), stopOptions(call));
      return done;
    },
  ],
  [
    'POST',
    '/containers/{id}/restart',
    async (call) => {
      try {
        await restartContainer(call.engine, the(call), stopOptions(call));
      } catch (error) {
        if (!(error instanceof ApiError) || error.message.startsWith('No such container')) throw error;
        throw new ApiError(error.status, `Cannot restart container ${call.param('id')}: ${error.message}`);
      }
      return done;
    },
  ],
  [
    'POST',
    '/containers/{id}/kill',
    async (call) => {
      const name = call.param('id');
      try {
        const container = the(call);
        await killContainer(call.engine, container, readSignal(call.text('signal') || 'KILL'));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new ApiError(error.status, `cannot kill container: ${name}: ${error.message}`);
      }
      return done;
    },
  ],
  [
    'POST',
    '/containers/{id}/pause',
    (call) => {
      pause(call.engine, the(call));
      return done;
    },
  ],
  [
    'POST',
    '/containers/{id}/unpause',
    (call) => {
      unpause(call.engine, the(call));
      return done;
    },
  ],
  ['POST', '/containers/{id}/rename', rename],
  [
    'POST',
    '/containers/{id}/update',
    async (call) => json(updateContainer(call.engine, the(call), await call.required<ContainerUpdateRequest>())),
  ],
  ['POST', '/containers/{id}/wait', wait],
  [
    'POST',
    '/containers/{id}/resize',
    (call) => {
      const container = the(call);
      if (container.runtime === undefined) throw conflict(`container ${container.id} is not running`);
      container.streams.pty?.resize({ rows: Number(call.text('h')), columns: Number(call.text('w')) });
      call.engine.containerEvent(container, 'resize', { height: call.text('h'), width: call.text('w') });
      return { status: 200 };
    },
  ],
  ['POST', '/containers/{id}/attach', attach],
  ['GET', '/containers/{id}/logs', (call) => containerLogs(call, the(call))],
  [
    'GET',
    '/containers/{id}/top',
    async (call) => json(await containerTop(call.engine, the(call), call.text('ps_args'))),
  ],
  [
    'GET',
    '/containers/{id}/stats',
    (call) => {
      const container = the(call);
      const stream = call.query.get('stream') === null || call.flag('stream');
      const { closed } = call.request;
      const body = statsStream(call.engine, container, {
        stream,
        oneShot: call.flag('one-shot'),
        closed: stream ? closed : undefined,
      });
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
    },
  ],
  ['GET', '/containers/{id}/changes', changes],
  [
    'GET',
    '/containers/{id}/export',
    (call) => ({
      status: 200,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: pieces(exportContainer(call.engine, the(call))),
    }),
  ],
  [
    'HEAD',
    '/containers/{id}/archive',
    (call) => ({ status: 200, headers: pathStatHeader(pathStat(call.engine, the(call), archiveTarget(call))) }),
  ],
  [
    'GET',
    '/containers/{id}/archive',
    (call) => {
      const container = the(call);
      const stat = pathStat(call.engine, container, archiveTarget(call));
      return {
        status: 200,
        headers: { ...TAR, ...pathStatHeader(stat) },
        body: pieces(archivePath(call.engine, container, archiveTarget(call))),
      };
    },
  ],
  [
    'PUT',
    '/containers/{id}/archive',
    async (call) => {
      const container = the(call);
      const target = archiveTarget(call);
      const options = { noOverwriteDirNonDir: call.flag('noOverwriteDirNonDir') };
      extractArchive(call.engine, container, target, await call.bytes(), options);
      return { status: 200 };
    },
  ],
  [
    'DELETE',
    '/containers/{id}',
    async (call) => {
      await deleteContainer(call.engine, the(call), {
        force: call.flag('force'),
        volumes: call.flag('v'),
        shown: call.param('id'),
      });
      return done;
    },
  ],
];

function archiveTarget(call: Call): string {
  const path = call.text('path');
  if (path === '') throw invalid('bad parameter: path cannot be empty');
  return path;
}
