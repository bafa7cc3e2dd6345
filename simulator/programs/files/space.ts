/** du and df. */
import { isErrno } from '../../kernel/errno.ts';
import { busyboxSize, humanSize, join, quote } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';

/** du(1). */
export const du: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'aHLd:clsxhmkb', usage: '[-aHLdclsxhmk] [FILE]...' }
    : {
        short: '0abB:cd:DhHklLmPsSt:xX:',
        long: {
          all: 'a',
          'apparent-size': 'apparent',
          bytes: 'b',
          'block-size': ':B',
          total: 'c',
          'max-depth': ':d',
          'human-readable': 'h',
          dereference: 'L',
          'one-file-system': 'x',
          summarize: 's',
          'separate-dirs': 'S',
          si: 'si',
          exclude: ':exclude',
          null: '0',
          threshold: ':t',
          time: '?time',
        },
      };
  const options = await parseOptions(io, rules);
  const apparent = options.has('b') || options.has('apparent');
  const limit = options.has('s') ? 0 : options.get('d') === undefined ? Infinity : Number(options.get('d'));
  const seen = new Set<string>();
  let failed = false;
  const show = async (bytes: number, path: string): Promise<void> => {
    const text = options.has('h')
      ? io.busybox
        ? busyboxSize(bytes)
        : humanSize(bytes)
      : options.has('b')
        ? String(bytes)
        : options.has('m')
          ? String(io.busybox ? Math.round(bytes / 1048576) : Math.ceil(bytes / 1048576))
          : String(Math.ceil(bytes / 1024));
    await io.out(`${text}\t${path}${options.has('0') ? '\0' : '\n'}`);
  };
  const walk = async (path: string, depth: number): Promise<number> => {
    let stat;
    try {
      stat = options.has('L') ? io.sys.stat(path) : io.sys.lstat(path);
    } catch (error) {
      await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `cannot access ${quote(path)}: ${io.reason(error)}`);
      failed = true;
      return 0;
    }
    const key = `${stat.dev}:${stat.ino}`;
    if (stat.nlink > 1 && stat.type !== 'dir') {
      if (seen.has(key) && !options.has('l')) return 0;
      seen.add(key);
    }
    let bytes = apparent ? stat.size : stat.blocks * 512;
    if (stat.type === 'dir') {
      let entries: readonly { name: string }[] = [];
      try {
        entries = io.sys.readdir(path);
      } catch (error) {
        await io.fail(
          io.busybox
            ? `can't open '${path}': ${io.reason(error)}`
            : `cannot read directory ${quote(path)}: ${io.reason(error)}`,
        );
        failed = true;
      }
      for (const { name } of entries) {
        bytes += await walk(join(path, name), depth + 1);
        await io.sys.tick();
      }
    }
    if (depth <= limit && (stat.type === 'dir' || options.has('a') || depth === 0)) await show(bytes, path);
    return bytes;
  };
  let total = 0;
  for (const path of options.operands.length === 0 ? ['.'] : options.operands) total += await walk(path, 0);
  if (options.has('c')) await show(total, 'total');
  return failed ? 1 : 0;
};

interface Mount {
  source: string;
  target: string;
  type: string;
}

/** Mounts as /proc/mounts lists them. */
export function mounts(io: Io): Mount[] {
  return io.sys
    .readText('/proc/mounts')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [source = '', target = '', type = ''] = line
        .split(' ')
        .map((word) => word.replace(/\\([0-7]{3})/g, (_, o: string) => String.fromCharCode(parseInt(o, 8))));
      return { source, target, type };
    });
}

const PSEUDO = new Set([
  'proc',
  'sysfs',
  'devpts',
  'mqueue',
  'cgroup2',
  'cgroup',
  'securityfs',
  'debugfs',
  'tracefs',
  'bpf',
  'pstore',
  'nsfs',
]);

/** df(1). */
export const df: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'PkhmTait:B:', usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...' }
    : {
        short: 'aB:hHiklmPt:Tvx:',
        long: {
          all: 'a',
          'block-size': ':B',
          'human-readable': 'h',
          si: 'H',
          inodes: 'i',
          local: 'l',
          portability: 'P',
          'print-type': 'T',
          type: ':t',
          'exclude-type': ':x',
          total: 'total',
          output: '?output',
        },
      };
  const options = await parseOptions(io, rules);
  const rows: string[][] = [];
  const human = options.has('h');
  const unit = options.has('m') ? 1048576 : 1024;
  const percent = (used: number, available: number): string =>
    used + available === 0 ? (io.busybox ? '0%' : '-') : `${Math.ceil((used * 100) / (used + available))}%`;
  const size = (n: number): string =>
    human ? (io.busybox ? busyboxSize(n) : humanSize(n)) : String(Math.ceil(n / unit));
  let failed = false;
  const wanted: Mount[] = [];
  if (options.operands.length > 0) {
    for (const path of options.operands) {
      try {
        const fs = io.sys.statfs(path);
        wanted.push({ source: fs.source, target: fs.target, type: fs.type });
      } catch (error) {
        await io.fail(`${path}: ${io.reason(error)}`);
        failed = true;
      }
    }
    if (wanted.length === 0) return 1;
  } else {
    const devices = new Set<string>();
    for (const mount of mounts(io)) {
      if (PSEUDO.has(mount.type) && !options.has('a')) continue;
      // Another mount of a device shown already (bind mounts) is left out by GNU.
      if (!io.busybox && !options.has('a') && mount.source.startsWith('/dev/')) {
        if (devices.has(mount.source)) continue;
        devices.add(mount.source);
      }
      wanted.push(mount);
    }
  }
  for (const mount of wanted) {
    if (options.has('t') && !options.all('t').includes(mount.type)) continue;
    if (options.has('x') && !io.busybox && options.all('x').includes(mount.type)) continue;
    try {
      const fs = io.sys.statfs(mount.target);
      if (fs.size === 0 && !options.has('a') && options.operands.length === 0) continue;
      const row = [mount.source];
      if (options.has('T')) row.push(mount.type);
      if (options.has('i')) row.push('6553600', '120000', '6433600', '2%', mount.target);
      else row.push(size(fs.size), size(fs.used), size(fs.available), percent(fs.used, fs.available), mount.target);
      rows.push(row);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.fail(`${mount.target}: ${error.message}`);
      failed = true;
    }
  }
  const sizes = human
    ? ['Size', 'Used', options.has('P') && !io.busybox ? 'Available' : io.busybox ? 'Available' : 'Avail']
    : [options.has('m') ? '1M-blocks' : options.has('P') ? '1024-blocks' : '1K-blocks', 'Used', 'Available'];
  if (options.has('i')) sizes.splice(0, 3, 'Inodes', io.busybox ? 'Used' : 'IUsed', io.busybox ? 'Available' : 'IFree');
  const head = [
    'Filesystem',
    ...(options.has('T') ? ['Type'] : []),
    ...sizes,
    options.has('P') ? 'Capacity' : options.has('i') && !io.busybox ? 'IUse%' : 'Use%',
    'Mounted on',
  ];
  const left = options.has('T') ? 2 : 1;
  if (io.busybox) {
    const widths = human ? [9, 9, 9] : [9, 9, 9];
    await io.out(
      `Filesystem           ${options.has('T') ? 'Type       ' : ''}${sizes[0]!.padStart(widths[0]!)} ${sizes[1]!.padStart(widths[1]!)} ${sizes[2]!.padStart(widths[2]!)} ${head.at(-2)!} Mounted on\n`,
    );
    for (const row of rows) {
      const [source, ...rest] = row as [string, ...string[]];
      const type = options.has('T') ? `${rest.shift()!.padEnd(10)} ` : '';
      const [total, used, available, use, target] = rest as [string, string, string, string, string];
      const name = source.length > 20 && !options.has('P') ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
      await io.out(
        `${name} ${type}${total.padStart(9)} ${used.padStart(9)} ${available.padStart(9)} ${use.padStart(head.at(-2)!.length - 1 > 3 ? 8 : 4).replace(/^ (?=\s*\d+%$)/, '')} ${target}\n`,
      );
    }
    return failed ? 1 : 0;
  }
  const widths = head.map((title, i) =>
    Math.max(
      i === 0 ? 14 : human && i >= left && i < left + 3 ? 5 : 0,
      title.length,
      ...rows.map((row) => row[i]!.length),
    ),
  );
  for (const row of [head, ...rows]) {
    await io.out(
      `${row.map((text, i) => (i === row.length - 1 ? text : i < left ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(' ')}\n`,
    );
  }
  return failed ? 1 : 0;
};
