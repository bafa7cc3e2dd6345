import type { ExecCreateRequest, ExecInspect } from '../../api/types.ts';
import { exitCode } from '../../kernel/abi.ts';
import type { Stdio } from '../../kernel/kernel.ts';
import { signalNumber } from '../../kernel/signals.ts';
import { ConfigError, RuntimeError } from '../../runtime/spec.ts';
import { capabilitySet } from '../containers/capability-set.ts';
import type { Container } from '../containers/container.ts';
import { processEnv } from '../containers/environment.ts';
import { StreamHub, tellOutput } from '../containers/streams.ts';
import { findUser } from '../containers/users.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalid, systemError } from '../errors.ts';
import type { ExecRecord } from './store.ts';

/** Throws unless a process can be started in the container now. */
export function checkExecutable(container: Container): void {
  const { state } = container;
  if (state.restarting) throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  if (!state.running || container.runtime === undefined) throw conflict(`container ${container.id} is not running`);
  if (state.paused) throw conflict(`Container ${container.name} is paused, unpause the container before exec`);
}

/** Records an exec. Throws Docker's texts. */
export function createExec(engine: Engine, container: Container, request: ExecCreateRequest): ExecRecord {
  checkExecutable(container);
  const cmd = request.Cmd ?? [];
  if (cmd.length === 0) throw invalid('no exec command specified');
  const user = request.User || container.config.User;
  findUser(container.runtime!.mounts.files, user);
  const exec: ExecRecord = {
    id: engine.kernel.random.hex(64),
    containerId: container.id,
    cmd,
    env: request.Env ?? [],
    user,
    workingDir: request.WorkingDir || container.config.WorkingDir || '/',
    tty: request.Tty ?? false,
    privileged: request.Privileged ?? false,
    attach: {
      stdin: request.AttachStdin ?? false,
      stdout: request.AttachStdout ?? false,
      stderr: request.AttachStderr ?? false,
    },
    detachKeys: request.DetachKeys ?? '',
    streams: new StreamHub(),
    started: false,
    running: false,
    exitCode: null,
    pid: 0,
    process: undefined,
    consoleSize: request.ConsoleSize,
  };
  engine.execs.add(exec);
  container.execs.add(exec.id);
  engine.containerEvent(container, `exec_create: ${cmd.join(' ')}`, { execID: exec.id });
  return exec;
}

/** Starts an exec's process. Resolves once it runs; `ended` gives its exit code. Throws runc's texts. */
export async function runExec(
  engine: Engine,
  container: Container,
  exec: ExecRecord,
): Promise<{ ended: Promise<number> }> {
  checkExecutable(container);
  const runtime = container.runtime!;
  exec.started = true;
  engine.containerEvent(container, `exec_start: ${exec.cmd.join(' ')}`, { execID: exec.id });
  await engine.delay(30);
  const [rows, columns] = exec.consoleSize ?? [0, 0];
  const pty = exec.tty
    ? engine.kernel.createPty(rows > 0 && columns > 0 ? { rows, columns } : { rows: 24, columns: 80 })
    : undefined;
  const terminal: Stdio | undefined = pty && { kind: 'pty', pty };
  const stdio: readonly [Stdio, Stdio, Stdio] = terminal
    ? [terminal, terminal, terminal]
    : [exec.attach.stdin ? { kind: 'pipe' } : { kind: 'null' }, { kind: 'pipe' }, { kind: 'pipe' }];
  const { config, hostConfig } = container;
  const { home } = findUser(runtime.mounts.files, exec.user);
  try {
    const process = runtime.exec(
      {
        args: exec.cmd,
        env: processEnv([...(config.Env ?? []), ...exec.env], {
          hostname: config.Hostname,
          terminal: exec.tty,
          home,
        }),
        cwd: exec.workingDir,
        user: exec.user,
        ...(hostConfig.GroupAdd ? { groupAdd: hostConfig.GroupAdd } : {}),
        capabilities: capabilitySet(hostConfig.CapAdd, hostConfig.CapDrop, exec.privileged || hostConfig.Privileged),
        terminal: exec.tty,
        stdio,
      },
      { privileged: exec.privileged },
    );
    exec.process = process;
    exec.pid = process.pid;
    exec.running = true;
    engine.kernel.log.emit('exec.start', { id: exec.id, container: container.id, command: exec.cmd.join(' ') });
    const output = exec.streams.connect(
      { stdin: process.stdio[0], stdout: process.stdio[1], stderr: process.stdio[2], pty },
      undefined,
      tellOutput(engine.kernel.log, container, exec.id),
    );
    const ended = process.exited.then(async (status) => {
      const code = 'signal' in status ? 128 + signalNumber(status.signal) : exitCode(status);
      exec.running = false;
      exec.exitCode = code;
      await output;
      engine.containerEvent(container, 'exec_die', { execID: exec.id, exitCode: String(code) });
      engine.kernel.log.emit('exec.die', { id: exec.id, container: container.id, exitCode: code });
      return code;
    });
    return { ended };
  } catch (error) {
    exec.running = false;
    if (!(error instanceof RuntimeError)) throw error;
    if (error instanceof ConfigError) throw systemError(error.message);
    const message = `OCI runtime exec failed: ${error.message}`;
    exec.streams.release(new TextEncoder().encode(`${message}\r\n`));
    exec.exitCode = /executable file not found|no such file or directory/.test(message)
      ? 127
      : /permission denied|is a directory/.test(message)
        ? 126
        : 128;
    throw systemError(message);
  }
}

/** GET /exec/{id}/json. */
export const execView = (exec: ExecRecord): ExecInspect => ({
  ID: exec.id,
  Running: exec.running,
  ExitCode: exec.exitCode,
  ProcessConfig: {
    tty: exec.tty,
    entrypoint: exec.cmd[0]!,
    arguments: exec.cmd.slice(1),
    privileged: exec.privileged,
    ...(exec.user === '' ? {} : { user: exec.user }),
  },
  OpenStdin: exec.attach.stdin,
  OpenStderr: exec.attach.stderr,
  OpenStdout: exec.attach.stdout,
  CanRemove: false,
  ContainerID: exec.containerId,
  DetachKeys: exec.detachKeys,
  Pid: exec.pid,
});
