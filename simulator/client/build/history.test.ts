import { beforeAll, expect, test } from 'vitest';
import { nodeHost } from '../../../bin/node-host.ts';
import { createMachine, type Machine } from '../../machine.ts';

let machine: Machine;
/** What a command prints, with ids and digests as letters. */
async function out(command: string): Promise<string> {
  const { stdout, stderr } = await machine.run(command);
  return (stdout + stderr).replace(/\b[0-9a-z]{25}\b/g, 'REF').replace(/[0-9a-f]{64}/g, 'DIGEST');
}

beforeAll(async () => {
  machine = await createMachine({
    host: nodeHost,
    images: ['busybox'],
    files: {
      Dockerfile: 'FROM busybox\nARG V=1\nRUN echo hi $V\nCOPY a.txt /a\n',
      'a.txt': 'x',
      'bad.Dockerfile': 'FROM busybox AS one\nRUN echo about; exit 3\n',
    },
  });
  await machine.run('docker build -q -t app --build-arg V=2 --label a=b --metadata-file m.json .');
  await machine.run('docker build -q -t app --build-arg V=2 .');
  await machine.run('docker build -q -f bad.Dockerfile --target one .');
});

test('lists the builds that happened, newest first, named by their folder, Dockerfile and target', async () => {
  const columns = (await out("docker buildx history ls --format '{{.Ref}} {{.Name}} {{.Status}} {{.Link}}'")).trim();
  expect(columns.split('\n')).toEqual([
    'REF lab/bad.Dockerfile (one) Error docker-desktop://dashboard/build/default/default/REF',
    'REF lab Completed docker-desktop://dashboard/build/default/default/REF',
    'REF lab Completed docker-desktop://dashboard/build/default/default/REF',
  ]);
  expect((await out('docker buildx history ls')).split('\n')[0]!.trim()).toMatch(
    /^BUILD ID +NAME +STATUS +CREATED AT +DURATION$/,
  );
  expect(await out("docker buildx history ls --filter status=error --format '{{.Name}}'")).toBe(
    'lab/bad.Dockerfile (one)\n',
  );
  expect(await out("docker buildx history ls --filter 'duration>1h' --format '{{.Name}}'")).toBe('');
  expect(await out('docker buildx history ls --filter size=1')).toBe('ERROR: unsupported filter "size=1"\n');
  expect(await out('docker buildx history ls --filter duration=1h')).toBe(
    'ERROR: invalid separator for "duration=1h", expected <=, <, >= or >\n',
  );
});

test('tells of one build what it was given, what it stood on and what it left', async () => {
  const text = (await out('docker buildx history inspect ^2')).replace(/(Started|Duration):\t.*/g, '$1:\t…');
  expect(text).toBe(
    [
      'Name:\t\tlab',
      'Context:\t.',
      'Dockerfile:\tDockerfile',
      '',
      'Started:\t…',
      'Duration:\t…',
      'Build Steps:\t8/8 (0% cached)',
      '',
      'Image Resolve Mode:\tlocal',
      '',
      'BUILD ARG\tVALUE',
      'V\t\t2',
      '',
      'LABEL\tVALUE',
      'a\tb',
      '',
      'Materials:',
      'URI\t\t\t\tDIGEST',
      'pkg:docker/busybox@latest\tsha256:DIGEST',
      '',
      'Attachments:',
      'DIGEST\t\t\t\t\t\t\t\t\tPLATFORM\tTYPE',
      'sha256:DIGEST\t\t\tapplication/vnd.oci.image.index.v1+json',
      'sha256:DIGEST\t\t\thttps://slsa.dev/provenance/v1',
      'sha256:DIGEST\tlinux/amd64\tapplication/vnd.oci.image.manifest.v1+json',
      '',
      'Print build logs: docker buildx history logs REF',
      'View build in Docker Desktop: docker-desktop://dashboard/build/default/default/REF',
      '',
    ].join('\n'),
  );
  expect(await out('docker buildx history inspect')).toContain(
    'Error:\t\tUnknown process "/bin/sh -c echo about; exit 3" did not complete successfully: exit code: 3\n',
  );
  expect(await out('docker buildx history inspect')).toContain(
    'Logs:\n> => [2/2] RUN echo about; exit 3:\n> about\n\n',
  );
  expect(
    await out("docker buildx history inspect ^1 --format '{{.Status}} {{.NumTotalSteps}} {{.NumCachedSteps}}'"),
  ).toBe('completed 8 3\n');
});

test('prints the logs of a build that is over as they were', async () => {
  const logs = await out('docker buildx history logs ^1');
  expect(logs).toMatch(/^#1 \[internal\] load build definition from Dockerfile\n/);
  expect(logs).toContain('[2/3] RUN echo hi 2\n#6 CACHED\n');
  expect(await out('docker buildx history logs ^9')).toBe('ERROR: no completed build found with offset 6\n');
});

test('writes what is known of a result into --metadata-file', async () => {
  const { stdout } = await machine.run('cat m.json');
  const metadata = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(metadata)).toEqual([
    'buildx.build.provenance',
    'buildx.build.ref',
    'containerimage.config.digest',
    'containerimage.descriptor',
    'containerimage.digest',
    'image.name',
  ]);
  const shown = await machine.run("docker images --no-trunc --format '{{.ID}}' app");
  const first = metadata['containerimage.digest'] as string;
  expect(shown.stdout.trim()).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(metadata['containerimage.descriptor']).toMatchObject({ digest: first });
  expect(metadata['image.name']).toBe('docker.io/library/app:latest');
  const refs = await machine.run("docker buildx history ls --format '{{.Ref}}'");
  expect(metadata['buildx.build.ref']).toBe(`default/default/${refs.stdout.trim().split('\n')[2]}`);
});

test('forgets records that are removed', async () => {
  expect(await out('docker buildx history rm')).toBe('ERROR: rm requires at least one argument\n');
  expect(await out('docker buildx history rm nope')).toBe('ERROR: no record found for ref "nope"\n');
  expect(await out('docker buildx history rm --all')).toBe('');
  expect(await out('docker buildx history inspect')).toBe('ERROR: no records found\n');
  expect(await out("docker buildx history ls --format '{{.Ref}}'")).toBe('');
});
