/** `redis`. */
import type { Layer } from '../../../kernel/fs/layer.ts';
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
import { addAccounts } from '../roots/added.ts';
import { ALPINE_322 } from './alpine.ts';
import { BOOKWORM_SLIM, debianStep } from './debian.ts';

const created = '2026-11-09T20:03:37Z';

/** Gives `redis-server` the privileges of user redis, and lets flags or a config file stand alone. */
const ENTRYPOINT = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
# or first arg is \`something.conf\`
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

# allow the container to be started with \`--user\`
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \\! -user redis -exec chown redis '{}' +
	exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi

# set an appropriate umask (if one isn't set already)
um="$(umask)"
if [ "$um" = '0022' ]; then
	umask 0077
fi

exec "$@"
`;

const user = (id: string, base: () => Layer) =>
  catalogueLayer(id, () => {
    const draft = new LayerDraft(seconds(created));
    addAccounts(draft, base(), [
      { name: 'redis', uid: 999, gid: id.endsWith('alpine') ? 1000 : 999, home: '/data', shell: '/bin/sh' },
    ]);
    return draft.freeze();
  });
const server = (id: string, size: number) =>
  catalogueLayer(id, () =>
    new LayerDraft(seconds(created))
      .programs(NET_IMAGES.redis ?? {}, {
        '/usr/local/bin/redis-server': 17_600_000,
        '/usr/local/bin/redis-cli': 7_100_000,
      })
      .fillTo(size, '/usr/local/lib/redis/modules/redisearch.so')
      .freeze(),
  );
const data = catalogueLayer('redis-data', () =>
  new LayerDraft(seconds(created)).dir('/data', { uid: 999, gid: 999 }).freeze(),
);
const workdir = catalogueLayer('redis-workdir', () =>
  new LayerDraft(seconds(created)).dir('/data', { uid: 999, gid: 999 }).freeze(),
);
const entrypoint = catalogueLayer('redis-entrypoint', () =>
  new LayerDraft(seconds(created)).file('/usr/local/bin/docker-entrypoint.sh', ENTRYPOINT, { mode: 0o755 }).freeze(),
);

function version(tags: readonly string[], number: string, alpine: boolean): CatalogueVersion {
  const kind = alpine ? 'alpine' : 'bookworm';
  return {
    tags,
    created,
    config: {
      ExposedPorts: { '6379/tcp': {} },
      Env: [
        PATH,
        `REDIS_VERSION=${number}`,
        `REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-${number}.tar.gz`,
      ],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server', '--protected-mode', 'no'],
      Volumes: { '/data': {} },
      WorkingDir: '/data',
    },
    steps: [
      alpine
        ? { by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit', comment: BUILDKIT, layer: ALPINE_322 }
        : debianStep('bookworm', BOOKWORM_SLIM),
      run(
        'set -eux; \tgroupadd -r -g 999 redis; \tuseradd -r -g redis -u 999 redis',
        user(`redis-user-${kind}`, alpine ? ALPINE_322.build : BOOKWORM_SLIM.build),
      ),
      meta(`ENV REDIS_VERSION=${number}`),
      meta(`ENV REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-${number}.tar.gz`),
      run(
        'set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\twget \t\t\t\tgcc \t\tlibc6-dev \t\tlibssl-dev \t\tmake',
        server(`redis-${number}-${kind}`, alpine ? 33_000_000 : 42_000_000),
      ),
      run('mkdir /data && chown redis:redis /data', data),
      meta('VOLUME [/data]'),
      { by: 'WORKDIR /data', comment: BUILDKIT, layer: workdir },
      copy('docker-entrypoint.sh /usr/local/bin/ ', entrypoint),
      meta('ENTRYPOINT ["docker-entrypoint.sh"]'),
      meta('EXPOSE map[6379/tcp:{}]'),
      meta('CMD ["redis-server" "--protected-mode" "no"]'),
    ],
  };
}

export const image: CatalogueImage = {
  repository: 'library/redis',
  description: "Redis is the world's fastest data platform for caching, vector search, and NoSQL databases.",
  stars: 13_480,
  versions: [
    version(['latest', '8', '8.2', '8.2.3', 'bookworm', '8-bookworm'], '8.2.3', false),
    version(['alpine', '8-alpine', '8.2-alpine', '8.2.3-alpine'], '8.2.3', true),
    version(['7', '7.4', '7.4.7', '7-bookworm', '6', '7.2'], '7.4.7', false),
    version(['7-alpine', '7.4-alpine', '7.4.7-alpine', '6-alpine', '7.2-alpine'], '7.4.7', true),
  ],
};
