/** mount, umount, mountpoint, findmnt, dmesg, sysctl, logger, lsof, getconf, file. */
import { isErrno } from '../../kernel/errno.ts';
import { mounts } from '../files/space.ts';
import { modeString } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, usageError } from '../options.ts';
import { decode, fromBytes } from '../text.ts';

/** mount(8). */
export const mount: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'afFnrvwit:o:BRO:',
    long: { types: ':t', options: ':o', bind: 'bind', rbind: 'bind', 'read-only': 'r', verbose: 'v' },
    usage: '[OPTIONS] [-o OPT] DEVICE NODE',
  });
  if (options.operands.length === 0) {
    for (const line of io.sys.readText('/proc/mounts').split('\n')) {
      const [source, target, type, flags] = line.split(' ');
      if (target === undefined || (options.has('t') && options.get('t') !== type)) continue;
      await io.out(`${source} on ${target} type ${type} (${flags})\n`);
    }
    return 0;
  }
  const [source, target] = options.operands as [string, string | undefined];
  if (target === undefined)
    return io.die(
      io.busybox ? `can't find ${source} in /etc/fstab` : `${source}: can't find in /etc/fstab.`,
      io.busybox ? 1 : 32,
    );
  const flags = (options.get('o') ?? '').split(',').filter((flag) => flag !== '');
  if (options.has('r')) flags.push('ro');
  const bind = options.has('bind') || options.has('B') || flags.includes('bind') || flags.includes('rbind');
  const type = bind ? 'bind' : (options.get('t') ?? 'ext4');
  try {
    io.sys.mount({ type, source, target, options: flags });
    return 0;
  } catch (error) {
    const reason = io.reason(error);
    if (io.busybox) {
      if (isErrno(error, 'EPERM')) return io.die('permission denied (are you root?)');
      return io.die(`mounting ${source} on ${target} failed: ${reason}`, isErrno(error) ? error.number : 1);
    }
    if (isErrno(error, 'EPERM'))
      await io.fail(io.sys.uid === 0 ? `${target}: permission denied.` : `${target}: must be superuser to use mount.`);
    else if (isErrno(error, 'ENOENT')) await io.fail(`${target}: mount point does not exist.`);
    else if (isErrno(error, 'ENODEV')) await io.fail(`${target}: unknown filesystem type '${type}'.`);
    else await io.fail(`${target}: ${reason}.`);
    if (!isErrno(error, 'ENOENT'))
      await io.error('       dmesg(1) may have more information after failed mount system call.\n');
    return isErrno(error, 'EPERM') && io.sys.uid !== 0 ? 1 : 32;
  }
};

/** umount(8). */
export const umount: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'aflnrvidRt:O:',
    long: { force: 'f', lazy: 'l', recursive: 'R' },
    usage: '[-rlf] FILESYSTEM|DIRECTORY',
  });
  if (options.operands.length === 0) return io.busybox ? usageError(io, {}) : io.die('bad usage', 1);
  let failed = false;
  for (const path of options.operands) {
    try {
      io.sys.unmount(path);
    } catch (error) {
      const reason = io.reason(error);
      failed = true;
      if (io.busybox) await io.fail(`can't unmount ${path}: ${reason}`);
      else if (isErrno(error, 'EINVAL')) await io.fail(`${path}: not mounted.`);
      else if (isErrno(error, 'ENOENT')) await io.fail(`${path}: no mount point specified.`);
      else if (isErrno(error, 'EPERM'))
        await io.fail(
          io.sys.uid === 0 ? `${path}: must be superuser to unmount.` : `${path}: must be superuser to unmount.`,
        );
      else if (isErrno(error, 'EBUSY')) await io.fail(`${path}: target is busy.`);
      else await io.fail(`${path}: ${reason}.`);
    }
  }
  return failed ? (io.busybox ? 1 : 32) : 0;
};

/** mountpoint(1). */
export const mountpoint: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'qdnx',
    long: { quiet: 'q' },
    usage: '[-q] { [-dn] DIR | -x DEVICE }',
  });
  const path = options.operands[0] ?? '';
  try {
    const real = io.sys.realpath(path);
    const is = mounts(io).some((m) => m.target === real);
    if (!options.has('q')) await io.out(`${path} is ${is ? '' : 'not '}a mountpoint\n`);
    return is ? 0 : io.busybox ? 1 : 32;
  } catch (error) {
    if (!options.has('q')) await io.fail(`${path}: ${io.reason(error)}`);
    return 1;
  }
};

/** findmnt(8), as a plain list. */
export const findmnt: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'no:lt:rT:',
    long: { noheadings: 'n', output: ':o', list: 'l', raw: 'r', target: ':T' },
  });
  const wanted = options.operands[0];
  const rows = io.sys
    .readText('/proc/mounts')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ') as [string, string, string, string])
    .filter(([source, target]) => wanted === undefined || target === wanted || source === wanted);
  if (rows.length === 0) return 1;
  const table = [
    ...(options.has('n') ? [] : [['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS']]),
    ...rows.map(([source, target, type, flags]) => [target, source, type, flags]),
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...table.map((row) => row[i]!.length)));
  for (const row of table)
    await io.out(`${row.map((text, i) => (i < 3 ? text.padEnd(widths[i]!) : text)).join(' ')}\n`);
  return 0;
};

/** dmesg(1). */
export const dmesg: Tool = async (io) => {
  await parseOptions(io, { short: 'cCHkn:rs:tTwx', long: { human: 'H', ctime: 'T', follow: 'w' } });
  if (!io.sys.capable('CAP_SYSLOG'))
    return io.die(
      io.busybox ? 'klogctl: Operation not permitted' : 'read kernel buffer failed: Operation not permitted',
    );
  const release = io.sys.uname();
  await io.out(
    `[    0.000000] Linux version ${release.release} ${release.version}\n[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro\n`,
  );
  return 0;
};

/** sysctl(8). */
export const sysctl: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'aAneNqwp::',
    long: { all: 'a', values: 'n', names: 'N', quiet: 'q', write: 'w' },
    usage: '[-enq] KEY[=VALUE]...',
  });
  const show = async (path: string, key: string): Promise<void> => {
    const value = io.sys.readText(path).trimEnd();
    await io.out(options.has('n') ? `${value}\n` : options.has('N') ? `${key}\n` : `${key} = ${value}\n`);
  };
  if (options.has('a') || options.has('A')) {
    const walk = async (dir: string, key: string): Promise<void> => {
      for (const { name, type } of [...io.sys.readdir(dir)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const next = key === '' ? name : `${key}.${name}`;
        if (type === 'dir') await walk(`${dir}/${name}`, next);
        else await show(`${dir}/${name}`, next);
      }
    };
    await walk('/proc/sys', '');
    return 0;
  }
  let failed = false;
  for (const word of options.operands) {
    const [key = '', value] = word.split(/=(.*)/s);
    const path = `/proc/sys/${key.trim().replaceAll('.', '/')}`;
    try {
      if (value === undefined) await show(path, key);
      else {
        io.sys.stat(path);
        const fd = io.sys.open(path, { write: true });
        await io.sys.write(fd, `${value.trim()}\n`);
        io.sys.close(fd);
        if (!options.has('q')) await io.out(`${key.trim()} = ${value.trim()}\n`);
      }
    } catch (error) {
      failed = true;
      if (options.has('e') && isErrno(error, 'ENOENT')) continue;
      const reason = io.reason(error);
      if (io.busybox) await io.fail(`error ${value === undefined ? 'reading' : 'setting'} key '${key}': ${reason}`);
      else if (isErrno(error, 'ENOENT')) await io.fail(`cannot stat ${path}: ${reason}`);
      else
        await io.fail(
          value === undefined
            ? `reading key "${key}": ${reason}`
            : isErrno(error, 'EROFS')
              ? `setting key "${key.trim()}", ignoring: ${reason}`
              : `permission denied on key "${key.trim()}"${isErrno(error, 'EACCES') ? '' : ', ignoring'}`,
        );
    }
  }
  return failed ? 1 : 0;
};

/** logger(1): there is no syslog to write to, as in most containers. */
export const logger: Tool = async (io) => {
  await parseOptions(io, { short: 'sp:t:i', long: { stderr: 's', priority: ':p', tag: ':t' } });
  return 0;
};

/** getconf(1), the values scripts ask for. */
export const getconf: Tool = async (io) => {
  const cpus = String(io.sys.readText('/proc/cpuinfo').match(/^processor/gm)?.length ?? 1);
  const values: Record<string, string> = {
    _NPROCESSORS_ONLN: cpus,
    _NPROCESSORS_CONF: cpus,
    PAGE_SIZE: '4096',
    PAGESIZE: '4096',
    LONG_BIT: '64',
    ARG_MAX: '2097152',
    CLK_TCK: '100',
    GNU_LIBC_VERSION: 'glibc 2.36',
  };
  const value = values[io.args[0] ?? ''];
  if (value === undefined) {
    await io.error(`getconf: Unrecognized variable \`${io.args[0] ?? ''}'\n`);
    return 2;
  }
  await io.out(`${value}\n`);
  return 0;
};

/** file(1), the usual kinds. */
export const file: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'bikLz', long: { brief: 'b', mime: 'i', dereference: 'L' } });
  const width = Math.max(0, ...options.operands.map((path) => path.length));
  for (const path of options.operands) {
    await io.out(`${options.has('b') ? '' : `${`${path}:`.padEnd(width + 1)} `}${describe(io, path)}\n`);
  }
  return 0;
};

function describe(io: Io, path: string): string {
  let stat;
  try {
    stat = io.sys.lstat(path);
  } catch (error) {
    return `cannot open \`${path}' (${io.reason(error)})`;
  }
  if (stat.type === 'symlink') return `symbolic link to ${io.sys.readlink(path)}`;
  if (stat.type === 'dir') return stat.mode & 0o1000 ? 'sticky, directory' : 'directory';
  if (stat.type !== 'file')
    return `${modeString(stat.type, 0)[0] === 'c' ? 'character special' : stat.type}${stat.type === 'char' || stat.type === 'block' ? ` (${stat.rdev.join('/')})` : ''}`;
  if (stat.size === 0) return 'empty';
  const data = io.sys.readFile(path).subarray(0, 4096);
  const head = fromBytes(data.subarray(0, 8));
  if (head.startsWith('\x7fELF'))
    return 'ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped';
  if (head.startsWith('\x1f\x8b')) return 'gzip compressed data';
  if (head.startsWith('\x89PNG')) return 'PNG image data';
  if (fromBytes(data.subarray(257, 262)) === 'ustar') return 'POSIX tar archive (GNU)';
  const text = decode(data);
  if (data.includes(0)) return 'data';
  const script = /^#! ?(\S+)(?: (\S+))?/.exec(text);
  const ascii = data.every((byte) => byte < 128);
  const kind = ascii ? 'ASCII text' : 'Unicode text, UTF-8 text';
  if (script) {
    const name = script[1]!.endsWith('/env') ? (script[2] ?? 'env') : script[1]!.split('/').pop()!;
    const shown =
      name === 'bash'
        ? 'Bourne-Again shell'
        : name === 'sh'
          ? 'POSIX shell'
          : name.startsWith('python')
            ? 'Python'
            : `a ${script[1]}`;
    return `${shown} script, ${kind} executable`;
  }
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(decode(io.sys.readFile(path)));
      return 'JSON text data';
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return `${kind}${text.includes('\r\n') ? ', with CRLF line terminators' : ''}`;
}

/** lsof(8): open files of the processes that /proc shows. */
export const lsof: Tool = async (io) => {
  if (!io.busybox) await io.out('COMMAND PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n');
  for (const { name } of io.sys.readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const comm = io.sys.readText(`/proc/${name}/comm`).trim();
      for (const { name: fd } of io.sys.readdir(`/proc/${name}/fd`)) {
        const target = io.sys.readlink(`/proc/${name}/fd/${fd}`);
        await io.out(
          io.busybox
            ? `${name}\t${io.sys.readlink(`/proc/${name}/exe`)}\t${fd}\t${target}\n`
            : `${comm.slice(0, 9).padEnd(7)} ${name.padStart(3)} root ${fd.padStart(4)}u   REG    0,0        0    0 ${target}\n`,
        );
      }
    } catch (error) {
      if (!isErrno(error)) throw error; // it has ended, or is another's
    }
  }
  return 0;
};
