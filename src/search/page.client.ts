/** The search page: begins with the query of its address and keeps it there. */
import { searchBox } from './search-box.client.ts';

const input = document.querySelector<HTMLInputElement>('[data-search-page] input')!;
const show = searchBox({
  input,
  list: document.querySelector<HTMLElement>('#search-hits')!,
  status: document.querySelector<HTMLElement>('.search-status')!,
  most: 30,
});
input.value = new URLSearchParams(location.search).get('q') ?? input.value;
input.addEventListener('input', () => {
  history.replaceState(null, '', input.value ? `?q=${encodeURIComponent(input.value)}` : location.pathname);
});
void show();
input.focus();
