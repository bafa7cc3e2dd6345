import { describe, expect, it } from 'vitest';
import { runOn, testKernel } from './testing.ts';

describe('/proc', () => {
  it('tells a process about itself', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      const read = (path: string) => sys.readText(path);
      await sys.write(
        1,
        JSON.stringify({
          self: sys.readlink('/proc/self') === String(sys.pid),
          comm: read('/proc/self/comm'),
          cmdline: read('/proc/self/cmdline'),
          caps: /CapEff:\t(\w+)/.exec(read('/proc/self/status'))?.[1],
          ns: sys.readdir('/proc/self/ns').map((entry) => entry.name),
          pid: sys.readlink('/proc/self/ns/pid'),
          cgroup: read('/proc/self/cgroup'),
          fd1: sys.readlink('/proc/self/fd/1').replace(/\d+/, 'N'),
          init: read('/proc/1/comm'),
        }),
      );
      sys.writeFile('/proc/self/fd/1', ' through /proc');
      return 0;
    });
    const [json, rest] = [
      result.out.slice(0, result.out.indexOf('}') + 1),
      result.out.slice(result.out.indexOf('}') + 1),
    ];
    expect(JSON.parse(json)).toEqual({
      self: true,
      comm: 'test\n',
      cmdline: 'test\0',
      caps: '000001ffffffffff',
      ns: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'time_for_children', 'user', 'uts'],
      pid: 'pid:[4026531836]',
      cgroup: '0::/test\n',
      fd1: 'pipe:[N]',
      init: 'systemd\n',
    });
    expect(rest).toBe(' through /proc');
  });

  it('can be read in full by root without an error', async () => {
    const kernel = testKernel({});
    const result = await runOn(kernel, async (sys) => {
      let files = 0;
      const walk = (dir: string): void => {
        for (const { name, type } of sys.readdir(dir)) {
          const path = `${dir}/${name}`;
          if (type === 'dir') walk(path);
          else if (type === 'symlink') sys.readlink(path);
          else if ((sys.stat(path).mode & 0o444) !== 0 && type === 'file') {
            files++;
            sys.readFile(path);
          }
        }
      };
      for (const dir of ['/proc', '/sys']) walk(dir);
      return files > 100 ? 0 : 1;
    });
    expect([result.status, result.err]).toEqual([{ code: 0 }, '']);
  });
});
