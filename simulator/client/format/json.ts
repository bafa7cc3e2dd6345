/** JSON as Go's encoding/json writes it. */
import { NIL } from '../template/values.ts';

/** Marshals with sorted map keys (JSON objects stand for Go maps); `html` escapes <, > and & as json.Marshal does. */
export function marshal(value: unknown, options: { html?: boolean; sort?: boolean } = {}): string {
  const text = write(value, options.sort ?? true);
  return options.html === false ? text : escapeHtml(text);
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function write(value: unknown, sort: boolean): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(0) : String(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && NIL in value) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => write(item, sort)).join(',')}]`;
  if (typeof value === 'object') {
    if ('toJson' in value && typeof value.toJson === 'function') {
      const inner = value as { toJson: () => unknown; ordered?: boolean; escaped?: boolean };
      const text = write(inner.toJson(), inner.ordered === true ? false : sort);
      // A type with a MarshalJSON of its own escapes whatever the encoder was told.
      return inner.escaped === true ? escapeHtml(text) : text;
    }
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (sort) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${quote(key)}:${write(item, sort)}`).join(',')}}`;
  }
  return 'null';
}

function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** json.Indent: the same tokens, laid out with `indent`; an empty object or array stays on its line. */
export function indentJson(source: string, indent: string): string {
  let out = '';
  let depth = 0;
  let needIndent = false;
  const newline = (): string => `\n${indent.repeat(depth)}`;
  for (let i = 0; i < source.length; i++) {
    const char = source[i] ?? '';
    if (char === ' ' || char === '\t' || char === '\n' || char === '\r') continue;
    if (needIndent && char !== ']' && char !== '}') {
      needIndent = false;
      depth++;
      out += newline();
    }
    if (char === '"') {
      let end = i + 1;
      while (end < source.length && source[end] !== '"') end += source[end] === '\\' ? 2 : 1;
      out += source.slice(i, end + 1);
      i = end;
    } else if (char === '{' || char === '[') {
      needIndent = true;
      out += char;
    } else if (char === ',') {
      out += char + newline();
    } else if (char === ':') {
      out += ': ';
    } else if (char === '}' || char === ']') {
      if (needIndent) needIndent = false;
      else {
        depth--;
        out += newline();
      }
      out += char;
    } else out += char;
  }
  return out;
}

/** json.Compact: the same tokens without white space. */
export function compactJson(source: string): string {
  return source.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_all, text: string | undefined) => text ?? '');
}
