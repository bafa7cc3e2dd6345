/**
 * The classic builder's way to tell of a build (`POST /build` without version=2): numbered steps, the layer each left,
 * the image at the end. The work itself is the same builder's.
 */
import type { BuildTrace, BuildVertex } from '../../api/build.ts';
import { build } from '../../builder/build.ts';
import type { BuildRequest } from '../../builder/request.ts';
import { parse } from '../../dockerfile/parser.ts';
import { familiarString, parseReference, withDefaultTag } from '../../image/reference.ts';
import { LayerTree } from '../../builder/tree.ts';
import { dataText } from '../../kernel/fs/data.ts';
import type { Engine } from '../engine.ts';
import { buildDeps, type BuildRun } from './build.ts';

const decoder = new TextDecoder();

/** The Dockerfile's instructions as the steps are numbered; undefined where it cannot be read. */
function instructions(request: BuildRequest): string[] | undefined {
  let text = request.dockerfile.text;
  if (text === undefined && request.context !== undefined) {
    const entry = new LayerTree([request.context]).at(request.dockerfile.name.split('/').filter((part) => part !== ''));
    if (entry?.type === 'file') text = dataText(entry.data);
  }
  if (text === undefined) return undefined;
  try {
    return parse(text).nodes.map((node) => node.original.trim().replace(/\s*\\\n\s*/g, ' '));
  } catch {
    // The builder itself tells what is wrong with it.
    return undefined;
  }
}

/** Runs the build and writes the classic messages. */
export async function classicBuild(engine: Engine, request: BuildRequest, run: BuildRun): Promise<void> {
  const { queue, auth, signal, quiet } = run;
  const say = (stream: string): void => {
    if (!quiet) queue.push({ stream });
  };
  const steps = instructions(request) ?? [];
  let next = 0;
  const short = (): string => engine.kernel.random.hex(12);
  const announce = (until: number): void => {
    while (next < until && next < steps.length) {
      say(`Step ${next + 1}/${steps.length} : ${steps[next]}\n`);
      next++;
      if (next < until) say(` ---> ${short()}\n`);
    }
  };
  const seen = new Set<string>();
  const stepOf = (vertex: BuildVertex): number => {
    const code = vertex.detail?.instruction;
    const at =
      code === undefined
        ? -1
        : steps.findIndex((step, i) => i >= next && step.replace(/\s+/g, ' ') === code.replace(/\s+/g, ' '));
    return at < 0 ? next + 1 : at + 1;
  };
  const follow = (trace: BuildTrace): void => {
    for (const vertex of trace.vertexes ?? []) {
      if (vertex.name.startsWith('[internal]') || vertex.detail === undefined) continue;
      if (vertex.started !== undefined && !seen.has(vertex.digest)) {
        seen.add(vertex.digest);
        announce(stepOf(vertex));
        if (vertex.cached) say(' ---> Using cache\n');
        else if (/^RUN\b/i.test(vertex.detail.instruction)) say(` ---> Running in ${short()}\n`);
      }
      if (vertex.completed !== undefined && vertex.error === undefined && seen.has(vertex.digest))
        say(` ---> ${(vertex.detail.layer?.diffId ?? `sha256:${short()}`).slice(7, 19)}\n`);
    }
    for (const log of trace.logs ?? [])
      say(decoder.decode(Uint8Array.from(atob(log.data), (char) => char.charCodeAt(0))));
  };
  const deps = await buildDeps(engine, { auth, ref: request.ref, signal, onTrace: follow });
  const outcome = await build(request, deps);
  if (outcome.error) {
    const message = outcome.error.message.replace(/^failed to solve: /, '');
    queue.push({ errorDetail: { message }, error: message });
    return;
  }
  announce(steps.length);
  if (outcome.id === undefined) return;
  queue.push({ aux: { ID: outcome.id } });
  if (quiet) queue.push({ stream: `${outcome.id}\n` });
  say(` ---> ${outcome.id.slice(7, 19)}\n`);
  say(`Successfully built ${outcome.id.slice(7, 19)}\n`);
  for (const tag of request.tags) say(`Successfully tagged ${familiarString(withDefaultTag(parseReference(tag)))}\n`);
}
