import { expect, test } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type Machine } from '../../machine.ts';

const DOCKERFILE =
  'FROM busybox AS one\nRUN date +%s%N > /one\nFROM busybox\nCOPY --from=one /one /x/\nRUN date +%s%N > /two\nCOPY a.txt /a\n';
const FILES = { Dockerfile: DOCKERFILE, 'a.txt': 'x' };

const make = (files: Record<string, string | Uint8Array>): Promise<Machine> =>
  createMachine({ host: nodeHost, files, images: ['busybox'] });

/** The files below a folder of the learner's. */
function folderOf(machine: Machine, folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    machine.files
      .list()
      .filter(({ path, type }) => type === 'file' && path.startsWith(`${folder}/`))
      .map(({ path }) => [path, machine.files.read(path)]),
  );
}

/** Builds; resolves to what became of RUN and COPY. */
async function steps(machine: Machine, options: string): Promise<Record<string, string>> {
  const { stderr } = await machine.run(`docker build --progress plain -t app ${options} .`);
  const found = [...stderr.matchAll(/^#(\d+) \[[^\]]*\] ((?:RUN|COPY).*)\n(?:#\1 .*\n)*?#\1 (CACHED|DONE)/gm)];
  return Object.fromEntries(found.map(([, , name, state]) => [name, state]));
}

const manifest = async (machine: Machine): Promise<string> =>
  (await machine.run("docker buildx history inspect --format '{{json .Attachments}}'")).stdout
    .split('"')
    .filter((word) => word.startsWith('sha256:'))
    .at(-1)!;

const ALL = ['RUN date +%s%N > /one', 'COPY --from=one /one /x/', 'RUN date +%s%N > /two', 'COPY a.txt /a'];
const every = (state: string): Record<string, string> => Object.fromEntries(ALL.map((name) => [name, state]));

test('a cache written into a folder serves a machine that never built', { timeout: 60_000 }, async () => {
  const first = await make(FILES);
  expect(await steps(first, '--cache-to type=local,dest=min --cache-to type=local,dest=max,mode=max')).toEqual(
    every('DONE'),
  );
  const cold = await make(FILES);
  expect(await steps(cold, '')).toEqual(every('DONE'));
  const warm = await make({ ...FILES, ...folderOf(first, 'min') });
  expect(await steps(warm, '--cache-from type=local,src=min')).toEqual(every('CACHED'));
  expect(await manifest(warm)).toBe(await manifest(first));
  // what was found there belongs to the machine's own cache now
  expect((await steps(warm, ''))['COPY a.txt /a']).toBe('CACHED');
});

test(
  'mode=max keeps the results of stages that are not part of the image, mode=min does not',
  { timeout: 60_000 },
  async () => {
    const first = await make(FILES);
    await steps(first, '--cache-to type=local,dest=min --cache-to type=local,dest=max,mode=max');
    const edited = { ...FILES, Dockerfile: DOCKERFILE.replace('/x/', '/y/') };
    const run = async (mode: string): Promise<string | undefined> => {
      const machine = await make({ ...edited, ...folderOf(first, mode) });
      return (await steps(machine, `--cache-from type=local,src=${mode}`))[ALL[0]!];
    };
    expect(await run('max')).toBe('CACHED');
    expect(await run('min')).toBe('DONE');
  },
);

test('an image and a registry carry a cache', { timeout: 60_000 }, async () => {
  const machine = await make(FILES);
  await machine.run('docker run -d -p 5000:5000 registry:2');
  await machine.run('docker build -q -t localhost:5000/app --push --cache-to type=inline .');
  await machine.run('docker build -q --cache-to type=registry,ref=localhost:5000/app:cache,mode=max .');
  const again = async (from: string): Promise<Record<string, string>> => {
    await machine.run('docker builder prune -af');
    return steps(machine, from);
  };
  expect(await again('--cache-from localhost:5000/app')).toEqual(every('CACHED'));
  expect(await again('--cache-from type=registry,ref=localhost:5000/app:cache')).toEqual(every('CACHED'));
  await machine.run('docker build -q -t localhost:5000/plain --push .');
  expect(await again('--cache-from localhost:5000/plain')).toEqual(every('DONE'));
  const { stderr, exit } = await machine.run('docker build --progress plain --cache-from localhost:5000/none .');
  expect([exit, /#\d+ ERROR: (.*)/.exec(stderr)?.[1]]).toEqual([0, 'localhost:5000/none:latest: not found']);
});

test('says what is wrong with a cache', async () => {
  const machine = await make(FILES);
  const error = async (options: string): Promise<string> =>
    (await machine.run(`docker build -q ${options} .`)).stderr.trim();
  expect(await error('--cache-to type=gha')).toBe(
    'ERROR: failed to build: cache type gha is not simulated on this machine',
  );
  expect(await error('--cache-to type=foo')).toBe(
    'ERROR: failed to build: failed to solve: unknown cache exporter: "foo"',
  );
  expect(await error('--cache-from dest=x')).toBe('ERROR: type required form> "dest=x"');
  expect(await error('--cache-from type=local,src=none')).toBe(
    'WARNING: local cache import at none not found due to err: could not read none/index.json: open none/index.json: no such file or directory',
  );
});
