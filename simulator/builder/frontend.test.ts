import { expect, test } from 'vitest';
import type { BuildTrace } from '../api/build.ts';
import { Random } from '../kernel/random.ts';
import { CacheStore } from './cache/store.ts';
import { loadFrontend } from './frontend.ts';
import { Progress } from './progress.ts';
import { DEFAULT_REQUEST } from './request.ts';

function setUp() {
  let now = 0;
  const traces: BuildTrace[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const random = new Random(1);
  const deps = {
    kernel: { clock, random },
    cache: new CacheStore(random),
    images: { resolve: (name: string) => Promise.reject(new Error(`${name}: not found`)) },
  };
  const progress = new Progress(
    (trace) => traces.push(trace),
    () => now,
    () => String(now++),
  );
  const steps = () => {
    const ended = traces.flatMap((trace) => trace.vertexes ?? []).filter((v) => v.completed !== undefined);
    traces.length = 0;
    return ended.map((v) => `${v.name.replace(/@.*/, '')}: ${v.error ?? (v.cached ? 'CACHED' : 'DONE')}`);
  };
  const load = (text: string, buildArgs = {}) => loadFrontend(text, { ...DEFAULT_REQUEST, buildArgs }, deps, progress);
  return { load, steps, cache: deps.cache };
}
const RESOLVED = 'resolve image config for docker-image://docker.io/docker/dockerfile:1: DONE';
const IMAGE = 'docker-image://docker.io/docker/dockerfile:1';

test('a Dockerfile without a syntax line needs no frontend', async () => {
  const { load, steps } = setUp();
  await load('FROM scratch\n# syntax=docker/dockerfile:1\n');
  expect(steps()).toEqual([]);
});

test('the frontend comes once, and again after it was pruned', async () => {
  const { load, steps, cache } = setUp();
  const text = '# syntax=docker/dockerfile:1\nFROM scratch\n';
  await load(text);
  expect(steps()).toEqual([RESOLVED, `${IMAGE}: DONE`]);
  await load('FROM scratch', { BUILDKIT_SYNTAX: 'docker/dockerfile:1' });
  expect(steps()).toEqual([RESOLVED, `${IMAGE}: CACHED`]);
  cache.prune({ all: false });
  await load(text);
  expect(steps()).toEqual([RESOLVED, `${IMAGE}: CACHED`]);
  cache.prune({ all: true });
  await load(text);
  expect(steps()).toEqual([RESOLVED, `${IMAGE}: DONE`]);
});

test('a frontend that does not exist is an error of its line', async () => {
  const { load, steps } = setUp();
  await expect(load('# escape=`\n# syntax=nobody/nothing\nFROM scratch\n')).rejects.toMatchObject({
    message:
      'failed to resolve source metadata for docker.io/nobody/nothing:latest: docker.io/nobody/nothing:latest: not found',
    lines: [[2, 2]],
  });
  expect(steps()).toEqual([
    'resolve image config for docker-image://docker.io/nobody/nothing:latest: docker.io/nobody/nothing:latest: not found',
  ]);
});
