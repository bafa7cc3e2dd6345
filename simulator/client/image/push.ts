/** `docker push`. */
import { escapePath, jsonStream } from '../cli/api.ts';
import { CliError } from '../cli/errors.ts';
import { checkPlatform } from '../cli/platform.ts';
import { familiarName, parseReference, tagged } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { showProgress, type ProgressMessage } from '../format/progress.ts';
import { fullString, registryServer } from './pull.ts';

/** `docker push`. */
export const push: Runner = async (cli, flags, args) => {
  const all = flags.bool('all-tags');
  const quiet = flags.bool('quiet');
  const platform = flags.string('platform');
  const platformQuery = platform === '' ? undefined : checkPlatform(platform);
  let reference = parseReference(args[0] ?? '');
  const bare = reference.tag === undefined && reference.digest === undefined;
  if (all && !bare) throw new CliError("tag can't be used with --all-tags/-a");
  if (reference.digest !== undefined) throw new CliError('cannot push a digest reference');
  if (!all && bare) {
    reference = tagged(reference);
    if (!quiet) await cli.print(`Using default tag: ${reference.tag ?? ''}`);
  }
  const answer = await cli.api.call('POST', `/images/${escapePath(familiarName(reference))}/push`, {
    query: { tag: all ? undefined : reference.tag, platform: platformQuery },
    headers: { 'X-Registry-Auth': cli.config.authHeader(registryServer(reference)) },
  });
  await showProgress(cli, jsonStream<ProgressMessage>(answer.body), quiet ? 'nowhere' : 'stdout');
  if (quiet) await cli.print(fullString(reference));
  return 0;
};
