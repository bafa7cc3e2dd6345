/** nc: busybox's and OpenBSD's. */
import { sysChannel } from '../../http/channel.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Channel } from '../../kernel/kernel.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { parseOptions, type Options, type OptionRules } from '../options.ts';
import { addressesOf, dial, dialUnix, lookupFailure, until } from './dial.ts';

const BUSYBOX: OptionRules = {
  short: 'lp:zw:vnuki:q:e:s:',
  usage: '[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen',
};
const OPENBSD: OptionRules = {
  short: 'lp:zw:vnuki:q:Us:N46d',
  usage: '[-46lNnuUvz] [-p source_port] [-w timeout] [destination] [port]',
};

/** Copies standard input to the connection and back until the other side has closed. */
async function pump(io: Io, connection: Channel, options: Options): Promise<void> {
  const { sys } = io;
  let idle = sys.now();
  const limit = options.has('w') ? Number(options.get('w')) * 1000 : Infinity;
  const sending = (async () => {
    for (;;) {
      const bytes = await sys.read(0);
      if (bytes.length === 0) break;
      await connection.write(bytes);
    }
    // OpenBSD's nc keeps its side open unless -N; busybox and -q close it at the end of the input.
    if (io.busybox || options.has('N') || options.has('q')) connection.closeWrite();
  })().catch((error: unknown) => {
    if (!isErrno(error)) throw error; // the other side is gone; reading tells the same
  });
  void sending;
  for (;;) {
    const outcome = await until(sys, connection.read(), idle + limit);
    if (!outcome.done || outcome.value.length === 0) return;
    idle = sys.now();
    await io.bytes(outcome.value);
  }
}

async function listen(io: Io, options: Options): Promise<number> {
  const { sys } = io;
  const [first, second] = options.operands;
  const port = Number(options.get('p') ?? second ?? first ?? 0);
  const address = second === undefined || options.has('p') ? '0.0.0.0' : first!;
  let fd: number;
  try {
    if (options.has('u')) return await listenUdp(io, options, address, port);
    fd = options.has('U')
      ? sys.listen({ family: 'unix', path: first! })
      : sys.listen({ family: 'inet', host: address, port });
  } catch (error) {
    return io.die(io.busybox ? `bind: ${io.reason(error)}` : `${io.reason(error)}`);
  }
  if (options.has('v'))
    await io.error(io.busybox ? `listening on 0.0.0.0:${port} ...\n` : `Listening on ${address} ${port}\n`);
  do {
    const client = await sys.accept(fd);
    const peer = sys.peername(client);
    if (options.has('v') && peer.family === 'inet') {
      await io.error(
        io.busybox
          ? `connect to 0.0.0.0:${port} from ${peer.host}:${peer.port} (${peer.host}:${peer.port})\n`
          : `Connection received on ${peer.host} ${peer.port}\n`,
      );
    }
    const command = options.get('e');
    if (command !== undefined) {
      const pid = sys.spawn({ argv: [command, ...options.operands], fds: { 0: client, 1: client, 2: client } });
      sys.close(client);
      await sys.wait(pid);
    } else {
      const connection = sysChannel(sys, client);
      await pump(io, connection, options);
      connection.close();
    }
  } while (options.has('k'));
  return 0;
}

async function listenUdp(io: Io, options: Options, host: string, port: number): Promise<number> {
  const fd = io.sys.udp({ host, port });
  if (options.has('v')) await io.error(`Bound on ${host} ${port}\n`);
  for (;;) await io.bytes((await io.sys.recvfrom(fd)).data);
}

async function addressOf(io: Io, name: string): Promise<string> {
  const found = await addressesOf(io.sys, name);
  if (found && found.length > 0) return found[0]!;
  if (io.busybox) return io.die(`bad address '${name}'`);
  return io.die(`getaddrinfo for host "${name}" port ${io.args.at(-1)}: ${lookupFailure(io.sys, found)}`);
}

/** One port; whether it could be reached. */
async function connect(io: Io, options: Options, host: string, address: string, port: number): Promise<boolean> {
  const { sys } = io;
  const limit = options.has('w') ? sys.now() + Number(options.get('w')) * 1000 : Infinity;
  const verbose = options.has('v');
  let connection: Channel;
  try {
    const outcome = await until(sys, dial(sys, address, port), limit);
    if (!outcome.done) {
      if (io.busybox) await io.fail(`${host} (${address}:${port}): Connection timed out`);
      else if (verbose)
        await io.error(`nc: connect to ${host} (${address}) port ${port} (tcp) timed out: Operation now in progress\n`);
      return false;
    }
    connection = outcome.value;
  } catch (error) {
    const reason = io.reason(error);
    if (io.busybox) {
      if (verbose || !options.has('z')) await io.fail(`${host} (${address}:${port}): ${reason}`);
    } else if (verbose) {
      const shown = host === address ? host : `${host} (${address})`;
      await io.error(`nc: connect to ${shown} port ${port} (tcp) failed: ${reason}\n`);
    }
    return false;
  }
  if (verbose) {
    const service =
      { 22: 'ssh', 53: 'domain', 80: 'http', 443: 'https', 5432: 'postgresql', 6379: 'redis', 3306: 'mysql' }[port] ??
      '*';
    await io.error(
      io.busybox
        ? `${host} (${address}:${port}) open\n`
        : `Connection to ${host}${host === address ? '' : ` (${address})`} ${port} port [tcp/${service}] succeeded!\n`,
    );
  }
  if (!options.has('z')) await pump(io, connection, options);
  connection.close();
  return true;
}

export const nc: Tool = async (io) => {
  io.name = 'nc';
  const options = await parseOptions(io, io.busybox ? BUSYBOX : OPENBSD);
  if (options.has('l')) return listen(io, options);
  const [host, ports] = options.operands;
  if (options.has('U') && host !== undefined) {
    const connection = await dialUnix(io.sys, host);
    await pump(io, connection, options);
    return 0;
  }
  if (host === undefined || ports === undefined) {
    await io.error(
      io.busybox
        ? 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n'
        : 'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n',
    );
    throw new Exit(1);
  }
  const range = /^(\d+)(?:-(\d+))?$/.exec(ports);
  if (!range) return io.die(io.busybox ? `bad port '${ports}'` : `port number invalid: ${ports}`);
  const address = await addressOf(io, host);
  if (options.has('u')) {
    const fd = io.sys.udp();
    const to = { host: address, port: Number(range[1]) };
    void (async () => {
      for (;;) await io.bytes((await io.sys.recvfrom(fd)).data);
    })();
    for await (const bytes of io.blocks(0)) io.sys.sendto(fd, to, bytes);
    await io.sys.sleep(options.has('w') ? Number(options.get('w')) * 1000 : 1000);
    return 0;
  }
  let reached = false;
  for (let port = Number(range[1]); port <= Number(range[2] ?? range[1]); port++) {
    if (await connect(io, options, host, address, port)) reached = true;
  }
  return reached ? 0 : 1;
};
