import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LESSON, openSite, prompt, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

for (const path of ['', 'sandbox/', LESSON, '404.html']) {
  for (const dark of [false, true]) {
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      test(
        `axe finds nothing on /${path}, ${dark ? 'dark' : 'light'}, ${width} wide`,
        { timeout: 60_000 },
        async () => {
          const { page, context } = await visit(site, path, { dark, width, height });
          if (path === 'sandbox/' || path === LESSON) await prompt(page);
          const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
          expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
          await context.close();
        },
      );
    }
  }
}
