/** Stages of a Dockerfile as the editor needs them: where they are, what refers to them, how to rename one. */
import { parse } from '../../simulator/dockerfile/parser.ts';
import type { Dockerfile, Node, Token } from '../../simulator/dockerfile/node.ts';
import type { EditorEdit, EditorRange } from './context.ts';

export interface StageView {
  /** As written after AS; '' for a stage without a name. */
  readonly name: string;
  readonly nameToken: Token | undefined;
  readonly startLine: number;
  readonly endLine: number;
}

const rangeOf = (token: Token): EditorRange => ({
  line: token.range.start.line,
  column: token.range.start.column,
  endLine: token.range.end.line,
  endColumn: token.range.end.column,
});

const isFrom = (node: Node): boolean => node.keyword.text.toUpperCase() === 'FROM';

/** The tree, or undefined where the text has a mistake no tree can be made of. */
export function tryParse(text: string): Dockerfile | undefined {
  try {
    return parse(text);
  } catch {
    return undefined; // diagnostics say what is wrong; here there is just nothing to offer
  }
}

export function stagesOf(file: Dockerfile): StageView[] {
  const stages: StageView[] = [];
  for (const node of file.nodes) {
    if (isFrom(node)) {
      const nameToken = node.args.length === 3 && node.args[1]!.text.toUpperCase() === 'AS' ? node.args[2] : undefined;
      stages.push({ name: nameToken?.text ?? '', nameToken, startLine: node.lines[0], endLine: node.lines[1] });
    } else if (stages.length) stages.push({ ...stages.pop()!, endLine: node.lines[1] });
  }
  return stages;
}

/** Every place that names the stage: its AS, later FROMs, COPY --from and RUN --mount from=. */
export function placesOf(file: Dockerfile, name: string): EditorRange[] {
  const same = (text: string): boolean => text.toLowerCase() === name.toLowerCase();
  const places: EditorRange[] = [];
  for (const node of file.nodes) {
    if (isFrom(node)) {
      const [base, , as] = node.args;
      if (base && same(base.text)) places.push(rangeOf(base));
      if (as && same(as.text)) places.push(rangeOf(as));
    }
    for (const flag of node.flags) {
      const from = /(?:^--from=|[=,]from=)([^,]+)/.exec(flag.text);
      if (!from || !same(from[1]!)) continue;
      const at = flag.text.indexOf(from[1]!, from.index + from[0].indexOf('from=') + 5);
      const start = flag.range.start;
      places.push({
        line: start.line,
        column: start.column + at,
        endLine: start.line,
        endColumn: start.column + at + from[1]!.length,
      });
    }
  }
  return places;
}

const contains = (r: EditorRange, line: number, column: number): boolean =>
  r.line === line && column >= r.column && column <= r.endColumn;

/** The name of the stage that is written at a place, and where; undefined where no stage's name is. */
export function stageAt(
  file: Dockerfile,
  line: number,
  column: number,
): { name: string; range: EditorRange } | undefined {
  for (const { name } of stagesOf(file)) {
    if (!name) continue;
    const range = placesOf(file, name).find((r) => contains(r, line, column));
    if (range) return { name, range };
  }
  return undefined;
}

/** Edits that rename the stage everywhere; a message where the new name would not do. */
export function renameStage(file: Dockerfile, name: string, next: string): EditorEdit[] | { readonly problem: string } {
  if (!/^[a-z][a-z0-9-_.]*$/.test(next))
    return { problem: 'A stage’s name begins with a small letter and holds small letters, digits, - _ and . only.' };
  if (stagesOf(file).some((s) => s.name.toLowerCase() === next))
    return { problem: `There is a stage called ${next} already.` };
  return placesOf(file, name).map((range) => ({ range, text: next }));
}
