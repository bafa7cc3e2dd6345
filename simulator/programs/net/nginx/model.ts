/** What a configuration means: servers with their listening sockets, locations, upstreams; directives inherited inwards. */
import { fault, type Directive } from './config.ts';

/** A block and the blocks around it: where a directive is looked up from the inside out. */
export class Scope {
  readonly own: readonly Directive[];
  readonly outer: Scope | undefined;
  constructor(own: readonly Directive[], outer?: Scope) {
    this.own = own;
    this.outer = outer;
  }
  /** The innermost directive of that name. */
  get(name: string): Directive | undefined {
    return this.own.findLast((directive) => directive.name === name) ?? this.outer?.get(name);
  }
  /** All directives of that name in the innermost block that has any (nginx's rule for arrays). */
  all(name: string): readonly Directive[] {
    const list = this.own.filter((directive) => directive.name === name);
    return list.length > 0 ? list : (this.outer?.all(name) ?? []);
  }
  value(name: string): string | undefined {
    return this.get(name)?.args[0];
  }
  on(name: string): boolean {
    return this.value(name) === 'on';
  }
}

export interface Location {
  readonly kind: 'exact' | 'prefix' | 'preferred' | 'regex' | 'named';
  readonly pattern: string;
  readonly regex: RegExp | undefined;
  readonly scope: Scope;
  readonly inner: readonly Location[];
}
export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly unix: string | undefined;
  readonly isDefault: boolean;
  readonly directive: Directive | undefined;
}
export interface Server {
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  readonly scope: Scope;
  readonly locations: readonly Location[];
}
export interface UpstreamServer {
  readonly address: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly down: boolean;
  readonly directive: Directive;
}
export interface Upstream {
  readonly name: string;
  readonly servers: readonly UpstreamServer[];
  readonly method: 'round-robin' | 'ip_hash' | 'least_conn';
}
export interface Model {
  readonly main: Scope;
  readonly events: Scope | undefined;
  readonly http: Scope | undefined;
  readonly servers: readonly Server[];
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** `map` blocks by variable. */
  readonly maps: ReadonlyMap<string, { source: string; entries: readonly Directive[] }>;
  readonly types: ReadonlyMap<string, string>;
  readonly formats: ReadonlyMap<string, string>;
  /** Addresses of the names in proxy_pass and upstream: looked up once, when the configuration is read. */
  readonly resolved: Map<string, readonly string[]>;
}

export function toRegex(directive: Directive, pattern: string, flags: string): RegExp {
  try {
    // PCRE's named groups and possessive forms that JavaScript writes differently.
    return new RegExp(pattern.replace(/\(\?P</g, '(?<'), flags);
  } catch {
    throw fault(directive, `pcre2_compile() failed: unrecognized character in "${pattern}"`);
  }
}

function locationsOf(list: readonly Directive[], outer: Scope): Location[] {
  return list
    .filter(({ name }) => name === 'location')
    .map((directive) => {
      const [first = '', second] = directive.args;
      const scope = new Scope(directive.block ?? [], outer);
      const inner = locationsOf(directive.block ?? [], scope);
      const modifiers: Readonly<Record<string, Location['kind']>> = {
        '=': 'exact',
        '^~': 'preferred',
        '~': 'regex',
        '~*': 'regex',
      };
      const kind = second === undefined ? (first.startsWith('@') ? 'named' : 'prefix') : modifiers[first];
      if (!kind) throw fault(directive, `invalid location modifier "${first}"`);
      const pattern = second ?? first;
      const regex = kind === 'regex' ? toRegex(directive, pattern, first === '~*' ? 'i' : '') : undefined;
      return { kind, pattern, regex, scope, inner };
    });
}

function listenOf(directive: Directive): Listen {
  const [address = '80', ...flags] = directive.args;
  const isDefault = flags.includes('default_server') || flags.includes('default');
  const common = { isDefault, directive };
  if (address.startsWith('unix:')) return { ...common, host: '', port: 0, unix: address.slice(5) };
  const parts = /^(?:(\[[^\]]*\]|[^:]+):)?(\d+)$/.exec(address);
  if (!parts) {
    if (/^[\w.-]+$/.test(address)) return { ...common, host: address, port: 80, unix: undefined };
    throw fault(directive, `host not found in "${address}" of the "listen" directive`);
  }
  const port = Number(parts[2]);
  if (port < 1 || port > 65535) throw fault(directive, `invalid port in "${address}" of the "listen" directive`);
  const host = parts[1] === undefined || parts[1] === '*' ? '0.0.0.0' : parts[1];
  return { ...common, host, port, unix: undefined };
}

function upstreamOf(directive: Directive): Upstream {
  const block = directive.block ?? [];
  const servers = block
    .filter(({ name }) => name === 'server')
    .map((server) => ({
      address: server.args[0] ?? '',
      weight: Number(server.args.find((arg) => arg.startsWith('weight='))?.slice(7) ?? 1),
      backup: server.args.includes('backup'),
      down: server.args.includes('down'),
      directive: server,
    }));
  const name = directive.args[0]!;
  if (servers.length === 0) throw fault(directive, `no servers are inside upstream`);
  const has = (method: string): boolean => block.some((entry) => entry.name === method);
  return { name, servers, method: has('ip_hash') ? 'ip_hash' : has('least_conn') ? 'least_conn' : 'round-robin' };
}

/** Types nginx knows without `types`: these three. */
const DEFAULT_TYPES = [
  ['html', 'text/html'],
  ['gif', 'image/gif'],
  ['jpg', 'image/jpeg'],
] as const;

/** Interprets a checked configuration. Throws ConfigError. */
export function buildModel(list: readonly Directive[]): Model {
  const main = new Scope(list);
  const events = list.find(({ name }) => name === 'events');
  const http = list.filter(({ name }) => name === 'http').flatMap(({ block }) => block ?? []);
  const httpScope = http.length > 0 ? new Scope(http, main) : undefined;
  const scope = httpScope ?? main;
  const servers = http
    .filter(({ name }) => name === 'server')
    .map((directive): Server => {
      const own = new Scope(directive.block ?? [], scope);
      const listens = own.own.filter(({ name }) => name === 'listen').map(listenOf);
      return {
        names: own.own.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
        listens:
          listens.length > 0
            ? listens
            : [{ host: '0.0.0.0', port: 80, unix: undefined, isDefault: false, directive: undefined }],
        scope: own,
        locations: locationsOf(own.own, own),
      };
    });
  const types = new Map<string, string>();
  for (const { block } of http.filter(({ name }) => name === 'types')) {
    for (const { name, args } of block ?? []) for (const extension of args) types.set(extension.toLowerCase(), name);
  }
  if (types.size === 0) for (const [extension, type] of DEFAULT_TYPES) types.set(extension, type);
  const formats = new Map<string, string>([
    [
      'combined',
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
    ],
  ]);
  for (const { args } of http.filter(({ name }) => name === 'log_format')) {
    formats.set(
      args[0] ?? '',
      args
        .slice(1)
        .filter((arg) => !arg.startsWith('escape='))
        .join(''),
    );
  }
  const maps = new Map<string, { source: string; entries: readonly Directive[] }>();
  for (const { args, block } of http.filter(({ name }) => name === 'map')) {
    maps.set((args[1] ?? '').replace(/^\$/, ''), { source: args[0] ?? '', entries: block ?? [] });
  }
  return {
    main,
    events: events && new Scope(events.block ?? [], main),
    http: httpScope,
    servers,
    upstreams: new Map(http.filter(({ name }) => name === 'upstream').map((d) => [d.args[0]!, upstreamOf(d)])),
    maps,
    types,
    formats,
    resolved: new Map(),
  };
}

/** The server for a Host header among those that listen on a socket: exact name, wildcards, patterns, the default one. */
export function chooseServer(candidates: readonly Server[], fallback: Server, host: string): Server {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  const having = (test: (pattern: string) => boolean): Server | undefined =>
    candidates.find(({ names }) => names.some((pattern) => test(pattern.toLowerCase())));
  return (
    having((pattern) => pattern === name) ??
    having((pattern) => pattern.startsWith('*.') && name.endsWith(pattern.slice(1))) ??
    having((pattern) => pattern.startsWith('.') && (name.endsWith(pattern) || name === pattern.slice(1))) ??
    having((pattern) => pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))) ??
    having((pattern) => pattern.startsWith('~') && new RegExp(pattern.slice(1), 'i').test(name)) ??
    fallback
  );
}

/** The location of a decoded path, by nginx's rules: exact, longest prefix unless `^~`, then the first pattern that fits. */
export function chooseLocation(
  locations: readonly Location[],
  path: string,
): { location: Location; captures: readonly string[] } | undefined {
  let best: Location | undefined;
  for (const location of locations) {
    if (location.kind === 'exact' && location.pattern === path) return { location, captures: [] };
    if ((location.kind === 'prefix' || location.kind === 'preferred') && path.startsWith(location.pattern)) {
      if (!best || location.pattern.length > best.pattern.length) best = location;
    }
  }
  if (best) {
    const nested = chooseLocation(best.inner, path);
    if (nested) return nested;
  }
  if (best?.kind !== 'preferred') {
    for (const location of locations) {
      const match = location.regex?.exec(path);
      if (match)
        return chooseLocation(location.inner, path) ?? { location, captures: match.map((group) => group ?? '') };
    }
  }
  return best && { location: best, captures: [] };
}
