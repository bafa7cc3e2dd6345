/** gzip, gunzip, zcat. */
import { gunzipSync, gzipSync } from 'fflate';
import { isErrno } from '../../kernel/errno.ts';
import { ask, peek } from '../files/walk.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';

const run =
  (given: 'gzip' | 'gunzip' | 'zcat'): Tool =>
  async (io) => {
    const rules: OptionRules = {
      short: io.busybox ? 'cdfktq123456789' : 'cdfhklLnNqrS:tvV123456789',
      long: io.busybox
        ? {}
        : {
            stdout: 'c',
            'to-stdout': 'c',
            decompress: 'd',
            uncompress: 'd',
            force: 'f',
            keep: 'k',
            list: 'l',
            quiet: 'q',
            recursive: 'r',
            test: 't',
            verbose: 'v',
            fast: '1',
            best: '9',
            'no-name': 'n',
          },
      usage: '[-cfkdt123456789] [FILE]...',
    };
    const options = await parseOptions(io, rules);
    const unpack = given !== 'gzip' || options.has('d') || options.has('t');
    const toOut = given === 'zcat' || options.has('c');
    const level = Number(options.last('1', '2', '3', '4', '5', '6', '7', '8', '9') ?? 6) as 6;
    let failed = false;
    for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
      if (
        !(await one(
          io,
          path,
          unpack,
          toOut || path === '-',
          options.has('k') || options.has('t'),
          options.has('f'),
          options.has('t'),
          level,
        ))
      )
        failed = true;
    }
    return failed ? 1 : 0;
  };

async function one(
  io: Io,
  path: string,
  unpack: boolean,
  toOut: boolean,
  keep: boolean,
  force: boolean,
  testing: boolean,
  level: 6,
): Promise<boolean> {
  const bare = path.replace(/^.*\//, '');
  let source = path;
  if (unpack && path !== '-' && !/\.(?:gz|tgz|Z)$/.test(path)) {
    if (!peek(io, path, true) && peek(io, `${path}.gz`, true)) source = `${path}.gz`;
    else if (peek(io, path, true) && !toOut && !testing) {
      await io.fail(`${path}: unknown suffix${io.busybox ? ' - ignored' : ' -- ignored'}`);
      return false;
    }
  }
  if (!unpack && /\.gz$/.test(path) && !force && !toOut) {
    await io.fail(io.busybox ? `${path}: already has .gz suffix` : `${path} already has .gz suffix -- unchanged`);
    return io.busybox;
  }
  let data: Uint8Array;
  try {
    if (source !== '-' && io.sys.stat(source).type === 'dir') {
      await io.fail(io.busybox ? `${source}: is a directory - ignored` : `${source} is a directory -- ignored`);
      return false;
    }
    if (!unpack && source === '-' && io.sys.isatty(1) && !force) {
      await io.fail(
        io.busybox
          ? 'compressed data not written to terminal, use -f to force it'
          : 'compressed data not written to a terminal. Use -f to force compression.',
      );
      return false;
    }
    const fd = io.open(source);
    data = await io.all(fd);
    io.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`${unpack && !io.busybox && !/\.gz$/.test(path) ? `${path}.gz` : source}: ${error.message}`);
    return false;
  }
  let out: Uint8Array;
  if (unpack) {
    if (data[0] !== 0x1f || data[1] !== 0x8b) {
      if (data.length === 0)
        await io.fail(io.busybox ? 'corrupted data' : `${source === '-' ? 'stdin' : source}: unexpected end of file`);
      else await io.fail(io.busybox ? 'invalid magic' : `${source === '-' ? 'stdin' : source}: not in gzip format`);
      if (!io.busybox && source === '-') await io.error('');
      return false;
    }
    try {
      out = gunzipSync(data);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      await io.fail(io.busybox ? 'corrupted data' : `${source === '-' ? 'stdin' : source}: unexpected end of file`);
      return false;
    }
  } else out = gzipSync(data, { level, mtime: 0, ...(source === '-' ? {} : { filename: bare }) });
  if (testing) return true;
  if (toOut) {
    await io.bytes(out);
    return true;
  }
  const target = unpack ? source.replace(/\.tgz$/, '.tar').replace(/\.(?:gz|Z)$/, '') : `${source}.gz`;
  if (peek(io, target) && !force) {
    if (io.busybox) {
      await io.fail(`can't open '${target}': File exists`);
      return false;
    }
    if (
      !(await ask(
        io,
        `${io.name}: ${target} already exists;${io.sys.isatty(0) ? ' do you wish to overwrite (y or n)? ' : '\tnot overwritten\n'}`,
      ))
    )
      return false;
  }
  const stat = io.sys.stat(source);
  io.sys.writeFile(target, out);
  io.sys.chmod(target, stat.mode);
  io.sys.utimes(target, stat.atime, stat.mtime);
  if (!keep) io.sys.unlink(source);
  return true;
}

export const gzip = run('gzip');
export const gunzip = run('gunzip');
export const zcat = run('zcat');
