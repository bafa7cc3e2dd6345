/** The live figures of requests, lifecycles and runs: they follow the terminal, step, turn into tables, and are accessible. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, prompt, run, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

const open = async (page: Page, tab: string): Promise<void> =>
  page.getByRole('tab', { name: tab, exact: true }).click();
const says = (page: Page): Promise<string> => page.locator('.pic-head p').innerText();
const rows = (page: Page): Promise<string[]> => page.locator('.pic table').first().locator('tbody tr').allInnerTexts();

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include('.col-pic').analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

for (const dark of [false, true]) {
  test(`figures follow the machine, ${dark ? 'dark' : 'light'}`, { timeout: 180_000 }, async () => {
    const { page, context, troubles } = await visit(site, 'sandbox/', { dark });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await prompt(page);
    await page.waitForSelector('#workbench[data-live]');
    await page.selectOption('#pace', 'instant');

    for (const [tab, empty] of [
      ['Requests', 'No requests yet'],
      ['Lifecycle', 'No containers yet'],
      ['Run', 'No docker run yet'],
    ] as const) {
      await open(page, tab);
      await page.locator('.empty', { hasText: empty }).waitFor();
      await clean(page);
    }

    // Run: six steps, looked back over with the keyboard
    await run(page, 'docker run -d --name web -p 8080:80 nginx');
    await expect.poll(() => says(page)).toMatch(/^Step 5 of 6, process: PID 1 inside is PID \d+ on the host\.$/);
    expect(await page.locator('.cmdline code').allInnerTexts()).toEqual([
      'docker',
      'run',
      '-d',
      '--name web',
      '-p 8080:80',
      'nginx',
    ]);
    await page.locator('.stepper button').first().focus();
    await page.keyboard.press('ArrowLeft');
    expect(await says(page)).toMatch(/^Step 4 of 6, network: on bridge as 172\.17\.0\.2, a port published\.$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await says(page)).toMatch(/^Step 2 of 6, container: made, with the id [0-9a-f]{12}/);
    await page.keyboard.press('ArrowRight');
    expect(await says(page)).toMatch(/^Step 3 of 6/);
    await clean(page);
    await page.getByRole('button', { name: 'Table' }).click();
    expect(await rows(page)).toHaveLength(6);
    await clean(page);

    // a run that fails says where, and in Docker's words
    await run(page, 'docker run -d --name web nginx');
    await expect.poll(() => says(page)).toBe('It failed at step 2 of 6, container.');
    expect(await page.locator('.daemon-says').innerText()).toContain(
      'Error response from daemon: Conflict. The container name "/web" is already in use by container',
    );

    // Requests: the newest first, then back over what the command asked
    await page.getByRole('button', { name: 'what the docker command asks the daemon for' }).click();
    await expect.poll(() => says(page)).toContain('409 conflict');
    await run(page, 'docker stop web');
    await expect.poll(() => says(page)).toMatch(/^docker stop web: POST \/v1\.\d+\/containers\/web\/stop, 204 done\.$/);
    await page.locator('.stepper button').first().focus();
    await page.keyboard.press('ArrowLeft');
    expect(await says(page)).toBe('docker stop web: HEAD /_ping, 200 OK.');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.detail').innerText()).toContain('container web ended with 0');
    await clean(page);
    await page.getByRole('button', { name: 'Table' }).click();
    expect((await rows(page)).at(-1)).toContain('docker stop web');
    await clean(page);

    // Lifecycle: the container stands in its state and moves
    await open(page, 'Lifecycle');
    await page.locator('[data-place="exited"] .slab', { hasText: 'web' }).waitFor();
    await run(page, 'docker start web');
    await page.locator('[data-place="running"] .slab', { hasText: 'web' }).waitFor();
    expect(await page.locator('.way.is-lit').innerText()).toBe('docker start web');
    await run(page, 'docker kill web');
    await page.locator('[data-place="exited"] .slab', { hasText: 'exit 137' }).waitFor();
    expect(await page.locator('.detail').innerText()).toContain('137 = 128 + 9: ended by SIGKILL');
    await run(page, 'docker create --name other nginx');
    await page.locator('.states [data-stop]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.detail h3', { hasText: 'web' }).waitFor();
    await clean(page);
    await page.getByRole('button', { name: 'Table' }).click();
    expect(await rows(page)).toHaveLength(2);
    await clean(page);
    expect(troubles).toEqual([]);
    await context.close();
  });
}

test('a run is stepped through while the machine is held', { timeout: 120_000 }, async () => {
  const { page, context } = await visit(site, 'sandbox/', { width: 390, height: 844 });
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await run(page, 'docker pull busybox');
  const sheet = (name: string) => page.locator('.sheet-tabs button', { hasText: name }).click();
  // a word in the prose opens the sheet's picture, too
  await sheet('Close');
  await page.getByRole('button', { name: 'what one docker run does' }).click();
  await page.getByRole('tab', { name: 'Run', exact: true, selected: true }).waitFor();
  await page.getByRole('button', { name: 'Hold the next run' }).click();
  await sheet('Terminal');
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('docker run --rm busybox true');
  await page.keyboard.press('Enter');
  await sheet('Picture');
  const step = page.locator('.pic button', { hasText: 'Step' });
  await page.locator('.stepper', { hasText: 'the machine is held' }).waitFor();
  for (const [n, word] of ['container', 'layer of its own', 'network', 'process'].entries()) {
    for (let press = 0; press < 5 && !(await says(page)).startsWith(`Step ${n + 2} of 6`); press++) {
      await step.click();
      await page.waitForTimeout(400);
    }
    expect(await says(page)).toMatch(new RegExp(`^Step ${n + 2} of 6, ${word}`));
  }
  await page.getByRole('button', { name: 'Let it run' }).click();
  await expect.poll(() => says(page)).toBe('Step 6 of 6, its end: removed by --rm: container, layer and log are gone.');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await context.close();
});
