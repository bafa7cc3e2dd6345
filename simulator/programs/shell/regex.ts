/** POSIX extended regular expressions, in JavaScript's. */

const CLASSES: Record<string, string> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}0-9',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: '\\x20-\\x7e\\u00a0-\\u{10ffff}',
  graph: '\\x21-\\x7e\\u00a1-\\u{10ffff}',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/** Translates an expression (quoted characters with backslashes). Throws SyntaxError where it is wrong. */
export function posixRegex(pattern: string, fold: boolean): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\') {
      const d = pattern[++i];
      if (d === undefined) throw new SyntaxError('trailing backslash');
      out += /[\w\s]/.test(d)
        ? 'wWsSbB'.includes(d)
          ? `\\${d}`
          : d
        : d === '<'
          ? '\\b(?=\\w)'
          : d === '>'
            ? '\\b(?<=\\w)'
            : /[\\^$.*+?()[\]{}|/]/.test(d)
              ? `\\${d}`
              : d;
    } else if (c === '[') {
      let set = '[';
      i++;
      if (pattern[i] === '^') {
        set += '^';
        i++;
      }
      for (let first = true; first || pattern[i] !== ']'; first = false, i++) {
        const d = pattern[i];
        if (d === undefined) throw new SyntaxError('unmatched [');
        const m = d === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i, i + 12)) : null;
        if (m) {
          if (!CLASSES[m[1]!]) throw new SyntaxError('invalid class');
          set += CLASSES[m[1]!];
          i += m[0].length - 1;
        } else if (d === '\\' && pattern[i + 1] !== undefined && /[\\*?[\]!^+@()|-]/.test(pattern[i + 1]!)) {
          i++;
          set += `\\${pattern[i] === '!' || pattern[i] === '+' || pattern[i] === '@' || pattern[i] === '*' || pattern[i] === '?' ? `x${pattern.charCodeAt(i).toString(16)}` : pattern[i]}`;
        } else set += d === '-' ? '-' : /[\\[\]()/|{}]/.test(d) ? `\\${d}` : d;
      }
      out += `${set}]`;
    } else if (c === '{' && !/^\{\d+(,\d*)?\}/.test(pattern.slice(i))) out += '\\{';
    else if (c === '}' && !/\{\d+(,\d*)?$/.test(pattern.slice(0, i))) out += '\\}';
    else if (c === ']' || c === '/') out += `\\${c}`;
    else out += c;
  }
  return new RegExp(out, fold ? 'iu' : 'u');
}
