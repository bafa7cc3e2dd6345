import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Filters, truthy } from './filters.ts';

const parse = (value: unknown): Filters => Filters.parse(JSON.stringify(value));

describe('Filters', () => {
  it('reads both forms of the parameter alike', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.uniqueArray(fc.string(), { minLength: 1 })), (map) => {
        const objects = Object.fromEntries(
          Object.entries(map).map(([name, values]) => [name, Object.fromEntries(values.map((value) => [value, true]))]),
        );
        for (const [name, values] of Object.entries(map)) {
          expect([...parse(map).get(name)].sort()).toEqual([...values].sort());
          expect([...parse(objects).get(name)].sort()).toEqual([...values].sort());
        }
      }),
    );
  });
  it('names the first filter that is not accepted', () => {
    expect(() => parse({ 'label!': { env: true } }).validate(['label', 'name'])).toThrow("invalid filter 'label!'");
    expect(() => Filters.parse('{')).toThrow('invalid filter');
    expect(() => Filters.parse(null).validate([])).not.toThrow();
  });
  it('wants every label, and none of those that are excluded', () => {
    const labels = { env: 'prod', tier: 'web' };
    expect(
      [
        { label: ['env'] },
        { label: ['env=prod', 'tier'] },
        { label: ['env=prod', 'tier=db'] },
        { 'label!': ['env=dev'] },
        { 'label!': ['tier'] },
      ].map((filter) => parse(filter).labels(labels)),
    ).toEqual([true, true, false, true, false]);
    expect(parse({ label: ['env'] }).labels(null)).toBe(false);
  });
  it('matches names anywhere, as regular expressions or as they are', () => {
    const names = ['web', 'web-1', 'cobweb', 'db'];
    const found = (pattern: string): string[] => names.filter((name) => parse({ name: [pattern] }).match('name', name));
    expect([found('web'), found('^web'), found('^web$'), found('b['), found('')]).toEqual([
      ['web', 'web-1', 'cobweb'],
      ['web', 'web-1'],
      ['web'],
      [],
      names,
    ]);
  });
  it('reads booleans as Go does and refuses contradictions', () => {
    expect([parse({ dangling: ['1'] }).boolean('dangling'), parse({}).boolean('dangling')]).toEqual([true, undefined]);
    expect(() => parse({ dangling: ['maybe'] }).boolean('dangling')).toThrow("invalid filter 'dangling=[maybe]'");
    expect(() => parse({ dangling: ['true', 'false'] }).boolean('dangling')).toThrow('invalid filter');
  });
});

describe('truthy', () => {
  it('takes everything but the words for no as yes', () => {
    expect(['1', 'true', 'x', '', '0', 'False', 'no', 'none', null].map(truthy)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
