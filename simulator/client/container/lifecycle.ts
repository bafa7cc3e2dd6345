/** Commands that act on one or more containers and echo each one done: stop, kill, rm, pause … */
import { escapePath, type Query } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError, joinErrors } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import type { Runner } from '../cli/spec.ts';

/** The path of a container's routes; a name may be given with its slash. */
export function containerPath(name: string, rest = ''): string {
  const id = name.trim().replace(/^\/+/, '');
  if (id === '') throw new CliError('invalid container name or ID: value is empty');
  return `/containers/${escapePath(id)}${rest}`;
}

/** Does `act` for all names at the same time and reports in the order given. */
async function each(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<unknown>,
  options: { silent?: (error: CliError) => boolean } = {},
): Promise<number> {
  const running = names.map((name) =>
    act(name).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof CliError) return error;
        throw error;
      },
    ),
  );
  const errors: CliError[] = [];
  for (const [i, name] of names.entries()) {
    const error = await running[i];
    if (error === undefined) await cli.print(name);
    else if (options.silent?.(error) !== true) errors.push(error);
  }
  if (errors.length > 0) throw joinErrors(errors);
  return 0;
}

function stopQuery(flags: FlagSet): Query {
  const timeout = flags.changed('timeout')
    ? flags.number('timeout')
    : flags.changed('time')
      ? flags.number('time')
      : undefined;
  if (flags.changed('timeout') && flags.changed('time')) {
    throw new CliError('conflicting options: cannot specify both --timeout and --time');
  }
  const signal = flags.string('signal');
  return { signal: signal === '' ? undefined : signal, t: timeout === undefined ? undefined : String(timeout) };
}

/** `docker stop`. */
export const stop: Runner = (cli, flags, args) => {
  const query = stopQuery(flags);
  return each(cli, args, (name) => cli.api.call('POST', containerPath(name, '/stop'), { query }));
};

/** `docker restart`: one after the other. */
export const restart: Runner = async (cli, flags, args) => {
  const query = stopQuery(flags);
  return sequential(cli, args, (name) => cli.api.call('POST', containerPath(name, '/restart'), { query }));
};

/** `docker kill`. */
export const kill: Runner = (cli, flags, args) => {
  const signal = flags.string('signal');
  return each(cli, args, (name) =>
    cli.api.call('POST', containerPath(name, '/kill'), { query: { signal: signal === '' ? undefined : signal } }),
  );
};

/** `docker pause`. */
export const pause: Runner = (cli, _flags, args) =>
  each(cli, args, (name) => cli.api.call('POST', containerPath(name, '/pause')));

/** `docker unpause`. */
export const unpause: Runner = (cli, _flags, args) =>
  each(cli, args, (name) => cli.api.call('POST', containerPath(name, '/unpause')));

/** `docker rm`. */
export const remove: Runner = (cli, flags, args) => {
  const force = flags.bool('force');
  const query: Query = {
    v: flags.bool('volumes') ? '1' : undefined,
    link: flags.bool('link') ? '1' : undefined,
    force: force ? '1' : undefined,
  };
  return each(
    cli,
    args,
    async (name) => {
      const id = name.replace(/^\/+|\/+$/g, '');
      if (id === '') throw new CliError('container name cannot be empty');
      await cli.api.call('DELETE', containerPath(id), { query });
    },
    { silent: (error) => force && error instanceof DaemonError && error.httpStatus === 404 },
  );
};

async function sequential(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<unknown>,
): Promise<number> {
  const errors: CliError[] = [];
  for (const name of names) {
    try {
      await act(name);
      await cli.print(name);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors(errors);
  return 0;
}

/** `docker wait`. */
export const wait: Runner = async (cli, _flags, args) => {
  const errors: CliError[] = [];
  for (const name of args) {
    try {
      const result = await cli.api.json<{ StatusCode: number }>('POST', containerPath(name, '/wait'));
      await cli.print(String(result.StatusCode));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw joinErrors(errors);
  return 0;
};

/** `docker rename`. */
export const rename: Runner = async (cli, _flags, args) => {
  const [from = '', to = ''] = args.map((arg) => arg.trim());
  if (from === '' || to === '') throw new CliError('Error: Neither old nor new names may be empty');
  try {
    await cli.api.call('POST', containerPath(from, '/rename'), { query: { name: to } });
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new CliError(`failed to rename container: ${error.message}`);
  }
  return 0;
};
