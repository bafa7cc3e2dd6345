/** `docker create`, and what `docker run` shares with it: request, missing image, warnings. */
import type { Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import { parsePlatform } from '../cli/platform.ts';
import { familiarString, parseReference, tagged } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { buildCreateRequest, type CreateRequest } from './request.ts';
import { isErrno } from '../../kernel/errno.ts';

/** An error of run or create with the hint that follows it. */
export function withHint(message: string, command: string, status = 125): CliError {
  return new CliError(`docker: ${message}\n\nRun 'docker ${command} --help' for more information`, status);
}

/** Checks `--pull`. */
export function checkPull(flags: FlagSet, command: string): void {
  const value = flags.string('pull');
  if (!['always', 'missing', 'never', ''].includes(value)) {
    throw withHint(`invalid pull option: '${value}': must be one of "always", "missing" or "never"`, command);
  }
}

/** The request behind the flags; mistakes in them end the command with 125. */
export async function requestFor(
  cli: Cli,
  flags: FlagSet,
  args: readonly string[],
  command: string,
): Promise<CreateRequest> {
  checkPull(flags, command);
  await cli.daemonKind();
  try {
    return buildCreateRequest(cli, flags, args);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof Error && error.name === 'Error') throw withHint(error.message, command);
    throw error;
  }
}

interface Created {
  Id: string;
  Warnings: string[] | null;
}

/** Reserves the file for the container's id; it must not exist. */
function openCidFile(cli: Cli, path: string): void {
  if (path === '') return;
  try {
    cli.sys.stat(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    cli.sys.writeFile(path, '');
    return;
  }
  throw new CliError(`container ID file found, make sure the other container isn't running or delete ${path}`);
}

/** Creates the container, pulling the image when it is missing; returns the id. */
export async function createContainer(cli: Cli, flags: FlagSet, request: CreateRequest): Promise<string> {
  const platformText = flags.string('platform') || (cli.sys.env['DOCKER_DEFAULT_PLATFORM'] ?? '');
  const platform = platformText === '' ? undefined : parsePlatform(platformText);
  const cidFile = flags.string('cidfile');
  openCidFile(cli, cidFile);
  let done = false;
  try {
    const image = request.Image;
    const isId = /^(sha256:)?[a-f0-9]{64}$/.test(image);
    const reference = isId ? undefined : tagged(parseReference(image));
    if (flags.bool('use-api-socket')) {
      const socket = '/var/run/docker.sock';
      request.HostConfig.Mounts = [
        ...(request.HostConfig.Mounts ?? []),
        { Type: 'bind', Source: socket, Target: socket, BindOptions: {} },
      ];
    }
    const pull = flags.string('pull');
    const quiet = flags.bool('quiet');
    const { pullImage } = await cli.sys.external(import('../image/pull.ts'));
    if (pull === 'always') await pullImage(cli, image, { platform: platformText, to: 'stderr', silent: quiet });
    if (cli.outIsTerminal) {
      const { rows, columns } = cli.sys.windowSize(1);
      request.HostConfig.ConsoleSize = [rows, columns];
    }
    const name = flags.string('name');
    const platformQuery =
      platform === undefined
        ? undefined
        : [platform.os, platform.architecture, platform.variant].filter((part) => part !== undefined).join('/');
    const send = (): Promise<Created> =>
      cli.api.json<Created>('POST', '/containers/create', {
        query: { name: name === '' ? undefined : name, platform: platformQuery },
        body: request,
      });
    let created: Created;
    try {
      created = await send();
    } catch (error) {
      const missing =
        error instanceof DaemonError && error.httpStatus === 404 && reference !== undefined && pull === 'missing';
      if (!missing) throw error;
      if (!quiet) await cli.printErr(`Unable to find image '${familiarString(reference)}' locally`);
      await pullImage(cli, image, { platform: platformText, to: 'stderr', silent: quiet });
      created = await send();
    }
    for (const warning of created.Warnings ?? []) await cli.printErr(`WARNING: ${warning}`);
    if (cidFile !== '') cli.sys.writeFile(cidFile, created.Id);
    done = true;
    return created.Id;
  } finally {
    if (!done && cidFile !== '') cli.sys.unlink(cidFile);
  }
}

/** `docker create`. */
export const create: Runner = async (cli, flags, args) => {
  const request = await requestFor(cli, flags, args, 'create');
  await cli.print(await createContainer(cli, flags, request));
  return 0;
};
