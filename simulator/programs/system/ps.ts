/** ps of procps and of busybox, and pstree. */
import { strftime } from '../dates.ts';
import { Names } from '../identity.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { usageError } from '../options.ts';
import { allProcesses, bootTime, type ProcessInfo } from './proc.ts';
import { meminfo } from './info.ts';

interface Context {
  readonly io: Io;
  readonly names: Names;
  readonly boot: number;
  readonly memory: number;
  readonly depth: Map<number, string>;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly left?: boolean;
  readonly value: (p: ProcessInfo, c: Context) => string;
}

const command = (p: ProcessInfo): string =>
  p.argv.length > 0 ? p.argv.join(' ') : p.state === 'Z' ? `[${p.comm}] <defunct>` : `[${p.comm}]`;
const name = (p: ProcessInfo): string => (p.state === 'Z' ? `${p.comm} <defunct>` : p.comm);
const user = (uid: number, c: Context, width = 8): string => {
  const text = c.names.userName(uid);
  return text.length > width ? `${text.slice(0, width - 1)}+` : text;
};
const two = (n: number): string => String(n).padStart(2, '0');
const clock = (ms: number): string => {
  const s = Math.floor(ms / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
};
const bsdTime = (ms: number): string => `${Math.floor(ms / 60000)}:${two(Math.floor(ms / 1000) % 60)}`;
const started = (p: ProcessInfo, c: Context): string => {
  const at = c.boot + p.start;
  const age = c.io.sys.now() - at;
  return strftime(age < 86400000 ? '%H:%M' : '%b%d', at);
};
const elapsed = (p: ProcessInfo, c: Context): string => {
  const s = Math.max(0, Math.floor((c.io.sys.now() - c.boot - p.start) / 1000));
  const [days, hours, minutes] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  return `${days > 0 ? `${days}-` : ''}${days > 0 || hours > 0 ? `${two(hours)}:` : ''}${two(minutes)}:${two(s % 60)}`;
};
const cpuShare = (p: ProcessInfo, c: Context): number => {
  const age = c.io.sys.now() - c.boot - p.start;
  return age <= 0 ? 0 : Math.min(99.9, (p.cpu * 100) / age);
};
const flags = (p: ProcessInfo): string =>
  p.state +
  (p.nice < 0 ? '<' : p.nice > 0 ? 'N' : '') +
  (p.sid === p.pid ? 's' : '') +
  (p.threads > 1 ? 'l' : '') +
  (p.foreground ? '+' : '');
const tree = (p: ProcessInfo, c: Context): string => c.depth.get(p.pid) ?? '';

const COLUMNS: Record<string, Column> = {
  user: { title: 'USER', width: 8, left: true, value: (p, c) => user(p.uid, c) },
  uid: { title: 'UID', width: 5, value: (p) => String(p.uid) },
  UID: { title: 'UID', width: 8, left: true, value: (p, c) => user(p.uid, c) },
  gid: { title: 'GID', width: 5, value: (p) => String(p.gid) },
  group: { title: 'GROUP', width: 8, left: true, value: (p, c) => c.names.groupName(p.gid) },
  pid: { title: 'PID', width: 7, value: (p) => String(p.pid) },
  ppid: { title: 'PPID', width: 7, value: (p) => String(p.ppid) },
  pgid: { title: 'PGID', width: 7, value: (p) => String(p.pgid) },
  sid: { title: 'SID', width: 7, value: (p) => String(p.sid) },
  '%cpu': { title: '%CPU', width: 4, value: (p, c) => cpuShare(p, c).toFixed(1) },
  '%mem': { title: '%MEM', width: 4, value: (p, c) => ((p.rss * 100) / c.memory).toFixed(1) },
  C: { title: 'C', width: 2, value: (p, c) => String(Math.floor(cpuShare(p, c))) },
  vsz: { title: 'VSZ', width: 6, value: (p) => String(Math.floor(p.vsize / 1024)) },
  rss: { title: 'RSS', width: 5, value: (p) => String(Math.floor(p.rss / 1024)) },
  tty: { title: 'TTY', width: 8, left: true, value: (p) => p.tty },
  stat: { title: 'STAT', width: 4, left: true, value: flags },
  state: { title: 'S', width: 1, left: true, value: (p) => p.state },
  start: { title: 'START', width: 5, value: started },
  stime: { title: 'STIME', width: 5, left: true, value: started },
  lstart: { title: 'STARTED', width: 24, value: (p, c) => strftime('%a %b %e %H:%M:%S %Y', c.boot + p.start) },
  etime: { title: 'ELAPSED', width: 11, value: elapsed },
  etimes: {
    title: 'ELAPSED',
    width: 7,
    value: (p, c) => String(Math.floor((c.io.sys.now() - c.boot - p.start) / 1000)),
  },
  time: { title: 'TIME', width: 8, value: (p) => clock(p.cpu) },
  bsdtime: { title: 'TIME', width: 6, value: (p) => bsdTime(p.cpu) },
  ni: { title: 'NI', width: 3, value: (p) => String(p.nice) },
  pri: { title: 'PRI', width: 3, value: () => '19' },
  nlwp: { title: 'NLWP', width: 4, value: (p) => String(p.threads) },
  wchan: { title: 'WCHAN', width: 6, left: true, value: () => '-' },
  comm: { title: 'COMMAND', width: 15, left: true, value: (p, c) => tree(p, c) + name(p) },
  CMD: { title: 'CMD', width: 15, left: true, value: (p, c) => tree(p, c) + name(p) },
  args: { title: 'COMMAND', width: 27, left: true, value: (p, c) => tree(p, c) + command(p) },
  ARGS: { title: 'CMD', width: 27, left: true, value: (p, c) => tree(p, c) + command(p) },
};
const ALIASES: Record<string, string> = {
  cmd: 'ARGS',
  command: 'args',
  ucmd: 'comm',
  ucomm: 'comm',
  pcpu: '%cpu',
  pmem: '%mem',
  euser: 'user',
  ruser: 'user',
  uname: 'user',
  euid: 'uid',
  ruid: 'uid',
  egroup: 'group',
  egid: 'gid',
  tt: 'tty',
  tname: 'tty',
  s: 'state',
  rssize: 'rss',
  rsz: 'rss',
  vsize: 'vsz',
  cputime: 'time',
  nice: 'ni',
  pgrp: 'pgid',
  sess: 'sid',
  session: 'sid',
  thcount: 'nlwp',
  start_time: 'stime',
  bsdstart: 'start',
  c: 'C',
};

const HEAD = {
  plain: ['pid', 'tty', 'time', 'CMD'],
  full: ['UID', 'pid', 'ppid', 'C', 'stime', 'tty', 'time', 'ARGS'],
  long: ['state', 'uid', 'pid', 'ppid', 'C', 'pri', 'ni', 'vsz', 'wchan', 'tty', 'time', 'CMD'],
  user: ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'bsdtime', 'args'],
  bsd: ['pid', 'tty', 'stat', 'bsdtime', 'args'],
};

async function bad(io: Io, message: string): Promise<never> {
  await io.error(
    `error: ${message}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
  );
  throw new Exit(1);
}

const lists = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** ps(1). */
export const ps: Tool = async (io) => (io.busybox ? busyboxPs(io) : procps(io));

async function procps(io: Io): Promise<number> {
  const args = [...io.args];
  let layout: keyof typeof HEAD | undefined;
  let all = false;
  let withTty = false;
  let anyTty = false;
  let noTtyNeeded = false;
  let forest = false;
  let noHeader = false;
  let wide = false;
  let bsd = false;
  let sort: string[] = [];
  const formats: string[] = [];
  const pids: number[] = [];
  const parents: number[] = [];
  const users: string[] = [];
  const commands: string[] = [];
  let selected = false;
  const value = async (letter: string, rest: string): Promise<string> => {
    const text = rest !== '' ? rest : args.shift();
    if (text === undefined) return bad(io, `option requires an argument -- '${letter}'`);
    return text;
  };
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg.startsWith('--')) {
      const [key, given] = arg.slice(2).split('=') as [string, string | undefined];
      const needed = async (): Promise<string> => given ?? (await value(key, ''));
      if (key === 'forest') forest = true;
      else if (key === 'no-headers' || key === 'no-heading' || key === 'noheaders') noHeader = true;
      else if (key === 'sort') sort = lists(await needed());
      else if (key === 'pid') pids.push(...lists(await needed()).map(Number));
      else if (key === 'ppid') parents.push(...lists(await needed()).map(Number));
      else if (key === 'user') users.push(...lists(await needed()));
      else if (key === 'format') formats.push(await needed());
      else if (key === 'headers') noHeader = false;
      else if (key === 'version') {
        await io.out('ps from procps-ng 4.0.2\n');
        return 0;
      } else await bad(io, 'unknown gnu long option');
      continue;
    }
    const dashed = arg.startsWith('-');
    const letters = dashed ? arg.slice(1) : arg;
    if (!dashed && /^\d+(,\d+)*$/.test(letters)) {
      pids.push(...lists(letters).map(Number));
      bsd = true;
      continue;
    }
    if (!dashed) bsd = true;
    for (let i = 0; i < letters.length; i++) {
      const c = letters[i]!;
      const rest = letters.slice(i + 1);
      if (c === 'o' || (c === 'O' && dashed)) {
        formats.push(await value(c, rest));
        break;
      }
      if (c === 'p' || (!dashed && c === 'q')) {
        pids.push(...lists(await value(c, rest)).map(Number));
        break;
      }
      if (c === 'U' || (dashed && (c === 'u' || c === 'G'))) {
        users.push(...lists(await value(c, rest)));
        break;
      }
      if (dashed && c === 'C') {
        commands.push(...lists(await value(c, rest)));
        break;
      }
      if (dashed && (c === 't' || c === 's' || c === 'g')) {
        await value(c, rest);
        break;
      }
      if (c === 'k' && !dashed) {
        sort = lists(await value(c, rest));
        break;
      }
      if (dashed) {
        if (c === 'e' || c === 'A') all = true;
        else if (c === 'f') layout = 'full';
        else if (c === 'F') layout = 'full';
        else if (c === 'l') layout = 'long';
        else if (c === 'a') {
          selected = true;
          withTty = true;
        } else if (c === 'd') all = true;
        else if (c === 'H') forest = true;
        else if (c === 'w') wide = true;
        else if ('LTjMycx'.includes(c)) continue;
        else await bad(io, `unsupported SysV option`);
      } else if (c === 'a') anyTty = true;
      else if (c === 'x') noTtyNeeded = true;
      else if (c === 'u') layout = 'user';
      else if (c === 'f') forest = true;
      else if (c === 'l') layout = 'long';
      else if (c === 'w') wide = true;
      else if (c === 'h') noHeader = true;
      else if (c === 'e' || c === 'r' || c === 'c' || c === 'j' || c === 'T' || c === 'S') continue;
      else await bad(io, `unsupported option (BSD syntax)`);
    }
  }
  const processes = allProcesses(io.sys);
  const self = processes.find((p) => p.pid === io.sys.pid);
  const names = new Names(io.sys);
  let chosen: ProcessInfo[];
  if (pids.length + parents.length + users.length + commands.length > 0) {
    const uids = users.map((u) => names.findUser(u));
    chosen = processes.filter(
      (p) => pids.includes(p.pid) || parents.includes(p.ppid) || uids.includes(p.uid) || commands.includes(p.comm),
    );
  } else if (all || (anyTty && noTtyNeeded)) chosen = processes;
  else if (selected && withTty) chosen = processes.filter((p) => p.tty !== '?' && p.sid !== p.pid);
  else if (anyTty) chosen = processes.filter((p) => p.tty !== '?');
  else if (noTtyNeeded) chosen = processes.filter((p) => p.uid === io.sys.uid);
  else chosen = processes.filter((p) => p.tty === (self?.tty ?? '?') && p.uid === io.sys.uid);
  const columns: Column[] = [];
  if (formats.length > 0) {
    for (const format of formats) {
      for (const word of format.split(/[,\s]+(?=[^=]*$|[^=,]*=?)/)) {
        const [key, title] = word.includes('=')
          ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
          : [word, undefined];
        const column = COLUMNS[ALIASES[key!] ?? (key === 'comm' || key === 'args' ? key : key!.toLowerCase())];
        if (column === undefined) {
          if (key === '') continue;
          await bad(io, `unknown user-defined format specifier "${key}"`);
        }
        const shown =
          key === 'cmd' ? { ...column!, title: 'CMD' } : key === 'time' ? { ...column!, title: 'TIME' } : column!;
        columns.push(
          title === undefined
            ? { ...shown, title: key === '%cpu' || key === '%mem' ? shown.title : shown.title }
            : { ...shown, title },
        );
      }
    }
    if (columns.every((c) => c.title === '')) noHeader = true;
  } else
    columns.push(...(layout !== undefined ? HEAD[layout] : bsd ? HEAD.bsd : HEAD.plain).map((key) => COLUMNS[key]!));
  const context: Context = {
    io,
    names,
    boot: bootTime(io.sys),
    memory: meminfo(io).get('MemTotal') ?? 1,
    depth: new Map(),
  };
  if (forest) chosen = asForest(chosen, context, bsd);
  if (sort.length > 0) {
    const numeric: Record<string, (p: ProcessInfo) => number> = {
      pid: (p) => p.pid,
      ppid: (p) => p.ppid,
      rss: (p) => p.rss,
      '%mem': (p) => p.rss,
      vsz: (p) => p.vsize,
      '%cpu': (p) => cpuShare(p, context),
      time: (p) => p.cpu,
      start: (p) => p.start,
      start_time: (p) => p.start,
    };
    chosen.sort((a, b) => {
      for (const word of sort) {
        const key = word.replace(/^[-+]/, '');
        const by = numeric[{ pcpu: '%cpu', pmem: '%mem' }[key] ?? key];
        const text = COLUMNS[key];
        const order = by ? by(a) - by(b) : text ? (text.value(a, context) < text.value(b, context) ? -1 : 1) : 0;
        if (order !== 0) return word.startsWith('-') ? -order : order;
      }
      return a.pid - b.pid;
    });
  }
  if (chosen.length === 0 && (noHeader || pids.length > 0)) {
    if (!noHeader)
      await io.out(
        `${line(
          columns.map((c) => c.title),
          columns,
          wide,
          io,
        )}\n`,
      );
    return 1;
  }
  await table(io, columns, chosen, context, noHeader, wide);
  return chosen.length === 0 ? 1 : 0;
}

const line = (
  cells: readonly string[],
  columns: readonly Column[],
  wide: boolean,
  io: Io,
  widths = columns.map((c) => Math.max(c.width, c.title.length)),
): string => {
  const text = cells
    .map((cell, i) =>
      columns[i]!.left ? (i === cells.length - 1 ? cell : cell.padEnd(widths[i]!)) : cell.padStart(widths[i]!),
    )
    .join(' ');
  if (wide || !io.sys.isatty(1)) return text;
  return text.slice(0, io.sys.windowSize(1).columns);
};

async function table(
  io: Io,
  columns: readonly Column[],
  rows: readonly ProcessInfo[],
  c: Context,
  noHeader: boolean,
  wide: boolean,
): Promise<void> {
  const widths = columns.map((column) => Math.max(column.width, column.title.length));
  if (!noHeader)
    await io.out(
      `${line(
        columns.map((column) => column.title),
        columns,
        wide,
        io,
        widths,
      )}\n`,
    );
  for (const p of rows)
    await io.out(
      `${line(
        columns.map((column) => column.value(p, c)),
        columns,
        wide,
        io,
        widths,
      )}\n`,
    );
}

function asForest(processes: readonly ProcessInfo[], c: Context, art: boolean): ProcessInfo[] {
  const known = new Set(processes.map((p) => p.pid));
  const out: ProcessInfo[] = [];
  const visit = (p: ProcessInfo, prefix: string, depth: number, last: boolean): void => {
    c.depth.set(
      p.pid,
      depth === 0 ? '' : art || c.io.args.includes('--forest') ? `${prefix} \\_ ` : '  '.repeat(depth),
    );
    out.push(p);
    const children = processes.filter((child) => child.ppid === p.pid && child.pid !== p.pid);
    children.forEach((child, i) =>
      visit(child, depth === 0 ? '' : `${prefix}${last ? '    ' : ' |  '}`, depth + 1, i === children.length - 1),
    );
  };
  const roots = processes.filter((p) => !known.has(p.ppid));
  roots.forEach((p, i) => visit(p, '', 0, i === roots.length - 1));
  return out;
}

const BUSYBOX_COLUMNS: Record<string, Column> = {
  user: { title: 'USER', width: 8, left: true, value: (p, c) => c.names.userName(p.uid).slice(0, 8) },
  group: { title: 'GROUP', width: 8, left: true, value: (p, c) => c.names.groupName(p.gid).slice(0, 8) },
  comm: { title: 'COMMAND', width: 16, left: true, value: (p) => p.comm },
  args: {
    title: 'COMMAND',
    width: 256,
    left: true,
    value: (p) => (p.argv.length > 0 ? p.argv.join(' ') : `{${p.comm}}`.replace(/^\{(.*)\}$/, '[$1]')),
  },
  pid: { title: 'PID', width: 5, value: (p) => String(p.pid) },
  ppid: { title: 'PPID', width: 5, value: (p) => String(p.ppid) },
  pgid: { title: 'PGID', width: 5, value: (p) => String(p.pgid) },
  sid: { title: 'SID', width: 5, value: (p) => String(p.sid) },
  tty: { title: 'TT', width: 6, left: true, value: (p) => (p.tty === '?' ? '?' : `136,${p.tty.slice(4)}`) },
  vsz: { title: 'VSZ', width: 4, value: (p) => busyboxMemory(p.vsize) },
  rss: { title: 'RSS', width: 4, value: (p) => busyboxMemory(p.rss) },
  stat: { title: 'STAT', width: 4, left: true, value: (p) => p.state },
  etime: {
    title: 'ELAPSED',
    width: 7,
    value: (p, c) => {
      const s = Math.floor((c.io.sys.now() - c.boot - p.start) / 1000);
      return `${Math.floor(s / 60)}:${two(s % 60)}`;
    },
  },
  time: { title: 'TIME', width: 5, value: (p) => bsdTime(p.cpu) },
  nice: { title: 'NI', width: 5, value: (p) => String(p.nice) },
};

function busyboxMemory(bytes: number): string {
  const kb = Math.floor(bytes / 1024);
  if (kb < 10000) return String(kb);
  const mb = Math.floor(kb / 1024);
  return mb < 1000 ? `${mb}m` : `${(mb / 1024).toFixed(1)}g`;
}

async function busyboxPs(io: Io): Promise<number> {
  const formats: string[] = [];
  const args = [...io.args];
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg === '-o') formats.push(args.shift() ?? '');
    else if (arg.startsWith('-o')) formats.push(arg.slice(2));
    else if (arg === '-T' || !arg.startsWith('-')) continue;
    else {
      await io.fail(`invalid option -- '${arg[1]}'`);
      await usageError(io, { usage: `[-o COL1,COL2=HEADER] [-T]` });
    }
  }
  const columns: Column[] = [];
  for (const word of formats.flatMap((f) => f.split(','))) {
    const [key = '', title] = word.split('=');
    const column = BUSYBOX_COLUMNS[key];
    if (column === undefined)
      return io.die(`bad -o argument '${key}', supported arguments: ${Object.keys(BUSYBOX_COLUMNS).join(',')}`);
    columns.push(title === undefined ? column : { ...column, title });
  }
  if (columns.length === 0) columns.push(...['pid', 'user', 'args'].map((key) => BUSYBOX_COLUMNS[key]!));
  const context: Context = { io, names: new Names(io.sys), boot: bootTime(io.sys), memory: 1, depth: new Map() };
  const width = io.sys.isatty(1) ? io.sys.windowSize(1).columns : Infinity;
  const show = (cells: readonly string[], header = false): string => {
    let text = '';
    cells.forEach((cell, i) => {
      const column = columns[i]!;
      const size = Math.max(column.width, column.title.length);
      const lastOne = i === cells.length - 1;
      text += (i > 0 ? ' ' : '') + (column.left || header ? (lastOne ? cell : cell.padEnd(size)) : cell.padStart(size));
    });
    return text.slice(0, width);
  };
  await io.out(
    `${show(
      columns.map((c) => c.title),
      true,
    )}\n`,
  );
  for (const p of allProcesses(io.sys)) await io.out(`${show(columns.map((c) => c.value(p, context)))}\n`);
  return 0;
}

/** pstree(1). */
export const pstree: Tool = async (io) => {
  const withPids = io.args.includes('-p');
  const processes = allProcesses(io.sys);
  const label = (p: ProcessInfo): string => p.comm + (withPids ? `(${p.pid})` : '');
  const lines: string[] = [];
  const visit = (p: ProcessInfo, prefix: string, head: string): void => {
    const children = processes.filter((child) => child.ppid === p.pid && child.pid !== p.pid);
    const groups: { text: string; p: ProcessInfo; count: number }[] = [];
    for (const child of children) {
      const leaf = !processes.some((q) => q.ppid === child.pid);
      const same = leaf && !withPids ? groups.find((g) => g.text === label(child) && g.count > 0) : undefined;
      if (same) same.count++;
      else groups.push({ text: label(child), p: child, count: leaf ? 1 : 0 });
    }
    const own = head + label(p);
    if (groups.length === 0) {
      lines.push(own);
      return;
    }
    const pad = ' '.repeat(own.length - prefix.length);
    groups.forEach((group, i) => {
      const lastOne = i === groups.length - 1;
      const branch = groups.length === 1 ? '---' : i === 0 ? '-+-' : lastOne ? ' `-' : ' |-';
      const start = i === 0 ? own + branch : prefix + pad + branch;
      const next = prefix + pad + (lastOne ? '   ' : ' | ');
      if (group.count > 1) lines.push(`${start}${group.count}*[${group.text}]`);
      else visit(group.p, next, start);
    });
  };
  const root = processes[0];
  if (root) visit(root, '', '');
  for (const text of lines) await io.out(`${text}\n`);
  return 0;
};
