import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wantedImages } from './wanted-images.ts';

const TAGS = { nginx: ['latest', 'alpine'], 'curlimages/curl': ['latest'] };

test('what the catalogue has is taken, once, and the rest is named', () => {
  const query =
    '?image=nginx&image=docker.io/library/nginx:latest&image=nginx:alpine&image=nginx:0&image=curlimages/curl';
  expect(wantedImages(query, TAGS)).toEqual({
    known: ['nginx', 'nginx:alpine', 'curlimages/curl'],
    unknown: ['nginx:0'],
  });
});

test('whatever the address says, only images of the catalogue are taken', () => {
  const allowed = new Set(['nginx', 'nginx:alpine', 'curlimages/curl']);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...allowed, '__proto__', 'nginx:'))), (asked) => {
      const query = new URLSearchParams(asked.map((image) => ['image', image])).toString();
      expect(wantedImages(query, TAGS).known.filter((image) => !allowed.has(image))).toEqual([]);
    }),
  );
});
