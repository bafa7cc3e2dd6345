import type { Engine } from '../engine.ts';
import { conflict } from '../errors.ts';
import type { Container } from './container.ts';
import { removeHostFiles } from './host-files.ts';
import { isMountPoint, snapshotUsage } from './rootfs.ts';

/** DELETE /containers/{id} (`shown`: as it was named): checks the state, kills with `force`, and removes. Throws Docker's conflicts. */
export async function deleteContainer(
  engine: Engine,
  container: Container,
  options: { force: boolean; volumes: boolean; shown: string },
): Promise<void> {
  const { state } = container;
  if (state.removing) throw conflict(`removal of container ${container.id} is already in progress`);
  if (state.running) {
    if (!options.force) throw conflict(`cannot remove container "${options.shown}": ${whyNot(container)}`);
    container.manuallyStopped = true;
    state.removing = true;
    if (container.runtime === undefined) container.cancelRestart?.();
    else {
      const { runtime } = container;
      if (state.paused) {
        runtime.pause(false);
        state.paused = false;
      }
      const gone = container.wait('not-running');
      runtime.kill('SIGKILL');
      engine.containerEvent(container, 'kill', { signal: '9' });
      await gone;
    }
    state.removing = false;
  }
  await engine.delay(10);
  await removeContainer(engine, container, { volumes: options.volumes });
}

function whyNot({ state }: Container): string {
  if (state.paused) return 'container is paused and must be unpaused first';
  const running = state.restarting ? 'container is restarting' : 'container is running';
  return `${running}: stop the container before removing or force remove`;
}

/** Removes a container that does not run, with its anonymous volumes when asked. */
export async function removeContainer(
  engine: Engine,
  container: Container,
  options: { volumes: boolean },
): Promise<void> {
  if (container.state.removing || engine.containers.find(container.id) === undefined) return;
  container.state.removing = true;
  await engine.delay(5);
  engine.containers.delete(container);
  for (const id of container.execs) engine.execs.delete(id);
  removeHostFiles(engine, container);
  container.upper.discard();
  engine.containerEvent(container, 'destroy');
  engine.kernel.log.emit('container.destroy', { id: container.id, name: container.name });
  for (const mount of container.mounts) {
    if (mount.type !== 'volume') continue;
    engine.volumes.unrefer(mount.name, container.id);
    const volume = engine.volumes.find(mount.name);
    if (!options.volumes || volume === undefined || !engine.volumes.isAnonymous(volume)) continue;
    // A volume that another container took over (--volumes-from) stays.
    if (engine.volumes.users(mount.name).length === 0) engine.volumes.remove(mount.name);
  }
  container.wake('not-running', 'next-exit', 'removed');
}

/** Bytes a container's writable layer takes on disk. */
export const writableSize = (container: Container): number =>
  snapshotUsage(container.upper.freeze(isMountPoint(container)));
