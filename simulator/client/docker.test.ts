import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCommand, type CannedAnswer } from './canned-daemon.ts';

const answer = (method: string, pattern: RegExp, body: unknown, status = 200): CannedAnswer => ({
  method,
  pattern,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  status,
});

const CONTAINERS = answer('GET', /^\/containers\/json/, [
  {
    Id: 'a1'.repeat(32),
    Names: ['/web'],
    Image: 'nginx',
    ImageID: 'sha256:1',
    Command: "nginx -g 'daemon off;'",
    Created: 0,
    Ports: [],
    Labels: {},
    State: 'running',
    Status: 'Up 2 minutes',
    HostConfig: { NetworkMode: 'bridge' },
    NetworkSettings: { Networks: {} },
    Mounts: [],
  },
]);

describe('docker', () => {
  it.each([
    [['nope'], 1, "docker: unknown command: docker nope\n\nRun 'docker --help' for more information\n"],
    [
      ['--nope'],
      125,
      "unknown flag: --nope\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n",
    ],
    [
      ['ps', '--nope'],
      125,
      "unknown flag: --nope\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
    ],
    [
      ['ps', 'x'],
      1,
      "docker: 'docker ps' accepts no arguments\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
    ],
    [
      ['run'],
      1,
      "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n",
    ],
  ] as [string[], number, string][])('refuses %j', async (args, exit, stderr) => {
    const run = await runCommand(['docker', ...args]);
    expect({ exit: run.exit, stderr: run.stderr }).toEqual({ exit, stderr });
    expect(run.requests).toEqual([]);
  });

  it('lists containers as a table, by template and as JSON', async () => {
    const options = { answers: [CONTAINERS], now: 120_000 };
    const table = await runCommand(['docker', 'ps'], options);
    expect(table.stdout.split('\n')).toEqual([
      'CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS     NAMES',
      `a1a1a1a1a1a1   nginx     "nginx -g 'daemon of…"   2 minutes ago   Up 2 minutes             web`,
      '',
    ]);
    const names = await runCommand(['docker', 'ps', '--format', 'table {{.Names}}\t{{.Image}}'], options);
    expect(names.stdout).toBe('NAMES     IMAGE\nweb       nginx\n');
    const json = await runCommand(['docker', 'ps', '--format', 'json', '--no-trunc'], options);
    expect(JSON.parse(json.stdout)).toMatchObject({ ID: 'a1'.repeat(32), Names: 'web', State: 'running' });
  });

  it('exits with 1 and goes on after one that failed', async () => {
    const run = await runCommand(['docker', 'rm', 'gone', 'there'], {
      answers: [
        answer('DELETE', /^\/containers\/gone/, { message: 'No such container: gone' }, 404),
        answer('DELETE', /^\/containers\/there/, '', 204),
      ],
    });
    expect(run).toMatchObject({
      exit: 1,
      stdout: 'there\n',
      stderr: 'Error response from daemon: No such container: gone\n',
    });
  });

  it.each([
    [['p'], ['pause', 'plugin', 'port', 'ps', 'pull', 'push']],
    [
      ['container', 'st'],
      ['start', 'stats', 'stop'],
    ],
    [['stop', ''], ['web']],
    [['ps', '--no-t'], ['--no-trunc']],
  ] as [string[], string[]][])('completes %j', async (args, wanted) => {
    const run = await runCommand(['docker', '__complete', ...args], { answers: [CONTAINERS] });
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1).map((line) => line.split('\t')[0])).toEqual(wanted);
    expect(lines.at(-1)).toBe(':4');
  });

  it('loads no command before one is asked for', () => {
    const table = fileURLToPath(new URL('commands/index.ts', import.meta.url));
    for (const file of [fileURLToPath(new URL('docker.ts', import.meta.url)), table]) {
      const text = readFileSync(file, 'utf8');
      for (const [, target = ''] of text.matchAll(/^import (?!type)[^;]*from '(\.[^']+)';/gm)) {
        expect(existsSync(new URL(target, `file://${file}`))).toBe(true);
        expect(target).not.toMatch(/commands\/(?!index)|container\/|image\/|build\//);
      }
    }
  });
});
