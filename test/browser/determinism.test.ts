/** A machine is a function of its seed, files and inputs: the same session gives the same bytes, twice, here and in a browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../bin/serve.mjs';
import { nodeHost } from '../../bin/node-host.ts';
import { createMachine } from '../../simulator/machine.ts';
import { replay } from '../../simulator/session/replay.ts';
import { parseSession } from '../../simulator/session/session-file.ts';
import { openSite, type Site } from './page.ts';

const SESSIONS = [
  'seed-container-state',
  'seed-layer-cache',
  'seed-run-flags',
  'seed-shared-kernel',
  'shell-bash',
  'networks-user-defined',
];

let site: Site;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-replay-'));
  await build({
    entryPoints: ['test/browser/replay-entry.ts'],
    outdir: dir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    loader: { '.wasm': 'file' },
    external: ['module', 'fs', 'path', 'url', 'node:*'],
  });
  writeFileSync(join(dir, 'index.html'), '<!doctype html><script type="module" src="replay-entry.js"></script>');
  writeFileSync(join(dir, '404.html'), '<!doctype html><title>Not found</title>');
  site = await openSite();
}, 60_000);
afterAll(async () => {
  await site.close();
  rmSync(dir, { recursive: true });
});

const source = (name: string): string => readFileSync(`test/conformance/sessions/${name}.session`, 'utf8');

async function inNode(name: string): Promise<{ transcript: string; events: string }> {
  const session = parseSession(source(name));
  const machine = await createMachine({ files: session.files, images: session.images, host: nodeHost });
  const transcript = await replay(name, session, machine);
  machine.stop();
  return { transcript: JSON.stringify(transcript), events: JSON.stringify(machine.events) };
}

test('twice in Node and once in Chromium, byte for byte', { timeout: 120_000 }, async () => {
  const { url, close } = await serve({ dist: dir });
  const page = await site.browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'replayText' in window);
  for (const name of SESSIONS) {
    const first = await inNode(name);
    expect(await inNode(name)).toEqual(first);
    const there = await page.evaluate(
      ([n, s]) =>
        (
          window as unknown as { replayText(n: string, s: string): Promise<{ transcript: string; events: string }> }
        ).replayText(n!, s!),
      [name, source(name)],
    );
    expect(there.transcript).toBe(first.transcript);
    expect(there.events).toBe(first.events);
  }
  await page.close();
  await close();
});
