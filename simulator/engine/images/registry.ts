import type { AuthConfig } from '../../api/types.ts';
import type { Digest } from '../../image/digest.ts';
import type { Reference } from '../../image/reference.ts';
import type { Descriptor } from '../../image/types.ts';
import type { Call } from '../http.ts';
import { invalid } from '../errors.ts';

/** What pulling and pushing need of a registry; every call rejects with the text that follows Docker's own words. */
export interface RegistryAccess {
  /** The descriptor a name leads to (HEAD of its manifest). */
  resolve(reference: Reference): Promise<Descriptor>;
  /** Bytes of a manifest or index. */
  manifest(reference: Reference, descriptor: Descriptor): Promise<Uint8Array>;
  /** Brings a blob into the content store; `progress` hears the bytes that are there. */
  blob(reference: Reference, descriptor: Descriptor, progress: (current: number) => void): Promise<void>;
  tags(reference: Reference): Promise<readonly string[]>;
  /** Sends a blob; says how it got there. */
  pushBlob(
    reference: Reference,
    descriptor: Descriptor,
    options: { mountFrom?: string },
  ): Promise<'pushed' | 'exists' | { readonly mounted: string }>;
  /** Stores a manifest under its digest, or under the reference's tag. */
  pushManifest(reference: Reference, descriptor: Descriptor, tag: string | undefined): Promise<void>;
}

/** Reads the header X-Registry-Auth: base64 (either alphabet) of JSON. */
export function registryAuth(call: Call): AuthConfig {
  const header = call.request.headers.get('x-registry-auth');
  if (header === undefined || header === '') return {};
  try {
    return JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/'))) as AuthConfig;
  } catch {
    throw invalid('invalid X-Registry-Auth header');
  }
}

/** First twelve digits of a digest, as progress lines name a blob. */
export const shortDigest = (digest: Digest): string => digest.slice(7, 19);
