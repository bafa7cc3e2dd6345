/** What the simulated Docker Hub holds: repositories, each loaded on first use. */
import type { CatalogueImage } from './image.ts';

type Loader = () => Promise<CatalogueImage>;

export const CATALOGUE: Readonly<Record<string, Loader>> = {
  'library/alpine': async () => (await import('./images/alpine.ts')).image,
  'library/busybox': async () => (await import('./images/busybox.ts')).image,
  'library/debian': async () => (await import('./images/debian.ts')).image,
  'library/hello-world': async () => (await import('./images/hello-world.ts')).image,
  'library/nginx': async () => (await import('./images/nginx.ts')).image,
  'library/node': async () => (await import('./images/node.ts')).image,
  'library/postgres': async () => (await import('./images/postgres.ts')).image,
  'library/python': async () => (await import('./images/python.ts')).image,
  'library/redis': async () => (await import('./images/redis.ts')).image,
  'library/registry': async () => (await import('./images/registry.ts')).image,
  'library/ubuntu': async () => (await import('./images/ubuntu.ts')).image,
};
