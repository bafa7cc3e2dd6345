#!/usr/bin/env node
// Entry point that any Node can read: the machine itself is TypeScript and wants Node 22.19 or later, which the project's
// optional dependencies bring along.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 23 || (major === 22 && minor >= 19)) {
  const { main } = await import('./drydock.ts');
  process.exitCode = await main(process.argv.slice(2));
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(
    `drydock needs Node 22.19 or later; this is ${process.version}. Run \`npm install\` first, it brings one along.`,
  );
  process.exitCode = 1;
}
