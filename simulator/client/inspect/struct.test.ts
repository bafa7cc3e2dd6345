import { describe, expect, test } from 'vitest';
import { GoObject } from '../template/values.ts';
import { typed } from './struct.ts';

describe('an address that is not set', () => {
  const both = (type: 'addr' | 'prefix'): [string, unknown] => {
    const value = typed(type, '');
    if (!(value instanceof GoObject)) throw new Error('expected a struct of Go');
    return [value.print(), value.toJson()];
  };
  test('prints words, and is an empty string in JSON', () => {
    expect(both('addr')).toEqual(['invalid IP', '']);
    expect(both('prefix')).toEqual(['invalid Prefix', '']);
  });
  test('is the plain text where it is set', () => {
    expect(typed('addr', '172.17.0.2')).toBe('172.17.0.2');
  });
});
