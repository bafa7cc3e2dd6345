/** What the page and the machine's door ask of the daemon in their own process, without going over HTTP. */
import type { Kernel } from '../kernel/kernel.ts';
import { parseReference, withDefaultTag } from '../image/reference.ts';
import { engineOf } from './engine.ts';
import { pullImage } from './images/pull.ts';
import { registryClient } from './images/registry-access.ts';
import { engineState } from './snapshot.ts';
import type { MachineState } from './state.ts';

const NOTHING: MachineState = { containers: [], images: [], networks: [], volumes: [], buildCache: [] };

/** The daemon's objects as plain data; empty while none runs. */
export function daemonState(kernel: Kernel): MachineState {
  const engine = engineOf(kernel);
  return engine === undefined ? NOTHING : engineState(engine);
}

/** Pulls images before anybody looks: nothing is printed. */
export async function pullQuietly(kernel: Kernel, names: readonly string[]): Promise<void> {
  const engine = engineOf(kernel);
  if (engine === undefined) throw new Error('the daemon does not run');
  const registry = registryClient(engine, {});
  for (const name of names)
    await pullImage(engine, registry, withDefaultTag(parseReference(name)), {
      platform: undefined,
      report: () => undefined,
    });
}
