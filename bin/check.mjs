// npm run check: types, lint, format, import rules.
import { installPackages, run } from './install.mjs';

installPackages();
// The types of content collections and of files that Vite loads are generated.
if (run('astro', ['sync'], { stdio: ['ignore', 'ignore', 'inherit'] })) process.exit(1);
const steps = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of pages', 'astro', ['check', '--minimumSeverity', 'error']],
  [
    'types of components',
    'svelte-check',
    ['--threshold', 'error', '--output', 'human', '--tsconfig', './tsconfig.json'],
  ],
  ['lint', 'eslint', ['--max-warnings', '0', '.']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['import rules', 'vitest', ['run', 'test/architecture', '--silent']],
];
let failed = 0;
for (const [name, command, args] of steps) {
  const status = run(command, args);
  console.log(`${status ? 'FAILED' : 'ok    '} ${name}`);
  if (status) failed++;
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
