import { z } from 'astro/zod';

/** The front matter of a file under content/glossary; the file's name is the term's id, its text one to three sentences. */
export const termSchema = z.strictObject({
  term: z.string().min(1).max(40).describe('The term as its field writes it, in the singular.'),
  also: z
    .array(z.string().min(1))
    .default([])
    .describe('Plurals, short forms and other words under which one may look for it.'),
  see: z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .default([])
    .describe('Ids of terms that help to understand this one.'),
});

export type TermData = z.infer<typeof termSchema>;
