/** Brings quoted outputs and questions of lessons up to date with the machine. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withTables } from '../src/lessons/describe.ts';
import { lessonOrder, readLesson } from '../src/lessons/folder.ts';
import { proveProse } from '../src/lessons/proof.ts';
import { questionsPath } from '../src/lessons/questions.ts';
import { nodeHost } from './node-host.ts';

const guide = 'docs/authoring.md';
const text = readFileSync(guide, 'utf8');
const filled = await format(withTables(text), { ...(await resolveConfig(guide)), filepath: guide });
if (filled !== text) writeFileSync(guide, filled);

const wanted = process.argv.slice(2);
const lessons = lessonOrder().filter((id) => wanted.length === 0 || wanted.some((name) => id.endsWith(name)));
if (lessons.length === 0) {
  console.error(`no lesson is called ${wanted.join(' or ')}`);
  process.exit(1);
}
for (const id of lessons) {
  const { quotes, questions } = await proveProse(id, nodeHost);
  let mdx = readLesson(id);
  let from = 0;
  let changed = 0;
  for (const { value, actual } of quotes) {
    const at = mdx.indexOf(value, from);
    if (at < 0) throw new Error(`${id}: the block beginning “${value.split('\n')[0]}” was not found`);
    if (value !== actual) changed++;
    mdx = mdx.slice(0, at) + actual + mdx.slice(at + value.length);
    from = at + actual.length;
  }
  writeFileSync(join('content/courses', id, 'index.mdx'), mdx);
  const path = questionsPath(id);
  const json = `${JSON.stringify(Object.fromEntries(questions.map((q) => [q.ask, q.options])), null, 2)}\n`;
  if (questions.length === 0) rmSync(path, { force: true });
  else if (!same(path, json)) writeFileSync(path, json);
  console.log(`${id}: ${quotes.length} blocks (${changed} changed), ${questions.length} questions`);
}
process.exit(0);

function same(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false; // not there yet
  }
}
