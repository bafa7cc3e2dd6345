/** ls: one listing engine, with the layout of GNU and of busybox. */
import type { Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { listingDate, strftime } from '../dates.ts';
import { busyboxSize, humanSize, join, modeString, quote, shellName } from '../format.ts';
import { Names } from '../identity.ts';
import type { Io, Tool } from '../io.ts';
import { compareVersions } from '../order.ts';
import { parseOptions, type OptionRules, type Options } from '../options.ts';

const GNU: OptionRules = {
  short: 'abcdfghiklmnopqrstuvw:xABCDFGHI:LNQRST:UXZ1',
  long: {
    all: 'a',
    'almost-all': 'A',
    author: 'author',
    'block-size': ':block-size',
    'ignore-backups': 'B',
    classify: '?F',
    color: '?color',
    directory: 'd',
    dereference: 'L',
    'dereference-command-line': 'H',
    escape: 'b',
    'file-type': 'file-type',
    format: ':format',
    'full-time': 'full-time',
    'group-directories-first': 'dirs-first',
    'human-readable': 'h',
    hide: ':hide',
    hyperlink: '?hyperlink',
    ignore: ':I',
    inode: 'i',
    'indicator-style': ':indicator',
    kibibytes: 'k',
    literal: 'N',
    'no-group': 'G',
    'numeric-uid-gid': 'n',
    'quote-name': 'Q',
    'quoting-style': ':quoting-style',
    recursive: 'R',
    reverse: 'r',
    'show-control-chars': 'show-control',
    si: 'si',
    size: 's',
    sort: ':sort',
    time: ':time',
    'time-style': ':time-style',
    width: ':w',
    zero: 'zero',
  },
  exit: 2,
  usage: '[OPTION]... [FILE]...',
};

const BUSYBOX: OptionRules = {
  short: '1AaCxdLHRFplinshrSXvctukw:T:',
  long: { color: '?color', 'full-time': 'full-time', 'group-directories-first': 'dirs-first' },
  usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
};

interface Item {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  readonly target?: string;
  readonly targetStat?: Stat;
}

interface Listing {
  readonly io: Io;
  readonly options: Options;
  readonly names: Names;
  readonly long: boolean;
  readonly columns: 'one' | 'down' | 'across' | 'commas';
  readonly width: number;
  readonly colour: boolean;
  readonly tty: boolean;
  failed: number;
}

/** ls(1). */
export const ls: Tool = async (io) => {
  const options = await parseOptions(io, io.busybox ? BUSYBOX : GNU);
  const tty = io.sys.isatty(1);
  const layout = options.last('1', 'l', 'C', 'x', 'm', 'n', 'o', 'g', 'format', 'full-time');
  const long =
    ['l', 'n', 'o', 'g', 'full-time'].some((key) => options.has(key)) && !['C', 'x', 'm'].includes(layout ?? '');
  const columns =
    long || layout === '1' || options.has('zero')
      ? 'one'
      : layout === 'C'
        ? 'down'
        : layout === 'x'
          ? 'across'
          : layout === 'm'
            ? 'commas'
            : tty
              ? 'down'
              : 'one';
  const when = options.has('color') ? (options.get('color') ?? 'always') : io.busybox && tty ? 'auto' : 'never';
  const colour = ['always', 'yes', 'force'].includes(when) || (['auto', 'tty', 'if-tty'].includes(when) && tty);
  const width = Number(options.get('w') ?? (tty ? io.sys.windowSize(1).columns : (io.sys.env.COLUMNS ?? 80))) || 80;
  const listing: Listing = {
    io,
    options,
    names: new Names(io.sys),
    long,
    columns,
    width,
    colour,
    tty,
    failed: 0,
  };
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  const files: Item[] = [];
  const directories: Item[] = [];
  for (const path of operands) {
    const item = await inspect(listing, path, path, true);
    if (item === undefined) listing.failed = io.busybox ? 1 : 2;
    else if (item.stat.type === 'dir' && !options.has('d')) directories.push(item);
    else files.push(item);
  }
  if (files.length > 0) await print(listing, sorted(listing, files));
  const headed = operands.length > 1 || options.has('R');
  let first = files.length === 0;
  for (const directory of sorted(listing, directories)) {
    first = await list(listing, directory.path, headed, first, true);
  }
  return listing.failed;
};

/** Lists a directory and, with -R, those below; gives whether nothing has been printed yet. */
async function list(l: Listing, path: string, headed: boolean, first: boolean, operand: boolean): Promise<boolean> {
  const { io, options } = l;
  let entries;
  try {
    entries = io.sys.readdir(path);
  } catch (error) {
    if (io.busybox) await io.fail(`can't open '${path}': ${io.reason(error)}`);
    else await io.fail(`cannot open directory ${quote(path)}: ${io.reason(error)}`);
    l.failed = Math.max(l.failed, io.busybox || !operand ? 1 : 2);
    return first;
  }
  if (headed) await io.out(`${first ? '' : '\n'}${l.tty && !io.busybox ? shellName(path) : path}:\n`);
  const ignored = [...options.all('I'), ...(options.has('a') || options.has('A') ? [] : options.all('hide'))].map(
    globToRegExp,
  );
  const items: Item[] = [];
  const all = options.last('a', 'A', 'f');
  if (all === 'a' || all === 'f') {
    for (const name of ['.', '..']) {
      const item = await inspect(l, join(path, name), name, false);
      if (item) items.push(item);
    }
  }
  for (const { name } of entries) {
    if (name.startsWith('.') && all === undefined) continue;
    if (options.has('B') && !io.busybox && name.endsWith('~')) continue;
    if (ignored.some((pattern) => pattern.test(name))) continue;
    const item = await inspect(l, join(path, name), name, false);
    if (item) items.push(item);
    else l.failed = Math.max(l.failed, 1);
  }
  const order = sorted(l, items);
  if (l.long || options.has('s')) {
    const blocks = items.reduce((sum, item) => sum + item.stat.blocks, 0);
    await io.out(`total ${blockCount(l, blocks)}\n`);
  }
  await print(l, order);
  if (options.has('R')) {
    for (const item of order) {
      if (item.stat.type === 'dir' && item.name !== '.' && item.name !== '..') {
        await list(l, item.path, true, false, false);
        await io.sys.tick();
      }
    }
  }
  return false;
}

const globToRegExp = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

async function inspect(l: Listing, path: string, name: string, operand: boolean): Promise<Item | undefined> {
  const { io, options } = l;
  const follow =
    options.has('L') ||
    (operand && (options.has('H') || (!l.long && !options.has('d') && !options.has('F')) || path.endsWith('/')));
  try {
    let stat = io.sys.lstat(path);
    if (stat.type === 'symlink') {
      const target = io.sys.readlink(path);
      let targetStat: Stat | undefined;
      try {
        targetStat = io.sys.stat(path);
      } catch (error) {
        io.reason(error); // dangling
      }
      // An operand's link is followed only to a directory (POSIX), -L always.
      if (follow && targetStat && (options.has('L') || options.has('H') || targetStat.type === 'dir'))
        stat = targetStat;
      else return { name, path, stat, target, ...(targetStat ? { targetStat } : {}) };
    }
    return { name, path, stat };
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(io.busybox ? `${path}: ${error.message}` : `cannot access ${quote(path)}: ${error.message}`);
    return undefined;
  }
}

function sorted(l: Listing, items: readonly Item[]): Item[] {
  const { options } = l;
  const byName = (a: Item, b: Item): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const word = options.get('sort');
  const key =
    word === undefined
      ? options.last('S', 't', 'U', 'X', 'v', 'f')
      : { size: 'S', time: 't', none: 'U', extension: 'X', version: 'v' }[word];
  const time = timeOf(l);
  const extension = (name: string): string => (name.lastIndexOf('.') > 0 ? name.slice(name.lastIndexOf('.')) : '');
  let list = [...items];
  if (key === 'S') list.sort((a, b) => b.stat.size - a.stat.size || byName(a, b));
  else if (key === 't' || ((options.has('u') || options.has('c')) && !l.long && key === undefined)) {
    list.sort((a, b) => time(b.stat) - time(a.stat) || byName(a, b));
  } else if (key === 'X') {
    list.sort((a, b) => {
      const [x, y] = [extension(a.name), extension(b.name)];
      return x < y ? -1 : x > y ? 1 : byName(a, b);
    });
  } else if (key === 'v') list.sort((a, b) => compareVersions(a.name, b.name));
  else if (key !== 'U' && key !== 'f') list.sort(byName);
  if (options.has('r') && key !== 'U' && key !== 'f') list.reverse();
  if (options.has('dirs-first')) {
    const isDir = (item: Item): boolean => item.stat.type === 'dir' || item.targetStat?.type === 'dir';
    list = [...list.filter(isDir), ...list.filter((item) => !isDir(item))];
  }
  return list;
}

const timeOf = (l: Listing): ((stat: Stat) => number) => {
  const word = l.options.get('time');
  if (l.options.has('u') || word === 'atime' || word === 'access' || word === 'use') return (stat) => stat.atime;
  if (l.options.has('c') || word === 'ctime' || word === 'status') return (stat) => stat.ctime;
  return (stat) => stat.mtime;
};

function blockCount(l: Listing, blocks: number): string {
  const { options, io } = l;
  if (options.has('h')) return io.busybox ? busyboxSize(blocks * 512) : humanSize(blocks * 512);
  if (options.has('si')) return humanSize(blocks * 512, 1000, 'kMGTPE');
  return String(Math.ceil(blocks / 2));
}

function size(l: Listing, bytes: number): string {
  if (l.options.has('h')) return l.io.busybox ? busyboxSize(bytes) : humanSize(bytes);
  if (l.options.has('si')) return humanSize(bytes, 1000, 'kMGTPE');
  return String(bytes);
}

function date(l: Listing, stat: Stat): string {
  const ms = timeOf(l)(stat);
  const style = l.options.get('time-style') ?? l.io.sys.env.TIME_STYLE;
  if (l.options.has('full-time') || style === 'full-iso') {
    return strftime(l.io.busybox ? '%Y-%m-%d %H:%M:%S %z' : '%Y-%m-%d %H:%M:%S.%N %z', ms);
  }
  if (style === 'long-iso') return strftime('%Y-%m-%d %H:%M', ms);
  if (style === 'iso') {
    const recent = ms > l.io.sys.now() - 15778476000 && ms <= l.io.sys.now();
    return strftime(recent ? '%m-%d %H:%M' : '%Y-%m-%d ', ms);
  }
  if (style?.startsWith('+')) return strftime(style.slice(1), ms);
  return listingDate(ms, l.io.sys.now());
}

/** Colours of GNU's built-in table, and busybox's. */
function colourOf(l: Listing, item: { stat: Stat; missing?: boolean }): string {
  const { stat } = item;
  if (l.io.busybox) {
    const codes = {
      file: '0;0',
      dir: '1;34',
      symlink: '1;36',
      char: '1;33',
      block: '1;33',
      fifo: '0;33',
      socket: '1;35',
    };
    return stat.type === 'file' && stat.mode & 0o111 ? '1;32' : codes[stat.type];
  }
  if (item.missing) return '';
  switch (stat.type) {
    case 'dir':
      if ((stat.mode & 0o1002) === 0o1002) return '30;42';
      if (stat.mode & 2) return '34;42';
      return stat.mode & 0o1000 ? '37;44' : '01;34';
    case 'symlink':
      return '01;36';
    case 'fifo':
      return '40;33';
    case 'socket':
      return '01;35';
    case 'char':
    case 'block':
      return '40;33;01';
    case 'file':
      if (stat.mode & 0o4000) return '37;41';
      if (stat.mode & 0o2000) return '30;43';
      return stat.mode & 0o111 ? '01;32' : '';
  }
}

function indicator(l: Listing, stat: Stat): string {
  const { options } = l;
  const style = options.get('indicator');
  const classify = options.has('F') || style === 'classify';
  if (stat.type === 'dir')
    return classify || options.has('p') || options.has('file-type') || style === 'slash' ? '/' : '';
  if (!classify && !options.has('file-type') && style !== 'file-type') return '';
  if (stat.type === 'symlink') return '@';
  if (stat.type === 'fifo') return '|';
  if (stat.type === 'socket') return '=';
  return classify && stat.type === 'file' && stat.mode & 0o111 ? '*' : '';
}

interface Cell {
  readonly text: string;
  readonly length: number;
}

let firstColour = true;

function paint(l: Listing, name: string, code: string): string {
  if (!l.colour) return name;
  if (l.io.busybox) return `\x1b[${code}m${name}\x1b[m`;
  if (code === '') return name;
  const head = firstColour ? '\x1b[0m' : '';
  firstColour = false;
  return `${head}\x1b[${code}m${name}\x1b[0m`;
}

function shownName(l: Listing, name: string): string {
  const { options, io } = l;
  if (io.busybox) return l.tty ? name.replace(/[\x00-\x1f\x7f]/g, '?') : name;
  const style = options.get('quoting-style') ?? io.sys.env.QUOTING_STYLE;
  if (options.has('N') || style === 'literal') return name;
  if (options.has('Q') || style === 'c') return `"${name.replace(/["\\]/g, '\\$&')}"`;
  if (options.has('b') || style === 'escape') return name.replace(/[\\ ]/g, '\\$&').replaceAll('\n', '\\n');
  if (style === 'shell-always') return quote(name);
  return (l.tty && options.last('zero') === undefined) || style === 'shell' || style === 'shell-escape'
    ? shellName(name)
    : name;
}

function cell(l: Listing, item: Item, blockWidth: number, inodeWidth: number): Cell {
  const shown = shownName(l, item.name);
  const mark = indicator(l, item.stat);
  let prefix = '';
  if (l.options.has('i')) prefix += `${String(item.stat.ino).padStart(inodeWidth)} `;
  if (l.options.has('s')) prefix += `${blockCount(l, item.stat.blocks).padStart(blockWidth)} `;
  const missing = item.stat.type === 'symlink' && item.targetStat === undefined;
  return {
    text: prefix + paint(l, shown, colourOf(l, { stat: item.stat, missing })) + mark,
    length: prefix.length + [...shown].length + mark.length,
  };
}

async function print(l: Listing, items: readonly Item[]): Promise<void> {
  const { io, options } = l;
  firstColour = true;
  const widest = (texts: readonly string[]): number => texts.reduce((max, text) => Math.max(max, text.length), 0);
  const inodeWidth = io.busybox ? 7 : widest(items.map((item) => String(item.stat.ino)));
  const blockWidth = io.busybox ? 6 : widest(items.map((item) => blockCount(l, item.stat.blocks)));
  if (l.long) {
    await printLong(l, items, inodeWidth, blockWidth);
    return;
  }
  const cells = items.map((item) =>
    cell(
      l,
      item,
      l.columns === 'one' || io.busybox ? blockWidth : 0,
      l.columns === 'one' || io.busybox ? inodeWidth : 0,
    ),
  );
  if (l.columns === 'one') {
    for (const { text } of cells) await io.out(text + (options.has('zero') ? '\0' : '\n'));
  } else if (l.columns === 'commas') {
    let line = '';
    let length = 0;
    for (const [i, { text, length: size }] of cells.entries()) {
      const more = i < cells.length - 1;
      if (length > 0 && length + size + (more ? 2 : 0) >= l.width) {
        await io.out(`${line.trimEnd()}\n`);
        line = '';
        length = 0;
      }
      line += text + (more ? ', ' : '');
      length += size + 2;
    }
    if (cells.length > 0) await io.out(`${line}\n`);
  } else if (io.busybox) await busyboxColumns(l, cells);
  else await gnuColumns(l, cells);
}

/** GNU: as many columns as fit, each as wide as it needs, separated by at least two blanks (tabs where they fit). */
async function gnuColumns(l: Listing, cells: readonly Cell[]): Promise<void> {
  if (cells.length === 0) return;
  const down = l.columns === 'down';
  let columns = Math.min(cells.length, Math.max(1, Math.floor(l.width / 3)));
  let rows = 1;
  let widths: number[] = [];
  for (; columns >= 1; columns--) {
    rows = Math.ceil(cells.length / columns);
    widths = [];
    cells.forEach((c, i) => {
      const column = down ? Math.floor(i / rows) : i % columns;
      const last = column === columns - 1;
      widths[column] = Math.max(widths[column] ?? 3, c.length + (last ? 0 : 2));
    });
    if (columns === 1 || widths.reduce((sum, width) => sum + width, 0) < l.width) break;
  }
  const tab = l.colour ? 0 : 8;
  for (let row = 0; row < rows; row++) {
    let line = '';
    let at = 0;
    let end = 0;
    for (let column = 0; column < columns; column++) {
      const index = down ? column * rows + row : row * columns + column;
      const c = cells[index];
      if (!c) break;
      if (column > 0) {
        while (at < end) {
          if (tab > 0 && Math.floor(end / tab) > Math.floor((at + 1) / tab)) {
            line += '\t';
            at += tab - (at % tab);
          } else {
            line += ' ';
            at++;
          }
        }
      }
      line += c.text;
      at += c.length;
      end += widths[column]!;
    }
    await l.io.out(`${line}\n`);
  }
}

/** busybox: equal columns, as wide as the longest name and two blanks. */
async function busyboxColumns(l: Listing, cells: readonly Cell[]): Promise<void> {
  const width = cells.reduce((max, c) => Math.max(max, c.length), 0) + 2;
  const columns = Math.max(1, Math.floor(l.width / width));
  const rows = Math.ceil(cells.length / columns);
  for (let row = 0; row < rows; row++) {
    let line = '';
    let pad = 0;
    for (let column = 0; column < columns; column++) {
      const c = cells[l.columns === 'down' ? column * rows + row : row * columns + column];
      if (!c) break;
      line += ' '.repeat(pad) + c.text;
      pad = width - c.length;
    }
    await l.io.out(`${line}\n`);
  }
}

async function printLong(l: Listing, items: readonly Item[], inodeWidth: number, blockWidth: number): Promise<void> {
  const { io, options, names } = l;
  const numeric = options.has('n');
  const device = (stat: Stat): boolean => stat.type === 'char' || stat.type === 'block';
  const rows = items.map((item) => ({
    item,
    links: String(item.stat.nlink),
    owner: numeric ? String(item.stat.uid) : names.userName(item.stat.uid),
    group: numeric ? String(item.stat.gid) : names.groupName(item.stat.gid),
    size: device(item.stat) ? '' : size(l, item.stat.size),
    date: date(l, item.stat),
  }));
  const widest = (texts: readonly string[]): number => texts.reduce((max, text) => Math.max(max, text.length), 0);
  const devices = rows.filter((row) => device(row.item.stat));
  const major = widest(devices.map((row) => String(row.item.stat.rdev[0])));
  const minor = widest(devices.map((row) => String(row.item.stat.rdev[1])));
  const linksWidth = widest(rows.map((row) => row.links));
  const ownerWidth = widest(rows.map((row) => row.owner));
  const groupWidth = widest(rows.map((row) => row.group));
  const sizeWidth = Math.max(widest(rows.map((row) => row.size)), devices.length > 0 ? major + 2 + minor : 0);
  for (const row of rows) {
    const { stat, target } = row.item;
    let line = '';
    if (options.has('i')) line += `${String(stat.ino).padStart(inodeWidth)} `;
    if (options.has('s')) line += `${blockCount(l, stat.blocks).padStart(blockWidth)} `;
    const mode = modeString(stat.type, stat.mode);
    if (io.busybox) {
      line += `${mode} ${row.links.padStart(4)} `;
      line += numeric
        ? `${row.owner.padEnd(8)} ${row.group.padEnd(8)} `
        : `${row.owner.padEnd(8).slice(0, 8)} ${row.group.padEnd(8).slice(0, 8)} `;
      line += device(stat)
        ? `${String(stat.rdev[0]).padStart(4)}, ${String(stat.rdev[1]).padStart(3)} `
        : `${row.size.padStart(9)} `;
    } else {
      line += `${mode} ${row.links.padStart(linksWidth)} `;
      if (!options.has('g'))
        line += numeric ? `${row.owner.padStart(ownerWidth)} ` : `${row.owner.padEnd(ownerWidth)} `;
      if (!options.has('o') && !options.has('G'))
        line += numeric ? `${row.group.padStart(groupWidth)} ` : `${row.group.padEnd(groupWidth)} `;
      line += device(stat)
        ? `${String(stat.rdev[0]).padStart(sizeWidth - 2 - minor)}, ${String(stat.rdev[1]).padStart(minor)} `
        : `${row.size.padStart(sizeWidth)} `;
    }
    line += `${row.date} `;
    const missing = target !== undefined && row.item.targetStat === undefined;
    line += paint(l, shownName(l, row.item.name), colourOf(l, { stat, missing }));
    if (target !== undefined) {
      const end = row.item.targetStat;
      line += ` -> ${end ? paint(l, shownName(l, target), colourOf(l, { stat: end })) : shownName(l, target)}`;
      if (end && !io.busybox) line += indicator(l, end);
    } else line += indicator(l, stat);
    await io.out(`${line}${options.has('zero') ? '\0' : '\n'}`);
  }
}
