/** The course's parts and their lessons, in order, from the folders under content/courses/docker. */
import { getCollection, type CollectionEntry } from 'astro:content';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'astro/zod';

export type Lesson = CollectionEntry<'lessons'>;

export interface Part {
  /** Folder name. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly about: string;
  readonly lessons: readonly Lesson[];
}

const courseSchema = z.strictObject({
  title: z.string(),
  parts: z.array(z.strictObject({ id: z.string(), title: z.string(), about: z.string() })),
});

/** Reads `course.yaml` and puts the lessons into their parts. Throws where a lesson's folder is in no part. */
export async function loadCourse(): Promise<{ title: string; parts: Part[] }> {
  const course = courseSchema.parse(parse(await readFile('content/courses/docker/course.yaml', 'utf8')));
  const lessons = await getCollection('lessons');
  const left = new Set(lessons);
  const parts = course.parts.map((part, i) => {
    const own = lessons
      .filter((l) => l.id.startsWith(`docker/${part.id}/`))
      .sort((a, b) => a.data.order - b.data.order);
    own.forEach((l) => left.delete(l));
    return { ...part, number: i + 1, lessons: own };
  });
  if (left.size) throw new Error(`in no part of course.yaml: ${[...left].map((l) => l.id).join(', ')}`);
  return { title: course.title, parts };
}

/** The address of a lesson's page. */
export const lessonHref = (lesson: Lesson): string =>
  `${import.meta.env.BASE_URL.replace(/\/$/, '')}/lessons/${lessonSlug(lesson)}/`;

/** `docker/images/first-layers/index` → `images/first-layers`. */
export const lessonSlug = (lesson: Lesson): string => lesson.id.replace(/^docker\//, '').replace(/\/index$/, '');
