/** `docker start`. */
import { CliError, DaemonError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { parseDetachKeys } from './detach.ts';
import { containerPath } from './lifecycle.ts';
import { attachTo, requestExit } from './run.ts';
import { followSize, forwardSignals } from './streams.ts';
import type { ContainerDetails } from './attach.ts';

/** `docker start`. */
export const start: Runner = async (cli, flags, args) => {
  const detachKeys = flags.string('detach-keys') || (cli.config.content.detachKeys ?? '');
  parseDetachKeys(detachKeys);
  const interactive = flags.bool('interactive');
  if (!flags.bool('attach') && !interactive) {
    const failed: string[] = [];
    for (const name of args) {
      try {
        await cli.api.call('POST', containerPath(name, '/start'));
        await cli.print(name);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        await cli.printErr(error.message);
        failed.push(name);
      }
    }
    if (failed.length > 0) throw new CliError(`failed to start containers: ${failed.join(', ')}`);
    return 0;
  }
  if (args.length > 1) throw new CliError('you cannot start and attach multiple containers at once');
  const container = await cli.api.json<ContainerDetails>('GET', containerPath(args[0] ?? '', '/json'));
  const { Id: id } = container;
  const tty = container.Config.Tty;
  if (!tty) forwardSignals(cli, id);
  const streams = await attachTo(cli, id, {
    stdin: interactive && container.Config.OpenStdin,
    stdout: true,
    stderr: true,
    tty,
    detachKeys,
  });
  const removed = container.HostConfig.AutoRemove;
  const exit = await requestExit(cli, id, removed);
  const streaming = streams();
  try {
    await cli.api.call('POST', containerPath(id, '/start'));
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    if (removed) await exit();
    throw error;
  }
  if (tty && cli.outIsTerminal) await followSize(cli, containerPath(id));
  if ((await streaming) === 'detached') return 0;
  return exit();
};
