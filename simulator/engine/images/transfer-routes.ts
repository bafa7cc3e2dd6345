/** Routes that move images in and out: commit, import, save, load, pull, push. */
import { truthy } from '../filters.ts';
import { json, jsonLines, type Call, type Routes } from '../http.ts';
import type { HttpResponse } from '../../http/http.ts';
import { invalid } from '../errors.ts';

const encoder = new TextEncoder();

async function* pieces(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk;
}

async function commit(call: Call): Promise<HttpResponse> {
  const { engine } = call;
  const container = engine.containers.get(call.text('container'));
  // The body (a config to start from) is what old clients send; the changes are what counts.
  await call.bytes();
  const { commitContainer } = await engine.kernel.external(import('./commit.ts'));
  const Id = await commitContainer(engine, container, {
    repo: call.text('repo'),
    tag: call.text('tag'),
    comment: call.text('comment'),
    author: call.text('author'),
    changes: call.query.getAll('changes').flatMap((change) => change.split('\n')),
    pause: call.query.get('pause') === null || truthy(call.query.get('pause')),
  });
  return json({ Id }, 201);
}

/** POST /images/create: a pull, or with fromSrc an import. */
async function create(call: Call): Promise<HttpResponse> {
  const source = call.text('fromSrc');
  if (source === '') return (await call.engine.kernel.external(import('./pull.ts'))).pullRoute(call);
  const { importImage } = await call.engine.kernel.external(import('./commit.ts'));
  if (source !== '-') throw invalid(`importing from ${source} is not simulated on this machine`);
  const digest = await importImage(call.engine, await call.bytes(), {
    repo: call.text('repo'),
    tag: call.text('tag'),
    message: call.text('message'),
    changes: call.query.getAll('changes'),
    platform: call.text('platform'),
    source,
  });
  const body = jsonLines(
    (async function* () {
      yield { status: digest };
    })(),
  );
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

async function save(call: Call, names: readonly string[]): Promise<HttpResponse> {
  const { saveImages } = await call.engine.kernel.external(import('./archive.ts'));
  const body = pieces(saveImages(call.engine, names));
  return { status: 200, headers: { 'Content-Type': 'application/x-tar' }, body };
}

async function load(call: Call): Promise<HttpResponse> {
  const { loadImages } = await call.engine.kernel.external(import('./archive.ts'));
  const lines = loadImages(call.engine, await call.bytes());
  await call.engine.delay(100);
  const text = lines.map((stream) => `${JSON.stringify({ stream })}\r\n`).join('');
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: encoder.encode(text) };
}

/** They come before the other image routes, whose patterns are wider. */
export const transferRoutes: Routes = [
  ['POST', '/commit', commit],
  ['POST', '/images/create', create],
  ['GET', '/images/get', (call) => save(call, call.query.getAll('names'))],
  ['GET', '/images/{name...}/get', (call) => save(call, [call.param('name')])],
  ['POST', '/images/load', load],
  [
    'POST',
    '/images/{name...}/push',
    async (call) => (await call.engine.kernel.external(import('./push.ts'))).pushRoute(call),
  ],
  [
    'GET',
    '/images/search',
    async (call) => (await call.engine.kernel.external(import('./search.ts'))).searchRoute(call),
  ],
  ['POST', '/auth', async (call) => (await call.engine.kernel.external(import('./search.ts'))).authRoute(call)],
  [
    'GET',
    '/distribution/{name...}/json',
    async (call) => (await call.engine.kernel.external(import('./search.ts'))).distributionRoute(call),
  ],
];
