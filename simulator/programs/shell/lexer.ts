/** Reads words: quoting, `$` expansions, substitutions. Commands inside them are read by the parser that extends it. */
import type { Command, Flavour, Param, Part, Redir, Word } from './ast.ts';

export type ParseProblem =
  /** An unexpected token: its text, and the name dash and ash give it. */
  | { readonly kind: 'token'; readonly text: string; readonly name: string; readonly expecting?: string | undefined }
  /** The end came while `close` was looked for. */
  | { readonly kind: 'unclosed'; readonly close: string; readonly from: number }
  | { readonly kind: 'message'; readonly text: string };

/** A syntax error. `incomplete` when more input could mend it. */
export class ParseError extends Error {
  readonly problem: ParseProblem;
  readonly line: number;
  /** The line of source it happened in. */
  readonly source: string;
  readonly incomplete: boolean;
  constructor(problem: ParseProblem, line: number, source: string, incomplete: boolean) {
    super('syntax error');
    this.problem = problem;
    this.line = line;
    this.source = source;
    this.incomplete = incomplete;
  }
}

export interface Token {
  readonly k: 'word' | 'op' | 'nl' | 'eof' | 'io';
  /** Source text of words, the operator, the descriptor. */
  readonly s: string;
  readonly word?: Word;
  readonly start: number;
  readonly line: number;
}

export interface ParseOptions {
  readonly flavour: Flavour;
  readonly line?: number;
  readonly alias?: (name: string) => string | undefined;
  readonly extglob?: boolean;
  /** The locale is not UTF-8: $'\\u00e9' stays as it is written. */
  readonly narrow?: boolean;
}

interface Scan {
  /** Characters that end the text (not consumed). */
  readonly stop: string;
  readonly dq?: boolean;
  readonly heredoc?: boolean;
  readonly regex?: boolean;
  readonly extglob?: boolean;
  /** A word outside of quotes: ends at blanks and operators. */
  readonly word?: boolean;
  /** Brackets nest up to the stop character. */
  readonly nest?: string;
}

/** Constructs within constructs. JavaScript's own stack must never be what decides. */
const MAX_NESTING = 400;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const META = ' \t\n;&|<>()';
const OPERATORS = /&>>|&>|&&|&|\|\||\|&|\||;;&|;;|;&|;|<<<|<<-|<<|<&|<>|<|>>|>\||>&|>|\(|\)/y;
const POSIX_OPERATORS = /&&|&|\|\||\||;;|;|<<-|<<|<&|<>|<|>>|>\||>&|>|\(|\)/y;
const ASH_OPERATORS = /&>|&&|&|\|\||\||;;|;|<<-|<<|<&|<>|<|>>|>\||>&|>|\(|\)/y;

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

export abstract class Lexer {
  src: string;
  pos = 0;
  line: number;
  readonly flavour: Flavour;
  readonly options: ParseOptions;
  protected tok: Token | undefined;
  private ended = false;
  /** A token taken back, so that nested substitutions in it are not read twice. */
  protected kept: { token: Token; pos: number; line: number } | undefined;
  /** Where `((` turned out not to begin arithmetic. */
  protected readonly notArithmetic = new Set<number>();
  protected nesting = 0;
  protected pending: { redir: Redir; delimiter: string; quoted: boolean; strip: boolean }[] = [];
  /** Here-documents that the end of the input cut short, for bash's warning. */
  readonly unfinished: { line: number; at: number; delimiter: string }[] = [];
  /** Below zero-length input more may follow (interactive shells, scripts on standard input). */
  more = false;

  constructor(src: string, options: ParseOptions) {
    this.src = src;
    this.options = options;
    this.flavour = options.flavour;
    this.line = options.line ?? 1;
  }

  get bash(): boolean {
    return this.flavour === 'bash';
  }

  protected abstract substitution(close: string): Command | undefined;
  protected abstract fork(text: string, line: number): Lexer;
  abstract whole(): Command | undefined;

  fail(problem: ParseProblem, line = this.line): never {
    const from = this.src.lastIndexOf('\n', Math.max(0, Math.min(this.pos, this.src.length) - 1)) + 1;
    const to = this.src.indexOf('\n', from);
    const atEnd = problem.kind === 'unclosed' || (problem.kind === 'token' && problem.name === 'end of file');
    throw new ParseError(problem, line, this.src.slice(from, to < 0 ? undefined : to), atEnd && this.more);
  }

  protected unclosed(close: string, from: number): never {
    return this.fail({ kind: 'unclosed', close, from }, this.bash ? from : this.line);
  }

  protected match(re: RegExp): string | undefined {
    re.lastIndex = this.pos;
    return re.exec(this.src)?.[0];
  }

  skipBlanks(): void {
    for (;;) {
      const c = this.src[this.pos];
      if (c === ' ' || c === '\t') this.pos++;
      else if (c === '\\' && this.src[this.pos + 1] === '\n') {
        this.pos += 2;
        this.line++;
        if (this.more && this.pos >= this.src.length) this.unclosed('\\', this.line);
      } else break;
    }
    if (this.src[this.pos] === '#') {
      const end = this.src.indexOf('\n', this.pos);
      this.pos = end < 0 ? this.src.length : end;
    }
  }

  peek(): Token {
    return (this.tok ??= this.read());
  }
  next(): Token {
    const token = this.peek();
    this.tok = undefined;
    return token;
  }
  /** Takes a looked-at token back, so that it can be read again in another way. */
  unpeek(): void {
    if (!this.tok || this.tok.k === 'nl') return;
    this.kept = { token: this.tok, pos: this.pos, line: this.line };
    this.pos = this.tok.start;
    this.line = this.tok.line;
    this.tok = undefined;
  }

  private read(): Token {
    this.skipBlanks();
    const start = this.pos;
    const line = this.line;
    if (this.kept?.token.start === start) {
      const { token, pos, line: after } = this.kept;
      this.pos = pos;
      this.line = after;
      return token;
    }
    if (start >= this.src.length) {
      if (this.bash && !this.ended && start > 0 && this.src[start - 1] !== '\n') {
        // bash's reader ends every input with a newline.
        this.ended = true;
        this.line++;
        if (this.pending.length) this.bodies();
        return { k: 'nl', s: '\n', start, line };
      }
      if (this.pending.length) this.bodies();
      return { k: 'eof', s: '', start, line };
    }
    const c = this.src[start]!;
    if (c === '\n') {
      this.pos++;
      this.line++;
      if (this.pending.length) this.bodies();
      return { k: 'nl', s: '\n', start, line };
    }
    if (META.includes(c) && !(this.flavour !== 'dash' && (c === '<' || c === '>') && this.src[start + 1] === '(')) {
      const op = this.match(this.bash ? OPERATORS : this.flavour === 'ash' ? ASH_OPERATORS : POSIX_OPERATORS)!;
      this.pos += op.length;
      return { k: 'op', s: op, start, line };
    }
    const io = this.match(/(?:\d+|\{[A-Za-z_]\w*\})(?=[<>])/y);
    if (io !== undefined && (this.bash || io[0] !== '{')) {
      this.pos += io.length;
      return { k: 'io', s: io, start, line };
    }
    const word = { parts: this.scan({ stop: '', word: true, extglob: this.options.extglob === true }) };
    return { k: 'word', s: this.src.slice(start, this.pos), word, start, line };
  }

  /** Reads the word of a `=~` operator, in which parentheses and bars are ordinary. */
  regexWord(): Word {
    this.unpeek();
    this.skipBlanks();
    return { parts: this.scan({ stop: '', word: true, regex: true }) };
  }
  /** Reads the word of a `==` operator, with extended patterns. */
  patternWord(): Word {
    this.unpeek();
    this.skipBlanks();
    return { parts: this.scan({ stop: '', word: true, extglob: true }) };
  }

  /** Enters a nested construct; so deep that a real shell's stack would overflow, it is the end. */
  protected enter(): void {
    if (++this.nesting > MAX_NESTING) throw new RangeError('nested too deeply');
  }
  protected leave(): void {
    this.nesting--;
  }

  /** Reads text up to a stop character and gives its parts. */
  scan(how: Scan): Part[] {
    this.enter();
    const parts = this.parts(how);
    this.leave();
    return parts;
  }
  private parts(how: Scan): Part[] {
    const parts: Part[] = [];
    let lit = '';
    let depth = 0;
    let nested = 0;
    const flush = () => {
      if (lit) parts.push({ t: 'lit', s: lit });
      lit = '';
    };
    const { src } = this;
    for (;;) {
      if (this.pos >= src.length) break;
      const c = src[this.pos]!;
      if (how.stop.includes(c) && nested === 0) break;
      if (how.word) {
        if (depth > 0) {
          if (c === '(') depth++;
          else if (c === ')') depth--;
          if (c === '(' || c === ')' || c === '|' || c === ' ' || (c === '&' && how.regex)) {
            lit += c;
            this.pos++;
            continue;
          }
        } else if (how.extglob && c === '(' && /[?*+@!]$/.test(lit)) {
          depth++;
          lit += c;
          this.pos++;
          continue;
        } else if (how.regex && (c === '(' || c === '|')) {
          if (c === '(') depth++;
          lit += c;
          this.pos++;
          continue;
        } else if (META.includes(c)) {
          if (this.flavour !== 'dash' && (c === '<' || c === '>') && src[this.pos + 1] === '(') {
            flush();
            this.pos += 2;
            parts.push({ t: 'proc', dir: c, body: this.substitution(')') });
            continue;
          }
          break;
        }
      }
      if (how.nest !== undefined) {
        if (c === how.nest[0]) nested++;
        else if (c === how.nest[1]) nested--;
      }
      if (c === '\n') this.line++;
      if (c === '\\') {
        const d = src[this.pos + 1];
        if (d === '\n') {
          this.pos += 2;
          this.line++;
          if (this.more && this.pos >= src.length) this.unclosed('\\', this.line);
          continue;
        }
        if (how.dq) {
          if (
            d !== undefined &&
            ('$`\\'.includes(d) || (d === '"' && !how.heredoc) || (d === '}' && how.stop === '}'))
          ) {
            flush();
            parts.push({ t: 'quo', s: d, by: '\\' });
            this.pos += 2;
          } else {
            lit += c;
            this.pos++;
          }
          continue;
        }
        if (d === undefined) {
          if (this.more) this.unclosed('\\', this.line);
          lit += c;
          this.pos++;
          continue;
        }
        flush();
        parts.push({ t: 'quo', s: d, by: '\\' });
        this.pos += 2;
        continue;
      }
      if (c === "'" && !how.dq) {
        const end = src.indexOf("'", this.pos + 1);
        if (end < 0) this.runOut("'");
        flush();
        const s = src.slice(this.pos + 1, end);
        parts.push({ t: 'quo', s, by: "'" });
        this.countLines(s);
        this.pos = end + 1;
        continue;
      }
      if (c === '"' && !how.heredoc) {
        flush();
        const from = this.line;
        this.pos++;
        const inner = this.scan({ stop: '"', dq: true });
        if (src[this.pos] !== '"') this.unclosed('"', from);
        this.pos++;
        parts.push({ t: 'dq', parts: inner });
        continue;
      }
      if (c === '$') {
        const part = this.dollar(how.dq === true);
        if (part) {
          flush();
          parts.push(part);
        } else {
          lit += '$';
          this.pos++;
        }
        continue;
      }
      if (c === '`') {
        flush();
        parts.push(this.backquote(how.dq === true && !how.heredoc));
        continue;
      }
      lit += c;
      this.pos++;
    }
    if (depth > 0 && how.regex === undefined) this.unclosed(')', this.line);
    flush();
    return parts;
  }

  private countLines(text: string): void {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.line++;
  }

  private runOut(close: string): never {
    const from = this.line;
    this.countLines(this.src.slice(this.pos));
    this.pos = this.src.length;
    return this.unclosed(close, from);
  }

  /** At a `$`: the expansion, or undefined where the dollar stands for itself. */
  private dollar(dq: boolean): Part | undefined {
    const { src } = this;
    const from = this.line;
    const d = src[this.pos + 1];
    if (d === undefined) return undefined;
    if (d === '(') {
      if (src[this.pos + 2] === '(') {
        const arith = this.arithmetic(3);
        if (arith) return { t: 'arith', parts: arith };
      }
      this.pos += 2;
      return { t: 'cmd', body: this.substitution(')') };
    }
    if (d === '{') return this.braces(dq, from);
    if (d === '[' && this.bash) {
      this.pos += 2;
      const parts = this.scan({ stop: ']', dq: true, nest: '[]' });
      if (src[this.pos] !== ']') this.unclosed(']', from);
      this.pos++;
      return { t: 'arith', parts };
    }
    if (d === "'" && !dq && this.flavour !== 'dash') return this.ansi();
    if (d === '"' && !dq && this.bash) {
      this.pos += 2;
      const parts = this.scan({ stop: '"', dq: true });
      if (src[this.pos] !== '"') this.unclosed('"', from);
      this.pos++;
      return { t: 'dq', parts };
    }
    this.pos++;
    const name = this.match(NAME) ?? (/[0-9@*#?$!-]/.test(d) ? d : undefined);
    if (name === undefined) {
      this.pos--;
      return undefined;
    }
    this.pos += name.length;
    return { t: 'param', name };
  }

  /** `((…))` from `skip` characters on; undefined (and nothing read) when it does not end in `))`. */
  arithmetic(skip: number): Part[] | undefined {
    const [pos, line] = [this.pos, this.line];
    if (this.notArithmetic.has(pos)) return undefined;
    this.pos += skip;
    const parts: Part[] = [];
    let depth = 0;
    for (;;) {
      parts.push(...this.scan({ stop: '()', dq: true }));
      const c = this.src[this.pos];
      if (c === undefined) {
        // dash and ash take `$((` for arithmetic whatever follows.
        if (this.more || (!this.bash && skip === 3)) this.unclosed(')', line);
        break;
      }
      if (c === ')' && depth === 0) {
        if (this.src[this.pos + 1] !== ')') {
          if (this.bash || skip !== 3) break;
          parts.push({ t: 'lit', s: c });
          this.pos++;
          continue;
        }
        this.pos += 2;
        return parts;
      }
      depth += c === '(' ? 1 : -1;
      parts.push({ t: 'lit', s: c });
      this.pos++;
    }
    this.pos = pos;
    this.line = line;
    this.notArithmetic.add(pos);
    return undefined;
  }

  private ansi(): Part {
    const { src } = this;
    let i = this.pos + 2;
    let s = '';
    let bytes: number[] = [];
    const flush = () => {
      if (bytes.length) s += new TextDecoder().decode(new Uint8Array(bytes));
      bytes = [];
    };
    for (; src[i] !== "'"; i++) {
      if (i >= src.length) this.runOut("'");
      if (src[i] !== '\\') {
        flush();
        s += src[i];
        continue;
      }
      const rest = src.slice(i + 1, i + 12);
      const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
      const octal = /^[0-7]{1,3}/.exec(rest);
      const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
      const control = /^c([^])/.exec(rest);
      if (hex || octal) {
        bytes.push(parseInt(hex?.[1] ?? octal![0], hex ? 16 : 8) & 255);
        i += (hex ?? octal)![0].length;
        continue;
      }
      flush();
      if (unicode) {
        const code = parseInt(unicode[1] ?? unicode[2]!, 16);
        if (this.flavour === 'ash') s += `\\${unicode[0]}`;
        else if (code > 0x7f && this.options.narrow)
          s +=
            code > 0xffff
              ? `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
              : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
        else if (code <= 0x10ffff) s += String.fromCodePoint(code);
        i += unicode[0].length;
      } else if (control) {
        s += String.fromCharCode(control[1]!.charCodeAt(0) & 31);
        i += 2;
      } else {
        const e = rest[0] ?? '';
        s += ESCAPES[e] ?? ('\\\'"?'.includes(e) ? e : `\\${e}`);
        i++;
      }
    }
    flush();
    this.countLines(src.slice(this.pos, i));
    this.pos = i + 1;
    return { t: 'quo', s: s.split('\0')[0]!, by: '$' };
  }

  private backquote(dq: boolean): Part {
    const { src } = this;
    const from = this.line;
    let text = '';
    let i = this.pos + 1;
    for (; src[i] !== '`'; i++) {
      if (i >= src.length) this.runOut('`');
      if (src[i] === '\\' && src[i + 1] !== undefined && ('$`\\'.includes(src[i + 1]!) || (dq && src[i + 1] === '"')))
        i++;
      text += src[i];
    }
    this.countLines(src.slice(this.pos, i));
    this.pos = i + 1;
    return { t: 'cmd', body: this.fork(text, this.flavour === 'dash' ? 1 : from).whole(), back: true };
  }

  private braces(dq: boolean, from: number): Part {
    const { src } = this;
    const start = this.pos;
    this.pos += 2;
    let length = false;
    let indirect = false;
    if (src[this.pos] === '#' && this.match(/#(?:[A-Za-z_]\w*|\d+|[@*#?$!-])(?=[[}])/y)) {
      length = true;
      this.pos++;
    } else if (src[this.pos] === '!' && this.bash && this.match(/![A-Za-z_0-9@*#?]/y)) {
      indirect = true;
      this.pos++;
    }
    const name = this.match(/[A-Za-z_]\w*|\d+|[@*#?$!-]/y);
    const base: { -readonly [K in keyof Param]: Param[K] } = { t: 'param', name: name ?? '', braces: true };
    if (length) base.length = true;
    const bad = (): Part => {
      // The whole text up to the brace, for the message when it is evaluated.
      this.pos = Math.max(this.pos, start + 2);
      this.scan({ stop: '}', dq });
      if (src[this.pos] !== '}') this.unclosed('}', from);
      this.pos++;
      return { ...base, bad: src.slice(start, this.pos) };
    };
    if (name === undefined) return bad();
    this.pos += name.length;
    if (src[this.pos] === '[' && this.bash && /^[A-Za-z_]/.test(name)) {
      this.pos++;
      base.index = this.scan({ stop: ']', nest: '[]' });
      if (src[this.pos] !== ']') this.unclosed('}', from);
      this.pos++;
    }
    if (indirect) {
      const prefix = /^[@*]\}/.exec(src.slice(this.pos, this.pos + 2));
      if (prefix && !base.index) {
        this.pos += 2;
        return { ...base, prefix: prefix[0][0] as '@' | '*' };
      }
      base.indirect = true;
    }
    if (src[this.pos] === '}') {
      this.pos++;
      return base;
    }
    if (length) return bad();
    const op = this.match(
      this.bash
        ? /:[-=?+]|[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|~~?|@(?=[a-zA-Z]\})|:/y
        : this.flavour === 'ash'
          ? /:[-=?+]|[-=?+]|##?|%%?|\/\/?|:/y
          : /:[-=?+]|[-=?+]|##?|%%?/y,
    );
    if (op === undefined) return this.pos >= src.length ? this.unclosed('}', from) : bad();
    base.op = op;
    this.pos += op.length;
    const quoted = dq && /[-=?+]$/.test(op);
    if (op === ':') {
      base.arg = this.offset();
      if (src[this.pos] === ':') {
        this.pos++;
        base.arg2 = this.scan({ stop: '}', dq: true });
      }
    } else if (op[0] === '/') {
      // A slash right after the operator belongs to the pattern: ${x///y} replaces every slash.
      let first: Part[] = [];
      if (src[this.pos] === '/' && op === '//') {
        this.pos++;
        first = [{ t: 'lit', s: '/' }];
      }
      base.arg = [...first, ...this.scan({ stop: '/}' })];
      if (src[this.pos] === '/') {
        this.pos++;
        base.arg2 = this.scan({ stop: '}' });
      }
    } else base.arg = this.scan({ stop: '}', dq: quoted });
    if (src[this.pos] !== '}') this.unclosed('}', from);
    this.pos++;
    return base;
  }

  /** The offset of `${x:offset:length}`: up to a colon that is not part of `?:`. */
  private offset(): Part[] {
    const parts: Part[] = [];
    let questions = 0;
    for (;;) {
      parts.push(...this.scan({ stop: '}:?', dq: true }));
      const c = this.src[this.pos];
      if (c === '?') questions++;
      else if (c === ':' && questions > 0) questions--;
      else return parts;
      parts.push({ t: 'lit', s: c });
      this.pos++;
    }
  }

  /** Reads the bodies of the here-documents announced on the line just ended. */
  private bodies(): void {
    const list = this.pending;
    this.pending = [];
    for (const { redir, delimiter, quoted, strip } of list) {
      const from = this.line;
      let body = '';
      for (;;) {
        if (this.pos >= this.src.length) {
          if (this.more) this.unclosed(delimiter, from);
          this.unfinished.push({
            line: this.src.endsWith('\n') ? this.line - 1 : this.line,
            at: redir.line,
            delimiter,
          });
          break;
        }
        let end = this.src.indexOf('\n', this.pos);
        const closed = end >= 0;
        if (!closed) end = this.src.length;
        let text = this.src.slice(this.pos, end);
        // An unquoted document joins lines that end in a backslash.
        while (!quoted && closed && /(?:^|[^\\])(?:\\\\)*\\$/.test(text) && end + 1 < this.src.length) {
          const next = this.src.indexOf('\n', end + 1);
          text += `\n${this.src.slice(end + 1, next < 0 ? undefined : next)}`;
          end = next < 0 ? this.src.length : next;
          this.line++;
        }
        this.pos = Math.min(end + 1, this.src.length);
        if (closed) this.line++;
        const line = strip ? text.replace(/^\t+/gm, '') : text;
        if (line === delimiter) break;
        body += `${line}${closed || this.bash || end < this.src.length ? '\n' : ''}`;
      }
      redir.heredoc = quoted
        ? [{ t: 'quo', s: body, by: "'" }]
        : this.fork(body, from).scan({ stop: '', dq: true, heredoc: true });
    }
  }

  /** Registers a here-document whose body follows the current line. */
  announce(redir: Redir): void {
    let delimiter = '';
    let quoted = false;
    const collect = (parts: readonly Part[], inner: boolean) => {
      for (const part of parts) {
        if (part.t === 'lit') delimiter += part.s;
        else if (part.t === 'quo') {
          delimiter += part.s;
          quoted = true;
        } else if (part.t === 'dq') {
          quoted = true;
          collect(part.parts, true);
        } else if (part.t === 'param' && !part.braces) delimiter += `$${part.name}`;
      }
      if (inner) quoted = true;
    };
    collect(redir.target.parts, false);
    this.pending.push({ redir, delimiter, quoted, strip: redir.op === '<<-' });
  }
}
