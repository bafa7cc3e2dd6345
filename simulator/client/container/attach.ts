/** `docker attach`. */
import { readAll, type HttpAnswer } from '../../http/http.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { parseDetachKeys } from './detach.ts';
import { containerPath } from './lifecycle.ts';
import { attachTo } from './run.ts';
import { checkTerminal, followSize, forwardSignals } from './streams.ts';

/** What the client reads of `GET /containers/{id}/json`. */
export interface ContainerDetails {
  Id: string;
  Name: string;
  Config: { Tty: boolean; OpenStdin: boolean; Image: string };
  HostConfig: { AutoRemove: boolean };
  State: { Running: boolean; Paused: boolean; Restarting: boolean; Status: string; ExitCode: number };
}

async function running(cli: Cli, name: string): Promise<ContainerDetails> {
  const container = await cli.api.json<ContainerDetails>('GET', containerPath(name, '/json'));
  if (!container.State.Running) throw new CliError('cannot attach to a stopped container, start it first');
  if (container.State.Paused) throw new CliError('cannot attach to a paused container, unpause it first');
  if (container.State.Restarting)
    throw new CliError('cannot attach to a restarting container, wait until it is running');
  return container;
}

/** `docker attach`. */
export const attach: Runner = async (cli, flags, args) => {
  const [name = ''] = args;
  const detachKeys = flags.string('detach-keys') || (cli.config.content.detachKeys ?? '');
  parseDetachKeys(detachKeys);
  let waiting: HttpAnswer | DaemonError;
  try {
    waiting = await cli.api.call('POST', containerPath(name, '/wait'));
  } catch (error) {
    // Whether there is such a container is told by the next request.
    if (!(error instanceof DaemonError)) throw error;
    waiting = error;
  }
  const container = await running(cli, name);
  const stdin = !flags.bool('no-stdin');
  const tty = container.Config.Tty;
  checkTerminal(cli, stdin, tty);
  if (flags.bool('sig-proxy') && !tty) forwardSignals(cli, name);
  const streams = await attachTo(cli, name, {
    stdin: stdin && container.Config.OpenStdin,
    stdout: true,
    stderr: true,
    tty,
    detachKeys,
  });
  await running(cli, name);
  if (tty && cli.outIsTerminal) {
    // Another size first, so that the program redraws its screen.
    const { rows, columns } = cli.sys.windowSize(1);
    await cli.api.call('POST', containerPath(name, '/resize'), {
      query: { h: String(rows + 1), w: String(columns + 1) },
    });
    await followSize(cli, containerPath(name));
  }
  if ((await streams()) === 'detached') throw new CliError('read escape sequence');
  if (waiting instanceof DaemonError) throw waiting;
  const result = JSON.parse(new TextDecoder().decode(await readAll(waiting.body))) as {
    StatusCode: number;
    Error?: { Message: string } | null;
  };
  if (result.Error !== undefined && result.Error !== null && result.Error.Message !== '')
    throw new CliError(result.Error.Message);
  return result.StatusCode;
};
