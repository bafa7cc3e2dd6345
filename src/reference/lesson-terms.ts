/** Which lesson explains which term in its prose. */
import { lessonHref, loadCourse } from '../lessons/course.ts';
import type { LessonLink } from './lesson-commands.ts';

/** Id of a term → the lessons that point to it. */
export async function lessonsByTerm(): Promise<Map<string, LessonLink[]>> {
  const found = new Map<string, LessonLink[]>();
  for (const part of (await loadCourse()).parts) {
    for (const [i, lesson] of part.lessons.entries()) {
      const link = { title: lesson.data.title, href: lessonHref(lesson), number: `${part.number}.${i + 1}` };
      const ids = [...(lesson.body ?? '').matchAll(/<Term\s+id="([^"]+)"/g)].map(([, id]) => id!);
      for (const id of new Set(ids)) found.set(id, [...(found.get(id) ?? []), link]);
    }
  }
  return found;
}
