/** Manifests in a registry: serving what the client can read, and taking only what is complete. */
import { readAll, type HttpRequest, type HttpResponse } from '../http/http.ts';
import type { Digest } from '../image/digest.ts';
import { addressLike, isAddress } from './address.ts';
import { goJson, parseJson } from '../image/json.ts';
import {
  isIndexType,
  isManifestType,
  LINUX_AMD64,
  MEDIA,
  platformMatches,
  type Descriptor,
  type Index,
  type Manifest,
} from '../image/types.ts';
import { RegistryApiError } from './errors.ts';
import type { RegistryOptions } from './server.ts';
import type { RegistryStorage } from './storage.ts';

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

type AnyManifest = Partial<Manifest> & Partial<Index>;

/** The media type of manifest bytes: what they say, or what their form tells. */
function typeOf(manifest: AnyManifest): string {
  if (manifest.mediaType) return manifest.mediaType;
  return manifest.manifests ? MEDIA.index : MEDIA.manifest;
}

function accepts(request: HttpRequest, type: string): boolean {
  const accept = request.headers.get('accept');
  return accept !== undefined && accept.split(',').some((part) => part.split(';')[0]!.trim() === type);
}

/** The digest a tag or digest leads to. */
async function resolve(storage: RegistryStorage, name: string, reference: string): Promise<Digest> {
  if (isAddress(reference)) return reference;
  if (reference.includes(':'))
    throw new RegistryApiError('DIGEST_INVALID', { detail: 'invalid checksum digest format' });
  const digest = await storage.tag(name, reference);
  if (!digest) throw new RegistryApiError('MANIFEST_UNKNOWN', { detail: { Tag: reference } });
  return digest;
}

export async function getManifest(
  request: HttpRequest,
  storage: RegistryStorage,
  name: string,
  reference: string,
): Promise<HttpResponse> {
  let digest = await resolve(storage, name, reference);
  let bytes = await storage.manifest(name, digest);
  if (!bytes) throw new RegistryApiError('MANIFEST_UNKNOWN', { detail: { Name: name, Revision: digest } });
  let manifest = parseJson<AnyManifest>(bytes);
  let type = typeOf(manifest);
  if (type === MEDIA.index && !accepts(request, type))
    throw new RegistryApiError('MANIFEST_UNKNOWN', {
      message: 'OCI index found, but accept header does not support OCI indexes',
    });
  if (type === MEDIA.manifest && !accepts(request, type))
    throw new RegistryApiError('MANIFEST_UNKNOWN', {
      message: 'OCI manifest found, but accept header does not support OCI manifests',
    });
  // Old clients that ask for a tag get the manifest of the usual platform instead of a list.
  if (type === MEDIA.dockerList && !accepts(request, type) && !isAddress(reference)) {
    const child = manifest.manifests?.find((one) => one.platform && platformMatches(LINUX_AMD64, one.platform));
    const inner = child && (await storage.manifest(name, child.digest));
    if (!child || !inner) throw new RegistryApiError('MANIFEST_UNKNOWN', { detail: { Tag: reference } });
    digest = child.digest;
    bytes = inner;
    manifest = parseJson<AnyManifest>(bytes);
    type = typeOf(manifest);
  }
  const headers = {
    'Content-Type': type,
    'Docker-Content-Digest': digest,
    Etag: `"${digest}"`,
    'Content-Length': String(bytes.length),
  };
  if (request.headers.get('if-none-match')?.replace(/^W\//, '') === `"${digest}"`)
    return { status: 304, headers: { Etag: `"${digest}"` } };
  return { status: 200, headers, body: bytes };
}

/** Blobs and manifests a manifest needs. */
function needs(manifest: AnyManifest): { blobs: readonly Descriptor[]; manifests: readonly Descriptor[] } {
  if (manifest.manifests) return { blobs: [], manifests: manifest.manifests };
  // Layers with addresses of their own (foreign layers) need not be here.
  const layers = (manifest.layers ?? []).filter(
    (layer) => !layer.urls?.length && !layer.mediaType?.includes('nondistributable'),
  );
  return { blobs: [...(manifest.config ? [manifest.config] : []), ...layers], manifests: [] };
}

export async function putManifest(
  request: HttpRequest,
  options: RegistryOptions,
  name: string,
  reference: string,
): Promise<HttpResponse> {
  const { storage } = options;
  const byDigest = isAddress(reference);
  if (!byDigest && !TAG.test(reference)) throw new RegistryApiError('TAG_INVALID');
  const bytes = await readAll(request.body);
  let manifest: AnyManifest;
  try {
    manifest = parseJson<AnyManifest>(bytes);
  } catch {
    throw new RegistryApiError('MANIFEST_INVALID', { detail: {} });
  }
  const given = request.headers.get('content-type')?.split(';')[0]!.trim();
  const type = manifest.mediaType ?? given ?? '';
  const complete =
    manifest.schemaVersion === 2 &&
    (isIndexType(type)
      ? Array.isArray(manifest.manifests)
      : isManifestType(type) && manifest.config && Array.isArray(manifest.layers));
  if (!complete) throw new RegistryApiError('MANIFEST_INVALID', { detail: {} });
  if (
    manifest.mediaType !== undefined &&
    given !== undefined &&
    given !== manifest.mediaType &&
    (isIndexType(given) || isManifestType(given))
  )
    throw new RegistryApiError('MANIFEST_INVALID', { detail: {} });
  const digest = addressLike(bytes, byDigest ? reference : 'sha256');
  if (byDigest && digest !== reference) throw new RegistryApiError('DIGEST_INVALID');
  const { blobs, manifests } = needs(manifest);
  const missing: Digest[] = [];
  for (const blob of blobs) if (!(await storage.blob(name, blob.digest))) missing.push(blob.digest);
  for (const child of manifests) if (!(await storage.manifest(name, child.digest))) missing.push(child.digest);
  if (missing.length > 0) {
    const details = missing.map((one) => ({ digest: one }));
    throw new RegistryApiError('MANIFEST_BLOB_UNKNOWN', { detail: details[0], more: details.slice(1) });
  }
  await storage.putManifest(name, digest, bytes);
  const tags = byDigest ? request.query.getAll('tag').filter((tag) => TAG.test(tag)) : [reference];
  for (const tag of tags) await storage.setTag(name, tag, digest);
  const host = request.headers.get('host');
  return {
    status: 201,
    headers: {
      'Content-Length': '0',
      'Docker-Content-Digest': digest,
      Location: `${host === undefined ? '' : `http://${host}`}/v2/${name}/manifests/${digest}`,
      ...(manifest.subject && options.version === 3 ? { 'OCI-Subject': manifest.subject.digest } : {}),
      ...(byDigest && tags.length > 0 ? { 'OCI-Tag': tags.join(',') } : {}),
    },
  };
}

export async function deleteManifest(options: RegistryOptions, name: string, reference: string): Promise<HttpResponse> {
  const { storage } = options;
  if (!isAddress(reference)) {
    if (options.version === 2) throw new RegistryApiError('DIGEST_INVALID');
    if (!options.deletes) throw new RegistryApiError('UNSUPPORTED');
    if (!(await storage.tag(name, reference)))
      throw new RegistryApiError('MANIFEST_UNKNOWN', { detail: { Tag: reference } });
    await storage.deleteTag(name, reference);
    return { status: 202, headers: { 'Content-Length': '0' } };
  }
  if (!options.deletes) throw new RegistryApiError('UNSUPPORTED');
  if (!(await storage.manifest(name, reference)))
    throw new RegistryApiError('MANIFEST_UNKNOWN', { detail: { Name: name, Revision: reference } });
  await storage.deleteManifest(name, reference);
  return { status: 202, headers: { 'Content-Length': '0' } };
}

/** Manifests that name `reference` as their subject (signatures, SBOMs). */
export async function referrers(
  request: HttpRequest,
  storage: RegistryStorage,
  name: string,
  reference: string,
): Promise<HttpResponse> {
  if (!isAddress(reference)) throw new RegistryApiError('DIGEST_INVALID', { detail: 'invalid checksum digest format' });
  const wanted = request.query.get('artifactType');
  const manifests: unknown[] = [];
  for (const digest of await storage.manifests(name)) {
    const bytes = await storage.manifest(name, digest);
    if (!bytes) continue;
    const manifest = parseJson<AnyManifest>(bytes);
    if (manifest.subject?.digest !== reference) continue;
    const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
    if (wanted !== null && artifactType !== wanted) continue;
    manifests.push({
      mediaType: typeOf(manifest),
      digest,
      size: bytes.length,
      ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
      ...(artifactType === undefined ? {} : { artifactType }),
    });
  }
  return {
    status: 200,
    headers: { 'Content-Type': MEDIA.index, ...(wanted === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }) },
    body: goJson({ schemaVersion: 2, mediaType: MEDIA.index, manifests }),
  };
}
