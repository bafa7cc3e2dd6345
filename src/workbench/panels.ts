/** The pictures of the machine: one table for the tabs, for the front matter of lessons and for words in prose that open one. */

/** In the order of the tabs; what is listed has a component in Panels.svelte. */
export const PANELS = [
  { id: 'files', label: 'Files' },
  { id: 'layers', label: 'Layers' },
  { id: 'graph', label: 'Graph' },
  { id: 'images', label: 'Images' },
  { id: 'containers', label: 'Containers' },
  { id: 'network', label: 'Network' },
  { id: 'host', label: 'Host' },
  { id: 'lifecycle', label: 'Lifecycle' },
  { id: 'anatomy', label: 'Run' },
  { id: 'namespaces', label: 'Namespaces' },
  { id: 'machines', label: 'Machines' },
  { id: 'architecture', label: 'Requests' },
  { id: 'api', label: 'API' },
] as const;

export type PanelId = (typeof PANELS)[number]['id'];

export const PANEL_IDS: readonly PanelId[] = PANELS.map((p) => p.id);

/** The tabs of a lesson that names none. */
export const DEFAULT_PANELS: readonly PanelId[] = ['layers', 'graph', 'images', 'containers', 'network', 'host', 'api'];

export const isPanelId = (id: string): id is PanelId => PANEL_IDS.some((known) => known === id);

/**
 * The tabs to show, in the table's order: always the files (seen only where they have no place of their own), those the
 * lesson names, and those that were opened from elsewhere, so that a word in the prose never opens nothing.
 */
export function tabsOf(named: readonly PanelId[] | undefined, opened: ReadonlySet<PanelId>): (typeof PANELS)[number][] {
  const wanted = new Set<PanelId>(['files', ...(named ?? DEFAULT_PANELS), ...opened]);
  return PANELS.filter((p) => wanted.has(p.id));
}
