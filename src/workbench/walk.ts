/** Arrow keys walk the buttons of a picture, in the order in which they stand. */
export function walk(event: KeyboardEvent): void {
  const stops = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[data-stop]')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (at < 0 || by === undefined) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, at + by))]!.focus();
}
