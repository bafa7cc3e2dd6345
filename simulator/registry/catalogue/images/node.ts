/** `node`. */
import { IMAGE_TOOLS } from '../../../programs/names.ts';
import type { Layer } from '../../../kernel/fs/layer.ts';
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
import { BUILDPACK_STEPS } from './buildpack.ts';
import { BOOKWORM_SLIM, debianStep } from './debian.ts';

const created = '2026-11-12T03:44:51Z';
const YARN = '1.22.22';

/** Restores the command line that people expect when they give flags or a script instead of a program. */
const ENTRYPOINT = `#!/bin/sh
set -e

# Run command with node if the first argument contains a "-" or is not a system command. The last
# part inside the "{}" is a workaround for the following bug in ash/dash:
# https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=874264
if [ "\${1#-}" != "\${1}" ] || [ -z "$(command -v "\${1}")" ] || { [ -f "\${1}" ] && ! [ -x "\${1}" ]; }; then
  set -- node "$@"
fi

exec "$@"
`;

const user = (id: string, base: () => Layer, shell: string) =>
  catalogueLayer(id, () => {
    const draft = new LayerDraft(seconds(created));
    addAccounts(draft, base(), [{ name: 'node', uid: 1000, gid: 1000, home: '/home/node', shell }]);
    return draft.dir('/home/node', { uid: 1000, gid: 1000 }).freeze();
  });
const userBookworm = user('node-user-bookworm', BOOKWORM_SLIM.build, '/bin/bash');
const userFull = user('node-user-full', () => BUILDPACK_BASE(), '/bin/bash');
const userAlpine = user('node-user-alpine', ALPINE_322.build, '/bin/sh');
// Accounts come from the Debian root: no buildpack layer touches them.
const BUILDPACK_BASE = (): Layer => BUILDPACK_STEPS[0]!.layer!.build();

const node = (id: string, number: string, npm: string, size: number, made: string) =>
  catalogueLayer(id, () =>
    new LayerDraft(seconds(made))
      .programs(IMAGE_TOOLS.node ?? {}, { '/usr/local/bin/node': 121_000_000, '/usr/local/bin/npm': 54_000 })
      .symlink('/usr/local/bin/nodejs', '/usr/local/bin/node')
      .file('/usr/local/lib/node_modules/npm/package.json', `{\n  "version": "${npm}",\n  "name": "npm"\n}\n`)
      .file('/usr/local/include/node/node_version.h', `#define NODE_VERSION "v${number}"\n`)
      .fillTo(size, '/usr/local/lib/node_modules/npm/node_modules/bundle.js')
      .freeze(),
  );
const yarn = catalogueLayer('node-yarn', () =>
  new LayerDraft(seconds(created))
    .file(`/opt/yarn-v${YARN}/package.json`, `{\n  "name": "yarn",\n  "version": "${YARN}"\n}\n`)
    .program(`/opt/yarn-v${YARN}/bin/yarn`, 'npm:yarn', 1_025)
    .symlink('/usr/local/bin/yarn', `/opt/yarn-v${YARN}/bin/yarn`)
    .symlink('/usr/local/bin/yarnpkg', `/opt/yarn-v${YARN}/bin/yarnpkg`)
    .fillTo(5_340_000, `/opt/yarn-v${YARN}/lib/cli.js`)
    .freeze(),
);
const entrypoint = catalogueLayer('node-entrypoint', () =>
  new LayerDraft(seconds(created)).file('/usr/local/bin/docker-entrypoint.sh', ENTRYPOINT, { mode: 0o775 }).freeze(),
);

type Kind = 'full' | 'slim' | 'alpine';
function version(
  tags: readonly string[],
  number: string,
  npm: string,
  kind: Kind,
  made: string = created,
): CatalogueVersion {
  const size = { full: 178_000_000, slim: 148_000_000, alpine: 146_000_000 }[kind];
  const base = {
    full: BUILDPACK_STEPS,
    slim: [debianStep('bookworm', BOOKWORM_SLIM)],
    alpine: [
      { by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit', comment: BUILDKIT, layer: ALPINE_322 },
      meta('CMD ["/bin/sh"]'),
    ],
  }[kind];
  const account = { full: userFull, slim: userBookworm, alpine: userAlpine }[kind];
  return {
    tags,
    created: made,
    config: {
      Env: [PATH, `NODE_VERSION=${number}`, `YARN_VERSION=${YARN}`],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['node'],
    },
    steps: [
      ...base,
      run(
        kind === 'alpine'
          ? 'addgroup -g 1000 node     && adduser -u 1000 -G node -s /bin/sh -D node'
          : 'groupadd --gid 1000 node   && useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
        account,
      ),
      meta(`ENV NODE_VERSION=${number}`),
      run(
        'ARCH= && dpkgArch="$(dpkg --print-architecture)"   && case "${dpkgArch##*-}" in     amd64) ARCH=\'x64\' OPENSSL_ARCH=\'linux-x86_64\';;     *) echo "unsupported architecture"; exit 1 ;;   esac   && curl -fsSLO --compressed "https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-$ARCH.tar.xz"',
        node(`node-${number}-${kind}`, number, npm, size, made),
      ),
      meta(`ENV YARN_VERSION=${YARN}`),
      run(
        'set -ex   && curl -fsSLO --compressed "https://yarnpkg.com/downloads/$YARN_VERSION/yarn-v$YARN_VERSION.tar.gz"   && mkdir -p /opt   && tar -xzf yarn-v$YARN_VERSION.tar.gz -C /opt/',
        yarn,
      ),
      copy('docker-entrypoint.sh /usr/local/bin/ ', entrypoint),
      meta('ENTRYPOINT ["docker-entrypoint.sh"]'),
      meta('CMD ["node"]'),
    ],
  };
}

/** The three images of one version. Old ones stand on today's Debian and Alpine, with the tags of their own time. */
const variants = (
  number: string,
  npm: string,
  names: readonly string[],
  old?: { readonly made: string; readonly alpine: string },
): CatalogueVersion[] => {
  const [major, minor] = number.split('.');
  const all = (suffix: string): string[] => [
    ...[major!, `${major}.${minor}`, number, ...names.filter((n) => n !== 'latest')].map((n) => n + suffix),
  ];
  const bare = names.includes('latest');
  const alpine = old?.alpine ?? '3.22';
  return [
    version([...all(''), ...all('-bookworm'), ...(bare ? ['latest', 'bookworm'] : [])], number, npm, 'full', old?.made),
    version(
      [...all('-slim'), ...all('-bookworm-slim'), ...(bare ? ['slim', 'bookworm-slim'] : [])],
      number,
      npm,
      'slim',
      old?.made,
    ),
    version(
      [...all('-alpine'), ...all(`-alpine${alpine}`), ...(bare ? ['alpine', `alpine${alpine}`] : [])],
      number,
      npm,
      'alpine',
      old?.made,
    ),
  ];
};

export const image: CatalogueImage = {
  repository: 'library/node',
  description: 'Node.js is a JavaScript-based platform for server-side and networking applications.',
  stars: 14_022,
  versions: [
    ...variants('25.2.0', '11.6.2', ['current', 'latest']),
    ...variants('24.11.1', '11.6.2', ['lts', 'krypton']),
    ...variants('22.21.1', '10.9.4', ['jod']),
    ...variants('20.19.5', '10.8.2', ['iron']),
    ...variants('18.20.8', '10.8.2', ['hydrogen'], { made: '2025-03-28T00:21:17Z', alpine: '3.21' }),
    ...variants('16.20.2', '8.19.4', ['gallium'], { made: '2023-09-20T04:41:33Z', alpine: '3.18' }),
  ],
};
