/** /proc/sys: kernel parameters (sysctl(8)), with the values of a freshly booted host. */
import type { KernelCore } from '../core.ts';
import { Errno } from '../errno.ts';
import type { FsContext, SyntheticDir, SyntheticNode } from '../fs/vfs.ts';
import { dir, file, setting } from './nodes.ts';
import { PING_GROUP_RANGE } from '../system.ts';
import { uuid } from '../uuid.ts';
import { readerOf } from './reader.ts';

/** Fixed values; those of `net.` and of System V IPC belong to a namespace, the others to the machine. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'fs.file-max': '9223372036854775807',
  'fs.file-nr': '1184\t0\t9223372036854775807',
  'fs.inotify.max_user_instances': '128',
  'fs.inotify.max_user_watches': '65536',
  'fs.mqueue.msg_max': '10',
  'fs.nr_open': '1048576',
  'fs.pipe-max-size': '1048576',
  'fs.protected_hardlinks': '1',
  'fs.protected_symlinks': '1',
  'kernel.cap_last_cap': '40',
  'kernel.core_pattern': 'core',
  'kernel.dmesg_restrict': '1',
  'kernel.msgmax': '8192',
  'kernel.msgmnb': '16384',
  'kernel.ngroups_max': '65536',
  'kernel.panic': '0',
  'kernel.pid_max': '4194304',
  'kernel.printk': '4\t4\t1\t7',
  'kernel.random.entropy_avail': '256',
  'kernel.random.poolsize': '256',
  'kernel.randomize_va_space': '2',
  'kernel.sem': '32000\t1024000000\t500\t32000',
  'kernel.shmall': '18446744073692774399',
  'kernel.shmmax': '18446744073692774399',
  'kernel.shmmni': '4096',
  'kernel.sysrq': '176',
  'kernel.threads-max': '62386',
  'kernel.unprivileged_userns_clone': '1',
  'kernel.yama.ptrace_scope': '1',
  'net.core.rmem_max': '212992',
  'net.core.somaxconn': '4096',
  'net.core.wmem_max': '212992',
  'net.ipv4.conf.all.forwarding': '1',
  'net.ipv4.icmp_echo_ignore_all': '0',
  'net.ipv4.ip_default_ttl': '64',
  'net.ipv4.ip_forward': '1',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_unprivileged_port_start': '1024',
  'net.ipv4.ping_group_range': PING_GROUP_RANGE,
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_max_syn_backlog': '512',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv6.conf.all.disable_ipv6': '0',
  'user.max_user_namespaces': '31193',
  'vm.max_map_count': '65530',
  'vm.overcommit_memory': '0',
  'vm.overcommit_ratio': '50',
  'vm.swappiness': '60',
};

const OF_NAMESPACE = /^(net\.|kernel\.(msg|sem|shm)|fs\.mqueue\.)/;

/** Docker lets containers bind low ports without capabilities (and send pings, as the host does, too). */
const IN_CONTAINER: Readonly<Record<string, string>> = {
  'net.ipv4.ip_unprivileged_port_start': '0',
};

/** What a parameter belongs to: the reader's network or IPC namespace, or the machine. */
function ownerOf(core: KernelCore, name: string, context: FsContext): object {
  if (!OF_NAMESPACE.test(name)) return core;
  const namespaces = readerOf(context)?.namespaces ?? core.init;
  return name.startsWith('net.') ? namespaces.net : namespaces.ipc;
}

/** The value of a parameter as a reader sees it. */
export function parameter(core: KernelCore, name: string, context: FsContext): string {
  const owner = ownerOf(core, name, context);
  const set = core.sysctls.get(owner)?.get(name);
  if (set !== undefined) return set;
  const inContainer = owner !== core && owner !== core.init.net && owner !== core.init.ipc;
  return (inContainer ? IN_CONTAINER[name] : undefined) ?? DEFAULTS[name] ?? '';
}

function parameterFile(core: KernelCore, name: string): SyntheticNode {
  return setting(
    (context) => `${parameter(core, name, context)}\n`,
    (text, context) => {
      if (!context.cred.capabilities.has('CAP_SYS_ADMIN') && !context.cred.capabilities.has('CAP_NET_ADMIN'))
        throw new Errno('EPERM');
      const owner = ownerOf(core, name, context);
      let values = core.sysctls.get(owner);
      if (!values) core.sysctls.set(owner, (values = new Map()));
      values.set(name, text.replace(/\n$/, ''));
    },
  );
}

interface Level {
  [name: string]: Level | SyntheticNode;
}

/** Builds /proc/sys. */
export function parametersDir(core: KernelCore): SyntheticDir {
  const tree: Level = {};
  const { uname } = core.hardware;
  const place = (name: string, node: SyntheticNode): void => {
    const parts = name.split('.');
    const leaf = parts.pop()!;
    let at = tree;
    for (const part of parts) at = (at[part] ??= {}) as Level;
    at[leaf] = node;
  };
  for (const name of Object.keys(DEFAULTS)) place(name, parameterFile(core, name));
  const uts = (context: FsContext) => readerOf(context)?.namespaces.uts ?? core.init.uts;
  place(
    'kernel.hostname',
    setting(
      (context) => `${uts(context).hostname}\n`,
      (text, context) => {
        if (!context.cred.capabilities.has('CAP_SYS_ADMIN')) throw new Errno('EPERM');
        uts(context).hostname = text.trim();
      },
    ),
  );
  place(
    'kernel.domainname',
    file((context) => `${uts(context).domainname}\n`, { mode: 0o644 }),
  );
  place(
    'kernel.osrelease',
    file(() => `${uname.release}\n`),
  );
  place(
    'kernel.ostype',
    file(() => `${uname.sysname}\n`),
  );
  place(
    'kernel.version',
    file(() => `${uname.version}\n`),
  );
  place(
    'kernel.random.boot_id',
    file(() => `${core.bootId}\n`),
  );
  place(
    'kernel.random.uuid',
    file(() => `${uuid(core.random.hex(32))}\n`),
  );
  const build = (level: Level): SyntheticDir =>
    dir(
      Object.fromEntries(
        Object.keys(level)
          .sort()
          .map((name) => {
            const node = level[name]!;
            return [name, isNode(node) ? node : build(node)];
          }),
      ),
    );
  return build(tree);
}

const isNode = (value: Level | SyntheticNode): value is SyntheticNode => typeof value.type === 'string';
