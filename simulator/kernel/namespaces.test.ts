import { describe, expect, it } from 'vitest';
import type { Program } from './programs.ts';
import { runOn, startOn, testKernel, textOf } from './testing.ts';

describe('namespaces', () => {
  it('unshare: a host name, a pid numbering and mounts of one’s own', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const child = sys.fork(async (own) => {
        own.unshare(['uts', 'pid', 'mnt']);
        own.sethostname('inner');
        own.mount({ type: 'tmpfs', source: 'none', target: '/tmp' });
        own.writeFile('/tmp/seen', 'inside only');
        const first = own.fork(async (grandchild) => {
          await grandchild.write(1, `${grandchild.pid} ${grandchild.ppid} ${grandchild.hostname()} `);
          await grandchild.write(1, `${grandchild.readText('/tmp/seen')}\n`);
          return 0;
        });
        await own.wait(first);
        return 0;
      });
      await sys.wait(child);
      await sys.write(1, `${sys.hostname()} ${sys.access('/tmp/seen', {})}`);
      return 0;
    });
    expect([result.out, result.err]).toEqual(['1 0 inner inside only\ndrydock false', '']);
  });

  it('setns: enters those of another process, and only with CAP_SYS_ADMIN', async () => {
    const kernel = testKernel({});
    const uts = kernel.createUts('box');
    const pid = kernel.createPid(kernel.init.pid);
    const mnt = kernel.createMounts();
    mnt.mount('/', { type: 'tmpfs' });
    mnt.files.write('/mark', 'in the box');
    const sleeper: Program = async (sys) => {
      await sys.sleep(1e6);
      return 0;
    };
    const box = startOn(kernel, sleeper, { namespaces: { ...kernel.init, uts, pid, mnt } });
    const result = await runOn(kernel, async (sys) => {
      const denied = sys.fork(async (child) => {
        child.setuid(1000);
        try {
          child.setns(box.pid, ['uts']);
          return 0;
        } catch (error) {
          return (error as { code?: string }).code === 'EPERM' ? 7 : 8;
        }
      });
      const status = (await sys.wait(denied))?.status;
      expect(() => sys.setns(99999, ['uts'])).toThrow('No such process');
      sys.setns(box.pid, ['uts', 'pid', 'mnt']);
      await sys.write(1, `${JSON.stringify(status)} ${sys.hostname()} ${sys.readText('/mark')} `);
      const child = sys.fork(async (inner) => {
        await inner.write(1, String(inner.pid));
        return 0;
      });
      await sys.wait(child);
      return 0;
    });
    expect([result.out, result.err]).toEqual(['{"code":7} box in the box 2', '']);
    box.kill('SIGKILL');
  });

  it('show each process the numbers of its own namespace, and those above it theirs', async () => {
    const kernel = testKernel({});
    const outer = kernel.createPid(kernel.init.pid);
    const inner = kernel.createPid(outer);
    const init = startOn(kernel, (sys) => sys.sleep(1e6).then(() => 0), { namespaces: { ...kernel.init, pid: outer } });
    const process = startOn(
      kernel,
      async (sys) => {
        const line = /NSpid:\t(.*)/.exec(sys.readText('/proc/self/status'))?.[1] ?? '';
        await sys.write(1, `${sys.pid} ${line}`);
        return 0;
      },
      { namespaces: { ...kernel.init, pid: inner } },
    );
    expect([process.pidIn(inner), process.pidIn(outer), process.pidIn(kernel.init.pid)]).toEqual([1, 2, process.pid]);
    const out = textOf(process);
    await kernel.clock.settle(1000);
    expect(await out).toBe('1 1');
    const seen = await runOn(kernel, async (sys) => {
      await sys.write(
        1,
        sys
          .readdir('/proc')
          .filter((entry) => /^\d+$/.test(entry.name))
          .map((e) => e.name)
          .join(' '),
      );
      return 0;
    });
    expect(seen.out.split(' ')).toEqual(['1', String(init.pid), String(process.pid + 1)]);
    init.kill('SIGKILL');
  });
});
