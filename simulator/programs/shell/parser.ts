/** The shell grammar (POSIX 2.10, and bash's additions). */
import type { ArrayElement, Assign, Case, Command, Cond, Flavour, If, Part, Redir, RedirOp, Word } from './ast.ts';
import { literal } from './ast.ts';
import { Lexer, type ParseOptions, type Token } from './lexer.ts';

const POSIX_WORDS = 'if then else elif fi do done case esac while until for { } ! in'.split(' ');
const RESERVED: Record<Flavour, ReadonlySet<string>> = {
  bash: new Set([...POSIX_WORDS, 'function', 'select', 'time', '[[', 'coproc']),
  dash: new Set(POSIX_WORDS),
  ash: new Set([...POSIX_WORDS, 'function']),
};
/** Commands whose arguments `name=value` are assignments. */
const DECLARATIONS: Record<Flavour, ReadonlySet<string>> = {
  bash: new Set(['declare', 'typeset', 'local', 'export', 'readonly']),
  dash: new Set(['export', 'readonly', 'local']),
  ash: new Set(['export', 'readonly', 'local']),
};
const REDIRECTIONS = new Set(['<', '>', '>>', '<>', '>|', '<&', '>&', '&>', '&>>', '<<', '<<-', '<<<']);
const UNARY = /^-[a-zA-Z]$/;
const BINARY = new Set('= == != =~ < > -eq -ne -lt -le -gt -ge -nt -ot -ef'.split(' '));

export class Parser extends Lexer {
  /** Text that an alias brought in, by what follows it: its name is not expanded again within. */
  private aliases: { name: string; tail: number }[] = [];

  /** Reads one command line: all up to the end of its last line. Undefined at the end of the input. */
  command(): Command | undefined {
    for (;;) {
      const token = this.peek();
      if (token.k === 'nl') this.next();
      else break;
    }
    if (this.peek().k === 'eof') return undefined;
    const list = this.list(() => this.peek().k === 'nl')!;
    const token = this.peek();
    if (token.k !== 'nl' && token.k !== 'eof') this.unexpected(token);
    this.next();
    return list;
  }

  /** Parses everything, as one list. */
  whole(): Command | undefined {
    const list = this.list(() => false, true);
    const token = this.peek();
    if (token.k !== 'eof') this.unexpected(token);
    return list;
  }

  protected fork(text: string, line: number): Parser {
    const { alias, ...rest } = this.options;
    const inner = new Parser(text, { ...rest, line, ...(alias && { alias }) });
    inner.nesting = this.nesting + 1;
    return inner;
  }

  protected substitution(close: string): Command | undefined {
    const [tok, pending] = [this.tok, this.pending];
    this.tok = undefined;
    this.pending = [];
    const body = this.list((t) => t.k === 'op' && t.s === close, true);
    const token = this.peek();
    if (token.k !== 'op' || token.s !== close) {
      if (token.k === 'eof' && this.bash) this.unclosed(')', token.line);
      this.unexpected(token, close);
    }
    this.tok = tok;
    this.pending = pending;
    return body;
  }

  // --- errors

  private unexpected(token: Token, expecting?: string, plain = false): never {
    const reserved = plain ? undefined : this.reserved(token);
    const name =
      token.k === 'eof'
        ? 'end of file'
        : token.k === 'nl'
          ? 'newline'
          : token.k === 'io' || (token.k === 'op' && REDIRECTIONS.has(token.s))
            ? 'redirection'
            : token.k === 'op' || reserved !== undefined
              ? `"${token.s}"`
              : 'word';
    const text = token.k === 'nl' ? 'newline' : token.k === 'word' ? this.firstPart(token) : token.s;
    return this.fail({ kind: 'token', text, name, expecting }, token.line);
  }
  private firstPart(token: Token): string {
    return token.s;
  }

  /** The reserved word a token is, when it stands where one is recognized. */
  private reserved(token: Token): string | undefined {
    return token.k === 'word' && RESERVED[this.flavour].has(token.s)
      ? token.s
      : this.bash && token.k === 'word' && token.s === ']]'
        ? token.s
        : undefined;
  }

  private expect(word: string): void {
    const token = this.peek();
    if ((token.k === 'word' || token.k === 'op') && token.s === word) {
      this.next();
      return;
    }
    this.unexpected(token, word);
  }

  private newlines(): void {
    while (this.peek().k === 'nl') this.next();
  }

  // --- lists

  /** Commands up to a terminator. With `empty` there may be none. */
  private list(ends: (token: Token) => boolean, empty = false, multi = empty): Command | undefined {
    const items: { cmd: Command; bg: boolean }[] = [];
    const line = this.line;
    const lined = multi;
    if (lined) this.newlines();
    for (;;) {
      const token = this.peek();
      if (token.k === 'eof' || ends(token)) break;
      if (items.length && this.closes(token)) break;
      if (empty && items.length === 0 && this.closes(token)) break;
      const cmd = this.andOr();
      const after = this.peek();
      if (after.k === 'op' && (after.s === ';' || after.s === '&')) {
        this.next();
        items.push({ cmd, bg: after.s === '&' });
        if (lined) this.newlines();
        continue;
      }
      items.push({ cmd, bg: false });
      if (after.k === 'nl' && lined) {
        this.newlines();
        continue;
      }
      break;
    }
    if (items.length === 0) {
      if (empty) return undefined;
      this.unexpected(this.peek());
    }
    const [only] = items;
    return items.length === 1 && !only!.bg ? only!.cmd : { k: 'list', items, line };
  }

  /** Whether a token can only end a list. */
  private closes(token: Token): boolean {
    if (token.k === 'op') return token.s === ')' || token.s.startsWith(';;') || token.s === ';&';
    const word = this.reserved(token);
    return word !== undefined && ['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'].includes(word);
  }

  /** The commands of a compound command, over several lines; there must be one. */
  private body(expecting?: string): Command {
    this.newlines();
    if (!this.bash && this.peek().k === 'eof') this.unexpected(this.peek(), expecting?.split(' ')[0]);
    const list = this.list(() => false, false, true);
    const token = this.peek();
    if (
      expecting !== undefined &&
      !((token.k === 'word' || token.k === 'op') && expecting.split(' ').includes(token.s))
    ) {
      this.unexpected(token, expecting.split(' ')[0]);
    }
    return list!;
  }

  private andOr(): Command {
    let left = this.pipeline();
    for (;;) {
      const token = this.peek();
      if (token.k !== 'op' || (token.s !== '&&' && token.s !== '||')) return left;
      this.next();
      this.newlines();
      left = { k: token.s, left, right: this.pipeline(), line: token.line };
    }
  }

  private pipeline(): Command {
    const start = this.peek();
    let not = false;
    let time: 'time' | 'time -p' | undefined;
    for (;;) {
      const word = this.reserved(this.peek());
      if (word === '!') {
        this.next();
        not = !not;
        if (!this.bash) break;
      } else if (word === 'time') {
        this.next();
        time = 'time';
        const option = this.peek();
        if (option.k === 'word' && option.s === '-p') {
          this.next();
          time = 'time -p';
        }
      } else break;
    }
    const end = this.peek();
    const ended = end.k === 'nl' || end.k === 'eof' || (end.k === 'op' && (end.s === ';' || end.s === '&'));
    if (ended && this.bash && (time || not)) {
      return { k: 'pipe', cmds: [], not, time, line: start.line };
    }
    const cmds: Command[] = [this.single()];
    for (;;) {
      const token = this.peek();
      if (token.k !== 'op' || (token.s !== '|' && token.s !== '|&')) break;
      this.next();
      if (token.s === '|&') {
        const last = cmds.pop()!;
        const both: Redir = { op: '>&', fd: 2, target: { parts: [{ t: 'lit', s: '1' }] }, line: token.line };
        cmds.push({ ...last, redirs: [...(last.redirs ?? []), both] });
      }
      this.newlines();
      cmds.push(this.single());
    }
    if (cmds.length === 1 && !not && !time) return cmds[0]!;
    return { k: 'pipe', cmds, not, time, line: start.line };
  }

  // --- commands

  private single(): Command {
    this.enter();
    const command = this.oneCommand();
    this.leave();
    return command;
  }
  private oneCommand(): Command {
    this.substituteAliases();
    const token = this.peek();
    const { line } = token;
    const word = this.reserved(token);
    if (word === undefined && !(token.k === 'op' && token.s === '(')) return this.simple();
    const command = this.compound(token, word, line);
    if (command.k === 'func') return command;
    const redirs: Redir[] = [];
    while (this.atRedirection()) redirs.push(this.redirection());
    return redirs.length ? { ...command, redirs } : command;
  }

  private compound(token: Token, word: string | undefined, line: number): Command {
    switch (word) {
      case 'if':
        this.next();
        return this.ifCommand(line);
      case 'while':
      case 'until': {
        this.next();
        const cond = this.body('do');
        return { k: word, cond, body: this.doGroup(), line };
      }
      case 'for':
      case 'select':
        this.next();
        return this.forCommand(word, line);
      case 'case':
        this.next();
        return this.caseCommand(line);
      case '{': {
        this.next();
        const body = this.body('}');
        this.next();
        return { k: 'group', body, line };
      }
      case '[[':
        this.next();
        return this.condCommand(line);
      case 'function': {
        this.next();
        const name = this.next();
        if (name.k !== 'word') this.unexpected(name);
        const open = this.peek();
        if (open.k === 'op' && open.s === '(') {
          this.next();
          this.expect(')');
        }
        return this.functionBody(name.s, line);
      }
      case undefined:
        break;
      default:
        return this.unexpected(token);
    }
    // An open parenthesis: `((…))` or a subshell.
    if (this.bash && this.src.startsWith('((', token.start)) {
      this.unpeek();
      const parts = this.arithmetic(2);
      if (parts) return { k: 'arith', parts, line };
    }
    this.next();
    const body = this.body(')');
    this.next();
    return { k: 'sub', body, line };
  }

  private ifCommand(line: number): If {
    const cond = this.body('then');
    this.next();
    const then = this.body('fi elif else');
    const token = this.next();
    if (token.s === 'elif') return { k: 'if', cond, then, else: this.ifCommand(token.line), elif: true, line };
    if (token.s === 'fi') return { k: 'if', cond, then, line };
    const otherwise = this.body('fi');
    this.next();
    return { k: 'if', cond, then, else: otherwise, line };
  }

  private doGroup(): Command {
    this.expect('do');
    const body = this.body('done');
    this.next();
    return body;
  }

  private forCommand(k: 'for' | 'select', line: number): Command {
    if (k === 'for' && this.bash) {
      const open = this.peek();
      if (open.k === 'op' && open.s === '(' && this.src[open.start + 1] === '(') {
        this.unpeek();
        const parts = this.arithmetic(2);
        if (!parts) this.unexpected(this.peek());
        const [init = [], test = [], step = []] = splitSections(parts!);
        const after = this.peek();
        if (after.k === 'op' && after.s === ';') this.next();
        this.newlines();
        const brace = this.peek();
        if (brace.k === 'word' && brace.s === '{') {
          this.next();
          const body = this.body('}');
          this.next();
          return { k: 'cfor', init, test, step, body, line };
        }
        return { k: 'cfor', init, test, step, body: this.doGroup(), line };
      }
    }
    const name = this.next();
    if (name.k !== 'word' || (!this.bash && !/^[A-Za-z_]\w*$/.test(name.s))) {
      if (!this.bash)
        this.fail({
          kind: 'message',
          text: this.flavour === 'dash' ? 'Bad for loop variable' : 'bad for loop variable',
        });
      this.unexpected(name);
    }
    let words: Word[] | undefined;
    let token = this.peek();
    while (token.k === 'nl') {
      this.next();
      token = this.peek();
    }
    if (token.k === 'word' && token.s === 'in') {
      this.next();
      words = [];
      while (this.peek().k === 'word') words.push(this.next().word!);
      token = this.peek();
      if (token.k !== 'nl' && !(token.k === 'op' && token.s === ';')) this.unexpected(token);
      this.next();
    } else if (token.k === 'op' && token.s === ';') this.next();
    this.newlines();
    const brace = this.peek();
    if (this.bash && brace.k === 'word' && brace.s === '{') {
      this.next();
      const body = this.body('}');
      this.next();
      return { k, name: name.s, words, body, line };
    }
    return { k, name: name.s, words, body: this.doGroup(), line };
  }

  private caseCommand(line: number): Case {
    const subject = this.next();
    if (subject.k !== 'word') this.unexpected(subject);
    this.newlines();
    const within = this.peek();
    if (within.k !== 'word' || within.s !== 'in') this.unexpected(within, 'in');
    this.next();
    this.newlines();
    const items: { patterns: Word[]; body: Command | undefined; end: ';;' | ';&' | ';;&' }[] = [];
    for (;;) {
      let token = this.peek();
      if (token.k === 'word' && token.s === 'esac') break;
      if (token.k === 'op' && token.s === '(') {
        this.next();
        token = this.peek();
      }
      const patterns: Word[] = [];
      for (;;) {
        const pattern = this.next();
        // dash and ash take any token here, and miss the parenthesis after it.
        if (pattern.k !== 'word' && (this.bash || pattern.k === 'eof')) this.unexpected(pattern);
        patterns.push(pattern.word ?? { parts: [] });
        const bar = this.peek();
        if (bar.k === 'op' && bar.s === '|') this.next();
        else break;
      }
      this.expect(')');
      const body = this.list((t) => t.k === 'op' && (t.s.startsWith(';;') || t.s === ';&'), true);
      const end = this.peek();
      if (end.k === 'op' && (end.s === ';;' || end.s === ';&' || end.s === ';;&')) {
        this.next();
        items.push({ patterns, body, end: end.s });
        this.newlines();
        continue;
      }
      items.push({ patterns, body, end: ';;' });
      if (end.k === 'word' && end.s === 'esac') break;
      this.unexpected(end, ';;');
    }
    this.next();
    return { k: 'case', word: subject.word!, items, line };
  }

  private functionBody(name: string, line: number): Command {
    this.newlines();
    const token = this.peek();
    const word = this.reserved(token);
    const open = token.k === 'op' && token.s === '(';
    if (
      this.bash &&
      !open &&
      (word === undefined || !['{', 'if', 'for', 'while', 'until', 'case', 'select', '[['].includes(word))
    ) {
      this.unexpected(token);
    }
    return { k: 'func', name, body: this.single(), line };
  }

  private simple(): Command {
    const start = this.peek();
    const assigns: Assign[] = [];
    const words: Word[] = [];
    const redirs: Redir[] = [];
    let declares = false;
    for (;;) {
      if (words.length === 0 || declares) {
        this.unpeek();
        const assign = this.assignment();
        if (assign) {
          if (words.length === 0) assigns.push(assign);
          else
            words.push({
              parts: [{ t: 'lit', s: `${assign.name}${assign.append ? '+' : ''}=` }, ...assign.value.parts],
              assign,
            });
          continue;
        }
      }
      if (this.atRedirection()) {
        redirs.push(this.redirection());
        continue;
      }
      if (words.length === 0) this.substituteAliases();
      const token = this.peek();
      if (token.k === 'op' && token.s === '(') {
        if (words.length !== 1 || assigns.length || redirs.length) {
          // dash and ash end the command here; what encloses it says what it expected.
          if (!this.bash && (words.length || assigns.length)) break;
          this.unexpected(token);
        }
        this.next();
        const close = this.peek();
        if (close.k !== 'op' || close.s !== ')') this.unexpected(close, ')', true);
        this.next();
        const name = this.src.slice(start.start, token.start).trim();
        if (!this.bash && !/^[A-Za-z_]\w*$/.test(name) && this.flavour === 'dash')
          this.fail({ kind: 'message', text: 'Bad function name' });
        return this.functionBody(literal(words[0]!) ?? name, start.line);
      }
      if (token.k !== 'word') break;
      this.next();
      words.push(token.word!);
      if (words.length === 1) {
        const name = literal(token.word!);
        declares = name !== undefined && DECLARATIONS[this.flavour].has(name);
      }
    }
    if (!assigns.length && !words.length && !redirs.length) this.unexpected(this.peek());
    return { k: 'simple', assigns, words, line: start.line, ...(redirs.length && { redirs }) };
  }

  /** An assignment at this place: `name=value`, `name+=value`, `name[index]=value`, `name=(…)`. */
  private assignment(): Assign | undefined {
    this.skipBlanks();
    const [pos, line] = [this.pos, this.line];
    const name = this.match(/[A-Za-z_]\w*/y);
    if (name === undefined) return undefined;
    this.pos += name.length;
    let index: Part[] | undefined;
    const back = () => {
      this.pos = pos;
      this.line = line;
      return undefined;
    };
    if (this.bash && this.src[this.pos] === '[') {
      if (!/\]\+?=/.test(this.src.slice(this.pos))) return back();
      this.pos++;
      index = this.scan({ stop: ']\n', nest: '[]' });
      if (this.src[this.pos] !== ']') return back();
      this.pos++;
    }
    const append = this.bash && this.src.startsWith('+=', this.pos);
    if (append) this.pos++;
    if (this.src[this.pos] !== '=') return back();
    this.pos++;
    if (this.bash && this.src[this.pos] === '(' && !index) {
      this.pos++;
      return { name, append, value: { parts: [] }, array: this.arrayLiteral(line) };
    }
    return { name, index, append, value: { parts: this.scan({ stop: '', word: true }) } };
  }

  private arrayLiteral(from: number): ArrayElement[] {
    const elements: ArrayElement[] = [];
    for (;;) {
      this.newlines();
      const token = this.peek();
      if (token.k === 'op' && token.s === ')') {
        this.next();
        return elements;
      }
      if (token.k === 'eof') this.unclosed(')', from);
      if (token.k !== 'word') this.unexpected(token);
      if (token.s[0] === '[' && /\]\+?=/.test(this.src.slice(token.start))) {
        this.unpeek();
        const [pos, line] = [this.pos, this.line];
        this.pos++;
        const index = this.scan({ stop: ']\n', nest: '[]' });
        if (this.src.startsWith(']=', this.pos)) {
          this.pos += 2;
          elements.push({ index, value: { parts: this.scan({ stop: '', word: true }) } });
          continue;
        }
        this.pos = pos;
        this.line = line;
      }
      elements.push({ value: this.next().word! });
    }
  }

  private atRedirection(): boolean {
    const token = this.peek();
    return token.k === 'io' || (token.k === 'op' && REDIRECTIONS.has(token.s));
  }

  private redirection(): Redir {
    let token = this.next();
    let fd: number | undefined;
    let variable: string | undefined;
    if (token.k === 'io') {
      if (token.s[0] === '{') variable = token.s.slice(1, -1);
      else fd = Number(token.s);
      token = this.next();
    }
    const op = token.s as RedirOp;
    const target = this.next();
    if (target.k !== 'word') {
      this.tok = target;
      this.unexpected(target);
    }
    const redir: Redir = { op, fd, variable, target: target.word!, line: token.line };
    if (op === '<<' || op === '<<-') this.announce(redir);
    return redir;
  }

  private substituteAliases(): void {
    const { alias } = this.options;
    if (!alias) return;
    for (;;) {
      const token = this.peek();
      if (token.k !== 'word') return;
      const value = /^[^\\'"$`]+$/.test(token.s) ? alias(token.s) : undefined;
      const active = this.aliases.some((a) => a.name === token.s && this.src.length - token.start > a.tail);
      if (value === undefined || active) return;
      const end = token.start + token.s.length;
      this.aliases.push({ name: token.s, tail: this.src.length - end });
      this.src = `${this.src.slice(0, token.start)}${value}${this.src.slice(end)}`;
      this.unpeek();
      this.kept = undefined;
      this.notArithmetic.clear();
      if (/[ \t]$/.test(value)) {
        // A value that ends in a blank has the next word looked up too.
        this.pos = token.start + value.length;
        this.tok = undefined;
        this.substituteAliases();
        this.tok = undefined;
        this.pos = token.start;
      }
    }
  }

  // --- [[ … ]]

  private condCommand(line: number): Command {
    const expr = this.condOr();
    const token = this.next();
    if (token.k !== 'word' || token.s !== ']]') this.condError(token);
    return { k: 'cond', expr, line };
  }
  private condError(token: Token): never {
    if (token.k === 'eof') this.unexpected(token);
    this.fail(
      {
        kind: 'message',
        text: `syntax error in conditional expression: unexpected token \`${token.k === 'nl' ? 'newline' : token.s}'`,
      },
      token.line,
    );
  }
  private condOr(): Cond {
    let a = this.condAnd();
    for (;;) {
      this.newlines();
      const token = this.peek();
      if (token.k !== 'op' || token.s !== '||') return a;
      this.next();
      a = { c: '||', a, b: this.condAnd() };
    }
  }
  private condAnd(): Cond {
    let a = this.condTerm();
    for (;;) {
      this.newlines();
      const token = this.peek();
      if (token.k !== 'op' || token.s !== '&&') return a;
      this.next();
      a = { c: '&&', a, b: this.condTerm() };
    }
  }
  private condTerm(): Cond {
    this.enter();
    const cond = this.oneCond();
    this.leave();
    return cond;
  }
  private oneCond(): Cond {
    this.newlines();
    const token = this.next();
    if (token.k === 'op' && token.s === '(') {
      const a = this.condOr();
      this.expect(')');
      return { c: 'group', a };
    }
    if (token.k !== 'word' || token.s === ']]') this.condError(token);
    if (token.s === '!') return { c: '!', a: this.condTerm() };
    const second = this.peek();
    if (UNARY.test(token.s) && second.k === 'word' && second.s !== ']]' && !BINARY.has(second.s)) {
      return { c: 'unary', op: token.s, word: this.next().word! };
    }
    if ((second.k === 'word' || second.k === 'op') && BINARY.has(second.s)) {
      this.next();
      const right = second.s === '=~' ? this.regexWord() : /^(==?|!=)$/.test(second.s) ? this.patternWord() : undefined;
      if (right) {
        if (!right.parts.length) this.condError(this.peek());
        return { c: 'binary', op: second.s, left: token.word!, right };
      }
      const other = this.next();
      if (other.k !== 'word') this.condError(other);
      return { c: 'binary', op: second.s, left: token.word!, right: other.word! };
    }
    return { c: 'word', word: token.word! };
  }
}

/** Splits the parts of `((a; b; c))` at its semicolons. */
function splitSections(parts: readonly Part[]): Part[][] {
  const sections: Part[][] = [[]];
  for (const part of parts) {
    if (part.t !== 'lit') {
      sections.at(-1)!.push(part);
      continue;
    }
    part.s.split(';').forEach((s, i) => {
      if (i > 0) sections.push([]);
      if (s) sections.at(-1)!.push({ t: 'lit', s });
    });
  }
  return sections;
}

/** Parses a whole script (used by tests and by `eval`-like callers that need no interleaving). */
export function parse(src: string, options: ParseOptions): Command | undefined {
  return new Parser(src, options).whole();
}
