// npm run quote [PART/LESSON …]: writes what the machine prints into the lessons' console blocks, and makes the questions' options.
import { fileURLToPath } from 'node:url';
import { installPackages, run } from './install.mjs';

installPackages();
process.exit(run('node', [fileURLToPath(new URL('./quote.ts', import.meta.url)), ...process.argv.slice(2)]));
