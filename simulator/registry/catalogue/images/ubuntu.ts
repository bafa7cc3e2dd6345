/** `ubuntu`. */
import { digestOf } from '../../../image/digest.ts';
import {
  catalogueLayer,
  PATH,
  seconds,
  type CatalogueImage,
  type CatalogueLayer,
  type CatalogueVersion,
} from '../image.ts';
import { debianRoot } from '../roots/debian.ts';

const created = '2026-10-13T18:14:49Z';
/** Steps of the classic builder, as Canonical's images show them. */
const classic = (by: string) => ({ by: `/bin/sh -c #(nop)  ${by}` });

const root = (codename: string, version: string, point: string): CatalogueLayer =>
  catalogueLayer(`ubuntu-${version}`, () =>
    debianRoot(seconds(created), { id: 'ubuntu', codename, version, point, slim: false, size: 77_500_000 }),
  );

const version = (tags: readonly string[], number: string, layer: CatalogueLayer): CatalogueVersion => ({
  tags,
  created,
  config: {
    Env: [PATH],
    Cmd: ['/bin/bash'],
    Labels: { 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': number },
  },
  steps: [
    classic('ARG RELEASE'),
    classic('ARG LAUNCHPAD_BUILD_ARCH'),
    classic('LABEL org.opencontainers.image.ref.name=ubuntu'),
    classic(`LABEL org.opencontainers.image.version=${number}`),
    {
      by: `/bin/sh -c #(nop) ADD file:${digestOf(number).slice('sha256:'.length)} in / `,
      layer,
    },
    classic('CMD ["/bin/bash"]'),
  ],
});

export const image: CatalogueImage = {
  repository: 'library/ubuntu',
  description: 'Ubuntu is a Debian-based Linux operating system based on free software.',
  stars: 17_640,
  versions: [
    version(['latest', '24.04', 'noble', 'rolling'], '24.04', root('noble', '24.04', '24.04.3 LTS')),
    version(['22.04', 'jammy', '20.04', 'focal'], '22.04', root('jammy', '22.04', '22.04.5 LTS')),
  ],
};
