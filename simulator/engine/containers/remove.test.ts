import { expect, test } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine } from '../../machine.ts';

test('what a container wrote takes no room on the disk once it is removed, but stays in an image made of it', async () => {
  const machine = await createMachine({ host: nodeHost, images: ['busybox'], pace: { mode: 'instant' } });
  const used = async (): Promise<string> => (await machine.run("df / | awk 'END { print $3 }'")).stdout;
  const before = await used();
  await machine.run('docker run --name filler busybox dd if=/dev/zero of=/big bs=1M count=8');
  expect(Number(await used()) - Number(before)).toBeGreaterThanOrEqual(8_192);
  await machine.run('docker commit filler full');
  await machine.run('docker rm filler');
  expect(await used()).toBe(before);
  expect((await machine.run('docker run --rm full stat -c %s /big')).stdout).toBe('8388608\n');
  machine.stop();
}, 60_000);
