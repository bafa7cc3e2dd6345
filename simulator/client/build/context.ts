/** The build context and what goes with it: the archive that is the request's body. */
import { isErrno } from '../../kernel/errno.ts';
import { PatternMatcher, readIgnoreFile } from '../../dockerfile/ignore.ts';
import { cleanPath, type Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { entryOf, goReason, Links } from '../cli/local-files.ts';
import { packTar, unpackTar, type TarEntry } from '../format/tar.ts';

export interface BuildInputs {
  readonly entries: TarEntry[];
  /** As messages name it: the path within the context, or the file's name. */
  readonly dockerfile: string;
  /** The Dockerfile was looked for and is not there. */
  readonly missing: boolean;
}

const encoder = new TextEncoder();
const failed = (message: string): CliError => new CliError(`ERROR: failed to build: ${message}`);

/** A file of the request's own making. */
export function member(name: string, data: Uint8Array | string): TarEntry {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  return { name, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, data: bytes };
}

function readIf(cli: Cli, path: string): Uint8Array | undefined {
  try {
    return cli.sys.stat(path).type === 'file' ? cli.sys.readFile(path) : undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** All of a folder but what the patterns leave out. */
export function folder(cli: Cli, root: string, prefix: string, matcher: PatternMatcher | undefined): TarEntry[] {
  const entries: TarEntry[] = [entryOf(cli.sys, root, prefix)];
  const links = new Links();
  const visit = (path: string): TarEntry[] => {
    const names = cli.sys
      .readdir(path === '' ? root : `${root}/${path}`)
      .map(({ name }) => name)
      .sort();
    return names.flatMap((name) => {
      const here = path === '' ? name : `${path}/${name}`;
      const ignored = matcher?.matches(here) ?? false;
      let entry: TarEntry;
      try {
        entry = entryOf(cli.sys, `${root}/${here}`, prefix + here, ignored ? undefined : links);
      } catch (error) {
        // What the user may not read stops the build, unless it is ignored.
        if (!isErrno(error)) throw error;
        if (ignored) return [];
        throw failed(
          `failed to solve: error from sender: open ${cli.absolute(`${root}/${here}`)}: ${goReason(error.message)}`,
        );
      }
      if (entry.type !== 'dir') return ignored ? [] : [entry];
      if (ignored && matcher?.mayReinclude(here) !== true) return [];
      const below = visit(here);
      return ignored && below.length === 0 ? [] : [entry, ...below];
    });
  };
  return [...entries, ...visit('')];
}

function isArchive(data: Uint8Array): boolean {
  const gzip = data[0] === 0x1f && data[1] === 0x8b;
  const tar = new TextDecoder().decode(data.subarray(257, 262)) === 'ustar';
  return gzip || tar;
}

async function fromStdin(cli: Cli, dockerfile: string): Promise<BuildInputs> {
  const data = await cli.readStdin();
  if (!isArchive(data)) return { entries: [member('Dockerfile', data)], dockerfile: 'Dockerfile', missing: false };
  let bytes = data;
  if (data[0] === 0x1f) {
    const { gunzipSync } = await cli.sys.external(import('fflate'));
    bytes = gunzipSync(data);
  }
  const entries = unpackTar(bytes).map((entry) => ({ ...entry, name: `context/${entry.name.replace(/^\.?\//, '')}` }));
  return { entries, dockerfile: dockerfile === '' ? 'Dockerfile' : dockerfile, missing: false };
}

/** Reads the context at `path`, and the Dockerfile that `-f` names. */
export async function readInputs(cli: Cli, path: string, dockerfile: string): Promise<BuildInputs> {
  if (path === '-') {
    if (dockerfile === '-') throw failed("invalid argument: can't use stdin for both build context and dockerfile");
    return fromStdin(cli, dockerfile);
  }
  if (/^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(path)) {
    throw failed(`building from ${path} is not simulated here: give a folder, or - for standard input`);
  }
  if (!isDir(cli, path)) throw failed(`unable to prepare context: path ${JSON.stringify(path)} not found`);
  const root = path === '/' ? '/' : path.replace(/\/+$/, '');
  const inside = cleanPath(cli.absolute(root));
  let name = 'Dockerfile';
  let text: Uint8Array | undefined;
  let ignoreText: Uint8Array | undefined;
  if (dockerfile === '-') text = await cli.readStdin();
  else {
    const file = dockerfile === '' ? `${root}/Dockerfile` : dockerfile;
    text = readIf(cli, file);
    // On a case-insensitive look the plain name may be written small.
    if (text === undefined && dockerfile === '') text = readIf(cli, `${root}/dockerfile`);
    const absolute = cli.absolute(file);
    name = absolute.startsWith(`${inside}/`) ? absolute.slice(inside.length + 1) : (absolute.split('/').at(-1) ?? name);
    ignoreText = readIf(cli, `${file}.dockerignore`);
  }
  ignoreText ??= readIf(cli, `${root}/.dockerignore`);
  const patterns = ignoreText === undefined ? [] : readIgnoreFile(new TextDecoder().decode(ignoreText));
  const matcher = patterns.length === 0 ? undefined : new PatternMatcher(patterns);
  const entries = folder(cli, root, 'context/', matcher);
  if (text !== undefined) entries.push(member('Dockerfile', text));
  if (ignoreText !== undefined) entries.push(member('dockerignore', ignoreText));
  return { entries, dockerfile: name, missing: text === undefined };
}

/** The folder behind `--build-context NAME=PATH`. */
export function namedFolder(cli: Cli, name: string, path: string): TarEntry[] {
  return folder(cli, path.replace(/\/+$/, '') || '/', `contexts/${name}/`, undefined);
}

export function isDir(cli: Cli, path: string): boolean {
  try {
    return cli.sys.stat(path).type === 'dir';
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/** The body of the request. */
export function packBody(entries: readonly TarEntry[]): Uint8Array {
  return packTar(entries);
}
