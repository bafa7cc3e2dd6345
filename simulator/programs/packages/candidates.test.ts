import { expect, test, vi } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine } from '../../machine.ts';

vi.setConfig({ testTimeout: 60_000 });

test.each(['debian:bookworm-slim', 'ubuntu:24.04'])(
  '%s tells a package that is gone from one it never heard of',
  async (image) => {
    const machine = await createMachine({ host: nodeHost, images: [image] });
    await machine.run(`docker run -d --name box ${image} sleep 1000`);
    const inside = (command: string) => machine.run(`docker exec box sh -c '${command}'`);
    const install = (words: string) => inside(`apt-get install -y ${words}`);
    const begin = 'Reading package lists...\nBuilding dependency tree...\n';
    expect(await install('python')).toEqual({
      exit: 100,
      stdout: begin,
      stderr: 'E: Unable to locate package python\n',
    });
    expect((await inside('apt-get update')).exit).toBe(0);
    const { exit, stdout, stderr } = await install('python pythom');
    expect([exit, stderr]).toEqual([
      100,
      "E: Package 'python' has no installation candidate\nE: Unable to locate package pythom\n",
    ]);
    expect(stdout.slice(stdout.indexOf('Package')))
      .toBe(`Package python is not available, but is referred to by another package.
This may mean that the package is missing, has been obsoleted, or
is only available from another source
However the following packages replace it:
  python-is-python3 2to3

`);
    expect((await install('-qq python')).stdout).toBe('');
    expect((await install('python-is-python3')).exit).toBe(0);
    expect((await inside('python -c "print(6 * 7)"')).stdout).toBe('42\n');
    machine.stop();
  },
);
