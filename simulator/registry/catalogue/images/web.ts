/** Web servers and proxies: `httpd`, `caddy`, `traefik`, `haproxy`. */
import { NET_IMAGES } from '../../../programs/net/names.ts';
import { PATH, type CatalogueImage } from '../image.ts';
import { keys, service } from './service.ts';

const created = '2026-11-11T18:02:45Z';

const HTTPD_CONF = `ServerRoot "/usr/local/apache2"
Listen 80
User www-data
Group www-data
ServerAdmin you@example.com
DocumentRoot "/usr/local/apache2/htdocs"
<Directory "/usr/local/apache2/htdocs">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>
ErrorLog /proc/self/fd/2
LogLevel warn
CustomLog /proc/self/fd/1 common
`;

const httpdVersion = (tags: readonly string[], base: 'debian' | 'alpine') =>
  service({
    id: `httpd-2.4.65-${base}`,
    tags,
    created,
    base,
    programs: { ...NET_IMAGES.httpd, '/usr/local/apache2/bin/htpasswd': 'apache:htpasswd' },
    sizes: { '/usr/local/apache2/bin/httpd': 905_000, '/usr/local/bin/httpd-foreground': 138 },
    files: {
      '/usr/local/bin/httpd-foreground':
        '#!/bin/sh\nset -e\n\n# Apache gets grumpy about PID files pre-existing\nrm -f /usr/local/apache2/logs/httpd.pid\n\nexec httpd -DFOREGROUND "$@"\n',
      '/usr/local/apache2/conf/httpd.conf': HTTPD_CONF,
      '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n',
    },
    dirs: [['/usr/local/apache2/logs', 0, 0o755]],
    size: base === 'debian' ? 42_000_000 : 55_000_000,
    filler: '/usr/local/apache2/modules/mod_all.so',
    install:
      'set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tgcc',
    config: {
      ExposedPorts: keys('80/tcp'),
      Env: [
        'PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HTTPD_PREFIX=/usr/local/apache2',
        'HTTPD_VERSION=2.4.65',
      ],
      Cmd: ['httpd-foreground'],
      WorkingDir: '/usr/local/apache2',
      StopSignal: 'SIGWINCH',
    },
  });

export const httpd: CatalogueImage = {
  repository: 'library/httpd',
  description: 'The Apache HTTP Server Project',
  stars: 4990,
  versions: [
    httpdVersion(['latest', '2', '2.4', '2.4.65', 'bookworm', '2.4-bookworm'], 'debian'),
    httpdVersion(['alpine', '2-alpine', '2.4-alpine', '2.4.65-alpine'], 'alpine'),
  ],
};

export const caddy: CatalogueImage = {
  repository: 'library/caddy',
  description: 'Caddy 2 is a powerful, enterprise-ready, open source web server with automatic HTTPS written in Go.',
  stars: 1018,
  versions: [
    service({
      id: 'caddy-2.10',
      tags: ['latest', '2', '2.10', '2.10.2', 'alpine', '2-alpine', '2.10-alpine'],
      created,
      base: 'alpine',
      programs: { '/usr/bin/caddy': 'caddy:caddy' },
      sizes: { '/usr/bin/caddy': 47_000_000 },
      files: {
        '/etc/caddy/Caddyfile': ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n',
        '/usr/share/caddy/index.html': '<!DOCTYPE html>\n<title>Caddy works!</title>\n<h1>Congratulations!</h1>\n',
      },
      dirs: [
        ['/config/caddy', 0, 0o755],
        ['/data/caddy', 0, 0o755],
      ],
      size: 48_000_000,
      filler: '/usr/share/caddy/.assets',
      install: 'set -eux; \tapkArch="$(apk --print-arch)"',
      config: {
        ExposedPorts: keys('80/tcp', '443/tcp', '443/udp', '2019/tcp'),
        Env: [PATH, 'CADDY_VERSION=v2.10.2', 'XDG_CONFIG_HOME=/config', 'XDG_DATA_HOME=/data'],
        Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
        WorkingDir: '/srv',
      },
    }),
  ],
};

export const traefik: CatalogueImage = {
  repository: 'library/traefik',
  description: 'Traefik, The Cloud Native Edge Router',
  stars: 3604,
  versions: [
    service({
      id: 'traefik-3.6',
      tags: ['latest', 'v3', 'v3.6', '3', '3.6', '3.6.2'],
      created,
      base: 'alpine',
      programs: { '/usr/local/bin/traefik': 'traefik:traefik' },
      sizes: { '/usr/local/bin/traefik': 100_000_000 },
      size: 101_000_000,
      filler: '/etc/ssl/certs/bundle.pem',
      install: 'apk --no-cache add ca-certificates tzdata',
      entrypoint: [
        '/entrypoint.sh',
        '#!/bin/sh\nset -e\n\nif [ "${1#-}" != "$1" ]; then\n    set -- traefik "$@"\nfi\n\nexec "$@"\n',
      ],
      config: { ExposedPorts: keys('80/tcp'), Env: [PATH], Entrypoint: ['/entrypoint.sh'], Cmd: ['traefik'] },
    }),
  ],
};

export const haproxy: CatalogueImage = {
  repository: 'library/haproxy',
  description: 'HAProxy - The Reliable, High Performance TCP/HTTP Load Balancer',
  stars: 1998,
  versions: [
    service({
      id: 'haproxy-3.2',
      tags: ['latest', '3', '3.2', '3.2.8', 'lts', 'bookworm'],
      created,
      base: 'debian',
      account: { name: 'haproxy', uid: 99, gid: 99, home: '/var/lib/haproxy', shell: '/usr/sbin/nologin' },
      programs: { '/usr/local/sbin/haproxy': 'haproxy:haproxy' },
      sizes: { '/usr/local/sbin/haproxy': 22_000_000 },
      dirs: [['/var/lib/haproxy', 99, 0o755]],
      size: 29_000_000,
      filler: '/usr/lib/x86_64-linux-gnu/liblua5.4.so.0',
      install: 'set -eux; \tgroupadd --gid 99 --system haproxy',
      config: {
        Env: [PATH, 'HAPROXY_VERSION=3.2.8'],
        Cmd: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
        StopSignal: 'SIGUSR1',
        User: 'haproxy',
      },
    }),
  ],
};
