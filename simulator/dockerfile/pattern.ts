/** Patterns of `${name#pattern}` and its relatives: only `*` and `?` are special. */

function toRegExp(pattern: string, greedy: boolean, anchored: boolean): RegExp {
  let out = anchored ? '^' : '';
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i++) {
    let ch = chars[i]!;
    if (ch === '*') {
      out += greedy ? '[^\\n]*' : '[^\\n]*?';
      continue;
    }
    if (ch === '?') {
      out += '[^\\n]';
      continue;
    }
    if (ch === '\\') {
      const next = chars[i + 1];
      // these two are escaped for ${} itself, not for the pattern
      if (next === '}' || next === '/') continue;
      i++;
      ch = next ?? '\ufffd';
      if (ch !== '*' && ch !== '?' && ch !== '\\') throw new Error(`invalid escape '\\${ch}'`);
    }
    out += ch.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return new RegExp(out, 'u');
}

/** Removes the shortest (`greedy`: longest) prefix that matches. */
export function trimPrefix(pattern: string, value: string, greedy: boolean): string {
  const match = toRegExp(pattern, greedy, true).exec(value);
  return match ? value.slice(match[0].length) : value;
}

/** The pattern read backwards; an escape stays before its character. */
function reversePattern(pattern: string): string {
  const tokens: string[] = [];
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i++) {
    const token = chars[i] === '\\' && i + 1 < chars.length ? chars[i]! + chars[++i]! : chars[i]!;
    tokens.push(token);
  }
  return tokens.reverse().join('');
}
const reverse = (text: string): string => Array.from(text).reverse().join('');

/** Removes the shortest (`greedy`: longest) suffix that matches: a prefix of the text read backwards. */
export const trimSuffix = (pattern: string, value: string, greedy: boolean): string =>
  reverse(trimPrefix(reversePattern(pattern), reverse(value), greedy));

/** In the all-form the replacement is a template of Go's regexp: `$0` is the match, other `$names` are empty. */
const fillTemplate = (template: string, match: string): string =>
  template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, plain: string | undefined) =>
    braced === undefined && plain === undefined ? '$' : /^0+$/.test(braced ?? plain!) ? match : '',
  );

/** `${name/pattern/replacement}`; with `all` every match that does not touch the one before. */
export function replacePattern(pattern: string, value: string, replacement: string, all: boolean): string {
  const regexp = toRegExp(pattern, true, false);
  if (!all) {
    const match = regexp.exec(value);
    return match ? value.slice(0, match.index) + replacement + value.slice(match.index + match[0].length) : value;
  }
  const every = new RegExp(regexp.source, 'ug');
  let out = '';
  let copied = 0;
  let last = -1;
  for (const match of value.matchAll(every)) {
    if (match[0] === '' && match.index === last) continue;
    out += value.slice(copied, match.index) + fillTemplate(replacement, match[0]);
    copied = last = match.index + match[0].length;
  }
  return out + value.slice(copied);
}
