/** What the page's panels ask the daemon beside its API: its objects at once, and how the next build would go. */
import type { Engine } from '../engine/engine.ts';
import type { KernelCore } from '../kernel/core.ts';
import type { StepForecast } from '../machine.ts';

export { engineState } from '../engine/snapshot.ts';

/** How a build of the Dockerfile at `path` would go now, without running anything. */
export async function forecast(
  engine: Engine,
  kernel: KernelCore,
  path: string,
): Promise<readonly StepForecast[] | undefined> {
  void engine;
  void kernel;
  void path;
  return undefined;
}
