import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goOn, mergeProgress, progressFile, readProgressFile, stateOf, type Entry } from './course-state.ts';

const lessons = ['a/one', 'a/two', 'b/three'].map((slug) => ({ slug, version: 1 }));
const entry = (met: number, of = 2, version = 1): Entry => ({
  version,
  of,
  met: Array.from({ length: met }, (_, i) => `t${i}`),
});

test('a lesson is new, begun or done, and new again when its version was raised', () => {
  const state = (kept: Entry): string => stateOf(lessons[0]!, { 'a/one': kept });
  expect([entry(0), entry(1), entry(2), entry(2, 2, 3)].map(state)).toEqual(['new', 'begun', 'done', 'new']);
});

test('one goes on where one stopped last', () => {
  expect(goOn(lessons, {})).toEqual({ why: 'first', slug: 'a/one' });
  expect(goOn(lessons, { 'a/one': entry(2) })).toEqual({ why: 'next', slug: 'a/two' });
  expect(goOn(lessons, { 'b/three': entry(1), 'a/two': entry(1) })).toEqual({ why: 'begun', slug: 'a/two', left: 1 });
  expect(goOn(lessons, { 'b/three': entry(2) })).toEqual({ why: 'next', slug: 'a/one' });
  expect(goOn(lessons, Object.fromEntries(lessons.map((l) => [l.slug, entry(2)])))).toEqual({ why: 'finished' });
  expect(goOn(lessons, { 'gone/lesson': entry(1) })).toEqual({ why: 'first', slug: 'a/one' });
});

const entries = fc.dictionary(
  fc.stringMatching(/^[a-z-]{1,8}\/[a-z-]{1,8}$/),
  fc.record({ version: fc.nat(9), of: fc.nat(9), met: fc.array(fc.string(), { maxLength: 5 }) }),
  { noNullPrototype: true },
);

test('a progress file brings back what was written', () => {
  fc.assert(
    fc.property(entries, (kept) => {
      expect(readProgressFile(progressFile(kept))).toEqual(kept);
    }),
  );
});

test('no other text is taken for a progress file', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => readProgressFile(text)).toThrow(/^This is not a progress file/);
    }),
  );
  expect(() => readProgressFile('{"drydock":1,"progress":{"a/b":{"version":1}}}')).toThrow(
    'The entry of a/b cannot be read.',
  );
});

test('merging loses nothing, and twice is as good as once', () => {
  fc.assert(
    fc.property(entries, entries, (mine, theirs) => {
      const merged = mergeProgress(mine, theirs);
      expect(Object.keys(merged).sort()).toEqual([...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort());
      for (const one of [mine, theirs])
        for (const [slug, e] of Object.entries(one))
          expect(
            merged[slug]!.version > e.version ||
              (merged[slug]!.version === e.version && merged[slug]!.met.length >= e.met.length),
          ).toBe(true);
      expect(mergeProgress(merged, theirs)).toEqual(merged);
    }),
  );
});
