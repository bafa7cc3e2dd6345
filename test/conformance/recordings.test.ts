/** Every recorded session, replayed: each stable step must print what the real Docker printed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runSession } from '../../bin/drydock-session.ts';
import { compareSession, type Recording } from './compare.mjs';
import { KNOWN_DIFFERENCES } from './known-differences.ts';

const here = new URL('.', import.meta.url).pathname;
const names = readdirSync(`${here}sessions`)
  .filter((name) => name.endsWith('.session'))
  .map((name) => name.replace('.session', ''));

for (const name of names) {
  test.concurrent(name, async () => {
    const golden = JSON.parse(readFileSync(`${here}goldens/${name}.json`, 'utf8')) as Recording;
    const transcript = await runSession(`${here}sessions/${name}.session`);
    const differing = compareSession(golden, transcript as unknown as Recording)
      .filter((step) => !step.ok && !step.unstable)
      .map((step) => ({ command: step.cmd, differsIn: step.why }));
    const known = KNOWN_DIFFERENCES[name] ?? [];
    expect(differing.filter((d) => !known.includes(d.command))).toEqual([]);
  });
}

test('every known difference is in docs/differences.md, and there is no recording for nothing', () => {
  const text = existsSync('docs/differences.md') ? readFileSync('docs/differences.md', 'utf8') : '';
  for (const session of Object.keys(KNOWN_DIFFERENCES)) {
    expect(names).toContain(session);
    expect(text).toContain(session);
  }
});
