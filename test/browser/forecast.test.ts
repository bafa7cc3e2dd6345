/** The editor says before a build what it will do, and the build does exactly that. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { LESSON, openSite, prompt, run, slabs, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

/** What stands after each line of the Dockerfile in the editor: `reused`, `runs again`, `config only`. */
const marks = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.monaco-editor .view-line')]
      .sort((a, b) => a.offsetTop - b.offsetTop)
      .flatMap((line) => {
        const mark = line.querySelector<HTMLElement>('.after-mark:not(.after-size)');
        return mark ? [mark.textContent.replaceAll('\u00a0', ' ').trim()] : [];
      }),
  );

const expectMarks = async (page: Page, wanted: string[]): Promise<void> => {
  await expect.poll(() => marks(page), { timeout: 10_000 }).toEqual(wanted);
};

test(
  'one changed character turns exactly the right lines, and the build runs those',
  { timeout: 120_000 },
  async () => {
    const { page, context, troubles } = await visit(site, LESSON);
    await prompt(page);
    await page.waitForSelector('#workbench[data-live]');
    await page.selectOption('#pace', 'instant');
    await page.locator('.editor-box').click();
    await page.waitForSelector('.monaco-editor .view-line', { timeout: 30_000 });
    await expectMarks(page, ['runs', 'runs', 'runs', 'runs', 'config only']);

    await run(page, 'docker build -t shop .');
    await expectMarks(page, ['reused', 'reused', 'reused', 'reused', 'config only']);

    // One character of a source file, in the editor.
    await page.locator('.tree button', { hasText: 'app.py' }).click();
    await page.locator('.monaco-editor .view-lines').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('#');
    await page.locator('.tree button', { hasText: 'Dockerfile' }).click();
    await expectMarks(page, ['reused', 'reused', 'runs again', 'runs again', 'config only']);
    expect(await page.locator('.why-zone').allTextContents()).toEqual([
      'app.py changed',
      'the step before it has a new result',
    ]);

    await run(page, 'docker build -t shop .');
    expect((await slabs(page)).map(([, outcome]) => outcome)).toEqual(['reused', 'reused', 'ran', 'ran']);
    await expectMarks(page, ['reused', 'reused', 'reused', 'reused', 'config only']);

    // What .dockerignore leaves out changes nothing.
    await run(page, 'echo app.py > .dockerignore; echo x >> app.py');
    await expectMarks(page, ['reused', 'reused', 'runs again', 'runs again', 'config only']);
    await run(page, 'docker build -t shop .');
    await expectMarks(page, ['reused', 'reused', 'reused', 'reused', 'config only']);
    await run(page, 'echo y >> app.py');
    await page.waitForTimeout(500);
    await expectMarks(page, ['reused', 'reused', 'reused', 'reused', 'config only']);
    expect(troubles).toEqual([]);
    await context.close();
  },
);
