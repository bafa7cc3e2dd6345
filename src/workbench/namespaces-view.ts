/** Two processes' views of one machine, namespace by namespace: what the Namespaces panel lays side by side. */
import type { ContainerView, InsideView, MachineState, NamespacesView } from '../../simulator/engine/state.ts';
import type { ProcessView } from './process-view.ts';
import { memory } from './units.ts';

export type NamespaceKind = keyof NamespacesView;

/** From the most visible to the least. */
export const KINDS: readonly { readonly kind: NamespaceKind; readonly what: string }[] = [
  { kind: 'pid', what: 'which processes there are, and their numbers' },
  { kind: 'net', what: 'interfaces, addresses, ports' },
  { kind: 'mnt', what: 'the root and what is mounted on it' },
  { kind: 'uts', what: 'the name of the host' },
  { kind: 'ipc', what: 'shared memory and message queues' },
  { kind: 'user', what: 'who root is' },
  { kind: 'cgroup', what: 'limits, and what counts against them' },
];

/** The host, or a container that runs. */
export interface Side {
  /** `host`, or the container's id. */
  readonly key: string;
  readonly name: string;
  readonly inside: InsideView;
  readonly container: ContainerView | undefined;
}

/** Who can be looked at: the host first, then every container that runs. A stopped one has no namespaces. */
export function sidesOf(state: MachineState): Side[] {
  if (!state.host) return [];
  return [
    { key: 'host', name: 'the host', inside: state.host, container: undefined },
    ...state.containers.flatMap((container) =>
      container.inside ? [{ key: container.id, name: container.name, inside: container.inside, container }] : [],
    ),
  ];
}

/** The two that were chosen where they are still there, else the host and the container that was started last. */
export function choosePair(sides: readonly Side[], wanted: readonly [string, string]): [Side, Side] | undefined {
  const [host] = sides;
  if (!host || sides.length < 2) return undefined;
  const last = sides
    .slice(1)
    .reduce((a, b) => ((b.container?.startedAt ?? 0) >= (a.container?.startedAt ?? 0) ? b : a));
  const find = (key: string): Side | undefined => sides.find((s) => s.key === key);
  const left = find(wanted[0]) ?? host;
  const right = find(wanted[1]) ?? (left === last ? host : last);
  return [left, right];
}

/** One process as each side numbers it; undefined where a side does not see it. */
export interface ProcessPair {
  readonly pid: number;
  readonly command: string;
  readonly left: number | undefined;
  readonly right: number | undefined;
}

/** Every process that a side sees, those that both see first, each group by number. */
export function pairProcesses(
  left: Side,
  right: Side,
  state: MachineState,
  processes: ReadonlyMap<number, ProcessView>,
): ProcessPair[] {
  const host = state.host?.namespaces.pid;
  // Servers rename themselves; only the state has what they are called now.
  const called = new Map(state.containers.flatMap((c) => c.processes.map((p) => [p.pid, p.command])));
  const numberIn = (process: ProcessView, namespace: number): number | undefined =>
    namespace === host ? process.pid : process.pidNamespace === namespace ? process.innerPid : undefined;
  const pairs: ProcessPair[] = [];
  for (const process of processes.values()) {
    const pair = {
      pid: process.pid,
      command: called.get(process.pid) ?? process.command,
      left: numberIn(process, left.inside.namespaces.pid),
      right: numberIn(process, right.inside.namespaces.pid),
    };
    if (pair.left !== undefined || pair.right !== undefined) pairs.push(pair);
  }
  const group = (p: ProcessPair): number => (p.left === undefined ? 2 : p.right === undefined ? 1 : 0);
  return pairs.sort((a, b) => group(a) - group(b) || a.pid - b.pid);
}

/** One thing a side sees. */
export interface Fact {
  /** What it is called there: an interface, a path, a limit. */
  readonly name: string;
  readonly value: string;
}

const limit = (n: number, text: (n: number) => string): string => (n > 0 ? text(n) : 'no limit');

function netFacts({ inside }: Side): Fact[] {
  const cables = inside.interfaces.filter((i) => i.addresses.length === 0);
  return [
    ...inside.interfaces
      .filter((i) => i.addresses.length > 0)
      .map((i) => ({ name: i.name, value: i.addresses.join(', ') })),
    ...(cables.length > 0
      ? [
          {
            name: 'veth',
            value: cables.length === 1 ? 'the cable to a container' : `cables to ${cables.length} containers`,
          },
        ]
      : []),
    ...inside.listeners.map((l) => ({
      name: 'listens',
      value: `${l.host}:${l.port}${l.protocol === 'udp' ? ' udp' : ''}`,
    })),
  ];
}

/** File systems that every root has: the kernel's own windows, and devices. */
const COMMON = new Set(['proc', 'sysfs', 'cgroup2', 'devpts', 'mqueue', 'devtmpfs']);

function mountFacts({ inside, container }: Side): Fact[] {
  const { root } = inside;
  const own = new Map(container?.mounts.map((m) => [m.destination, m]));
  const facts: Fact[] = [
    {
      name: '/',
      value:
        container && root.type === 'overlay'
          ? `overlay: ${container.layers.length === 1 ? 'one layer' : `${container.layers.length} layers`} of ${container.image}, one to write`
          : `${root.type} on ${root.source}`,
    },
  ];
  const common: string[] = [];
  const files: string[] = [];
  for (const mount of inside.mounts) {
    const made = own.get(mount.target);
    if (made) {
      const from =
        made.type === 'volume'
          ? `volume ${made.source.slice(0, 20)}`
          : made.type === 'bind'
            ? `the host’s ${made.source}`
            : made.type;
      facts.push({ name: mount.target, value: `${from}${made.readonly ? ', read-only' : ''}` });
    } else if (COMMON.has(mount.type) || mount.target.startsWith('/dev')) common.push(mount.target);
    else if (container && mount.target.startsWith('/etc/')) files.push(mount.target.slice(5));
    else facts.push({ name: mount.target, value: mount.type });
  }
  if (files.length > 0)
    facts.push({
      name: `/etc/${files[0]}`,
      value: files.length > 1 ? `and ${files.length - 1} more of the daemon’s` : 'the daemon’s',
    });
  const top = [...new Set(common.map((path) => `/${path.split('/')[1]}`))];
  if (top.length > 0) facts.push({ name: top.join(' '), value: 'the kernel’s own' });
  return facts;
}

function cgroupFacts({ inside, container }: Side, state: MachineState): Fact[] {
  if (!container) {
    const { host } = state;
    return [
      { name: 'group', value: '/, the root of all groups' },
      { name: 'memory', value: host ? `${memory(host.memory.used)} of ${memory(host.memory.total)} in use` : '' },
      { name: 'cpus', value: host ? `${host.cpus}` : '' },
    ];
  }
  const { limits, usage } = container;
  return [
    { name: 'group', value: inside.cgroup.replace(/[0-9a-f]{64}/, (id) => id.slice(0, 12)) },
    { name: 'memory', value: `${memory(usage.memory)} in use, ${limit(limits.memory, (n) => `limit ${memory(n)}`)}` },
    { name: 'cpus', value: limit(limits.cpus, (n) => `limit ${n}`) },
    { name: 'processes', value: `${usage.pids}, ${limit(limits.pids, (n) => `limit ${n}`)}` },
  ];
}

/** What a side sees of one kind; processes are `pairProcesses`. */
export function factsOf(kind: Exclude<NamespaceKind, 'pid'>, side: Side, state: MachineState): Fact[] {
  const { inside } = side;
  switch (kind) {
    case 'net':
      return netFacts(side);
    case 'mnt':
      return mountFacts(side);
    case 'uts':
      return [{ name: 'hostname', value: inside.hostname }];
    case 'ipc':
      return [{ name: '/dev/shm', value: inside.shm > 0 ? `${memory(inside.shm)}` : 'half of the memory' }];
    case 'user':
      return [{ name: 'runs as', value: `uid ${inside.uid}${inside.uid === 0 ? ', root' : ''}` }];
    case 'cgroup':
      return cgroupFacts(side, state);
  }
}

export interface KindRow {
  readonly kind: NamespaceKind;
  readonly what: string;
  /** Both are in the same one. */
  readonly shared: boolean;
  /** As /proc/PID/ns writes it. */
  readonly left: string;
  readonly right: string;
}

/** The kinds of namespaces in order, and whether the two sides share them. */
export function compare(left: Side, right: Side): KindRow[] {
  return KINDS.map(({ kind, what }) => {
    const [a, b] = [left.inside.namespaces[kind], right.inside.namespaces[kind]];
    return { kind, what, shared: a === b, left: `${kind}:[${a}]`, right: `${kind}:[${b}]` };
  });
}

/** The comparison in one sentence. */
export function inWords(left: Side, right: Side, rows: readonly KindRow[]): string {
  const names = (shared: boolean): string[] => rows.filter((r) => r.shared === shared).map((r) => r.kind);
  const apart = names(false);
  const both = names(true);
  const list = (kinds: readonly string[]): string =>
    kinds.length < 2 ? (kinds[0] ?? '') : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`;
  const between = left.key === right.key ? `For ${left.name} and itself` : `Between ${left.name} and ${right.name}`;
  if (apart.length === 0) return `${between}, every namespace is the same.`;
  if (both.length === 0) return `${between}, every namespace differs.`;
  return `${between}, ${list(apart)} ${apart.length === 1 ? 'differs' : 'differ'}; ${list(both)} ${both.length === 1 ? 'is' : 'are'} shared.`;
}

/** Time since boot: `1 h 2 min`, `3 min 4 s`, `5 s`. */
export function uptime(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  return min < 60 ? `${min} min ${s % 60} s` : `${Math.floor(min / 60)} h ${min % 60} min`;
}
