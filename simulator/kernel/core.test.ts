import { describe, expect, it } from 'vitest';
import { runOn, testKernel } from './testing.ts';
import type { Program } from './programs.ts';

const echo: Program = async (sys) => {
  await sys.write(1, `${sys.argv.slice(1).join(' ')}\n`);
  return 0;
};
const cat: Program = async (sys) => {
  for (;;) {
    const bytes = await sys.read(0);
    if (bytes.length === 0) return 0;
    await sys.write(1, bytes);
  }
};

describe('processes', () => {
  it('spawns, pipes and waits', async () => {
    const kernel = testKernel({ echo, cat });
    const result = await runOn(kernel, async (sys) => {
      const [r, w] = sys.pipe();
      const a = sys.spawn({ argv: ['echo', 'hello', 'there'], fds: { 0: 0, 1: w, 2: 2 } });
      const b = sys.spawn({ argv: ['cat'], fds: { 0: r, 1: 1, 2: 2 } });
      sys.close(r);
      sys.close(w);
      const first = await sys.wait(b);
      const second = await sys.wait(a);
      await sys.write(1, JSON.stringify([first?.status, second?.status]));
      await expect(sys.wait()).rejects.toMatchObject({ code: 'ECHILD' });
      return 3;
    });
    expect(result).toEqual({ status: { code: 3 }, out: 'hello there\n[{"code":0},{"code":0}]', err: '', end: 'met' });
  });

  it('runs an endless loop until it is killed, while virtual time passes', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const start = sys.now();
      const pid = sys.fork(async (child) => {
        for (;;) await child.tick();
      });
      await sys.sleep(5000);
      sys.kill(pid, 'SIGTERM');
      const ended = await sys.wait(pid);
      await sys.write(1, `${Math.round((sys.now() - start) / 1000)} ${JSON.stringify(ended?.status)}`);
      return 0;
    });
    expect(result.out).toBe('5 {"signal":"SIGTERM"}');
  });
});
