/** Which images an address of the free machine asks for (`?image=nginx&image=python:slim`), as far as the catalogue has them. */

/** Name → its tags. */
export type Tags = Readonly<Record<string, readonly string[]>>;

export interface Wanted {
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}

/** Reads the address's query; images of Docker Hub may be given by their full name, too. */
export function wantedImages(query: string, tags: Tags): Wanted {
  const known: string[] = [];
  const unknown: string[] = [];
  for (const asked of new URLSearchParams(query).getAll('image')) {
    const [name = '', tag = 'latest', ...rest] = asked
      .trim()
      .replace(/^docker\.io\//, '')
      .replace(/^library\//, '')
      .split(':');
    const has = rest.length === 0 && Object.hasOwn(tags, name) && tags[name]!.includes(tag);
    const list = has ? known : unknown;
    const full = has ? (tag === 'latest' ? name : `${name}:${tag}`) : asked;
    if (!list.includes(full)) list.push(full);
  }
  return { known, unknown };
}
