import type { BuildNetwork } from '../../builder/request.ts';
import { request as sendRequest } from '../../http/client.ts';
import { readAll } from '../../http/http.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Engine } from '../engine.ts';
import { errorText } from '../errors.ts';
import { formatAddress } from '../networks/address.ts';

/** What a build reaches: a place on the default bridge for each step, and URLs for ADD. */
export function buildNetwork(engine: Engine): BuildNetwork {
  const { kernel } = engine;
  return {
    attach(mode) {
      if (mode === 'host') return { ns: kernel.init.net, release: () => undefined };
      const ns = kernel.network.createNamespace();
      const bridge = engine.networks.get('bridge');
      if (mode === 'none' || bridge.addresses === undefined || bridge.bridge === undefined)
        return { ns, release: () => undefined };
      const pool = bridge.addresses;
      const number = pool.next();
      const port = bridge.bridge.attach(ns, {
        ifname: 'eth0',
        address: `${formatAddress(number)}/${pool.subnet.prefix}`,
        mac: `0e:${(kernel.random.hex(10).match(/../g) ?? []).join(':')}`,
        endpointId: kernel.random.hex(64),
      });
      return {
        ns,
        release: () => {
          port.detach();
          pool.release(number);
        },
      };
    },
    async get(url) {
      const parsed = new URL(url);
      const port = Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80);
      try {
        const channel = await kernel.network.connect(kernel.init.net, parsed.hostname, port);
        const answer = await sendRequest(channel, {
          target: parsed.pathname + parsed.search,
          headers: { Host: parsed.host, 'User-Agent': 'Go-http-client/1.1' },
        });
        const body = await readAll(answer.body);
        channel.close();
        return { status: answer.status, headers: answer.headers, body };
      } catch (error) {
        throw new Error(`Get "${url}": ${dialError(error, parsed.hostname, port)}`);
      }
    },
  };
}

/** How Go tells of a connection that could not be made. */
function dialError(error: unknown, host: string, port: number): string {
  if (isErrno(error, 'ENOENT')) return `dial tcp: lookup ${host}: no such host`;
  // Go tries ::1 first for localhost and reports that attempt.
  const shown = host === 'localhost' ? '[::1]' : host;
  const reason = isErrno(error, 'ETIMEDOUT') ? 'i/o timeout' : `connect: ${errorText(error).toLowerCase()}`;
  return `dial tcp ${shown}:${port}: ${reason}`;
}
