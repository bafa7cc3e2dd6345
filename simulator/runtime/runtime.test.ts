import { describe, expect, it } from 'vitest';
import { CONTAINER_CAPABILITIES } from '../kernel/capabilities.ts';
import type { KernelCore } from '../kernel/core.ts';
import { executable, type Program } from '../kernel/programs.ts';
import { textData } from '../kernel/fs/data.ts';
import type { Layer, LayerEntry } from '../kernel/fs/layer.ts';
import { testKernel, textOf } from '../kernel/testing.ts';
import { prepare } from './runtime.ts';
import { RuntimeError, type Bundle, type ProcessConfig } from './spec.ts';

const meta = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
const dir = (entries: Record<string, LayerEntry>): LayerEntry & { type: 'dir' } => ({
  type: 'dir',
  opaque: false,
  entries: new Map(Object.entries(entries)),
  ...meta,
});
const text = (content: string, mode = 0o644): LayerEntry => ({ type: 'file', data: textData(content), ...meta, mode });
const program = (name: string): LayerEntry => ({ type: 'file', data: executable(name), ...meta });

const programs: Record<string, Program> = {
  sleep: async (sys) => {
    await sys.sleep(Number(sys.argv[1]) * 1000);
    return 0;
  },
  show: async (sys) => {
    await sys.write(1, sys.readText(sys.argv[1]!));
    return 0;
  },
  id: async (sys) => {
    await sys.write(1, `${sys.pid} ${sys.uid} ${sys.gid} ${sys.groups.join(',')} ${sys.env.HOME} ${sys.hostname()}`);
    return 0;
  },
  ps: async (sys) => {
    const pids = sys
      .readdir('/proc')
      .map((entry) => entry.name)
      .filter((name) => /^\d+$/.test(name));
    for (const pid of pids) {
      const line = sys.readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      await sys.write(1, `${pid} ${line}\n`);
    }
    return 0;
  },
  hog: async (sys) => {
    for (let bytes = 1 << 20; ; bytes *= 2) {
      sys.memory(bytes);
      await sys.tick();
    }
  },
};

const image: Layer = {
  root: dir({
    bin: dir(Object.fromEntries(Object.keys(programs).map((name) => [name, program(name)]))),
    etc: dir({
      passwd: text('root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n'),
      group: text('root:x:0:\nadm:x:4:www-data\nwww-data:x:33:\n'),
    }),
    'notes.txt': text('hi'),
    'script.sh': text('echo no shebang\n', 0o755),
    'lost.sh': text('#!/bin/bash\n', 0o755),
    proc: dir({}),
    sys: dir({}),
    dev: dir({}),
  }),
};

function process(args: string[], more: Partial<ProcessConfig> = {}): ProcessConfig {
  return {
    args,
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    user: '',
    capabilities: CONTAINER_CAPABILITIES,
    terminal: false,
    stdio: [{ kind: 'null' }, { kind: 'pipe' }, { kind: 'pipe' }],
    ...more,
  };
}

function bundle(
  kernel: KernelCore,
  args: string[],
  more: Partial<Bundle> = {},
  config: Partial<ProcessConfig> = {},
): Bundle {
  return {
    id: kernel.random.hex(64),
    layers: [image],
    upper: kernel.createUpper(),
    readonlyRoot: false,
    mounts: [],
    hostname: 'box',
    process: process(args, config),
    init: false,
    privileged: false,
    shmSize: 64 * 1024 * 1024,
    limits: {},
    cgroupParent: '/docker',
    namespaces: {
      pid: { kind: 'private' },
      net: { kind: 'private' },
      uts: { kind: 'private' },
      ipc: { kind: 'private' },
      cgroup: { kind: 'private' },
    },
    ...more,
  };
}

async function run(args: string[], more: Partial<Bundle> = {}, config: Partial<ProcessConfig> = {}) {
  const kernel = testKernel(programs);
  const container = prepare(kernel, bundle(kernel, args, more, config)).start();
  const out = textOf(container.init);
  const err = textOf(container.init, 2);
  let status: unknown;
  void container.init.exited.then((value) => (status = value));
  await kernel.clock.run(() => status !== undefined);
  container.cleanup();
  return { status, out: await out, err: await err };
}

/** What a start fails with. */
function failure(args: string[], more: Partial<Bundle> = {}, config: Partial<ProcessConfig> = {}): string {
  const kernel = testKernel(programs);
  try {
    prepare(kernel, bundle(kernel, args, more, config)).start();
  } catch (error) {
    if (error instanceof RuntimeError) return error.message;
    throw error;
  }
  return 'started';
}

const CREATE = 'runc create failed: unable to start container process: error during container init: ';

describe('containers', () => {
  it('give their first process pid 1, a host name, and the user of --user', async () => {
    expect(await run(['id'])).toEqual({ status: { code: 0 }, out: '1 0 0 0 /root box', err: '' });
    expect((await run(['id'], {}, { user: 'www-data' })).out).toBe('1 33 33 33,4 /var/www box');
    expect((await run(['id'], {}, { user: '1000' })).out).toBe('1 1000 0 0 / box');
    expect((await run(['id'], {}, { user: '1000:adm' })).out).toBe('1 1000 4 4 / box');
  });

  it('fail to start with the texts of runc', () => {
    expect(failure(['nosuch'])).toBe(`${CREATE}exec: "nosuch": executable file not found in $PATH`);
    expect(failure(['/etc'])).toBe(`${CREATE}exec: "/etc": is a directory: permission denied`);
    expect(failure(['/notes.txt'])).toBe(`${CREATE}exec: "/notes.txt": permission denied`);
    expect(failure(['./x'])).toBe(`${CREATE}exec: "./x": stat ./x: no such file or directory`);
    expect(failure(['id'], {}, { user: 'nosuch' })).toBe(
      'unable to find user nosuch: no matching entries in passwd file',
    );
    expect(
      failure(['id'], { mounts: [{ type: 'bind', destination: '/etc/passwd', source: '/tmp', readonly: false }] }),
    ).toBe(
      `${CREATE}error mounting "/tmp" to rootfs at "/etc/passwd": mount src=/tmp, dst=/etc/passwd, dstFd=/proc/thread-self/fd/14, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type`,
    );
  });

  it('report a failed execve on their standard error', async () => {
    expect(await run(['/script.sh'])).toEqual({
      status: { code: 255 },
      out: '',
      err: 'exec /script.sh: exec format error\n',
    });
    expect(await run(['/lost.sh'])).toEqual({
      status: { code: 255 },
      out: '',
      err: 'exec /lost.sh: no such file or directory\n',
    });
  });

  it('see their own processes, cgroup and mounts', async () => {
    expect((await run(['ps'])).out).toBe('1 ps\n');
    expect((await run(['show', '/proc/1/cgroup'])).out).toBe('0::/\n');
    expect((await run(['show', '/sys/fs/cgroup/memory.max'], { limits: { memory: 33554432 } })).out).toBe('33554432\n');
    expect((await run(['show', '/sys/fs/cgroup/cpu.max'], { limits: { cpus: 0.5 } })).out).toBe('50000 100000\n');
    const status = (await run(['show', '/proc/self/status'])).out;
    expect(/CapEff:\t(\w+)/.exec(status)?.[1]).toBe('00000000a80425fb');
  });

  it('end by the OOM killer over their memory limit', async () => {
    expect((await run(['hog'], { limits: { memory: 33554432 } })).status).toEqual({ signal: 'SIGKILL' });
  });

  it('run further processes, pause, and end with their first process', async () => {
    const kernel = testKernel(programs);
    const container = prepare(kernel, bundle(kernel, ['sleep', '10'])).start();
    await kernel.clock.settle(100);
    const ps = container.exec(process(['ps']));
    expect(() => container.exec(process(['jq']))).toThrow(
      'exec failed: unable to start container process: exec: "jq": executable file not found in $PATH',
    );
    expect(() => container.exec(process(['ps'], { cwd: '/nowhere' }))).toThrow(
      'exec failed: unable to start container process: chdir to cwd ("/nowhere") set in config.json failed: no such file or directory',
    );
    const long = container.exec(process(['sleep', '100']));
    const out = textOf(ps);
    await kernel.clock.settle(100);
    expect(await out).toBe('1 sleep 10\n7 ps\n13 sleep 100\n');
    container.pause(true);
    let ended = false;
    void container.init.exited.then(() => (ended = true));
    await kernel.clock.settle(60000);
    expect(ended).toBe(false);
    container.pause(false);
    await kernel.clock.settle(1000);
    expect([ended, await long.exited]).toEqual([true, { signal: 'SIGKILL' }]);
    container.cleanup();
    expect([...kernel.rootCgroup.child('docker').children.keys()]).toEqual([]);
  });

  it('pass signals on through tini', async () => {
    const kernel = testKernel(programs);
    const container = prepare(kernel, bundle(kernel, ['sleep', '100'], { init: true })).start();
    await kernel.clock.settle(100);
    const out = textOf(container.exec(process(['ps'])));
    await kernel.clock.settle(100);
    expect(await out).toBe('1 /sbin/docker-init -- sleep 100\n7 sleep 100\n8 ps\n');
    container.kill('SIGTERM');
    await kernel.clock.settle(100);
    expect(await container.init.exited).toEqual({ code: 143 });
  });

  it('keep PID 1 from signals it does not handle', async () => {
    const kernel = testKernel(programs);
    const container = prepare(kernel, bundle(kernel, ['sleep', '100'])).start();
    await kernel.clock.settle(100);
    container.kill('SIGTERM');
    await kernel.clock.settle(100);
    expect(container.init.state).toBe('sleeping');
    container.kill('SIGKILL');
    expect(await container.init.exited).toEqual({ signal: 'SIGKILL' });
  });
});
