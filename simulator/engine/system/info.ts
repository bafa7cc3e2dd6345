import type { InfoResponse, VersionResponse } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { rfc3339 } from '../time.ts';
import {
  API_VERSION,
  BUILD_TIME,
  CONTAINERD,
  ENGINE_VERSION,
  GIT_COMMIT,
  GO_VERSION,
  MIN_API_VERSION,
  RUNC,
  TINI,
} from './versions.ts';

const decoder = new TextDecoder();

const kernelVersion = (engine: Engine): string => engine.sys.uname().release;

/** PRETTY_NAME of the host. */
function operatingSystem(engine: Engine): { name: string; version: string } {
  const { files } = engine.kernel.init.mnt;
  const text = files.exists('/etc/os-release') ? decoder.decode(files.read('/etc/os-release')) : '';
  const value = (key: string): string => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { name: value('PRETTY_NAME') || 'Linux', version: value('VERSION_ID') };
}

/** GET /version. */
export function versionInfo(engine: Engine): VersionResponse {
  const details = {
    ApiVersion: API_VERSION,
    Arch: 'amd64',
    BuildTime: BUILD_TIME,
    Experimental: 'false',
    GitCommit: GIT_COMMIT,
    GoVersion: GO_VERSION,
    KernelVersion: kernelVersion(engine),
    MinAPIVersion: MIN_API_VERSION,
    Os: 'linux',
  };
  return {
    Platform: { Name: '' },
    Version: ENGINE_VERSION,
    ApiVersion: API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    Os: 'linux',
    Arch: 'amd64',
    Components: [
      { Name: 'Engine', Version: ENGINE_VERSION, Details: details },
      { Name: 'containerd', Version: CONTAINERD.version, Details: { GitCommit: CONTAINERD.commit } },
      { Name: 'runc', Version: RUNC.version, Details: { GitCommit: RUNC.commit } },
      { Name: 'docker-init', Version: TINI.version, Details: { GitCommit: TINI.commit } },
    ],
    GitCommit: GIT_COMMIT,
    GoVersion: GO_VERSION,
    KernelVersion: kernelVersion(engine),
    BuildTime: BUILD_TIME,
  };
}

/** What whoever asks an open API is told. */
const insecureWarning = (address: string): string =>
  `[DEPRECATION NOTICE]: API is accessible on http://${address} without encryption.
         Access to the remote API is equivalent to root access on the host. Refer
         to the 'Docker daemon attack surface' section in the documentation for
         more information: https://docs.docker.com/go/attack-surface/
In future versions this will be a hard failure preventing the daemon from starting! Learn more at: https://docs.docker.com/go/api-security/`;

/** GET /info. */
export function systemInfo(engine: Engine): InfoResponse {
  const containers = engine.containers.all();
  const count = (test: (status: string) => boolean): number =>
    containers.filter((container) => test(container.state.status)).length;
  const images = new Set(engine.images.store.list().map((record) => record.target.digest));
  const os = operatingSystem(engine);
  const { cpus, memory } = engine.hostSize;
  return {
    ID: engine.id,
    Containers: containers.length,
    ContainersRunning: count((status) => status === 'running' || status === 'restarting'),
    ContainersPaused: count((status) => status === 'paused'),
    ContainersStopped: count((status) => !['running', 'restarting', 'paused'].includes(status)),
    Images: images.size,
    Driver: 'overlayfs',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
    },
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 24 + containers.length * 4,
    OomKillDisable: false,
    NGoroutines: 46 + containers.length * 6,
    SystemTime: rfc3339(engine.instants.now()),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '2',
    NEventsListener: engine.events.followers,
    KernelVersion: kernelVersion(engine),
    OperatingSystem: os.name,
    OSVersion: os.version,
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: {
      IndexConfigs: { 'docker.io': { Mirrors: [], Name: 'docker.io', Official: true, Secure: true } },
      InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
      Mirrors: null,
    },
    NCPU: cpus,
    MemTotal: memory,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: engine.kernel.init.uts.hostname,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: ENGINE_VERSION,
    Runtimes: {
      'io.containerd.runc.v2': { path: 'runc' },
      runc: { path: 'runc' },
    },
    DefaultRuntime: 'runc',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: CONTAINERD.commit },
    RuncCommit: { ID: RUNC.commit },
    InitCommit: { ID: TINI.commit },
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    FirewallBackend: { Driver: 'iptables' },
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    Containerd: {
      Address: '/run/containerd/containerd.sock',
      Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' },
    },
    Warnings: engine.insecure.length > 0 ? engine.insecure.map(insecureWarning) : null,
  };
}
