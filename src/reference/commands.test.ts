import { expect, test } from 'vitest';
import fc from 'fast-check';
import { rootCommand } from '../../simulator/client/commands/index.ts';
import type { CommandSpec } from '../../simulator/client/cli/spec.ts';
import { dockerCommands, shownCommands } from './command-lines.ts';
import { loadCommands } from './commands.ts';

const reference = await loadCommands();
const root = await rootCommand();

/** Every command of the table with its spelling after `docker`. */
function* all(specs: readonly CommandSpec[] = [], parent = ''): Generator<[string, CommandSpec]> {
  for (const spec of specs) {
    yield [`${parent}${spec.name}`, spec];
    yield* all(spec.subcommands, `${parent}${spec.name} `);
  }
}
const table = [...all(root.subcommands)];
const bySlug = new Map(reference.pages.map((page) => [page.slug, page]));

test('every command of the table, under every name it has, leads to a page', () => {
  const names = table.flatMap(([words, spec]) => [
    words,
    ...(spec.aliases ?? []).map((alias) => [...words.split(' ').slice(0, -1), alias].join(' ')),
  ]);
  expect(names.filter((name) => !bySlug.has(reference.slugOf(name) ?? ''))).toEqual([]);
});

test('every flag of a command is on its page', () => {
  const missing = table.flatMap(([words, spec]) => {
    const page = bySlug.get(reference.slugOf(words) ?? '');
    const shown = new Set([...(page?.flags ?? []), ...(page?.classicFlags ?? [])].map((flag) => flag.name));
    return (spec.flags ?? []).filter(([name]) => !shown.has(name)).map(([name]) => `docker ${words} --${name}`);
  });
  expect(missing).toEqual([]);
});

test('pages have addresses of their own, and groups list pages that exist', () => {
  expect(bySlug.size).toBe(reference.pages.length);
  expect(reference.pages.flatMap((p) => p.children).filter((child) => !bySlug.has(child.slug))).toEqual([]);
});

test('a command without anything that runs it is called not simulated', () => {
  const state = (slug: string): string | undefined => bySlug.get(slug)?.simulated;
  expect([state('run'), state('swarm/init'), state('container')]).toEqual(['yes', 'no', 'yes']);
});

test('docker commands are found in any shell text that holds them', async () => {
  const leaves = table.filter(([, spec]) => !spec.subcommands?.length && !spec.plugin).map(([words]) => words);
  const around = fc.constantFrom(
    (c: string) => c,
    (c: string) => `cd /tmp && ${c} | head -1`,
    (c: string) => `for i in 1 2; do ${c}; done`,
    (c: string) => `echo "$(${c})" > file`,
    (c: string) => `sudo true; ${c} &`,
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leaves), around, async (words, wrap) => {
      expect(await dockerCommands(wrap(`docker --debug ${words} -- x`))).toEqual([words]);
    }),
    { numRuns: 200 },
  );
});

test('words that only look like commands are none', async () => {
  expect(await dockerCommands('echo docker run\ndocker\ndocker nonsense\n"unfinished\ndocker --nope ps')).toEqual([]);
});

test('a lesson shows what its buttons type and what stands after a prompt', () => {
  const mdx = [
    '<Cmd run="docker build -t app . &amp;&amp; docker run app" />',
    '<Predict ask="?" run={\'docker ps -a\'} options={[]} />',
    '```console',
    '$ docker images',
    'docker rmi is only output here',
    '```',
  ].join('\n');
  expect(shownCommands(mdx)).toBe('docker build -t app . && docker run app\ndocker ps -a\ndocker images');
});
