/** A Go struct read from JSON: fields by their Go names, absent ones with their zero values. */
import {
  ELEMENT_ZERO,
  GoObject,
  KEY_TYPE,
  NIL,
  NilPointer,
  isMap,
  printInner,
  type Member,
  type Value,
} from '../template/values.ts';
import type { FieldType, StructType } from './types.ts';

/** The value a field of `type` has for what the JSON holds. */
export function typed(type: FieldType, data: Value): Value {
  if (typeof type === 'string') {
    switch (type) {
      case 'string':
        return data ?? '';
      case 'int':
      case 'float':
        return data ?? 0;
      case 'bool':
        return data ?? false;
      case 'time':
        return typeof data === 'string' ? goTimeText(data) : '0001-01-01 00:00:00 +0000 UTC';
      case 'duration':
        return typeof data === 'number' ? new Duration(data) : new Duration(0);
      case 'addr':
        return typeof data === 'string' && data !== '' ? data : new Unset('netip.Addr', 'invalid IP');
      case 'prefix':
        return typeof data === 'string' && data !== '' ? data : new Unset('netip.Prefix', 'invalid Prefix');
      case 'any':
        return data ?? undefined;
    }
  }
  switch (type.kind) {
    case 'struct':
    case 'embedded':
      return new Struct(type.type, isMap(data) ? data : {});
    case 'pointer':
      return isMap(data) ? new Struct(type.type, data) : new NilPointer(`*${type.type.goType}`);
    case 'optional':
      return data === undefined || data === null ? new NilPointer(type.goType) : data;
    case 'list':
      return Array.isArray(data) ? (data as readonly Value[]).map((item) => typed(type.of, item)) : nil([]);
    case 'map': {
      const entries = isMap(data)
        ? Object.entries(data).map(([key, value]) => [key, typed(type.of, value)] as const)
        : [];
      const map: Record<string, Value> = Object.fromEntries(entries);
      Object.defineProperty(map, ELEMENT_ZERO, { value: typed(type.of, undefined), enumerable: false });
      if (!isMap(data)) nil(map);
      if (type.ports === true) Object.defineProperty(map, KEY_TYPE, { value: 'network.Port', enumerable: false });
      return map;
    }
  }
}

function nil<T extends object>(value: T): T {
  Object.defineProperty(value, NIL, { value: true, enumerable: false });
  return value;
}

/** time.Time prints a date and a clock, where JSON has RFC 3339. */
function goTimeText(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00:00)$/.exec(text);
  if (match === null) return text;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return `${match[1] ?? ''} ${match[2] ?? ''}${fraction === '.' ? '' : fraction} +0000 UTC`;
}

export class Struct extends GoObject {
  private readonly type: StructType;
  private readonly data: { readonly [key: string]: Value };
  /** The JSON's own order is the struct's. */
  readonly ordered = true;

  constructor(type: StructType, data: { readonly [key: string]: Value }) {
    super();
    this.type = type;
    this.data = data;
  }
  get goType(): string {
    return this.type.goType;
  }
  member(name: string): Member | undefined {
    const field = this.type.fields.find(([goName]) => goName === name);
    if (field === undefined) return this.promoted(name);
    if (typeof field[2] !== 'string' && field[2].kind === 'embedded') {
      return { kind: 'field', value: new Struct(field[2].type, this.data) };
    }
    return { kind: 'field', value: typed(field[2], this.data[field[1]]) };
  }
  /** Fields of embedded structs belong to the outer one too. */
  private promoted(name: string): Member | undefined {
    for (const [, , type] of this.type.fields) {
      if (typeof type === 'string' || type.kind !== 'embedded') continue;
      const found = new Struct(type.type, this.data).member(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  toJson(): unknown {
    return this.data;
  }
  print(): string {
    return `{${this.type.fields
      .map(([, jsonName, type]) => {
        if (typeof type !== 'string' && type.kind === 'embedded') return new Struct(type.type, this.data).print();
        const value = typed(type, this.data[jsonName]);
        return value instanceof Struct && typeof type !== 'string' && type.kind === 'pointer'
          ? POINTER
          : printInner(value);
      })
      .join(' ')}}`;
  }
}

/** fmt prints the address of a struct behind a pointer; any address will do. */
const POINTER = '0xc000514360';

/** time.Duration: a number of nanoseconds that prints as `1m30s`. */
class Duration extends GoObject {
  readonly goType = 'time.Duration';
  private readonly nanos: number;
  constructor(nanos: number) {
    super();
    this.nanos = nanos;
  }
  member(): undefined {
    return undefined;
  }
  toJson(): number {
    return this.nanos;
  }
  print(): string {
    return goDuration(this.nanos);
  }
  override truth(): boolean {
    return this.nanos !== 0;
  }
}

/** The zero value of netip.Addr and netip.Prefix: it prints words, but its JSON is an empty string. */
class Unset extends GoObject {
  readonly goType: string;
  private readonly words: string;
  constructor(goType: string, words: string) {
    super();
    this.goType = goType;
    this.words = words;
  }
  member(): undefined {
    return undefined;
  }
  toJson(): string {
    return '';
  }
  print(): string {
    return this.words;
  }
}

/** time.Duration.String. */
export function goDuration(nanos: number): string {
  if (nanos === 0) return '0s';
  const sign = nanos < 0 ? '-' : '';
  const size = Math.abs(nanos);
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const hours = Math.floor(size / 3.6e12);
  const minutes = Math.floor((size % 3.6e12) / 6e10);
  const seconds = (size % 6e10) / 1e9;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}
