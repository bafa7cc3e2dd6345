/** Parameter expansion (POSIX 2.6.2) with bash's operators. */
import type { Param, Part } from './ast.ts';
import { characters, encode, join } from './bytes.ts';
import { ShellError } from './errors.ts';
import { arithmetic, expandInto, expandPattern, expandText, isAll, type Context, type Fields } from './expand.ts';
import { compile, matches, prefix, suffix } from './pattern.ts';
import type { Shell } from './shell.ts';

/** What a parameter holds: one value (or none), or a list for `@`, `*` and `[@]`. */
type Value = { readonly one: string | undefined } | { readonly list: readonly string[]; readonly all: '@' | '*' };

async function look(sh: Shell, name: string, index: readonly Part[] | undefined): Promise<Value> {
  if (name === '@' || name === '*') return { list: sh.params, all: name };
  const all = isAll(index);
  if (all) return { list: sh.elements(name).map(([, v]) => v), all };
  if (index) return { one: sh.element(name, await subscript(sh, name, index)) };
  return { one: sh.lookup(name) };
}

/** The key a subscript names: a string for associative arrays, a number else. */
export async function subscript(sh: Shell, name: string, index: readonly Part[]): Promise<string | number> {
  if (sh.vars.find(name)?.assoc) return expandText(sh, index, undefined);
  return Number(await arithmetic(sh, index));
}

const isSet = (value: Value): boolean => ('one' in value ? value.one !== undefined : value.list.length > 0);
const isNull = (value: Value): boolean =>
  'one' in value ? !value.one : value.list.length === 0 || (value.list.length === 1 && value.list[0] === '');

function put(sh: Shell, value: Value, out: Fields, context: Context): void {
  if ('one' in value) {
    if (context.dq) out.quoted(value.one ?? '');
    else out.split(value.one ?? '');
    return;
  }
  const { list, all } = value;
  const separator = sh.ifsSeparator;
  if (all === '*' && (context.dq || (out.whole && sh.flavour !== 'dash'))) {
    if (context.dq) out.quoted(list.join(separator));
    else out.literal(list.join(separator));
    return;
  }
  if (out.whole) {
    const text = list.join(all === '*' ? separator : ' ');
    if (context.dq) out.quoted(text);
    else out.literal(text);
    return;
  }
  list.forEach((s, i) => {
    if (i > 0) out.cut();
    if (context.dq) out.quoted(s);
    else out.split(s);
  });
}

/** Expands one `$name` or `${…}` into fields. */
export async function parameter(sh: Shell, p: Param, out: Fields, context: Context): Promise<void> {
  if (p.bad !== undefined) throw sh.badSubstitution(p.bad);
  if (p.prefix) {
    put(sh, { list: sh.vars.names().filter((n) => n.startsWith(p.name)), all: p.prefix }, out, context);
    return;
  }
  let { name, index } = p;
  if (p.indirect) {
    const all = isAll(index);
    if (all) {
      put(sh, { list: sh.elements(name).map(([k]) => String(k)), all }, out, context);
      return;
    }
    if (!index && sh.vars.own(name)?.nameref && !p.op) {
      put(sh, { one: sh.vars.own(name)!.value }, out, context);
      return;
    }
    const target = await look(sh, name, index);
    const text = 'one' in target ? target.one : target.list.join(' ');
    if (text === undefined) {
      if (/^[A-Za-z_]/.test(name) || /^\d/.test(name)) throw sh.fatal(`${name}: invalid indirect expansion`);
    }
    const m = /^([A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(.*)\])?$/.exec(text ?? '');
    if (!m) throw sh.fatal(`${text ?? ''}: invalid variable name`);
    name = m[1]!;
    index = m[2] === undefined ? undefined : [{ t: 'lit', s: m[2] }];
  }
  let value = await look(sh, name, index);
  const shown = index ? `${name}[${isAll(index) ?? (await expandText(sh, index))}]` : name;
  const op = p.op ?? '';
  if (p.length) {
    if (!isSet(value) && sh.options.nounset && 'one' in value) throw sh.unbound(shown);
    const n =
      'list' in value
        ? value.list.length
        : sh.wide
          ? Array.from(value.one ?? '').length
          : encode(value.one ?? '').length;
    put(sh, { one: String(n) }, out, context);
    return;
  }
  if (/^:?[-=?+]$/.test(op)) {
    const colon = op.length === 2;
    const absent = colon ? isNull(value) : !isSet(value);
    const kind = op.at(-1);
    if (kind === '+' ? !absent : absent && kind !== '=' && kind !== '?') {
      await expandInto(sh, p.arg ?? [], out, {
        dq: context.dq,
        loose: !context.dq && !out.whole,
        tilde: context.dq ? undefined : 'word',
      });
      return;
    }
    if (kind === '+') return;
    if (absent && kind === '=') {
      if (!/^[A-Za-z_]/.test(name)) throw sh.cannotAssign(name);
      const text = await expandText(sh, p.arg ?? [], 'word', context.dq);
      if (index) sh.setElement(name, await subscript(sh, name, index), text);
      else sh.assign(name, text);
      value = { one: text };
    } else if (absent) {
      const text = await expandText(sh, p.arg ?? [], 'word', context.dq);
      throw sh.missing(shown, text, colon);
    }
    put(sh, value, out, context);
    return;
  }
  if (!isSet(value) && 'one' in value && sh.options.nounset) throw sh.unbound(shown);
  if (op === '') {
    put(sh, value, out, context);
    return;
  }
  if (op === ':') {
    await substring(sh, p, name, index, value, out, context);
    return;
  }
  if (op === '@') {
    await transform(sh, p, name, value, out, context);
    return;
  }
  const change = await operation(sh, p, op);
  put(
    sh,
    'one' in value ? { one: change(value.one ?? '') } : { list: value.list.map(change), all: value.all },
    out,
    context,
  );
}

/** The text change of `#`, `%`, `/`, `^` and `,`. */
async function operation(sh: Shell, p: Param, op: string): Promise<(s: string) => string> {
  const options = { extglob: sh.extglob, noCaret: sh.flavour === 'dash' };
  const wide = sh.wide;
  const text = await expandPattern(sh, p.arg ?? []);
  if (op[0] === '#' || op[0] === '%') {
    const pattern = compile(text, options);
    const longest = op.length === 2;
    return (s) => {
      const chars = characters(s, wide);
      const n = op[0] === '#' ? prefix(pattern, chars, longest) : suffix(pattern, chars, longest);
      if (n <= 0) return s;
      return join(op[0] === '#' ? chars.slice(n) : chars.slice(0, chars.length - n));
    };
  }
  if (op[0] === '/') {
    if (text === '' && (op === '/' || op === '//')) return (s) => s;
    const by = p.arg2 ? await replacement(sh, p.arg2) : undefined;
    const pattern = compile(text, options);
    return (s) => {
      const chars = characters(s, wide);
      const put = (from: number, n: number) => (by ? by(join(chars.slice(from, from + n))) : '');
      if (op === '/#') {
        const n = prefix(pattern, chars, true);
        return n < 0 ? s : put(0, n) + join(chars.slice(n));
      }
      if (op === '/%') {
        const n = suffix(pattern, chars, true);
        return n < 0 ? s : join(chars.slice(0, chars.length - n)) + put(chars.length - n, n);
      }
      const result: string[] = [];
      for (let i = 0; i <= chars.length;) {
        const n = prefix(pattern, chars, true, i);
        if (n > 0 || (n === 0 && chars.length === 0)) {
          result.push(put(i, n));
          i += n;
          if (op === '/' || n === 0) return join([...result, ...chars.slice(i)]);
        } else {
          if (i < chars.length) result.push(chars[i]!);
          i++;
        }
      }
      return join(result);
    };
  }
  const pattern = compile(text === '' ? '?' : text, options);
  const every = op.length === 2;
  const upper = (c: string) => (c.toUpperCase().length === c.length ? c.toUpperCase() : c);
  const change =
    op[0] === '^'
      ? upper
      : op[0] === ','
        ? (c: string) => c.toLowerCase()
        : (c: string) => (c === upper(c) ? c.toLowerCase() : upper(c));
  return (s) =>
    Array.from(s)
      .map((c, i) => ((every || i === 0) && matches(pattern, c) ? change(c) : c))
      .join('');
}

/** The replacement of `${x/pattern/text}`: in bash 5.2 an unquoted `&` is what matched. */
async function replacement(sh: Shell, parts: readonly Part[]): Promise<(matched: string) => string> {
  const text = await expandPattern(sh, parts);
  const pieces: (string | undefined)[] = [''];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) pieces[pieces.length - 1] += text[++i]!;
    else if (text[i] === '&' && sh.flavour === 'bash') pieces.push(undefined, '');
    else pieces[pieces.length - 1] += text[i]!;
  }
  return (matched) => pieces.map((s) => s ?? matched).join('');
}

async function substring(
  sh: Shell,
  p: Param,
  name: string,
  index: readonly Part[] | undefined,
  value: Value,
  out: Fields,
  context: Context,
): Promise<void> {
  if ('one' in value && value.one === undefined) {
    put(sh, { one: '' }, out, context);
    return;
  }
  let from = Number(await arithmetic(sh, p.arg ?? []));
  const count = p.arg2 ? Number(await arithmetic(sh, p.arg2)) : undefined;
  if ('list' in value) {
    let list = value.list;
    if (name === '@' || name === '*') {
      list = [sh.name, ...list];
      if (from < 0) from += list.length;
      if (from === 0 && !p.arg) from = 1;
    } else if (from < 0) {
      const keys = sh.elements(name).map(([k]) => Number(k));
      from = keys.length ? keys.findIndex((k) => k >= keys.at(-1)! + 1 + from) : 0;
    } else if (!sh.vars.find(name)?.assoc) {
      const at = sh.elements(name).findIndex(([k]) => Number(k) >= from);
      from = at < 0 ? list.length : at;
    }
    if (count !== undefined && count < 0)
      throw sh.fatal(`${await expandText(sh, p.arg2 ?? [])}: substring expression < 0`);
    const cut = from < 0 ? [] : list.slice(from, count === undefined ? undefined : from + count);
    put(sh, { list: cut, all: value.all }, out, context);
    return;
  }
  const chars = characters(value.one ?? '', sh.wide);
  if (from < 0) from += chars.length;
  let end = chars.length;
  if (count !== undefined) {
    end = count < 0 ? chars.length + count : from + count;
    if (count < 0 && end < from && from >= 0 && from <= chars.length) {
      if (sh.flavour === 'bash') throw sh.fatal(`${await expandText(sh, p.arg2 ?? [])}: substring expression < 0`);
      end = from;
    }
  }
  put(sh, { one: from < 0 ? '' : join(chars.slice(from, Math.max(from, end))) }, out, context);
  void index;
}

/** `${x@Q}` and its like. */
async function transform(
  sh: Shell,
  p: Param,
  name: string,
  value: Value,
  out: Fields,
  context: Context,
): Promise<void> {
  const letter = p.arg?.[0]?.t === 'lit' ? p.arg[0].s : '';
  const { transformation } = await sh.load('transform', () => import('./transform.ts'));
  const change = transformation(sh, letter, name);
  if (!change) throw new ShellError(`\${${name}@${letter}}: bad substitution`, 1, 'discard');
  if ('one' in value) {
    if (value.one === undefined && letter !== 'A' && letter !== 'a') put(sh, { one: '' }, out, context);
    else put(sh, { one: await change(value.one ?? '') }, out, context);
    return;
  }
  const list: string[] = [];
  for (const s of value.list) list.push(await change(s));
  put(sh, { list: letter === 'A' ? list.slice(0, 1) : list, all: value.all }, out, context);
}
