/** A lesson's folder as Node reads it: front matter, order, files and what is done before the learner comes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSession, type SessionFile } from '../../simulator/session/session-file.ts';
import { plainSteps, type PlainStep } from '../../simulator/session/steps.ts';
import { lessonFiles } from './files.ts';

/** Where courses lie; tests have some of their own. */
const ROOT = 'content/courses';

/** What of the front matter the machine depends on. */
export interface LessonMatter {
  readonly title: string;
  readonly order: number;
  readonly version?: number;
  readonly images?: readonly string[];
  readonly folder?: string;
  readonly continues?: boolean;
  readonly guide?: readonly string[];
}

/** `docker/part/lesson`, without `/index`. */
export const folderOf = (id: string): string => id.replace(/\/index$/, '');

export const readLesson = (id: string, root = ROOT): string =>
  readFileSync(join(root, folderOf(id), 'index.mdx'), 'utf8');
export const matterOf = (id: string, root = ROOT): LessonMatter =>
  parse(/^---\n(.*?)\n---/s.exec(readLesson(id, root))?.[1] ?? '') as LessonMatter;

/** All lessons in the order of the course, as `docker/part/lesson`. */
export function lessonOrder(root = ROOT): string[] {
  const course = parse(readFileSync(join(root, 'docker/course.yaml'), 'utf8')) as { parts: { id: string }[] };
  return course.parts.flatMap((part) => {
    const folder = join(root, 'docker', part.id);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((name) => existsSync(join(folder, name, 'index.mdx')))
      .map((name) => `docker/${part.id}/${name}`)
      .sort((a, b) => matterOf(a, root).order - matterOf(b, root).order || (a < b ? -1 : 1));
  });
}

/** A session file of the lesson, with its `finish/` as the set that `@use finish` lays over; undefined where there is none. */
export async function lessonSession(id: string, name: string, root = ROOT): Promise<SessionFile | undefined> {
  const path = join(root, folderOf(id), name);
  if (!existsSync(path)) return undefined;
  const session = parseSession(readFileSync(path, 'utf8'));
  return { ...session, sets: { ...session.sets, finish: await lessonFiles(id, 'finish', root) } };
}

export interface LessonMachine {
  readonly files: Record<string, string>;
  readonly images: readonly string[];
  readonly folder: string;
  readonly setup: readonly PlainStep[];
}

/**
 * What a lesson's machine is made of. A lesson that continues stands where the solution of the one before it ended: its
 * start, setup and solution come first. Throws where there is none before it.
 */
export async function lessonMachine(id: string, root = ROOT): Promise<LessonMachine> {
  const { images = [], folder = 'lab', continues = false } = matterOf(id, root);
  const files = await lessonFiles(id, 'start', root);
  const setup = await lessonSession(id, 'setup.session', root);
  const own = setup ? plainSteps(setup) : [];
  if (!continues) return { files, images, folder, setup: own };
  const order = lessonOrder(root);
  const before = order[order.indexOf(folderOf(id)) - 1];
  if (before === undefined) throw new Error(`${id} continues, but no lesson comes before it`);
  const base = await lessonMachine(before, root);
  const solution = await lessonSession(before, 'solution.session', root);
  const played = solution ? plainSteps(solution) : [];
  const laid: PlainStep[] = Object.keys(files).length > 0 ? [{ kind: 'write', files }] : [];
  return {
    files: base.files,
    images: [...new Set([...base.images, ...images])],
    folder: matterOf(id, root).folder ?? base.folder,
    setup: [...base.setup, ...played, ...laid, ...own],
  };
}
