/** The functions a template may call: text/template's own and those docker adds. */
import { marshal } from '../format/json.ts';
import { sprintf } from './printf.ts';
import { ELEMENT_ZERO, KEY_TYPE, isList, isMap, printInner, truth, typeName, type Value } from './values.ts';

export interface TemplateFunction {
  /** Types of the fixed parameters, for checks and error texts. */
  readonly params: readonly ('string' | 'int' | 'any')[];
  readonly variadic?: boolean;
  readonly call: (args: readonly Value[]) => Value;
}

function index(args: readonly Value[]): Value {
  let item = args[0];
  if (item === undefined || item === null) throw new Error('index of untyped nil');
  for (const key of args.slice(1)) {
    if (item === undefined || item === null) throw new Error('index of nil pointer');
    if (isList(item) || typeof item === 'string') {
      if (typeof key !== 'number') {
        if (key === undefined || key === null) throw new Error('cannot index slice/array with nil');
        throw new Error(`cannot index slice/array with type ${typeName(key)}`);
      }
      if (key < 0 || key >= item.length) throw new Error(`index out of range: ${key}`);
      item = typeof item === 'string' ? (new TextEncoder().encode(item)[key] ?? 0) : item[key];
    } else if (isMap(item)) {
      if (typeof key !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`);
      const keyType = (item as { [KEY_TYPE]?: string })[KEY_TYPE];
      if (keyType !== undefined) throw new Error(`value has type string; should be ${keyType}`);
      const found: Value = Object.hasOwn(item, key) ? item[key] : (item as { [ELEMENT_ZERO]?: Value })[ELEMENT_ZERO];
      item = found;
    } else throw new Error(`can't index item of type ${typeName(item)}`);
  }
  return item ?? undefined;
}

function slice(args: readonly Value[]): Value {
  const [item, ...bounds] = args;
  if (item === undefined || item === null) throw new Error('slice of untyped nil');
  if (!isList(item) && typeof item !== 'string') throw new Error(`can't slice item of type ${typeName(item)}`);
  const numbers = bounds.map((bound) => {
    if (typeof bound !== 'number') throw new Error(`cannot index slice/array with type ${typeName(bound)}`);
    if (bound < 0 || bound > item.length) throw new Error(`index out of range: ${bound}`);
    return bound;
  });
  const [from = 0, to = item.length] = numbers;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  return typeof item === 'string'
    ? new TextDecoder().decode(new TextEncoder().encode(item).slice(from, to))
    : item.slice(from, to);
}

function length(args: readonly Value[]): Value {
  const item = args[0];
  if (typeof item === 'string') return new TextEncoder().encode(item).length;
  if (isList(item)) return item.length;
  if (isMap(item)) return Object.keys(item).length;
  if (item === undefined || item === null) throw new Error('len of nil pointer');
  throw new Error(`len of type ${typeName(item)}`);
}

type Basic = 'bool' | 'int' | 'float' | 'string' | 'nil' | 'other';

function basic(value: Value): Basic {
  if (value === undefined || value === null) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'string' ? 'string' : 'other';
}

function equal(args: readonly Value[]): boolean {
  const [first, ...rest] = args;
  if (rest.length === 0) throw new Error('missing argument for comparison');
  if (basic(first) === 'other') throw new Error('non-comparable type ' + printInner(first) + ': ' + typeName(first));
  return rest.some((other) => {
    const a = basic(first);
    const b = basic(other);
    if (a !== b && !(a === 'nil' || b === 'nil')) throw new Error('incompatible types for comparison');
    if (a === 'nil' || b === 'nil') return a === b;
    return first === other;
  });
}

function less(a: Value, b: Value): boolean {
  const kind = basic(a);
  if (kind !== basic(b)) throw new Error('incompatible types for comparison');
  if (kind !== 'int' && kind !== 'float' && kind !== 'string') throw new Error('invalid type for comparison');
  return (a as string) < (b as string);
}

/** fmt.Sprint: a space between two arguments when neither is a string. */
function sprint(args: readonly Value[]): string {
  return args
    .map((arg, i) => {
      const gap = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '';
      return gap + printInner(arg);
    })
    .join('');
}

const escapeWith =
  (table: Readonly<Record<string, string>>, pattern: RegExp) =>
  (args: readonly Value[]): Value =>
    sprint(args).replace(pattern, (char) => table[char] ?? char);

const html = escapeWith({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&#34;' }, /[<>&'"]/g);
const js = escapeWith(
  {
    '\\': '\\\\',
    "'": "\\'",
    '"': '\\"',
    '<': '\\u003C',
    '>': '\\u003E',
    '&': '\\u0026',
    '=': '\\u003D',
    '\n': '\\u000A',
    '\t': '\\u0009',
  },
  /[\\'"<>&=\n\t]/g,
);

function join(args: readonly Value[]): Value {
  const [elements, separator] = args;
  if (elements === undefined || elements === null) return '';
  if (isList(elements)) return elements.map(printInner).join(separator as string);
  if (isMap(elements))
    return Object.values(elements)
      .map(printInner)
      .sort()
      .join(separator as string);
  throw new Error(`expected slice, got ${typeName(elements)}`);
}

/** text/template's predefined functions. `and` and `or` are handled by the executor, which evaluates lazily. */
export const BUILTINS: Readonly<Record<string, TemplateFunction>> = {
  and: { params: ['any'], variadic: true, call: ([first]) => first },
  or: { params: ['any'], variadic: true, call: ([first]) => first },
  not: { params: ['any'], call: ([value]) => !truth(value) },
  call: {
    params: ['any'],
    variadic: true,
    call: ([value]) => {
      throw new Error(
        value === undefined || value === null ? 'call of nil' : `non-function .Value of type ${typeName(value)}`,
      );
    },
  },
  eq: { params: ['any'], variadic: true, call: equal },
  ne: { params: ['any', 'any'], call: (args) => !equal(args) },
  lt: { params: ['any', 'any'], call: ([a, b]) => less(a, b) },
  le: { params: ['any', 'any'], call: ([a, b]) => less(a, b) || equal([a, b]) },
  gt: { params: ['any', 'any'], call: ([a, b]) => !less(a, b) && !equal([a, b]) },
  ge: { params: ['any', 'any'], call: ([a, b]) => !less(a, b) },
  index: { params: ['any'], variadic: true, call: index },
  slice: { params: ['any'], variadic: true, call: slice },
  len: { params: ['any'], call: length },
  print: { params: [], variadic: true, call: sprint },
  println: { params: [], variadic: true, call: (args) => `${args.map(printInner).join(' ')}\n` },
  printf: { params: ['string'], variadic: true, call: ([format, ...args]) => sprintf(format as string, args) },
  html: { params: [], variadic: true, call: html },
  js: { params: [], variadic: true, call: js },
  urlquery: { params: [], variadic: true, call: (args) => encodeURIComponent(sprint(args)).replace(/%20/g, '+') },
};

/** The functions docker adds to every template. */
export const DOCKER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: { params: ['any'], call: ([value]) => marshal(value, { html: false }) },
  split: { params: ['string', 'string'], call: ([text, by]) => (text as string).split(by as string) },
  join: { params: ['any', 'string'], call: join },
  title: {
    params: ['string'],
    call: ([text]) => (text as string).replace(/(^|[^\p{L}\p{Nd}_'])(\p{L})/gu, (all) => all.toUpperCase()),
  },
  lower: { params: ['string'], call: ([text]) => (text as string).toLowerCase() },
  upper: { params: ['string'], call: ([text]) => (text as string).toUpperCase() },
  pad: {
    params: ['string', 'int', 'int'],
    call: ([text, before, after]) =>
      text === '' ? '' : ' '.repeat(before as number) + (text as string) + ' '.repeat(after as number),
  },
  truncate: { params: ['string', 'int'], call: ([text, size]) => (text as string).slice(0, size as number) },
};

const same = (params: TemplateFunction['params']): TemplateFunction => ({ params, call: ([value]) => value });

/** In a table's header the functions leave the column's name as it is. */
export const HEADER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  ...DOCKER_FUNCTIONS,
  json: same(['string']),
  split: same(['string', 'string']),
  join: same(['string', 'string']),
  title: same(['string']),
  lower: same(['string']),
  upper: same(['string']),
  truncate: same(['string', 'int']),
};
