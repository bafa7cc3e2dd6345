/** Go's text/template, as far as `--format` can use it. */
import { BUILTINS, DOCKER_FUNCTIONS, type TemplateFunction } from './functions.ts';
import {
  commandText,
  operandText,
  parseTemplate,
  type Command,
  type Node,
  type Operand,
  type Pipe,
  type Tree,
} from './parser.ts';
import { GoObject, isList, isMap, NilPointer, printValue, truth, typeName, type Value } from './values.ts';

export { TemplateSyntaxError } from './parser.ts';

/** A template that failed while running. */
export class TemplateExecError extends Error {}

export interface ExecOptions {
  /** What a missing map key gives: nothing (`<no value>`), or an error. */
  readonly missingKey?: 'invalid' | 'error';
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
}

class Break extends Error {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

/** A parsed template that can be executed on values. */
export class Template {
  private readonly tree: Tree;
  private readonly functions: Readonly<Record<string, TemplateFunction>>;

  /** Parses `source`; throws `TemplateSyntaxError`. */
  constructor(source: string, options: { name?: string; functions?: Readonly<Record<string, TemplateFunction>> } = {}) {
    this.functions = { ...BUILTINS, ...(options.functions ?? DOCKER_FUNCTIONS) };
    this.tree = parseTemplate(source, new Set(Object.keys(this.functions)), options.name ?? '');
  }

  /** The output for `data`; throws `TemplateExecError`. */
  execute(data: Value, options: ExecOptions = {}): string {
    const functions = options.functions === undefined ? this.functions : { ...this.functions, ...options.functions };
    return new Execution(this.tree, functions, options.missingKey ?? 'invalid').run(data);
  }
}

interface Variable {
  readonly name: string;
  value: Value;
}

const NONE = Symbol('no final value');
type Final = Value | typeof NONE;

class Execution {
  private readonly tree: Tree;
  private readonly functions: Readonly<Record<string, TemplateFunction>>;
  private readonly missingKey: 'invalid' | 'error';
  private out = '';
  private variables: Variable[] = [];
  private depth = 0;

  constructor(tree: Tree, functions: Readonly<Record<string, TemplateFunction>>, missingKey: 'invalid' | 'error') {
    this.tree = tree;
    this.functions = functions;
    this.missingKey = missingKey;
  }

  run(data: Value): string {
    this.variables = [{ name: '$', value: data }];
    this.walk(data, this.tree.nodes);
    return this.out;
  }

  private fail(at: number, context: string, message: string): never {
    const before = this.tree.source.slice(0, at);
    const line = before.split('\n').length;
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf('\n') + 1)).length;
    const shown = context.length > 20 ? `${context.slice(0, 20)}...` : context;
    throw new TemplateExecError(
      `template: ${this.tree.name}:${line}:${column}: executing "${this.tree.name}" at <${shown}>: ${message}`,
    );
  }

  private walk(dot: Value, nodes: readonly Node[]): void {
    for (const node of nodes) this.node(dot, node);
  }

  private node(dot: Value, node: Node): void {
    switch (node.kind) {
      case 'text':
        this.out += node.text;
        return;
      case 'action': {
        const value = this.pipe(dot, node.pipe);
        if (node.pipe.variables.length === 0) this.out += printValue(value);
        return;
      }
      case 'break':
      case 'continue':
        throw new Break(node.kind);
      case 'template': {
        const body = this.tree.defined.get(node.name);
        if (body === undefined)
          this.fail(node.at, `{{template "${node.name}"}}`, `template "${node.name}" not defined`);
        if (++this.depth > 1000)
          this.fail(node.at, `{{template "${node.name}"}}`, 'exceeded maximum template depth (1000)');
        const inner = node.pipe === undefined ? undefined : this.pipe(dot, node.pipe);
        const outer = this.variables;
        this.variables = [{ name: '$', value: inner }];
        this.walk(inner, body);
        this.variables = outer;
        this.depth--;
        return;
      }
      case 'if':
      case 'with':
      case 'range': {
        const mark = this.variables.length;
        if (node.kind === 'range') this.range(dot, node.pipe, node.body, node.otherwise, mark);
        else {
          const value = this.pipe(dot, node.pipe);
          if (truth(value)) this.walk(node.kind === 'with' ? value : dot, node.body);
          else if (node.otherwise !== undefined) this.walk(dot, node.otherwise);
        }
        this.variables.length = mark;
      }
    }
  }

  private range(
    dot: Value,
    pipe: Pipe,
    body: readonly Node[],
    otherwise: readonly Node[] | undefined,
    mark: number,
  ): void {
    const value = this.pipe(dot, pipe, true);
    let entries: [Value, Value][];
    if (value === undefined || value === null || value instanceof NilPointer) entries = [];
    else if (isList(value)) entries = value.map((item, i) => [i, item]);
    else if (isMap(value)) {
      entries = Object.keys(value)
        .sort()
        .map((key) => [key, value[key]]);
    } else if (typeof value === 'number' && Number.isInteger(value))
      entries = Array.from({ length: Math.max(0, value) }, (_, i) => [i, i]);
    else {
      const first = pipe.commands[0];
      return this.fail(
        pipe.at,
        first === undefined ? '' : commandText(first),
        `range can't iterate over ${printValue(value)}`,
      );
    }
    if (entries.length === 0) {
      if (otherwise !== undefined) this.walk(dot, otherwise);
      return;
    }
    for (const [key, item] of entries) {
      this.variables.length = mark;
      const [one, two] = pipe.variables;
      const set = (name: string, given: Value): void => {
        if (pipe.assign) this.assign(name, given);
        else this.variables.push({ name, value: given });
      };
      if (one !== undefined && two !== undefined) {
        set(one, key);
        set(two, item);
      } else if (one !== undefined) set(one, item);
      try {
        this.walk(item, body);
      } catch (error) {
        if (!(error instanceof Break)) throw error;
        if (error.kind === 'break') break;
      }
    }
  }

  private assign(name: string, value: Value): void {
    for (let i = this.variables.length - 1; i >= 0; i--) {
      const variable = this.variables[i];
      if (variable?.name === name) {
        variable.value = value;
        return;
      }
    }
  }

  private pipe(dot: Value, pipe: Pipe, forRange = false): Value {
    let value: Final = NONE;
    for (const command of pipe.commands) value = this.command(dot, command, value);
    const result = value === NONE ? undefined : value;
    if (!forRange) {
      for (const name of pipe.variables) {
        if (pipe.assign) this.assign(name, result);
        else this.variables.push({ name, value: result });
      }
    }
    return result;
  }

  private command(dot: Value, command: Command, final: Final): Value {
    const first = command.args[0];
    if (first === undefined) return undefined;
    switch (first.kind) {
      case 'identifier':
        return this.callFunction(dot, first.name, first, command, command.args.slice(1), final);
      case 'field':
        return this.fields(dot, dot, first, first.names, command, final);
      case 'variable':
        if (first.names.length === 0) break;
        return this.fields(dot, this.variable(first.name), first, first.names, command, final);
      case 'chain':
        return this.fields(dot, this.operand(dot, first.base), first, first.names, command, final);
      default:
    }
    if (command.args.length > 1 || final !== NONE) {
      if (first.kind === 'pipe' && command.args.length === 1) return this.operand(dot, first);
      this.fail(first.at, operandText(first), `can't give argument to non-function ${operandText(first)}`);
    }
    if (first.kind === 'nil') this.fail(first.at, 'nil', 'nil is not a command');
    return this.operand(dot, first);
  }

  private variable(name: string): Value {
    for (let i = this.variables.length - 1; i >= 0; i--) {
      const variable = this.variables[i];
      if (variable?.name === name) return variable.value;
    }
    return undefined;
  }

  private operand(dot: Value, node: Operand): Value {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'bool':
      case 'string':
      case 'number':
        return node.value;
      case 'identifier':
        return this.callFunction(dot, node.name, node, { at: node.at, args: [node] }, [], NONE);
      case 'field':
        return this.fields(dot, dot, node, node.names, { at: node.at, args: [node] }, NONE);
      case 'variable':
        return node.names.length === 0
          ? this.variable(node.name)
          : this.fields(dot, this.variable(node.name), node, node.names, { at: node.at, args: [node] }, NONE);
      case 'chain':
        return this.fields(dot, this.operand(dot, node.base), node, node.names, { at: node.at, args: [node] }, NONE);
      case 'pipe':
        return this.pipe(dot, node.pipe);
    }
  }

  private fields(
    dot: Value,
    start: Value,
    node: Operand,
    names: readonly string[],
    command: Command,
    final: Final,
  ): Value {
    let value = start;
    names.forEach((name, i) => {
      const last = i === names.length - 1;
      value = this.field(
        dot,
        value,
        name,
        node,
        last ? command : undefined,
        last ? final : NONE,
        i === 0 && node.kind !== 'chain',
      );
    });
    return value;
  }

  private field(
    dot: Value,
    receiver: Value,
    name: string,
    node: Operand,
    command: Command | undefined,
    final: Final,
    root: boolean,
  ): Value {
    const at = node.at;
    const context = operandText(node);
    const extra = (command?.args.length ?? 1) > 1 || final !== NONE;
    if (receiver === undefined) {
      if (this.missingKey === 'error') this.fail(at, context, `nil data; no entry for key "${name}"`);
      return undefined;
    }
    if (receiver === null) return this.fail(at, context, `nil pointer evaluating interface {}.${name}`);
    if (receiver instanceof NilPointer)
      return this.fail(at, context, `nil pointer evaluating ${receiver.goType}.${name}`);
    if (receiver instanceof GoObject) {
      const member = receiver.member(name);
      if (member === undefined)
        return this.fail(at, context, `can't evaluate field ${name} in type ${receiver.goType}`);
      if (member.kind === 'method') {
        const args = (command?.args.slice(1) ?? []).map((arg) => this.operand(dot, arg));
        if (final !== NONE) args.push(final);
        if (args.length !== member.arity) {
          this.fail(at, context, `wrong number of args for ${name}: want ${member.arity} got ${args.length}`);
        }
        return member.call(args);
      }
      if (extra) this.fail(at, context, `${name} has arguments but cannot be invoked as function`);
      return member.value;
    }
    if (isMap(receiver)) {
      if (extra) this.fail(at, context, `${name} is not a method but has arguments`);
      if (Object.hasOwn(receiver, name)) return receiver[name];
      if (this.missingKey === 'error') this.fail(at, context, `map has no entry for key "${name}"`);
      return undefined;
    }
    return this.fail(at, context, `can't evaluate field ${name} in type ${root ? typeName(receiver) : 'interface {}'}`);
  }

  private callFunction(
    dot: Value,
    name: string,
    node: Operand,
    command: Command,
    given: readonly Operand[],
    final: Final,
  ): Value {
    const known = this.functions[name];
    if (known === undefined) return this.fail(node.at, name, `"${name}" is not a defined function`);
    const count = given.length + (final === NONE ? 0 : 1);
    if (known.variadic === true) {
      if (count < known.params.length) {
        this.fail(node.at, name, `wrong number of args for ${name}: want at least ${known.params.length} got ${count}`);
      }
    } else if (count !== known.params.length) {
      this.fail(node.at, name, `wrong number of args for ${name}: want ${known.params.length} got ${count}`);
    }
    if (name === 'and' || name === 'or') {
      let value: Value = undefined;
      for (const arg of given) {
        value = this.operand(dot, arg);
        if (truth(value) === (name === 'or')) return value;
      }
      return final === NONE ? value : final;
    }
    const args = given.map((arg, i) => this.argument(this.operand(dot, arg), known.params[i], arg));
    if (final !== NONE) args.push(this.argument(final, known.params[args.length], undefined, command, name));
    try {
      return known.call(args);
    } catch (error) {
      if (error instanceof TemplateExecError || !(error instanceof Error)) throw error;
      return this.fail(command.at, commandText(command), `error calling ${name}: ${error.message}`);
    }
  }

  private argument(
    value: Value,
    type: 'string' | 'int' | 'any' | undefined,
    node: Operand | undefined,
    command?: Command,
    name = '',
  ): Value {
    if (type === undefined || type === 'any') return value;
    const good = type === 'string' ? typeof value === 'string' : typeof value === 'number';
    if (good) return value;
    const at = node?.at ?? command?.at ?? 0;
    const context = node === undefined ? name : operandText(node);
    if (value === undefined || value === null) return this.fail(at, context, `invalid value; expected ${type}`);
    if (node?.kind === 'number' || node?.kind === 'string' || node?.kind === 'bool') {
      return this.fail(at, context, `expected ${type === 'int' ? 'integer' : type}; found ${operandText(node)}`);
    }
    if (value instanceof GoObject && type === 'string') {
      return this.fail(at, context, `wrong type for value; expected string; got ${value.goType}`);
    }
    return this.fail(at, context, `wrong type for value; expected ${type}; got ${typeName(value)}`);
  }
}
