/** What the search index holds and how it is asked; the build that makes it and the page that reads it agree through this. */
import type { Options } from 'minisearch';

/** In the order in which equally good groups are shown. */
export const KINDS = {
  lesson: 'Lessons',
  command: 'Commands',
  instruction: 'Dockerfile',
  check: 'Build checks',
  term: 'Glossary',
} as const;

export type Kind = keyof typeof KINDS;

/** One thing that can be found. */
export interface Entry {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  /** Below the site's base. */
  readonly href: string;
  readonly summary: string;
  /** Other names. */
  readonly also: string;
  readonly headings: string;
  readonly text: string;
  /** Below 1 for what is there but rarely meant, such as commands that are not simulated. */
  readonly weight: number;
  /** Names of flags, by which a query such as `--rm` finds its row. */
  readonly flags: string;
}

/** Words of questions that say nothing about the answer. */
const SMALL = new Set(
  'a an and are at be by can did do does for from how i in is it my of on or that the this to what when why with'.split(
    ' ',
  ),
);

export const INDEX_OPTIONS: Options<Entry> = {
  fields: ['title', 'also', 'summary', 'headings', 'flags', 'text'],
  storeFields: ['kind', 'title', 'href', 'summary', 'flags', 'weight'],
  processTerm: (word) => (SMALL.has(word.toLowerCase()) ? null : word.toLowerCase()),
  searchOptions: {
    boost: { title: 5, also: 4, headings: 2, summary: 2, flags: 2 },
    boostDocument: (_id, _word, stored) => (typeof stored?.['weight'] === 'number' ? stored['weight'] : 1),
    prefix: (word) => word.length > 1,
    fuzzy: (word) => (word.length > 4 ? 0.25 : false),
    maxFuzzy: 2,
    combineWith: 'AND',
  },
};
