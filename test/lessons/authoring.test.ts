/** The authoring guide says what the schemas say, and a mistake in a lesson is named by file, line and field. */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { withTables } from '../../src/lessons/describe.ts';
import { readTasks } from '../../src/lessons/tasks.ts';

test('the tables of the authoring guide are those of the schemas', async () => {
  const path = 'docs/authoring.md';
  const text = readFileSync(path, 'utf8');
  expect(text).toBe(await format(withTables(text), { ...(await resolveConfig(path)), filepath: path }));
});

const said = (source: string): string => {
  try {
    readTasks(source, 'tasks.yaml');
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
};

test('a mistake in tasks.yaml is named by file, line and field', () => {
  expect(said('- id: web\n  text: Run it.\n  container: { name: web, status: runing }\n')).toMatch(
    /^tasks\.yaml:3: 0\.container: /,
  );
  expect(said('- id: web\n  text: Run it.\n  contaner: { name: web }\n')).toMatch(/^tasks\.yaml:1: 0: .*contaner/);
  expect(said('- id: Web\n  text: Run it.\n  image: nginx\n')).toMatch(/^tasks\.yaml:1: 0\.id: /);
  expect(said('- id: web\n  text: [\n')).toMatch(/^tasks\.yaml:\d+: /);
  expect(said('- id: web\n  text: Run it.\n  image: nginx\n')).toBe('nothing');
});
