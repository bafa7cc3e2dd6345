/** Small tools that scripts call now and then. */
import { unzipSync, zipSync, type Zippable } from 'fflate';
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { strftime } from '../dates.ts';
import { peek } from '../files/walk.ts';
import { dirName, join, parseSize } from '../format.ts';
import { eachInput } from '../inputs.ts';
import type { Io, Tool } from '../io.ts';
import { missingOperand, parseOptions } from '../options.ts';
import { execCommand, resultCode, spawnCommand } from '../system/environment.ts';
import { encode, fromBytes, toBytes } from '../text.ts';

/** usleep(1). */
export const usleep: Tool = async (io) => {
  await io.sys.sleep(Number(io.args[0] ?? 0) / 1000);
  return 0;
};

const lineEnds =
  (toDos: boolean): Tool =>
  async (io) => {
    const options = await parseOptions(io, { short: 'ud', usage: '[-ud] [FILE]' });
    const dos = options.has('d') || (toDos && !options.has('u'));
    const convert = (text: string): string => {
      const unix = text.replaceAll('\r\n', '\n');
      return dos ? unix.replaceAll('\n', '\r\n') : unix;
    };
    if (options.operands.length === 0) {
      await io.raw(convert(await io.allText(0)));
      return 0;
    }
    for (const path of options.operands) {
      try {
        io.sys.writeFile(path, toBytes(convert(fromBytes(io.sys.readFile(path)))));
      } catch (error) {
        await io.fail(`${path}: ${io.reason(error)}`);
        return 1;
      }
    }
    return 0;
  };
export const dos2unix = lineEnds(false);
export const unix2dos = lineEnds(true);

const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** getopt(1): puts the options of a script into their normal form. */
export const getopt: Tool = async (io) => {
  const args = [...io.args];
  let short: string | undefined;
  const long: string[] = [];
  let name = 'getopt';
  while (args.length > 0 && args[0]!.startsWith('-')) {
    const arg = args.shift()!;
    if (arg === '--') break;
    const [key, given] = arg.startsWith('--')
      ? (arg.split(/=(.*)/s) as [string, string | undefined])
      : [arg.slice(0, 2), arg.slice(2) || undefined];
    if (key === '-T' || key === '--test') return 4;
    if (['-a', '-q', '-Q', '-u', '--alternative', '--quiet'].includes(key)) continue;
    const value = given ?? args.shift() ?? '';
    if (key === '-o' || key === '--options') short = value;
    else if (key === '-l' || key === '--longoptions' || key === '--long')
      long.push(...value.split(/[,\s]+/).filter((w) => w !== ''));
    else if (key === '-n' || key === '--name') name = value;
  }
  short ??= args.shift() ?? '';
  if (args[0] === '--') args.shift();
  const out: string[] = [];
  const operands: string[] = [];
  let failed = false;
  const complain = async (text: string): Promise<void> => {
    failed = true;
    await io.error(`${name}: ${text}\n`);
  };
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg === '--') {
      operands.push(...args.splice(0));
    } else if (arg.startsWith('--')) {
      const [key = '', given] = arg.slice(2).split(/=(.*)/s);
      const match = long.find((l) => l.replace(/:*$/, '') === key) ?? long.find((l) => l.startsWith(key));
      if (match === undefined) await complain(`unrecognized option '--${key}'`);
      else if (match.endsWith('::')) out.push(`--${match.slice(0, -2)}`, word(given ?? ''));
      else if (match.endsWith(':')) {
        const value = given ?? args.shift();
        if (value === undefined) await complain(`option '--${match.slice(0, -1)}' requires an argument`);
        else out.push(`--${match.slice(0, -1)}`, word(value));
      } else if (given !== undefined) await complain(`option '--${match}' doesn't allow an argument`);
      else out.push(`--${match}`);
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let i = 1; i < arg.length; i++) {
        const letter = arg[i]!;
        const at = letter === ':' ? -1 : short.indexOf(letter);
        if (at < 0) {
          await complain(`invalid option -- '${letter}'`);
          continue;
        }
        out.push(`-${letter}`);
        if (short[at + 1] !== ':') continue;
        const rest = arg.slice(i + 1);
        if (short[at + 2] === ':') out.push(word(rest));
        else {
          const value = rest !== '' ? rest : args.shift();
          if (value === undefined) {
            out.pop();
            await complain(`option requires an argument -- '${letter}'`);
          } else out.push(word(value));
        }
        break;
      }
    } else operands.push(arg);
  }
  await io.out(` ${[...out, '--', ...operands.map(word)].join(' ')}\n`);
  return failed ? 1 : 0;
};

/** flock(1): the machine's programs do not contend, so the lock is always free. */
export const flock: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'c:eE:nosuw:x',
    long: { command: ':c', exclusive: 'x', nonblock: 'n', shared: 's', timeout: ':w', unlock: 'u' },
    stopEarly: true,
  });
  const [lock, ...argv] = options.operands;
  if (lock === undefined) return io.die('requires at least one argument', 64);
  if (/^\d+$/.test(lock) && argv.length === 0) return 0;
  const fd = io.sys.open(lock, { read: true, create: true });
  io.sys.close(fd);
  if (argv[0] === '-c')
    return resultCode(await io.sys.wait(await spawnCommand(io, ['sh', '-c', argv.slice(1).join(' ')])));
  const command = options.get('c');
  return resultCode(await io.sys.wait(await spawnCommand(io, command === undefined ? argv : ['sh', '-c', command])));
};

/** run-parts(8). */
export const runParts: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'a:u:v',
    long: {
      arg: ':a',
      test: 'test',
      list: 'list',
      verbose: 'v',
      report: 'report',
      'exit-on-error': 'exit',
      regex: ':regex',
    },
  });
  const dir = options.operands[0];
  if (dir === undefined) return io.die('missing operand');
  let entries;
  try {
    entries = io.sys.readdir(dir);
  } catch (error) {
    return io.die(
      io.busybox ? `can't open '${dir}': ${io.reason(error)}` : `failed to open directory ${dir}: ${io.reason(error)}`,
    );
  }
  const pattern = options.get('regex') === undefined ? /^[a-zA-Z0-9_-]+$/ : new RegExp(options.get('regex')!);
  for (const { name } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, name);
    if (!pattern.test(name) || peek(io, path, true)?.type !== 'file') continue;
    if (options.has('list')) await io.out(`${path}\n`);
    else if (!io.sys.access(path, { execute: true })) continue;
    else if (options.has('test')) await io.out(`${path}\n`);
    else {
      if (options.has('v')) await io.error(`run-parts: executing ${path}\n`);
      const code = resultCode(await io.sys.wait(await spawnCommand(io, [path, ...options.all('a')])));
      if (code !== 0) await io.fail(`${path} exited with return code ${code}`);
      if (code !== 0) return 1;
    }
  }
  return 0;
};

/** ts(1): puts the time before each line. */
export const ts: Tool = async (io) => {
  const format = io.args.find((arg) => !arg.startsWith('-')) ?? '%b %d %H:%M:%S';
  for await (const { lines } of io.lines(0)) {
    for (const line of lines) await io.raw(`${strftime(format, io.sys.now())} ${line}\n`);
    await io.flush();
  }
  return 0;
};

/** shred(1). */
export const shred: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'fn:s:uvxz',
    long: { force: 'f', iterations: ':n', remove: '?u', verbose: 'v', zero: 'z' },
    usage: 'FILE...',
  });
  if (options.operands.length === 0) return missingOperand(io, {});
  for (const path of options.operands) {
    try {
      const { size } = io.sys.stat(path);
      io.sys.writeFile(
        path,
        Uint8Array.from({ length: size }, () => (options.has('z') ? 0 : io.sys.random(256))),
      );
      if (options.has('u')) io.sys.unlink(path);
    } catch (error) {
      await io.fail(`${path}: failed to open for writing: ${io.reason(error)}`);
      return 1;
    }
  }
  return 0;
};

/** fallocate(1). */
export const fallocate: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'l:o:n',
    long: { length: ':l', offset: ':o' },
    usage: '[-o OFS] -l LEN FILE',
  });
  const size = parseSize(options.get('l') ?? '');
  const path = options.operands[0];
  if (size === undefined || path === undefined) return io.die('no length argument specified');
  io.sys.close(io.sys.open(path, { write: true, create: true }));
  if (io.sys.stat(path).size < size) io.sys.truncate(path, size);
  return 0;
};

/** pwdx(1). */
export const pwdx: Tool = async (io) => {
  for (const pid of io.args) {
    try {
      await io.out(`${pid}: ${io.sys.readlink(`/proc/${pid}/cwd`)}\n`);
    } catch (error) {
      await io.error(`${pid}: ${io.reason(error)}\n`);
      return 1;
    }
  }
  return 0;
};

/** taskset(1), ionice(1): run the command; the scheduler here has no such choice. */
export const taskset: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'apc:n:t', stopEarly: true, long: { 'cpu-list': ':c', pid: 'p' } });
  if (options.has('p')) return 0;
  const argv =
    options.has('c') || options.has('n') || io.name === 'ionice' ? options.operands : options.operands.slice(1);
  return argv.length === 0 ? 0 : execCommand(io, argv);
};

/** column(1): `-t` makes a table. */
export const column: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'tns:o:c:',
    long: { table: 't', separator: ':s', 'output-separator': ':o' },
  });
  const lines: string[] = [];
  await eachInput(io, options.operands, {}, async (fd) => {
    lines.push(...(await io.allText(fd)).split('\n').filter((line) => line !== ''));
  });
  if (!options.has('t')) {
    const width = Math.ceil((Math.max(0, ...lines.map((line) => line.length)) + 1) / 8) * 8;
    const columns = Math.max(1, Math.floor(80 / width));
    const rows = Math.ceil(lines.length / columns);
    for (let row = 0; row < rows; row++) {
      const cells = Array.from({ length: columns }, (_, i) => lines[i * rows + row]).filter(
        (cell) => cell !== undefined,
      );
      let text = '';
      cells.forEach(
        (cell, i) => (text += i === cells.length - 1 ? cell : cell + '\t'.repeat(Math.ceil((width - cell.length) / 8))),
      );
      await io.raw(`${text}\n`);
    }
    return 0;
  }
  const separator = options.get('s');
  const table = lines.map((line) =>
    separator === undefined
      ? line.trim().split(/[ \t]+/)
      : line.split(new RegExp(`[${separator.replace(/[\]\\^-]/g, '\\$&')}]`)),
  );
  const widths: number[] = [];
  for (const row of table) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  for (const row of table)
    await io.raw(
      `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join(options.get('o') ?? '  ')}\n`,
    );
  return 0;
};

/** tsort(1). */
export const tsort: Tool = async (io) => {
  const words: string[] = [];
  await eachInput(io, io.args, {}, async (fd) => {
    words.push(...(await io.allText(fd)).split(/\s+/).filter((w) => w !== ''));
  });
  if (words.length % 2 === 1) return io.die(`${io.args[0] ?? '-'}: input contains an odd number of tokens`);
  const after = new Map<string, Set<string>>();
  const before = new Map<string, number>();
  for (let i = 0; i < words.length; i += 2) {
    const [a, b] = [words[i]!, words[i + 1]!];
    for (const w of [a, b]) {
      if (!after.has(w)) after.set(w, new Set());
      if (!before.has(w)) before.set(w, 0);
    }
    if (a !== b && !after.get(a)!.has(b)) {
      after.get(a)!.add(b);
      before.set(b, before.get(b)! + 1);
    }
  }
  const ready = [...before].filter(([, n]) => n === 0).map(([w]) => w);
  let done = 0;
  while (ready.length > 0) {
    const next = ready.shift()!;
    done++;
    await io.raw(`${next}\n`);
    for (const w of after.get(next)!) {
      before.set(w, before.get(w)! - 1);
      if (before.get(w) === 0) ready.push(w);
    }
  }
  return done < before.size ? io.die(`${io.args[0] ?? '-'}: input contains a loop:`) : 0;
};

/** ldconfig(8), mesg(1), renice(1), fsync(1): nothing to do here. */
export const nothing: Tool = () => Promise.resolve(0);

/** locale(1). */
export const locale: Tool = async (io) => {
  if (io.args[0] === '-a') {
    await io.out('C\nC.utf8\nPOSIX\n');
    return 0;
  }
  const { env } = io.sys;
  const lang = env.LANG ?? '';
  await io.out(`LANG=${lang}\nLANGUAGE=\n`);
  for (const name of 'CTYPE NUMERIC TIME COLLATE MONETARY MESSAGES PAPER NAME ADDRESS TELEPHONE MEASUREMENT IDENTIFICATION'.split(
    ' ',
  )) {
    await io.out(`LC_${name}=${env[`LC_${name}`] ?? `"${env.LC_ALL ?? (lang === '' ? 'POSIX' : lang)}"`}\n`);
  }
  await io.out(`LC_ALL=${env.LC_ALL ?? ''}\n`);
  return 0;
};

/** ldd(1). */
export const ldd: Tool = async (io) => {
  for (const path of io.args) {
    if (!peek(io, path, true)) {
      await io.error(`ldd: ${path.includes('/') ? path : `./${path}`}: No such file or directory\n`);
      return 1;
    }
    if (!fromBytes(io.sys.readFile(path).subarray(0, 4)).startsWith('\x7fELF')) {
      await io.out('\tnot a dynamic executable\n');
      return 1;
    }
    await io.out(
      '\tlinux-vdso.so.1 (0x00007ffd5b5f2000)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2c1a400000)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f2c1a6a5000)\n',
    );
  }
  return 0;
};

/** stress(1): burns CPU time and holds memory, so that limits can be seen at work. */
export const stress: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'c:i:m:d:t:v',
    long: {
      cpu: ':c',
      io: ':i',
      vm: ':m',
      'vm-bytes': ':bytes',
      'vm-keep': 'keep',
      'vm-hang': ':hang',
      hdd: ':d',
      timeout: ':t',
      verbose: 'v',
    },
  });
  const [cpu, ioWorkers, vm, hdd] = ['c', 'i', 'm', 'd'].map((key) => Number(options.get(key) ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  if (cpu + ioWorkers + vm + hdd === 0) {
    await io.out(
      "`stress' imposes certain types of compute stress on your system\n\nUsage: stress [OPTION [ARG]] ...\n",
    );
    return 0;
  }
  const say = (text: string): Promise<void> | undefined => io.out(`stress: ${text}\n`);
  await say(`info: [${io.sys.pid}] dispatching hogs: ${cpu} cpu, ${ioWorkers} io, ${vm} vm, ${hdd} hdd`);
  await io.flush();
  const bytes = parseSize((options.get('bytes') ?? '256M').toUpperCase()) ?? 268435456;
  const burn = async (sys: Sys): Promise<number> => {
    for (;;) await sys.compute(100);
  };
  const workers = [
    ...Array.from({ length: cpu + ioWorkers + hdd }, () => io.sys.fork(burn, { argv: io.sys.argv })),
    ...Array.from({ length: vm }, () =>
      io.sys.fork(
        async (sys) => {
          sys.memory(bytes);
          return burn(sys);
        },
        { argv: io.sys.argv },
      ),
    ),
  ];
  const text = /^(\d+)([smhd]?)$/.exec(options.get('t') ?? '');
  const limit = text
    ? Number(text[1]) * { '': 1000, s: 1000, m: 60000, h: 3600000, d: 86400000 }[text[2] as 's']!
    : undefined;
  const start = io.sys.now();
  const timer =
    limit === undefined
      ? undefined
      : io.sys.fork(async (sys) => {
          await sys.sleep(limit);
          return 0;
        });
  const end = (except?: number): void => {
    for (const pid of workers) {
      if (pid === except) continue;
      try {
        io.sys.kill(pid, 'SIGKILL');
      } catch (error) {
        if (!isErrno(error, 'ESRCH')) throw error; // it has ended
      }
    }
  };
  const result = await io.sys.wait();
  if (result === undefined || result.pid === timer) {
    end();
    await say(`info: [${io.sys.pid}] successful run completed in ${Math.round((io.sys.now() - start) / 1000)}s`);
    return 0;
  }
  const signal = 'signal' in result.status ? resultCode(result) - 128 : 0;
  await io.out(
    `stress: FAIL: [${io.sys.pid}] (415) <-- worker ${result.pid} got signal ${signal}\nstress: WARN: [${io.sys.pid}] (417) now reaping child worker processes\n`,
  );
  end(result.pid);
  await io.out(
    `stress: FAIL: [${io.sys.pid}] (451) failed run completed in ${Math.round((io.sys.now() - start) / 1000)}s\n`,
  );
  return 1;
};

function makeParents(io: Io, path: string): void {
  const dir = dirName(path);
  if (dir === '.' || dir === '/' || peek(io, dir, true)) return;
  makeParents(io, dir);
  io.sys.mkdir(dir);
}

/** unzip(1). */
export const unzip: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'lonpqd:jx:v',
    usage: '[-lnojpq] FILE[.zip] [FILE]... [-x FILE]... [-d DIR]',
  });
  const path = options.operands[0];
  if (path === undefined) return missingOperand(io, {});
  let data: Uint8Array;
  try {
    data = io.sys.readFile(path);
  } catch (error) {
    io.reason(error);
    await io.error(`unzip:  cannot find or open ${path}, ${path}.zip or ${path}.ZIP.\n`);
    return 9;
  }
  const files = unzipSync(data);
  const names = Object.keys(files).filter(
    (name) => options.operands.length < 2 || options.operands.slice(1).includes(name),
  );
  if (!options.has('q') && !options.has('p')) await io.out(`Archive:  ${path}\n`);
  if (options.has('l')) {
    await io.out('  Length      Date    Time    Name\n---------  ---------- -----   ----\n');
    let total = 0;
    for (const name of names) {
      total += files[name]!.length;
      await io.out(
        `${String(files[name]!.length).padStart(9)}  ${strftime('%Y-%m-%d %H:%M', io.sys.stat(path).mtime)}   ${name}\n`,
      );
    }
    await io.out(
      `---------                     -------\n${String(total).padStart(9)}                     ${names.length} file${names.length === 1 ? '' : 's'}\n`,
    );
    return 0;
  }
  for (const name of names) {
    if (options.has('p')) {
      await io.bytes(files[name]!);
      continue;
    }
    const target = join(options.get('d') ?? '.', options.has('j') ? name.split('/').pop()! : name);
    makeParents(io, target);
    if (name.endsWith('/')) {
      if (!peek(io, target, true)) io.sys.mkdir(target.replace(/\/$/, ''));
      if (!options.has('q')) await io.out(`   creating: ${target.replace(/^\.\//, '')}\n`);
      continue;
    }
    io.sys.writeFile(target, files[name]!);
    if (!options.has('q')) await io.out(`  inflating: ${target.replace(/^\.\//, '')}  \n`);
  }
  return 0;
};

/** zip(1). */
export const zip: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'rqj9', long: { 'recurse-paths': 'r', quiet: 'q' } });
  const [archive, ...paths] = options.operands;
  if (archive === undefined || paths.length === 0) return io.die('error: Nothing to do!', 12);
  const target = archive.includes('.') ? archive : `${archive}.zip`;
  const contents: Zippable = {};
  const add = async (path: string): Promise<void> => {
    const stat = peek(io, path, true);
    const name = path.replace(/^\.?\//, '');
    if (!stat) {
      await io.error(`zip warning: name not matched: ${path}\n`);
      return;
    }
    if (stat.type === 'dir') {
      contents[`${name}/`] = [encode(''), { mtime: stat.mtime }];
      if (!options.has('q')) await io.out(`  adding: ${name}/ (stored 0%)\n`);
      if (options.has('r')) for (const child of io.sys.readdir(path)) await add(join(path, child.name));
      return;
    }
    contents[name] = [io.sys.readFile(path), { mtime: stat.mtime }];
    if (!options.has('q')) await io.out(`  adding: ${name} (deflated 0%)\n`);
  };
  for (const path of paths) await add(path.replace(/\/$/, ''));
  io.sys.writeFile(target, zipSync(contents));
  return 0;
};
