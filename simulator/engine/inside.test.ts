import { beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../kernel/programs.ts';
import { engineState } from './snapshot.ts';
import type { ContainerView, InsideView } from './state.ts';
import { TestDaemon } from './testing.ts';

/** Listens where its arguments say, for ever. */
const serve: Program = async (sys) => {
  if (sys.argv[1]) sys.listen({ family: 'inet', host: sys.argv[1], port: Number(sys.argv[2]) });
  for (;;) await sys.sleep(3_600_000);
};

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await TestDaemon.boot({ serve }, 'serve');
});
const container = (name: string): ContainerView => engineState(daemon.engine).containers.find((c) => c.name === name)!;
const inside = (name: string): InsideView => container(name).inside!;

describe('what a container sees', () => {
  it('is its own where its namespaces are, and the host’s where it shares them', async () => {
    const id = await daemon.run('one', { Cmd: ['serve', '127.0.0.1', '80'], User: 'ann' });
    await daemon.run('host', { Hostname: 'named', HostConfig: { NetworkMode: 'host', PidMode: 'host' } });
    await daemon.until(daemon.kernel.clock.sleep(50));
    const { host } = engineState(daemon.engine);
    expect(inside('one')).toMatchObject({
      hostname: id.slice(0, 12),
      uid: 1000,
      cgroup: `/docker/${id}`,
      interfaces: [
        { name: 'lo', addresses: ['127.0.0.1/8'] },
        { name: 'eth0', addresses: ['172.17.0.2/16'] },
      ],
      listeners: [{ protocol: 'tcp', host: '127.0.0.1', port: 80 }],
      root: { type: 'overlay' },
      shm: 64 * 1024 ** 2,
    });
    const same = (a: InsideView, b: InsideView): string[] =>
      Object.entries(a.namespaces)
        .filter(([kind, inode]) => b.namespaces[kind as 'pid'] === inode)
        .map(([kind]) => kind);
    expect(same(inside('one'), host!)).toEqual(['user']);
    expect(same(inside('host'), host!)).toEqual(['pid', 'net', 'user']);
    expect(inside('host').hostname).toBe('named');
  });

  it('has a UTS namespace of its own also where it shares a network, and takes only the name', async () => {
    const id = await daemon.run('one');
    await daemon.run('beside', { HostConfig: { NetworkMode: 'container:one' } });
    await daemon.run('net', { HostConfig: { NetworkMode: 'host' } });
    await daemon.run('uts', { HostConfig: { UTSMode: 'host' } });
    const { host } = engineState(daemon.engine);
    const names = ['one', 'beside', 'net', 'uts'].map((name) => inside(name).hostname);
    expect(names).toEqual([id.slice(0, 12), id.slice(0, 12), host!.hostname, host!.hostname]);
    expect(inside('beside').namespaces.net).toBe(inside('one').namespaces.net);
    expect(inside('net').namespaces.net).toBe(host!.namespaces.net);
    expect(inside('uts').namespaces.uts).toBe(host!.namespaces.uts);
    expect(new Set(['one', 'beside', 'net', 'uts'].map((name) => inside(name).namespaces.uts)).size).toBe(4);
  });

  it('follows what changes while it runs, and is gone when it ends', async () => {
    await daemon.run('one');
    await daemon.json('POST', '/networks/create', { Name: 'more' });
    await daemon.json('POST', '/networks/more/connect', { Container: 'one' });
    expect(inside('one').interfaces.map((i) => i.name)).toEqual(['lo', 'eth0', 'eth1']);
    daemon.engine.containers.all()[0]!.runtime!.mounts.mount('/tmp', { type: 'tmpfs' });
    expect(inside('one').mounts.at(-1)).toEqual({ target: '/tmp', type: 'tmpfs', source: 'tmpfs' });
    await daemon.json('POST', '/containers/one/kill');
    expect(container('one').inside).toBeUndefined();
  });

  it('has mounts that are one list for all alike', async () => {
    await daemon.run('one');
    await daemon.run('two');
    await daemon.run('three', { HostConfig: { Binds: ['data:/data'] } });
    expect(inside('one').mounts).toBe(inside('two').mounts);
    expect(inside('three').mounts).not.toEqual(inside('two').mounts);
    expect(inside('one').mounts.filter((m) => m.target.startsWith('/proc/'))).toEqual([]);
  });
});
