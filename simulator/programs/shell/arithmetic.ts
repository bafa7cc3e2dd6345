/** Shell arithmetic: C's integer operators on 64-bit numbers. */
import type { Flavour } from './ast.ts';

/** What an expression reads and changes. */
export interface ArithmeticScope {
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
}

/** A wrong expression: what is wrong, and from where on. */
export class ArithmeticError extends Error {
  readonly expression: string;
  /** The text from the offending token on (bash's "error token"). */
  readonly token: string;
  constructor(message: string, expression: string, token: string) {
    super(message);
    this.expression = expression;
    this.token = token;
  }
}

const OPERATORS = /<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^<>=!~?:(),]/y;
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const wrap = (n: bigint): bigint => BigInt.asIntN(64, n);
const MAX_DEPTH = 200;

class Evaluator {
  readonly text: string;
  readonly scope: ArithmeticScope;
  readonly flavour: Flavour;
  readonly depth: number;
  pos = 0;
  /** Start of the token read last. */
  at = 0;
  /** More than zero while an unevaluated branch is read. */
  skip = 0;
  nesting = 0;

  constructor(text: string, scope: ArithmeticScope, flavour: Flavour, depth: number) {
    this.text = text;
    this.scope = scope;
    this.flavour = flavour;
    this.depth = depth;
  }

  fail(message: string, at = this.at): never {
    throw new ArithmeticError(message, this.text, this.text.slice(at));
  }

  blanks(): void {
    while (/\s/.test(this.text[this.pos] ?? '')) this.pos++;
  }
  /** The operator at this place, without reading it. */
  operator(): string | undefined {
    this.blanks();
    OPERATORS.lastIndex = this.pos;
    const op = OPERATORS.exec(this.text)?.[0];
    // dash has no increment: `++` is two signs.
    return this.flavour === 'dash' && (op === '++' || op === '--' || op === '**') ? op[0] : op;
  }
  take(op: string): boolean {
    if (this.operator() !== op) return false;
    this.at = this.pos;
    this.pos += op.length;
    return true;
  }

  run(): bigint {
    this.blanks();
    if (this.pos >= this.text.length) return 0n;
    const value = this.comma();
    this.blanks();
    if (this.pos < this.text.length) {
      this.fail(
        /^\w/.test(this.text.slice(this.pos)) || this.flavour !== 'bash'
          ? 'syntax error in expression'
          : 'syntax error: invalid arithmetic operator',
        this.pos,
      );
    }
    return value;
  }

  comma(): bigint {
    if (++this.nesting > MAX_DEPTH) this.fail('expression recursion level exceeded');
    let value = this.assignment();
    while (this.flavour !== 'dash' && this.take(',')) value = this.assignment();
    this.nesting--;
    return value;
  }

  assignment(): bigint {
    const start = this.pos;
    const target = this.target();
    if (target) {
      const op = this.operator();
      if (
        op === '=' ||
        (op !== undefined && op.length > 1 && op.endsWith('=') && !['==', '!=', '<=', '>='].includes(op))
      ) {
        this.at = this.pos;
        this.pos += op.length;
        const right = this.assignment();
        const value = op === '=' ? right : this.binary(op.slice(0, -1), this.variable(target), right);
        this.store(target, value);
        return value;
      }
    }
    this.pos = start;
    return this.ternary();
  }

  ternary(): bigint {
    const cond = this.level(0);
    if (!this.take('?')) return cond;
    const yes = cond !== 0n;
    if (!yes) this.skip++;
    this.blanks();
    if (this.operator() === ':' || this.pos >= this.text.length) this.fail('expression expected', this.pos);
    const a = this.comma();
    if (!yes) this.skip--;
    if (!this.take(':')) {
      this.blanks();
      this.fail("`:' expected for conditional expression", this.pos);
    }
    if (yes) this.skip++;
    const b = this.flavour === 'bash' ? this.ternary() : this.assignment();
    if (yes) this.skip--;
    return yes ? a : b;
  }

  level(n: number): bigint {
    const ops = LEVELS[n];
    if (!ops) return this.power();
    let left = this.level(n + 1);
    for (;;) {
      const op = this.operator();
      if (op === undefined || !ops.includes(op)) return left;
      this.at = this.pos;
      this.pos += op.length;
      if (op === '&&' || op === '||') {
        const decided = op === '&&' ? left === 0n : left !== 0n;
        if (decided) this.skip++;
        const right = this.level(n + 1);
        if (decided) this.skip--;
        left = decided ? (op === '&&' ? 0n : 1n) : right !== 0n ? 1n : 0n;
      } else {
        this.blanks();
        const at = this.pos;
        const right = this.level(n + 1);
        left = this.binary(op, left, right, at);
      }
    }
  }

  power(): bigint {
    const base = this.unary();
    if (this.flavour === 'dash' || !this.take('**')) return base;
    const at = this.pos;
    const exponent = this.power();
    if (exponent < 0n) {
      if (this.skip) return 0n;
      this.fail('exponent less than 0', at);
    }
    let result = 1n;
    for (let b = base, e = exponent; e > 0n; e >>= 1n, b = wrap(b * b)) if (e & 1n) result = wrap(result * b);
    return result;
  }

  binary(op: string, a: bigint, b: bigint, at = this.at): bigint {
    switch (op) {
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      case '/':
      case '%':
        if (b === 0n) {
          if (this.skip) return 0n;
          this.fail('division by 0', at);
        }
        return wrap(op === '/' ? a / b : a % b);
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return wrap(a >> (b & 63n));
      case '<':
        return a < b ? 1n : 0n;
      case '>':
        return a > b ? 1n : 0n;
      case '<=':
        return a <= b ? 1n : 0n;
      case '>=':
        return a >= b ? 1n : 0n;
      case '==':
        return a === b ? 1n : 0n;
      case '!=':
        return a !== b ? 1n : 0n;
      case '&':
        return a & b;
      case '^':
        return a ^ b;
      default:
        return a | b;
    }
  }

  unary(): bigint {
    const op = this.operator();
    if (op === '++' || op === '--') {
      if (this.flavour !== 'dash') {
        const start = this.pos;
        this.pos += 2;
        const target = this.target();
        if (target) {
          const value = wrap(this.variable(target) + (op === '++' ? 1n : -1n));
          this.store(target, value);
          return value;
        }
        this.pos = start;
      }
      this.pos++;
      if (++this.nesting > MAX_DEPTH) this.fail('expression recursion level exceeded');
      const value = this.unary();
      return op === '++' ? value : wrap(-value);
    }
    if (op === '!' || op === '~' || op === '-' || op === '+') {
      this.at = this.pos;
      this.pos++;
      if (++this.nesting > MAX_DEPTH) this.fail('expression recursion level exceeded');
      const value = this.unary();
      return op === '!' ? (value === 0n ? 1n : 0n) : op === '~' ? ~value : op === '-' ? wrap(-value) : value;
    }
    return this.primary();
  }

  primary(): bigint {
    this.blanks();
    if (this.take('(')) {
      const value = this.comma();
      if (!this.take(')')) {
        this.blanks();
        this.fail("missing `)'", this.pos >= this.text.length ? this.at : this.pos);
      }
      return value;
    }
    const start = this.pos;
    const number = /[0-9][0-9A-Za-z_@#]*/y;
    number.lastIndex = this.pos;
    const digits = number.exec(this.text)?.[0];
    if (digits !== undefined) {
      this.at = start;
      this.pos += digits.length;
      return this.number(digits);
    }
    const target = this.target();
    if (!target) {
      this.blanks();
      this.fail(
        'syntax error: operand expected',
        this.pos < this.text.length ? this.pos : Math.min(this.at, this.text.length),
      );
    }
    this.at = start;
    const op = this.operator();
    const value = this.variable(target);
    if (this.flavour !== 'dash' && (op === '++' || op === '--')) {
      this.pos += 2;
      this.store(target, wrap(value + (op === '++' ? 1n : -1n)));
    }
    return value;
  }

  number(digits: string): bigint {
    const based = /^([0-9]+)#([0-9A-Za-z@_]*)$/.exec(digits);
    if (based && this.flavour !== 'dash') {
      const base = Number(based[1]);
      if (base < 2 || base > 64) this.fail('invalid arithmetic base');
      let value = 0n;
      for (const c of based[2]!) {
        const digit =
          c >= '0' && c <= '9'
            ? Number(c)
            : c >= 'a' && c <= 'z'
              ? c.charCodeAt(0) - 87
              : c >= 'A' && c <= 'Z'
                ? c.charCodeAt(0) - (base <= 36 ? 55 : 29)
                : c === '@'
                  ? 62
                  : 63;
        if (digit >= base) this.fail('value too great for base');
        value = wrap(value * BigInt(base) + BigInt(digit));
      }
      if (based[2] === '') this.fail('invalid integer constant');
      return value;
    }
    if ((this.flavour === 'bash' ? /^0[xX][0-9a-fA-F]*$/ : /^0[xX][0-9a-fA-F]+$/).test(digits))
      return wrap(BigInt(digits.length > 2 ? digits.toLowerCase() : 0));
    if (/^0[0-7]*$/.test(digits)) return wrap(BigInt(`0o${digits.slice(1) || '0'}`));
    if (/^[1-9][0-9]*$/.test(digits))
      return this.flavour === 'dash'
        ? clamp(BigInt(digits))
        : this.flavour === 'ash' && BigInt(digits) > 0xffffffffffffffffn
          ? 0n
          : wrap(BigInt(digits));
    this.fail('value too great for base');
  }

  /** A variable at this place, with its subscript. */
  target(): { name: string; index: string | undefined } | undefined {
    this.blanks();
    const re = /[A-Za-z_]\w*/y;
    re.lastIndex = this.pos;
    const name = re.exec(this.text)?.[0];
    if (name === undefined) return undefined;
    this.at = this.pos;
    this.pos += name.length;
    if (this.text[this.pos] !== '[' || this.flavour !== 'bash') return { name, index: undefined };
    let depth = 0;
    let end = this.pos;
    for (; end < this.text.length; end++) {
      if (this.text[end] === '[') depth++;
      else if (this.text[end] === ']' && --depth === 0) break;
    }
    if (end >= this.text.length) this.fail('bad array subscript', this.at);
    const index = this.text.slice(this.pos + 1, end);
    this.pos = end + 1;
    return { name, index };
  }

  variable(target: { name: string; index: string | undefined }): bigint {
    if (this.skip) return 0n;
    const text = this.scope.get(target.name, target.index);
    if (text === undefined || text === '') return 0n;
    if (/^-?(0|[1-9][0-9]{0,15})$/.test(text)) return BigInt(text);
    if (this.depth > MAX_DEPTH) this.fail('expression recursion level exceeded');
    if (this.flavour === 'dash') {
      if (!/^\s*[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)\s*$/.test(text))
        throw new ArithmeticError('Illegal number', text, text);
    }
    return new Evaluator(text, this.scope, this.flavour, this.depth + 1).run();
  }

  store(target: { name: string; index: string | undefined }, value: bigint): void {
    if (!this.skip) this.scope.set(target.name, target.index, value.toString());
  }
}

const clamp = (n: bigint): bigint => (n > 0x7fffffffffffffffn ? 0x7fffffffffffffffn : n);

/** Evaluates an expression in which `$…` has been expanded already. */
export function evaluate(text: string, scope: ArithmeticScope, flavour: Flavour): bigint {
  return new Evaluator(text, scope, flavour, 0).run();
}
