/**
 * /proc and /sys/fs/cgroup are shown by code that a machine needs only once a program runs that looks there. The shell before its
 * first prompt does not, so that the prompt need not wait for it.
 */
import type { KernelCore } from '../core.ts';
import type { SyntheticDir } from '../fs/vfs.ts';

type Trees = typeof import('./trees.ts');
let trees: Trees | undefined;
let loading: Promise<void> | undefined;

/** Loads the code. Whoever hands programs to a kernel waits for it before the first of them runs. */
export const loadTrees = (): Promise<void> =>
  (loading ??= import('./trees.ts').then((loaded) => {
    trees = loaded;
  }));

/** A tree that is empty until the code is there. */
export function lateTree(core: KernelCore, make: (from: Trees) => (core: KernelCore) => SyntheticDir): SyntheticDir {
  let tree: SyntheticDir | undefined;
  const now = (): SyntheticDir | undefined => (tree ??= trees && make(trees)(core));
  return {
    type: 'dir',
    get mode() {
      return now()?.mode ?? 0o555;
    },
    get mkdir() {
      return now()?.mkdir;
    },
    get rmdir() {
      return now()?.rmdir;
    },
    lookup: (name, context) => now()?.lookup(name, context),
    list: (context) => now()?.list(context) ?? [],
  } as SyntheticDir;
}
