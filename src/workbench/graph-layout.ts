/** Places the steps of a build: one column for each stage, one row for each thing that has to be done before. */
import type { BuildStep } from './build-view.ts';

export interface GraphNode {
  readonly step: BuildStep;
  /** Per cent of the picture's width. */
  readonly left: number;
  readonly width: number;
  /** Pixels. */
  readonly top: number;
}
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** What it leads to has begun. */
  readonly lit: boolean;
}
/** The name above a column. */
export interface GraphStage {
  readonly name: string;
  readonly left: number;
  readonly width: number;
}
export interface Graph {
  /** Empty where there is one stage only: its name says nothing. */
  readonly stages: readonly GraphStage[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly height: number;
  /** Pixels below which instructions cannot be read. */
  readonly minWidth: number;
}

/** A step's box holds its number and state, and two lines of its instruction. */
export const BOX_HEIGHT = 72;
const ROW = BOX_HEIGHT + 26;
const NAME_HEIGHT = 26;
const COLUMN_WIDTH = 176;

/** `steps` in the order of the Dockerfile. Inputs that are no steps (the context) are left out. */
export function layOut(steps: readonly BuildStep[]): Graph {
  const known = new Map(steps.map((s) => [s.id, s]));
  const stageOf = (s: BuildStep): string => s.step.split(' ').slice(0, -1).join(' ');
  const stages = [...new Set(steps.map(stageOf))];
  const rows = new Map<string, number>();
  const rowOf = (s: BuildStep): number => {
    const found = rows.get(s.id);
    if (found !== undefined) return found;
    rows.set(s.id, 0);
    const before = s.inputs.flatMap((id) => known.get(id) ?? []);
    const row = before.length ? Math.max(...before.map(rowOf)) + 1 : 0;
    rows.set(s.id, row);
    return row;
  };
  for (const step of steps) rowOf(step);
  const columns = Math.max(1, stages.length);
  const width = 100 / columns;
  const gap = columns > 1 ? 1 : 0;
  const above = columns > 1 ? NAME_HEIGHT : 4;
  const nodes = steps.map((step) => ({
    step,
    left: stages.indexOf(stageOf(step)) * width + gap,
    width: width - 2 * gap,
    top: rows.get(step.id)! * ROW + above,
  }));
  const at = new Map(nodes.map((n) => [n.step.id, n]));
  const edges = nodes.flatMap((to) =>
    to.step.inputs.flatMap((id) => {
      const from = at.get(id);
      if (!from) return [];
      const x1 = from.left + from.width / 2;
      const y1 = from.top + BOX_HEIGHT;
      const x2 = to.left + to.width / 2;
      const middle = to.top - 12;
      const lit = to.step.state !== 'waiting' && to.step.state !== 'canceled';
      return [{ from: id, to: to.step.id, lit, path: `M${x1} ${y1}V${middle}H${x2}V${to.top}` }];
    }),
  );
  return {
    stages: columns > 1 ? stages.map((name, i) => ({ name, left: i * width + gap, width: width - 2 * gap })) : [],
    nodes,
    edges,
    height: Math.max(0, ...rows.values()) * ROW + above + BOX_HEIGHT + 4,
    minWidth: columns > 1 ? columns * COLUMN_WIDTH : 0,
  };
}
