/** apk, Alpine's package manager. */
import { isErrno } from '../../kernel/errno.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import type { ToolFiles } from '../names.ts';
import { ALPINE_NAMES } from './alpine-data.ts';
import { debianTools, layPackage, removeFiles } from './contents.ts';
import { download, fetchText } from './fetch.ts';

const DB = '/lib/apk/db/installed';
const WORLD = '/etc/apk/world';

interface Package {
  readonly name: string;
  readonly version: string;
  /** kB. */
  readonly size: number;
  readonly depends: readonly string[];
}

/** One installed package: its record's lines, as the database keeps them. */
type Installed = Map<string, string[]>;

function readInstalled(io: Io): Installed {
  const out: Installed = new Map();
  for (const record of io.sys.readText(DB).split('\n\n')) {
    const lines = record.split('\n').filter((line) => line !== '');
    const name = lines.find((line) => line.startsWith('P:'))?.slice(2);
    if (name !== undefined) out.set(name, lines);
  }
  return out;
}
const saveInstalled = (io: Io, installed: Installed): void =>
  io.sys.writeFile(DB, [...installed.values()].map((lines) => `${lines.join('\n')}\n\n`).join(''));

const sizeOf = (installed: Installed): number => {
  let bytes = 0;
  for (const lines of installed.values()) bytes += Number(lines.find((line) => line.startsWith('I:'))?.slice(2) ?? 0);
  return bytes;
};

/** Busybox' package links its applets anew whenever packages come or go. */
async function busyboxTrigger(io: Io, installed: Installed): Promise<void> {
  const version = installed
    .get('busybox')
    ?.find((line) => line.startsWith('V:'))
    ?.slice(2);
  if (version !== undefined) await io.out(`Executing busybox-${version}.trigger\n`);
}

async function summary(io: Io, installed: Installed): Promise<void> {
  await io.out(`OK: ${Math.round(sizeOf(installed) / 1048576)} MiB in ${installed.size} packages\n`);
}

async function repositories(io: Io): Promise<{ offered: Map<string, Package>; failed: boolean }> {
  const { sys } = io;
  const offered = new Map<string, Package>();
  let failed = false;
  for (const line of sys.readText('/etc/apk/repositories').split('\n')) {
    const uri = line.trim();
    if (uri === '' || uri.startsWith('#')) continue;
    const url = `${uri}/x86_64/APKINDEX.tar.gz`;
    await io.out(`fetch ${url}\n`);
    const fetched = await fetchText(sys, url);
    if ('failed' in fetched) {
      failed = true;
      const why = /resolving/.test(fetched.failed)
        ? 'DNS lookup error'
        : 'network error (check Internet connection and firewall)';
      await io.error(`WARNING: fetching ${uri}: ${why}\n`);
      continue;
    }
    await download(sys, 480_000);
    for (const row of fetched.text.split('\n')) {
      const [name, version, size, depends] = row.split(' ');
      if (name)
        offered.set(name, {
          name,
          version: version ?? '',
          size: Number(size ?? 0),
          depends: depends?.split(',') ?? [],
        });
    }
  }
  return { offered, failed };
}

/** Executables of an Alpine package: those of the Debian package of the same kind. */
const toolsOf = (name: string): ToolFiles => {
  const tools = debianTools(ALPINE_NAMES[name] ?? name);
  if (name === 'bash') return { '/bin/bash': 'bash' };
  return Object.fromEntries(Object.entries(tools).map(([path, program]) => [path, program]));
};

async function add(io: Io, words: readonly string[], virtual: string | undefined): Promise<number> {
  const { sys } = io;
  const { offered, failed } = await repositories(io);
  const installed = readInstalled(io);
  const wanted = words.map((word) => word.replace(/[<>=~@].*$/, ''));
  const missing = wanted.filter((name) => !offered.has(name) && !installed.has(name));
  if (missing.length > 0) {
    await io.error('ERROR: unable to select packages:\n');
    for (const name of missing) await io.error(`  ${name} (no such package):\n    required by: world[${name}]\n`);
    return missing.length;
  }
  const order: Package[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name) || installed.has(name)) return;
    seen.add(name);
    const found = offered.get(name);
    if (!found) return;
    for (const dependency of found.depends) visit(dependency);
    order.push(found);
  };
  for (const name of wanted) visit(name);
  if (virtual !== undefined) order.push({ name: virtual, version: '20261124.090000', size: 0, depends: wanted });
  for (const [i, one] of order.entries()) {
    await download(sys, one.size * 400);
    await io.out(`(${i + 1}/${order.length}) Installing ${one.name} (${one.version})\n`);
    const laid = await layPackage(sys, one.name, one.size, {
      tools: toolsOf(one.name),
      bulk: `/usr/lib/${one.name}.so`,
    });
    installed.set(one.name, [
      `P:${one.name}`,
      `V:${one.version}`,
      'A:x86_64',
      `S:${one.size * 400}`,
      `I:${one.size * 1024}`,
      `T:${one.name}`,
      ...(one.depends.length > 0 ? [`D:${one.depends.join(' ')}`] : []),
      ...laid.map((path) => `F:${path}`),
    ]);
  }
  if (order.length > 0) {
    await busyboxTrigger(io, installed);
    if (order.some((one) => one.name === 'ca-certificates'))
      await io.out('Executing ca-certificates-20250911-r0.trigger\n');
    saveInstalled(io, installed);
  }
  const world = new Set(readWorld(io));
  for (const name of virtual === undefined ? wanted : [virtual]) world.add(name);
  sys.writeFile(
    WORLD,
    [...world]
      .sort()
      .map((name) => `${name}\n`)
      .join(''),
  );
  await summary(io, installed);
  return failed ? 1 : 0;
}

function readWorld(io: Io): string[] {
  try {
    return io.sys
      .readText(WORLD)
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if (!isErrno(error)) throw error;
    return [];
  }
}

async function del(io: Io, words: readonly string[]): Promise<number> {
  const { sys } = io;
  const installed = readInstalled(io);
  const world = new Set(readWorld(io));
  for (const name of words) world.delete(name);
  const needed = new Set<string>();
  const depends = (name: string): string[] =>
    installed
      .get(name)
      ?.find((line) => line.startsWith('D:'))
      ?.slice(2)
      .split(' ') ?? [];
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    depends(name).forEach(visit);
  };
  // What apk did not install itself belongs to the image.
  const own = [...installed]
    .filter(([, lines]) => lines.some((line) => line.startsWith('F:')) || lines.some((line) => line.startsWith('D:')))
    .map(([name]) => name);
  for (const name of installed.keys()) if (!own.includes(name) || world.has(name)) visit(name);
  const gone = own.filter((name) => !needed.has(name) && (words.includes(name) || !world.has(name)));
  for (const [i, name] of gone.entries()) {
    const lines = installed.get(name)!;
    await io.out(
      `(${i + 1}/${gone.length}) Purging ${name} (${lines.find((line) => line.startsWith('V:'))?.slice(2)})\n`,
    );
    removeFiles(
      sys,
      lines.filter((line) => line.startsWith('F:')).map((line) => line.slice(2)),
    );
    installed.delete(name);
  }
  saveInstalled(io, installed);
  sys.writeFile(
    WORLD,
    [...world]
      .sort()
      .map((name) => `${name}\n`)
      .join(''),
  );
  if (gone.length > 0) {
    await busyboxTrigger(io, installed);
  }
  await summary(io, installed);
  return 0;
}

/** apk(8): add, del, update, upgrade, info, search, list. */
export const apk: Tool = async (io) => {
  const words: string[] = [];
  let virtual: string | undefined;
  for (let i = 0; i < io.args.length; i++) {
    const arg = io.args[i]!;
    if (arg === '-t' || arg === '--virtual') virtual = io.args[++i];
    else if (arg.startsWith('--virtual=')) virtual = arg.slice('--virtual='.length);
    else if (arg === '-X' || arg === '--repository' || arg === '-p' || arg === '--root') i++;
    else if (!arg.startsWith('-')) words.push(arg);
  }
  const [command, ...names] = words;
  if (io.args.includes('--version') || io.args.includes('-V')) {
    await io.out('apk-tools 2.14.9, compiled for x86_64.\n');
    return 0;
  }
  if (command !== undefined && /^(add|del|update|upgrade)$/.test(command) && io.sys.uid !== 0) {
    await io.error(
      'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n',
    );
    throw new Exit(99);
  }
  switch (command) {
    case 'add':
      return add(io, names, virtual);
    case 'del':
      return del(io, names);
    case 'update': {
      const { offered, failed } = await repositories(io);
      if (failed) {
        await io.error(`2 unavailable, 0 stale; ${offered.size} distinct packages available\n`);
        return 2;
      }
      await io.out(`OK: ${offered.size} distinct packages available\n`);
      return 0;
    }
    case 'upgrade': {
      await repositories(io);
      await summary(io, readInstalled(io));
      return 0;
    }
    case 'info': {
      const installed = readInstalled(io);
      if (names.length === 0) for (const name of [...installed.keys()].sort()) await io.out(`${name}\n`);
      for (const name of names) {
        const lines = installed.get(name);
        if (!lines) return 1;
        const value = (key: string): string => lines.find((line) => line.startsWith(`${key}:`))?.slice(2) ?? '';
        await io.out(
          `${name}-${value('V')} description:\n${value('T')}\n\n${name}-${value('V')} installed size:\n${Math.round(Number(value('I')) / 1024)} KiB\n\n`,
        );
      }
      return 0;
    }
    case 'list':
    case 'search': {
      const { offered } = await repositories(io);
      for (const one of offered.values())
        if (names.every((word) => one.name.includes(word))) await io.out(`${one.name}-${one.version}\n`);
      return 0;
    }
    default:
      await io.out(
        'apk-tools 2.14.9, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n\nPackage installation and removal:\n  add        Add packages to WORLD and commit changes\n  del        Remove packages from WORLD and commit changes\n',
      );
      return command === undefined ? 1 : 1;
  }
};
