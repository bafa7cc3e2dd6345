/** A field and its results: one combobox for the dialog and for the search page. */
import MiniSearch from 'minisearch';
import { find, inWords, type Group, type Hit } from './find.ts';
import { INDEX_OPTIONS, type Entry } from './index-options.ts';

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '');

let loading: Promise<MiniSearch<Entry>> | undefined;

/** The index, fetched once; a failure is forgotten, so that the next key tries again. */
function loadIndex(): Promise<MiniSearch<Entry>> {
  loading ??= fetch(`${BASE}/search-index.json`)
    .then((response) => {
      if (!response.ok) throw new Error(`search-index.json: ${response.status}`);
      return response.text();
    })
    .then((text) => MiniSearch.loadJSON<Entry>(text, INDEX_OPTIONS))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

export interface SearchParts {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  readonly status: HTMLElement;
  /** Of each kind. */
  readonly most: number;
}

/** Connects the field with its results; returns a function that shows them for what the field holds now. */
export function searchBox({ input, list, status, most }: SearchParts): () => Promise<void> {
  let active = -1;
  let asked = 0;
  const options = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>('[role="option"]')];

  const choose = (next: number): void => {
    const all = options();
    active = all.length === 0 ? -1 : (next + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    const chosen = all[active];
    if (chosen) {
      input.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  };

  const show = async (): Promise<void> => {
    const turn = ++asked;
    const query = input.value;
    try {
      const index = await loadIndex();
      if (turn !== asked) return;
      const groups = find(index, query, most);
      list.replaceChildren(...groups.map((group, i) => groupElement(group, i)));
      input.setAttribute('aria-expanded', String(groups.length > 0));
      status.textContent = inWords(query, groups);
      choose(groups.length > 0 ? 0 : -1);
    } catch (error) {
      status.textContent = 'The index did not load. Type on to try again.';
      console.warn(error);
    }
  };

  input.addEventListener('input', () => void show());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      options()[active]?.click();
    }
  });
  return show;
}

function groupElement(group: Group, at: number): HTMLElement {
  const box = document.createElement('div');
  const title = document.createElement('p');
  title.className = 'kind';
  title.id = `kind-${group.kind}`;
  title.textContent = group.total > group.hits.length ? `${group.label} (${group.total})` : group.label;
  box.setAttribute('role', 'group');
  box.setAttribute('aria-labelledby', title.id);
  box.append(title, ...group.hits.map((hit, i) => option(hit, `hit-${at}-${i}`, group.kind)));
  return box;
}

function option(hit: Hit, id: string, kind: string): HTMLElement {
  const link = document.createElement('a');
  link.id = id;
  link.href = BASE + hit.href;
  link.tabIndex = -1;
  link.setAttribute('role', 'option');
  link.dataset.kind = kind;
  const name = document.createElement('b');
  name.textContent = hit.title;
  const text = document.createElement('span');
  text.textContent = hit.summary;
  link.append(name, text);
  return link;
}
