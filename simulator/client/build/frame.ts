/** The excerpt of a Dockerfile around the lines an error is about. */
import type { BuildErrorFrame } from '../../api/build.ts';

/** One excerpt: `lines` are the marked ones, shown with a few around them. */
export function excerpt(filename: string, source: string, marked: readonly (readonly [number, number])[]): string {
  const lines = source.split('\n');
  let start = Math.min(...marked.map(([from]) => from));
  let end = Math.max(...marked.map(([from, to]) => Math.max(from, to)));
  if (marked.length === 0 || start > lines.length || start < 1) return '';
  end = Math.min(end, lines.length);
  const first = start;
  const padding = end === start ? 4 : 2;
  for (let added = 0; added < padding; added++) {
    if (start > 1) {
      start--;
      added++;
    }
    if (end !== lines.length) {
      end++;
      added++;
    }
  }
  const rows: string[] = [];
  for (let number = start; number <= end; number++) {
    const mark = marked.some(([from, to]) => from <= number && Math.max(from, to) >= number) ? '>>>' : '   ';
    rows.push(` ${String(number).padStart(3)} | ${mark} ${lines[number - 1] ?? ''}\n`);
  }
  return `${filename}:${first}\n--------------------\n${rows.join('')}--------------------\n`;
}

/** The excerpts of an error. */
export function errorFrame(frame: BuildErrorFrame): string {
  return frame.ranges.map((range) => excerpt(frame.filename, frame.source, [range])).join('');
}
