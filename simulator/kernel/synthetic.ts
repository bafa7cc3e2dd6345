import type { KernelCore } from './core.ts';
import type { MountTable, SyntheticType } from './fs/namespace.ts';
import type { SyntheticDir } from './fs/vfs.ts';

/** The tree of a synthetic file system. */
export function syntheticTree(
  _core: KernelCore,
  _type: SyntheticType,
  _namespace: MountTable,
): SyntheticDir | undefined {
  return undefined;
}
