import type { ContainerCreateRequest, ContainerCreateResponse, MountSpec } from '../../api/types.ts';
import type { FileAccess } from '../../kernel/kernel.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalid, notFound } from '../errors.ts';
import { wantedNetworks } from '../networks/wanted.ts';
import { backingOf } from '../volumes/store.ts';
import { Container, type ContainerMount } from './container.ts';
import { fullHostConfig, mergedConfig, type InheritedConfig } from './host-config.ts';
import { LogStore } from './log-store.ts';
import { anonymousMount, parseBind, parseMount, parseTmpfs, parseVolumesFrom } from './mount-spec.ts';
import { checkName, generateName } from './names.ts';
import { initLayer, mountRoot } from './rootfs.ts';
import { setupOf } from './setup.ts';
import { checkConfig, checkHostConfig, checkNamespaces } from './validate.ts';

/** Creates a container as POST /containers/create does. Throws Docker's texts; nothing is left behind then. */
export async function createContainer(
  engine: Engine,
  request: ContainerCreateRequest,
  options: { name: string; platform: string },
): Promise<ContainerCreateResponse> {
  const given = request.HostConfig ?? {};
  checkConfig(request);
  checkNamespaces(request, given);
  checkHostConfig(given, engine.hostSize);
  const warnings = warningsFor(request);
  const reference = request.Image ?? '';
  if (reference === '') throw invalid('invalid reference format');
  const image = await engine.images.runnable(reference, options.platform);
  const id = engine.kernel.random.hex(64);
  const config = mergedConfig(request, inherited(image.config.config), id);
  if (given.NetworkMode === 'host' && !request.Hostname) {
    config.Hostname = engine.kernel.init.uts.hostname;
  }
  const joined = joinedNetwork(engine, given.NetworkMode ?? '');
  if (joined !== undefined) config.Hostname = joined.config.Hostname;
  if ((config.Entrypoint ?? []).length === 0 && (config.Cmd ?? []).length === 0) throw invalid('no command specified');
  const hostConfig = fullHostConfig(given);
  const wanted = wantedNetworks(hostConfig.NetworkMode, request.NetworkingConfig, (name) => engine.networks.find(name));
  if (options.name !== '') checkName(options.name);
  const name =
    options.name === ''
      ? generateName(engine.kernel.random, (taken) => engine.containers.taken(taken), id)
      : options.name.replace(/^\//, '');
  engine.containers.reserve(name, id);
  try {
    hostConfig.Links = resolveLinks(engine, hostConfig.Links, name);
    const created = engine.instants.now();
    const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
    const layers = [initLayer(image.layers, created), ...image.layers];
    const parts = { layers, upper: engine.kernel.createUpper() };
    const files = mountRoot(engine.kernel, parts).files;
    const mounts = await resolveMounts(engine, id, request, Object.keys(config.Volumes ?? {}));
    makeWorkingDir(files, config.WorkingDir);
    for (const mount of mounts) if (mount.type === 'volume') copyUp(engine, files, mount);
    const container = new Container({
      id,
      name,
      created,
      config,
      hostConfig,
      imageId: image.id,
      manifest: image.manifest,
      path: argv[0]!,
      args: argv.slice(1),
      ...parts,
      mounts,
      wanted,
      log: new LogStore(hostConfig.LogConfig.Type, () => engine.instants.now(), logLimit(hostConfig.LogConfig.Config)),
    });
    await engine.delay(15);
    engine.containers.add(container);
    engine.containerEvent(container, 'create');
    engine.kernel.log.emit('container.create', {
      id,
      name,
      image: reference,
      imageId: image.id,
      layers: image.layers.length,
      config: setupOf(container),
    });
  } catch (error) {
    engine.containers.release(name);
    throw error;
  }
  return { Id: id, Warnings: warnings };
}

/** Legacy links as they are kept: `/target:/container/alias`. */
function resolveLinks(engine: Engine, links: readonly string[] | null, name: string): string[] | null {
  if (links === null || links.length === 0) return null;
  return links.map((link) => {
    const [target = '', alias = target] = link.split(':');
    const other = engine.containers.find(target);
    if (other === undefined) throw invalid(`could not get container for ${target}: No such container: ${target}`);
    return `/${other.name}:/${name}/${alias.replace(/^.*\//, '')}`;
  });
}

/** The image's config as a container inherits it, in the API's (mutable) types. */
function inherited(config: unknown): InheritedConfig {
  return structuredClone(config ?? {}) as InheritedConfig;
}

function warningsFor(request: ContainerCreateRequest): string[] {
  const host = request.HostConfig ?? {};
  const warnings: string[] = [];
  const published = Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts;
  if (host.NetworkMode === 'host' && published)
    warnings.push('Published ports are discarded when using host network mode');
  return warnings;
}

function joinedNetwork(engine: Engine, mode: string): Container | undefined {
  return mode.startsWith('container:') ? engine.containers.find(mode.slice('container:'.length)) : undefined;
}

/** Reads `max-size` and `max-file` of the log driver: how many bytes are kept. */
function logLimit(options: Readonly<Record<string, string>> | null): number {
  const match = /^(\d+)([kmg]?)b?$/i.exec(options?.['max-size'] ?? '');
  if (match === null) return 0;
  const unit = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[match[2]!.toLowerCase()] ?? 1;
  return Number(match[1]) * unit * Number(options?.['max-file'] ?? '1');
}

/** Creates the working directory where it is missing (container.SetupWorkingDirectory). */
function makeWorkingDir(files: FileAccess, dir: string): void {
  if (dir === '' || dir === '/') return;
  let path = '';
  for (const part of dir.split('/').filter((one) => one !== '')) {
    path += `/${part}`;
    if (!files.exists(path)) files.mkdir(path, { mode: 0o755 });
    else if (files.stat(path).type !== 'dir') throw invalid(`Cannot mkdir: ${path} is not a directory`);
  }
}

/**
 * Decides what is mounted where: --volumes-from first, then -v, --mount, the image's volumes and --tmpfs. Creates the
 * volumes that are missing.
 */
async function resolveMounts(
  engine: Engine,
  id: string,
  request: ContainerCreateRequest,
  declared: readonly string[],
): Promise<ContainerMount[]> {
  const host = request.HostConfig ?? {};
  const exists = (path: string): boolean => engine.kernel.init.mnt.files.exists(path);
  const mounts = new Map<string, ContainerMount>();
  for (const text of host.VolumesFrom ?? []) {
    const { container: reference, mode } = parseVolumesFrom(text);
    const source = engine.containers.find(reference);
    // Not a 404: the client would take that for a missing image.
    if (source === undefined) throw invalid(`No such container: ${reference}`);
    for (const mount of source.mounts)
      if (mount.type !== 'tmpfs')
        mounts.set(mount.destination, {
          ...mount,
          readonly: mount.readonly || mode === 'ro',
          mode: mode === 'rw' ? mount.mode : mode,
          copyUp: false,
        });
  }
  const own = new Set<string>();
  const add = (mount: ContainerMount): void => {
    if (own.has(mount.destination)) throw invalid(`Duplicate mount point: ${mount.destination}`);
    own.add(mount.destination);
    mounts.set(mount.destination, mount);
  };
  for (const text of host.Binds ?? []) add(parseBind(text));
  for (const spec of host.Mounts ?? []) add(parseMount(spec, exists));
  for (const path of [...Object.keys(request.Volumes ?? {}), ...declared]) {
    if (path.includes(':')) {
      if (!own.has(parseBind(path).destination)) add(parseBind(path));
      continue;
    }
    const mount = anonymousMount(path);
    if (!own.has(mount.destination) && !mounts.has(mount.destination)) add(mount);
  }
  for (const [path, options] of Object.entries(host.Tmpfs ?? {})) add(parseTmpfs(path, options));
  const resolved: ContainerMount[] = [];
  for (const mount of mounts.values()) {
    if (mount.type !== 'volume') {
      if (mount.image !== undefined) await engine.images.runnable(mount.image, '');
      resolved.push(mount);
      continue;
    }
    const spec = (host.Mounts ?? []).find((one) => one.Target === mount.destination);
    const volume = engine.volumes.create({
      ...(mount.name === '' ? {} : { Name: mount.name }),
      ...volumeOptions(spec),
      ...(host.VolumeDriver ? { Driver: host.VolumeDriver } : {}),
    });
    engine.volumes.refer(volume.name, id);
    resolved.push({ ...mount, name: volume.name, source: volume.mountpoint });
  }
  return resolved;
}

function volumeOptions(spec: MountSpec | undefined): {
  Labels?: Record<string, string>;
  DriverOpts?: Record<string, string>;
} {
  const options = spec?.VolumeOptions;
  return {
    ...(options?.Labels ? { Labels: options.Labels } : {}),
    ...(options?.DriverConfig?.Options ? { DriverOpts: options.DriverConfig.Options } : {}),
  };
}

/** An empty volume is filled with what the image holds at its place, owner and mode included. */
function copyUp(engine: Engine, files: FileAccess, mount: ContainerMount): void {
  if (!mount.copyUp || mount.subpath !== '') return;
  const host = engine.kernel.init.mnt.files;
  const volume = engine.volumes.find(mount.name);
  const backing = volume && backingOf(volume);
  if (backing?.kind !== 'folder' || !host.exists(backing.path) || !files.exists(mount.destination)) return;
  const { path } = backing;
  const at = files.stat(mount.destination);
  if (at.type !== 'dir') throw conflict(`cannot mount volume over existing file, file exists ${mount.destination}`);
  if (host.readdir(path).length > 0) return;
  host.apply(path, files.snapshot(mount.destination));
  host.chown(path, at.uid, at.gid);
  host.chmod(path, at.mode);
}

/** The container a namespace mode like `container:web` names. Throws when there is none or it does not run. */
export function namespaceOwner(engine: Engine, mode: string): Container {
  const reference = mode.slice('container:'.length);
  const owner = engine.containers.find(reference);
  if (owner === undefined) throw notFound(`No such container: ${reference}`);
  if (owner.runtime === undefined || owner.state.restarting)
    throw conflict(`cannot join network namespace of a non running container: ${owner.id}`);
  return owner;
}
