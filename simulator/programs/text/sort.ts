/** sort, uniq, shuf. */
import { isErrno } from '../../kernel/errno.ts';
import { quote } from '../format.ts';
import { eachInput, inputError, openInput } from '../inputs.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { compareVersions } from '../order.ts';
import { extraOperand, parseOptions, usageFailure, type OptionRules, type Options } from '../options.ts';
import { byteString, concat, encode, fromBytes, toBytes } from '../text.ts';

const SORT: OptionRules = {
  short: 'bcCdfghik:mMno:rRsS:t:T:uVz',
  long: {
    'ignore-leading-blanks': 'b',
    check: '?check',
    'dictionary-order': 'd',
    'ignore-case': 'f',
    'general-numeric-sort': 'g',
    'human-numeric-sort': 'h',
    'ignore-nonprinting': 'i',
    key: ':k',
    merge: 'm',
    'month-sort': 'M',
    'numeric-sort': 'n',
    output: ':o',
    reverse: 'r',
    'random-sort': 'R',
    stable: 's',
    'buffer-size': ':S',
    'field-separator': ':t',
    'temporary-directory': ':T',
    unique: 'u',
    'version-sort': 'V',
    'zero-terminated': 'z',
    parallel: ':parallel',
    debug: 'debug',
    sort: ':sort',
  },
  exit: 2,
  usage: '[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
};

interface Key {
  readonly from: number;
  readonly fromChar: number;
  readonly to: number;
  readonly toChar: number;
  readonly flags: string;
}

const MONTH_NAMES = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';

function parseKey(text: string): Key | undefined {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  if (!match) return undefined;
  return {
    from: Number(match[1]),
    fromChar: Number(match[2] ?? 1),
    to: match[4] === undefined ? Infinity : Number(match[4]),
    toChar: match[5] === undefined ? 0 : Number(match[5]),
    flags: (match[3] ?? '') + (match[6] ?? ''),
  };
}

/** Where each field of a line starts and ends. Without a separator, blanks before a field belong to it. */
function fields(line: string, separator: string | undefined): [number, number][] {
  const out: [number, number][] = [];
  if (separator !== undefined) {
    let at = 0;
    for (;;) {
      const end = line.indexOf(separator, at);
      if (end < 0) {
        out.push([at, line.length]);
        return out;
      }
      out.push([at, end]);
      at = end + 1;
    }
  }
  let at = 0;
  while (at < line.length) {
    let end = at;
    while (end < line.length && (line[end] === ' ' || line[end] === '\t')) end++;
    while (end < line.length && line[end] !== ' ' && line[end] !== '\t') end++;
    out.push([at, end]);
    at = end;
  }
  return out;
}

function extract(line: string, key: Key, separator: string | undefined): string {
  const parts = fields(line, separator);
  const start = parts[key.from - 1];
  if (!start) return '';
  let from = start[0];
  if (key.flags.includes('b')) while (line[from] === ' ' || line[from] === '\t') from++;
  from += key.fromChar - 1;
  let to = line.length;
  if (key.to !== Infinity) {
    const end = parts[key.to - 1];
    if (end) to = key.toChar === 0 ? end[1] : Math.min(end[0] + key.toChar, line.length);
  }
  return line.slice(from, Math.max(from, to));
}

const number = (text: string): number => {
  const match = /^[ \t]*(-?\d*(?:\.\d*)?)/.exec(text);
  return match === null || match[1] === '' || match[1] === '-' || match[1] === '.' ? 0 : Number(match[1]);
};

const human = (text: string): number => {
  const match = /^[ \t]*(-?)(\d*(?:\.\d*)?)([kKMGTPEZY]?)/.exec(text)!;
  const order = match[3] === '' ? 0 : 'KMGTPEZY'.indexOf(match[3]!.toUpperCase()) + 1;
  const value = Number(match[2] || 0);
  // A suffix outweighs the number, whatever its size.
  return (match[1] === '-' ? -1 : 1) * (value === 0 ? 0 : order * 1e9 + Math.min(value, 1e9 - 1));
};

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareBy(flags: string): (a: string, b: string) => number {
  const has = (c: string): boolean => flags.includes(c);
  if (has('n')) return (a, b) => number(a) - number(b);
  if (has('h')) return (a, b) => human(a) - human(b);
  if (has('g')) {
    const general = (t: string): number => {
      const n = Number.parseFloat(t);
      return Number.isNaN(n) ? -Infinity : n;
    };
    return (a, b) => {
      const [x, y] = [general(a), general(b)];
      return x < y ? -1 : x > y ? 1 : 0;
    };
  }
  if (has('M')) {
    const month = (t: string): number => MONTH_NAMES.indexOf(t.trimStart().slice(0, 3).toUpperCase().padEnd(3, '?'));
    return (a, b) => month(a) - month(b);
  }
  if (has('V')) return (a, b) => compareVersions(a, b);
  const prepare = (text: string): string => {
    let out = text;
    if (has('b')) out = out.replace(/^[ \t]+/, '');
    if (has('d')) out = out.replace(/[^a-zA-Z0-9 \t]/g, '');
    if (has('i')) out = out.replace(/[^\x20-\x7e]/g, '');
    return has('f') ? out.toUpperCase() : out;
  };
  return flags === '' || flags === 'r' ? bytewise : (a, b) => bytewise(prepare(a), prepare(b));
}

async function comparator(
  io: Io,
  options: Options,
): Promise<{ full: (a: string, b: string) => number; keys: (a: string, b: string) => number }> {
  let separator = options.get('t');
  if (separator === '\\0') separator = '\0';
  if (separator === '') await io.die('empty tab', 2);
  if (separator !== undefined && separator.length > 1) {
    if (io.busybox) await io.die(`bad -t parameter`, 2);
    await io.die(`multi-character tab ${quote(separator)}`, 2);
  }
  const word = options.get('sort');
  const words: Record<string, string> = {
    numeric: 'n',
    'general-numeric': 'g',
    'human-numeric': 'h',
    month: 'M',
    version: 'V',
    random: 'R',
  };
  const global =
    ['b', 'd', 'f', 'g', 'h', 'i', 'M', 'n', 'V', 'r'].filter((flag) => options.has(flag)).join('') +
    (word ? (words[word] ?? '') : '');
  const keys: { key: Key; compare: (a: string, b: string) => number; reverse: boolean }[] = [];
  for (const text of options.all('k')) {
    const key = parseKey(text);
    if (!key) {
      if (io.busybox) await io.die('unknown key option', 2);
      await io.die(`invalid number at field start: invalid count at start of ${quote(text)}`, 2);
    }
    if (key!.from === 0)
      await io.die(
        io.busybox ? 'unknown key option' : `field number is zero: invalid field specification ${quote(text)}`,
        2,
      );
    const flags = key!.flags === '' ? global : key!.flags;
    keys.push({ key: { ...key!, flags }, compare: compareBy(flags), reverse: flags.includes('r') });
  }
  const whole = compareBy(global);
  const reverse = options.has('r');
  const byKeys = (a: string, b: string): number => {
    for (const { key, compare, reverse: turned } of keys) {
      const order = compare(extract(a, key, separator), extract(b, key, separator));
      if (order !== 0) return turned ? -order : order;
    }
    if (keys.length > 0) return 0;
    const order = whole(a, b);
    return reverse ? -order : order;
  };
  const full = (a: string, b: string): number => {
    const order = byKeys(a, b);
    if (order !== 0 || options.has('s') || options.has('u')) return order;
    return reverse ? bytewise(b, a) : bytewise(a, b); // last resort
  };
  return { full, keys: byKeys };
}

/** sort(1). */
export const sort: Tool = async (io) => {
  const options = await parseOptions(io, io.busybox ? { ...SORT, long: {}, exit: 1 } : SORT);
  const { full, keys } = await comparator(io, options);
  const separator = options.has('z') ? '\0' : '\n';
  const lines: string[] = [];
  const check = options.has('c') || options.has('C') || options.has('check');
  let broken = false;
  for (const path of options.operands.length === 0 ? ['-'] : options.operands) {
    let fd: number;
    try {
      fd = io.open(path);
    } catch (error) {
      await inputError(io, path, error, { gnu: 'cannot read: %s: %e' });
      broken = true;
      break;
    }
    try {
      const part = (await io.allText(fd)).split(separator);
      if (part.at(-1) === '') part.pop();
      for (const line of part) lines.push(line);
      if (check) {
        const disorder = lines.findIndex((line, i) => {
          if (i === 0) return false;
          const order = options.has('u') ? keys(lines[i - 1]!, line) : full(lines[i - 1]!, line);
          return options.has('u') ? order >= 0 : order > 0;
        });
        if (disorder < 0) return 0;
        if (!options.has('C') && !io.busybox)
          await io.error(`sort: ${path}:${disorder + 1}: disorder: ${lines[disorder]}\n`);
        if (io.busybox && !options.has('C'))
          await io.error(`sort: ${path}:${disorder + 1}: disorder: ${lines[disorder]}\n`);
        return 1;
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
      await inputError(io, path, error, { gnuRead: 'read failed: %s: %e' }, true);
      broken = true;
      break;
    }
    io.close(fd);
  }
  if (broken) return io.busybox ? 1 : 2;
  if (options.has('R') || options.get('sort') === 'random') shuffle(io, lines);
  else lines.sort(full);
  const out = options.has('u') ? lines.filter((line, i) => i === 0 || keys(lines[i - 1]!, line) !== 0) : lines;
  const text = out.map((line) => line + separator).join('');
  const target = options.get('o');
  if (target === undefined) {
    await io.raw(text);
    return 0;
  }
  try {
    io.sys.writeFile(target, toBytes(text));
  } catch (error) {
    await io.fail(`${io.busybox ? '' : 'open failed: '}${target}: ${io.reason(error)}`);
    return io.busybox ? 1 : 2;
  }
  return 0;
};

function shuffle(io: Io, list: string[]): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = io.sys.random(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** uniq(1). */
export const uniq: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'cdiuf:s:w:z', usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]' }
    : {
        short: 'cdDf:is:uw:z',
        long: {
          count: 'c',
          repeated: 'd',
          'all-repeated': '?D',
          'skip-fields': ':f',
          'ignore-case': 'i',
          'skip-chars': ':s',
          unique: 'u',
          'check-chars': ':w',
          'zero-terminated': 'z',
        },
      };
  const options = await parseOptions(io, rules);
  const [input = '-', output, extra] = options.operands;
  if (extra !== undefined) await extraOperand(io, rules, extra);
  const fd = await openInput(io, input, { busybox: '%s: %e' });
  const separator = options.has('z') ? '\0' : '\n';
  const skipFields = Number(options.get('f') ?? 0);
  const skipChars = Number(options.get('s') ?? 0);
  const checkChars = options.get('w') === undefined ? Infinity : Number(options.get('w'));
  const keyOf = (line: string): string => {
    let text = line;
    for (let i = 0; i < skipFields; i++) text = text.replace(/^[ \t]*[^ \t]*/, '');
    text = text.slice(skipChars);
    if (checkChars !== Infinity) text = text.slice(0, checkChars);
    return options.has('i') ? text.toLowerCase() : text;
  };
  let sink = (text: string): Promise<void> | undefined => io.raw(text);
  let outFd: number | undefined;
  if (output !== undefined && output !== '-') {
    try {
      outFd = io.sys.open(output, { write: true, create: true, truncate: true });
    } catch (error) {
      await io.die(`${output}: ${io.reason(error)}`);
    }
    sink = (text) => io.sys.write(outFd!, toBytes(text));
  }
  let previous: string | undefined;
  let key = '';
  let count = 0;
  let group: string[] = [];
  const finish = async (): Promise<void> => {
    if (previous === undefined) return;
    if (options.has('D')) {
      if (count > 1) await sink(group.map((line) => line + separator).join(''));
      return;
    }
    if (options.has('d') && count < 2) return;
    if (options.has('u') && count > 1) return;
    await sink(`${options.has('c') ? `${String(count).padStart(7)} ` : ''}${previous}${separator}`);
  };
  try {
    for await (const { lines } of io.lines(fd, separator)) {
      for (const line of lines) {
        const next = keyOf(line);
        if (previous !== undefined && next === key) {
          count++;
          if (options.has('D')) group.push(line);
          continue;
        }
        await finish();
        previous = line;
        key = next;
        count = 1;
        group = [line];
      }
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.die(io.busybox ? `read error: ${error.message}` : `error reading ${quote(input)}: ${error.message}`);
  }
  await finish();
  return 0;
};

/** shuf(1). */
export const shuf: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'ei:n:o:rz',
    long: io.busybox
      ? {}
      : {
          echo: 'e',
          'input-range': ':i',
          'head-count': ':n',
          output: ':o',
          repeat: 'r',
          'zero-terminated': 'z',
          'random-source': ':source',
        },
    usage: '[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]',
  };
  const options = await parseOptions(io, rules);
  const separator = options.has('z') ? '\0' : '\n';
  let lines: string[] = [];
  const range = options.get('i');
  if (range !== undefined) {
    const match = /^(\d+)-(\d+)$/.exec(range);
    if (!match) return usageFailure(io, rules, `invalid input range: ${quote(range)}`);
    for (let n = Number(match[1]); n <= Number(match[2]); n++) lines.push(String(n));
  } else if (options.has('e')) lines = options.operands.map(byteString);
  else {
    const ok = await eachInput(io, options.operands.slice(0, 1), {}, async (fd) => {
      lines = (await io.allText(fd)).split(separator);
      if (lines.at(-1) === '') lines.pop();
    });
    if (!ok) throw new Exit(1);
  }
  const count = options.get('n') === undefined ? Infinity : Number(options.get('n'));
  if (options.has('r') && lines.length > 0) {
    for (let i = 0; i < count; i++) await io.raw(lines[io.sys.random(lines.length)]! + separator);
    return 0;
  }
  shuffle(io, lines);
  const text = lines
    .slice(0, count)
    .map((line) => line + separator)
    .join('');
  const target = options.get('o');
  if (target === undefined) await io.raw(text);
  else io.sys.writeFile(target, toBytes(text));
  return 0;
};

/** All lines of some files one after the other, for tools that need the whole. */
export async function readWhole(io: Io, paths: readonly string[]): Promise<string> {
  const parts: Uint8Array[] = [];
  await eachInput(io, paths, {}, async (fd) => {
    parts.push(await io.all(fd));
  });
  return fromBytes(parts.length === 0 ? encode('') : concat(parts));
}
