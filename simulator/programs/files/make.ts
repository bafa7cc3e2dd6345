/** mkdir, ln, link, touch, mktemp, mkfifo, mknod, truncate. */
import { Errno, isErrno } from '../../kernel/errno.ts';
import { parseDate } from '../dates.ts';
import { baseName, dirName, join, parseSize, quote } from '../format.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { applyMode } from '../modes.ts';
import { missingOperand, parseOptions, usageFailure, type OptionRules } from '../options.ts';
import { peek } from './walk.ts';

async function modeOption(io: Io, text: string | undefined, initial: number): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const mode = applyMode(text, initial, false, io.sys.umask());
  if (mode === undefined) await io.die(io.busybox ? `invalid mode '${text}'` : `invalid mode ${quote(text)}`);
  return mode;
}

/** mkdir(1). */
export const mkdir: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'm:pv' : 'm:pvZ',
    long: { mode: ':m', parents: 'p', verbose: 'v' },
    usage: '[-m MODE] [-p] DIRECTORY...',
  };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  const mode = await modeOption(io, options.get('m'), 0o777);
  let failed = false;
  const told = async (path: string): Promise<void> => {
    if (options.has('v'))
      await io.out(io.busybox ? `created directory: '${path}'\n` : `mkdir: created directory ${quote(path)}\n`);
  };
  for (const operand of options.operands) {
    let path = operand;
    try {
      if (options.has('p')) {
        const parts = operand.split('/');
        let made = '';
        for (const [i, part] of parts.entries()) {
          made = i === 0 ? part : `${made}/${part}`;
          if (part === '' || part === '.') continue;
          path = made;
          const there = peek(io, made, true);
          if (there?.type === 'dir') continue;
          if (there && !io.busybox && i < parts.length - 1) throw new Errno('ENOTDIR', made);
          io.sys.mkdir(made, 0o777);
          await told(made);
        }
        if (mode !== undefined && !(peek(io, operand, true)?.mode === mode)) io.sys.chmod(operand, mode);
      } else {
        io.sys.mkdir(operand, mode ?? 0o777);
        if (mode !== undefined) io.sys.chmod(operand, mode);
        await told(operand);
      }
    } catch (error) {
      await io.fail(
        `${io.busybox ? "can't" : 'cannot'} create directory ${io.busybox ? `'${path}'` : quote(path)}: ${io.reason(error)}`,
      );
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

/** ln(1). */
export const ln: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'sfnbvS:T', usage: '[-sfnbtv] [-S SUF] TARGET... LINK|DIR' }
    : {
        short: 'bdfFiLnPrsS:t:Tv',
        long: {
          force: 'f',
          interactive: 'i',
          logical: 'L',
          'no-dereference': 'n',
          physical: 'P',
          relative: 'r',
          symbolic: 's',
          'target-directory': ':t',
          'no-target-directory': 'T',
          verbose: 'v',
          backup: '?b',
          directory: 'd',
        },
      };
  const options = await parseOptions(io, rules);
  const operands = [...options.operands];
  if (operands.length === 0) {
    if (io.busybox) await missingOperand(io, rules);
    await usageFailure(io, rules, 'missing file operand');
  }
  let dir = options.get('t');
  let dest: string | undefined;
  if (dir === undefined) {
    if (operands.length === 1) dir = '.';
    else {
      const lastOperand = operands.pop()!;
      const stat = peek(io, lastOperand, true);
      const isDir =
        stat?.type === 'dir' && !options.has('T') && !(options.has('n') && peek(io, lastOperand)?.type === 'symlink');
      if (isDir) dir = lastOperand;
      else {
        if (operands.length > 1)
          await io.die(
            io.busybox
              ? `'${lastOperand}' is not a directory`
              : `target ${quote(lastOperand)}${stat ? ' is not a directory' : ': No such file or directory'}`,
          );
        dest = lastOperand;
      }
    }
  }
  let failed = false;
  for (const target of operands) {
    const link = dest ?? join(dir!, baseName(target));
    try {
      if (!options.has('s')) {
        const stat = peek(io, target, options.has('L'));
        if (!stat) {
          await io.fail(
            io.busybox
              ? `${target}: No such file or directory`
              : `failed to access ${quote(target)}: No such file or directory`,
          );
          failed = true;
          continue;
        }
        if (stat.type === 'dir') {
          await io.fail(
            io.busybox ? `${target}: Operation not permitted` : `${target}: hard link not allowed for directory`,
          );
          failed = true;
          continue;
        }
      }
      const there = options.has('f') ? peek(io, link) : undefined;
      if (there) {
        if (there.type === 'dir') {
          await io.fail(io.busybox ? `${link}: Is a directory` : `${link}: cannot overwrite directory`);
          failed = true;
          continue;
        }
        io.sys.unlink(link);
      }
      const text = options.has('r') && options.has('s') ? relative(io, dirName(link), target) : target;
      if (options.has('s')) io.sys.symlink(text, link);
      else io.sys.link(target, link);
      if (options.has('v'))
        await io.out(
          io.busybox
            ? `'${link}' -> '${target}'\n`
            : `${quote(link)} ${options.has('s') ? '->' : '=>'} ${quote(text)}\n`,
        );
    } catch (error) {
      const reason = io.reason(error);
      await io.fail(
        io.busybox
          ? `${link}: ${reason}`
          : options.has('s')
            ? `failed to create symbolic link ${quote(link)}: ${reason}`
            : `failed to create hard link ${quote(link)}${isErrno(error, 'EEXIST') ? '' : ` => ${quote(target)}`}: ${reason}`,
      );
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

/** `to` as seen from directory `from`. */
export function relative(io: Io, from: string, to: string): string {
  const real = (path: string): string[] => {
    const absolute = path.startsWith('/') ? path : join(io.sys.cwd(), path);
    const parts: string[] = [];
    for (const part of absolute.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts;
  };
  const [a, b] = [real(from), real(to)];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.';
}

/** link(1). */
export const link: Tool = async (io) => {
  const rules: OptionRules = { usage: 'FILE LINK' };
  const options = await parseOptions(io, rules);
  const [from, to] = options.operands;
  if (from === undefined || to === undefined) return missingOperand(io, rules);
  try {
    io.sys.link(from, to);
  } catch (error) {
    await io.fail(
      io.busybox
        ? `can't create link '${to}' to '${from}': ${io.reason(error)}`
        : `cannot create link ${quote(to)} to ${quote(from)}: ${io.reason(error)}`,
    );
    return 1;
  }
  return 0;
};

function stamp(text: string, now: number): number | undefined {
  const match = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (!match) return undefined;
  const [, century, short, month, day, hour, minute, second = '0'] = match;
  const year =
    short === undefined
      ? new Date(now).getUTCFullYear()
      : century !== undefined
        ? Number(century + short)
        : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  return Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** touch(1). */
export const touch: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'acd:hmr:t:' : 'acd:fhmr:t:',
    long: {
      'no-create': 'c',
      date: ':d',
      reference: ':r',
      'no-dereference': 'h',
      ...(io.busybox ? {} : { time: ':time' }),
    },
    usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) {
    if (io.busybox) await missingOperand(io, rules);
    await usageFailure(io, rules, 'missing file operand');
  }
  let atime = io.sys.now();
  let mtime = atime;
  const reference = options.get('r');
  if (reference !== undefined) {
    try {
      const stat = io.sys.stat(reference);
      [atime, mtime] = [stat.atime, stat.mtime];
    } catch (error) {
      await io.die(
        io.busybox
          ? `${reference}: ${io.reason(error)}`
          : `failed to get attributes of ${quote(reference)}: ${io.reason(error)}`,
      );
    }
  }
  const date = options.get('d');
  if (date !== undefined) {
    const ms = parseDate(date, io.sys.now());
    if (ms === undefined) return io.die(io.busybox ? `invalid date '${date}'` : `invalid date format ${quote(date)}`);
    atime = mtime = ms;
  }
  const time = options.get('t');
  if (time !== undefined) {
    const ms = stamp(time, io.sys.now());
    if (ms === undefined) return io.die(io.busybox ? `invalid date '${time}'` : `invalid date format ${quote(time)}`);
    atime = mtime = ms;
  }
  const only = options.has('a') === options.has('m') ? undefined : options.has('a') ? 'a' : 'm';
  let failed = false;
  for (const path of options.operands) {
    try {
      const noFollow = options.has('h');
      let stat = peek(io, path, !noFollow);
      if (!stat) {
        if (options.has('c') || noFollow) continue;
        io.close(io.sys.open(path, { write: true, create: true }));
        if (date === undefined && time === undefined && reference === undefined) continue;
        stat = io.sys.stat(path);
      }
      io.sys.utimes(path, only === 'm' ? stat.atime : atime, only === 'a' ? stat.mtime : mtime, { noFollow });
    } catch (error) {
      await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `cannot touch ${quote(path)}: ${io.reason(error)}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** mktemp(1). */
export const mktemp: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'dqup:t' : 'dqup:tV',
    long: io.busybox ? {} : { directory: 'd', quiet: 'q', 'dry-run': 'u', tmpdir: '?p', suffix: ':suffix' },
    usage: '[-dt] [-p DIR] [TEMPLATE]',
  };
  const options = await parseOptions(io, rules);
  const given = options.operands[0];
  let template = (given ?? (io.busybox ? 'tmp.XXXXXX' : 'tmp.XXXXXXXXXX')) + (options.get('suffix') ?? '');
  if (given === undefined || options.has('p') || options.has('t')) {
    const dir = options.get('p') ?? io.sys.env.TMPDIR ?? '/tmp';
    template = join(dir === '' ? '/tmp' : dir, template);
  }
  const match = /X{3,}(?=[^X/]*$)/.exec(template);
  if (!match) {
    return io.die(io.busybox ? `(null): Invalid argument` : `too few X's in template ${quote(given ?? template)}`);
  }
  for (let tries = 0; ; tries++) {
    const name =
      template.slice(0, match.index) +
      [...match[0]].map(() => LETTERS[io.sys.random(62)]).join('') +
      template.slice(match.index + match[0].length);
    try {
      if (!options.has('u')) {
        if (options.has('d')) io.sys.mkdir(name, 0o700);
        else io.close(io.sys.open(name, { write: true, read: true, create: true, exclusive: true }, 0o600));
      }
      await io.out(`${name}\n`);
      return 0;
    } catch (error) {
      if (isErrno(error, 'EEXIST') && tries < 100) continue;
      if (options.has('q')) throw new Exit(1);
      const what = options.has('d') ? 'directory' : 'file';
      return io.die(
        io.busybox
          ? `(null): ${io.reason(error)}`
          : `failed to create ${what} via template ${quote(template)}: ${io.reason(error)}`,
      );
    }
  }
};

/** mkfifo(1). */
export const mkfifo: Tool = async (io) => {
  const rules: OptionRules = { short: 'm:', long: { mode: ':m' }, usage: '[-m MODE] NAME' };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) await missingOperand(io, rules);
  const mode = await modeOption(io, options.get('m'), 0o666);
  let failed = false;
  for (const path of options.operands) {
    try {
      io.sys.mknod(path, 'fifo', mode ?? 0o666, [0, 0]);
    } catch (error) {
      await io.fail(
        io.busybox ? `${path}: ${io.reason(error)}` : `cannot create fifo ${quote(path)}: ${io.reason(error)}`,
      );
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

/** mknod(1). */
export const mknod: Tool = async (io) => {
  const rules: OptionRules = { short: 'm:', long: { mode: ':m' }, usage: '[-m MODE] NAME TYPE [MAJOR MINOR]' };
  const options = await parseOptions(io, rules);
  const [path, kind, major, minor] = options.operands;
  if (path === undefined || kind === undefined) return missingOperand(io, rules);
  const types: Record<string, 'block' | 'char' | 'fifo'> = { b: 'block', c: 'char', u: 'char', p: 'fifo' };
  const type = types[kind];
  if (type === undefined) return usageFailure(io, rules, `invalid device type ${quote(kind)}`);
  const mode = await modeOption(io, options.get('m'), 0o666);
  try {
    io.sys.mknod(path, type, mode ?? 0o666, [Number(major ?? 0), Number(minor ?? 0)]);
  } catch (error) {
    await io.fail(`${path}: ${io.reason(error)}`);
    return 1;
  }
  return 0;
};

/** truncate(1). */
export const truncate: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'cs:' : 'cor:s:',
    long: io.busybox ? {} : { 'no-create': 'c', reference: ':r', size: ':s', 'io-blocks': 'o' },
    usage: '[-c] -s SIZE FILE...',
  };
  const options = await parseOptions(io, rules);
  const text = options.get('s');
  const reference = options.get('r');
  if (text === undefined && reference === undefined) {
    if (io.busybox) await missingOperand(io, rules);
    await usageFailure(io, rules, "you must specify either '--size' or '--reference'");
  }
  if (options.operands.length === 0) {
    if (io.busybox) await missingOperand(io, rules);
    await usageFailure(io, rules, 'missing file operand');
  }
  const match = text === undefined ? null : /^([-+<>/%]?)(.*)$/.exec(text)!;
  const size = reference === undefined ? parseSize(match![2]!) : io.sys.stat(reference).size;
  if (size === undefined) return io.die(io.busybox ? `invalid number '${text}'` : `Invalid number: ${quote(text!)}`);
  let failed = false;
  for (const path of options.operands) {
    try {
      if (!peek(io, path, true)) {
        if (options.has('c')) continue;
        io.close(io.sys.open(path, { write: true, create: true }));
      }
      const now = io.sys.stat(path).size;
      const wanted: Record<string, number> = {
        '': size,
        '+': now + size,
        '-': Math.max(0, now - size),
        '<': Math.min(now, size),
        '>': Math.max(now, size),
        '/': size === 0 ? 0 : Math.floor(now / size) * size,
        '%': size === 0 ? 0 : Math.ceil(now / size) * size,
      };
      io.sys.truncate(path, wanted[match?.[1] ?? '']!);
    } catch (error) {
      await io.fail(
        io.busybox
          ? `${path}: open: ${io.reason(error)}`
          : `cannot open ${quote(path)} for writing: ${io.reason(error)}`,
      );
      failed = true;
    }
  }
  return failed ? 1 : 0;
};
