import { beforeEach, describe, expect, it } from 'vitest';
import { channelPair } from '../http/channel.ts';
import { request } from '../http/client.ts';
import { readText, type HttpHandler } from '../http/http.ts';
import { serve } from '../http/server.ts';
import { ContentStore } from '../image/content.ts';
import { digestOf } from '../image/digest.ts';
import { manifestBytes } from '../image/json.ts';
import { parseReference } from '../image/reference.ts';
import { ImageStore } from '../image/store.ts';
import { MEDIA, type Descriptor } from '../image/types.ts';
import { Errno } from '../kernel/errno.ts';
import type { Channel } from '../kernel/kernel.ts';
import { addressLike } from './address.ts';
import { RegistryClient, RegistryError, type RegistryClientOptions } from './client.ts';
import { Hub } from './hub.ts';
import { registryHandler } from './server.ts';
import { FileStorage, memoryFiles, type RegistryFiles } from './storage.ts';

const encoder = new TextEncoder();

/** The world as a client's system calls see it: names, and who answers on which port. */
class World {
  readonly requests: string[] = [];
  readonly #hosts = new Map<string, HttpHandler>();
  readonly #channels = new Map<number, Channel>();
  readonly names = new Map<string, string>();
  slept = 0;

  listen(address: string, handler: HttpHandler): void {
    this.#hosts.set(address, async (r) => {
      const response = await handler(r);
      const query = r.query.toString();
      this.requests.push(
        `${r.method} ${r.path.replace(/uploads\/.+/, 'uploads/<uuid>').replace(/sha256:(.{6})\S*/, '$1')}${query === '' ? '' : '?…'} ${response.status}`,
      );
      return response;
    });
  }
  async connect(target: { host?: string; port?: number }): Promise<number> {
    const handler = this.#hosts.get(`${target.host}:${target.port}`);
    if (!handler) throw new Errno('ECONNREFUSED');
    const [client, server] = channelPair();
    void serve(server, handler);
    const fd = this.#channels.size + 3;
    this.#channels.set(fd, client);
    return fd;
  }
  sys(): RegistryClientOptions['sys'] {
    return {
      connect: (target) => this.connect(target as { host: string; port: number }),
      resolve: async (name) => (this.names.has(name) ? [this.names.get(name)!] : []),
      sleep: async (ms) => void (this.slept += ms),
      read: (fd, max) => this.#channels.get(fd)!.read(max),
      write: (fd, data) => this.#channels.get(fd)!.write(data),
      close: (fd) => this.#channels.get(fd)!.close(),
      shutdown: (fd) => this.#channels.get(fd)!.closeWrite(),
    };
  }
}

let world: World;
let counter: number;
const uuid = (): string => String(++counter).padStart(32, '0');
const registry = (
  files: RegistryFiles = memoryFiles(),
  options: { deletes?: boolean; version?: 2 | 3 } = {},
): HttpHandler => registryHandler({ storage: new FileStorage(files), version: 2, uuid, ...options });

beforeEach(() => {
  world = new World();
  counter = 0;
  const hub = new Hub({ now: () => 1_700_000_000_000, uuid });
  world.names.set('registry-1.docker.io', '44.208.254.194').set('auth.docker.io', '44.194.69.199');
  world.listen('44.208.254.194:443', hub.registry);
  world.listen('44.194.69.199:443', hub.auth);
});

const client = (content = new ContentStore(), credentials = {}): RegistryClient =>
  new RegistryClient({ sys: world.sys(), content, credentials });

async function curl(
  handler: HttpHandler,
  line: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const [near, far] = channelPair();
  const serving = serve(far, handler);
  const [method, target] = line.split(' ') as [string, string];
  const answer = await request(near, {
    method,
    target,
    headers: { Host: 'r:5000', Connection: 'close', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await readText(answer.body);
  await serving;
  const location = answer.headers.get('location');
  return `${answer.status}${location ? ` ${location}` : ''} ${text}`.trimEnd();
}

/** Pulls all of an image, as the engine does. */
async function pull(name: string, store: ImageStore, from: RegistryClient): Promise<Descriptor> {
  const reference = parseReference(name);
  const target = await from.resolve(reference);
  store.content.put(await from.manifest(reference, target), target.digest);
  const manifest = store.manifest(target.digest);
  for (const blob of [manifest.config, ...manifest.layers]) await from.blob(reference, blob, () => undefined);
  store.set(name, target);
  return target;
}
async function push(name: string, store: ImageStore, target: Descriptor, to: RegistryClient): Promise<unknown[]> {
  const reference = parseReference(name);
  const manifest = store.manifest(target.digest);
  const results: unknown[] = [];
  for (const blob of [...manifest.layers, manifest.config]) results.push(await to.pushBlob(reference, blob));
  await to.pushManifest(reference, target, reference.tag);
  return results;
}

describe('Docker Hub', () => {
  it('hands out images after the token dance, and their layers unpack', async () => {
    const store = new ImageStore(() => 0);
    const target = await pull('docker.io/library/busybox:latest', store, client(store.content));
    expect(world.requests).toEqual([
      'HEAD /v2/library/busybox/manifests/latest 401',
      'GET /token?… 200',
      'HEAD /v2/library/busybox/manifests/latest 200',
      `GET /v2/library/busybox/manifests/${target.digest.slice(7, 13)} 200`,
      `GET /v2/library/busybox/blobs/${store.manifest(target.digest).config.digest.slice(7, 13)} 200`,
      `GET /v2/library/busybox/blobs/${store.manifest(target.digest).layers[0]!.digest.slice(7, 13)} 200`,
    ]);
    const image = store.resolve(target)!;
    expect(image.config.config?.Cmd).toEqual(['sh']);
    expect([...store.rootLayers(image)[0]!.root.entries.keys()].sort()).toEqual([
      'bin',
      'dev',
      'etc',
      'home',
      'root',
      'tmp',
      'usr',
      'var',
    ]);
    expect(world.slept).toBeGreaterThan(10);
  });

  it('serves the very bytes its digests name', async () => {
    const store = new ImageStore(() => 0);
    const target = await pull('docker.io/library/hello-world:latest', store, client(store.content));
    const [layer] = store.manifest(target.digest).layers;
    expect(digestOf(store.content.read(layer!.digest))).toBe(layer!.digest);
    expect(store.content.read(layer!.digest).length).toBe(layer!.size);
  });

  it('answers as registries do for what is not there or not allowed', async () => {
    const message = async (work: Promise<unknown>): Promise<string> => {
      const error: unknown = await work.then(
        () => undefined,
        (e: unknown) => e,
      );
      return error instanceof RegistryError ? error.message : String(error);
    };
    expect(await message(client().resolve(parseReference('alpine:nope')))).toBe(
      'docker.io/library/alpine:nope: not found',
    );
    expect(await message(client().resolve(parseReference('nosuchimage:latest')))).toBe(
      'docker.io/library/nosuchimage:latest: not found',
    );
    expect(await message(client().resolve(parseReference('localhost:5999/box:latest')))).toBe(
      'failed to do request: Head "https://localhost:5999/v2/box/manifests/latest": dial tcp [::1]:5999: connect: connection refused',
    );
    expect(await message(client().login('localhost:5999'))).toBe(
      'Get "http://localhost:5999/v2/": dial tcp [::1]:5999: connect: connection refused',
    );
    world.names.set('reg.example', '10.9.9.9');
    world.listen('10.9.9.9:5000', registry());
    expect(await message(client().resolve(parseReference('reg.example:5000/a:1')))).toBe(
      'failed to do request: Head "https://reg.example:5000/v2/a/manifests/1": http: server gave HTTP response to HTTPS client',
    );
    const store = new ImageStore(() => 0);
    const target = await pull('docker.io/library/busybox:latest', store, client(store.content));
    expect(await message(push('docker.io/ann/box:1', store, target, client(store.content)))).toBe(
      'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    );
    const ann = { username: 'ann', password: 'one' };
    expect(await push('docker.io/ann/box:1', store, target, client(store.content, ann))).toEqual(['pushed', 'pushed']);
    expect(await message(client(store.content, { username: 'ann', password: 'two' }).login('docker.io'))).toBe(
      'Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
    );
    const again = new ImageStore(() => 0);
    expect((await pull('docker.io/ann/box:1', again, client(again.content))).digest).toBe(target.digest);
  });
});

describe('a registry of one’s own', () => {
  it('takes an image and gives it back, from another registry on the same files too', async () => {
    const files = memoryFiles();
    world.listen('127.0.0.1:5005', registry(files));
    world.listen('127.0.0.1:5006', registry(files));
    const store = new ImageStore(() => 0);
    const target = await pull('docker.io/library/busybox:latest', store, client(store.content));
    const to = client(store.content);
    world.requests.length = 0;
    expect(await push('localhost:5005/team/box:1.0', store, target, to)).toEqual(['pushed', 'pushed']);
    expect(await push('localhost:5005/team/box:1.0', store, target, to)).toEqual(['exists', 'exists']);
    expect(world.requests.map((line) => line.replace(/\/[0-9a-f]{6} /, '/… '))).toEqual([
      'HEAD /v2/team/box/blobs/… 404',
      'POST /v2/team/box/blobs/uploads/ 202',
      'PUT /v2/team/box/blobs/uploads/<uuid>?… 201',
      'HEAD /v2/team/box/blobs/… 404',
      'POST /v2/team/box/blobs/uploads/ 202',
      'PUT /v2/team/box/blobs/uploads/<uuid>?… 201',
      'HEAD /v2/team/box/manifests/1.0 404',
      'PUT /v2/team/box/manifests/1.0 201',
      'HEAD /v2/team/box/blobs/… 200',
      'HEAD /v2/team/box/blobs/… 200',
      'HEAD /v2/team/box/manifests/1.0 200',
    ]);
    expect(
      await to.pushBlob(parseReference('localhost:5005/other:1'), store.manifest(target.digest).layers[0]!, {
        mountFrom: 'team/box',
      }),
    ).toEqual({
      mounted: 'team/box',
    });
    const again = new ImageStore(() => 0);
    expect((await pull('localhost:5006/team/box:1.0', again, client(again.content))).digest).toBe(target.digest);
    expect(await client().tags(parseReference('localhost:5006/team/box'))).toEqual(['1.0']);
  });

  it('answers like distribution 2.8.3', async () => {
    const handler = registry();
    const blob = digestOf('{}');
    expect(await curl(handler, 'GET /v2/')).toBe('200 {}');
    expect(await curl(handler, 'GET /v2/_catalog')).toBe('200 {"repositories":[]}');
    expect(await curl(handler, 'GET /v2/me/nope/tags/list')).toBe(
      '404 {"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry","detail":{"name":"me/nope"}}]}',
    );
    expect(await curl(handler, 'GET /v2/me/a/manifests/nope')).toBe(
      '404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"nope"}}]}',
    );
    expect(await curl(handler, `GET /v2/me/a/blobs/${blob}`)).toBe(
      `404 {"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry","detail":"${blob}"}]}`,
    );
    expect(await curl(handler, 'PUT /v2/me/up/manifests/bad', '{}')).toBe(
      '400 {"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{}}]}',
    );
    expect(await curl(handler, 'DELETE /v2/me/a/manifests/v1')).toBe(
      '400 {"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}',
    );
    expect(await curl(handler, `DELETE /v2/me/a/manifests/${blob}`)).toBe(
      '405 {"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}',
    );
    expect(await curl(handler, 'GET /v2/UPPER/tags/list')).toBe(
      '400 {"errors":[{"code":"NAME_INVALID","message":"invalid repository name","detail":"UPPER"}]}',
    );
  });

  it('takes uploads in chunks, in order, and checks the digest', async () => {
    const handler = registry();
    const start = await curl(handler, 'POST /v2/me/up/blobs/uploads/');
    const path = /http:\/\/r:5000(\S+)/.exec(start)![1]!.replace(/\?.*/, '');
    expect(await curl(handler, `PATCH ${path}`, 'hello ', { 'Content-Range': '0-5' })).toMatch(/^202 http/);
    expect(await curl(handler, `PATCH ${path}`, 'x', { 'Content-Range': '9-9' })).toBe(
      '416 {"errors":[{"code":"RANGE_INVALID","message":"invalid content range"}]}',
    );
    const digest = digestOf('hello world');
    expect(await curl(handler, `PUT ${path}?digest=${digest}`, 'world')).toBe(
      `201 http://r:5000/v2/me/up/blobs/${digest}`,
    );
    expect(await curl(handler, `GET /v2/me/up/blobs/${digest}`, undefined, { Range: 'bytes=6-8' })).toBe('206 wor');
    expect(await curl(handler, `POST /v2/me/up/blobs/uploads/?digest=${digest}`, 'other')).toBe(
      '400 {"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}',
    );
  });

  it('takes sha512 where the digest says so', async () => {
    const handler = registry(memoryFiles(), { version: 3, deletes: true });
    const digest = addressLike(encoder.encode('hello'), 'sha512');
    expect(digest).toBe(
      'sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043',
    );
    expect(await curl(handler, `POST /v2/me/up/blobs/uploads/?digest=${digest}`, 'hello')).toBe(
      `201 http://r:5000/v2/me/up/blobs/${digest}`,
    );
    expect(await curl(handler, `GET /v2/me/up/blobs/${digest}`)).toBe('200 hello');
    expect(await curl(handler, `POST /v2/me/up/blobs/uploads/?digest=${digest}`, 'other')).toMatch(
      /^400 .*DIGEST_INVALID/,
    );
    expect(await curl(handler, 'POST /v2/me/up/blobs/uploads/?digest-algorithm=md5')).toMatch(/^400 .*DIGEST_INVALID/);
    const body = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
    const address = addressLike(encoder.encode(body), 'sha512');
    expect(await curl(handler, `PUT /v2/me/up/manifests/${address}?tag=a&tag=b`, body)).toBe(
      `201 http://r:5000/v2/me/up/manifests/${address}`,
    );
    expect(await curl(handler, 'GET /v2/me/up/manifests/b', undefined, { Accept: MEDIA.index })).toBe(`200 ${body}`);
    expect(await curl(handler, `DELETE /v2/me/up/blobs/${digest}`)).toBe('202');
    expect(await curl(handler, `HEAD /v2/me/up/blobs/${digest}`)).toBe('404');
  });

  it('refuses manifests that lack something, and lists referrers', async () => {
    const files = memoryFiles();
    const handler = registry(files, { version: 3, deletes: true });
    const config = digestOf('{}');
    const body = (subject?: Descriptor): string =>
      new TextDecoder().decode(
        manifestBytes({
          schemaVersion: 2,
          mediaType: MEDIA.manifest,
          artifactType: 'application/vnd.test',
          config: { mediaType: MEDIA.empty, digest: config, size: 2 },
          layers: [],
          ...(subject ? { subject } : {}),
        }),
      );
    expect(await curl(handler, 'PUT /v2/me/a/manifests/1', body())).toBe(
      `400 {"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"digest":"${config}"}}]}`,
    );
    await curl(handler, `POST /v2/me/a/blobs/uploads/?digest=${config}`, '{}');
    const digest = digestOf(body());
    expect(await curl(handler, 'PUT /v2/me/a/manifests/1', body())).toBe(
      `201 http://r:5000/v2/me/a/manifests/${digest}`,
    );
    expect(await curl(handler, 'GET /v2/me/a/manifests/1')).toBe(
      '404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"OCI manifest found, but accept header does not support OCI manifests"}]}',
    );
    const subject = { mediaType: MEDIA.manifest, digest, size: encoder.encode(body()).length };
    await curl(handler, 'PUT /v2/me/a/manifests/about', body(subject));
    const list = JSON.parse((await curl(handler, `GET /v2/me/a/referrers/${digest}`)).slice(4)) as {
      manifests: { artifactType: string }[];
    };
    expect(list.manifests.map((one) => one.artifactType)).toEqual(['application/vnd.test']);
    expect(await curl(handler, 'DELETE /v2/me/a/manifests/1')).toBe('202');
    expect(await curl(handler, 'GET /v2/me/a/tags/list')).toBe('200 {"name":"me/a","tags":["about"]}');
    expect(await curl(handler, 'GET /v2/me/a/tags/list?n=0')).toBe('200 {"name":"me/a","tags":[]}');
  });
});
