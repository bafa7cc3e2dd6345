import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linterFor, convert } from '../dockerfile/convert/convert.ts';
import type { ImageConfiguration } from '../dockerfile/config.ts';
import { readIgnoreFile } from '../dockerfile/ignore.ts';
import { bytesData, textData } from '../kernel/fs/data.ts';
import { layerUsage } from '../kernel/fs/freeze.ts';
import { EMPTY_LAYER, type Layer, type LayerEntry } from '../kernel/fs/layer.ts';
import { Random } from '../kernel/random.ts';
import { digestOf } from '../image/digest.ts';
import { contextFolder, convertOptions } from './build.ts';
import { CacheStore } from './cache/store.ts';
import { imageIds } from './executor.ts';
import { runFileOp } from './fileop.ts';
import { predict } from './predict.ts';
import { Progress } from './progress.ts';
import { DEFAULT_REQUEST, type BuildRequest } from './request.ts';
import { layersOf, treeOf } from './snapshot.ts';
import { Solver, type Executor } from './solver.ts';

const CONFIG: ImageConfiguration = {
  architecture: 'amd64',
  os: 'linux',
  config: { Env: ['PATH=/bin'] },
  rootfs: { type: 'layers', diff_ids: [digestOf('base')] },
  history: [{ created: '2026-01-01T00:00:00Z', created_by: 'base' }],
};
const IMAGE = { digest: digestOf('image'), config: CONFIG };

function layer(files: Readonly<Record<string, string>>): Layer {
  const entries = new Map<string, LayerEntry>();
  for (const [name, text] of Object.entries(files)) {
    entries.set(name, { type: 'file', data: textData(text), mode: 0o644, uid: 0, gid: 0, mtime: 1 });
  }
  return { root: { ...EMPTY_LAYER.root, entries } };
}
const BASE = { parent: undefined, layer: layer({ base: 'x' }), createdAt: 0, image: undefined };

interface Built {
  /** Step → taken from the cache. */
  readonly cached: Map<string, boolean>;
  /** Step → size of its layer. */
  readonly sizes: Map<string, number>;
  /** Of all layers of the image. */
  readonly total: number;
}
const run = async (request: BuildRequest, cache: CacheStore): Promise<Map<string, boolean>> =>
  (await build(request, cache)).cached;

/** Builds with commands that write what they were run on. */
async function build(request: BuildRequest, cache: CacheStore): Promise<Built> {
  let now = 0;
  const progress = new Progress(
    () => undefined,
    () => now++,
    () => String(now++),
  );
  const linter = linterFor(request.dockerfile.text!, {});
  const patterns = readIgnoreFile(request.dockerignore ?? '');
  const surroundings = {
    resolveImage: () => Promise.resolve(IMAGE),
    ignorePatterns: () => Promise.resolve(patterns),
  };
  const converted = await convert(request.dockerfile.text!, convertOptions(request, surroundings), linter);
  const executor: Executor = {
    refName: 'ref',
    pause: () => Promise.resolve(),
    identify: (vertex) => Promise.resolve(imageIds(IMAGE, vertex.platform)),
    load: (vertex) =>
      Promise.resolve(
        vertex.op.type === 'image'
          ? BASE
          : { parent: undefined, layer: contextFolder(request, patterns, undefined), createdAt: 0, image: undefined },
      ),
    execute: (vertex, inputs) => {
      const { op } = vertex;
      let result: Layer;
      if (op.type === 'file') result = runFileOp(op, inputs.map(layersOf), now++);
      else if (op.type === 'exec') {
        // a command that forgets part of its input can give the same files again
        const tree = treeOf(inputs[0]);
        const seen = op.args.at(-1)!.startsWith('same') ? '' : tree.names([]).join();
        result = layer({ [`out-${digestOf(op.args.join() + seen).slice(7, 12)}`]: seen });
      } else throw new Error(op.type);
      const snapshot = { parent: inputs[0], layer: result, createdAt: now++, image: undefined };
      return Promise.resolve({ snapshot, size: layerUsage(result), description: vertex.origin.name });
    },
  };
  const solver = new Solver(progress, cache, executor);
  const result = converted.vertex && (await solver.solve(converted.vertex));
  const sizes = new Map<string, number>();
  const cached = new Map<string, boolean>();
  for (const node of solver.nodes()) {
    const { name } = node.vertex.origin;
    cached.set(name, node.isCached);
    // what led to a step from the cache is not asked for
    if (node.vertex.inputs.length > 0 && (node === solver.nodes().at(-1) || !node.isCached)) {
      const snapshot = await node.result();
      if (snapshot && node.vertex.op.type !== 'merge') sizes.set(name, layerUsage(snapshot.layer));
    }
  }
  return { cached, sizes, total: layersOf(result).reduce((n, l) => n + layerUsage(l), 0) };
}

const FILES = ['a.txt', 'b.txt', 'c.txt'];
const line = fc.oneof(
  fc.constantFrom('RUN one', 'RUN two', 'RUN same thing', 'WORKDIR /w', 'ENV A=1', 'ENV A=2', 'ARG V=0', 'LABEL l=1'),
  fc.tuple(fc.constantFrom(...FILES, '.'), fc.constantFrom('/x/', '/y/')).map(([f, to]) => `COPY ${f} ${to}`),
  fc.constantFrom('COPY --link a.txt /l/', 'COPY --chmod=600 b.txt /m/'),
);
const stage = fc.array(line, { minLength: 1, maxLength: 5 });
const dockerfile = fc
  .tuple(stage, stage, fc.boolean())
  .map(([one, two, copies]) =>
    ['FROM base AS one', ...one, 'FROM base AS two', ...(copies ? ['COPY --from=one /x /from/'] : []), ...two].join(
      '\n',
    ),
  )
  // what a later stage copies is there in every build
  .map((text) => text.replace('FROM base AS one', 'FROM base AS one\nCOPY a.txt /x/'));
const files = fc.record(Object.fromEntries([...FILES, 'd.txt'].map((f) => [f, fc.constantFrom('1', '2')])));
const edit = fc.record({
  text: dockerfile,
  files,
  noCache: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  target: fc.constantFrom('', '', 'one', 'two'),
  buildArgs: fc.constantFrom({}, {}, { V: '1' }),
  ignored: fc.constantFrom('', '', 'd.txt\n'),
});

test('a prediction says of each step what the build then does', async () => {
  let known = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
      const cache = new CacheStore(new Random(1));
      for (const { text, files: content, noCache, target, buildArgs, ignored } of edits) {
        const request: BuildRequest = {
          ...DEFAULT_REQUEST,
          context: layer(content as Record<string, string>),
          dockerfile: { name: 'Dockerfile', text },
          dockerignore: ignored,
          target,
          buildArgs: buildArgs as Record<string, string>,
          noCache,
        };
        const prediction = await predict(request, { cache, resolve: () => Promise.resolve(IMAGE) });
        const built = await run(request, cache);
        expect(prediction.error).toBeUndefined();
        for (const step of prediction.steps) {
          if (step.outcome === 'unknown' || step.instruction === 'FROM') continue;
          known++;
          expect([step.name, step.outcome]).toEqual([step.name, built.get(step.name) ? 'reused' : 'runs']);
          expect(step.cause === undefined).toBe(step.outcome === 'reused');
        }
      }
    }),
    { numRuns: 200, seed: 5 },
  );
  expect(known).toBeGreaterThan(500);
});

test('an estimated size is the size of the layer that the build then leaves', async () => {
  let exact = 0;
  const content = fc.record(Object.fromEntries(FILES.map((f) => [f, fc.constantFrom('1', '2'.repeat(5000), '')])));
  const change = fc.record({ text: dockerfile, files: content });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (edits) => {
      const cache = new CacheStore(new Random(1));
      const last = new Map<string, number>();
      for (const { text, files: now } of edits) {
        const request: BuildRequest = {
          ...DEFAULT_REQUEST,
          context: layer(now as Record<string, string>),
          dockerfile: { name: 'Dockerfile', text },
        };
        const resolve = (): Promise<typeof IMAGE> => Promise.resolve(IMAGE);
        const prediction = await predict(request, { cache, resolve, layers: () => [BASE.layer] });
        const built = await build(request, cache);
        for (const step of prediction.steps) {
          const size = built.sizes.get(step.name);
          const instruction = step.name.replace(/^\[.*?\] /, '');
          if (step.size?.kind === 'exact' && size !== undefined) {
            exact++;
            expect([step.name, step.size.bytes]).toEqual([step.name, size]);
          }
          if (step.instruction === 'RUN' && step.outcome === 'runs') {
            const known = last.get(instruction);
            expect(step.size).toEqual(known === undefined ? undefined : { bytes: known, kind: 'about' });
          }
        }
        for (const [name, size] of built.sizes) {
          const ran = built.cached.get(name) === false;
          if (ran) last.set(name.replace(/^\[.*?\] /, ''), size);
        }
        if (prediction.size?.kind === 'exact') expect(prediction.size.bytes).toBe(built.total);
        const again = await predict(request, { cache, resolve, layers: () => [BASE.layer] });
        expect(again.size).toEqual({ bytes: built.total, kind: 'exact' });
      }
    }),
    { numRuns: 150, seed: 6 },
  );
  expect(exact).toBeGreaterThan(300);
});

test('names the first cause of each step that runs', async () => {
  const cache = new CacheStore(new Random(1));
  const resolve = (): Promise<typeof IMAGE> => Promise.resolve(IMAGE);
  const request = (text: string, content: Record<string, string>): BuildRequest => ({
    ...DEFAULT_REQUEST,
    context: layer(content),
    dockerfile: { name: 'Dockerfile', text },
  });
  const causes = async (r: BuildRequest): Promise<(string | undefined)[]> =>
    (await predict(r, { cache, resolve })).steps.map((s) => s.cause?.text);
  const text = 'FROM base\nRUN one\nCOPY a.txt b.txt /x/\nRUN two\n';
  const before = request(text, { 'a.txt': '1', 'b.txt': '1' });
  expect(await causes(before)).toEqual([
    'no build has done this step yet',
    'the step before it has a new result',
    'the step before it has a new result',
  ]);
  await run(before, cache);
  expect(await causes(before)).toEqual([undefined, undefined, undefined]);
  expect(await causes(request(text, { 'a.txt': '1', 'b.txt': '2' }))).toEqual([
    undefined,
    'b.txt changed',
    'the step before it has a new result',
  ]);
  expect(await causes(request(text.replace('one', 'three'), { 'a.txt': '1', 'b.txt': '1' }))).toEqual([
    "the command's text changed",
    'the step before it has a new result',
    'the step before it has a new result',
  ]);
  expect(await causes(request(text.replace('RUN two', 'ENV V=1\nRUN two'), { 'a.txt': '1', 'b.txt': '1' }))).toEqual([
    undefined,
    undefined,
    'the variable V changed',
  ]);
  expect(await causes({ ...before, noCache: true })).toEqual(Array(3).fill('the build was told not to use the cache'));
});

test('file content is compared, not its time', async () => {
  const cache = new CacheStore(new Random(1));
  const text = 'FROM base\nCOPY a /x\n';
  const at = (mtime: number, mode = 0o644): BuildRequest => {
    const entry: LayerEntry = { type: 'file', data: bytesData(new Uint8Array([1])), mode, uid: 0, gid: 0, mtime };
    return {
      ...DEFAULT_REQUEST,
      context: { root: { ...EMPTY_LAYER.root, entries: new Map([['a', entry]]) } },
      dockerfile: { name: 'Dockerfile', text },
    };
  };
  expect((await run(at(1), cache)).get('[2/2] COPY a /x')).toBe(false);
  expect((await run(at(2), cache)).get('[2/2] COPY a /x')).toBe(true);
  expect((await run(at(2, 0o600), cache)).get('[2/2] COPY a /x')).toBe(false);
  expect((await run(at(2), cache)).get('[2/2] COPY a /x')).toBe(true);
});

test('--no-cache forces RUN, COPY and what is built on them, but not a WORKDIR on the base', async () => {
  const cache = new CacheStore(new Random(1));
  const request: BuildRequest = {
    ...DEFAULT_REQUEST,
    context: layer({ a: '1' }),
    dockerfile: { name: 'Dockerfile', text: 'FROM base\nWORKDIR /w\nRUN one\nWORKDIR /v\nCOPY a /x\n' },
  };
  await run(request, cache);
  const forced = await run({ ...request, noCache: true }, cache);
  expect([...forced].filter(([name]) => !/FROM|internal/.test(name))).toEqual([
    ['[2/5] WORKDIR /w', true],
    ['[3/5] RUN one', false],
    ['[4/5] WORKDIR /v', false],
    ['[5/5] COPY a /x', false],
  ]);
  const again = await run(request, cache);
  expect([...again].filter(([name]) => !/FROM|internal/.test(name)).every(([, cached]) => cached)).toBe(true);
});
