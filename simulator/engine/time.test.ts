import { readFileSync, existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../kernel/kernel.ts';
import {
  goDuration,
  humanDuration,
  Instants,
  parseDuration,
  parseMoment,
  parseUnix,
  rfc3339,
  rfc3339Fixed,
} from './time.ts';

const clock = (now: () => number): Clock => ({ now, sleep: () => Promise.resolve(), timer: () => () => undefined });
const DURATIONS = new URL('../../../shared/corpora/human-duration.jsonl', import.meta.url);

describe('Instants', () => {
  it('are strictly increasing and never more than a little after the clock', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 50 }), (steps) => {
        let now = 1795510800000;
        const instants = new Instants(clock(() => now));
        let last = 0;
        for (const step of steps) {
          now += step;
          const at = instants.now();
          expect(at).toBeGreaterThan(last);
          expect(at - now).toBeLessThan(1);
          last = at;
        }
      }),
    );
  });
});

describe('rfc3339', () => {
  it('drops trailing zeros and keeps the whole second', () => {
    expect([rfc3339(1795510800000), rfc3339(1795510800100), rfc3339(1795510800123.5)]).toEqual([
      '2026-11-24T09:00:00Z',
      '2026-11-24T09:00:00.1Z',
      '2026-11-24T09:00:00.1235Z',
    ]);
  });
  it('reads back to the same millisecond, with nine digits in log lines', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        expect(Date.parse(rfc3339(ms))).toBe(ms);
        expect(rfc3339Fixed(ms)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      }),
    );
  });
});

describe('durations and moments', () => {
  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100000 }), (seconds) => {
        expect(parseDuration(goDuration(seconds * 1e9))).toBe(seconds * 1000);
      }),
    );
  });
  it('takes seconds, times and spans before now, and refuses the rest with the text of Docker', () => {
    const now = 1795510800000;
    expect(
      ['1795510800', '1795510800.5', '1h', '2026-11-24', '2026-11-24T08:00:00Z', '2026-11-24T10:00:00+02:00'].map(
        (text) => parseMoment(text, now),
      ),
    ).toEqual([now, now + 500, now - 3600000, now - 9 * 3600000, now - 3600000, now - 3600000]);
    expect(() => parseMoment('nonsense', now)).toThrow(
      'failed to parse value as time or duration: invalid seconds "nonsense": invalid syntax',
    );
    expect(() => parseUnix('1h')).toThrow('invalid seconds "1h": invalid syntax');
  });
  it.skipIf(!existsSync(DURATIONS))('prints the recorded spans', () => {
    for (const line of readFileSync(DURATIONS, 'utf8').trim().split('\n')) {
      const { seconds, human } = JSON.parse(line) as { seconds: number; human: string };
      expect(humanDuration(seconds * 1000), line).toBe(human);
    }
  });
});
