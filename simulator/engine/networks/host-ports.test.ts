/** Ports of the host, between containers and the host's own servers. */
import { expect, it } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine } from '../../machine.ts';

it('belong to whoever was first, and are listed while they are published', async () => {
  const machine = await createMachine({ host: nodeHost, images: ['alpine'] });
  const listening = async (): Promise<string[]> =>
    (await machine.run('ss -ltn')).stdout.match(/\S+:(8080|9000)\b/g) ?? [];
  await machine.run('docker run -d --name web -p 8080:80 -p 127.0.0.1:9000:90 alpine sleep 1000');
  expect(await listening()).toEqual(['0.0.0.0:8080', '127.0.0.1:9000']);
  expect(await machine.run('docker exec web netstat -ltn | grep -c LISTEN')).toMatchObject({ stdout: '0\n' });
  expect(await machine.run('nc -l -p 8080')).toMatchObject({ exit: 1, stderr: 'nc: Address already in use\n' });
  await machine.run('docker rm -f web');
  expect(await listening()).toEqual([]);
  const { exit, stderr } = await machine.run(
    'nc -l -p 8080 & sleep 1; docker run -d --name web -p 8080:80 alpine sleep 1000; code=$?; kill $!; exit $code',
  );
  expect(exit).toBe(125);
  expect(stderr).toContain(': failed to bind host port 0.0.0.0:8080/tcp: address already in use\n');
  machine.stop();
});
