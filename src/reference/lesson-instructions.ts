/** Which lessons are about an instruction: those that name it most. */
import { INSTRUCTION_HELP } from '../editor/instruction-help.ts';
import { lessonHref, loadCourse } from '../lessons/course.ts';
import type { LessonLink } from './lesson-commands.ts';
import { instructionCounts } from './instruction-counts.ts';

const MOST = 3;
/** Fewer mentions are mentions in passing. */
const FEWEST = 3;

/** Name of an instruction → at most three lessons, in the course's order. */
export async function lessonsByInstruction(): Promise<Map<string, LessonLink[]>> {
  const lessons = (await loadCourse()).parts.flatMap((part) =>
    part.lessons.map((lesson, i) => ({
      link: { title: lesson.data.title, href: lessonHref(lesson), number: `${part.number}.${i + 1}` },
      counts: instructionCounts(lesson.body ?? ''),
    })),
  );
  return new Map(
    Object.keys(INSTRUCTION_HELP).map((name) => {
      const count = ({ counts }: (typeof lessons)[number]): number => counts.get(name) ?? 0;
      const most = lessons
        .filter((lesson) => count(lesson) >= FEWEST)
        .sort((a, b) => count(b) - count(a))
        .slice(0, MOST);
      return [name, lessons.filter((lesson) => most.includes(lesson)).map(({ link }) => link)];
    }),
  );
}
