/** Databases and caches beside postgres and redis: `mysql`, `mariadb`, `mongo`, `memcached`, `rabbitmq`. */
import { PATH, type CatalogueImage } from '../image.ts';
import { keys, service } from './service.ts';

const created = '2026-11-06T22:40:19Z';

/** Refuses to start without a password, as the official entrypoints do, and then runs the server as its own user. */
const sqlEntrypoint = (server: string, user: string, prefix: string, label: string): string => `#!/bin/bash
set -eo pipefail

note() {
	echo "$(date --rfc-3339=seconds) [Note] [Entrypoint]: $*"
}
fail() {
	echo "$(date --rfc-3339=seconds) [ERROR] [Entrypoint]: $*" >&2
	exit 1
}

if [ "\${1:0:1}" = '-' ]; then
	set -- ${server} "$@"
fi

if [ "$1" = '${server}' ]; then
	note "Entrypoint script for ${label} started."
	if [ ! -d /var/lib/mysql/mysql ]; then
		if [ -z "$${prefix}_ROOT_PASSWORD$${prefix}_ALLOW_EMPTY_PASSWORD$${prefix}_RANDOM_ROOT_PASSWORD$MYSQL_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
			fail $'Database is uninitialized and password option is not specified\\n    You need to specify one of the following as an environment variable:\\n    - ${prefix}_ROOT_PASSWORD\\n    - ${prefix}_ALLOW_EMPTY_PASSWORD\\n    - ${prefix}_RANDOM_ROOT_PASSWORD'
		fi
		note "Initializing database files"
		mkdir -p /var/lib/mysql/mysql
		chown -R ${user} /var/lib/mysql
	fi
fi

exec "$@"
`;

const mysqlUser = { name: 'mysql', uid: 999, gid: 999, home: '/var/lib/mysql', shell: '/bin/bash' };

const mysqlVersion = (tags: readonly string[], number: string) =>
  service({
    id: `mysql-${number}`,
    tags,
    created,
    base: 'debian',
    account: mysqlUser,
    programs: {
      '/usr/sbin/mysqld': 'mysql:mysqld',
      '/usr/bin/mysql': 'mysql:mysql',
      '/usr/bin/mysqladmin': 'mysql:mysqladmin',
      '/usr/bin/mysqldump': 'mysql:mysqldump',
    },
    sizes: { '/usr/sbin/mysqld': 75_000_000 },
    files: {
      '/etc/my.cnf':
        '[mysqld]\nskip-host-cache\nskip-name-resolve\ndatadir=/var/lib/mysql\nsocket=/var/run/mysqld/mysqld.sock\nuser=mysql\n',
    },
    dirs: [
      ['/var/lib/mysql', 999, 0o1777],
      ['/var/run/mysqld', 999, 0o1777],
      ['/docker-entrypoint-initdb.d', 0, 0o755],
    ],
    size: 240_000_000,
    filler: '/usr/lib/mysql/plugin/plugins.so',
    install: 'set -eux; \tmicrodnf install -y \t\tmysql-community-server-minimal',
    entrypoint: [
      '/usr/local/bin/docker-entrypoint.sh',
      sqlEntrypoint('mysqld', 'mysql', 'MYSQL', `MySQL Server ${number}-1.el9`),
    ],
    config: {
      ExposedPorts: keys('3306/tcp', '33060/tcp'),
      Env: [
        PATH,
        'GOSU_VERSION=1.19',
        `MYSQL_MAJOR=${number.split('.').slice(0, 2).join('.')}`,
        `MYSQL_VERSION=${number}-1.el9`,
      ],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['mysqld'],
      Volumes: keys('/var/lib/mysql'),
    },
  });

export const mysql: CatalogueImage = {
  repository: 'library/mysql',
  description: 'MySQL is a widely used, open-source relational database management system (RDBMS).',
  stars: 16_010,
  versions: [
    mysqlVersion(['latest', '9', '9.5', '9.5.0', 'innovation', 'oraclelinux9'], '9.5.0'),
    mysqlVersion(['lts', '8', '8.4', '8.4.7', '8.0', '5.7', '8.0.19', '8.0.27'], '8.4.7'),
  ],
};

export const mariadb: CatalogueImage = {
  repository: 'library/mariadb',
  description: 'MariaDB Server is a high performing open source relational database, forked from MySQL.',
  stars: 6100,
  versions: [
    service({
      id: 'mariadb-12.1',
      tags: [
        'latest',
        '12',
        '12.1',
        '12.1.2',
        'lts',
        '11',
        '11.8',
        '10.11',
        '10',
        '10-focal',
        '10.5',
        '10.6.4-focal',
        '10.9',
      ],
      created,
      base: 'debian',
      account: mysqlUser,
      programs: {
        '/usr/sbin/mariadbd': 'mariadb:mariadbd',
        '/usr/bin/mariadb': 'mariadb:mariadb',
        '/usr/bin/mariadb-admin': 'mariadb:mariadb-admin',
        '/usr/bin/mariadb-dump': 'mariadb:mariadb-dump',
      },
      sizes: { '/usr/sbin/mariadbd': 27_000_000 },
      files: { '/usr/local/bin/healthcheck.sh': '#!/bin/bash\nmariadb-admin ping --silent\n' },
      dirs: [
        ['/var/lib/mysql', 999, 0o755],
        ['/run/mysqld', 999, 0o755],
        ['/docker-entrypoint-initdb.d', 0, 0o755],
      ],
      size: 160_000_000,
      filler: '/usr/lib/mysql/plugin/plugins.so',
      install: 'set -ex; \tapt-get update; \tapt-get install -y mariadb-server mariadb-backup socat',
      entrypoint: [
        '/usr/local/bin/docker-entrypoint.sh',
        sqlEntrypoint('mariadbd', 'mysql', 'MARIADB', 'MariaDB Server 1:12.1.2+maria~deb12'),
      ],
      config: {
        ExposedPorts: keys('3306/tcp'),
        Env: [PATH, 'GOSU_VERSION=1.19', 'LANG=C.UTF-8', 'MARIADB_VERSION=1:12.1.2+maria~deb12'],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['mariadbd'],
        Volumes: keys('/var/lib/mysql'),
      },
    }),
  ],
};

export const mongo: CatalogueImage = {
  repository: 'library/mongo',
  description: 'MongoDB document databases provide high availability and easy scalability.',
  stars: 10_601,
  versions: [
    service({
      id: 'mongo-8.2',
      tags: ['latest', '8', '8.2', '8.2.1', '8.0', '7', '7.0', '6', '6.0', '5', '4.2.0', 'noble', 'jammy'],
      created,
      base: 'debian',
      account: { name: 'mongodb', uid: 999, gid: 999, home: '/data/db', shell: '/usr/sbin/nologin' },
      programs: {
        '/usr/bin/mongod': 'mongo:mongod',
        '/usr/bin/mongosh': 'mongo:mongosh',
        '/usr/bin/mongodump': 'mongo:mongodump',
      },
      sizes: { '/usr/bin/mongod': 196_000_000, '/usr/bin/mongosh': 90_000_000 },
      dirs: [
        ['/data/db', 999, 0o755],
        ['/data/configdb', 999, 0o755],
      ],
      size: 360_000_000,
      filler: '/usr/lib/mongo/tools.bin',
      install:
        'set -x \t&& export DEBIAN_FRONTEND=noninteractive \t&& apt-get update \t&& apt-get install -y mongodb-org',
      entrypoint: [
        '/usr/local/bin/docker-entrypoint.sh',
        '#!/bin/bash\nset -eo pipefail\n\nif [ "${1:0:1}" = \'-\' ]; then\n\tset -- mongod "$@"\nfi\n\nexec "$@"\n',
      ],
      config: {
        ExposedPorts: keys('27017/tcp'),
        Env: [
          PATH,
          'GOSU_VERSION=1.19',
          'JSYAML_VERSION=3.13.1',
          'MONGO_MAJOR=8.2',
          'MONGO_VERSION=8.2.1',
          'HOME=/data/db',
        ],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['mongod'],
        Volumes: keys('/data/configdb', '/data/db'),
      },
    }),
  ],
};

export const memcached: CatalogueImage = {
  repository: 'library/memcached',
  description: 'Free & open source, high-performance, distributed memory object caching system.',
  stars: 2330,
  versions: [
    service({
      id: 'memcached-1.6',
      tags: ['latest', '1', '1.6', '1.6.39', 'bookworm', 'alpine', '1-alpine'],
      created,
      base: 'debian',
      account: { name: 'memcache', uid: 11211, gid: 11211, home: '/nonexistent', shell: '/bin/false' },
      programs: { '/usr/local/bin/memcached': 'memcached:memcached' },
      sizes: { '/usr/local/bin/memcached': 1_100_000 },
      size: 9_800_000,
      filler: '/usr/lib/x86_64-linux-gnu/libssl.so.3',
      install: 'set -eux; \tgroupadd --system --gid 11211 memcache',
      entrypoint: [
        '/usr/local/bin/docker-entrypoint.sh',
        '#!/bin/sh\nset -e\n\nif [ "${1#-}" != "$1" ]; then\n\tset -- memcached "$@"\nfi\n\nexec "$@"\n',
      ],
      config: {
        ExposedPorts: keys('11211/tcp'),
        Env: [PATH, 'MEMCACHED_VERSION=1.6.39'],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['memcached'],
        User: 'memcache',
      },
    }),
  ],
};

export const rabbitmq: CatalogueImage = {
  repository: 'library/rabbitmq',
  description: 'RabbitMQ is an open source multi-protocol messaging broker.',
  stars: 5208,
  versions: [
    service({
      id: 'rabbitmq-4.2',
      tags: ['latest', '4', '4.2', '4.2.1', '4-management', 'management', '3', '3-management', 'alpine', '4-alpine'],
      created,
      base: 'debian',
      account: { name: 'rabbitmq', uid: 999, gid: 999, home: '/var/lib/rabbitmq', shell: '/bin/bash' },
      programs: {
        '/opt/rabbitmq/sbin/rabbitmq-server': 'rabbitmq:rabbitmq-server',
        '/opt/rabbitmq/sbin/rabbitmqctl': 'rabbitmq:rabbitmqctl',
      },
      dirs: [['/var/lib/rabbitmq', 999, 0o777]],
      size: 190_000_000,
      filler: '/opt/erlang/lib/erlang.bin',
      install: 'set -eux; \tapt-get update',
      entrypoint: ['/usr/local/bin/docker-entrypoint.sh', '#!/bin/bash\nset -e\n\nexec "$@"\n'],
      config: {
        ExposedPorts: keys('15691/tcp', '15692/tcp', '25672/tcp', '4369/tcp', '5671/tcp', '5672/tcp'),
        Env: [
          'PATH=/opt/rabbitmq/sbin:/opt/erlang/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'RABBITMQ_VERSION=4.2.1',
          'HOME=/var/lib/rabbitmq',
        ],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['rabbitmq-server'],
        Volumes: keys('/var/lib/rabbitmq'),
      },
    }),
  ],
};
