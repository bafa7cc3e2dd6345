/** Reads a lesson's tasks.yaml when the site is built. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { tasksSchema } from './task-schema.ts';
import type { LessonTask } from './task-types.ts';

const escape = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!);
const marked = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code class="mono">$1</code>');

/** The tasks of a lesson; throws naming file, line and field where tasks.yaml is wrong. */
export async function lessonTasks(lessonId: string): Promise<LessonTask[]> {
  const path = join('content/courses', lessonId.replace(/\/index$/, ''), 'tasks.yaml');
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return source === undefined ? [] : readTasks(source, path);
}

/** Reads the text of a tasks.yaml; `path` is what errors call it. */
export function readTasks(source: string, path: string): LessonTask[] {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new Error(`${path}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split('\n')[0]}`);
  const result = tasksSchema.safeParse(document.toJS());
  if (!result.success) {
    const told = result.error.issues.map((issue) => {
      const keys = issue.path.filter((key) => typeof key !== 'symbol');
      return `${path}:${lineOf(document, lines, keys)}: ${keys.join('.')}: ${issue.message}`;
    });
    throw new Error(told.join('\n'));
  }
  return result.data.map(({ text, hints, ...task }) => ({
    ...task,
    html: marked(text),
    hints: hints.filter((hint) => typeof hint === 'string').map(marked),
    advice: hints.filter((hint) => typeof hint !== 'string'),
  }));
}

/** The line of the innermost node on the way to `keys` that the file has. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, keys: (string | number)[]): number {
  for (let n = keys.length; n > 0; n--) {
    const node = document.getIn(keys.slice(0, n), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null) : null;
    if (range) return lines.linePos(range[0]!).line;
  }
  return 1;
}
