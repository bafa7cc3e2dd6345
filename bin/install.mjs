// What every entry point needs first: the packages, without asking twice.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command of node_modules/.bin (or PATH) in the project; ends this process when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
    env: {
      ...process.env,
      ASTRO_TELEMETRY_DISABLED: '1',
      // Node keeps what it made of the TypeScript files.
      NODE_COMPILE_CACHE: `${root}node_modules/.cache/node-compile`,
      PATH: `${root}node_modules/.bin${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
      ...options.env,
    },
  });
  if (error) throw error;
  return status ?? 1;
}

/** Installs the packages when they are missing or not those of the lock file. */
export function installPackages() {
  const marker = `${root}node_modules/.package-lock.json`;
  const lock = `${root}package-lock.json`;
  if (existsSync(marker)) {
    const have = JSON.parse(readFileSync(marker, 'utf8')).packages;
    const want = JSON.parse(readFileSync(lock, 'utf8')).packages;
    const missing = Object.entries(want).some(
      ([path, entry]) => path && !entry.optional && have[path]?.version !== entry.version,
    );
    if (!missing) return;
  }
  console.log('Installing the packages…');
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status) process.exit(status);
}
