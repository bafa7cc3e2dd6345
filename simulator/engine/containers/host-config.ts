import type { ContainerConfig, ContainerCreateRequest, HostConfig } from '../../api/types.ts';
import { sortKeys } from '../http.ts';

export const DEFAULT_SHM_SIZE = 64 * 1024 * 1024;

const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** `CAP_NET_ADMIN` for `net_admin`, `NET_ADMIN` or itself; `ALL` stays. */
export function capabilityName(given: string): string {
  const upper = given.toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

/** Capabilities as Docker keeps them: full names, sorted, each once. */
const capabilities = (given: readonly string[] | null | undefined): string[] | null =>
  given ? [...new Set(given.map(capabilityName))].sort() : null;

/** The complete HostConfig, with Docker's defaults and its order of fields. */
export function fullHostConfig(given: Partial<HostConfig>): HostConfig {
  const privileged = given.Privileged ?? false;
  const memory = given.Memory ?? 0;
  const mode = given.NetworkMode ?? '';
  const config: HostConfig = {
    Binds: given.Binds ?? null,
    ContainerIDFile: given.ContainerIDFile ?? '',
    LogConfig: { Type: given.LogConfig?.Type || 'json-file', Config: sortKeys(given.LogConfig?.Config ?? {}) },
    NetworkMode: mode === '' || mode === 'default' ? 'bridge' : mode,
    PortBindings: sortKeys(given.PortBindings ?? {}),
    RestartPolicy: {
      Name: given.RestartPolicy?.Name || 'no',
      MaximumRetryCount: given.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    AutoRemove: given.AutoRemove ?? false,
    VolumeDriver: given.VolumeDriver ?? '',
    VolumesFrom: given.VolumesFrom ?? null,
    ConsoleSize: given.ConsoleSize ?? [0, 0],
    ...(given.Annotations ? { Annotations: given.Annotations } : {}),
    CapAdd: capabilities(given.CapAdd),
    CapDrop: capabilities(given.CapDrop),
    CgroupnsMode: given.CgroupnsMode || (privileged ? 'host' : 'private'),
    Dns: given.Dns ?? null,
    DnsOptions: given.DnsOptions ?? [],
    DnsSearch: given.DnsSearch ?? [],
    ExtraHosts: given.ExtraHosts ?? null,
    GroupAdd: given.GroupAdd ?? null,
    IpcMode: given.IpcMode || 'private',
    Cgroup: given.Cgroup ?? '',
    Links: given.Links ?? null,
    OomScoreAdj: given.OomScoreAdj ?? 0,
    PidMode: given.PidMode ?? '',
    Privileged: privileged,
    PublishAllPorts: given.PublishAllPorts ?? false,
    ReadonlyRootfs: given.ReadonlyRootfs ?? false,
    SecurityOpt: given.SecurityOpt ?? (privileged ? ['label=disable'] : null),
    ...(given.StorageOpt ? { StorageOpt: given.StorageOpt } : {}),
    ...(given.Tmpfs && Object.keys(given.Tmpfs).length > 0 ? { Tmpfs: sortKeys(given.Tmpfs) } : {}),
    UTSMode: given.UTSMode ?? '',
    UsernsMode: given.UsernsMode ?? '',
    ShmSize: given.ShmSize || DEFAULT_SHM_SIZE,
    ...(given.Sysctls && Object.keys(given.Sysctls).length > 0 ? { Sysctls: sortKeys(given.Sysctls) } : {}),
    Runtime: given.Runtime || 'runc',
    Isolation: given.Isolation ?? '',
    CpuShares: given.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: given.NanoCpus ?? 0,
    CgroupParent: given.CgroupParent ?? '',
    BlkioWeight: given.BlkioWeight ?? 0,
    BlkioWeightDevice: given.BlkioWeightDevice ?? [],
    BlkioDeviceReadBps: given.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: given.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: given.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: given.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: given.CpuPeriod ?? 0,
    CpuQuota: given.CpuQuota ?? 0,
    CpuRealtimePeriod: given.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: given.CpuRealtimeRuntime ?? 0,
    CpusetCpus: given.CpusetCpus ?? '',
    CpusetMems: given.CpusetMems ?? '',
    Devices: given.Devices ?? [],
    DeviceCgroupRules: given.DeviceCgroupRules ?? null,
    DeviceRequests: given.DeviceRequests ?? null,
    MemoryReservation: given.MemoryReservation ?? 0,
    // Without an own limit a container may use as much swap as memory: the total is twice the limit.
    MemorySwap: given.MemorySwap || (memory > 0 ? memory * 2 : 0),
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: given.PidsLimit ? given.PidsLimit : null,
    Ulimits: given.Ulimits ?? [],
    CpuCount: given.CpuCount ?? 0,
    CpuPercent: given.CpuPercent ?? 0,
    IOMaximumIOps: given.IOMaximumIOps ?? 0,
    IOMaximumBandwidth: given.IOMaximumBandwidth ?? 0,
    ...(given.Mounts && given.Mounts.length > 0 ? { Mounts: given.Mounts } : {}),
    MaskedPaths: privileged ? null : (given.MaskedPaths ?? MASKED_PATHS),
    ReadonlyPaths: privileged ? null : (given.ReadonlyPaths ?? READONLY_PATHS),
    ...(given.Init === undefined || given.Init === null ? {} : { Init: given.Init }),
  };
  return config;
}

/** Config of an image as far as a container inherits it. */
export type InheritedConfig = Partial<
  Pick<
    ContainerConfig,
    | 'User'
    | 'ExposedPorts'
    | 'Env'
    | 'Entrypoint'
    | 'Cmd'
    | 'Volumes'
    | 'WorkingDir'
    | 'Labels'
    | 'StopSignal'
    | 'ArgsEscaped'
    | 'Healthcheck'
    | 'OnBuild'
    | 'Shell'
  >
>;

/** Image's healthcheck under the user's: what the user left at zero comes from the image. */
function healthcheck(
  user: ContainerConfig['Healthcheck'],
  image: ContainerConfig['Healthcheck'],
): ContainerConfig['Healthcheck'] {
  if (!user) return image;
  if (!image) return user;
  const test = user.Test?.length ? user.Test : image.Test;
  return {
    ...(test ? { Test: test } : {}),
    ...pick('Interval', user, image),
    ...pick('Timeout', user, image),
    ...pick('StartPeriod', user, image),
    ...pick('StartInterval', user, image),
    ...pick('Retries', user, image),
  };
}

function pick<K extends 'Interval' | 'Timeout' | 'StartPeriod' | 'StartInterval' | 'Retries'>(
  key: K,
  user: Partial<Record<K, number>>,
  image: Partial<Record<K, number>>,
): Partial<Record<K, number>> {
  const value = user[key] || image[key];
  return value ? ({ [key]: value } as Partial<Record<K, number>>) : {};
}

const keyOf = (variable: string): string => variable.split('=', 1)[0]!;

/** The container's Config: the user's over the image's (image/spec: `Merge` of moby), in Docker's order of fields. */
export function mergedConfig(given: ContainerCreateRequest, image: InheritedConfig, id: string): ContainerConfig {
  const userEnv = given.Env ?? [];
  const named = new Set(userEnv.map(keyOf));
  const env = [...userEnv, ...(image.Env ?? []).filter((variable) => !named.has(keyOf(variable)))];
  const exposed = { ...image.ExposedPorts, ...given.ExposedPorts };
  const volumes = { ...image.Volumes, ...given.Volumes };
  let entrypoint = given.Entrypoint ?? null;
  let cmd = given.Cmd ?? null;
  let escaped = given.ArgsEscaped;
  if (entrypoint === null || entrypoint.length === 0) {
    if (cmd === null || cmd.length === 0) {
      cmd = image.Cmd ?? null;
      escaped ??= image.ArgsEscaped;
    }
    entrypoint ??= image.Entrypoint ?? null;
  }
  // `--entrypoint ""` resets what the image has.
  if (entrypoint !== null && (entrypoint.length === 0 || (entrypoint.length === 1 && entrypoint[0] === '')))
    entrypoint = null;
  const health = healthcheck(given.Healthcheck, image.Healthcheck);
  const stopSignal = given.StopSignal || image.StopSignal;
  return {
    Hostname: given.Hostname || id.slice(0, 12),
    Domainname: given.Domainname ?? '',
    User: given.User || image.User || '',
    AttachStdin: given.AttachStdin ?? false,
    AttachStdout: given.AttachStdout ?? false,
    AttachStderr: given.AttachStderr ?? false,
    ...(Object.keys(exposed).length > 0 ? { ExposedPorts: sortKeys(exposed) } : {}),
    Tty: given.Tty ?? false,
    OpenStdin: given.OpenStdin ?? false,
    StdinOnce: given.StdinOnce ?? false,
    Env: env,
    Cmd: cmd,
    ...(health ? { Healthcheck: health } : {}),
    ...(escaped ? { ArgsEscaped: escaped } : {}),
    Image: given.Image ?? '',
    Volumes: Object.keys(volumes).length > 0 ? sortKeys(volumes) : null,
    WorkingDir: given.WorkingDir || image.WorkingDir || '',
    Entrypoint: entrypoint,
    ...(given.NetworkDisabled ? { NetworkDisabled: true } : {}),
    Labels: sortKeys({ ...image.Labels, ...given.Labels }),
    ...(stopSignal ? { StopSignal: stopSignal } : {}),
    ...(given.StopTimeout === undefined || given.StopTimeout === null ? {} : { StopTimeout: given.StopTimeout }),
    ...(given.Shell ? { Shell: given.Shell } : {}),
  };
}
