/** Marks what is done on the course page, from the progress this browser keeps. */
import { loadProgress } from '../machine/storage.ts';

const progress = loadProgress();
const isDone = (element: HTMLElement): boolean => {
  const entry = progress[element.dataset.lesson ?? ''];
  return (
    entry !== undefined &&
    String(entry.version) === element.dataset.version &&
    entry.of > 0 &&
    entry.met.length >= entry.of
  );
};
let done = 0;
for (const element of document.querySelectorAll<HTMLElement>('[data-lesson]')) {
  if (!isDone(element)) continue;
  element.dataset.done = '';
  const tick = element.querySelector<HTMLElement>('.mk-ok');
  if (tick) {
    tick.hidden = false;
    tick.insertAdjacentHTML('afterend', '<span class="vh">done</span>');
    done++;
  }
}
const tally = document.querySelector<HTMLElement>('[data-tally]');
if (tally && done) tally.textContent = `${done} of ${tally.dataset.tally} done`;
const started = Object.entries(progress).find(
  ([, entry]) => entry && entry.met.length > 0 && entry.met.length < entry.of,
);
const resume = document.querySelector<HTMLElement>('[data-resume]');
if (resume && started) {
  const [slug, entry] = started;
  const link = document.querySelector<HTMLAnchorElement>(`.less a[data-lesson="${CSS.escape(slug)}"]`);
  if (link && entry) {
    resume.querySelector('.label')!.textContent = 'Where you stopped';
    resume.querySelector('.big')!.setAttribute('href', link.href);
    resume.querySelector('.big span')!.textContent = link.querySelector('.ti')!.textContent;
    const left = entry.of - entry.met.length;
    resume.querySelector('.sub')!.textContent =
      `${left === 1 ? 'One task' : `${left} tasks`} left. Your files are as you left them.`;
  }
}
