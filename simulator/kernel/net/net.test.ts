import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isErrno, type Errno } from '../errno.ts';
import type { Bridge, Channel, Clock } from '../kernel.ts';
import { EventLog } from '../log.ts';
import { Random } from '../random.ts';
import { createNetwork } from './network.ts';
import { StreamEnd } from './stream.ts';
import type { ListenSocket, NetStack, NetworkCore, StreamSocket } from './stack.ts';
import { readAnswer, writeQuery } from './dns-message.ts';

/** A clock whose timers fire only when a test says so, and a scheduler that runs queued callbacks in order. */
class Bench implements Clock {
  #now = 0;
  #timers: { due: number; callback: () => void }[] = [];
  readonly queue: (() => void)[] = [];
  readonly log = new EventLog(() => this.#now);
  readonly net: NetworkCore = createNetwork({
    clock: this,
    log: this.log,
    random: new Random(1),
    wake: (callback) => this.queue.push(callback),
  });
  now(): number {
    return this.#now;
  }
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.timer(ms, resolve));
  }
  timer(ms: number, callback: () => void): () => void {
    const timer = { due: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  /** Runs what is queued; with `timers` also everything that is due later. */
  run(timers = true): void {
    for (;;) {
      const next = this.queue.shift();
      if (next) next();
      else if (timers && this.#timers.length > 0) {
        this.#timers.sort((a, b) => a.due - b.due);
        const timer = this.#timers.shift()!;
        this.#now = timer.due;
        timer.callback();
      } else return;
    }
  }
  connect(from: NetStack, host: string, port: number, timers = true): StreamSocket | Errno['code'] {
    const results: (StreamSocket | Errno)[] = [];
    from.connect(host, port, (outcome) => results.push(outcome));
    this.run(timers);
    const result = results[0]!;
    return isErrno(result) ? result.code : result;
  }
  ping(from: NetStack, host: string, timeout = 5000): number | undefined | string {
    let result: number | undefined | string = 'pending';
    from.ping(host, timeout, (outcome) => (result = isErrno(outcome) ? outcome.code : outcome));
    this.run();
    return result;
  }
  resolve(from: NetStack, name: string, resolvConf = 'nameserver 127.0.0.11\noptions ndots:0\n', hosts = ''): unknown {
    let result: unknown = 'pending';
    from.resolve(name, { hosts, resolvConf }, (outcome) => (result = isErrno(outcome) ? outcome.code : outcome));
    this.run();
    return result;
  }
}

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const stream = (result: StreamSocket | string): StreamSocket => {
  if (typeof result === 'string') throw new Error(`not connected: ${result}`);
  return result;
};
/** The code of the error `action` throws. */
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (isErrno(error)) return error.code;
    throw error;
  }
  return 'no error';
};

let bench: Bench;
let docker0: Bridge;
let app: Bridge;
beforeEach(() => {
  bench = new Bench();
  docker0 = bench.net.createBridge({ name: 'docker0', subnet: '172.17.0.0/16', gateway: '172.17.0.1' });
  app = bench.net.createBridge({ name: 'br-1', subnet: '172.18.0.0/16', gateway: '172.18.0.1' });
  bench.net.addRemoteHost({
    names: ['example.com'],
    address: '93.184.216.34',
    latency: 20,
    ports: new Map([[80, (channel: Channel) => void channel.write('hello').then(() => channel.close())]]),
  });
});
const container = (bridge: Bridge, address: string): NetStack => {
  const ns = bench.net.createNamespace();
  bridge.attach(ns, { ifname: 'eth0', address, mac: '', endpointId: 'e' });
  return ns;
};
const pair = (): { client: StreamSocket; server: StreamSocket; listener: ListenSocket } => {
  const a = container(docker0, '172.17.0.2');
  const b = container(docker0, '172.17.0.3');
  const listener = b.listen('0.0.0.0', 80);
  const client = stream(bench.connect(a, '172.17.0.3', 80));
  return { client, server: listener.tryAccept()!, listener };
};

describe('reachability', () => {
  it('joins containers of one bridge, the host and the world, and keeps bridges apart', () => {
    const a = container(docker0, '172.17.0.2');
    const b = container(docker0, '172.17.0.3');
    const c = container(app, '172.18.0.2');
    b.listen('0.0.0.0', 80);
    c.listen('0.0.0.0', 80);
    bench.net.host.listen('0.0.0.0', 22);
    expect(stream(bench.connect(a, '172.17.0.3', 80)).remote).toEqual({ family: 'inet', host: '172.17.0.3', port: 80 });
    expect(bench.connect(a, '172.17.0.3', 81)).toBe('ECONNREFUSED');
    expect(bench.connect(a, '172.17.0.9', 80)).toBe('EHOSTUNREACH');
    expect(bench.connect(a, '172.18.0.2', 80)).toBe('ETIMEDOUT');
    expect(bench.connect(c, '172.17.0.3', 80)).toBe('ETIMEDOUT');
    expect(bench.connect(a, '127.0.0.1', 80)).toBe('ECONNREFUSED');
    expect(stream(bench.connect(bench.net.host, '172.18.0.2', 80)).local).toMatchObject({ host: '172.18.0.1' });
    for (const host of ['172.17.0.1', '172.18.0.1', '10.0.2.15']) stream(bench.connect(a, host, 22));
    stream(bench.connect(a, '93.184.216.34', 80));
    expect(bench.connect(a, '93.184.216.34', 81)).toBe('ECONNREFUSED');
    expect(bench.connect(a, '198.51.100.1', 80)).toBe('ETIMEDOUT');
  });

  it('gives an internal network no way out, and one without interfaces none at all', () => {
    const inner = bench.net.createBridge({
      name: 'br-2',
      subnet: '172.19.0.0/16',
      gateway: '172.19.0.1',
      internal: true,
    });
    const a = container(inner, '172.19.0.2');
    container(inner, '172.19.0.3');
    expect(a.routes).toEqual([
      { destination: '172.19.0.0/16', gateway: undefined, interface: 'eth0', source: '172.19.0.2' },
    ]);
    expect(bench.ping(a, '172.19.0.3')).toEqual(expect.any(Number));
    expect(bench.ping(a, '8.8.8.8')).toBe('ENETUNREACH');
    expect(bench.ping(bench.net.createNamespace(), '172.17.0.1')).toBe('ENETUNREACH');
    expect(bench.ping(bench.net.createNamespace(), '127.0.0.1')).toEqual(expect.any(Number));
  });

  it('can forbid containers to talk to each other', () => {
    const quiet = bench.net.createBridge({ name: 'br-3', subnet: '10.1.0.0/24', gateway: '10.1.0.1', icc: false });
    const a = container(quiet, '10.1.0.2');
    container(quiet, '10.1.0.3');
    expect(bench.ping(a, '10.1.0.3')).toBeUndefined();
    expect(bench.ping(a, '10.1.0.1')).toEqual(expect.any(Number));
  });

  it('ends with the interface', () => {
    const a = container(docker0, '172.17.0.2');
    const port = app.attach(a, { ifname: 'eth1', address: '172.18.0.5', mac: '', endpointId: 'x' });
    const c = container(app, '172.18.0.2');
    expect(bench.ping(a, '172.18.0.2')).toEqual(expect.any(Number));
    const listener = c.listen('0.0.0.0', 80);
    const open = stream(bench.connect(a, '172.18.0.2', 80));
    const server = listener.tryAccept()!;
    port.detach();
    expect(bench.ping(a, '172.18.0.2')).toBeUndefined();
    open.tryWrite(bytes('lost'));
    bench.run(false);
    expect(server.tryRead(9)).toBeUndefined();
    bench.run();
    expect(codeOf(() => open.tryRead(9))).toBe('ETIMEDOUT');
    a.setInterface('eth0', { up: false });
    expect(bench.ping(a, '172.17.0.1')).toBe('ENETUNREACH');
  });

  it('never delivers between isolated networks, whatever is attached and detached', () => {
    const step = fc.record({
      kind: fc.constantFrom('attach', 'detach', 'connect'),
      from: fc.nat(4),
      to: fc.nat(4),
      bridge: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bench = new Bench();
        const bridges = [0, 1, 2].map((i) =>
          bench.net.createBridge({
            name: `br-${i}`,
            subnet: `10.${i}.0.0/24`,
            gateway: `10.${i}.0.1`,
            internal: i === 2,
          }),
        );
        const nodes = [0, 1, 2, 3, 4].map(() => bench.net.createNamespace());
        const listeners = nodes.map((node) => node.listen('0.0.0.0', 80));
        const plugs = new Map<string, { detach(): void }>();
        for (const { kind, from, to, bridge } of steps) {
          const key = `${from} ${bridge}`;
          if (kind === 'attach' && !plugs.has(key)) {
            const address = `10.${bridge}.0.${from + 2}`;
            const where = { ifname: `eth${bridge}`, address, mac: '', endpointId: key };
            plugs.set(key, bridges[bridge]!.attach(nodes[from]!, where));
          } else if (kind === 'detach') {
            plugs.get(key)?.detach();
            plugs.delete(key);
          } else if (kind === 'connect') {
            const shared = from === to ? plugs.has(`${to} ${bridge}`) : plugs.has(key) && plugs.has(`${to} ${bridge}`);
            const result = bench.connect(nodes[from]!, `10.${bridge}.0.${to + 2}`, 80);
            const arrived = listeners.map((listener) => listener.tryAccept());
            expect(typeof result !== 'string').toBe(shared);
            expect(arrived.map((end) => end !== undefined)).toEqual(nodes.map((_n, i) => shared && i === to));
          }
        }
      }),
    );
  });
});

describe('streams', () => {
  it('carry every byte once and in order, over any writes and reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 90_000 }), fc.integer({ min: 1, max: 70_000 })), {
          maxLength: 30,
        }),
        fc.constantFrom(0, 20),
        (steps, latency) => {
          const bench = new Bench();
          const end = { family: 'inet', host: '10.0.0.1', port: 1 } as const;
          const flow = { latency, alive: true, packet: () => undefined, ended: () => undefined };
          const host = { clock: bench, log: bench.log, random: new Random(2), wake: (f: () => void) => f() };
          const [client, server] = StreamEnd.pair(host, end, end, flow);
          const sent: number[] = [];
          const got: number[] = [];
          const read = (max: number): boolean => {
            const part = server.tryRead(max);
            for (const byte of part ?? []) got.push(byte);
            return (part?.length ?? 0) > 0;
          };
          for (const step of steps) {
            if (typeof step === 'number') read(step);
            else {
              const count = client.tryWrite(step);
              for (const byte of step.subarray(0, count)) sent.push(byte);
            }
            bench.run(latency === 0);
          }
          client.shutdown('write');
          bench.run();
          while (read(4096)) bench.run();
          expect(got.length).toBe(sent.length);
          expect(got.every((byte, i) => byte === sent[i])).toBe(true);
          expect(server.tryRead(1)).toEqual(new Uint8Array(0));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('make an endless writer wait until somebody reads', () => {
    const { client, server } = pair();
    let total = 0;
    for (let count = 1; count > 0; total += count) count = client.tryWrite(new Uint8Array(10_000));
    expect([total, client.writable]).toEqual([212_992, false]);
    let told = 0;
    client.changed.wait(() => told++);
    expect(server.tryRead(5000)!.length).toBe(5000);
    bench.run();
    expect([told, client.writable, client.tryWrite(new Uint8Array(9000))]).toEqual([1, true, 5000]);
  });

  it('half-close', () => {
    const { client, server } = pair();
    client.tryWrite(bytes('question'));
    client.shutdown('write');
    bench.run();
    expect([text(server.tryRead(99)), text(server.tryRead(99))]).toEqual(['question', '']);
    server.tryWrite(bytes('answer'));
    server.close();
    expect([text(client.tryRead(99)), text(client.tryRead(99))]).toEqual(['answer', '']);
    expect(codeOf(() => client.tryWrite(bytes('more')))).toBe('EPIPE');
  });

  it('reset when closed with unread data, or when written to after the other end closed', () => {
    const one = pair();
    one.client.tryWrite(bytes('never read'));
    bench.run();
    one.server.close();
    bench.run();
    expect(codeOf(() => one.client.tryRead(9))).toBe('ECONNRESET');
    expect(text(one.client.tryRead(9))).toBe('');
    expect(codeOf(() => one.client.tryWrite(bytes('x')))).toBe('EPIPE');

    one.listener.close();
    const a = bench.net.createNamespace();
    const listener = a.listen('127.0.0.1', 7);
    const client = stream(bench.connect(a, '127.0.0.1', 7));
    listener.tryAccept()!.close();
    bench.run();
    expect(client.tryWrite(bytes('first'))).toBe(5);
    expect(codeOf(() => client.tryWrite(bytes('second')))).toBe('EPIPE');
  });

  it('that nobody accepted are reset when the listener closes', () => {
    const a = bench.net.createNamespace();
    const listener = a.listen('127.0.0.1', 7);
    const client = stream(bench.connect(a, '127.0.0.1', 7));
    listener.close();
    bench.run();
    expect(codeOf(() => client.tryRead(1))).toBe('ECONNRESET');
    expect(bench.connect(a, '127.0.0.1', 7)).toBe('ECONNREFUSED');
  });

  it('over a unix socket are found by the inode', () => {
    const inode = {};
    const listener = bench.net.unix.listen(inode, '/run/x.sock');
    const client = bench.net.unix.connect(inode, '/run/x.sock');
    const server = listener.tryAccept()!;
    client.tryWrite(bytes('hi'));
    expect(text(server.tryRead(9))).toBe('hi');
    expect(server.local).toEqual({ family: 'unix', path: '/run/x.sock' });
    server.close();
    expect(codeOf(() => client.tryWrite(bytes('x')))).toBe('EPIPE');
    listener.close();
    expect(codeOf(() => bench.net.unix.connect(inode, '/run/x.sock'))).toBe('ECONNREFUSED');
    expect(codeOf(() => bench.net.unix.connect({}, '/y'))).toBe('ECONNREFUSED');
  });
});

describe('ports', () => {
  it('belong to one listener', () => {
    const a = container(docker0, '172.17.0.2');
    const first = a.listen('0.0.0.0', 80);
    expect(codeOf(() => a.listen('127.0.0.1', 80))).toBe('EADDRINUSE');
    expect(codeOf(() => a.listen('10.9.9.9', 81))).toBe('EADDRNOTAVAIL');
    first.close();
    a.listen('127.0.0.1', 80);
    a.listen('172.17.0.2', 80);
    expect(codeOf(() => a.listen('0.0.0.0', 80))).toBe('EADDRINUSE');
    const { local } = a.listen('0.0.0.0', 0);
    expect(local).toMatchObject({ host: '0.0.0.0' });
    expect((local as { port: number }).port).toBeGreaterThanOrEqual(32768);
  });

  it('published reach the container and conflict with each other and with listeners of the host', () => {
    const web = container(docker0, '172.17.0.2');
    const to = { ns: web, address: '172.17.0.2', port: 80 };
    const both = ['0.0.0.0', '[::]'].map((hostIp) =>
      bench.net.publish({ hostIp, hostPort: 8080, protocol: 'tcp', to }),
    );
    const publish = (hostIp: string, hostPort: number) => () =>
      bench.net.publish({ hostIp, hostPort, protocol: 'tcp', to });
    expect(codeOf(publish('0.0.0.0', 8080))).toBe('EADDRINUSE');
    expect(codeOf(publish('127.0.0.1', 8080))).toBe('EADDRINUSE');
    expect(codeOf(() => bench.net.host.listen('0.0.0.0', 8080))).toBe('EADDRINUSE');
    bench.net.host.listen('0.0.0.0', 9000);
    expect(codeOf(publish('0.0.0.0', 9000))).toBe('EADDRINUSE');

    const seen = bench.net.host.sockets.map((one) => [one.local.host, one.local.port, one.state, one.published]);
    expect(seen).toEqual([
      ['0.0.0.0', 9000, 'LISTEN', undefined],
      ['0.0.0.0', 8080, 'LISTEN', true],
    ]);
    expect(web.sockets).toEqual([]);

    // Nobody listens in the container: docker-proxy accepts and resets, DNAT is refused.
    const early = stream(bench.connect(bench.net.host, '127.0.0.1', 8080));
    bench.run();
    expect(codeOf(() => early.tryRead(1))).toBe('ECONNRESET');
    expect(bench.connect(bench.net.host, '10.0.2.15', 8080)).toBe('ECONNREFUSED');

    const listener = web.listen('0.0.0.0', 80);
    const client = stream(bench.connect(bench.net.host, '127.0.0.1', 8080));
    const server = listener.tryAccept()!;
    expect([client.remote, server.local, server.remote]).toMatchObject([
      { host: '127.0.0.1', port: 8080 },
      { host: '172.17.0.2', port: 80 },
      { host: '172.17.0.1' },
    ]);
    for (const from of [container(docker0, '172.17.0.5'), container(app, '172.18.0.2')]) {
      stream(bench.connect(from, '10.0.2.15', 8080));
    }
    for (const take of both) take();
    expect(bench.connect(bench.net.host, '127.0.0.1', 8080)).toBe('ECONNREFUSED');

    bench.net.publish({ hostIp: '127.0.0.1', hostPort: 8081, protocol: 'tcp', to });
    stream(bench.connect(bench.net.host, '127.0.0.1', 8081));
    expect(bench.connect(bench.net.host, '10.0.2.15', 8081)).toBe('ECONNREFUSED');
  });

  it('published leave a server on the container’s loopback unreachable', () => {
    const web = container(docker0, '172.17.0.2');
    web.listen('127.0.0.1', 80);
    bench.net.publish({
      hostIp: '0.0.0.0',
      hostPort: 8080,
      protocol: 'tcp',
      to: { ns: web, address: '172.17.0.2', port: 80 },
    });
    const client = stream(bench.connect(bench.net.host, '127.0.0.1', 8080));
    bench.run();
    expect(codeOf(() => client.tryRead(1))).toBe('ECONNRESET');
  });
});

describe('datagrams', () => {
  it('reach the socket, through published ports too, and answers come back', () => {
    const a = container(docker0, '172.17.0.2');
    const server = a.udp('0.0.0.0', 53);
    bench.net.publish({
      hostIp: '0.0.0.0',
      hostPort: 5353,
      protocol: 'udp',
      to: { ns: a, address: '172.17.0.2', port: 53 },
    });
    const client = bench.net.host.udp('0.0.0.0', 0);
    for (const to of [
      { host: '172.17.0.2', port: 53 },
      { host: '127.0.0.1', port: 5353 },
    ]) {
      client.send(to, bytes('ask'));
      const asked = server.tryReceive()!;
      expect([asked.from.host, text(asked.data)]).toEqual(['172.17.0.1', 'ask']);
      server.send(asked.from, bytes('told'));
      bench.run();
      expect(client.tryReceive()).toEqual({ from: to, data: bytes('told') });
    }
    expect(
      codeOf(() => bench.net.createNamespace().udp('0.0.0.0', 0).send({ host: '8.8.8.8', port: 9 }, bytes('x'))),
    ).toBe('ENETUNREACH');
  });
});

describe('names', () => {
  it('come from /etc/hosts, the embedded server, then the world', () => {
    const a = container(app, '172.18.0.2');
    bench.net.setNameService(a, (name) => (name === 'db' ? ['172.18.0.3'] : undefined));
    const hosts = '127.0.0.1 localhost\n::1 localhost ip6-localhost\n172.18.0.2 me # comment\n';
    const conf = 'nameserver 127.0.0.11\noptions ndots:0\n';
    expect(
      ['localhost', 'me', 'db', 'DB', 'example.com', 'nothere', '10.0.0.1', 'b@d'].map((name) =>
        bench.resolve(a, name, conf, hosts),
      ),
    ).toEqual([['127.0.0.1'], ['172.18.0.2'], ['172.18.0.3'], ['172.18.0.3'], ['93.184.216.34'], [], ['10.0.0.1'], []]);
  });

  it('outside are unknown inside an internal network, and on the default bridge there is no embedded server', () => {
    const inner = bench.net.createBridge({
      name: 'br-2',
      subnet: '172.19.0.0/16',
      gateway: '172.19.0.1',
      internal: true,
    });
    const a = container(inner, '172.19.0.2');
    bench.net.setNameService(a, (name) => (name === 'db' ? ['172.19.0.3'] : undefined));
    expect([bench.resolve(a, 'db'), bench.resolve(a, 'example.com')]).toEqual([['172.19.0.3'], 'EAGAIN']);
    const b = container(docker0, '172.17.0.2');
    expect(bench.resolve(b, 'db', 'nameserver 10.0.2.3\n')).toEqual([]);
    expect(bench.resolve(b, 'example.com', 'nameserver 10.0.2.3\n')).toEqual(['93.184.216.34']);
    expect(bench.resolve(b, 'example.com')).toBe('EAGAIN');
  });

  it('can be asked by datagram', () => {
    const a = container(app, '172.18.0.2');
    bench.net.setNameService(a, (name) => (name === 'db' ? ['172.18.0.3', '172.18.0.4'] : undefined));
    const socket = a.udp('0.0.0.0', 0);
    const ask = (name: string, type?: number) => {
      socket.send({ host: '127.0.0.11', port: 53 }, writeQuery(77, name, type));
      bench.run();
      return readAnswer(socket.tryReceive()!.data);
    };
    expect(ask('db')).toEqual({ id: 77, rcode: 0, addresses: ['172.18.0.3', '172.18.0.4'], names: [] });
    expect(ask('db', 28)).toEqual({ id: 77, rcode: 0, addresses: [], names: [] });
    expect(ask('nothere')).toEqual({ id: 77, rcode: 3, addresses: [], names: [] });
  });
});

it('counts what goes through an interface and tells the log', () => {
  const a = bench.net.createNamespace();
  const plug = docker0.attach(a, { ifname: 'eth0', address: '172.17.0.2', mac: '', endpointId: 'e' });
  const b = container(docker0, '172.17.0.3');
  const listener = b.listen('0.0.0.0', 80);
  const client = stream(bench.connect(a, '172.17.0.3', 80));
  const server = listener.tryAccept()!;
  client.tryWrite(new Uint8Array(3000));
  bench.run();
  server.tryRead(9999);
  server.tryWrite(new Uint8Array(10));
  bench.run();
  client.tryRead(99);
  client.close();
  server.close();
  const other = b.interfaces.find(({ name }) => name === 'eth0')!;
  expect(plug.stats).toMatchObject({
    txBytes: other.rxBytes,
    rxBytes: other.txBytes,
    txPackets: other.rxPackets,
    rxPackets: other.txPackets,
  });
  expect(plug.stats.txBytes).toBeGreaterThan(3000);
  const { from, to } = bench.log.events.find((event) => event.kind === 'net.connect')!;
  expect(bench.log.events.map(({ kind }) => kind)).toEqual([
    'net.bridge',
    'net.bridge',
    'net.namespace',
    'net.attach',
    'net.namespace',
    'net.attach',
    'net.listen',
    'net.connect',
    'net.data',
    'net.data',
    'net.bytes',
  ]);
  expect(bench.log.events.at(-1)).toMatchObject({ from, to, sent: 3000, received: 10 });
});
