import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parametersOf, shortPath, statusText } from './api-view.ts';

test('a path loses its version and query, and long ids', () => {
  const id = '0123456789abcdef'.repeat(4);
  expect(shortPath(`/v1.51/containers/${id}/start?detachKeys=`)).toBe('/containers/0123456789ab/start');
  expect(shortPath('/_ping')).toBe('/_ping');
});

test('parameters are those with a value, decoded, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.string())), (pairs) => {
      const query = new URLSearchParams(pairs).toString();
      expect(parametersOf(`/v1.51/x?${query}`)).toEqual(
        [...new URLSearchParams(query)].filter(([, value]) => value !== '' && value !== '{}'),
      );
    }),
  );
  expect(parametersOf('/x?filters=%7B%7D&all=1')).toEqual([['all', '1']]);
  expect(parametersOf('/x')).toEqual([]);
});

test('statuses of the daemon have a word', () => {
  expect([statusText(204), statusText(418)]).toEqual(['No Content: done, nothing to say', '']);
});
