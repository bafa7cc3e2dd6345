import type { ContainerConfig, ContainerInspect, ContainerState, MountPoint } from '../../api/types.ts';
import type { Engine } from '../engine.ts';
import { sortKeys } from '../http.ts';
import { endpointView } from '../networks/view.ts';
import { rfc3339, ZERO_TIME } from '../time.ts';
import type { Container } from './container.ts';
import { containerDir, logPath } from './host-files.ts';
import { writableSize } from './remove.ts';

const time = (at: number): string => (at === 0 ? ZERO_TIME : rfc3339(at));

function stateView(container: Container): ContainerState {
  const { state } = container;
  return {
    Status: state.status,
    Running: state.running,
    Paused: state.paused,
    Restarting: state.restarting,
    OOMKilled: state.oomKilled,
    Dead: state.dead,
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: time(state.startedAt),
    FinishedAt: time(state.finishedAt),
    ...(state.health
      ? {
          Health: {
            Status: state.health.status,
            FailingStreak: state.health.failingStreak,
            Log: state.health.log.map((entry) => ({ ...entry })),
          },
        }
      : {}),
  };
}

/** What is mounted, as inspect and the list show it: tmpfs only where --mount asked for it. */
export function mountPoints(container: Container): MountPoint[] {
  return container.mounts
    .filter((mount) => mount.listed)
    .map((mount) => ({
      Type: mount.type,
      ...(mount.type === 'volume' ? { Name: mount.name } : {}),
      Source: mount.source,
      Destination: mount.destination,
      ...(mount.type === 'volume' ? { Driver: 'local' } : {}),
      Mode: mount.mode,
      RW: !mount.readonly,
      Propagation: mount.propagation,
    }));
}

/** GET /containers/{id}/json. */
export function inspectContainer(
  engine: Engine,
  container: Container,
  options: { version: number; size: boolean },
): ContainerInspect {
  const { state } = container;
  const old = options.version < 152;
  const dir = container.hostFiles ? containerDir(container) : '';
  const file = (name: string): string => (dir === '' ? '' : `${dir}/${name}`);
  const running = [...container.execs].filter((id) => engine.execs.find(id)?.running);
  const networks = sortKeys(
    Object.fromEntries(
      [...container.wanted].map(([name, wanted]) => {
        const live = container.endpoints.get(name);
        const id = live || state.startedAt !== 0 ? (engine.networks.find(name)?.id ?? '') : '';
        return [name, endpointView(wanted, live, id)];
      }),
    ),
  );
  const bridge = container.endpoints.get('bridge');
  const size = options.size ? writableSize(container) : 0;
  return {
    Id: container.id,
    Created: rfc3339(container.created),
    Path: container.path,
    Args: [...container.args],
    State: stateView(container),
    Image: container.imageId,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: container.hostFiles ? logPath(container) : '',
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: running.length > 0 ? running : null,
    HostConfig: container.hostConfig,
    ...(old
      ? { GraphDriver: { Data: null, Name: 'overlayfs' } }
      : { Storage: { RootFS: { Snapshot: { Name: 'overlayfs' } } } }),
    ...(options.size ? { SizeRw: size, SizeRootFs: size + imageSize(engine, container) } : {}),
    Mounts: mountPoints(container),
    Config: configView(container.config, old),
    NetworkSettings: {
      ...(old
        ? {
            Bridge: '',
            SandboxID: container.sandbox?.id ?? '',
            SandboxKey: container.sandbox?.key ?? '',
            Ports: { ...container.ports?.bindings },
            HairpinMode: false,
            LinkLocalIPv6Address: '',
            LinkLocalIPv6PrefixLen: 0,
            SecondaryIPAddresses: null,
            SecondaryIPv6Addresses: null,
            EndpointID: bridge?.id ?? '',
            Gateway: bridge?.gateway ?? '',
            GlobalIPv6Address: '',
            GlobalIPv6PrefixLen: 0,
            IPAddress: bridge?.address ?? '',
            IPPrefixLen: bridge?.prefix ?? 0,
            IPv6Gateway: '',
            MacAddress: bridge?.mac ?? '',
          }
        : {
            SandboxID: container.sandbox?.id ?? '',
            SandboxKey: container.sandbox?.key ?? '',
            Ports: { ...container.ports?.bindings },
          }),
      Networks: networks,
    },
    ...(container.manifest ? { ImageManifestDescriptor: container.manifest } : {}),
  };
}

/** Before API 1.52 the config always shows OnBuild. */
function configView(config: ContainerConfig, old: boolean): ContainerConfig {
  if (!old) return config;
  const { Labels, StopSignal, StopTimeout, Shell, ...rest } = config;
  return {
    ...rest,
    OnBuild: null,
    Labels,
    ...(StopSignal === undefined ? {} : { StopSignal }),
    ...(StopTimeout === undefined ? {} : { StopTimeout }),
    ...(Shell === undefined ? {} : { Shell }),
  };
}

/** Bytes of the image's unpacked layers. */
export function imageSize(engine: Engine, container: Container): number {
  const { store } = engine.images;
  const image = container.manifest && store.images(container.manifest as Parameters<typeof store.images>[0])[0];
  return image ? image.chainIds.reduce((sum, id) => sum + (store.snapshots.get(id)?.usage ?? 0), 0) : 0;
}
