/** Proves a lesson on a machine: what its sessions lead to, and what its quoted outputs and questions really are. */
import headless from '@xterm/headless';
import { createMachine, type HostLoop, type Machine } from '../../simulator/machine.ts';
import { parseSession } from '../../simulator/session/session-file.ts';
import { plainSteps, runSteps } from '../../simulator/session/steps.ts';
import { inOrder, takeEvents, written } from '../workbench/build-view.ts';
import { checkTask, looksOf, type Verdict } from './check/check.ts';
import { lessonFiles } from './files.ts';
import { lessonMachine, readLesson } from './folder.ts';
import { History } from './history.ts';
import { outputOptions, stepOptions, type Option } from './options.ts';
import { proseSteps, type Question } from './prose.ts';
import { lessonTasks } from './tasks.ts';

/** A machine as the learner gets it. */
export const startLesson = async (id: string, host: HostLoop): Promise<Machine> =>
  createMachine({ ...(await lessonMachine(id)), host });

/** Larger files than this are no texts for tasks, on the page neither. */
const TEXT_LIMIT = 256 * 1024;

/** The verdict on each task, as the machine stands. */
export async function verdictsOn(id: string, machine: Machine): Promise<Record<string, Verdict>> {
  const builds = takeEvents([], machine.events);
  const text = (path: string): string => new TextDecoder().decode(machine.files.read(path));
  const files = machine.files
    .list()
    .map((f) => ({ ...f, ...(f.type === 'file' && f.size <= TEXT_LIMIT && { text: text(f.path) }) }));
  const history = new History();
  history.take(machine.events);
  const tasks = await lessonTasks(id);
  const looks: Record<string, string> = {};
  for (const place of looksOf(tasks)) {
    const at = place.indexOf(':');
    const text = machine.lookInto(place.slice(0, at), place.slice(at + 1));
    if (text !== undefined) looks[place] = text;
  }
  const world = { builds, state: machine.state(), files, history, looks };
  return Object.fromEntries(tasks.map((task) => [task.id, checkTask(task, world)]));
}

/** Plays the text of a session on the lesson's start; `met` tells when each task was first met, after which step. */
export async function playLesson(
  id: string,
  text: string,
  host: HostLoop,
): Promise<{ verdicts: Record<string, Verdict>; met: ReadonlySet<string> }> {
  const machine = await startLesson(id, host);
  const session = parseSession(text);
  const met = new Set<string>();
  // Like the page, which looks at the machine all the time: a task once met stays met.
  for (const step of plainSteps({ ...session, sets: { ...session.sets, finish: await lessonFiles(id, 'finish') } })) {
    await runSteps(machine, [step]);
    for (const [task, verdict] of Object.entries(await verdictsOn(id, machine))) if (verdict.met) met.add(task);
  }
  const verdicts = await verdictsOn(id, machine);
  machine.stop();
  return { verdicts, met };
}

/** What 80 columns show of a terminal's output, without trailing blanks. */
export async function screenText(output: string): Promise<string[]> {
  const screen = new headless.Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(output, resolve));
  const { buffer } = screen;
  const lines: string[] = [];
  for (let i = 0; i < buffer.active.length; i++) {
    const line = buffer.active.getLine(i)!;
    const text = line.translateToString(true);
    if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  screen.dispose();
  while (lines.length && lines.at(-1) === '') lines.pop();
  return lines;
}

export interface ProvenQuote {
  /** The block as it stands in the MDX. */
  readonly value: string;
  /** The block as it has to be; lines left out (`…`) are kept where what is around them is right. */
  readonly actual: string;
}
export interface ProvenQuestion {
  readonly ask: string;
  readonly options: readonly Option[];
}
export interface ProvenProse {
  readonly quotes: readonly ProvenQuote[];
  readonly questions: readonly ProvenQuestion[];
}

/** Whether `wanted` describes `lines`: `…` alone stands for any number of lines. */
export function describes(wanted: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return lines.length === 0;
  if (first.trim() === '…') return lines.some((_, i) => describes(rest, lines.slice(i))) || describes(rest, []);
  return lines.length > 0 && first.trimEnd() === lines[0] && describes(rest, lines.slice(1));
}

/** Virtual ms between two commands of a page. */
const READING = 4000;

/** Runs everything the lesson's prose asks for, in reading order, and says what its quotes and questions have to be. */
export async function proveProse(id: string, host: HostLoop): Promise<ProvenProse> {
  const machine = await startLesson(id, host);
  const finish = await lessonFiles(id, 'finish');
  const quotes: ProvenQuote[] = [];
  const questions: ProvenQuestion[] = [];
  for (const step of await proseSteps(readLesson(id))) {
    // A reader takes a while from one command to the next.
    await machine.settle(READING);
    switch (step.kind) {
      case 'hidden':
        await runSteps(machine, plainSteps({ steps: [step.step], sets: { finish } }));
        break;
      case 'command':
        await machine.run(step.run, { tty: true, stdin: step.keys });
        break;
      case 'quote': {
        const actual: string[] = [];
        for (const { command, output } of step.commands) {
          if (actual.length) await machine.settle(READING);
          const { stdout } = await machine.run(command, { tty: true, stdin: step.keys });
          // The learner's is a login shell; here each line is a shell of its own.
          const lines = (await screenText(stdout)).map((line) => line.replace(/^bash: line \d+: /, '-bash: '));
          actual.push(
            ...`$ ${command}`.replaceAll('\n', '\n> ').split('\n'),
            ...(describes(output, lines) ? output : lines),
          );
        }
        quotes.push({ value: step.value, actual: actual.map((line) => line.trimEnd()).join('\n') });
        break;
      }
      case 'question': {
        const options = await answer(machine, step.question);
        if (!step.options) questions.push({ ask: step.question.ask, options });
        break;
      }
    }
  }
  machine.stop();
  return { quotes, questions };
}

async function answer(machine: Machine, { run, of, wrong }: Question): Promise<Option[]> {
  if (of !== undefined) {
    const before = await machine.run(of);
    await machine.run(run, { tty: true });
    const { stdout: truth } = await machine.run(of);
    // What only says that it is not there yet is no answer that anybody would give.
    return outputOptions(truth, before.exit === 0 ? before.stdout : truth, wrong);
  }
  const count = takeEvents([], machine.events).length;
  await machine.run(run, { tty: true });
  const build = takeEvents([], machine.events)[count];
  const steps = build ? inOrder(build.steps).filter((s) => !s.instruction.startsWith('FROM ')) : [];
  const ran = steps.filter((s) => s.state === 'ran' || s.state === 'failed');
  return stepOptions(
    steps.map((s) => written(s.instruction)),
    ran.map((s) => written(s.instruction)),
  );
}
