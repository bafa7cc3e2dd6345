/**
 * The line-level parser: directives, comments, continuation lines, heredocs and flags, as BuildKit's frontend reads them.
 */
import { parseArguments } from './arguments.ts';
import { DirectiveReader } from './directives.ts';
import { DockerfileError, type Lines } from './errors.ts';
import { heredocsOf } from './heredoc.ts';
import { LexError } from './lex.ts';
import { Line, type Dockerfile, type Heredoc, type Node, type Token } from './node.ts';
import { isSpace, skipSpace, skipSpaceBack, trimSpace } from './text.ts';

const MAX_LINE = 65535;
const HEREDOC_INSTRUCTIONS = new Set(['add', 'copy', 'run']);

const isComment = (line: string): boolean => line[skipSpace(line, 0)] === '#';
const withoutNewline = (line: string): string => line.replace(/[\r\n]+$/, '');
const encoder = new TextEncoder();

/** Lines with their ends; the first without a byte order mark. */
function splitLines(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/(?<=\n)/);
  return lines[0] === '' ? [] : lines;
}

/**
 * Reads the flags that follow a keyword: words that start with `--`, up to the first other word or a bare `--`. Quotes in
 * them are dropped. Returns where the arguments start.
 */
function readFlags(line: Line, from: number, escape: string): { flags: Token[]; end: number } {
  const { text } = line;
  const flags: Token[] = [];
  let i = from;
  for (;;) {
    i = skipSpace(text, i);
    if (!text.startsWith('--', i)) return { flags, end: i };
    const start = i;
    let word = '';
    let quote = '';
    let quoted = false;
    for (; i < text.length; i++) {
      let ch = text[i]!;
      if (quote === '' && isSpace(ch)) break;
      if (ch === quote) {
        quote = '';
        continue;
      }
      if (quote === '' && (ch === '"' || ch === "'")) {
        quote = ch;
        quoted = true;
        continue;
      }
      if (ch === escape) {
        if (i + 1 === text.length) continue;
        ch = text[++i]!;
      }
      word += ch;
    }
    if (word === '--') return { flags, end: i };
    if (quoted || word !== '') flags.push(line.token(start, i, word));
  }
}

/** Parses one instruction whose text starts at `from`. */
function parseInstruction(line: Line, from: number, escape: string, comments: readonly string[], lines: Lines): Node {
  const { text } = line;
  const start = skipSpace(text, from);
  const stop = Math.max(start, skipSpaceBack(text, text.length));
  let end = start;
  while (end < stop && !/[\t\v\f\r ]/.test(text[end]!)) end++;
  const keyword = line.token(start, end);
  const name = keyword.text.toLowerCase();
  const { flags, end: rest } = readFlags(line, end, escape);
  const { args, json } = parseArguments(name, line, rest, escape);
  const inner = name === 'onbuild' ? Math.min(skipSpace(text, rest), stop) : stop;
  const child = inner < stop ? parseInstruction(line, inner, escape, [], lines) : undefined;
  const original = text.slice(from);
  return { keyword, flags, args, json, child, original, heredocs: [], comments, lines };
}

/** Whether heredocs may follow the instruction. */
function takesHeredocs(node: Node): boolean {
  const inner = node.child ?? node;
  return HEREDOC_INSTRUCTIONS.has(inner.keyword.text.toLowerCase()) && !inner.json;
}

class Parser {
  readonly #lines: string[];
  /** How many lines were read. */
  #at = 0;
  readonly #directives = new DirectiveReader();
  #escape = '\\';
  readonly #nodes: Node[] = [];
  readonly #emptyContinuations: { line: number; text: string }[] = [];
  #comments: string[] = [];

  constructor(text: string) {
    this.#lines = splitLines(text);
  }

  parse(): Dockerfile {
    for (;;) {
      const line = this.#instructionLine();
      if (line === undefined) break;
      this.#instruction(line.line, line.first, line.emptyContinuation);
    }
    if (this.#nodes.length === 0) throw new DockerfileError('file with no instructions', [[this.#at, this.#at]]);
    return {
      nodes: this.#nodes,
      escape: this.#escape,
      directives: this.#directives.found,
      emptyContinuations: this.#emptyContinuations,
    };
  }

  #next(): string | undefined {
    const line = this.#lines[this.#at];
    if (line === undefined) return undefined;
    if (line.length > MAX_LINE / 3 && encoder.encode(line).length > MAX_LINE) {
      throw new DockerfileError(`dockerfile line greater than max allowed size of ${MAX_LINE}`, [[this.#at, this.#at]]);
    }
    this.#at++;
    return line;
  }

  /** Removes a continuation character that ends the line: one that no other comes right before. */
  #continued(line: string): { text: string; more: boolean } {
    const end = line.replace(/[ \t]+$/, '').length;
    const at = end - 1;
    if (at < 0 || line[at] !== this.#escape || line[at - 1] === this.#escape) return { text: line, more: false };
    return { text: line.slice(0, at), more: true };
  }

  /** The next instruction with its continuation lines; undefined at the end of the file. */
  #instructionLine(): { line: Line; first: number; emptyContinuation: boolean } | undefined {
    for (let raw = this.#next(); raw !== undefined; raw = this.#next()) {
      const first = this.#at;
      const stripped = withoutNewline(raw);
      const indent = skipSpace(stripped, 0);
      if (isComment(raw)) {
        const comment = trimSpace(raw.slice(1));
        if (comment === '') this.#comments = [];
        else this.#comments.push(comment);
      }
      if (this.#directive(stripped.slice(indent), first)) this.#comments.pop();
      if (isComment(raw)) continue;
      const start = this.#continued(stripped.slice(indent));
      if (!start.more && start.text === '') continue;
      const line = new Line();
      line.append(start.text, first, indent + 1);
      let more = start.more;
      let emptyContinuation = false;
      while (more) {
        const next = this.#next();
        if (next === undefined) break;
        if (isComment(next)) continue;
        const text = withoutNewline(next);
        if (trimSpace(text) === '') {
          emptyContinuation = true;
          continue;
        }
        const part = this.#continued(text);
        line.append(part.text, this.#at, 1);
        more = part.more;
      }
      return { line, first, emptyContinuation };
    }
    return undefined;
  }

  #directive(text: string, line: number): boolean {
    const directive = this.#directives.read(text, line);
    if (directive?.name === 'escape') {
      if (directive.value !== '`' && directive.value !== '\\') {
        throw new DockerfileError(`invalid escape token '${directive.value}' does not match \` or \\`, [
          [line - 1, line - 1],
        ]);
      }
      this.#escape = directive.value;
    }
    return directive !== undefined;
  }

  #instruction(line: Line, first: number, emptyContinuation: boolean): void {
    if (emptyContinuation) this.#emptyContinuations.push({ line: this.#at, text: line.text });
    try {
      const node = parseInstruction(line, 0, this.#escape, this.#comments, [first, this.#at]);
      const heredocs = takesHeredocs(node) && line.text.includes('<<') ? this.#heredocs(line.text) : [];
      this.#nodes.push({ ...node, heredocs, lines: [first, this.#at] });
    } catch (error) {
      if (!(error instanceof DockerfileError || error instanceof LexError)) throw error;
      throw new DockerfileError(error.message, [[first, this.#at]]);
    }
    this.#comments = [];
  }

  #heredocs(text: string): Heredoc[] {
    return heredocsOf(text).map((word) => {
      const from = this.#at + 1;
      let content = '';
      for (let line = this.#next(); line !== undefined; line = this.#next()) {
        const bare = withoutNewline(line);
        if ((word.chomp ? bare.replace(/^\t+/, '') : bare) === word.name) {
          return { ...word, content, lines: [from, this.#at - 1] };
        }
        content += line;
      }
      throw new DockerfileError('unterminated heredoc');
    });
  }
}

/** Parses a Dockerfile. Throws DockerfileError. */
export const parse = (text: string): Dockerfile => new Parser(text).parse();
