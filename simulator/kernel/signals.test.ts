import { describe, expect, it } from 'vitest';
import { HOST_ROOT } from './core.ts';
import type { Program } from './programs.ts';
import { runOn, startOn, testKernel, textOf } from './testing.ts';

const forever: Program = async (sys) => {
  await sys.sleep(1e9);
  return 0;
};

describe('signals', () => {
  it('interrupt a call only when the handler asks for it', async () => {
    const result = await runOn(testKernel({}), async (sys) => {
      const seen: string[] = [];
      const parent = sys.pid;
      sys.signal('SIGUSR1', (signal) => seen.push(signal));
      sys.signal('SIGUSR2', (signal) => seen.push(signal), { restart: false });
      sys.fork(async (child) => {
        await child.sleep(10);
        child.kill(parent, 'SIGUSR1');
        await child.sleep(10);
        child.kill(parent, 'SIGUSR2');
        return 0;
      });
      const start = sys.now();
      await expect(sys.sleep(1000)).rejects.toMatchObject({ code: 'EINTR' });
      await sys.write(1, `${seen.join(' ')} ${Math.round((sys.now() - start) / 10)}`);
      return 0;
    });
    expect([result.out, result.err]).toEqual(['SIGUSR1 SIGUSR2 2', '']);
  });

  it('SIGPIPE ends who writes to nobody; ignored it is EPIPE', async () => {
    const result = await runOn(testKernel({}), async (sys) => {
      const writer: Program = async (child) => {
        child.close(r);
        await child.sleep(10);
        await child.write(w, 'x');
        return 0;
      };
      const [r, w] = sys.pipe();
      const plain = sys.fork(writer);
      const careful = sys.fork(async (child) => {
        child.close(r);
        await child.sleep(10);
        child.signal('SIGPIPE', 'ignore');
        try {
          await child.write(w, 'x');
        } catch (error) {
          return (error as { code?: string }).code === 'EPIPE' ? 5 : 6;
        }
        return 7;
      });
      sys.close(r);
      sys.close(w);
      const ends = [(await sys.wait(plain))?.status, (await sys.wait(careful))?.status];
      await sys.write(1, JSON.stringify(ends));
      return 0;
    });
    expect([result.out, result.err]).toEqual(['[{"signal":"SIGPIPE"},{"code":5}]', '']);
  });

  it('keep PID 1 of a namespace safe from within, not from above', async () => {
    const kernel = testKernel({});
    const pid = kernel.createPid(kernel.init.pid);
    const init = startOn(
      kernel,
      async (sys) => {
        for (const signal of ['SIGTERM', 'SIGKILL', 'SIGSTOP', 'SIGINT'] as const) sys.kill(1, signal);
        sys.fork(async (child) => {
          child.kill(1, 'SIGKILL');
          return 0;
        });
        await sys.wait();
        await sys.write(1, `${sys.pid} lives`);
        await sys.sleep(1e9);
        return 0;
      },
      { namespaces: { ...kernel.init, pid } },
    );
    const out = textOf(init);
    await kernel.clock.settle(1000);
    init.kill('SIGTERM');
    init.kill('SIGSTOP');
    expect(init.state).toBe('stopped');
    init.kill('SIGCONT');
    expect(init.state).toBe('sleeping');
    init.kill('SIGKILL');
    expect([await out, await init.exited]).toEqual(['1 lives', { signal: 'SIGKILL' }]);
    expect(() => startOn(kernel, forever, { namespaces: { ...kernel.init, pid } })).toThrow('Cannot allocate memory');
  });

  it('wait for a frozen process, except that KILL gets through', async () => {
    const kernel = testKernel({});
    const cgroup = kernel.rootCgroup.child('box');
    const process = startOn(
      kernel,
      async (sys) => {
        sys.signal('SIGUSR1', () => void sys.write(1, 'handled '));
        for (;;) {
          await sys.sleep(100);
          await sys.write(1, 'tick ');
        }
      },
      { cgroup },
    );
    let text = '';
    void (async () => {
      for (;;) {
        const bytes = await process.stdio[1]!.read();
        if (bytes.length === 0) return;
        text += new TextDecoder().decode(bytes);
      }
    })();
    await kernel.clock.run(() => text === 'tick ');
    cgroup.freeze(true);
    process.kill('SIGUSR1');
    await kernel.clock.settle(5000);
    expect(text).toBe('tick ');
    cgroup.freeze(false);
    await kernel.clock.settle(10);
    expect(text).toBe('tick handled tick ');
    cgroup.freeze(true);
    process.kill('SIGKILL');
    expect(await process.exited).toEqual({ signal: 'SIGKILL' });
  });

  it('go to groups, to all, and only to whom one may send', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const group = sys.fork(forever, { pgid: 0 });
      const member = sys.fork(forever, { pgid: group });
      const other = sys.fork(forever);
      sys.kill(-group, 'SIGHUP');
      const ends = [await sys.wait(group), await sys.wait(member)].map((end) => end?.status);
      const user = sys.fork(async (child) => {
        child.setuid(1000);
        for (const [pid, wanted] of [
          [other, 'EPERM'],
          [99999, 'ESRCH'],
        ] as const) {
          try {
            child.kill(pid, 'SIGTERM');
            return 1;
          } catch (error) {
            if ((error as { code?: string }).code !== wanted) return 2;
          }
        }
        return 0;
      });
      await sys.write(1, JSON.stringify([...ends, (await sys.wait(user))?.status]));
      sys.kill(other, 'SIGABRT');
      await sys.write(1, JSON.stringify((await sys.wait())?.status));
      return 0;
    });
    expect([result.out, result.err]).toEqual([
      '[{"signal":"SIGHUP"},{"signal":"SIGHUP"},{"code":0}]{"signal":"SIGABRT","core":true}',
      '',
    ]);
  });

  it('leave no zombies to who ignores SIGCHLD', async () => {
    const result = await runOn(testKernel({}), async (sys) => {
      sys.signal('SIGCHLD', 'ignore');
      const child = sys.fork(async () => 0);
      await sys.sleep(100);
      expect(() => sys.kill(child, 0)).toThrow('No such process');
      await expect(sys.wait()).rejects.toMatchObject({ code: 'ECHILD' });
      return 0;
    });
    expect([result.status, result.err]).toEqual([{ code: 0 }, '']);
  });

  it('tell orphans from the rest: they go to the subreaper', async () => {
    const kernel = testKernel({});
    const shim = startOn(
      kernel,
      async (sys) => {
        const ends: unknown[] = [];
        for (;;) {
          try {
            ends.push((await sys.wait())?.status);
          } catch {
            if (ends.length === 2) break;
            await sys.sleep(1);
          }
        }
        await sys.write(1, JSON.stringify(ends));
        return 0;
      },
      { subreaper: true },
    );
    const out = textOf(shim);
    await kernel.clock.settle(0);
    startOn(
      kernel,
      async (sys) => {
        sys.fork(async (child) => {
          child.fork(async (orphan) => {
            await orphan.sleep(50);
            return orphan.ppid === shim.pid ? 3 : 4;
          });
          return 2;
        });
        await sys.sleep(1);
        return 0;
      },
      { parent: shim },
    );
    await kernel.clock.settle(1000);
    expect(await out).toBe('[{"code":2},{"code":3}]');
    expect(HOST_ROOT.capabilities.size).toBe(41);
  });
});
