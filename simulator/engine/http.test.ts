import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../machine.ts';

test('a body has to say that it is JSON, and to be it', async () => {
  const machine = await createMachine({ seed: 7, host: nodeHost });
  const post = async (options: string): Promise<string> => {
    const socket = '--unix-socket /var/run/docker.sock';
    const { stdout } = await machine.run(`curl -s ${socket} ${options} http://localhost/volumes/create`);
    return stdout.trimEnd();
  };
  expect(await post(`-d '{"Name":"ab"}'`)).toBe(
    `{"message":"unsupported Content-Type header (application/x-www-form-urlencoded): must be 'application/json'"}`,
  );
  expect(await post(`-H 'Content-Type:' -d '{"Name":"ab"}'`)).toBe(
    '{"message":"malformed Content-Type header (): mime: no media type"}',
  );
  expect(await post(`-H 'Content-Type: application/json; charset=utf-8' -d '{"Name":'`)).toBe(
    '{"message":"invalid JSON: invalid character in request body"}',
  );
  expect(JSON.parse(await post(`-H 'Content-Type: application/json' -d '{"Name":"ab"}'`))).toMatchObject({
    Name: 'ab',
  });
  machine.stop();
});
