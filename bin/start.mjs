// npm start: installs what is missing, builds the site where it changed, serves it and prints its address.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, root, run } from './install.mjs';
import { serve } from './serve.mjs';

installPackages();

const newest = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
};
const sources = ['content', 'src', 'simulator', 'public', 'astro.config.mjs', 'package.json'].map((p) => join(root, p));
const built = join(root, 'dist/index.html');
if (!existsSync(built) || Math.max(...sources.map(newest)) > statSync(built).mtimeMs) {
  const status = run('astro', ['build']);
  if (status) process.exit(status);
}
const port = Number(process.env.PORT ?? 4321);
const { url } = await serve({ port });
console.log(`\nDrydock is at ${url}\n(Ctrl-C ends it.)`);
