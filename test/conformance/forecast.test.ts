/** The forecast beside the editor's lines and the build that follows agree, over the recorded sessions about the cache. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';
import { replay } from '../../simulator/session/replay.ts';
import { parseSession } from '../../simulator/session/session-file.ts';
import { inOrder, takeEvents } from '../../src/workbench/build-view.ts';

const here = new URL('sessions/', import.meta.url).pathname;
/** Builds of the folder's Dockerfile without options that change what is built. */
const PLAIN = /^docker build (-q )?(-t \S+ )?(-q )?\.( |$)/;

test('forecast and build agree in every cache session', { timeout: 120_000 }, async () => {
  let compared = 0;
  for (const file of readdirSync(here).filter((name) => /^(cache|seed-layer|seed-multi)/.test(name))) {
    const session = parseSession(readFileSync(here + file, 'utf8'));
    const machine = await createMachine({ files: session.files, images: session.images, host: nodeHost });
    for (const step of session.steps) {
      let forecast: Awaited<ReturnType<typeof machine.forecast>>;
      const builds = takeEvents([], machine.events).length;
      if (step.kind === 'run' && PLAIN.test(step.command)) {
        let done = false;
        void machine.forecast('Dockerfile').then((steps) => {
          forecast = steps;
          done = true;
        });
        while (!done) await machine.settle(0);
      }
      await replay(file, { ...session, steps: [step] }, machine);
      const build = takeEvents([], machine.events)[builds];
      if (!forecast || !build || build.failed) continue;
      const unknown = new Set<number>();
      for (const one of inOrder(build.steps)) {
        const { detail } = one;
        if (!detail || one.instruction.startsWith('FROM ')) continue;
        // What a stage will leave cannot be known before it runs: a COPY --from that turns out equal is reused after all.
        if (one.instruction.startsWith('COPY --from')) unknown.add(detail.stage);
        const said = forecast.find((f) => f.line === detail.startLine)?.outcome;
        if (said === 'runs' && one.state === 'reused' && unknown.has(detail.stage)) continue;
        expect([file, step.kind === 'run' && step.command, one.name, said]).toEqual([
          file,
          step.kind === 'run' && step.command,
          one.name,
          one.state === 'reused' ? 'reused' : 'runs',
        ]);
        compared++;
      }
    }
    machine.stop();
  }
  expect(compared).toBeGreaterThan(40);
});
