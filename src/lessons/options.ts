/** Makes the options of a question from what the machine answers: the truth, and what it is not, by one change each. */
export interface Option {
  /** What the reader chooses. */
  readonly label: string;
  /** For builds: beginnings of the instructions that run. */
  readonly runs?: readonly string[];
}

const SWAPS: readonly [RegExp, string][] = [
  [/\brunning\b/, 'exited'],
  [/\bexited\b/, 'running'],
  [/\bcreated\b/, 'running'],
  [/\bUp\b/, 'Exited'],
  [/\bExited\b/, 'Up'],
  [/\btrue\b/, 'false'],
  [/\bfalse\b/, 'true'],
  [/\byes\b/, 'no'],
];

const clean = (text: string): string => text.replace(/\r/g, '').trimEnd();
const NOTHING = 'nothing at all';

/** What an option shows for an output: the output itself, or words where it is empty. */
export const shown = (output: string): string => clean(output) || NOTHING;

function* mutations(truth: string): Generator<string> {
  const lines = clean(truth).split('\n');
  for (let i = 0; i < lines.length; i++)
    for (const [from, to] of SWAPS)
      if (from.test(lines[i]!))
        yield [...lines.slice(0, i), lines[i]!.replace(from, to), ...lines.slice(i + 1)].join('\n');
  if (lines.length > 1)
    for (let i = lines.length - 1; i >= 0; i--) yield [...lines.slice(0, i), ...lines.slice(i + 1)].join('\n');
  const number = /^(.*?)(\d+)([^\d]*)$/s.exec(clean(truth));
  if (number && number[2]!.length < 6) {
    yield `${number[1]}${Number(number[2]) + 1}${number[3]}`;
    if (Number(number[2]) > 0) yield `${number[1]}${Number(number[2]) - 1}${number[3]}`;
  }
}

/** Options for “what will this print?”: four where four can be made. `before` is what it printed before the command. */
export function outputOptions(truth: string, before: string, wrong: readonly string[]): Option[] {
  const labels = [shown(truth)];
  for (const label of [...wrong, shown(before), ...mutations(truth), ...mutations(before), NOTHING])
    if (labels.length < 4 && !labels.includes(label)) labels.push(label);
  return labels.sort().map((label) => ({ label }));
}

const spoken = (steps: readonly string[]): string =>
  steps.length < 2 ? (steps[0] ?? '') : `${steps.slice(0, -1).join(', ')} and ${steps.at(-1)}`;
const MAX_WORDS = 34;
const short = (step: string): string => (step.length > MAX_WORDS ? `${step.slice(0, MAX_WORDS - 1).trimEnd()}…` : step);

/** Options for “which steps will run?”: `all` are the build's steps in order, `ran` those that ran. */
export function stepOptions(all: readonly string[], ran: readonly string[]): Option[] {
  const first = ran.length ? all.indexOf(ran[0]!) : all.length;
  const candidates = [
    ran,
    all,
    [],
    ran.slice(0, 1),
    all.slice(Math.max(0, first - 1)),
    all.slice(-1),
    ran.slice(1),
    all.slice(0, 1),
  ];
  const options = new Map<string, Option>();
  for (const steps of candidates) {
    const label =
      steps.length === 0 ? 'None of them' : steps.length === all.length ? 'All of them' : spoken(steps.map(short));
    if (options.size < 4 && !options.has(label)) options.set(label, { label, runs: steps });
  }
  return [...options.values()].sort((a, b) => (b.runs?.length ?? 0) - (a.runs?.length ?? 0));
}
