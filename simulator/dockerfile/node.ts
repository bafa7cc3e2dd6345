/** The line-level syntax tree of a Dockerfile. */
import { goQuote, goQuoteList } from './text.ts';
import type { Lines, Position, Range } from './errors.ts';

export interface Token {
  readonly text: string;
  readonly range: Range;
}

export interface Heredoc {
  readonly name: string;
  /** The descriptor of `3<<EOF`; 0 where none is given. */
  readonly fd: number;
  /** Whether variables in the body are expanded (the word was not quoted). */
  readonly expand: boolean;
  /** `<<-`: leading tabs are dropped. */
  readonly chomp: boolean;
  readonly content: string;
  /** First and last line of the body, without the terminator; `[n + 1, n]` when it is empty. */
  readonly lines: Lines;
}

/** One instruction. */
export interface Node {
  /** The keyword as written. */
  readonly keyword: Token;
  readonly flags: readonly Token[];
  /**
   * The arguments as the instruction's own rules split them: one text for the shell form of RUN, words for COPY, name,
   * value and `=` (or '') for each pair of ENV and LABEL.
   */
  readonly args: readonly Token[];
  /** The arguments were written as a JSON array. */
  readonly json: boolean;
  /** The instruction after ONBUILD. */
  readonly child: Node | undefined;
  /** The whole instruction with its continuation lines joined. */
  readonly original: string;
  readonly heredocs: readonly Heredoc[];
  /** Comments right before it, without `#`. */
  readonly comments: readonly string[];
  readonly lines: Lines;
}

/** `# name=value` at the top of the file. */
export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

export interface Dockerfile {
  readonly nodes: readonly Node[];
  readonly escape: string;
  readonly directives: readonly Directive[];
  /** Instructions with an empty continuation line: the line at which they end, and their text. */
  readonly emptyContinuations: readonly { readonly line: number; readonly text: string }[];
}

/** Logical text of one instruction with the place in the file of each of its parts. */
export class Line {
  text = '';
  readonly #parts: { from: number; line: number; column: number }[] = [];

  /** Appends `text`, which stands at the given place. */
  append(text: string, line: number, column: number): void {
    if (text === '') return;
    this.#parts.push({ from: this.text.length, line, column });
    this.text += text;
  }

  /** The place of the character at `offset`. */
  position(offset: number): Position {
    let part = this.#parts[0];
    for (const p of this.#parts) {
      if (p.from > offset) break;
      part = p;
    }
    if (part === undefined) return { line: 1, column: 1 };
    return { line: part.line, column: part.column + (offset - part.from) };
  }

  /** The text between two offsets as a token. */
  token(from: number, to: number, text = this.text.slice(from, to)): Token {
    const last = this.position(Math.max(from, to - 1));
    return {
      text,
      range: { start: this.position(from), end: { line: last.line, column: last.column + (to > from ? 1 : 0) } },
    };
  }
}

/** One instruction as an S-expression, as BuildKit's parser dumps it. */
export function dumpNode(node: Node): string {
  const parts = [node.keyword.text.toLowerCase()];
  if (node.flags.length > 0) parts.push(goQuoteList(node.flags.map((f) => f.text)));
  if (node.child) parts.push(`(${dumpNode(node.child)})`);
  for (const arg of node.args) parts.push(goQuote(arg.text));
  return parts.join(' ');
}

/** The whole tree, one line for each instruction. */
export const dump = (file: Dockerfile): string => file.nodes.map((node) => `(${dumpNode(node)})`).join('\n');
