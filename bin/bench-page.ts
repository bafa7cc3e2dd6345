/** The page's budgets, in Chromium against the built site. */
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import type { Figure } from './bench.ts';
import { CHROMIUM_ARGS } from './chromium.mjs';
import { serve } from './serve.mjs';

const LESSON = 'lessons/images-and-builds/why-did-that-step-run-again/';

interface Loaded {
  /** gzipped bytes of JavaScript that had arrived when the prompt was there. */
  readonly scriptBytes: number;
  readonly promptMs: number;
}

async function throttle(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6e6 / 8) | 0,
    uploadThroughput: (0.75e6 / 8) | 0,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** Waits until the terminal shows a prompt. */
async function prompt(page: Page): Promise<void> {
  await page.waitForFunction(
    () => /\$\s*$/m.test(document.querySelector('.xterm-rows')?.textContent ?? ''),
    undefined,
    { polling: 10, timeout: 60_000 },
  );
}

async function load(browser: Browser, url: string, slow: boolean): Promise<Loaded> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  if (slow) await throttle(await context.newCDPSession(page));
  const scripts: Promise<number>[] = [];
  // A script that was named ahead is taken from the cache when its turn comes: it counts once.
  const seen = new Set<string>();
  let open = true;
  context.on('response', (response) => {
    if (seen.has(response.url())) return;
    seen.add(response.url());
    if (open && /\.m?js$/.test(new URL(response.url()).pathname))
      scripts.push(
        response.body().then(
          (b) => gzipSync(b, { level: 9 }).length,
          () => 0,
        ),
      );
  });
  const start = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await prompt(page);
  const promptMs = performance.now() - start;
  open = false;
  const scriptBytes = (await Promise.all(scripts)).reduce((a, b) => a + b, 0);
  await context.close();
  return { scriptBytes, promptMs };
}

async function proseBytes(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.m?js$/.test(new URL(response.url()).pathname))
      scripts.push(response.body().then((b) => gzipSync(b, { level: 9 }).length));
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  const inline = await page.evaluate(() =>
    [...document.scripts].filter((s) => !s.src).reduce((n, s) => n + s.text.length, 0),
  );
  const bytes = (await Promise.all(scripts)).reduce((a, b) => a + b, 0) + inline;
  await context.close();
  return bytes;
}

export async function measurePage(executablePath: string): Promise<Figure[]> {
  const { url, close } = await serve();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    await load(browser, url + LESSON, false);
    const runs = [
      await load(browser, url + LESSON, false),
      await load(browser, url + LESSON, false),
      await load(browser, url + LESSON, false),
    ];
    const middle = (of: (run: Loaded) => number): number => runs.map(of).sort((a, b) => a - b)[1]!;
    const slow = await load(browser, url + LESSON, true);
    return [
      {
        name: 'JavaScript to the first prompt, gzipped',
        value: middle((r) => r.scriptBytes) / 1000,
        unit: 'kB',
        budget: 200,
      },
      { name: 'first prompt', value: middle((r) => r.promptMs), unit: 'ms', budget: 1000 },
      { name: 'first prompt at 1.6 Mbit/s, 150 ms, CPU ÷4', value: slow.promptMs, unit: 'ms', budget: 3000 },
      {
        name: 'JavaScript of a page of prose, gzipped',
        value: (await proseBytes(browser, url)) / 1000,
        unit: 'kB',
        budget: 30,
      },
    ];
  } finally {
    await browser.close();
    await close();
  }
}
