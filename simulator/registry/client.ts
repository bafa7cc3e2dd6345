/** The engine's side of the distribution API: where a registry is, how to get in, and one call per step of pull and push. */
import { sysChannel } from '../http/channel.ts';
import { request, type RequestOptions } from '../http/client.ts';
import { HttpError, readAll, type HttpAnswer } from '../http/http.ts';
import { knownLayer, type ContentStore } from '../image/content.ts';
import { isDigest, type Digest } from '../image/digest.ts';
import { parseJson } from '../image/json.ts';
import { formatReference, type Reference } from '../image/reference.ts';
import { MEDIA, type Descriptor } from '../image/types.ts';
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import { KNOWN_CODING, writeNote } from './known.ts';

export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
}

export interface RegistryClientOptions {
  /** The calls of the process that connects. */
  readonly sys: Pick<Sys, 'connect' | 'resolve' | 'sleep' | 'read' | 'write' | 'close' | 'shutdown'>;
  readonly content: ContentStore;
  readonly credentials?: RegistryCredentials;
  /** Registries that may be spoken to without TLS beside localhost (`insecure-registries`), as host or host:port. */
  readonly insecure?: readonly string[];
  /** Bytes per millisecond that a download from the internet gets. */
  readonly speed?: number;
}

/** A registry that refused or could not be reached; the message is what Docker prints after its own words. */
export class RegistryError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const USER_AGENT =
  'docker/29.7.2 go/go1.26.5 git-commit/61c2aca kernel/6.12.57 os/linux arch/amd64 containerd-client/2.2.1+unknown storage-driver/overlayfs UpstreamClient(Docker-Client/29.7.2 \\(linux\\))';
const ACCEPT = [MEDIA.dockerManifest, MEDIA.dockerList, MEDIA.manifest, MEDIA.index, '*/*'].join(', ');

const DENIED = 'access denied, repository does not exist or may require authorization: ';
const NO_SCOPE = 'server message: insufficient_scope: authorization failed';
const NO_CREDENTIALS = 'authorization failed: no basic auth credentials';

interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** host[:port] as URLs show it. */
  readonly authority: string;
  /** Plain HTTP is allowed. */
  readonly plain: boolean;
}

const isLoopback = (host: string): boolean => host === 'localhost' || /^127\./.test(host) || host === '[::1]';

export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #speed: number;
  readonly #tokens = new Map<string, string>();
  constructor(options: RegistryClientOptions) {
    this.#options = options;
    this.#speed = options.speed ?? 12_000;
  }

  #endpoint(domain: string): Endpoint {
    const authority = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
    const match = /^(.*?)(?::(\d+))?$/.exec(authority)!;
    const host = match[1]!;
    const plain =
      isLoopback(host) || (this.#options.insecure ?? []).some((entry) => entry === authority || entry === host);
    const port = match[2] === undefined ? (plain && isLoopback(host) ? 80 : 443) : Number(match[2]);
    return { host, port, authority, plain };
  }

  async #connect(
    endpoint: Endpoint,
    method: string,
    path: string,
    scheme: string,
  ): Promise<ReturnType<typeof sysChannel>> {
    const { sys } = this.#options;
    const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()} "${scheme}://${endpoint.authority}${path}"`;
    const fail = (text: string): RegistryError => new RegistryError(500, `${verb}: ${text}`);
    let address = endpoint.host;
    if (endpoint.host === 'localhost') address = '127.0.0.1';
    else if (!/^\d+\.\d+\.\d+\.\d+$/.test(endpoint.host)) {
      const [first] = await sys.resolve(endpoint.host);
      if (first === undefined) throw fail(`dial tcp: lookup ${endpoint.host}: no such host`);
      address = first;
    }
    try {
      return sysChannel(sys as Sys, await sys.connect({ family: 'inet', host: address, port: endpoint.port }));
    } catch (error) {
      if (!isErrno(error)) throw error;
      // Go tries ::1 first for localhost and reports that attempt.
      const shown = endpoint.host === 'localhost' ? '[::1]' : address;
      const text = error.code === 'ETIMEDOUT' ? 'i/o timeout' : `connect: ${error.message.toLowerCase()}`;
      throw fail(`dial tcp ${shown}:${endpoint.port}: ${text}`);
    }
  }

  /** One request on a connection of its own; the body is read before the connection closes. */
  async #send(
    domain: string,
    options: RequestOptions & { readonly target: string },
    scheme = 'https',
  ): Promise<{ answer: HttpAnswer; body: Uint8Array }> {
    const endpoint = this.#endpoint(domain);
    const method = options.method ?? 'GET';
    const path = options.target;
    const channel = await this.#connect(endpoint, method, path, scheme);
    const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()} "${scheme}://${endpoint.authority}${path}"`;
    try {
      // What listens on 443 speaks TLS (left out here); other ports are plain, which only some registries may be.
      if (!endpoint.plain && endpoint.port !== 443)
        throw new RegistryError(500, `${verb}: http: server gave HTTP response to HTTPS client`);
      const answer = await request(channel, {
        ...options,
        headers: { Host: endpoint.authority, 'User-Agent': USER_AGENT, Connection: 'close', ...options.headers },
      });
      return { answer, body: await readAll(answer.body) };
    } catch (error) {
      if (error instanceof HttpError) throw new RegistryError(500, `${verb}: EOF`);
      if (isErrno(error)) throw new RegistryError(500, `${verb}: read: ${error.message.toLowerCase()}`);
      throw error;
    } finally {
      channel.close();
    }
  }

  /** A request with the token its scope needs; asks for one when challenged. */
  async #call(
    domain: string,
    scope: string,
    options: RequestOptions,
  ): Promise<{ answer: HttpAnswer; body: Uint8Array }> {
    const withToken = (): RequestOptions => {
      const token = this.#tokens.get(`${domain} ${scope}`);
      return token === undefined ? options : { ...options, headers: { ...options.headers, Authorization: token } };
    };
    const first = await this.#send(domain, withToken());
    if (first.answer.status !== 401) return first;
    const challenge = first.answer.headers.get('www-authenticate') ?? '';
    const authorisation = await this.#authorise(challenge, scope);
    if (authorisation === undefined) return first;
    this.#tokens.set(`${domain} ${scope}`, authorisation);
    return this.#send(domain, withToken());
  }

  /** The Authorization header that answers a challenge. */
  async #authorise(challenge: string, scope: string): Promise<string | undefined> {
    const { username, password } = this.#options.credentials ?? {};
    const basic = username ? `Basic ${btoa(`${username}:${password ?? ''}`)}` : undefined;
    if (/^Basic\b/i.test(challenge)) return basic;
    const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = field('realm');
    if (!/^Bearer\b/i.test(challenge) || realm === undefined) return undefined;
    const url = /^https?:\/\/([^/]+)(\/[^?]*)/.exec(realm);
    if (!url) return undefined;
    const query = new URLSearchParams();
    const service = field('service');
    if (service !== undefined) query.set('service', service);
    if (scope !== '') query.append('scope', scope);
    const { answer, body } = await this.#send(url[1]!, {
      target: `${url[2]}?${query.toString()}`,
      ...(basic === undefined ? {} : { headers: { Authorization: basic } }),
    });
    if (answer.status === 401) throw new RegistryError(401, 'unauthorized: incorrect username or password');
    if (answer.status !== 200)
      throw new RegistryError(500, `failed to fetch oauth token: unexpected status: ${answer.status} ${answer.reason}`);
    const token = parseJson<{ token?: string; access_token?: string }>(body);
    return `Bearer ${token.token ?? token.access_token ?? ''}`;
  }

  #refusal(
    reference: Reference,
    answer: HttpAnswer,
    request: { method: string; path: string; action: 'pull' | 'push' },
  ): RegistryError {
    const { status } = answer;
    const { authority, plain } = this.#endpoint(reference.domain);
    const url = `${plain ? 'http' : 'https'}://${authority}${request.path}`;
    const basic = /^Basic\b/i.test(answer.headers.get('www-authenticate') ?? '');
    if (status === 401 && basic && this.#options.credentials?.username)
      return new RegistryError(500, `unexpected status from ${request.method} request to ${url}: 401 Unauthorized`);
    if (status === 401 || status === 403)
      return new RegistryError(
        status === 401 ? 404 : 403,
        `${request.action} ${DENIED}${basic ? NO_CREDENTIALS : NO_SCOPE}`,
      );
    if (status === 404) return new RegistryError(404, `${formatReference(reference)}: not found`);
    if (status === 429)
      return new RegistryError(
        429,
        'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      );
    return new RegistryError(
      500,
      `unexpected status from ${request.method} request to ${url}: ${status} ${answer.reason}`,
    );
  }

  #scope(reference: Reference, action: 'pull' | 'push'): string {
    return `repository:${reference.path}:${action === 'push' ? 'pull,push' : 'pull'}`;
  }
  #manifestPath(reference: Reference): string {
    return `/v2/${reference.path}/manifests/${reference.digest ?? reference.tag ?? 'latest'}`;
  }

  // --- pulling

  /** The descriptor a name leads to: HEAD of its manifest. */
  async resolve(reference: Reference): Promise<Descriptor> {
    const path = this.#manifestPath(reference);
    let head;
    try {
      head = await this.#call(reference.domain, this.#scope(reference, 'pull'), {
        method: 'HEAD',
        target: path,
        headers: { Accept: ACCEPT },
      });
    } catch (error) {
      throw failedRequest(error);
    }
    const { answer } = head;
    if (answer.status !== 200) throw this.#refusal(reference, answer, { method: 'HEAD', path, action: 'pull' });
    const digest = answer.headers.get('docker-content-digest') ?? '';
    if (!isDigest(digest)) throw new RegistryError(500, `${formatReference(reference)}: missing content digest`);
    return {
      mediaType: answer.headers.get('content-type') ?? MEDIA.manifest,
      digest,
      size: Number(answer.headers.get('content-length') ?? 0),
    };
  }

  /** Bytes of a manifest or index, by its digest. */
  async manifest(reference: Reference, descriptor: Descriptor): Promise<Uint8Array> {
    const path = `/v2/${reference.path}/manifests/${descriptor.digest}`;
    const { answer, body } = await this.#call(reference.domain, this.#scope(reference, 'pull'), {
      target: path,
      headers: { Accept: `${descriptor.mediaType}, */*` },
    });
    if (answer.status !== 200) throw this.#refusal(reference, answer, { method: 'GET', path, action: 'pull' });
    return body;
  }

  /** Brings a blob into the content store; `progress` hears how many bytes are there as they arrive. */
  async blob(reference: Reference, descriptor: Descriptor, progress: (current: number) => void): Promise<void> {
    const { content } = this.#options;
    const path = `/v2/${reference.path}/blobs/${descriptor.digest}`;
    const known = knownLayer(descriptor.digest);
    const { answer, body } = await this.#call(reference.domain, this.#scope(reference, 'pull'), {
      target: path,
      headers: { Accept: `${descriptor.mediaType}, */*`, ...(known ? { 'Accept-Encoding': KNOWN_CODING } : {}) },
    });
    if (answer.status !== 200) throw this.#refusal(reference, answer, { method: 'GET', path, action: 'pull' });
    await this.#arrive(reference, descriptor.size, progress);
    if (known && answer.headers.get('content-encoding') === KNOWN_CODING) content.putKnown(known);
    else content.put(body, descriptor.digest);
  }
  /** Lets the time pass that a download of `size` bytes takes. */
  async #arrive(reference: Reference, size: number, progress: (current: number) => void): Promise<void> {
    const near = this.#endpoint(reference.domain).plain;
    const duration = size / (near ? this.#speed * 20 : this.#speed);
    const steps = Math.max(1, Math.min(20, Math.ceil(duration / 100)));
    for (let i = 1; i <= steps; i++) {
      await this.#options.sys.sleep(duration / steps);
      progress(Math.round((size * i) / steps));
    }
  }

  /** All tags of a repository, sorted. */
  async tags(reference: Reference): Promise<readonly string[]> {
    const path = `/v2/${reference.path}/tags/list`;
    const { answer, body } = await this.#call(reference.domain, this.#scope(reference, 'pull'), { target: path });
    if (answer.status !== 200)
      throw this.#refusal({ domain: reference.domain, path: reference.path }, answer, {
        method: 'GET',
        path,
        action: 'pull',
      });
    return parseJson<{ tags: string[] | null }>(body).tags ?? [];
  }

  // --- pushing

  /** Sends a blob; tells whether it was sent, was there, or was mounted from another repository. */
  async pushBlob(
    reference: Reference,
    descriptor: Descriptor,
    options: { readonly mountFrom?: string } = {},
  ): Promise<'pushed' | 'exists' | { readonly mounted: string }> {
    const { domain } = reference;
    const scope = this.#scope(reference, 'push');
    const path = `/v2/${reference.path}/blobs/${descriptor.digest}`;
    let head;
    try {
      head = await this.#call(domain, scope, {
        method: 'HEAD',
        target: path,
        headers: { Accept: `${descriptor.mediaType}, */*` },
      });
    } catch (error) {
      throw failedRequest(error);
    }
    if (head.answer.status === 200) return 'exists';
    if (head.answer.status !== 404)
      throw this.#refusal(reference, head.answer, { method: 'HEAD', path, action: 'push' });
    const uploads = `/v2/${reference.path}/blobs/uploads/`;
    if (options.mountFrom !== undefined && options.mountFrom !== reference.path) {
      const query = new URLSearchParams({ from: options.mountFrom, mount: descriptor.digest });
      const { answer } = await this.#call(domain, scope, { method: 'POST', target: `${uploads}?${query.toString()}` });
      if (answer.status === 201) return { mounted: options.mountFrom };
    }
    const start = await this.#call(domain, scope, { method: 'POST', target: uploads });
    if (start.answer.status !== 202)
      throw this.#refusal(reference, start.answer, { method: 'POST', path: uploads, action: 'push' });
    const location = (start.answer.headers.get('location') ?? '').replace(/^https?:\/\/[^/]+/, '');
    const target = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(descriptor.digest)}`;
    const { answer } = await this.#call(domain, scope, { method: 'PUT', target, ...this.#payload(descriptor.digest) });
    if (answer.status !== 201) throw this.#refusal(reference, answer, { method: 'PUT', path: target, action: 'push' });
    await this.#arrive(reference, descriptor.size, () => undefined);
    return 'pushed';
  }
  #payload(digest: Digest): Pick<RequestOptions, 'body' | 'headers'> {
    const { content } = this.#options;
    const known = content.isLazy(digest) ? knownLayer(digest) : undefined;
    const type = { 'Content-Type': 'application/octet-stream' };
    return known
      ? { body: writeNote(known), headers: { ...type, 'Content-Encoding': KNOWN_CODING } }
      : { body: content.read(digest), headers: type };
  }

  /** Stores a manifest under `tag`, or under its digest. */
  async pushManifest(reference: Reference, descriptor: Descriptor, tag: string | undefined): Promise<void> {
    const scope = this.#scope(reference, 'push');
    const path = `/v2/${reference.path}/manifests/${tag ?? descriptor.digest}`;
    const head = await this.#call(reference.domain, scope, {
      method: 'HEAD',
      target: path,
      headers: { Accept: `${descriptor.mediaType}, */*` },
    });
    if (head.answer.status === 200 && head.answer.headers.get('docker-content-digest') === descriptor.digest) return;
    const { answer } = await this.#call(reference.domain, scope, {
      method: 'PUT',
      target: path,
      headers: { 'Content-Type': descriptor.mediaType },
      body: this.#options.content.read(descriptor.digest),
    });
    if (answer.status !== 201) throw this.#refusal(reference, answer, { method: 'PUT', path, action: 'push' });
  }

  // --- login

  /** Checks credentials (`docker login`): GET /v2/ with them. Throws what the daemon answers. */
  async login(domain: string): Promise<void> {
    const scheme = this.#endpoint(domain).plain ? 'http' : 'https';
    const first = await this.#send(domain, { target: '/v2/' }, scheme);
    if (first.answer.status === 200) return;
    const { authority } = this.#endpoint(domain);
    const challenge = first.answer.headers.get('www-authenticate') ?? '';
    const url = `${scheme}://${authority}/v2/`;
    const refused = new RegistryError(
      401,
      /^Basic\b/i.test(challenge)
        ? `login attempt to ${url} failed with status: 401 Unauthorized`
        : `Get "${url}": unauthorized: incorrect username or password`,
    );
    let authorisation;
    try {
      authorisation = await this.#authorise(challenge, '');
    } catch (error) {
      if (error instanceof RegistryError && error.status === 401) throw refused;
      throw error;
    }
    if (authorisation === undefined) throw refused;
    const second = await this.#send(domain, { target: '/v2/', headers: { Authorization: authorisation } }, scheme);
    if (second.answer.status !== 200) throw refused;
  }
}

/** A request that found nobody: `failed to do request: Head "https://…": dial tcp …`. */
function failedRequest(error: unknown): unknown {
  return error instanceof RegistryError && error.status === 500
    ? new RegistryError(500, `failed to do request: ${error.message}`)
    : error;
}
