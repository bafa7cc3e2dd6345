/** Word expansion (POSIX 2.6): parameters, command substitution, arithmetic, field splitting, pathnames, quote removal. */
import type { Part, Word } from './ast.ts';
import { ArithmeticError, evaluate } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { ShellError } from './errors.ts';
import { glob } from './glob.ts';
import { escapePattern } from './pattern.ts';
import { parameter } from './parameter.ts';
import type { Shell } from './shell.ts';

interface Field {
  /** The text after quote removal. */
  text: string;
  /** The same with backslashes before quoted characters. */
  pattern: string;
  /** Whether unquoted glob characters are in it. */
  live: boolean;
}

const LIVE = /[*?[]|[+@!]\(/;

/** Collects the fields of one word. */
export class Fields {
  readonly done: Field[] = [];
  private current: Field | undefined;
  private readonly blanks: string;
  private readonly marks: string;
  /** No splitting: everything becomes one field. */
  readonly whole: boolean;
  private gap = false;

  constructor(ifs: string, whole: boolean) {
    this.blanks = [...ifs].filter((c) => ' \t\n'.includes(c)).join('');
    this.marks = [...ifs].filter((c) => !' \t\n'.includes(c)).join('');
    this.whole = whole;
  }

  private get open(): Field {
    this.gap = false;
    return (this.current ??= { text: '', pattern: '', live: false });
  }
  quoted(s: string): void {
    const field = this.open;
    field.text += s;
    field.pattern += escapePattern(s);
  }
  /** Unquoted text that is not split. */
  literal(s: string): void {
    if (s === '') return;
    const field = this.open;
    field.text += s;
    field.pattern += s;
    field.live ||= LIVE.test(s);
  }
  /** The result of an unquoted expansion: split at IFS. */
  split(s: string): void {
    if (this.whole || (this.blanks === '' && this.marks === '')) {
      this.literal(s);
      return;
    }
    let from = 0;
    const flush = (to: number) => {
      if (to > from) this.literal(s.slice(from, to));
    };
    for (let i = 0; i < s.length; i++) {
      const c = s[i]!;
      if (this.blanks.includes(c)) {
        flush(i);
        if (this.current) {
          this.cut();
          this.gap = true;
        }
        from = i + 1;
      } else if (this.marks.includes(c)) {
        flush(i);
        if (this.current) this.cut();
        else if (this.gap) this.gap = false;
        else this.done.push({ text: '', pattern: '', live: false });
        from = i + 1;
      }
    }
    flush(s.length);
  }
  /** Ends the current field. */
  cut(): void {
    if (this.current) this.done.push(this.current);
    this.current = undefined;
  }
  finish(): Field[] {
    this.cut();
    return this.done;
  }
}

export interface Context {
  /** Inside double quotes. */
  readonly dq: boolean;
  /** Literal text is split too: the word of an unquoted `${x:-a b}`. */
  readonly loose?: boolean;
  /** Where tildes are live: at the start, and in assignments after each colon. */
  readonly tilde?: 'word' | 'assign' | undefined;
}

/** Expands parts into fields. */
export async function expandInto(sh: Shell, parts: readonly Part[], out: Fields, context: Context): Promise<void> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    switch (part.t) {
      case 'lit':
        if (context.dq) out.quoted(part.s);
        else if (part.s.includes('~') && context.tilde)
          await tildes(sh, part.s, i === 0, i === parts.length - 1, out, context);
        else if (context.loose) out.split(part.s);
        else out.literal(part.s);
        break;
      case 'quo':
        out.quoted(part.s);
        break;
      case 'dq': {
        const before = out.done.length;
        if (!part.parts.some((p) => p.t === 'param' && (p.name === '@' || isAll(p.index)))) out.quoted('');
        await expandInto(sh, part.parts, out, { dq: true });
        if (part.parts.length > 1 && out.done.length === before) out.quoted('');
        break;
      }
      case 'param':
        await parameter(sh, part, out, context);
        break;
      case 'cmd': {
        const text = await sh.capture(part.body);
        if (context.dq) out.quoted(text);
        else out.split(text);
        break;
      }
      case 'arith': {
        const text = (await arithmetic(sh, part.parts)).toString();
        if (context.dq) out.quoted(text);
        else out.split(text);
        break;
      }
      case 'proc':
        out.literal(await sh.processSubstitution(part.dir, part.body));
        break;
    }
  }
}

/** Whether a subscript stands for all elements. */
export function isAll(index: readonly Part[] | undefined): '@' | '*' | undefined {
  if (index?.length !== 1) return undefined;
  const [only] = index;
  return only!.t === 'lit' && (only!.s === '@' || only!.s === '*') ? only!.s : undefined;
}

async function tildes(
  sh: Shell,
  s: string,
  first: boolean,
  last: boolean,
  out: Fields,
  context: Context,
): Promise<void> {
  // bash takes a word that looks like an assignment for one.
  const assigned =
    first && context.tilde === 'word' && sh.flavour === 'bash' ? /^[A-Za-z_]\w*=/.exec(s)?.[0] : undefined;
  if (assigned !== undefined) {
    out.literal(assigned);
    s = s.slice(assigned.length);
  }
  const pieces = assigned !== undefined || context.tilde === 'assign' ? s.split(/(?<=:)/) : [s];
  pieces.forEach((piece, i) => {
    const m =
      (first || i > 0) && (last || i < pieces.length - 1 || piece.includes('/')) ? /^~([^/:]*)/.exec(piece) : null;
    const home = m && sh.home(m[1]!);
    if (home === undefined || home === null) out.literal(piece);
    else {
      out.quoted(home);
      out.literal(piece.slice(m![0].length));
    }
  });
}

function fields(sh: Shell, whole: boolean): Fields {
  return new Fields(sh.ifs, whole);
}

/** Expands words into the arguments of a command. */
export async function expandWords(sh: Shell, words: readonly Word[]): Promise<string[]> {
  const args: string[] = [];
  for (const word of words) {
    if (word.assign) {
      args.push(await expandAssignWord(sh, word));
      continue;
    }
    const only = word.parts.length === 1 ? word.parts[0]! : undefined;
    if (only?.t === 'lit' && !/[~*?[{(]/.test(only.s)) {
      args.push(only.s);
      continue;
    }
    const variants =
      sh.flavour === 'bash' && sh.options.braceexpand
        ? expandBraces(word.parts, (n) => sh.tooManyWords(n))
        : [word.parts];
    for (const parts of variants) {
      const out = fields(sh, false);
      await expandInto(sh, parts, out, { dq: false, tilde: 'word' });
      for (const field of out.finish()) {
        if (!field.live || sh.options.noglob) {
          args.push(field.text);
          continue;
        }
        const found = glob(sh.sys, field.pattern, sh.globOptions);
        if (found.length) for (const path of found) args.push(path);
        else if (sh.shopt('failglob')) throw new ShellError(`no match: ${field.text}`, 1, 'discard');
        else if (!sh.shopt('nullglob')) args.push(field.text);
      }
    }
  }
  return args;
}

async function expandAssignWord(sh: Shell, word: Word): Promise<string> {
  const { name, append, value } = word.assign!;
  return `${name}${append ? '+' : ''}=${await expandString(sh, value, 'assign')}`;
}

/** Expands a word into one string, without splitting and pathnames. */
export async function expandString(
  sh: Shell,
  word: Word,
  tilde: 'word' | 'assign' | undefined = 'word',
): Promise<string> {
  return expandText(sh, word.parts, tilde);
}

/** Expands parts into one string. */
export async function expandText(
  sh: Shell,
  parts: readonly Part[],
  tilde?: 'word' | 'assign',
  dq = false,
): Promise<string> {
  if (parts.length === 1 && parts[0]!.t === 'lit' && !parts[0]!.s.includes('~')) return parts[0]!.s;
  const out = fields(sh, true);
  await expandInto(sh, parts, out, { dq, tilde });
  return out
    .finish()
    .map((f) => f.text)
    .join(' ');
}

/** Expands a word into a pattern in which quoted characters have backslashes. */
export async function expandPattern(sh: Shell, parts: readonly Part[]): Promise<string> {
  const out = fields(sh, true);
  await expandInto(sh, parts, out, { dq: false, tilde: 'word' });
  return out
    .finish()
    .map((f) => f.pattern)
    .join(' ');
}

/** Expands and evaluates an arithmetic expression. */
export async function arithmetic(sh: Shell, parts: readonly Part[]): Promise<bigint> {
  return evaluateText(sh, await arithmeticText(sh, parts));
}

/** The text of an arithmetic expression, after `$` expansions. */
export async function arithmeticText(sh: Shell, parts: readonly Part[]): Promise<string> {
  const plain = parts.map((p): Part => (p.t === 'dq' ? { t: 'dq', parts: p.parts } : p));
  return expandText(sh, plain, undefined, true);
}

/** Evaluates an expression, with the errors worded as the flavour does. */
export function evaluateText(sh: Shell, text: string): bigint {
  try {
    return evaluate(text, sh.arithmeticScope, sh.flavour);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    throw sh.arithmeticError(error, text);
  }
}
