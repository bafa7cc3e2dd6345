import type { ContainerSetup } from '../state.ts';
import type { Container } from './container.ts';

/** What a container was created with, as plain data for the event log. */
export function setupOf(container: Container): ContainerSetup {
  const { config, hostConfig } = container;
  return {
    argv: [container.path, ...container.args],
    env: [...(config.Env ?? [])],
    tty: config.Tty,
    openStdin: config.OpenStdin,
    attached: config.AttachStdout || config.AttachStderr,
    autoRemove: hostConfig.AutoRemove,
    restart: hostConfig.RestartPolicy.Name,
    user: config.User,
    workingDir: config.WorkingDir,
    hostname: config.Hostname,
    network: hostConfig.NetworkMode,
    publish: Object.entries(hostConfig.PortBindings ?? {}).flatMap(([spec, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) =>
        [...(HostIp ? [HostIp] : []), HostPort ?? '', spec.replace(/\/tcp$/, '')].join(':'),
      ),
    ),
    mounts: container.mounts.map((mount) => ({
      type: mount.type,
      source: mount.type === 'volume' ? mount.name : mount.source,
      destination: mount.destination,
      anonymous: mount.type === 'volume' && /^[0-9a-f]{64}$/.test(mount.name),
      readonly: mount.readonly,
    })),
  };
}
