/** The image store on a machine's disk: there before its daemon runs, and after. */
import { ImageStore } from './store.ts';

const stores = new WeakMap<object, ImageStore>();

/** The store of the machine that `machine` (its kernel) stands for; made on first use. `clock` gives virtual ms. */
export function imageStoreOf(machine: object, clock: () => number): ImageStore {
  let store = stores.get(machine);
  if (!store) stores.set(machine, (store = new ImageStore(clock)));
  return store;
}

/** What lies on a disk stays there when another kernel boots from it (a virtual machine that is started again). */
export function moveImageStore(from: object, to: object): void {
  const store = stores.get(from);
  if (!store) return;
  stores.delete(from);
  stores.set(to, store);
}
