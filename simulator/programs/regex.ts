/** POSIX regular expressions (BRE and ERE with GNU's extensions) as JavaScript ones. */

export class RegexError extends Error {}

export interface RegexOptions {
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
  /** Match every occurrence (`g`). */
  readonly global?: boolean;
  /** `^` and `$` match at line breaks (sed's M). */
  readonly multiline?: boolean;
}

const CLASSES: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

const escapeChar = (c: string): string => (/[.*+?^${}()|[\]\\/-]/.test(c) ? `\\${c}` : c === '\n' ? '\\n' : c);
const escapeInClass = (c: string): string => (/[\\\]^-]/.test(c) ? `\\${c}` : c === '\n' ? '\\n' : c);

/** Reads a bracket expression from `[`; gives the JavaScript class and where it ends. */
export function bracket(pattern: string, start: number): [string, number] {
  let at = start + 1;
  let out = '[';
  if (pattern[at] === '^') {
    out += '^';
    at++;
  }
  let first = true;
  for (;;) {
    const c = pattern[at];
    if (c === undefined) throw new RegexError('Unmatched [, [^, [:, [., or [=');
    if (c === ']' && !first) return [out === '[' ? '(?!)' : `${out}]`, at + 1];
    first = false;
    if (c === '[' && (pattern[at + 1] === ':' || pattern[at + 1] === '.' || pattern[at + 1] === '=')) {
      const kind = pattern[at + 1]!;
      const end = pattern.indexOf(`${kind}]`, at + 2);
      if (end < 0) throw new RegexError('Unmatched [, [^, [:, [., or [=');
      const name = pattern.slice(at + 2, end);
      if (kind === ':') {
        if (!(name in CLASSES)) throw new RegexError('Invalid character class name');
        out += CLASSES[name]!;
      } else out += escapeInClass(name);
      at = end + 2;
      continue;
    }
    if (pattern[at + 1] === '-' && pattern[at + 2] !== undefined && pattern[at + 2] !== ']') {
      let to = pattern[at + 2]!;
      let next = at + 3;
      if (to === '[' && pattern[at + 3] === '.') {
        const end = pattern.indexOf('.]', at + 4);
        to = pattern.slice(at + 4, end);
        next = end + 2;
      }
      if (to < c) throw new RegexError('Invalid range end');
      out += `${escapeInClass(c)}-${escapeInClass(to)}`;
      at = next;
      continue;
    }
    out += escapeInClass(c);
    at++;
  }
}

/** Source of the JavaScript expression for a POSIX one. */
export function translate(pattern: string, extended: boolean): string {
  const out: string[] = [];
  const groups: number[] = [];
  let closed = 0;
  /** Whether the last piece may take a quantifier, and whether it has one. */
  let atom: 'none' | 'plain' | 'quantified' = 'none';
  let at = 0;
  const quantify = (quantifier: string): void => {
    if (atom === 'quantified') out.push(`(?:${out.pop()!})${quantifier}`);
    else out.push(out.pop()! + quantifier);
    atom = 'quantified';
  };
  const push = (piece: string, can: boolean): void => {
    out.push(piece);
    atom = can ? 'plain' : 'none';
  };
  const open = (): void => {
    groups.push(out.length);
    push('(', false);
  };
  const close = (): void => {
    const from = groups.pop();
    if (from === undefined) throw new RegexError('Unmatched ) or \\)');
    closed++;
    const body = out.splice(from).join('');
    push(`${body})`, true);
  };
  const interval = (escaped: boolean): boolean => {
    const end = escaped ? pattern.indexOf('\\}', at) : pattern.indexOf('}', at);
    const body = end < 0 ? undefined : /^(\d*)(,?)(\d*)$/.exec(pattern.slice(at, end));
    if (!body || (body[1] === '' && body[2] === '')) {
      if (escaped) throw new RegexError(end < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}');
      return false;
    }
    const [, from, comma, to] = body;
    if (to !== '' && Number(from) > Number(to)) throw new RegexError('Invalid content of \\{\\}');
    if (Number(from) > 32767 || Number(to) > 32767) throw new RegexError('Regular expression too big');
    at = end + (escaped ? 2 : 1);
    quantify(`{${from === '' ? '0' : from}${comma}${to}}`);
    return true;
  };
  while (at < pattern.length) {
    const c = pattern[at]!;
    const isStart = out.length === 0 || ['(', '|'].includes(out.at(-1)!) || (atom === 'none' && out.at(-1) === '^');
    if (c === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) throw new RegexError('Trailing backslash');
      at += 2;
      if (!extended && '(){}|+?'.includes(next)) {
        if (next === '(') open();
        else if (next === ')') close();
        else if (next === '|') push('|', false);
        else if (next === '{') {
          if (atom === 'none') throw new RegexError('Invalid preceding regular expression');
          interval(true);
        } else if (next === '}') push('\\}', true);
        else if (atom === 'none') push(`\\${next}`, true);
        else quantify(next);
      } else if (/[1-9]/.test(next)) {
        if (Number(next) > closed) throw new RegexError('Invalid back reference');
        push(`(?:\\${next})`, true);
      } else if (next === '<') push('\\b(?=\\w)', false);
      else if (next === '>') push('\\b(?<=\\w)', false);
      else if (next === 'b' || next === 'B') push(`\\${next}`, false);
      else if ('wWsS'.includes(next)) push(`\\${next}`, true);
      else if (next === '`') push('(?<![^])', false);
      else if (next === "'") push('(?![^])', false);
      else if (next === 'n') push('\\n', true);
      else if (next === 't') push('\\t', true);
      else push(escapeChar(next), true);
      continue;
    }
    at++;
    if (c === '[') {
      const [source, end] = bracket(pattern, at - 1);
      at = end;
      push(source, true);
    } else if (c === '.') push('[^\\n]', true);
    else if (c === '*') {
      if (isStart && (!extended || out.length === 0 || out.at(-1) === '(' || out.at(-1) === '|')) push('\\*', true);
      else if (atom === 'none') continue;
      else quantify('*');
    } else if (extended && (c === '+' || c === '?')) {
      if (atom === 'none') {
        if (isStart) continue;
      } else quantify(c);
    } else if (extended && c === '{') {
      if (atom === 'none' || !interval(false)) push('\\{', true);
    } else if (extended && c === '(') open();
    else if (extended && c === ')') {
      if (groups.length === 0) throw new RegexError('Unmatched ) or \\)');
      close();
    } else if (extended && c === '|') push('|', false);
    else if (c === '^') {
      if (extended || isStart) push('^', false);
      else push('\\^', true);
    } else if (c === '$') {
      const rest = pattern.slice(at);
      if (extended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|')) push('$', false);
      else push('\\$', true);
    } else push(escapeChar(c), true);
  }
  if (groups.length > 0) throw new RegexError('Unmatched ( or \\(');
  return out.join('');
}

/** Compiles a POSIX expression. Throws `RegexError` with regcomp(3)'s text. */
export function compile(pattern: string, options: RegexOptions = {}): RegExp {
  const source = translate(pattern, options.extended ?? false);
  const flags = `${options.ignoreCase ? 'i' : ''}${options.global ? 'g' : ''}${options.multiline ? 'm' : ''}`;
  try {
    return new RegExp(source, flags);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RegexError('Invalid regular expression');
    throw error;
  }
}

/** A shell pattern (fnmatch(3)) as an expression that matches whole strings. */
export function globRegex(
  glob: string,
  options: { ignoreCase?: boolean; slash?: boolean; period?: boolean } = {},
): RegExp {
  let out = '';
  let at = 0;
  const any = options.slash ? '[^/]' : '[^]';
  while (at < glob.length) {
    const c = glob[at++]!;
    if (c === '*') {
      while (glob[at] === '*') at++;
      out += `${any}*`;
    } else if (c === '?') out += any;
    else if (c === '\\' && at < glob.length) out += escapeChar(glob[at++]!);
    else if (c === '[') {
      const negated = glob[at] === '!' || glob[at] === '^';
      try {
        const source = glob.slice(0, at) + (negated ? `^${glob.slice(at + 1)}` : glob.slice(at));
        const [text, end] = bracket(source, at - 1);
        out += text;
        at = end;
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        out += '\\[';
      }
    } else out += escapeChar(c);
  }
  return new RegExp(`^${options.period ? '(?!\\.)' : ''}${out}$`, options.ignoreCase ? 'i' : '');
}
