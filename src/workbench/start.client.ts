/**
 * What a page with a workbench runs first: the machine and the terminal, side by side. The rest of the interface follows
 * when the prompt is there.
 */
import { MachineSession } from '../machine/session.ts';
import type { BenchLesson } from './bench.svelte.ts';

const text = document.getElementById('lesson-data')?.textContent;
const target = document.getElementById('workbench');
if (text && target) {
  const lesson = JSON.parse(text) as BenchLesson;
  const session = new MachineSession(lesson, { mode: 'real', factor: 1 });
  const terminal = import('./terminal.client.ts').then(({ openTerminal }) =>
    openTerminal(document.getElementById('terminal')!, session),
  );
  const late = new Promise((resolve) => setTimeout(resolve, 6000));
  void Promise.race([Promise.all([session.prompt, terminal]), late])
    // The terminal draws in a frame of its own: only after that one is the prompt on the screen.
    .then(() => new Promise(requestAnimationFrame))
    .then(() => new Promise(requestAnimationFrame))
    .then(() => new Promise((resolve) => setTimeout(resolve)))
    .then(async () => {
      const { takeOver } = await import('./take-over.client.ts');
      takeOver(target, lesson, session, terminal);
    });
}
