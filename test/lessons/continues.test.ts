/** A lesson that continues begins where the solution of the one before it ended. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';
import { lessonMachine } from '../../src/lessons/folder.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'courses-'));
  const files: Record<string, string> = {
    'docker/course.yaml': 'title: T\nparts:\n  - { id: a, title: A, about: B }\n  - { id: b, title: B, about: B }\n',
    'docker/a/first/index.mdx': '---\ntitle: First\norder: 1\nfolder: shop\nimages: [busybox]\n---\n',
    'docker/a/first/start/Dockerfile': 'FROM busybox\n',
    'docker/a/first/finish/Dockerfile': 'FROM busybox\nRUN echo built > /note\n',
    'docker/a/first/setup.session': '$ docker volume create ropes\n',
    'docker/a/first/solution.session':
      '@use finish\n$ docker build -t shop .\n$ docker run -d --name lamp shop sleep 1000\n',
    'docker/b/second/index.mdx': '---\ntitle: Second\norder: 1\ncontinues: true\nimages: [alpine]\n---\n',
    'docker/b/second/start/extra.txt': 'more\n',
    'docker/b/second/setup.session': '$ docker network create harbour\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

test('files, images, containers, volumes and networks are there', async () => {
  const machine = await createMachine({ ...(await lessonMachine('docker/b/second', root)), host: nodeHost });
  const { containers, images, volumes, networks } = machine.state();
  const files = machine.files.list().map(({ path }) => path);
  expect({
    files: files.sort(),
    dockerfile: new TextDecoder().decode(machine.files.read('Dockerfile')),
    containers: containers.map(({ name, image, status }) => `${name} ${image} ${status}`),
    images: images.flatMap((i) => i.tags).sort(),
    volumes: volumes.map((v) => v.name),
    networks: networks.map((n) => n.name).sort(),
    folder: (await machine.run('basename $PWD')).stdout,
  }).toEqual({
    files: ['Dockerfile', 'extra.txt'],
    dockerfile: 'FROM busybox\nRUN echo built > /note\n',
    containers: ['lamp shop running'],
    images: ['alpine:latest', 'busybox:latest', 'shop:latest'],
    volumes: ['ropes'],
    networks: ['bridge', 'harbour', 'host', 'none'],
    folder: 'shop\n',
  });
  machine.stop();
});

test('the first lesson of a course cannot continue', async () => {
  writeFileSync(join(root, 'docker/a/first/index.mdx'), '---\ntitle: First\norder: 1\ncontinues: true\n---\n');
  await expect(lessonMachine('docker/a/first', root)).rejects.toThrow(
    'docker/a/first continues, but no lesson comes before it',
  );
});
