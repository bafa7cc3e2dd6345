/** Sizes and durations as Docker prints and reads them. */

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];
const SUFFIXES = 'kmgtp';

/** C's and Go's `%.<precision>g`: significant digits, no trailing zeros, an exponent when it is shorter so. */
export function formatG(value: number, precision: number): string {
  if (value === 0) return '0';
  const text = value.toExponential(precision - 1);
  const at = text.indexOf('e');
  const exponent = Number(text.slice(at + 1));
  const trim = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
  if (exponent < -4 || exponent >= precision) {
    const power = Math.abs(exponent);
    return `${trim(text.slice(0, at))}e${exponent < 0 ? '-' : '+'}${power < 10 ? '0' : ''}${power}`;
  }
  return trim(value.toFixed(Math.max(0, precision - 1 - exponent)));
}

function scaled(size: number, base: number, units: readonly string[], precision: number): string {
  let index = 0;
  while (size >= base && index < units.length - 1) {
    size /= base;
    index++;
  }
  return formatG(size, precision) + units[index];
}

/** Decimal size, e.g. `12.3kB`; lists use 3 significant digits, summaries 4. */
export function humanSize(bytes: number, precision = 4): string {
  return scaled(bytes, 1000, DECIMAL, precision);
}

/** Binary size, e.g. `23.54GiB` (docker stats). */
export function bytesSize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

/** Elapsed time in words, e.g. `About a minute`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(ms / 60_000);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(ms / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(ms / 3_600_000 / 24 / 365)} years`;
}

/** A decimal number as strconv.ParseFloat reads it, or its error. */
export function parseFloatStrict(text: string): number {
  if (!/^[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) || text.includes('_')) {
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

/** int64(float64): out of range gives the smallest integer, as on amd64. */
function toInt64(value: number): number {
  return value >= 9223372036854775807 ? -9223372036854775808 : Math.trunc(value);
}

function parseSize(text: string, base: number): number {
  let at = -1;
  for (let i = text.length - 1; i >= 0 && at < 0; i--) if ('0123456789. '.includes(text[i] ?? '')) at = i;
  if (at < 0) throw new Error(`invalid size: '${text}'`);
  const number = text[at] === ' ' ? text.slice(0, at) : text.slice(0, at + 1);
  let suffix = text.slice(at + 1);
  const size = parseFloatStrict(number);
  if (size < 0) throw new Error(`invalid size: '${text}'`);
  if (suffix === '') return toInt64(size);
  if (suffix.length <= 3) {
    suffix = suffix.toLowerCase();
    if (suffix === 'b') return toInt64(size);
    const power = SUFFIXES.indexOf(suffix[0] ?? '') + 1;
    const rest = suffix.slice(1);
    if (power > 0 && (rest === '' || rest === 'b' || rest === 'ib')) return toInt64(size * base ** power);
  }
  throw new Error(`invalid suffix: '${suffix}'`);
}

/** Reads a size with binary units (`64m` = 64 MiB); throws Docker's error. */
export function ramInBytes(text: string): number {
  return parseSize(text, 1024);
}

/** Reads a size with decimal units (`64MB` = 64 000 000 bytes). */
export function fromHumanSize(text: string): number {
  return parseSize(text, 1000);
}
