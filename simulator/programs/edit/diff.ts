/** diff and cmp. */
import { strftime } from '../dates.ts';
import { join } from '../format.ts';
import { inputError } from '../inputs.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { parseOptions, usageFailure, type OptionRules, type Options } from '../options.ts';
import { byteString, fromBytes } from '../text.ts';

type Edit = { readonly a: number; readonly b: number; readonly kind: 'same' | 'del' | 'add' };

/** Shortest edit script (Myers). */
function edits(a: readonly string[], b: readonly string[]): Edit[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const x = a.slice(head, a.length - tail);
  const y = b.slice(head, b.length - tail);
  const [n, m] = [x.length, y.length];
  const trace: Map<number, number>[] = [];
  let v = new Map<number, number>([[1, 0]]);
  outer: for (let d = 0; d <= n + m; d++) {
    trace.push(new Map(v));
    const next = new Map(v);
    for (let k = -d; k <= d; k += 2) {
      let i =
        k === -d || (k !== d && (next.get(k - 1) ?? -1) < (next.get(k + 1) ?? -1))
          ? (next.get(k + 1) ?? 0)
          : (next.get(k - 1) ?? 0) + 1;
      let j = i - k;
      while (i < n && j < m && x[i] === y[j]) {
        i++;
        j++;
      }
      next.set(k, i);
      if (i >= n && j >= m) {
        v = next;
        trace.push(new Map(v));
        break outer;
      }
    }
    v = next;
  }
  const middle: Edit[] = [];
  let [i, j] = [n, m];
  for (let d = trace.length - 2; d >= 0 && (i > 0 || j > 0); d--) {
    const at = trace[d]!;
    const k = i - j;
    const down = k === -d || (k !== d && (at.get(k - 1) ?? -1) < (at.get(k + 1) ?? -1));
    const previous = down ? k + 1 : k - 1;
    const fromI = d === 0 ? 0 : (at.get(previous) ?? 0);
    const fromJ = d === 0 ? 0 : fromI - previous;
    while (i > fromI && j > fromJ && i > 0 && j > 0 && x[i - 1] === y[j - 1]) {
      i--;
      j--;
      middle.push({ a: head + i, b: head + j, kind: 'same' });
    }
    if (d === 0) break;
    if (down) {
      j--;
      middle.push({ a: head + i, b: head + j, kind: 'add' });
    } else {
      i--;
      middle.push({ a: head + i, b: head + j, kind: 'del' });
    }
  }
  middle.reverse();
  const same = (from: number, offset: number, count: number): Edit[] =>
    Array.from({ length: count }, (_, q) => ({ a: from + q, b: from + q + offset, kind: 'same' as const }));
  return [...same(0, 0, head), ...middle, ...same(a.length - tail, b.length - a.length, tail)];
}

interface Hunk {
  a: number;
  b: number;
  del: number;
  add: number;
}

function hunks(script: readonly Edit[]): Hunk[] {
  const out: Hunk[] = [];
  let open: Hunk | undefined;
  for (const edit of script) {
    if (edit.kind === 'same') {
      open = undefined;
      continue;
    }
    if (!open) out.push((open = { a: edit.a, b: edit.b, del: 0, add: 0 }));
    if (edit.kind === 'del') open.del++;
    else open.add++;
  }
  return out;
}

interface File {
  readonly lines: string[];
  readonly open: boolean;
  readonly text: string;
}

const split = (text: string): File => {
  const lines = text.split('\n');
  const open = lines.at(-1) !== '';
  if (!open) lines.pop();
  return { lines, open, text };
};

const GNU: OptionRules = {
  short: 'abBcC:dDeEfiI:lnNpqrsS:tTuU:vwW:x:X:y',
  long: {
    brief: 'q',
    'report-identical-files': 's',
    unified: '?unified',
    context: '?context',
    'ignore-case': 'i',
    'ignore-all-space': 'w',
    'ignore-space-change': 'b',
    'ignore-blank-lines': 'B',
    recursive: 'r',
    'new-file': 'N',
    text: 'a',
    color: '?color',
    label: ':label',
    exclude: ':x',
    'side-by-side': 'y',
    'strip-trailing-cr': 'strip-cr',
    normal: 'normal',
    minimal: 'd',
    width: ':W',
  },
  exit: 2,
  version: 'diff (GNU diffutils) 3.8',
};
const BUSYBOX: OptionRules = {
  short: 'abBdiNqrTtwsuU:L:S:x:',
  long: { label: ':label' },
  exit: 2,
  usage: '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2',
};

/** diff(1). */
export const diff: Tool = async (io) => {
  const rules = io.busybox ? BUSYBOX : GNU;
  const options = await parseOptions(io, rules);
  const [left, right, extra] = options.operands;
  if (left === undefined) return usageFailure(io, rules, io.busybox ? '' : "missing operand after 'diff'");
  if (right === undefined) return usageFailure(io, rules, io.busybox ? '' : `missing operand after '${left}'`);
  if (extra !== undefined && !io.busybox) return usageFailure(io, rules, `extra operand '${extra}'`);
  return compare(io, options, left, right, true);
};

const typeOf = (io: Io, path: string): string | undefined => {
  if (path === '-') return 'file';
  try {
    return io.sys.stat(path).type;
  } catch (error) {
    io.reason(error);
    return undefined;
  }
};

async function compare(io: Io, options: Options, left: string, right: string, top: boolean): Promise<number> {
  const [a, b] = [typeOf(io, left), typeOf(io, right)];
  if (a === 'dir' && b === 'dir') return directories(io, options, left, right);
  if (a === 'dir' && b !== undefined && top)
    return compare(io, options, join(left, right.split('/').pop()!), right, false);
  if (b === 'dir' && a !== undefined && top)
    return compare(io, options, left, join(right, left.split('/').pop()!), false);
  const read = async (path: string): Promise<File | undefined> => {
    if (options.has('N') && typeOf(io, path) === undefined) return split('');
    try {
      const fd = io.open(path);
      const text = await io.allText(fd);
      io.close(fd);
      return split(text);
    } catch (error) {
      await inputError(io, path, error, { busybox: "can't stat '%s': %e" });
      return undefined;
    }
  };
  const [x, y] = [await read(left), await read(right)];
  if (!x || !y) return 2;
  const words = io.args.filter((arg) => arg.startsWith('-') && arg !== '-').join(' ');
  const header = top ? '' : `diff ${words === '' ? '' : `${words} `}${left} ${right}\n`;
  if (x.text === y.text) {
    if (options.has('s')) await io.out(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (!options.has('a') && (x.text.includes('\0') || y.text.includes('\0'))) {
    await io.out(
      io.busybox || options.has('q')
        ? `Files ${left} and ${right} differ\n`
        : `Binary files ${left} and ${right} differ\n`,
    );
    return 1;
  }
  const fold = (line: string): string => {
    let text = line;
    if (options.has('i')) text = text.toLowerCase();
    if (options.has('w')) text = text.replace(/\s/g, '');
    else if (options.has('b')) text = text.replace(/[ \t]+/g, ' ').trimEnd();
    return text;
  };
  // A missing newline at the end makes the last line another line.
  const key = (file: File): string[] =>
    file.lines.map((line, i) => fold(line) + (file.open && i === file.lines.length - 1 ? '\0' : ''));
  let list = hunks(edits(key(x), key(y)));
  if (options.has('B'))
    list = list.filter((h) =>
      [...x.lines.slice(h.a, h.a + h.del), ...y.lines.slice(h.b, h.b + h.add)].some((line) => line.trim() !== ''),
    );
  if (list.length === 0) return 0;
  if (options.has('q')) {
    await io.out(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  const unified = io.busybox || options.has('u') || options.has('U') || options.has('unified');
  const note = '\\ No newline at end of file\n';
  const show = (mark: string, file: File, i: number): string =>
    `${mark}${file.lines[i]}\n${file.open && i === file.lines.length - 1 ? note : ''}`;
  const colour =
    options.has('color') &&
    (options.get('color') ?? 'auto') !== 'never' &&
    (options.get('color') === 'always' || io.sys.isatty(1));
  const paint = (text: string, code: string): string =>
    colour ? text.replace(/[^\n]+/g, (line) => `\x1b[${code}m${line}\x1b[0m`) : text;
  await io.raw(byteString(header));
  if (options.has('y')) return sideBySide(io, options, x, y, list);
  if (!unified) {
    const range = (from: number, count: number): string =>
      count === 0 ? String(from) : count === 1 ? String(from + 1) : `${from + 1},${from + count}`;
    for (const h of list) {
      await io.out(`${range(h.a, h.del)}${h.del === 0 ? 'a' : h.add === 0 ? 'd' : 'c'}${range(h.b, h.add)}\n`);
      for (let i = 0; i < h.del; i++) await io.raw(paint(show('< ', x, h.a + i), '31'));
      if (h.del > 0 && h.add > 0) await io.out('---\n');
      for (let i = 0; i < h.add; i++) await io.raw(paint(show('> ', y, h.b + i), '32'));
    }
    return 1;
  }
  const context = Number(options.get('U') ?? options.get('unified') ?? 3);
  const labels = [...options.all('label'), ...(io.busybox ? options.all('L') : [])];
  const title = (path: string, label: string | undefined): string => {
    if (label !== undefined) return label;
    if (io.busybox) return path;
    const ms =
      path === '-' || typeOf(io, path) === undefined ? (path === '-' ? io.sys.now() : 0) : io.sys.stat(path).mtime;
    return `${path}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', ms)}`;
  };
  await io.raw(byteString(paint(`--- ${title(left, labels[0])}\n+++ ${title(right, labels[1])}\n`, '1')));
  for (let at = 0; at < list.length;) {
    let end = at + 1;
    while (end < list.length && list[end]!.a - (list[end - 1]!.a + list[end - 1]!.del) <= 2 * context) end++;
    const first = list[at]!;
    const last = list[end - 1]!;
    const fromA = Math.max(0, first.a - context);
    const fromB = Math.max(0, first.b - context);
    const toA = Math.min(x.lines.length, last.a + last.del + context);
    const toB = Math.min(y.lines.length, last.b + last.add + context);
    const range = (from: number, count: number): string =>
      count === 1 ? String(from + 1) : `${count === 0 ? from : from + 1},${count}`;
    await io.out(paint(`@@ -${range(fromA, toA - fromA)} +${range(fromB, toB - fromB)} @@\n`, '36'));
    let i = fromA;
    for (const h of list.slice(at, end)) {
      for (; i < h.a; i++) await io.raw(show(' ', x, i));
      for (let n = 0; n < h.del; n++) await io.raw(paint(show('-', x, i++), '31'));
      for (let n = 0; n < h.add; n++) await io.raw(paint(show('+', y, h.b + n), '32'));
    }
    for (; i < toA; i++) await io.raw(show(' ', x, i));
    at = end;
  }
  return 1;
}

async function sideBySide(io: Io, options: Options, x: File, y: File, list: readonly Hunk[]): Promise<number> {
  const width = Number(options.get('W') ?? 130);
  const half = Math.floor((width - 3) / 2);
  const row = (a: string | undefined, mark: string, b: string | undefined): Promise<void> | undefined =>
    io.raw(
      `${(a ?? '').slice(0, half).padEnd(half)} ${mark}${b === undefined ? '' : `${mark === ' ' ? '\t' : ' '}${b}`}\n`,
    );
  let i = 0;
  for (const h of [...list, { a: x.lines.length, b: y.lines.length, del: 0, add: 0 }]) {
    for (; i < h.a; i++) await row(x.lines[i], ' ', x.lines[i]);
    for (let n = 0; n < Math.max(h.del, h.add); n++) {
      const [a, b] = [n < h.del ? x.lines[h.a + n] : undefined, n < h.add ? y.lines[h.b + n] : undefined];
      await row(a, a === undefined ? '>' : b === undefined ? '<' : '|', b);
    }
    i = h.a + h.del;
  }
  return 1;
}

async function directories(io: Io, options: Options, left: string, right: string): Promise<number> {
  const names = (path: string): Map<string, string> =>
    new Map(io.sys.readdir(path).map(({ name, type }) => [name, type]));
  const [a, b] = [names(left), names(right)];
  let code = 0;
  for (const name of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [x, y] = [join(left, name), join(right, name)];
    if ((!a.has(name) || !b.has(name)) && !options.has('N')) {
      await io.out(`Only in ${a.has(name) ? left : right}: ${name}\n`);
      code = Math.max(code, 1);
    } else if (a.get(name) === 'dir' && b.get(name) === 'dir') {
      if (options.has('r')) code = Math.max(code, await directories(io, options, x, y));
      else await io.out(`Common subdirectories: ${x} and ${y}\n`);
    } else if (a.has(name) && b.has(name) && (a.get(name) === 'dir') !== (b.get(name) === 'dir')) {
      const word = (type: string | undefined): string => (type === 'dir' ? 'directory' : 'regular file');
      await io.out(`File ${x} is a ${word(a.get(name))} while file ${y} is a ${word(b.get(name))}\n`);
      code = Math.max(code, 1);
    } else code = Math.max(code, await compare(io, options, x, y, false));
    await io.sys.tick();
  }
  return code;
}

/** cmp(1). */
export const cmp: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'bi:ln:s',
    long: io.busybox
      ? {}
      : { 'print-bytes': 'b', verbose: 'l', silent: 's', quiet: 's', bytes: ':n', 'ignore-initial': ':i' },
    exit: 2,
    usage: '[-ls] [-n NUM] FILE1 [FILE2]',
  };
  const options = await parseOptions(io, rules);
  const [left, right = '-'] = options.operands;
  if (left === undefined) return usageFailure(io, rules, "missing operand after 'cmp'");
  const read = async (path: string): Promise<Uint8Array> => {
    try {
      const fd = io.open(path);
      const data = await io.all(fd);
      io.close(fd);
      return data.subarray(0, options.get('n') === undefined ? undefined : Number(options.get('n')));
    } catch (error) {
      await inputError(io, path, error, {});
      throw new Exit(2);
    }
  };
  const [a, b] = [await read(left), await read(right)];
  let line = 1;
  let differs = false;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) {
      differs = true;
      if (options.has('l')) {
        await io.out(
          `${String(i + 1).padStart(String(Math.max(a.length, b.length)).length)} ${a[i]!.toString(8).padStart(3)} ${b[i]!.toString(8).padStart(3)}\n`,
        );
        continue;
      }
      if (!options.has('s'))
        await io.out(
          `${left} ${right} differ: ${/UTF-?8/i.test(io.sys.env.LC_ALL ?? io.sys.env.LANG ?? '') && !io.busybox ? 'byte' : 'char'} ${i + 1}, line ${line}\n`,
        );
      return 1;
    }
    if (a[i] === 10) line++;
  }
  if (a.length !== b.length) {
    const short = a.length < b.length ? left : right;
    const size = Math.min(a.length, b.length);
    if (!options.has('s')) {
      const text = fromBytes(a.length < b.length ? a : b);
      const lines = text.split('\n').length - 1;
      await io.error(
        io.busybox
          ? `cmp: EOF on ${short}\n`
          : size === 0
            ? `cmp: EOF on ${short} which is empty\n`
            : `cmp: EOF on ${short} after byte ${size}, ${text.endsWith('\n') ? `line ${lines}` : `in line ${lines + 1}`}\n`,
      );
    }
    return 1;
  }
  return differs ? 1 : 0;
};
