/** What processes see of the machine from within their namespaces, as plain data for the page's panels. */
import type { Kernel, MountNamespace, Namespaces, Process } from '../kernel/kernel.ts';
import type { MountTable } from '../kernel/fs/namespace.ts';
import type { NetStack } from '../kernel/net/stack.ts';
import type { Engine } from './engine.ts';
import type { HostView, InsideView, NamespacesView } from './state.ts';

type MountViews = Pick<InsideView, 'root' | 'mounts' | 'shm'>;

/** Pictures are sent with every frame, and a table of mounts hardly ever changes. */
const known = new WeakMap<MountNamespace, { readonly change: string; readonly views: MountViews }>();

/** Containers of one kind have the same mounts: one list for all of them, which is then sent once. */
const alike = new Map<string, MountViews>();

const UNITS: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const sizeOption = (options: readonly string[]): number => {
  const [, digits = '0', unit = ''] =
    /^size=(\d+)([kmg]?)$/.exec(options.find((o) => o.startsWith('size=')) ?? '') ?? [];
  return Number(digits) * (UNITS[unit] ?? 1);
};

/** Files below /proc and /sys that the runtime covers, and is silent about. */
const isCover = (target: string): boolean => /^\/proc\/.|^\/sys\/(firmware|devices)/.test(target);

function mountViews(mnt: MountNamespace): MountViews {
  const list = (mnt as MountTable).list();
  const change = `${list.length} ${list.at(-1)?.id ?? 0}`;
  const cached = known.get(mnt);
  if (cached?.change === change) return cached.views;
  const all = mnt.mounts();
  const root = all.find((mount) => mount.target === '/');
  const views: MountViews = {
    root: { type: root?.type ?? '', source: root?.source ?? '' },
    mounts: all
      .filter((mount) => mount !== root && !isCover(mount.target))
      .map(({ target, type, source }) => ({ target, type, source })),
    shm: sizeOption(all.find((mount) => mount.target === '/dev/shm')?.options ?? []),
  };
  const same = JSON.stringify(views);
  const shared = alike.get(same) ?? views;
  alike.set(same, shared);
  known.set(mnt, { change, views: shared });
  return shared;
}

const inodes = (ns: Namespaces): NamespacesView => ({
  pid: ns.pid.inode,
  net: ns.net.inode,
  mnt: ns.mnt.inode,
  uts: ns.uts.inode,
  ipc: ns.ipc.inode,
  user: ns.user.inode,
  cgroup: ns.cgroup.inode,
});

function view(namespaces: Namespaces, uid: number, cgroup: string): InsideView {
  const net = namespaces.net as NetStack;
  return {
    namespaces: inodes(namespaces),
    hostname: namespaces.uts.hostname,
    uid,
    cgroup,
    interfaces: net.interfaces.map(({ name, addresses }) => ({
      name,
      addresses: addresses.map(([address, prefix]) => `${address}/${prefix}`),
    })),
    // Published ports are told by the containers they lead to.
    listeners: net.sockets
      .filter(({ state, published }) => !published && (state === 'LISTEN' || state === 'UNCONN'))
      .map(({ protocol, local }) => ({ protocol, host: local.host, port: local.port })),
    ...mountViews(namespaces.mnt),
  };
}

/** What a container's first process sees. */
export const insideOf = (init: Process): InsideView => view(init.namespaces, init.credentials.uid, init.cgroup.path);

/** The host as its own processes see it. */
export function hostOf({ sys, kernel }: Pick<Engine, 'sys' | 'kernel'>): HostView {
  const { ram, reserved, cpus } = kernel.hardware;
  return {
    ...view(kernel.init, 0, '/'),
    kernel: sys.uname().release,
    bootTime: bootTimeOf(kernel),
    memory: { total: ram, used: reserved + kernel.rootCgroup.usage.memory },
    cpus,
  };
}

/** When PID 1 of the host was started, which is the first thing a machine does. */
const bootTimeOf = (kernel: Kernel): number => kernel.init.pid.init?.startedAt ?? 0;
