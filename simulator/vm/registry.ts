/** The virtual machines of a host, for those who draw: empty, and nothing loaded, until the first is launched. */
import type { VmView } from '../engine/state.ts';

const views = new WeakMap<object, () => readonly VmView[]>();
const NONE: readonly VmView[] = [];

/** Tells how the machines of `kernel`, a host's, are seen. */
export function registerMachines(kernel: object, view: () => readonly VmView[]): void {
  views.set(kernel, view);
}

/** The machines of `kernel` now. */
export const machinesOf = (kernel: object): readonly VmView[] => views.get(kernel)?.() ?? NONE;
