/** A browser with the built site, for the tests of this folder. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../bin/chromium.mjs';
import { serve } from '../../bin/serve.mjs';

export interface Site {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Serves `dist` (or the folder DRYDOCK_DIST) and starts Chromium; npm test builds the site before. */
export async function openSite(): Promise<Site> {
  const executablePath = process.env.CHROMIUM ?? findChromium();
  const { DRYDOCK_DIST: dist } = process.env;
  const { url, close } = await serve(dist ? { dist } : {});
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  return {
    url,
    browser,
    close: async () => {
      await browser.close();
      await close();
    },
  };
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the console, failed requests and requests to other origins. */
  readonly troubles: string[];
}

/** A fresh visitor. */
export async function visit(
  site: Site,
  path: string,
  options: { width?: number; height?: number; dark?: boolean } = {},
): Promise<Visit> {
  const context = await site.browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error') troubles.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  // What a reload cuts off has not failed.
  page.on('requestfailed', (r) => {
    if (r.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`failed: ${r.url()}`);
  });
  page.on('request', (r) => {
    if (!r.url().startsWith(site.url) && !/^(data|blob):/.test(r.url())) troubles.push(`other origin: ${r.url()}`);
  });
  await page.goto(site.url + path);
  return { page, context, troubles };
}

export const LESSON = 'lessons/images-and-builds/why-did-that-step-run-again/';

/** What the terminal shows, lines without trailing spaces. */
export const screen = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.xterm-rows > div')]
      .map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd(),
  );

/** Waits for the prompt with nothing behind it. */
export async function prompt(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const rows = [...document.querySelectorAll('.xterm-rows > div')].map((r) =>
        (r.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd(),
      );
      return rows.findLast((r) => r !== '')?.match(/\$$/) !== null && rows.some((r) => r.endsWith('$'));
    },
    undefined,
    { timeout: 30_000 },
  );
}

/** Types a command at the prompt and waits for the next prompt. */
export async function run(page: Page, command: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(150);
  await prompt(page);
}

/** The slabs of the newest build, bottom layer first: instruction → outcome. */
export const slabs = (page: Page): Promise<[string, string][]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.stacks .slab:not([data-outcome="before"])')]
      .map((slab): [string, string] => [slab.querySelector('.ins')?.textContent ?? '', slab.dataset.outcome ?? ''])
      .reverse(),
  );
