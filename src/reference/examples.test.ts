import { expect, test } from 'vitest';
import { INSTRUCTION_HELP } from '../editor/instruction-help.ts';
import { loadCommands } from './commands.ts';
import { COMMAND_EXAMPLES, INSTRUCTION_EXAMPLES } from './examples.ts';
import { runExample } from './run-example.ts';

test('every instruction has an example, and every example of a command a page', async () => {
  expect(Object.keys(INSTRUCTION_EXAMPLES)).toEqual(Object.keys(INSTRUCTION_HELP));
  const slugs = new Set((await loadCommands()).pages.map((page) => page.slug));
  expect(Object.keys(COMMAND_EXAMPLES).filter((slug) => !slugs.has(slug))).toEqual([]);
});

test('the machine does what the examples ask, and does it twice in the same way', async () => {
  const failed: string[] = [];
  for (const [name, example] of Object.entries({ ...INSTRUCTION_EXAMPLES, ...COMMAND_EXAMPLES })) {
    const typed = await runExample(example);
    expect(await runExample(example)).toEqual(typed);
    failed.push(...typed.filter((t) => t.exit !== 0).map((t) => `${name}: ${t.command}`));
  }
  // What these two show is that it does not work yet.
  expect(failed).toEqual(['ONBUILD: docker run --rm base cat /late', 'volume/rm: docker volume rm data']);
});
