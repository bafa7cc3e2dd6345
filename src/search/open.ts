/** The search button and the key `/`: nothing of search loads before one of them is used. */
const button = document.querySelector<HTMLAnchorElement>('a[data-search]');

async function open(): Promise<void> {
  const { openSearch } = await import('./dialog.client.ts');
  openSearch(button!);
}

const writing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

// On the search page itself the link has nothing to open.
if (button && !document.querySelector('[data-search-page]')) {
  button.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    event.preventDefault();
    void open();
  });
}

// A module of its own, so that its names are.
export {};
