/** Asks the index: results in groups, the group with the best result first. */
import type MiniSearch from 'minisearch';
import { KINDS, type Entry, type Kind } from './index-options.ts';

export interface Hit {
  readonly title: string;
  readonly href: string;
  readonly summary: string;
}

export interface Group {
  readonly kind: Kind;
  readonly label: string;
  readonly hits: readonly Hit[];
  /** How many there are, shown or not. */
  readonly total: number;
}

type Stored = Pick<Entry, 'kind' | 'title' | 'href' | 'summary' | 'flags'>;

/** At most `most` hits of each kind. */
export function find(index: MiniSearch<Entry>, query: string, most: number): Group[] {
  const words = query.trim();
  if (words === '') return [];
  const flag = /(?:^|\s)--?([\w-]{2,})/.exec(words)?.[1];
  const groups = new Map<Kind, Hit[]>();
  const exact = words.toLowerCase();
  const named = (title: unknown): boolean =>
    typeof title === 'string' && [exact, `docker ${exact}`].includes(title.toLowerCase());
  // All words, or where nothing has them all (“how do I …”) any of them.
  const all = index.search(words);
  const results = all.length > 0 ? all : index.search(words, { combineWith: 'OR' });
  // What bears just this name comes first, however often others say the word.
  results.sort((a, b) => Number(named(b['title'])) - Number(named(a['title'])) || b.score - a.score);
  for (const result of results) {
    const { kind, title, href, summary, flags } = result as unknown as Stored;
    // A flag has a row of its own on its command's page.
    const row = flag !== undefined && kind === 'command' && flags.split(' ').includes(flag);
    const hit = row ? { title: `${title} --${flag}`, href: `${href}#flag-${flag}`, summary } : { title, href, summary };
    groups.set(kind, [...(groups.get(kind) ?? []), hit]);
  }
  return [...groups].map(([kind, hits]) => ({
    kind,
    label: KINDS[kind],
    hits: hits.slice(0, most),
    total: hits.length,
  }));
}

/** What is said about the results. */
export function inWords(query: string, groups: readonly Group[]): string {
  if (query.trim() === '') return '';
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  if (total === 0) return `Nothing found for “${query.trim()}”.`;
  return total === 1 ? 'One result' : `${total} results`;
}
