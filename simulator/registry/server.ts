/** The OCI distribution API: what every registry of the simulated world answers. */
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/http.ts';
import type { Digest } from '../image/digest.ts';
import { isAddress } from './address.ts';
import { goJson } from '../image/json.ts';
import { RegistryApiError } from './errors.ts';
import { getManifest, putManifest, deleteManifest, referrers } from './manifests.ts';
import { KNOWN_CODING, writeNote } from './known.ts';
import type { RegistryStorage } from './storage.ts';
import { Uploads } from './uploads.ts';

export interface RegistryOptions {
  readonly storage: RegistryStorage;
  /** REGISTRY_STORAGE_DELETE_ENABLED. */
  readonly deletes?: boolean;
  /** Behaves as distribution 2.8 (no referrers, no deletion by tag) instead of 3. */
  readonly version: 2 | 3;
  /** Nothing can be pushed (a mirror, Docker Hub without login). */
  readonly readonly?: boolean;
  /** An identifier of 32 hexadecimal digits for an upload. */
  readonly uuid: () => string;
  /** Refuses requests by throwing; called first with the repository and what is wanted. */
  readonly authorise?: (request: HttpRequest, name: string | undefined, action: 'pull' | 'push' | 'delete') => void;
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const ROUTE = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)(?:\/([^/]*))?$/;

export const API_HEADERS = { 'Docker-Distribution-Api-Version': 'registry/2.0' } as const;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Makes the handler of a registry. */
export function registryHandler(options: RegistryOptions): HttpHandler {
  const uploads = new Uploads(options.storage, options.uuid);
  return async (request) => {
    let response: HttpResponse;
    try {
      response = await route(request, options, uploads);
    } catch (error) {
      if (!(error instanceof RegistryApiError)) throw error;
      response = error.response();
    }
    response = { ...response, headers: { ...response.headers, ...API_HEADERS } };
    if (request.method === 'HEAD' && response.body !== undefined) response = headOf(response);
    return response;
  };
}

/** The same answer without its body, saying how long it would be. */
function headOf(response: HttpResponse): HttpResponse {
  const { body, ...rest } = response;
  const length =
    typeof body === 'string'
      ? new TextEncoder().encode(body).length
      : body instanceof Uint8Array
        ? body.length
        : undefined;
  const has = Object.keys(rest.headers ?? {}).some((name) => name.toLowerCase() === 'content-length');
  return has || length === undefined
    ? rest
    : { ...rest, headers: { ...rest.headers, 'Content-Length': String(length) } };
}

async function route(request: HttpRequest, options: RegistryOptions, uploads: Uploads): Promise<HttpResponse> {
  const { method, path } = request;
  const writing = method !== 'GET' && method !== 'HEAD';
  const action = method === 'DELETE' ? 'delete' : writing ? 'push' : 'pull';
  if (path === '/v2/' || path === '/v2') {
    options.authorise?.(request, undefined, 'pull');
    return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body: '{}' };
  }
  if (path === '/v2/_catalog') {
    options.authorise?.(request, undefined, 'pull');
    return catalog(request, options.storage);
  }
  const match = ROUTE.exec(path);
  if (!match)
    return { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
  const name = decodeURIComponent(match[1]!);
  if (!NAME.test(name) || name.length > 255) throw new RegistryApiError('NAME_INVALID', { detail: name });
  options.authorise?.(request, name, action);
  if (writing && options.readonly) throw new RegistryApiError('UNSUPPORTED');
  const rest = match[3] === undefined ? '' : decodeURIComponent(match[3]);
  switch (match[2]) {
    case 'tags':
      if (rest !== 'list') break;
      return tags(request, options.storage, name);
    case 'manifests':
      if (method === 'GET' || method === 'HEAD') return getManifest(request, options.storage, name, rest);
      if (method === 'PUT') return putManifest(request, options, name, rest);
      if (method === 'DELETE') return deleteManifest(options, name, rest);
      break;
    case 'referrers':
      if (options.version === 2) break;
      return referrers(request, options.storage, name, rest);
    case 'blobs/uploads':
      return uploads.handle(request, name, rest);
    case 'blobs':
      return blob(request, options, name, rest);
  }
  if (match[2] === 'referrers' || match[2] === 'tags')
    return { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
  throw new RegistryApiError('UNSUPPORTED');
}

/** Cuts a sorted list by `n` and `last`; `next` is set when something is left. */
function page(request: HttpRequest, all: readonly string[]): { list: string[]; next: string | undefined } {
  const last = request.query.get('last') ?? '';
  const count = request.query.get('n');
  let list = all.filter((entry) => last === '' || entry > last);
  if (count === null) return { list, next: undefined };
  const n = Number(count);
  if (!/^-?\d+$/.test(count) || n < 0)
    throw new RegistryApiError('PAGINATION_NUMBER_INVALID', { detail: { n: count } });
  const more = list.length > n;
  list = list.slice(0, n);
  return {
    list,
    next:
      more && list.length > 0 ? `${request.path}?last=${encodeURIComponent(list[list.length - 1]!)}&n=${n}` : undefined,
  };
}

async function catalog(request: HttpRequest, storage: RegistryStorage): Promise<HttpResponse> {
  const { list, next } = page(request, [...(await storage.repositories())].sort());
  return {
    status: 200,
    headers: { 'Content-Type': JSON_TYPE, ...(next === undefined ? {} : { Link: `<${next}>; rel="next"` }) },
    body: `${goJson({ repositories: list })}\n`,
  };
}

async function tags(request: HttpRequest, storage: RegistryStorage, name: string): Promise<HttpResponse> {
  if (!(await storage.hasRepository(name))) throw new RegistryApiError('NAME_UNKNOWN', { detail: { name } });
  const { list, next } = page(request, [...(await storage.tags(name))].sort());
  return {
    status: 200,
    headers: { 'Content-Type': JSON_TYPE, ...(next === undefined ? {} : { Link: `<${next}>; rel="next"` }) },
    body: `${goJson({ name, tags: list })}\n`,
  };
}

/** A digest in the URL. */
export function readDigest(text: string): Digest {
  if (!isAddress(text)) throw new RegistryApiError('DIGEST_INVALID', { detail: 'invalid checksum digest format' });
  return text;
}

async function blob(
  request: HttpRequest,
  options: RegistryOptions,
  name: string,
  reference: string,
): Promise<HttpResponse> {
  const { storage } = options;
  const digest = readDigest(reference);
  const found = await storage.blob(name, digest);
  if (request.method === 'DELETE') {
    if (!options.deletes) throw new RegistryApiError('UNSUPPORTED');
    if (!found) throw new RegistryApiError('BLOB_UNKNOWN', { detail: digest });
    await storage.deleteBlob(name, digest);
    return { status: 202, headers: { 'Content-Length': '0' } };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new RegistryApiError('UNSUPPORTED');
  if (!found) throw new RegistryApiError('BLOB_UNKNOWN', { detail: digest });
  const headers = {
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=31536000',
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    Etag: `"${digest}"`,
  };
  if (request.method === 'HEAD') return { status: 200, headers: { ...headers, 'Content-Length': String(found.size) } };
  const coded = request.headers.get('accept-encoding')?.includes(KNOWN_CODING) ?? false;
  if (found.note && coded)
    return { status: 200, headers: { ...headers, 'Content-Encoding': KNOWN_CODING }, body: writeNote(found.note) };
  const bytes = found.bytes();
  if (!bytes) throw new RegistryApiError('BLOB_UNKNOWN', { detail: digest });
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return { status: 200, headers, body: bytes };
  const size = bytes.length;
  const from = range[1] === '' ? Math.max(0, size - Number(range[2])) : Number(range[1]);
  const to = range[1] === '' || range[2] === '' ? size - 1 : Math.min(size - 1, Number(range[2]));
  if (from > to || from >= size)
    return {
      status: 416,
      headers: { 'Content-Range': `bytes */${size}`, 'Content-Type': 'text/plain; charset=utf-8' },
      body: 'invalid range: failed to overlap\n',
    };
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${from}-${to}/${size}` },
    body: bytes.subarray(from, to + 1),
  };
}
