/** Reads a lesson's tasks.yaml when the site is built. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'astro/zod';
import type { LessonTask } from './task-types.ts';

const build = z.strictObject({
  tag: z.string().optional(),
  reused: z.array(z.string()).optional(),
  ran: z.array(z.string()).optional(),
  failed: z.string().optional(),
  again: z.boolean().optional(),
});
const schema = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/),
    text: z.string(),
    hints: z.array(z.string()).default([]),
    build: build.optional(),
    file: z
      .strictObject({ path: z.string(), contains: z.string().optional(), exists: z.boolean().optional() })
      .optional(),
    image: z.string().optional(),
    container: z
      .strictObject({
        name: z.string().optional(),
        image: z.string().optional(),
        status: z.string().optional(),
        publishes: z.string().optional(),
      })
      .optional(),
  }),
);

const escape = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!);

/** The tasks of a lesson; throws naming file and field where tasks.yaml is wrong. */
export async function lessonTasks(lessonId: string): Promise<LessonTask[]> {
  const path = join('content/courses', lessonId.replace(/\/index$/, ''), 'tasks.yaml');
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const result = schema.safeParse(parse(source));
  if (!result.success)
    throw new Error(`${path}: ${result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
  return result.data.map(
    ({ text, ...task }) =>
      ({ ...task, html: escape(text).replace(/`([^`]+)`/g, '<code class="mono">$1</code>') }) as LessonTask,
  );
}
