/** Turns tokens into the tree of a template, with Go's error texts. */
import { goQuote } from '../format/text.ts';
import { lex, type Token, type TokenKind } from './lexer.ts';

export type Operand =
  | { readonly kind: 'dot' | 'nil'; readonly at: number }
  | {
      readonly kind: 'bool' | 'string' | 'number';
      readonly at: number;
      readonly value: boolean | string | number;
      readonly text: string;
    }
  | { readonly kind: 'identifier'; readonly at: number; readonly name: string }
  | { readonly kind: 'field'; readonly at: number; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly at: number; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: 'chain'; readonly at: number; readonly base: Operand; readonly names: readonly string[] }
  | { readonly kind: 'pipe'; readonly at: number; readonly pipe: Pipe };

export interface Command {
  readonly at: number;
  readonly args: readonly Operand[];
}

export interface Pipe {
  readonly at: number;
  readonly assign: boolean;
  readonly variables: readonly string[];
  readonly commands: readonly Command[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly at: number;
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise?: readonly Node[];
    }
  | { readonly kind: 'template'; readonly at: number; readonly name: string; readonly pipe?: Pipe }
  | { readonly kind: 'break' | 'continue' };

export interface Tree {
  readonly name: string;
  readonly source: string;
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** A template's syntax error, e.g. `template: :1: unclosed action`. */
export class TemplateSyntaxError extends Error {}

/** An operand as error texts show it. */
export function operandText(node: Operand): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
    case 'string':
    case 'number':
      return node.text;
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return [node.name, ...node.names].join('.');
    case 'chain':
      return `${node.base.kind === 'pipe' ? `(${pipeText(node.base.pipe)})` : operandText(node.base)}${node.names.map((name) => `.${name}`).join('')}`;
    case 'pipe':
      return `(${pipeText(node.pipe)})`;
  }
}

/** A command as error texts show it. */
export function commandText(command: Command): string {
  return command.args.map(operandText).join(' ');
}

/** A pipeline as error texts show it. */
export function pipeText(pipe: Pipe): string {
  const head = pipe.variables.length > 0 ? `${pipe.variables.join(', ')} ${pipe.assign ? '=' : ':='} ` : '';
  return head + pipe.commands.map(commandText).join(' | ');
}

const OPERANDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw',
  'string',
  'variable',
  'open',
]);

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  const body = text.slice(1, -1);
  return body.replace(
    /\\(?:([abfnrtv\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/g,
    (_all, simple?: string, hex?: string, short?: string, long?: string, octal?: string) => {
      if (simple !== undefined) {
        const known: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
        return known[simple] ?? simple;
      }
      return String.fromCodePoint(octal !== undefined ? parseInt(octal, 8) : parseInt(hex ?? short ?? long ?? '0', 16));
    },
  );
}

function readNumber(text: string): number {
  const clean = text.replace(/_/g, '');
  const sign = clean.startsWith('-') ? -1 : 1;
  const digits = clean.replace(/^[+-]/, '');
  if (/^0[0-7]+$/.test(digits)) return sign * parseInt(digits, 8);
  return sign * Number(digits);
}

class Parser {
  private readonly tokens: readonly Token[];
  private index = 0;
  private variables: string[] = ['$'];
  private readonly name: string;
  private readonly functions: ReadonlySet<string>;
  private loops = 0;
  readonly defined = new Map<string, readonly Node[]>();

  constructor(name: string, source: string, functions: ReadonlySet<string>) {
    this.name = name;
    this.functions = functions;
    this.tokens = lex(source);
  }

  root(): Node[] {
    const nodes: Node[] = [];
    while (this.peek().kind !== 'eof') {
      const token = this.peek();
      if (token.kind === 'left') {
        const keyword =
          this.tokens[this.index + 1]?.kind === 'space' ? this.tokens[this.index + 2] : this.tokens[this.index + 1];
        if (keyword?.kind === 'keyword' && keyword.text === 'define') {
          this.next();
          this.nextNonSpace();
          this.definition();
          continue;
        }
      }
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') this.fail(`unexpected {{${node}}}`);
      nodes.push(node);
    }
    return nodes;
  }

  private fail(message: string): never {
    throw new TemplateSyntaxError(`template: ${this.name}:${this.line()}: ${message}`);
  }
  private line(): number {
    return this.tokens[Math.max(0, this.index - 1)]?.line ?? 1;
  }
  private peek(): Token {
    return this.tokens[this.index] ?? { kind: 'eof', text: '', at: 0, line: 1 };
  }
  private next(): Token {
    const token = this.peek();
    this.index++;
    return token;
  }
  private nextNonSpace(): Token {
    while (this.peek().kind === 'space') this.index++;
    return this.next();
  }
  private peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.index++;
    return this.peek();
  }
  private describe(token: Token): string {
    if (token.kind === 'eof') return 'EOF';
    if (token.kind === 'keyword') return `<${token.text}>`;
    return token.text.length > 10 ? `${goQuote(token.text.slice(0, 10))}...` : goQuote(token.text);
  }
  private unexpected(token: Token, context: string): never {
    if (token.kind === 'error') this.fail(token.text);
    this.fail(`unexpected ${this.describe(token)} in ${context}`);
  }

  private textOrAction(): Node | 'end' | 'else' {
    const token = this.next();
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind === 'left') return this.action();
    return this.unexpected(token, 'input');
  }

  private action(): Node | 'end' | 'else' {
    const token = this.nextNonSpace();
    if (token.kind === 'keyword') {
      switch (token.text) {
        case 'if':
        case 'with':
        case 'range':
          return this.control(token.text, token.at);
        case 'end':
          if (this.nextNonSpace().kind !== 'right') this.unexpected(this.tokens[this.index - 1] ?? token, 'end');
          return 'end';
        case 'else': {
          const after = this.peekNonSpace();
          if (after.kind === 'keyword' && (after.text === 'if' || after.text === 'with')) return 'else';
          if (this.nextNonSpace().kind !== 'right') this.unexpected(this.tokens[this.index - 1] ?? token, 'else');
          return 'else';
        }
        case 'break':
        case 'continue': {
          const end = this.nextNonSpace();
          if (end.kind !== 'right') this.unexpected(end, `{{${token.text}}}`);
          if (this.loops === 0) this.fail(`{{${token.text}}} outside {{range}}`);
          return { kind: token.text };
        }
        case 'template': {
          const name = this.templateName('template clause');
          let pipe: Pipe | undefined;
          if (this.peekNonSpace().kind === 'right') this.next();
          else pipe = this.pipeline('template clause', 'right');
          return { kind: 'template', at: token.at, name, ...(pipe === undefined ? {} : { pipe }) };
        }
        case 'block': {
          const name = this.templateName('block clause');
          const pipe = this.pipeline('block clause', 'right');
          this.define(name);
          return { kind: 'template', at: token.at, name, pipe };
        }
        default:
          this.unexpected(token, 'command');
      }
    }
    this.index--;
    const pipe = this.pipeline('command', 'right');
    return { kind: 'action', pipe };
  }

  private templateName(context: string): string {
    const token = this.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'raw') this.unexpected(token, context);
    return unquote(token.text);
  }

  private definition(): void {
    const name = this.templateName('define clause');
    const end = this.nextNonSpace();
    if (end.kind !== 'right') this.unexpected(end, 'define clause');
    this.define(name);
  }

  private define(name: string): void {
    const outer = this.variables;
    this.variables = ['$'];
    const [body, end] = this.items();
    if (end !== 'end') this.fail(`unexpected {{else}} in define clause`);
    this.defined.set(name, body);
    this.variables = outer;
  }

  private items(): [Node[], 'end' | 'else'] {
    const nodes: Node[] = [];
    while (this.peek().kind !== 'eof') {
      const node = this.textOrAction();
      if (node === 'end' || node === 'else') return [nodes, node];
      nodes.push(node);
    }
    this.index++;
    return this.fail('unexpected EOF');
  }

  private control(kind: 'if' | 'with' | 'range', at: number): Node {
    const depth = this.variables.length;
    const pipe = this.pipeline(kind, 'right');
    if (kind === 'range') this.loops++;
    const [body, end] = this.items();
    if (kind === 'range') this.loops--;
    let otherwise: Node[] | undefined;
    if (end === 'else') {
      const chained = this.peekNonSpace();
      if (chained.kind === 'keyword' && chained.text === kind && kind !== 'range') {
        this.next();
        otherwise = [this.control(kind, chained.at)];
      } else if (chained.kind === 'keyword') {
        this.unexpected(chained, kind);
      } else {
        const [list, last] = this.items();
        if (last !== 'end') this.fail('expected end; found {{else}}');
        otherwise = list;
      }
    }
    this.variables.length = depth;
    return { kind, at, pipe, body, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  private pipeline(context: string, end: TokenKind): Pipe {
    const at = this.peekNonSpace().at;
    let assign = false;
    const variables: string[] = [];
    for (;;) {
      const token = this.peekNonSpace();
      if (token.kind !== 'variable') break;
      const back = this.index;
      this.next();
      const after = this.peekNonSpace();
      if (after.kind === 'assign' || after.kind === 'declare') {
        this.nextNonSpace();
        assign = after.kind === 'assign';
        variables.push(token.text);
        if (!assign) this.variables.push(token.text);
        break;
      }
      if (after.kind === 'comma' && context === 'range' && variables.length < 2) {
        this.nextNonSpace();
        variables.push(token.text);
        this.variables.push(token.text);
        continue;
      }
      if (after.kind === 'comma') this.fail(`too many declarations in ${context}`);
      this.index = back;
      break;
    }
    const commands: Command[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.kind === end) {
        this.check(commands, context);
        return { at, assign, variables, commands };
      }
      if (!OPERANDS.has(token.kind)) this.unexpected(token, context);
      this.index--;
      commands.push(this.command());
    }
  }

  private check(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.forEach((command, i) => {
      const kind = command.args[0]?.kind;
      if (i > 0 && (kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string')) {
        this.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    });
  }

  private command(): Command {
    const at = this.peekNonSpace().at;
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.operand();
      if (operand !== undefined) args.push(operand);
      const token = this.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === 'close') this.index--;
      else if (token.kind !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.fail('empty command');
    return { at, args };
  }

  private operand(): Operand | undefined {
    const node = this.term();
    if (node === undefined || this.peek().kind !== 'field') return node;
    const at = this.peek().at;
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
    switch (node.kind) {
      case 'field':
        return { kind: 'field', at, names: [...node.names, ...names] };
      case 'variable':
        return { kind: 'variable', at, name: node.name, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.fail(`unexpected . after term ${goQuote(operandText(node))}`);
      default:
        return { kind: 'chain', at, base: node, names };
    }
  }

  private term(): Operand | undefined {
    const token = this.nextNonSpace();
    const at = token.at;
    switch (token.kind) {
      case 'identifier':
        if (!this.functions.has(token.text)) this.fail(`function ${goQuote(token.text)} not defined`);
        return { kind: 'identifier', at, name: token.text };
      case 'dot':
        return { kind: 'dot', at };
      case 'nil':
        return { kind: 'nil', at };
      case 'variable':
        if (!this.variables.includes(token.text)) this.fail(`undefined variable ${goQuote(token.text)}`);
        return { kind: 'variable', at, name: token.text, names: [] };
      case 'field':
        return { kind: 'field', at, names: [token.text.slice(1)] };
      case 'bool':
        return { kind: 'bool', at, value: token.text === 'true', text: token.text };
      case 'number':
        return { kind: 'number', at, value: readNumber(token.text), text: token.text };
      case 'char':
        return { kind: 'number', at, value: unquote(token.text).codePointAt(0) ?? 0, text: token.text };
      case 'string':
      case 'raw':
        return { kind: 'string', at, value: unquote(token.text), text: token.text };
      case 'open':
        return { kind: 'pipe', at, pipe: this.pipeline('parenthesized pipeline', 'close') };
      default:
        this.index--;
        return undefined;
    }
  }
}

/** Parses `source`; `functions` are the names that may be called. Throws `TemplateSyntaxError`. */
export function parseTemplate(source: string, functions: ReadonlySet<string>, name = ''): Tree {
  const parser = new Parser(name, source, functions);
  const nodes = parser.root();
  return { name, source, nodes, defined: parser.defined };
}
