/** `test`, `[` and `[[ … ]]`. */
import { trace } from './execute.ts';
import type { Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Cond } from './ast.ts';
import { ShellError } from './errors.ts';
import { evaluateText, expandPattern, expandString } from './expand.ts';
import { compile, matches } from './pattern.ts';
import type { Shell } from './shell.ts';

function stat(sh: Shell, path: string, link = false): Stat | undefined {
  try {
    const fd = /^\/dev\/fd\/(\d+)$/.exec(path);
    if (fd) return sh.sys.fstat(Number(fd[1]));
    return link ? sh.sys.lstat(path) : sh.sys.stat(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** Evaluates `-f file` and its like; undefined for an unknown operator. */
export function unary(sh: Shell, op: string, arg: string): boolean | undefined {
  const { sys } = sh;
  const type = (t: Stat['type']) => stat(sh, arg)?.type === t;
  const may = (mode: Parameters<typeof sys.access>[1]) => {
    try {
      return sys.access(arg, mode);
    } catch (error) {
      if (isErrno(error)) return false;
      throw error;
    }
  };
  switch (op) {
    case '-n':
      return arg !== '';
    case '-z':
      return arg === '';
    case '-e':
    case '-a':
      return stat(sh, arg) !== undefined;
    case '-f':
      return type('file');
    case '-d':
      return type('dir');
    case '-b':
      return type('block');
    case '-c':
      return type('char');
    case '-p':
      return type('fifo');
    case '-S':
      return type('socket');
    case '-h':
    case '-L':
      return stat(sh, arg, true)?.type === 'symlink';
    case '-s':
      return (stat(sh, arg)?.size ?? 0) > 0;
    case '-r':
      return may({ read: true });
    case '-w':
      return may({ write: true });
    case '-x':
      return may({ execute: true });
    case '-u':
      return ((stat(sh, arg)?.mode ?? 0) & 0o4000) !== 0;
    case '-g':
      return ((stat(sh, arg)?.mode ?? 0) & 0o2000) !== 0;
    case '-k':
      return ((stat(sh, arg)?.mode ?? 0) & 0o1000) !== 0;
    case '-O':
      return stat(sh, arg)?.uid === sys.uid;
    case '-G':
      return stat(sh, arg)?.gid === sys.gid;
    case '-N': {
      const s = stat(sh, arg);
      return s !== undefined && s.mtime > s.atime;
    }
    case '-t':
      try {
        return /^\s*\d+\s*$/.test(arg) && sys.isatty(Number(arg));
      } catch (error) {
        if (isErrno(error)) return false;
        throw error;
      }
  }
  if (sh.flavour !== 'bash') return undefined;
  switch (op) {
    case '-v': {
      const m = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(arg);
      if (m) {
        if (m[2] === '@' || m[2] === '*') return sh.elements(m[1]!).length > 0;
        return sh.element(m[1]!, sh.vars.find(m[1]!)?.assoc ? m[2]! : Number(evaluateText(sh, m[2]!))) !== undefined;
      }
      return sh.lookup(arg) !== undefined;
    }
    case '-o':
      return sh.options[arg as keyof typeof sh.options] === true;
    case '-R':
      return sh.vars.own(arg)?.nameref === true;
  }
  return undefined;
}

const INTEGER: Record<string, (a: bigint, b: bigint) => boolean> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};

/** Compares files; undefined for another operator. */
function files(sh: Shell, op: string, left: string, right: string): boolean | undefined {
  if (op !== '-nt' && op !== '-ot' && op !== '-ef') return undefined;
  const [a, b] = [stat(sh, left), stat(sh, right)];
  if (op === '-ef') return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
  if (op === '-nt') return a !== undefined && (b === undefined || a.mtime > b.mtime);
  return b !== undefined && (a === undefined || a.mtime < b.mtime);
}

/** A wrong expression: printed after the command's name, status 2. */
class TestError extends Error {}

class Test {
  readonly sh: Shell;
  readonly args: readonly string[];
  at = 0;
  /** ash's `[[`: patterns and regular expressions on the right. */
  patterns = false;
  constructor(sh: Shell, args: readonly string[]) {
    this.sh = sh;
    this.args = args;
  }
  integer(text: string): bigint {
    const t = text.trim();
    if (/^[-+]?\d+$/.test(t)) {
      const n = BigInt(t.replace(/^\+/, ''));
      if (n !== BigInt.asIntN(64, n) && this.sh.flavour === 'dash') throw new TestError(`Illegal number: ${text}`);
      return BigInt.asIntN(64, n);
    }
    throw new TestError(
      this.sh.flavour === 'bash'
        ? `${text}: integer expression expected`
        : this.sh.flavour === 'dash'
          ? `Illegal number: ${text}`
          : `${text}: bad number`,
    );
  }
  binary(left: string, op: string, right: string): boolean | undefined {
    if (this.patterns && (op === '=' || op === '==' || op === '!='))
      return matches(compile(right), left) === (op !== '!=');
    switch (op) {
      case '=~':
        return this.patterns ? new RegExp(right, 'u').test(left) : undefined;
      case '=':
        return left === right;
      case '==':
        if (this.sh.flavour === 'dash') return undefined;
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
    }
    if (op in INTEGER) return INTEGER[op]!(this.integer(left), this.integer(right));
    return files(this.sh, op, left, right);
  }
  isBinary(op: string | undefined): boolean {
    return (
      op !== undefined &&
      (/^(=|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/.test(op) ||
        ((op === '==' || (op === '=~' && this.patterns)) && this.sh.flavour !== 'dash'))
    );
  }
  isUnary(op: string): boolean {
    return /^-[nzeafdbcpShLsrwxugkOGNt]$/.test(op) || (this.sh.flavour === 'bash' && /^-[voR]$/.test(op));
  }

  run(): boolean {
    const { args } = this;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return args[0] !== '';
      case 2:
        if (args[0] === '!') return args[1] === '';
        if (this.isUnary(args[0]!)) return unary(this.sh, args[0]!, args[1]!)!;
        if (this.sh.flavour === 'bash') throw new TestError(`${args[0]}: unary operator expected`);
        break;
      case 3:
        if (this.isBinary(args[1])) return this.binary(args[0]!, args[1]!, args[2]!)!;
        if (
          this.sh.flavour === 'bash' &&
          args[1] !== '-a' &&
          args[1] !== '-o' &&
          args[0] !== '!' &&
          !(args[0] === '(' && args[2] === ')')
        ) {
          throw new TestError(`${args[1]}: binary operator expected`);
        }
        if (args[0] === '!') return !new Test(this.sh, args.slice(1)).run();
        if (args[0] === '(' && args[2] === ')') return args[1] !== '';
        break;
      case 4:
        if (args[0] === '!') return !new Test(this.sh, args.slice(1)).run();
        if (args[0] === '(' && args[3] === ')') return new Test(this.sh, args.slice(1, 3)).run();
    }
    const value = this.or();
    if (this.at < args.length) {
      if (this.sh.flavour === 'bash') throw new TestError('too many arguments');
      throw new TestError(
        this.sh.flavour === 'dash' ? `${args[this.at - 1]}: unexpected operator` : `${args[this.at]}: unknown operand`,
      );
    }
    return value;
  }
  or(): boolean {
    let value = this.and();
    while (this.args[this.at] === '-o') {
      this.at++;
      const right = this.and();
      value = value || right;
    }
    return value;
  }
  and(): boolean {
    let value = this.not();
    while (this.args[this.at] === '-a') {
      this.at++;
      const right = this.not();
      value = value && right;
    }
    return value;
  }
  not(): boolean {
    if (this.args[this.at] === '!' && !this.isBinary(this.args[this.at + 1])) {
      this.at++;
      return !this.not();
    }
    return this.primary();
  }
  primary(): boolean {
    const { args } = this;
    const a = args[this.at];
    if (a === undefined) throw new TestError('argument expected');
    if (a === '(' && !this.isBinary(args[this.at + 1])) {
      this.at++;
      const value = this.or();
      if (args[this.at] !== ')')
        throw new TestError(this.sh.flavour === 'bash' ? "`)' expected" : 'closing paren expected');
      this.at++;
      return value;
    }
    if (this.isBinary(args[this.at + 1]) && args[this.at + 2] !== undefined) {
      this.at += 3;
      return this.binary(a, args[this.at - 2]!, args[this.at - 1]!)!;
    }
    if (this.isUnary(a) && args[this.at + 1] !== undefined) {
      this.at += 2;
      return unary(this.sh, a, args[this.at - 1]!)!;
    }
    this.at++;
    return a !== '';
  }
}

/** The `test` and `[` builtins. */
export async function testBuiltin(sh: Shell, args: readonly string[]): Promise<number> {
  let rest = args.slice(1);
  // ash prints test's errors without the command's name.
  const name = sh.flavour === 'ash' ? undefined : args[0];
  const complain = async (text: string) => {
    if (sh.flavour === 'ash') await sh.write(2, `${sh.applet}: ${text}\n`);
    else await sh.complain(text, name);
  };
  if (args[0] === '[') {
    if (rest.at(-1) !== ']') {
      await complain(sh.flavour === 'bash' ? "missing `]'" : sh.flavour === 'dash' ? 'missing ]' : 'missing ]');
      return 2;
    }
    rest = rest.slice(0, -1);
  } else if (args[0] === '[[') rest = rest.slice(0, -1);
  try {
    const test = new Test(sh, rest);
    test.patterns = args[0] === '[[';
    return test.run() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await complain(error.message);
    return 2;
  }
}

/** Evaluates `[[ … ]]`; 2 for an error. */
export async function conditional(sh: Shell, expr: Cond): Promise<number> {
  try {
    return (await evaluate(sh, expr)) ? 0 : 1;
  } catch (error) {
    if (error instanceof ShellError && error.mode !== 'exit' && error.message) {
      await sh.complain(error.message);
      return 1;
    }
    if (error instanceof RegexError) return 2;
    throw error;
  }
}

class RegexError extends Error {}

async function evaluate(sh: Shell, expr: Cond): Promise<boolean> {
  switch (expr.c) {
    case '!':
      return !(await evaluate(sh, expr.a));
    case '&&':
      return (await evaluate(sh, expr.a)) && evaluate(sh, expr.b);
    case '||':
      return (await evaluate(sh, expr.a)) || evaluate(sh, expr.b);
    case 'group':
      return evaluate(sh, expr.a);
    case 'word': {
      const text = await expandString(sh, expr.word);
      await traced(sh, `-n ${show(text)}`);
      return text !== '';
    }
    case 'unary': {
      const arg = await expandString(sh, expr.word);
      await traced(sh, `${expr.op} ${show(arg)}`);
      return unary(sh, expr.op, arg) ?? false;
    }
    case 'binary': {
      const left = await expandString(sh, expr.left);
      const { op } = expr;
      if (op === '=' || op === '==' || op === '!=') {
        const pattern = await expandPattern(sh, expr.right.parts);
        await traced(sh, `${show(left)} ${op} ${pattern === '' ? "''" : pattern}`);
        const same = matches(compile(pattern, { extglob: true, fold: sh.shopt('nocasematch') }), left);
        return same === (op !== '!=');
      }
      if (op === '=~') return regex(sh, left, await expandPattern(sh, expr.right.parts));
      const right = await expandString(sh, expr.right);
      await traced(sh, `${show(left)} ${op} ${show(right)}`);
      if (op === '<') return left < right;
      if (op === '>') return left > right;
      if (op in INTEGER) {
        const number = (s: string) => evaluateText(sh, s);
        return INTEGER[op]!(number(left), number(right));
      }
      return files(sh, op, left, right) ?? false;
    }
  }
}

const show = (s: string): string => (s === '' ? "''" : s);

async function traced(sh: Shell, text: string): Promise<void> {
  if (!sh.options.xtrace) return;
  await trace(sh, `[[ ${text} ]]`);
}

async function regex(sh: Shell, text: string, pattern: string): Promise<boolean> {
  await traced(sh, `${show(text)} =~ ${pattern}`);
  const { posixRegex } = await sh.load('regex', () => import('./regex.ts'));
  let re: RegExp;
  try {
    re = posixRegex(pattern, sh.shopt('nocasematch'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegexError('bad expression');
  }
  const m = re.exec(text);
  sh.vars.setArray('BASH_REMATCH', m ? Array.from(m, (s) => s ?? '') : []);
  return m !== null;
}
