/** env, printenv, true, false, sleep, nice, nohup, timeout, time, chroot, setsid, stdbuf, watch. */
import { exitCode, type Env, type SpawnOptions, type WaitResult } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Program } from '../../kernel/programs.ts';
import { parseSignal, type SignalName } from '../../kernel/signals.ts';
import { strftime } from '../dates.ts';
import { quote } from '../format.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { missingOperand, parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';

/** Replaces this process by a command, or ends it as the tool does when that fails. */
export async function execCommand(
  io: Io,
  argv: readonly string[],
  env: Env = io.sys.env,
  codes = { missing: 127, denied: 126 },
): Promise<never> {
  const [command] = argv as [string, ...string[]];
  await io.flush();
  try {
    return await io.sys.exec(command, argv, env);
  } catch (error) {
    const reason = io.reason(error);
    const missing = isErrno(error, 'ENOENT');
    await io.fail(
      io.busybox
        ? `can't execute '${command}': ${reason}`
        : io.name === 'env' || io.name === 'nohup' || io.name === 'nice'
          ? `${io.name === 'env' ? quote(command) : io.name === 'nohup' ? `failed to run command ${quote(command)}` : command}: ${reason}`
          : `failed to run command ${quote(command)}: ${reason}`,
    );
    throw new Exit(missing ? codes.missing : codes.denied);
  }
}

/** Starts a command as a child; the tool ends when that fails. */
export async function spawnCommand(
  io: Io,
  argv: readonly string[],
  options: Partial<SpawnOptions> = {},
): Promise<number> {
  await io.flush();
  try {
    return io.sys.spawn({ argv, ...options });
  } catch (error) {
    const reason = io.reason(error);
    await io.fail(
      io.busybox ? `can't execute '${argv[0]}': ${reason}` : `failed to run command ${quote(argv[0]!)}: ${reason}`,
    );
    throw new Exit(isErrno(error, 'ENOENT') ? 127 : 126);
  }
}

/** `$?` of how a child ended. */
export const resultCode = (result: WaitResult | undefined): number =>
  result !== undefined && ('code' in result.status || 'signal' in result.status) ? exitCode(result.status) : 0;

/** env(1). */
export const env: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'iu:0' : 'iu:0C:vS:',
    long: io.busybox
      ? {}
      : { 'ignore-environment': 'i', unset: ':u', null: '0', chdir: ':C', debug: 'v', 'split-string': ':S' },
    stopEarly: true,
    exit: 125,
    usage: '[-iu0] [-] [name=value]... [PROG ARGS]',
  };
  const options = await parseOptions(io, io.busybox ? { ...rules, exit: 1 } : rules);
  const operands = [...(options.get('S') ?? '').split(/\s+/).filter((word) => word !== ''), ...options.operands];
  let clear = options.has('i');
  if (operands[0] === '-') {
    clear = true;
    operands.shift();
  }
  const next: Env = clear ? {} : { ...io.sys.env };
  for (const name of options.all('u')) delete next[name];
  while (operands.length > 0 && operands[0]!.includes('=')) {
    const word = operands.shift()!;
    next[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
  }
  const dir = options.get('C');
  if (dir !== undefined) {
    try {
      io.sys.chdir(dir);
    } catch (error) {
      await io.die(`cannot change directory to ${quote(dir)}: ${io.reason(error)}`, 125);
    }
  }
  if (operands.length === 0) {
    for (const [name, value] of Object.entries(next)) await io.out(`${name}=${value}${options.has('0') ? '\0' : '\n'}`);
    return 0;
  }
  return execCommand(io, operands, next);
};

/** printenv(1). */
export const printenv: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? '' : '0',
    long: io.busybox ? {} : { null: '0' },
    exit: 2,
    usage: '[VARIABLE]...',
  });
  const end = options.has('0') ? '\0' : '\n';
  if (options.operands.length === 0) {
    for (const [name, value] of Object.entries(io.sys.env)) await io.out(`${name}=${value}${end}`);
    return 0;
  }
  let missing = false;
  for (const name of options.operands) {
    const value = io.sys.env[name];
    if (value === undefined) missing = true;
    else await io.out(value + end);
  }
  return missing ? 1 : 0;
};

export const yesTool: Tool = () => Promise.resolve(0);
export const noTool: Tool = () => Promise.resolve(1);

/** `5`, `1.5m`: a length of time in ms; undefined where it is none. */
export function duration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const match = /^(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Number.parseFloat(text) * { '': 1000, s: 1000, m: 60000, h: 3600000, d: 86400000 }[match[2]!]!;
}

/** sleep(1). */
export const sleep: Tool = async (io) => {
  const rules: OptionRules = { usage: '[N]...', stopEarly: io.busybox };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) return missingOperand(io, rules);
  let total = 0;
  let bad = false;
  for (const text of options.operands) {
    const ms = duration(text);
    if (ms === undefined) {
      if (io.busybox) return io.die(`invalid number '${text}'`);
      await io.fail(`invalid time interval ${quote(text)}`);
      bad = true;
    } else total += ms;
  }
  if (bad) return usageError(io, rules);
  if (total === Infinity) for (;;) await io.sys.sleep(86400000);
  await io.sys.sleep(total);
  return 0;
};

/** nice(1). */
export const nice: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'n:',
    long: { adjustment: ':n' },
    digits: true,
    stopEarly: true,
    exit: 125,
    usage: '[-n ADJUST] [PROG ARGS]',
  });
  if (options.operands.length === 0) {
    await io.out('0\n');
    return 0;
  }
  return execCommand(io, options.operands);
};

/** nohup(1). */
export const nohup: Tool = async (io) => {
  const rules: OptionRules = { stopEarly: true, exit: 125, usage: 'PROG ARGS' };
  const options = await parseOptions(io, rules);
  if (options.operands.length === 0) return missingOperand(io, rules);
  io.sys.signal('SIGHUP', 'ignore');
  if (io.sys.isatty(0)) {
    const fd = io.sys.open('/dev/null', { read: true });
    io.sys.dup2(fd, 0);
    io.sys.close(fd);
  }
  if (io.sys.isatty(1)) {
    const fd = io.sys.open('nohup.out', { write: true, create: true, append: true }, 0o600);
    await io.fail(io.busybox ? 'appending output to nohup.out' : "ignoring input and appending output to 'nohup.out'");
    io.sys.dup2(fd, 1);
    io.sys.close(fd);
    if (io.sys.isatty(2)) io.sys.dup2(1, 2);
  }
  return execCommand(io, options.operands);
};

/**
 * busybox timeout becomes the command itself, and leaves a grandchild behind that watches it: so a command that is PID 1 of
 * a container never gets the signal, and ends with its own code.
 */
async function watchedCommand(
  io: Io,
  argv: readonly string[],
  limit: number,
  signal: SignalName,
  after: number | undefined,
): Promise<number> {
  const command = io.sys.pid;
  const watch: Program = async (sys) => {
    for (const fd of sys.fds()) sys.close(fd);
    try {
      for (let left = limit; left > 0; left -= 1000) {
        await sys.sleep(Math.min(1000, left));
        sys.kill(command, 0);
      }
      sys.kill(command, signal);
      if (after === undefined) return 0;
      await sys.sleep(after);
      sys.kill(command, 'SIGKILL');
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error; // the command has ended
    }
    return 0;
  };
  const child = io.sys.fork(async (sys) => {
    sys.fork(watch);
    return 0;
  });
  await io.sys.wait(child);
  return execCommand(io, argv);
}

/** timeout(1): puts the command in a group of its own, as GNU's does. */
export const timeout: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 's:k:' : 'fk:s:v',
    long: io.busybox
      ? {}
      : { foreground: 'f', 'kill-after': ':k', 'preserve-status': 'preserve', signal: ':s', verbose: 'v' },
    stopEarly: true,
    exit: io.busybox ? 1 : 125,
    usage: '[-s SIG] SECS PROG ARGS',
  };
  const options = await parseOptions(io, rules);
  const [text, ...argv] = options.operands;
  if (text === undefined || argv.length === 0) return missingOperand(io, rules);
  const limit = duration(text);
  if (limit === undefined) {
    if (io.busybox) return io.die(`invalid number '${text}'`);
    return usageFailure(io, rules, `invalid time interval ${quote(text)}`);
  }
  const word = options.get('s') ?? 'TERM';
  const signal = parseSignal(word);
  if (signal === undefined) {
    if (io.busybox) return io.die(`bad signal name '${word}'`);
    return usageFailure(io, rules, `${quote(word)}: invalid signal`);
  }
  const after = options.get('k') === undefined ? undefined : duration(options.get('k')!);
  if (io.busybox) return watchedCommand(io, argv, limit, signal, after);
  const pid = await spawnCommand(io, argv);
  let expired = false;
  const send = (name: SignalName): void => {
    try {
      io.sys.kill(pid, name);
    } catch (error) {
      if (!isErrno(error, 'ESRCH')) throw error; // it has just ended
    }
  };
  // A child that only watches the time, so that the wait below is for the command alone.
  const watcher =
    limit === 0 || limit === Infinity
      ? undefined
      : io.sys.fork(
          async (sys) => {
            await sys.sleep(limit);
            return 0;
          },
          { argv: ['timeout'] },
        );
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) io.sys.signal(name, () => send(name));
  let killer: number | undefined;
  for (;;) {
    const result = await io.sys.wait();
    if (result?.pid === pid) {
      for (const other of [watcher, killer]) {
        if (other === undefined) continue;
        try {
          io.sys.kill(other, 'SIGKILL');
          await io.sys.wait(other);
        } catch (error) {
          if (!isErrno(error)) throw error;
        }
      }
      if (!expired || options.has('preserve')) return resultCode(result);
      if ('signal' in result.status && result.status.signal === 'SIGKILL') return 137;
      return 124;
    }
    if (result?.pid === watcher) {
      expired = true;
      if (options.has('v')) await io.fail(`sending signal ${signal.slice(3)} to command ${quote(argv[0]!)}`);
      send(signal);
      if (signal !== 'SIGKILL' && signal !== 'SIGCONT') send('SIGCONT');
      if (after !== undefined) {
        killer = io.sys.fork(
          async (sys) => {
            await sys.sleep(after);
            return 0;
          },
          { argv: ['timeout'] },
        );
      }
    } else if (result?.pid === killer) send('SIGKILL');
  }
};

/** time(1) of busybox and of Debian's package. */
export const time: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'pvo:af:', stopEarly: true, usage: '[-vpa] [-o FILE] PROG ARGS' });
  if (options.operands.length === 0) return usageError(io, {});
  const start = io.sys.now();
  const pid = await spawnCommand(io, options.operands);
  const result = await io.sys.wait(pid);
  const seconds = (io.sys.now() - start) / 1000;
  const minutes = Math.floor(seconds / 60);
  if (options.has('p')) await io.error(`real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
  else await io.error(`real\t${minutes}m ${(seconds % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  return resultCode(result);
};

/** chroot(1). */
export const chroot: Tool = async (io) => {
  const rules: OptionRules = {
    short: '',
    long: io.busybox ? {} : { userspec: ':user', groups: ':groups', 'skip-chdir': 'skip' },
    stopEarly: true,
    exit: io.busybox ? 1 : 125,
    usage: 'NEWROOT [PROG ARGS]',
  };
  const options = await parseOptions(io, rules);
  const [root, ...argv] = options.operands;
  if (root === undefined) return missingOperand(io, rules);
  try {
    io.sys.chroot(root);
    io.sys.chdir('/');
  } catch (error) {
    return io.die(
      io.busybox
        ? `can't change root directory to '${root}': ${io.reason(error)}`
        : `cannot change root directory to ${quote(root)}: ${io.reason(error)}`,
      io.busybox ? 1 : 125,
    );
  }
  return execCommand(io, argv.length > 0 ? argv : [io.sys.env.SHELL ?? '/bin/sh', '-i']);
};

/** setsid(1). */
export const setsid: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'cfw',
    long: { ctty: 'c', fork: 'f', wait: 'w' },
    stopEarly: true,
    usage: '[-c] PROG ARGS',
  });
  if (options.operands.length === 0) return io.die('no command specified');
  const pid = await spawnCommand(io, options.operands, { session: true });
  return options.has('w') || !options.has('f') ? resultCode(await io.sys.wait(pid)) : 0;
};

/** stdbuf(1): buffering is the program's own affair here. */
export const stdbuf: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'i:o:e:',
    long: { input: ':i', output: ':o', error: ':e' },
    stopEarly: true,
    exit: 125,
  });
  return execCommand(io, options.operands);
};

/** watch(1). */
export const watch: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'n:tdegcx',
    long: { interval: ':n', 'no-title': 't', differences: 'd', errexit: 'e', exec: 'x' },
    stopEarly: true,
    usage: '[-n SEC] [-t] PROG ARGS',
  });
  if (options.operands.length === 0) return usageError(io, {});
  const every = Number(options.get('n') ?? 2);
  for (;;) {
    await io.out('\x1b[H\x1b[J');
    if (!options.has('t')) {
      const title = `Every ${every.toFixed(1)}s: ${options.operands.join(' ')}`;
      const right = io.busybox
        ? strftime('%Y-%m-%d %H:%M:%S', io.sys.now())
        : `${io.sys.hostname()}: ${strftime('%a %b %e %H:%M:%S %Y', io.sys.now())}`;
      const width = io.sys.isatty(1) ? io.sys.windowSize(1).columns : 80;
      await io.out(`${title}${right.padStart(Math.max(1, width - title.length))}\n\n`);
    }
    const argv = options.has('x') ? options.operands : ['sh', '-c', options.operands.join(' ')];
    await io.sys.wait(await spawnCommand(io, argv));
    await io.sys.sleep(every * 1000);
  }
};
