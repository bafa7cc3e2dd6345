import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BuildStep } from './build-view.ts';
import { BOX_HEIGHT, layOut } from './graph-layout.ts';

/** Steps of a few stages, each waiting for the one before it in its stage and for some earlier ones. */
const steps = fc
  .array(fc.record({ stage: fc.integer({ min: 0, max: 3 }), also: fc.array(fc.nat(40), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((list) =>
    list.map(({ stage, also }, i): BuildStep => {
      const before = list.slice(0, i).findLastIndex((s) => s.stage === stage);
      const inputs = [...(before < 0 ? [] : [before]), ...(i > 0 ? also.map((n) => n % i) : [])];
      return {
        id: `${i}`,
        name: '',
        instruction: 'RUN true',
        step: `stage-${stage} ${i}/9`,
        state: 'ran',
        inputs: [...new Set(inputs)].map(String),
      };
    }),
  );

test('boxes never overlap, stand below what they wait for, and in the column of their stage', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const graph = layOut(list);
      const at = new Map(graph.nodes.map((n) => [n.step.id, n]));
      expect(graph.nodes.length).toBe(list.length);
      for (const a of graph.nodes) {
        expect(a.top + BOX_HEIGHT).toBeLessThanOrEqual(graph.height);
        expect(a.left).toBeGreaterThanOrEqual(0);
        expect(a.left + a.width).toBeLessThanOrEqual(100.001);
        for (const input of a.step.inputs) expect(at.get(input)!.top + BOX_HEIGHT).toBeLessThan(a.top);
        for (const b of graph.nodes) {
          if (a === b || a.left !== b.left) continue;
          expect(Math.abs(a.top - b.top)).toBeGreaterThan(BOX_HEIGHT);
        }
        const stage = graph.stages.find((s) => a.step.step.startsWith(`${s.name} `));
        if (graph.stages.length > 0) expect([stage?.left, stage?.width]).toEqual([a.left, a.width]);
      }
      expect(graph.edges.length).toBe(list.reduce((n, s) => n + s.inputs.length, 0));
    }),
    { seed: 3 },
  );
});
