/** POST /build: hands a request to the builder and streams what it tells. */
import type { BuildResult } from '../../api/build.ts';
import { BUILD_ARCHIVE, BUILD_RESULT, BUILD_TRACE, type BuildArchivePart } from '../../api/build-request.ts';
import type { AuthConfig, ProgressMessage } from '../../api/types.ts';
import { build } from '../../builder/build.ts';
import type { BuildDeps, BuildOutcome, BuildRequest } from '../../builder/request.ts';
import type { Digest } from '../../image/digest.ts';
import { MEDIA } from '../../image/types.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Engine } from '../engine.ts';
import { errorText, invalid } from '../errors.ts';
import { jsonLines, Queue, type Call } from '../http.ts';
import { registryClient } from '../images/registry-access.ts';
import { registryAuth } from '../images/registry.ts';
import { BuildStore } from './images.ts';
import { buildNetwork } from './network.ts';
import { readBuildRequest, readClassicRequest } from './request.ts';

/** Bytes of an archive in one message. */
const PIECE = 48 * 1024;

/** What the builder stands on, for one build. */
export async function buildDeps(
  engine: Engine,
  options: { auth: AuthConfig; ref: string; onTrace: BuildDeps['onTrace']; signal?: AbortSignal },
): Promise<BuildDeps> {
  const registry = registryClient(engine, options.auth);
  return {
    kernel: engine.kernel,
    images: new BuildStore(engine, registry, options.ref),
    network: buildNetwork(engine),
    cache: engine.buildCache,
    records: engine.buildRecords,
    onTrace: options.onTrace,
    ...(options.signal ? { signal: options.signal } : {}),
  };
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The route. */
export async function buildRoute(call: Call): Promise<HttpResponse> {
  const { engine } = call;
  const version = call.text('version') || '1';
  const body = await call.bytes();
  if (call.text('remote') !== '') throw invalid('building from a URL is not simulated on this machine');
  const queue = new Queue<ProgressMessage>();
  const given = version === '2' ? readBuildRequest(call.query, body) : readClassicRequest(call.query, body);
  const request: BuildRequest = { ...given, ref: given.ref || engine.buildCache.newId() };
  const gone = new AbortController();
  void call.request.closed?.then(() => gone.abort());
  const work = version === '2' ? buildkitBuild : classic;
  void work(engine, request, { queue, auth: registryAuth(call), signal: gone.signal, quiet: call.flag('q') })
    .catch((error: unknown) => {
      const message = errorText(error);
      queue.push({ errorDetail: { message }, error: message });
    })
    .then(() => queue.close());
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: jsonLines(queue) };
}

export interface BuildRun {
  readonly queue: Queue<ProgressMessage>;
  readonly auth: AuthConfig;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
}

async function buildkitBuild(engine: Engine, request: BuildRequest, run: BuildRun): Promise<void> {
  const { queue, auth, signal } = run;
  const deps = await buildDeps(engine, {
    auth,
    ref: request.ref,
    signal,
    onTrace: (aux) => queue.push({ id: BUILD_TRACE, aux }),
  });
  const outcome = await build(request, deps);
  outcome.archives.forEach((archive, output) => {
    for (let at = 0; at === 0 || at < archive.data.length; at += PIECE) {
      const part: BuildArchivePart = {
        output,
        type: archive.type,
        data: base64(archive.data.subarray(at, at + PIECE)),
      };
      queue.push({ id: BUILD_ARCHIVE, aux: part });
    }
  });
  queue.push({ id: BUILD_RESULT, aux: resultOf(engine, outcome) });
}

/** The classic builder; with `quiet` only the image's id and errors are told. */
async function classic(engine: Engine, request: BuildRequest, run: BuildRun): Promise<void> {
  const { queue, auth, signal, quiet } = run;
  const { classicBuild } = await engine.kernel.external(import('../../builder/classic.ts'));
  const deps = await buildDeps(engine, { auth, ref: request.ref, signal, onTrace: () => undefined });
  const id = await classicBuild(request, deps, (message) => {
    if (!quiet || message.stream === undefined) queue.push(message);
  });
  if (quiet && id !== undefined) queue.push({ stream: `${id}\n` });
}

function resultOf(engine: Engine, outcome: BuildOutcome): BuildResult {
  const { archives: _archives, ...result } = outcome;
  const digest = outcome.id as Digest | undefined;
  if (digest === undefined) return result;
  const mediaType = digest === outcome.manifestDigest ? MEDIA.manifest : MEDIA.index;
  return { ...result, descriptor: { mediaType, digest, size: engine.images.store.content.info(digest)?.size ?? 0 } };
}
