/** `docker save`, `docker load` and `docker import`. */
import { jsonStream } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { fileError } from '../cli/local-files.ts';
import { writeStream } from '../cli/output-file.ts';
import { checkPlatform, parsePlatform } from '../cli/platform.ts';
import { parseReference } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { showProgress, type ProgressMessage } from '../format/progress.ts';

/** `docker save`. */
export const save: Runner = async (cli, flags, args) => {
  const output = flags.string('output');
  const platforms = flags.list('platform').map(checkPlatform);
  if (output === '' && cli.outIsTerminal) {
    throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  return writeStream(cli, output, 'failed to save image', async () => {
    const answer = await cli.api.call('GET', '/images/get', {
      query: { names: args, platform: platforms.length === 0 ? undefined : platforms },
    });
    return answer.body;
  });
};

async function* readFd(cli: Cli, fd: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = await cli.sys.read(fd);
    if (chunk.length === 0) return;
    yield chunk;
  }
}

function openInput(cli: Cli, path: string): number {
  try {
    return cli.sys.open(path, { read: true });
  } catch (error) {
    throw fileError('open', path, error);
  }
}

/** `docker load`. */
export const load: Runner = async (cli, flags) => {
  const path = flags.string('input');
  const platforms = flags.list('platform').map(checkPlatform);
  if (path === '' && cli.inIsTerminal) throw new CliError('requested load from stdin, but stdin is empty');
  const fd = path === '' ? 0 : openInput(cli, path);
  const quiet = flags.bool('quiet') || !cli.outIsTerminal;
  const answer = await cli.api.call('POST', '/images/load', {
    query: { quiet: quiet ? '1' : '0', platform: platforms.length === 0 ? undefined : platforms },
    raw: readFd(cli, fd),
    headers: { 'Content-Type': 'application/x-tar' },
  });
  if (answer.headers.get('content-type')?.startsWith('application/json') === true) {
    await showProgress(cli, jsonStream<ProgressMessage>(answer.body), 'stdout');
  } else for await (const chunk of answer.body) await cli.out(chunk);
  return 0;
};

/** `docker import`. */
export const importImage: Runner = async (cli, flags, args) => {
  const [source = '', name] = args;
  if (name !== undefined) parseReference(name);
  const platform = flags.string('platform');
  const isUrl = /^https?:\/\//.test(source);
  const fd = source === '-' ? 0 : isUrl ? undefined : openInput(cli, source);
  const { os, architecture, variant } =
    platform === '' ? { os: '', architecture: '', variant: undefined } : parsePlatform(platform);
  const colon = name?.lastIndexOf(':') ?? -1;
  const hasTag = name !== undefined && colon > name.lastIndexOf('/');
  const answer = await cli.api.call('POST', '/images/create', {
    query: {
      fromSrc: fd === undefined ? source : '-',
      repo: name === undefined ? undefined : hasTag ? name.slice(0, colon) : name,
      tag: hasTag ? name.slice(colon + 1) : undefined,
      message: flags.string('message') || undefined,
      changes: flags.list('change'),
      platform:
        platform === '' ? undefined : [os, architecture, variant].filter((part) => part !== undefined).join('/'),
    },
    ...(fd === undefined ? {} : { raw: readFd(cli, fd) }),
  });
  await showProgress(cli, jsonStream<ProgressMessage>(answer.body), 'stdout');
  return 0;
};
