import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf } from './aof.ts';
import { runCommand, type Context } from './commands.ts';
import { Store } from './store.ts';

const at = (now: number): Context => ({ store: new Store(() => now), now: () => now, random: (n) => n - 1, db: 0 });

const key = fc.constantFrom('a', 'b', 'c');
const word = fc.constantFrom('1', '7', 'x');
const command = fc.oneof(
  fc.tuple(fc.constantFrom('set', 'setnx', 'append', 'lpush', 'rpush', 'sadd'), key, word).map((w) => [...w]),
  fc.tuple(fc.constantFrom('incr', 'decr', 'del', 'spop', 'persist', 'lpop'), key).map((w) => [...w]),
  fc.tuple(fc.constantFrom('expire', 'pexpire'), key, fc.constantFrom('90', '5000', '-1')).map((w) => [...w]),
  fc.tuple(key, word, fc.constantFrom('EX', 'PX'), fc.constantFrom('90', '5000')).map((w) => ['set', ...w]),
  fc.tuple(key, word).map(([k, w]) => ['setex', k, '60', w]),
);

describe('the append-only file', () => {
  it('leads to the same data whenever it is read', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const before = at(1_000_000);
        const after = at(1_000_080);
        for (const words of commands) {
          const dirty = before.store.dirty;
          const reply = runCommand(before, words[0]!, words.slice(1))!;
          if (before.store.dirty === dirty) continue;
          for (const [name = '', ...args] of effectOf(before, words, reply))
            runCommand(after, name.toLowerCase(), args);
        }
        const kept = (context: Context) => ({ ...JSON.parse(context.store.save('').slice(9)), saved: 0 }) as unknown;
        expect(kept(after)).toEqual(kept(before));
      }),
    );
  });

  it('keeps the moment at which a key ends, not how long it had', () => {
    const context = at(1_000_000);
    const reply = runCommand(context, 'setex', ['a', '60', 'x'])!;
    expect(effectOf(context, ['SETEX', 'a', '60', 'x'], reply)).toEqual([
      ['SET', 'a', 'x'],
      ['PEXPIREAT', 'a', '1060000'],
    ]);
  });
});
