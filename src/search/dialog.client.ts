/** Search in a dialog above the page; Escape and a press beside it close it. */
import { searchBox } from './search-box.client.ts';

let dialog: HTMLDialogElement | undefined;

/** Opens the dialog; `from` gets the focus back. */
export function openSearch(from: HTMLElement): void {
  dialog ??= make(from);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector('input')!.select();
}

function make(from: HTMLElement): HTMLDialogElement {
  const box = document.createElement('dialog');
  box.className = 'search-dialog';
  box.setAttribute('aria-label', 'Search');
  box.innerHTML = `
    <div class="search-field">
      <input class="field" type="search" role="combobox" aria-label="Search lessons, commands and words" aria-autocomplete="list"
        aria-expanded="false" aria-controls="search-hits" autocomplete="off" spellcheck="false" placeholder="Lessons, commands, words">
      <button class="btn btn-small" type="button">Close <kbd>Esc</kbd></button>
    </div>
    <p class="search-status" role="status"></p>
    <div class="hits" id="search-hits" role="listbox" aria-label="Results"></div>`;
  document.body.append(box);
  const show = searchBox({
    input: box.querySelector('input')!,
    list: box.querySelector<HTMLElement>('.hits')!,
    status: box.querySelector<HTMLElement>('.search-status')!,
    most: 5,
  });
  void show();
  box.querySelector('button')!.addEventListener('click', () => box.close());
  // A search field would keep its first Escape to itself and only be emptied.
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    box.close();
  });
  box.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    // A result on this very page: the dialog would hide where it leads.
    if (event.target === box || link) box.close();
  });
  box.addEventListener('close', () => from.focus());
  return box;
}
