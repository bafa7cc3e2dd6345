/** `declare`, `typeset` and bash's `local`. */
import { Parser } from './parser.ts';
import type { Simple } from './ast.ts';
import { assignArray } from './assign.ts';
import { ShellError } from './errors.ts';
import { ansiQuote } from './execute.ts';
import { evaluateText } from './expand.ts';
import { printCommand } from './print.ts';
import type { Shell } from './shell.ts';
import { ReadonlyVariable } from './variables.ts';

const quote = (s: string): string => (/[\0-\x1f\x7f]/.test(s) ? ansiQuote(s) : `"${s.replace(/["\\$`]/g, '\\$&')}"`);
const keyQuote = (s: string): string => (/^[\w@%+=:,./-]+$/.test(s) ? s : quote(s));

/** The text that declares an array's elements. */
export function arrayText(sh: Shell, name: string): string {
  const v = sh.vars.find(name);
  const elements = sh
    .elements(name)
    .map(([k, value]) => `[${typeof k === 'number' ? k : keyQuote(k)}]=${quote(value)}`);
  return `(${elements.join(' ')}${v?.assoc && elements.length ? ' ' : ''})`;
}

/** `declare -p` of one variable. */
export function declaration(sh: Shell, name: string): string {
  const v = sh.vars.own(name);
  const flags = `${v?.array ? 'a' : ''}${v?.assoc ? 'A' : ''}${v?.integer ? 'i' : ''}${v?.fold === 'lower' ? 'l' : ''}${v?.nameref ? 'n' : ''}${v?.readonly ? 'r' : ''}${v?.fold === 'upper' ? 'u' : ''}${v?.exported ? 'x' : ''}`;
  const head = `declare -${flags || '-'} ${name}`;
  if (v?.array || v?.assoc) return `${head}=${arrayText(sh, name)}`;
  const value = v ? v.value : sh.vars.get(name);
  return value === undefined ? head : `${head}=${quote(value)}`;
}

/** The builtin; `local` makes it that one. */
export async function declare(sh: Shell, args: readonly string[], cmd: Simple, local = false): Promise<number> {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 1;
  for (; /^[-+][a-zA-Z]+$/.test(args[i] ?? ''); i++) {
    for (const c of args[i]!.slice(1)) {
      if (!'aAcfFgiIlnprtux'.includes(c)) {
        throw new ShellError(
          `${args[i]![0]}${c}: invalid option\n${args[0]}: usage: ${args[0]} ${local ? '[option] name[=value] ...' : '[-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]'}`,
          2,
          'command',
        );
      }
      (args[i]![0] === '-' ? on : off).add(c);
    }
  }
  if (args[i] === '--') i++;
  const names = args.slice(i);
  if (on.has('f') || on.has('F')) return functions(sh, names, on.has('F'));
  if (!names.length) {
    const { listVariables } = await sh.load('rare', () => import('./rare.ts'));
    if (local) {
      await sh.out(
        [...sh.vars.local].map(([name, v]) => (v.value === undefined ? '' : `${name}=${v.value}\n`)).join(''),
      );
      return 0;
    }
    if (on.size === 0 || (on.has('p') && on.size === 1)) {
      await sh.out(
        on.has('p')
          ? sh.vars
              .names()
              .map((n) => `${declaration(sh, n)}\n`)
              .join('')
          : listVariables(sh, 'set'),
      );
      return 0;
    }
    const wanted = [...on].filter((c) => c !== 'p' && c !== 'g');
    const fits = (name: string) => {
      const v = sh.vars.own(name);
      return (
        v &&
        wanted.every(
          (c) =>
            ({
              a: v.array,
              A: v.assoc,
              i: v.integer,
              r: v.readonly,
              x: v.exported,
              n: v.nameref,
              l: v.fold === 'lower',
              u: v.fold === 'upper',
            })[c],
        )
      );
    };
    await sh.out(
      sh.vars
        .names()
        .filter(fits)
        .map((n) => `${declaration(sh, n)}\n`)
        .join(''),
    );
    return 0;
  }
  let status = 0;
  if (on.has('p')) {
    for (const name of names) {
      if (!sh.vars.own(name) && sh.lookup(name) === undefined) {
        await sh.complain(`${name}: not found`, args[0]);
        status = 1;
      } else await sh.out(`${declaration(sh, name)}\n`);
    }
    return status;
  }
  for (const arg of names) {
    const m = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)(?:=([^]*))?$/.exec(arg);
    if (!m) {
      await sh.complain(`\`${arg}': not a valid identifier`, args[0]);
      status = 1;
      continue;
    }
    const name = m[1]!;
    const append = m[3] === '+';
    const value = arg.includes('=') ? m[4] : undefined;
    const scope =
      local || (sh.calls.length > 0 && !on.has('g')) ? sh.vars.local : on.has('g') ? sh.vars.global : undefined;
    try {
      const before = scope ? scope.get(name) : sh.vars.find(name);
      if (before?.readonly && (value !== undefined || off.has('r'))) throw new ReadonlyVariable(name);
      const v = on.has('n') && !scope ? (sh.vars.own(name) ?? sh.vars.declare(name)) : sh.vars.declare(name, scope);
      if (!before && scope && on.has('I')) Object.assign(v, sh.vars.find(name));
      if (on.has('A')) {
        if (v.array) throw new ShellError(`${name}: cannot convert indexed to associative array`, 1, 'command');
        v.assoc ??= new Map(v.value === undefined ? [] : [['0', v.value]]);
        v.value = undefined;
      } else if ((on.has('a') || m[2] !== undefined) && !v.array && !v.assoc) {
        v.array = new Map(v.value === undefined ? [] : [[0, v.value]]);
        v.value = undefined;
      }
      if (on.has('i')) v.integer = true;
      if (on.has('l')) v.fold = 'lower';
      if (on.has('u')) v.fold = 'upper';
      if (on.has('c')) v.fold = 'capital';
      if (on.has('n')) v.nameref = true;
      if (off.has('i')) v.integer = false;
      if (off.has('n')) v.nameref = false;
      if (off.has('l') || off.has('u') || off.has('c')) v.fold = undefined;
      const array = cmd.words.find((w) => w.assign?.name === name && w.assign.array)?.assign?.array;
      if (array) await assignArray(sh, name, array, append, scope);
      else if (value !== undefined) {
        if (on.has('n')) v.value = value;
        else if (m[2] !== undefined)
          sh.setElement(name, v.assoc ? m[2] : Number(evaluateText(sh, m[2])), value, append);
        else if ((on.has('a') || on.has('A')) && /^\(.*\)$/s.test(value)) {
          const parsed = new Parser(`${name}=${value}`, { flavour: 'bash' }).command();
          if (parsed?.k === 'simple' && parsed.assigns[0]?.array)
            await assignArray(sh, name, parsed.assigns[0].array, append, scope);
        } else sh.vars.set(name, value, { append, ...(scope && { scope }) });
      }
      if (on.has('x')) v.exported = true;
      if (off.has('x')) v.exported = false;
      if (on.has('r')) v.readonly = true;
    } catch (error) {
      if (!(error instanceof ReadonlyVariable)) throw error;
      await sh.complain(`${name}: readonly variable`, args[0]);
      status = 1;
    }
  }
  return status;
}

async function functions(sh: Shell, names: readonly string[], short: boolean): Promise<number> {
  let status = 0;
  const all = names.length ? names : [...sh.functions.keys()].sort();
  for (const name of all) {
    const f = sh.functions.get(name);
    if (!f) status = 1;
    else if (short) await sh.out(names.length ? `${name}\n` : `declare -f ${name}\n`);
    else await sh.out(`${printCommand(f)}\n`);
  }
  return status;
}
