/** Starts containers, and sees to their end: exit codes, restart policies, automatic removal. */
import { exitCode, type ExitStatus } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { NetNamespace, Process, Stdio } from '../../kernel/kernel.ts';
import { signalNumber } from '../../kernel/signals.ts';
import { prepare } from '../../runtime/runtime.ts';
import { ConfigError, RuntimeError } from '../../runtime/spec.ts';
import type { Engine } from '../engine.ts';
import { ApiError, conflict, errorText, invalid, notModified, systemError } from '../errors.ts';
import { join, leave, nameService, publishPorts, usesEmbeddedDns } from '../networks/sandbox.ts';
import { capabilitySet } from './capability-set.ts';
import type { Container } from './container.ts';
import { namespaceOwner } from './create.ts';
import { startHealthchecks } from './health.ts';
import { deviceMounts, makeBundle, setUpMounts } from './bundle.ts';
import { writeHostFiles, writeLogFile } from './host-files.ts';
import { removeContainer } from './remove.ts';
import { tellOutput } from './streams.ts';

const FIRST_DELAY = 100;
const MAX_DELAY = 60000;
/** From the end of a container's first process until the daemon knows of it, ms. */
const EXIT_REPORT = 60;
/** A run this long resets the restart delay. */
const STABLE_AFTER = 10000;

/** Starts a container. Throws Docker's texts; 304 when it already runs. */
export async function startContainer(engine: Engine, container: Container): Promise<void> {
  const { state } = container;
  if (state.paused) throw conflict('cannot start a paused container, try unpause instead');
  if (state.running || container.starting) throw notModified();
  if (state.removing || state.dead) throw conflict('container is marked for removal and cannot be started');
  container.manuallyStopped = false;
  container.restartCount = 0;
  container.restartDelay = 0;
  await launch(engine, container);
}

/** One start, by the user or by the restart policy. */
async function launch(engine: Engine, container: Container): Promise<void> {
  const { state } = container;
  container.starting = true;
  try {
    await run(engine, container);
  } catch (error) {
    const message = errorText(error);
    state.error = message;
    state.exitCode = startExitCode(message);
    state.running = false;
    state.restarting = false;
    state.pid = 0;
    if (state.startedAt !== 0) state.finishedAt = engine.instants.now();
    container.streams.release();
    container.wake('not-running', 'next-exit');
    if (container.hostConfig.AutoRemove) await removeContainer(engine, container, { volumes: true });
    throw error instanceof ApiError ? error : systemError(message);
  } finally {
    container.starting = false;
  }
}

/** The exit code Docker keeps for a start that failed, by its text (daemon.setExitCodeFromError). */
function startExitCode(message: string): number {
  if (message.startsWith('failed to set up container networking')) return 128;
  if (/executable file not found|no such file or directory|system cannot find/.test(message)) return 127;
  if (/permission denied|not a directory|is a directory/.test(message)) return 126;
  return 128;
}

async function run(engine: Engine, container: Container): Promise<void> {
  const { kernel } = engine;
  const { hostConfig } = container;
  await engine.delay(40);
  checkLinks(engine, container);
  const mounts = [...(await setUpMounts(engine, container)), ...deviceMounts(engine, container)];
  for (const mount of container.mounts)
    if (mount.type === 'volume') {
      engine.events.record('volume', 'mount', mount.name, {
        container: container.id,
        destination: mount.destination,
        driver: 'local',
        propagation: mount.propagation,
        'read/write': String(!mount.readonly),
      });
      kernel.log.emit('volume.mount', { name: mount.name, container: container.id, destination: mount.destination });
    }
  let runtime;
  try {
    const net = setUpNetwork(engine, container);
    await engine.delay(hostConfig.Init ? 150 : 140);
    writeHostFiles(engine, container);
    const shim = startShim(engine, container);
    container.shim = shim.process;
    const pty = container.config.Tty ? kernel.createPty(initialSize(container)) : undefined;
    const stdio = standardStreams(container, pty && { kind: 'pty', pty });
    const bundle = makeBundle(engine, container, { net, mounts, stdio });
    const prepared = prepare(kernel, bundle, { parent: shim.process });
    try {
      runtime = prepared.start();
    } catch (error) {
      prepared.abandon();
      await shim.end();
      throw error;
    }
    container.runtime = runtime;
    const { init } = runtime;
    const stopLogging = writeLogFile(engine, container);
    const output = container.streams.connect(
      { stdin: init.stdio[0], stdout: init.stdio[1], stderr: init.stdio[2], pty },
      container.log,
      tellOutput(kernel.log, container),
    );
    const oom = runtime.init.cgroup.onOom(() => {
      container.state.oomKilled = true;
      engine.containerEvent(container, 'oom');
      kernel.log.emit('container.oom', { id: container.id, name: container.name });
    });
    began(engine, container, init.pid);
    void init.exited.then(async (status) => {
      await output;
      stopLogging();
      // The shim tells containerd, which deletes the task and tells the daemon.
      await engine.delay(EXIT_REPORT);
      oom();
      await shim.end();
      await ended(engine, container, status);
    });
  } catch (error) {
    container.shim = undefined;
    tearDown(engine, container);
    if (error instanceof ConfigError) throw invalid(error.message);
    if (error instanceof RuntimeError)
      throw invalid(
        `failed to create task for container: failed to create shim task: OCI runtime create failed: ${error.message}`,
      );
    throw error;
  }
  await engine.delay(5);
}

function began(engine: Engine, container: Container, pid: number): void {
  const { state } = container;
  state.running = true;
  state.paused = false;
  state.restarting = false;
  state.oomKilled = false;
  state.error = '';
  state.exitCode = 0;
  state.pid = pid;
  state.startedAt = engine.instants.now();
  engine.containerEvent(container, 'start');
  engine.kernel.log.emit('container.start', { id: container.id, name: container.name, pid });
  startHealthchecks(engine, container);
}

/** The process on the host that every container hangs under: it reaps, and keeps the streams open. */
function startShim(engine: Engine, container: Container): { process: Process; end: () => Promise<unknown> } {
  const { kernel } = engine;
  const over = Promise.withResolvers<void>();
  const parent = kernel.init.pid.init;
  const process = kernel.start({
    argv: [
      '/usr/bin/containerd-shim-runc-v2',
      '-namespace',
      'moby',
      '-id',
      container.id,
      '-address',
      '/run/containerd/containerd.sock',
    ],
    exec: async () => {
      await over.promise;
      return 0;
    },
    env: {},
    cwd: '/',
    namespaces: kernel.init,
    cgroup: kernel.rootCgroup,
    credentials: rootCredentials(engine),
    ...(parent ? { parent } : {}),
    stdio: [{ kind: 'null' }, { kind: 'null' }, { kind: 'null' }],
  });
  const end = (): Promise<unknown> => {
    over.resolve();
    return process.exited;
  };
  return { process, end };
}

function rootCredentials(engine: Engine): Process['credentials'] {
  const init = engine.kernel.init.pid.init;
  return init?.credentials ?? { uid: 0, gid: 0, groups: [0], capabilities: capabilitySet(null, null, true) };
}

function initialSize(container: Container): { columns: number; rows: number } {
  const [rows, columns] = container.hostConfig.ConsoleSize;
  return rows > 0 && columns > 0 ? { rows, columns } : { rows: 24, columns: 80 };
}

function standardStreams(container: Container, pty: Stdio | undefined): readonly [Stdio, Stdio, Stdio] {
  if (pty !== undefined) return [pty, pty, pty];
  return [container.config.OpenStdin ? { kind: 'pipe' } : { kind: 'null' }, { kind: 'pipe' }, { kind: 'pipe' }];
}

/** A legacy link wants its target running. */
function checkLinks(engine: Engine, container: Container): void {
  for (const link of container.hostConfig.Links ?? []) {
    const [target = '', path = ''] = link.split(':');
    const other = engine.containers.find(target);
    if (other?.state.running !== true)
      throw systemError(`Cannot link to a non running container: ${target} AS ${path}`);
  }
}

/** The network namespace the container runs in, with its networks plugged in and ports published. */
function setUpNetwork(engine: Engine, container: Container): NetNamespace {
  const { kernel } = engine;
  const mode = container.hostConfig.NetworkMode;
  if (mode === 'host') {
    const host = engine.networks.get('host');
    join(engine, container, host, container.wanted.get('host')!, kernel.init.net);
    return kernel.init.net;
  }
  if (mode.startsWith('container:')) {
    try {
      return namespaceOwner(engine, mode).runtime!.init.namespaces.net;
    } catch (error) {
      throw conflict(`joining network namespace of container: ${errorText(error)}`);
    }
  }
  const ns = kernel.network.createNamespace();
  try {
    const names = [...container.wanted.keys()].map((name) => {
      const network = engine.networks.find(name);
      if (network === undefined) throw systemError(`network ${name} not found`);
      return network;
    });
    for (const network of names) join(engine, container, network, container.wanted.get(network.name)!, ns);
    const main = names.find((network) => network.bridge !== undefined && !network.internal);
    container.ports = publishPorts(engine, container, main && container.endpoints.get(main.name), ns);
    if (usesEmbeddedDns(engine, container)) kernel.network.setNameService(ns, nameService(engine, container));
  } catch (error) {
    throw systemError(`failed to set up container networking: ${errorText(error)}`);
  }
  const id = kernel.random.hex(64);
  container.sandbox = { id, key: `/var/run/docker/netns/${id.slice(0, 12)}` };
  return ns;
}

/** Takes the container's network, ports and mounts down. */
function tearDown(engine: Engine, container: Container): void {
  for (const held of container.ports?.held ?? []) held.release();
  container.ports = undefined;
  for (const name of [...container.endpoints.keys()]) {
    const network = engine.networks.find(name);
    if (network !== undefined) leave(engine, container, network);
  }
  container.sandbox = undefined;
  container.runtime?.cleanup();
  container.runtime = undefined;
  container.shim = undefined;
}

/** The container's first process has ended. */
async function ended(engine: Engine, container: Container, status: ExitStatus): Promise<void> {
  const { state, hostConfig } = container;
  container.stopHealth?.();
  // Whoever attached between the end of the output and now waits for a run that is over.
  container.streams.release();
  tearDown(engine, container);
  for (const mount of container.mounts)
    if (mount.type === 'volume') {
      engine.events.record('volume', 'unmount', mount.name, { container: container.id, driver: 'local' });
      engine.kernel.log.emit('volume.unmount', { name: mount.name, container: container.id });
    }
  const code = 'signal' in status ? 128 + signalNumber(status.signal) : exitCode(status);
  const finishedAt = engine.instants.now();
  const ran = finishedAt - state.startedAt;
  state.exitCode = code;
  state.finishedAt = finishedAt;
  state.pid = 0;
  state.paused = false;
  if (state.health && state.health.status !== 'unhealthy') state.health.status = 'unhealthy';
  engine.containerEvent(container, 'die', {
    execDuration: String(Math.floor(ran / 1000)),
    exitCode: String(code),
  });
  const again = engine.up && !state.removing && shouldRestart(container, code);
  engine.kernel.log.emit('container.die', {
    id: container.id,
    name: container.name,
    exitCode: code,
    oomKilled: state.oomKilled,
    restarting: again,
  });
  if (ran >= STABLE_AFTER) container.restartDelay = 0;
  if (again) {
    scheduleRestart(engine, container);
    return;
  }
  state.running = false;
  state.restarting = false;
  container.wake('not-running', 'next-exit');
  if (hostConfig.AutoRemove && !state.removing) await removeContainer(engine, container, { volumes: true });
}

function shouldRestart(container: Container, code: number): boolean {
  const { Name, MaximumRetryCount } = container.hostConfig.RestartPolicy;
  if (container.manuallyStopped) return false;
  if (Name === 'always' || Name === 'unless-stopped') return true;
  return Name === 'on-failure' && code !== 0 && (MaximumRetryCount === 0 || container.restartCount < MaximumRetryCount);
}

/** Waits the policy's delay, which doubles with each restart, then starts again. */
function scheduleRestart(engine: Engine, container: Container): void {
  const { state } = container;
  container.restartDelay = container.restartDelay === 0 ? FIRST_DELAY : Math.min(container.restartDelay * 2, MAX_DELAY);
  container.restartCount++;
  state.running = true;
  state.restarting = true;
  container.wake('next-exit');
  const cancel = engine.kernel.clock.timer(container.restartDelay, () => {
    container.cancelRestart = undefined;
    void relaunch(engine, container);
  });
  container.cancelRestart = () => {
    cancel();
    container.cancelRestart = undefined;
    state.running = false;
    state.restarting = false;
    container.wake('not-running');
  };
}

async function relaunch(engine: Engine, container: Container): Promise<void> {
  const { state } = container;
  try {
    await launch(engine, container);
  } catch (error) {
    // A start that fails counts as a run that failed: the policy decides again.
    if (!(error instanceof ApiError) && !isErrno(error)) throw error;
    if (engine.up && !state.removing && shouldRestart(container, state.exitCode)) scheduleRestart(engine, container);
  }
}
