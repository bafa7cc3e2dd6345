/** The glossary's terms, from content/glossary. Every cross-reference is checked here, so that a wrong one stops the build. */
import { getCollection } from 'astro:content';

export interface Term {
  readonly id: string;
  readonly term: string;
  readonly also: readonly string[];
  readonly see: readonly { readonly id: string; readonly term: string }[];
  /** The explanation as inline HTML: it has one paragraph, and stands in sentences and definition lists. */
  readonly html: string;
  readonly text: string;
}

/** All terms in alphabetical order. */
export async function loadTerms(): Promise<Term[]> {
  const entries = await getCollection('glossary');
  const names = new Map(entries.map((e) => [e.id, e.data.term]));
  return entries
    .map((entry) => ({
      id: entry.id,
      term: entry.data.term,
      also: entry.data.also,
      see: entry.data.see.map((id) => {
        const term = names.get(id);
        if (term === undefined) throw new Error(`content/glossary/${entry.id}.md: see names no term: ${id}`);
        return { id, term };
      }),
      html: inline(entry.rendered?.html ?? '', entry.id),
      text: (entry.body ?? '').replaceAll('`', '').replaceAll(/\s+/g, ' ').trim(),
    }))
    .sort((a, b) => sortKey(a.term).localeCompare(sortKey(b.term), 'en'));
}

/** One term. Throws for an id that no file has, and says which ids are close. */
export async function loadTerm(id: string): Promise<Term> {
  const terms = await loadTerms();
  const found = terms.find((t) => t.id === id);
  if (found) return found;
  const near = terms.filter((t) => t.id.includes(id) || t.also.some((a) => a.includes(id))).map((t) => t.id);
  throw new Error(
    `<Term id="${id}">: no content/glossary/${id}.md${near.length ? `; near it: ${near.join(', ')}` : ''}`,
  );
}

/** The address of a term on the glossary page. */
export const termHref = (id: string): string => `${import.meta.env.BASE_URL.replace(/\/$/, '')}/glossary/#${id}`;

/** What a term is sorted by: a leading dot is not a letter. */
export const sortKey = (term: string): string => term.replace(/^[^A-Za-z0-9]+/, '').toLowerCase();

function inline(html: string, id: string): string {
  const paragraph = /^\s*<p>((?:(?!<\/?p>)[\s\S])*)<\/p>\s*$/.exec(html);
  if (!paragraph) throw new Error(`content/glossary/${id}.md must be one paragraph`);
  return paragraph[1]!;
}
