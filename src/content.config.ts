import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { lessonSchema } from './lessons/schema.ts';
import { termSchema } from './reference/glossary-schema.ts';

export const collections = {
  lessons: defineCollection({
    loader: glob({ pattern: '**/index.mdx', base: './content/courses' }),
    schema: lessonSchema,
  }),
  glossary: defineCollection({
    loader: glob({ pattern: '*.md', base: './content/glossary' }),
    schema: termSchema,
  }),
};
