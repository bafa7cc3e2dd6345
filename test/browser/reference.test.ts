/** The pages around the lessons: reference, glossary, search, the course's map, the free machine's images. */
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LESSON, openSite, prompt, run, screen, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

const PAGES = [
  '',
  'reference/',
  'reference/commands/',
  'reference/commands/build/',
  'reference/commands/volume/',
  'reference/commands/swarm/init/',
  'reference/dockerfile/',
  'reference/checks/',
  'glossary/#layer',
  'search/?q=layer',
];

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

for (const path of PAGES)
  for (const dark of [false, true])
    test(`axe finds nothing on /${path}, ${dark ? 'dark' : 'light'}`, { timeout: 90_000 }, async () => {
      const { page, context, troubles } = await visit(site, path, { dark });
      if (path.startsWith('search')) await page.waitForSelector('.hits a');
      for (const [width, height] of [
        [1440, 900],
        [1024, 768],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        expect(await findings(page)).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${width} wide`).toBeLessThanOrEqual(0);
      }
      expect(troubles).toEqual([]);
      await context.close();
    });

test('search finds a command, a word and a lesson by keyboard', { timeout: 60_000 }, async () => {
  const { page, context, troubles } = await visit(site, 'reference/');
  const cases = [
    ['docker exec', /\/reference\/commands\/exec\/$/],
    ['whiteout', /\/glossary\/#whiteout$/],
    ['that step run again', new RegExp(`/${LESSON}$`)],
  ] as const;
  for (const [query, address] of cases) {
    await page.goto(`${site.url}reference/`);
    await page.keyboard.press('/');
    await page.waitForSelector('dialog[open] input:focus');
    await page.keyboard.type(query);
    await page.waitForFunction(() => /result/.test(document.querySelector('.search-status')?.textContent ?? ''));
    await page.waitForSelector('.hits [aria-selected="true"]');
    await page.keyboard.press('Enter');
    await page.waitForURL(address);
  }
  expect(troubles).toEqual([]);
  await context.close();
});

test('the dialog is walked with the arrows, closed with Escape, and clean', { timeout: 60_000 }, async () => {
  const { page, context } = await visit(site, 'glossary/', { dark: true });
  await page.click('[data-search]');
  await page.waitForSelector('dialog[open] input');
  await page.keyboard.type('cache');
  await page.waitForSelector('.hits [aria-selected="true"]');
  const chosen = (): Promise<string | null> =>
    page.evaluate(() => document.querySelector('dialog input')!.getAttribute('aria-activedescendant'));
  const first = await chosen();
  await page.keyboard.press('ArrowDown');
  expect(await chosen()).not.toBe(first);
  await page.keyboard.press('ArrowUp');
  expect(await chosen()).toBe(first);
  expect(await findings(page)).toEqual([]);
  await page.fill('dialog input', 'qqzzxxw');
  await page.waitForFunction(
    () => document.querySelector('.search-status')!.textContent === 'Nothing found for “qqzzxxw”.',
  );
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.querySelector('dialog')!.open)).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.matches('[data-search]'))).toBe(true);
  await context.close();
});

test('search works without the network once the page was kept', { timeout: 120_000 }, async () => {
  const { page, context } = await visit(site, 'glossary/');
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
  });
  await context.setOffline(true);
  await page.keyboard.press('/');
  await page.waitForSelector('dialog[open] input');
  await page.keyboard.type('tmpfs');
  await page.waitForSelector('.hits a');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/glossary\/#tmpfs$/);
  await context.close();
});

test('a page of prose loads at most 6 kB of script', { timeout: 60_000 }, async () => {
  for (const path of ['', 'reference/commands/run/', 'glossary/']) {
    const context = await site.browser.newContext();
    const page = await context.newPage();
    let bytes = 0;
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        void response.body().then((body) => (bytes += gzipSync(body).length));
    });
    await page.goto(site.url + path);
    await page.waitForLoadState('networkidle');
    const inline = await page.evaluate(() =>
      [...document.querySelectorAll('script:not([src]):not([type="application/json"])')]
        .map((s) => s.textContent)
        .join('\n'),
    );
    expect(bytes + gzipSync(inline).length, path).toBeLessThan(6 * 1024);
    await context.close();
  }
});

test(
  'a word in a lesson is explained on focus and hover, uncut, and Escape takes it away',
  { timeout: 60_000 },
  async () => {
    const { page, context } = await visit(site, LESSON);
    const word = page.locator('a.word').first();
    await word.focus();
    const tip = page.locator('.tip:popover-open');
    expect(await tip.textContent()).toContain('tar archive');
    const whole = await tip.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const points = [
        [box.left + 2, box.top + 2],
        [box.right - 2, box.bottom - 2],
      ] as const;
      const shown = points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
      return shown && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    });
    expect(whole).toBe(true);
    await page.keyboard.press('Escape');
    expect(await tip.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('word');
    await word.hover();
    expect(await tip.count()).toBe(1);
    await page.mouse.move(5, 400);
    await page.keyboard.press('Tab');
    expect(await tip.count()).toBe(0);
    await context.close();
  },
);

test('the course shows what is done, and progress goes out and in as a file', { timeout: 60_000 }, async () => {
  const { page, context } = await visit(site, '');
  const slug = LESSON.replace(/^lessons\/|\/$/g, '');
  const version = await page.getAttribute(`.less a[data-lesson="${slug}"]`, 'data-version');
  const keep = async (met: string[]): Promise<void> => {
    const entry = { version: Number(version), met, of: 2 };
    await page.evaluate(
      ([key, value]) => localStorage.setItem(key!, value!),
      ['drydock-progress', JSON.stringify({ [slug]: entry })],
    );
    await page.reload();
  };
  await keep(['one']);
  expect(await page.textContent('[data-resume]')).toMatch(
    /Where you stopped\s*Why did that step run again\?\s*One task left/,
  );
  await keep(['one', 'two']);
  expect(await page.textContent('[data-tally]')).toMatch(/^1 of \d+ done$/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-do="save"]')]);
  const file = await download.path();
  page.on('dialog', (dialog) => void dialog.accept());
  await Promise.all([page.waitForEvent('load'), page.click('[data-do="clear"]')]);
  expect(await page.textContent('[data-tally]')).toBe('');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-do="load"]')]);
  await Promise.all([page.waitForEvent('load'), chooser.setFiles(file)]);
  expect(await page.textContent('[data-tally]')).toMatch(/^1 of \d+ done$/);
  await context.close();
});

test('the free machine begins with the images of its address', { timeout: 60_000 }, async () => {
  const { page, context } = await visit(site, 'sandbox/?image=busybox&image=nonsense');
  await prompt(page);
  await run(page, "docker images --format '{{.Repository}}'");
  expect((await screen(page)).split('\n').slice(1, 2)).toEqual(['busybox']);
  expect(await page.textContent('[data-images-say]')).toBe(
    'On the machine from the start: busybox. Not in this registry: nonsense.',
  );
  await context.close();
});
