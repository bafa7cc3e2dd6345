/**
 * `# syntax=`: the image of the program that reads the Dockerfile. What Docker's own would do is built in here, so only
 * its arrival is shown; other frontends are not simulated.
 */
import { findDirective } from '../dockerfile/directives.ts';
import { DockerfileError, type Lines } from '../dockerfile/errors.ts';
import { digestOf } from '../image/digest.ts';
import { formatReference, parseReference, withDefaultTag } from '../image/reference.ts';
import type { Clock } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import type { CacheStore } from './cache/store.ts';
import type { Progress } from './progress.ts';
import type { BuildDeps, BuildRequest } from './request.ts';

const OFFICIAL = /^docker\.io\/docker\/dockerfile:(1(\.\d+){0,2}(-labs)?|latest|labs)$/;
const SIZE = 13_384_921;

/** The frontend a Dockerfile asks for, and the lines where it does. */
function wanted(text: string, buildArgs: BuildRequest['buildArgs']): { name: string; lines: Lines[] } | undefined {
  const given = buildArgs['BUILDKIT_SYNTAX']?.trim().split(' ')[0];
  if (given) return { name: given, lines: [] };
  const name = findDirective(text, 'syntax', true);
  if (!name) return undefined;
  const line = text.split('\n').findIndex((l) => l.includes(name)) + 1;
  return { name, lines: [[line, line]] };
}

interface FrontendDeps {
  readonly kernel: { readonly clock: Pick<Clock, 'now' | 'sleep'>; readonly random: Random };
  readonly cache: CacheStore;
  readonly images: Pick<BuildDeps['images'], 'resolve'>;
}

/** Gets the frontend the Dockerfile asks for, if it asks for one. */
export async function loadFrontend(
  text: string,
  request: BuildRequest,
  deps: FrontendDeps,
  progress: Progress,
): Promise<void> {
  const frontend = wanted(text, request.buildArgs);
  if (!frontend) return;
  const { clock, random } = deps.kernel;
  let name: string;
  try {
    name = formatReference(withDefaultTag(parseReference(frontend.name)));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DockerfileError(`failed to parse frontend image name: ${error.message}`, frontend.lines);
  }
  try {
    await progress.during(`resolve image config for docker-image://${name}`, async () => {
      await clock.sleep(120 + random.int(200));
      if (!OFFICIAL.test(name)) await deps.images.resolve(name, request.platform || 'linux/amd64', { pull: false });
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DockerfileError(`failed to resolve source metadata for ${name}: ${error.message}`, frontend.lines);
  }
  if (!OFFICIAL.test(name)) {
    throw new DockerfileError(`frontend ${name}: not simulated, only docker/dockerfile is`, frontend.lines);
  }
  const ref = `${name}@${digestOf(`frontend ${name}`)}`;
  const vertex = progress.vertex(`docker-image://${ref}`);
  if (deps.cache.useFrontend(ref, clock.now())) {
    vertex.cached();
    return;
  }
  vertex.start();
  const layer = digestOf(`frontend layer ${name}`);
  const steps: [id: string, size: number, ms: number][] = [
    [`resolve ${ref}`, 0, 8],
    [layer, SIZE, 250 + random.int(250)],
    [`extracting ${layer}`, 0, 120 + random.int(60)],
  ];
  for (const [id, size, ms] of steps) {
    vertex.status(id, 0, size);
    await clock.sleep(ms);
    vertex.status(id, size, size, true);
  }
  deps.cache.addFrontend(ref, SIZE, clock.now());
  vertex.complete();
}
