/** How each instruction splits what follows its keyword (line parsers). */
import { goQuote, isSpace, skipSpace, skipSpaceBack } from './text.ts';
import { DockerfileError } from './errors.ts';
import type { Line, Token } from './node.ts';

export interface Arguments {
  readonly args: readonly Token[];
  readonly json: boolean;
}

type Shape = 'words' | 'text' | 'json-or-text' | 'json-or-words' | 'pairs' | 'names' | 'health' | 'instruction';

/** The known instructions and the shape of their arguments. */
export const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['add', 'json-or-words'],
  ['arg', 'names'],
  ['cmd', 'json-or-text'],
  ['copy', 'json-or-words'],
  ['entrypoint', 'json-or-text'],
  ['env', 'pairs'],
  ['expose', 'words'],
  ['from', 'words'],
  ['healthcheck', 'health'],
  ['label', 'pairs'],
  ['maintainer', 'text'],
  ['onbuild', 'instruction'],
  ['run', 'json-or-text'],
  ['shell', 'json-or-text'],
  ['stopsignal', 'text'],
  ['user', 'text'],
  ['volume', 'json-or-words'],
  ['workdir', 'text'],
]);

const none: Arguments = { args: [], json: false };
const isBlank = (ch: string): boolean => /[\t\v\f\r ]/.test(ch);

/** Words between blanks; quotes and escapes have no meaning here. */
function blankSeparated(line: Line, from: number, to: number): Token[] {
  const tokens: Token[] = [];
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && !isBlank(line.text[i]!)) continue;
    tokens.push(line.token(start, i));
    while (i < to && isBlank(line.text[i]!)) i++;
    start = i;
    if (i === to) break;
  }
  return tokens;
}

/** Words with their quotes kept: blanks inside quotes or after an escape character do not separate. */
export function quotedWords(line: Line, from: number, to: number, escape: string): Token[] {
  const { text } = line;
  const words: Token[] = [];
  let i = from;
  for (;;) {
    while (i < to && isSpace(text[i]!)) i++;
    if (i >= to) return words;
    const start = i;
    let word = '';
    let quote = '';
    for (; i < to; i++) {
      const ch = text[i]!;
      if (quote === '' && isSpace(ch)) break;
      if (ch === escape && quote !== "'") {
        // an escape character that ends the line is dropped
        if (i + 1 === to) continue;
        word += ch + text[++i]!;
        // an escaped quote outside quotes still opens them nowhere: both characters are kept
        continue;
      }
      if (quote === '' && (ch === '"' || ch === "'")) quote = ch;
      else if (ch === quote) quote = '';
      word += ch;
    }
    words.push(line.token(start, i, word));
  }
}

/** The strings of a JSON array, or undefined when the text is none. */
function jsonArray(line: Line, from: number, to: number): Token[] | undefined {
  const start = skipSpace(line.text, from);
  if (line.text[start] !== '[' || start >= to) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(line.text.slice(start, to));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(list)) return undefined;
  if (!list.every((item) => typeof item === 'string')) {
    throw new DockerfileError('when using JSON array syntax, arrays must be comprised of strings only');
  }
  let at = start + 1;
  return list.map((item: string) => {
    const open = line.text.indexOf('"', at);
    let close = open + 1;
    while (line.text[close] !== '"') close += line.text[close] === '\\' ? 2 : 1;
    at = close + 1;
    return line.token(open, at, item);
  });
}

function pairs(line: Line, from: number, to: number, escape: string, keyword: string): Token[] {
  const words = quotedWords(line, from, to, escape);
  const first = words[0];
  if (!first) return [];
  if (!first.text.includes('=')) {
    // the old form: the rest of the line is the value
    const cut = /[\t\v\f\r ]+/.exec(line.text.slice(from, to));
    if (!cut) throw new DockerfileError(`${keyword} must have two arguments`);
    const end = from + cut.index;
    return [line.token(from, end), line.token(end + cut[0].length, to), line.token(to, to)];
  }
  return words.flatMap((word) => {
    const at = word.text.indexOf('=');
    if (at < 0) {
      throw new DockerfileError(
        `Syntax error - can't find = in ${goQuote(word.text)}. Must be of the form: name=value`,
      );
    }
    return [
      { text: word.text.slice(0, at), range: word.range },
      { text: word.text.slice(at + 1), range: word.range },
      { text: '=', range: word.range },
    ];
  });
}

/** Splits `line` from `from` on by the rules of the instruction (lower case); ONBUILD's are the parser's. */
export function parseArguments(instruction: string, line: Line, from: number, escape: string): Arguments {
  const to = skipSpaceBack(line.text, line.text.length);
  const start = Math.min(skipSpace(line.text, from), to);
  const shape = SHAPES.get(instruction);
  // an unknown instruction keeps one empty argument in BuildKit's tree
  if (shape === undefined) return { args: [line.token(start, start, '')], json: false };
  if (shape === 'names') return { args: quotedWords(line, start, to, escape), json: false };
  if (shape === 'pairs') return { args: pairs(line, start, to, escape, instruction.toUpperCase()), json: false };
  if (start === to) return none;
  switch (shape) {
    case 'words':
      return { args: blankSeparated(line, start, to), json: false };
    case 'text':
      return { args: [line.token(start, to)], json: false };
    case 'json-or-text':
    case 'json-or-words': {
      const list = jsonArray(line, start, to);
      if (list) return { args: list, json: true };
      return {
        args: shape === 'json-or-text' ? [line.token(start, to)] : blankSeparated(line, start, to),
        json: false,
      };
    }
    case 'health': {
      let end = start;
      while (end < to && !isSpace(line.text[end]!)) end++;
      const type = line.token(start, end);
      const rest = Math.min(skipSpace(line.text, end), to);
      if (rest === to) return { args: [type], json: false };
      const list = jsonArray(line, rest, to);
      return { args: [type, ...(list ?? [line.token(rest, to)])], json: list !== undefined };
    }
    case 'instruction':
      return none;
  }
}
