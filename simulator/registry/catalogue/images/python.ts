/** `python`. */
import { IMAGE_TOOLS } from '../../../programs/names.ts';
import {
  catalogueLayer,
  meta,
  run,
  seconds,
  type CatalogueImage,
  type CatalogueLayer,
  type CatalogueVersion,
} from '../image.ts';
import { LayerDraft } from '../draft.ts';
import { ALPINE_322 } from './alpine.ts';
import { BOOKWORM_SLIM, debianStep } from './debian.ts';
import { BUILDPACK_STEPS } from './buildpack.ts';

const created = '2026-11-10T22:58:14Z';
/** Versions whose images still set LANG. */
const OLD = new Set(['3.12', '3.11', '3.10']);
const KEYS: Readonly<Record<string, string>> = {
  '3.10': 'A035C8C19219BA821ECEA86B64E628F8D684696D',
  '3.11': 'A035C8C19219BA821ECEA86B64E628F8D684696D',
  '3.12': '7169605F62C751356D054A26A821E680E5FA6305',
  '3.13': '7169605F62C751356D054A26A821E680E5FA6305',
  '3.14': '7169605F62C751356D054A26A821E680E5FA6305',
};

function python(id: string, version: string, size: number): CatalogueLayer {
  const minor = version.split('.').slice(0, 2).join('.');
  return catalogueLayer(id, () =>
    new LayerDraft(seconds(created))
      .programs(
        Object.fromEntries(
          Object.entries(IMAGE_TOOLS.python ?? {}).filter(
            ([path]) => path !== '/usr/local/bin/python' && path !== '/usr/local/bin/python3',
          ),
        ),
      )
      .program(`/usr/local/bin/python${minor}`, 'python:python3', 14_384)
      .symlink('/usr/local/bin/python3', `python${minor}`)
      .symlink(`/usr/local/bin/pip${minor}`, 'pip3')
      .symlink('/usr/local/bin/idle3', `idle${minor}`)
      .filler(`/usr/local/lib/libpython${minor}.so.1.0`, 11_500_000, { mode: 0o755 })
      .symlink('/usr/local/lib/libpython3.so', `libpython${minor}.so.1.0`)
      .file(`/usr/local/lib/python${minor}/os.py`, '# part of the standard library\n')
      .file(
        `/usr/local/lib/python${minor}/site-packages/README.txt`,
        'This directory exists so that 3rd party packages can be installed\nhere.  Read the source for site.py for more details.\n',
      )
      .file(
        `/usr/local/lib/python${minor}/site-packages/pip-25.0.1.dist-info/METADATA`,
        'Metadata-Version: 2.1\nName: pip\nVersion: 25.0.1\n',
      )
      .fillTo(size, `/usr/local/lib/python${minor}/lib-dynload/_stdlib.so`)
      .freeze(),
  );
}
const symlinks = (id: string): CatalogueLayer =>
  catalogueLayer(id, () =>
    new LayerDraft(seconds(created))
      .symlink('/usr/local/bin/python', 'python3')
      .symlink('/usr/local/bin/pydoc', 'pydoc3')
      .symlink('/usr/local/bin/idle', 'idle3')
      .symlink('/usr/local/bin/python-config', 'python3-config')
      .freeze(),
  );
const runtime = catalogueLayer('python-runtime-slim', () =>
  new LayerDraft(seconds(created))
    .filler('/etc/ssl/certs/ca-certificates.crt', 219_000, { noise: 0.7 })
    .filler('/usr/lib/x86_64-linux-gnu/libsqlite3.so.0.8.6', 1_500_000)
    .fillTo(9_100_000, '/usr/lib/x86_64-linux-gnu/libcrypto.so.3')
    .freeze(),
);
const tk = catalogueLayer('python-runtime-full', () =>
  new LayerDraft(seconds(created)).fillTo(18_600_000, '/usr/lib/x86_64-linux-gnu/libtk8.6.so').freeze(),
);
const apk = catalogueLayer('python-runtime-alpine', () =>
  new LayerDraft(seconds(created)).fillTo(1_500_000, '/usr/lib/libsqlite3.so.0').freeze(),
);
const SYMLINKS = symlinks('python-symlinks');

const env = (version: string): string[] => {
  const minor = version.split('.').slice(0, 2).join('.');
  return [
    'PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...(OLD.has(minor) ? ['LANG=C.UTF-8'] : []),
    `GPG_KEY=${KEYS[minor]}`,
    `PYTHON_VERSION=${version}`,
    'PYTHON_SHA256=c08bc65a81971c1dd5783182826503369466c7e67374d1646519adf05207b684',
  ];
};

type Kind = 'full' | 'slim' | 'alpine';
function version(tags: readonly string[], number: string, kind: Kind): CatalogueVersion {
  const minor = number.split('.').slice(0, 2).join('.');
  const sizes = { full: 69_800_000, slim: 41_300_000, alpine: 39_900_000 };
  const base = {
    full: BUILDPACK_STEPS,
    slim: [debianStep('bookworm', BOOKWORM_SLIM)],
    alpine: [
      {
        by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit',
        comment: 'buildkit.dockerfile.v0',
        layer: ALPINE_322,
      },
      meta('CMD ["/bin/sh"]'),
    ],
  }[kind];
  const deps = { full: tk, slim: runtime, alpine: apk }[kind];
  return {
    tags,
    created,
    config: { Env: env(number), Cmd: ['python3'] },
    steps: [
      ...base,
      meta('ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
      ...(OLD.has(minor) ? [meta('ENV LANG=C.UTF-8')] : []),
      run(
        'set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tlibbluetooth-dev \t\ttk-dev \t\tuuid-dev \t; \trm -rf /var/lib/apt/lists/*',
        deps,
      ),
      meta(`ENV GPG_KEY=${KEYS[minor]}`),
      meta(`ENV PYTHON_VERSION=${number}`),
      meta('ENV PYTHON_SHA256=c08bc65a81971c1dd5783182826503369466c7e67374d1646519adf05207b684'),
      run(
        'set -eux; \t\twget -O python.tar.xz "https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz"; \techo "$PYTHON_SHA256 *python.tar.xz" | sha256sum -c -; \tmkdir -p /usr/src/python; \ttar --extract --directory /usr/src/python --strip-components=1 --file python.tar.xz; \trm python.tar.xz',
        python(`python-${number}-${kind}`, number, sizes[kind]),
      ),
      run(
        'set -eux; \tfor src in idle3 pip3 pydoc3 python3 python3-config; do \t\tdst="$(echo "$src" | tr -d 3)"; \t\t[ -s "/usr/local/bin/$src" ]; \t\t[ ! -e "/usr/local/bin/$dst" ]; \t\tln -svT "$src" "/usr/local/bin/$dst"; \tdone',
        SYMLINKS,
      ),
      meta('CMD ["python3"]'),
    ],
  };
}

const tagsOf = (number: string, suffix: string, extra: readonly string[]): string[] => {
  const minor = number.split('.').slice(0, 2).join('.');
  return [minor + suffix, number + suffix, ...extra];
};

export const image: CatalogueImage = {
  repository: 'library/python',
  description: 'Python is an interpreted, interactive, object-oriented, open-source programming language.',
  stars: 10_205,
  versions: [
    version(tagsOf('3.14.0', '', ['latest', '3', 'bookworm', '3.14-bookworm']), '3.14.0', 'full'),
    version(tagsOf('3.14.0', '-slim', ['slim', '3-slim', 'slim-bookworm', '3.14-slim-bookworm']), '3.14.0', 'slim'),
    version(tagsOf('3.14.0', '-alpine', ['alpine', '3-alpine']), '3.14.0', 'alpine'),
    version(tagsOf('3.13.9', '', ['3.13-bookworm']), '3.13.9', 'full'),
    version(tagsOf('3.13.9', '-slim', ['3.13-slim-bookworm']), '3.13.9', 'slim'),
    version(tagsOf('3.13.9', '-alpine', []), '3.13.9', 'alpine'),
    version(tagsOf('3.12.12', '', ['3.12-bookworm']), '3.12.12', 'full'),
    version(tagsOf('3.12.12', '-slim', ['3.12-slim-bookworm']), '3.12.12', 'slim'),
    version(tagsOf('3.12.12', '-alpine', []), '3.12.12', 'alpine'),
    version(tagsOf('3.11.14', '', ['3.11-bookworm']), '3.11.14', 'full'),
    version(tagsOf('3.11.14', '-slim', ['3.11-slim-bookworm']), '3.11.14', 'slim'),
    version(tagsOf('3.11.14', '-alpine', []), '3.11.14', 'alpine'),
    version(tagsOf('3.10.19', '', ['3.10-bookworm', '3.9', '3.8']), '3.10.19', 'full'),
    version(tagsOf('3.10.19', '-slim', ['3.10-slim-bookworm', '3.9-slim', '3.8-slim']), '3.10.19', 'slim'),
    version(tagsOf('3.10.19', '-alpine', ['3.9-alpine', '3.8-alpine']), '3.10.19', 'alpine'),
  ],
};
