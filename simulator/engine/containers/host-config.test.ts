import { describe, expect, it } from 'vitest';
import type { HostConfig } from '../../api/types.ts';
import { capabilitySet } from './capability-set.ts';
import { shellJoin } from './command-line.ts';
import { processEnv } from './environment.ts';
import { fullHostConfig, mergedConfig } from './host-config.ts';
import { checkHostConfig, checkRestartPolicy } from './validate.ts';

const ID = '0123456789abcdef'.repeat(4);
const SIZE = { cpus: 2, memory: 8 * 1024 ** 3 };
const problem = (run: () => void): string => {
  try {
    run();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('mergedConfig', () => {
  const image = {
    Env: ['PATH=/bin', 'MODE=image'],
    Cmd: ['serve'],
    Entrypoint: ['run'],
    WorkingDir: '/app',
    Labels: { a: '1' },
  };
  const command = (given: Parameters<typeof mergedConfig>[0]) => {
    const { Entrypoint, Cmd } = mergedConfig(given, image, ID);
    return [Entrypoint, Cmd];
  };
  it('takes command and entry point from the image as Docker does', () => {
    expect(
      [
        {},
        { Cmd: ['x'] },
        { Entrypoint: ['e'] },
        { Entrypoint: ['e'], Cmd: ['x'] },
        { Entrypoint: [''], Cmd: ['x'] },
        { Entrypoint: [''] },
      ].map(command),
    ).toEqual([
      [['run'], ['serve']],
      [['run'], ['x']],
      [['e'], null],
      [['e'], ['x']],
      [null, ['x']],
      [null, null],
    ]);
  });
  it('puts the variables of the user first and lets them win', () => {
    expect(mergedConfig({ Env: ['MODE=mine', 'X=1'] }, image, ID).Env).toEqual(['MODE=mine', 'X=1', 'PATH=/bin']);
  });
  it('inherits labels, and names the host after the id', () => {
    expect(mergedConfig({ Labels: { b: '2' } }, image, ID)).toMatchObject({
      Labels: { a: '1', b: '2' },
      Hostname: '0123456789ab',
      WorkingDir: '/app',
    });
  });
});

describe('fullHostConfig', () => {
  it('fills in what Docker fills in', () => {
    const config = fullHostConfig({
      NetworkMode: 'default',
      Memory: 64 << 20,
      CapAdd: ['SYS_TIME', 'net_admin'],
      MemorySwappiness: -1,
      PidsLimit: 0,
    });
    expect(config).toMatchObject({
      NetworkMode: 'bridge',
      MemorySwap: 128 << 20,
      CapAdd: ['CAP_NET_ADMIN', 'CAP_SYS_TIME'],
      CapDrop: null,
      PidsLimit: null,
      MemorySwappiness: null,
      LogConfig: { Type: 'json-file', Config: {} },
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      ShmSize: 67108864,
      Runtime: 'runc',
      IpcMode: 'private',
      CgroupnsMode: 'private',
    });
    expect(Object.keys(config)).not.toContain('Init');
  });
});

describe('checks', () => {
  it('refuse with the texts of Docker', () => {
    const cases: Partial<HostConfig>[] = [
      { Memory: 1 << 20 },
      { Memory: 64 << 20, MemorySwap: 32 << 20 },
      { NanoCpus: 99e9 },
      { CapAdd: ['NOT_A_CAP'] },
      { RestartPolicy: { Name: 'sometimes', MaximumRetryCount: 0 } },
      { RestartPolicy: { Name: 'always', MaximumRetryCount: 3 } },
      { AutoRemove: true, RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
      { LogConfig: { Type: 'nope', Config: {} } },
      { LogConfig: { Type: 'json-file', Config: { color: 'red' } } },
      { CpusetCpus: '7' },
      { Memory: 64 << 20, NanoCpus: 1e9 },
    ];
    expect(cases.map((given) => problem(() => checkHostConfig(given, SIZE)))).toEqual([
      'Minimum memory limit allowed is 6MB',
      'Minimum memoryswap limit should be larger than memory limit, see usage',
      'range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available',
      'invalid CapAdd: unknown capability: "CAP_NOT_A_CAP"',
      "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
      "invalid restart policy: maximum retry count can only be used with 'on-failure'",
      "can't create 'AutoRemove' container with restart policy",
      "logger: no log driver named 'nope' is registered",
      "unknown log opt 'color' for json-file log driver",
      'Requested CPUs are not available - requested 7, available: 0-1',
      '',
    ]);
    expect(problem(() => checkRestartPolicy({ Name: 'on-failure', MaximumRetryCount: -1 }))).toBe(
      'invalid restart policy: maximum retry count cannot be negative',
    );
  });
});

describe('capabilitySet', () => {
  it('starts from the default, and `ALL` means every one', () => {
    const count = (add: string[] | null, drop: string[] | null, privileged = false): number =>
      capabilitySet(add, drop, privileged).size;
    expect([
      count(null, null),
      count(['CAP_SYS_ADMIN'], null),
      count(null, ['CAP_CHOWN']),
      count(null, ['ALL']),
      count(['CAP_CHOWN'], ['ALL']),
      count(['ALL'], ['CAP_CHOWN']),
      count(null, null, true),
    ]).toEqual([14, 15, 13, 0, 1, 40, 41]);
  });
});

describe('processEnv', () => {
  it('has the order that `env` prints in a container', () => {
    const env = processEnv(['FOO=1', 'PATH=/own', 'GONE'], { hostname: 'h', terminal: true, home: '/root' });
    expect(Object.entries(env).map(([key, value]) => `${key}=${value}`)).toEqual([
      'PATH=/own',
      'HOSTNAME=h',
      'TERM=xterm',
      'FOO=1',
      'HOME=/root',
    ]);
  });
});

describe('shellJoin', () => {
  it('quotes what holds a space, and only that', () => {
    expect([shellJoin('sh', ['-c', 'exit 4']), shellJoin('true', []), shellJoin('echo', ['$x', '"'])]).toEqual([
      "sh -c 'exit 4'",
      'true',
      'echo $x "',
    ]);
  });
});
