import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { EventLog, type EventKind, type MachineEvent, type MachineEvents } from './log.ts';

const KINDS = ['net.data', 'net.bytes', 'process.exit', 'container.output', 'net.fail', 'container.die'] as const;
const isNoisy = (event: MachineEvent): boolean => /^(net\.(data|bytes)|process|container\.output)/.test(event.kind);

function filled(kinds: readonly EventKind[], count: number): { log: EventLog; all: MachineEvent[] } {
  const log = new EventLog(() => 0);
  const all: MachineEvent[] = [];
  log.follow((event) => all.push(event));
  for (let i = 0; i < count; i++) {
    const kind = kinds[i % kinds.length]!;
    log.emit(kind, { text: 'x'.repeat(i % 700) } as unknown as MachineEvents[EventKind]);
  }
  return { log, all };
}

describe('the event log', () => {
  it('keeps the newest of each side, numbered as they came, and tells followers of all', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...KINDS), { minLength: 1 }), fc.nat(150_000), (kinds, count) => {
        const { log, all } = filled(kinds, count);
        expect([log.count, all.length]).toEqual([count, count]);
        expect(all.every((event, i) => event.seq === i)).toBe(true);
        for (const side of [true, false]) {
          const kept = log.events.filter((event) => isNoisy(event) === side);
          const every = all.filter((event) => isNoisy(event) === side);
          // A log that dropped something has dropped the beginning, and holds what it may hold at most.
          expect(kept.length === every.length || kept.length > 1000).toBe(true);
          expect(kept.length).toBeLessThanOrEqual(side ? 20_000 : 80_000);
          expect(kept.map((event) => event.seq)).toEqual(every.slice(every.length - kept.length).map((e) => e.seq));
        }
        expect(log.events.every((event, i) => i === 0 || event.seq > log.events[i - 1]!.seq)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('loses nothing of what is told while much is said', () => {
    const log = new EventLog(() => 0);
    log.emit('container.die' as EventKind, {} as unknown as MachineEvents[EventKind]);
    for (let i = 0; i < 100_000; i++) log.emit('net.bytes', { flow: i } as unknown as MachineEvents['net.bytes']);
    expect(log.events[0]).toMatchObject({ seq: 0, kind: 'container.die' });
    expect(log.events.length).toBeLessThan(20_002);
  });
});
