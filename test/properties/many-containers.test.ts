/** Five hundred running containers at once; how fast and how large they are is measured by `npm run bench`. */
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';

test('500 containers run, each with processes, a name and an address of its own', { timeout: 120_000 }, async () => {
  const machine = await createMachine({ host: nodeHost, images: ['busybox'] });
  const { exit } = await machine.run(
    'for i in $(seq 500); do docker run -d --name c$i busybox sleep 100000 > /dev/null || exit 1; done',
  );
  expect(exit).toBe(0);
  expect((await machine.run('docker ps -q | wc -l')).stdout).toBe('500\n');
  expect((await machine.run('ps -e -o comm= | grep -c "^sleep$"')).stdout).toBe('500\n');
  const { containers } = machine.state();
  expect(new Set(containers.map((c) => c.name)).size).toBe(500);
  expect(new Set(containers.map((c) => c.networks[0]?.address)).size).toBe(500);
  expect(new Set(containers.map((c) => c.pid)).size).toBe(500);
  await machine.run('docker rm -f $(docker ps -q)');
  expect((await machine.run('ps -e -o comm= | grep -c "^sleep$"')).stdout).toBe('0\n');
  machine.stop();
});
