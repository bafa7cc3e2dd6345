/** Every lesson proves itself: its start fails the tasks, its solution passes them, wrong attempts get their hints. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine } from '../../simulator/machine.ts';
import { replay } from '../../simulator/session/replay.ts';
import { parseSession } from '../../simulator/session/session-file.ts';
import { nodeHost } from '../../bin/node-host.ts';
import { checkTask, type Verdict } from '../../src/lessons/check/check.ts';
import { startFiles, lessonFiles } from '../../src/lessons/files.ts';
import { lessonTasks } from '../../src/lessons/tasks.ts';
import { History } from '../../src/lessons/history.ts';
import { takeEvents } from '../../src/workbench/build-view.ts';

const root = 'content/courses';
const lessons = readdirSync(root, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('index.mdx'))
  .map((path) => path.replace(/\/?index\.mdx$/, '').replaceAll('\\', '/'));

interface FrontMatter {
  readonly images?: string[];
  readonly folder?: string;
}
const frontMatter = (id: string): FrontMatter =>
  parse(/^---\n(.*?)\n---/s.exec(readFileSync(join(root, id, 'index.mdx'), 'utf8'))![1]!) as FrontMatter;

async function machineOf(id: string): Promise<Machine> {
  const { images = [], folder = 'lab' } = frontMatter(id);
  return createMachine({ files: await startFiles(id), images, folder, host: nodeHost });
}

async function verdicts(id: string, machine: Machine): Promise<Record<string, Verdict>> {
  const builds = takeEvents([], machine.events);
  const files = machine.files
    .list()
    .map((f) => ({ ...f, ...(f.type === 'file' && { text: new TextDecoder().decode(machine.files.read(f.path)) }) }));
  const history = new History();
  history.take(machine.events);
  const world = { builds, state: machine.state(), files, history };
  return Object.fromEntries((await lessonTasks(id)).map((task) => [task.id, checkTask(task, world)]));
}

async function play(id: string, file: string): Promise<Record<string, Verdict>> {
  const machine = await machineOf(id);
  const session = parseSession(readFileSync(file, 'utf8'));
  await replay(id, { ...session, sets: { ...session.sets, finish: await lessonFiles(id, 'finish') } }, machine);
  const result = await verdicts(id, machine);
  machine.stop();
  return result;
}

for (const id of lessons) {
  describe(id, () => {
    test('the start meets no task', async () => {
      const machine = await machineOf(id);
      const met = Object.entries(await verdicts(id, machine)).filter(([, v]) => v.met);
      machine.stop();
      expect(met).toEqual([]);
    });
    test('the solution meets every task', async () => {
      const result = await play(id, join(root, id, 'solution.session'));
      expect(result).toEqual(Object.fromEntries(Object.keys(result).map((task) => [task, { met: true }])));
    });
    const wrong = join(root, id, 'wrong');
    for (const name of existsSync(wrong) ? readdirSync(wrong) : []) {
      test(`wrong/${name} gets its hint`, async () => {
        const hints = [...readFileSync(join(wrong, name), 'utf8').matchAll(/^# hint: ([\w-]+): (.*)$/gm)];
        expect(hints.length).toBeGreaterThan(0);
        const result = await play(id, join(wrong, name));
        for (const [, task, miss] of hints) expect(result[task!]).toEqual({ met: false, miss });
      });
    }
  });
}
