import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue, PIPE_CAPACITY } from './pipes.ts';
import { runOn, testKernel } from './testing.ts';

describe('a queue of bytes', () => {
  it('gives the bytes back in order, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }).map((data) => ({ push: data })),
            fc.integer({ min: 0, max: 60 }).map((take) => ({ take })),
          ),
          { maxLength: 200 },
        ),
        (steps) => {
          const queue = new ByteQueue();
          let model: number[] = [];
          for (const step of steps) {
            if ('push' in step) {
              queue.push(step.push);
              model.push(...step.push);
            } else {
              const out = queue.take(step.take);
              expect(out.length).toBe(Math.min(step.take, out.length));
              expect([...out]).toEqual(model.slice(0, out.length));
              expect(out.length > 0 || step.take === 0 || model.length === 0).toBe(true);
              model = model.slice(out.length);
            }
            expect(queue.length).toBe(model.length);
          }
        },
      ),
    );
  });
});

describe('pipes', () => {
  it('carry all bytes to the end, whatever sizes are written and read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 * PIPE_CAPACITY }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 2 * PIPE_CAPACITY }),
        async (sizes, max) => {
          let byte = 0;
          const chunks = sizes.map((size) => Uint8Array.from({ length: size }, () => (byte = (byte * 7 + 3) & 255)));
          const wanted = chunks.flatMap((chunk) => [...chunk]);
          const got: number[] = [];
          const result = await runOn(testKernel({}), async (sys) => {
            const [r, w] = sys.pipe();
            sys.fork(async (child) => {
              child.close(r);
              for (const chunk of chunks) await child.write(w, chunk);
              return 0;
            });
            sys.close(w);
            for (;;) {
              const data = await sys.read(r, max);
              if (data.length === 0) return 0;
              for (const one of data) got.push(one);
            }
          });
          expect([result.status, got.length]).toEqual([{ code: 0 }, wanted.length]);
          expect(got.every((one, i) => one === wanted[i])).toBe(true);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('poll: says what is ready, or that the time is over', async () => {
    const result = await runOn(testKernel({}), async (sys) => {
      const [r, w] = sys.pipe();
      const start = sys.now();
      const none = await sys.poll([{ fd: r, events: 'read' }], 50);
      const waited = Math.round((sys.now() - start) / 10);
      sys.fork(async (child) => {
        await child.sleep(20);
        await child.write(w, 'x');
        return 0;
      });
      const some = await sys.poll([{ fd: r, events: 'read' }]);
      const both = await sys.poll([
        { fd: r, events: 'read' },
        { fd: w, events: 'write' },
      ]);
      await sys.write(1, JSON.stringify([none, waited, some.length, both.length]));
      return 0;
    });
    expect([result.out, result.err]).toEqual(['[[],5,1,2]', '']);
  });
});
