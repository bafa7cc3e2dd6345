import type { ContainerCreateRequest, HostConfig, Resources, RestartPolicy } from '../../api/types.ts';
import { CAPABILITIES } from '../../kernel/capabilities.ts';
import { parseSignal } from '../../kernel/signals.ts';
import { invalid } from '../errors.ts';
import { capabilityName } from './host-config.ts';

const MIN_MEMORY = 6 * 1024 * 1024;

/** The host's size, which limits are checked against. */
export interface HostSize {
  readonly cpus: number;
  readonly memory: number;
}

/** Throws Docker's text for a Config that cannot be (moby: daemon.verifyContainerSettings). */
export function checkConfig(config: ContainerCreateRequest): void {
  const dir = config.WorkingDir ?? '';
  if (dir !== '' && !dir.startsWith('/'))
    throw invalid(`the working directory '${dir}' is invalid, it needs to be an absolute path`);
  for (const variable of config.Env ?? [])
    if (variable === '' || variable.startsWith('=')) throw invalid(`invalid environment variable: ${variable}`);
  if (config.StopSignal && parseSignal(config.StopSignal) === undefined)
    throw invalid(`invalid signal: ${config.StopSignal}`);
  const health = config.Healthcheck;
  if (!health) return;
  const kind = health.Test?.[0];
  if (kind !== undefined && !['', 'NONE', 'CMD', 'CMD-SHELL'].includes(kind))
    throw invalid(`Unknown healthcheck type '${kind}' (expected 'CMD')`);
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const)
    if (health[name] && health[name] < 1e6) throw invalid(`${name} in Healthcheck cannot be less than 1ms`);
  if ((health.Retries ?? 0) < 0) throw invalid('Retries in Healthcheck cannot be negative');
}

/** Throws for a restart policy that Docker does not know. */
export function checkRestartPolicy(policy: Partial<RestartPolicy> | undefined): void {
  const name = policy?.Name ?? '';
  const count = policy?.MaximumRetryCount ?? 0;
  switch (name) {
    case 'always':
    case 'unless-stopped':
    case 'no':
      if (count !== 0) {
        const hint = count < 0 ? ' and cannot be negative' : '';
        throw invalid(`invalid restart policy: maximum retry count can only be used with 'on-failure'${hint}`);
      }
      break;
    case 'on-failure':
      if (count < 0) throw invalid('invalid restart policy: maximum retry count cannot be negative');
      break;
    case '':
      break;
    default:
      throw invalid(
        `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      );
  }
}

/** Throws for limits that cannot be (daemon_unix.go: verifyPlatformContainerResources). */
export function checkResources(
  given: Partial<Resources> & { OomScoreAdj?: number },
  host: HostSize,
  update = false,
): void {
  const memory = given.Memory ?? 0;
  const swap = given.MemorySwap ?? 0;
  const reservation = given.MemoryReservation ?? 0;
  if (memory !== 0 && memory < MIN_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
  if (memory > 0 && swap > 0 && swap < memory)
    throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (memory === 0 && swap > 0 && !update)
    throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (reservation > 0 && reservation < MIN_MEMORY) throw invalid('Minimum memory reservation allowed is 6MB');
  if (memory > 0 && reservation > 0 && memory < reservation)
    throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
  const nano = given.NanoCpus ?? 0;
  if (nano > 0 && (given.CpuPeriod ?? 0) > 0)
    throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (nano > 0 && (given.CpuQuota ?? 0) > 0)
    throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  // 0.01 CPU is the least the scheduler's period can be divided into.
  if (nano < 0 || nano > host.cpus * 1e9 || (nano > 0 && nano < 1e7))
    throw invalid(`range of CPUs is from 0.01 to ${host.cpus}.00, as there are only ${host.cpus} CPUs available`);
  const period = given.CpuPeriod ?? 0;
  if (period !== 0 && (period < 1000 || period > 1000000))
    throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  const quota = given.CpuQuota ?? 0;
  if (quota > 0 && quota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  checkCpuset(given.CpusetCpus ?? '', host.cpus);
  const weight = given.BlkioWeight ?? 0;
  if (weight > 0 && (weight < 10 || weight > 1000)) throw invalid('Range of blkio weight is from 10 to 1000');
  const oom = given.OomScoreAdj ?? 0;
  if (oom < -1000 || oom > 1000) throw invalid(`Invalid value ${oom}, range for oom score adj is [-1000, 1000]`);
}

function checkCpuset(text: string, cpus: number): void {
  if (text === '') return;
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) throw invalid(`Invalid value ${text} for cpuset cpus`);
    if (Number(match[2] ?? match[1]) >= cpus)
      throw invalid(
        `Requested CPUs are not available - requested ${text}, available: ${cpus === 1 ? '0' : `0-${cpus - 1}`}`,
      );
  }
}

const containerMode = (mode: string | undefined): boolean => (mode ?? '').startsWith('container:');

/** Throws for namespaces and networks that contradict each other (runconfig: validateNetMode and friends). */
export function checkNamespaces(request: ContainerCreateRequest, host: Partial<HostConfig>): void {
  const network = host.NetworkMode ?? '';
  if (host.UTSMode === 'host' && request.Hostname) throw invalid('conflicting options: hostname and the UTS mode');
  if (containerMode(network)) {
    if (request.Hostname) throw invalid('conflicting options: hostname and the network mode');
    if (host.Links?.length)
      throw invalid(
        "conflicting options: container type network can't be used with links. This would result in undefined behavior",
      );
    if (host.Dns?.length) throw invalid('conflicting options: dns and the network mode');
    if (host.ExtraHosts?.length) throw invalid('conflicting options: custom host-to-IP mapping and the network mode');
    if (Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts)
      throw invalid('conflicting options: port publishing and the container type network mode');
    if (Object.keys(request.ExposedPorts ?? {}).length > 0)
      throw invalid('conflicting options: port exposing and the container type network mode');
  }
  if (network === 'host' && host.Links?.length)
    throw invalid(
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    );
  const modes: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ['IPC', host.IpcMode, ['', 'none', 'private', 'shareable', 'host']],
    ['PID', host.PidMode, ['', 'host']],
    ['UTS', host.UTSMode, ['', 'host']],
    ['cgroup namespace', host.CgroupnsMode, ['', 'private', 'host']],
    ['userns', host.UsernsMode, ['', 'host']],
  ];
  for (const [name, mode, known] of modes) {
    const joins = (name === 'IPC' || name === 'PID') && containerMode(mode);
    if (!joins && !known.includes(mode ?? '')) throw invalid(`invalid ${name} mode: ${mode}`);
  }
  if (host.Privileged && host.Runtime === 'none') throw invalid('invalid runtime');
}

const LOG_OPTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  'json-file': [
    'max-file',
    'max-size',
    'compress',
    'labels',
    'labels-regex',
    'env',
    'env-regex',
    'tag',
    'mode',
    'max-buffer-size',
  ],
  local: ['max-file', 'max-size', 'compress', 'mode', 'max-buffer-size', 'labels', 'env', 'tag'],
  none: ['mode', 'max-buffer-size'],
};
/** Drivers that send logs elsewhere: known, but nothing is on the other side here. */
const OTHER_DRIVERS = ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'splunk', 'syslog'];

/** Throws for log drivers and options that do not exist. */
export function checkLogging(host: Partial<HostConfig>): void {
  const driver = host.LogConfig?.Type || 'json-file';
  const options = LOG_OPTIONS[driver];
  if (options === undefined) {
    if (OTHER_DRIVERS.includes(driver)) return;
    throw invalid(`logger: no log driver named '${driver}' is registered`);
  }
  for (const key of Object.keys(host.LogConfig?.Config ?? {}))
    if (!options.includes(key)) throw invalid(`unknown log opt '${key}' for ${driver} log driver`);
}

/** Throws for host settings that cannot be. `update` checks only what `docker update` may change. */
export function checkHostConfig(given: Partial<HostConfig>, size: HostSize): void {
  for (const [field, list] of [
    ['CapAdd', given.CapAdd],
    ['CapDrop', given.CapDrop],
  ] as const)
    for (const name of list ?? []) {
      const full = capabilityName(name);
      if (full !== 'ALL' && !(CAPABILITIES as readonly string[]).includes(full))
        throw invalid(`invalid ${field}: unknown capability: "${full}"`);
    }
  if ((given.ShmSize ?? 0) < 0) throw invalid('SHM size can not be less than 0');
  checkRestartPolicy(given.RestartPolicy);
  if (given.AutoRemove && !['', 'no', undefined].includes(given.RestartPolicy?.Name))
    throw invalid("can't create 'AutoRemove' container with restart policy");
  for (const host of given.ExtraHosts ?? [])
    if (!/^[^:=]+[:=].+$/.test(host)) throw invalid(`invalid extra host: ${host}`);
  if (given.Runtime && !['runc', 'io.containerd.runc.v2'].includes(given.Runtime))
    throw invalid(`unknown or invalid runtime name: ${given.Runtime}`);
  if (given.Isolation && given.Isolation !== 'default')
    throw invalid(`invalid isolation '${given.Isolation}' on linux: only 'default' is supported`);
  for (const option of given.SecurityOpt ?? []) {
    if (option === 'no-new-privileges' || option === 'writable-cgroups') continue;
    const key = /^([^=:]+)[=:]/.exec(option)?.[1];
    if (key === undefined) throw invalid(`invalid --security-opt 1: "${option}"`);
    if (!['label', 'apparmor', 'seccomp', 'no-new-privileges', 'systempaths', 'writable-cgroups'].includes(key))
      throw invalid(`invalid --security-opt 2: "${option}"`);
  }
  for (const request of given.DeviceRequests ?? [])
    if ((request.Capabilities ?? []).flat().includes('gpu') || request.Driver === 'cdi' || request.Driver === '')
      throw invalid('failed to discover GPU vendor from CDI: no known GPU vendor found');
  checkResources(given, size);
  checkLogging(given);
}
