import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';
import { CATALOGUE } from '../../simulator/registry/catalogue/index.ts';
import { listedImages } from './catalogue.ts';
import { IMAGE_LINES } from './image-lines.ts';

const images = await listedImages();

test('every image of the catalogue is listed, and no other', () => {
  expect(Object.keys(IMAGE_LINES).sort()).toEqual(
    Object.keys(CATALOGUE)
      .map((name) => name.replace(/^library\//, ''))
      .sort(),
  );
});

test('the size is the one that docker images shows as content', async () => {
  const names = ['busybox', 'nginx', 'hello-world'];
  const machine = await createMachine({ host: nodeHost, images: names });
  const { stdout } = await machine.run('docker images');
  machine.stop();
  for (const name of names) {
    const row = stdout.split('\n').find((line) => line.startsWith(`${name}:latest`));
    expect(row?.split(/ {2,}/)[3]).toBe(images.find((i) => i.name === name)?.size);
  }
});

test.each(images.map((i) => [i.name, i] as const))('what is offered for %s works', async (_name, image) => {
  const machine = await createMachine({ host: nodeHost });
  const stdin = image.command.includes(' -it ') ? ['exit\r'] : [];
  const { exit, stdout, stderr } = await machine.run(image.command, { tty: stdin.length > 0, stdin });
  machine.stop();
  expect([exit, exit === 0 ? '' : stdout + stderr]).toEqual([0, '']);
});
