/** The real docker command as a client of the simulated daemon, over a real socket. Skipped where there is none. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWithClient } from '../../bin/drydock-client.ts';
import { compareSession, type Recording } from '../conformance/compare.mjs';

/** The recordings were made with this one; another version words its messages otherwise. */
const VERSION = '28.2.2';

function findClient(): string | undefined {
  for (const path of ['/usr/local/bin/docker', '/usr/bin/docker']) {
    if (!existsSync(path)) continue;
    if (execFileSync(path, ['--version'], { encoding: 'utf8' }).includes(`version ${VERSION},`)) return path;
  }
  return undefined;
}

const client = findClient();
const here = new URL('../conformance/', import.meta.url).pathname;
const SESSIONS = [
  'seed-container-state',
  'seed-run-interactive',
  'lifecycle-attach',
  'lifecycle-exec',
  'lifecycle-logs',
  'lifecycle-stats',
  'interactive-detach-attach',
  'networks-user-defined',
  'volumes-named',
  'system-names-and-prefixes',
];

test.skipIf(!client)(`docker ${VERSION} prints what it printed to a real engine`, { timeout: 240_000 }, async () => {
  const out = mkdtempSync(join(tmpdir(), 'drydock-cli-'));
  const files = SESSIONS.map((name) => `${here}sessions/${name}.session`);
  expect(await runWithClient(client!, files, out)).toBe(0);
  const differing = SESSIONS.flatMap((name) => {
    const golden = JSON.parse(readFileSync(`${here}goldens-cli28/${name}.json`, 'utf8')) as Recording;
    const actual = JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')) as Recording;
    return compareSession(golden, actual)
      .filter((step) => !step.ok && !step.unstable)
      .map((step) => `${name}: $ ${step.cmd} differs in ${step.why}`);
  });
  rmSync(out, { recursive: true });
  expect(differing).toEqual([]);
});
