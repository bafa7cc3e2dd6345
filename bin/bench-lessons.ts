/** How long it takes to replay the solutions of all lessons, as the tests do: one figure, in seconds. */
import { plainSteps, runSteps } from '../simulator/session/steps.ts';
import { createMachine } from '../simulator/machine.ts';
import { lessonMachine, lessonOrder, lessonSession } from '../src/lessons/folder.ts';
import { verdictsOn } from '../src/lessons/proof.ts';
import type { Figure } from './bench.ts';
import { nodeHost } from './node-host.ts';

/** Replays every lesson once and checks its tasks at the end. Throws where a lesson has no solution. */
export async function measureLessons(): Promise<Figure[]> {
  const lessons = lessonOrder();
  const began = performance.now();
  for (const id of lessons) {
    const solution = await lessonSession(id, 'solution.session');
    if (!solution) throw new Error(`${id} has no solution.session`);
    const machine = await createMachine({ ...(await lessonMachine(id)), host: nodeHost });
    await runSteps(machine, plainSteps(solution));
    await verdictsOn(id, machine);
    machine.stop();
  }
  const seconds = (performance.now() - began) / 1000;
  return [{ name: `replay of ${lessons.length} lessons`, value: seconds, unit: 's', budget: 10 }];
}
