import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BuildTrace } from '../../api/build.ts';
import { PlainDisplay } from './plain.ts';
import { TerminalDisplay } from './terminal.ts';
import { BuildState } from './trace.ts';

interface Made {
  readonly duration: number;
  readonly cached: boolean;
  readonly lines: number;
}

const made: fc.Arbitrary<Made> = fc.record({
  duration: fc.integer({ min: 0, max: 30_000 }),
  cached: fc.boolean(),
  lines: fc.integer({ min: 0, max: 4 }),
});

const step = (i: number): string => `sha256:${String(i)}`;
const log = (i: number, line: number): string => `line ${String(line)} of ${String(i)}`;

/** The messages of a build of such steps, one after the other, each with its time. */
function messages(steps: readonly Made[]): [number, BuildTrace][] {
  let now = 1000;
  return steps.flatMap(({ duration, cached, lines }, i): [number, BuildTrace][] => {
    const vertex = {
      digest: step(i),
      inputs: [],
      name: `[${String(i + 1)}/${String(steps.length)}] RUN ${String(i)}`,
      started: now,
    };
    const out: [number, BuildTrace][] = [[now, { vertexes: [vertex] }]];
    const length = cached ? 0 : duration;
    for (let line = 0; line < (cached ? 0 : lines); line++) {
      const data = btoa(`${log(i, line)}\n`);
      out.push([now, { logs: [{ vertex: vertex.digest, stream: 1, data, timestamp: now }] }]);
    }
    now += length;
    out.push([now, { vertexes: [{ ...vertex, completed: now, cached }] }]);
    return out;
  });
}

/** The lines a terminal of this size shows after the output. */
function screen(output: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [token, up] of output.matchAll(/\x1b\[(?:(\d+)A|[?0-9;]*[a-zA-Z])|\n|\r|[^\x1b\n\r]+/g)) {
    if (token === '\n') {
      row++;
      if (row === lines.length) lines.push('');
    } else if (up !== undefined) row -= Number(up);
    else if (!token.startsWith('\x1b') && token !== '\r') lines[row] = token;
  }
  return lines.filter((line) => line.trim() !== '').map((line) => line.trimEnd());
}

describe('plain progress', () => {
  it('tells every step and every line of its output once, in order', () => {
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 8 }), (steps) => {
        const state = new BuildState();
        const display = new PlainDisplay(state, '');
        let out = '';
        for (const [now, message] of messages(steps)) {
          state.update(message, now);
          out += display.refresh(now);
        }
        const lines = out.split('\n');
        const starts = lines.filter((line) => / RUN /.test(line));
        expect(starts).toEqual(
          steps.map((_, i) => `#${String(i + 1)} [${String(i + 1)}/${String(steps.length)}] RUN ${String(i)}`),
        );
        for (const [i, { cached, lines: count, duration }] of steps.entries()) {
          const own = lines.filter((line) => line.startsWith(`#${String(i + 1)} `));
          expect(own.at(-1)).toBe(
            cached ? `#${String(i + 1)} CACHED` : `#${String(i + 1)} DONE ${(duration / 1000).toFixed(1)}s`,
          );
          expect(own.filter((line) => / line \d of /.test(line))).toHaveLength(cached ? 0 : count);
        }
      }),
    );
  });
});

describe('terminal progress', () => {
  it('stays within the width and ends with all steps on the screen', () => {
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 8 }), fc.integer({ min: 60, max: 140 }), (steps, width) => {
        const state = new BuildState();
        const display = new TerminalDisplay(state, 'docker:default');
        let out = '';
        let end = 0;
        for (const [now, message] of messages(steps)) {
          state.update(message, now);
          out += display.frame(now, width, 40, false);
          end = now;
        }
        out += display.frame(end, width, 40, true);
        const lines = screen(out);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        const count = String(steps.length);
        expect(lines[0]).toMatch(
          new RegExp(`^\\[\\+\\] Building \\d+\\.\\ds \\(${count}/${count}\\) FINISHED +docker:default$`),
        );
        for (const [i, { cached }] of steps.entries()) {
          const name = `${cached ? 'CACHED ' : ''}[${String(i + 1)}/${count}] RUN ${String(i)}`;
          expect(lines.filter((line) => line.startsWith(` => ${name} `))).toHaveLength(1);
        }
      }),
    );
  });
});
