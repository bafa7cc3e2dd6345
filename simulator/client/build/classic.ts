/** `docker build` with the classic builder (DOCKER_BUILDKIT=0). */
import { jsonStream } from '../cli/api.ts';
import { HUB_SERVER } from '../cli/config.ts';
import { CliError } from '../cli/errors.ts';
import type { Runner } from '../cli/spec.ts';
import { parseReference } from '../cli/reference.ts';
import { showProgress, type ProgressMessage } from '../format/progress.ts';
import { packTar } from '../format/tar.ts';
import { humanSize } from '../format/units.ts';
import { labelMap } from '../volume/manage.ts';
import { member, readInputs } from './context.ts';

const NOTICE = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`;

/** The classic `docker build`. */
export const buildClassic: Runner = async (cli, flags, args) => {
  await cli.err(NOTICE);
  for (const tag of flags.list('tag')) {
    try {
      parseReference(tag);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`invalid argument ${JSON.stringify(tag)} for "-t, --tag" flag: ${error.message}`, 125);
    }
  }
  let inputs;
  try {
    inputs = await readInputs(cli, args[0] ?? '', flags.string('file'));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.message.replace(/^ERROR: failed to build: /, ''));
  }
  if (inputs.missing) {
    const path = cli.absolute(`${args[0] ?? '.'}/${inputs.dockerfile}`);
    throw new CliError(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
    );
  }
  const dockerfile = inputs.entries.find(({ name }) => name === 'Dockerfile');
  const files = inputs.entries
    .filter(({ name }) => name.startsWith('context/') && name !== 'context/')
    .map((entry) => ({ ...entry, name: entry.name.slice('context/'.length) }));
  if (dockerfile?.data !== undefined && !files.some(({ name }) => name === inputs.dockerfile)) {
    files.push(member(inputs.dockerfile, dockerfile.data));
  }
  const body = packTar(files);
  const quiet = flags.bool('quiet');
  if (!quiet) await cli.print(`Sending build context to Docker daemon  ${humanSize(body.length)}`);
  const env = cli.sys.env;
  const buildArgs = Object.fromEntries(
    flags.list('build-arg').map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? [text, env[text] ?? null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
  const on = (name: string): string | undefined => (flags.bool(name) ? '1' : undefined);
  const answer = await cli.api.call('POST', '/build', {
    query: {
      version: '1',
      t: flags.list('tag'),
      dockerfile: inputs.dockerfile,
      target: flags.string('target') || undefined,
      nocache: on('no-cache'),
      pull: on('pull'),
      rm: flags.bool('rm') ? '1' : '0',
      forcerm: on('force-rm'),
      q: quiet ? '1' : undefined,
      networkmode: flags.string('network'),
      buildargs: JSON.stringify(buildArgs),
      labels: JSON.stringify(labelMap(flags.list('label'))),
      extrahosts: flags.list('add-host'),
      platform: flags.string('platform') || undefined,
    },
    raw: body,
    headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': btoa(JSON.stringify({ [HUB_SERVER]: {} })) },
  });
  let id = '';
  const messages = jsonStream<ProgressMessage>(answer.body);
  const seen: string[] = [];
  async function* watched(): AsyncGenerator<ProgressMessage> {
    for await (const message of messages) {
      if (message.stream !== undefined) seen.push(message.stream);
      yield message;
    }
  }
  try {
    await showProgress(cli, watched(), quiet ? 'nowhere' : 'stdout', (aux) => {
      if (typeof aux === 'object' && aux !== null && 'ID' in aux && typeof aux.ID === 'string') id = aux.ID;
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (quiet) await cli.err(seen.join(''));
    throw error;
  }
  if (quiet) await cli.out(id === '' ? seen.join('') : `${id}\n`);
  if (flags.string('iidfile') !== '') cli.sys.writeFile(flags.string('iidfile'), id);
  return 0;
};
