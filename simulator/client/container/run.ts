/** `docker run`. */
import { readAll } from '../../http/http.ts';
import type { HttpAnswer } from '../../http/http.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { createContainer, requestFor, withHint } from './create.ts';
import { parseDetachKeys } from './detach.ts';
import { containerPath } from './lifecycle.ts';
import { checkTerminal, followSize, forwardSignals, stream, type StreamEnd } from './streams.ts';

/** The status a failed start gives: 127 and 126 when the command itself cannot be run, else 125. */
export function startFailure(error: CliError): CliError {
  const text = error.message;
  if (/executable file not found|no such file or directory/.test(text)) return withHint(text, 'run', 127);
  if (/permission denied|is a directory/.test(text)) return withHint(text, 'run', 126);
  return withHint(text, 'run', 125);
}

/** Asks to be told when the container ends (or is gone); the answer's body comes then. */
export async function requestExit(cli: Cli, id: string, removed: boolean): Promise<() => Promise<number>> {
  const answer: HttpAnswer = await cli.api.call('POST', containerPath(id, '/wait'), {
    query: { condition: removed ? 'removed' : 'next-exit' },
  });
  return async () => {
    const result = JSON.parse(new TextDecoder().decode(await readAll(answer.body))) as {
      StatusCode: number;
      Error?: { Message: string } | null;
    };
    if (result.Error !== undefined && result.Error !== null && result.Error.Message !== '') {
      await cli.printErr(`Error waiting for container: ${result.Error.Message}`);
      return 125;
    }
    return result.StatusCode;
  };
}

const query = (on: boolean): string | undefined => (on ? '1' : undefined);

/** Attaches to a container; the streams start to flow when `run` of the result is called. */
export async function attachTo(
  cli: Cli,
  id: string,
  streams: { stdin: boolean; stdout: boolean; stderr: boolean; tty: boolean; detachKeys: string },
): Promise<() => Promise<StreamEnd>> {
  const answer = await cli.api.call('POST', containerPath(id, '/attach'), {
    query: {
      stream: '1',
      stdin: query(streams.stdin),
      stdout: query(streams.stdout),
      stderr: query(streams.stderr),
      detachKeys: streams.detachKeys === '' ? undefined : streams.detachKeys,
    },
    hijack: true,
  });
  const { connection } = answer;
  if (connection === undefined) throw new CliError('unable to upgrade to tcp, received 200');
  return () => stream(cli, connection, streams);
}

/** `docker run`. */
export const run: Runner = async (cli, flags, args) => {
  const request = await requestFor(cli, flags, args, 'run');
  const detach = flags.bool('detach');
  if (!detach) checkTerminal(cli, request.AttachStdin, request.Tty);
  else {
    if (flags.list('attach').length > 0)
      throw new CliError('conflicting options: cannot specify both --attach and --detach');
    request.AttachStdin = false;
    request.AttachStdout = false;
    request.AttachStderr = false;
    request.StdinOnce = false;
  }
  const detachKeys = flags.string('detach-keys') || (cli.config.content.detachKeys ?? '');
  parseDetachKeys(detachKeys);

  let id: string;
  try {
    id = await createContainer(cli, flags, request);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw startFailure(error);
  }
  if (flags.bool('sig-proxy')) forwardSignals(cli, id);
  const attached = request.AttachStdin || request.AttachStdout || request.AttachStderr;
  if (!attached) await cli.print(id);
  const streams = attached
    ? await attachTo(cli, id, {
        stdin: request.AttachStdin,
        stdout: request.AttachStdout,
        stderr: request.AttachStderr,
        tty: request.Tty,
        detachKeys,
      })
    : undefined;
  const removed = flags.bool('rm');
  const exit = await requestExit(cli, id, removed);
  const streaming = streams?.();
  try {
    await cli.api.call('POST', containerPath(id, '/start'));
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    if (removed) await exit();
    throw startFailure(error);
  }
  if (streaming === undefined) return 0;
  if (request.Tty && cli.outIsTerminal) await followSize(cli, containerPath(id));
  if ((await streaming) === 'detached') return 0;
  return exit();
};
