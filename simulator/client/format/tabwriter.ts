import { displayWidth } from './text.ts';

export interface TabOptions {
  readonly minWidth?: number;
  readonly padding?: number;
  readonly padChar?: string;
  /** Pads with tabs of 8 columns, to which the cells' widths are rounded. */
  readonly tabs?: boolean;
}

/**
 * Aligns tab-terminated cells as Go's text/tabwriter (tab width 1, no flags): a column is a block of consecutive lines
 * that have a tab-terminated cell there; its width is the widest cell plus padding, at least `minWidth`. The last cell of
 * a line belongs to no column.
 */
export function tabulate(text: string, options: TabOptions = {}): string {
  const minWidth = options.minWidth ?? 10;
  const padding = options.padding ?? 3;
  const pad = options.padChar ?? ' ';
  const lines = text.split('\n').map((line) => line.split('\t'));
  const out = lines.map(() => '');

  const cellCount = (row: number): number => (lines[row]?.length ?? 1) - 1;
  const layout = (from: number, to: number, widths: number[]): void => {
    const column = widths.length;
    for (let row = from; row < to;) {
      if (cellCount(row) <= column) {
        write(row, widths);
        row++;
        continue;
      }
      let end = row;
      let width = minWidth;
      while (end < to && cellCount(end) > column) {
        const cell = displayWidth(lines[end]?.[column] ?? '');
        if (cell + padding > width) width = cell + padding;
        end++;
      }
      if (options.tabs === true) width = Math.ceil(width / 8) * 8;
      layout(row, end, [...widths, width]);
      row = end;
    }
  };
  const write = (row: number, widths: readonly number[]): void => {
    const cells = lines[row] ?? [];
    let line = '';
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] ?? '';
      line += cell;
      if (i === cells.length - 1) continue;
      const gap = Math.max(0, (widths[i] ?? minWidth) - displayWidth(cell));
      line += options.tabs === true ? '\t'.repeat(Math.ceil(gap / 8)) : pad.repeat(gap);
    }
    out[row] = line;
  };
  layout(0, lines.length, []);
  return out.join('\n');
}
