/** `alpine`. */
import { BUILDKIT, catalogueLayer, meta, PATH, seconds, type CatalogueImage, type CatalogueVersion } from '../image.ts';
import { alpineRoot } from '../roots/alpine.ts';

const alpineTime: Readonly<Record<string, string>> = {
  '3.20.8': '2026-07-15T11:31:42Z',
  '3.21.5': '2026-10-08T11:04:12Z',
  '3.23.4': '2026-09-30T09:21:17Z',
  '3.24.2': '2026-10-08T11:05:31Z',
  '3.22.2': '2026-10-08T11:04:56Z',
};

/** The root layer of an Alpine release, which other images stand on. */
export const alpineLayer = (version: string) =>
  catalogueLayer(`alpine-${version}`, () => alpineRoot(seconds(alpineTime[version]!), { version }));

export const ALPINE_322 = alpineLayer('3.22.2');

const version = (tags: readonly string[], number: string, layer = alpineLayer(number)): CatalogueVersion => ({
  tags,
  created: alpineTime[number]!,
  config: { Env: [PATH], Cmd: ['/bin/sh'], WorkingDir: '/' },
  steps: [
    { by: `ADD alpine-minirootfs-${number}-x86_64.tar.gz / # buildkit`, comment: BUILDKIT, layer },
    meta('CMD ["/bin/sh"]'),
  ],
});

export const image: CatalogueImage = {
  repository: 'library/alpine',
  description: 'A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!',
  stars: 11_502,
  versions: [
    version(['latest', '3', '3.24', '3.24.2'], '3.24.2'),
    version(['3.23', '3.23.4'], '3.23.4'),
    version(['3.22', '3.22.2'], '3.22.2', ALPINE_322),
    version(['3.21', '3.21.5'], '3.21.5'),
    version(['3.20', '3.20.8', '3.19', '3.18'], '3.20.8'),
  ],
};
