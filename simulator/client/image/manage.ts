/** `docker rmi` and `docker tag`. */
import { escapePath } from '../cli/api.ts';
import { CliError, DaemonError, joinErrors } from '../cli/errors.ts';
import { checkPlatform } from '../cli/platform.ts';
import { familiarName, parseReference, tagged } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';

interface Deleted {
  Untagged?: string;
  Deleted?: string;
}

/** `docker rmi`. */
export const remove: Runner = async (cli, flags, args) => {
  const errors: CliError[] = [];
  const force = flags.bool('force');
  let fatal = false;
  for (const image of args) {
    try {
      const items = await cli.api.json<Deleted[] | null>('DELETE', `/images/${escapePath(image)}`, {
        query: {
          force: force ? '1' : undefined,
          noprune: flags.bool('no-prune') ? '1' : undefined,
          platforms: flags.list('platform').map(checkPlatform),
        },
      });
      for (const item of items ?? []) {
        await cli.print(
          item.Deleted !== undefined && item.Deleted !== ''
            ? `Deleted: ${item.Deleted}`
            : `Untagged: ${item.Untagged ?? ''}`,
        );
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (!(error instanceof DaemonError && error.httpStatus === 404)) fatal = true;
      errors.push(error);
    }
  }
  if (errors.length === 0) return 0;
  // With --force images that do not exist are only told of.
  if (force && !fatal) {
    for (const error of errors) await cli.printErr(error.message);
    return 0;
  }
  throw joinErrors(errors);
};

/** `docker tag`. */
export const tag: Runner = async (cli, _flags, args) => {
  const [source = '', target = ''] = args;
  let reference;
  try {
    reference = parseReference(target);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(
      `error parsing reference: ${JSON.stringify(target)} is not a valid repository/tag: ${error.message}`,
    );
  }
  if (reference.digest !== undefined) throw new CliError('refusing to create a tag with a digest reference');
  if (!/^(sha256:)?[a-f0-9]{64}$/.test(source)) {
    try {
      parseReference(source);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(
        `error parsing reference: ${JSON.stringify(source)} is not a valid repository/tag: ${error.message}`,
      );
    }
  }
  const full = tagged(reference);
  await cli.api.call('POST', `/images/${escapePath(source)}/tag`, {
    query: { repo: familiarName(full), tag: full.tag },
  });
  return 0;
};
