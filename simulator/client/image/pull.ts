/** `docker pull`, and the pull of an image that run or create misses. */
import { jsonStream } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { HUB_SERVER } from '../cli/config.ts';
import { CliError } from '../cli/errors.ts';
import { checkPlatform, parsePlatform } from '../cli/platform.ts';
import { familiarName, familiarString, fullName, parseReference, tagged, type Reference } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { showProgress, type ProgressMessage } from '../format/progress.ts';

/** The name under which credentials for a reference's registry are kept. */
export function registryServer(reference: Reference): string {
  return reference.domain === 'docker.io' ? HUB_SERVER : reference.domain;
}

/** The whole reference with nothing left out, e.g. `docker.io/library/alpine:3.20`. */
export function fullString(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return fullName(reference) + tag + digest;
}

/** Asks the daemon to pull and shows its progress. */
export async function pullImage(
  cli: Cli,
  image: string,
  options: { platform: string; to: 'stdout' | 'stderr'; silent: boolean; all?: boolean },
): Promise<void> {
  const parsed = parseReference(image);
  const reference = options.all === true ? parsed : tagged(parsed);
  const answer = await cli.api.call('POST', '/images/create', {
    query: {
      fromImage: familiarName(reference),
      tag: reference.digest ?? (options.all === true ? undefined : reference.tag),
      platform: options.platform === '' ? undefined : platformText(options.platform),
    },
    headers: { 'X-Registry-Auth': cli.config.authHeader(registryServer(reference)) },
  });
  await showProgress(cli, jsonStream<ProgressMessage>(answer.body), options.silent ? 'nowhere' : options.to);
}

function platformText(text: string): string {
  const { os, architecture, variant } = parsePlatform(text);
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

/** `docker pull`. */
export const pull: Runner = async (cli, flags, args) => {
  const all = flags.bool('all-tags');
  const quiet = flags.bool('quiet');
  let reference = parseReference(args[0] ?? '');
  const bare = reference.tag === undefined && reference.digest === undefined;
  if (all && !bare) throw new CliError("tag can't be used with --all-tags/-a");
  if (!all && bare) {
    reference = tagged(reference);
    if (!quiet) await cli.print(`Using default tag: ${reference.tag ?? ''}`);
  }
  const platform = flags.string('platform') || (cli.sys.env['DOCKER_DEFAULT_PLATFORM'] ?? '');
  if (platform !== '') checkPlatform(platform);
  await pullImage(cli, familiarString(reference), { platform, to: 'stdout', silent: quiet, all });
  await cli.print(fullString(reference));
  return 0;
};
