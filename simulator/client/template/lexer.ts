/** Cuts a template's text into tokens, as Go's text/template/parse does. */

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char'
  | 'string'
  | 'raw'
  | 'pipe'
  | 'assign'
  | 'declare'
  | 'comma'
  | 'open'
  | 'close'
  | 'symbol'
  | 'error'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
  readonly line: number;
}

const KEYWORDS = new Set(['if', 'else', 'end', 'range', 'with', 'template', 'define', 'block', 'break', 'continue']);

/** A text that cannot be cut further; becomes an `error` token, so that the parser meets it in its turn. */
class LexError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const alphanumeric = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{Nd}_]/u.test(char);

/** The tokens of `source`, ending with `eof` or `error`. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  try {
    lexText(source, tokens);
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
    tokens.push({ kind: 'error', text: error.message, at: source.length, line: error.line });
  }
  return tokens;
}

function lexText(source: string, tokens: Token[]): void {
  let at = 0;
  let line = 1;
  const push = (kind: TokenKind, text: string, start: number): void => {
    tokens.push({ kind, text, at: start, line });
    for (const char of text) if (char === '\n') line++;
  };

  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    let start = at;
    if (trimNext) {
      const kept = text.replace(/^[ \t\r\n]+/, '');
      for (const char of text.slice(0, text.length - kept.length)) if (char === '\n') line++;
      start += text.length - kept.length;
      text = kept;
      trimNext = false;
    }
    if (open < 0) {
      if (text !== '') push('text', text, start);
      break;
    }
    let lost = '';
    const trimLeft = source[open + 2] === '-' && /[ \t\r\n]/.test(source[open + 3] ?? '');
    if (trimLeft) {
      const kept = text.replace(/[ \t\r\n]+$/, '');
      lost = text.slice(kept.length);
      text = kept;
    }
    if (text !== '') push('text', text, start);
    for (const char of lost) if (char === '\n') line++;
    at = open + 2 + (trimLeft ? 2 : 0);
    if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at);
      if (end < 0) throw new LexError('unclosed comment', line);
      for (const char of source.slice(at, end)) if (char === '\n') line++;
      at = end + 2;
      const trim = /^[ \t\r\n]-\}\}/.test(source.slice(at));
      if (trim) at += 2;
      if (!source.startsWith('}}', at)) throw new LexError('comment ends before closing delimiter', line);
      at += 2;
      trimNext = trim;
      continue;
    }
    push('left', '{{', open);
    [at, trimNext] = lexAction(source, at, push, () => line);
  }
  push('eof', '', source.length);
}

/** Tokens up to and with `}}`; returns the offset after it and whether white space after it is trimmed. */
function lexAction(
  source: string,
  from: number,
  push: (kind: TokenKind, text: string, start: number) => void,
  line: () => number,
): [number, boolean] {
  let at = from;
  let depth = 0;
  const quoted = (quote: string, name: string): number => {
    let end = at + 1;
    for (; ; end++) {
      const char = source[end];
      if (char === undefined || (char === '\n' && quote !== '`')) throw new LexError(`unterminated ${name}`, line());
      if (char === '\\' && quote !== '`') end++;
      else if (char === quote) return end + 1;
    }
  };
  for (;;) {
    const rest = source.slice(at, at + 4);
    const trim = /^[ \t\r\n]-\}\}/.test(rest);
    if (trim || rest.startsWith('}}')) {
      if (depth > 0) throw new LexError('unclosed left paren', line());
      push('right', '}}', trim ? at + 2 : at);
      return [trim ? at + 4 : at + 2, trim];
    }
    const char = source[at];
    if (char === undefined) throw new LexError('unclosed action', line());
    const start = at;
    if (/[ \t\r\n]/.test(char)) {
      while (/[ \t\r\n]/.test(source[at] ?? '') && !/^[ \t\r\n]-\}\}/.test(source.slice(at, at + 4))) at++;
      push('space', source.slice(start, at), start);
    } else if (char === '"') {
      at = quoted('"', 'quoted string');
      push('string', source.slice(start, at), start);
    } else if (char === '`') {
      at = quoted('`', 'raw quoted string');
      push('raw', source.slice(start, at), start);
    } else if (char === "'") {
      at = quoted("'", 'character constant');
      push('char', source.slice(start, at), start);
    } else if (char === ':') {
      if (source[at + 1] !== '=') throw new LexError('expected :=', line());
      at += 2;
      push('declare', ':=', start);
    } else if (char === '=') push('assign', source[at++] ?? '', start);
    else if (char === '|') push('pipe', source[at++] ?? '', start);
    else if (char === ',') push('comma', source[at++] ?? '', start);
    else if (char === '(') {
      depth++;
      push('open', source[at++] ?? '', start);
    } else if (char === ')') {
      if (--depth < 0) throw new LexError('unexpected right paren', line());
      push('close', source[at++] ?? '', start);
    } else if (/[0-9]/.test(char) || (/[+-]/.test(char) && /[0-9.]/.test(source[at + 1] ?? ''))) {
      at++;
      while (
        /[0-9a-zA-Z_.]/.test(source[at] ?? '') ||
        (/[+-]/.test(source[at] ?? '') && /[eE]/.test(source[at - 1] ?? ''))
      )
        at++;
      const text = source.slice(start, at);
      if (!/^[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?)$/.test(text)) {
        throw new LexError(`bad number syntax: ${JSON.stringify(text)}`, line());
      }
      push('number', text, start);
    } else if (char === '.' && /[0-9]/.test(source[at + 1] ?? '')) {
      at++;
      while (/[0-9eE]/.test(source[at] ?? '')) at++;
      push('number', source.slice(start, at), start);
    } else if (char === '.' || char === '$' || alphanumeric(char)) {
      at++;
      while (alphanumeric(source[at])) at++;
      const word = source.slice(start, at);
      const next = source[at];
      if (next !== undefined && !/[ \t\r\n.,|:()=}]/.test(next)) {
        throw new LexError(
          `bad character U+${(next.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${next}'`,
          line(),
        );
      }
      if (word === '.') push('dot', word, start);
      else if (char === '.') push('field', word, start);
      else if (char === '$') push('variable', word, start);
      else if (KEYWORDS.has(word)) push('keyword', word, start);
      else if (word === 'true' || word === 'false') push('bool', word, start);
      else if (word === 'nil') push('nil', word, start);
      else push('identifier', word, start);
    } else if (/[!-~]/.test(char)) push('symbol', source[at++] ?? '', start);
    else {
      throw new LexError(
        `unrecognized character in action: U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`,
        line(),
      );
    }
  }
}
