/**
 * Every lesson proves itself: its start meets no task, its solution meets them all, wrong attempts get their hints, what it
 * quotes is what the machine prints, and its questions have one right answer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../bin/node-host.ts';
import { lessonOrder, matterOf } from '../../src/lessons/folder.ts';
import { playLesson, proveProse, startLesson, verdictsOn } from '../../src/lessons/proof.ts';
import { lessonQuestions } from '../../src/lessons/questions.ts';

const root = 'content/courses';

for (const id of lessonOrder()) {
  describe(id, () => {
    test('the start meets no task', async () => {
      const machine = await startLesson(id, nodeHost);
      const verdicts = await verdictsOn(id, machine);
      machine.stop();
      expect(Object.keys(verdicts)).not.toEqual([]);
      expect(Object.entries(verdicts).filter(([, v]) => v.met)).toEqual([]);
    });
    test('the solution meets every task', async () => {
      const { verdicts, met } = await playLesson(
        id,
        readFileSync(join(root, id, 'solution.session'), 'utf8'),
        nodeHost,
      );
      const open = Object.fromEntries(Object.entries(verdicts).filter(([task]) => !met.has(task)));
      expect(open).toEqual({});
    });
    const wrong = join(root, id, 'wrong');
    for (const name of existsSync(wrong) ? readdirSync(wrong) : []) {
      test(`wrong/${name} gets its hint`, async () => {
        const text = readFileSync(join(wrong, name), 'utf8');
        const hints = [...text.matchAll(/^# hint: ([\w-]+): (.*)$/gm)];
        expect(hints.length).toBeGreaterThan(0);
        const { verdicts, met } = await playLesson(id, text, nodeHost);
        for (const [, task, miss] of hints)
          expect({ task, met: met.has(task!), ...verdicts[task!] }).toEqual({ task, met: false, miss });
      });
    }
    test('quotes and questions are the machine’s own', async () => {
      const { quotes, questions } = await proveProse(id, nodeHost);
      expect(quotes.map((q) => q.value)).toEqual(quotes.map((q) => q.actual));
      expect(lessonQuestions(id)).toEqual(Object.fromEntries(questions.map((q) => [q.ask, q.options])));
    });
  });
}

test('every lesson has its own place in its part', () => {
  const places = lessonOrder().map((id) => `${id.split('/')[1]} ${matterOf(id).order}`);
  expect(places.filter((place, i) => places.indexOf(place) !== i)).toEqual([]);
});
