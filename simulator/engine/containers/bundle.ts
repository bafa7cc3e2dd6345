/** What runc is given for a container: mounts, process, limits and namespaces, from the container's settings. */
import type { NetNamespace, Stdio } from '../../kernel/kernel.ts';
import type { Bundle, BundleMount } from '../../runtime/spec.ts';
import type { Engine } from '../engine.ts';
import { invalid, systemError } from '../errors.ts';
import { capabilitySet } from './capability-set.ts';
import { backingOf, type VolumeBacking } from '../volumes/store.ts';
import type { Container, ContainerMount } from './container.ts';
import { namespaceOwner } from './create.ts';
import { processEnv } from './environment.ts';
import { containerDir } from './host-files.ts';
import { mountRoot } from './rootfs.ts';
import { findUser } from './users.ts';

/** Makes what is mounted ready: folders that -v creates, subpaths, image mounts. */
export async function setUpMounts(engine: Engine, container: Container): Promise<BundleMount[]> {
  const { files } = engine.kernel.init.mnt;
  const mounts: BundleMount[] = [];
  for (const mount of container.mounts) {
    if (mount.type === 'tmpfs') {
      const { size, mode, options } = mount.tmpfs ?? { size: 0, mode: 0o1777, options: [] };
      mounts.push({
        type: 'tmpfs',
        destination: mount.destination,
        readonly: mount.readonly,
        ...(size > 0 ? { size } : {}),
        mode,
        options,
      });
      continue;
    }
    if (mount.image !== undefined) {
      const image = await engine.images.runnable(mount.image, '');
      const from = engine.kernel.createMounts();
      from.mount('/', { type: 'overlay', lower: image.layers, upper: undefined }, { readonly: true });
      mounts.push({ type: 'bind', destination: mount.destination, source: `/${mount.subpath}`, from, readonly: true });
      continue;
    }
    if (mount.type === 'bind' && !files.exists(mount.source)) {
      if (!mount.createSource)
        throw invalid(`invalid mount config for type "bind": bind source path does not exist: ${mount.source}`);
      files.mkdir(mount.source, { parents: true, mode: 0o755, uid: 0, gid: 0 });
    }
    const backing = mount.type === 'volume' ? volumeBacking(engine, mount) : undefined;
    if (backing?.kind === 'tmpfs') {
      const size = backing.size > 0 ? { size: backing.size } : {};
      mounts.push({ type: 'tmpfs', destination: mount.destination, readonly: mount.readonly, ...size, mode: 0o1777 });
      continue;
    }
    const root = backing?.path ?? mount.source;
    const source = mount.subpath === '' ? root : `${root}/${mount.subpath}`;
    if (!files.exists(source))
      throw systemError(`cannot access path ${source}: lstat ${source}: no such file or directory`);
    mounts.push({ type: 'bind', destination: mount.destination, source, readonly: mount.readonly });
  }
  // Nearer the root first, so that a mount below another is not hidden by it.
  const depth = (path: string): number => path.split('/').length;
  return mounts.sort((a, b) => depth(a.destination) - depth(b.destination));
}

/** What is behind a volume; a folder it binds must be there. */
function volumeBacking(engine: Engine, mount: ContainerMount): VolumeBacking | undefined {
  const volume = engine.volumes.find(mount.name);
  const backing = volume && backingOf(volume);
  if (backing?.kind === 'folder' && !engine.kernel.init.mnt.files.exists(backing.path))
    throw systemError(
      `error while mounting volume '${mount.source}': failed to mount local volume: mount ${backing.path}:${mount.source}, flags: 0x1000: no such file or directory`,
    );
  return backing;
}

/** Devices of --device, which are the host's own. */
export function deviceMounts(engine: Engine, container: Container): BundleMount[] {
  const { files } = engine.kernel.init.mnt;
  return (container.hostConfig.Devices ?? []).map((device) => {
    if (!files.exists(device.PathOnHost))
      throw systemError(
        `error gathering device information while adding custom device "${device.PathOnHost}": no such file or directory`,
      );
    const destination = device.PathInContainer || device.PathOnHost;
    return { type: 'bind', destination, source: device.PathOnHost, readonly: !device.CgroupPermissions.includes('w') };
  });
}

/** The bundle of one start. Throws Docker's text for a user that is not there. */
export function makeBundle(
  engine: Engine,
  container: Container,
  parts: { net: NetNamespace; mounts: readonly BundleMount[]; stdio: readonly [Stdio, Stdio, Stdio] },
): Bundle {
  const { config, hostConfig } = container;
  const host = hostConfig.NetworkMode === 'host';
  const files = mountRoot(engine.kernel, container).files;
  const { home } = findUser(files, config.User);
  const dir = containerDir(container);
  const own = new Set(parts.mounts.map((mount) => mount.destination));
  const docker: BundleMount[] = ['hostname', 'hosts', 'resolv.conf']
    .map((name) => ({
      type: 'bind' as const,
      destination: `/etc/${name}`,
      source: `${dir}/${name}`,
      readonly: false,
    }))
    .filter((mount) => !own.has(mount.destination));
  const shared = (mode: string) =>
    mode.startsWith('container:') ? namespaceOwner(engine, mode).runtime!.init.namespaces : undefined;
  const pid = shared(hostConfig.PidMode);
  const ipc = shared(hostConfig.IpcMode);
  const hostname = config.Hostname;
  return {
    id: container.id,
    layers: container.layers,
    upper: container.upper,
    readonlyRoot: hostConfig.ReadonlyRootfs,
    mounts: [...docker, ...parts.mounts],
    hostname,
    ...(config.Domainname ? { domainname: config.Domainname } : {}),
    noNewPrivileges: /(^|,)no-new-privileges([=:]true)?(,|$)/.test((hostConfig.SecurityOpt ?? []).join(',')),
    oomScoreAdj: hostConfig.OomScoreAdj,
    process: {
      args: [container.path, ...container.args],
      env: processEnv(config.Env ?? [], { hostname, terminal: config.Tty, home }),
      cwd: config.WorkingDir || '/',
      user: config.User,
      ...(hostConfig.GroupAdd ? { groupAdd: hostConfig.GroupAdd } : {}),
      capabilities: capabilitySet(hostConfig.CapAdd, hostConfig.CapDrop, hostConfig.Privileged),
      terminal: config.Tty,
      stdio: parts.stdio,
    },
    init: hostConfig.Init ?? false,
    privileged: hostConfig.Privileged,
    shmSize: hostConfig.ShmSize,
    limits: limitsOf(container),
    cgroupParent: hostConfig.CgroupParent || '/docker',
    ...(hostConfig.Ulimits?.length
      ? { rlimits: Object.fromEntries(hostConfig.Ulimits.map((one) => [one.Name, [one.Soft, one.Hard] as const])) }
      : {}),
    ...(hostConfig.Sysctls ? { sysctls: hostConfig.Sysctls } : {}),
    namespaces: {
      pid: pid
        ? { kind: 'join', namespace: pid.pid }
        : hostConfig.PidMode === 'host'
          ? { kind: 'host' }
          : { kind: 'private' },
      net: host ? { kind: 'host' } : { kind: 'join', namespace: parts.net },
      // The host's network brings its host name along, but not its UTS namespace.
      uts: hostConfig.UTSMode === 'host' ? { kind: 'host' } : { kind: 'private' },
      ipc: ipc
        ? { kind: 'join', namespace: ipc.ipc }
        : hostConfig.IpcMode === 'host'
          ? { kind: 'host' }
          : { kind: 'private' },
      cgroup: hostConfig.CgroupnsMode === 'host' ? { kind: 'host' } : { kind: 'private' },
    },
  };
}

/** The cgroup's limits for the container's settings. */
export function limitsOf(container: Container): Bundle['limits'] {
  const { hostConfig } = container;
  const cpus =
    hostConfig.NanoCpus > 0
      ? hostConfig.NanoCpus / 1e9
      : hostConfig.CpuQuota > 0
        ? hostConfig.CpuQuota / (hostConfig.CpuPeriod || 100000)
        : 0;
  return {
    ...(hostConfig.Memory > 0 ? { memory: hostConfig.Memory } : {}),
    ...(hostConfig.MemorySwap > 0 ? { memorySwap: hostConfig.MemorySwap } : {}),
    ...((hostConfig.PidsLimit ?? 0) > 0 ? { pids: hostConfig.PidsLimit! } : {}),
    ...(cpus > 0 ? { cpus } : {}),
    ...(hostConfig.CpuShares > 0 ? { cpuShares: hostConfig.CpuShares } : {}),
    ...(hostConfig.CpusetCpus === '' ? {} : { cpuset: hostConfig.CpusetCpus }),
  };
}
