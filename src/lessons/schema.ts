import { z } from 'astro/zod';
import { PANEL_IDS } from '../workbench/panels.ts';

/** The front matter of a lesson's index.mdx. A mistake in it names file and field when the site is built. */
export const lessonSchema = z.strictObject({
  title: z.string().min(8).max(60).describe('The question the lesson answers, as a learner would ask it.'),
  summary: z.string().max(200).describe('One sentence under the title on course pages and in search results.'),
  minutes: z.number().int().min(2).max(20).describe('Minutes a first reader needs.'),
  order: z.number().int().positive().describe('The lesson’s place within its part, from 1.'),
  version: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe('Raised when a change makes what learners did before incomplete; progress is kept per version.'),
  folder: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .default('lab')
    .describe('Name of the learner’s folder as the prompt shows it.'),
  images: z.array(z.string()).default([]).describe('Images that are on the machine from the start.'),
  open: z.string().default('Dockerfile').describe('The file that is open in the editor at the start; empty for none.'),
  panel: z.enum(PANEL_IDS).default('layers').describe('The panel that is shown at the start.'),
  panels: z
    .array(z.enum(PANEL_IDS))
    .optional()
    .describe('The tabs beside the terminal, where the usual ones are not what the lesson is about.'),
  continues: z
    .boolean()
    .default(false)
    .describe('Starts from the state in which the solution of the lesson before it ends.'),
  guide: z
    .array(z.string())
    .default([])
    .describe('Statements of the guide (content/courses/docker/guide.yaml) that the lesson covers.'),
});

export type LessonData = z.infer<typeof lessonSchema>;
