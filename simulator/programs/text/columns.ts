/** cut, paste, tr, expand, unexpand, fold, comm, join, split. */
import { parseSize, quote } from '../format.ts';
import { eachInput, inputError, openInput } from '../inputs.ts';
import { type Io, type Tool } from '../io.ts';
import { missingOperand, parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';
import { byteString, fromBytes, plain, toBytes } from '../text.ts';

type Range = readonly [number, number];

function parseRanges(text: string): Range[] | 'zero' | 'bad' | 'decreasing' {
  const ranges: Range[] = [];
  for (const part of text.split(/[, ]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match || part === '' || part === '-') return 'bad';
    const from = match[1] === '' ? 1 : Number(match[1]);
    const to = match[2] === '' ? from : match[3] === '' ? Infinity : Number(match[3]);
    if (from === 0 || to === 0) return 'zero';
    if (to < from) return 'decreasing';
    ranges.push([from, to]);
  }
  return ranges;
}

const CUT_GNU: OptionRules = {
  short: 'b:c:d:f:nsz',
  long: {
    bytes: ':b',
    characters: ':c',
    delimiter: ':d',
    fields: ':f',
    complement: 'complement',
    'only-delimited': 's',
    'output-delimiter': ':output-delimiter',
    'zero-terminated': 'z',
  },
};
const CUT_BUSYBOX: OptionRules = {
  short: 'b:c:d:f:nsO:DF:',
  long: { 'output-delimiter': ':output-delimiter' },
  usage: '[OPTIONS] [FILE]...',
};

/** cut(1). */
export const cut: Tool = async (io) => {
  const rules = io.busybox ? CUT_BUSYBOX : CUT_GNU;
  const options = await parseOptions(io, rules);
  const kinds = ['b', 'c', 'f'].filter((key) => options.has(key));
  if (kinds.length === 0) {
    if (io.busybox) await io.die('expected a list of bytes, characters, or fields');
    await usageFailure(io, rules, 'you must specify a list of bytes, characters, or fields');
  }
  if (kinds.length > 1) {
    if (io.busybox) await usageError(io, rules);
    await usageFailure(io, rules, 'only one list may be specified');
  }
  const kind = kinds[0]!;
  const given = options.get('d');
  if (given !== undefined && given.length > 1) {
    if (io.busybox) await io.die(`delimiter '${given}' is multi-byte`);
    await usageFailure(io, rules, 'the delimiter must be a single character');
  }
  if (kind !== 'f' && (given !== undefined || options.has('s'))) {
    const what =
      given !== undefined ? 'an input delimiter may be specified' : 'suppressing non-delimited lines makes sense';
    if (io.busybox)
      await io.die(
        given !== undefined
          ? 'a delimiter may be specified only when operating on fields'
          : 'suppressing non-delimited lines makes sense only when operating on fields',
      );
    await usageFailure(
      io,
      rules,
      given !== undefined ? `${what} only when operating on fields` : `${what}\n\tonly when operating on fields`,
    );
  }
  const ranges = parseRanges(options.get(kind)!);
  if (typeof ranges === 'string') {
    if (io.busybox) {
      await io.die(
        ranges === 'zero' || ranges === 'decreasing'
          ? `invalid range ${options.get(kind)}-${options.get(kind)}`
          : `invalid number '${options.get(kind)}'`,
      );
    }
    const what = kind === 'f' ? 'fields' : 'byte/character positions';
    if (ranges === 'decreasing') await usageFailure(io, rules, 'invalid decreasing range');
    if (ranges === 'zero') await usageFailure(io, rules, `${what} are numbered from 1`);
    await usageFailure(
      io,
      rules,
      kind === 'f'
        ? `invalid field value ${quote(options.get(kind)!)}`
        : `invalid byte/character position ${quote(options.get(kind)!)}`,
    );
  }
  const list = [...(ranges as Range[])].sort((a, b) => a[0] - b[0]);
  const wanted = (n: number): boolean => list.some(([from, to]) => n >= from && n <= to) !== options.has('complement');
  const delimiter = byteString(given === '' ? '\0' : (given ?? '\t'));
  const output = options.get('output-delimiter');
  const end = options.has('z') ? '\0' : '\n';
  const merged: Range[] = [];
  for (const range of list) {
    const before = merged.at(-1);
    if (before && range[0] <= before[1]) merged[merged.length - 1] = [before[0], Math.max(before[1], range[1])];
    else merged.push(range);
  }
  const line = (text: string): string | undefined => {
    if (kind === 'f') {
      const parts = text.split(delimiter);
      if (parts.length === 1) return options.has('s') ? undefined : text;
      return parts.filter((_, i) => wanted(i + 1)).join(output === undefined ? delimiter : byteString(output));
    }
    if (options.has('complement')) return [...text].filter((_, i) => wanted(i + 1)).join('');
    const pieces = merged.map(([from, to]) => text.slice(from - 1, to)).filter((piece) => piece !== '');
    return pieces.join(output === undefined ? '' : byteString(output));
  };
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    for await (const { lines } of io.lines(fd, end)) {
      let out = '';
      for (const text of lines) {
        const result = line(text);
        if (result !== undefined) out += result + end;
      }
      await io.raw(out);
    }
  });
  return ok ? 0 : 1;
};

/** paste(1). */
export const paste: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'd:sz',
    long: io.busybox ? {} : { delimiters: ':d', serial: 's', 'zero-terminated': 'z' },
    usage: '[-d LIST] [-sz] [FILE]...',
  };
  const options = await parseOptions(io, rules);
  const escapes: Record<string, string> = { n: '\n', t: '\t', '0': '', '\\': '\\' };
  const delimiters = [...(options.get('d') ?? '\t').matchAll(/\\(.)|([^])/g)].map((m) =>
    m[1] === undefined ? m[2]! : (escapes[m[1]] ?? m[1]),
  );
  if (delimiters.length === 0) delimiters.push('');
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const columns: string[][] = [];
  let stdin: string[] | undefined;
  const sharing = operands.filter((path) => path === '-').length;
  let dash = 0;
  let failed = false;
  for (const path of operands) {
    let lines: string[];
    try {
      if (path === '-') {
        if (!stdin) {
          stdin = (await io.allText(0)).split('\n');
          if (stdin.at(-1) === '') stdin.pop();
        }
        const index = dash++;
        lines = options.has('s') ? (index === 0 ? stdin : []) : stdin.filter((_, i) => i % sharing === index);
      } else {
        const fd = io.open(path);
        lines = (await io.allText(fd)).split('\n');
        if (lines.at(-1) === '') lines.pop();
        io.close(fd);
      }
    } catch (error) {
      await inputError(io, path, error, {});
      if (!options.has('s') || io.busybox) return 1;
      failed = true;
      continue;
    }
    columns.push(lines);
  }
  const glue = (parts: readonly string[]): string =>
    parts.map((part, i) => (i === 0 ? part : byteString(delimiters[(i - 1) % delimiters.length]!) + part)).join('');
  if (options.has('s')) for (const lines of columns) await io.raw(`${glue(lines)}\n`);
  else {
    const height = Math.max(0, ...columns.map((lines) => lines.length));
    for (let row = 0; row < height; row++) await io.raw(`${glue(columns.map((lines) => lines[row] ?? ''))}\n`);
  }
  return failed ? 1 : 0;
};

const TR_CLASSES: Record<string, (c: number) => boolean> = {
  alpha: (c) => (c > 64 && c < 91) || (c > 96 && c < 123),
  digit: (c) => c > 47 && c < 58,
  alnum: (c) => TR_CLASSES.alpha!(c) || TR_CLASSES.digit!(c),
  upper: (c) => c > 64 && c < 91,
  lower: (c) => c > 96 && c < 123,
  space: (c) => c === 32 || (c > 8 && c < 14),
  blank: (c) => c === 32 || c === 9,
  punct: (c) => c > 32 && c < 127 && !TR_CLASSES.alnum!(c),
  print: (c) => c > 31 && c < 127,
  graph: (c) => c > 32 && c < 127,
  cntrl: (c) => c < 32 || c === 127,
  xdigit: (c) => TR_CLASSES.digit!(c) || (c > 64 && c < 71) || (c > 96 && c < 103),
};
const ALL_BYTES = Array.from({ length: 256 }, (_, i) => i);

/** Expands a set of tr; `length` is how far `[c*]` fills. */
function trSet(text: string, length: number): number[] {
  const out: number[] = [];
  const bytes = byteString(text);
  let fill: [number, number] | undefined;
  let at = 0;
  const one = (): number => {
    const c = bytes[at++]!;
    if (c !== '\\' || at >= bytes.length) return c.charCodeAt(0);
    const octal = /^[0-7]{1,3}/.exec(bytes.slice(at));
    if (octal) {
      at += octal[0].length;
      return parseInt(octal[0], 8) & 255;
    }
    const escaped = bytes[at++]!;
    const known: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
    return known[escaped] ?? escaped.charCodeAt(0);
  };
  while (at < bytes.length) {
    const named = /^\[:(\w+):\]/.exec(bytes.slice(at));
    if (named && named[1]! in TR_CLASSES) {
      out.push(...ALL_BYTES.filter(TR_CLASSES[named[1]!]!));
      at += named[0].length;
      continue;
    }
    const repeat = /^\[([^])\*(\d*)\]/.exec(bytes.slice(at));
    if (repeat) {
      const c = repeat[1]!.charCodeAt(0);
      if (repeat[2] === '' || Number(repeat[2]) === 0) fill = [out.length, c];
      else for (let i = 0; i < Number(repeat[2]); i++) out.push(c);
      at += repeat[0].length;
      continue;
    }
    const from = one();
    if (bytes[at] === '-' && at + 1 < bytes.length) {
      at++;
      const to = one();
      for (let c = from; c <= to; c++) out.push(c);
    } else out.push(from);
  }
  if (fill) out.splice(fill[0], 0, ...Array.from({ length: Math.max(0, length - out.length) }, () => fill[1]));
  return out;
}

/** tr(1). */
export const tr: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'cCds' : 'cCdst',
    long: io.busybox ? {} : { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    stopEarly: true,
    usage: '[-cds] STRING1 [STRING2]',
  };
  const options = await parseOptions(io, rules);
  const [first, second, extra] = options.operands;
  const [deleting, squeezing] = [options.has('d'), options.has('s')];
  const complement = options.has('c') || options.has('C');
  if (first === undefined) await missingOperand(io, rules);
  if (second === undefined && !deleting && !squeezing) {
    if (io.busybox) await usageError(io, rules);
    await io.fail(`missing operand after ${quote(first!)}`);
    await io.error('Two strings must be given when translating.\n');
    await usageError(io, rules);
  }
  if (extra !== undefined || (second !== undefined && deleting && !squeezing)) {
    if (io.busybox) await usageError(io, rules);
    await io.fail(`extra operand ${quote((deleting && !squeezing ? second : extra)!)}`);
    if (deleting && !squeezing && extra === undefined)
      await io.error('Only one string may be given when deleting without squeezing repeats.\n');
    await usageError(io, rules);
  }
  let from = trSet(first!, 0);
  if (complement) {
    const excluded = new Set(from);
    from = ALL_BYTES.filter((c) => !excluded.has(c));
  }
  const to = second === undefined ? [] : trSet(second, from.length);
  const map = Array.from({ length: 256 }, (_, i) => i);
  const gone = new Uint8Array(256);
  const squeezed = new Uint8Array(256);
  if (deleting) for (const c of from) gone[c] = 1;
  else if (second !== undefined) {
    if (to.length === 0) await io.die('when not truncating set1, string2 must be non-empty');
    if (options.has('t')) from = from.slice(0, to.length);
    from.forEach((c, i) => (map[c] = to[Math.min(i, to.length - 1)]!));
  }
  if (squeezing) for (const c of second === undefined ? from : to) squeezed[c] = 1;
  let previous = -1;
  for await (const block of io.blocks(0)) {
    const out = new Uint8Array(block.length);
    let n = 0;
    for (const byte of block) {
      if (gone[byte]) continue;
      const c = map[byte]!;
      if (squeezed[c] && c === previous) continue;
      previous = c;
      out[n++] = c;
    }
    await io.raw(fromBytes(out.subarray(0, n)));
  }
  return 0;
};

const tabStops = (text: string | undefined): number[] => (text === undefined ? [8] : text.split(/[, ]+/).map(Number));

function nextStop(column: number, stops: readonly number[]): number {
  if (stops.length === 1) return column + stops[0]! - (column % stops[0]!);
  return stops.find((stop) => stop > column) ?? column + 1;
}

/** expand(1). */
export const expand: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'it:',
    long: { initial: 'i', tabs: ':t' },
    digits: true,
    usage: '[-i] [-t N] [FILE]...',
  });
  const stops = tabStops(options.get('t') ?? options.get('digits'));
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    for await (const { lines, open } of io.lines(fd)) {
      for (const line of lines) {
        let out = '';
        let initial = true;
        for (const c of line) {
          if (c === '\t' && (initial || !options.has('i'))) out = out.padEnd(nextStop(out.length, stops));
          else out += c;
          if (c !== ' ' && c !== '\t') initial = false;
        }
        await io.raw(open ? out : `${out}\n`);
      }
    }
  });
  return ok ? 0 : 1;
};

/** unexpand(1). */
export const unexpand: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? 'ft:a' : 'at:',
    long: { all: 'a', tabs: ':t', 'first-only': 'f' },
    digits: true,
    usage: '[-fa] [-t N] [FILE]...',
  });
  const stops = tabStops(options.get('t') ?? options.get('digits'));
  const all = (options.has('a') || options.has('t')) && !options.has('f');
  const shrink = (line: string): string => {
    let out = '';
    let column = 0;
    let pending = 0;
    let initial = true;
    const flushBlanks = (): void => {
      const end = column;
      let at = column - pending;
      let tabs = '';
      while (nextStop(at, stops) <= end && end - at > 1) {
        tabs += '\t';
        at = nextStop(at, stops);
      }
      if (nextStop(at, stops) === end && end - at === 1 && tabs !== '') {
        tabs += '\t';
        at = end;
      }
      out += tabs + ' '.repeat(end - at);
      pending = 0;
    };
    for (const c of line) {
      if (c === ' ' && (initial || all)) {
        column++;
        pending++;
        continue;
      }
      if (c === '\t' && (initial || all)) {
        const stop = nextStop(column, stops);
        pending += stop - column;
        column = stop;
        continue;
      }
      flushBlanks();
      initial = false;
      out += c;
      column++;
    }
    flushBlanks();
    return out;
  };
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    for await (const { lines, open } of io.lines(fd))
      for (const line of lines) await io.raw(shrink(line) + (open ? '' : '\n'));
  });
  return ok ? 0 : 1;
};

/** fold(1). */
export const fold: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'bsw:',
    long: io.busybox ? {} : { bytes: 'b', spaces: 's', width: ':w' },
    digits: true,
    usage: '[-bs] [-w WIDTH] [FILE]...',
  });
  const width = Number(options.get('w') ?? options.get('digits') ?? 80);
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    for await (const { lines, open } of io.lines(fd)) {
      for (const line of lines) {
        let rest = line;
        while (rest.length > width) {
          let cutAt = width;
          if (options.has('s')) {
            const blank = rest.lastIndexOf(' ', width - 1);
            if (blank >= 0) cutAt = blank + 1;
          }
          await io.raw(`${rest.slice(0, cutAt)}\n`);
          rest = rest.slice(cutAt);
        }
        await io.raw(open ? rest : `${rest}\n`);
      }
    }
  });
  return ok ? 0 : 1;
};

const linesOf = async (io: Io, path: string): Promise<string[]> => {
  const fd = await openInput(io, path, { busybox: "can't open '%s': %e" });
  const lines = (await io.allText(fd)).split('\n');
  if (lines.at(-1) === '') lines.pop();
  io.close(fd);
  return lines;
};

/** comm(1). */
export const comm: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? '123' : '123z',
    long: io.busybox
      ? {}
      : { 'output-delimiter': ':delimiter', total: 'total', 'check-order': 'check', 'nocheck-order': 'nocheck' },
    usage: '[-123] FILE1 FILE2',
  };
  const options = await parseOptions(io, rules);
  if (options.operands.length < 2) {
    if (io.busybox || options.operands.length === 0) await missingOperand(io, rules);
    await usageFailure(io, rules, `missing operand after ${quote(options.operands[0]!)}`);
  }
  const [left, right] = [await linesOf(io, options.operands[0]!), await linesOf(io, options.operands[1]!)];
  const tab = options.get('delimiter') ?? '\t';
  const print = async (column: 1 | 2 | 3, line: string): Promise<void> => {
    if (options.has(String(column))) return;
    let indent = '';
    if (column > 1 && !options.has('1')) indent += tab;
    if (column > 2 && !options.has('2')) indent += tab;
    await io.raw(`${indent}${line}\n`);
  };
  let [i, j] = [0, 0];
  const counts = [0, 0, 0];
  let disorder = false;
  const check = async (which: number, lines: readonly string[], at: number): Promise<void> => {
    if (
      !disorder &&
      at > 0 &&
      at < lines.length &&
      lines[at - 1]! > lines[at]! &&
      !options.has('nocheck') &&
      !io.busybox
    ) {
      await io.fail(`file ${which} is not in sorted order`);
      disorder = true;
    }
  };
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    if (b === undefined || (a !== undefined && a < b)) {
      await print(1, a!);
      counts[0]!++;
      await check(1, left, ++i);
    } else if (a === undefined || b < a) {
      await print(2, b);
      counts[1]!++;
      await check(2, right, ++j);
    } else {
      await print(3, a);
      counts[2]!++;
      await check(1, left, ++i);
      await check(2, right, ++j);
    }
  }
  if (options.has('total')) await io.out(`${counts.join(tab)}${tab}total\n`);
  if (disorder) await io.die('input is not in sorted order');
  return 0;
};

/** join(1). */
export const join: Tool = async (io) => {
  const rules: OptionRules = { short: 'a:e:i1:2:j:o:t:v:', long: { 'ignore-case': 'i', header: 'header' } };
  const options = await parseOptions(io, rules);
  if (options.operands.length < 2) await missingOperand(io, rules);
  const separator = options.get('t');
  const key1 = Number(options.get('1') ?? options.get('j') ?? 1) - 1;
  const key2 = Number(options.get('2') ?? options.get('j') ?? 1) - 1;
  const split = (line: string): string[] =>
    separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
  const left = (await linesOf(io, options.operands[0]!)).map(split);
  const right = (await linesOf(io, options.operands[1]!)).map(split);
  const glue = separator ?? ' ';
  const empty = options.get('e') ?? '';
  const unpaired = [...options.all('a'), ...options.all('v')];
  const fold = (text: string): string => (options.has('i') ? text.toLowerCase() : text);
  const layout = options.get('o');
  const line = (key: string, a: string[] | undefined, b: string[] | undefined): string => {
    if (layout !== undefined && layout !== 'auto') {
      return layout
        .split(/[, ]/)
        .map((item) => {
          if (item === '0') return key;
          const [file, field] = item.split('.');
          return (file === '1' ? a : b)?.[Number(field) - 1] ?? empty;
        })
        .join(glue);
    }
    return [key, ...(a ?? []).filter((_, i) => i !== key1), ...(b ?? []).filter((_, i) => i !== key2)].join(glue);
  };
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const a = left[i]?.[key1] ?? '';
    const b = right[j]?.[key2] ?? '';
    if (j >= right.length || (i < left.length && fold(a) < fold(b))) {
      if (unpaired.includes('1')) await io.raw(`${line(a, left[i], undefined)}\n`);
      i++;
    } else if (i >= left.length || fold(b) < fold(a)) {
      if (unpaired.includes('2')) await io.raw(`${line(b, undefined, right[j])}\n`);
      j++;
    } else {
      let [endLeft, endRight] = [i, j];
      while (endLeft < left.length && fold(left[endLeft]![key1] ?? '') === fold(a)) endLeft++;
      while (endRight < right.length && fold(right[endRight]![key2] ?? '') === fold(b)) endRight++;
      if (!options.has('v')) {
        for (let x = i; x < endLeft; x++)
          for (let y = j; y < endRight; y++) await io.raw(`${line(a, left[x], right[y])}\n`);
      }
      [i, j] = [endLeft, endRight];
    }
  }
  return 0;
};

/** split(1). */
export const split: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'a:b:l:d' + (io.busybox ? '' : 'n:xC:e'),
    long: io.busybox
      ? {}
      : {
          'suffix-length': ':a',
          bytes: ':b',
          lines: ':l',
          'numeric-suffixes': '?d',
          number: ':n',
          'additional-suffix': ':additional',
        },
    usage: '[OPTIONS] [INPUT [PREFIX]]',
  };
  const options = await parseOptions(io, rules);
  const [input = '-', prefix = 'x'] = options.operands;
  const fd = await openInput(io, input, { gnu: 'cannot open %q for reading: %e', busybox: "can't open '%s': %e" });
  const data = await io.allText(fd);
  const length = Number(options.get('a') ?? 2);
  const numeric = options.has('d');
  const name = (n: number): string => {
    const digits = numeric ? String(n).padStart(length, '0') : '';
    let letters = '';
    let rest = n;
    for (let i = 0; i < length; i++) {
      letters = String.fromCharCode(97 + (rest % 26)) + letters;
      rest = Math.floor(rest / 26);
    }
    return prefix + (numeric ? digits : letters) + (options.get('additional') ?? '');
  };
  const pieces: string[] = [];
  const bytes = options.get('b');
  const number = options.get('n');
  if (bytes !== undefined || number !== undefined) {
    const size = bytes === undefined ? Math.floor(data.length / Number(number)) : parseSize(bytes);
    if (size === undefined || size === 0)
      return usageFailure(io, rules, `invalid number of bytes: ${quote(bytes ?? number ?? '')}`);
    if (number !== undefined) {
      const n = Number(number);
      for (let i = 0; i < n; i++) pieces.push(data.slice(i * size, i === n - 1 ? undefined : (i + 1) * size));
    } else for (let at = 0; at < data.length; at += size) pieces.push(data.slice(at, at + size));
  } else {
    const count = Number(options.get('l') ?? 1000);
    if (!(count > 0)) return usageFailure(io, rules, `invalid number of lines: ${quote(options.get('l')!)}`);
    const lines = data.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    for (let at = 0; at < lines.length; at += count) pieces.push(lines.slice(at, at + count).join(''));
  }
  for (const [i, piece] of pieces.entries()) io.sys.writeFile(plain(name(i)), toBytes(piece));
  return 0;
};
