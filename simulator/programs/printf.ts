/** The format language of printf(1), shared by the tool and whoever else formats with it. */
import { byteString } from './text.ts';

export interface PrintfResult {
  /** Byte string. */
  readonly output: string;
  readonly errors: readonly string[];
  /** `\c` was met: nothing more is printed. */
  readonly stopped: boolean;
}

const SIMPLE: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** Expands backslash escapes of a byte string; `echo` style octals need a leading nought. */
export function unescape(text: string, style: 'printf' | 'echo'): { text: string; stopped: boolean } {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '\\' || at === text.length - 1) {
      out += text[at];
      continue;
    }
    const rest = text.slice(at + 1);
    const c = rest[0]!;
    let match: RegExpExecArray | null;
    if (c === 'c') return { text: out, stopped: true };
    if ((match = style === 'printf' ? /^[0-7]{1,3}/.exec(rest) : /^0[0-7]{0,3}/.exec(rest))) {
      out += String.fromCharCode(parseInt(match[0], 8) & 255);
      at += match[0].length;
    } else if ((match = /^x([0-9a-fA-F]{1,2})/.exec(rest))) {
      out += String.fromCharCode(parseInt(match[1]!, 16));
      at += match[0].length;
    } else if ((match = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest))) {
      out += byteString(String.fromCodePoint(parseInt((match[1] ?? match[2])!, 16)));
      at += match[0].length;
    } else if (c in SIMPLE && (c !== '"' || style === 'printf')) {
      out += SIMPLE[c]!;
      at++;
    } else out += '\\';
  }
  return { text: out, stopped: false };
}

const pad = (text: string, width: number, flags: string): string =>
  flags.includes('-') ? text.padEnd(width) : text.padStart(width);

function integer(
  value: bigint,
  base: 8n | 10n | 16n,
  flags: string,
  width: number,
  precision: number,
  upper: boolean,
): string {
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(Number(base));
  if (upper) digits = digits.toUpperCase();
  if (precision >= 0) digits = value === 0n && precision === 0 ? '' : digits.padStart(precision, '0');
  let prefix = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('#') && value !== 0n) prefix += base === 16n ? (upper ? '0X' : '0x') : base === 8n ? '0' : '';
  if (flags.includes('0') && !flags.includes('-') && precision < 0)
    digits = digits.padStart(width - prefix.length, '0');
  return pad(prefix + digits, width, flags);
}

/** Formats a number as C's %e, %f and %g do. */
export function float(value: number, kind: string, flags: string, width: number, precision: number): string {
  const upper = kind === kind.toUpperCase();
  const lower = kind.toLowerCase();
  let digits: string;
  const size = Math.abs(value);
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? 'nan' : 'inf';
  else if (lower === 'f') digits = size.toFixed(Math.min(100, precision < 0 ? 6 : precision));
  else if (lower === 'e') digits = exponent(size.toExponential(precision < 0 ? 6 : precision));
  else {
    const p = precision < 0 ? 6 : precision || 1;
    const e = size === 0 ? 0 : Number(size.toExponential(p - 1).split('e')[1]);
    digits = e < -4 || e >= p ? exponent(size.toExponential(p - 1)) : size.toFixed(Math.max(0, p - 1 - e));
    if (!flags.includes('#') && digits.includes('.')) digits = digits.replace(/\.?0+(e|$)/, '$1');
  }
  if (upper) digits = digits.toUpperCase();
  const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('0') && !flags.includes('-') && Number.isFinite(value))
    digits = digits.padStart(width - sign.length, '0');
  return pad(sign + digits, width, flags);
}

/** Reads a number as strtol/strtod do; tells what is wrong with it. */
export function numberArgument(text: string): { value: number; big: bigint; error?: 'expected' | 'partly' } {
  if (/^["']./.test(text)) {
    const code = text.codePointAt(1)!;
    return { value: code, big: BigInt(code) };
  }
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]+(?![\d.])|\d*\.?\d*(?:[eE][+-]?\d+)?|inf|nan)/i.exec(text)!;
  const body = match[2]!;
  if (body === '' || body === '.') return { value: 0, big: 0n, ...(text === '' ? {} : { error: 'expected' as const }) };
  const sign = match[1] === '-' ? -1 : 1;
  const octal = /^0[0-7]+$/.test(body);
  const whole = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(body);
  const big = whole ? BigInt(octal ? `0o${body.slice(1)}` : body) * BigInt(sign) : 0n;
  const value = whole ? Number(big) : sign * (/^inf/i.test(body) ? Infinity : Number(body));
  const partly = match[0].length < text.length;
  return {
    value,
    big: whole ? big : Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n,
    ...(partly ? { error: 'partly' as const } : {}),
  };
}

const DIRECTIVE = /^%([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:hh|ll|[hlLjzt])?([diouxXeEfFgGaAcsbq%])/;

/** Formats `args` by `format`, again and again until all are used. */
export function formatPrintf(
  format: string,
  args: readonly string[],
  quoteWord: (word: string) => string = (w) => w,
): PrintfResult {
  const errors: string[] = [];
  const source = byteString(format);
  let out = '';
  let next = 0;
  const take = (): string | undefined => args[next++];
  const number = (whole = false): { value: number; big: bigint } => {
    const text = take();
    if (text === undefined) return { value: 0, big: 0n };
    const result = numberArgument(text);
    if (result.error === 'expected') errors.push(`${quoteWord(text)}: expected a numeric value`);
    if (result.error === 'partly' || (whole && !result.error && /^\s*[-+]?\d+[.eE]/.test(text)))
      errors.push(`${quoteWord(text)}: value not completely converted`);
    return result;
  };
  do {
    const before = next;
    let at = 0;
    while (at < source.length) {
      const c = source[at]!;
      if (c === '\\') {
        const match = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[^])?/.exec(
          source.slice(at),
        )!;
        const piece = unescape(match[0], 'printf');
        out += piece.text;
        if (piece.stopped) return { output: out, errors, stopped: true };
        at += match[0].length;
        continue;
      }
      if (c !== '%') {
        out += c;
        at++;
        continue;
      }
      const match = DIRECTIVE.exec(source.slice(at));
      if (!match) {
        const bad = /^%[-+ 0#']*\d*(?:\.\d*)?[^]?/.exec(source.slice(at))![0];
        errors.push(`${bad}: invalid conversion specification`);
        return { output: out, errors, stopped: true };
      }
      at += match[0].length;
      let flags = match[1]!;
      const kind = match[4]!;
      if (kind === '%') {
        out += '%';
        continue;
      }
      let width = match[2] === '*' ? number().value : Number(match[2] ?? 0);
      if (width < 0) {
        flags += '-';
        width = -width;
      }
      const dotted = match[0].includes('.');
      const precision = match[3] === '*' ? number().value : dotted ? Number(match[3] ?? 0) : -1;
      switch (kind) {
        case 'd':
        case 'i':
          out += integer(number(true).big, 10n, flags, width, precision, false);
          break;
        case 'o':
        case 'u':
        case 'x':
        case 'X': {
          const value = BigInt.asUintN(64, number(true).big);
          out += integer(
            value,
            kind === 'o' ? 8n : kind === 'u' ? 10n : 16n,
            flags.replace(/[+ ]/g, ''),
            width,
            precision,
            kind === 'X',
          );
          break;
        }
        case 'c':
          out += pad(byteString(take() ?? '').slice(0, 1), width, flags);
          break;
        case 's': {
          const text = byteString(take() ?? '');
          out += pad(precision >= 0 ? text.slice(0, precision) : text, width, flags);
          break;
        }
        case 'b': {
          const piece = unescape(byteString(take() ?? ''), 'echo');
          out += pad(precision >= 0 ? piece.text.slice(0, precision) : piece.text, width, flags);
          if (piece.stopped) return { output: out, errors, stopped: true };
          break;
        }
        case 'q':
          out += pad(byteString(quoteWord(take() ?? '')), width, flags);
          break;
        default:
          out += float(number().value, kind, flags, width, precision);
      }
    }
    if (next === before) break;
  } while (next < args.length);
  return { output: out, errors, stopped: false };
}
