/** What the forecast says of a random Dockerfile is what the build then does, edit after edit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine, type Machine, type StepForecast } from '../../simulator/machine.ts';
import { inOrder, takeEvents } from '../../src/workbench/build-view.ts';

const NAMES = ['a.txt', 'b.log', 'src/c.txt', 'src/deep/d.txt'];
const line = fc.oneof(
  fc.constantFrom(
    'RUN echo one > /one',
    'RUN echo $A$B > /said',
    'RUN ls -R /in > /listed 2>&1 || true',
    'WORKDIR /work',
    'WORKDIR deeper',
    'ARG A=1',
    'ARG A=2',
    'ENV B=1',
    'ENV B=2',
    'LABEL l=1',
    'USER 1000',
    'COPY . /all/',
    'COPY src /in/',
    'COPY *.txt /in/',
    'COPY --chmod=600 keep.txt /in/kept',
    'COPY --link keep.txt /linked/',
    'ADD keep.txt src /mixed/',
  ),
);
const stage = fc.array(line, { minLength: 1, maxLength: 4 });
/** Up to three stages; each may stand on the one before, and copies from it what is always there. */
const dockerfile = fc
  .tuple(
    fc.array(fc.record({ lines: stage, on: fc.boolean(), copies: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([stages, arg]) =>
    [
      ...(arg ? ['ARG BASE=busybox'] : []),
      ...stages.flatMap(({ lines, on, copies }, i) => [
        `FROM ${i > 0 && on ? `s${i - 1}` : arg ? '$BASE' : 'busybox'} AS s${i}`,
        'COPY keep.txt /kept/',
        ...(i > 0 && copies ? [`COPY --from=s${i - 1} /kept /from/`] : []),
        ...lines,
      ]),
      '',
    ].join('\n'),
  );
const edit = fc.record({
  dockerfile,
  ignore: fc.constantFrom('', '*.log\n', 'src/deep\n', '**/*.txt\n!keep.txt\n!src/*.txt\n'),
  files: fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.constantFrom('1', '2'.repeat(6000))]))),
});
/** The whole of an edit, or only a part of it on top of what was there. */
const step = fc.tuple(edit, fc.constantFrom('all', 'dockerfile', 'ignore', 'files', 'nothing'));

async function forecastOf(machine: Machine): Promise<readonly StepForecast[] | undefined> {
  let done = false;
  let found: readonly StepForecast[] | undefined;
  void machine.forecast('Dockerfile').then((steps) => {
    found = steps;
    done = true;
  });
  while (!done) await machine.settle(0);
  return found;
}

test('a forecast comes true over random Dockerfiles and edits', { timeout: 120_000 }, async () => {
  const seen = { reused: 0, runs: 0, sizes: 0, totals: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), async (steps) => {
      const machine = await createMachine({ host: nodeHost, images: ['busybox'], files: { 'keep.txt': 'kept' } });
      let now = steps[0]![0];
      for (const [next, part] of steps) {
        now = part === 'all' ? next : part === 'nothing' ? now : { ...now, [part]: next[part] };
        machine.files.write('Dockerfile', now.dockerfile);
        machine.files.write('.dockerignore', now.ignore);
        for (const [name, text] of Object.entries(now.files)) machine.files.write(name, text as string);
        const forecast = await forecastOf(machine);
        const { exit } = await machine.run('docker build -q -t app .');
        const build = takeEvents([], machine.events).at(-1);
        if (exit !== 0) continue;
        expect(forecast).toBeDefined();
        // What a stage will leave cannot be known before it runs: a COPY --from that turns out equal is reused after all.
        const open = new Set<number>();
        for (const one of inOrder(build!.steps)) {
          const { detail } = one;
          if (!detail || one.instruction.startsWith('FROM ')) continue;
          const said = forecast!.find((f) => f.line === detail.startLine)!;
          if (one.instruction.startsWith('COPY --from') && said.outcome === 'runs') open.add(detail.stage);
          if (said.outcome === 'runs' && one.state === 'reused' && open.size > 0) continue;
          const did = one.state === 'reused' ? 'reused' : 'runs';
          expect([now.dockerfile, one.name, said.outcome]).toEqual([now.dockerfile, one.name, did]);
          seen[did]++;
          if (said.size?.kind !== 'exact' || !detail.layer) continue;
          expect([now.dockerfile, one.name, said.size.bytes]).toEqual([now.dockerfile, one.name, detail.layer.size]);
          seen.sizes++;
        }
        const image = machine.state().images.find((i) => i.tags.includes('app:latest'));
        const total = image!.layers.reduce((sum, layer) => sum + layer.size, 0);
        const said = forecast!.at(-1)!.imageSize;
        if (said?.kind === 'exact') {
          expect([now.dockerfile, said.bytes]).toEqual([now.dockerfile, total]);
          seen.totals++;
        }
        expect((await forecastOf(machine))!.at(-1)!.imageSize).toEqual({ bytes: total, kind: 'exact' });
      }
      machine.stop();
    }),
    { numRuns: 25, seed: 11 },
  );
  expect(seen.reused).toBeGreaterThan(50);
  expect(seen.runs).toBeGreaterThan(50);
  expect(seen.sizes).toBeGreaterThan(30);
  expect(seen.totals).toBeGreaterThan(10);
});
