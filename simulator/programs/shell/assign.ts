/** Assignments, of scalars, elements and whole arrays. */
import { trace, quoteTrace } from './execute.ts';
import type { ArrayElement, Assign } from './ast.ts';
import { evaluateText, expandString, expandText, expandWords, isAll } from './expand.ts';
import { subscript } from './parameter.ts';
import type { Shell } from './shell.ts';
import { folded, ReadonlyVariable, type Variable } from './variables.ts';

export interface AssignOptions {
  readonly trace?: boolean;
  readonly scope?: Map<string, Variable>;
  readonly export?: boolean;
}

/** Performs the assignments before a command. */
export async function assignAll(sh: Shell, assigns: readonly Assign[], options: AssignOptions = {}): Promise<string[]> {
  const traced: string[] = [];
  for (const assign of assigns) {
    const text = await assignOne(sh, assign, options);
    if (options.trace) traced.push(text);
  }
  if (sh.flavour === 'bash') for (const text of traced) await trace(sh, text);
  return sh.flavour === 'bash' ? [] : traced;
}

/** Performs one assignment; gives its text for `set -x`. */
export async function assignOne(sh: Shell, assign: Assign, options: AssignOptions = {}): Promise<string> {
  const { name, append } = assign;
  if (assign.array) {
    await assignArray(sh, name, assign.array, append, options.scope);
    return `${name}=(…)`;
  }
  const value = await expandString(sh, assign.value, 'assign');
  if (assign.index) {
    if (isAll(assign.index) && !sh.vars.find(name)?.assoc)
      throw sh.fatal(`${name}[${isAll(assign.index)}]: bad array subscript`);
    const text = await expandText(sh, assign.index);
    if (text === '') throw sh.fatal(`${name}[]: bad array subscript`);
    sh.setElement(name, await subscript(sh, name, assign.index), value, append);
    return `${name}[${text}]${append ? '+' : ''}=${value}`;
  }
  sh.vars.set(name, value, {
    append,
    ...(options.scope && { scope: options.scope }),
    ...(options.export && { export: true }),
  });
  return `${name}${append ? '+' : ''}=${value === '' ? '' : quoteTrace(sh, value)}`;
}

/** Assigns `(…)` to an array. */
export async function assignArray(
  sh: Shell,
  name: string,
  elements: readonly ArrayElement[],
  append: boolean,
  scope?: Map<string, Variable>,
): Promise<void> {
  const existing = scope ? scope.get(name) : sh.vars.find(name);
  if (existing?.readonly) throw new ReadonlyVariable(name);
  if (existing?.assoc) {
    const pairs: [string, string][] = [];
    const words: string[] = [];
    for (const { index, value } of elements) {
      if (index) pairs.push([await expandText(sh, index), await expandString(sh, value, 'assign')]);
      else words.push(...(await expandWords(sh, [value])));
    }
    for (let i = 0; i < words.length; i += 2) pairs.push([words[i]!, words[i + 1] ?? '']);
    if (!append) existing.assoc = new Map();
    for (const [key, value] of pairs) existing.assoc!.set(key, value);
    sh.vars.changed(name);
    return;
  }
  const entries: [number, string][] = [];
  let next = append ? (sh.elements(name).reduce((max, [k]) => Math.max(max, Number(k)), -1) as number) + 1 : 0;
  for (const { index, value } of elements) {
    if (index) {
      next = Number(evaluateText(sh, await expandText(sh, index)));
      entries.push([next++, await expandString(sh, value, 'assign')]);
    } else for (const word of await expandWords(sh, [value])) entries.push([next++, word]);
  }
  const v = sh.vars.declare(name, scope);
  if (!append) {
    v.array = new Map();
    v.value = undefined;
  } else if (!v.array) {
    v.array = new Map(v.value === undefined ? [] : [[0, v.value]]);
    v.value = undefined;
  }
  for (const [key, value] of entries) v.array!.set(key, v.integer ? sh.vars.evaluate(value) : folded(v, value));
  sh.vars.changed(name);
}
