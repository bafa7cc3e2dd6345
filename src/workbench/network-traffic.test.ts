import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine, type MachineState } from '../../simulator/machine.ts';
import { onlyInside, reachOf, wayOf } from './network-places.ts';
import { readTraffic, type Traffic } from './network-traffic.ts';

let machine: Machine;
let state: MachineState;
/** What each command did on the network. */
const told = new Map<string, Traffic[]>();

async function run(command: string): Promise<void> {
  const before = machine.events.length;
  await machine.run(command);
  const known = machine.events.slice(0, before);
  const all = readTraffic(machine.events, machine.state());
  told.set(
    command,
    all.filter((t) => t.seq >= known.length),
  );
}
const texts = (command: string): string[] => told.get(command)!.map((t) => t.text);
/** Places with the numbers of namespaces and bridges replaced by names. */
const path = (command: string, at = -1): string[] =>
  told
    .get(command)!
    .at(at)!
    .path.map((place) => {
      for (const c of state.containers) place = place.replace(`:${c.inside?.namespaces.net}`, `:${c.name}`);
      for (const n of state.networks) if (n.bridge) place = place.replace(n.bridge, n.name);
      return place;
    });

const HTTPD = 'busybox sh -c "mkdir /www; echo hi > /www/index.html; httpd -f -h /www -p';
const COMMANDS = [
  `docker run -d --name web --network front -p 8080:80 ${HTTPD} 80"`,
  `docker run -d --name shy --network front -p 9090:80 ${HTTPD} 127.0.0.1:80"`,
  'docker run -d --name far --network back busybox sleep 100000',
  'docker run -d --name guest --network container:web busybox sleep 100000',
  'curl -s localhost:8080',
  'curl -s localhost:9090',
  'curl -s localhost:7070',
  'docker exec shy wget -qO- http://web',
  'docker exec shy wget -qO- http://nobody',
  'docker exec web wget -qO- http://shy',
  'docker exec web wget -qO- http://localhost:6379',
  'docker exec guest wget -qO- http://localhost',
  'docker exec far nc -w 2 -z 172.18.0.2 80',
  'docker exec far nc -z 172.19.0.99 80',
  'docker exec far wget -qO- http://172.19.0.1:8080',
  'docker exec far ping -c 1 web',
  'docker exec shy ping -c 1 web',
  'docker run --rm --network front --name brief busybox nslookup web',
  'docker run -d --name inner --network shut busybox sleep 100000',
  'docker exec inner ping -c 1 1.1.1.1',
  'docker exec inner nc -z 1.1.1.1 80',
  'multipass launch --name box',
  'multipass exec box -- true',
];
const LOOKUP = COMMANDS[17]!;

beforeAll(async () => {
  machine = await createMachine({ host: nodeHost, images: ['busybox'] });
  await machine.run(
    'docker network create front && docker network create back && docker network create --internal shut',
  );
  for (const command of COMMANDS) {
    await run(command);
    await machine.settle(50);
  }
  state = machine.state();
}, 60_000);

describe('traffic in words', () => {
  test('a published port is told as it is opened, and each connection through it', () => {
    expect(texts(COMMANDS[0]!)).toEqual(['port 0.0.0.0:8080 of the host now leads to web:80']);
    expect(path(COMMANDS[0]!)).toEqual(['host', 'port:0.0.0.0:8080', 'bridge:front', 'tap:front:web']);
    expect(texts('curl -s localhost:8080')).toEqual(['host 127.0.0.1:8080 → web + guest:80']);
    expect(path('curl -s localhost:8080')).toEqual(['host', 'port:0.0.0.0:8080', 'bridge:front', 'tap:front:web']);
    expect(told.get('curl -s localhost:8080')!.at(-1)).toMatchObject({ state: 'done', bytes: { received: 190 } });
  });

  test('a program on its own loopback is not reached through a published port', () => {
    expect(texts('curl -s localhost:9090')).toEqual([
      'host 127.0.0.1:9090 → shy:80: taken by docker-proxy, then reset: it listens on 127.0.0.1:80 only, its own loopback',
    ]);
    expect(told.get('curl -s localhost:9090')!.at(-1)!.state).toBe('failed');
    const container = (name: string) => state.containers.find((c) => c.name === name)!;
    expect(['web', 'shy'].map((name) => reachOf(container(name), container(name).ports[0]!))).toEqual([
      'open',
      'loopback',
    ]);
    expect(container('shy').inside!.listeners.map(onlyInside)).toEqual([true]);
  });

  test('refused connections say who did not listen', () => {
    expect(texts('curl -s localhost:7070')).toEqual([
      'host → localhost:7070: connection refused: nobody listens there, and no port is published as that',
    ]);
    expect(texts('docker exec web wget -qO- http://shy')).toEqual([
      'web + guest asked 127.0.0.11 for shy: 172.18.0.3',
      'web + guest → shy:80 (172.18.0.3): connection refused: it listens on 127.0.0.1:80 only, its own loopback',
    ]);
    expect(path('docker exec web wget -qO- http://shy')).toEqual(['tap:front:web', 'bridge:front', 'tap:front:shy']);
    expect(texts('docker exec web wget -qO- http://localhost:6379')).toEqual([
      'web + guest → localhost:6379: connection refused: nobody listens on web + guest’s own loopback',
    ]);
    expect(path('docker exec web wget -qO- http://localhost:6379')).toEqual(['lo:web']);
  });

  test('names are asked for on the own loopback', () => {
    expect(texts('docker exec shy wget -qO- http://web')).toEqual([
      'shy asked 127.0.0.11 for web: 172.18.0.2',
      'shy → web + guest:80 (172.18.0.2)',
    ]);
    expect(texts('docker exec shy wget -qO- http://nobody')).toEqual(['shy asked 127.0.0.11 for nobody: no such name']);
    expect(path('docker exec shy wget -qO- http://nobody')).toEqual(['lo:shy']);
  });

  test('containers in one network namespace have one loopback', () => {
    expect(texts('docker exec guest wget -qO- http://localhost')).toEqual(['web + guest → its own 127.0.0.1:80']);
  });

  test('networks are kept apart, and addresses without anybody are found out', () => {
    expect(texts('docker exec far nc -w 2 -z 172.18.0.2 80')).toEqual([
      'far → web + guest:80 (172.18.0.2): no answer: the two networks are kept apart',
    ]);
    expect(path('docker exec far nc -w 2 -z 172.18.0.2 80')).toEqual(['tap:back:far', 'bridge:back', 'host']);
    expect(texts('docker exec far nc -z 172.19.0.99 80')).toEqual([
      'far → 172.19.0.99:80: no route to host: nobody on the network has this address',
    ]);
    expect(texts('docker exec far wget -qO- http://172.19.0.1:8080')).toEqual(['far → host:8080 → web + guest:80']);
    expect(path('docker exec far wget -qO- http://172.19.0.1:8080')).toEqual([
      'tap:back:far',
      'bridge:back',
      'host',
      'port:0.0.0.0:8080',
      'bridge:front',
      'tap:front:web',
    ]);
  });

  test('a ping is a question and an answer', () => {
    expect(texts('docker exec far ping -c 1 web')).toEqual(['far asked 127.0.0.11 for web: no such name']);
    expect(texts('docker exec shy ping -c 1 web')).toEqual([
      'shy asked 127.0.0.11 for web: 172.18.0.2',
      'shy pings web + guest (172.18.0.2): answered',
    ]);
  });

  test('nothing leaves an internal network', () => {
    expect(texts('docker exec inner ping -c 1 1.1.1.1')).toEqual([
      'inner pings 1.1.1.1: no answer: its network is internal',
    ]);
    expect(path('docker exec inner ping -c 1 1.1.1.1')).toEqual(['tap:shut:inner', 'bridge:shut']);
    expect(texts('docker exec inner nc -z 1.1.1.1 80')).toEqual([
      'inner → 1.1.1.1:80: network is unreachable: its network is internal, nothing leaves it',
    ]);
  });

  test('a virtual machine is a place of its own', () => {
    const { address } = state.machines[0]!;
    expect(texts('multipass exec box -- true')).toContain(`host → box:22 (${address})`);
    expect(path('multipass exec box -- true')).toEqual(['host', 'machine:box']);
  });

  test('a container that is gone keeps its name', () => {
    expect(texts(LOOKUP)).toEqual(['brief asked 127.0.0.11 for web: 172.18.0.2']);
  });
});

describe('any part of the log', () => {
  test('is read without a mistake, and twice to the same', () => {
    const end = machine.events.length;
    fc.assert(
      fc.property(fc.nat(end), fc.nat(end), (a, b) => {
        const part = machine.events.slice(Math.min(a, b), Math.max(a, b));
        const flows = readTraffic(part, state);
        expect(readTraffic(part, state)).toEqual(flows);
        for (const flow of flows) {
          expect(flow.path.length).toBeGreaterThan(0);
          expect(flow.text).not.toMatch(/undefined|NaN/);
          expect(new Set(flow.path).size).toBe(flow.path.length);
        }
        expect(flows.map((f) => f.at)).toEqual(flows.map((f) => f.at).sort((x, y) => x - y));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the way of a flow in the picture', () => {
  test('turns only at trunks, and leaves out places that are not drawn', () => {
    const places = new Map([
      ['host', { x: 10, y: 20 }],
      ['bridge:a', { x: 30, y: 60 }],
      ['tap:a:1', { x: 50, y: 90 }],
      ['tap:a:2', { x: 50, y: 130 }],
    ]);
    expect(wayOf(['tap:a:1', 'bridge:a', 'tap:a:2'], places)).toEqual([
      { x: 50, y: 90 },
      { x: 30, y: 90 },
      { x: 30, y: 60 },
      { x: 30, y: 130 },
      { x: 50, y: 130 },
    ]);
    expect(wayOf(['host', 'port:gone', 'bridge:a'], places)).toEqual([
      { x: 10, y: 20 },
      { x: 10, y: 60 },
      { x: 30, y: 60 },
    ]);
    expect(wayOf(['port:80', 'bridge:a'], new Map([...places, ['port:80', { x: 30, y: 40 }]]))).toEqual([
      { x: 30, y: 40 },
      { x: 10, y: 40 },
      { x: 10, y: 60 },
      { x: 30, y: 60 },
    ]);
    expect(wayOf(['tap:a:9'], places)).toEqual([]);
  });
});
