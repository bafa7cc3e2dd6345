/** What the node program needs of a JavaScript engine; the host provides it, because it is WebAssembly that has to be loaded. */

/** What crosses the border: objects only towards the engine. */
export type NodeValue =
  | undefined
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly NodeValue[]
  | { readonly [key: string]: NodeValue };

export interface NodeOptions {
  /** Scripts that make Node of a bare engine, run in order under their names. */
  readonly library: readonly (readonly [name: string, code: string])[];
  /** Functions of the global `__host`; they take texts, numbers, booleans and bytes. */
  readonly calls: Readonly<Record<string, (...args: NodeValue[]) => NodeValue>>;
  /** Virtual time in ms; asked for by `Date` while code runs. */
  readonly clock: () => number;
  /** Seeds `Math.random`. */
  readonly seed: number;
  /** Bytes the engine's heap may take. */
  readonly memoryLimit: number;
  /** Called every few thousand steps of running code; true ends the running code for good. */
  readonly interrupt: () => boolean;
}

/** How a call ended. `stopped`: the interrupt ended it; `memory`: the heap was full. */
export type NodeOutcome = 'done' | 'stopped' | 'memory';

export interface NodeRuntime {
  /** Calls a function of the global `__node` and runs the jobs that follow from it. */
  call(name: string, ...args: NodeValue[]): NodeOutcome;
  /** Bytes of the engine's memory. */
  readonly memory: number;
  dispose(): void;
}

export type NodeLoader = (options: NodeOptions) => Promise<NodeRuntime>;
