/** fmt.Sprintf for the values of templates. */
import { goQuote } from '../format/text.ts';
import { GoObject, isList, isMap, printInner, typeName, type Value } from './values.ts';

const SPEC = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])/g;

/** Formats `format` with `args`; wrong verbs and counts give fmt's `%!` notes. */
export function sprintf(format: string, args: readonly Value[]): string {
  let next = 0;
  let out = format.replace(
    SPEC,
    (spec, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (width === '*') width = String(args[next++] ?? '');
      const hasPoint = spec.includes('.');
      if (precision === '*') precision = String(args[next++] ?? '');
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const value = args[next++];
      const digits = hasPoint ? Number(precision ?? 0) : undefined;
      return pad(one(verb, flags, digits, value), flags, Number(width ?? 0), value, verb);
    },
  );
  if (next < args.length) {
    const extra = args.slice(next).map((arg) => `${typeName(arg)}=${printInner(arg)}`);
    out += `%!(EXTRA ${extra.join(', ')})`;
  }
  return out;
}

function pad(text: string, flags: string, width: number, value: Value, verb: string): string {
  const length = [...text].length;
  if (length >= width) return text;
  if (flags.includes('-')) return text + ' '.repeat(width - length);
  if (flags.includes('0') && typeof value === 'number' && verb !== 's' && verb !== 'q') {
    const sign = /^[+-]/.test(text) ? text.slice(0, 1) : '';
    return sign + '0'.repeat(width - length) + text.slice(sign.length);
  }
  return ' '.repeat(width - length) + text;
}

function wrong(verb: string, value: Value): string {
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${printInner(value)})`;
}

function one(verb: string, flags: string, precision: number | undefined, value: Value): string {
  if (verb === 'T') return typeName(value);
  if (isList(value) && verb !== 'v') return `[${value.map((item) => one(verb, flags, precision, item)).join(' ')}]`;
  if (isMap(value) && verb !== 'v') {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${one(verb, flags, precision, key)}:${one(verb, flags, precision, value[key])}`).join(' ')}]`;
  }
  const text = value instanceof GoObject ? value.print() : value;
  switch (verb) {
    case 'v':
      if (typeof text === 'string' && value === text && flags.includes('#')) return goQuote(text);
      if (typeof text === 'number' && flags.includes('+') && text >= 0) return `+${printInner(text)}`;
      return printInner(text);
    case 's':
      if (typeof text !== 'string') return wrong(verb, text);
      return precision === undefined ? text : [...text].slice(0, precision).join('');
    case 'q':
      if (typeof text === 'string') return goQuote(text);
      return typeof text === 'number' ? `'${String.fromCodePoint(text)}'` : wrong(verb, text);
    case 't':
      return typeof text === 'boolean' ? String(text) : wrong(verb, text);
    case 'd':
      if (typeof text !== 'number' || !Number.isInteger(text)) return wrong(verb, text);
      return (flags.includes('+') && text >= 0 ? '+' : '') + text.toFixed(0);
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      const base = verb === 'b' ? 2 : verb === 'o' ? 8 : 16;
      let digits: string;
      if (typeof text === 'number' && Number.isInteger(text))
        digits = (flags.includes('#') && base === 16 ? '0x' : '') + text.toString(base);
      else if (typeof text === 'string' && base === 16) {
        digits = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      } else return wrong(verb, text);
      return verb === 'X' ? digits.toUpperCase() : digits;
    }
    case 'f':
    case 'F':
      return typeof text === 'number' ? text.toFixed(precision ?? 6) : wrong(verb, text);
    case 'e':
      return typeof text === 'number'
        ? text.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
        : wrong(verb, text);
    case 'g':
      return typeof text === 'number' ? printInner(text) : wrong(verb, text);
    case 'c':
      return typeof text === 'number' ? String.fromCodePoint(text) : wrong(verb, text);
    case 'U':
      return typeof text === 'number' ? `U+${text.toString(16).toUpperCase().padStart(4, '0')}` : wrong(verb, text);
    default:
      return wrong(verb, text);
  }
}
