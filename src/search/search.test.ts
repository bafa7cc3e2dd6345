import fc from 'fast-check';
import MiniSearch from 'minisearch';
import { expect, test } from 'vitest';
import { find, inWords } from './find.ts';
import { INDEX_OPTIONS, type Entry } from './index-options.ts';
import { headingsOf, proseOf } from './mdx-text.ts';

const entry = (kind: Entry['kind'], title: string, more: Partial<Entry> = {}): Entry => ({
  id: `${kind}:${title}`,
  kind,
  title,
  href: `/${kind}/${title}/`,
  summary: '',
  also: '',
  headings: '',
  text: '',
  flags: '',
  weight: 1,
  ...more,
});

const index = new MiniSearch<Entry>(INDEX_OPTIONS);
index.addAll([
  entry('lesson', 'Why did that step run again?', { text: 'The key of a layer.', headings: 'What the key is made of' }),
  entry('command', 'docker run', { flags: 'rm restart detach', also: 'docker container run' }),
  entry('command', 'docker rm', { flags: 'force' }),
  entry('term', 'layer', { also: 'layers' }),
]);

test('results come in groups, the best group first', () => {
  expect(find(index, 'layer', 5).map((g) => [g.label, g.hits.map((h) => h.title)])).toEqual([
    ['Glossary', ['layer']],
    ['Lessons', ['Why did that step run again?']],
  ]);
});

test('beginnings, slips of the finger and other names are understood', () => {
  const titles = (query: string): string[] => find(index, query, 5).flatMap((g) => g.hits.map((h) => h.title));
  expect(titles('lay')).toContain('layer');
  expect(titles('restrat')).toEqual(['docker run']);
  expect(titles('container run')).toEqual(['docker run']);
  expect(titles('LAYERS')[0]).toBe('layer');
});

test('what bears the name comes first', () => {
  const crowd = new MiniSearch<Entry>(INDEX_OPTIONS);
  crowd.addAll([
    entry('term', 'writable layer', { summary: 'layer layer layer', text: 'layer layers' }),
    entry('term', 'layer'),
    entry('command', 'docker buildx rm', { text: 'rm rm' }),
    entry('command', 'docker rm'),
  ]);
  expect(find(crowd, 'Layer', 5)[0]?.hits[0]?.title).toBe('layer');
  expect(find(crowd, 'rm', 5)[0]?.hits[0]?.title).toBe('docker rm');
});

test('a question is answered by those of its words that are known', () => {
  expect(find(index, 'what on earth is a layer', 5)[0]?.hits[0]?.title).toBe('layer');
});

test('a flag leads to its row', () => {
  expect(find(index, 'docker run --restart', 5)[0]?.hits[0]).toEqual({
    title: 'docker run --restart',
    href: '/command/docker run/#flag-restart',
    summary: '',
  });
});

test('no query throws, and what is said counts all results', () => {
  fc.assert(
    fc.property(fc.string(), (query) => {
      const groups = find(index, query, 1);
      const total = groups.reduce((sum, g) => sum + g.total, 0);
      expect(groups.every((g) => g.hits.length === 1)).toBe(true);
      expect(inWords(query, groups)).toBe(
        query.trim() === ''
          ? ''
          : total === 0
            ? `Nothing found for “${query.trim()}”.`
            : total === 1
              ? 'One result'
              : `${total} results`,
      );
    }),
  );
});

const MDX = `import X from './x.astro';

{/* $ sed -i s/a/b/ app.py */}

## What the *key* is made of

<p class="lead">You change <code>app.py</code>.</p>

<Cmd run="docker build -t shop ." />

<Predict ask="What runs?" options={[{ label: 'All', runs: ['RUN a > b'] }]} because="The key changed." />

See [layers](/glossary/), \`COPY\` and <Term id="layer">more</Term>.
`;

test('a lesson is read as a reader would: no tags, no props that are not words', () => {
  expect(headingsOf(MDX)).toBe('What the key is made of');
  expect(proseOf(MDX)).toBe(
    'You change app.py. docker build -t shop. What runs? The key changed. See layers, COPY and more.',
  );
});
