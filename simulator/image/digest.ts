/** Content addresses: `sha256:` and 64 hexadecimal digits. */
import { sha256 } from '@noble/hashes/sha2.js';

/** The address of a blob. Branded, so that no other text is taken for one. */
export type Digest = `sha256:${string}` & { readonly __digest: true };

const HEX: string[] = [];
for (let i = 0; i < 256; i++) HEX.push(i.toString(16).padStart(2, '0'));

const toHex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
};

const encoder = new TextEncoder();

/** sha256 of bytes (or UTF-8 text). */
export const digestOf = (data: Uint8Array | string): Digest =>
  `sha256:${toHex(sha256(typeof data === 'string' ? encoder.encode(data) : data))}` as Digest;

/** Hashes a stream of pieces. */
export class Digester {
  readonly #hash = sha256.create();
  size = 0;
  update(data: Uint8Array): void {
    this.size += data.length;
    this.#hash.update(data);
  }
  digest(): Digest {
    return `sha256:${toHex(this.#hash.digest())}` as Digest;
  }
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** Whether the text is a complete sha256 digest. */
export const isDigest = (text: string): text is Digest => DIGEST.test(text);

/** The first 12 digits, as Docker shows ids. */
export const shortId = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);

/** chainID of a stack of layers: what the content of the stack up to a layer is called (image-spec, config.md). */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const out: Digest[] = [];
  for (const diffId of diffIds) {
    const below = out[out.length - 1];
    out.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
  }
  return out;
}
