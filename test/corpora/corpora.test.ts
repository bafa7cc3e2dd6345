/** The recorded cases beside the project, where they are there. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RUNNERS } from './runners.ts';

const dir = '../shared/corpora';

describe.skipIf(!existsSync(dir))('recorded cases', () => {
  for (const [file, runner] of Object.entries(RUNNERS)) {
    const path = join(dir, file);
    test.skipIf(!existsSync(path))(file, async () => {
      const result = await runner(statSync(path).isFile() ? readFileSync(path, 'utf8') : '', dir);
      console.log(`${file}: ${result.passed} of ${result.total}`);
      expect(result.failures).toEqual([]);
      expect(result.total).toBeGreaterThan(0);
    });
  }
});
