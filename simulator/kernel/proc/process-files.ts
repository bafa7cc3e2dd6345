/** /proc/PID: what the kernel tells about one process (proc(5)). */
import { capabilityMask, NO_CAPABILITIES } from '../capabilities.ts';
import type { CgroupNode } from '../cgroups.ts';
import type { KernelCore } from '../core.ts';
import { Errno } from '../errno.ts';
import { locationOf } from '../files.ts';
import { MountTable } from '../fs/namespace.ts';
import type { FsContext, Mount, SyntheticDir, SyntheticNode } from '../fs/vfs.ts';
import { pathOf } from '../fs/walk.ts';
import type { PidNs } from '../namespaces.ts';
import { Proc } from '../process.ts';
import { SIGNALS, type SignalName } from '../signals.ts';
import { netFiles } from './net-files.ts';
import { dir, file, link, setting, type Entries } from './nodes.ts';
import { cgroupRootFor, pidsFor } from './reader.ts';

/** Clock ticks a second (USER_HZ), the unit of /proc/PID/stat. */
const HZ = 100;
const PAGE = 4096;

const stateLetter = (process: Proc): string =>
  ({ running: 'R', sleeping: 'S', stopped: 'T', zombie: 'Z', dead: 'X' })[process.state];

const STATE_WORDS: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  T: 'stopped',
  Z: 'zombie',
  X: 'dead',
};

const kb = (bytes: number): string => `${String(Math.round(bytes / 1024)).padStart(8)} kB`;

/** What a program maps beyond its own memory: libraries and stack, bytes. */
const MAPPED = 1_900_000;

const vsize = (process: Proc): number => Math.ceil((process.memory + MAPPED) / PAGE) * PAGE;

function statLine(core: KernelCore, process: Proc, ns: PidNs): string {
  const ticks = (ms: number): number => Math.floor((ms * HZ) / 1000);
  const { terminal } = process.session;
  const user = process.cpu * 0.7;
  const fields: (number | string)[] = [
    process.id.in(ns),
    `(${process.comm})`,
    stateLetter(process),
    process.parent?.id.in(ns) ?? 0,
    process.group.id.in(ns),
    process.session.id.in(ns),
    terminal ? 34816 + terminal.index : 0,
    terminal?.foreground?.id.in(ns) ?? -1,
    4194304,
    Math.round(process.memoryPeak / PAGE),
    0,
    0,
    0,
    ticks(user),
    ticks(process.cpu - user),
    ticks(process.childrenCpu * 0.7),
    ticks(process.childrenCpu * 0.3),
    20,
    0,
    1,
    0,
    ticks(process.startedAt - core.bootTime),
    process.ended ? 0 : vsize(process),
    process.ended ? 0 : Math.round(process.memory / PAGE),
    '18446744073709551615',
    ...new Array<number>(12).fill(0),
    17,
    0,
    ...new Array<number>(13).fill(0),
    exitField(process),
  ];
  return `${fields.join(' ')}\n`;
}

const exitField = (process: Proc): number =>
  !process.ended ? 0 : 'code' in process.ended ? process.ended.code << 8 : SIGNALS[process.ended.signal][0];

function signalMask(process: Proc, which: 'ignored' | 'caught'): string {
  let mask = 0n;
  for (const [signal, action] of process.actions) {
    if ((action === 'ignore') === (which === 'ignored')) mask |= 1n << BigInt(SIGNALS[signal][0] - 1);
  }
  return mask.toString(16).padStart(16, '0');
}

function pendingMask(pending: ReadonlySet<SignalName>): string {
  let mask = 0n;
  for (const signal of pending) mask |= 1n << BigInt(SIGNALS[signal][0] - 1);
  return mask.toString(16).padStart(16, '0');
}

/** Numbers in the reader's namespace and in those between it and the process's own. */
function chain(process: Proc, reader: PidNs, number: (ns: PidNs) => number): string {
  const list: number[] = [];
  for (let ns: PidNs | undefined = process.namespaces.pid; ns; ns = ns.parent) {
    list.unshift(number(ns));
    if (ns === reader) break;
  }
  return list.join('\t');
}

function status(process: Proc, ns: PidNs, cpus: number): string {
  const { uid, gid, groups, capabilities } = process.credentials;
  const letter = stateLetter(process);
  const own = process.namespaces.pid;
  const memory = process.ended
    ? []
    : [
        `VmPeak:\t${kb(process.memoryPeak + MAPPED)}`,
        `VmSize:\t${kb(vsize(process))}`,
        `VmLck:\t${kb(0)}`,
        `VmPin:\t${kb(0)}`,
        `VmHWM:\t${kb(process.memoryPeak)}`,
        `VmRSS:\t${kb(process.memory)}`,
        `RssAnon:\t${kb(process.memory * 0.4)}`,
        `RssFile:\t${kb(process.memory * 0.6)}`,
        `RssShmem:\t${kb(0)}`,
        `VmData:\t${kb(process.memory * 0.5)}`,
        `VmStk:\t${kb(135168)}`,
        `VmSwap:\t${kb(0)}`,
      ];
  return [
    `Name:\t${process.comm}`,
    `Umask:\t${process.fs.umask.toString(8).padStart(4, '0')}`,
    `State:\t${letter} (${STATE_WORDS[letter]})`,
    `Tgid:\t${process.id.in(ns)}`,
    'Ngid:\t0',
    `Pid:\t${process.id.in(ns)}`,
    `PPid:\t${process.parent?.id.in(ns) ?? 0}`,
    'TracerPid:\t0',
    `Uid:\t${[uid, uid, uid, uid].join('\t')}`,
    `Gid:\t${[gid, gid, gid, gid].join('\t')}`,
    'FDSize:\t64',
    `Groups:\t${groups.map((group) => `${group} `).join('')}`,
    `NStgid:\t${chain(process, ns, (at) => process.id.in(at))}`,
    `NSpid:\t${chain(process, ns, (at) => process.id.in(at))}`,
    `NSpgid:\t${chain(process, ns, (at) => process.group.id.in(at))}`,
    `NSsid:\t${chain(process, ns, (at) => process.session.id.in(at))}`,
    ...memory,
    'Threads:\t1',
    'SigQ:\t0/31193',
    `SigPnd:\t${pendingMask(process.pending)}`,
    `ShdPnd:\t${pendingMask(new Set())}`,
    `SigBlk:\t${pendingMask(new Set())}`,
    `SigIgn:\t${signalMask(process, 'ignored')}`,
    `SigCgt:\t${signalMask(process, 'caught')}`,
    `CapInh:\t${capabilityMask(NO_CAPABILITIES)}`,
    `CapPrm:\t${capabilityMask(capabilities)}`,
    `CapEff:\t${capabilityMask(capabilities)}`,
    `CapBnd:\t${capabilityMask(process.bounding)}`,
    `CapAmb:\t${capabilityMask(NO_CAPABILITIES)}`,
    `NoNewPrivs:\t${process.noNewPrivileges ? 1 : 0}`,
    // Docker's seccomp profile applies to every container that is not privileged.
    `Seccomp:\t${own.parent && !process.bounding.has('CAP_SYS_MODULE') ? 2 : 0}`,
    `Seccomp_filters:\t${own.parent && !process.bounding.has('CAP_SYS_MODULE') ? 1 : 0}`,
    `Cpus_allowed:\t${((1 << cpus) - 1).toString(16)}`,
    `Cpus_allowed_list:\t${process.cgroup.limits.cpuset || `0-${cpus - 1}`}`,
    'Mems_allowed_list:\t0',
    `voluntary_ctxt_switches:\t${Math.round(process.cpu * 3)}`,
    `nonvoluntary_ctxt_switches:\t${Math.round(process.cpu)}`,
    '',
  ].join('\n');
}

/** The path of a cgroup as a reader in cgroup namespace root `root` sees it. */
export function cgroupPath(cgroup: CgroupNode, root: CgroupNode): string {
  if (cgroup === root) return '/';
  const above = root.path === '/' ? '' : root.path;
  if (cgroup.path.startsWith(`${above}/`)) return cgroup.path.slice(above.length);
  const up = root.path.split('/').filter((part) => part !== '').length;
  return `${'/..'.repeat(up)}${cgroup.path === '/' ? '' : cgroup.path}`;
}

const escape = (text: string): string =>
  text.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

function mounts(process: Proc): string {
  return process.namespaces.mnt
    .mounts()
    .map(
      ({ source, target, type, options }) => `${escape(source)} ${escape(target)} ${type} ${options.join(',')} 0 0\n`,
    )
    .join('');
}

function mountinfo(process: Proc): string {
  const table = process.namespaces.mnt;
  if (!(table instanceof MountTable)) return '';
  const list = table.list();
  return list
    .filter((mount) => mount.parent || list.length === 1)
    .map((mount) => {
      const { fs } = mount;
      const flags = [mount.readonly ? 'ro' : 'rw', ...mount.flags].join(',');
      const inner = pathInFs(mount);
      const parent = mount.parent?.mount.id ?? 1;
      const target = mount.parent ? targetOf(mount) : '/';
      return `${mount.id} ${parent} 0:${fs.dev} ${escape(inner)} ${escape(target)} ${flags} - ${fs.type} ${escape(mount.source)} ${['rw', ...fs.options].join(',')}\n`;
    })
    .join('');
}

/** Where in its file system a mount's root lies. */
function pathInFs(mount: Mount): string {
  const parts: string[] = [];
  for (let node = mount.root; node.parent && node !== mount.fs.root; node = node.parent) parts.unshift(node.name);
  return `/${parts.join('/')}`;
}

function targetOf(mount: Mount): string {
  const { parent } = mount;
  return parent && parent.node.type === 'dir' ? pathOf({ mount: parent.mount, node: parent.node }) : mount.target;
}

const LIMITS: readonly (readonly [string, string, string, string, string])[] = [
  ['Max cpu time', 'RLIMIT_CPU', 'unlimited', 'unlimited', 'seconds'],
  ['Max file size', 'RLIMIT_FSIZE', 'unlimited', 'unlimited', 'bytes'],
  ['Max data size', 'RLIMIT_DATA', 'unlimited', 'unlimited', 'bytes'],
  ['Max stack size', 'RLIMIT_STACK', '8388608', 'unlimited', 'bytes'],
  ['Max core file size', 'RLIMIT_CORE', 'unlimited', 'unlimited', 'bytes'],
  ['Max resident set', 'RLIMIT_RSS', 'unlimited', 'unlimited', 'bytes'],
  ['Max processes', 'RLIMIT_NPROC', 'unlimited', 'unlimited', 'processes'],
  ['Max open files', 'RLIMIT_NOFILE', '', '', 'files'],
  ['Max locked memory', 'RLIMIT_MEMLOCK', '8388608', '8388608', 'bytes'],
  ['Max address space', 'RLIMIT_AS', 'unlimited', 'unlimited', 'bytes'],
  ['Max file locks', 'RLIMIT_LOCKS', 'unlimited', 'unlimited', 'locks'],
  ['Max pending signals', 'RLIMIT_SIGPENDING', '31193', '31193', 'signals'],
  ['Max msgqueue size', 'RLIMIT_MSGQUEUE', '819200', '819200', 'bytes'],
  ['Max nice priority', 'RLIMIT_NICE', '0', '0', ''],
  ['Max realtime priority', 'RLIMIT_RTPRIO', '0', '0', ''],
  ['Max realtime timeout', 'RLIMIT_RTTIME', 'unlimited', 'unlimited', 'us'],
];

function limits(process: Proc): string {
  const text = (value: number): string => (value < 0 || value === Infinity ? 'unlimited' : String(value));
  const rows = LIMITS.map(([name, key, soft, hard, unit]) => {
    const set = process.limits.get(key);
    const files = String(process.descriptors.limit);
    const values = set ? set.map(text) : [soft || files, hard || files];
    return `${name.padEnd(25)} ${values[0]!.padEnd(20)} ${values[1]!.padEnd(20)} ${unit.padEnd(10)}\n`;
  });
  return `${'Limit'.padEnd(25)} ${'Soft Limit'.padEnd(20)} ${'Hard Limit'.padEnd(20)} ${'Units'.padEnd(10)}\n${rows.join('')}`;
}

const nul = (list: readonly string[]): string => list.map((item) => `${item}\0`).join('');

/** The range of addresses in /proc/PID/maps: program, heap, stack. */
function maps(process: Proc): string {
  if (process.exe === '') return '';
  const heap = Math.max(1, Math.ceil(process.memory / PAGE)) * PAGE;
  const range = (from: number, size: number): string =>
    `${from.toString(16).padStart(12, '0')}-${(from + size).toString(16).padStart(12, '0')}`;
  const row = (at: string, access: string, dev: string, ino: number, name: string): string =>
    `${`${at} ${access} 00000000 ${dev} ${ino}`.padEnd(72)} ${name}\n`;
  return (
    row(range(0x5581c0000000, 0x10000), 'r-xp', 'fd:01', 1042, process.exe) +
    row(range(0x5581d0000000, heap), 'rw-p', '00:00', 0, '[heap]') +
    row(range(0x7ffc80000000, 0x21000), 'rw-p', '00:00', 0, '[stack]') +
    row(range(0x7ffc80100000, 0x2000), 'r-xp', '00:00', 0, '[vdso]')
  );
}

function oomScore(process: Proc, ram: number): number {
  return Math.max(0, Math.min(2000, 666 + Math.round((process.memory / ram) * 1000) + process.oomScoreAdj * 0.666)) | 0;
}

/** The namespaces shown in /proc/PID/ns, with the name of the namespace each stands for. */
const NS_LINKS = [
  ['cgroup', 'cgroup'],
  ['ipc', 'ipc'],
  ['mnt', 'mnt'],
  ['net', 'net'],
  ['pid', 'pid'],
  ['pid_for_children', 'pid'],
  ['time', 'time'],
  ['time_for_children', 'time'],
  ['user', 'user'],
  ['uts', 'uts'],
] as const;

/** Links that lead into a process may be followed by its own user and by those with CAP_SYS_PTRACE. */
function demandTrace(process: Proc, context: FsContext): void {
  const { cred } = context;
  if (cred.capabilities.has('CAP_SYS_PTRACE')) return;
  if (
    cred.uid === process.credentials.uid &&
    [...process.credentials.capabilities].every((c) => cred.capabilities.has(c))
  )
    return;
  throw new Errno('EACCES');
}

/** The directory of one process. */
export function processDir(core: KernelCore, process: Proc): SyntheticDir {
  const { uid, gid } = process.credentials;
  const owner = { uid, gid, mtime: process.startedAt };
  const read = (text: (context: FsContext) => string, mode = 0o444): SyntheticNode => file(text, { ...owner, mode });
  const traced = (text: () => string): SyntheticNode =>
    file(
      (context) => {
        demandTrace(process, context);
        return text();
      },
      { ...owner, mode: 0o400 },
    );
  const entries: Record<string, SyntheticNode> = {
    cgroup: read((context) => `0::${cgroupPath(process.cgroup, cgroupRootFor(core, context))}\n`),
    cmdline: read(() => (process.ended ? '' : nul(process.argv))),
    comm: setting(
      () => `${process.comm}\n`,
      (text) => (process.comm = text.replace(/\n$/, '').slice(0, 15)),
      owner,
    ),
    cpuset: read((context) => `${cgroupPath(process.cgroup, cgroupRootFor(core, context))}\n`),
    cwd: link(
      () => pathOf(process.fs.cwd, process.fs.root),
      (context) => {
        demandTrace(process, context);
        return process.fs.cwd;
      },
      owner,
    ),
    environ: traced(() => nul(Object.entries(process.env).map(([name, value]) => `${name}=${value}`))),
    exe: link(
      (context) => {
        demandTrace(process, context);
        if (process.exe === '' || process.ended) throw new Errno('ENOENT');
        return process.exe;
      },
      undefined,
      owner,
    ),
    fd: fdDir(core, process),
    gid_map: read(() => '         0          0 4294967295\n'),
    io: traced(
      () =>
        `rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: ${process.cgroup.usage.readBytes}\nwrite_bytes: ${process.cgroup.usage.writeBytes}\ncancelled_write_bytes: 0\n`,
    ),
    limits: read(() => limits(process)),
    loginuid: read(() => '4294967295'),
    maps: traced(() => maps(process)),
    mountinfo: read(() => mountinfo(process)),
    mounts: read(() => mounts(process)),
    net: dir(
      netFiles(() => core.stackOf(process)),
      undefined,
      owner,
    ),
    ns: dir(
      Object.fromEntries(
        NS_LINKS.map(([name, type]) => [
          name,
          link(
            (context) => {
              demandTrace(process, context);
              return `${type}:[${process.namespaces[type].inode}]`;
            },
            undefined,
            owner,
          ),
        ]),
      ),
      undefined,
      { ...owner, mode: 0o511 },
    ),
    oom_adj: read(() => `${Math.trunc((process.oomScoreAdj * 17) / 1000)}\n`),
    oom_score: read(() => `${oomScore(process, core.hardware.ram)}\n`),
    oom_score_adj: setting(
      () => `${process.oomScoreAdj}\n`,
      (text, context) => {
        const value = Number(text.trim());
        if (!Number.isInteger(value) || value < -1000 || value > 1000) throw new Errno('EINVAL');
        if (value < process.oomScoreAdj && !context.cred.capabilities.has('CAP_SYS_RESOURCE'))
          throw new Errno('EACCES');
        process.oomScoreAdj = value;
      },
      owner,
    ),
    root: link(
      () =>
        pathOf(
          process.fs.root,
          process.namespaces.mnt instanceof MountTable ? process.namespaces.mnt.rootLocation() : undefined,
        ),
      (context) => {
        demandTrace(process, context);
        return process.fs.root;
      },
      owner,
    ),
    sessionid: read(() => '4294967295'),
    setgroups: read(() => 'allow\n'),
    stat: read((context) => statLine(core, process, pidsFor(core, context))),
    statm: read(() => {
      const rss = Math.round(process.memory / PAGE);
      return `${vsize(process) / PAGE} ${rss} ${Math.round(rss * 0.6)} 4 0 ${Math.round(rss * 0.4)} 0\n`;
    }),
    status: read((context) => status(process, pidsFor(core, context), core.hardware.cpus)),
    uid_map: read(() => '         0          0 4294967295\n'),
    wchan: read(() => (process.state === 'sleeping' ? 'do_wait' : '0')),
  };
  const withTask: Entries = { ...entries, task: taskDir(core, process, entries) };
  return dir(withTask, undefined, { ...owner, mode: 0o555 });
}

/** The threads of a process: only the first here. */
function taskDir(core: KernelCore, process: Proc, entries: Entries): SyntheticDir {
  const thread = dir(entries);
  return {
    type: 'dir',
    list: (context) => [String(process.id.in(pidsFor(core, context)))],
    lookup: (name, context) => (name === String(process.id.in(pidsFor(core, context))) ? thread : undefined),
  };
}

function fdDir(core: KernelCore, process: Proc): SyntheticDir {
  const { uid, gid } = process.credentials;
  return {
    type: 'dir',
    mode: 0o500,
    uid,
    gid,
    list: (context) => {
      demandTrace(process, context);
      return process.ended ? [] : process.descriptors.list().map(String);
    },
    lookup: (name) => {
      const open = /^\d+$/.test(name) ? process.descriptors.get(Number(name)) : undefined;
      if (!open) return undefined;
      return {
        type: 'symlink',
        mode: (open.canRead ? 0o500 : 0) | (open.canWrite ? 0o300 : 0),
        uid,
        gid,
        target: () => open.label,
        jump: () => locationOf(core, open),
      };
    },
  };
}
