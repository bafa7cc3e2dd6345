/** The trees behind /proc, /sys, /sys/fs/cgroup and /dev/pts. Code for them is shared by all mounts of a kind. */
import type { KernelCore } from './core.ts';
import type { MountTable, SyntheticType } from './fs/namespace.ts';
import type { SyntheticDir } from './fs/vfs.ts';
import { lateTree } from './proc/late.ts';
import { sysTree } from './proc/sysfs.ts';

/** The terminals of one devpts instance. */
function terminalsDir(core: KernelCore, namespace: MountTable): SyntheticDir {
  return {
    type: 'dir',
    mode: 0o755,
    list: () =>
      [...core.terminalsIn(namespace).terminals.keys()]
        .sort((a, b) => a - b)
        .map(String)
        .concat('ptmx'),
    lookup: (name) => {
      if (name === 'ptmx') return { type: 'char', mode: 0o666, rdev: [5, 2], key: 'ptmx' };
      const terminal = /^\d+$/.test(name) ? core.terminalsIn(namespace).terminals.get(Number(name)) : undefined;
      if (!terminal) return undefined;
      return {
        type: 'char',
        mode: 0o620,
        uid: terminal.session?.leader?.credentials.uid ?? 0,
        gid: 5,
        mtime: terminal.touched,
        rdev: [136, terminal.index],
        key: `tty:${terminal.ino}`,
      };
    },
  };
}

/** The tree of a synthetic file system mounted in `namespace`; undefined for those that are plain memory. */
export function syntheticTree(core: KernelCore, type: SyntheticType, namespace: MountTable): SyntheticDir | undefined {
  switch (type) {
    case 'proc':
      return (core.trees.proc ??= lateTree(core, (from) => from.procTree));
    case 'sysfs':
      return (core.trees.sys ??= sysTree(core));
    case 'cgroup2':
      return (core.trees.cgroup ??= lateTree(core, (from) => from.cgroupTree));
    case 'devpts':
      return terminalsDir(core, namespace);
    default:
      return undefined;
  }
}
