/** The models of the three live figures over logs of real machines: what they show, and that any beginning of a log will do. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import type { MachineEvent } from '../../simulator/kernel/log.ts';
import { createMachine, loadRunLineReader } from '../../simulator/machine.ts';
import { readRun } from './anatomy.ts';
import { routeWords } from './api-words.ts';
import { exitWords } from './exit-words.ts';
import { readLives } from './lifecycle.ts';
import { readRequests, registryOf } from './requests.ts';

async function record(...commands: string[]): Promise<readonly MachineEvent[]> {
  const machine = await createMachine({ host: nodeHost });
  for (const command of commands) {
    await machine.run(command);
    await machine.settle(1500);
  }
  const events = [...machine.events];
  machine.stop();
  return events;
}

const isRun = await loadRunLineReader().then((read) => (argv: readonly string[]) => read(argv) !== undefined);
const MASKED = /\b[0-9a-f]{12}\b|PID \d+|(?<=as )[\d.]+/g;
const mask = (text: string): string => text.replace(MASKED, (m) => (m.startsWith('PID') ? 'PID #' : '#'));

let life: readonly MachineEvent[] = [];
beforeAll(async () => {
  life = await record(
    'docker run -d --name web -p 8080:80 nginx',
    'docker pause web',
    'docker unpause web',
    'docker stop web',
    'docker start web',
    'docker kill web',
    'docker rm web',
    'docker run --rm busybox sh -c "exit 3"',
    'docker run -d --name again --restart always busybox false',
    'docker rm -f again',
    'docker network create net1; docker volume create data; docker tag busybox localhost:5000/mine; docker push localhost:5000/mine',
  );
});

describe('requests', () => {
  test('each names its command and what it changed', () => {
    const { calls } = readRequests(life);
    const of = (command: string) =>
      calls
        .filter((c) => c.command === command && c.path !== '/_ping')
        .map((c) => [c.words, c.status, c.changes.map(mask)]);
    expect(of('docker run -d --name web -p 8080:80 nginx')).toEqual([
      ['make a container', 404, []],
      ['pull an image from its registry', 200, ['nginx:latest names #']],
      ['make a container', 201, ['container web created, #']],
      ['tell when the container has ended', 200, []],
      ['start a container', 204, ['web is on bridge as #', 'container web runs, PID # on the host']],
    ]);
    expect(of('docker stop web')).toEqual([
      [
        'stop a container: a signal first, SIGKILL after the grace period',
        204,
        ['web is off bridge', 'container web ended with 0'],
      ],
    ]);
    expect(of('docker network create net1')).toEqual([['make a network', 201, ['network net1 created']]]);
    expect(of('docker volume create data')).toEqual([['make a volume', 201, ['volume data created']]]);
  });

  test('those to the daemon of a virtual machine say which one answered', async () => {
    const events = await record(
      'multipass launch docker --name depot --memory 2G',
      `echo '{"hosts":["unix:///var/run/docker.sock","tcp://0.0.0.0:2375"],"tls":false}' > daemon.json
       multipass transfer daemon.json depot:daemon.json
       multipass exec depot -- sudo sh -c 'mkdir -p /etc/docker; mv daemon.json /etc/docker/; systemctl restart docker'`,
      'docker run -d -q --name here busybox sleep 100',
      `multipass exec depot -- docker ps
       docker -H tcp://$(multipass info depot | awk '/IPv4/ { print $2 }'):2375 run -d -q --name there busybox sleep 100`,
    );
    const { calls } = readRequests(events);
    expect(
      calls
        .filter((c) => c.path.endsWith('/create') || c.path.endsWith('/start') || c.path.endsWith('/json'))
        .map((c) => [c.machine, c.via, c.status, c.changes.map(mask)]),
    ).toEqual([
      [undefined, '/var/run/docker.sock', 404, []],
      [undefined, '/var/run/docker.sock', 200, ['busybox:latest names #']],
      [undefined, '/var/run/docker.sock', 201, ['container here created, #']],
      [undefined, '/var/run/docker.sock', 204, ['here is on bridge as #', 'container here runs, PID # on the host']],
      ['depot', 'tcp://depot', 404, []],
      ['depot', 'tcp://depot', 200, []],
      ['depot', 'tcp://depot', 201, ['container there created on depot']],
      ['depot', 'tcp://depot', 204, ['container there runs on depot']],
    ]);
  });

  test('transfers name their registry and how they ended', () => {
    const { transfers } = readRequests(life);
    expect(transfers.map((t) => [t.direction, t.name, t.registry, t.over, t.error === undefined])).toEqual([
      ['pull', 'nginx:latest', 'docker.io', true, true],
      ['pull', 'busybox:latest', 'docker.io', true, true],
      ['push', 'localhost:5000/mine:latest', 'localhost:5000', true, false],
    ]);
    expect(transfers[0]!.layers.every((l) => l.part === 1)).toBe(true);
  });

  test('a client that finds no daemon is a request without an answer', async () => {
    const events = await record('DOCKER_HOST=tcp://localhost:2375 docker ps');
    expect(readRequests(events).calls.map((c) => [c.status, c.via, c.command, c.error])).toEqual([
      [0, 'tcp://127.0.0.1:2375', 'docker ps', 'dial tcp://127.0.0.1:2375: ECONNREFUSED'],
    ]);
  });

  test('names lead to registries as Docker reads them', () => {
    expect(['nginx', 'me/app:1', 'localhost/x', 'localhost:5000/x', 'ghcr.io/a/b'].map(registryOf)).toEqual([
      'docker.io',
      'docker.io',
      'localhost',
      'localhost:5000',
      'ghcr.io',
    ]);
    expect(routeWords('DELETE', '/images/me/app')).toMatchObject({ object: 'me/app' });
  });
});

describe('lifecycle', () => {
  test('every change of state has its edge and its command', () => {
    const { lives } = readLives(life);
    const web = lives.find((l) => l.name === 'web')!;
    const run = 'docker run -d --name web -p 8080:80 nginx';
    expect(web.history.filter((p) => p.edge).map((p) => [p.edge, p.to, p.command])).toEqual([
      ['create', 'created', run],
      ['start', 'running', run],
      ['pause', 'paused', 'docker pause web'],
      ['unpause', 'running', 'docker unpause web'],
      ['end', 'exited', 'docker stop web'],
      ['again', 'running', 'docker start web'],
      ['end', 'exited', 'docker kill web'],
      ['remove', 'removed', 'docker rm web'],
    ]);
  });

  test('--rm and restart policies act without a command', () => {
    const { lives } = readLives(life);
    const once = lives.find((l) => l.autoRemove)!;
    expect(once.history.filter((p) => p.edge).map((p) => [p.edge, p.words, p.command === undefined])).toEqual([
      ['create', 'made from busybox; nothing runs yet', false],
      ['start', expect.stringMatching(/^started, PID/), false],
      ['end', 'its first process ended; 3: the program’s own number for what went wrong', true],
      ['remove', 'removed by its --rm, with its layer', true],
    ]);
    const again = lives.find((l) => l.name === 'again')!;
    const edges = again.history.flatMap((p) => (p.edge ? [p.edge] : []));
    expect(edges.slice(0, 4)).toEqual(['create', 'start', 'policy', 'policy']);
    expect(again.place).toBe('removed');
  });

  test('containers older than the log stand where the daemon says', async () => {
    const machine = await createMachine({ host: nodeHost });
    await machine.run('docker run -d --name old nginx; docker create --name new nginx');
    const { lives } = readLives([], machine.state().containers);
    machine.stop();
    expect(lives.map((l) => [l.name, l.place]).sort()).toEqual([
      ['new', 'created'],
      ['old', 'running'],
    ]);
  });

  test('exit codes say what they mean', () => {
    expect([0, 3, 125, 126, 127, 137, 143, 200].map((code) => exitWords(code))).toEqual([
      '0: the program ended well',
      '3: the program’s own number for what went wrong',
      '125: docker itself failed, or the program says so',
      '126: the command was found but cannot be executed',
      '127: the command was not found',
      '137 = 128 + 9: ended by SIGKILL',
      '143 = 128 + 15: ended by SIGTERM',
      '200: the program’s own number for what went wrong',
    ]);
    expect(exitWords(137, true)).toContain('memory');
  });
});

describe('anatomy of a run', () => {
  const told = async (...commands: string[]) => {
    const run = readRun(await record(...commands), isRun)!;
    return { run, steps: run.steps.map((s) => [s.id, s.state, mask(s.words)]) };
  };

  test('a run that ends and is removed', async () => {
    const { run, steps } = await told('docker run --rm --name xy -p 8080:80 busybox true');
    expect(steps).toEqual([
      ['image', 'done', 'pulled: one layer'],
      ['container', 'done', 'made, with the id #; nothing runs yet'],
      ['layer', 'done', 'one layer below, read-only; one of its own on top'],
      ['network', 'done', 'on bridge as #, a port published'],
      ['process', 'done', 'PID # inside is PID # on the host'],
      ['end', 'done', 'removed by --rm: container, layer and log are gone'],
    ]);
    expect([run.over, run.exit, run.error, run.reached]).toEqual([true, 0, undefined, 6]);
  });

  test('one that goes on, without a network', async () => {
    const { run, steps } = await told(
      'docker pull busybox',
      'docker run -d --network none busybox sleep 1000',
      'docker ps',
    );
    expect(steps.map(([, state]) => state)).toEqual(['done', 'done', 'done', 'done', 'done', 'wait']);
    expect(steps[3]![2]).toBe('only a loopback: nobody reaches it');
    expect([run.over, run.exit]).toEqual([false, 0]);
  });

  test.each([
    [['docker run -d --name a1 nginx', 'docker run -d --name a1 nginx'], 'container', /already in use/],
    [['docker run -d -p 80:80 nginx', 'docker run -d -p 80:80 nginx'], 'network', /port is already allocated/],
    [['docker run busybox nosuch'], 'process', /executable file not found in \$PATH/],
    [['docker run --rm busybox nosuch'], 'process', /executable file not found in \$PATH/],
    [['docker run nosuchimage'], 'image', /nosuchimage/],
  ])('%s fails at the %s', async (commands, id, words) => {
    const { run } = await told(...commands);
    expect(run.steps.filter((s) => s.state === 'failed').map((s) => s.id)).toEqual([id]);
    expect(run.error).toMatch(words);
    expect(run.over).toBe(true);
  });

  test('options the client cannot read: nothing happens at all', async () => {
    const { run, steps } = await told('docker run --nmae x busybox');
    expect(steps.map(([, state]) => state)).toEqual(['wait', 'wait', 'wait', 'wait', 'wait', 'wait']);
    expect([run.over, run.exit]).toEqual([true, 125]);
  });
});

test('any part of a log can be shown, and shows the same each time', () => {
  fc.assert(
    fc.property(fc.nat(life.length), fc.nat(life.length), (a, b) => {
      const part = life.slice(Math.min(a, b), Math.max(a, b));
      for (const read of [readRequests, readLives, (e: readonly MachineEvent[]) => readRun(e, isRun)])
        expect(read(part)).toEqual(read(part));
    }),
    { numRuns: 60 },
  );
});

test('what has happened stays as it was while more happens', () => {
  const whole = readRequests(life).calls;
  fc.assert(
    fc.property(fc.nat(life.length), (n) => {
      const seen = readRequests(life.slice(0, n)).calls.map((c) => [c.seq, c.path, c.status]);
      expect(whole.filter((c) => seen.some(([seq]) => seq === c.seq)).map((c) => [c.seq, c.path, c.status])).toEqual(
        seen.filter(([seq]) => whole.some((c) => c.seq === seq)),
      );
    }),
    { numRuns: 40 },
  );
});
