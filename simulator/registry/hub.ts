/** Docker Hub: its registry, which serves the catalogue, and its token service, as hosts of the simulated internet. */
import { readText, type HttpHandler, type HttpRequest, type HttpResponse } from '../http/http.ts';
import { serve } from '../http/server.ts';
import type { Digest } from '../image/digest.ts';
import { digestOf } from '../image/digest.ts';
import { goJson } from '../image/json.ts';
import type { Channel, RemoteHost } from '../kernel/kernel.ts';
import { assemble, type AssembledVersion } from './catalogue/assemble.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { RegistryApiError } from './errors.ts';
import { bytesOfNote, writeNote } from './known.ts';
import { registryHandler } from './server.ts';
import { FileStorage, memoryFiles, type RegistryStorage, type StoredBlob } from './storage.ts';

/** One-way latency to Docker Hub, ms. */
const LATENCY = 12;
const REALM = 'https://auth.docker.io/token';
const SERVICE = 'registry.docker.io';
/** Manifests an anonymous address may fetch in six hours. */
const RATE_LIMIT = 100;

/** The catalogue as a registry's storage; what accounts push lies in memory beside it. */
class HubStorage implements RegistryStorage {
  readonly #external: <T>(work: Promise<T>) => Promise<T>;
  constructor(external: <T>(work: Promise<T>) => Promise<T>) {
    this.#external = external;
  }
  readonly #pushed = new FileStorage(memoryFiles());
  readonly #loaded = new Map<string, Promise<AssembledVersion[]>>();

  #versions(name: string): Promise<AssembledVersion[]> | undefined {
    const load = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
    if (!load) return undefined;
    let versions = this.#loaded.get(name);
    if (!versions)
      this.#loaded.set(name, (versions = this.#external(load()).then((image) => image.versions.map(assemble))));
    return versions;
  }
  isOfficial(name: string): boolean {
    return Object.hasOwn(CATALOGUE, name);
  }
  async repositories(): Promise<readonly string[]> {
    return [...Object.keys(CATALOGUE), ...(await this.#pushed.repositories())].sort();
  }
  async hasRepository(name: string): Promise<boolean> {
    return this.isOfficial(name) || this.#pushed.hasRepository(name);
  }
  async blob(name: string, digest: Digest): Promise<StoredBlob | undefined> {
    for (const version of (await this.#versions(name)) ?? []) {
      const { config } = version;
      if (config.digest === digest) return { size: config.bytes.length, bytes: () => config.bytes };
      const layer = version.layers.find((one) => one.digest === digest);
      if (layer) {
        const note = { digest, diffId: layer.diffId, size: layer.size };
        return { size: layer.size, note, bytes: () => bytesOfNote(note) };
      }
    }
    return this.#pushed.blob(name, digest);
  }
  async manifest(name: string, digest: Digest): Promise<Uint8Array | undefined> {
    const found = (await this.#versions(name))?.find((version) => version.manifest.digest === digest);
    return found ? found.manifest.bytes : this.#pushed.manifest(name, digest);
  }
  async manifests(name: string): Promise<readonly Digest[]> {
    const versions = await this.#versions(name);
    return versions ? versions.map((version) => version.manifest.digest) : this.#pushed.manifests(name);
  }
  async tags(name: string): Promise<readonly string[]> {
    const versions = await this.#versions(name);
    return versions ? versions.flatMap((version) => version.tags) : this.#pushed.tags(name);
  }
  async tag(name: string, tag: string): Promise<Digest | undefined> {
    const versions = await this.#versions(name);
    if (!versions) return this.#pushed.tag(name, tag);
    return versions.find((version) => version.tags.includes(tag))?.manifest.digest;
  }
  putBlob(name: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    return this.#pushed.putBlob(name, digest, bytes);
  }
  async linkBlob(name: string, digest: Digest): Promise<void> {
    // A blob of the catalogue is not among what was pushed: the account's repository gets it for its own.
    for (const repository of this.#loaded.keys()) {
      const blob = await this.blob(repository, digest);
      const bytes = blob?.note ? writeNote(blob.note) : blob?.bytes();
      if (bytes) return this.#pushed.putBlob(name, digest, bytes);
    }
    return this.#pushed.linkBlob(name, digest);
  }
  deleteBlob(name: string, digest: Digest): Promise<void> {
    return this.#pushed.deleteBlob(name, digest);
  }
  putManifest(name: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    return this.#pushed.putManifest(name, digest, bytes);
  }
  deleteManifest(name: string, digest: Digest): Promise<void> {
    return this.#pushed.deleteManifest(name, digest);
  }
  setTag(name: string, tag: string, digest: Digest): Promise<void> {
    return this.#pushed.setTag(name, tag, digest);
  }
  deleteTag(name: string, tag: string): Promise<void> {
    return this.#pushed.deleteTag(name, tag);
  }
}

interface Grant {
  readonly user: string;
  readonly repository: string;
  readonly actions: readonly string[];
}

const base64url = (text: string): string => btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

export interface HubOptions {
  /** Virtual time, ms. */
  readonly now: () => number;
  /** 32 hexadecimal digits. */
  readonly uuid: () => string;
  /** Waits for code that is being loaded (`Kernel.external`). */
  readonly external?: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * The handlers behind Docker Hub's names. Accounts belong to whoever logs in first under a name: a simulated Hub has no
 * sign-up page, and a password must still be the same the next time.
 */
export class Hub {
  readonly storage: HubStorage;
  readonly #external: <T>(work: Promise<T>) => Promise<T>;
  readonly registry: HttpHandler;
  readonly #accounts = new Map<string, string>();
  readonly #tokens = new Map<string, Grant[]>();
  readonly #now: () => number;
  #fetched = 0;

  constructor(options: HubOptions) {
    this.#now = options.now;
    this.#external = options.external ?? ((work) => work);
    this.storage = new HubStorage(this.#external);
    const handler = registryHandler({
      storage: this.storage,
      version: 3,
      uuid: options.uuid,
      authorise: (request, name, action) => this.#authorise(request, name, action),
    });
    this.registry = async (request) => {
      const response = await handler(request);
      if (request.method === 'GET' && /\/manifests\//.test(request.path) && response.status === 200) this.#fetched++;
      return {
        ...response,
        headers: {
          ...response.headers,
          ...(/\/manifests\//.test(request.path) && response.status === 200 ? this.#rateHeaders() : {}),
        },
      };
    };
  }

  #rateHeaders(): Record<string, string> {
    return {
      'RateLimit-Limit': `${RATE_LIMIT};w=21600`,
      'RateLimit-Remaining': `${Math.max(0, RATE_LIMIT - this.#fetched)};w=21600`,
      'Docker-RateLimit-Source': '203.0.113.10',
    };
  }

  /** Throws 401 with the challenge unless the request's token allows it. */
  #authorise(request: HttpRequest, name: string | undefined, action: 'pull' | 'push' | 'delete'): void {
    const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const grants = token === undefined ? undefined : this.#tokens.get(token);
    if (name === undefined) {
      if (!grants) throw this.#challenge(undefined, undefined);
      return;
    }
    const wanted = action === 'pull' ? 'pull' : action === 'push' ? 'pull,push' : 'delete';
    const allowed = grants?.some((grant) => grant.repository === name && grant.actions.includes(action)) ?? false;
    if (!allowed) throw this.#challenge(`repository:${name}:${wanted}`, grants ? 'insufficient_scope' : undefined);
  }
  #challenge(scope: string | undefined, error: string | undefined): RegistryApiError {
    const [type, name, actions] = scope?.split(':') ?? [];
    return new RegistryApiError('UNAUTHORIZED', {
      ...(scope === undefined
        ? {}
        : { detail: (actions ?? '').split(',').map((Action) => ({ Type: type, Class: '', Name: name, Action })) }),
      headers: {
        'Www-Authenticate':
          `Bearer realm="${REALM}",service="${SERVICE}"` +
          (scope === undefined ? '' : `,scope="${scope}"`) +
          (error === undefined ? '' : `,error="${error}"`),
      },
    });
  }

  /** GET /token of auth.docker.io. */
  readonly auth: HttpHandler = async (request) => {
    if (request.path !== '/token') return { status: 404, body: '404 page not found\n' };
    if (request.method === 'POST') await readText(request.body);
    const user = this.#login(request);
    if (user === undefined) return json(401, { details: 'incorrect username or password' });
    const grants: Grant[] = [];
    for (const scope of request.query.getAll('scope')) {
      const match = /^repository:(.+):([a-z,*]+)$/.exec(scope);
      if (!match) continue;
      const repository = match[1]!;
      const owned = user !== '' && repository.startsWith(`${user}/`);
      const actions = match[2]!.split(',').filter((action) => action === 'pull' || owned);
      if (actions.length > 0) grants.push({ user, repository, actions });
    }
    const claims = {
      sub: user,
      access: grants.map((grant) => ({ type: 'repository', name: grant.repository, actions: grant.actions })),
    };
    const head = base64url(JSON.stringify({ alg: 'RS256', typ: 'JWT' }));
    const body = base64url(JSON.stringify(claims));
    const token = `${head}.${body}.${base64url(digestOf(`${head}.${body}`))}`;
    this.#tokens.set(token, grants);
    return json(200, { token, access_token: token, expires_in: 300, issued_at: new Date(this.#now()).toISOString() });
  };
  /** The user of the Basic credentials, '' without any, undefined when the password is wrong. */
  #login(request: HttpRequest): string | undefined {
    const basic = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (basic === undefined) return '';
    const [user, ...rest] = atob(basic).split(':');
    const password = rest.join(':');
    if (!user || password === '') return undefined;
    const known = this.#accounts.get(user);
    if (known === undefined) this.#accounts.set(user, password);
    return known === undefined || known === password ? user : undefined;
  }

  /** Search (`docker search`): official repositories whose name or description holds the term. */
  async search(term: string): Promise<{ name: string; description: string; stars: number }[]> {
    const found: { name: string; description: string; stars: number }[] = [];
    const wanted = term.replace(/^library\//, '').toLowerCase();
    for (const load of Object.values(CATALOGUE)) {
      const image = await this.#external(load());
      const name = image.repository.replace(/^library\//, '');
      if (name.includes(wanted) || image.description.toLowerCase().includes(wanted))
        found.push({ name, description: image.description, stars: image.stars });
    }
    return found.sort((a, b) => Number(b.name === wanted) - Number(a.name === wanted) || b.stars - a.stars);
  }
}

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: `${goJson(value)}\n`,
});

/** The hosts of Docker Hub. TLS is left out: what goes over port 443 is plain HTTP. */
export function hubHosts(hub: Hub, onError: (error: unknown) => void): RemoteHost[] {
  const port = (handler: HttpHandler) => (channel: Channel) => void serve(channel, handler, { onError }).catch(onError);
  return [
    {
      names: ['registry-1.docker.io', 'index.docker.io', 'docker.io'],
      address: '44.208.254.194',
      latency: LATENCY,
      ports: new Map([[443, port(hub.registry)]]),
    },
    {
      names: ['auth.docker.io', 'hub.docker.com'],
      address: '44.194.69.199',
      latency: LATENCY,
      ports: new Map([[443, port(hub.auth)]]),
    },
  ];
}
