/** `registry`: the distribution registry. */
import { NET_IMAGES } from '../../../programs/net/names.ts';
import {
  BUILDKIT,
  catalogueLayer,
  copy,
  meta,
  PATH,
  run,
  seconds,
  type CatalogueImage,
  type CatalogueVersion,
} from '../image.ts';
import { LayerDraft } from '../draft.ts';
import { ALPINE_322 } from './alpine.ts';

const created = '2026-09-29T17:21:50Z';

const CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

const ENTRYPOINT = `#!/bin/sh

set -e

case "$1" in
    *.yaml|*.yml) set -- registry serve "$@" ;;
    serve|garbage-collect|help|-*) set -- registry "$@" ;;
esac

exec "$@"
`;

const certificates = catalogueLayer('registry-ca', () =>
  new LayerDraft(seconds(created)).filler('/etc/ssl/certs/ca-cert-bundle.pem', 600_000, { noise: 0.6 }).freeze(),
);
const binary = (id: string, size: number) =>
  catalogueLayer(id, () =>
    new LayerDraft(seconds(created)).programs(NET_IMAGES.registry ?? {}, { '/bin/registry': size }).freeze(),
  );
const files = (id: string, path: string) =>
  catalogueLayer(id, () => new LayerDraft(seconds(created)).file(path, CONFIG).freeze());
const entrypoint = catalogueLayer('registry-entrypoint', () =>
  new LayerDraft(seconds(created)).file('/entrypoint.sh', ENTRYPOINT, { mode: 0o755 }).freeze(),
);

function version(tags: readonly string[], number: string, configPath: string, size: number): CatalogueVersion {
  const major = number.split('.')[0]!;
  return {
    tags,
    created,
    config: {
      ExposedPorts: { '5000/tcp': {} },
      Env: [PATH, ...(major === '3' ? ['OTEL_TRACES_EXPORTER=none'] : [])],
      Entrypoint: ['/entrypoint.sh'],
      Cmd: [configPath],
      Volumes: { '/var/lib/registry': {} },
    },
    steps: [
      { by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit', comment: BUILDKIT, layer: ALPINE_322 },
      meta('CMD ["/bin/sh"]'),
      run('apk add --no-cache ca-certificates', certificates),
      copy('./registry /bin/registry ', binary(`registry-${number}`, size)),
      copy(`./config-example.yml ${configPath} `, files(`registry-config-${major}`, configPath)),
      meta('VOLUME [/var/lib/registry]'),
      meta('EXPOSE map[5000/tcp:{}]'),
      copy('docker-entrypoint.sh /entrypoint.sh ', entrypoint),
      meta('ENTRYPOINT ["/entrypoint.sh"]'),
      meta(`CMD ["${configPath}"]`),
    ],
  };
}

export const image: CatalogueImage = {
  repository: 'library/registry',
  description: 'Distribution implementation for storing and distributing of container images and artifacts',
  stars: 4182,
  versions: [
    version(['latest', '3', '3.0', '3.0.0'], '3.0.0', '/etc/distribution/config.yml', 46_000_000),
    version(['2', '2.8', '2.8.3'], '2.8.3', '/etc/docker/registry/config.yml', 17_600_000),
  ],
};
