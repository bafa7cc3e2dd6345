/** What lies in /dev: the nodes, links and mounts that udev makes on a host and runc in a container. */
import { Errno } from './errno.ts';
import * as calls from './fs/calls.ts';
import { MountTable, ROOT } from './fs/namespace.ts';
import type { MountNamespace } from './kernel.ts';

/** Character devices everyone has: name, major, minor (Documentation/admin-guide/devices.txt). */
export const STANDARD_DEVICES: readonly (readonly [string, number, number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];

/** Further ones on the host, which a privileged container gets too: name, type, major, minor, mode. */
export const HOST_DEVICES: readonly (readonly [string, 'char' | 'block', number, number, number])[] = [
  ['kmsg', 'char', 1, 11, 0o644],
  ['mem', 'char', 1, 1, 0o640],
  ['fuse', 'char', 10, 229, 0o666],
  ['loop-control', 'char', 10, 237, 0o660],
  ['loop0', 'block', 7, 0, 0o660],
  ['vda', 'block', 253, 0, 0o660],
  ['vda1', 'block', 253, 1, 0o660],
];

const LINKS: readonly (readonly [string, string])[] = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
];

function contextOf(namespace: MountNamespace) {
  if (!(namespace instanceof MountTable)) throw new Errno('EINVAL');
  return { ...namespace.context(ROOT), umask: 0 };
}

/** Makes one device node; an existing one stays. */
export function makeDevice(
  namespace: MountNamespace,
  path: string,
  type: 'char' | 'block',
  mode: number,
  rdev: readonly [number, number],
): void {
  if (namespace.files.exists(path)) return;
  calls.mknod(contextOf(namespace), path, type, mode, rdev);
}

/** Fills a fresh /dev with the standard nodes and links; `ptmx` and /dev/pts are mounted by the caller. */
export function populateDev(namespace: MountNamespace): void {
  for (const [name, major, minor] of STANDARD_DEVICES) {
    makeDevice(namespace, `/dev/${name}`, 'char', 0o666, [major, minor]);
  }
  const context = contextOf(namespace);
  for (const [name, target] of LINKS) calls.symlink(context, target, `/dev/${name}`);
}
