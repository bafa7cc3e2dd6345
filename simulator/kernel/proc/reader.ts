/** Who looks into a synthetic tree, and what of the machine it sees. */
import type { CgroupNode } from '../cgroups.ts';
import type { KernelCore } from '../core.ts';
import type { FsContext } from '../fs/vfs.ts';
import type { PidNs } from '../namespaces.ts';
import { Proc } from '../process.ts';

/** The process that looks, or undefined for daemons and facades. */
export const readerOf = (context: FsContext): Proc | undefined =>
  context.caller instanceof Proc ? context.caller : undefined;

/** The pid namespace that a reader sees through /proc. */
export const pidsFor = (core: KernelCore, context: FsContext): PidNs =>
  readerOf(context)?.namespaces.pid ?? core.init.pid;

export const cgroupRootFor = (core: KernelCore, context: FsContext): CgroupNode => {
  const reader = readerOf(context);
  return (reader && core.cgroupRoots.get(reader.namespaces.cgroup)) ?? core.rootCgroup;
};
