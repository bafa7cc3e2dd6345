import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import type { Program } from './programs.ts';
import { VirtualClock, type HostLoop } from './clock.ts';
import { runOn, startOn, testKernel, testLoop } from './testing.ts';

/** A host whose time the test moves. */
function fakeHost(): HostLoop & { time(): number; advance(ms: number): Promise<void> } {
  const { turn } = testLoop();
  let now = 0;
  let rests: { until: number; wake: () => void }[] = [];
  return {
    turn,
    time: () => now,
    rest(ms) {
      let wake = (): void => undefined;
      const done = new Promise<void>((resolve) => (wake = resolve));
      rests.push({ until: now + ms, wake });
      return { done, wake };
    },
    async advance(ms) {
      now += ms;
      const due = rests.filter((rest) => rest.until <= now);
      rests = rests.filter((rest) => rest.until > now);
      for (const rest of due) rest.wake();
      for (let i = 0; i < 8; i++) await turn();
    },
  };
}

describe('the virtual clock', () => {
  it('fires timers by time, then by order of their setting, and none that was cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ due: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), { maxLength: 200 }),
        async (timers) => {
          const clock = new VirtualClock(1000, testLoop());
          const fired: [number, number][] = [];
          const cancels = timers.map((timer, i) => clock.timer(timer.due, () => fired.push([clock.now() - 1000, i])));
          timers.forEach((timer, i) => timer.cancelled && cancels[i]!());
          await clock.run(() => false);
          const expected = timers
            .map((timer, i): [number, number, boolean] => [timer.due, i, timer.cancelled])
            .filter(([, , cancelled]) => !cancelled)
            .sort((a, b) => a[0] - b[0] || a[1] - b[1])
            .map(([due, i]) => [due, i]);
          expect(fired).toEqual(expected);
          expect(clock.idle).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('delivers external work in the order asked for, before any timer, whatever it takes', async () => {
    const clock = new VirtualClock(0, testLoop());
    const seen: string[] = [];
    let finishFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (finishFirst = resolve));
    clock.timer(0, () => seen.push('timer'));
    void clock.external(first).then(() => seen.push('first'));
    void clock.external(Promise.resolve()).then(() => seen.push('second'));
    void clock.external(Promise.reject(new Error('x'))).catch((error: Error) => seen.push(error.message));
    setTimeout(finishFirst, 5);
    expect(await clock.run(() => false)).toBe('idle');
    expect(seen).toEqual(['first', 'second', 'x', 'timer']);
  });

  it('tells how a run ended', async () => {
    const clock = new VirtualClock(0, testLoop());
    expect(await clock.run(() => true)).toBe('met');
    expect(await clock.run(() => false)).toBe('idle');
    const tick = (): void => void clock.timer(10, tick);
    tick();
    expect(await clock.run(() => false, 100)).toBe('late');
    expect(clock.now()).toBe(100);
    expect(await clock.run(() => clock.now() >= 200)).toBe('met');
  });

  it('follows the viewer at pace real, and rests in between', async () => {
    const host = fakeHost();
    const clock = new VirtualClock(0, host);
    clock.pace = { mode: 'real', factor: 2 };
    clock.live(true);
    const fired: number[] = [];
    clock.timer(100, () => fired.push(100));
    clock.timer(300, () => fired.push(300));
    await host.advance(0);
    await host.advance(49);
    expect(fired).toEqual([]);
    await host.advance(1);
    expect(fired).toEqual([100]);
    await host.advance(10);
    clock.catchUp();
    expect(clock.now()).toBe(120);
    await host.advance(200);
    expect(fired).toEqual([100, 300]);
    clock.live(false);
  });

  it('holds at pace step until stepped', async () => {
    const host = fakeHost();
    const clock = new VirtualClock(0, host);
    clock.pace = { mode: 'step' };
    clock.live(true);
    const fired: number[] = [];
    for (const due of [1, 2, 3]) clock.timer(due, () => fired.push(due));
    await host.advance(1000);
    expect(fired).toEqual([]);
    clock.step();
    await host.advance(0);
    expect(fired).toEqual([1]);
    clock.pace = { mode: 'instant' };
    await host.advance(0);
    expect(fired).toEqual([1, 2, 3]);
    clock.live(false);
  });

  it('advances to a moment for replayed inputs', async () => {
    const clock = new VirtualClock(0, testLoop());
    const fired: number[] = [];
    clock.timer(5, () => fired.push(clock.now()));
    clock.timer(50, () => fired.push(clock.now()));
    await clock.advanceTo(20);
    expect([clock.now(), fired]).toEqual([20, [5]]);
  });
});

describe('work of the host that nobody announced', () => {
  it('holds the clock until the program goes on', async () => {
    const slow: Program = async (sys) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await sys.write(1, String(sys.now() - start < 5));
      return 0;
    };
    const kernel = testKernel({ slow }, { host: nodeHost });
    const start = kernel.clock.now();
    let late = false;
    kernel.clock.timer(10, () => (late = true));
    const result = await runOn(kernel, '/bin/slow');
    expect([result.out, late]).toEqual(['true', false]);
  });

  it('does not hold it for ever', async () => {
    const kernel = testKernel({ stuck: () => new Promise(() => undefined) });
    startOn(kernel, '/bin/stuck');
    let late = false;
    kernel.clock.timer(10, () => (late = true));
    expect(await kernel.clock.run(() => late)).toBe('met');
  });
});
