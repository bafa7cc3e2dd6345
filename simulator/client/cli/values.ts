/** What the types of flags accept, with the error texts of pflag and of docker's own types. */
import { ramInBytes } from '../format/units.ts';
import { canonicalIp } from './ip.ts';
import { CHECKS } from './checks.ts';
import { parseGpus, parseMount, parseNetwork, parseUlimit, readCsv } from './structured.ts';

export type FlagValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

export interface ValueOptions {
  readonly check?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/** time.ParseDuration, in nanoseconds. */
export function parseDuration(text: string): number {
  const bad = (): never => {
    throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  };
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') bad();
  let at = 0;
  let total = 0;
  const part = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
  while (at < body.length) {
    part.lastIndex = at;
    const match = part.exec(body);
    if (match === null) return bad();
    const unit = match[2] ?? '';
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const scale = UNITS[unit];
    if (scale === undefined) {
      throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    }
    total += Number(match[1]) * scale;
    at = part.lastIndex;
  }
  return text.startsWith('-') ? -total : total;
}

function parseBool(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function parseInteger(text: string, unsigned: boolean, bits: number): number {
  const call = unsigned ? 'ParseUint' : 'ParseInt';
  const clean = text.replace(/_/g, '');
  const pattern = unsigned ? /^(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|\d+)$/i : /^[+-]?(0x[0-9a-f]+|0b[01]+|0o?[0-7]+|\d+)$/i;
  if (!pattern.test(clean)) throw new Error(`strconv.${call}: parsing ${JSON.stringify(text)}: invalid syntax`);
  const sign = clean.startsWith('-') ? -1 : 1;
  const digits = clean.replace(/^[+-]/, '');
  const value = sign * (/^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits));
  const limit = 2 ** (unsigned ? bits : bits - 1);
  if (value >= limit || value < (unsigned ? 0 : -limit)) {
    throw new Error(`strconv.${call}: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

/** A decimal fraction in billionths; at most nine digits behind the point. */
function parseCpus(text: string): number {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:\/(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) {
    throw new Error(`failed to parse ${text} as a rational number`);
  }
  const value = (Number(`${match[2] ?? ''}.${match[3] ?? ''}e${match[5] ?? '0'}`) / Number(match[4] ?? 1)) * 1e9;
  if (Math.abs(value - Math.round(value)) > 1e-6) throw new Error('value is too precise');
  return (match[1] === '-' ? -1 : 1) * Math.round(value);
}

function strings(previous: FlagValue | undefined): readonly string[] {
  return Array.isArray(previous) ? (previous as readonly string[]) : [];
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function parseFilter(text: string, previous: FlagValue | undefined): FlagValue {
  const filters: Record<string, Record<string, boolean>> = { ...(previous as Record<string, Record<string, boolean>>) };
  if (text === '') return filters;
  if (!text.includes('=')) throw new Error('bad format of filter (expected name=value)');
  const [name, value] = pair(text);
  const key = name.trim().toLowerCase();
  filters[key] = { ...filters[key], [value.trim()]: true };
  return filters;
}

/** Reads one value of a flag of `type`; repeatable types add to `previous`. */
export function parseValue(
  type: string,
  text: string,
  previous: FlagValue | undefined,
  options: ValueOptions,
): FlagValue {
  const checked = options.check === undefined ? text : (CHECKS[options.check]?.(text, options.env) ?? text);
  switch (type) {
    case 'bool':
      return parseBool(text);
    case 'string':
    case 'command':
      return text;
    case 'int':
    case 'int64':
      return parseInteger(text, false, 64);
    case 'uint16':
      return parseInteger(text, true, 16);
    case 'uint32':
      return parseInteger(text, true, 32);
    case 'uint64':
    case 'uint':
      return parseInteger(text, true, 64);
    case 'duration':
      return parseDuration(text);
    case 'decimal':
      return parseCpus(text);
    case 'bytes':
      return text === '-1' ? -1 : ramInBytes(text);
    case 'ip': {
      const ip = canonicalIp(text.trim());
      if (ip === undefined) throw new Error(`failed to parse IP: ${JSON.stringify(text)}`);
      return ip;
    }
    case 'ipSlice':
      return [
        ...strings(previous),
        ...readCsv(text).map((item) => {
          const ip = canonicalIp(item.trim());
          if (ip === undefined) throw new Error(`invalid string being converted to IP address: ${item}`);
          return ip;
        }),
      ];
    case 'ipNetSlice':
      return [
        ...strings(previous),
        ...readCsv(text).map((item) => {
          const [address, bits] = item.trim().split('/');
          if (canonicalIp(address ?? '') === undefined || bits === undefined || !/^\d+$/.test(bits)) {
            throw new Error(`invalid string being converted to CIDR: ${item}`);
          }
          return item.trim();
        }),
      ];
    case 'stringSlice':
      return [...strings(previous), ...readCsv(text)];
    case 'stringToString': {
      const items = checked.split('=').length === 2 ? [checked] : readCsv(checked);
      return { ...(previous as Record<string, string> | undefined), ...Object.fromEntries(items.map(pair)) };
    }
    case 'map': {
      const [key, value] = pair(checked);
      return { ...(previous as Record<string, string> | undefined), [key]: value };
    }
    case 'filter':
      return parseFilter(text, previous);
    case 'ulimit': {
      const limit = parseUlimit(text);
      const others = ((previous as readonly { Name: string }[] | undefined) ?? []).filter(
        ({ Name }) => Name !== limit.Name,
      );
      return [...others, limit].sort((a, b) => (a.Name < b.Name ? -1 : 1));
    }
    case 'mount':
      return [...((previous as readonly unknown[] | undefined) ?? []), parseMount(text)];
    case 'network':
      return [...((previous as readonly unknown[] | undefined) ?? []), parseNetwork(text)];
    case 'gpu-request':
      return [...((previous as readonly unknown[] | undefined) ?? []), parseGpus(text)];
    default:
      return [...strings(previous), checked];
  }
}
