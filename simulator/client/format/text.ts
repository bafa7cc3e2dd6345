/** Text measures and quoting as the Go programs do them. */

/** Columns a character takes on a terminal: East Asian wide and full-width forms take two. */
export function runeWidth(code: number): number {
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97c) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1f64f) ||
    (code >= 0x1f900 && code <= 0x1f9ff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Display width of a text. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const rune of text) width += runeWidth(rune.codePointAt(0) ?? 0);
  return width;
}

/** Cuts to `width` display columns, the last of them an ellipsis. */
export function ellipsis(text: string, width: number): string {
  if (width <= 0) return '';
  const runes = [...text];
  if (width === 1) return runes[0] ?? '';
  if (displayWidth(text) <= width) return text;
  let used = 0;
  let out = '';
  for (const rune of runes) {
    used += runeWidth(rune.codePointAt(0) ?? 0);
    if (used > width - 1) break;
    out += rune;
  }
  return `${out}…`;
}

/** The first 12 characters of an id, without the algorithm. */
export function shortId(id: string): string {
  const colon = id.indexOf(':');
  return (colon >= 0 ? id.slice(colon + 1) : id).slice(0, 12);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** strconv.Quote. */
export function goQuote(text: string): string {
  let out = '"';
  for (const rune of text) {
    const code = rune.codePointAt(0) ?? 0;
    if (rune === '"') out += '\\"';
    else if (ESCAPES[rune] !== undefined) out += ESCAPES[rune];
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code === 0xad || (code >= 0x80 && code < 0xa1) || (code >= 0x200b && code <= 0x200f) || code === 0xfeff) {
      out += `\\u${code.toString(16).padStart(4, '0')}`;
    } else out += rune;
  }
  return `${out}"`;
}

/** Compares as Go compares strings: by bytes of UTF-8, which is code point order. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i]?.codePointAt(0) ?? 0;
    const y = right[i]?.codePointAt(0) ?? 0;
    if (x !== y) return x - y;
  }
  return left.length - right.length;
}

/** Natural order: digit runs compare as numbers (`net2` before `net10`). */
export function compareNatural(a: string, b: string): number {
  const chunks = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const left = chunks(a);
  const right = chunks(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const difference = Number(x) - Number(y);
      if (difference !== 0) return difference;
      if (x.length !== y.length) return x.length - y.length;
    }
    return compareStrings(x, y);
  }
  return left.length - right.length;
}
