/** Machine, terminal and the three shelves of the course page: what is in the registry, in the store, and running. */
import type { MachineState } from '../../simulator/machine.ts';
import { MachineSession } from '../machine/session.ts';
import { openTerminal } from '../workbench/terminal.client.ts';

interface Thing {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly state: 'cache' | 'rw';
  readonly live?: boolean;
}

function slab(thing: Thing): HTMLElement {
  const box = document.createElement('div');
  box.className = 'slab moving';
  box.dataset.id = thing.id;
  box.dataset.state = thing.state;
  const row = document.createElement('span');
  row.className = 'row';
  const name = document.createElement('span');
  name.className = 'ins';
  const note = document.createElement('span');
  note.className = 'size';
  row.append(name, note);
  box.append(row);
  return box;
}

/** Keeps slabs that are known, so that things move and do not blink. */
function shelve(shelf: HTMLElement, things: readonly Thing[]): void {
  const old = new Map([...shelf.querySelectorAll<HTMLElement>('.slab')].map((s) => [s.dataset.id, s]));
  const none = shelf.querySelector<HTMLElement>('.none');
  if (none) none.hidden = things.length > 0;
  for (const thing of things.slice(-3)) {
    const box = old.get(thing.id) ?? slab(thing);
    old.delete(thing.id);
    box.querySelector('.ins')!.textContent = thing.name;
    box.querySelector('.size')!.textContent = thing.note;
    box.toggleAttribute('data-live', thing.live === true);
    shelf.append(box);
    requestAnimationFrame(() => requestAnimationFrame(() => box.classList.remove('moving')));
  }
  for (const gone of old.values()) gone.remove();
}

function inWords({ images, containers }: MachineState): string {
  const pulled = images.length === 1 ? 'One image' : `${images.length} images`;
  const last = containers.at(-1);
  if (!last) return images.length ? `${pulled} here. No container yet.` : 'The machine runs. Type a command.';
  const word = last.status === 'exited' ? `has ended with ${last.exitCode}` : `is ${last.status}`;
  return `${pulled} here. ${containers.length === 1 ? 'The container' : `The container ${last.name}`} ${word}.`;
}

export async function openMachine(place: HTMLElement, command: string): Promise<void> {
  const session = new MachineSession(
    { id: 'home', version: 1, folder: 'lab', images: [], files: {} },
    { mode: 'real', factor: 1 },
  );
  const terminal = openTerminal(place.querySelector<HTMLElement>('[data-host]')!, session);
  const say = place.querySelector<HTMLElement>('[data-say]')!;
  const button = place.querySelector<HTMLButtonElement>('[data-run]')!;
  const shelf = (name: string): HTMLElement => place.querySelector<HTMLElement>(`[data-shelf="${name}"]`)!;
  const count = (name: string, n: number): void => {
    place.querySelector(`[data-count="${name}"]`)!.textContent = String(n);
  };
  session.listen((message) => {
    if (message.type === 'stopped') say.textContent = `The machine stopped. ${message.message}`;
    if (message.type !== 'state') return;
    const { images, containers } = message.state;
    count('images', images.length);
    count('containers', containers.length);
    shelve(
      shelf('images'),
      images.map((i) => ({
        id: i.id,
        name: (i.tags[0] ?? 'no tag').replace(/:latest$/, ''),
        note: i.layers.length === 1 ? '1 layer' : `${i.layers.length} layers`,
        state: 'cache',
      })),
    );
    shelve(
      shelf('containers'),
      containers.map((c) => ({
        id: c.id,
        name: c.name,
        note: c.status === 'exited' ? `exited (${c.exitCode})` : c.status,
        state: 'rw',
        live: c.status === 'running',
      })),
    );
    say.textContent = inWords(message.state);
  });
  await session.prompt;
  const run = (text: string): void => {
    session.input(1, `\x15${text}\r`);
    terminal.focus();
  };
  button.addEventListener('click', () => run(button.dataset.run ?? ''));
  say.textContent = 'The machine runs. Type a command.';
  if (command) run(command);
  else terminal.focus();
}
