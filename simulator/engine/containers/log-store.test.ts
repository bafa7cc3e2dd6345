import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLine, LogStore } from './log-store.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

describe('LogStore', () => {
  it('keeps what was written, cut into lines however it arrived', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\n]{0,12}$/), { maxLength: 12 }), (chunks) => {
        const log = new LogStore('json-file', () => 0);
        for (const chunk of chunks) log.write('stdout', encoder.encode(chunk));
        log.flush('stdout');
        const text = chunks.join('');
        const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
        expect(log.records.map((record) => decoder.decode(record.bytes))).toEqual(lines);
      }),
    );
  });
  it('cuts very long lines at 16 KiB', () => {
    const log = new LogStore('json-file', () => 0);
    log.write('stderr', encoder.encode(`${'x'.repeat(40000)}\n`));
    expect(log.records.map((record) => record.bytes.length)).toEqual([16384, 16384, 7233]);
  });
  it('is written as JSON lines', () => {
    let now = 1795510800000;
    const log = new LogStore('json-file', () => now);
    log.write('stdout', encoder.encode('one\n'));
    now += 250;
    log.write('stderr', encoder.encode('two\n'));
    expect(log.records.map(jsonLine).join('')).toBe(
      '{"log":"one\\n","stream":"stdout","time":"2026-11-24T09:00:00Z"}\n{"log":"two\\n","stream":"stderr","time":"2026-11-24T09:00:00.25Z"}\n',
    );
  });
  it('drops the oldest records over the limit, and everything with the driver none', () => {
    const log = new LogStore('local', () => 0, 10);
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n']) log.write('stdout', encoder.encode(line));
    expect(log.records.map((record) => decoder.decode(record.bytes))).toEqual(['bbbb\n', 'cccc\n']);
    const none = new LogStore('none', () => 0);
    none.write('stdout', encoder.encode('x\n'));
    expect([none.records, none.readable]).toEqual([[], false]);
  });
});
