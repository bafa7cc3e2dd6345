/** nginx's phases for one request: rewriting, access, content, error pages, headers. */
import type { HttpRequest, HttpResponse } from '../../../http/http.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { base64 } from '../url.ts';
import { Exchange, versionOf, type Peer } from './exchange.ts';
import { chooseLocation, chooseServer, toRegex, type Location, type Model, Scope, type Server } from './model.ts';
import { errorPage, httpDate, indexPage, nginxReason, type ListedFile } from './pages.ts';
import { proxy, type Balancer, type ErrorLog } from './proxy.ts';
import { fileResponse, look } from './static.ts';

/** What a phase decides: an answer, a status to make one of, or to go on with another path. */
type Decision =
  | { readonly answer: HttpResponse }
  | { readonly status: number; readonly location?: string; readonly text?: string; readonly plain?: boolean }
  | { readonly redirect: string };

export interface Site {
  readonly sys: Sys;
  readonly model: Model;
  /** The servers on the socket the connection came in by, and the default one. */
  readonly servers: readonly Server[];
  readonly fallback: Server;
  readonly balancer: Balancer;
  readonly log: ErrorLog;
  readonly access: (exchange: Exchange) => Promise<void>;
  readonly stats: () => string;
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    const out: string[] = [];
    for (const segment of decoded.split('/')) {
      if (segment === '..') {
        if (out.length <= 1) return undefined;
        out.pop();
      } else if (segment !== '.') out.push(segment);
    }
    return out.join('/').replace(/\/{2,}/g, '/') || '/';
  } catch {
    return undefined; // %-signs that decode to nothing: a bad request
  }
}

/** Answers one request. */
export async function handle(site: Site, request: HttpRequest, peer: Peer): Promise<HttpResponse> {
  const server = chooseServer(site.servers, site.fallback, request.headers.get('host') ?? '');
  const uri = decodePath(request.path);
  const exchange = new Exchange(site.sys, site.model, server, request, peer, uri ?? request.path);
  let response = uri === undefined ? page(exchange, 400) : await content(site, exchange);
  response = finish(exchange, response);
  const { body } = response;
  const head = request.method === 'HEAD';
  if (head || body === undefined || body instanceof Uint8Array || typeof body === 'string') {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : (body as Uint8Array | undefined);
    exchange.bodyBytes = head ? 0 : (bytes?.length ?? 0);
    await site.access(exchange);
    return response;
  }
  return { ...response, body: counted(site, exchange, body) };
}

/** The access log is written when the last byte was sent. */
async function* counted(site: Site, exchange: Exchange, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of body) {
      exchange.bodyBytes += bytes.length;
      yield bytes;
    }
  } finally {
    await site.access(exchange);
  }
}

async function content(site: Site, exchange: Exchange): Promise<HttpResponse> {
  const serverRewrite = await rewrite(exchange, exchange.server.scope);
  let decision: Decision = serverRewrite ?? { redirect: exchange.uri };
  for (;;) {
    if ('answer' in decision) {
      const intercept = exchange.scope.on('proxy_intercept_errors') && decision.answer.status >= 300;
      if (!intercept) return decision.answer;
      decision = { status: decision.answer.status };
    }
    if ('redirect' in decision) {
      if (++exchange.redirects > 11) {
        await site.log(
          exchange,
          'error',
          `rewrite or internal redirection cycle while internally redirecting to "${exchange.uri}"`,
        );
        return page(exchange, 500);
      }
      decision = await enter(site, exchange, decision.redirect);
      continue;
    }
    const custom = decision.text === undefined ? errorTarget(exchange, decision.status) : undefined;
    if (custom === undefined) return page(exchange, decision.status, decision);
    exchange.forcedStatus = custom.status ?? decision.status;
    if (/^https?:/.test(custom.uri)) return page(exchange, 302, { location: custom.uri });
    decision = { redirect: custom.uri };
  }
}

/** `error_page 404 /404.html`, `error_page 500 502 = @named`. Only the first error gets its page. */
function errorTarget(exchange: Exchange, status: number): { uri: string; status: number | undefined } | undefined {
  if (exchange.forcedStatus !== undefined) return undefined;
  for (const { args } of exchange.scope.all('error_page')) {
    const uri = args.at(-1)!;
    const codes = args.slice(0, -1);
    const change = codes.find((code) => code.startsWith('='));
    if (!codes.includes(String(status))) continue;
    return { uri: exchange.expand(uri), status: change === undefined ? undefined : Number(change.slice(1)) || 200 };
  }
  return undefined;
}

/** Finds the location of a path and runs its phases. */
async function enter(site: Site, exchange: Exchange, target: string): Promise<Decision> {
  const first = exchange.location === undefined && exchange.redirects === 1;
  if (target.startsWith('@')) {
    const named = exchange.server.locations.find(({ kind, pattern }) => kind === 'named' && pattern === target);
    if (!named) {
      await site.log(exchange, 'error', `could not find named location "${target}"`);
      return { status: 500 };
    }
    use(exchange, named, []);
  } else {
    const mark = target.indexOf('?');
    if (!first) {
      exchange.uri = mark < 0 ? target : target.slice(0, mark);
      if (mark >= 0) exchange.args = target.slice(mark + 1);
    }
    const found = chooseLocation(exchange.server.locations, exchange.uri);
    use(exchange, found?.location, found?.captures ?? []);
    if (exchange.location?.scope.own.some(({ name }) => name === 'internal') && first) return { status: 404 };
    const slash = slashRedirect(exchange);
    if (slash) return slash;
  }
  if (exchange.location) {
    const rewritten = await rewrite(exchange, exchange.location.scope);
    if (rewritten) return rewritten;
  }
  return access(exchange) ?? (await produce(site, exchange));
}

function use(exchange: Exchange, location: Location | undefined, captures: readonly string[]): void {
  exchange.location = location;
  exchange.scope = location?.scope ?? exchange.server.scope;
  if (captures.length > 0) exchange.captures = captures;
}

/** A location `/api/` with proxy_pass answers `/api` with a redirect. */
function slashRedirect(exchange: Exchange): Decision | undefined {
  const wanted = exchange.server.locations.find(
    ({ kind, pattern, scope }) =>
      kind === 'prefix' && pattern === `${exchange.uri}/` && scope.own.some(({ name }) => name === 'proxy_pass'),
  );
  if (!wanted || exchange.location?.kind === 'exact') return undefined;
  return { status: 301, location: absolute(exchange, `${exchange.uri}/`) };
}

/** The rewrite module: set, if, return, rewrite, in order. */
async function rewrite(exchange: Exchange, scope: Scope): Promise<Decision | undefined> {
  for (const directive of scope.own) {
    const { name, args, block } = directive;
    if (name === 'set') exchange.set.set(args[0]!.replace(/^\$/, ''), exchange.expand(args[1] ?? ''));
    else if (name === 'return') return returned(exchange, args);
    else if (name === 'if' && block && condition(exchange, args)) {
      const inner = await rewrite(exchange, new Scope(block, scope));
      if (inner) return inner;
    } else if (name === 'rewrite') {
      const regex = toRegex(directive, args[0]!, '');
      const match = regex.exec(exchange.uri);
      if (!match) continue;
      exchange.captures = match.map((group) => group ?? '');
      const replacement = exchange.expand(args[1]!);
      const flag = args[2];
      if (flag === 'permanent' || flag === 'redirect' || /^https?:/.test(replacement)) {
        return { status: flag === 'permanent' ? 301 : 302, location: absolute(exchange, replacement) };
      }
      exchange.set.set('rewritten', '1');
      const mark = replacement.indexOf('?');
      exchange.uri = mark < 0 ? replacement : replacement.slice(0, mark);
      if (mark >= 0) exchange.args = replacement.slice(mark + 1);
      if (flag === 'break') return undefined;
      if (flag === 'last' || scope === exchange.location?.scope) return { redirect: exchange.uri };
    }
  }
  return undefined;
}

function condition(exchange: Exchange, args: readonly string[]): boolean {
  const words = args
    .join(' ')
    .replace(/^\(\s*/, '')
    .replace(/\s*\)$/, '');
  const parts = /^(\S+)(?:\s+(!?=|!?~\*?|)\s*(.*))?$/.exec(words);
  if (!parts) return false;
  const [, left = '', operator, right = ''] = parts;
  const file = /^(!?)-([fde])$/.exec(left);
  if (file) {
    const found = look(exchange, exchange.expand(words.slice(left.length).trim()));
    const is =
      file[2] === 'f' ? found.kind === 'file' : file[2] === 'd' ? found.kind === 'directory' : found.kind !== 'error';
    return is !== (file[1] === '!');
  }
  const value = exchange.expand(left);
  if (!operator) return value !== '' && value !== '0';
  const plain = exchange.expand(right.replace(/^["']|["']$/g, ''));
  if (operator === '=' || operator === '!=') return (value === plain) === (operator === '=');
  const match = new RegExp(right.replace(/^["']|["']$/g, ''), operator.endsWith('*') ? 'i' : '').exec(value);
  if (match) exchange.captures = match.map((group) => group ?? '');
  return (match !== null) !== operator.startsWith('!');
}

function returned(exchange: Exchange, args: readonly string[]): Decision {
  const [first = '', second] = args;
  if (!/^\d+$/.test(first)) return { status: 302, location: absolute(exchange, exchange.expand(first)) };
  const status = Number(first);
  if (second === undefined) return { status };
  const text = exchange.expand(second);
  return status >= 301 && status <= 308 && status !== 304
    ? { status, location: absolute(exchange, text) }
    : { status, text };
}

const absolute = (exchange: Exchange, location: string): string => {
  if (/^[a-z]+:\/\//i.test(location) || exchange.scope.value('absolute_redirect') === 'off') return location;
  const { host } = exchange;
  const port = exchange.peer.local.port;
  return `http://${host}${port === 80 || exchange.scope.value('port_in_redirect') === 'off' ? '' : `:${port}`}${location}`;
};

function access(exchange: Exchange): Decision | undefined {
  const client = exchange.peer.client.host;
  const rules = exchange.scope.own.filter(({ name }) => name === 'allow' || name === 'deny');
  for (const { name, args } of rules) {
    if (args[0] === 'all' || args[0] === client || inNetwork(client, args[0]!)) {
      if (name === 'deny') return { status: 403 };
      break;
    }
  }
  const realm = exchange.scope.value('auth_basic');
  if (realm === undefined || realm === 'off') return undefined;
  const users = exchange.scope.value('auth_basic_user_file') ?? '/etc/nginx/.htpasswd';
  const given = /^Basic (.+)$/i.exec(exchange.request.headers.get('authorization') ?? '')?.[1];
  const found = look(exchange, users.startsWith('/') ? users : `/etc/nginx/${users}`);
  if (found.kind !== 'file') return { status: 403 };
  for (const line of exchange.sys.readText(found.path).split('\n')) {
    const [user = '', password = ''] = line.split(':');
    // Only plain passwords can be compared here; hashed ones never match.
    if (given !== undefined && base64(`${user}:${password.replace(/^\{PLAIN\}/, '')}`) === given) {
      exchange.remoteUser = user;
      return undefined;
    }
  }
  return {
    answer: {
      ...page(exchange, 401),
      headers: { ...page(exchange, 401).headers, 'WWW-Authenticate': `Basic realm="${realm}"` },
    },
  };
}

function inNetwork(address: string, network: string): boolean {
  const [base, prefix] = network.split('/');
  if (prefix === undefined) return false;
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(number(address) / size) === Math.floor(number(base!) / size);
}

/** The content phase. */
async function produce(site: Site, exchange: Exchange): Promise<Decision> {
  const { scope, request } = exchange;
  const own = new Set(scope.own.map(({ name }) => name));
  const limit = sizeOf(scope.value('client_max_body_size') ?? '1m');
  if (limit > 0 && Number(request.headers.get('content-length') ?? 0) > limit) return { status: 413 };
  if (own.has('try_files') || (!own.has('proxy_pass') && scope.get('try_files'))) {
    const tried = await tryFiles(exchange);
    if (tried) return tried;
  }
  if (own.has('proxy_pass')) {
    const outcome = await proxy(exchange, site.balancer, site.log);
    return typeof outcome === 'number' ? { status: outcome } : { answer: outcome };
  }
  if (own.has('stub_status'))
    return { answer: { status: 200, headers: { 'Content-Type': 'text/plain' }, body: site.stats() } };
  if (['fastcgi_pass', 'uwsgi_pass', 'grpc_pass', 'memcached_pass'].some((name) => own.has(name))) {
    await site.log(exchange, 'error', 'connect() failed (111: Connection refused) while connecting to upstream');
    return { status: 502 };
  }
  return serveFile(site, exchange);
}

function sizeOf(text: string): number {
  const parts = /^(\d+)([kmg]?)$/i.exec(text);
  return parts ? Number(parts[1]) * { '': 1, k: 1024, m: 1048576, g: 1073741824 }[parts[2]!.toLowerCase()]! : 0;
}

async function tryFiles(exchange: Exchange): Promise<Decision | undefined> {
  const args = exchange.scope.get('try_files')!.args;
  for (const arg of args.slice(0, -1)) {
    const uri = exchange.expand(arg);
    const found = look(exchange, exchange.fileOf(uri.replace(/\/$/, '')) || '/');
    if (uri.endsWith('/') ? found.kind === 'directory' : found.kind === 'file') {
      exchange.uri = uri;
      return undefined;
    }
  }
  const last = args.at(-1)!;
  if (last.startsWith('=')) return { status: Number(last.slice(1)) };
  return { redirect: exchange.expand(last) };
}

async function serveFile(site: Site, exchange: Exchange): Promise<Decision> {
  const { method } = exchange.request;
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
  const path = exchange.fileOf(exchange.uri);
  if (exchange.uri.endsWith('/')) return serveDirectory(site, exchange, path);
  const found = look(exchange, path);
  if (found.kind === 'file') return { answer: fileResponse(exchange, found) };
  if (found.kind === 'directory') {
    return {
      status: 301,
      location: absolute(exchange, `${encodeURI(exchange.uri)}/${exchange.args === '' ? '' : `?${exchange.args}`}`),
    };
  }
  const { error } = found;
  if (exchange.scope.value('log_not_found') !== 'off' || error.code !== 'ENOENT') {
    await site.log(exchange, 'error', `open() "${path}" failed (${error.number}: ${error.message})`);
  }
  return { status: error.code === 'EACCES' ? 403 : error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 404 : 500 };
}

async function serveDirectory(site: Site, exchange: Exchange, path: string): Promise<Decision> {
  const { sys } = exchange;
  const indexes = exchange.scope.get('index')?.args ?? ['index.html'];
  for (const index of indexes) {
    const name = exchange.expand(index);
    const file = name.startsWith('/') ? exchange.fileOf(name) : `${path.replace(/\/$/, '')}/${name}`;
    const found = look(exchange, file);
    // The index is an internal redirect: it may fall into another location.
    if (found.kind === 'file') return { redirect: name.startsWith('/') ? name : exchange.uri + name };
    if (found.kind === 'error' && found.error.code === 'EACCES') {
      await site.log(exchange, 'error', `"${file}" is forbidden (13: Permission denied)`);
      return { status: 403 };
    }
  }
  const directory = look(exchange, path.replace(/(.)\/$/, '$1'));
  if (directory.kind === 'error') {
    await site.log(
      exchange,
      'error',
      `"${path}${indexes[0] ?? ''}" is not found (${directory.error.number}: ${directory.error.message})`,
    );
    return { status: 404 };
  }
  if (!exchange.scope.on('autoindex')) {
    await site.log(exchange, 'error', `directory index of "${path}" is forbidden`);
    return { status: 403 };
  }
  const files: ListedFile[] = sys
    .readdir(path)
    .filter(({ name }) => !name.startsWith('.'))
    .map(({ name }) => {
      const stat = sys.stat(`${path}/${name}`);
      return { name, directory: stat.type === 'dir', size: stat.size, mtime: stat.mtime };
    });
  return { answer: { status: 200, headers: { 'Content-Type': 'text/html' }, body: indexPage(exchange.uri, files) } };
}

/** The answer for a status: nginx's own page, a text, or a redirect. */
function page(exchange: Exchange, status: number, more: { location?: string; text?: string } = {}): HttpResponse {
  const signature = exchange.scope.value('server_tokens') === 'off' ? 'nginx' : `nginx/${versionOf(exchange.sys)}`;
  const location: Record<string, string> = more.location === undefined ? {} : { Location: more.location };
  if (more.text !== undefined) {
    const type = exchange.scope.value('default_type') ?? 'text/plain';
    return { status, headers: { 'Content-Type': type, ...location }, body: more.text };
  }
  if (status === 444) return { status, headers: { Connection: 'close' } };
  const body = errorPage(status, signature);
  return body === undefined
    ? { status, headers: location }
    : { status, headers: { 'Content-Type': 'text/html', ...location }, body };
}

/** Server, Date, Connection and the configuration's own headers. */
function finish(exchange: Exchange, response: HttpResponse): HttpResponse {
  const { scope, sys } = exchange;
  const status =
    exchange.forcedStatus !== undefined && response.status === 200 ? exchange.forcedStatus : response.status;
  const given = { ...response.headers };
  const { body } = response;
  const headers: Record<string, string> = {
    Server: scope.value('server_tokens') === 'off' ? 'nginx' : `nginx/${versionOf(sys)}`,
    Date: httpDate(sys.now()),
  };
  const type = given['Content-Type'];
  if (type !== undefined) headers['Content-Type'] = type;
  if (body instanceof Uint8Array || typeof body === 'string') {
    headers['Content-Length'] = String(typeof body === 'string' ? new TextEncoder().encode(body).length : body.length);
  }
  for (const [name, value] of Object.entries(given)) if (name !== 'Content-Type') headers[name] = value;
  headers['Connection'] ??= 'keep-alive';
  const plain = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(status);
  expires(exchange, headers);
  for (const { args } of scope.all('add_header')) {
    const [name, value = '', always] = args;
    const expanded = exchange.expand(value);
    if ((plain || always === 'always') && expanded !== '') headers[name!] = expanded;
  }
  exchange.status = status;
  exchange.responseHeaders = Object.entries(headers);
  const reason = nginxReason(status);
  return { ...response, status, headers, ...(response.reason === undefined && reason !== undefined ? { reason } : {}) };
}

function expires(exchange: Exchange, headers: Record<string, string>): void {
  const value = exchange.scope.value('expires');
  if (value === undefined || value === 'off') return;
  const parts = /^(-?\d+)([smhdwMy]?)$/.exec(value);
  const unit: Readonly<Record<string, number>> = {
    '': 1,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    M: 2592000,
    y: 31536000,
  };
  const seconds =
    value === 'max' ? 315360000 : value === 'epoch' ? -1 : parts ? Number(parts[1]) * unit[parts[2]!]! : 0;
  headers['Expires'] = seconds < 0 ? 'Thu, 01 Jan 1970 00:00:01 GMT' : httpDate(exchange.sys.now() + seconds * 1000);
  headers['Cache-Control'] = seconds < 0 ? 'no-cache' : `max-age=${seconds}`;
}
