/** Applications and tools that lessons reach for: `adminer`, `wordpress`, `docker`, `curlimages/curl`, `nicolaka/netshoot`, `alpine/git`. */
import { DEBIAN_EXTRA } from '../../../programs/names.ts';
import { NET_PACKAGES } from '../../../programs/net/names.ts';
import { PATH, type CatalogueImage } from '../image.ts';
import { keys, service } from './service.ts';

const created = '2026-11-05T19:47:02Z';

export const adminer: CatalogueImage = {
  repository: 'library/adminer',
  description: 'Database management in a single PHP file.',
  stars: 1188,
  versions: [
    service({
      id: 'adminer-5.4',
      tags: ['latest', '5', '5.4', '5.4.1', 'standalone', '4'],
      created,
      base: 'alpine',
      programs: { '/usr/local/bin/php': 'php:php' },
      dirs: [['/var/www/html', 0, 0o755]],
      size: 108_000_000,
      filler: '/usr/local/lib/php/extensions/all.so',
      install: 'set -x && apk add --no-cache $PHPIZE_DEPS',
      entrypoint: ['/usr/local/bin/entrypoint.sh', '#!/bin/sh\nset -e\n\nexec "$@"\n'],
      config: {
        ExposedPorts: keys('8080/tcp'),
        Env: [PATH, 'ADMINER_VERSION=5.4.1'],
        Entrypoint: ['entrypoint.sh'],
        Cmd: ['php', '-S', '[::]:8080', '-t', '/var/www/html'],
        WorkingDir: '/var/www/html',
        User: 'nobody',
      },
    }),
  ],
};

export const wordpress: CatalogueImage = {
  repository: 'library/wordpress',
  description: 'The WordPress rich content management system can utilize plugins, widgets, and themes.',
  stars: 6005,
  versions: [
    service({
      id: 'wordpress-6.8',
      tags: ['latest', '6', '6.8', '6.8.3', 'apache', 'php8.4', 'php8.4-apache'],
      created,
      base: 'debian',
      programs: { '/usr/local/bin/php': 'php:php', '/usr/local/bin/apache2-foreground': 'apache:httpd-foreground' },
      files: {
        '/usr/src/wordpress/index.php':
          "<?php\ndefine( 'WP_USE_THEMES', true );\nrequire __DIR__ . '/wp-blog-header.php';\n",
      },
      dirs: [['/var/www/html', 33, 0o1777]],
      size: 120_000_000,
      filler: '/usr/local/lib/php/extensions/all.so',
      install: 'set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tghostscript',
      entrypoint: [
        '/usr/local/bin/docker-entrypoint.sh',
        '#!/usr/bin/env bash\nset -Eeuo pipefail\n\nif [ ! -e index.php ] && [ -d /usr/src/wordpress ]; then\n\techo >&2 "WordPress not found in $PWD - copying now..."\n\tcp -a /usr/src/wordpress/. .\n\techo >&2 "Complete! WordPress has been successfully copied to $PWD"\nfi\n\nexec "$@"\n',
      ],
      config: {
        ExposedPorts: keys('80/tcp'),
        Env: [PATH, 'PHP_VERSION=8.4.14'],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['apache2-foreground'],
        Volumes: keys('/var/www/html'),
        WorkingDir: '/var/www/html',
        StopSignal: 'SIGWINCH',
      },
    }),
  ],
};

export const docker: CatalogueImage = {
  repository: 'library/docker',
  description: 'Docker in Docker!',
  stars: 2795,
  versions: [
    service({
      id: 'docker-29-cli',
      tags: ['cli', '29-cli', '29.7-cli', '29.7.2-cli', 'latest', '29', '29.7', '29.7.2', 'dind', '29-dind'],
      created,
      base: 'alpine',
      programs: { '/usr/local/bin/docker': 'docker' },
      sizes: { '/usr/local/bin/docker': 41_000_000 },
      size: 80_000_000,
      filler: '/usr/local/libexec/docker/cli-plugins/docker-buildx',
      install: 'set -eux; \tapkArch="$(apk --print-arch)"',
      entrypoint: [
        '/usr/local/bin/docker-entrypoint.sh',
        '#!/bin/sh\nset -eu\n\nif [ "${1#-}" != "$1" ]; then\n\tset -- docker "$@"\nfi\n\nif docker help "$1" > /dev/null 2>&1; then\n\tset -- docker "$@"\nfi\n\nexec "$@"\n',
      ],
      config: {
        Env: [PATH, 'DOCKER_VERSION=29.7.2', 'DOCKER_TLS_CERTDIR=/certs'],
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['sh'],
      },
    }),
  ],
};

export const curl: CatalogueImage = {
  repository: 'curlimages/curl',
  description: 'official docker image for curl - command line tool and library for transferring data with URLs',
  stars: 402,
  versions: [
    service({
      id: 'curlimages-curl',
      tags: ['latest', '8.17.0'],
      created,
      base: 'alpine',
      account: { name: 'curl_user', uid: 100, gid: 101, home: '/home/curl_user', shell: '/sbin/nologin' },
      programs: { '/usr/bin/curl': 'curl:curl' },
      sizes: { '/usr/bin/curl': 300_000 },
      dirs: [['/home/curl_user', 100, 0o2755]],
      size: 14_000_000,
      filler: '/usr/lib/libcurl.so.4.8.0',
      install: 'apk add --no-cache brotli brotli-dev libssh2 nghttp2-dev',
      entrypoint: [
        '/entrypoint.sh',
        '#!/bin/sh\n\n# Restores the usual form: flags and addresses go to curl, a command is run as it is.\nset -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then\n  set -- curl "$@"\nfi\n\nexec "$@"\n',
      ],
      config: {
        Env: [PATH, 'CURL_CA_BUNDLE=/cacert.pem'],
        Entrypoint: ['/entrypoint.sh'],
        Cmd: ['curl'],
        User: 'curl_user',
        WorkingDir: '/home/curl_user',
      },
    }),
  ],
};

const busyNet = (...names: string[]): Record<string, string> =>
  Object.assign({}, ...names.map((name) => NET_PACKAGES[name] ?? DEBIAN_EXTRA[name] ?? {})) as Record<string, string>;

export const netshoot: CatalogueImage = {
  repository: 'nicolaka/netshoot',
  description: 'a Docker + Kubernetes network trouble-shooting swiss-army container',
  stars: 812,
  versions: [
    service({
      id: 'netshoot-0.14',
      tags: ['latest', 'v0.14'],
      created,
      base: 'alpine',
      programs: {
        ...busyNet('curl', 'iproute2', 'netcat-openbsd', 'dnsutils', 'bind9-host', 'net-tools', 'iputils-ping', 'jq'),
        '/bin/bash': 'bash',
        '/bin/zsh': 'bash',
      },
      size: 60_000_000,
      filler: '/usr/lib/netshoot-tools.so',
      install:
        'set -ex     && apk update     && apk upgrade     && apk add --no-cache     apache2-utils     bash     bind-tools',
      config: { Env: [PATH], Cmd: ['zsh'], WorkingDir: '/root' },
    }),
  ],
};

export const git: CatalogueImage = {
  repository: 'alpine/git',
  description: 'A simple git container running in alpine linux',
  stars: 251,
  versions: [
    service({
      id: 'alpine-git',
      tags: ['latest', '2.49.1'],
      created,
      base: 'alpine',
      programs: DEBIAN_EXTRA.git ?? {},
      size: 72_000_000,
      filler: '/usr/libexec/git-core/git-remote-http',
      install: 'apk --update add git less openssh git-lfs',
      config: { Env: [PATH], Entrypoint: ['git'], Cmd: ['--help'], Volumes: keys('/git'), WorkingDir: '/git' },
    }),
  ],
};
