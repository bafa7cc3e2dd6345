/** The classic builder's answer (`POST /build` without version=2). */
import { classicBuild as build } from '../../builder/classic.ts';
import type { BuildRequest } from '../../builder/request.ts';
import type { Engine } from '../engine.ts';
import { buildDeps, type BuildRun } from './build.ts';

/** Runs the build and writes the classic messages. */
export async function classicBuild(engine: Engine, request: BuildRequest, run: BuildRun): Promise<void> {
  const { queue, auth, signal, quiet } = run;
  const deps = await buildDeps(engine, { auth, ref: request.ref, signal, onTrace: () => undefined });
  const id = await build(request, deps, (message) => {
    if (!quiet || message.stream === undefined) queue.push(message);
  });
  if (quiet && id !== undefined) queue.push({ stream: `${id}\n` });
}
