/** Shell variables: scopes, attributes, arrays and the order real shells hand an environment on in. */
import type { Env } from '../../kernel/abi.ts';
import type { Flavour } from './ast.ts';

export interface Variable {
  value: string | undefined;
  array?: Map<number, string> | undefined;
  assoc?: Map<string, string> | undefined;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  fold?: 'upper' | 'lower' | 'capital' | undefined;
  nameref?: boolean;
}

/** Computes a variable on every reading (`RANDOM`, `SECONDS` …). */
export interface Dynamic {
  get(): string;
  set?(value: string): void;
}

/** Thrown for an assignment to a readonly variable. */
export class ReadonlyVariable extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super('readonly variable');
    this.variable = variable;
  }
}

export class Variables {
  private readonly scopes: Map<string, Variable>[];
  readonly dynamic = new Map<string, Dynamic>();
  /** Characters held, for the process's memory. */
  size = 0;
  /** `set -a`: every assignment exports. */
  exportAll = false;
  /** Called after an assignment: `PATH` forgets hashed commands, memory is charged. */
  changed: (name: string) => void = () => {};
  /** Evaluates an integer variable's assignment. */
  evaluate: (text: string) => string = (text) => text;

  constructor(scopes: Map<string, Variable>[] = [new Map()]) {
    this.scopes = scopes;
  }

  /** A deep copy for a subshell. */
  copy(): Variables {
    const twin = new Variables(
      this.scopes.map(
        (scope) =>
          new Map(
            [...scope].map(([name, v]) => [
              name,
              { ...v, ...(v.array && { array: new Map(v.array) }), ...(v.assoc && { assoc: new Map(v.assoc) }) },
            ]),
          ),
      ),
    );
    twin.size = this.size;
    twin.exportAll = this.exportAll;
    return twin;
  }

  push(): Map<string, Variable> {
    const scope = new Map<string, Variable>();
    this.scopes.push(scope);
    return scope;
  }
  pop(): void {
    const scope = this.scopes.pop();
    if (scope) for (const name of scope.keys()) this.changed(name);
  }
  get depth(): number {
    return this.scopes.length;
  }

  /** The variable a name stands for, following namerefs. */
  resolve(name: string): string {
    for (let i = 0; i < 8; i++) {
      const v = this.own(name);
      if (!v?.nameref || !v.value) return name;
      name = v.value;
    }
    return name;
  }
  /** The innermost variable of this name, without following namerefs. */
  own(name: string): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]!.get(name);
      if (v) return v;
    }
    return undefined;
  }
  find(name: string): Variable | undefined {
    return this.own(this.resolve(name));
  }

  /** The scalar value (element 0 of an array). */
  get(name: string): string | undefined {
    const dynamic = this.dynamic.get(name);
    if (dynamic) return dynamic.get();
    const v = this.find(name);
    if (!v) return undefined;
    if (v.array) return v.array.get(0);
    if (v.assoc) return v.assoc.get('0');
    return v.value;
  }

  /** Declares a variable in the given scope (default: where it is, else global) and gives it. */
  declare(name: string, scope?: Map<string, Variable>): Variable {
    if (scope) {
      let v = scope.get(name);
      if (!v) scope.set(name, (v = { value: undefined }));
      return v;
    }
    const found = this.find(name);
    if (found) return found;
    const v: Variable = { value: undefined };
    this.scopes[0]!.set(this.resolve(name), v);
    return v;
  }
  get local(): Map<string, Variable> {
    return this.scopes.at(-1)!;
  }
  get global(): Map<string, Variable> {
    return this.scopes[0]!;
  }

  private fold(v: Variable, value: string): string {
    if (v.integer) value = this.evaluate(value);
    return folded(v, value);
  }

  set(
    name: string,
    value: string,
    how: { append?: boolean; scope?: Map<string, Variable>; export?: boolean } = {},
  ): void {
    const dynamic = this.dynamic.get(name);
    if (dynamic && !how.scope) {
      dynamic.set?.(value);
      return;
    }
    const v = this.declare(name, how.scope);
    if (v.readonly) throw new ReadonlyVariable(name);
    if (how.append) {
      const old = (v.array ? v.array.get(0) : v.assoc ? v.assoc.get('0') : v.value) ?? '';
      value = v.integer ? `(${old || 0})+(${value})` : old + value;
    }
    value = this.fold(v, value);
    if (v.array) this.put(v.array, 0, value);
    else if (v.assoc) this.put(v.assoc, '0', value);
    else {
      this.size += value.length - (v.value?.length ?? 0);
      v.value = value;
    }
    if (how.export || this.exportAll) v.exported = true;
    this.changed(name);
  }

  private put<K>(map: Map<K, string>, key: K, value: string): void {
    this.size += value.length - (map.get(key)?.length ?? 0);
    map.set(key, value);
  }

  /** Sets one element; `key` is a number for indexed arrays. A scalar becomes an array. */
  setElement(name: string, key: string | number, value: string, append = false): void {
    const v = this.declare(name);
    if (v.readonly) throw new ReadonlyVariable(name);
    if (v.assoc) {
      const k = String(key);
      this.put(v.assoc, k, this.fold(v, append ? (v.assoc.get(k) ?? '') + value : value));
    } else {
      const k = Number(key);
      if (!v.array) {
        v.array = new Map();
        if (v.value !== undefined) v.array.set(0, v.value);
        v.value = undefined;
      }
      const old = append ? (v.array.get(k) ?? '') : '';
      this.put(v.array, k, this.fold(v, v.integer && append ? `(${old || 0})+(${value})` : old + value));
    }
    this.changed(name);
  }

  /** Replaces a whole indexed array. */
  setArray(name: string, values: readonly string[], scope?: Map<string, Variable>): void {
    const v = this.declare(name, scope);
    if (v.readonly) throw new ReadonlyVariable(name);
    v.value = undefined;
    v.assoc = undefined;
    v.array = new Map(values.map((s, i) => [i, s]));
    this.changed(name);
  }

  /** Removes a variable; false when it is readonly. */
  unset(name: string): boolean {
    name = this.resolve(name);
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]!.get(name);
      if (!v) continue;
      if (v.readonly) return false;
      // A local stays declared, so that the name does not show the outer one again.
      if (i > 0 && i === this.scopes.length - 1) this.scopes[i]!.set(name, { value: undefined });
      else this.scopes[i]!.delete(name);
      this.size -= v.value?.length ?? 0;
      break;
    }
    this.dynamic.delete(name);
    this.changed(name);
    return true;
  }

  /** All visible names, sorted. */
  names(): string[] {
    const all = new Set<string>();
    for (const scope of this.scopes) for (const name of scope.keys()) all.add(name);
    for (const name of this.dynamic.keys()) all.add(name);
    return [...all].sort();
  }

  /** The exported variables, in the order the shell's own table lists them. */
  environment(flavour: Flavour): Env {
    const all = new Map<string, { value: string; temporary: boolean }>();
    for (const scope of this.scopes) {
      const temporary = scope !== this.scopes[0];
      for (const [name, v] of scope) {
        if (v.exported && v.value !== undefined) all.set(name, { value: v.value, temporary });
        else if (temporary) all.delete(name);
      }
    }
    const bash = flavour === 'bash';
    const entries = [...all].map(([name, { value, temporary }], i) => ({
      name,
      value,
      bucket: bash && temporary ? -1 : bucket(name, flavour),
      i,
    }));
    entries.sort((a, b) => a.bucket - b.bucket || (bash ? b.i - a.i : a.i - b.i));
    return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  }
}

/** The hash chain a name is in: ash and dash have 39 (additive hash), bash 1024 (FNV). */
function bucket(name: string, flavour: Flavour): number {
  if (flavour !== 'bash') {
    let h = name.charCodeAt(0) << 4;
    for (let i = 0; i < name.length; i++) h += name.charCodeAt(i);
    return h % 39;
  }
  let h = 2166136261;
  for (let i = 0; i < name.length; i++) h = Math.imul(h, 16777619) ^ name.charCodeAt(i);
  return h & 1023;
}

/** The entries of an associative array in the order bash's hash table gives them. */
export function inBuckets(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map]
    .map(([key, value], i) => ({ key, value, at: bucket(key, 'bash'), i }))
    .sort((a, b) => a.at - b.at || b.i - a.i)
    .map(({ key, value }) => [key, value]);
}

/** The value as the variable's case attribute has it. */
export function folded(v: Variable, value: string): string {
  switch (v.fold) {
    case 'upper':
      return value.toUpperCase();
    case 'lower':
      return value.toLowerCase();
    case 'capital':
      return value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase();
    case undefined:
      return value;
  }
}
