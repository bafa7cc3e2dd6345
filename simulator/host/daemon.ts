/** Starts dockerd on the host, with the images it finds on the disk, and keeps the handle that panels use. */
import type { KernelCore } from '../kernel/core.ts';
import type { Program } from '../kernel/programs.ts';
import type { MachineState } from '../engine/state.ts';
import type { Engine } from '../engine/engine.ts';
import type { StepForecast } from '../machine.ts';
import { loadTrees } from '../kernel/proc/late.ts';
import { startOnHost } from './boot.ts';

export interface DaemonHandle {
  state(): MachineState;
  lookInto(container: string, path: string): string | undefined;
  forecast(folder: string, dockerfile: string): Promise<readonly StepForecast[] | undefined>;
}

const EMPTY: MachineState = { containers: [], images: [], networks: [], volumes: [], buildCache: [], machines: [] };
const SOCKET = '/var/run/docker.sock';

/**
 * What docker.socket of systemd does: the socket is there from the start, and whoever connects early waits until the
 * daemon accepts. `ready` resolves when the daemon may start.
 */
const socketUnit =
  (ready: () => Promise<unknown>, held: boolean): Program =>
  async (sys) => {
    const fd = sys.listen({ family: 'unix', path: SOCKET });
    sys.chmod(SOCKET, 0o660);
    sys.chown(SOCKET, 0, 999);
    if (fd !== 3) {
      sys.dup2(fd, 3);
      sys.close(fd);
    }
    if (held) {
      // A wait the clock knows of: time goes on for the others meanwhile.
      await sys.read(0, 1);
      sys.dup2(sys.open('/dev/null', { read: true }), 0);
    }
    await ready();
    return sys.exec(
      '/usr/bin/dockerd',
      ['/usr/bin/dockerd', '-H', 'fd://', '--containerd=/run/containerd/containerd.sock'],
      {
        ...sys.env,
        LISTEN_FDS: '1',
      },
    );
  };

/**
 * Starts the socket unit and, once the images are on the disk, the daemon. `after` holds it back further: the page lets
 * the shell load first.
 */
export function startDaemon(
  kernel: KernelCore,
  images: readonly string[],
  after?: Promise<unknown>,
): { handle: DaemonHandle; running: () => boolean } {
  let engine: Engine | undefined;
  let panels: typeof import('./panels.ts') | undefined;
  const ready = async (): Promise<void> => {
    const [{ preload }, { imageStoreOf }, { engineOf }, loaded] = await kernel.external(
      Promise.all([
        import('../registry/preload.ts'),
        import('../image/disk.ts'),
        import('../engine/engine.ts'),
        import('./panels.ts'),
        loadTrees(),
      ]),
    );
    await kernel.external(
      preload(
        imageStoreOf(kernel, () => kernel.clock.now()),
        images,
      ),
    );
    const find = (): Engine | undefined => (engine ??= engineOf(kernel));
    panels = loaded;
    lookup = find;
  };
  let lookup = (): Engine | undefined => undefined;
  const unit = startOnHost(kernel, {
    argv: ['/usr/lib/systemd/systemd-socket-activate', '-l', SOCKET],
    exec: socketUnit(ready, after !== undefined),
    ...(after && { stdio: [{ kind: 'pipe' }, { kind: 'null' }, { kind: 'null' }] as const }),
  });
  void after?.then(() => {
    unit.stdio[0]?.close();
    kernel.clock.touch();
  });
  return {
    running: () => lookup() !== undefined,
    handle: {
      state: () => {
        const found = lookup();
        return found && panels ? panels.machineState(found) : EMPTY;
      },
      lookInto: (container, path) => {
        const found = lookup();
        return found && panels?.lookInto(found, kernel, container, path);
      },
      forecast: async (folder, dockerfile) => {
        const found = lookup();
        return found && panels ? panels.forecast(found, kernel, folder, dockerfile) : undefined;
      },
    },
  };
}
