import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerInspect, ContainerSummary, EventMessage, NetworkInspect, Volume } from '../api/types.ts';
import type { Program } from '../kernel/programs.ts';
import { TestDaemon } from './testing.ts';

/** Prints its environment, fails with the code in its first argument. */
const talk: Program = async (sys) => {
  for (const [key, value] of Object.entries(sys.env)) await sys.write(1, `${key}=${value}\n`);
  await sys.write(2, `I am ${sys.pid} of ${sys.hostname()}\n`);
  return Number(sys.argv[1] ?? 0);
};
/** Waits for ever; on TERM says so and ends with 7 where asked to listen. */
const wait: Program = async (sys) => {
  if (sys.argv[1] === 'listen')
    sys.signal('SIGTERM', () => {
      void sys.write(1, 'term\n').then(() => sys.exit(7));
    });
  for (;;) await sys.sleep(3_600_000);
};
/** Writes a file below the folder in its first argument, and lists the folder. */
const note: Program = async (sys) => {
  const folder = sys.argv[1]!;
  if (sys.argv[2] !== undefined) sys.writeFile(`${folder}/${sys.argv[2]}`, 'x\n');
  await sys.write(
    1,
    `${sys
      .readdir(folder)
      .map((entry) => entry.name)
      .sort()
      .join(' ')}\n`,
  );
  return 0;
};

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await TestDaemon.boot({ talk, wait, note }, 'talk');
});

const inspect = (name: string): Promise<ContainerInspect> => daemon.json('GET', `/containers/${name}/json`);
const logs = async (name: string): Promise<string> =>
  (await daemon.call('GET', `/containers/${name}/logs?stdout=1&stderr=1`)).text.replace(
    /[\x00-\x02]\0\0\0\0\0\0[^]/g,
    '',
  );

describe('a container', () => {
  it('runs with the environment, name and pid of a container, and leaves its code', async () => {
    const id = await daemon.run('one', { Cmd: ['talk', '3'], Env: ['A=1'] });
    expect(await daemon.json('POST', '/containers/one/wait')).toEqual({ StatusCode: 3 });
    expect(await logs('one')).toBe(
      `PATH=/bin\nHOSTNAME=${id.slice(0, 12)}\nA=1\nHOME=/root\nI am 1 of ${id.slice(0, 12)}\n`,
    );
    const { State, Path, Args, Config } = await inspect('one');
    expect([State.Status, State.ExitCode, State.Pid, State.OOMKilled, Path, Args, Config.Env]).toEqual([
      'exited',
      3,
      0,
      false,
      'talk',
      ['3'],
      ['A=1', 'PATH=/bin'],
    ]);
  });

  it('goes through its states, and says what each forbids', async () => {
    const id = await daemon.run('web', { Cmd: ['wait'] });
    const states: string[] = [];
    const note = async (): Promise<void> => void states.push((await inspect('web')).State.Status);
    await note();
    expect((await daemon.call('POST', '/containers/web/start')).status).toBe(304);
    expect(await daemon.problem('DELETE', '/containers/web')).toBe(
      'cannot remove container "web": container is running: stop the container before removing or force remove',
    );
    await daemon.json('POST', '/containers/web/pause');
    await note();
    expect([
      await daemon.problem('POST', '/containers/web/exec', { Cmd: ['talk'] }),
      await daemon.problem('POST', '/containers/web/start'),
      await daemon.problem('DELETE', '/containers/web'),
    ]).toEqual([
      'Container web is paused, unpause the container before exec',
      'cannot start a paused container, try unpause instead',
      'cannot remove container "web": container is paused and must be unpaused first',
    ]);
    await daemon.json('POST', '/containers/web/unpause');
    expect(await daemon.problem('POST', '/containers/web/unpause')).toBe(`Container ${id} is not paused`);
    await daemon.json('POST', '/containers/web/stop?t=1');
    await note();
    expect((await inspect('web')).State.ExitCode).toBe(137);
    expect((await daemon.call('POST', '/containers/web/stop')).status).toBe(304);
    expect(await daemon.problem('POST', '/containers/web/kill')).toBe(
      `cannot kill container: web: container ${id} is not running`,
    );
    await daemon.json('DELETE', '/containers/web');
    expect(states).toEqual(['running', 'paused', 'exited']);
    expect(await daemon.problem('GET', '/containers/web/json')).toBe('No such container: web');
  });

  it('gets its stop signal and time to obey', async () => {
    await daemon.run('good', { Cmd: ['wait', 'listen'] });
    const before = daemon.kernel.clock.now();
    await daemon.json('POST', '/containers/good/stop');
    expect(daemon.kernel.clock.now() - before).toBeLessThan(1000);
    await daemon.run('deaf', { Cmd: ['wait'] });
    const later = daemon.kernel.clock.now();
    await daemon.json('POST', '/containers/deaf/stop?t=3');
    expect(daemon.kernel.clock.now() - later).toBeGreaterThanOrEqual(3000);
    expect([(await inspect('good')).State.ExitCode, (await inspect('deaf')).State.ExitCode]).toEqual([7, 137]);
    expect(await logs('good')).toBe('term\n');
  });

  it('keeps its name to itself', async () => {
    const id = await daemon.run('taken', { Cmd: ['wait'] });
    const text = `Conflict. The container name "/taken" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`;
    expect(await daemon.problem('POST', '/containers/create?name=taken', { Image: 'box' })).toBe(text);
    await daemon.json('POST', '/containers/create?name=other', { Image: 'box' });
    expect(await daemon.problem('POST', '/containers/other/rename?name=taken')).toBe(
      `Error when allocating new name: ${text}`,
    );
    expect(await daemon.problem('POST', '/containers/create?name=a', { Image: 'box' })).toBe(
      'Invalid container name (a), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
  });

  it('that cannot start stays created, with the code of the reason', async () => {
    await daemon.json('POST', '/containers/create?name=no', { Image: 'box', Cmd: ['nothere'] });
    expect(await daemon.problem('POST', '/containers/no/start')).toBe(
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nothere": executable file not found in $PATH',
    );
    const { State } = await inspect('no');
    expect([State.Status, State.ExitCode, State.StartedAt]).toEqual(['created', 127, '0001-01-01T00:00:00Z']);
    expect(daemon.kernel.processes().some((process) => process.comm.startsWith('containerd-shim'))).toBe(false);
  });

  it('is started again by its policy, with growing pauses, as often as allowed', async () => {
    await daemon.run('again', {
      Cmd: ['talk', '4'],
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    });
    await daemon.until(daemon.kernel.clock.sleep(5000));
    const { RestartCount, State } = await inspect('again');
    expect([RestartCount, State.Status, State.ExitCode]).toEqual([3, 'exited', 4]);
    const starts = daemon.kernel.log.events
      .filter((event) => event.kind === 'container.start')
      .map((event) => event.at);
    const gaps = starts.slice(1).map((at, i) => at - starts[i]!);
    expect(gaps.every((gap, i) => i === 0 || gap > gaps[i - 1]!)).toBe(true);
  });

  it('with --rm is gone with its anonymous volumes when it ends', async () => {
    await daemon.run('gone', { HostConfig: { AutoRemove: true, Binds: ['kept:/k'] }, Volumes: { '/anon': {} } });
    expect(await daemon.json('POST', '/containers/gone/wait?condition=removed')).toEqual({ StatusCode: 0 });
    const { Volumes } = await daemon.json<{ Volumes: Volume[] }>('GET', '/volumes');
    expect(Volumes.map((volume) => volume.Name)).toEqual(['kept']);
    expect(await daemon.json<ContainerSummary[]>('GET', '/containers/json?all=1')).toEqual([]);
  });

  it('hangs under a shim of the host while it runs, and under nothing afterwards', async () => {
    await daemon.run('shimmed', { Cmd: ['wait'] });
    const { State } = await inspect('shimmed');
    const process = daemon.kernel.findProcess(State.Pid)!;
    expect([process.parent!.argv[0], process.parent!.argv[4]]).toEqual([
      '/usr/bin/containerd-shim-runc-v2',
      (await inspect('shimmed')).Id,
    ]);
    await daemon.json('POST', '/containers/shimmed/kill');
    expect(daemon.kernel.processes().some((one) => one.argv[0]?.includes('shim'))).toBe(false);
  });

  it('reports what changed in it, but not what Docker put there', async () => {
    await daemon.run('diff', { Cmd: ['note', '/srv', 'new'] });
    await daemon.json('POST', '/containers/diff/wait');
    expect(await daemon.json('GET', '/containers/diff/changes')).toEqual([
      { Kind: 0, Path: '/srv' },
      { Kind: 1, Path: '/srv/new' },
    ]);
  });
});

describe('volumes', () => {
  it('are filled from the image once, and keep what containers write', async () => {
    const list = async (name: string, ...cmd: string[]): Promise<string> => {
      await daemon.run(name, { Cmd: ['note', '/srv', ...cmd], HostConfig: { Binds: ['data:/srv'] } });
      await daemon.json('POST', `/containers/${name}/wait`);
      return logs(name);
    };
    expect([await list('c1'), await list('c2', 'more'), await list('c3')]).toEqual([
      'page\n',
      'more page\n',
      'more page\n',
    ]);
    expect(
      daemon.kernel.init.mnt.files
        .readdir('/var/lib/docker/volumes/data/_data')
        .map((entry) => entry.name)
        .sort(),
    ).toEqual(['more', 'page']);
    const ids = await Promise.all(['c1', 'c2', 'c3'].map(async (name) => daemon.engine.containers.get(name).id));
    expect(await daemon.problem('DELETE', '/volumes/data')).toBe(`remove data: volume is in use - [${ids.join(', ')}]`);
  });
  it('are created by -v where a folder of the host is missing, and refused by --mount', async () => {
    await daemon.run('bind', { Cmd: ['note', '/b'], HostConfig: { Binds: ['/made/here:/b'] } });
    await daemon.json('POST', '/containers/bind/wait');
    expect(daemon.kernel.init.mnt.files.stat('/made/here').type).toBe('dir');
    expect(
      await daemon.problem('POST', '/containers/create', {
        Image: 'box',
        HostConfig: { Mounts: [{ Type: 'bind', Source: '/not/here', Target: '/b' }] },
      }),
    ).toBe('invalid mount config for type "bind": bind source path does not exist: /not/here');
  });
});

describe('networks', () => {
  it('give addresses in order, lowest free first, and take them back', async () => {
    await daemon.json('POST', '/networks/create', { Name: 'app' });
    const address = async (name: string): Promise<string> => {
      await daemon.run(name, { Cmd: ['wait'], HostConfig: { NetworkMode: 'app' } });
      return (await inspect(name)).NetworkSettings.Networks.app!.IPAddress;
    };
    const given = [await address('n1'), await address('n2')];
    await daemon.json('DELETE', '/containers/n1?force=1');
    given.push(await address('n3'));
    expect(given).toEqual(['172.18.0.2', '172.18.0.3', '172.18.0.2']);
    const app = await daemon.json<NetworkInspect>('GET', '/networks/app');
    expect(
      Object.values(app.Containers)
        .map((one) => one.Name)
        .sort(),
    ).toEqual(['n2', 'n3']);
    expect(app.Status?.IPAM.Subnets).toEqual({ '172.18.0.0/16': { IPsInUse: 5, DynamicIPsAvailable: 65531 } });
    expect(await daemon.problem('DELETE', '/networks/app')).toMatch(
      /^error while removing network: network app has active endpoints \(name:"n2" id:"[0-9a-f]{12}", name:"n3" id:"[0-9a-f]{12}"\)$/,
    );
  });

  it('let a port of the host be published once', async () => {
    const publish = { HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } }, Cmd: ['wait'] };
    await daemon.run('p1', publish);
    expect((await inspect('p1')).NetworkSettings.Ports).toEqual({
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
    });
    await daemon.json('POST', '/containers/create?name=p2', { Image: 'box', ...publish });
    expect(await daemon.problem('POST', '/containers/p2/start')).toMatch(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint p2 \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated$/,
    );
    const { State } = await inspect('p2');
    expect([State.Status, State.ExitCode]).toEqual(['created', 128]);
    await daemon.json('POST', '/containers/p1/kill');
    await daemon.json('POST', '/containers/p2/start');
    expect((await inspect('p2')).State.Running).toBe(true);
  });
});

describe('images', () => {
  it('stay as long as a container needs them', async () => {
    await daemon.run('user', { Cmd: ['wait'] });
    const short = (await inspect('user')).Image.slice(7, 19);
    const id = (await inspect('user')).Id.slice(0, 12);
    expect([
      await daemon.problem('DELETE', '/images/box'),
      await daemon.problem('DELETE', `/images/${short}?force=1`),
    ]).toEqual([
      `conflict: unable to delete box:latest (must be forced) - container ${id} is using its referenced image ${short}`,
      `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container ${id}`,
    ]);
    expect(await daemon.json('DELETE', '/images/box?force=1')).toEqual([{ Untagged: 'box:latest' }]);
    const [row] = await daemon.json<ContainerSummary[]>('GET', '/containers/json');
    expect(row!.Image).toBe(row!.ImageID);
    await daemon.json('DELETE', '/containers/user?force=1');
    expect(await daemon.json('DELETE', `/images/${short}`)).toEqual([{ Deleted: row!.ImageID }]);
    expect(daemon.engine.images.store.content.list()).toEqual([]);
  });

  it('come from containers by commit, with a layer and an entry of history more', async () => {
    await daemon.run('work', { Cmd: ['note', '/srv', 'new'] });
    await daemon.json('POST', '/containers/work/wait');
    await daemon.json('POST', '/commit?container=work&repo=snap&tag=1&comment=msg&changes=ENV%20X%3D1');
    await daemon.run('snapped', { Image: 'snap:1', Cmd: ['note', '/srv'] });
    await daemon.json('POST', '/containers/snapped/wait');
    expect(await logs('snapped')).toBe('new page\n');
    const history = await daemon.json<{ CreatedBy: string; Comment: string }[]>('GET', '/images/snap:1/history');
    expect(history.map(({ CreatedBy, Comment }) => [CreatedBy, Comment])).toEqual([
      ['note /srv new', 'msg'],
      ['ADD root / # buildkit', ''],
    ]);
    expect((await inspect('snapped')).Config.Env).toEqual(['PATH=/bin', 'X=1']);
    expect(await daemon.problem('POST', '/commit?container=work&changes=RUN%20ls')).toBe(
      'RUN is not a valid change command',
    );
  });
});

describe('the API', () => {
  it('speaks the versions it says, with errors as JSON', async () => {
    expect([
      await daemon.call('GET', '/v1.39/version'),
      await daemon.call('GET', '/v1.99/version'),
      await daemon.call('GET', '/v1.50/nothing'),
    ]).toEqual([
      {
        status: 400,
        text: '{"message":"client version 1.39 is too old. Minimum supported API version is 1.40, please upgrade your client to a newer version"}\n',
      },
      { status: 400, text: '{"message":"client version 1.99 is too new. Maximum supported API version is 1.55"}\n' },
      { status: 404, text: '{"message":"page not found"}\n' },
    ]);
    await daemon.run('vv', { Cmd: ['wait'] });
    const old = await daemon.json<{
      GraphDriver?: unknown;
      Storage?: unknown;
      NetworkSettings: { IPAddress?: string };
    }>('GET', '/v1.50/containers/vv/json');
    const now = await daemon.json<{
      GraphDriver?: unknown;
      Storage?: unknown;
      NetworkSettings: { IPAddress?: string };
    }>('GET', '/v1.52/containers/vv/json');
    expect([old.GraphDriver !== undefined, old.Storage, old.NetworkSettings.IPAddress]).toEqual([
      true,
      undefined,
      '172.17.0.2',
    ]);
    expect([now.GraphDriver, now.Storage !== undefined, now.NetworkSettings.IPAddress]).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });

  it('tells of everything in the order it happened', async () => {
    await daemon.run('ev', { HostConfig: { Binds: ['vol:/x'] } });
    await daemon.json('POST', '/containers/ev/wait');
    await daemon.json('DELETE', '/containers/ev');
    const until = Math.ceil(daemon.kernel.clock.now() / 1000);
    await daemon.until(daemon.kernel.clock.sleep(2000));
    const { text } = await daemon.call('GET', `/events?since=1&until=${until}`);
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EventMessage);
    expect(events.map((event) => `${event.Type} ${event.Action}`)).toEqual([
      'volume create',
      'container create',
      'volume mount',
      'network connect',
      'container start',
      'network disconnect',
      'volume unmount',
      'container die',
      'container destroy',
    ]);
    expect(events[7]!.Actor.Attributes).toEqual({ execDuration: '0', exitCode: '0', image: 'box', name: 'ev' });
  });

  it('runs the same way every time', async () => {
    const play = async (): Promise<string> => {
      const one = await TestDaemon.boot({ talk, wait, note }, 'talk');
      await one.run('a1');
      await one.json('POST', '/containers/a1/wait');
      await one.run('b1', { Cmd: ['wait'] });
      return JSON.stringify(one.kernel.log.events);
    };
    expect(await play()).toBe(await play());
  });
});
