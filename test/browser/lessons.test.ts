/** Every lesson is driven once in the browser: its solution is played in the page, the tasks are met, both themes are sound. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lessonOrder, matterOf } from '../../src/lessons/folder.ts';
import { lessonTasks } from '../../src/lessons/tasks.ts';
import { openSite, prompt, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

/** What axe finds now and still half a second later: an editor measures its text in elements that come and go. */
async function findings(page: Page, rules?: string[], again = true): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude('.xterm');
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  if (!violations.length) return [];
  if (again) {
    await page.waitForTimeout(500);
    return findings(page, rules, false);
  }
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

describe.concurrent('lessons', () => {
  for (const [at, id] of lessonOrder().entries()) {
    const first = at === 0;
    const slug = id.replace(/^docker\//, '');
    test(`${slug}: the solution plays and every task is ticked`, { timeout: 180_000 }, async () => {
      const { page, context, troubles } = await visit(site, '404.html');
      page.on('dialog', (dialog) => void dialog.accept());
      if (first) {
        await page.goto(`${site.url}lessons/${slug}/`);
        await prompt(page);
        const reloaded = page.waitForEvent('load');
        await page.getByRole('button', { name: 'Show me' }).click();
        await reloaded;
      } else {
        // As the button leaves it before it loads the page anew: half the pages to boot.
        const lesson = `${slug}@${matterOf(id).version ?? 1}`;
        await page.evaluate((wanted) => sessionStorage.setItem('drydock-show', wanted), lesson);
        await page.goto(`${site.url}lessons/${slug}/`);
      }
      const all = (await lessonTasks(id)).length;
      await page.locator('#pace').selectOption('instant', { timeout: 60_000 });
      await page.getByText(`${all} of ${all} met`).waitFor({ timeout: 150_000 });
      const light = await findings(page);
      await page.locator('[data-theme-switch]').click();
      // The other theme changes colours and nothing else.
      const dark = await findings(page, ['color-contrast']);
      expect({ troubles, light, dark }).toEqual({ troubles: [], light: [], dark: [] });
      await context.close();
    });
  }
});
