import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_KEYS, EscapeFilter, parseDetachKeys } from './detach.ts';

const bytes = fc.array(fc.constantFrom(16, 17, 97, 98), { maxLength: 20 });

/** What passes before the keys, and whether they came. */
function feed(keys: readonly number[], chunks: readonly (readonly number[])[]): { pass: number[]; detached: boolean } {
  const filter = new EscapeFilter(keys);
  const pass: number[] = [];
  for (const chunk of chunks) {
    const result = filter.feed(Uint8Array.from(chunk));
    pass.push(...result.pass);
    if (result.detached) return { pass, detached: true };
  }
  return { pass, detached: false };
}

describe('detach keys', () => {
  it('are found wherever the input is cut', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 20 }), (input, cut) => {
        const whole = feed(DEFAULT_KEYS, [input]);
        expect(feed(DEFAULT_KEYS, [input.slice(0, cut), input.slice(cut)])).toEqual(whole);
        const at = input.findIndex((byte, i) => byte === 16 && input[i + 1] === 17);
        expect(whole.detached).toBe(at >= 0);
        if (at >= 0) expect(whole.pass).toEqual(input.slice(0, at));
      }),
    );
  });

  it('hold back only what may be their beginning', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const { pass, detached } = feed(DEFAULT_KEYS, [[...input, 97]]);
        if (!detached) expect(pass).toEqual([...input, 97]);
      }),
    );
  });

  it('are read as docker reads them', () => {
    expect(parseDetachKeys('')).toEqual([16, 17]);
    expect(parseDetachKeys('ctrl-x,q,ctrl-@,ctrl-_')).toEqual([24, 113, 0, 31]);
    expect(() => parseDetachKeys('ctrl-')).toThrow("invalid detach keys (ctrl-): Unknown character: 'ctrl-'");
  });
});
