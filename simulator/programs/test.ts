/** The expressions of test(1), for the tool and for the shells' builtin. */
import type { Stat, Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import { quote } from './format.ts';
import type { Flavour } from './io.ts';

/** A wrong expression; the message is without the name of the tool. */
export class TestError extends Error {}

const UNARY = 'abcdefghknprstuvwxzLOGSN';

const statOf = (sys: Sys, path: string, follow = true): Stat | undefined => {
  try {
    return follow ? sys.stat(path) : sys.lstat(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
};

function unary(sys: Sys, op: string, arg: string): boolean {
  const stat = (): Stat | undefined => statOf(sys, arg);
  switch (op) {
    case 'n':
      return arg !== '';
    case 'z':
      return arg === '';
    case 'a':
    case 'e':
      return stat() !== undefined;
    case 'f':
      return stat()?.type === 'file';
    case 'd':
      return stat()?.type === 'dir';
    case 'b':
      return stat()?.type === 'block';
    case 'c':
      return stat()?.type === 'char';
    case 'p':
      return stat()?.type === 'fifo';
    case 'S':
      return stat()?.type === 'socket';
    case 'h':
    case 'L':
      return statOf(sys, arg, false)?.type === 'symlink';
    case 's':
      return (stat()?.size ?? 0) > 0;
    case 'r':
      return stat() !== undefined && sys.access(arg, { read: true });
    case 'w':
      return stat() !== undefined && sys.access(arg, { write: true });
    case 'x':
      return stat() !== undefined && sys.access(arg, { execute: true });
    case 'u':
      return ((stat()?.mode ?? 0) & 0o4000) !== 0;
    case 'g':
      return ((stat()?.mode ?? 0) & 0o2000) !== 0;
    case 'k':
      return ((stat()?.mode ?? 0) & 0o1000) !== 0;
    case 'O':
      return stat()?.uid === sys.uid;
    case 'G':
      return stat()?.gid === sys.gid;
    case 'N': {
      const s = stat();
      return s !== undefined && s.mtime > s.atime;
    }
    case 't': {
      const fd = Number(arg);
      return sys.fds().includes(fd) && sys.isatty(fd);
    }
    default:
      return false;
  }
}

const BINARY = ['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef'];

/** Evaluates the words of an expression. Throws `TestError`. */
export function evaluateTest(sys: Sys, args: readonly string[], flavour: Flavour): boolean {
  const busybox = flavour === 'busybox';
  const integer = (text: string): bigint => {
    if (!/^\s*[+-]?\d+\s*$/.test(text))
      throw new TestError(busybox ? `${text}: bad number` : `invalid integer ${quote(text)}`);
    return BigInt(text.trim().replace(/^\+/, ''));
  };
  const isUnary = (word: string | undefined): boolean =>
    word !== undefined && word.length === 2 && word[0] === '-' && UNARY.includes(word[1]!);
  const binary = (a: string, op: string, b: string): boolean => {
    switch (op) {
      case '=':
      case '==':
        return a === b;
      case '!=':
        return a !== b;
      case '<':
        return a < b;
      case '>':
        return a > b;
      case '-nt': {
        const [x, y] = [statOf(sys, a), statOf(sys, b)];
        return x !== undefined && (y === undefined || x.mtime > y.mtime);
      }
      case '-ot': {
        const [x, y] = [statOf(sys, a), statOf(sys, b)];
        return y !== undefined && (x === undefined || x.mtime < y.mtime);
      }
      case '-ef': {
        const [x, y] = [statOf(sys, a), statOf(sys, b)];
        return x !== undefined && y !== undefined && x.dev === y.dev && x.ino === y.ino;
      }
      default: {
        const [x, y] = [integer(a), integer(b)];
        return { '-eq': x === y, '-ne': x !== y, '-lt': x < y, '-le': x <= y, '-gt': x > y, '-ge': x >= y }[op]!;
      }
    }
  };
  // POSIX decides by the number of arguments up to four; beyond that the grammar.
  const few = (words: readonly string[]): boolean | undefined => {
    const [a, b, c] = words;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (isUnary(a)) return unary(sys, a![1]!, b!);
        if (!busybox)
          throw new TestError(
            a!.startsWith('-') && a!.length === 2
              ? `${quote(a!)}: unary operator expected`
              : `${quote(a!)}: unary operator expected`,
          );
        throw new TestError(`${a}: unknown operand`);
      case 3:
        if (BINARY.includes(b!)) return binary(a!, b!, c!);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !few(words.slice(1));
        if (a === '(' && c === ')') return b !== '';
        if (!busybox) throw new TestError(`${quote(b!)}: binary operator expected`);
        throw new TestError(`${b}: unknown operand`);
      case 4:
        if (a === '!') return !few(words.slice(1));
        if (a === '(' && words[3] === ')') return few([b!, c!]);
        return undefined;
      default:
        return undefined;
    }
  };
  const quick = few(args);
  if (quick !== undefined) return quick;
  let at = 0;
  const primary = (): boolean => {
    const word = args[at];
    if (word === undefined)
      throw new TestError(busybox ? 'argument expected' : `missing argument after ${quote(args.at(-1)!)}`);
    if (word === '!') {
      at++;
      return !primary();
    }
    if (word === '(') {
      at++;
      const value = or();
      if (args[at] !== ')') throw new TestError(busybox ? 'closing paren expected' : `')' expected`);
      at++;
      return value;
    }
    if (args[at + 1] !== undefined && BINARY.includes(args[at + 1]!) && args[at + 2] !== undefined) {
      at += 3;
      return binary(word, args[at - 2]!, args[at - 1]!);
    }
    if (isUnary(word) && args[at + 1] !== undefined) {
      at += 2;
      return unary(sys, word[1]!, args[at - 1]!);
    }
    at++;
    return word !== '';
  };
  const and = (): boolean => {
    let value = primary();
    while (args[at] === '-a') {
      at++;
      const right = primary();
      value = value && right;
    }
    return value;
  };
  const or = (): boolean => {
    let value = and();
    while (args[at] === '-o') {
      at++;
      const right = and();
      value = value || right;
    }
    return value;
  };
  const result = or();
  if (at < args.length)
    throw new TestError(busybox ? `${args[at]}: unknown operand` : `extra argument ${quote(args[at]!)}`);
  return result;
}
