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

const failed = (reason: string): CliError => new CliError(`Failed to initialize: ${reason}`);

/** `host` written out, as `tcp://localhost:2375` for `localhost`; throws docker's error for what cannot be read. */
export function normalHost(host: string): string {
  const bad = (): never => {
    throw failed(`unable to resolve docker endpoint: invalid bind address format: ${host}`);
  };
  if (host === '') return DEFAULT_HOST;
  const at = host.indexOf('://');
  const scheme = at < 0 ? 'tcp' : host.slice(0, at);
  const rest = at < 0 ? host : host.slice(at + '://'.length);
  if (scheme === 'unix') return `unix://${rest === '' ? '/var/run/docker.sock' : rest}`;
  if (scheme === 'npipe') throw failed('protocol not available');
  if (scheme === 'ssh') throw new CliError(`${host}: a daemon behind SSH is not simulated here`);
  if (scheme !== 'tcp') bad();
  const [authority = ''] = rest.split('/');
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? bad();
  return `tcp://${name === '' ? 'localhost' : name}:${port === '' ? '2375' : port}${rest.slice(authority.length)}`;
}

/** Where a host written out is. */
function addressOf(host: string): SocketAddress {
  const rest = host.slice(host.indexOf('://') + '://'.length);
  if (host.startsWith('unix:')) return { family: 'unix', path: rest };
  const [authority = ''] = rest.split('/');
  const colon = authority.lastIndexOf(':');
  return {
    family: 'inet',
    host: authority.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(authority.slice(colon + 1)),
  };
}

/** A transport on `sys.connect`. */
export function sysTransport(sys: Sys, given: string): Transport {
  const host = normalHost(given);
  const address = addressOf(host);
  let idle: Channel | undefined;

  const connect = async (): Promise<Channel> => {
    let target = address;
    try {
      if (target.family === 'inet' && !/^[\d.]+$/.test(target.host)) {
        const [found] = await lookUp(target.host);
        if (found === undefined) throw unreachable(host, `dial tcp: lookup ${target.host}: no such host`);
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
      const label = target.family === 'unix' ? `unix ${target.path}` : `tcp ${target.host}:${target.port}`;
      throw unreachable(host, `dial ${label}: connect: ${reason}`);
    }
  };
  const lookUp = async (name: string): Promise<string[]> => {
    try {
      return await sys.resolve(name);
    } catch (error) {
      if (error instanceof Errno) return [];
      throw error;
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
