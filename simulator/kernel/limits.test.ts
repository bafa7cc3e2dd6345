import { describe, expect, it } from 'vitest';
import type { Program } from './programs.ts';
import { runOn, startOn, testKernel } from './testing.ts';

const MB = 1024 * 1024;

describe('memory', () => {
  it('over the limit of a group takes its largest process, and counts', async () => {
    const kernel = testKernel({});
    const cgroup = kernel.rootCgroup.child('box');
    cgroup.limits = { memory: 64 * MB };
    const holder =
      (bytes: number): Program =>
      async (sys) => {
        sys.memory(bytes);
        await sys.sleep(1e6);
        return 0;
      };
    const small = startOn(kernel, holder(10 * MB), { cgroup });
    const big = startOn(kernel, holder(40 * MB), { cgroup });
    await kernel.clock.settle(10);
    const told: number[] = [];
    cgroup.onOom((victim) => told.push(victim.pid));
    const last = startOn(kernel, holder(20 * MB), { cgroup });
    await kernel.clock.settle(10);
    expect([small.state, big.state, last.state]).toEqual(['sleeping', 'dead', 'sleeping']);
    expect([told, cgroup.usage.oomKills, await big.exited]).toEqual([[big.pid], 1, { signal: 'SIGKILL' }]);
    expect(cgroup.usage.memory).toBeLessThan(32 * MB);
    expect(kernel.rootCgroup.usage.memory).toBeGreaterThan(cgroup.usage.memory);
    cgroup.kill('SIGKILL');
    expect(cgroup.usage.memory).toBe(0);
  });

  it('counts the files of a tmpfs', async () => {
    const kernel = testKernel({});
    const cgroup = kernel.rootCgroup.child('box');
    cgroup.limits = { memory: 20 * MB };
    const result = await runOn(
      kernel,
      async (sys) => {
        const pid = sys.fork(async (child) => {
          const fd = child.open('/dev/shm/x', { write: true, create: true });
          for (let i = 0; i < 50; i++) await child.write(fd, new Uint8Array(MB).fill(1));
          return 0;
        });
        const ended = await sys.wait(pid);
        const held = Number(sys.readText('/sys/fs/cgroup/box/memory.current'));
        sys.unlink('/dev/shm/x');
        const left = Number(sys.readText('/sys/fs/cgroup/box/memory.current'));
        await sys.write(1, JSON.stringify([ended?.status, held > 15 * MB, left < 2 * MB]));
        return 0;
      },
      { cgroup },
    );
    expect([result.out, result.err]).toEqual(['[{"signal":"SIGKILL"},true,true]', '']);
  });
});

describe('the cgroup files', () => {
  it('make groups, set limits, move and freeze processes', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const base = '/sys/fs/cgroup/mine';
      sys.mkdir(base);
      sys.writeFile(`${base}/memory.max`, '64M\n');
      sys.writeFile(`${base}/pids.max`, '1\n');
      sys.writeFile(`${base}/cpu.max`, '50000 100000\n');
      const child = sys.fork(async (own) => {
        let refused = '';
        try {
          own.writeFile(`${base}/cgroup.procs`, String(own.pid));
          own.fork(async () => 0);
        } catch (error) {
          refused = (error as { code: string }).code;
        }
        await own.write(1, `${own.readText('/proc/self/cgroup').trim()} ${refused} `);
        await own.sleep(1000);
        return 0;
      });
      await sys.sleep(10);
      sys.writeFile(`${base}/cgroup.freeze`, '1');
      expect(() => sys.rmdir(base)).toThrow('Device or resource busy');
      await sys.sleep(5000);
      const events = sys.readText(`${base}/cgroup.events`).replaceAll('\n', ' ');
      sys.writeFile(`${base}/cgroup.freeze`, '0');
      const status = (await sys.wait(child))?.status;
      const files = ['memory.max', 'pids.max', 'cpu.max', 'pids.events'].map((file) =>
        sys.readText(`${base}/${file}`).trim(),
      );
      sys.rmdir(base);
      await sys.write(1, JSON.stringify([events, status, files, sys.access(base, {})]));
      return 0;
    });
    expect(result.err).toBe('');
    expect(result.out).toBe(
      '0::/mine EAGAIN ["populated 1 frozen 1 ",{"code":0},["67108864","1","50000 100000","max 1"],false]',
    );
  });
});

describe('resource limits', () => {
  it('bound descriptors, file sizes and a user’s processes', async () => {
    const result = await runOn(testKernel({}), async (sys) => {
      const seen: string[] = [];
      const failure = async (call: () => unknown): Promise<void> => {
        try {
          await call();
          seen.push('fine');
        } catch (error) {
          seen.push((error as { code?: string }).code ?? String(error));
        }
      };
      sys.rlimit('RLIMIT_NOFILE', [5, 10]);
      const fds = [sys.dup(0), sys.dup(0)];
      await failure(() => sys.dup(0));
      for (const fd of fds) sys.close(fd);
      const fd = sys.open('/tmp/f', { write: true, create: true });
      sys.rlimit('RLIMIT_FSIZE', [10, 10]);
      await failure(() => sys.write(fd, 'x'.repeat(11)));
      await failure(() => sys.write(fd, 'x'.repeat(10)));
      sys.rlimit('RLIMIT_NPROC', [2, 2]);
      sys.setuid(1000);
      await failure(() => sys.rlimit('RLIMIT_NPROC', [9, 9]));
      await failure(() => sys.fork(async () => 0));
      await failure(() => sys.fork(async () => 0));
      await sys.write(1, seen.join(' '));
      return 0;
    });
    expect([result.out, result.err]).toEqual(['EMFILE EFBIG fine EPERM fine EAGAIN', '']);
  });
});
