/** The course covers the guide: every heading and bullet of it is in guide.yaml, and every entry there in a lesson. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { lessonOrder, matterOf } from '../../src/lessons/folder.ts';

interface Statement {
  readonly says: string;
  readonly lesson: string;
  readonly mistake?: string;
}
const statements = parse(readFileSync('content/courses/docker/guide.yaml', 'utf8')) as Record<string, Statement>;
const GUIDE = '../shared/guide.md';

/** Headings, bullets and paragraphs, without the marks of lists; blocks of code left out. */
function linesOf(guide: string): string[] {
  return guide
    .replace(/^```.*?^```/gms, '')
    .split('\n')
    .map((line) => line.trim().replace(/^(-|\d+\.) +/, ''))
    .filter((line) => line !== '' && line !== '# Docker' && line !== '.');
}

test.skipIf(!existsSync(GUIDE))('every heading and bullet of the guide is listed', () => {
  const said = Object.values(statements).map((s) => s.says);
  const missing = linesOf(readFileSync(GUIDE, 'utf8')).filter((line) => !said.some((text) => line.startsWith(text)));
  expect(missing).toEqual([]);
});

test('every statement is covered by the lesson that is named', () => {
  const claimed = new Set(
    lessonOrder().flatMap((id) => (matterOf(id).guide ?? []).map((key) => `${key} ${id.replace(/^docker\//, '')}`)),
  );
  const missing = Object.entries(statements)
    .map(([key, { lesson }]) => `${key} ${lesson}`)
    .filter((pair) => !claimed.has(pair));
  expect(missing).toEqual([]);
});

test('lessons claim only what the guide says', () => {
  const unknown = lessonOrder().flatMap((id) => (matterOf(id).guide ?? []).filter((key) => !(key in statements)));
  expect(unknown).toEqual([]);
});
