/** Panes, pictures and the timeline: by pointer, by keys, and without a network. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LESSON, openSite, prompt, run, screen, slabs, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

test('panes are resized and maximised, and remember their size', { timeout: 60_000 }, async () => {
  const { page, context, troubles } = await visit(site, LESSON);
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  const width = (): Promise<number> => page.evaluate(() => document.querySelector('.col-prose')!.clientWidth);
  const before = await width();
  await page.locator('.split-prose').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  const after = await width();
  expect(after).toBeGreaterThan(before + 60);
  await page.reload();
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await expect.poll(width).toBe(after);
  await page.getByRole('button', { name: 'Maximise the terminal' }).click();
  expect(await page.evaluate(() => document.querySelector('.pane-term')!.clientWidth)).toBe(1440);
  await expect
    .poll(() => page.evaluate(() => document.querySelector('.xterm-screen')!.clientWidth))
    .toBeGreaterThan(1300);
  await page.getByRole('button', { name: 'Restore the terminal' }).click();
  expect(troubles).toEqual([]);
  await context.close();
});

test('every picture has an empty state, a table twin and its objects', { timeout: 120_000 }, async () => {
  const { page, context, troubles } = await visit(site, LESSON);
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await page.selectOption('#pace', 'instant');
  const tab = (name: string) => page.getByRole('tab', { name }).click();
  for (const [name, text] of [
    ['Layers', 'No build yet'],
    ['Graph', 'No build yet'],
    ['Containers', 'No containers'],
  ] as const) {
    await tab(name);
    await page.locator('.empty', { hasText: text }).waitFor();
  }
  await run(page, 'docker build -t shop .');
  await tab('Graph');
  await expect.poll(() => page.locator('.dag .slab').count()).toBe(4);
  await page.getByRole('button', { name: 'Table' }).click();
  expect(await page.locator('.tbl tbody tr').first().textContent()).toContain('FROM python:3.13-slim');
  await tab('Images');
  await page.locator('.img', { hasText: 'shop:latest' }).waitFor();
  await run(page, 'docker run -d --name web -p 8080:80 nginx');
  await tab('Network');
  await page.locator('.net .slab', { hasText: 'web' }).waitFor();
  await tab('Host');
  await page.locator('.proc .p.in', { hasText: 'nginx' }).first().waitFor();
  await tab('Containers');
  await page.locator('.containers', { hasText: 'web' }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
});

test('going back on the timeline shows the build as it was then', { timeout: 60_000 }, async () => {
  const { page, context, troubles } = await visit(site, LESSON);
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await page.selectOption('#pace', 'instant');
  await run(page, 'docker build -t shop .');
  await expect.poll(async () => (await slabs(page)).map(([, o]) => o)).toEqual(['ran', 'ran', 'ran', 'ran']);
  const slider = page.getByRole('slider', { name: 'Moment of the build' });
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await slabs(page)).map(([, o]) => o)).toEqual(['ran', 'ran', 'ran', 'running']);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect.poll(async () => (await slabs(page)).map(([, o]) => o)).toEqual(['ran', 'ran', 'ran', 'ran']);
  expect(troubles).toEqual([]);
  await context.close();
});

test('the keyboard alone reaches and works everything', { timeout: 60_000 }, async () => {
  const { page, context, troubles } = await visit(site, LESSON);
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await page.selectOption('#pace', 'instant');
  await run(page, 'docker build -t shop .');
  await page.locator('.slab').last().focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('.detail', { hasText: 'WORKDIR /app' }).waitFor();
  await page.locator('.xterm .step-line.is-sel').first().waitFor({ state: 'attached' });
  await page.locator('[role="tab"][aria-selected="true"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('.dag').waitFor();
  // Every stop of the Tab key can be seen.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press('Tab');
    const shown = await page.evaluate(() => {
      const box = document.activeElement!.getBoundingClientRect();
      return document.activeElement === document.body || (box.width > 0 && box.height > 0);
    });
    expect(shown).toBe(true);
  }
  expect(troubles).toEqual([]);
  await context.close();
});

test('a learner finishes the lesson on a phone', { timeout: 120_000 }, async () => {
  const { page, context, troubles } = await visit(site, LESSON, { width: 390, height: 844 });
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  const sheet = (name: string) => page.locator('.sheet-tabs button', { hasText: name }).click();
  await sheet('Timeline');
  await page.selectOption('#pace', 'instant');
  await page.locator('[data-type="docker build -t shop ."]').first().click();
  await page.locator('.keysrow button', { hasText: 'Enter' }).click();
  await page.getByText('1 of 3 met').waitFor({ state: 'attached', timeout: 60_000 });
  await prompt(page);
  await run(page, "sed -i 's/Hello/Ahoy/' app.py && docker build -t shop .");
  await page.getByText('2 of 3 met').waitFor({ state: 'attached', timeout: 60_000 });
  await sheet('Files');
  await page.locator('.editor-box').click();
  await page.waitForSelector('.monaco-editor .view-line', { timeout: 30_000 });
  await page.locator('.monaco-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n',
  );
  await sheet('Terminal');
  await run(page, 'docker build -t shop .');
  await run(page, "sed -i 's/Ahoy/Welcome/' app.py && docker build -t shop .");
  await page.getByText('3 of 3 met').waitFor({ state: 'attached', timeout: 60_000 });
  await sheet('Picture');
  await page.locator('.stacks .slab').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(troubles).toEqual([]);
  await context.close();
});

test('after a visit everything works without a network', { timeout: 120_000 }, async () => {
  const { page, context } = await visit(site, LESSON);
  await prompt(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 60_000 })
    .toBe(true);
  await context.setOffline(true);
  await page.reload();
  await prompt(page);
  await run(page, 'docker run --rm alpine echo sailing');
  expect(await screen(page)).toContain('sailing');
  await page.locator('.editor-box').click();
  await page.waitForSelector('.monaco-editor .view-line', { timeout: 30_000 });
  await context.close();
});
