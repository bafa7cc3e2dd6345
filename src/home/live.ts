/** The small machine on the course page: nothing of it loads before the visitor wants it. */
const place = document.querySelector<HTMLElement>('[data-live-machine]');
const button = place?.querySelector<HTMLButtonElement>('[data-run]');

let started = false;
async function start(command: string): Promise<void> {
  if (!place || started) return;
  started = true;
  const say = place.querySelector<HTMLElement>('[data-say]')!;
  say.textContent = 'Starting the machine…';
  const { openMachine } = await import('./live-machine.client.ts');
  await openMachine(place, command);
}
button?.addEventListener('click', () => void start(button.dataset.run ?? ''));
place?.querySelector('.xterm-box')?.addEventListener('pointerdown', () => void start(''));

// A module of its own, so that its names are.
export {};
