/** Runs whichever of the recorded case files it finds in a folder against the model, and counts. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUNNERS } from '../test/corpora/runners.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const [dir] = positionals;
if (dir === undefined || !existsSync(dir)) {
  console.error('usage: npm run corpora -- DIR [--json]');
  process.exit(1);
}
const results: Record<string, { passed: number; total: number }> = {};
let failed = 0;
for (const [file, runner] of Object.entries(RUNNERS)) {
  const path = join(dir, file);
  if (!existsSync(path)) continue;
  const { passed, total, failures } = await runner(statSync(path).isFile() ? readFileSync(path, 'utf8') : '', dir);
  results[file] = { passed, total };
  failed += total - passed;
  if (!values.json) {
    console.log(`${file}: ${passed} of ${total}`);
    for (const failure of failures.slice(0, 5)) console.log(failure.replace(/^/gm, '    '));
  }
}
if (values.json) console.log(JSON.stringify(results));
process.exitCode = failed ? 1 : 0;
