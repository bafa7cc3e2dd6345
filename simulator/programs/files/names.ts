/** basename, dirname, readlink, realpath, stat, pwd, sync. */
import type { FileType, Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { fullDate } from '../dates.ts';
import { baseName, dirName, join, modeString, quote, rawMode, shellName } from '../format.ts';
import { Names } from '../identity.ts';
import type { Io, Tool } from '../io.ts';
import { extraOperand, missingOperand, parseOptions, type OptionRules } from '../options.ts';
import { unescape } from '../printf.ts';
import { relative } from './make.ts';
import { typeName } from './walk.ts';

/** basename(1). */
export const basename: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? '' : 'as:z',
    long: io.busybox ? {} : { multiple: 'a', suffix: ':s', zero: 'z' },
    stopEarly: true,
    usage: 'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...',
  };
  const options = await parseOptions(io, rules);
  const [path, suffix, extra] = options.operands;
  if (path === undefined) await missingOperand(io, rules);
  const strip = (name: string, end: string | undefined): string =>
    end !== undefined && end !== '' && name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name;
  const end = options.has('z') ? '\0' : '\n';
  if (options.has('a') || options.has('s')) {
    for (const operand of options.operands) await io.out(strip(baseName(operand), options.get('s')) + end);
    return 0;
  }
  if (extra !== undefined) await extraOperand(io, rules, extra);
  await io.out(strip(baseName(path!), suffix) + end);
  return 0;
};

/** dirname(1). */
export const dirname: Tool = async (io) => {
  const rules: OptionRules = { short: io.busybox ? '' : 'z', long: io.busybox ? {} : { zero: 'z' }, usage: 'FILENAME' };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  for (const path of options.operands) await io.out(dirName(path) + (options.has('z') ? '\0' : '\n'));
  return 0;
};

/** Follows a path as far as it exists. `mode`: every part (e), all but the last (f) or none (m) must exist. */
function canonical(io: Io, path: string, mode: 'e' | 'f' | 'm'): string {
  const absolute = path.startsWith('/') ? path : join(io.sys.cwd(), path);
  let real = '/';
  const parts = absolute.split('/').filter((part) => part !== '' && part !== '.');
  let hops = 0;
  while (parts.length > 0) {
    const part = parts.shift()!;
    if (part === '..') {
      real = dirName(real);
      continue;
    }
    const next = join(real, part);
    let stat: Stat | undefined;
    try {
      stat = io.sys.lstat(next);
    } catch (error) {
      const missing = isErrno(error) && (error.code === 'ENOENT' || (error.code === 'ENOTDIR' && mode === 'm'));
      if (!missing || mode === 'e' || (mode === 'f' && parts.length > 0)) throw error;
    }
    if (stat?.type === 'symlink' && hops++ < 40) {
      const target = io.sys.readlink(next);
      if (target.startsWith('/')) real = '/';
      parts.unshift(...target.split('/').filter((p) => p !== '' && p !== '.'));
      continue;
    }
    real = next;
  }
  return real;
}

/** readlink(1). */
export const readlink: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'fnve', usage: '[-fnv] FILE' }
    : {
        short: 'efmnqsvz',
        long: {
          canonicalize: 'f',
          'canonicalize-existing': 'e',
          'canonicalize-missing': 'm',
          'no-newline': 'n',
          quiet: 'q',
          silent: 's',
          verbose: 'v',
          zero: 'z',
        },
      };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  const mode = options.last('e', 'f', 'm') as 'e' | 'f' | 'm' | undefined;
  let failed = false;
  for (const path of options.operands) {
    try {
      const text = mode === undefined ? io.sys.readlink(path) : canonical(io, path, mode);
      await io.out(text + (options.has('n') ? '' : options.has('z') ? '\0' : '\n'));
    } catch (error) {
      const reason = io.reason(error);
      if (options.has('v')) await io.fail(`${path}: ${reason}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

/** realpath(1). */
export const realpath: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? '' : 'eLmPqsz',
    long: io.busybox
      ? {}
      : {
          'canonicalize-existing': 'e',
          'canonicalize-missing': 'm',
          logical: 'L',
          physical: 'P',
          quiet: 'q',
          strip: 's',
          'no-symlinks': 's',
          zero: 'z',
          'relative-to': ':to',
          'relative-base': ':base',
        },
    usage: 'FILE...',
  };
  const options = await parseOptions(io, rules);
  const operands = options.operands.length === 0 && io.busybox ? ['.'] : options.operands;
  if (operands.length === 0) await missingOperand(io, rules);
  let failed = false;
  for (const path of operands) {
    try {
      let real = canonical(io, path, options.has('e') ? 'e' : options.has('m') ? 'm' : 'f');
      const to = options.get('to');
      if (to !== undefined) real = relative(io, canonical(io, to, 'm'), real);
      await io.out(real + (options.has('z') ? '\0' : '\n'));
    } catch (error) {
      const reason = io.reason(error);
      if (!options.has('q')) await io.fail(`${path}: ${reason}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

/** pwd(1). */
export const pwd: Tool = async (io) => {
  await parseOptions(io, { short: 'LP', long: io.busybox ? {} : { logical: 'L', physical: 'P' } });
  await io.out(`${io.sys.cwd()}\n`);
  return 0;
};

/** sync(1). */
export const sync: Tool = async (io) => {
  await parseOptions(io, { short: 'df', long: io.busybox ? {} : { data: 'd', 'file-system': 'f' } });
  io.sys.sync();
  return 0;
};

const STAT_TYPE: Record<FileType, string> = {
  file: 'regular file',
  dir: 'directory',
  symlink: 'symbolic link',
  char: 'character special file',
  block: 'block special file',
  fifo: 'fifo',
  socket: 'socket',
};

function statFormat(io: Io, format: string, path: string, stat: Stat, names: Names): string {
  const time = (ms: number, c: string): string =>
    c === c.toLowerCase() ? fullDate(ms) : String(Math.floor(ms / 1000));
  return format.replace(
    /%([-#0 +]*)(\d*)(?:\.(\d+))?[HL]?([a-zA-Z%])/g,
    (whole, flags: string, width: string, precision: string | undefined, c: string) => {
      const value = ((): string | undefined => {
        switch (c) {
          case '%':
            return '%';
          case 'a':
            return stat.mode.toString(8);
          case 'A':
            return modeString(stat.type, stat.mode);
          case 'b':
            return String(stat.blocks);
          case 'B':
            return '512';
          case 'd':
            return String(stat.dev);
          case 'D':
            return stat.dev.toString(16);
          case 'f':
            return rawMode(stat).toString(16);
          case 'F':
            return io.busybox || stat.type !== 'file'
              ? io.busybox && stat.type === 'file' && stat.size === 0
                ? 'regular empty file'
                : STAT_TYPE[stat.type]
              : typeName(stat);
          case 'g':
            return String(stat.gid);
          case 'G':
            return names.group(stat.gid)?.name ?? 'UNKNOWN';
          case 'h':
            return String(stat.nlink);
          case 'i':
            return String(stat.ino);
          case 'm':
            return io.sys.statfs(path).target;
          case 'n':
            return path;
          case 'N': {
            const shown = io.busybox ? `'${path}'` : quote(path);
            if (stat.type !== 'symlink') return io.busybox ? path : shown;
            return `${shown} -> ${io.busybox ? `'${io.sys.readlink(path)}'` : quote(io.sys.readlink(path))}`;
          }
          case 'o':
            return '4096';
          case 's':
            return String(stat.size);
          case 't':
            return stat.rdev[0].toString(16);
          case 'T':
            return stat.rdev[1].toString(16);
          case 'u':
            return String(stat.uid);
          case 'U':
            return names.user(stat.uid)?.name ?? 'UNKNOWN';
          case 'w':
            return '-';
          case 'W':
            return '0';
          case 'x':
          case 'X':
            return time(stat.atime, c);
          case 'y':
          case 'Y':
            return time(stat.mtime, c);
          case 'z':
          case 'Z':
            return time(stat.ctime, c);
          default:
            return undefined;
        }
      })();
      if (value === undefined) return io.busybox ? whole : '?';
      const cut = precision === undefined ? value : value.slice(0, Number(precision));
      const size = Number(width || 0);
      return flags.includes('-') ? cut.padEnd(size) : cut.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
}

/** stat(1). */
export const stat: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'ftLc:', usage: '[-ltf] [-c FMT] FILE...' }
    : {
        short: 'c:fLt',
        long: { dereference: 'L', 'file-system': 'f', format: ':c', printf: ':printf', terse: 't', cached: ':cached' },
      };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  const names = new Names(io.sys);
  let failed = false;
  for (const path of options.operands) {
    if (options.has('f')) {
      try {
        const fs = io.sys.statfs(path);
        const [total, free, available] = [fs.size, fs.size - fs.used, fs.available].map((n) => Math.floor(n / 4096));
        await io.out(
          `  File: "${path}"\n    ID: 0        Namelen: 255     Type: ${fs.type === 'overlay' ? 'overlayfs' : fs.type}\nBlock size: 4096       Fundamental block size: 4096\nBlocks: Total: ${total} Free: ${free} Available: ${available}\n`,
        );
      } catch (error) {
        await io.fail(
          io.busybox
            ? `can't read file system information for '${path}': ${io.reason(error)}`
            : `cannot read file system information for ${quote(path)}: ${io.reason(error)}`,
        );
        failed = true;
      }
      continue;
    }
    let found: Stat;
    try {
      found = options.has('L') ? io.sys.stat(path) : io.sys.lstat(path);
    } catch (error) {
      await io.fail(
        io.busybox ? `can't stat '${path}': ${io.reason(error)}` : `cannot statx ${quote(path)}: ${io.reason(error)}`,
      );
      failed = true;
      continue;
    }
    const format = options.get('c');
    const printed = options.get('printf');
    if (printed !== undefined) {
      await io.out(statFormat(io, unescape(printed, 'printf').text, path, found, names));
    } else if (format !== undefined) await io.out(`${statFormat(io, format, path, found, names)}\n`);
    else if (options.has('t')) {
      await io.out(`${statFormat(io, '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o', path, found, names)}\n`);
    } else await io.out(long(io, path, found, names));
  }
  return failed ? 1 : 0;
};

function long(io: Io, path: string, found: Stat, names: Names): string {
  const shown =
    found.type === 'symlink'
      ? `${shellName(path)} -> ${shellName(io.sys.readlink(path))}`
      : io.busybox
        ? path
        : shellName(path);
  const device = found.type === 'char' || found.type === 'block';
  const major = Math.floor(found.dev / 256);
  const head = io.busybox
    ? `  File: ${path}${found.type === 'symlink' ? ` -> ${io.sys.readlink(path)}` : ''}\n` +
      `  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(found.blocks).padEnd(10)} IO Block: 4096   ${statFormat(io, '%F', path, found, names)}\n` +
      `Device: ${found.dev.toString(16)}h/${found.dev}d\tInode: ${String(found.ino).padEnd(10)}  Links: ${device ? String(found.nlink).padEnd(5) : found.nlink}`
    : `  File: ${shown}\n` +
      `  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(found.blocks).padEnd(10)} IO Block: 4096   ${typeName(found)}\n` +
      `Device: ${major},${found.dev % 256}\tInode: ${String(found.ino).padEnd(10)}  Links: ${device ? String(found.nlink).padEnd(5) : found.nlink}`;
  const rdev = device ? ` Device type: ${found.rdev[0].toString(16)},${found.rdev[1].toString(16)}` : '';
  const user = (names.user(found.uid)?.name ?? 'UNKNOWN').padStart(8);
  const group = (names.group(found.gid)?.name ?? 'UNKNOWN').padStart(8);
  const access = `Access: (${found.mode.toString(8).padStart(4, '0')}/${modeString(found.type, found.mode)})  Uid: (${String(found.uid).padStart(5)}/${user})   Gid: (${String(found.gid).padStart(5)}/${group})\n`;
  const times = `Access: ${fullDate(found.atime)}\nModify: ${fullDate(found.mtime)}\nChange: ${fullDate(found.ctime)}\n`;
  return `${head}${rdev}\n${access}${times}${io.busybox ? '' : ` Birth: ${fullDate(found.ctime)}\n`}`;
}
