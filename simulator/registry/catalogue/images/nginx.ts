/** `nginx`. */
import type { Layer } from '../../../kernel/fs/layer.ts';
import type { RunConfig } from '../../../image/types.ts';
import {
  catalogueLayer,
  copy,
  meta,
  PATH,
  run,
  seconds,
  type CatalogueImage,
  type CatalogueVersion,
} from '../image.ts';
import { NET_IMAGES } from '../../../programs/net/names.ts';
import { LayerDraft } from '../draft.ts';
import { ALPINE_322 } from './alpine.ts';
import { BOOKWORM_SLIM, debianStep, TRIXIE_SLIM } from './debian.ts';
import { addAccounts, type Account } from '../roots/added.ts';
import { DEFAULT_CONF, ENTRYPOINT, ERROR_PAGE, INDEX_PAGE, NGINX_CONF, MIME_TYPES } from './nginx-files.ts';

const created = '2026-11-18T02:21:06Z';
const NGINX: Account = {
  name: 'nginx',
  uid: 101,
  gid: 101,
  home: '/nonexistent',
  shell: '/bin/false',
  comment: 'nginx user',
};

/** What installing the package lays down. */
function installed(base: () => Layer, alpine: boolean, size: number): Layer {
  const draft = new LayerDraft(seconds(created));
  addAccounts(draft, base(), [NGINX]);
  draft
    .programs(NET_IMAGES.nginx ?? {}, { '/usr/sbin/nginx': 1_589_528, '/usr/bin/curl': 292_000 })
    .file('/etc/nginx/nginx.conf', NGINX_CONF)
    .file('/etc/nginx/conf.d/default.conf', DEFAULT_CONF)
    .file('/etc/nginx/mime.types', MIME_TYPES)
    .file(
      '/etc/nginx/fastcgi_params',
      'fastcgi_param  QUERY_STRING       $query_string;\nfastcgi_param  REQUEST_METHOD     $request_method;\n',
    )
    .symlink('/etc/nginx/modules', '/usr/lib/nginx/modules')
    .file('/usr/share/nginx/html/index.html', INDEX_PAGE)
    .file('/usr/share/nginx/html/50x.html', ERROR_PAGE)
    .dir('/var/cache/nginx')
    .dirs('/usr/lib/nginx/modules /docker-entrypoint.d')
    .symlink('/var/log/nginx/access.log', '/dev/stdout')
    .symlink('/var/log/nginx/error.log', '/dev/stderr')
    .program('/usr/bin/envsubst', 'gettext:envsubst', 36_000)
    .file('/etc/logrotate.d/nginx', '/var/log/nginx/*.log {\n        daily\n        missingok\n        rotate 52\n}\n');
  return draft
    .fillTo(size, alpine ? '/usr/lib/libnginx-deps.so' : '/usr/lib/x86_64-linux-gnu/libnginx-deps.so')
    .freeze();
}

function script(text: string, path: string): Layer {
  return new LayerDraft(seconds(created)).file(path, text, { mode: 0o755 }).freeze();
}

const ENVSUBST = `#!/bin/sh

set -e

ME=$(basename "$0")

template_dir="\${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}"
output_dir="\${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}"
suffix="\${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}"

[ -d "$template_dir" ] || exit 0
for template in "$template_dir"/*"$suffix"; do
  [ -f "$template" ] || continue
  name=\${template#"$template_dir/"}
  echo "$ME: Running envsubst on $template to $output_dir/\${name%$suffix}"
  envsubst < "$template" > "$output_dir/\${name%$suffix}"
done
`;

const entrypoint = catalogueLayer('nginx-entrypoint', () => script(ENTRYPOINT, '/docker-entrypoint.sh'));
const envsubst = catalogueLayer('nginx-envsubst', () =>
  script(ENVSUBST, '/docker-entrypoint.d/20-envsubst-on-templates.sh'),
);

const config = (version: string, release: string): RunConfig => ({
  ExposedPorts: { '80/tcp': {} },
  Env: [
    PATH,
    `NGINX_VERSION=${version}`,
    'NJS_VERSION=0.9.4',
    'NJS_RELEASE=1~' + release,
    `PKG_RELEASE=1~${release}`,
    `DYNPKG_RELEASE=1~${release}`,
  ],
  Entrypoint: ['/docker-entrypoint.sh'],
  Cmd: ['nginx', '-g', 'daemon off;'],
  Labels: { maintainer: 'NGINX Docker Maintainers <docker-maint@nginx.com>' },
  StopSignal: 'SIGQUIT',
});

const INSTALL =
  'set -x     && groupadd --system --gid 101 nginx     && useradd --system --gid nginx --no-create-home --home /nonexistent --comment "nginx user" --shell /bin/false --uid 101 nginx     && apt-get update     && apt-get install --no-install-recommends --no-install-suggests -y gnupg1 ca-certificates';

function version(
  tags: readonly string[],
  number: string,
  codename: 'trixie' | 'bookworm' | 'alpine',
): CatalogueVersion {
  const alpine = codename === 'alpine';
  const base = codename === 'trixie' ? TRIXIE_SLIM : codename === 'bookworm' ? BOOKWORM_SLIM : ALPINE_322;
  const layer = catalogueLayer(`nginx-${number}-${codename}`, () =>
    installed(base.build, alpine, alpine ? 43_000_000 : 113_000_000),
  );
  return {
    tags,
    created,
    config: config(number, alpine ? 'r1' : codename),
    steps: [
      alpine
        ? {
            by: 'ADD alpine-minirootfs-3.22.2-x86_64.tar.gz / # buildkit',
            comment: 'buildkit.dockerfile.v0',
            layer: base,
          }
        : debianStep(codename, base),
      meta('LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>'),
      meta(`ENV NGINX_VERSION=${number}`),
      meta('ENV NJS_VERSION=0.9.4'),
      run(INSTALL, layer),
      copy('docker-entrypoint.sh / ', entrypoint),
      copy('20-envsubst-on-templates.sh /docker-entrypoint.d ', envsubst),
      meta('ENTRYPOINT ["/docker-entrypoint.sh"]'),
      meta('EXPOSE map[80/tcp:{}]'),
      meta('STOPSIGNAL SIGQUIT'),
      meta('CMD ["nginx" "-g" "daemon off;"]'),
    ],
  };
}

export const image: CatalogueImage = {
  repository: 'library/nginx',
  description: 'Official build of Nginx.',
  stars: 21_101,
  versions: [
    version(
      ['latest', 'mainline', '1', '1.31', '1.31.2', 'trixie', '1.31-trixie', 'mainline-trixie'],
      '1.31.2',
      'trixie',
    ),
    version(['alpine', 'mainline-alpine', '1-alpine', '1.31-alpine', '1.31.2-alpine'], '1.31.2', 'alpine'),
    version(['stable', '1.30', '1.30.1', '1.30-trixie', 'stable-trixie'], '1.30.1', 'trixie'),
    version(['stable-alpine', '1.30-alpine', '1.30.1-alpine'], '1.30.1', 'alpine'),
    version(['1.29', '1.29.8', '1.29-trixie'], '1.29.8', 'trixie'),
    version(['1.29-alpine', '1.29.8-alpine'], '1.29.8', 'alpine'),
    version(['1.28', '1.28.3', '1.28-bookworm'], '1.28.3', 'bookworm'),
    version(['1.27', '1.27.5', '1.27-bookworm', 'bookworm'], '1.27.5', 'bookworm'),
    version(['1.27-alpine', '1.27.5-alpine', '1.28-alpine', '1.28.3-alpine'], '1.27.5', 'alpine'),
    version(['1.25', '1.25.5', '1.26', '1.26.3', '1.24', '1.21'], '1.25.5', 'bookworm'),
    version(['1.25-alpine', '1.26-alpine', '1.24-alpine', '1.21-alpine'], '1.25.5', 'alpine'),
  ],
};
