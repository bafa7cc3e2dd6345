/** The options of a lesson's questions, as the machine made them: `questions.json` in its folder, written by bin/quote. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from './folder.ts';
import type { Option } from './options.ts';

export type Questions = Record<string, readonly Option[]>;

export const questionsPath = (id: string): string => join('content/courses', folderOf(id), 'questions.json');

/** The options by question; none where the lesson asks nothing. */
export function lessonQuestions(id: string): Questions {
  const path = questionsPath(id);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Questions) : {};
}
