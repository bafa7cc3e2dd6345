/** Builtins and reports that few scripts need, loaded on first use. */
import { saveHistory } from './history.ts';
import { isErrno } from '../../kernel/errno.ts';
import { parseSignal, signalName, signalNumber, SIGNALS } from '../../kernel/signals.ts';
import type { For } from './ast.ts';
import { builtins, isSpecial, setOption, setPwd, normalize, type Builtin } from './builtins.ts';
import { decode } from './bytes.ts';
import { declare, declaration } from './declare.ts';
import { LoopJump, ShellError, Exit } from './errors.ts';
import { ansiQuote, execute, singleQuote } from './execute.ts';
import { evaluateText, expandWords } from './expand.ts';
import { findCommand, searchPath } from './external.ts';
import { printCommand } from './print.ts';
import { OPTION_LETTERS, type OptionName, type Shell } from './shell.ts';

const fail = (message: string, status = 1): ShellError => new ShellError(message, status, 'command');

// --- listings

/** Quotes a value as `set` prints it. */
function quoteSet(sh: Shell, s: string): string {
  if (sh.flavour !== 'bash') return singleQuote(s);
  if (s === '') return '';
  if (/[\0-\x1f\x7f]/.test(s)) return ansiQuote(s);
  return /[\s'"\\$`&|;<>()*?[\]{}!,^]|^[#~]/.test(s) ? `'${s.replaceAll("'", "'\\''")}'` : s;
}

/** All variables, or the exported or readonly ones. */
export function listVariables(sh: Shell, what: 'set' | 'export' | 'readonly'): string {
  let out = '';
  for (const name of sh.vars.names()) {
    const v = sh.vars.find(name);
    if (what !== 'set') {
      if (!(what === 'export' ? v?.exported : v?.readonly)) continue;
      out +=
        sh.flavour === 'bash'
          ? `${declaration(sh, name)}\n`
          : `${what} ${name}${v!.value === undefined ? '' : `=${quoteSet(sh, v!.value)}`}\n`;
      continue;
    }
    if (v?.array || v?.assoc) {
      const text = declaration(sh, name);
      out += `${text.slice(text.indexOf(name))}\n`;
      continue;
    }
    const value = sh.vars.get(name);
    if (value !== undefined && (sh.flavour !== 'dash' || v)) out += `${name}=${quoteSet(sh, value)}\n`;
  }
  if (what === 'set' && sh.flavour === 'bash')
    for (const f of [...sh.functions.keys()].sort()) out += `${printCommand(sh.functions.get(f)!)}\n`;
  return out;
}

/** `set -o`, `set +o`. */
export function listOptions(sh: Shell, readable: boolean): string {
  const names =
    sh.flavour === 'bash'
      ? 'allexport braceexpand emacs errexit errtrace functrace hashall histexpand history ignoreeof interactive-comments keyword monitor noclobber noexec noglob nolog notify nounset onecmd physical pipefail posix privileged verbose vi xtrace'
      : sh.flavour === 'dash'
        ? 'errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset privileged nolog debug'
        : 'errexit noglob ignoreeof monitor noexec xtrace verbose noclobber allexport notify nounset errtrace vi pipefail';
  const on = (name: string) =>
    name === 'interactive-comments' || (Object.hasOwn(OPTION_LETTERS, name) && sh.options[name as OptionName]);
  const lines = names
    .split(' ')
    .map((name) =>
      readable
        ? `${sh.flavour === 'bash' ? `${name.padEnd(15)}\t` : name.padEnd(16)}${on(name) ? 'on' : 'off'}\n`
        : `set ${on(name) ? '-' : '+'}o ${name}\n`,
    );
  return (readable && sh.flavour === 'dash' ? 'Current option settings\n' : '') + lines.join('');
}

/** What `time` prints. */
export function timeReport(sh: Shell, ms: number, cpu: { user: number; system: number }, posix: boolean): string {
  if (posix)
    return `real ${(ms / 1000).toFixed(2)}\nuser ${(cpu.user / 1000).toFixed(2)}\nsys ${(cpu.system / 1000).toFixed(2)}\n`;
  const format = sh.vars.get('TIMEFORMAT') ?? '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';
  if (format === '') return '';
  return `${format.replace(/%(?:%|(\d?)(l?)([RUS])|P)/g, (all, digits: string, long: string, what: string) => {
    if (all === '%%') return '%';
    if (all === '%P') return ms === 0 ? '0.00' : (((cpu.user + cpu.system) / ms) * 100).toFixed(2);
    const value = { R: ms, U: cpu.user, S: cpu.system }[what as 'R' | 'U' | 'S'] / 1000;
    const n = Math.min(3, digits === '' ? 3 : Number(digits));
    return long ? `${Math.floor(value / 60)}m${(value % 60).toFixed(n)}s` : value.toFixed(n);
  })}\n`;
}

const KEYWORDS: Record<string, string> = {
  bash: 'if then else elif fi do done case esac while until for { } ! in function select time [[ ]] coproc',
  dash: 'if then else elif fi do done case esac while until for { } ! in',
  ash: 'if then else elif fi do done case esac while until for { } ! in function',
};

/** Says what a command name is: `type`, `command -V`, `command -v`. Resolves to whether it is anything. */
export async function describe(
  sh: Shell,
  name: string,
  how: 'type' | 'command' | 'kind' | 'path',
  all = false,
  noFunctions = false,
  who = 'type',
): Promise<boolean> {
  const say = (text: string, short: string, kind: string) =>
    how === 'path' ? undefined : sh.out(`${how === 'command' ? short : how === 'kind' ? kind : text}\n`);
  const bash = sh.flavour === 'bash';
  let found = false;
  const alias = sh.aliases.get(name);
  if (alias !== undefined && sh.aliasesActive) {
    await say(
      bash ? `${name} is aliased to \`${alias}'` : `${name} is an alias for ${alias}`,
      `alias ${name}='${alias.replaceAll("'", "'\\''")}'`,
      'alias',
    );
    found = true;
    if (!all) return true;
  }
  if (KEYWORDS[sh.flavour]!.split(' ').includes(name)) {
    await say(bash ? `${name} is a shell keyword` : `${name} is a shell keyword`, name, 'keyword');
    found = true;
    if (!all) return true;
  }
  const f = noFunctions ? undefined : sh.functions.get(name);
  if (f) {
    await say(
      bash
        ? `${name} is a function\n${printCommand(f)}`
        : sh.flavour === 'dash'
          ? `${name} is a shell function`
          : `${name} is a function`,
      name,
      'function',
    );
    found = true;
    if (!all) return true;
  }
  if (builtins(sh).has(name) && !sh.shopt(`-n ${name}`)) {
    const special = isSpecial(sh, name);
    await say(
      bash ? `${name} is a shell builtin` : `${name} is a ${special ? 'special ' : ''}shell builtin`,
      name,
      'builtin',
    );
    found = true;
    if (!all) return true;
  }
  const hashed = bash && sh.hash.has(name) && !name.includes('/');
  const files = all
    ? searchPath(sh)
        .split(':')
        .map((d) => `${d || '.'}/${name}`)
        .filter((file) => executable(sh, file))
    : [findCommand(sh, name)].filter((x): x is string => x !== undefined && executable(sh, x));
  if (!hashed && bash) sh.hash.delete(name);
  for (const file of files) {
    if (how === 'path') await sh.out(`${file}\n`);
    else await say(bash && hashed && !all ? `${name} is hashed (${file})` : `${name} is ${file}`, file, 'file');
    found = true;
  }
  if (!found && how === 'type') {
    if (bash) await sh.complain(`${name}: not found`, who);
    else if (sh.flavour === 'dash') await sh.out(`${name}: not found\n`);
    else await sh.out(`${name}: not found\n`);
  }
  return found;
}

function executable(sh: Shell, file: string): boolean {
  try {
    return sh.sys.stat(file).type !== 'dir' && sh.sys.access(file, { execute: true });
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

// --- traps and signals

const trapOrder = (name: string): number =>
  name === 'EXIT'
    ? 0
    : name === 'DEBUG'
      ? 65
      : name === 'ERR'
        ? 66
        : name === 'RETURN'
          ? 67
          : signalNumber(`SIG${name}` as keyof typeof SIGNALS);

const trap: Builtin = async (sh, args) => {
  let i = 1;
  const bash = sh.flavour === 'bash';
  if (args[i] === '-l' && bash) return listSignals(sh, []);
  if (sh.flavour !== 'bash' && /^-[^-]/.test(args[i] ?? ''))
    throw fail(`${sh.flavour === 'dash' ? 'Illegal' : 'illegal'} option ${args[i]!.slice(0, 2)}`, 2);
  const print = args[i] === '-p';
  if (print) i++;
  if (args[i] === '--') i++;
  const show = async (names: readonly string[]) => {
    for (const name of names) {
      const command = sh.traps.get(name);
      if (command !== undefined) {
        const label = bash && !['EXIT', 'ERR', 'DEBUG', 'RETURN'].includes(name) ? `SIG${name}` : name;
        await sh.out(`trap -- ${bash ? `'${command.replaceAll("'", "'\\''")}'` : singleQuote(command)} ${label}
`);
      }
    }
    return 0;
  };
  const known = (text: string): string | undefined => {
    if (text === '0' || text.toUpperCase() === 'EXIT') return 'EXIT';
    if (bash && /^(SIG)?(ERR|DEBUG|RETURN)$/i.test(text)) return text.toUpperCase().replace(/^SIG/, '');
    if (sh.flavour === 'ash' && text.toUpperCase() === 'ERR') return 'ERR';
    if (sh.flavour === 'dash' && /^SIG/i.test(text)) return undefined;
    return parseSignal(text)?.slice(3);
  };
  if (print || i >= args.length) {
    const names = args.slice(i).map((a) => known(a) ?? a);
    return show(names.length ? names : [...sh.traps.keys()].sort((a, b) => trapOrder(a) - trapOrder(b)));
  }
  let action: string | undefined = args[i++];
  let names = args.slice(i);
  if (names.length === 0) {
    // A lone argument is a signal to reset.
    if (bash && known(action!) === undefined) {
      await sh.write(2, 'trap: usage: trap [-lp] [[arg] signal_spec ...]\n');
      return 2;
    }
    names = [action!];
    action = undefined;
  } else if (action === '-' || (/^\d+$/.test(action!) && (!bash || known(action!) !== undefined))) {
    if (action !== '-') names = [action!, ...names];
    action = undefined;
  }
  let status = 0;
  for (const text of names) {
    const name = known(text);
    if (name === undefined) {
      if (sh.flavour === 'dash')
        await sh.write(
          2,
          `trap: ${text}: bad trap
`,
        );
      else await sh.complain(`${text}: invalid signal specification`, 'trap');
      status = 1;
      continue;
    }
    sh.arm(name, action);
  }
  return status;
};

/** `kill -l`, `trap -l`. */
export async function listSignals(sh: Shell, args: readonly string[]): Promise<number> {
  if (args.length) {
    if (sh.flavour === 'dash' && !/^\d+$/.test(args[0]!)) throw fail(`Illegal number: ${args[0]}`, 2);
    let status = 0;
    for (const arg of args) {
      const n = Number(arg);
      if (/^\d+$/.test(arg)) {
        const name = signalName(n > 128 ? n - 128 : n);
        if (name) await sh.out(`${name.slice(3)}\n`);
        else {
          await sh.complain(`${arg}: invalid signal specification`, 'kill');
          status = 1;
        }
      } else {
        const name = parseSignal(arg);
        if (name) await sh.out(`${signalNumber(name)}\n`);
        else {
          await sh.complain(`${arg}: invalid signal specification`, 'kill');
          status = 1;
        }
      }
    }
    return status;
  }
  const all: [number, string][] = Object.entries(SIGNALS).map(([name, [n]]) => [n, name]);
  for (let n = 34; n <= 64; n++)
    all.push([n, n === 34 ? 'SIGRTMIN' : n === 64 ? 'SIGRTMAX' : n < 50 ? `SIGRTMIN+${n - 34}` : `SIGRTMAX-${64 - n}`]);
  if (sh.flavour === 'bash') {
    let out = '';
    all.forEach(([n, name], i) => {
      out += `${String(n).padStart(2)}) ${name}${(i + 1) % 5 === 0 || i === all.length - 1 ? '\n' : '\t'}`;
    });
    await sh.out(out);
  } else {
    if (sh.flavour === 'dash') await sh.out('0\n');
    await sh.out(
      all
        .filter(([n]) => n < 32)
        .map(([n, name]) =>
          sh.flavour === 'dash' ? `${name.slice(3)}\n` : `${String(n).padStart(2)}) ${name.slice(3)}\n`,
        )
        .join(''),
    );
  }
  return 0;
}

// --- one by one

const alias: Builtin = async (sh, args) => {
  const names = args.slice(1).filter((a) => a !== '-p');
  const line = (
    name: string,
  ) => `${sh.flavour === 'bash' ? 'alias ' : ''}${name}=${sh.flavour === 'bash' ? `'${sh.aliases.get(name)!.replaceAll("'", "'\\''")}'` : singleQuote(sh.aliases.get(name)!)}
`;
  if (!names.length) {
    for (const name of [...sh.aliases.keys()].sort()) await sh.out(line(name));
    return 0;
  }
  let status = 0;
  for (const arg of names) {
    const eq = arg.indexOf('=', 1);
    if (eq > 0) sh.aliases.set(arg.slice(0, eq), arg.slice(eq + 1));
    else if (sh.aliases.has(arg)) await sh.out(line(arg));
    else {
      if (sh.flavour === 'bash') await sh.complain(`${arg}: not found`, 'alias');
      else await sh.write(2, `alias: ${arg} not found\n`);
      status = 1;
    }
  }
  return status;
};

const unalias: Builtin = async (sh, args) => {
  if (args[1] === '-a') {
    sh.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const arg of args.slice(1)) {
    if (sh.aliases.delete(arg)) continue;
    if (sh.flavour === 'bash') await sh.complain(`${arg}: not found`, 'unalias');
    else await sh.write(2, `unalias: ${arg} not found\n`);
    status = 1;
  }
  return status;
};

const getopts: Builtin = async (sh, args) => {
  const bash = sh.flavour === 'bash';
  const optstring = args[1];
  const name = args[2];
  if (optstring === undefined || name === undefined) {
    if (bash) {
      await sh.write(2, 'getopts: usage: getopts optstring name [arg ...]\n');
      return 2;
    }
    throw fail(
      sh.flavour === 'dash' ? 'Usage: getopts optstring var [arg...]' : 'usage: getopts optstring var [arg]',
      2,
    );
  }
  const words = args.length > 3 ? args.slice(3) : sh.params;
  const silent = optstring.startsWith(':');
  const state = sh.optionIndex;
  const set = (n: string, value: string) => {
    sh.vars.set(n, value);
  };
  const index = (n: number) => {
    const { char } = state;
    sh.vars.set('OPTIND', String(n));
    sh.optionIndex = { word: n, char };
  };
  const word = words[state.word - 1];
  if (state.char === 0) {
    if (word === undefined || !/^-./.test(word) || word === '--') {
      const at = word === '--' ? state.word + 1 : state.word;
      set(name, '?');
      sh.vars.unset('OPTARG');
      index(at);
      sh.optionIndex.char = 0;
      return 1;
    }
    state.char = 1;
  }
  const current = words[state.word - 1]!;
  const c = current[state.char++]!;
  const at = optstring.indexOf(c, silent ? 1 : 0);
  const wants = at >= 0 && optstring[at + 1] === ':';
  let next = state.word;
  let char = state.char;
  if (char >= current.length) {
    next++;
    char = 0;
  }
  const done = () => {
    index(next);
    sh.optionIndex.char = char;
    return 0;
  };
  if (at < 0 || c === ':') {
    set(name, '?');
    if (silent) set('OPTARG', c);
    else {
      sh.vars.unset('OPTARG');
      if (sh.vars.get('OPTERR') !== '0') {
        if (bash) await sh.write(2, `${sh.name}: illegal option -- ${c}\n`);
        else await sh.write(2, sh.flavour === 'dash' ? `Illegal option -${c}\n` : `Illegal option -${c}\n`);
      }
    }
    return done();
  }
  if (!wants) {
    set(name, c);
    sh.vars.unset('OPTARG');
    return done();
  }
  let value: string | undefined;
  if (char > 0) {
    value = current.slice(char);
    next++;
  } else {
    value = words[next - 1];
    next++;
  }
  char = 0;
  if (value === undefined) {
    next = words.length + 1;
    if (silent) {
      set(name, ':');
      set('OPTARG', c);
    } else {
      set(name, '?');
      sh.vars.unset('OPTARG');
      if (bash) await sh.write(2, `${sh.name}: option requires an argument -- ${c}\n`);
      else await sh.write(2, `No arg for -${c} option\n`);
    }
    return done();
  }
  set(name, c);
  set('OPTARG', value);
  return done();
};

const hash: Builtin = async (sh, args) => {
  if (args[1] === '-r') {
    sh.hash.clear();
    return 0;
  }
  const names = args.slice(1).filter((a) => !a.startsWith('-'));
  if (!names.length) {
    if (sh.flavour === 'bash') {
      if (!sh.hash.size) {
        await sh.out('hash: hash table empty\n');
        return 0;
      }
      await sh.out(`hits\tcommand\n${[...sh.hash.values()].map((f) => `   1\t${f}\n`).join('')}`);
    } else await sh.out([...sh.hash.values()].map((f) => `${f}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const name of names) {
    if (builtins(sh).has(name) || findCommand(sh, name) !== undefined) continue;
    await sh.complain(`${name}: not found`, 'hash');
    status = 1;
  }
  return status;
};

const type: Builtin = async (sh, args) => {
  let i = 1;
  let how: 'type' | 'kind' | 'path' = 'type';
  let all = false;
  let noFunctions = false;
  if (sh.flavour === 'bash') {
    for (; /^-[afptP]+$/.test(args[i] ?? ''); i++) {
      for (const c of args[i]!.slice(1)) {
        if (c === 't') how = 'kind';
        else if (c === 'p' || c === 'P') how = 'path';
        else if (c === 'a') all = true;
        else noFunctions = true;
      }
    }
  }
  // ash takes any option for the wish to have the name alone.
  const brief = sh.flavour === 'ash' && /^-./.test(args[i] ?? '');
  if (brief) i++;
  let status = 0;
  for (const name of args.slice(i)) {
    if (!(await describe(sh, name, brief ? 'command' : how, all, noFunctions)))
      status = sh.flavour === 'bash' ? 1 : 127;
  }
  return status;
};

const umask: Builtin = async (sh, args) => {
  const symbolic = args.includes('-S');
  const mode = args.slice(1).find((a) => !/^-[Sp]$/.test(a));
  if (mode === undefined) {
    const mask = sh.sys.umask();
    const rwx = (n: number) => ['r', 'w', 'x'].filter((_, i) => !(n & (4 >> i))).join('');
    const octal = mask.toString(8).padStart(4, '0');
    await sh.out(
      symbolic
        ? `u=${rwx((mask >> 6) & 7)},g=${rwx((mask >> 3) & 7)},o=${rwx(mask & 7)}\n`
        : args.includes('-p')
          ? `umask ${octal}\n`
          : `${octal}\n`,
    );
    return 0;
  }
  if (/^\d/.test(mode)) {
    if (!/^[0-7]+$/.test(mode))
      throw fail(
        sh.flavour === 'bash'
          ? `${mode}: octal number out of range`
          : `${sh.flavour === 'ash' ? 'illegal mode' : 'Illegal number'}: ${mode}`,
        sh.flavour === 'bash' ? 1 : 2,
      );
    sh.sys.umask(parseInt(mode, 8) & 0o777);
    return 0;
  }
  let allowed = ~sh.sys.umask() & 0o777;
  for (const clause of mode.split(',')) {
    const m = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause);
    if (!m)
      throw fail(
        sh.flavour === 'bash' ? `\`${clause[0]}': invalid symbolic mode operator` : `Illegal mode: ${mode}`,
        sh.flavour === 'bash' ? 1 : 2,
      );
    const bits = [...m[3]!].reduce((n, c) => n | (c === 'r' ? 4 : c === 'w' ? 2 : 1), 0);
    const who = m[1] === '' || m[1]!.includes('a') ? 'ugo' : m[1]!;
    for (const w of who) {
      const shift = w === 'u' ? 6 : w === 'g' ? 3 : 0;
      if (m[2] === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else if (m[2] === '+') allowed |= bits << shift;
      else allowed &= ~(bits << shift);
    }
  }
  sh.sys.umask(~allowed & 0o777);
  return 0;
};

const LIMITS: [string, string, string, string][] = [
  ['R', 'real-time non-blocking time  ', 'microseconds', 'unlimited'],
  ['c', 'core file size              ', 'blocks', '0'],
  ['d', 'data seg size               ', 'kbytes', 'unlimited'],
  ['e', 'scheduling priority                 ', '', '0'],
  ['f', 'file size                   ', 'blocks', 'unlimited'],
  ['i', 'pending signals                     ', '', '31511'],
  ['l', 'max locked memory           ', 'kbytes', '8192'],
  ['m', 'max memory size             ', 'kbytes', 'unlimited'],
  ['n', 'open files                          ', '', '1048576'],
  ['p', 'pipe size                ', '512 bytes', '8'],
  ['q', 'POSIX message queues         ', 'bytes', '819200'],
  ['r', 'real-time priority                  ', '', '0'],
  ['s', 'stack size                  ', 'kbytes', '8192'],
  ['t', 'cpu time                   ', 'seconds', 'unlimited'],
  ['u', 'max user processes                  ', '', 'unlimited'],
  ['v', 'virtual memory              ', 'kbytes', 'unlimited'],
  ['x', 'file locks                          ', '', 'unlimited'],
];
/** The kernel's limit behind a letter, and how many of its units one of ulimit's is. */
const RESOURCES: Readonly<Record<string, readonly [string, number]>> = {
  c: ['RLIMIT_CORE', 1024],
  d: ['RLIMIT_DATA', 1024],
  e: ['RLIMIT_NICE', 1],
  f: ['RLIMIT_FSIZE', 1024],
  i: ['RLIMIT_SIGPENDING', 1],
  l: ['RLIMIT_MEMLOCK', 1024],
  m: ['RLIMIT_RSS', 1024],
  n: ['RLIMIT_NOFILE', 1],
  q: ['RLIMIT_MSGQUEUE', 1],
  r: ['RLIMIT_RTPRIO', 1],
  s: ['RLIMIT_STACK', 1024],
  t: ['RLIMIT_CPU', 1],
  u: ['RLIMIT_NPROC', 1],
  v: ['RLIMIT_AS', 1024],
  x: ['RLIMIT_LOCKS', 1],
};
const ulimit: Builtin = async (sh, args) => {
  let letter = 'f';
  let value: string | undefined;
  let which = '';
  for (const arg of args.slice(1)) {
    if (!arg.startsWith('-')) value = arg;
    else
      for (const c of arg.slice(1)) {
        if (c === 'H' || c === 'S') which += c;
        else letter = c;
      }
  }
  const current = (l: [string, string, string, string]) => {
    const resource = RESOURCES[l[0]];
    if (!resource) return l[3];
    const limit = sh.sys.rlimit(resource[0])[which === 'H' ? 1 : 0];
    return limit === Infinity ? 'unlimited' : String(Math.floor(limit / resource[1]));
  };
  if (letter === 'a') {
    for (const l of LIMITS) await sh.out(`${l[1]}(${l[2] ? `${l[2]}, ` : ''}-${l[0]}) ${current(l)}\n`);
    return 0;
  }
  const limit = LIMITS.find(([l]) => l === letter);
  if (!limit) throw fail(sh.flavour === 'bash' ? `-${letter}: invalid option` : `Illegal option -${letter}`, 2);
  if (value === undefined) {
    await sh.out(`${current(limit)}\n`);
    return 0;
  }
  const resource = RESOURCES[letter];
  const [soft, hard] = resource ? sh.sys.rlimit(resource[0]) : [Infinity, Infinity];
  const named = { unlimited: Infinity, soft, hard }[value];
  if (named === undefined && !/^\d+$/.test(value))
    throw fail(sh.flavour === 'bash' ? `${value}: invalid number` : `bad number`, sh.flavour === 'bash' ? 1 : 2);
  if (!resource) return 0;
  const wanted = named ?? Number(value) * resource[1];
  try {
    sh.sys.rlimit(resource[0], [which === 'H' ? Math.min(soft, wanted) : wanted, which === 'S' ? hard : wanted]);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw fail(
      sh.flavour === 'bash'
        ? `${limit[1].trim()}: cannot modify limit: ${error.message}`
        : `error setting limit (${error.message})`,
      sh.flavour === 'bash' ? 1 : 2,
    );
  }
  return 0;
};

const let_: Builtin = async (sh, args) => {
  if (args.length < 2) throw fail('expression expected', sh.flavour === 'bash' ? 1 : 2);
  let value = 0n;
  for (const arg of args.slice(1)) {
    try {
      value = evaluateText(sh, arg);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      throw fail(error.message, sh.flavour === 'bash' ? 1 : 2);
    }
  }
  return value === 0n ? 1 : 0;
};

const SHOPTS =
  'autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31 compat32 compat40 compat41 compat42 compat43 compat44 complete_fullquote direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges globskipdots globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo'.split(
    ' ',
  );
const SHOPTS_ON = new Set(
  'checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots hostcomplete interactive_comments patsub_replacement progcomp promptvars sourcepath'.split(
    ' ',
  ),
);

const shopt: Builtin = async (sh, args) => {
  let i = 1;
  let flags = '';
  for (; /^-[supqo]+$/.test(args[i] ?? ''); i++) flags += args[i]!.slice(1);
  const names = args.slice(i);
  const on = (n: string) =>
    flags.includes('o')
      ? sh.options[n as OptionName]
      : (sh.shopts.get(n) ?? (SHOPTS_ON.has(n) || (n === 'login_shell' && sh.login)));
  const line = (n: string) =>
    flags.includes('p') ? `shopt ${on(n) ? '-s' : '-u'} ${n}\n` : `${n.padEnd(15)}\t${on(n) ? 'on' : 'off'}\n`;
  const wanted = flags.includes('s') ? true : flags.includes('u') ? false : undefined;
  if (!names.length) {
    for (const n of SHOPTS) if (wanted === undefined || on(n) === wanted) await sh.out(line(n));
    return 0;
  }
  let status = 0;
  for (const n of names) {
    if (flags.includes('o') ? !Object.hasOwn(OPTION_LETTERS, n) : !SHOPTS.includes(n)) {
      await sh.complain(`${n}: invalid shell option name`, 'shopt');
      status = 1;
    } else if (wanted !== undefined) {
      if (flags.includes('o')) setOption(sh, n, wanted);
      else sh.shopts.set(n, wanted);
    } else {
      if (!flags.includes('q')) await sh.out(line(n));
      if (!on(n)) status = 1;
    }
  }
  return status;
};

const mapfile: Builtin = async (sh, args) => {
  let i = 1;
  let trim = false;
  let count = 0;
  let skip = 0;
  let origin = 0;
  let delimiter = '\n';
  let fd = 0;
  for (; /^-[tdnOsuCc]/.test(args[i] ?? ''); i++) {
    const c = args[i]![1]!;
    if (c === 't') {
      trim = true;
      continue;
    }
    const value = args[i]!.slice(2) || args[++i] || '';
    if (c === 'd') delimiter = value === '' ? '\0' : value[0]!;
    else if (c === 'n') count = Number(value);
    else if (c === 's') skip = Number(value);
    else if (c === 'O') origin = Number(value);
    else if (c === 'u') fd = Number(value);
  }
  const name = args[i] ?? 'MAPFILE';
  const chunks: number[] = [];
  for (;;) {
    const chunk = await sh.retry(() => sh.sys.read(fd));
    if (!chunk.length) break;
    for (const b of chunk) chunks.push(b);
  }
  const text = decode(new Uint8Array(chunks));
  const lines = text.split(delimiter);
  const last = lines.pop()!;
  let list = lines.map((l) => (trim ? l : l + delimiter));
  if (last) list.push(last);
  list = list.slice(skip, count ? skip + count : undefined);
  if (origin) list.forEach((l, k) => sh.vars.setElement(name, origin + k, l));
  else sh.vars.setArray(name, list);
  return 0;
};

const showDirs = (sh: Shell): string => {
  const home = sh.vars.get('HOME');
  return [sh.pwd, ...sh.directories]
    .map((d) => (home && (d === home || d.startsWith(`${home}/`)) ? `~${d.slice(home.length)}` : d))
    .join(' ');
};
async function change(sh: Shell, dir: string, builtin: string): Promise<void> {
  const path = normalize(dir.startsWith('/') ? dir : `${sh.pwd}/${dir}`);
  try {
    sh.sys.chdir(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw fail(`${dir}: ${error.message}`);
  }
  void builtin;
  setPwd(sh, path);
}
const pushd: Builtin = async (sh, args) => {
  const arg = args[1];
  if (arg === undefined) {
    const [top, ...rest] = sh.directories;
    if (top === undefined) throw fail('no other directory');
    const old = sh.pwd;
    await change(sh, top, 'pushd');
    sh.directories = [old, ...rest];
  } else if (/^[+-]\d+$/.test(arg)) {
    const stack = [sh.pwd, ...sh.directories];
    const n = arg[0] === '+' ? Number(arg.slice(1)) : stack.length - 1 - Number(arg.slice(1));
    if (n >= stack.length || n < 0) throw fail(`${arg}: directory stack index out of range`);
    const turned = [...stack.slice(n), ...stack.slice(0, n)];
    await change(sh, turned[0]!, 'pushd');
    sh.directories = turned.slice(1);
  } else {
    const old = sh.pwd;
    await change(sh, arg, 'pushd');
    sh.directories = [old, ...sh.directories];
  }
  await sh.out(`${showDirs(sh)}\n`);
  return 0;
};
const popd: Builtin = async (sh) => {
  const [top, ...rest] = sh.directories;
  if (top === undefined) throw fail('directory stack empty');
  await change(sh, top, 'popd');
  sh.directories = rest;
  await sh.out(`${showDirs(sh)}\n`);
  return 0;
};
const dirs: Builtin = async (sh, args) => {
  if (args.includes('-c')) sh.directories = [];
  else if (args.includes('-p')) await sh.out(`${showDirs(sh).replaceAll(' ', '\n')}\n`);
  else if (args.includes('-v'))
    await sh.out(
      [sh.pwd, ...sh.directories].map((_, i) => `${String(i).padStart(2)}  ${showDirs(sh).split(' ')[i]}\n`).join(''),
    );
  else await sh.out(`${showDirs(sh)}\n`);
  return 0;
};

const history: Builtin = async (sh, args) => {
  if (args[1] === '-c') {
    sh.history.length = 0;
    return 0;
  }
  if (args[1] === '-d') {
    sh.history.splice(Number(args[2]) - 1, 1);
    return 0;
  }
  if (args[1] === '-w' || args[1] === '-a') {
    saveHistory(sh);
    return 0;
  }
  if (args[1] !== undefined && !/^\d+$/.test(args[1])) {
    if (args[1].startsWith('-')) return 0;
    throw fail(`${args[1]}: numeric argument required`);
  }
  const from = args[1] === undefined ? 0 : Math.max(0, sh.history.length - Number(args[1]));
  let out = '';
  for (let i = from; i < sh.history.length; i++)
    out +=
      sh.flavour === 'bash'
        ? `${String(i + 1).padStart(5)}  ${sh.history[i]}\n`
        : `${String(i).padStart(4)} ${sh.history[i]}\n`;
  await sh.out(out);
  return 0;
};

const builtin: Builtin = async (sh, args, cmd) => {
  if (args.length < 2) return 0;
  const found = builtins(sh).get(args[1]!);
  if (!found) throw fail(`${args[1]}: not a shell builtin`);
  sh.builtin = args[1];
  return found(sh, args.slice(1), cmd);
};

const caller: Builtin = async (sh, args) => {
  const n = Number(args[1] ?? 0);
  if (args[1] !== undefined && !sh.sources.length) return 1;
  const frame = sh.calls.at(-1 - n);
  if (!frame) return 1;
  await sh.out(
    args[1] === undefined
      ? `${frame.line} ${sh.sources.at(-1) ?? 'NULL'}\n`
      : `${frame.line} ${sh.calls.at(-2 - n)?.name ?? 'main'} ${sh.sources.at(-1) ?? 'NULL'}\n`,
  );
  return 0;
};

const help: Builtin = async (sh, args) => {
  if (sh.flavour === 'ash') {
    const names = [...builtins(sh).keys()].sort();
    await sh.out(`Built-in commands:\n------------------\n\t${wrap(names, 65).join('\n\t')}\n`);
    return 0;
  }
  const name = args.find((a, i) => i > 0 && !a.startsWith('-'));
  if (name !== undefined) {
    if (!builtins(sh).has(name))
      throw fail(`no help topics match \`${name}'.  Try \`help help' or \`man -k ${name}' or \`info ${name}'.`);
    await sh.out(`${name}: ${name}\n    This builtin's help text is not part of this machine.\n`);
    return 0;
  }
  await sh.out(
    "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.  Type `help' to see this list.\nType `help name' to find out more about the function `name'.\n\n",
  );
  for (const row of wrap([...builtins(sh).keys()].sort(), 76)) await sh.out(` ${row}\n`);
  return 0;
};
function wrap(words: readonly string[], width: number): string[] {
  const rows = [''];
  for (const word of words) {
    if (rows.at(-1)!.length + word.length + 1 > width) rows.push('');
    rows[rows.length - 1] += (rows.at(-1) ? ' ' : '') + word;
  }
  return rows;
}

/** Words `compgen` and the line editor's completion may offer. */
const compgen: Builtin = async (sh, args) => {
  const prefix = args.at(-1) && !args.at(-1)!.startsWith('-') && args.length > 2 ? args.at(-1)! : '';
  let list: string[] = [];
  const at = args.indexOf('-W');
  if (at > 0) list = (args[at + 1] ?? '').split(/\s+/).filter(Boolean);
  for (const a of args.slice(1)) {
    if (a === '-b') list.push(...builtins(sh).keys());
    else if (a === '-k') list.push(...KEYWORDS.bash!.split(' '));
    else if (a === '-a') list.push(...sh.aliases.keys());
    else if (a === '-v') list.push(...sh.vars.names());
    else if (a === '-e') list.push(...sh.vars.names().filter((n) => sh.vars.find(n)?.exported));
    else if (a === '-c') list.push(...(await sh.load('completion', () => import('./completion.ts'))).commandNames(sh));
    else if (a === '-f' || a === '-d')
      list.push(...(await sh.load('completion', () => import('./completion.ts'))).fileNames(sh, prefix, a === '-d'));
    else if (a === '-A' && args[args.indexOf(a) + 1] === 'function') list.push(...sh.functions.keys());
  }
  const found = list.filter((w) => w.startsWith(at > 0 && prefix === args[at + 1] ? '' : prefix));
  await sh.out(found.map((w) => `${w}\n`).join(''));
  return found.length ? 0 : 1;
};

const enable: Builtin = async (sh, args) => {
  const off = args[1] === '-n';
  for (const name of args.slice(off ? 2 : 1)) sh.shopts.set(`-n ${name}`, off);
  return 0;
};

/** The `select` loop: a numbered menu on standard error, answers from standard input. */
export async function select(sh: Shell, cmd: For): Promise<number> {
  const words = cmd.words ? await expandWords(sh, cmd.words) : [...sh.params];
  if (!words.length) return 0;
  const width = String(words.length).length;
  const menu = words.map((w, i) => `${String(i + 1).padStart(width)}) ${w}\n`).join('');
  let show = true;
  let status = 0;
  sh.loops++;
  try {
    for (;;) {
      if (show) await sh.write(2, menu);
      show = false;
      await sh.write(2, sh.vars.get('PS3') ?? '#? ');
      const read = builtins(sh).get('read')!;
      const ended =
        (await read(sh, ['read', '-r', 'REPLY'], { k: 'simple', assigns: [], words: [], line: cmd.line })) !== 0;
      const reply = sh.vars.get('REPLY') ?? '';
      if (ended && reply === '') {
        await sh.out('\n');
        return (sh.status = 1);
      }
      if (reply === '') {
        show = true;
        continue;
      }
      const n = /^\s*\d+\s*$/.test(reply) ? Number(reply) : 0;
      sh.assign(cmd.name, words[n - 1] ?? '');
      try {
        status = await execute(sh, cmd.body);
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        if (error.count > 1 && sh.loops > 1) {
          error.count--;
          throw error;
        }
        if (error.kind === 'break') return (sh.status = 0);
      }
    }
  } finally {
    sh.loops--;
  }
  return status;
}

const nothing: Builtin = () => 0;

export const rareBuiltins: Record<string, Builtin> = {
  alias,
  unalias,
  getopts,
  hash,
  trap,
  type,
  umask,
  ulimit,
  times: async (sh) => {
    const t = sh.sys.times();
    const show = (ms: number) => `${Math.floor(ms / 60000)}m${((ms / 1000) % 60).toFixed(3)}s`;
    await sh.out(`${show(t.user)} ${show(t.system)}\n${show(t.childrenUser)} ${show(t.childrenSystem)}\n`);
    return 0;
  },
  let: let_,
  declare,
  typeset: declare,
  shopt,
  mapfile,
  readarray: mapfile,
  pushd,
  popd,
  dirs,
  history,
  builtin,
  caller,
  help,
  compgen,
  enable,
  bind: nothing,
  complete: nothing,
  compopt: nothing,
  fc: nothing,
  suspend: nothing,
  logout: async (sh) => {
    if (!sh.login) throw fail("not login shell: use `exit'");
    throw new Exit(sh.status);
  },
};
