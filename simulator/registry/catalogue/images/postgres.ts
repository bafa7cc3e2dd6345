/** `postgres`. */
import { IMAGE_TOOLS } from '../../../programs/names.ts';
import type { Layer } from '../../../kernel/fs/layer.ts';
import {
  BUILDKIT,
  catalogueLayer,
  copy,
  meta,
  run,
  seconds,
  type CatalogueImage,
  type CatalogueVersion,
} from '../image.ts';
import { LayerDraft } from '../draft.ts';
import { addAccounts } from '../roots/added.ts';
import { ALPINE_322 } from './alpine.ts';
import { BOOKWORM_SLIM, debianStep } from './debian.ts';

const created = '2026-11-14T00:41:10Z';

/** Initialises the database on first start as POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB say, then runs it as postgres. */
const ENTRYPOINT = `#!/bin/sh
set -e

if [ "\${1#-}" != "$1" ]; then
	set -- postgres "$@"
fi

if [ "$1" = 'postgres' ]; then
	: "\${PGDATA:=/var/lib/postgresql/data}"
	mkdir -p "$PGDATA"
	if [ "$(id -u)" = '0' ]; then
		chown -R postgres "$PGDATA"
		chmod 700 "$PGDATA"
		exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$0" "$@"
	fi
	if [ ! -s "$PGDATA/PG_VERSION" ]; then
		if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != 'trust' ]; then
			cat >&2 <<-'EOE'
				Error: Database is uninitialized and superuser password is not specified.
				       You must specify POSTGRES_PASSWORD to a non-empty value for the
				       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

				       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
				       connections without a password. This is *not* recommended.

				       See PostgreSQL documentation about "trust":
				       https://www.postgresql.org/docs/current/auth-trust.html
			EOE
			exit 1
		fi
		initdb --username="\${POSTGRES_USER:-postgres}" -D "$PGDATA"
		echo
		echo 'PostgreSQL init process complete; ready for start up.'
		echo
	else
		echo
		echo 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
		echo
	fi
fi

exec "$@"
`;

const user = (id: string, base: () => Layer, shell: string) =>
  catalogueLayer(id, () => {
    const draft = new LayerDraft(seconds(created));
    const uid = id.endsWith('alpine') ? 70 : 999;
    addAccounts(draft, base(), [{ name: 'postgres', uid, gid: uid, home: '/var/lib/postgresql', shell }]);
    return draft.dir('/var/lib/postgresql', { uid, gid: uid, mode: 0o1777 }).freeze();
  });
const userDebian = user('postgres-user-bookworm', BOOKWORM_SLIM.build, '/bin/bash');
const userAlpine = user('postgres-user-alpine', ALPINE_322.build, '/bin/sh');

const server = (id: string, major: string, size: number) =>
  catalogueLayer(id, () => {
    const draft = new LayerDraft(seconds(created));
    const bin = `/usr/lib/postgresql/${major}/bin`;
    for (const [path, program] of Object.entries(IMAGE_TOOLS.postgres ?? {})) {
      const tool = path.slice(path.lastIndexOf('/') + 1);
      draft.program(`${bin}/${tool}`, program, tool === 'postgres' ? 9_600_000 : undefined);
      if (tool !== 'postgres') draft.symlink(`/usr/bin/${tool}`, `${bin}/${tool}`);
    }
    return draft
      .file(
        '/usr/share/postgresql/postgresql.conf.sample',
        "listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n",
      )
      .dir('/docker-entrypoint-initdb.d')
      .dir('/var/run/postgresql', { uid: 999, gid: 999, mode: 0o3777 })
      .fillTo(size, `/usr/lib/postgresql/${major}/lib/bitcode.bc`)
      .freeze();
  });
const entrypoint = catalogueLayer('postgres-entrypoint', () =>
  new LayerDraft(seconds(created)).file('/usr/local/bin/docker-entrypoint.sh', ENTRYPOINT, { mode: 0o755 }).freeze(),
);

function version(tags: readonly string[], number: string, alpine: boolean): CatalogueVersion {
  const major = number.split('.')[0]!;
  const kind = alpine ? 'alpine' : 'bookworm';
  const data = major === '18' ? '/var/lib/postgresql/18/docker' : '/var/lib/postgresql/data';
  const volume = major === '18' ? '/var/lib/postgresql' : data;
  return {
    tags,
    created,
    config: {
      ExposedPorts: { '5432/tcp': {} },
      Env: [
        `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`,
        'GOSU_VERSION=1.19',
        'LANG=en_US.utf8',
        `PG_MAJOR=${major}`,
        `PG_VERSION=${number}${alpine ? '' : '-1.pgdg12+1'}`,
        `PGDATA=${data}`,
      ],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      Volumes: { [volume]: {} },
      StopSignal: 'SIGINT',
    },
    steps: [
      alpine
        ? { by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit', comment: BUILDKIT, layer: ALPINE_322 }
        : debianStep('bookworm', BOOKWORM_SLIM),
      run(
        'set -eux; \tgroupadd -r postgres --gid=999; \tuseradd -r -g postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres; \tmkdir -p /var/lib/postgresql; \tchown -R postgres:postgres /var/lib/postgresql',
        alpine ? userAlpine : userDebian,
      ),
      meta('ENV GOSU_VERSION=1.19'),
      meta('ENV LANG=en_US.utf8'),
      meta(`ENV PG_MAJOR=${major}`),
      meta(`ENV PG_VERSION=${number}`),
      run(
        'set -ex; \t\texport PYTHONDONTWRITEBYTECODE=1; \t\tdpkgArch="$(dpkg --print-architecture)"; \taptRepo="[ signed-by=/usr/local/share/keyrings/postgres.gpg.asc ] http://apt.postgresql.org/pub/repos/apt/ bookworm-pgdg main $PG_MAJOR"',
        server(`postgres-${number}-${kind}`, major, alpine ? 270_000_000 : 348_000_000),
      ),
      meta(`ENV PGDATA=${data}`),
      meta(`VOLUME [${volume}]`),
      copy('docker-entrypoint.sh docker-ensure-initdb.sh /usr/local/bin/ ', entrypoint),
      meta('ENTRYPOINT ["docker-entrypoint.sh"]'),
      meta('STOPSIGNAL SIGINT'),
      meta('EXPOSE map[5432/tcp:{}]'),
      meta('CMD ["postgres"]'),
    ],
  };
}

export const image: CatalogueImage = {
  repository: 'library/postgres',
  description: 'The PostgreSQL object-relational database system provides reliability and data integrity.',
  stars: 14_508,
  versions: [
    version(['latest', '18', '18.1', 'bookworm', '18-bookworm'], '18.1', false),
    version(['alpine', '18-alpine', '18.1-alpine'], '18.1', true),
    version(['17', '17.7', '17-bookworm'], '17.7', false),
    version(['17-alpine', '17.7-alpine'], '17.7', true),
    version(['16', '16.11', '16-bookworm', '15'], '16.11', false),
    version(['16-alpine', '16.11-alpine', '15-alpine'], '16.11', true),
  ],
};
