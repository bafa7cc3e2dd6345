/** Reads the daemon's objects as plain data for the page's panels. */
import { familiarString, parseReference } from '../image/reference.ts';
import type { Digest } from '../image/digest.ts';
import type { Descriptor } from '../image/types.ts';
import type { Container } from './containers/container.ts';
import { shellJoin } from './containers/command-line.ts';
import { writableSize } from './containers/remove.ts';
import type { Engine } from './engine.ts';
import { hostOf, insideOf } from './inside.ts';
import type { ContainerView, ImageView, MachineState, NetworkView, VolumeView } from './state.ts';

function containerView(engine: Engine, container: Container): ContainerView {
  const { state, hostConfig, config } = container;
  const cgroup = container.runtime?.init.cgroup;
  const namespace = container.runtime?.init.namespaces.pid;
  const { store } = engine.images;
  const image = container.manifest && store.images(container.manifest as Descriptor)[0];
  return {
    id: container.id,
    name: container.name,
    image: config.Image,
    imageId: container.imageId,
    command: shellJoin(container.path, container.args),
    created: container.created,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    status: state.status,
    exitCode: state.exitCode,
    oomKilled: state.oomKilled,
    error: state.error,
    health: state.health?.status ?? '',
    restartCount: container.restartCount,
    pid: state.pid,
    processes: (cgroup?.processes() ?? []).map((process) => ({
      pid: process.pid,
      inside: namespace ? process.pidIn(namespace) : 0,
      command: process.argv.join(' '),
    })),
    ...(state.running && container.runtime && { inside: insideOf(container.runtime.init) }),
    labels: { ...config.Labels },
    ports: Object.entries(container.ports?.bindings ?? {}).flatMap(([spec, bound]) => {
      const [port, protocol = 'tcp'] = spec.split('/');
      return (bound ?? []).map(({ HostIp, HostPort }) => ({
        hostIp: HostIp,
        hostPort: Number(HostPort),
        containerPort: Number(port),
        protocol,
      }));
    }),
    networks: [...container.wanted].map(([name, wanted]) => ({
      name,
      address: container.endpoints.get(name)?.address ?? '',
      aliases: [...wanted.aliases],
    })),
    mounts: container.mounts.map((mount) => ({
      type: mount.type,
      source: mount.type === 'volume' ? mount.name : mount.source,
      destination: mount.destination,
      readonly: mount.readonly,
    })),
    limits: { memory: hostConfig.Memory, cpus: hostConfig.NanoCpus / 1e9, pids: hostConfig.PidsLimit ?? 0 },
    usage: {
      memory: cgroup?.usage.memory ?? 0,
      cpu: cgroup?.usage.cpu ?? 0,
      pids: cgroup?.usage.pids ?? 0,
    },
    writable: { size: writableSize(container) },
    layers: [...(image?.diffIds ?? [])],
  };
}

function imageView(engine: Engine, target: Descriptor): ImageView {
  const { images } = engine;
  const { store } = images;
  const image = store.resolve(target);
  const config = image?.config.config;
  let next = 0;
  const history = (image?.config.history ?? []).map((entry) => ({
    createdBy: entry.created_by ?? '',
    created: Date.parse(entry.created ?? '') || 0,
    layer: entry.empty_layer ? undefined : next++,
  }));
  return {
    id: target.digest,
    tags: images
      .names(target.digest)
      .map((record) => parseReference(record.name))
      .filter((reference) => reference.tag !== undefined)
      .map(familiarString),
    created: Date.parse(image?.config.created ?? '') || 0,
    size: store.diskUsage(target),
    platform: image ? `${image.platform.os}/${image.platform.architecture}` : '',
    containers: engine.containers
      .all()
      .filter((container) => container.imageId === target.digest)
      .map((container) => container.id),
    layers: (image?.diffIds ?? []).map((diffId, i) => ({
      diffId,
      digest: image!.manifest.layers[i]?.digest ?? '',
      size: store.snapshots.get(image!.chainIds[i]!)?.usage ?? 0,
      createdBy: history.find((entry) => entry.layer === i)?.createdBy ?? '',
    })),
    history,
    config: {
      entrypoint: [...(config?.Entrypoint ?? [])],
      cmd: [...(config?.Cmd ?? [])],
      env: [...(config?.Env ?? [])],
      workingDir: config?.WorkingDir ?? '',
      user: config?.User ?? '',
      exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
      volumes: Object.keys(config?.Volumes ?? {}),
    },
  };
}

/** Everything the daemon holds, as plain data. */
export function engineState(engine: Engine): Omit<MachineState, 'machines'> {
  const targets = new Map<Digest, Descriptor>();
  for (const record of engine.images.records()) targets.set(record.target.digest, record.target);
  return {
    containers: engine.containers.all().map((container) => containerView(engine, container)),
    images: [...targets.values()].map((target) => imageView(engine, target)),
    networks: engine.networks.all().map((network): NetworkView => ({
      id: network.id,
      name: network.name,
      driver: network.driver,
      subnet: network.pools[0]?.Subnet ?? '',
      gateway: network.pools[0]?.Gateway ?? '',
      internal: network.internal,
      bridge: network.bridge?.name ?? '',
      endpoints: [...network.endpoints.values()].map((endpoint) => ({
        container: endpoint.owner.id,
        name: endpoint.owner.name,
        address: endpoint.address,
        names: [...endpoint.dnsNames],
      })),
    })),
    volumes: engine.volumes.all().map((volume): VolumeView => ({
      name: volume.name,
      anonymous: engine.volumes.isAnonymous(volume),
      mountpoint: volume.mountpoint,
      size: engine.volumes.size(volume),
      labels: { ...volume.labels },
      containers: engine.volumes.users(volume.name),
    })),
    buildCache: [...engine.buildCache.records.values()].map((record) => ({
      id: record.id,
      type: record.type,
      description: record.description,
      size: record.size,
      inUse: record.inUse,
      shared: record.shared,
      created: record.createdAt,
      lastUsed: record.lastUsedAt ?? 0,
      usageCount: record.usageCount,
      parents: [...record.parents],
    })),
    host: hostOf(engine),
  };
}
