/**
 * What a daemon's end and its next start mean to what it looks after. Its objects are on the disk; its containers end with it
 * (a real daemon that is killed leaves them to their shims until it starts again, and ends them then).
 */
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Container } from './containers/container.ts';
import { startContainer } from './containers/start.ts';
import type { Engine } from './engine.ts';
import { ApiError } from './errors.ts';

/** The daemon's process has ended. */
export function daemonEnded(engine: Engine): void {
  engine.up = false;
  for (const container of engine.containers.all()) {
    container.cancelRestart?.();
    container.runtime?.init.cgroup.freeze(false);
    container.runtime?.init.kill('SIGKILL');
  }
}

/** Another process takes the daemon's place; containers whose policy says so start again. */
export function daemonStarted(engine: Engine, sys: Sys): void {
  engine.sys = sys;
  engine.up = true;
  for (const container of engine.containers.all()) if (returns(container)) void start(engine, container);
}

function returns({ state, hostConfig, manuallyStopped }: Container): boolean {
  if (state.status === 'created' || state.running) return false;
  const { Name } = hostConfig.RestartPolicy;
  return Name === 'always' || (Name === 'unless-stopped' && !manuallyStopped);
}

async function start(engine: Engine, container: Container): Promise<void> {
  try {
    await startContainer(engine, container);
  } catch (error) {
    if (!(error instanceof ApiError) && !isErrno(error)) throw error;
    container.state.error = error.message;
  }
}
