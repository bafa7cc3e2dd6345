/** date, id, whoami, groups, who, uname, hostname, arch, nproc, uptime, free, tty, logname, cal. */
import { DAYS, MONTHS, parseDate, strftime } from '../dates.ts';
import { humanSize, quote } from '../format.ts';
import { Names, type User } from '../identity.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { extraOperand, parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';

/** date(1). */
export const date: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? {
        short: 'd:D:r:s:uRI::',
        long: { rfc2822: 'R', 'rfc-2822': 'R', utc: 'u', date: ':d', reference: ':r', set: ':s' },
        usage: '[OPTIONS] [+FMT] [[-s] TIME]',
      }
    : {
        short: 'd:f:I::r:Rs:u',
        long: {
          date: ':d',
          file: ':f',
          'iso-8601': '?I',
          reference: ':r',
          'rfc-email': 'R',
          'rfc-2822': 'R',
          'rfc-3339': ':rfc-3339',
          set: ':s',
          utc: 'u',
          universal: 'u',
        },
      };
  const options = await parseOptions(io, rules);
  let now = io.sys.now();
  const text = options.get('d');
  if (text !== undefined) {
    const ms = parseDate(text, now);
    if (ms === undefined) return io.die(io.busybox ? `invalid date '${text}'` : `invalid date ${quote(text)}`);
    now = ms;
  }
  const reference = options.get('r');
  if (reference !== undefined) {
    try {
      now = /^\d+$/.test(reference) && io.busybox ? Number(reference) * 1000 : io.sys.stat(reference).mtime;
    } catch (error) {
      return io.die(`${reference}: ${io.reason(error)}`);
    }
  }
  if (options.has('s')) {
    if (!io.sys.capable('CAP_SYS_TIME'))
      await io.fail(`${io.busybox ? "can't" : 'cannot'} set date: Operation not permitted`);
    // Both print the time they were given, also where it could not be set.
    await io.out(`${strftime('%a %b %e %H:%M:%S UTC %Y', parseDate(options.get('s')!, now) ?? now)}\n`);
    return io.busybox ? 0 : 1;
  }
  const [format, extra] = options.operands;
  if (extra !== undefined) await extraOperand(io, rules, extra);
  if (format !== undefined && !format.startsWith('+')) {
    if (io.busybox) return io.die(`invalid date '${format}'`);
    return io.die(`invalid date ${quote(format)}`);
  }
  let shape = io.busybox ? '%a %b %e %H:%M:%S %Z %Y' : '%a %b %e %H:%M:%S %Z %Y';
  if (options.has('R')) shape = '%a, %d %b %Y %H:%M:%S %z';
  const precision = options.get('I') ?? (options.has('I') ? 'date' : undefined);
  const zone = io.busybox ? '%z' : '%:z';
  if (precision !== undefined) {
    shape =
      {
        date: '%Y-%m-%d',
        hours: `%Y-%m-%dT%H${zone}`,
        minutes: `%Y-%m-%dT%H:%M${zone}`,
        seconds: `%Y-%m-%dT%H:%M:%S${zone}`,
        ns: `%Y-%m-%dT%H:%M:%S,%N${zone}`,
      }[precision] ?? shape;
  }
  const rfc = options.get('rfc-3339');
  if (rfc !== undefined)
    shape = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' }[rfc] ?? shape;
  await io.out(`${strftime(format === undefined ? shape : format.slice(1), now)}\n`);
  return 0;
};

/** id(1). */
export const id: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'ugGnr' : 'agGnruzZ',
    long: io.busybox ? {} : { group: 'g', groups: 'G', name: 'n', real: 'r', user: 'u', zero: 'z', context: 'Z' },
    usage: '[-ugGnr] [USER]',
  };
  const options = await parseOptions(io, rules);
  const names = new Names(io.sys);
  const given = options.operands[0];
  let [uid, gid, groups] = [io.sys.uid, io.sys.gid, [...io.sys.groups]];
  if (given !== undefined) {
    const user: User | undefined =
      names.users.find((u) => u.name === given) ?? (/^\d+$/.test(given) ? names.user(Number(given)) : undefined);
    if (user === undefined) return io.die(io.busybox ? `unknown user ${given}` : `${quote(given)}: no such user`);
    [uid, gid, groups] = [user.uid, user.gid, names.groupsOf(user)];
  } else if (!io.busybox) groups = [gid, ...groups.filter((g) => g !== gid)];
  const kinds = ['u', 'g', 'G'].filter((key) => options.has(key));
  if (kinds.length > 1) {
    if (io.busybox) return usageError(io, rules);
    return io.die('cannot print "only" of more than one choice');
  }
  const named = options.has('n');
  if (named && kinds.length === 0) {
    if (io.busybox) return usageError(io, rules);
    return io.die('cannot print only names or real IDs in default format');
  }
  if (kinds[0] === 'u') {
    await io.out(`${named ? names.userName(uid) : uid}\n`);
    return 0;
  }
  if (kinds[0] === 'g') {
    const group = names.group(gid);
    if (named && group === undefined) {
      await io.fail(io.busybox ? `unknown ID ${gid}` : `cannot find name for group ID ${gid}`);
      await io.out(`${gid}\n`);
      return 1;
    }
    await io.out(`${named ? group!.name : gid}\n`);
    return 0;
  }
  if (kinds[0] === 'G') {
    await io.out(`${groups.map((g) => (named ? names.groupName(g) : String(g))).join(' ')}\n`);
    return 0;
  }
  const show = (n: number, name: string | undefined): string => (name === undefined ? String(n) : `${n}(${name})`);
  const list = groups.length === 0 ? '' : ` groups=${groups.map((g) => show(g, names.group(g)?.name)).join(',')}`;
  await io.out(`uid=${show(uid, names.user(uid)?.name)} gid=${show(gid, names.group(gid)?.name)}${list}\n`);
  return 0;
};

/** whoami(1). */
export const whoami: Tool = async (io) => {
  const rules: OptionRules = {};
  const options = await parseOptions(io, rules);
  if (options.operands[0] !== undefined) await extraOperand(io, rules, options.operands[0]);
  const name = new Names(io.sys).user(io.sys.uid)?.name;
  if (name === undefined)
    return io.die(io.busybox ? `unknown uid ${io.sys.uid}` : `cannot find name for user ID ${io.sys.uid}`);
  await io.out(`${name}\n`);
  return 0;
};

/** groups(1). */
export const groups: Tool = async (io) => {
  const options = await parseOptions(io, { usage: '[USER]' });
  const names = new Names(io.sys);
  let failed = false;
  if (options.operands.length === 0) {
    const list = [io.sys.gid, ...io.sys.groups.filter((g) => g !== io.sys.gid)];
    await io.out(`${list.map((g) => names.groupName(g)).join(' ')}\n`);
  }
  for (const name of options.operands) {
    const user = names.users.find((u) => u.name === name);
    if (user === undefined) {
      await io.fail(io.busybox ? `unknown user ${name}` : `${quote(name)}: no such user`);
      failed = true;
    } else
      await io.out(
        `${io.busybox ? '' : `${name} : `}${names
          .groupsOf(user)
          .map((g) => names.groupName(g))
          .join(' ')}\n`,
      );
  }
  return failed ? 1 : 0;
};

/** who(1), users(1), w(1): nobody is logged in through utmp here. */
export const who: Tool = async (io) => {
  await parseOptions(io, {
    short: 'abdHlmpqrsTtuw',
    long: io.busybox ? {} : { all: 'a', heading: 'H', boot: 'b', count: 'q' },
  });
  return 0;
};

/** logname(1). */
export const logname: Tool = async (io) => {
  await parseOptions(io, {});
  return io.die(io.busybox ? 'getlogin: No such device or address' : 'no login name');
};

/** uname(1). */
export const uname: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'amnrspvio',
    long: io.busybox
      ? {}
      : {
          all: 'a',
          'kernel-name': 's',
          nodename: 'n',
          'kernel-release': 'r',
          'kernel-version': 'v',
          machine: 'm',
          processor: 'p',
          'hardware-platform': 'i',
          'operating-system': 'o',
        },
    usage: '[-amnrspvio]',
  };
  const options = await parseOptions(io, rules);
  if (options.operands[0] !== undefined) await extraOperand(io, rules, options.operands[0]);
  const info = io.sys.uname();
  const all = options.has('a');
  const none = options.list.length === 0;
  const words: string[] = [];
  if (all || none || options.has('s')) words.push(info.sysname);
  if (all || options.has('n')) words.push(info.nodename);
  if (all || options.has('r')) words.push(info.release);
  if (all || options.has('v')) words.push(info.version);
  if (all || options.has('m')) words.push(info.machine);
  if (options.has('p')) words.push('unknown');
  if (options.has('i')) words.push('unknown');
  if (all || options.has('o')) words.push('GNU/Linux');
  await io.out(`${words.join(' ')}\n`);
  return 0;
};

/** arch(1). */
export const arch: Tool = async (io) => {
  await parseOptions(io, {});
  await io.out(`${io.sys.uname().machine}\n`);
  return 0;
};

/** hostname(1). */
export const hostname: Tool = async (io) => {
  const rules: OptionRules = {
    short: 'aAdfFiIsy',
    long: io.busybox
      ? {}
      : {
          alias: 'a',
          'all-fqdns': 'A',
          domain: 'd',
          fqdn: 'f',
          long: 'f',
          'ip-address': 'i',
          'all-ip-addresses': 'I',
          short: 's',
        },
    usage: '[-sidf] [HOSTNAME | -F FILE]',
  };
  const options = await parseOptions(io, rules);
  const name = options.operands[0];
  if (name !== undefined) {
    try {
      io.sys.sethostname(name);
    } catch (error) {
      return io.die(
        io.busybox
          ? `sethostname: ${io.reason(error)}`
          : error instanceof Error && io.reason(error) === 'Operation not permitted'
            ? 'you must be root to change the host name'
            : io.reason(error),
      );
    }
    return 0;
  }
  const own = io.sys.hostname();
  if (options.has('i') || options.has('I')) {
    const addresses = options.has('I')
      ? io.sys
          .interfaces()
          .filter((face) => face.name !== 'lo')
          .flatMap((face) => face.addresses.map(([address]) => address))
      : await io.sys.resolve(own);
    if (addresses.length === 0 && options.has('i'))
      return io.die(io.busybox ? `${own}: Unknown host` : 'Name or service not known');
    await io.out(`${addresses.join(' ')}${options.has('I') ? ' ' : io.busybox ? ' ' : ''}\n`);
    return 0;
  }
  if (options.has('s')) await io.out(`${own.split('.')[0]!}\n`);
  else if (options.has('d')) await io.out(own.includes('.') ? `${own.slice(own.indexOf('.') + 1)}\n` : '\n');
  else await io.out(`${own}\n`);
  return 0;
};

/** dnsdomainname(1). */
export const dnsdomainname: Tool = async (io) => {
  const own = io.sys.hostname();
  if (own.includes('.')) await io.out(`${own.slice(own.indexOf('.') + 1)}\n`);
  return 0;
};

/** hostid(1). */
export const hostid: Tool = async (io) => {
  await io.out('007f0101\n');
  return 0;
};

/** nproc(1). */
export const nproc: Tool = async (io) => {
  const options = await parseOptions(io, { long: { all: 'all', ignore: ':ignore' } });
  // The CPUs it may run on, as sched_getaffinity(2) tells: a cpuset shows, a quota does not.
  const allowed = /^Cpus_allowed_list:\t(.*)$/m.exec(io.sys.readText('/proc/self/status'))?.[1] ?? '0';
  const cpus = options.has('all')
    ? (io.sys.readText('/proc/cpuinfo').match(/^processor/gm)?.length ?? 1)
    : allowed.split(',').reduce((count, part) => {
        const [from, to] = part.split('-').map(Number);
        return count + (to === undefined ? 1 : to - from! + 1);
      }, 0);
  await io.out(`${Math.max(1, cpus - Number(options.get('ignore') ?? 0))}\n`);
  return 0;
};

/** uptime(1). */
export const uptime: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? '' : 'ps',
    long: io.busybox ? {} : { pretty: 'p', since: 's' },
  });
  const seconds = Number(io.sys.readText('/proc/uptime').split(' ')[0]);
  if (options.has('s')) {
    await io.out(`${strftime('%Y-%m-%d %H:%M:%S', io.sys.now() - seconds * 1000)}\n`);
    return 0;
  }
  const minutes = Math.floor(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (options.has('p')) {
    const plural = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;
    const words = [
      ...(days ? [plural(days, 'day')] : []),
      ...(hours ? [plural(hours, 'hour')] : []),
      plural(rest, 'minute'),
    ];
    await io.out(`up ${words.join(', ')}\n`);
    return 0;
  }
  await io.out(`${uptimeLine(io, days, hours, rest)}\n`);
  return 0;
};

function uptimeLine(io: Io, days: number, hours: number, minutes: number): string {
  const load = io.sys.readText('/proc/loadavg').split(' ').slice(0, 3).join(', ');
  let up = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  up += hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  return ` ${strftime('%H:%M:%S', io.sys.now())} up ${up},  0 user${io.busybox ? 's' : 's'},  load average: ${load}`;
}

/** The heading line of top and w. */
export function uptimeText(io: Io): string {
  const minutes = Math.floor(Number(io.sys.readText('/proc/uptime').split(' ')[0]) / 60);
  return uptimeLine(io, Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60).trim();
}

/** w(1). */
export const w: Tool = async (io) => {
  await io.out(` ${uptimeText(io)}\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n`);
  return 0;
};

/** Fields of /proc/meminfo in bytes. */
export function meminfo(io: Io): Map<string, number> {
  const lines = io.sys.readText('/proc/meminfo').matchAll(/^(\S+):\s+(\d+)/gm);
  return new Map([...lines].map((match) => [match[1]!, Number(match[2]) * 1024]));
}

/** free(1). */
export const free: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? 'bkmgh' : 'bkmghtlws:c:',
    long: io.busybox
      ? {}
      : { bytes: 'b', kibi: 'k', mebi: 'm', gibi: 'g', human: 'h', total: 't', wide: 'w', mega: 'mega', giga: 'giga' },
    usage: '[-bkmgh]',
  });
  const info = meminfo(io);
  const value = (name: string): number => info.get(name) ?? 0;
  const unit = { b: 1, k: 1024, m: 1048576, g: 1073741824 }[options.last('b', 'k', 'm', 'g') ?? 'k']!;
  const show = (bytes: number): string =>
    options.has('h')
      ? io.busybox
        ? humanSize(bytes)
        : bytes === 0
          ? '0B'
          : `${humanSize(bytes)}i`
      : String(Math.floor(bytes / unit));
  const cache = value('Buffers') + value('Cached') + value('SReclaimable');
  const total = value('MemTotal');
  const available = value('MemAvailable') || value('MemFree') + cache;
  const used = io.busybox ? total - value('MemFree') - cache : total - available;
  const swap = value('SwapTotal');
  const row = (label: string, cells: readonly number[]): string =>
    label.padEnd(io.busybox ? 10 : 8) +
    cells.map((n) => show(n).padStart(io.busybox ? 11 : 12)).join(io.busybox ? ' ' : '') +
    '\n';
  if (io.busybox) {
    await io.out(`              total        used        free      shared  buff/cache   available\n`);
    const line = (label: string, cells: readonly number[]): string =>
      `${label.padEnd(7)}${cells.map((n) => show(n).padStart(12)).join('')}\n`;
    await io.out(line('Mem:', [total, used, value('MemFree'), value('Shmem'), cache, available]));
    await io.out(line('Swap:', [swap, swap - value('SwapFree'), value('SwapFree')]));
    return 0;
  }
  await io.out(`               total        used        free      shared  buff/cache   available\n`);
  await io.out(row('Mem:', [total, used, value('MemFree'), value('Shmem'), cache, available]));
  await io.out(row('Swap:', [swap, swap - value('SwapFree'), value('SwapFree')]));
  return 0;
};

/** tty(1). */
export const tty: Tool = async (io) => {
  const options = await parseOptions(io, { short: 's', long: io.busybox ? {} : { silent: 's', quiet: 's' }, exit: 2 });
  const is = io.sys.isatty(0);
  if (!options.has('s')) await io.out(`${is ? io.sys.ttyname(0) : 'not a tty'}\n`);
  return is ? 0 : 1;
};

/** stty(1). */
export const stty: Tool = async (io) => {
  const args = [...io.args];
  if (!io.sys.isatty(0))
    return io.die(
      io.busybox
        ? 'standard input: Inappropriate ioctl for device'
        : "'standard input': Inappropriate ioctl for device",
    );
  const size = io.sys.windowSize(0);
  if (args.length === 0 || args[0] === '-a') {
    await io.out(
      `speed 38400 baud;${args[0] === '-a' ? ` rows ${size.rows}; columns ${size.columns};` : ''} line = 0;\n`,
    );
    const mode = io.sys.terminalMode(0);
    await io.out(`${mode.echo ? '' : '-'}echo ${mode.canonical ? '' : '-'}icanon ${mode.signals ? '' : '-'}isig\n`);
    return 0;
  }
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const on = !word.startsWith('-');
    switch (word.replace(/^-/, '')) {
      case 'size':
        await io.out(`${size.rows} ${size.columns}\n`);
        break;
      case 'echo':
        io.sys.terminalMode(0, { echo: on });
        break;
      case 'icanon':
        io.sys.terminalMode(0, { canonical: on });
        break;
      case 'isig':
        io.sys.terminalMode(0, { signals: on });
        break;
      case 'icrnl':
        io.sys.terminalMode(0, { crToNl: on });
        break;
      case 'opost':
      case 'onlcr':
        io.sys.terminalMode(0, { postprocess: on });
        break;
      case 'raw':
        io.sys.terminalMode(0, { canonical: !on, signals: !on, postprocess: !on, crToNl: !on });
        break;
      case 'cooked':
        io.sys.terminalMode(0, { canonical: on, signals: on, postprocess: on, crToNl: on });
        break;
      case 'sane':
        io.sys.terminalMode(0, { canonical: true, echo: true, signals: true, postprocess: true, crToNl: true });
        break;
      case 'cols':
      case 'columns':
        io.sys.windowSize(0, { columns: Number(args[++i]), rows: io.sys.windowSize(0).rows });
        break;
      case 'rows':
        io.sys.windowSize(0, { columns: io.sys.windowSize(0).columns, rows: Number(args[++i]) });
        break;
      case 'min':
      case 'time':
        i++;
        break;
      default:
        if (/^(?:ixon|ixoff|iexten|brkint|inlcr|igncr|echoe|echok|echonl|noflsh|F|g)$/.test(word.replace(/^-/, '')))
          break;
        return usageFailure(io, {}, io.busybox ? `invalid argument '${word}'` : `invalid argument ${quote(word)}`);
    }
  }
  return 0;
};

/** clear(1). */
export const clear: Tool = async (io) => {
  await io.out(io.busybox ? '\x1b[H\x1b[J' : '\x1b[H\x1b[2J\x1b[3J');
  return 0;
};

/** reset(1). */
export const reset: Tool = async (io) => {
  if (io.sys.isatty(0))
    io.sys.terminalMode(0, { canonical: true, echo: true, signals: true, postprocess: true, crToNl: true });
  await io.out('\x1bc\x1b(B\x1b[m\x1b[J\x1b[?25h');
  return 0;
};

/** tput(1): the capabilities scripts ask for. */
export const tput: Tool = async (io) => {
  const [name = '', value = '0'] = io.args;
  const size = io.sys.isatty(1) ? io.sys.windowSize(1) : { columns: 80, rows: 24 };
  if (io.sys.env.TERM === undefined) {
    await io.error('tput: No value for $TERM and no -T specified\n');
    throw new Exit(2);
  }
  const known: Record<string, string> = {
    cols: `${size.columns}\n`,
    lines: `${size.rows}\n`,
    colors: '8\n',
    clear: '\x1b[H\x1b[2J\x1b[3J',
    bold: '\x1b[1m',
    dim: '\x1b[2m',
    sgr0: '\x1b(B\x1b[m',
    smul: '\x1b[4m',
    rmul: '\x1b[24m',
    rev: '\x1b[7m',
    civis: '\x1b[?25l',
    cnorm: '\x1b[?12l\x1b[?25h',
    setaf: `\x1b[3${value}m`,
    setab: `\x1b[4${value}m`,
  };
  const text = known[name];
  if (text === undefined) return io.die(`unknown terminfo capability '${name}'`, 4);
  await io.out(text);
  return 0;
};

/** cal(1). */
export const cal: Tool = async (io) => {
  const options = await parseOptions(io, { short: 'jymh13', usage: '[-jmy] [[MONTH] YEAR]' });
  const now = new Date(io.sys.now());
  const [first, second] = options.operands.map(Number);
  const year = second ?? first ?? now.getUTCFullYear();
  const whole = options.has('y') || (first !== undefined && second === undefined);
  const monday = options.has('m');
  const month = (m: number, title: string): string[] => {
    const lines = [title.padStart(Math.floor((20 + title.length) / 2)).padEnd(20)];
    const days = monday ? [...DAYS.slice(1), DAYS[0]!] : DAYS;
    lines.push(days.map((day) => day.slice(0, 2)).join(' '));
    const start = (new Date(Date.UTC(year, m, 1)).getUTCDay() + (monday ? 6 : 0)) % 7;
    const count = new Date(Date.UTC(year, m + 1, 0)).getUTCDate();
    let line = '   '.repeat(start);
    for (let day = 1; day <= count; day++) {
      line += `${String(day).padStart(2)} `;
      if ((start + day) % 7 === 0) {
        lines.push(line.slice(0, 20).padEnd(20));
        line = '';
      }
    }
    if (line !== '') lines.push(line.slice(0, 20).padEnd(20));
    while (lines.length < 8) lines.push(' '.repeat(20));
    return lines;
  };
  if (!whole) {
    const m = first === undefined ? now.getUTCMonth() : first - 1;
    if (!(m >= 0 && m < 12)) return io.die(`${first} is neither a month number (1..12) nor a name`);
    for (const line of month(m, `${MONTHS[m]} ${year}`)) await io.out(`${line.trimEnd()}\n`);
    return 0;
  }
  await io.out(`${String(year).padStart(34)}\n`);
  for (let row = 0; row < 4; row++) {
    const three = [0, 1, 2].map((i) => month(row * 3 + i, MONTHS[row * 3 + i]!));
    for (let i = 0; i < 8; i++)
      await io.out(
        `${three
          .map((lines) => lines[i]!)
          .join('  ')
          .trimEnd()}\n`,
      );
  }
  return 0;
};
