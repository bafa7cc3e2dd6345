/** Language images beside python and node: `golang`, `php`, `ruby`, `rust`, `eclipse-temurin`, and the tools image `buildpack-deps`. */
import { PATH, type CatalogueImage } from '../image.ts';
import { BUILDPACK_STEPS, BUILDPACK_TIME } from './buildpack.ts';
import { keys, service } from './service.ts';

const created = '2026-11-13T01:15:33Z';

const go = (tags: readonly string[], number: string, base: 'alpine' | typeof BUILDPACK_STEPS) =>
  service({
    id: `golang-${number}-${base === 'alpine' ? 'alpine' : 'bookworm'}`,
    tags,
    created,
    base: base === 'alpine' ? 'alpine' : base.slice(0, 3),
    programs: { '/usr/local/go/bin/go': 'go:go', '/usr/local/go/bin/gofmt': 'go:gofmt' },
    sizes: { '/usr/local/go/bin/go': 13_600_000, '/usr/local/go/bin/gofmt': 2_900_000 },
    files: { '/usr/local/go/VERSION': `go${number}\ntime 2026-11-04T16:00:00Z\n` },
    dirs: [
      ['/go/src', 0, 0o1777],
      ['/go/bin', 0, 0o1777],
    ],
    size: 160_000_000,
    filler: '/usr/local/go/pkg/tool/linux_amd64/compile',
    install: 'set -eux; \tnow="$(date \'+%s\')"; \tarch="$(dpkg --print-architecture)"; arch="${arch##*-}"',
    config: {
      Env: [
        'PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        `GOLANG_VERSION=${number}`,
        'GOTOOLCHAIN=local',
        'GOPATH=/go',
      ],
      Cmd: [base === 'alpine' ? 'sh' : 'bash'],
      WorkingDir: '/go',
    },
  });

export const golang: CatalogueImage = {
  repository: 'library/golang',
  description: 'Go (golang) is a general purpose, higher-level, imperative programming language.',
  stars: 5302,
  versions: [
    go(['latest', '1', '1.26', '1.26.4', 'bookworm', '1.26-bookworm'], '1.26.4', BUILDPACK_STEPS),
    go(['alpine', '1-alpine', '1.26-alpine', '1.26.4-alpine'], '1.26.4', 'alpine'),
    go(['1.25', '1.25.11', '1.24', '1.23', '1.22', '1.21'], '1.25.11', BUILDPACK_STEPS),
    go(['1.25-alpine', '1.24-alpine', '1.23-alpine', '1.22-alpine', '1.21-alpine'], '1.25.11', 'alpine'),
  ],
};

const phpVersion = (tags: readonly string[], kind: 'cli' | 'apache' | 'fpm') =>
  service({
    id: `php-8.5-${kind}`,
    tags,
    created,
    base: 'debian',
    programs: {
      '/usr/local/bin/php': 'php:php',
      '/usr/local/bin/docker-php-ext-install': 'php:docker-php-ext-install',
      ...(kind === 'fpm' ? { '/usr/local/sbin/php-fpm': 'php:php-fpm' } : {}),
      ...(kind === 'apache' ? { '/usr/local/bin/apache2-foreground': 'apache:httpd-foreground' } : {}),
    },
    dirs: kind === 'apache' ? [['/var/www/html', 33, 0o1777]] : [],
    size: kind === 'cli' ? 100_000_000 : 90_000_000,
    filler: '/usr/local/lib/php/extensions/all.so',
    install:
      'set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\t$PHPIZE_DEPS \t\tca-certificates \t\tcurl \t\txz-utils',
    entrypoint: [
      '/usr/local/bin/docker-php-entrypoint',
      '#!/bin/sh\nset -e\n\n# first arg is `-f` or `--some-option`\nif [ "${1#-}" != "$1" ]; then\n\tset -- php "$@"\nfi\n\nexec "$@"\n',
    ],
    config: {
      Env: [PATH, 'PHP_INI_DIR=/usr/local/etc/php', 'PHP_VERSION=8.5.0'],
      Entrypoint: ['docker-php-entrypoint'],
      Cmd: kind === 'cli' ? ['php', '-a'] : kind === 'fpm' ? ['php-fpm'] : ['apache2-foreground'],
      ...(kind === 'cli'
        ? {}
        : { ExposedPorts: keys(kind === 'fpm' ? '9000/tcp' : '80/tcp'), WorkingDir: '/var/www/html' }),
    },
  });

export const php: CatalogueImage = {
  repository: 'library/php',
  description: 'While designed for web development, the PHP scripting language also provides general-purpose use.',
  stars: 7902,
  versions: [
    phpVersion(['latest', '8', '8.5', '8.5-cli', 'cli', '8-cli', '8.4', '8.3', '8.2'], 'cli'),
    phpVersion(['apache', '8-apache', '8.5-apache', '8.4-apache', '8.3-apache', '8.2-apache'], 'apache'),
    phpVersion(['fpm', '8-fpm', '8.5-fpm', '8.4-fpm', '8.3-fpm', 'fpm-alpine', '8-fpm-alpine'], 'fpm'),
  ],
};

export const ruby: CatalogueImage = {
  repository: 'library/ruby',
  description: 'Ruby is a dynamic, reflective, object-oriented, general-purpose, open-source programming language.',
  stars: 2498,
  versions: [
    service({
      id: 'ruby-3.4-slim',
      tags: [
        'latest',
        '3',
        '3.4',
        '3.4.7',
        'slim',
        '3-slim',
        '3.4-slim',
        '3.3',
        '3.3-slim',
        'alpine',
        '3-alpine',
        '3.4-alpine',
      ],
      created,
      base: 'debian',
      programs: {
        '/usr/local/bin/ruby': 'ruby:ruby',
        '/usr/local/bin/irb': 'ruby:irb',
        '/usr/local/bin/gem': 'ruby:gem',
        '/usr/local/bin/bundle': 'ruby:bundle',
      },
      size: 140_000_000,
      filler: '/usr/local/lib/libruby.so.3.4.7',
      install: 'set -eux; \tapt-get update',
      config: {
        Env: [
          'PATH=/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'LANG=C.UTF-8',
          'RUBY_VERSION=3.4.7',
          'GEM_HOME=/usr/local/bundle',
          'BUNDLE_SILENCE_ROOT_WARNING=1',
          'BUNDLE_APP_CONFIG=/usr/local/bundle',
        ],
        Cmd: ['irb'],
      },
    }),
  ],
};

export const rust: CatalogueImage = {
  repository: 'library/rust',
  description: 'Rust is a systems programming language focused on safety, speed, and concurrency.',
  stars: 1520,
  versions: [
    service({
      id: 'rust-1.91',
      tags: ['latest', '1', '1.91', '1.91.1', 'slim', '1-slim', '1.91-slim', 'alpine', '1-alpine', 'bookworm'],
      created,
      base: BUILDPACK_STEPS.slice(0, 3),
      programs: {
        '/usr/local/cargo/bin/cargo': 'rust:cargo',
        '/usr/local/cargo/bin/rustc': 'rust:rustc',
        '/usr/local/cargo/bin/rustup': 'rust:rustup',
      },
      size: 200_000_000,
      filler: '/usr/local/rustup/toolchains/1.91.1-x86_64-unknown-linux-gnu/lib/librustc_driver.so',
      install: 'set -eux;     dpkgArch="$(dpkg --print-architecture)"',
      config: {
        Env: [
          'PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'RUSTUP_HOME=/usr/local/rustup',
          'CARGO_HOME=/usr/local/cargo',
          'RUST_VERSION=1.91.1',
        ],
        Cmd: ['bash'],
      },
    }),
  ],
};

export const temurin: CatalogueImage = {
  repository: 'library/eclipse-temurin',
  description: 'Official Images for OpenJDK binaries built by Eclipse Temurin.',
  stars: 708,
  versions: [
    service({
      id: 'temurin-25-jre',
      tags: ['25-jre', '21-jre', '17-jre', '17-jre-focal', '21-jre-alpine', '25-jre-alpine', '11-jre'],
      created,
      base: 'debian',
      programs: { '/opt/java/openjdk/bin/java': 'java:java' },
      size: 100_000_000,
      filler: '/opt/java/openjdk/lib/modules',
      install: 'set -eux;     apt-get update',
      config: {
        Env: [
          'PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'JAVA_HOME=/opt/java/openjdk',
          'JAVA_VERSION=jdk-25.0.1+8',
        ],
        Cmd: ['bash'],
      },
    }),
    service({
      id: 'temurin-25-jdk',
      tags: ['latest', '25', '25-jdk', '21', '21-jdk', '17', '17-jdk', '11', '8', '21-jdk-alpine', '17-jdk-alpine'],
      created,
      base: 'debian',
      programs: {
        '/opt/java/openjdk/bin/java': 'java:java',
        '/opt/java/openjdk/bin/javac': 'java:javac',
        '/opt/java/openjdk/bin/jshell': 'java:jshell',
      },
      size: 180_000_000,
      filler: '/opt/java/openjdk/lib/modules',
      install: 'set -eux;     apt-get update',
      config: {
        Env: [
          'PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          'JAVA_HOME=/opt/java/openjdk',
          'JAVA_VERSION=jdk-25.0.1+8',
        ],
        Cmd: ['jshell'],
      },
    }),
  ],
};

export const buildpackDeps: CatalogueImage = {
  repository: 'library/buildpack-deps',
  description: 'A collection of common build dependencies used for installing various modules, e.g., gems.',
  stars: 320,
  versions: [
    {
      tags: ['latest', 'stable', 'bookworm', 'trixie'],
      created: BUILDPACK_TIME,
      config: { Env: [PATH], Cmd: ['bash'] },
      steps: BUILDPACK_STEPS,
    },
    {
      tags: ['scm', 'stable-scm', 'bookworm-scm'],
      created: BUILDPACK_TIME,
      config: { Env: [PATH], Cmd: ['bash'] },
      steps: BUILDPACK_STEPS.slice(0, 3),
    },
    {
      tags: ['curl', 'stable-curl', 'bookworm-curl'],
      created: BUILDPACK_TIME,
      config: { Env: [PATH], Cmd: ['bash'] },
      steps: BUILDPACK_STEPS.slice(0, 2),
    },
  ],
};
