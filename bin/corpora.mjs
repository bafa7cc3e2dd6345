// npm run corpora -- DIR [--json]: runs the recorded cases found in DIR against the model.
import { fileURLToPath } from 'node:url';
import { installPackages, run } from './install.mjs';

installPackages();
process.exit(run('node', [fileURLToPath(new URL('./corpora.ts', import.meta.url)), ...process.argv.slice(2)]));
