/** What a machine needs from Node: macrotasks and a clock. */
import type { HostLoop } from '../simulator/machine.ts';
import { microPython } from '../src/runtimes/micropython.ts';

export const nodeHost: HostLoop = {
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  rest: (ms) => {
    let wake = (): void => {};
    const done = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return { done, wake };
  },
  time: () => performance.now(),
  runtimes: { python: microPython(() => import('@micropython/micropython-webassembly-pyscript/micropython.mjs')) },
};
