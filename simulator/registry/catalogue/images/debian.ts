/** `debian`. */
import { catalogueLayer, PATH, seconds, type CatalogueImage, type CatalogueLayer } from '../image.ts';
import { debianRoot, type DebianRelease } from '../roots/debian.ts';

export const DEBIAN_TIME = '2026-11-03T00:00:00Z';

const release = (codename: 'bookworm' | 'trixie', slim: boolean): DebianRelease => ({
  id: 'debian',
  codename,
  version: codename === 'bookworm' ? '12' : '13',
  point: codename === 'bookworm' ? '12.12' : '13.2',
  slim,
  size: codename === 'bookworm' ? (slim ? 74_200_000 : 116_000_000) : slim ? 78_000_000 : 119_000_000,
});
const base = (codename: 'bookworm' | 'trixie', slim: boolean): CatalogueLayer =>
  catalogueLayer(`debian-${codename}${slim ? '-slim' : ''}`, () =>
    debianRoot(seconds(DEBIAN_TIME), release(codename, slim)),
  );

/** The root layers, which other images stand on. */
export const BOOKWORM = base('bookworm', false);
export const BOOKWORM_SLIM = base('bookworm', true);
export const TRIXIE = base('trixie', false);
export const TRIXIE_SLIM = base('trixie', true);

export const debianStep = (codename: string, layer: CatalogueLayer) => ({
  by: `# debian.sh --arch 'amd64' out/ '${codename}' '@${seconds(DEBIAN_TIME)}'`,
  comment: 'debuerreotype 0.16',
  created: DEBIAN_TIME,
  layer,
});

const version = (tags: readonly string[], codename: string, layer: CatalogueLayer) => ({
  tags,
  created: DEBIAN_TIME,
  config: { Env: [PATH], Cmd: ['bash'] },
  steps: [debianStep(codename, layer)],
});

export const image: CatalogueImage = {
  repository: 'library/debian',
  description: "Debian is a Linux distribution that's composed entirely of free and open-source software.",
  stars: 5216,
  versions: [
    version(['latest', 'trixie', 'stable', '13', '13.2'], 'trixie', TRIXIE),
    version(['trixie-slim', 'stable-slim', '13-slim', '13.2-slim'], 'trixie', TRIXIE_SLIM),
    version(['bookworm', 'oldstable', '12', '12.12'], 'bookworm', BOOKWORM),
    version(['bookworm-slim', 'oldstable-slim', '12-slim', '12.12-slim'], 'bookworm', BOOKWORM_SLIM),
  ],
};
