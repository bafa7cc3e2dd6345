/** echo, printf, seq, expr, factor, and test. */
import { quote, shellName } from '../format.ts';
import type { Tool } from '../io.ts';
import { extraOperand, missingOperand, parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';
import { float, formatPrintf, unescape } from '../printf.ts';
import { compile, RegexError } from '../regex.ts';
import { byteString } from '../text.ts';
import { evaluateTest, TestError } from '../test.ts';

/** echo(1). */
export const echo: Tool = async (io) => {
  const words = [...io.args];
  let newline = true;
  let escapes = false;
  while (words.length > 0 && /^-[neE]+$/.test(words[0]!)) {
    for (const c of words.shift()!.slice(1)) {
      if (c === 'n') newline = false;
      else escapes = c === 'e';
    }
  }
  const text = byteString(words.join(' '));
  if (!escapes) await io.raw(text + (newline ? '\n' : ''));
  else {
    const result = unescape(text, 'echo');
    await io.raw(result.text + (newline && !result.stopped ? '\n' : ''));
  }
  return 0;
};

/** printf(1). */
export const printf: Tool = async (io) => {
  const args = io.args[0] === '--' ? io.args.slice(1) : [...io.args];
  const format = args.shift();
  if (format === undefined) return missingOperand(io, { usage: 'FORMAT [ARG]...' });
  const result = formatPrintf(format, args, io.busybox ? (word) => word : shellName);
  await io.raw(result.output);
  for (const error of result.errors) {
    if (io.busybox) {
      const match = /^(.*): (expected a numeric value|value not completely converted)$/.exec(error);
      await io.error(
        match
          ? `${io.name}: invalid number '${match[1]}'\n`
          : `${io.name}: ${error.replace(/: invalid conversion specification$/, ': invalid format')}\n`,
      );
    } else {
      const match = /^(.*): (expected a numeric value|value not completely converted)$/.exec(error);
      await io.fail(match ? `${quote(match[1]!)}: ${match[2]}` : error);
    }
  }
  return result.errors.length > 0 ? 1 : 0;
};

/** seq(1). */
export const seq: Tool = async (io) => {
  const rules: OptionRules = {
    short: io.busybox ? 'ws:' : 'f:s:w',
    long: io.busybox ? {} : { format: ':f', separator: ':s', 'equal-width': 'w' },
    usage: '[-w] [-s SEP] [FIRST [INC]] LAST',
  };
  const negative = /^-[\d.]/;
  const saved = io.args;
  // Negative numbers are operands, not options.
  const first = saved.findIndex((arg) => negative.test(arg));
  if (first >= 0) io.args = [...saved.slice(0, first), '--', ...saved.slice(first)];
  const options = await parseOptions(io, rules);
  const operands = options.operands;
  if (operands.length === 0) await missingOperand(io, rules);
  if (operands.length > 3) await extraOperand(io, rules, operands[3]!);
  for (const text of operands) {
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
      if (io.busybox) await io.die(`invalid number '${text}'`);
      await usageFailure(io, rules, `invalid floating point argument: ${quote(text)}`);
    }
  }
  const from = operands.length > 1 ? operands[0]! : '1';
  const step = operands.length > 2 ? operands[1]! : '1';
  const to = operands.at(-1)!;
  if (Number(step) === 0) {
    if (io.busybox) await io.die('increment is zero');
    await usageFailure(io, rules, `invalid Zero increment value: ${quote(step)}`);
  }
  const places = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
  const precision = Math.max(places(from), places(step));
  const separator = byteString(options.get('s') ?? '\n');
  const scale = 10 ** precision;
  const show = (n: number): string => {
    const format = options.get('f');
    if (format !== undefined) {
      return format.replace(
        /%([-+ 0#']*)(\d*)(?:\.(\d*))?([eEfFgG%])/,
        (_, flags: string, width: string, digits: string | undefined, kind: string) =>
          kind === '%' ? '%' : float(n, kind, flags, Number(width), digits === undefined ? -1 : Number(digits)),
      );
    }
    return n.toFixed(precision);
  };
  const width = options.has('w')
    ? Math.max(show(Number(from)).length, Number(to).toFixed(Math.max(precision, 0)).length)
    : 0;
  const [a, d, b] = [Math.round(Number(from) * scale), Math.round(Number(step) * scale), Number(to) * scale];
  let any = false;
  for (let i = 0; ; i++) {
    const n = a + i * d;
    if (d > 0 ? n > b + 1e-9 : n < b - 1e-9) break;
    let text = show(n / scale);
    if (width > 0)
      text = text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
    await io.raw((any ? separator : '') + text);
    any = true;
    if (i % 1000 === 999) await io.sys.tick();
  }
  if (any) await io.raw('\n');
  return 0;
};

/** test(1) and [. */
export const test: Tool = async (io) => {
  const args = [...io.args];
  if (io.name === '[' || io.name === '[[') {
    if (args.pop() !== (io.name === '[' ? ']' : ']]')) {
      await io.error(
        io.busybox ? `${io.name}: missing ${io.name === '[' ? ']' : ']]'}\n` : `${io.name}: missing ']'\n`,
      );
      return 2;
    }
  }
  try {
    return evaluateTest(io.sys, args, io.flavour) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await io.fail(error.message);
    return 2;
  }
};

class ExprError extends Error {}

/** expr(1). */
export const expr: Tool = async (io) => {
  const args = io.args[0] === '--' ? io.args.slice(1) : [...io.args];
  const rules: OptionRules = { exit: 2, usage: 'EXPRESSION' };
  if (args.length === 0) {
    if (io.busybox) await usageError(io, { ...rules, exit: 1 });
    await usageFailure(io, rules, 'missing operand');
  }
  let at = 0;
  const integer = (text: string): bigint => {
    if (!/^-?\d+$/.test(text)) throw new ExprError('non-integer argument');
    return BigInt(text);
  };
  const isTrue = (text: string): boolean => text !== '' && !/^-?0+$/.test(text);
  const match = (text: string, pattern: string): string => {
    const source = compile(byteString(pattern)).source;
    const found = new RegExp(`^(?:${source})`).exec(byteString(text));
    const grouped = /\\\(/.test(pattern);
    if (!found) return grouped ? '' : '0';
    return grouped ? (found[1] ?? '') : String(found[0].length);
  };
  const take = (): string => {
    if (at >= args.length)
      throw new ExprError(io.busybox ? 'syntax error' : `syntax error: missing argument after ${quote(args[at - 1]!)}`);
    return args[at++]!;
  };
  const primary = (): string => {
    const word = take();
    if (word === '(') {
      const value = or();
      if (args[at++] !== ')')
        throw new ExprError(
          io.busybox
            ? 'syntax error'
            : `syntax error: expecting ')' ${at > args.length ? `after ${quote(args.at(-1)!)}` : `instead of ${quote(args[at - 1]!)}`}`,
        );
      return value;
    }
    if (word === ')') throw new ExprError(io.busybox ? 'syntax error' : "syntax error: unexpected ')'");
    if (at >= args.length) return word;
    if (word === '+' && !io.busybox) return take();
    if (word === 'length') return String([...primary()].length);
    if (word === 'match') {
      const text = primary();
      return match(text, primary());
    }
    if (word === 'index') {
      const text = primary();
      const set = primary();
      return String([...text].findIndex((c) => set.includes(c)) + 1);
    }
    if (word === 'substr') {
      const text = primary();
      const from = Number(primary());
      const length = Number(primary());
      return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length) : '';
    }
    return word;
  };
  const binary =
    (
      operators: readonly string[],
      next: () => string,
      apply: (op: string, a: string, b: string) => string,
    ): (() => string) =>
    () => {
      let left = next();
      while (at < args.length && operators.includes(args[at]!)) {
        const op = args[at++]!;
        left = apply(op, left, next());
      }
      return left;
    };
  const matching = binary([':'], primary, (_, a, b) => match(a, b));
  const product = binary(['*', '/', '%'], matching, (op, a, b) => {
    const [x, y] = [integer(a), integer(b)];
    if (op === '*') return String(x * y);
    if (y === 0n) throw new ExprError('division by zero');
    return String(op === '/' ? x / y : x % y);
  });
  const sum = binary(['+', '-'], product, (op, a, b) =>
    String(op === '+' ? integer(a) + integer(b) : integer(a) - integer(b)),
  );
  const compare = binary(['<', '<=', '=', '==', '!=', '>=', '>'], sum, (op, a, b) => {
    const numeric = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
    const order = numeric ? (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0) : a < b ? -1 : a > b ? 1 : 0;
    const holds = {
      '<': order < 0,
      '<=': order <= 0,
      '=': order === 0,
      '==': order === 0,
      '!=': order !== 0,
      '>=': order >= 0,
      '>': order > 0,
    };
    return holds[op as '<'] ? '1' : '0';
  });
  const and = binary(['&'], compare, (_, a, b) => (isTrue(a) && isTrue(b) ? a : '0'));
  const or = binary(['|'], and, (_, a, b) => (isTrue(a) ? a : isTrue(b) ? b : '0'));
  try {
    const value = or();
    if (at < args.length)
      throw new ExprError(io.busybox ? 'syntax error' : `syntax error: unexpected argument ${quote(args[at]!)}`);
    await io.out(`${value}\n`);
    return isTrue(value) ? 0 : 1;
  } catch (error) {
    if (error instanceof ExprError || error instanceof RegexError) {
      await io.fail(error.message);
      return 2;
    }
    throw error;
  }
};

/** factor(1). */
export const factor: Tool = async (io) => {
  const options = await parseOptions(io, { usage: '[NUMBER]...' });
  const numbers =
    options.operands.length > 0 ? options.operands : (await io.allText(0)).split(/\s+/).filter((word) => word !== '');
  let failed = false;
  for (const text of numbers) {
    if (!/^\+?\d+$/.test(text)) {
      await io.fail(io.busybox ? `invalid number '${text}'` : `${quote(text)} is not a valid positive integer`);
      failed = true;
      continue;
    }
    let n = BigInt(text.replace('+', ''));
    const factors: bigint[] = [];
    let steps = 0;
    for (let p = 2n; p * p <= n; p += p === 2n ? 1n : 2n) {
      while (n % p === 0n) {
        factors.push(p);
        n /= p;
      }
      if (++steps % 4096 === 0) await io.sys.tick();
    }
    if (n > 1n) factors.push(n);
    await io.out(`${BigInt(text.replace('+', ''))}:${factors.map((f) => ` ${f}`).join('')}\n`);
  }
  return failed ? 1 : 0;
};
