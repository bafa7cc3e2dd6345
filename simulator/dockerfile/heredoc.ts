/** The `<<WORD` of heredocs. */
import { lex, NO_VARIABLES } from './lex.ts';

export interface HeredocWord {
  readonly name: string;
  readonly fd: number;
  readonly expand: boolean;
  readonly chomp: boolean;
}

const count = (text: string): number => text.replace(/[^'"]/g, '').length;

/** The heredoc that a word of an instruction announces, if it does. Throws LexError for unbalanced quotes. */
export function heredocWord(word: string): HeredocWord | undefined {
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
  if (!match || match[3] === '') return undefined;
  const plain = lex(match[3]!, NO_VARIABLES, { keepUnset: true }).words;
  if (plain.length !== 1) return undefined;
  const raw = lex(match[3]!, NO_VARIABLES, { keepUnset: true, rawQuotes: true }).words;
  return {
    name: plain[0]!,
    fd: match[1] ? Number(match[1]) : 0,
    // quotes anywhere in the word keep the body as it is
    expand: count(plain[0]!) === count(raw[0]!),
    chomp: match[2] === '-',
  };
}

/** The heredocs an instruction's line announces, in order. */
export function heredocsOf(line: string): HeredocWord[] {
  let words: readonly string[];
  try {
    words = lex(line, NO_VARIABLES, { keepUnset: true, rawQuotes: true, rawEscapes: true }).words;
  } catch {
    // a line that is no sequence of shell words announces none
    return [];
  }
  return words.map(heredocWord).filter((h) => h !== undefined);
}

/** Drops the tabs that start the body's lines. */
export const chompTabs = (text: string): string => text.replace(/^\t+/gm, '');
