/** Go's notions of space, quoting and numbers, which BuildKit's messages and word splitting follow. */

const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Whether `ch` (one character) is white space for Go's unicode.IsSpace. */
export const isSpace = (ch: string): boolean => ch === ' ' || ch === '\t' || SPACE.test(ch);

/** Offset of the first character from `from` on that is no space. */
export function skipSpace(text: string, from: number): number {
  let i = from;
  while (i < text.length && isSpace(text[i]!)) i++;
  return i;
}

/** Offset after the last character before `to` that is no space. */
export function skipSpaceBack(text: string, to: number): number {
  let i = to;
  while (i > 0 && isSpace(text[i - 1]!)) i--;
  return i;
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  const from = skipSpace(text, 0);
  return text.slice(from, Math.max(from, skipSpaceBack(text, text.length)));
}

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** strconv.Quote: the text between double quotes with Go's escapes. */
export function goQuote(text: string): string {
  let out = '"';
  for (const ch of text) {
    const code = ch.codePointAt(0)!;
    const escape = ESCAPES[ch];
    if (escape !== undefined) out += escape;
    else if ((code >= 0x20 && code < 0x7f) || (code > 0x7f && PRINTABLE.test(ch))) out += ch;
    else if (code < 0x80) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return out + '"';
}

/** A list of strings as fmt's `%q` shows it. */
export const goQuoteList = (list: readonly string[]): string => `[${list.map(goQuote).join(' ')}]`;

/** A list of strings as fmt's `%v` shows it. */
export const goList = (list: readonly string[]): string => `[${list.join(' ')}]`;
