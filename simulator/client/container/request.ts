/** From the flags of `docker run` to the body of `POST /containers/create`. */
import type { Cli } from '../cli/cli.ts';
import type { FlagSet } from '../cli/flags.ts';
import type { DeviceRequest, Mount } from '../cli/structured.ts';
import { canonicalMac } from '../cli/ip.ts';
import { ramInBytes } from '../format/units.ts';
import { labelMap } from '../volume/manage.ts';
import { deviceMapping } from './devices.ts';
import { readKeyValueFiles } from './env-file.ts';
import { endpoints, type EndpointSettings } from './endpoints.ts';
import { publishedPorts, type PortBinding } from './publish.ts';
import { securityOptions } from './security.ts';
import { bindSpec } from './volumes.ts';

interface RestartPolicy {
  Name: string;
  MaximumRetryCount: number;
}

export interface HostConfig {
  [key: string]: unknown;
  Binds: string[] | null;
  NetworkMode: string;
  RestartPolicy: RestartPolicy;
  AutoRemove: boolean;
  ConsoleSize: [number, number];
  Mounts?: Mount[];
}

export interface CreateRequest {
  [key: string]: unknown;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  Tty: boolean;
  OpenStdin: boolean;
  StdinOnce: boolean;
  Image: string;
  HostConfig: HostConfig;
  NetworkingConfig: { EndpointsConfig: Record<string, EndpointSettings> };
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

/** Reads `--restart`; throws docker's error. */
export function restartPolicy(text: string): RestartPolicy {
  if (text === '') return { Name: '', MaximumRetryCount: 0 };
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const count = colon < 0 ? '' : text.slice(colon + 1);
  if (colon >= 0 && name === '') throw new Error('invalid restart policy format: no policy provided before colon');
  if (count !== '' && !/^[+-]?\d+$/.test(count)) {
    throw new Error('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: count === '' ? 0 : Number(count) };
}

/** Checks a mode such as `host` or `container:NAME`. */
function mode(flags: FlagSet, flag: string, kind: string, allowed: readonly string[], container: boolean): string {
  const value = flags.string(flag);
  const good = value === '' || allowed.includes(value) || (container && /^container:.+/.test(value));
  if (!good) throw new Error(`--${flag}: invalid ${kind} mode`);
  return value;
}

function healthcheck(flags: FlagSet): Record<string, unknown> | undefined {
  const names = ['health-interval', 'health-timeout', 'health-retries', 'health-start-period', 'health-start-interval'];
  const command = flags.string('health-cmd');
  const given = command !== '' || names.some((name) => flags.number(name) !== 0);
  if (flags.bool('no-healthcheck')) {
    if (given) throw new Error('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!given) return undefined;
  for (const name of names) if (flags.number(name) < 0) throw new Error(`--${name} cannot be negative`);
  const set = (key: string, flag: string): Record<string, number> => {
    const value = flags.number(flag);
    return value === 0 ? {} : { [key]: value };
  };
  return {
    ...(command === '' ? {} : { Test: ['CMD-SHELL', command] }),
    ...set('Interval', 'health-interval'),
    ...set('Timeout', 'health-timeout'),
    ...set('StartPeriod', 'health-start-period'),
    ...set('StartInterval', 'health-start-interval'),
    ...set('Retries', 'health-retries'),
  };
}

function throttles(flags: FlagSet, name: string, bytes: boolean): { Path: string; Rate: number }[] {
  return flags.list(name).map((text) => {
    const colon = text.indexOf(':');
    const rate = text.slice(colon + 1);
    return { Path: text.slice(0, colon), Rate: bytes ? ramInBytes(rate) : Number(rate) };
  });
}

/** `CAP_NET_ADMIN` for `net_admin`. */
function capabilities(list: readonly string[]): string[] {
  return list.map((text) => {
    const upper = text.trim().toUpperCase();
    return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  });
}

function uniqueSorted(list: readonly string[]): string[] {
  return [...new Set(list)].sort();
}

/** What `--cap-add` and `--cap-drop` come to: adding beats dropping, ALL beats single ones. */
function effectiveCapabilities(flags: FlagSet): [string[], string[]] {
  const all = (list: string[]): string[] => (list.includes('ALL') ? ['ALL'] : list);
  const add = all(uniqueSorted(capabilities(flags.list('cap-add'))));
  const drop = all(uniqueSorted(capabilities(flags.list('cap-drop')))).filter((name) => !add.includes(name));
  return [add, drop];
}

/** `--env` twice for one name: the last one counts, at the place of its last mention. */
function lastOfEach(list: readonly string[]): string[] {
  const name = (entry: string): string => entry.split('=')[0] ?? entry;
  return list.filter((entry, i) => !list.slice(i + 1).some((later) => name(later) === name(entry)));
}

/** Builds the request. Throws plain errors with docker's texts for what cannot be read. */
export function buildCreateRequest(cli: Cli, flags: FlagSet, args: readonly string[]): CreateRequest {
  const attach = flags.list('attach');
  const mac = flags.string('mac-address');
  if (mac !== '' && canonicalMac(mac) === undefined) throw new Error(`${mac} is not a valid mac address`);
  const stdin = flags.bool('interactive');
  const tty = flags.bool('tty');
  const attachStdin = attach.includes('stdin') || stdin;
  const attachStdout = attach.length === 0 || attach.includes('stdout');
  const attachStderr = attach.length === 0 || attach.includes('stderr');
  const swappiness = flags.number('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }

  const binds: string[] = [];
  const volumes: Record<string, object> = {};
  for (const spec of uniqueKeepOrder(flags.list('volume'))) {
    const bind = bindSpec(spec, (path) => cli.absolute(path));
    if (bind === undefined) volumes[spec] = {};
    else binds.push(bind);
  }
  const tmpfs = Object.fromEntries(
    flags.list('tmpfs').map((text) => {
      const colon = text.indexOf(':');
      return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
    }),
  );
  const [image = '', ...command] = args;
  const entrypoint = flags.string('entrypoint');
  const { exposed, bindings } = publishedPorts(flags.list('publish'), flags.list('expose'));
  const devices = flags.list('device').filter((device) => !isCdi(device));
  const cdi = flags.list('device').filter(isCdi);
  const mappings = devices.map(deviceMapping);
  const env = [...readKeyValueFiles(cli, flags.list('env-file'), '--env-file', true), ...lastOfEach(flags.list('env'))];
  const labels = labelMap([
    ...readKeyValueFiles(cli, flags.list('label-file'), '--label-file', false),
    ...flags.list('label'),
  ]);
  const pid = mode(flags, 'pid', 'PID', ['host'], true);
  const uts = mode(flags, 'uts', 'UTS', ['host'], false);
  const userns = mode(flags, 'userns', 'USER', ['host'], false);
  const cgroupns = mode(flags, 'cgroupns', 'CGROUP', ['private', 'host'], false);
  const restart = restartPolicy(flags.string('restart'));
  const logDriver = flags.string('log-driver');
  const logOptions = flags.list('log-opt');
  if (logDriver === 'none' && logOptions.length > 0) throw new Error(`invalid logging opts for driver ${logDriver}`);
  const security = securityOptions(cli, flags.list('security-opt'));
  const storage = flags.list('storage-opt').map((option) => {
    const at = option.indexOf('=');
    if (at < 0) throw new Error('invalid storage option');
    return [option.slice(0, at), option.slice(at + 1)] as const;
  });
  const health = healthcheck(flags);
  const gpus = flags.value<DeviceRequest[]>('gpus') ?? [];
  const requests: DeviceRequest[] =
    cdi.length === 0 ? gpus : [...gpus, { Driver: 'cdi', Count: 0, DeviceIDs: cdi, Capabilities: null, Options: null }];
  const [capAdd, capDrop] = effectiveCapabilities(flags);
  const mounts = (flags.value<Mount[]>('mount') ?? []).map((mount) =>
    mount.Source !== undefined && mount.Source.startsWith('.')
      ? { ...mount, Source: cli.absolute(mount.Source) }
      : mount,
  );
  if (flags.bool('rm') && restart.Name !== '' && restart.Name !== 'no') {
    throw new Error('conflicting options: cannot specify both --restart and --rm');
  }
  const optional = (key: string, present: boolean, value: unknown): Record<string, unknown> =>
    present ? { [key]: value } : {};
  const { mode: networkMode, endpoints: config } = endpoints(flags);

  return {
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    AttachStdin: attachStdin,
    AttachStdout: attachStdout,
    AttachStderr: attachStderr,
    ...optional('ExposedPorts', Object.keys(exposed).length > 0, exposed),
    Tty: tty,
    OpenStdin: stdin,
    StdinOnce: stdin && attachStdin,
    Env: orNull(env),
    Cmd: orNull(command),
    ...optional('Healthcheck', health !== undefined, health),
    Image: image,
    Volumes: volumes,
    WorkingDir: flags.string('workdir'),
    Entrypoint: entrypoint !== '' ? [entrypoint] : flags.changed('entrypoint') ? [''] : null,
    Labels: labels,
    ...optional('StopSignal', flags.string('stop-signal') !== '', flags.string('stop-signal')),
    ...optional('StopTimeout', flags.changed('stop-timeout'), flags.number('stop-timeout')),
    HostConfig: {
      Binds: orNull(binds) as string[] | null,
      ContainerIDFile: flags.string('cidfile'),
      LogConfig: { Type: logDriver, Config: labelMap(logOptions) },
      NetworkMode: networkMode,
      PortBindings: bindings satisfies Record<string, PortBinding[]>,
      RestartPolicy: restart,
      AutoRemove: flags.bool('rm'),
      VolumeDriver: flags.string('volume-driver'),
      VolumesFrom: orNull(flags.list('volumes-from')),
      ConsoleSize: [0, 0],
      ...optional('Annotations', flags.changed('annotation'), flags.value('annotation')),
      CapAdd: orNull(capAdd),
      CapDrop: orNull(capDrop),
      CgroupnsMode: cgroupns,
      Dns: orNull(flags.list('dns')),
      DnsOptions: [...flags.list('dns-option'), ...flags.list('dns-opt')],
      DnsSearch: [...flags.list('dns-search')],
      ExtraHosts: orNull(flags.list('add-host')),
      GroupAdd: orNull(flags.list('group-add')),
      IpcMode: flags.string('ipc'),
      Cgroup: '',
      Links: orNull(flags.list('link')),
      OomScoreAdj: flags.number('oom-score-adj'),
      PidMode: pid,
      Privileged: flags.bool('privileged'),
      PublishAllPorts: flags.bool('publish-all'),
      ReadonlyRootfs: flags.bool('read-only'),
      SecurityOpt: orNull(security.options),
      ...optional('StorageOpt', storage.length > 0, Object.fromEntries(storage)),
      ...optional('Tmpfs', Object.keys(tmpfs).length > 0, tmpfs),
      UTSMode: uts,
      UsernsMode: userns,
      ShmSize: flags.number('shm-size'),
      ...optional('Sysctls', flags.changed('sysctl'), flags.value('sysctl')),
      ...optional('Runtime', flags.string('runtime') !== '', flags.string('runtime')),
      Isolation: flags.string('isolation'),
      ...resources(flags),
      Devices: mappings,
      DeviceCgroupRules: orNull(flags.list('device-cgroup-rule')),
      DeviceRequests: orNull(requests),
      Ulimits: flags.value('ulimit') ?? [],
      ...optional('Mounts', mounts.length > 0, mounts),
      MaskedPaths: security.unconfinedPaths ? [] : null,
      ReadonlyPaths: security.unconfinedPaths ? [] : null,
      ...optional('Init', flags.changed('init'), flags.bool('init')),
    },
    NetworkingConfig: { EndpointsConfig: config },
  };
}

const isCdi = (device: string): boolean => /^[a-zA-Z][\w.-]*\.[\w.-]+\/[\w.-]+=[\w.:-]+$/.test(device);

function uniqueKeepOrder(list: readonly string[]): readonly string[] {
  return [...new Set(list)];
}

/** The limits among the flags. */
export function resources(flags: FlagSet): Record<string, unknown> {
  const weights = flags.list('blkio-weight-device').map((text) => {
    const colon = text.indexOf(':');
    return { Path: text.slice(0, colon), Weight: Number(text.slice(colon + 1)) };
  });
  return {
    CpuShares: flags.number('cpu-shares'),
    Memory: flags.number('memory'),
    NanoCpus: flags.number('cpus'),
    CgroupParent: flags.string('cgroup-parent'),
    BlkioWeight: flags.number('blkio-weight'),
    BlkioWeightDevice: weights,
    BlkioDeviceReadBps: throttles(flags, 'device-read-bps', true),
    BlkioDeviceWriteBps: throttles(flags, 'device-write-bps', true),
    BlkioDeviceReadIOps: throttles(flags, 'device-read-iops', false),
    BlkioDeviceWriteIOps: throttles(flags, 'device-write-iops', false),
    CpuPeriod: flags.number('cpu-period'),
    CpuQuota: flags.number('cpu-quota'),
    CpuRealtimePeriod: flags.number('cpu-rt-period'),
    CpuRealtimeRuntime: flags.number('cpu-rt-runtime'),
    CpusetCpus: flags.string('cpuset-cpus'),
    CpusetMems: flags.string('cpuset-mems'),
    MemoryReservation: flags.number('memory-reservation'),
    MemorySwap: flags.number('memory-swap'),
    MemorySwappiness: flags.number('memory-swappiness'),
    OomKillDisable: flags.bool('oom-kill-disable'),
    PidsLimit: flags.number('pids-limit'),
    CpuCount: flags.number('cpu-count'),
    CpuPercent: flags.number('cpu-percent'),
    IOMaximumIOps: flags.number('io-maxiops'),
    IOMaximumBandwidth: flags.number('io-maxbandwidth'),
  };
}
