import { expect, test } from 'vitest';
import { DEFAULT_PANELS, isPanelId, PANEL_IDS, tabsOf } from './panels.ts';

const ids = (...args: Parameters<typeof tabsOf>) => tabsOf(...args).map((p) => p.id);

test('a lesson that names no panels has the default tabs, after the files', () => {
  expect(ids(undefined, new Set())).toEqual(['files', ...DEFAULT_PANELS]);
});

test('named panels stand in the order of the table, with what was opened from elsewhere', () => {
  expect(ids(['network', 'layers'], new Set())).toEqual(['files', 'layers', 'network']);
  expect(ids(['network', 'layers'], new Set(['host', 'network']))).toEqual(['files', 'layers', 'network', 'host']);
});

test('every id is known once', () => {
  expect(new Set(PANEL_IDS).size).toBe(PANEL_IDS.length);
  expect(isPanelId('layers')).toBe(true);
  expect(isPanelId('layer')).toBe(false);
});
