/** Connects the prose (static HTML) with the workbench: commands to type, steps to highlight, questions to answer. */
import type { Bench } from './bench.svelte.ts';
import { shown } from '../lessons/options.ts';
import { inOrder, type BuildView } from './build-view.ts';
import { isPanelId } from './panels.ts';

/** Adds the behaviour; returns the function that takes it away. */
export function enhanceProse(bench: Bench): () => void {
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const command = target?.closest<HTMLElement>('[data-type]')?.dataset.type;
    if (command !== undefined) bench.type(command);
    const panel = target?.closest<HTMLElement>('[data-panel-open]')?.dataset.panelOpen;
    if (panel !== undefined && isPanelId(panel)) bench.open(panel);
    const step = target?.closest<HTMLElement>('[data-step]')?.dataset.step;
    if (step !== undefined) {
      const found = bench.lastBuild?.steps.find((s) => s.instruction.startsWith(step));
      if (found) bench.select(found.id);
    }
    if (
      target?.closest('[data-reset]') &&
      confirm('Bring back the files and the machine of the lesson’s start? Your changes here are lost.')
    )
      void bench.reset();
  };
  const onSubmit = (event: SubmitEvent): void => {
    const form =
      event.target instanceof HTMLFormElement ? event.target.closest<HTMLFormElement>('[data-predict]') : null;
    if (!form) return;
    event.preventDefault();
    void answer(bench, form);
  };
  const onPoint = (event: Event): void => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-step]') : null;
    const step = target?.dataset.step;
    const found = step === undefined ? undefined : bench.lastBuild?.steps.find((s) => s.instruction.startsWith(step));
    if (found) bench.hot = event.type === 'pointerover' || event.type === 'focusin' ? found.id : '';
  };
  const pointing = ['pointerover', 'pointerout', 'focusin', 'focusout'];
  for (const type of pointing) document.addEventListener(type, onPoint);
  document.addEventListener('click', onClick);
  document.addEventListener('submit', onSubmit);
  return () => {
    for (const type of pointing) document.removeEventListener(type, onPoint);
    document.removeEventListener('click', onClick);
    document.removeEventListener('submit', onSubmit);
  };
}

/** Shows in the prose which of its steps is selected or pointed at elsewhere. */
export function markProse(bench: Bench): void {
  for (const ref of document.querySelectorAll<HTMLElement>('.ref[data-step]')) {
    const found = bench.lastBuild?.steps.find((s) => s.instruction.startsWith(ref.dataset.step!));
    ref.setAttribute('aria-pressed', String(found !== undefined && found.id === bench.selected));
    ref.classList.toggle('is-sel', found !== undefined && found.id === bench.selected);
    ref.classList.toggle('is-hot', found !== undefined && found.id === bench.hot);
  }
}

/** Runs the question's command to its end and marks the options by what came of it. */
async function answer(bench: Bench, form: HTMLFormElement): Promise<void> {
  const say = (text: string): void => {
    form.querySelector('[role="status"]')!.textContent = text;
  };
  const options = [...form.querySelectorAll<HTMLElement>('.opt')];
  const chosen = form.querySelector<HTMLInputElement>('input:checked');
  if (!chosen) return say('Choose first: a guess is worth more than the answer.');
  const { run = '', of, because = '' } = form.dataset;
  const before = bench.builds.at(-1)?.number ?? 0;
  say('Running…');
  const steps = [{ kind: 'run', command: run, tty: true, stdin: [] } as const];
  const { done, answer: printed } = await bench.play(steps, of);
  if (!done) return say('It has not ended yet. Ask again when the prompt is back.');
  const isRight = of === undefined ? builtAs(await buildAfter(bench, before)) : printedAs(printed ?? '');
  if (!isRight) return say('No build has ended. Look at what the terminal says.');
  let found = false;
  for (const option of options) {
    const input = option.querySelector('input')!;
    const right = isRight(input);
    found ||= right;
    option.toggleAttribute('data-right', right);
    option.toggleAttribute('data-wrong', !right && input.checked);
    option.querySelector('.verdict')!.innerHTML = right
      ? '<i class="mk mk-ok"></i>what happened'
      : input.checked
        ? '<i class="mk mk-fail"></i>your guess'
        : '';
  }
  if (found) return say(because);
  say(
    of === undefined
      ? 'None of these: your machine stands elsewhere than the lesson thinks. Look at the steps in the terminal.'
      : `None of these: your machine stands elsewhere than the lesson thinks. It says: ${printed?.trim() || 'nothing at all'}`,
  );
}

/** The first build after `before` that has ended. The page hears of it a little later than the prompt is back. */
async function buildAfter(bench: Bench, before: number): Promise<BuildView | undefined> {
  for (let look = 0; look < 50; look++) {
    const build = bench.builds.find((b) => b.number > before && b.ended !== undefined);
    if (build) return build;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return undefined;
}

/** Judges options of “which steps will run?”. */
function builtAs(build: BuildView | undefined): ((input: HTMLInputElement) => boolean) | undefined {
  if (!build) return undefined;
  const ran = inOrder(build.steps)
    .filter((s) => s.state === 'ran' || s.state === 'failed')
    .map((s) => s.instruction)
    .filter((i) => !i.startsWith('FROM '));
  return (input) => {
    const runs = JSON.parse(input.dataset.runs ?? '[]') as string[];
    return runs.length === ran.length && runs.every((r, i) => ran[i]!.startsWith(r));
  };
}

/** Judges options of “what will it print?”. */
const printedAs =
  (printed: string) =>
  (input: HTMLInputElement): boolean =>
    input.dataset.label === shown(printed);
