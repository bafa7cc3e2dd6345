/** Requests over the machine's sockets, with the connection kept for the next one as Go's client keeps it. */
import { sysChannel } from '../../http/channel.ts';
import { request, type RequestOptions } from '../../http/client.ts';
import { HttpError, type HttpAnswer } from '../../http/http.ts';
import type { SocketAddress, Sys } from '../../kernel/abi.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Channel } from '../../kernel/kernel.ts';
import type { Transport } from './api.ts';
import { CliError, ConnectionError } from './errors.ts';

export const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** Where `host` (`unix://…`, `tcp://…`) is; throws docker's error for what cannot be read. */
export function parseHost(host: string): { address: SocketAddress; label: string } {
  const [scheme = '', rest = ''] = host.split('://');
  if (!host.includes('://') || rest === '') throw new CliError(`unable to parse docker host \`${host}\``);
  if (scheme === 'unix') return { address: { family: 'unix', path: rest }, label: `unix ${rest}` };
  if (scheme === 'tcp' || scheme === 'http') {
    const [authority = ''] = rest.split('/');
    const colon = authority.lastIndexOf(':');
    const name = colon < 0 ? authority : authority.slice(0, colon);
    const port = colon < 0 ? 2375 : Number(authority.slice(colon + 1));
    return { address: { family: 'inet', host: name === '' ? '127.0.0.1' : name, port }, label: `tcp ${name}:${port}` };
  }
  throw new CliError(`protocol not supported: ${scheme}`);
}

/** A transport on `sys.connect`. */
export function sysTransport(sys: Sys, host: string): Transport {
  const { address, label } = parseHost(host);
  let idle: Channel | undefined;

  const connect = async (): Promise<Channel> => {
    let target = address;
    try {
      if (target.family === 'inet' && !/^[\d.]+$/.test(target.host)) {
        const [found] = await sys.resolve(target.host);
        if (found === undefined) throw unreachable(host, `dial ${label}: lookup ${target.host}: no such host`);
        target = { ...target, host: found };
      }
      const fd = await sys.connect(target);
      return sysChannel(sys, fd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const reason = REASONS[error.code] ?? error.message;
      if (error.code === 'EACCES') {
        throw new ConnectionError(`permission denied while trying to connect to the docker API at ${host}`);
      }
      throw unreachable(host, `dial ${label}: connect: ${reason}`);
    }
  };

  return {
    host,
    async send(options: RequestOptions): Promise<HttpAnswer> {
      const kept = idle;
      idle = undefined;
      const channel = kept ?? (await connect());
      const withHost = { ...options, headers: { Host: 'api.moby.localhost', ...options.headers } };
      let answer: HttpAnswer;
      try {
        answer = await request(channel, withHost);
      } catch (error) {
        channel.close();
        // The daemon may have closed a connection kept from before; a request without stream can be sent again.
        if (kept !== undefined && error instanceof HttpError && error.fault === 'empty') return this.send(options);
        throw brokenConnection(host, options, error);
      }
      if (answer.connection !== undefined || options.hijack === true) return answer;
      return { ...answer, body: keepAfter(answer, channel, (free) => (idle = free)) };
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'network is unreachable',
  EHOSTUNREACH: 'no route to host',
  ETIMEDOUT: 'connection timed out',
};

function unreachable(host: string, detail: string): ConnectionError {
  return new ConnectionError(
    `failed to connect to the docker API at ${host}; check if the path is correct and if the daemon is running: ${detail}`,
  );
}

function brokenConnection(host: string, options: RequestOptions, error: unknown): unknown {
  if (error instanceof HttpError && error.fault === 'empty') {
    return new CliError(`error during connect: ${options.method ?? 'GET'} "${host}${options.target}": EOF`);
  }
  return error;
}

/** The body, after whose end the connection is free for the next request (or closed). */
async function* keepAfter(
  answer: HttpAnswer,
  channel: Channel,
  free: (channel: Channel) => void,
): AsyncGenerator<Uint8Array> {
  yield* answer.body;
  if (answer.reusable) free(channel);
  else channel.close();
}
