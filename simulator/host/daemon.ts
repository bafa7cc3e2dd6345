/** Starts dockerd on the host and keeps the handle that panels use. */
import type { KernelCore } from '../kernel/core.ts';
import type { MachineState } from '../engine/state.ts';
import type { StepForecast } from '../machine.ts';
import { startOnHost } from './boot.ts';

export interface DaemonHandle {
  state(): MachineState;
  forecast(folder: string, dockerfile: string): Promise<readonly StepForecast[] | undefined>;
  /** Pulls images, silently and before anybody looks. */
  pull(images: readonly string[]): Promise<void>;
}

const EMPTY: MachineState = { containers: [], images: [], networks: [], volumes: [], buildCache: [] };

export async function startDaemon(kernel: KernelCore): Promise<DaemonHandle> {
  startOnHost(kernel, { argv: ['/usr/bin/dockerd', '-H', 'fd://'], exec: '/usr/bin/dockerd' });
  await kernel.clock.run(() => kernel.init.mnt.files.exists('/var/run/docker.sock'), 10_000);
  return {
    state: () => EMPTY,
    forecast: async () => undefined,
    pull: async () => undefined,
  };
}
