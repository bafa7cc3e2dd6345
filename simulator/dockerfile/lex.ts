/**
 * Shell words as the Dockerfile knows them: quotes, escapes and `$variable` forms are processed as BuildKit's lexer does,
 * which differs from a shell's in many small ways.
 */
import { goQuote, isSpace } from './text.ts';
import { trimPrefix, trimSuffix, replacePattern } from './pattern.ts';

/** The variables a word may use. */
export interface Variables {
  get(name: string): string | undefined;
  /** Names in order, for suggestions. */
  names(): readonly string[];
}

/** Variables from `[name, value]` pairs; a later pair wins. */
export function variables(pairs: Iterable<readonly [string, string]>): Variables {
  const map = new Map(pairs);
  return { get: (name) => map.get(name), names: () => [...map.keys()] };
}
export const NO_VARIABLES: Variables = { get: () => undefined, names: () => [] };

export interface LexOptions {
  /** `\` or a backquote. */
  readonly escape?: string;
  /** Keeps quote characters in the result. */
  readonly rawQuotes?: boolean;
  /** Keeps escape characters in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes have no meaning. */
  readonly ignoreQuotes?: boolean;
  /** Leaves references to unset variables as they are. */
  readonly keepUnset?: boolean;
}

export interface LexResult {
  /** The word with all replaced. */
  readonly text: string;
  /** The same split at unquoted spaces. */
  readonly words: readonly string[];
  /** Variables that were found, and those that were not. */
  readonly matched: ReadonlySet<string>;
  readonly unmatched: ReadonlySet<string>;
}

/** A word that cannot be processed; `unmatched` are the unset variables met up to there. */
export class LexError extends Error {
  unmatched: ReadonlySet<string> = new Set();
}

/** What string(rune(-1)) is in Go: shown where the text ended too early. */
const END = '\ufffd';
const DIGIT = /^\p{Nd}$/u;
const NAME = /^[\p{L}\p{Nd}_]$/u;
const SPECIAL = '@*#?-$!0';

/** Collects words; the text of the word being read is shared with nested expansions, which start it anew. */
class Words {
  readonly list: string[] = [];
  readonly #shared: { text: string };
  #inWord = false;
  constructor(shared: { text: string }) {
    this.#shared = shared;
  }
  add(ch: string): void {
    if (!isSpace(ch)) return this.addRaw(ch);
    if (this.#inWord && this.#shared.text !== '') {
      this.list.push(this.#shared.text);
      this.#shared.text = '';
      this.#inWord = false;
    }
  }
  addRaw(text: string): void {
    this.#shared.text += text;
    this.#inWord = true;
  }
  finish(): string[] {
    if (this.#shared.text !== '') {
      this.list.push(this.#shared.text);
      this.#shared.text = '';
      this.#inWord = false;
    }
    return this.list;
  }
}

class Lexer {
  readonly #chars: string[];
  #at = 0;
  readonly #env: Variables;
  readonly #options: LexOptions;
  readonly #escape: string;
  #rawEscapes: boolean;
  readonly #shared = { text: '' };
  readonly matched = new Set<string>();
  readonly unmatched = new Set<string>();

  constructor(word: string, env: Variables, options: LexOptions) {
    this.#chars = Array.from(word);
    this.#env = env;
    this.#options = options;
    this.#escape = options.escape ?? '\\';
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }
  #next(): string | undefined {
    return this.#chars[this.#at++];
  }
  get #ended(): boolean {
    return this.#at >= this.#chars.length;
  }

  /** Processes up to `stop` (or the end when undefined). */
  read(stop: string | undefined, rawEscapes: boolean): { text: string; words: string[] } {
    let text = '';
    this.#shared.text = '';
    const words = new Words(this.#shared);
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    try {
      for (let ch = this.#peek(); ch !== undefined; ch = this.#peek()) {
        if (ch === stop) {
          this.#at++;
          return { text, words: words.finish() };
        }
        if (ch === '$') {
          const value = this.#dollar();
          text += value;
          for (const c of value) words.add(c);
        } else if (ch === '<' || (!this.#options.ignoreQuotes && (ch === "'" || ch === '"'))) {
          const part = ch === '<' ? this.#redirect() : ch === "'" ? this.#single() : this.#double();
          text += part;
          words.addRaw(part);
        } else {
          this.#at++;
          if (ch === this.#escape) {
            if (this.#rawEscapes) {
              words.addRaw(ch);
              text += ch;
            }
            const escaped = this.#next();
            if (escaped === undefined) break;
            words.addRaw(escaped);
            text += escaped;
          } else {
            words.add(ch);
            text += ch;
          }
        }
      }
    } finally {
      this.#rawEscapes = before;
    }
    if (stop !== undefined) {
      throw new LexError(`unexpected end of statement while looking for matching ${stop}`);
    }
    return { text, words: words.finish() };
  }

  #single(): string {
    const quote = this.#next()!;
    let text = this.#options.rawQuotes ? quote : '';
    for (;;) {
      const ch = this.#next();
      if (ch === undefined) {
        throw new LexError('unexpected end of statement while looking for matching single-quote');
      }
      if (ch === "'") return this.#options.rawQuotes ? text + ch : text;
      text += ch;
    }
  }

  #double(): string {
    const quote = this.#next()!;
    let text = this.#options.rawQuotes ? quote : '';
    for (;;) {
      const ch = this.#peek();
      if (ch === undefined) {
        throw new LexError('unexpected end of statement while looking for matching double-quote');
      }
      if (ch === '"') {
        this.#at++;
        return this.#options.rawQuotes ? text + ch : text;
      }
      if (ch === '$') {
        text += this.#dollar();
        continue;
      }
      this.#at++;
      if (ch === this.#escape) {
        if (this.#rawEscapes) text += ch;
        const escaped = this.#peek();
        if (escaped === undefined) continue;
        // only these can be escaped between double quotes; any other escape character stays
        if (escaped === '"' || escaped === '$' || escaped === this.#escape) {
          this.#at++;
          text += escaped;
          continue;
        }
      }
      text += ch;
    }
  }

  /** `<`, or `<<` with the blanks before a heredoc's word. */
  #redirect(): string {
    this.#at++;
    if (this.#peek() !== '<') return '<';
    this.#at++;
    let text = '<<';
    for (let ch = this.#peek(); ch === '\t' || ch === '\r' || ch === ' '; ch = this.#peek()) {
      text += ch;
      this.#at++;
    }
    return text;
  }

  #name(): string {
    const first = this.#peek();
    if (first === undefined) return '';
    if (DIGIT.test(first)) {
      let name = '';
      for (let ch = this.#peek(); ch !== undefined && DIGIT.test(ch); ch = this.#peek()) {
        name += ch;
        this.#at++;
      }
      return name;
    }
    if (SPECIAL.includes(first)) {
      this.#at++;
      return first;
    }
    let name = '';
    for (let ch = this.#peek(); ch !== undefined && NAME.test(ch); ch = this.#peek()) {
      name += ch;
      this.#at++;
    }
    return name;
  }

  #lookUp(name: string): string | undefined {
    const value = this.#env.get(name);
    (value === undefined ? this.unmatched : this.matched).add(name);
    return value;
  }

  #dollar(): string {
    this.#at++;
    if (this.#peek() !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      const value = this.#lookUp(name);
      return value ?? (this.#options.keepUnset ? `$${name}` : '');
    }
    this.#at++;
    const first = this.#peek();
    if (first === undefined) throw new LexError("syntax error: missing '}'");
    if (first === '{' || first === '}' || first === ':') throw new LexError('syntax error: bad substitution');
    const name = this.#name();
    const operator = this.#next();
    if (operator === '}') {
      const value = this.#lookUp(name);
      return value ?? (this.#options.keepUnset ? `\${${name}}` : '');
    }
    if (operator === '/') return this.#replace(name);
    return this.#modify(name, operator);
  }

  /** `${name-word}` and the like; `:` before the operator makes an empty value count as unset. */
  #modify(name: string, first: string | undefined): string {
    let operator = first;
    let shown = first ?? END;
    const emptyIsUnset = first === ':';
    if (emptyIsUnset) {
      operator = this.#next();
      shown += operator ?? END;
    }
    const trims = operator === '#' || operator === '%';
    const unsupported = (): LexError => new LexError(`unsupported modifier (${shown}) in substitution`);
    if (!emptyIsUnset && (operator === undefined || !'+-?#%'.includes(operator))) throw unsupported();
    if (emptyIsUnset && trims) throw unsupported();
    const word = this.#until('}', trims, "syntax error: missing '}'");
    const value = this.#lookUp(name);
    if (this.#options.keepUnset && value === undefined) return `\${${name}${shown}${word}}`;
    const unset = value === undefined || (emptyIsUnset && value === '');
    switch (operator) {
      case '-':
        return unset ? word : value;
      case '+':
        return unset ? '' : word;
      case '?':
        if (!unset) return value;
        throw new LexError(
          `${name}: ${word || (value === undefined ? 'is not allowed to be unset' : 'is not allowed to be empty')}`,
        );
      case '#':
      case '%': {
        const greedy = word.startsWith(operator);
        const pattern = greedy ? word.slice(1) : word;
        return this.#pattern(pattern, () =>
          operator === '%' ? trimSuffix(pattern, value ?? '', greedy) : trimPrefix(pattern, value ?? '', greedy),
        );
      }
      default:
        throw unsupported();
    }
  }

  #replace(name: string): string {
    const all = this.#peek() === '/';
    if (all) this.#at++;
    const pattern = this.#until('/', true, "syntax error: missing '/' in ${}");
    const replacement = this.#until('}', true, "syntax error: missing '}'");
    const value = this.#lookUp(name);
    if (this.#options.keepUnset && value === undefined) return `\${${name}/${pattern}/${replacement}}`;
    return this.#pattern(pattern, () => replacePattern(pattern, value ?? '', replacement, all));
  }

  #until(stop: string, rawEscapes: boolean, missing: string): string {
    try {
      return this.read(stop, rawEscapes).text;
    } catch (error) {
      if (error instanceof LexError && this.#ended) throw new LexError(missing);
      throw error;
    }
  }

  #pattern(pattern: string, apply: () => string): string {
    try {
      return apply();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new LexError(`invalid pattern (${pattern}) in substitution: ${error.message}`);
    }
  }
}

/** Expands `word` and splits it. Throws LexError. */
export function lex(word: string, env: Variables, options: LexOptions = {}): LexResult {
  const lexer = new Lexer(word, env, options);
  try {
    const { text, words } = lexer.read(undefined, options.rawEscapes ?? false);
    return { text, words, matched: lexer.matched, unmatched: lexer.unmatched };
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
    const wrapped = new LexError(`failed to process ${goQuote(word)}: ${error.message}`);
    wrapped.unmatched = lexer.unmatched;
    throw wrapped;
  }
}
