/** nginx as a reverse proxy: choosing an upstream server, passing the request on and the answer back. */
import { request as send } from '../../../http/client.ts';
import { HttpError, readAll, type HttpAnswer, type HttpResponse } from '../../../http/http.ts';
import { isErrno } from '../../../kernel/errno.ts';
import { addressesOf, dial, dialUnix, until } from '../dial.ts';
import type { Exchange } from './exchange.ts';
import type { Upstream, UpstreamServer } from './model.ts';

/** Tells the error log; `during` is what nginx was doing. */
export type ErrorLog = (exchange: Exchange, level: string, message: string, upstream?: string) => Promise<void>;

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'host',
  'date',
  'server',
]);

interface Destination {
  readonly label: string;
  readonly host: string;
  readonly port: number;
  readonly unix?: string;
}

/** Keeps the turn of each upstream, and servers that failed lately (fail_timeout 10 s). */
export class Balancer {
  readonly #turns = new Map<string, number>();
  readonly #failed = new Map<string, number>();

  order(upstream: Upstream, client: string, now: number): UpstreamServer[] {
    const usable = upstream.servers.filter(({ down }) => !down);
    const main = usable.filter(({ backup }) => !backup);
    const weighted = main.flatMap((server) => Array<UpstreamServer>(Math.max(1, server.weight)).fill(server));
    let turn = this.#turns.get(upstream.name) ?? 0;
    if (upstream.method === 'ip_hash') {
      turn = client
        .split('.')
        .slice(0, 3)
        .reduce((hash, part) => (hash * 113 + Number(part)) % 6271, 89);
    } else this.#turns.set(upstream.name, turn + 1);
    const first =
      weighted.length > 0
        ? [...weighted.slice(turn % weighted.length), ...weighted.slice(0, turn % weighted.length)]
        : [];
    const all = [...new Set([...first, ...usable.filter(({ backup }) => backup)])];
    const healthy = all.filter(({ address }) => (this.#failed.get(address) ?? -Infinity) + 10_000 < now);
    return healthy.length > 0 ? healthy : all;
  }
  failed(server: UpstreamServer, now: number): void {
    this.#failed.set(server.address, now);
  }
}

const splitAddress = (address: string): { host: string; port: number } => {
  const colon = address.lastIndexOf(':');
  return colon > 0 && /^\d+$/.test(address.slice(colon + 1))
    ? { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) }
    : { host: address, port: 80 };
};

export async function proxy(exchange: Exchange, balancer: Balancer, log: ErrorLog): Promise<HttpResponse | number> {
  const { sys, model, request } = exchange;
  const given = exchange.scope.own.find(({ name }) => name === 'proxy_pass')!.args[0]!;
  const text = exchange.expand(given);
  const parts = /^(https?):\/\/(unix:[^:]+|[^/]+)(?::?(\/.*))?$/.exec(text);
  if (!parts) {
    await log(exchange, 'error', `invalid URL prefix in "${text}"`);
    return 500;
  }
  const [, scheme, authority, path] = parts;
  const upstream = model.upstreams.get(authority!);
  const destinations: { destination: Destination; server?: UpstreamServer }[] = [];
  for (const server of upstream ? balancer.order(upstream, exchange.peer.client.host, sys.now()) : [undefined]) {
    const address = server?.address ?? authority!;
    if (address.startsWith('unix:')) {
      destinations.push({
        destination: { label: address, host: '', port: 0, unix: address.slice(5) },
        ...(server && { server }),
      });
      continue;
    }
    const { host, port } = splitAddress(address);
    const addresses = model.resolved.get(host) ?? (await addressesOf(sys, host)) ?? [];
    if (addresses.length === 0) {
      await log(exchange, 'error', `${host} could not be resolved (3: Host not found)`);
      continue;
    }
    for (const ip of addresses)
      destinations.push({ destination: { label: `${ip}:${port}`, host: ip, port }, ...(server && { server }) });
  }
  const target = targetOf(exchange, given, path);
  const body = await readAll(request.body);
  for (const { destination, server } of destinations) {
    const outcome = await attempt(exchange, destination, { scheme: scheme!, authority: authority!, target, body }, log);
    if (typeof outcome !== 'number') return outcome;
    if (server) balancer.failed(server, sys.now());
    if (outcome === 504 && !upstream) return 504;
  }
  if (upstream && destinations.length > 1)
    await log(exchange, 'error', 'no live upstreams while connecting to upstream', `${scheme}://${authority}${target}`);
  return 502;
}

/** The request's target at the upstream: with a path in proxy_pass, the location's part is replaced by it. */
function targetOf(exchange: Exchange, given: string, path: string | undefined): string {
  const original = exchange.request.line?.split(' ')[1] ?? exchange.uri;
  const query = exchange.args === '' ? '' : `?${exchange.args}`;
  if (path === undefined)
    return exchange.redirects > 0 || exchange.set.has('rewritten') ? encodeURI(exchange.uri) + query : original;
  if (given.replace(/^https?:\/\//, '').includes('$')) return path;
  const location = exchange.location;
  const rest =
    location && location.kind !== 'regex' && location.kind !== 'named'
      ? exchange.uri.slice(location.pattern.length)
      : exchange.uri;
  return path + encodeURI(rest) + query;
}

async function attempt(
  exchange: Exchange,
  destination: Destination,
  message: { scheme: string; authority: string; target: string; body: Uint8Array },
  log: ErrorLog,
): Promise<HttpResponse | number> {
  const { sys, request, scope } = exchange;
  const { target, body } = message;
  const url = `${message.scheme}://${destination.label}${target}`;
  const seconds = (name: string): number => Number(/^(\d+)/.exec(scope.value(name) ?? '60')?.[1] ?? 60) * 1000;
  const begun = sys.now();
  exchange.upstream = { address: destination.label, status: '502', time: 0 };
  const fail = async (status: number, text: string): Promise<number> => {
    exchange.upstream = { address: destination.label, status: String(status), time: sys.now() - begun };
    await log(exchange, 'error', text, url);
    return status;
  };
  let connection: Awaited<ReturnType<typeof dial>>;
  try {
    const dialling =
      destination.unix === undefined ? dial(sys, destination.host, destination.port) : dialUnix(sys, destination.unix);
    const outcome = await until(sys, dialling, sys.now() + seconds('proxy_connect_timeout'));
    if (!outcome.done)
      return await fail(504, 'upstream timed out (110: Operation timed out) while connecting to upstream');
    connection = outcome.value;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return fail(502, `connect() failed (${error.number}: ${error.message}) while connecting to upstream`);
  }
  const upgrade =
    exchange.scope.all('proxy_set_header').some(({ args }) => args[0]?.toLowerCase() === 'upgrade') &&
    request.headers.has('upgrade');
  let answer: HttpAnswer;
  try {
    const asking = send(connection, {
      method: request.method,
      target,
      headers: headersFor(exchange, message.authority, body.length),
      ...(body.length > 0 ? { body } : {}),
    });
    const outcome = await until(sys, asking, sys.now() + seconds('proxy_read_timeout'));
    if (!outcome.done) {
      connection.close();
      return await fail(
        504,
        'upstream timed out (110: Operation timed out) while reading response header from upstream',
      );
    }
    answer = outcome.value;
  } catch (error) {
    connection.close();
    if (error instanceof HttpError) {
      const text =
        error.fault === 'malformed'
          ? 'upstream sent no valid HTTP/1.0 header'
          : 'upstream prematurely closed connection';
      return fail(502, `${text} while reading response header from upstream`);
    }
    if (!isErrno(error)) throw error;
    return fail(502, `recv() failed (${error.number}: ${error.message}) while reading response header from upstream`);
  }
  exchange.upstream = { address: destination.label, status: String(answer.status), time: sys.now() - begun };
  if (answer.connection && upgrade) {
    const raw = answer.connection;
    return {
      status: 101,
      headers: Object.fromEntries([...answer.headers].filter(([name]) => name !== 'connection' && name !== 'upgrade')),
      hijack: async (client) => {
        const pump = async (from: typeof client, to: typeof client): Promise<void> => {
          for (;;) {
            const bytes = await from.read();
            if (bytes.length === 0) return to.closeWrite();
            await to.write(bytes);
          }
        };
        await Promise.all([pump(client, raw), pump(raw, client)]);
        connection.close();
      },
    };
  }
  return {
    status: answer.status,
    reason: answer.reason,
    headers: answerHeaders(exchange, answer, message),
    body: relay(answer, connection),
  };
}

/** The answer's body; the connection ends with it. */
async function* relay(answer: HttpAnswer, connection: { close(): void }): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body;
  } finally {
    connection.close();
  }
}

function headersFor(exchange: Exchange, authority: string, length: number): Record<string, string> {
  const headers: Record<string, string> = { Host: authority, Connection: 'close' };
  for (const { args } of exchange.scope.all('proxy_set_header')) {
    const [name, value = ''] = args;
    const existing = Object.keys(headers).find((key) => key.toLowerCase() === name!.toLowerCase());
    if (existing !== undefined) delete headers[existing];
    const expanded = exchange.expand(value.replace('$proxy_host', authority));
    // An empty value keeps the header from being passed on.
    if (expanded !== '') headers[name!] = expanded;
  }
  const given = new Set(exchange.scope.all('proxy_set_header').map(({ args }) => args[0]!.toLowerCase()));
  for (const [name, value] of exchange.request.headers) {
    if (!HOP_BY_HOP.has(name) && !given.has(name) && name !== 'expect') headers[name] = value;
  }
  if (length > 0) headers['Content-Length'] = String(length);
  return headers;
}

function answerHeaders(
  exchange: Exchange,
  answer: HttpAnswer,
  message: { scheme: string; authority: string },
): Record<string, string> {
  const hidden = new Set(exchange.scope.all('proxy_hide_header').map(({ args }) => args[0]!.toLowerCase()));
  const headers: Record<string, string> = {};
  const order = ['content-type', 'content-length'];
  const names = [
    ...order.filter((name) => answer.headers.has(name)),
    ...[...answer.headers.keys()].filter((name) => !order.includes(name)),
  ];
  for (const name of names) {
    if ((HOP_BY_HOP.has(name) && name !== 'content-length') || hidden.has(name)) continue;
    let value = answer.headers.get(name)!;
    const backend = `${message.scheme}://${message.authority}/`;
    // proxy_redirect default: the upstream's own address in Location becomes ours.
    if (name === 'location' && value.startsWith(backend))
      value = `http://${exchange.request.headers.get('host') ?? exchange.host}/${value.slice(backend.length)}`;
    headers[name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase())] = value;
    if (name === 'content-length') headers['Connection'] = 'keep-alive';
  }
  headers['Connection'] ??= 'keep-alive';
  return headers;
}
