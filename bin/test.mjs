// npm test: installs what is missing, builds the site and runs every test: units, conformance, lessons, browser.
import { readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { installPackages, root, run } from './install.mjs';

installPackages();
const chromium = findChromium();
if (!chromium) {
  console.error(
    'The browser tests need Chromium. Install the package “chromium” (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM to its path.',
  );
  process.exit(1);
}
if (run('astro', ['build'], { stdio: ['ignore', 'ignore', 'inherit'] })) process.exit(1);
const report = `${root}.cache/test-report.json`;
rmSync(report, { force: true });
const status = run(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { env: { CHROMIUM: chromium } },
);
const { numPassedTests = 0, numFailedTests = 1 } = JSON.parse(readFileSync(report, 'utf8'));
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
process.exit(status || (numFailedTests ? 1 : 0));
