/** `docker inspect` and the inspect commands of the groups. */
import { escapePath } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import { checkPlatform } from '../cli/platform.ts';
import type { Runner } from '../cli/spec.ts';
import { containerPath } from '../container/lifecycle.ts';
import { Inspector, type Found } from './inspector.ts';
import { CONTAINER, IMAGE, NETWORK, VOLUME, type StructType } from './types.ts';

type Lookup = (name: string) => Promise<Found>;

function fetcher(
  cli: Cli,
  path: (name: string) => string,
  type: StructType | undefined,
  query: Record<string, string | undefined> = {},
): Lookup {
  return async (name) => ({ raw: await cli.api.text('GET', path(name), { query }), type });
}

/** Looks up every name, prints what was found, then fails with all that was not. */
async function inspect(cli: Cli, names: readonly string[], format: string, lookup: Lookup): Promise<number> {
  const inspector = new Inspector(format);
  const errors: string[] = [];
  for (const name of names) {
    try {
      inspector.add(await lookup(name));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  await cli.out(inspector.text());
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

/** `docker container inspect`. */
export const inspectContainer: Runner = (cli, flags, args) =>
  inspect(
    cli,
    args,
    flags.string('format'),
    fetcher(cli, (name) => containerPath(name, '/json'), CONTAINER, { size: flags.bool('size') ? '1' : undefined }),
  );

/** `docker image inspect`. */
export const inspectImage: Runner = (cli, flags, args) => {
  const platform = flags.string('platform');
  return inspect(
    cli,
    args,
    flags.string('format'),
    fetcher(cli, (name) => `/images/${escapePath(name)}/json`, IMAGE, {
      platform: platform === '' ? undefined : checkPlatform(platform),
    }),
  );
};

/** `docker network inspect`. */
export const inspectNetwork: Runner = (cli, flags, args) =>
  inspect(
    cli,
    args,
    flags.string('format'),
    fetcher(cli, (name) => `/networks/${escapePath(name)}`, NETWORK, {
      verbose: flags.bool('verbose') ? 'true' : undefined,
    }),
  );

/** `docker volume inspect`. */
export const inspectVolume: Runner = (cli, flags, args) =>
  inspect(
    cli,
    args,
    flags.string('format'),
    fetcher(cli, (name) => `/volumes/${escapePath(name)}`, VOLUME),
  );

interface Kind {
  readonly name: string;
  readonly path: (name: string) => string;
  readonly type?: StructType;
  /** Needs a Swarm manager. */
  readonly swarm?: true;
}

const KINDS: readonly Kind[] = [
  { name: 'container', path: (name) => containerPath(name, '/json'), type: CONTAINER },
  { name: 'image', path: (name) => `/images/${escapePath(name)}/json`, type: IMAGE },
  { name: 'network', path: (name) => `/networks/${escapePath(name)}`, type: NETWORK },
  { name: 'volume', path: (name) => `/volumes/${escapePath(name)}`, type: VOLUME },
  { name: 'service', path: (name) => `/services/${escapePath(name)}`, swarm: true },
  { name: 'task', path: (name) => `/tasks/${escapePath(name)}`, swarm: true },
  { name: 'node', path: (name) => `/nodes/${escapePath(name)}`, swarm: true },
  { name: 'plugin', path: (name) => `/plugins/${escapePath(name)}/json` },
  { name: 'secret', path: (name) => `/secrets/${escapePath(name)}`, swarm: true },
  { name: 'config', path: (name) => `/configs/${escapePath(name)}`, swarm: true },
];

/** `docker inspect`: tries the kinds of objects one after the other until one has the name. */
export const inspectAny: Runner = async (cli, flags, args) => {
  const wanted = flags.string('type');
  if (flags.changed('type') && wanted === '')
    throw new CliError(
      'type is empty: must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"',
    );
  if (wanted !== '' && !KINDS.some((kind) => kind.name === wanted)) {
    throw new CliError(
      `unknown type: ${JSON.stringify(wanted)}: must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"`,
    );
  }
  const size = flags.bool('size');
  const { swarm } = await cli.api.ping();
  const lookup: Lookup = async (name) => {
    for (const kind of KINDS) {
      if (wanted !== '' && kind.name !== wanted) continue;
      // Without a Swarm manager there is nothing to look for among its objects.
      if (kind.swarm === true && wanted === '' && swarm !== 'active/manager') continue;
      try {
        const query = { size: size && kind.name === 'container' ? '1' : undefined };
        return { raw: await cli.api.text('GET', kind.path(name), { query }), type: kind.type };
      } catch (error) {
        if (error instanceof DaemonError && wanted === '' && [404, 400, 501, 503].includes(error.httpStatus)) continue;
        if (
          error instanceof CliError &&
          !(error instanceof DaemonError) &&
          wanted === '' &&
          error.message.includes('value is empty')
        )
          continue;
        throw error;
      }
    }
    throw new CliError(`error: no such object: ${name}`);
  };
  return inspect(cli, args, flags.string('format'), lookup);
};
