/** `busybox`. */
import { catalogueLayer, PATH, seconds, type CatalogueImage } from '../image.ts';
import { busyboxRoot } from '../roots/busybox.ts';

const created = '2026-10-02T21:31:38Z';
const root = catalogueLayer('busybox-1.37', () => busyboxRoot(seconds(created)));

export const image: CatalogueImage = {
  repository: 'library/busybox',
  description: 'Busybox base image.',
  stars: 3462,
  versions: [
    {
      tags: ['latest', 'stable', '1', '1.37', '1.37.0', 'glibc', '1.37.0-glibc', 'musl', '1.36'],
      created,
      config: { Env: [PATH], Cmd: ['sh'] },
      // Imported from a tar: its history has a time and no command.
      steps: [{ by: '', layer: root }],
    },
  ],
};
