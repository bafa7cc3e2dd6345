/** The builtin commands every script may need; the rarer ones are loaded when first used. */
import { decode } from './bytes.ts';
import { Errno, isErrno } from '../../kernel/errno.ts';
import type { Flavour, Simple } from './ast.ts';
import { assignArray } from './assign.ts';
import { testBuiltin } from './conditional.ts';
import { Exit, LoopJump, Return, ShellError } from './errors.ts';
import { evaluateText } from './expand.ts';
import { execFile, findCommand } from './external.ts';
import { quoteTrace, runText, trace, foreground } from './execute.ts';
import { OPTION_LETTERS, type OptionName, type Shell } from './shell.ts';
import { ReadonlyVariable } from './variables.ts';

/** A builtin: its arguments (the name first) and the command they came from; resolves to the status. */
export type Builtin = (sh: Shell, args: string[], cmd: Simple) => Promise<number> | number;

const SPECIAL = new Set(
  'break : continue . eval exec exit export readonly return set shift times trap unset'.split(' '),
);

/** Whether a name is one of POSIX's special builtins. */
export const isSpecial = (sh: Shell, name: string): boolean =>
  SPECIAL.has(name) || (sh.flavour === 'bash' && name === 'source');

const NAME = /^[A-Za-z_]\w*$/;

/** An error of a builtin with its own status. */
const failure = (message: string, status = 1): ShellError => new ShellError(message, status, 'command');
/** A wrong use of a builtin (status 2 in dash and ash; of a special one it ends a script there). */
const usage = (sh: Shell, message: string, status = sh.flavour === 'bash' ? 1 : 2): ShellError =>
  new ShellError(message, status, 'command');

/** The number a count argument (`break 2`, `shift 1`, `exit 3`) is. */
function number(sh: Shell, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw usage(sh, `Illegal number: ${text}`);
}

async function echo(sh: Shell, args: string[]): Promise<number> {
  let i = 1;
  let newline = true;
  // dash and bash differ: dash always interprets escapes and knows -n only.
  let escapes = sh.flavour === 'dash';
  if (sh.flavour === 'bash') escapes = sh.shopt('xpg_echo');
  const flags = sh.flavour === 'dash' ? /^-n$/ : /^-[neE]+$/;
  for (; i < args.length && flags.test(args[i]!); i++) {
    for (const c of args[i]!.slice(1)) {
      if (c === 'n') newline = false;
      else escapes = c === 'e';
    }
    if (sh.flavour === 'dash') {
      i++;
      break;
    }
  }
  let text = args.slice(i).join(' ');
  if (escapes && text.includes('\\')) {
    const { echoEscapes } = await sh.load('printf', () => import('./printf.ts'));
    const { out, stop } = echoEscapes(text, sh.flavour);
    text = out;
    if (stop) newline = false;
  }
  await sh.out(newline ? `${text}\n` : text);
  return 0;
}

async function cd(sh: Shell, args: string[]): Promise<number> {
  let physical = sh.options.physical;
  let i = 1;
  for (; /^-[LPe@]+$/.test(args[i] ?? ''); i++) physical = args[i]!.includes('P');
  if (args[i] === '--') i++;
  if (sh.flavour === 'bash' && args.length > i + 1) throw failure('too many arguments');
  let target = args[i];
  let show = false;
  if (target === undefined) {
    target = sh.vars.get('HOME');
    if (target === undefined) {
      if (sh.flavour === 'bash') throw failure('HOME not set');
      target = '';
    }
  } else if (target === '-') {
    target = sh.vars.get('OLDPWD');
    if (target === undefined) {
      if (sh.flavour === 'bash') throw failure('OLDPWD not set');
      target = sh.flavour === 'dash' ? '' : '';
    }
    show = true;
  }
  if (target === '') target = '.';
  const given = target;
  const candidates: string[] = [];
  const cdpath = sh.vars.get('CDPATH');
  if (cdpath && !/^(\/|\.\.?(\/|$))/.test(target)) {
    for (const dir of cdpath.split(':')) candidates.push(dir === '' ? target : `${dir.replace(/\/$/, '')}/${target}`);
  }
  if (!candidates.includes(target)) candidates.push(target);
  let error: unknown;
  for (const path of candidates) {
    const logical = normalize(path.startsWith('/') ? path : `${sh.pwd}/${path}`);
    try {
      if (physical) {
        sh.sys.chdir(path);
        setPwd(sh, sh.sys.cwd());
      } else {
        sh.sys.chdir(logical);
        setPwd(sh, logical);
      }
      if (show || (path !== given && !path.startsWith('./'))) await sh.out(`${sh.pwd}\n`);
      return 0;
    } catch (caught) {
      if (!isErrno(caught)) throw caught;
      error = caught;
    }
  }
  const message = isErrno(error) ? error.message : '';
  if (sh.flavour === 'bash') throw failure(`${given}: ${message}`);
  throw failure(sh.flavour === 'dash' ? `can't cd to ${given}` : `can't cd to ${given}: ${message}`, 2);
}

/** Notes a change of the working directory. */
export function setPwd(sh: Shell, path: string): void {
  sh.vars.set('OLDPWD', sh.pwd, { export: true });
  sh.pwd = path;
  sh.vars.set('PWD', path, { export: true });
}

/** Takes `.` and `..` out of an absolute path. */
export function normalize(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') out.pop();
    else if (part !== '' && part !== '.') out.push(part);
  }
  return `${path.startsWith('//') && !path.startsWith('///') ? '/' : ''}/${out.join('/')}`.replace(/^\/\/$/, '/');
}

async function pwd(sh: Shell, args: string[]): Promise<number> {
  const bad = /^-.*([^LP])/.exec(args[1] ?? '')?.[1];
  if (bad !== undefined && args[1] !== '--')
    throw sh.flavour === 'bash'
      ? failure(`-${bad}: invalid option\npwd: usage: pwd [-LP]`, 2)
      : usage(sh, `${sh.flavour === 'dash' ? 'Illegal' : 'illegal'} option -${bad}`);
  await sh.out(`${args.includes('-P') ? sh.sys.cwd() : sh.pwd}\n`);
  return 0;
}

function exit(sh: Shell, args: string[]): Promise<number> | number {
  if (args.length > 2 && sh.flavour === 'bash') throw failure('too many arguments');
  sh.exiting = true;
  const arg = args[1];
  if (arg === undefined) throw new Exit(sh.inTrap ? sh.status : sh.status);
  if (sh.flavour === 'bash' && !/^[-+]?\d+$/.test(arg.trim())) {
    return sh.complain(`${arg}: numeric argument required`, args[0]).then(() => {
      throw new Exit(2);
    });
  }
  throw new Exit(
    sh.flavour === 'bash' ? Number(BigInt.asUintN(8, BigInt(arg.trim().replace('+', '')))) : number(sh, arg) & 255,
  );
}

function jump(kind: 'break' | 'continue'): Builtin {
  return async (sh, args) => {
    let count = 1;
    if (args[1] !== undefined) {
      if (sh.flavour === 'bash' && !/^[-+]?\d+$/.test(args[1])) {
        await sh.complain(`${args[1]}: numeric argument required`, kind);
        throw new Exit(128);
      }
      count = sh.flavour === 'bash' ? Number(args[1]) : number(sh, args[1]);
      if (count < 1) {
        if (sh.flavour !== 'bash') throw usage(sh, `Illegal number: ${args[1]}`);
        await sh.complain(`${args[1]}: loop count out of range`, kind);
        sh.status = 1;
        if (sh.loops) throw new LoopJump('break', sh.loops);
        return 1;
      }
    }
    if (sh.loops === 0) {
      if (sh.flavour === 'bash') await sh.complain("only meaningful in a `for', `while', or `until' loop", kind);
      return 0;
    }
    sh.status = 0;
    throw new LoopJump(kind, Math.min(count, sh.loops));
  };
}

async function returnBuiltin(sh: Shell, args: string[]): Promise<number> {
  let code = sh.status;
  if (args[1] !== undefined) {
    if (sh.flavour === 'bash' && !/^[-+]?\d+$/.test(args[1])) {
      await sh.complain(`${args[1]}: numeric argument required`, 'return');
      code = 2;
    } else code = (sh.flavour === 'bash' ? Number(args[1]) : number(sh, args[1])) & (sh.flavour === 'dash' ? ~0 : 255);
  }
  if (sh.flavour === 'bash' && sh.calls.length === 0 && sh.sourcing === 0) {
    throw failure("can only `return' from a function or sourced script", 2);
  }
  throw new Return(code);
}

async function shift(sh: Shell, args: string[]): Promise<number> {
  let count = 1;
  if (args[1] !== undefined) {
    if (sh.flavour === 'bash' && !/^[-+]?\d+$/.test(args[1])) throw failure(`${args[1]}: numeric argument required`);
    count = sh.flavour === 'bash' ? Number(args[1]) : number(sh, args[1]);
    if (count < 0) throw failure(`${args[1]}: shift count out of range`);
  }
  if (count > sh.params.length) {
    if (sh.flavour === 'dash') throw usage(sh, "can't shift that many");
    return 1;
  }
  sh.params.splice(0, count);
  return 0;
}

async function evalBuiltin(sh: Shell, args: string[]): Promise<number> {
  const words = args[1] === '--' ? args.slice(2) : args.slice(1);
  const builtin = sh.builtin;
  sh.builtin = sh.flavour === 'bash' ? undefined : builtin;
  try {
    return await runText(sh, words.join(' '), 'eval');
  } finally {
    sh.builtin = builtin;
  }
}

async function source(sh: Shell, args: string[]): Promise<number> {
  const name = args[1] === '--' ? args[2] : args[1];
  if (name === undefined) {
    if (sh.flavour === 'bash')
      throw failure(`filename argument required\n${args[0]}: usage: ${args[0]} filename [arguments]`, 2);
    return sh.flavour === 'ash' ? 2 : 0;
  }
  let file = name;
  if (!name.includes('/')) {
    const found = (sh.vars.get('PATH') ?? '').split(':').map((d) => `${d || '.'}/${name}`);
    if (sh.flavour === 'bash') found.push(name);
    file = found.find((f) => exists(sh, f)) ?? (sh.flavour === 'ash' && exists(sh, name) ? name : name);
    if (sh.flavour !== 'bash' && file === name && !exists(sh, `./${name}`)) throw usage(sh, `${name}: not found`);
  }
  let text: string;
  try {
    text = decode(await readAll(sh, file));
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (sh.flavour === 'bash') {
      if (error.code === 'EISDIR') throw failure(`${name}: is a directory`);
      await sh.complain(`${name}: ${error.message}`);
      return 1;
    }
    throw usage(
      sh,
      sh.flavour === 'dash'
        ? `cannot open ${name}: ${error.code === 'ENOENT' ? 'No such file' : error.message}`
        : `can't open '${name}': ${error.message}`,
    );
  }
  const { params, loops, builtin, line } = sh;
  if (args.length > 2 && sh.flavour !== 'dash') sh.params = args.slice(2);
  sh.sources.push(name);
  sh.sourcing++;
  sh.builtin = undefined;
  try {
    return await runText(sh, text, 'source');
  } catch (error) {
    if (!(error instanceof Return)) throw error;
    return error.code;
  } finally {
    sh.sourcing--;
    sh.sources.pop();
    sh.builtin = builtin;
    sh.line = line;
    sh.loops = loops;
    if (args.length > 2 && sh.flavour !== 'dash') sh.params = params;
  }
}

/** Reads a file, pipe or device to its end. */
export async function readAll(sh: Shell, file: string): Promise<Uint8Array> {
  const fd = sh.sys.open(file, { read: true });
  const chunks: number[] = [];
  try {
    if (sh.sys.fstat(fd).type === 'dir') throw new Errno('EISDIR', file);
    for (;;) {
      const chunk = await sh.sys.read(fd);
      if (!chunk.length) break;
      for (const b of chunk) chunks.push(b);
    }
  } finally {
    sh.sys.close(fd);
  }
  return new Uint8Array(chunks);
}

function exists(sh: Shell, path: string): boolean {
  try {
    return sh.sys.stat(path).type !== 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

async function exec(sh: Shell, args: string[]): Promise<number> {
  let i = 1;
  let argv0: string | undefined;
  let env = true;
  if (sh.flavour !== 'dash') {
    for (; /^-[cla]+$/.test(args[i] ?? ''); i++) {
      if (args[i]!.includes('c')) env = false;
      if (args[i]!.includes('a')) argv0 = args[++i];
      else if (args[i]!.includes('l')) argv0 = `-${args[i + 1] ?? ''}`;
    }
  }
  if (args[i] === '--') i++;
  const command = args.slice(i);
  if (!command.length) return 0;
  const fresh = sh.traps;
  const { interactive } = sh;
  if (interactive)
    for (const s of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const)
      if (!fresh.has(s.slice(3))) sh.sys.signal(s, 'default');
  sh.lowerLevel();
  // dash and ash end when the program cannot be executed, interactive or not.
  if (sh.flavour !== 'bash') sh.interactive = false;
  const code = await execFile(sh, command, findCommand, { ...(argv0 !== undefined && { argv0 }), env, asExec: true });
  if (interactive && sh.flavour === 'bash') {
    sh.guard();
    return code;
  }
  if (sh.flavour === 'bash' && sh.shopt('execfail')) return code;
  throw new Exit(code);
}

async function exportBuiltin(sh: Shell, args: string[], cmd: Simple): Promise<number> {
  const readonly = args[0] === 'readonly';
  let i = 1;
  let names = false;
  let functions = false;
  let unexport = false;
  for (; /^-[a-zA-Z]+$/.test(args[i] ?? ''); i++) {
    for (const c of args[i]!.slice(1)) {
      if (c === 'p') names = true;
      else if (sh.flavour === 'bash' && c === 'f') functions = true;
      else if (sh.flavour !== 'dash' && c === 'n' && !readonly) unexport = true;
      else if (sh.flavour === 'bash' && readonly && (c === 'a' || c === 'A')) continue;
      else if (sh.flavour === 'bash')
        throw failure(
          `-${c}: invalid option\n${args[0]}: usage: ${readonly ? 'readonly [-aAf] [name[=value] ...] or readonly -p' : 'export [-fn] [name[=value] ...] or export -p'}`,
          2,
        );
      else throw usage(sh, sh.flavour === 'dash' ? `Illegal option -${c}` : `invalid option -- '${c}'`);
    }
  }
  if (args[i] === '--') i++;
  if (i >= args.length || (names && i >= args.length)) {
    const { listVariables } = await sh.load('rare', () => import('./rare.ts'));
    await sh.out(listVariables(sh, readonly ? 'readonly' : 'export'));
    return 0;
  }
  let status = 0;
  const words = cmd.words.filter((w) => w.assign?.array);
  for (; i < args.length; i++) {
    const arg = args[i]!;
    const m = /^([^=]*?)(\+?)(?:=([^]*))?$/.exec(arg)!;
    const name = m[1]!;
    const value = arg.includes('=') ? m[3] : undefined;
    if (!NAME.test(name)) {
      if (sh.flavour === 'bash') {
        await sh.complain(`\`${arg}': not a valid identifier`, args[0]);
        status = 1;
        continue;
      }
      throw usage(sh, `${name}: bad variable name`);
    }
    if (functions) {
      if (!sh.functions.has(name)) {
        await sh.complain(`${name}: not a function`, args[0]);
        status = 1;
      }
      continue;
    }
    const array = words.find((w) => w.assign!.name === name)?.assign;
    if (array) await assignArray(sh, name, array.array!, array.append);
    else if (value !== undefined) {
      try {
        sh.vars.set(name, value, { append: m[2] === '+' });
        if (sh.options.xtrace && sh.flavour === 'bash') await trace(sh, `${name}=${quoteTrace(sh, value)}`);
      } catch (error) {
        if (!(error instanceof ReadonlyVariable) || sh.flavour !== 'bash') throw error;
        await sh.complain(`${name}: readonly variable`);
        status = 1;
        continue;
      }
    }
    const v = sh.vars.declare(name);
    if (readonly) v.readonly = true;
    else v.exported = !unexport;
  }
  return status;
}

async function unset(sh: Shell, args: string[]): Promise<number> {
  let i = 1;
  let what: 'v' | 'f' | undefined;
  for (; /^-[fvn]+$/.test(args[i] ?? ''); i++) what = args[i]!.includes('f') ? 'f' : 'v';
  if (args[i] === '--') i++;
  let status = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (what === 'f') {
      sh.functions.delete(arg);
      continue;
    }
    const element = sh.flavour === 'bash' ? /^([A-Za-z_]\w*)\[([^]*)\]$/.exec(arg) : null;
    const name = element ? element[1]! : arg;
    if (!NAME.test(name)) {
      if (sh.flavour !== 'bash') throw usage(sh, `${arg}: bad variable name`);
      if (what === 'v') {
        await sh.complain(`\`${arg}': not a valid identifier`, 'unset');
        status = 1;
      } else sh.functions.delete(arg);
      continue;
    }
    const v = sh.vars.find(name);
    if (element && v) {
      if (v.readonly) {
        await sh.complain(`${name}: cannot unset: readonly variable`, 'unset');
        status = 1;
      } else if (element[2] === '@' || element[2] === '*') sh.vars.unset(name);
      else if (v.assoc) v.assoc.delete(element[2]!.replace(/^(['"])(.*)\1$/, '$2'));
      else {
        let key = Number(evaluateText(sh, element[2]!));
        if (key < 0) key += Math.max(...sh.elements(name).map(([k]) => Number(k))) + 1;
        v.array?.delete(key);
        if (!v.array && key === 0) sh.vars.unset(name);
      }
      continue;
    }
    if (!v && !sh.vars.dynamic.has(name) && what === undefined && sh.flavour === 'bash') {
      sh.functions.delete(name);
      continue;
    }
    if (!sh.vars.unset(name)) {
      if (sh.flavour !== 'bash') throw usage(sh, `${name}: is read only`);
      await sh.complain(`${name}: cannot unset: readonly variable`, 'unset');
      status = 1;
    }
  }
  return status;
}

async function set(sh: Shell, args: string[]): Promise<number> {
  if (args.length === 1) {
    const { listVariables } = await sh.load('rare', () => import('./rare.ts'));
    await sh.out(listVariables(sh, 'set'));
    return 0;
  }
  let refused = 0;
  const status = await setOptions(sh, args.slice(1), async (text) => {
    // ash only complains of an unknown name after -o.
    if (sh.flavour !== 'ash' || !text.includes(' -o ')) throw usage(sh, text, 2);
    await sh.complain(text, 'set');
    refused = 1;
  });
  return status || refused;
}

/** Reads `-eu -o pipefail -- args`; sets the positional parameters where given. */
export async function setOptions(
  sh: Shell,
  args: readonly string[],
  wrong: (text: string) => Promise<void>,
): Promise<number> {
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      sh.params = args.slice(i + 1);
      return 0;
    }
    if (arg === '-') {
      sh.options.xtrace = false;
      sh.options.verbose = false;
      if (i + 1 < args.length) sh.params = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg[0] === '-';
    for (const c of arg.slice(1)) {
      if (c === 'o') {
        const name = args[i + 1];
        if (name === undefined) {
          const { listOptions } = await sh.load('rare', () => import('./rare.ts'));
          await sh.out(listOptions(sh, on));
          return 0;
        }
        i++;
        if (!setOption(sh, name, on)) {
          await wrong(
            sh.flavour === 'bash'
              ? `${name}: invalid option name`
              : sh.flavour === 'dash'
                ? `Illegal option -o ${name}`
                : `illegal option -o ${name}`,
          );
        }
        continue;
      }
      const found = Object.entries(OPTION_LETTERS).find(([, letter]) => letter === c);
      const known = found && (sh.flavour === 'bash' ? 'abefhkmnptuvxBCEHPT' : 'efIimnsxvVECabu').includes(c);
      if (!known) {
        await wrong(
          sh.flavour === 'bash'
            ? `${on ? '-' : '+'}${c}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]`
            : sh.flavour === 'dash'
              ? `Illegal option ${on ? '-' : '+'}${c}`
              : `illegal option ${on ? '-' : '+'}${c}`,
        );
      }
      setOption(sh, found![0], on);
    }
  }
  if (i < args.length) sh.params = args.slice(i);
  return 0;
}

/** Sets one option by its long name; false when there is none of this name. */
export function setOption(sh: Shell, name: string, on: boolean): boolean {
  if (!Object.hasOwn(OPTION_LETTERS, name)) return false;
  if (
    sh.flavour === 'dash' &&
    ['pipefail', 'posix', 'history', 'histexpand', 'braceexpand', 'errtrace', 'functrace'].includes(name)
  )
    return false;
  if (sh.flavour === 'ash' && ['posix', 'history', 'histexpand', 'braceexpand', 'errtrace', 'functrace'].includes(name))
    return false;
  sh.options[name as OptionName] = on;
  if (name === 'allexport') sh.vars.exportAll = on;
  return true;
}

/** Reads one line for `read` from a descriptor, byte by byte where it cannot be given back. */
async function lineOf(
  sh: Shell,
  fd: number,
  delimiter: number,
  limit: number,
): Promise<{ bytes: number[]; ended: boolean }> {
  const bytes: number[] = [];
  let seekable = false;
  try {
    seekable = sh.sys.fstat(fd).type === 'file';
    if (seekable) sh.sys.seek(fd, 0, 'current');
  } catch (error) {
    if (!isErrno(error)) throw error;
    seekable = false;
  }
  for (;;) {
    const chunk = await readTrapping(sh, fd, seekable ? 512 : 1);
    if (!chunk.length) return { bytes, ended: true };
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === delimiter || bytes.length >= limit) {
        const after = chunk[i] === delimiter ? i + 1 : i;
        if (seekable && after < chunk.length) sh.sys.seek(fd, after - chunk.length, 'current');
        return { bytes, ended: false };
      }
      bytes.push(chunk[i]!);
      if (bytes.length >= limit) {
        if (seekable && i + 1 < chunk.length) sh.sys.seek(fd, i + 1 - chunk.length, 'current');
        return { bytes, ended: false };
      }
    }
  }
}

/** Reads; a trapped signal that comes meanwhile has its trap run first. */
async function readTrapping(sh: Shell, fd: number, max: number): Promise<Uint8Array> {
  for (;;) {
    try {
      return await sh.sys.read(fd, max);
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
      sh.checkInterrupt();
      await sh.runTraps();
    }
  }
}

async function read(sh: Shell, args: string[]): Promise<number> {
  let raw = false;
  let silent = false;
  let delimiter = 10;
  let limit = Infinity;
  let array: string | undefined;
  let fd = 0;
  let prompt: string | undefined;
  let timeout: number | undefined;
  let i = 1;
  const takes = sh.flavour === 'dash' ? 'p' : sh.flavour === 'ash' ? 'nptud' : 'adinNptu';
  for (; /^-./.test(args[i] ?? ''); i++) {
    const arg = args[i]!;
    if (arg === '--') {
      i++;
      break;
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j]!;
      if (c === 'r') raw = true;
      else if (c === 's' && sh.flavour !== 'dash') silent = true;
      else if (c === 'e' && sh.flavour === 'bash') continue;
      else if (takes.includes(c)) {
        const value = j + 1 < arg.length ? arg.slice(j + 1) : args[++i];
        if (value === undefined)
          throw usage(sh, sh.flavour === 'bash' ? `-${c}: option requires an argument` : `No arg for -${c} option`);
        if (c === 'p') prompt = value;
        else if (c === 'd') delimiter = value === '' ? 0 : value.charCodeAt(0);
        else if (c === 'n' || c === 'N') {
          limit = Number(value);
          if (c === 'N') delimiter = -1;
        } else if (c === 't') timeout = Number(value);
        else if (c === 'u') fd = Number(value);
        else if (c === 'a') array = value;
        break;
      } else if (sh.flavour === 'bash') {
        throw failure(
          `-${c}: invalid option\nread: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]`,
          2,
        );
      } else throw usage(sh, sh.flavour === 'dash' ? `Illegal option -${c}` : `illegal option -${c}`);
    }
  }
  const names = args.slice(i);
  for (const name of names) {
    if (!NAME.test(name.replace(/\[.*\]$/, ''))) {
      if (sh.flavour === 'bash') throw failure(`\`${name}': not a valid identifier`);
      throw usage(sh, `${name}: bad variable name`);
    }
  }
  if (!names.length && array === undefined && sh.flavour !== 'bash') {
    if (sh.flavour === 'dash') throw usage(sh, 'arg count');
  }
  const terminal = isTerminal(sh, fd);
  if (prompt !== undefined && terminal) await sh.write(2, prompt);
  let mode: { canonical: boolean; echo: boolean } | undefined;
  if (terminal && (silent || limit !== Infinity)) {
    const { canonical, echo } = sh.sys.terminalMode(fd);
    mode = { canonical, echo };
    sh.sys.terminalMode(fd, { echo: !silent, ...(limit !== Infinity && { canonical: false }) });
  }
  let text = '';
  let ended = false;
  try {
    for (;;) {
      if (timeout !== undefined) {
        const ready = await sh.sys.poll([{ fd, events: 'read' }], timeout * 1000);
        if (!ready.length) {
          if (timeout === 0) return 1;
          await assignFields(sh, names, array, text, raw);
          return 142;
        }
        if (timeout === 0) return 0;
      }
      const line = await lineOf(sh, fd, delimiter, limit);
      const piece = decode(new Uint8Array(line.bytes)).replaceAll('\0', '');
      ended = line.ended;
      if (!raw && !ended && delimiter === 10 && limit === Infinity && /(?:^|[^\\])(?:\\\\)*\\$/.test(piece)) {
        text += piece.slice(0, -1);
        if (terminal && sh.interactive) await sh.write(2, sh.vars.get('PS2') ?? '> ');
        continue;
      }
      text += piece;
      break;
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (sh.flavour === 'bash')
      throw failure(`${fd === 0 ? 'read error: 0: ' : `${fd}: invalid file descriptor: `}${error.message}`);
    return 1;
  } finally {
    if (mode) sh.sys.terminalMode(fd, mode);
  }
  await assignFields(sh, names, array, text, raw);
  return ended ? 1 : 0;
}

function isTerminal(sh: Shell, fd: number): boolean {
  try {
    return sh.sys.isatty(fd);
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

async function assignFields(
  sh: Shell,
  names: readonly string[],
  array: string | undefined,
  line: string,
  raw: boolean,
): Promise<void> {
  const ifs = sh.ifs;
  const blank = (c: string) => ' \t\n'.includes(c) && ifs.includes(c);
  // Characters with a mark whether a backslash took their meaning.
  const chars: { c: string; quoted: boolean }[] = [];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\' && !raw) {
      if (++i < line.length) chars.push({ c: line[i]!, quoted: true });
    } else chars.push({ c: line[i]!, quoted: false });
  }
  const put = async (name: string, value: string) => {
    const m = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(name);
    if (m) sh.setElement(m[1]!, sh.vars.find(m[1]!)?.assoc ? m[2]! : Number(evaluateText(sh, m[2]!)), value);
    else sh.assign(name, value);
  };
  if (!names.length && array === undefined) {
    sh.assign('REPLY', chars.map((x) => x.c).join(''));
    return;
  }
  let at = 0;
  const skip = () => {
    while (at < chars.length && !chars[at]!.quoted && blank(chars[at]!.c)) at++;
  };
  const next = (): string => {
    let s = '';
    while (at < chars.length && (chars[at]!.quoted || !ifs.includes(chars[at]!.c))) s += chars[at++]!.c;
    skip();
    if (at < chars.length && !chars[at]!.quoted && ifs.includes(chars[at]!.c) && !blank(chars[at]!.c)) {
      // One mark belongs to the delimiter, unless blanks alone already were one.
      at++;
      skip();
    }
    return s;
  };
  skip();
  if (array !== undefined) {
    const values: string[] = [];
    while (at < chars.length) values.push(next());
    sh.vars.setArray(array, values);
    return;
  }
  for (let i = 0; i < names.length - 1; i++) await put(names[i]!, next());
  const rest = chars.slice(at);
  // The last name gets the rest; a single trailing delimiter goes when it ends exactly one more field.
  const restart = at;
  const single = next();
  let end = rest.length;
  if (at >= chars.length) {
    await put(names.at(-1)!, single);
    return;
  }
  at = restart;
  while (end > 0 && !rest[end - 1]!.quoted && blank(rest[end - 1]!.c)) end--;
  await put(
    names.at(-1)!,
    rest
      .slice(0, end)
      .map((x) => x.c)
      .join(''),
  );
}

async function local(sh: Shell, args: string[], cmd: Simple): Promise<number> {
  if (sh.flavour === 'bash') {
    if (!sh.calls.length) throw failure('can only be used in a function');
    const { declare } = await sh.load('declare', () => import('./declare.ts'));
    return declare(sh, args, cmd, true);
  }
  if (!sh.calls.length) throw usage(sh, 'not in a function');
  for (const arg of args.slice(1)) {
    const eq = arg.indexOf('=');
    const name = eq < 0 ? arg : arg.slice(0, eq);
    if (!NAME.test(name)) throw usage(sh, `${name}: bad variable name`);
    const outer = sh.vars.find(name);
    const v = sh.vars.declare(name, sh.vars.local);
    // The value stays what it was outside.
    if (outer && outer !== v)
      Object.assign(v, { value: sh.flavour === 'dash' ? outer.value : undefined, exported: outer.exported });
    if (eq >= 0) sh.vars.set(name, arg.slice(eq + 1), { scope: sh.vars.local });
  }
  return 0;
}

async function command(sh: Shell, args: string[], cmd: Simple): Promise<number> {
  let i = 1;
  let how = '';
  let standard = false;
  for (; /^-[pvV]+$/.test(args[i] ?? ''); i++) {
    for (const c of args[i]!.slice(1)) {
      if (c === 'p') standard = true;
      else how = c;
    }
  }
  if (args[i] === '--') i++;
  const rest = args.slice(i);
  if (!rest.length) return 0;
  if (how) {
    const { describe } = await sh.load('rare', () => import('./rare.ts'));
    let status = 0;
    for (const name of rest)
      if (!(await describe(sh, name, how === 'v' ? 'command' : 'type', false, false, 'command')))
        status = how === 'V' && sh.flavour !== 'bash' ? 127 : sh.flavour === 'bash' ? 1 : 127;
    return status;
  }
  const builtin = builtins(sh).get(rest[0]!);
  if (builtin) {
    const outer = sh.builtin;
    sh.builtin = rest[0];
    try {
      return await builtin(sh, rest, cmd);
    } catch (error) {
      if (!(error instanceof ShellError) || !error.message) throw error;
      await sh.complain(error.message, rest[0]);
      throw new ShellError('', error.status, error.mode);
    } finally {
      sh.builtin = outer;
    }
  }
  sh.builtin = undefined;
  const control = sh.options.monitor;
  const pid = sh.fork(
    async (child) => {
      if (standard) child.vars.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
      throw new Exit(await execFile(child, rest, findCommand));
    },
    control ? { pgid: 0, foreground: true } : {},
  );
  const [status] = await foreground(sh, [pid], cmd, pid);
  return status!;
}

const rare =
  (name: string): Builtin =>
  async (sh, args, cmd) => {
    const { rareBuiltins } = await sh.load('rare', () => import('./rare.ts'));
    return rareBuiltins[name]!(sh, args, cmd);
  };
/** Start-up files define aliases before the first prompt: that must not load what lists them. */
const alias: Builtin = (sh, args, cmd) => {
  const definitions = args.slice(1).map((arg) => /^([^-=][^=]*)=(.*)$/s.exec(arg));
  if (definitions.length === 0 || definitions.includes(null)) return rare('alias')(sh, args, cmd);
  for (const definition of definitions) sh.aliases.set(definition![1]!, definition![2]!);
  return 0;
};
const jobControl =
  (name: string): Builtin =>
  async (sh, args, cmd) => {
    const { jobBuiltins } = await sh.load('jobcontrol', () => import('./jobcontrol.ts'));
    return jobBuiltins[name]!(sh, args, cmd);
  };

const printf: Builtin = async (sh, args) => {
  const { printfBuiltin } = await sh.load('printf', () => import('./printf.ts'));
  return printfBuiltin(sh, args);
};

const COMMON: Record<string, Builtin> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  '.': source,
  '[': testBuiltin,
  test: testBuiltin,
  alias,
  bg: jobControl('bg'),
  break: jump('break'),
  cd,
  command,
  continue: jump('continue'),
  echo,
  eval: evalBuiltin,
  exec,
  exit,
  export: exportBuiltin,
  fg: jobControl('fg'),
  getopts: rare('getopts'),
  hash: rare('hash'),
  jobs: jobControl('jobs'),
  kill: jobControl('kill'),
  local,
  printf,
  pwd,
  read,
  readonly: exportBuiltin,
  return: returnBuiltin,
  set,
  shift,
  times: rare('times'),
  trap: rare('trap'),
  type: rare('type'),
  ulimit: rare('ulimit'),
  umask: rare('umask'),
  unalias: rare('unalias'),
  unset,
  wait: jobControl('wait'),
};

const ONLY_BASH =
  'bind caller compgen complete compopt declare dirs disown enable fc help history let logout mapfile popd pushd readarray shopt suspend typeset builtin';
const TABLES: Record<Flavour, ReadonlyMap<string, Builtin>> = {
  bash: new Map([
    ...Object.entries(COMMON),
    ['source', source],
    ...ONLY_BASH.split(' ').map((name): [string, Builtin] => [name, rare(name)]),
    ['disown', jobControl('disown')],
  ]),
  dash: new Map(Object.entries(COMMON)),
  ash: new Map([
    ...Object.entries(COMMON),
    ['source', source],
    ['[[', testBuiltin],
    ['let', rare('let')],
    ['help', rare('help')],
    ['history', rare('history')],
    ['chdir', cd],
  ]),
};

/** The builtins of a shell's flavour. */
export const builtins = (sh: Shell): ReadonlyMap<string, Builtin> => TABLES[sh.flavour];
