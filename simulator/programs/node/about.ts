/** What a Node program may know of the machine it runs on, and which Node it is. */
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';

const read = (sys: Sys, path: string): string | undefined => {
  try {
    return sys.readText(path);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
};

/** The version the files beside the binary tell: an image's header file, else the distribution's package. */
export function nodeVersion(sys: Sys): string {
  const header = read(sys, '/usr/local/include/node/node_version.h');
  const told = header && /NODE_VERSION "v([\d.]+)"/.exec(header)?.[1];
  if (told) return told;
  return read(sys, '/etc/alpine-release') === undefined ? '18.20.4' : '22.16.0';
}

/** Bytes the process may use: what its cgroup says, where it says something. */
export function memoryLimit(sys: Sys): number {
  const text = read(sys, '/sys/fs/cgroup/memory.max')?.trim();
  return text === undefined || text === 'max' ? Infinity : Number(text);
}

/** `MemTotal`, `MemAvailable` and uptime. */
export function load(sys: Sys): string {
  const info = read(sys, '/proc/meminfo') ?? '';
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(info)?.[1] ?? 0) * 1024;
  const uptime = Number(read(sys, '/proc/uptime')?.split(' ')[0] ?? 0);
  return JSON.stringify({ total: kilobytes('MemTotal'), free: kilobytes('MemAvailable'), uptime });
}

/** `os.networkInterfaces()`. */
export function interfaces(sys: Sys): string {
  const all = sys.interfaces().flatMap(({ name, mac, addresses }) => {
    const list = addresses.map(([address, prefix]) => {
      const mask = [24, 16, 8, 0].map((shift) => ((0xffffffff << (32 - prefix)) >>> shift) & 255).join('.');
      return { address, netmask: mask, family: 'IPv4', mac, internal: name === 'lo', cidr: `${address}/${prefix}` };
    });
    return list.length ? [[name, list] as const] : [];
  });
  return JSON.stringify(Object.fromEntries(all));
}

/** What does not change while the program runs, as JSON. */
export function about(sys: Sys, started: number): string {
  const { release, version } = sys.uname();
  const account = (read(sys, '/etc/passwd') ?? '').split('\n').find((line) => line.split(':')[2] === String(sys.uid));
  const [user = '', , , , , home = '/', shell = null] = account?.split(':') ?? [];
  const processors = read(sys, '/proc/cpuinfo') ?? '';
  const limit = memoryLimit(sys);
  return JSON.stringify({
    version: nodeVersion(sys),
    started,
    pid: sys.pid,
    ppid: sys.ppid,
    uid: sys.uid,
    gid: sys.gid,
    groups: sys.groups,
    env: sys.env,
    execPath: read(sys, '/usr/local/include/node/node_version.h') ? '/usr/local/bin/node' : '/usr/bin/node',
    release,
    kernel: version,
    user,
    home,
    shell,
    cpus: processors.match(/^processor/gm)?.length ?? 2,
    cpu: /model name\s*: (.*)/.exec(processors)?.[1] ?? 'x86_64',
    limit: limit === Infinity ? 0 : limit,
  });
}
