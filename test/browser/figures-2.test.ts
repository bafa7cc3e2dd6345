/** Pictures of what is shared and what is not: namespaces, the network's traffic, machines, containers and requests. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, prompt, run, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

async function open(dark = false): Promise<{ page: Page; done: () => Promise<void> }> {
  const { page, context, troubles } = await visit(site, 'sandbox/', { dark });
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await page.selectOption('#pace', 'instant');
  return {
    page,
    done: async () => {
      expect(troubles).toEqual([]);
      await context.close();
    },
  };
}

const panel = (page: Page, name: string): Promise<void> => page.getByRole('tab', { name, exact: true }).click();
const texts = (page: Page, selector: string): Promise<string[]> =>
  page
    .locator(selector)
    .evaluateAll((found) => found.map((e) => (e as HTMLElement).innerText.replace(/\s+/g, ' ').trim()));
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent?.replace(/\s+/g, ' ').trim() ?? '');
async function axe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include('.col-pic').analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

for (const dark of [false, true]) {
  test(
    `namespaces lie side by side, and shared ones are one box, ${dark ? 'dark' : 'light'}`,
    { timeout: 120_000 },
    async () => {
      const { page, done } = await open(dark);
      await panel(page, 'Namespaces');
      await page.locator('.empty', { hasText: 'Nothing to compare yet' }).waitFor();
      await run(page, 'docker run -d --name web nginx');
      await expect.poll(() => texts(page, '.ns h3 .badge')).toEqual(['shared']);
      // The same process, a number on each side.
      await expect.poll(() => page.locator('.ns-pid.both').count()).toBe(3);
      await expect
        .poll(async () => (await texts(page, '.ns-pid.both'))[0])
        .toMatch(/^\d{3,} for the host: nginx: master .* 1 for web: nginx: master/);
      await axe(page);

      await page.locator('.ns h3 button').first().focus();
      await page.keyboard.press('ArrowDown');
      expect(await focused(page)).toMatch(/^\d+ for the host: nginx: master .*1 for web: nginx: master /);
      await page.keyboard.press('Enter');
      expect(await page.locator('.ns-pid[aria-pressed="true"]').count()).toBe(1);

      await run(page, 'docker run -d --name side --network container:web redis');
      await page.getByLabel('What is seen by').selectOption({ label: 'web' });
      await page.getByLabel('beside').selectOption({ label: 'side' });
      await expect
        .poll(() => page.locator('.ns section:has(.badge) h3 button').allTextContents())
        .toEqual(['net', 'user']);
      await page.getByRole('button', { name: 'Table' }).click();
      const rows = await texts(page, '.tbl tbody tr');
      expect(rows.find((r) => r.startsWith('net '))).toMatch(/172\.17\.0\.2\/16.* yes$/);
      expect(rows.find((r) => r.startsWith('uts '))).toMatch(/ no$/);
      await axe(page);
      await done();
    },
  );

  test(
    `traffic takes its way over the map and can be stepped through, ${dark ? 'dark' : 'light'}`,
    { timeout: 120_000 },
    async () => {
      const { page, done } = await open(dark);
      await run(page, 'docker run -d --name web -p 8080:80 nginx');
      await run(page, 'docker run -d --name shy -p 9090:80 busybox httpd -f -p 127.0.0.1:80');
      await panel(page, 'Network');
      await expect
        .poll(() => texts(page, '.net-port'))
        .toEqual(['0.0.0.0:8080 → web:80', '0.0.0.0:9090 → shy:80 no way in: it listens on its own loopback only']);
      await run(page, 'curl -s -o page localhost:8080');
      const now = page.locator('.flow-now p');
      await expect.poll(() => now.textContent()).toBe('host 127.0.0.1:8080 → web:80');
      expect(
        await page.locator('.on-way').evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset.place)),
      ).toEqual([
        expect.stringMatching(/^host /),
        'port:0.0.0.0:8080',
        'bridge:docker0',
        expect.stringMatching(/^tap:docker0:/),
      ]);
      await run(page, 'curl -s localhost:9090');
      await expect.poll(() => now.textContent()).toContain('it listens on 127.0.0.1:80 only, its own loopback');
      expect(await page.locator('.netmap').getAttribute('data-tone')).toBe('fail');
      await axe(page);

      await page.locator('.traffic button[tabindex="0"]').focus();
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => now.textContent()).toBe('host 127.0.0.1:8080 → web:80');
      expect(await page.locator('.netmap').getAttribute('data-tone')).toBe('sel');
      await page.getByRole('button', { name: 'Later traffic' }).click();
      expect(await page.locator('.netmap').getAttribute('data-tone')).toBe('fail');

      await page.getByRole('button', { name: 'Table' }).click();
      expect((await texts(page, '.tbl tbody tr.bad')).join('\n')).toContain('host 127.0.0.1:9090 → shy:80');
      await axe(page);
      await done();
    },
  );

  test(
    `a virtual machine stands beside the containers with a kernel of its own, ${dark ? 'dark' : 'light'}`,
    { timeout: 120_000 },
    async () => {
      const { page, done } = await open(dark);
      await panel(page, 'Machines');
      await expect
        .poll(() => texts(page, '.m-side code'))
        .toEqual(['docker run -d --name web nginx', 'multipass launch --name box']);
      await axe(page);
      await run(page, 'docker run -d --name web nginx');
      await run(page, 'multipass launch --name box');
      await expect
        .poll(() => texts(page, '.m-stages'), { timeout: 60_000 })
        .toEqual([expect.stringMatching(/^box: firmware [\d.]+ (ms|s), .*cloud-init [\d.]+ s\.$/)]);
      const kernel = async (selector: string): Promise<string> =>
        /Linux (\S+)/.exec((await page.locator(selector).textContent()) ?? '')![1]!;
      expect(await kernel('.m-kernel')).not.toBe(await kernel('.m-host'));
      await axe(page);
      await page.locator('.m-side [data-stop]').first().focus();
      await page.keyboard.press('ArrowRight');
      expect(await focused(page)).toMatch(/^box.*running.*\d+ processes with numbers of its own/);
      await page.getByRole('button', { name: 'Table' }).click();
      expect((await texts(page, '.tbl tbody th')).slice(0, 2)).toEqual(['web container', 'box virtual machine']);
      await axe(page);
      await done();
    },
  );
}

test('containers and requests are walked with the arrow keys', { timeout: 120_000 }, async () => {
  const { page, done } = await open();
  await run(page, 'docker run -d --name web nginx');
  await panel(page, 'Containers');
  // The entrypoint's shell comes before the server.
  await page.locator('.c-procs button', { hasText: 'nginx: master' }).first().waitFor();
  await page.locator('.c-name').focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toMatch(/^1 inside, \d+ on the host, nginx: master /);
  await axe(page);
  await page.getByRole('button', { name: 'Table' }).click();
  expect((await texts(page, '.tbl tbody tr'))[0]).toMatch(/^web nginx .* running \d+ on the host /);
  await axe(page);
  await panel(page, 'API');
  await page.locator('.api-req[tabindex="0"]').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect.poll(() => texts(page, '.api-detail dt')).toEqual(['Answer', 'Took', 'Path as sent', 'condition']);
  await axe(page);
  await done();
});
