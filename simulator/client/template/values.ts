/**
 * The values a template works on. Plain data stands for Go's: a string, a boolean, a number, an array (slice), an object
 * (map with string keys). `undefined` is Go's invalid value (a missing key, a nil interface). What Go keeps as a struct
 * is a `GoObject`.
 */
export type Value =
  undefined | null | string | number | boolean | readonly Value[] | { readonly [key: string]: Value } | GoObject;

/** Marks a map of a Go type such as map[string]string: what `index` gives for a missing key. */
export const ELEMENT_ZERO: unique symbol = Symbol('zero value of the elements');

/** Marks a nil slice or map: it prints as an empty one, but its JSON is null. */
export const NIL: unique symbol = Symbol('nil');

/** Marks a map whose keys are no strings in Go, with the type they have: `index` with a string fails on it. */
export const KEY_TYPE: unique symbol = Symbol('type of the keys');

/** A field or method found on a struct. */
export type Member =
  | { readonly kind: 'field'; readonly value: Value }
  | { readonly kind: 'method'; readonly arity: number; readonly call: (args: readonly Value[]) => Value };

/** A struct: looked up by field or method name, printed and marshalled in its own way. */
export abstract class GoObject {
  /** The type's name in error texts, e.g. `*formatter.ContainerContext`. */
  abstract readonly goType: string;
  /** The member, or undefined when the type has none of that name. */
  abstract member(name: string): Member | undefined;
  /** What `json` prints. */
  abstract toJson(): unknown;
  /** What fmt prints for `%v`. */
  abstract print(): string;
  /** Whether Go's truth test holds (a nil pointer is false, a struct true). */
  truth(): boolean {
    return true;
  }
}

/** A typed nil pointer, e.g. `.State.Health` of a container without health check. */
export class NilPointer extends GoObject {
  readonly goType: string;
  constructor(goType: string) {
    super();
    this.goType = goType;
  }
  member(): undefined {
    return undefined;
  }
  toJson(): null {
    return null;
  }
  print(): string {
    return '<nil>';
  }
  override truth(): boolean {
    return false;
  }
}

export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoObject);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Go's truth test for `if`, `and`, `or`, `not`. */
export function truth(value: Value): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return false;
  if (isList(value)) return value.length > 0;
  if (value instanceof GoObject) return value.truth();
  if (isMap(value)) return Object.keys(value).length > 0;
  return true;
}

/** The kind of a value as error texts name it. */
export function typeName(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (isList(value)) return value.every((item) => typeof item === 'string') ? '[]string' : '[]interface {}';
  if (value instanceof GoObject) return value.goType;
  return 'map[string]interface {}';
}

/** A float as `%v` prints it. */
export function printNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return value.toFixed(0);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= 21) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
}

/** fmt.Sprint of one value. */
export function printValue(value: Value): string {
  if (value === undefined) return '<no value>';
  return printInner(value);
}

/** As `printValue`, for a value inside another one. */
export function printInner(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(printInner).join(' ')}]`;
  if (value instanceof GoObject) return value.print();
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${printInner(value[key])}`).join(' ')}]`;
}
