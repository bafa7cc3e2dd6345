/** `docker cp`. */
import { readAll } from '../../http/http.ts';
import { isErrno } from '../../kernel/errno.ts';
import { cleanPath, type Cli } from '../cli/cli.ts';
import { CliError, DaemonError } from '../cli/errors.ts';
import { fileError, treeEntries, writeEntries } from '../cli/local-files.ts';
import type { Runner } from '../cli/spec.ts';
import { packTar, unpackTar, type TarEntry } from '../format/tar.ts';
import { humanSize } from '../format/units.ts';
import { containerPath } from './lifecycle.ts';

/** Go's os.FileMode bits. */
const MODE_DIR = 2 ** 31;
const MODE_SYMLINK = 2 ** 27;

interface PathStat {
  name: string;
  size: number;
  mode: number;
  linkTarget: string;
}

interface CopyInfo {
  readonly path: string;
  readonly exists: boolean;
  readonly isDir: boolean;
}

/** `CONTAINER:PATH`, or a local path (absolute, or starting with a dot, or without a colon). */
function splitArg(arg: string): { container: string; path: string } {
  const colon = arg.indexOf(':');
  if (arg.startsWith('/') || colon < 0 || arg.startsWith('.')) return { container: '', path: arg };
  return { container: arg.slice(0, colon), path: arg.slice(colon + 1) };
}

const assertsDirectory = (path: string): boolean => path.endsWith('/') || path === '.' || path.endsWith('/.');

/** Directory and last part; `x/.` has the last part `.`. */
function splitPath(path: string): [string, string] {
  let clean = cleanPath(path);
  if (path === '.' || path.endsWith('/.')) clean = clean === '/' ? '/.' : `${clean}/.`;
  const slash = clean.lastIndexOf('/');
  const dir = slash < 0 ? '.' : clean.slice(0, slash);
  return [dir === '' ? '/' : dir, clean.slice(slash + 1)];
}

/** Where the archive is unpacked, and under which name its first part. */
function prepare(
  entries: readonly TarEntry[],
  source: CopyInfo,
  target: CopyInfo,
): { dir: string; entries: readonly TarEntry[] } {
  if (target.exists && target.isDir) return { dir: target.path, entries };
  if (target.exists && source.isDir) throw new CliError('cannot copy directory');
  if (!target.exists && !source.isDir && assertsDirectory(target.path)) throw new CliError('no such directory');
  const [dir, base] = splitPath(target.path);
  const [, from] = splitPath(source.path);
  return { dir, entries: entries.map((entry) => rename(entry, from, base)) };
}

function rename(entry: TarEntry, from: string, to: string): TarEntry {
  const one = (name: string): string =>
    name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : name;
  const linkname = entry.type === 'link' && entry.linkname !== undefined ? one(entry.linkname) : entry.linkname;
  return { ...entry, name: one(entry.name), ...(linkname === undefined ? {} : { linkname }) };
}

/** An absolute path that keeps a trailing slash or dot. */
function localPath(cli: Cli, path: string): string {
  const absolute = cli.absolute(path);
  if (path.endsWith('/.') || path === '.') return absolute === '/' ? '/.' : `${absolute}/.`;
  return path.endsWith('/') && !absolute.endsWith('/') ? `${absolute}/` : absolute;
}

function checkOutput(cli: Cli, path: string): void {
  const dir = cleanPath(`${cleanPath(path)}/..`);
  try {
    cli.sys.stat(dir);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new CliError(`invalid output path: directory ${JSON.stringify(dir)} does not exist`);
  }
}

function pathStat(header: string | undefined): PathStat | undefined {
  if (header === undefined || header === '') return undefined;
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(header), (char) => char.charCodeAt(0)))) as PathStat;
}

const isDir = (stat: PathStat): boolean => Math.floor(stat.mode / MODE_DIR) % 2 === 1;

function summary(content: number, transferred: number, target: string): string {
  const size = humanSize(content, 3);
  return content === transferred
    ? `Successfully copied ${size} to ${target}\n`
    : `Successfully copied ${size} (transferred ${humanSize(transferred, 3)}) to ${target}\n`;
}

/** What a terminal shows while copying: a line that is wiped at the end. */
async function progress(cli: Cli, header: string, size: number): Promise<void> {
  if (!cli.errIsTerminal) return;
  await cli.err(`\x1b[sPreparing to copy...\x1b[?25l\x1b[u\x1b[2K${header}${humanSize(0, 3)}`);
  await cli.err(`\x1b[${header.length + 1}G\x1b[K${humanSize(size, 3)}\x1b[?25h\x1b[u\x1b[2K`);
}

async function fromContainer(
  cli: Cli,
  container: string,
  source: string,
  target: string,
  quiet: boolean,
  follow: boolean,
): Promise<number> {
  const local = target === '-' ? target : localPath(cli, target);
  if (target !== '-') checkOutput(cli, local);
  let path = source;
  if (follow) {
    const stat = await statInside(cli, container, source);
    if (stat !== undefined && Math.floor(stat.mode / MODE_SYMLINK) % 2 === 1) {
      path = stat.linkTarget.startsWith('/')
        ? stat.linkTarget
        : cleanPath(`${splitPath(source)[0]}/${stat.linkTarget}`);
    }
  }
  const answer = await cli.api.call('GET', containerPath(container, '/archive'), { query: { path } });
  if (target === '-') {
    for await (const chunk of answer.body) await cli.out(chunk);
    return 0;
  }
  const stat = pathStat(answer.headers.get('x-docker-container-path-stat'));
  const archive = await readAll(answer.body);
  const fromDir = stat !== undefined && isDir(stat);
  const info: CopyInfo = { path, exists: true, isDir: fromDir };
  let entries: readonly TarEntry[] = unpackTar(archive);
  if (path !== source) entries = entries.map((entry) => rename(entry, splitPath(path)[1], splitPath(source)[1]));
  const prepared = prepare(entries, path === source ? info : { ...info, path: source }, localInfo(cli, local));
  writeEntries(cli.sys, prepared.dir, prepared.entries);
  if (!quiet) {
    await progress(cli, 'Copying from container - ', archive.length);
    await cli.err(summary(fromDir ? archive.length : (stat?.size ?? archive.length), archive.length, local));
  }
  return 0;
}

function localInfo(cli: Cli, path: string): CopyInfo {
  let at = path;
  for (let i = 0; i < 10; i++) {
    try {
      const stat = cli.sys.lstat(at);
      if (stat.type !== 'symlink') return { path: at, exists: true, isDir: stat.type === 'dir' };
      const link = cli.sys.readlink(at);
      at = link.startsWith('/') ? link : cleanPath(`${splitPath(at)[0]}/${link}`);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return { path: at, exists: false, isDir: false };
      if (isErrno(error, 'ENOTDIR')) throw new CliError('not a directory');
      throw error;
    }
  }
  throw new CliError(`too many symlinks in ${path}`);
}

async function statInside(cli: Cli, container: string, path: string): Promise<PathStat | undefined> {
  try {
    const answer = await cli.api.call('HEAD', containerPath(container, '/archive'), { query: { path } });
    return pathStat(answer.headers.get('x-docker-container-path-stat'));
  } catch (error) {
    // Whether the target can be written shows when the archive is sent.
    if (error instanceof DaemonError) return undefined;
    throw error;
  }
}

async function insideInfo(cli: Cli, container: string, path: string): Promise<CopyInfo> {
  const stat = await statInside(cli, container, path);
  if (stat === undefined) return { path, exists: false, isDir: false };
  if (Math.floor(stat.mode / MODE_SYMLINK) % 2 === 0) return { path, exists: true, isDir: isDir(stat) };
  const link = stat.linkTarget.startsWith('/')
    ? stat.linkTarget
    : cleanPath(`${splitPath(path)[0]}/${stat.linkTarget}`);
  const target = await statInside(cli, container, link);
  return target === undefined
    ? { path: link, exists: false, isDir: false }
    : { path: link, exists: true, isDir: isDir(target) };
}

async function toContainer(
  cli: Cli,
  container: string,
  source: string,
  target: string,
  options: { quiet: boolean; follow: boolean; archive: boolean },
): Promise<number> {
  const info = await insideInfo(cli, container, target);
  const send = (dir: string, raw: Uint8Array): Promise<unknown> =>
    cli.api.call('PUT', containerPath(container, '/archive'), {
      query: { path: dir, noOverwriteDirNonDir: 'true', copyUIDGID: options.archive ? 'true' : undefined },
      raw,
      headers: { 'Content-Type': 'application/x-tar' },
    });
  if (source === '-') {
    if (!info.isDir) throw new CliError(`destination "${container}:${target}" must be a directory`);
    const data = await cli.readStdin();
    await send(info.path, data);
    if (!options.quiet) await cli.err(summary(data.length, data.length, `${container}:${info.path}`));
    return 0;
  }
  const local = localPath(cli, source);
  let real: string;
  let directory: boolean;
  try {
    const follow = options.follow || assertsDirectory(local);
    real = follow ? cli.sys.realpath(local) : cleanPath(local);
    directory = cli.sys.lstat(real).type === 'dir';
    if (local.endsWith('/') && !directory) throw new CliError('not a directory');
  } catch (error) {
    throw error instanceof CliError ? error : fileError('lstat', cleanPath(local), error);
  }
  const [, base] = splitPath(local);
  const entries = treeEntries(cli.sys, real, base);
  const prepared = prepare(entries, { path: local, exists: true, isDir: directory }, info);
  const data = packTar(prepared.entries);
  await send(prepared.dir, data);
  if (!options.quiet) {
    const content = entries.reduce((sum, entry) => sum + (entry.data?.length ?? 0), 0);
    await progress(cli, 'Copying to container - ', data.length);
    await cli.err(summary(content, data.length, `${container}:${info.path}`));
  }
  return 0;
}

/** `docker cp`. */
export const copy: Runner = async (cli, flags, args) => {
  const [from = '', to = ''] = args;
  if (from === '') throw new CliError('source can not be empty');
  if (to === '') throw new CliError('destination can not be empty');
  const quiet = flags.changed('quiet') ? flags.bool('quiet') : !cli.outIsTerminal;
  const source = splitArg(from);
  const target = splitArg(to);
  const follow = flags.bool('follow-link');
  if (source.container !== '' && target.container !== '')
    throw new CliError('copying between containers is not supported');
  if (source.container !== '') return fromContainer(cli, source.container, source.path, target.path, quiet, follow);
  if (target.container !== '') {
    return toContainer(cli, target.container, source.path, target.path, {
      quiet,
      follow,
      archive: flags.bool('archive'),
    });
  }
  throw new CliError('must specify at least one container source');
};
