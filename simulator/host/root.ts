/** The host's root file system: a small Debian server with the tools a learner expects, the docker command and the daemon. */
import { textData, type FileData } from '../kernel/fs/data.ts';
import type { Layer, LayerDir, LayerEntry } from '../kernel/fs/layer.ts';
import { executable } from '../kernel/programs.ts';
import { DEBIAN_BASE, DEBIAN_EXTRA, GNU_COREUTILS, type ToolFiles } from '../programs/names.ts';
import { HOST_FILES } from './files.ts';

type Draft = Map<string, Draft | Exclude<LayerEntry, LayerDir>>;

const META = { uid: 0, gid: 0 };

/** Sets an entry, creating the folders on the way. */
function put(root: Draft, path: string, entry: Exclude<LayerEntry, LayerDir> | 'dir'): void {
  const names = path.split('/').filter(Boolean);
  const last = names.pop()!;
  let dir = root;
  for (const name of names) {
    const next = dir.get(name);
    if (next instanceof Map) dir = next;
    else dir.set(name, (dir = new Map()));
  }
  if (entry !== 'dir') dir.set(last, entry);
  else if (!dir.has(last)) dir.set(last, new Map());
}

const MODES: Record<string, number> = { root: 0o700, tmp: 0o1777, docker: 0o710 };

function freeze(draft: Draft, mtime: number, name = ''): LayerDir {
  return {
    type: 'dir',
    opaque: false,
    entries: new Map([...draft].map(([key, value]) => [key, value instanceof Map ? freeze(value, mtime, key) : value])),
    mode: MODES[name] ?? 0o755,
    mtime,
    ...META,
  };
}

/** Executables outside Debian's base and extra packages: what the net tools and Docker's packages install. */
const HOST_TOOLS: ToolFiles = {
  '/usr/bin/bash': 'bash',
  '/usr/bin/dash': 'dash',
  '/usr/bin/docker': 'docker',
  '/usr/bin/dockerd': 'dockerd',
  '/usr/bin/curl': 'curl:curl',
  '/usr/bin/wget': 'wget:wget',
  '/usr/bin/nc': 'netcat:nc',
  '/usr/bin/ping': 'iputils:ping',
  '/usr/bin/nslookup': 'bind9:nslookup',
  '/usr/bin/ip': 'iproute2:ip',
  '/usr/bin/ss': 'iproute2:ss',
  '/usr/sbin/init': 'init',
  '/usr/bin/multipass': 'multipass',
  '/usr/bin/multipassd': 'multipassd',
  '/usr/bin/qemu-system-x86_64': 'qemu',
};

/** Docker's own binaries are large; the rest is about as large as Debian's. */
const SIZES: Record<string, number> = { docker: 41_000_000, dockerd: 98_000_000, bash: 1_265_648 };

/** Builds the host's root layer; `mtime` is in seconds since the epoch. */
export function hostRoot(mtime: number): Layer {
  const root: Draft = new Map();
  for (const dir of [
    'boot',
    'dev',
    'etc',
    'home',
    'media',
    'mnt',
    'opt',
    'proc',
    'root',
    'run',
    'srv',
    'sys',
    'tmp',
    'usr/lib',
    'usr/share',
    'usr/local/bin',
    'var/lib/docker',
    'var/log',
    'var/tmp',
    'var/run',
  ])
    put(root, dir, 'dir');
  const file = (path: string, data: FileData, mode: number): void =>
    put(root, path, { type: 'file', data, mode, mtime, ...META });
  const tools = [GNU_COREUTILS, ...Object.values(DEBIAN_BASE), ...Object.values(DEBIAN_EXTRA), HOST_TOOLS];
  for (const [path, program] of tools.flatMap((t) => Object.entries(t)))
    file(path, executable(program, SIZES[program]), 0o755);
  for (const [path, text] of Object.entries(HOST_FILES))
    file(path, textData(text), path === '/etc/shadow' ? 0o640 : 0o644);
  const link = (path: string, target: string): void =>
    put(root, path, { type: 'symlink', target, mode: 0o777, mtime, ...META });
  link('bin', 'usr/bin');
  link('sbin', 'usr/sbin');
  link('lib', 'usr/lib');
  link('usr/bin/sh', 'dash');
  link('usr/bin/rbash', 'bash');
  link('var/run', '/run');
  link('etc/mtab', '../proc/self/mounts');
  return { root: freeze(root, mtime) };
}
