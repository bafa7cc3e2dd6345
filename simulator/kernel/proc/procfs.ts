/** /proc: the processes of the reader's pid namespace, and what the machine tells about itself. */
import type { KernelCore } from '../core.ts';
import type { FsContext, SyntheticDir } from '../fs/vfs.ts';
import { parametersDir } from './kernel-parameters.ts';
import { dir, file, link, type Entries } from './nodes.ts';
import { processDir } from './process-files.ts';
import { pidsFor, readerOf } from './reader.ts';

const MODEL = 'Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz';

const cpuinfo = (cpus: number): string =>
  Array.from({ length: cpus }, (_, n) =>
    [
      `processor\t: ${n}`,
      'vendor_id\t: GenuineIntel',
      'cpu family\t: 6',
      'model\t\t: 106',
      `model name\t: ${MODEL}`,
      'stepping\t: 6',
      'cpu MHz\t\t: 2793.437',
      'cache size\t: 49152 KB',
      `physical id\t: 0`,
      `siblings\t: ${cpus}`,
      `core id\t\t: ${n}`,
      `cpu cores\t: ${cpus}`,
      'fpu\t\t: yes',
      'flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht syscall nx pdpe1gb rdtscp lm constant_tsc rep_good nopl xtopology cpuid pni pclmulqdq ssse3 fma cx16 pcid sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm 3dnowprefetch fsgsbase bmi1 avx2 smep bmi2 erms',
      'bogomips\t: 5586.87',
      'address sizes\t: 46 bits physical, 48 bits virtual',
      '',
      '',
    ].join('\n'),
  ).join('');

function meminfo(core: KernelCore): string {
  const { ram, reserved } = core.hardware;
  const used = reserved + core.rootCgroup.usage.memory;
  const cached = Math.min(1_200_000_000, ram * 0.15);
  const free = Math.max(0, ram - used - cached);
  const rows: [string, number][] = [
    ['MemTotal', ram],
    ['MemFree', free],
    ['MemAvailable', Math.max(0, ram - used)],
    ['Buffers', 64_000_000],
    ['Cached', cached - 64_000_000],
    ['SwapCached', 0],
    ['Active', used * 0.6],
    ['Inactive', used * 0.4],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', core.rootCgroup.usage.memory],
    ['Mapped', 210_000_000],
    ['Shmem', 2_100_000],
    ['KReclaimable', 90_000_000],
    ['Slab', 150_000_000],
    ['CommitLimit', ram / 2],
    ['Committed_AS', used],
    ['VmallocTotal', 35184372087808],
    ['HugePages_Total', 0],
  ];
  return rows
    .map(([name, bytes]) => `${`${name}:`.padEnd(16)}${String(Math.round(bytes / 1024)).padStart(8)} kB\n`)
    .join('');
}

function kernelStat(core: KernelCore): string {
  const { cpus } = core.hardware;
  const ticks = (ms: number): number => Math.floor(ms / 10);
  const used = ticks(core.rootCgroup.usage.cpu);
  const elapsed = ticks(core.clock.now() - core.bootTime);
  const row = (name: string, share: number): string =>
    `${name} ${Math.floor(used * 0.7 * share)} 0 ${Math.floor(used * 0.3 * share)} ${Math.max(0, elapsed * cpus * share - used * share) | 0} 0 0 0 0 0 0\n`;
  const running = [...core.alive].filter((process) => process.state === 'running').length;
  return (
    row('cpu ', 1) +
    Array.from({ length: cpus }, (_, n) => row(`cpu${n}`, 1 / cpus)).join('') +
    `intr 0\nctxt ${core.log.count * 3}\nbtime ${Math.floor(core.bootTime / 1000)}\nprocesses ${core.init.pid.last}\nprocs_running ${running}\nprocs_blocked 0\n`
  );
}

/** Time since boot and idle time of all CPUs, in seconds. */
function uptime(core: KernelCore): string {
  const up = (core.clock.now() - core.bootTime) / 1000;
  const idle = up * core.hardware.cpus - core.rootCgroup.usage.cpu / 1000;
  return `${up.toFixed(2)} ${Math.max(0, idle).toFixed(2)}\n`;
}

function loadavg(core: KernelCore, context: FsContext): string {
  const busy = core.busy.total;
  const load = busy.toFixed(2);
  return `${load} ${load} ${load} ${Math.max(1, busy)}/${core.alive.size} ${pidsFor(core, context).last}\n`;
}

const FILESYSTEMS = ['sysfs', 'tmpfs', 'proc', 'cgroup2', 'devtmpfs', 'devpts', 'mqueue', 'overlay'];

/** Builds the tree of /proc. */
export function procTree(core: KernelCore): SyntheticDir {
  const empty = dir({});
  const { uname } = core.hardware;
  const entries: Entries = {
    acpi: dir({}),
    bus: dir({}),
    cmdline: file(() => 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro console=ttyS0\n'),
    cpuinfo: file(() => cpuinfo(core.hardware.cpus)),
    devices: file(
      () =>
        'Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n 10 misc\n136 pts\n\nBlock devices:\n  7 loop\n253 virtblk\n',
    ),
    diskstats: file(() => ' 253       0 vda 0 0 0 0 0 0 0 0 0 0 0\n 253       1 vda1 0 0 0 0 0 0 0 0 0 0 0\n'),
    filesystems: file(() => `${FILESYSTEMS.map((name) => `nodev\t${name}\n`).join('')}\text4\n`),
    fs: dir({}),
    interrupts: file(() => `${' '.repeat(11)}CPU0       CPU1\n`),
    irq: dir({}),
    kcore: file(() => '', { mode: 0o400 }),
    keys: file(() => ''),
    loadavg: file((context) => loadavg(core, context)),
    meminfo: file(() => meminfo(core)),
    modules: file(() => 'overlay 212992 0 - Live 0x0000000000000000\nbr_netfilter 32768 0 - Live 0x0000000000000000\n'),
    mounts: link(() => 'self/mounts'),
    net: link(() => 'self/net'),
    partitions: file(
      () => 'major minor  #blocks  name\n\n 253        0   67108864 vda\n 253        1   67107840 vda1\n',
    ),
    scsi: empty,
    self: link((context) => String(readerOf(context)?.id.in(pidsFor(core, context)) ?? 1)),
    stat: file(() => kernelStat(core)),
    swaps: file(() => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'),
    sys: parametersDir(core),
    'sysrq-trigger': {
      type: 'file',
      mode: 0o200,
      write: (data, context) => core.sysrq?.(String.fromCharCode(data[0] ?? 0), readerOf(context)),
    },
    'thread-self': link((context) => {
      const pid = readerOf(context)?.id.in(pidsFor(core, context)) ?? 1;
      return `${pid}/task/${pid}`;
    }),
    timer_list: file(() => '', { mode: 0o400 }),
    uptime: file(() => uptime(core)),
    version: file(
      () =>
        `${uname.sysname} version ${uname.release} (buildd@lcy02-amd64-010) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0, GNU ld (GNU Binutils for Ubuntu) 2.42) ${uname.version}\n`,
    ),
    vmstat: file(() => `nr_free_pages ${Math.floor((core.hardware.ram - core.hardware.reserved) / 4096)}\n`),
  };
  return dir(entries, {
    list: (context) =>
      [...pidsFor(core, context).table.entries()]
        .filter(([, id]) => id.process)
        .map(([number]) => number)
        .sort((a, b) => a - b)
        .map(String),
    lookup(name, context) {
      if (!/^[1-9]\d*$/.test(name)) return undefined;
      const process = pidsFor(core, context).table.get(Number(name))?.process;
      return process && processDir(core, process);
    },
  });
}
