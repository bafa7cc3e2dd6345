/** The site's base path without a slash at its end; every address of a page begins with it. */
export const BASE = import.meta.env.BASE_URL.replace(/\/$/, '');

/** Where the header leads. */
export const PLACES = [
  { id: 'course', label: 'Course', href: `${BASE}/` },
  { id: 'reference', label: 'Reference', href: `${BASE}/reference/` },
  { id: 'glossary', label: 'Glossary', href: `${BASE}/glossary/` },
  { id: 'sandbox', label: 'Free machine', href: `${BASE}/sandbox/` },
] as const;

export type PlaceId = (typeof PLACES)[number]['id'];
