/** Which lesson shows which command: read from its prose, so that no one has to keep a list. */
import { loadCourse, lessonHref } from '../lessons/course.ts';
import { dockerCommands, shownCommands } from './command-lines.ts';
import { commands } from './commands.ts';

export interface LessonLink {
  readonly title: string;
  readonly href: string;
  /** `2.3` */
  readonly number: string;
}

let made: Promise<Map<string, LessonLink[]>> | undefined;

/** Slug of a command's page → the lessons that use it. */
export const lessonsByCommand = (): Promise<Map<string, LessonLink[]>> => (made ??= collect());

async function collect(): Promise<Map<string, LessonLink[]>> {
  const { parts } = await loadCourse();
  const { slugOf } = await commands();
  const lessons = new Map<string, LessonLink[]>();
  for (const part of parts) {
    for (const [i, lesson] of part.lessons.entries()) {
      const link = { title: lesson.data.title, href: lessonHref(lesson), number: `${part.number}.${i + 1}` };
      const slugs = (await dockerCommands(shownCommands(lesson.body ?? ''))).map(slugOf);
      for (const slug of new Set(slugs)) if (slug) lessons.set(slug, [...(lessons.get(slug) ?? []), link]);
    }
  }
  return lessons;
}
