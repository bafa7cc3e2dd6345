import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sys } from './abi.ts';
import { createKernel, HOST_ROOT, type KernelCore } from './core.ts';
import type { Program } from './programs.ts';
import { runOn, startOn, testKernel, testLoop } from './testing.ts';

/** What one process of a random tree does: sleeps, starts children, waits for some of them, ends in some way. */
interface Plan {
  readonly delay: number;
  readonly children: readonly Plan[];
  readonly waits: boolean;
  readonly end: 'exit' | 'kill' | 'throw' | 'exec';
  readonly code: number;
}

/** Plans of at most `depth` generations. */
const planOf = (depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    delay: fc.integer({ min: 0, max: 50 }),
    children: depth === 0 ? fc.constant([]) : fc.array(planOf(depth - 1), { maxLength: 3 }),
    waits: fc.boolean(),
    end: fc.constantFrom('exit', 'kill', 'throw', 'exec'),
    code: fc.integer({ min: 0, max: 255 }),
  });
const plan = planOf(3);

const size = (tree: Plan): number => 1 + tree.children.reduce((sum, child) => sum + size(child), 0);

const leaf: Program = async (sys) => Number(sys.argv[1]);

/** The program of a plan. Every wait must be answered: once for each child, then ECHILD. */
const act =
  (tree: Plan): Program =>
  async (sys: Sys) => {
    const pids = tree.children.map((child) => sys.fork(act(child)));
    await sys.sleep(tree.delay);
    if (tree.waits) {
      // PID 1 of a namespace is told of the orphans it adopted, too.
      const missing = new Set(pids);
      while (missing.size > 0) missing.delete((await sys.wait())!.pid);
      if (sys.pid !== 1) await expect(sys.wait()).rejects.toMatchObject({ code: 'ECHILD' });
    }
    switch (tree.end) {
      case 'exit':
        return tree.code;
      case 'kill':
        sys.kill(sys.pid, 'SIGKILL');
        await sys.sleep(0);
        if (sys.pid === 1) return tree.code; // PID 1 cannot be killed from within
        throw new Error('went on after its end');
      case 'throw':
        throw new Error('on purpose');
      case 'exec':
        return sys.exec('/bin/leaf', ['leaf', String(tree.code)]);
    }
  };

async function runTree(tree: Plan, inNamespace: boolean): Promise<{ kernel: KernelCore; log: string }> {
  const surprises: unknown[] = [];
  const crashed = (_: unknown, error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'on purpose') surprises.push(error);
  };
  const kernel = testKernel({ leaf }, { crashed });
  const pid = inNamespace ? kernel.createPid(kernel.init.pid) : kernel.init.pid;
  const root = startOn(kernel, act(tree), { namespaces: { ...kernel.init, pid } });
  let ended = false;
  void root.exited.then(() => (ended = true));
  expect(await kernel.clock.run(() => ended)).toBe('met');
  await kernel.clock.settle(1e6);
  expect(surprises).toEqual([]);
  return { kernel, log: JSON.stringify(kernel.log.events) };
}

describe('random process trees', () => {
  it('leave nothing behind: every process ends, every orphan is reaped, all memory is given back', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.boolean(), async (tree, inNamespace) => {
        const { kernel } = await runTree(tree, inNamespace);
        expect(kernel.processes().map((process) => process.comm)).toEqual(['systemd']);
        expect(kernel.alive.size).toBe(1);
        expect(kernel.rootCgroup.child('test').usage).toMatchObject({ memory: 0, pids: 0 });
        const count = (kind: string) => kernel.log.events.filter((event) => event.kind === kind).length;
        const started = count('process.start') - 1;
        expect(count('process.exit')).toBe(started);
        expect(started).toBeLessThanOrEqual(size(tree));
        if (!inNamespace) expect(started).toBe(size(tree));
      }),
      { numRuns: 150 },
    );
  });

  it('give the same events for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (tree) => {
        const [a, b] = [await runTree(tree, true), await runTree(tree, true)];
        expect(a.log).toBe(b.log);
      }),
      { numRuns: 40 },
    );
  });
});

describe('hostile programs', () => {
  it('a fork bomb meets EAGAIN, and leaves the rest of the machine alone', async () => {
    const kernel = testKernel({});
    const cgroup = kernel.rootCgroup.child('bomb');
    cgroup.limits = { pids: 50 };
    let refused = 0;
    const bomb: Program = async (sys) => {
      for (;;) {
        try {
          sys.fork(bomb);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EAGAIN' });
          refused++;
        }
        await sys.sleep(1);
      }
    };
    const root = startOn(kernel, bomb, { cgroup });
    await kernel.clock.settle(0);
    await kernel.clock.run(() => refused > 100);
    expect(cgroup.usage.pids).toBe(50);
    expect((await runOn(kernel, async () => 7)).status).toEqual({ code: 7 });
    cgroup.kill('SIGKILL');
    expect(await root.exited).toEqual({ signal: 'SIGKILL' });
    expect(cgroup.usage.pids).toBe(0);
  });

  it('endless loops share two CPUs by their limits', async () => {
    const kernel = testKernel({});
    const loop: Program = async (sys) => {
      for (;;) await sys.tick();
    };
    const groups = [0.5, 1, undefined].map((cpus, i) => {
      const cgroup = kernel.rootCgroup.child(`loop${i}`);
      cgroup.limits = cpus === undefined ? {} : { cpus };
      startOn(kernel, loop, { cgroup });
      return cgroup;
    });
    const start = kernel.clock.now();
    await kernel.clock.run(() => kernel.clock.now() - start > 20000);
    const share = groups.map((cgroup) => Math.round((cgroup.usage.cpu / 20000) * 10) / 10);
    expect(share[0]).toBe(0.5);
    expect(share[1]! + share[2]!).toBeGreaterThan(1.2);
    expect(share[0]! + share[1]! + share[2]!).toBeLessThanOrEqual(2.1);
  });

  it('an endless conversation through pipes does not stop the clock', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const [r1, w1] = sys.pipe();
      const [r2, w2] = sys.pipe();
      const pid = sys.fork(async (child) => {
        for (;;) await child.write(w2, await child.read(r1));
      });
      const until = sys.now() + 500;
      let turns = 0;
      while (sys.now() < until) {
        await sys.write(w1, 'ping');
        await sys.read(r2);
        turns++;
      }
      sys.kill(pid, 'SIGKILL');
      return turns > 1000 ? 0 : 1;
    });
    expect(result.status).toEqual({ code: 0 });
  });
});

describe('the boot', () => {
  it('gives the same events for the same seed', async () => {
    const boot = () =>
      JSON.stringify(createKernel({ host: testLoop(), programs: { find: () => undefined }, seed: 3 }).log.events);
    expect(boot()).toBe(boot());
    expect(HOST_ROOT.uid).toBe(0);
  });
});
