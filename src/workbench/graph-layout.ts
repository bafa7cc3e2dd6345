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
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly height: number;
}

const ROW = 76;
const HEIGHT = 52;

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
  const nodes = steps.map((step) => ({
    step,
    left: stages.indexOf(stageOf(step)) * width + (columns > 1 ? 1 : 0),
    width: width - (columns > 1 ? 2 : 0),
    top: rows.get(step.id)! * ROW + 4,
  }));
  const at = new Map(nodes.map((n) => [n.step.id, n]));
  const edges = nodes.flatMap((to) =>
    to.step.inputs.flatMap((id) => {
      const from = at.get(id);
      if (!from) return [];
      const x1 = from.left + from.width / 2;
      const y1 = from.top + HEIGHT;
      const x2 = to.left + to.width / 2;
      const middle = to.top - 12;
      const lit = to.step.state !== 'waiting' && to.step.state !== 'canceled';
      return [{ from: id, to: to.step.id, lit, path: `M${x1} ${y1}V${middle}H${x2}V${to.top}` }];
    }),
  );
  return { nodes, edges, height: (Math.max(0, ...rows.values()) + 1) * ROW };
}
