/** The mounts of a container: its root, the kernel's file systems, /dev, and what the user asked for. */
import { Errno } from '../kernel/errno.ts';
import { HOST_DEVICES, makeDevice, populateDev } from '../kernel/devices.ts';
import type { Kernel, MountNamespace, MountSource } from '../kernel/kernel.ts';
import { RuntimeError, type Bundle, type BundleMount } from './spec.ts';

const HARDENED = ['nosuid', 'nodev', 'noexec', 'relatime'];

/** Hidden from containers: files behind /dev/null, directories behind an empty tmpfs (Docker's default MaskedPaths). */
const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

/** Docker's default ReadonlyPaths. */
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const SNAPSHOTS = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';
/** The numbers a machine's snapshotter has given to layers and upper directories. */
const numbers = new WeakMap<Kernel, { last: number; readonly of: WeakMap<object, number> }>();

/** The options of the overlay as /proc/mounts shows them: where the snapshotter keeps the layers. */
function snapshots(kernel: Kernel, bundle: Bundle): string {
  let known = numbers.get(kernel);
  if (!known) numbers.set(kernel, (known = { last: 0, of: new WeakMap() }));
  const number = (what: object): number => {
    let n = known.of.get(what);
    if (n === undefined) known.of.set(what, (n = ++known.last));
    return n;
  };
  const lower = [...bundle.layers].reverse().map(number).reverse();
  const upper = number(bundle.upper);
  const dirs = lower.map((n) => `${SNAPSHOTS}/${n}/fs`).join(':');
  return `lowerdir=${dirs},upperdir=${SNAPSHOTS}/${upper}/fs,workdir=${SNAPSHOTS}/${upper}/work`;
}

/** Mounts all of `bundle`. Throws RuntimeError beginning with `error mounting`. */
export function mountContainer(kernel: Kernel, mounts: MountNamespace, bundle: Bundle): void {
  const { privileged } = bundle;
  const place = (target: string, what: MountSource, flags: readonly string[], readonly = false): void => {
    mounts.ensurePath(target, 'dir');
    mounts.mount(target, what, { flags, readonly });
  };
  mounts.mount(
    '/',
    { type: 'overlay', lower: bundle.layers, upper: bundle.upper, label: snapshots(kernel, bundle) },
    { readonly: bundle.readonlyRoot, flags: ['relatime'] },
  );
  place('/proc', { type: 'proc' }, HARDENED);
  place('/dev', { type: 'tmpfs', size: 65536 * 1024, mode: 0o755 }, ['nosuid']);
  populateDev(mounts);
  mounts.files.symlink('pts/ptmx', '/dev/ptmx');
  if (privileged) {
    for (const [name, type, major, minor, mode] of HOST_DEVICES) {
      makeDevice(mounts, `/dev/${name}`, type, mode, [major, minor]);
    }
  }
  place('/dev/pts', { type: 'devpts' }, ['nosuid', 'noexec', 'relatime', 'gid=5', 'mode=620', 'ptmxmode=666']);
  if (bundle.process.terminal) makeDevice(mounts, '/dev/console', 'char', 0o620, [136, 0]);
  place('/sys', { type: 'sysfs' }, HARDENED, !privileged);
  place('/sys/fs/cgroup', { type: 'cgroup2' }, HARDENED, !privileged);
  place('/dev/mqueue', { type: 'mqueue' }, HARDENED);
  place('/dev/shm', { type: 'tmpfs', size: bundle.shmSize, mode: 0o1777, source: 'shm' }, HARDENED);
  for (const mount of bundle.mounts) mountWanted(kernel, mounts, mount);
  if (!privileged) hide(mounts);
}

function mountWanted(kernel: Kernel, mounts: MountNamespace, mount: BundleMount): void {
  const { destination, readonly } = mount;
  if (mount.type === 'tmpfs') {
    mounts.ensurePath(destination, 'dir');
    mounts.mount(
      destination,
      {
        type: 'tmpfs',
        ...(mount.size === undefined ? {} : { size: mount.size }),
        ...(mount.mode === undefined ? {} : { mode: mount.mode }),
      },
      { readonly, flags: tmpfsFlags(mount.options ?? []) },
    );
    return;
  }
  const from = mount.from ?? kernel.init.mnt;
  const source = mount.source ?? '';
  try {
    const type = from.files.stat(source).type === 'dir' ? 'dir' : 'file';
    if (!mounts.files.exists(destination)) mounts.ensurePath(destination, type);
    mounts.mount(destination, { type: 'bind', from, path: source }, { readonly, flags: ['relatime'] });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const call = `mount src=${source}, dst=${destination}, dstFd=/proc/thread-self/fd/14, flags=MS_BIND|MS_REC`;
    const why =
      error.code === 'ENOTDIR'
        ? 'not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type'
        : error.message.toLowerCase();
    throw new RuntimeError(
      `error mounting ${JSON.stringify(source)} to rootfs at ${JSON.stringify(destination)}: ${call}: ${why}`,
    );
  }
}

/** nosuid,nodev,noexec unless the user's words say otherwise; size and mode are the file system's own. */
function tmpfsFlags(options: readonly string[]): string[] {
  const flags = new Set(HARDENED);
  for (const option of options) {
    if (/^(size|mode|uid|gid)=/.test(option) || option === 'rw' || option === 'ro' || option === '') continue;
    const opposite = { suid: 'nosuid', dev: 'nodev', exec: 'noexec' }[option];
    if (opposite) flags.delete(opposite);
    else flags.add(option);
  }
  return [...flags];
}

function hide(mounts: MountNamespace): void {
  for (const path of READONLY) {
    if (!mounts.files.exists(path)) continue;
    mounts.mount(path, { type: 'bind', from: mounts, path }, { readonly: true, flags: HARDENED });
  }
  for (const path of MASKED) {
    if (!mounts.files.exists(path)) continue;
    if (mounts.files.stat(path).type === 'dir') {
      mounts.mount(path, { type: 'tmpfs' }, { readonly: true, flags: ['relatime'] });
    } else mounts.mount(path, { type: 'bind', from: mounts, path: '/dev/null' }, { flags: ['nosuid'] });
  }
}
