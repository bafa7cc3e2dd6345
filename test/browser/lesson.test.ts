import { afterAll, beforeAll, expect, test } from 'vitest';
import { LESSON, openSite, prompt, run, screen, slabs, visit, type Site } from './page.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, 60_000);
afterAll(() => site.close());

const FROM = 'FROM python:3.13-slim';
const shortened = (list: [string, string][]): [string, string][] =>
  list.map(([i, o]) => [i.startsWith(FROM) ? FROM : i, o]);

test(
  'a learner builds, edits the Dockerfile in the editor, rebuilds and sees what was reused',
  { timeout: 120_000 },
  async () => {
    const { page, context, troubles } = await visit(site, LESSON);
    await prompt(page);
    await page.selectOption('#pace', 'instant');

    // The lesson's own command, put at the prompt by its button.
    await page.locator('[data-type="docker build -t shop ."]').first().click();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 3 met').waitFor({ timeout: 60_000 });
    await prompt(page);
    expect(shortened(await slabs(page))).toEqual([
      [FROM, 'ran'],
      ['WORKDIR /app', 'ran'],
      ['COPY . .', 'ran'],
      ['RUN pip install -r requirements.txt', 'ran'],
    ]);

    await run(page, "sed -i 's/Hello/Ahoy/' app.py");
    await run(page, 'docker build -t shop .');
    await page.getByText('2 of 3 met').waitFor({ timeout: 60_000 });
    expect(shortened(await slabs(page))).toEqual([
      [FROM, 'reused'],
      ['WORKDIR /app', 'reused'],
      ['COPY . .', 'ran'],
      ['RUN pip install -r requirements.txt', 'ran'],
    ]);
    expect(await screen(page)).toMatch(/=> CACHED \[2\/4\] WORKDIR \/app/);

    // The better order, typed into Monaco.
    await page.locator('.editor-box').click();
    await page
      .locator('.monaco-editor textarea, .monaco-editor .native-edit-context')
      .first()
      .waitFor({ state: 'attached', timeout: 30_000 });
    await page.locator('.monaco-editor .view-lines').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(
      'FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n',
    );
    await page.waitForTimeout(300);
    await run(page, 'docker build -t shop .');
    await run(page, "sed -i 's/Ahoy/Welcome/' app.py");
    await run(page, 'docker build -t shop .');
    await page.getByText('3 of 3 met').waitFor({ timeout: 60_000 });
    expect(shortened(await slabs(page))).toEqual([
      [FROM, 'reused'],
      ['WORKDIR /app', 'reused'],
      ['COPY requirements.txt .', 'reused'],
      ['RUN pip install -r requirements.txt', 'reused'],
      ['COPY . .', 'ran'],
    ]);
    const shown = await screen(page);
    expect(shown).toMatch(/=> CACHED \[4\/5\] RUN pip install -r requirements.txt/);
    expect(shown).toMatch(/=> \[5\/5\] COPY \. \./);

    await run(page, 'docker run --rm shop');
    expect(await screen(page)).toContain('Welcome from the shop');

    // Files and progress survive a reload.
    await page.waitForTimeout(800);
    await page.reload();
    await prompt(page);
    await page.getByText('3 of 3 met').waitFor();
    await run(page, 'cat app.py | head -n 3 | tail -n 1');
    expect(await screen(page)).toContain('print("Welcome from the shop")');
    expect(troubles).toEqual([]);
    await context.close();
  },
);

test('what a learner can break stays inside the machine, and the page answers', { timeout: 120_000 }, async () => {
  const { page, context, troubles } = await visit(site, 'sandbox/');
  await prompt(page);

  // An endless loop is interrupted.
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('while :; do :; done');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
  await page.keyboard.press('Control+C');
  await prompt(page);

  // Binary garbage pasted into the terminal.
  await page.evaluate(() => {
    const input = document.querySelector<HTMLTextAreaElement>('.xterm-helper-textarea')!;
    const data = new DataTransfer();
    data.setData('text/plain', Array.from({ length: 2000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join(''));
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  await page.keyboard.press('Control+C');
  await page.waitForTimeout(500);
  await page.keyboard.press('Control+C');
  await page.keyboard.press('Enter');
  await run(page, 'cat hello.txt');
  expect(await screen(page)).toContain('Hello from a container.');

  // A fork bomb meets the limit and, as on a real machine, goes on for ever; the page answers, and a reload ends it.
  await run(page, 'echo kept > mine.txt');
  await page.waitForTimeout(800);
  await page.keyboard.type('f() { f | f & }; f');
  await page.keyboard.press('Enter');
  await expect.poll(() => screen(page), { timeout: 60_000 }).toContain('fork: Resource temporarily unavailable');
  expect(await page.evaluate(() => 1 + 1)).toBe(2);
  await page.getByRole('tab', { name: 'Host' }).click();
  await page.reload();
  await prompt(page);
  await run(page, 'cat mine.txt');
  expect(await screen(page)).toContain('kept');
  expect(troubles).toEqual([]);
  await context.close();
});
