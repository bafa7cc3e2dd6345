/** `drydock daemon`: serves a machine's daemon on a real unix socket. The bytes go straight to the simulated one. */
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { createMachine, type Machine } from '../simulator/machine.ts';
import { nodeHost } from './node-host.ts';

/** Pipes one real connection to the machine's /var/run/docker.sock and back. */
async function bridge(socket: Socket, machine: Machine): Promise<void> {
  const channel = await machine.connectUnix('/var/run/docker.sock');
  socket.on('data', (data) => {
    socket.pause();
    channel.write(new Uint8Array(data)).then(
      () => socket.resume(),
      () => socket.destroy(),
    );
  });
  socket.on('end', () => channel.closeWrite());
  socket.on('error', () => channel.close());
  socket.on('close', () => channel.close());
  for (;;) {
    const data = await channel.read();
    if (data.length === 0) break;
    if (!socket.write(data)) await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve));
    if (socket.destroyed) break;
  }
  socket.end();
}

/** Listens on `path`; each connection is one to the machine's daemon. */
export async function listen(machine: Machine, path: string): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    bridge(socket, machine).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return server;
}

export async function serveDaemon(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { socket: { type: 'string' }, pace: { type: 'string', default: '1' } },
  });
  if (values.socket === undefined) {
    process.stderr.write('drydock daemon: --socket PATH is needed\n');
    return 1;
  }
  const machine = await createMachine({
    host: nodeHost,
    bootTime: Date.now(),
    pace: { mode: 'real', factor: Number(values.pace) || 1 },
  });
  const server = await listen(machine, values.socket);
  process.stdout.write(`listening: export DOCKER_HOST=unix://${values.socket}\n`);
  return new Promise((resolve) => {
    const end = (): void => {
      server.close();
      machine.stop();
      void rm(values.socket!, { force: true }).then(() => resolve(0));
    };
    process.once('SIGINT', end).once('SIGTERM', end);
  });
}
