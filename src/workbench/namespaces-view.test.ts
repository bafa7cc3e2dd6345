import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine, type MachineState } from '../../simulator/machine.ts';
import {
  choosePair,
  compare,
  factsOf,
  inWords,
  KINDS,
  pairProcesses,
  sidesOf,
  uptime,
  type Side,
} from './namespaces-view.ts';
import { takeProcesses, type ProcessView } from './process-view.ts';

let machine: Machine;
let state: MachineState;
let processes: ReadonlyMap<number, ProcessView>;
const side = (name: string): Side => sidesOf(state).find((s) => s.name === name)!;

beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['busybox'] });
  for (const command of [
    'docker run -d --name web -m 64m -v data:/data busybox sleep 1000',
    'docker run -d --name beside --network container:web --pid container:web -u 1000 busybox sleep 2000',
    'docker run -d --name open --network host --hostname open --cpus 0.5 busybox sleep 3000',
    'docker run --name gone busybox true',
  ])
    await machine.run(command);
  state = machine.state();
  processes = takeProcesses(new Map(), machine.events);
});

describe('two views of one machine', () => {
  test('the host and every container that runs can be chosen; the host and the newest one by default', () => {
    const sides = sidesOf(state);
    expect(sides.map((s) => s.name).sort()).toEqual(['beside', 'open', 'the host', 'web']);
    const names = (wanted: [string, string]) => choosePair(sides, wanted)?.map((s) => s.name);
    expect(names(['', ''])).toEqual(['the host', 'open']);
    expect(names([side('web').key, ''])).toEqual(['web', 'open']);
    expect(names([side('open').key, 'long gone'])).toEqual(['open', 'the host']);
    expect(choosePair(sides.slice(0, 1), ['', ''])).toBeUndefined();
    expect(sidesOf({ ...state, host: undefined })).toEqual([]);
  });

  test('a process has one number for each side, and is unseen where its namespace is not', () => {
    const pairs = (a: string, b: string) =>
      pairProcesses(side(a), side(b), state, processes).map(({ command, left, right }) => [command, left, right]);
    const [web, beside] = ['web', 'beside'].map((name) => state.containers.find((c) => c.name === name)!.pid);
    expect(pairs('the host', 'web').slice(0, 3)).toEqual([
      ['sleep 1000', web, 1],
      ['sleep 2000', beside, 7],
      ['/sbin/init', 1, undefined],
    ]);
    expect(pairs('web', 'beside')).toEqual([
      ['sleep 1000', 1, 1],
      ['sleep 2000', 7, 7],
    ]);
    expect(pairs('web', 'open')).toEqual([
      ['sleep 1000', 1, undefined],
      ['sleep 2000', 7, undefined],
      ['sleep 3000', undefined, 1],
    ]);
  });

  test('what is shared is the same namespace by its number', () => {
    const shared = (a: string, b: string) =>
      compare(side(a), side(b))
        .filter((r) => r.shared)
        .map((r) => r.kind);
    expect(shared('the host', 'web')).toEqual(['user']);
    expect(shared('web', 'beside')).toEqual(['pid', 'net', 'user']);
    expect(shared('the host', 'open')).toEqual(['net', 'user']);
    expect(inWords(side('web'), side('beside'), compare(side('web'), side('beside')))).toBe(
      'Between web and beside, mnt, uts, ipc and cgroup differ; pid, net and user are shared.',
    );
    expect(inWords(side('web'), side('web'), compare(side('web'), side('web')))).toBe(
      'For web and itself, every namespace is the same.',
    );
  });

  test('each side sees its own interfaces, root, name and limits', () => {
    const id = state.containers.find((c) => c.name === 'web')!.id.slice(0, 12);
    const facts = (name: string) =>
      Object.fromEntries(
        KINDS.flatMap(({ kind }) =>
          kind === 'pid' ? [] : [[kind, factsOf(kind, side(name), state).map((f) => `${f.name}: ${f.value}`)]],
        ),
      );
    expect(facts('web')).toEqual({
      net: ['lo: 127.0.0.1/8', 'eth0: 172.17.0.2/16'],
      mnt: [
        '/: overlay: one layer of busybox, one to write',
        '/data: volume data',
        '/etc/hostname: and 2 more of the daemon’s',
        '/proc /dev /sys: the kernel’s own',
      ],
      uts: [`hostname: ${id}`],
      ipc: ['/dev/shm: 64 MiB'],
      user: ['runs as: uid 0, root'],
      cgroup: [
        `group: /docker/${id}`,
        expect.stringMatching(/^memory: [\d.]+ MiB in use, limit 64 MiB$/),
        'cpus: no limit',
        'processes: 1, no limit',
      ],
    });
    expect(facts('the host')).toMatchObject({
      net: ['lo: 127.0.0.1/8', 'eth0: 10.0.2.15/24', 'docker0: 172.17.0.1/16', 'veth: the cable to a container'],
      mnt: ['/: ext4 on /dev/vda1', '/run: tmpfs', '/proc /sys /dev: the kernel’s own'],
      uts: ['hostname: drydock'],
      user: ['runs as: uid 0, root'],
    });
    expect(facts('open')).toMatchObject({ uts: ['hostname: open'], net: facts('the host').net });
  });

  test('any prefix of the log can be shown, and shows the same twice', () => {
    const sides = sidesOf(state);
    fc.assert(
      fc.property(fc.nat(machine.events.length), fc.nat(sides.length - 1), fc.nat(sides.length - 1), (end, a, b) => {
        const table = takeProcesses(new Map(), machine.events.slice(0, end));
        const pairs = pairProcesses(sides[a]!, sides[b]!, state, table);
        expect(pairProcesses(sides[a]!, sides[b]!, state, table)).toEqual(pairs);
        // Looking from the other side changes sides, and nothing else.
        expect(pairProcesses(sides[b]!, sides[a]!, state, table).map((p) => [p.pid, p.right, p.left])).toEqual(
          expect.arrayContaining(pairs.map((p) => [p.pid, p.left, p.right])),
        );
        // The host sees every process by the kernel's number.
        for (const p of pairs) if (sides[a]!.key === 'host') expect(p.left).toBe(p.pid);
      }),
      { numRuns: 60 },
    );
  });

  test('times since boot are in the two largest units', () => {
    expect([5_900, 64_000, 3_725_000, -1].map(uptime)).toEqual(['5 s', '1 min 4 s', '1 h 2 min', '0 s']);
  });
});
