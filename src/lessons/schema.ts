import { z } from 'astro/zod';
import { PANEL_IDS } from '../workbench/panels.ts';

/** The front matter of a lesson's index.mdx. A mistake in it names file and field when the site is built. */
export const lessonSchema = z.strictObject({
  /** The question the lesson answers, as a learner would ask it. */
  title: z.string().min(8).max(60),
  /** One sentence under the title on course pages and in search results. */
  summary: z.string().max(200),
  /** Minutes a first reader needs. */
  minutes: z.number().int().min(2).max(20),
  /** The lesson's place within its part, from 1. */
  order: z.number().int().positive(),
  /** Raised when a change makes what learners did before incomplete; progress is kept per version. */
  version: z.number().int().positive().default(1),
  /** Name of the learner's folder as the prompt shows it. */
  folder: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .default('lab'),
  /** Images that are on the machine from the start. */
  images: z.array(z.string()).default([]),
  /** The file that is open in the editor at the start. */
  open: z.string().default('Dockerfile'),
  /** The panel that is shown at the start. */
  panel: z.enum(PANEL_IDS).default('layers'),
  /** The tabs beside the terminal, where the usual ones are not what the lesson is about. */
  panels: z.array(z.enum(PANEL_IDS)).optional(),
});

export type LessonData = z.infer<typeof lessonSchema>;
