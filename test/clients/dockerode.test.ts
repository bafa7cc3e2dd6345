/** dockerode, a well-known client library, against the simulated daemon on a real socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../bin/drydock-daemon.ts';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine } from '../../simulator/machine.ts';

let dir: string;
let machine: Machine;
let server: Server;
let docker: Docker;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-dockerode-'));
  machine = await createMachine({ host: nodeHost, images: ['busybox'], pace: { mode: 'real', factor: 10 } });
  server = await listen(machine, join(dir, 'docker.sock'));
  docker = new Docker({ socketPath: join(dir, 'docker.sock') });
});
afterAll(() => {
  server.close();
  machine.stop();
  rmSync(dir, { recursive: true });
});

const collect = (stream: PassThrough): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    stream.on('data', (c: Buffer) => chunks.push(c)).on('end', () => resolve(Buffer.concat(chunks).toString()));
  });

test('runs a container and gets its output apart', async () => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([collect(out), collect(err)]);
  const [{ StatusCode }, container] = (await docker.run(
    'busybox',
    ['sh', '-c', 'echo out; echo err >&2; exit 3'],
    [out, err],
    {
      Tty: false,
    },
  )) as [{ StatusCode: number }, Docker.Container];
  out.end();
  err.end();
  expect([StatusCode, await texts]).toEqual([3, ['out\n', 'err\n']]);
  await container.remove();
});

test('creates, starts, execs, follows logs, stops', async () => {
  const container = await docker.createContainer({
    name: 'worker',
    Image: 'busybox',
    Cmd: ['sh', '-c', 'trap "exit 0" TERM; echo ready; while :; do sleep 1; done'],
    Labels: { role: 'test' },
  });
  await container.start();
  const list = await docker.listContainers({ filters: { label: ['role=test'] } });
  expect(list.map((c) => [c.Names, c.State])).toEqual([[['/worker'], 'running']]);

  const exec = await container.exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  const output = new PassThrough();
  const text = collect(output);
  container.modem.demuxStream(stream, output, output);
  stream.on('end', () => output.end());
  stream.end('through the pipe\n');
  expect(await text).toBe('through the pipe\n');
  expect((await exec.inspect()).ExitCode).toBe(0);

  await container.stop();
  const { State } = await container.inspect();
  expect([State.Status, State.ExitCode]).toEqual(['exited', 0]);
  const logs = await container.logs({ stdout: true, follow: false });
  expect(logs.toString().replaceAll('\0', '')).toContain('ready\n');
  await container.remove();
});

test('errors carry status and message', async () => {
  await expect(docker.getContainer('nosuch').inspect()).rejects.toMatchObject({
    statusCode: 404,
    json: { message: 'No such container: nosuch' },
  });
});

test('pulls with progress', async () => {
  const stream = await docker.pull('alpine:latest');
  const messages = await new Promise<{ status?: string }[]>((resolve, reject) =>
    docker.modem.followProgress(stream, (error: Error | null, output: { status?: string }[]) =>
      error ? reject(error) : resolve(output),
    ),
  );
  expect(messages.at(-1)?.status).toBe('Status: Downloaded newer image for alpine:latest');
});
