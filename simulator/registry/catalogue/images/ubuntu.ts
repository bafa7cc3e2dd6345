/** `ubuntu`. */
import { catalogueLayer, PATH, seconds, type CatalogueImage } from '../image.ts';
import { debianRoot } from '../roots/debian.ts';

const created = '2026-10-13T18:14:49Z';
/** Steps of the classic builder, as Canonical's images show them. */
const classic = (by: string) => ({ by: `/bin/sh -c #(nop)  ${by}` });

const noble = catalogueLayer('ubuntu-24.04', () =>
  debianRoot(seconds(created), {
    id: 'ubuntu',
    codename: 'noble',
    version: '24.04',
    point: '24.04.3 LTS',
    slim: false,
    size: 77_500_000,
  }),
);

export const image: CatalogueImage = {
  repository: 'library/ubuntu',
  description: 'Ubuntu is a Debian-based Linux operating system based on free software.',
  stars: 17_640,
  versions: [
    {
      tags: ['latest', '24.04', 'noble'],
      created,
      config: {
        Env: [PATH],
        Cmd: ['/bin/bash'],
        Labels: { 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': '24.04' },
      },
      steps: [
        classic('ARG RELEASE'),
        classic('ARG LAUNCHPAD_BUILD_ARCH'),
        classic('LABEL org.opencontainers.image.ref.name=ubuntu'),
        classic('LABEL org.opencontainers.image.version=24.04'),
        {
          by: '/bin/sh -c #(nop) ADD file:249778a6a7e77b3d4ec3f0b1fe1c7a1cbca1b4dbf1ffabb1a8ca6a5e3b0dbb05 in / ',
          layer: noble,
        },
        classic('CMD ["/bin/bash"]'),
      ],
    },
  ],
};
