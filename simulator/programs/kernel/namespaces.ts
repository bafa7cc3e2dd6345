/** nsenter, unshare, lsns: namespaces by hand. */
import { isErrno } from '../../kernel/errno.ts';
import type { NamespaceType } from '../../kernel/kernel.ts';
import { exitCode } from '../../kernel/abi.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, type Options } from '../options.ts';

const TYPES: readonly (readonly [string, NamespaceType])[] = [
  ['m', 'mnt'],
  ['u', 'uts'],
  ['i', 'ipc'],
  ['n', 'net'],
  ['p', 'pid'],
  ['C', 'cgroup'],
  ['T', 'time'],
  ['U', 'user'],
];

const LONG = {
  mount: 'm',
  uts: 'u',
  ipc: 'i',
  net: 'n',
  pid: 'p',
  cgroup: 'C',
  time: 'T',
  user: 'U',
} as const;

const chosen = (options: Options): NamespaceType[] => TYPES.filter(([key]) => options.has(key)).map(([, type]) => type);

/** Becomes the command (or the shell); `forks` when only a child is in the new pid namespace. */
async function become(io: Io, argv: readonly string[], forks: boolean): Promise<number> {
  const command = argv.length > 0 ? argv : [io.sys.env.SHELL ?? '/bin/sh'];
  const run = async (): Promise<number> => {
    try {
      return await io.sys.exec(command[0]!, command);
    } catch (error) {
      const reason = io.reason(error);
      await io.fail(`failed to execute ${command[0]}: ${reason}`);
      return isErrno(error, 'ENOENT') ? 127 : 126;
    }
  };
  if (!forks) return run();
  let child: number;
  try {
    child = io.sys.spawn({ argv: command, fds: Object.fromEntries(io.sys.fds().map((fd) => [fd, fd])) });
  } catch (error) {
    await io.fail(`failed to execute ${command[0]}: ${io.reason(error)}`);
    return isErrno(error, 'ENOENT') ? 127 : 126;
  }
  for (;;) {
    const ended = await io.sys.wait(child);
    if (ended && !('stopped' in ended.status) && !('continued' in ended.status)) return exitCode(ended.status);
  }
}

/** nsenter(1). */
export const nsenter: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'at:m::u::i::n::p::C::T::U::Fr::w::S:G:',
    long: {
      all: 'a',
      target: ':t',
      'no-fork': 'F',
      root: '?r',
      wd: '?w',
      ...Object.fromEntries(Object.entries(LONG).map(([name, key]) => [name, `?${key}`])),
    },
    stopEarly: true,
  });
  const target = options.get('t');
  if (target === undefined || !/^\d+$/.test(target))
    return io.die('neither filename nor target pid supplied for ns/all');
  const types = options.has('a') ? TYPES.map(([, type]) => type) : chosen(options);
  try {
    io.sys.setns(Number(target), types);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ESRCH')
      return io.die(`cannot open /proc/${target}/ns/${types[0] ?? 'mnt'}: No such file or directory`);
    return io.die(`reassociate to namespace 'ns/${types[0] ?? 'mnt'}' failed: ${error.message}`);
  }
  return become(io, options.operands, types.includes('pid') && !options.has('F'));
};

/** unshare(1). */
export const unshare: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'm::u::i::n::p::C::T::U::frR:w:',
    long: {
      fork: 'f',
      'map-root-user': 'r',
      'mount-proc': '?proc',
      ...Object.fromEntries(Object.entries(LONG).map(([name, key]) => [name, `?${key}`])),
    },
    stopEarly: true,
  });
  const types = chosen(options);
  // --mount-proc needs a mount namespace of its own.
  if (options.has('proc') && !types.includes('mnt')) types.push('mnt');
  try {
    io.sys.unshare(types);
    if (options.has('proc')) io.sys.mount({ type: 'proc', source: 'proc', target: options.get('proc') ?? '/proc' });
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.die(`unshare failed: ${error.message}`);
  }
  return become(io, options.operands, options.has('f'));
};

interface Found {
  readonly inode: string;
  readonly type: string;
  count: number;
  pid: number;
  user: string;
  command: string;
}

/** lsns(8): the namespaces of the processes one can see. */
export const lsns: Tool = async (io) => {
  const options = await parseOptions(io, { short: 't:p:n', long: { type: ':t', task: ':p', noheadings: 'n' } });
  const found = new Map<string, Found>();
  const users = new Map(
    io.sys.access('/etc/passwd', { read: true })
      ? io.sys
          .readText('/etc/passwd')
          .split('\n')
          .map((line) => line.split(':'))
          .map((fields) => [fields[2] ?? '', fields[0] ?? ''] as const)
      : [],
  );
  for (const { name } of io.sys.readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const only = options.get('p');
    if (only !== undefined && only !== name) continue;
    for (const type of ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts']) {
      if (options.get('t') !== undefined && options.get('t') !== type) continue;
      let inode: string | undefined;
      try {
        inode = /\[(\d+)\]/.exec(io.sys.readlink(`/proc/${name}/ns/${type}`))?.[1];
      } catch (error) {
        if (!isErrno(error)) throw error; // not ours to see, or gone
      }
      if (inode === undefined) continue;
      const known = found.get(inode);
      if (known) {
        known.count++;
        continue;
      }
      const uid = String(io.sys.stat(`/proc/${name}`).uid);
      const command = io.sys.readText(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      found.set(inode, { inode, type, count: 1, pid: Number(name), user: users.get(uid) ?? uid, command });
    }
  }
  const rows = [...found.values()].sort((a, b) => Number(a.inode) - Number(b.inode));
  const width = (of: (row: Found) => string, title: string): number =>
    Math.max(title.length, ...rows.map((row) => of(row).length));
  const count = width((row) => String(row.count), 'NPROCS');
  const pid = width((row) => String(row.pid), 'PID');
  const user = width((row) => row.user, 'USER');
  if (!options.has('n'))
    await io.out(
      `${'NS'.padStart(10)} ${'TYPE'.padEnd(6)} ${'NPROCS'.padStart(count)} ${'PID'.padStart(pid)} ${'USER'.padEnd(user)} COMMAND\n`,
    );
  for (const row of rows) {
    await io.out(
      `${row.inode.padStart(10)} ${row.type.padEnd(6)} ${String(row.count).padStart(count)} ${String(row.pid).padStart(pid)} ${row.user.padEnd(user)} ${row.command}\n`,
    );
  }
  return 0;
};
