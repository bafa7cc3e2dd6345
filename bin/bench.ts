/** Measures the page against its budgets and the machine against its goals; prints a table and writes bench.json. */
import { writeFile } from 'node:fs/promises';
import { measureLessons } from './bench-lessons.ts';
import { measureMachine } from './bench-machine.ts';
import { measurePage } from './bench-page.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Largest value (smallest with `atLeast`) that is within the budget. */
  readonly budget?: number;
  readonly atLeast?: boolean;
}

const within = (f: Figure): boolean | undefined =>
  f.budget === undefined ? undefined : f.atLeast ? f.value >= f.budget : f.value <= f.budget;
const number = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

const figures: Figure[] = [
  ...(await measureMachine()),
  ...(await measureLessons()),
  ...(process.env.CHROMIUM ? await measurePage(process.env.CHROMIUM) : []),
];
if (!process.env.CHROMIUM) console.log('Chromium is missing: the page is not measured.');
const width = Math.max(...figures.map((f) => f.name.length));
for (const f of figures) {
  const ok = within(f);
  console.log(
    `${ok === false ? 'over  ' : 'ok    '}${f.name.padEnd(width)}  ${number(f.value).padStart(9)} ${f.unit.padEnd(12)}${f.budget === undefined ? '' : `${f.atLeast ? 'at least' : 'at most'} ${f.budget}`}`,
  );
}
await writeFile('bench.json', `${JSON.stringify(figures, null, 1)}\n`);
process.exitCode = figures.some((f) => within(f) === false) ? 1 : 0;
