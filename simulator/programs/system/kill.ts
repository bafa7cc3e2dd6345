/** kill, killall, pkill, pgrep, pidof, top. */
import { isErrno } from '../../kernel/errno.ts';
import { parseSignal, SIGNALS, signalName, signalNumber, type SignalName } from '../../kernel/signals.ts';
import { quote } from '../format.ts';
import { Names } from '../identity.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, usageError, type OptionRules } from '../options.ts';
import { compile } from '../regex.ts';
import { meminfo, uptimeText } from './info.ts';
import { allProcesses, type ProcessInfo } from './proc.ts';

/** kill(1). */
export const kill: Tool = async (io) => {
  const args = [...io.args];
  let signal: SignalName | 0 = 'SIGTERM';
  const parse = async (text: string): Promise<SignalName | 0> => {
    if (text === '0') return 0;
    const found = parseSignal(text);
    if (found !== undefined) return found;
    if (io.busybox) return io.die(`bad signal name '${text}'`);
    return io.die(`unknown signal name ${text}`);
  };
  const first = args[0];
  if (first === '-l' || first === '-L' || first === '--list') {
    const wanted = args[1];
    if (wanted !== undefined) {
      const number = Number(wanted);
      const name = Number.isNaN(number) ? parseSignal(wanted) : signalName(number > 128 ? number - 128 : number);
      if (name === undefined) return io.die(`unknown signal ${wanted}`);
      await io.out(`${Number.isNaN(number) ? signalNumber(name) : name.slice(3)}\n`);
      return 0;
    }
    const names = (Object.keys(SIGNALS) as SignalName[]).map((name) => name.slice(3));
    if (io.busybox) for (const [i, name] of names.entries()) await io.out(`${String(i + 1).padStart(2)}) ${name}\n`);
    else await io.out(`${names.join(' ')}\n`);
    return 0;
  }
  if (first === '-s' || first === '--signal') {
    args.shift();
    signal = await parse(args.shift() ?? '');
  } else if (first !== undefined && /^-[A-Za-z0-9]+$/.test(first) && first !== '--') {
    args.shift();
    signal = await parse(first.slice(1));
  }
  if (args[0] === '--') args.shift();
  if (args.length === 0) {
    if (io.busybox) return io.die('you need to specify whom to kill');
    await io.error(
      '\nUsage:\n kill [options] <pid> [...]\n\nOptions:\n <pid> [...]            send signal to every <pid> listed\n',
    );
    return 1;
  }
  let failed = false;
  for (const text of args) {
    if (!/^-?\d+$/.test(text)) {
      await io.fail(io.busybox ? `invalid number '${text}'` : `failed to parse argument: ${quote(text)}`);
      failed = true;
      continue;
    }
    try {
      io.sys.kill(Number(text), signal);
    } catch (error) {
      await io.fail(io.busybox ? `can't kill pid ${text}: ${io.reason(error)}` : `(${text}): ${io.reason(error)}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
};

const commandOf = (p: ProcessInfo): string => (p.argv.length > 0 ? p.argv.join(' ') : p.comm);
const namesOf = (p: ProcessInfo): string[] => [p.comm, (p.argv[0] ?? '').split('/').pop()!];

/** Sends a signal to each; gives how many got it. */
async function signalAll(
  io: Io,
  processes: readonly ProcessInfo[],
  signal: SignalName | 0,
  complain: (p: ProcessInfo, reason: string) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (const p of processes) {
    try {
      io.sys.kill(p.pid, signal);
      count++;
    } catch (error) {
      if (!isErrno(error)) throw error;
      await complain(p, error.message);
    }
  }
  return count;
}

/** killall(1). */
export const killall: Tool = async (io) => {
  const args = [...io.args];
  let signal: SignalName | 0 = 'SIGTERM';
  let quiet = false;
  const names: string[] = [];
  while (args.length > 0) {
    const arg = args.shift()!;
    if (arg === '-q') quiet = true;
    else if (arg === '-s' || arg === '--signal') signal = parseSignal(args.shift() ?? '') ?? 'SIGTERM';
    else if (/^-[evwiI]$/.test(arg)) continue;
    else if (arg.startsWith('-') && arg.length > 1) {
      const found = arg === '-0' ? 0 : parseSignal(arg.slice(1));
      if (found === undefined)
        return io.die(
          io.busybox
            ? `bad signal name '${arg.slice(1)}'`
            : `${arg.slice(1)}: unknown signal; killall -l lists signals.`,
        );
      signal = found;
    } else names.push(arg);
  }
  if (names.length === 0) return usageError(io, { usage: '[-lq] [-SIG] PROCESS_NAME...' });
  let failed = false;
  for (const name of names) {
    const found = allProcesses(io.sys).filter(
      (p) => p.pid !== io.sys.pid && namesOf(p).includes(name.split('/').pop()!),
    );
    if (found.length === 0) {
      if (!quiet) await io.error(io.busybox ? `killall: ${name}: no process killed\n` : `${name}: no process found\n`);
      failed = true;
      continue;
    }
    await signalAll(io, found, signal, async (p, reason) => {
      failed = true;
      await io.error(io.busybox ? `killall: can't kill pid ${p.pid}: ${reason}\n` : `${name}(${p.pid}): ${reason}\n`);
    });
  }
  return failed ? 1 : 0;
};

const matching =
  (killing: boolean): Tool =>
  async (io) => {
    const args = [...io.args];
    let signal: SignalName | 0 = 'SIGTERM';
    const at = args.findIndex(
      (arg) => /^-(?:\d+|[A-Z][A-Z0-9]+)$/.test(arg) && parseSignal(arg.slice(1)) !== undefined,
    );
    if (killing && at >= 0) signal = parseSignal(args.splice(at, 1)[0]!.slice(1))!;
    io.args = args;
    const rules: OptionRules = {
      short: io.busybox ? 'lanovxfs:P:' : 'cfxvnolaeu:U:P:g:s:t:d:',
      long: io.busybox
        ? {}
        : {
            full: 'f',
            exact: 'x',
            inverse: 'v',
            newest: 'n',
            oldest: 'o',
            'list-name': 'l',
            'list-full': 'a',
            count: 'c',
            signal: ':signal',
            parent: ':P',
            euid: ':u',
            uid: ':U',
            echo: 'e',
            delimiter: ':d',
          },
      exit: 2,
      usage: '[-flanovx] [-s SID|-P PPID|PATTERN]',
    };
    const options = await parseOptions(io, rules);
    const given = options.get('signal');
    if (given !== undefined) signal = parseSignal(given) ?? 'SIGTERM';
    const pattern = options.operands[0];
    if (pattern === undefined && !['P', 'u', 'U', 's', 'g'].some((key) => options.has(key))) {
      if (io.busybox) return usageError(io, { ...rules, exit: 1 });
      await io.fail('no matching criteria specified');
      return usageError(io, rules);
    }
    const full = options.has('f');
    const expression =
      pattern === undefined ? undefined : compile(options.has('x') ? `^(${pattern})$` : pattern, { extended: true });
    const names = new Names(io.sys);
    const parents = options.get('P')?.split(',').map(Number);
    const uids = [...options.all('u'), ...options.all('U')]
      .flatMap((list) => list.split(','))
      .map((name) => names.findUser(name));
    let found = allProcesses(io.sys).filter((p) => {
      if (p.pid === io.sys.pid) return false;
      if (parents && !parents.includes(p.ppid)) return false;
      if (uids.length > 0 && !uids.includes(p.uid)) return false;
      return (expression === undefined || expression.test(full ? commandOf(p) : p.comm)) !== options.has('v');
    });
    const byStart = [...found].sort((a, b) => a.start - b.start || a.pid - b.pid);
    if (options.has('n')) found = byStart.slice(-1);
    if (options.has('o')) found = byStart.slice(0, 1);
    if (killing && !options.has('l')) {
      const count = await signalAll(io, found, signal, (p, reason) =>
        io.fail(`killing pid ${p.pid} failed: ${reason}`),
      );
      return count > 0 ? 0 : 1;
    }
    if (options.has('c')) await io.out(`${found.length}\n`);
    else {
      const separator = options.get('d') ?? '\n';
      const rows = found.map(
        (p) =>
          `${p.pid}${options.has('a') ? ` ${commandOf(p)}` : options.has('l') ? ` ${io.busybox && full ? commandOf(p) : p.comm}` : ''}`,
      );
      if (rows.length > 0) await io.out(`${rows.join(separator)}\n`);
    }
    return found.length > 0 ? 0 : 1;
  };

export const pgrep = matching(false);
export const pkill = matching(true);

/** pidof(1). */
export const pidof: Tool = async (io) => {
  const options = await parseOptions(io, { short: io.busybox ? 'so:' : 'sqo:xcnS:', usage: '[OPTIONS] [NAME]...' });
  const left = new Set(
    options
      .all('o')
      .flatMap((list) => list.split(','))
      .map((text) => (text === '%PPID' ? io.sys.ppid : Number(text))),
  );
  let found = allProcesses(io.sys)
    .filter(
      (p) =>
        p.pid !== io.sys.pid &&
        !left.has(p.pid) &&
        options.operands.some((name) => namesOf(p).includes(name.split('/').pop()!)),
    )
    .map((p) => p.pid);
  found.reverse();
  if (options.has('s')) found = found.slice(0, 1);
  if (found.length === 0) return 1;
  await io.out(`${found.join(' ')}\n`);
  return 0;
};

/** top(1): one page after another; `q` ends it on a terminal. */
export const top: Tool = async (io) => {
  const words = io.args.map((arg) => (/^[a-zA-Z]/.test(arg) ? `-${arg}` : arg));
  io.args = words;
  const options = await parseOptions(io, {
    short: io.busybox ? 'bn:d:m' : 'bn:d:p:u:o:cHiSsw::E:e:',
    usage: '[-b] [-n COUNT] [-d SECONDS]',
  });
  const batch = options.has('b');
  const rounds = options.get('n') === undefined ? Infinity : Number(options.get('n'));
  const delay = Number(options.get('d') ?? (io.busybox ? 5 : 3)) * 1000;
  const tty = !batch && io.sys.isatty(1);
  if (tty) io.sys.terminalMode(0, { canonical: false, echo: false });
  for (let round = 0; round < rounds; round++) {
    if (tty) await io.out('\x1b[H\x1b[J');
    else if (round > 0) await io.out('\n');
    await page(io, tty);
    await io.flush();
    if (round + 1 >= rounds) break;
    if (!tty) {
      await io.sys.sleep(delay);
      continue;
    }
    const ready = await io.sys.poll([{ fd: 0, events: 'read' }], delay);
    if (ready.length > 0) {
      const key = await io.sys.read(0, 1);
      if (key.length === 0 || key[0] === 113 || key[0] === 3) break;
    }
  }
  if (tty) {
    io.sys.terminalMode(0, { canonical: true, echo: true });
    await io.out('\n');
  }
  return 0;
};

async function page(io: Io, tty: boolean): Promise<void> {
  const processes = allProcesses(io.sys).sort((a, b) => b.cpu - a.cpu || a.pid - b.pid);
  const names = new Names(io.sys);
  const info = meminfo(io);
  const kb = (name: string): number => Math.floor((info.get(name) ?? 0) / 1024);
  const cache = kb('Buffers') + kb('Cached') + kb('SReclaimable');
  const size = tty ? io.sys.windowSize(1) : { columns: 512, rows: 100000 };
  const lines: string[] = [];
  const count = (state: string): number => processes.filter((p) => p.state === state).length;
  if (io.busybox) {
    const load = io.sys.readText('/proc/loadavg').trim();
    lines.push(
      `Mem: ${kb('MemTotal') - kb('MemFree')}K used, ${kb('MemFree')}K free, ${kb('Shmem')}K shrd, ${kb('Buffers')}K buff, ${kb('Cached')}K cached`,
      `CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq`,
      `Load average: ${load}`,
      `  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND`,
    );
    for (const p of processes) {
      const vsz = Math.floor(p.vsize / 1024);
      const memory = vsz < 100000 ? String(vsz) : `${Math.floor(vsz / 1024)}m`;
      lines.push(
        `${String(p.pid).padStart(5)} ${String(p.ppid).padStart(5)} ${names.userName(p.uid).padEnd(8).slice(0, 8)} ${p.state.padEnd(4)} ${memory.padStart(5)} ${`${Math.floor((p.vsize * 100) / (info.get('MemTotal') ?? 1))}%`.padStart(4)} ${'0%'.padStart(4)} ${commandOf(p)}`,
      );
    }
  } else {
    const mib = (n: number): string => (n / 1024).toFixed(1).padStart(8);
    lines.push(
      `top - ${uptimeText(io)}`,
      `Tasks: ${String(processes.length).padStart(3)} total, ${String(Math.max(1, count('R'))).padStart(3)} running, ${String(processes.length - Math.max(1, count('R')) - count('T') - count('Z')).padStart(3)} sleeping, ${String(count('T')).padStart(3)} stopped, ${String(count('Z')).padStart(3)} zombie`,
      `%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st `,
      `MiB Mem : ${mib(kb('MemTotal'))} total, ${mib(kb('MemFree'))} free, ${mib(kb('MemTotal') - kb('MemAvailable'))} used, ${mib(cache)} buff/cache     `,
      `MiB Swap: ${mib(kb('SwapTotal'))} total, ${mib(kb('SwapFree'))} free, ${mib(kb('SwapTotal') - kb('SwapFree'))} used. ${mib(kb('MemAvailable'))} avail Mem `,
      '',
      `    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND`,
    );
    for (const p of processes) {
      const hundredths = Math.floor(p.cpu / 10);
      const time = `${Math.floor(hundredths / 6000)}:${String(Math.floor(hundredths / 100) % 60).padStart(2, '0')}.${String(hundredths % 100).padStart(2, '0')}`;
      lines.push(
        `${String(p.pid).padStart(7)} ${names.userName(p.uid).padEnd(8).slice(0, 8)}  20 ${String(p.nice).padStart(3)} ${String(Math.floor(p.vsize / 1024)).padStart(7)} ${String(Math.floor(p.rss / 1024)).padStart(6)} ${String(Math.floor(p.rss / 2048)).padStart(6)} ${p.state} ${'0.0'.padStart(5)} ${((p.rss * 100) / (info.get('MemTotal') ?? 1)).toFixed(1).padStart(5)} ${time.padStart(9)} ${p.comm}`,
      );
    }
  }
  for (const line of lines.slice(0, size.rows - 1)) await io.out(`${line.slice(0, size.columns)}\n`);
}
