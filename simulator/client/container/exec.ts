/** `docker exec`. */
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { escapePath } from '../cli/api.ts';
import { parseDetachKeys } from './detach.ts';
import { readKeyValueFiles } from './env-file.ts';
import { containerPath } from './lifecycle.ts';
import { checkTerminal, followSize, stream } from './streams.ts';

/** `docker exec`. */
export const exec: Runner = async (cli, flags, args) => {
  const [name = '', ...command] = args;
  const detach = flags.bool('detach');
  const tty = flags.bool('tty');
  const stdin = !detach && flags.bool('interactive');
  const detachKeys = flags.string('detach-keys') || (cli.config.content.detachKeys ?? '');
  parseDetachKeys(detachKeys);
  let files: string[];
  try {
    files = readKeyValueFiles(cli, flags.list('env-file'), '', true);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    throw new CliError(error.message.replace(/^: /, ''));
  }
  const env = [...files, ...flags.list('env')];
  // Asked first, so that a missing container is told of before anything is set up.
  await cli.api.json('GET', containerPath(name, '/json'));
  if (!detach) checkTerminal(cli, stdin, tty);
  const size = tty && cli.outIsTerminal ? cli.sys.windowSize(1) : undefined;
  const consoleSize = size === undefined ? undefined : [size.rows, size.columns];
  const { Id: id } = await cli.api.json<{ Id: string }>('POST', containerPath(name, '/exec'), {
    body: {
      User: flags.string('user'),
      Privileged: flags.bool('privileged'),
      Tty: tty,
      ...(consoleSize === undefined ? {} : { ConsoleSize: consoleSize }),
      AttachStdin: stdin,
      AttachStderr: !detach,
      AttachStdout: !detach,
      DetachKeys: detachKeys,
      Env: env.length === 0 ? null : env,
      WorkingDir: flags.string('workdir'),
      Cmd: command,
    },
  });
  if (id === '') throw new CliError('exec ID empty');
  const path = `/exec/${escapePath(id)}`;
  if (detach) {
    await cli.api.call('POST', `${path}/start`, { body: { Detach: true, Tty: tty } });
    return 0;
  }
  const answer = await cli.api.call('POST', `${path}/start`, {
    body: { Detach: false, Tty: tty, ...(consoleSize === undefined ? {} : { ConsoleSize: consoleSize }) },
    hijack: true,
  });
  const { connection } = answer;
  if (connection === undefined) throw new CliError('unable to upgrade to tcp, received 200');
  const streaming = stream(cli, connection, { stdin, stdout: true, stderr: true, tty, detachKeys });
  if (tty && cli.inIsTerminal && cli.outIsTerminal) await followSize(cli, path);
  if ((await streaming) === 'detached') throw new CliError('read escape sequence');
  const { ExitCode: code } = await cli.api.json<{ ExitCode: number | null }>('GET', `${path}/json`);
  return code ?? 0;
};
