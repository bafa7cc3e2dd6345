import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContainerPast, Run } from '../lessons/history.ts';
import { livesOf } from './lives.ts';

const NOW = 1_000_000;
const run = fc
  .record({
    from: fc.integer({ min: 0, max: NOW }),
    length: fc.option(fc.integer({ min: 0, max: 300_000 })),
    exit: fc.nat(255),
  })
  .map(({ from, length, exit }): Run => {
    const to = length === null ? undefined : from + length;
    return to === undefined || to > NOW ? { from } : { from, to, exitCode: exit };
  });
const past = (id: string, runs: Run[]): [string, ContainerPast] => [
  id,
  { id, name: `c${id}`, runs } as unknown as ContainerPast,
];

test('bars lie within the time shown, and what still runs reaches to now', () => {
  fc.assert(
    fc.property(fc.array(fc.array(run, { maxLength: 4 }), { maxLength: 6 }), (containers) => {
      const lives = livesOf({ containers: new Map(containers.map((runs, i) => past(String(i), runs))) }, NOW);
      const all = containers.flat();
      expect(lives === undefined).toBe(all.length === 0);
      if (!lives) return;
      for (const bar of lives.bars) {
        expect(bar.from).toBeGreaterThanOrEqual(lives.from);
        expect(bar.to).toBeLessThanOrEqual(lives.from + lives.ms);
        expect(bar.from).toBeLessThanOrEqual(bar.to);
      }
      expect(lives.bars.filter((bar) => bar.state === 'run').map((bar) => bar.to)).toEqual(
        all.filter((r) => r.exitCode === undefined).map(() => NOW),
      );
    }),
  );
});

test('a run that ended is told by its exit code', () => {
  const containers = new Map([
    past('1', [
      { from: NOW - 4000, to: NOW - 3000, exitCode: 0 },
      { from: NOW - 2000, to: NOW - 1000, exitCode: 137 },
    ]),
  ]);
  expect(livesOf({ containers }, NOW)?.bars.map(({ word, state, lane }) => [word, state, lane])).toEqual([
    ['ended with 0', 'wait', 'a'],
    ['ended with 137', 'fail', 'a'],
  ]);
});
