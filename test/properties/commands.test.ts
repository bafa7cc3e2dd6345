/** Whatever sequence of commands is typed, the machine stays whole; and typed again it ends in the same state. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine, type MachineState } from '../../simulator/machine.ts';

const NAMES = ['aa', 'bb', 'cc'];
const NETWORKS = ['front', 'back'];
const VOLUMES = ['data', 'logs'];

const name = fc.constantFrom(...NAMES);
const network = fc.constantFrom(...NETWORKS);
const volume = fc.constantFrom(...VOLUMES);

const command = fc.oneof(
  fc
    .record({
      name,
      port: fc.option(fc.constantFrom(8080, 8081)),
      network: fc.option(network),
      volume: fc.option(volume),
      rm: fc.boolean(),
      restart: fc.boolean(),
      what: fc.constantFrom(
        'sleep 1000',
        'true',
        'sh -c "exit 3"',
        'sh -c \'trap "exit 0" TERM; while :; do sleep 1; done\'',
      ),
    })
    .map((c) =>
      [
        'docker run -d',
        `--name ${c.name}`,
        c.port === null ? '' : `-p ${c.port}:80`,
        c.network === null ? '' : `--network ${c.network}`,
        c.volume === null ? '' : `-v ${c.volume}:/data`,
        c.rm ? '--rm' : c.restart ? '--restart on-failure:2' : '',
        `busybox ${c.what}`,
      ]
        .filter(Boolean)
        .join(' '),
    ),
  name.map((n) => `docker create --name ${n} -v /anonymous busybox sleep 1000`),
  name.map((n) => `docker start ${n}`),
  name.map((n) => `docker stop -t 1 ${n}`),
  name.map((n) => `docker kill ${n}`),
  name.map((n) => `docker pause ${n}`),
  name.map((n) => `docker unpause ${n}`),
  name.map((n) => `docker restart -t 0 ${n}`),
  name.map((n) => `docker rm ${n}`),
  name.map((n) => `docker rm -f -v ${n}`),
  name.map((n) => `docker exec ${n} sh -c 'echo x >> /log'`),
  name.map((n) => `docker exec -d ${n} sleep 500`),
  fc.tuple(name, name).map(([a, b]) => `docker rename ${a} ${b}`),
  network.map((n) => `docker network create ${n}`),
  network.map((n) => `docker network rm ${n}`),
  fc.tuple(network, name).map(([n, c]) => `docker network connect ${n} ${c}`),
  fc.tuple(network, name).map(([n, c]) => `docker network disconnect ${n} ${c}`),
  volume.map((v) => `docker volume rm ${v}`),
  fc.constant('docker container prune -f'),
  fc.constant('docker volume prune -af'),
  fc.constant('docker network prune -f'),
);

const FILE = 'notes: do not lose me\n';

async function play(commands: readonly string[]): Promise<Machine> {
  const machine = await createMachine({ host: nodeHost, images: ['busybox'], files: { 'notes.txt': FILE } });
  for (const line of commands) await machine.run(line);
  // The end of a process reaches the daemon a moment later, as a shim tells it.
  await machine.settle(1000);
  return machine;
}

const repeated = (list: readonly string[]): string[] => list.filter((x, i) => list.indexOf(x) !== i);

function check(state: MachineState): void {
  const alive = state.containers.filter((c) => ['running', 'paused'].includes(c.status));
  expect(repeated(state.containers.map((c) => c.name))).toEqual([]);
  expect(repeated(alive.flatMap((c) => c.ports.map((p) => `${p.hostIp}:${p.hostPort}/${p.protocol}`)))).toEqual([]);
  for (const net of state.networks) {
    expect(repeated(net.endpoints.map((e) => e.address).filter(Boolean))).toEqual([]);
    for (const endpoint of net.endpoints) expect(state.containers.map((c) => c.id)).toContain(endpoint.container);
  }
  for (const c of state.containers) {
    // Processes exactly where the state says so: no orphans, no container running without any.
    expect([c.name, c.status, c.processes.length > 0]).toEqual([c.name, c.status, alive.includes(c)]);
    expect(c.pid > 0).toBe(alive.includes(c));
  }
  for (const v of state.volumes)
    for (const user of v.containers) expect(state.containers.map((c) => c.id)).toContain(user);
}

test(
  'invariants hold, every id resolves, nothing is left behind, and a replay gives the same state',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 14 }), async (commands) => {
        const machine = await play(commands);
        const state = machine.state();
        check(state);
        for (const { id } of [...state.containers, ...state.networks, ...state.images]) {
          expect((await machine.run(`docker inspect -f '{{.Id}}' ${id}`)).stdout.trim()).toBe(id);
        }
        const again = await play(commands);
        expect(again.state()).toEqual(state);
        again.stop();

        await machine.run('docker rm -f -v $(docker ps -aq); docker network prune -f; docker volume prune -af');
        const empty = machine.state();
        expect([empty.containers, empty.volumes, empty.networks.flatMap((n) => n.endpoints)]).toEqual([[], [], []]);
        expect((await machine.run('ps -e -o comm= | grep -c -E "shim|sleep"')).stdout).toBe('0\n');
        expect((await machine.run('cat notes.txt')).stdout).toBe(FILE);
        machine.stop();
      }),
      { numRuns: 12, seed: 29 },
    );
  },
);
