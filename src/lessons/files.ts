/** A lesson's starting files, read from its folder when the site is built. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files below `content/courses/<id>/<part>`, by path relative to it; an absent folder gives none. */
export async function lessonFiles(
  lessonId: string,
  part: 'start' | 'finish',
  courses = 'content/courses',
): Promise<Record<string, string>> {
  const root = join(courses, lessonId.replace(/\/index$/, ''), part);
  const files: Record<string, string> = {};
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const entry of entries
    .filter((e) => e.isFile())
    .sort((a, b) => (join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1))) {
    const path = join(entry.parentPath, entry.name);
    files[relative(root, path)] = await readFile(path, 'utf8');
  }
  return files;
}

/** The files a learner begins with. */
export const startFiles = (lessonId: string): Promise<Record<string, string>> => lessonFiles(lessonId, 'start');
