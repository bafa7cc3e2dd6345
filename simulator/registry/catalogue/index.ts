/** What the simulated Docker Hub holds: repositories, each loaded on first use. */
import type { CatalogueImage } from './image.ts';

type Loader = () => Promise<CatalogueImage>;

export const CATALOGUE: Readonly<Record<string, Loader>> = {
  'alpine/git': async () => (await import('./images/tools.ts')).git,
  'curlimages/curl': async () => (await import('./images/tools.ts')).curl,
  'library/adminer': async () => (await import('./images/tools.ts')).adminer,
  'library/alpine': async () => (await import('./images/alpine.ts')).image,
  'library/buildpack-deps': async () => (await import('./images/languages.ts')).buildpackDeps,
  'library/busybox': async () => (await import('./images/busybox.ts')).image,
  'library/caddy': async () => (await import('./images/web.ts')).caddy,
  'library/debian': async () => (await import('./images/debian.ts')).image,
  'library/docker': async () => (await import('./images/tools.ts')).docker,
  'library/eclipse-temurin': async () => (await import('./images/languages.ts')).temurin,
  'library/golang': async () => (await import('./images/languages.ts')).golang,
  'library/haproxy': async () => (await import('./images/web.ts')).haproxy,
  'library/hello-world': async () => (await import('./images/hello-world.ts')).image,
  'library/httpd': async () => (await import('./images/web.ts')).httpd,
  'library/mariadb': async () => (await import('./images/databases.ts')).mariadb,
  'library/memcached': async () => (await import('./images/databases.ts')).memcached,
  'library/mongo': async () => (await import('./images/databases.ts')).mongo,
  'library/mysql': async () => (await import('./images/databases.ts')).mysql,
  'library/nginx': async () => (await import('./images/nginx.ts')).image,
  'library/node': async () => (await import('./images/node.ts')).image,
  'library/php': async () => (await import('./images/languages.ts')).php,
  'library/postgres': async () => (await import('./images/postgres.ts')).image,
  'library/python': async () => (await import('./images/python.ts')).image,
  'library/rabbitmq': async () => (await import('./images/databases.ts')).rabbitmq,
  'library/redis': async () => (await import('./images/redis.ts')).image,
  'library/registry': async () => (await import('./images/registry.ts')).image,
  'library/ruby': async () => (await import('./images/languages.ts')).ruby,
  'library/rust': async () => (await import('./images/languages.ts')).rust,
  'library/traefik': async () => (await import('./images/web.ts')).traefik,
  'library/ubuntu': async () => (await import('./images/ubuntu.ts')).image,
  'library/wordpress': async () => (await import('./images/tools.ts')).wordpress,
  'nicolaka/netshoot': async () => (await import('./images/tools.ts')).netshoot,
};
