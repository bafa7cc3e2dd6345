/** Signals, stopping, restarting, pausing. */
import { signalNumber, parseSignal, type SignalName } from '../../kernel/signals.ts';
import type { Engine } from '../engine.ts';
import { ApiError, conflict, errorText, invalid, notModified, systemError } from '../errors.ts';
import type { Container } from './container.ts';
import { startContainer } from './start.ts';

const DEFAULT_TIMEOUT = 10;
/** How long the daemon waits for a killed process to be gone. */
const KILL_TIMEOUT = 10000;

const notRunning = (container: Container): ApiError => conflict(`container ${container.id} is not running`);

/** Reads a signal as the API takes it. Throws Docker's text. */
export function readSignal(text: string): SignalName {
  const signal = parseSignal(text);
  if (signal === undefined) throw invalid(`invalid signal: ${text}`);
  return signal;
}

const stopSignal = (container: Container): SignalName => parseSignal(container.config.StopSignal ?? '') ?? 'SIGTERM';

function send(engine: Engine, container: Container, signal: SignalName): void {
  const { runtime, state } = container;
  if (runtime === undefined) throw notRunning(container);
  if (signal === 'SIGKILL' || signal === stopSignal(container)) container.manuallyStopped = true;
  runtime.kill(signal);
  engine.containerEvent(container, 'kill', { signal: String(signalNumber(signal)) });
  // A paused container gets its signal once it goes on.
  if (state.paused) unpause(engine, container);
}

/** Resolves true when the container has stopped, false after `ms`. */
async function stopped(engine: Engine, container: Container, ms: number): Promise<boolean> {
  if (!container.state.running) return true;
  if (ms < 0) {
    await container.wait('not-running');
    return true;
  }
  const late = Promise.withResolvers<boolean>();
  const cancel = engine.kernel.clock.timer(ms, () => late.resolve(false));
  const result = await Promise.race([container.wait('not-running').then(() => true), late.promise]);
  cancel();
  return result;
}

/** POST kill: sends a signal; KILL waits for the end. */
export async function killContainer(engine: Engine, container: Container, signal: SignalName): Promise<void> {
  if (!container.state.running) throw notRunning(container);
  if (container.state.restarting) {
    container.manuallyStopped = true;
    container.cancelRestart?.();
    throw conflict(`container ${container.id} is not running`);
  }
  await engine.delay(5);
  if (container.runtime === undefined) throw notRunning(container);
  send(engine, container, signal);
  if (signal === 'SIGKILL') await stopped(engine, container, KILL_TIMEOUT);
  else await engine.delay(5);
}

/** Ends a container: stop signal, time to obey, KILL. `timeout` in seconds; negative waits for ever. */
async function end(
  engine: Engine,
  container: Container,
  options: { signal?: string; timeout?: number },
): Promise<void> {
  container.manuallyStopped = true;
  if (container.state.restarting && container.runtime === undefined) {
    container.cancelRestart?.();
    return;
  }
  const signal = options.signal ? readSignal(options.signal) : stopSignal(container);
  const seconds = options.timeout ?? container.config.StopTimeout ?? DEFAULT_TIMEOUT;
  if (container.runtime !== undefined) send(engine, container, signal);
  if (await stopped(engine, container, seconds * 1000)) return;
  if (container.runtime !== undefined) send(engine, container, 'SIGKILL');
  await stopped(engine, container, KILL_TIMEOUT);
}

/** POST stop. Throws 304 when it does not run. */
export async function stopContainer(
  engine: Engine,
  container: Container,
  options: { signal?: string; timeout?: number },
): Promise<void> {
  if (!container.state.running) throw notModified();
  await engine.delay(10);
  await end(engine, container, options);
  engine.containerEvent(container, 'stop');
}

/** POST restart: stops it where it runs, and starts it. */
export async function restartContainer(
  engine: Engine,
  container: Container,
  options: { signal?: string; timeout?: number },
): Promise<void> {
  if (options.signal) readSignal(options.signal);
  // Being stopped on the way must not remove a container of --rm.
  const { AutoRemove } = container.hostConfig;
  container.hostConfig.AutoRemove = false;
  try {
    if (container.state.running) {
      await end(engine, container, options);
      engine.containerEvent(container, 'stop');
    }
    const { restartCount } = container;
    await startContainer(engine, container);
    container.restartCount = restartCount;
  } catch (error) {
    throw error instanceof ApiError && error.status === 304 ? error : restartError(error);
  } finally {
    container.hostConfig.AutoRemove = AutoRemove;
  }
  engine.containerEvent(container, 'restart');
  engine.kernel.log.emit('container.restart', { id: container.id, name: container.name });
}

const restartError = (error: unknown): ApiError => (error instanceof ApiError ? error : systemError(errorText(error)));

/** POST pause. */
export function pause(engine: Engine, container: Container): void {
  const { state, runtime } = container;
  if (!state.running || runtime === undefined) {
    if (state.restarting)
      throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
    throw notRunning(container);
  }
  if (state.paused) throw conflict(`Container ${container.id} is already paused`);
  runtime.pause(true);
  state.paused = true;
  engine.containerEvent(container, 'pause');
  engine.kernel.log.emit('container.pause', { id: container.id, name: container.name });
}

/** POST unpause. */
export function unpause(engine: Engine, container: Container): void {
  const { state, runtime } = container;
  if (!state.paused || runtime === undefined) throw conflict(`Container ${container.id} is not paused`);
  runtime.pause(false);
  state.paused = false;
  engine.containerEvent(container, 'unpause');
  engine.kernel.log.emit('container.unpause', { id: container.id, name: container.name });
}
