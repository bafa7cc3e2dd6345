/** `docker build`, that is `docker buildx build`. */
import type { BuildResult, BuildTrace } from '../../api/build.ts';
import { BUILD_ARCHIVE, BUILD_RESULT, BUILD_TRACE, type BuildArchivePart } from '../../api/build-request.ts';
import { isErrno } from '../../kernel/errno.ts';
import { jsonStream } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError, ConnectionError, DaemonError } from '../cli/errors.ts';
import { writeEntries } from '../cli/local-files.ts';
import type { Runner } from '../cli/spec.ts';
import { unpackTar } from '../format/tar.ts';
import { printCall } from './calls.ts';
import { packBody, readInputs } from './context.ts';
import { progressMode, ProgressView, type ProgressMode } from './display.ts';
import { errorFrame } from './frame.ts';
import { metadata, saveLocalState } from './metadata.ts';
import { readOptions, type BuildOptions, type OutputTarget } from './options.ts';

interface Message {
  id?: string;
  aux?: unknown;
  error?: string;
  errorDetail?: { message?: string };
}

interface Answer {
  readonly result: BuildResult;
  readonly archives: readonly (readonly Uint8Array[])[];
}

/** `docker buildx build`. */
export const build: Runner = async (cli, flags, args) => {
  const options = readOptions(cli, flags);
  removeStale(cli, flags.string('iidfile'));
  const progress = flags.string('progress') || (cli.sys.env['BUILDKIT_PROGRESS'] ?? 'auto');
  let quiet = flags.bool('quiet') || progress === 'quiet';
  let mode: ProgressMode = progressMode(progress);
  if (quiet) {
    if (mode !== 'auto' && mode !== 'quiet')
      throw new CliError(`ERROR: progress=${progress} and quiet cannot be used together`);
    mode = 'quiet';
  }
  if (options.call !== 'build') quiet = false;
  for (const warning of options.warnings) await cli.err(warning);
  const view = new ProgressView(cli, mode);
  const inputs = await readInputs(cli, args[0] ?? '', flags.string('file'));
  const body = packBody([...inputs.entries, ...options.extra]);
  const query = {
    ...options.query,
    dockerfile: inputs.dockerfile,
    dockerfilemissing: inputs.missing ? '1' : undefined,
  };
  const answer = await send(cli, query, body, view);
  const { result } = answer;
  saveLocalState(cli, result.ref, args[0] ?? '', flags.string('file'));
  if (result.error !== undefined) {
    const frame = result.error.frame === undefined ? '' : errorFrame(result.error.frame);
    if (frame !== '') await cli.err(frame);
    throw new CliError(`ERROR: failed to build: failed to solve: ${result.error.message}`);
  }
  await writeOutputs(cli, options.outputs, answer.archives);
  const id = result.id ?? '';
  if (quiet && id !== '') await cli.print(id);
  if (flags.string('iidfile') !== '') cli.sys.writeFile(flags.string('iidfile'), id);
  if (flags.string('metadata-file') !== '') cli.sys.writeFile(flags.string('metadata-file'), metadata(cli, result));
  return result.call === undefined ? 0 : printCall(cli, result.call, options.callFormat);
};

function removeStale(cli: Cli, path: string): void {
  if (path === '') return;
  try {
    cli.sys.unlink(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

/** Sends the request and shows the progress until the result is there. */
async function send(cli: Cli, query: BuildOptions['query'], body: Uint8Array, view: ProgressView): Promise<Answer> {
  const archives: Uint8Array[][] = [];
  let result: BuildResult | undefined;
  try {
    const answer = await cli.api.call('POST', '/build', {
      query,
      raw: body,
      headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': btoa('{}') },
    });
    for await (const message of jsonStream<Message>(answer.body)) {
      const failure = message.errorDetail?.message ?? message.error;
      if (failure !== undefined) result = { error: { message: failure } };
      else if (message.id === BUILD_TRACE) await view.update(message.aux as BuildTrace);
      else if (message.id === BUILD_RESULT) result = message.aux as BuildResult;
      else if (message.id === BUILD_ARCHIVE) {
        const part = message.aux as BuildArchivePart;
        (archives[part.output] ??= []).push(Uint8Array.from(atob(part.data), (char) => char.charCodeAt(0)));
      }
    }
  } catch (error) {
    if (error instanceof ConnectionError) throw new CliError(`ERROR: ${error.message}`);
    if (error instanceof DaemonError) throw new CliError(`ERROR: failed to build: ${error.detail}`);
    throw error;
  }
  await view.finish();
  if (result === undefined)
    throw new CliError(
      'ERROR: failed to build: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
    );
  return { result, archives };
}

async function writeOutputs(cli: Cli, outputs: readonly OutputTarget[], archives: Answer['archives']): Promise<void> {
  const files = outputs.filter(({ dest }) => dest !== '');
  for (const [i, { spec, dest }] of files.entries()) {
    const parts = archives[i] ?? [];
    const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      data.set(part, at);
      at += part.length;
    }
    if (spec.type === 'local') {
      makeDirs(cli, cli.absolute(dest));
      writeEntries(cli.sys, cli.absolute(dest), unpackTar(data));
    } else if (dest === '-') await cli.out(data);
    else cli.sys.writeFile(dest, data);
  }
}

function makeDirs(cli: Cli, path: string): void {
  const parts = path.split('/').filter((part) => part !== '');
  parts.forEach((_, i) => {
    try {
      cli.sys.mkdir(`/${parts.slice(0, i + 1).join('/')}`, 0o755);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  });
}
