/** Shows a term's explanation above all else on the page, where no scrolling column cuts it off. */
let shown: HTMLAnchorElement | undefined;
/** Whether a finger is on the screen: it cannot hover, so its first tap shows and its second follows the link. */
let finger = false;

const tipOf = (link: HTMLAnchorElement): HTMLElement | null =>
  document.getElementById(link.getAttribute('aria-describedby') ?? '');

function hide(): void {
  if (shown) tipOf(shown)?.hidePopover();
  shown = undefined;
}

function show(link: HTMLAnchorElement): void {
  if (shown === link) return;
  hide();
  const tip = tipOf(link);
  if (!tip) return;
  shown = link;
  tip.showPopover();
  place();
}

function place(): void {
  const tip = shown && tipOf(shown);
  if (!shown || !tip) return;
  const word = shown.getClientRects()[0]!;
  const left = Math.min(word.left, innerWidth - tip.offsetWidth - 8);
  const above = word.top - tip.offsetHeight - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above < 8 ? word.bottom + 6 : above}px`;
}

const at = (event: Event): HTMLAnchorElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a.word') : null;

/** The pointer may move on to the explanation itself, which has to stay for that. */
const stays = (event: PointerEvent): boolean =>
  shown !== undefined &&
  event.relatedTarget instanceof Element &&
  (shown.contains(event.relatedTarget) || tipOf(shown)?.contains(event.relatedTarget) === true);

document.addEventListener('pointerover', (event) => {
  const link = at(event);
  if (link && event.pointerType !== 'touch') show(link);
});
document.addEventListener('pointerout', (event) => {
  if (event.pointerType !== 'touch' && !stays(event) && document.activeElement !== shown) hide();
});
document.addEventListener('focusin', (event) => {
  const link = at(event);
  if (link && !finger) show(link);
  else if (!link) hide();
});
document.addEventListener('focusout', hide);
document.addEventListener('pointerdown', (event) => {
  finger = event.pointerType === 'touch';
  if (!at(event)) hide();
});
document.addEventListener('click', (event) => {
  const link = at(event);
  if (!link || !finger || shown === link) return;
  event.preventDefault();
  show(link);
});
document.addEventListener('keydown', (event) => {
  finger = false;
  if (event.key === 'Escape') hide();
});
addEventListener('scroll', place, { capture: true, passive: true });

// A module of its own, so that its names are.
export {};
