// npm run bench: budgets and timings, as a table and bench.json.
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { installPackages, run } from './install.mjs';

installPackages();
const chromium = findChromium();
if (run('astro', ['build'], { stdio: ['ignore', 'ignore', 'inherit'] })) process.exit(1);
process.exit(
  run('node', ['--expose-gc', fileURLToPath(new URL('./bench.ts', import.meta.url)), ...process.argv.slice(2)], {
    env: chromium ? { CHROMIUM: chromium } : {},
  }),
);
