/** A container that is as wanted meets the requirement; one that deviates in one thing does not, and is told which. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ContainerSetup } from '../../../simulator/engine/state.ts';
import type { MachineState } from '../../../simulator/machine.ts';
import { History, type ContainerPast } from '../history.ts';
import type { ContainerNeed } from '../task-types.ts';
import { checkContainer } from './containers.ts';
import type { Verdict } from './verdict.ts';

type Now = MachineState['containers'][number];

interface Made {
  readonly name: string;
  readonly image: string;
  readonly setup: ContainerSetup;
  readonly status: ContainerPast['status'];
  readonly exitCode?: number;
  readonly starts: number;
  readonly oom: boolean;
  readonly networks: readonly string[];
  readonly memory: number;
  readonly health: string;
}

const SETUP: ContainerSetup = {
  argv: ['nginx', '-g', 'daemon off;'],
  env: ['PATH=/usr/bin'],
  tty: false,
  openStdin: false,
  attached: true,
  autoRemove: false,
  restart: 'no',
  user: '',
  workingDir: '/',
  hostname: 'box',
  network: 'bridge',
  publish: [],
  mounts: [],
};

/** The verdict on a machine that holds these containers; those that are removed are in its history only. */
function verdict(want: ContainerNeed, ...made: readonly Made[]): Verdict {
  const history = new History();
  const containers: Now[] = [];
  made.forEach((one, i) => {
    const id = String(i).padStart(64, '0');
    const { name, image, setup, status, starts, oom } = one;
    history.containers.set(id, {
      ...{ id, name, image, setup, status, starts, oom, runs: [], output: '', execOutput: '' },
      ...(one.exitCode !== undefined && { exitCode: one.exitCode }),
      networks: new Set(one.networks),
    });
    if (status === 'removed') return;
    const bound = status === 'running' ? setup.publish.map((port) => port.split(':')) : [];
    const now: Partial<Now> = {
      ...{ id, name, image, status },
      health: one.health as Now['health'],
      ports: bound.map((parts) => ({
        hostIp: parts.length > 2 ? parts[0]! : '0.0.0.0',
        hostPort: Number(parts.at(-2)),
        containerPort: Number(parts.at(-1)),
        protocol: 'tcp',
      })),
      networks: one.networks.map((network) => ({ name: network, address: '172.18.0.2', aliases: [] })),
      limits: { memory: one.memory, cpus: 0, pids: 0 },
    };
    containers.push(now as Now);
  });
  return checkContainer(want, { containers } as unknown as MachineState, history);
}

const word = fc.stringMatching(/^[a-z]{5,9}$/);
const port = fc.integer({ min: 1024, max: 65535 });

/** A container and a requirement that says all that is true of it. */
const pair = fc
  .record({
    name: word,
    image: word,
    host: port,
    inside: port,
    key: fc.stringMatching(/^[A-Z]{3,6}$/),
    value: word,
    program: word,
    flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
    restart: fc.constantFrom('no', 'always', 'on-failure'),
    user: word,
    network: word,
    volume: word,
    memory: fc.integer({ min: 1, max: 900 }),
    starts: fc.integer({ min: 1, max: 4 }),
    ended: fc.boolean(),
    exit: fc.integer({ min: 0, max: 255 }),
  })
  .map((r): { made: Made; want: ContainerNeed } => {
    const [tty, openStdin, attached, autoRemove] = r.flags;
    const publish = [`${r.host}:${r.inside}`];
    const status = r.ended ? 'exited' : 'running';
    return {
      made: {
        ...{ name: r.name, image: `${r.image}:1.2`, status, starts: r.starts, oom: false, networks: [r.network] },
        ...{ memory: r.memory * 1e6, health: 'healthy' },
        ...(r.ended && { exitCode: r.exit }),
        setup: {
          ...SETUP,
          ...{ tty, openStdin, attached, autoRemove, publish, restart: r.restart, user: r.user },
          argv: [r.program, 'all'],
          env: ['PATH=/usr/bin', `${r.key}=${r.value}`],
          mounts: [{ type: 'volume', source: r.volume, destination: '/data', anonymous: false, readonly: false }],
        },
      },
      want: {
        ...{ name: r.name, image: r.image, status, publishes: publish, env: { [r.key]: r.value } },
        ...{ command: `${r.program} all`, tty, interactive: openStdin, detached: !attached, auto_remove: autoRemove },
        ...{ restart: r.restart, user: r.user, networks: [r.network], mounts: [`${r.volume}:/data`] },
        ...{ memory: r.memory * 1e6, starts: r.starts, health: 'healthy', oom: false },
        ...(r.ended && { exit: r.exit }),
      },
    };
  });

const setup =
  (change: (old: ContainerSetup) => Partial<ContainerSetup>) =>
  (made: Made): Made => ({
    ...made,
    setup: { ...made.setup, ...change(made.setup) },
  });

/** Each changes one thing of a container; the miss has to match. */
const DEVIATIONS: Record<string, [(made: Made) => Made, (made: Made) => RegExp]> = {
  name: [(m) => ({ ...m, name: `${m.name}sss` }), (m) => new RegExp(`called ${m.name}\\.`)],
  image: [(m) => ({ ...m, image: 'other-image:1' }), () => /was made from other-image:1\./],
  publishes: [setup(() => ({ publish: ['80:81'] })), () => /publishes 81 on 80\./],
  nothing: [setup(() => ({ publish: [] })), () => /publishes no port\./],
  value: [
    setup(({ env }) => ({ env: [env[0]!, `${env[1]!.split('=')[0]}=0`] })),
    (m) => new RegExp(`${m.setup.env[1]!.split('=')[0]} is “0”`),
  ],
  variable: [setup(({ env }) => ({ env: [env[0]!] })), () => /has no variable /],
  bare: [setup(({ env }) => ({ env: [...env, env[1]!.split('=')[0]!] })), () => /has no variable /],
  command: [setup(() => ({ argv: ['0'] })), () => /executes 0\./],
  tty: [setup((s) => ({ tty: !s.tty })), () => /terminal \(-t\)/],
  interactive: [setup((s) => ({ openStdin: !s.openStdin })), () => /standard input open \(-i\)/],
  detached: [setup((s) => ({ attached: !s.attached })), () => /in the (back|fore)ground/],
  auto_remove: [setup((s) => ({ autoRemove: !s.autoRemove })), () => /--rm/],
  restart: [setup(() => ({ restart: 'unless-stopped' })), () => /restart policy of .* is unless-stopped/],
  user: [setup(() => ({ user: '' })), () => /runs as root\./],
  networks: [(m) => ({ ...m, networks: ['another'] }), () => /is on another\./],
  mounts: [setup(() => ({ mounts: [] })), () => /has nothing mounted\./],
  memory: [(m) => ({ ...m, memory: 0 }), () => /has no memory limit\./],
  starts: [(m) => ({ ...m, starts: 0 }), () => /was never started\./],
  status: [(m) => ({ ...m, status: 'paused' }), () => /is paused\./],
  health: [(m) => ({ ...m, health: 'unhealthy' }), () => /is unhealthy\./],
  oom: [(m) => ({ ...m, oom: true }), () => /ran out of memory\./],
};

test('a container that is as wanted meets the requirement', () => {
  fc.assert(
    fc.property(pair, ({ made, want }) => {
      expect(verdict(want, made)).toEqual({ met: true });
    }),
  );
});

test('a container that deviates in one thing does not, and the miss names that thing', () => {
  fc.assert(
    fc.property(pair, fc.constantFrom(...Object.keys(DEVIATIONS)), ({ made, want }, kind) => {
      const [change, told] = DEVIATIONS[kind]!;
      const other = change(made);
      const { met, miss } = verdict(want, other);
      expect({ kind, met, miss }).toEqual({ kind, met: false, miss: expect.stringMatching(told(other)) as string });
    }),
    { numRuns: 400 },
  );
});

test('every part of the vocabulary counts: a need of one field alone is met by what has it', () => {
  fc.assert(
    fc.property(pair, ({ made, want }) => {
      for (const [key, value] of Object.entries(want))
        expect({ key, ...verdict({ [key]: value as unknown }, made) }).toEqual({ key, met: true });
    }),
  );
});

test('containers beside the one that is wanted change nothing, and are no near miss of their own', () => {
  const stranger = fc.record({ name: word, image: word }).map(({ name, image }): Made => ({
    ...{ name: `${name}-stranger`, image, setup: SETUP, status: 'running', starts: 1, oom: false },
    ...{ networks: ['bridge'], memory: 0, health: '' },
  }));
  fc.assert(
    fc.property(pair, fc.array(stranger, { maxLength: 4 }), ({ made, want }, others) => {
      expect(verdict(want, ...others, made)).toEqual({ met: true });
      expect(verdict(want, made, ...others)).toEqual({ met: true });
      expect(verdict(want, ...others)).toEqual({ met: false, miss: `there is no container ${want.name}.` });
    }),
  );
});

const made = (change: Partial<Made>, own: Partial<ContainerSetup> = {}): Made => ({
  ...{ name: 'web', image: 'nginx', status: 'running', starts: 1, oom: false, networks: ['bridge'] },
  ...{ memory: 0, health: '' },
  ...change,
  setup: { ...SETUP, ...own },
});

test('what is gone counts only where it is asked for', () => {
  const gone = made({ status: 'removed', exitCode: 0 });
  expect(verdict({ name: 'web' }, gone)).toEqual({ met: false, miss: 'web is gone.' });
  expect(verdict({ name: 'web', status: 'removed' }, gone)).toEqual({ met: true });
  expect(verdict({ name: 'web', status: 'any', exit: 0 }, gone)).toEqual({ met: true });
  expect(verdict({ name: 'web', status: 'removed' }, made({}))).toEqual({ met: false, miss: 'web is running.' });
  expect(verdict({ image: 'nginx', other_than: 'web', status: 'removed' }, gone)).toEqual({
    met: false,
    miss: 'web is another one than the task means.',
  });
});

test('a forgotten or misspelt name is named; another container’s name is not', () => {
  const want: ContainerNeed = { name: 'webserver', image: 'nginx', status: 'running', publishes: ['8080:80'] };
  expect(verdict(want, made({ name: 'jolly_chaum' })).miss).toBe('there is a container, but it is called jolly_chaum.');
  expect(verdict(want, made({ name: 'websever' })).miss).toBe('there is a container, but it is called websever.');
  expect(verdict(want, made({ name: 'site' })).miss).toBe('there is no container webserver.');
});

test('a program counts by its path and by its name', () => {
  const want: ContainerNeed = { command: '/bin/bash -c' };
  expect(verdict(want, made({}, { argv: ['bash', '-c', 'true'] })).met).toBe(true);
  expect(verdict(want, made({}, { argv: ['/bin/bash', '-c', 'true'] })).met).toBe(true);
  expect(verdict(want, made({}, { argv: ['bin/bash', '-c', 'true'] })).met).toBe(false);
});
