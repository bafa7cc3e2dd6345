/** Marks what is done and begun on the course page, from the progress this browser keeps. */
import { loadProgress } from '../machine/storage.ts';
import { goOn, stateOf, type LessonRef } from './course-state.ts';

const kept = loadProgress();
const links = [...document.querySelectorAll<HTMLAnchorElement>('.less a[data-lesson]')];
const refOf = ({ dataset }: HTMLElement): LessonRef => ({
  slug: dataset.lesson ?? '',
  version: Number(dataset.version),
});
const say = (link: HTMLElement, mark: string, words: string): void => {
  link.querySelector('.do')!.innerHTML = `<i class="mk ${mark}"></i><span class="vh">${words}</span>`;
};

let done = 0;
for (const element of document.querySelectorAll<HTMLElement>('[data-lesson]')) {
  const state = stateOf(refOf(element), kept);
  if (state !== 'new') element.toggleAttribute(state === 'done' ? 'data-done' : 'data-now', true);
}
for (const link of links) {
  const state = stateOf(refOf(link), kept);
  if (state === 'done') {
    say(link, 'mk-ok', 'done');
    done++;
  } else if (state === 'begun') {
    const { met, of } = kept[refOf(link).slug]!;
    say(link, 'mk-half', `begun, ${met.length} of ${of} tasks met`);
  }
}
for (const part of document.querySelectorAll<HTMLElement>('.part')) {
  const all = part.querySelectorAll('.less a').length;
  const own = part.querySelectorAll('.less a[data-done]').length;
  const tally = part.querySelector('[data-part-tally]');
  if (tally && own) tally.textContent = own === all ? 'All done' : `${own} of ${all} done`;
}
const tally = document.querySelector<HTMLElement>('[data-tally]');
if (tally && done) tally.textContent = `${done} of ${links.length} done`;

const resume = document.querySelector<HTMLElement>('[data-resume]');
const next = goOn(links.map(refOf), kept);
if (resume && next.why === 'finished') {
  resume.querySelector('.label')!.textContent = 'All lessons done';
  resume.querySelector('.sub')!.textContent = 'The free machine has no tasks. Any lesson can be done again.';
} else if (resume && next.why !== 'first' && next.why !== 'finished') {
  const link = links.find((l) => l.dataset.lesson === next.slug)!;
  if (next.why === 'begun') link.setAttribute('aria-current', 'true');
  resume.querySelector('.label')!.textContent = next.why === 'begun' ? 'Where you stopped' : 'Next';
  const big = resume.querySelector<HTMLAnchorElement>('.big')!;
  big.href = link.href;
  big.querySelector('span')!.textContent = link.querySelector('.ti')!.textContent;
  resume.querySelector('.sub')!.textContent =
    next.why === 'begun'
      ? `${next.left === 1 ? 'One task' : `${next.left} tasks`} left. Your files are as you left them.`
      : (link.querySelector('.mi')!.textContent ?? '').replace('min', 'minutes.');
}

const keep = document.querySelector<HTMLElement>('[data-progress-file]');
if (keep) {
  keep.hidden = false;
  keep.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-do]') : null;
    if (button) void import('./progress-file.client.ts').then(({ act }) => act(button.dataset.do ?? '', keep));
  });
}
