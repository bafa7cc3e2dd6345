/** Digests as a registry takes them: sha256, and sha512 which the distribution API allows beside it. */
import { sha512 } from '@noble/hashes/sha2.js';
import { digestOf, isDigest, type Digest } from '../image/digest.ts';

const SHA512 = /^sha512:[0-9a-f]{128}$/;

/** Whether the text is a digest of an algorithm that registries know. */
export const isAddress = (text: string): text is Digest => isDigest(text) || SHA512.test(text);

/** The algorithm and the digits. */
export function partsOf(address: Digest): { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string } {
  const [algorithm, hex] = address.split(':') as ['sha256' | 'sha512', string];
  return { algorithm, hex };
}

/** The digest of `bytes` by the algorithm of `like`. */
export function addressLike(bytes: Uint8Array, like: string): Digest {
  if (!like.startsWith('sha512')) return digestOf(bytes);
  let hex = '';
  for (const byte of sha512(bytes)) hex += byte.toString(16).padStart(2, '0');
  // The brand of `Digest` says sha256, which is all that images of this machine use.
  return `sha512:${hex}` as unknown as Digest;
}
