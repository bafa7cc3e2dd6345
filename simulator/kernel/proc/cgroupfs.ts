/** /sys/fs/cgroup: the unified hierarchy (Documentation/admin-guide/cgroup-v2.rst), rooted at the reader's cgroup namespace. */
import type { CgroupNode } from '../cgroups.ts';
import type { KernelCore } from '../core.ts';
import { Errno } from '../errno.ts';
import type { FsContext, SyntheticDir, SyntheticNode } from '../fs/vfs.ts';
import type { CgroupLimits } from '../kernel.ts';
import { moveProcess } from '../lifecycle.ts';
import { file, setting, type Entries } from './nodes.ts';
import { cgroupRootFor, pidsFor } from './reader.ts';

const CONTROLLERS = 'cpuset cpu io memory hugetlb pids rdma misc';
const PAGE = 4096;
/** Period of the CPU controller, µs. */
const PERIOD = 100000;

const max = (value: number | undefined): string => (value === undefined ? 'max' : String(value));

function number(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'max') return undefined;
  const match = /^(\d+)([kmg]?)$/i.exec(trimmed);
  if (!match) throw new Errno('EINVAL');
  return (
    Number(match[1]) * { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match[2]!.toLowerCase() as '' | 'k' | 'm' | 'g']
  );
}

/** Changes one limit; undefined takes it away. */
function limit(cgroup: CgroupNode, name: keyof CgroupLimits, value: number | string | undefined): void {
  const { [name]: _old, ...others } = cgroup.limits;
  cgroup.limits = value === undefined ? others : { ...others, [name]: value };
}

function cpuStat(cgroup: CgroupNode): string {
  const { cpu, periods, throttled, throttledMs } = cgroup.usage;
  const us = (ms: number): number => Math.round(ms * 1000);
  return (
    `usage_usec ${us(cpu)}\nuser_usec ${us(cpu * 0.7)}\nsystem_usec ${us(cpu) - us(cpu * 0.7)}\n` +
    `nr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${us(throttledMs)}\nnr_bursts 0\nburst_usec 0\n`
  );
}

function memoryStat(cgroup: CgroupNode): string {
  const { memory } = cgroup.usage;
  const page = (share: number): number => Math.round((memory * share) / PAGE) * PAGE;
  const rows: [string, number][] = [
    ['anon', page(0.7)],
    ['file', page(0.2)],
    ['kernel', page(0.1)],
    ['kernel_stack', 16384 * cgroup.usage.pids],
    ['pagetables', 8 * PAGE * cgroup.usage.pids],
    ['sock', 0],
    ['shmem', 0],
    ['file_mapped', page(0.1)],
    ['file_dirty', 0],
    ['file_writeback', 0],
    ['inactive_anon', 0],
    ['active_anon', page(0.7)],
    ['inactive_file', page(0.1)],
    ['active_file', page(0.1)],
    ['unevictable', 0],
    ['slab', page(0.05)],
    ['pgfault', Math.round(memory / PAGE)],
    ['pgmajfault', 0],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join('');
}

/** shares 2…262144 → weight 1…10000, as runc converts. */
const weight = (shares: number | undefined): number =>
  shares === undefined ? 100 : Math.floor(1 + ((shares - 2) * 9999) / 262142);

function procs(core: KernelCore, cgroup: CgroupNode): SyntheticNode {
  return setting(
    (context) =>
      [...cgroup.members]
        .map((process) => process.id.in(pidsFor(core, context)))
        .filter((pid) => pid > 0)
        .sort((a, b) => a - b)
        .map((pid) => `${pid}\n`)
        .join(''),
    (text, context) => {
      const process = pidsFor(core, context).table.get(Number(text.trim()))?.process;
      if (!process) throw new Errno('ESRCH');
      moveProcess(core, process, cgroup);
    },
  );
}

/** Files that every cgroup has, the root too. */
function commonFiles(core: KernelCore, cgroup: CgroupNode): Entries {
  return {
    'cgroup.controllers': file(() => `${CONTROLLERS}\n`),
    'cgroup.max.depth': file(() => 'max\n', { mode: 0o644 }),
    'cgroup.max.descendants': file(() => 'max\n', { mode: 0o644 }),
    'cgroup.procs': procs(core, cgroup),
    'cgroup.stat': file(() => `nr_descendants ${descendants(cgroup)}\nnr_dying_descendants 0\n`),
    'cgroup.subtree_control': setting(
      () => (cgroup.children.size > 0 ? `${CONTROLLERS}\n` : '\n'),
      () => undefined,
    ),
    'cgroup.threads': procs(core, cgroup),
    'cpu.stat': file(() => cpuStat(cgroup)),
    'cpuset.cpus.effective': file(() => `${cgroup.limits.cpuset || `0-${core.hardware.cpus - 1}`}\n`),
    'cpuset.mems.effective': file(() => '0\n'),
    'io.stat': file(() => {
      const { readBytes, writeBytes } = cgroup.usage;
      return readBytes + writeBytes === 0
        ? ''
        : `253:0 rbytes=${readBytes} wbytes=${writeBytes} rios=${Math.ceil(readBytes / 65536)} wios=${Math.ceil(writeBytes / 65536)} dbytes=0 dios=0\n`;
    }),
    'memory.stat': file(() => memoryStat(cgroup)),
  };
}

const descendants = (cgroup: CgroupNode): number => {
  let count = cgroup.children.size;
  for (const child of cgroup.children.values()) count += descendants(child);
  return count;
};

/** Files that only groups below the root have. */
function limitFiles(cgroup: CgroupNode): Entries {
  const { usage } = cgroup;
  return {
    'cgroup.events': file(() => `populated ${usage.pids > 0 ? 1 : 0}\nfrozen ${cgroup.frozen ? 1 : 0}\n`),
    'cgroup.freeze': setting(
      () => `${cgroup.freezing ? 1 : 0}\n`,
      (text) => {
        if (!/^[01]\s*$/.test(text)) throw new Errno('EINVAL');
        cgroup.freeze(text.trim() === '1');
      },
    ),
    'cgroup.kill': {
      type: 'file',
      mode: 0o200,
      write: (data) => {
        if (new TextDecoder().decode(data).trim() !== '1') throw new Errno('EINVAL');
        cgroup.kill('SIGKILL');
      },
    },
    'cgroup.type': file(() => 'domain\n', { mode: 0o644 }),
    'cpu.idle': file(() => '0\n', { mode: 0o644 }),
    'cpu.max': setting(
      () => `${cgroup.limits.cpus === undefined ? 'max' : Math.round(cgroup.limits.cpus * PERIOD)} ${PERIOD}\n`,
      (text) => {
        const [quota, period] = text.trim().split(/\s+/);
        const value = number(quota ?? '');
        limit(cgroup, 'cpus', value === undefined ? undefined : value / Number(period ?? PERIOD));
      },
    ),
    'cpu.max.burst': file(() => '0\n', { mode: 0o644 }),
    'cpu.weight': setting(
      () => `${weight(cgroup.limits.cpuShares)}\n`,
      (text) => limit(cgroup, 'cpuShares', Math.round(((Number(text.trim()) - 1) * 262142) / 9999 + 2)),
    ),
    'cpuset.cpus': setting(
      () => `${cgroup.limits.cpuset ?? ''}\n`,
      (text) => limit(cgroup, 'cpuset', text.trim() || undefined),
    ),
    'cpuset.mems': file(() => '\n', { mode: 0o644 }),
    'io.max': file(() => '', { mode: 0o644 }),
    'memory.current': file(() => `${Math.max(0, usage.memory)}\n`),
    'memory.events': file(
      () =>
        `low 0\nhigh 0\nmax ${usage.oomEvents}\noom ${usage.oomEvents}\noom_kill ${usage.oomKills}\noom_group_kill 0\n`,
    ),
    'memory.high': file(() => 'max\n', { mode: 0o644 }),
    'memory.low': file(() => '0\n', { mode: 0o644 }),
    'memory.max': setting(
      () => `${max(cgroup.limits.memory)}\n`,
      (text) => limit(cgroup, 'memory', number(text)),
    ),
    'memory.min': file(() => '0\n', { mode: 0o644 }),
    'memory.oom.group': file(() => '0\n', { mode: 0o644 }),
    'memory.peak': file(() => `${usage.memoryPeak}\n`),
    'memory.swap.current': file(() => '0\n'),
    'memory.swap.max': file(
      () => {
        const { memory, memorySwap } = cgroup.limits;
        return `${memory === undefined || memorySwap === undefined || memorySwap < 0 ? 'max' : memorySwap - memory}\n`;
      },
      { mode: 0o644 },
    ),
    'pids.current': file(() => `${usage.pids}\n`),
    'pids.events': file(() => `max ${usage.pidsMaxEvents}\n`),
    'pids.max': setting(
      () => `${max(cgroup.limits.pids)}\n`,
      (text) => limit(cgroup, 'pids', number(text)),
    ),
    'pids.peak': file(() => `${usage.pidsPeak}\n`),
  };
}

function cgroupDir(core: KernelCore, cgroup: CgroupNode): SyntheticDir {
  const entries: Entries = { ...commonFiles(core, cgroup), ...(cgroup.parent ? limitFiles(cgroup) : {}) };
  const names = Object.keys(entries).sort();
  return {
    type: 'dir',
    mode: 0o755,
    key: `cgroup:${cgroup.path}`,
    list: () => [...cgroup.children.keys(), ...names],
    lookup: (name) => {
      if (Object.hasOwn(entries, name)) return entries[name];
      const child = cgroup.children.get(name);
      return child && cgroupDir(core, child);
    },
    mkdir: (name) => void cgroup.child(name),
    rmdir: (name) => {
      const child = cgroup.children.get(name);
      if (!child) throw new Errno(Object.hasOwn(entries, name) ? 'ENOTDIR' : 'ENOENT');
      child.remove();
    },
  };
}

/** The tree of /sys/fs/cgroup. */
export function cgroupTree(core: KernelCore): SyntheticDir {
  const at = (context: FsContext): SyntheticDir => cgroupDir(core, cgroupRootFor(core, context));
  return {
    type: 'dir',
    mode: 0o755,
    list: (context) => at(context).list(context),
    lookup: (name, context) => at(context).lookup(name, context),
    mkdir: (name) => void core.rootCgroup.child(name),
    rmdir: (name) => {
      const child = core.rootCgroup.children.get(name);
      if (!child) throw new Errno('ENOENT');
      child.remove();
    },
  };
}
