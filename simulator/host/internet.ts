/** The simulated internet beyond the host: Docker Hub. What answers there is loaded when the first connection comes. */
import type { HttpHandler } from '../http/http.ts';
import type { KernelCore } from '../kernel/core.ts';
import type { Channel, RemoteHost } from '../kernel/kernel.ts';

type HubModule = typeof import('../registry/hub.ts');

/** Names, address and one-way latency in ms; the ports are all 443. */
const HOSTS: readonly (readonly [readonly string[], string, number])[] = [
  [['registry-1.docker.io', 'index.docker.io', 'docker.io'], '44.208.254.194', 12],
  [['auth.docker.io', 'hub.docker.com'], '44.194.69.199', 12],
];

/** Adds the hosts of the internet to a kernel's network. */
export function connectInternet(kernel: KernelCore, onError: (error: unknown) => void): void {
  let hosts: Promise<RemoteHost[]> | undefined;
  const load = (): Promise<RemoteHost[]> =>
    (hosts ??= kernel.external(import('../registry/hub.ts')).then(({ Hub, hubHosts }: HubModule) => {
      const uuid = (): string => kernel.random.hex(32);
      return hubHosts(
        new Hub({ now: () => kernel.clock.now(), uuid, external: (work) => kernel.external(work) }),
        onError,
      );
    }));
  for (const [names, address, latency] of HOSTS) {
    const answer = (channel: Channel, peer: { host: string; port: number }): void => {
      void load().then((loaded) => {
        loaded.find((host) => host.address === address)?.ports.get(443)?.(channel, peer);
      }, onError);
    };
    kernel.network.addRemoteHost({ names, address, latency, ports: new Map([[443, answer]]) });
  }
  connectMirrors(kernel, onError);
}

/** Package mirrors and indexes: names, address, and what answers on ports 80 and 443. */
const MIRRORS: readonly (readonly [readonly string[], string, () => Promise<HttpHandler>])[] = [
  [
    ['deb.debian.org', 'security.debian.org'],
    '151.101.130.132',
    async () => (await import('../programs/packages/mirror.ts')).debianMirror,
  ],
  [
    ['archive.ubuntu.com', 'security.ubuntu.com'],
    '91.189.91.83',
    async () => (await import('../programs/packages/mirror.ts')).debianMirror,
  ],
  [
    ['dl-cdn.alpinelinux.org'],
    '151.101.194.132',
    async () => (await import('../programs/packages/mirror.ts')).alpineMirror,
  ],
  [['registry.npmjs.org'], '104.16.3.35', async () => (await import('../programs/node/npm/registry.ts')).npmRegistry],
];

function connectMirrors(kernel: KernelCore, onError: (error: unknown) => void): void {
  for (const [names, address, handler] of MIRRORS) {
    const answer = (channel: Channel): void => {
      void kernel
        .external(Promise.all([handler(), import('../http/server.ts')]))
        .then(([answering, { serve }]) => serve(channel, answering, { onError }), onError);
    };
    const ports = new Map([
      [80, answer],
      [443, answer],
    ]);
    kernel.network.addRemoteHost({ names, address, latency: 8, ports });
  }
}
