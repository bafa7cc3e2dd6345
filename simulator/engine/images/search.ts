/** `docker search`, `docker login` and the distribution endpoint. */
import type { AuthConfig, AuthResponse, DistributionInspect, SearchResult } from '../../api/types.ts';
import type { HttpResponse } from '../../http/http.ts';
import { formatReference, withDefaultTag } from '../../image/reference.ts';
import { isIndexType, type Index, type Platform } from '../../image/types.ts';
import { parseJson } from '../../image/json.ts';
import { RegistryError } from '../../registry/client.ts';
import { CATALOGUE } from '../../registry/catalogue/index.ts';
import { ApiError, errorText, invalid, systemError } from '../errors.ts';
import { Filters } from '../filters.ts';
import { json, type Call } from '../http.ts';
import { registryAuth } from './registry.ts';
import { registryClient } from './registry-access.ts';
import { readReference } from './service.ts';

/** GET /images/search?term=: repositories of the simulated Docker Hub. */
export async function searchRoute(call: Call): Promise<HttpResponse> {
  const term = call
    .text('term')
    .toLowerCase()
    .replace(/^library\//, '');
  if (term === '') throw invalid('invalid search term');
  const filters = Filters.parse(call.query.get('filters'));
  filters.validate(['is-official', 'is-automated', 'stars']);
  const official = filters.boolean('is-official');
  const stars = Math.max(0, ...filters.get('stars').map(Number));
  const limit = Number(call.text('limit') || '25') || 25;
  const found: SearchResult[] = [];
  for (const load of Object.values(CATALOGUE)) {
    const image = await call.engine.kernel.external(load());
    const name = image.repository.replace(/^library\//, '');
    if (!name.includes(term) && !image.description.toLowerCase().includes(term)) continue;
    const isOfficial = image.repository.startsWith('library/');
    if ((official !== undefined && official !== isOfficial) || image.stars < stars) continue;
    found.push({
      star_count: image.stars,
      is_official: isOfficial,
      name,
      is_automated: false,
      description: image.description,
    });
  }
  await call.engine.delay(150);
  found.sort((a, b) => Number(b.name === term) - Number(a.name === term) || b.star_count - a.star_count);
  return json(found.slice(0, limit));
}

/** POST /auth: tries the credentials at the registry. */
export async function authRoute(call: Call): Promise<HttpResponse> {
  const auth = await call.required<AuthConfig>();
  const { checkCredentials } = await call.engine.kernel.external(import('./login.ts'));
  await checkCredentials(call.engine, auth);
  const answer: AuthResponse = { Status: 'Login Succeeded', IdentityToken: '' };
  return json(answer);
}

/** GET /distribution/{name}/json. */
export async function distributionRoute(call: Call): Promise<HttpResponse> {
  const reference = withDefaultTag(readReference(call.param('name')));
  const registry = registryClient(call.engine, registryAuth(call));
  try {
    const descriptor = await registry.resolve(reference);
    let platforms: Platform[] = [{ architecture: 'amd64', os: 'linux' }];
    if (isIndexType(descriptor.mediaType)) {
      const index = parseJson<Index>(await registry.manifest(reference, descriptor));
      platforms = index.manifests.flatMap((one) => (one.platform ? [one.platform] : []));
    }
    const answer: DistributionInspect = {
      Descriptor: { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size },
      Platforms: platforms.map((one) => ({ ...one })),
    };
    return json(answer);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw systemError(errorText(error));
    throw new ApiError(error.status, `failed to resolve reference "${formatReference(reference)}": ${error.message}`);
  }
}
