/** The list of images as `docker images` and `docker images --tree` draw it. */
import { compareStrings, displayWidth, shortId } from '../format/text.ts';
import { humanSize } from '../format/units.ts';
import type { ImageSummary } from './list.ts';

export interface TreeOptions {
  /** `--tree`: a line for every platform. */
  readonly expanded: boolean;
  readonly terminal: boolean;
  /** Width of the terminal; 0 for none. */
  readonly columns: number;
}

interface Details {
  readonly id: string;
  readonly usage: string;
  readonly content: string;
  readonly inUse: boolean;
}

interface Entry {
  readonly names: readonly string[];
  readonly details: Details;
  readonly children: readonly { readonly platform: string; readonly available: boolean; readonly details: Details }[];
}

const UNTAGGED = '<untagged>';
const GAP = '   ';
const RESET = '\x1b[0m';
const NAME = '\x1b[34m\x1b[1m';
const PLAIN = '\x1b[39m';
const FAINT = '\x1b[39m\x1b[2m';
const TITLE = '\x1b[39m\x1b[1m';
const CHIP = '\x1b[38;5;0m\x1b[48;5;14m U \x1b[0m';

function visible(text: string): number {
  return displayWidth(text.replace(/\x1b[^m]*m/g, ''));
}

function describe(images: readonly ImageSummary[], expanded: boolean): { entries: Entry[]; spaced: boolean } {
  const entries: Entry[] = [];
  let spaced = false;
  for (const image of images) {
    let content = 0;
    let inUse = image.Containers > 0;
    const children: Entry['children'][number][] = [];
    for (const manifest of image.Manifests ?? []) {
      content += manifest.Size.Content;
      if (manifest.Kind !== 'image') continue;
      const used = (manifest.ImageData?.Containers ?? []).length > 0;
      inUse ||= used;
      if (!expanded) continue;
      const { os = '', architecture = '', variant = '' } = manifest.ImageData?.Platform ?? {};
      spaced = true;
      children.push({
        platform: [os, architecture, variant].filter((part) => part !== '').join('/'),
        available: manifest.Available,
        details: {
          id: manifest.ID,
          usage: humanSize(manifest.Size.Total, 3),
          content: humanSize(manifest.Size.Content, 3),
          inUse: used,
        },
      });
    }
    const details = { id: image.Id, usage: humanSize(image.Size, 3), content: humanSize(content, 3), inUse };
    const names = [...(image.RepoTags ?? [])].sort(compareStrings);
    if (expanded || names.length === 0) entries.push({ names, details, children });
    else for (const name of names) entries.push({ names: [name], details, children });
  }
  entries.sort((a, b) => {
    const [x = '', y = ''] = [a.names[0], b.names[0]];
    if ((x === '') !== (y === '')) return x === '' ? 1 : -1;
    return compareStrings(x, y);
  });
  return { entries, spaced };
}

interface Column {
  readonly title: string;
  readonly right: boolean;
  width: number;
  readonly value?: (details: Details) => string;
  /** Keeps its own colours. */
  readonly bare?: boolean;
}

/** The drawn list and how many lines of images it has. */
export function renderTree(images: readonly ImageSummary[], options: TreeOptions): { text: string; count: number } {
  const { entries, spaced } = describe(images, options.expanded);
  const paint = (colour: string, text: string): string => (options.terminal ? colour + text + RESET : text);
  const anyUsed = entries.some((entry) => entry.details.inUse || entry.children.some((child) => child.details.inUse));
  const chip = (details: Details): string => {
    if (!anyUsed) return '';
    if (options.terminal) return details.inUse ? CHIP : '   ';
    return details.inUse ? 'U' : ' ';
  };
  const columns = fit(
    [
      { title: 'Image', right: false, width: 0 },
      { title: 'ID', right: false, width: 12, value: ({ id }) => shortId(id) },
      { title: 'Disk usage', right: true, width: 10, value: ({ usage }) => usage },
      { title: 'Content size', right: true, width: 12, value: ({ content }) => content },
      { title: 'Extra', right: false, width: 5, value: chip, bare: true },
    ],
    entries,
    options.terminal ? Math.max(20, options.columns) : options.columns,
  );
  const cell = (column: Column, colour: string, text: string): string => {
    const fill = ' '.repeat(Math.max(0, column.width - visible(text)));
    const shown = column.bare === true && text !== column.title.toUpperCase() ? text : paint(colour, text);
    return column.right ? fill + shown : shown + fill;
  };
  const [first] = columns;
  if (first === undefined) return { text: '', count: 0 };
  const details = (values: Details, colour: string): string =>
    columns
      .filter((column) => column.value !== undefined)
      .map((column) => GAP + cell(column, colour, column.value?.(values) ?? ''))
      .join('');

  let text = options.terminal ? `${legend(options.columns)}\n` : '';
  text += `${columns.map((column) => cell(column, TITLE, column.title.toUpperCase())).join(GAP)}\n`;
  for (const entry of entries) {
    if (entry.names.length === 0) text += cell(first, FAINT, UNTAGGED);
    entry.names.forEach((name, i) => {
      const last = i === entry.names.length - 1;
      const tooLong = displayWidth(name) > first.width;
      text += cell(first, NAME, name);
      if (!last || tooLong) text += '\n';
      if (tooLong && last) text += ' '.repeat(first.width);
    });
    text += details(entry.details, PLAIN);
    if (entry.children.length > 0 || spaced) text += '\n';
    entry.children.forEach((child, i) => {
      const colour = child.available ? PLAIN : `${PLAIN}\x1b[2m`;
      text += cell(first, colour, (i === entry.children.length - 1 ? '└─ ' : '├─ ') + child.platform);
      text += `${details(child.details, colour)}\n`;
    });
    text += '\n';
  }
  return { text, count: entries.length };
}

/** Gives the first column the room that is left; columns that do not fit fall away. */
function fit(columns: Column[], entries: readonly Entry[], terminalWidth: number): Column[] {
  let kept = columns;
  let room = terminalWidth;
  if (room > 0) {
    for (const [i, column] of columns.entries()) {
      if (column.width === 0) continue;
      const need = column.width + (i > 0 ? GAP.length : 0);
      if (room - need < 12) {
        kept = columns.slice(0, i);
        break;
      }
      room -= need;
    }
  }
  const bytes = (name: string): number => new TextEncoder().encode(name).length;
  const widest = Math.max(
    'Image'.length,
    ...entries.flatMap((entry) => (entry.names.length === 0 ? [UNTAGGED] : entry.names).map(bytes)),
    // The branch's three characters count as bytes of UTF-8, as in Docker.
    ...entries.flatMap((entry) => entry.children.map((child) => child.platform.length + bytes('└─ '))),
  );
  const [first] = kept;
  if (first !== undefined) first.width = terminalWidth === 0 || room > widest ? widest : room;
  return kept;
}

/** The line above the list on a terminal, at its right edge. */
function legend(columns: number): string {
  const info = `\x1b[1m\x1b[106m\x1b[30mi${RESET}${RESET} \x1b[96mInfo → ${RESET}${RESET}`;
  const text = `${info} ${CHIP} In Use`;
  return ' '.repeat(Math.max(0, columns - visible(text))) + text;
}
