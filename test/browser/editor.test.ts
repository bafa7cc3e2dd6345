/** The editor knows Dockerfiles: completion, hover, quick fixes, rename, folding, formatting. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { LESSON, openSite, prompt, visit, type Site, type Visit } from './page.ts';

let site: Site;
let visitor: Visit;
let page: Page;
beforeAll(async () => {
  site = await openSite();
  visitor = await visit(site, LESSON);
  ({ page } = visitor);
  await prompt(page);
  await page.waitForSelector('#workbench[data-live]');
  await page.locator('.editor-box').click();
  await page.waitForSelector('.monaco-editor .view-line', { timeout: 30_000 });
}, 90_000);
afterAll(() => site.close());

/** The text of the open file, as the learner's folder gets it: Monaco shows lines on screen only. */
const text = (): Promise<string> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.monaco-editor .view-line')]
      .sort((a, b) => a.offsetTop - b.offsetTop)
      .map((line) =>
        [...line.querySelectorAll<HTMLElement>(':scope > span > span:not(.after-mark)')]
          .map((span) => span.textContent)
          .join('')
          .replaceAll('\u00a0', ' '),
      )
      .join('\n')
      .trimEnd(),
  );
const expectText = (wanted: string): Promise<void> => expect.poll(text, { timeout: 10_000 }).toBe(wanted);

/** Replaces the whole file. Text is pasted at once, so that no completion gets in between. */
async function write(content: string): Promise<void> {
  // Not by a click: the light bulb may lie over the line.
  await page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first().focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(content);
  await expectText(content.trimEnd());
}

/** Puts the caret at a line and column, counted from 1. */
async function caret(line: number, column: number): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Home');
  for (let i = 1; i < line; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Home');
  for (let i = 1; i < column; i++) await page.keyboard.press('ArrowRight');
}

const suggestions = (): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.suggest-widget.visible .monaco-list-row .label-name')].map(
      (row) => row.textContent ?? '',
    ),
  );

test('completes instructions, files, stages and flags', { timeout: 60_000 }, async () => {
  await write('FROM busybox AS base\n');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('WOR');
  await expect.poll(suggestions, { timeout: 10_000 }).toContain('WORKDIR');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect.poll(text).toMatch(/^FROM busybox AS base\nWORKDIR /);

  await write('FROM busybox AS base\nFROM busybox\nCOPY --from=');
  await page.keyboard.press('Control+Space');
  await expect.poll(suggestions, { timeout: 10_000 }).toContain('base');
  await write('FROM busybox\nCOPY a');
  await page.keyboard.press('Control+Space');
  await expect.poll(suggestions, { timeout: 10_000 }).toContain('app.py');
  await write('FROM busybox\nCOPY --');
  await page.keyboard.press('Control+Space');
  await expect.poll(suggestions, { timeout: 10_000 }).toContain('--chown');
});

test('explains an instruction on hover', { timeout: 60_000 }, async () => {
  await write('FROM busybox\nWORKDIR /app\n');
  await page.locator('.monaco-editor .view-line span', { hasText: /^WORKDIR$/ }).hover();
  await expect
    .poll(() => page.locator('.monaco-hover:visible').allTextContents(), { timeout: 10_000 })
    .toEqual([expect.stringContaining('Leaves:') as string]);
  await page.mouse.move(0, 0);
});

/** A mistake, its line, the title of the fix and what it makes of the file. */
const FIXES: readonly [check: string, before: string, line: number, title: string, after: string][] = [
  ['unknown instruction', 'FROM busybox\nRUNN true', 2, 'Change to RUN', 'FROM busybox\nRUN true'],
  ['JSONArgsRecommended', 'FROM busybox\nCMD httpd -f', 2, 'Write CMD as JSON', 'FROM busybox\nCMD ["httpd", "-f"]'],
  ['LegacyKeyValueFormat', 'FROM busybox\nENV A b', 2, 'Write A=…', 'FROM busybox\nENV A=b'],
  [
    'ConsistentInstructionCasing',
    'FROM busybox\nWORKDIR /a\nrun true',
    3,
    'Change to RUN',
    'FROM busybox\nWORKDIR /a\nRUN true',
  ],
  [
    'FromAsCasing',
    'FROM busybox as one\nRUN true',
    1,
    'Write both keywords the same way',
    'FROM busybox AS one\nRUN true',
  ],
  ['StageNameCasing', 'FROM busybox AS One\nRUN true', 1, 'Change to one', 'FROM busybox AS one\nRUN true'],
  [
    'MaintainerDeprecated',
    'FROM busybox\nMAINTAINER me',
    2,
    'Use a label',
    'FROM busybox\nLABEL org.opencontainers.image.authors="me"',
  ],
  ['WorkdirRelativePath', 'FROM busybox\nWORKDIR app', 2, 'Change to /app', 'FROM busybox\nWORKDIR /app'],
  [
    'ExposeProtoCasing',
    'FROM busybox\nEXPOSE 80/TCP',
    2,
    'Write the protocol in small letters',
    'FROM busybox\nEXPOSE 80/tcp',
  ],
  [
    'ExposeInvalidFormat',
    'FROM busybox\nEXPOSE 8080:80',
    2,
    'Keep the container’s port only',
    'FROM busybox\nEXPOSE 80',
  ],
  [
    'UndefinedVar',
    'FROM busybox\nENV HOMEPAGE=/a\nWORKDIR $HOMEPAG',
    3,
    'Change to HOMEPAGE',
    'FROM busybox\nENV HOMEPAGE=/a\nWORKDIR $HOMEPAGE',
  ],
  [
    'UndefinedArgInFrom',
    'ARG VERSION=latest\nFROM busybox:$VERSON\nRUN true',
    2,
    'Change to VERSION',
    'ARG VERSION=latest\nFROM busybox:$VERSION\nRUN true',
  ],
  [
    'NoEmptyContinuation',
    'FROM busybox\nRUN true \\\n\n  && true',
    4,
    'Remove the empty lines',
    'FROM busybox\nRUN true \\\n  && true',
  ],
  [
    'RedundantTargetPlatform',
    'FROM --platform=$TARGETPLATFORM busybox\nRUN true',
    1,
    'Remove --platform',
    'FROM busybox\nRUN true',
  ],
  [
    'FromPlatformFlagConstDisallowed',
    'FROM --platform=linux/amd64 busybox\nRUN true',
    1,
    'Remove --platform',
    'FROM busybox\nRUN true',
  ],
];

/** Opens the list of quick fixes and takes the one called `title`; false where it did not come to that. */
async function choose(title: string): Promise<boolean> {
  const focused = page.locator('.action-widget .monaco-list-row.focused');
  await page.keyboard.press('Control+.');
  const opened = await focused.waitFor({ timeout: 1500 }).then(
    () => true,
    () => false,
  );
  for (let i = 0; opened && i < 6; i++) {
    const label = await focused
      .first()
      .getAttribute('aria-label', { timeout: 500 })
      .catch(() => null);
    if (label === null) return false;
    if (label.startsWith(title)) {
      await page.keyboard.press('Enter');
      return true;
    }
    await page.keyboard.press('ArrowDown');
  }
  return false;
}

for (const [check, before, line, title, after] of FIXES) {
  test(`mends ${check}`, { timeout: 60_000 }, async () => {
    await write(before);
    await page.waitForSelector('.monaco-editor .squiggly-warning, .monaco-editor .squiggly-error', {
      state: 'attached',
    });
    await caret(line, 2);
    // The list closes when new diagnostics arrive, so let them come first.
    await page.waitForTimeout(500);
    await expect.poll(() => choose(title), { timeout: 30_000 }).toBe(true);
    await expectText(after);
  });
}

test('renames a stage everywhere', { timeout: 60_000 }, async () => {
  await write('FROM busybox AS base\nFROM base\nCOPY --from=base /bin /b');
  await caret(1, 18);
  await page.keyboard.press('F2');
  await page.waitForSelector('.rename-box .rename-input');
  const name = page.locator('.rename-box .rename-input');
  await name.fill('tools');
  await name.press('Enter');
  await expectText('FROM busybox AS tools\nFROM tools\nCOPY --from=tools /bin /b');
});

test('folds a stage', { timeout: 60_000 }, async () => {
  await write('FROM busybox AS base\nRUN one\nRUN two\nFROM base\nRUN three');
  await caret(1, 1);
  await page.waitForSelector('.monaco-editor .codicon-folding-expanded', { state: 'attached' });
  await page.keyboard.press('Control+Shift+[');
  await expect.poll(text, { timeout: 10_000 }).toMatch(/^FROM busybox AS base.*\nFROM base\nRUN three$/);
  await page.keyboard.press('Control+Shift+]');
  await expectText('FROM busybox AS base\nRUN one\nRUN two\nFROM base\nRUN three');
});

test('formats the file', { timeout: 60_000 }, async () => {
  await write('from busybox   \nrun true  \n\n\n');
  await caret(1, 1);
  await page.keyboard.press('Control+Shift+I');
  await expectText('FROM busybox\nRUN true');
  expect(visitor.troubles).toEqual([]);
});
