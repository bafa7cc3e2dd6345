// npm run new-lesson PART/LESSON "Why …?": lays out a lesson that already proves itself, to be edited from there.
import { fileURLToPath } from 'node:url';
import { installPackages, run } from './install.mjs';

installPackages();
process.exit(run('node', [fileURLToPath(new URL('./new-lesson.ts', import.meta.url)), ...process.argv.slice(2)]));
