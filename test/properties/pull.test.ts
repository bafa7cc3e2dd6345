/** A pull tells of each layer once whether it is fetched or here already, and agrees with what the images share. */
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';

test.each([
  ['python:3.13-slim', 'python:3.12-slim'],
  ['python:3.13-slim', 'ubuntu'],
  ['nginx:alpine', 'nginx:alpine'],
])('after %s, a pull of %s fetches what is new', async (first, second) => {
  const machine = await createMachine({ host: nodeHost, images: [first] });
  const { stdout } = await machine.run(`docker pull ${second}`);
  const layers = async (name: string): Promise<string[]> => {
    const format = '{{range .RootFS.Layers}}{{println .}}{{end}}';
    const { stdout: list } = await machine.run(`docker image inspect -f '${format}' ${name}`);
    return list.trim().split('\n');
  };
  const [held, wanted] = [await layers(first), await layers(second)];
  machine.stop();
  const said = (what: string): string[] =>
    [...stdout.matchAll(/^([0-9a-f]{12}): (.*)$/gm)].filter(([, , status]) => status === what).map(([, id]) => id!);
  const shared = wanted.filter((layer) => held.includes(layer));
  const isNew = shared.length < wanted.length;
  expect(said('Already exists')).toHaveLength(isNew ? shared.length : 0);
  expect(said('Pulling fs layer')).toHaveLength(wanted.length - shared.length);
  expect(said('Pull complete')).toHaveLength(isNew ? wanted.length : 0);
  expect(said('Already exists').filter((id) => said('Pulling fs layer').includes(id))).toEqual([]);
});
