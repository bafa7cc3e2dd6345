/** What a machine needs from Node: macrotasks and a clock. */
import { readFile } from 'node:fs/promises';
import type { HostLoop } from '../simulator/machine.ts';
import { microPython } from '../src/runtimes/micropython.ts';
import { quickJs } from '../src/runtimes/quickjs.ts';

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
  runtimes: {
    python: microPython(() => import('@micropython/micropython-webassembly-pyscript/micropython.mjs')),
    node: quickJs(async () =>
      WebAssembly.compile(await readFile(new URL(import.meta.resolve('quickjs-wasi/quickjs.wasm')))),
    ),
  },
};
