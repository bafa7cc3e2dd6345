/** One request as nginx sees it: its variables, and what its phases have found so far. */
import type { HttpRequest } from '../../../http/http.ts';
import type { Sys } from '../../../kernel/abi.ts';
import type { Location, Model, Scope, Server } from './model.ts';
import { logTime } from './pages.ts';

export interface Peer {
  readonly client: { host: string; port: number };
  readonly local: { host: string; port: number };
  /** Number of the connection in this worker. */
  readonly number: number;
}

export class Exchange {
  readonly sys: Sys;
  readonly model: Model;
  readonly request: HttpRequest;
  readonly peer: Peer;
  readonly server: Server;
  readonly started: number;
  /** The decoded path; internal redirects change it. */
  uri: string;
  args: string;
  location: Location | undefined;
  scope: Scope;
  captures: readonly string[] = [];
  readonly set = new Map<string, string>();
  /** The answer, as far as it is known. */
  status = 0;
  bodyBytes = 0;
  responseHeaders: readonly (readonly [string, string])[] = [];
  upstream: { address: string; status: string; time: number } | undefined;
  remoteUser = '-';
  redirects = 0;
  /** Status that an error page answers instead of its own. */
  forcedStatus: number | undefined;

  constructor(sys: Sys, model: Model, server: Server, request: HttpRequest, peer: Peer, uri: string) {
    this.sys = sys;
    this.model = model;
    this.server = server;
    this.request = request;
    this.peer = peer;
    this.scope = server.scope;
    this.started = sys.now();
    this.uri = uri;
    this.args = this.#target.includes('?') ? this.#target.slice(this.#target.indexOf('?') + 1) : '';
  }

  get #target(): string {
    return this.request.line?.split(' ')[1] ?? this.request.path;
  }

  get host(): string {
    const header = this.request.headers.get('host')?.replace(/:\d+$/, '').toLowerCase();
    return header === undefined || header === '' ? (this.server.names[0] ?? '') : header;
  }

  get root(): string {
    const root = this.expand(this.scope.value('root') ?? 'html');
    return root.startsWith('/') ? root : `/etc/nginx/${root}`;
  }

  /** The file a path stands for in the current location. */
  fileOf(uri: string): string {
    const alias = this.location?.scope.own.find(({ name }) => name === 'alias')?.args[0];
    if (alias === undefined || !this.location) return this.root.replace(/\/$/, '') + uri;
    if (this.location.kind === 'regex') return this.expand(alias);
    return this.expand(alias) + uri.slice(this.location.pattern.length);
  }

  /** Replaces `$name` and `${name}` in a directive's argument. */
  expand(text: string): string {
    if (!text.includes('$')) return text;
    return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_all, braced: string | undefined, plain: string | undefined) =>
      this.variable((braced ?? plain)!),
    );
  }

  variable(name: string): string {
    const own = this.set.get(name);
    if (own !== undefined) return own;
    if (/^\d$/.test(name)) return this.captures[Number(name)] ?? '';
    const map = this.model.maps.get(name);
    if (map) return this.#mapped(map);
    const { headers } = this.request;
    if (name.startsWith('http_')) return headers.get(name.slice(5).replaceAll('_', '-')) ?? '';
    if (name.startsWith('sent_http_')) {
      const wanted = name.slice(10).replaceAll('_', '-');
      return this.responseHeaders.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? '';
    }
    if (name.startsWith('arg_')) return new URLSearchParams(this.args).get(name.slice(4)) ?? '';
    if (name.startsWith('cookie_')) {
      const cookies = (headers.get('cookie') ?? '').split(/;\s*/);
      return cookies.find((cookie) => cookie.startsWith(`${name.slice(7)}=`))?.slice(name.length - 6) ?? '';
    }
    return this.#builtin(name);
  }

  #mapped(map: { source: string; entries: readonly { name: string; args: readonly string[] }[] }): string {
    const value = this.expand(map.source);
    for (const { name, args } of map.entries) {
      if (name === 'default' || name === 'hostnames' || name === 'volatile') continue;
      const fits = name.startsWith('~')
        ? new RegExp(name.replace(/^~\*?/, ''), name.startsWith('~*') ? 'i' : '').test(value)
        : name.toLowerCase() === value.toLowerCase();
      if (fits) return this.expand(args[0] ?? '');
    }
    return this.expand(map.entries.find(({ name }) => name === 'default')?.args[0] ?? '');
  }

  #builtin(name: string): string {
    const { request, peer, sys } = this;
    const [method = '-', , protocol = 'HTTP/1.0'] = (request.line ?? '').split(' ');
    const elapsed = (): string => ((sys.now() - this.started) / 1000).toFixed(3);
    switch (name) {
      case 'remote_addr':
        return peer.client.host;
      case 'remote_port':
        return String(peer.client.port);
      case 'remote_user':
        return this.remoteUser;
      case 'server_addr':
        return peer.local.host;
      case 'server_port':
        return String(peer.local.port);
      case 'server_name':
        return this.server.names[0] ?? '';
      case 'server_protocol':
        return protocol;
      case 'scheme':
        return 'http';
      case 'host':
        return this.host;
      case 'hostname':
        return sys.hostname();
      case 'request':
        return request.line ?? '';
      case 'request_method':
        return method;
      case 'request_uri':
        return this.#target;
      case 'uri':
      case 'document_uri':
        return this.uri;
      case 'args':
      case 'query_string':
        return this.args;
      case 'is_args':
        return this.args === '' ? '' : '?';
      case 'document_root':
        return this.root;
      case 'request_filename':
        return this.fileOf(this.uri);
      case 'request_time':
        return elapsed();
      case 'request_length':
        return String((request.line?.length ?? 0) + 2);
      case 'request_id':
        return Array.from({ length: 32 }, () => sys.random(16).toString(16)).join('');
      case 'status':
        return String(this.status).padStart(3, '0');
      case 'body_bytes_sent':
      case 'bytes_sent':
        return String(this.bodyBytes);
      case 'time_local':
        return logTime(sys.now());
      case 'time_iso8601':
        return `${new Date(sys.now()).toISOString().slice(0, 19)}+00:00`;
      case 'msec':
        return (sys.now() / 1000).toFixed(3);
      case 'content_type':
        return request.headers.get('content-type') ?? '';
      case 'content_length':
        return request.headers.get('content-length') ?? '';
      case 'connection':
        return String(peer.number);
      case 'connection_requests':
        return '1';
      case 'pid':
        return String(sys.pid);
      case 'pipe':
        return '.';
      case 'nginx_version':
        return versionOf(sys);
      case 'proxy_add_x_forwarded_for': {
        const before = request.headers.get('x-forwarded-for');
        return before === undefined ? peer.client.host : `${before}, ${peer.client.host}`;
      }
      case 'upstream_addr':
        return this.upstream?.address ?? '';
      case 'upstream_status':
        return this.upstream?.status ?? '';
      case 'upstream_response_time':
      case 'upstream_connect_time':
      case 'upstream_header_time':
        return this.upstream ? (this.upstream.time / 1000).toFixed(3) : '';
      default:
        return '';
    }
  }
}

/** Which nginx this is: the official image says it in its environment. */
export const versionOf = (sys: Pick<Sys, 'env'>): string => sys.env['NGINX_VERSION'] ?? '1.22.1';
