/**
 * A content coding of our own for layers of the catalogue: big filler crosses the simulated network and lies on simulated
 * disks as a note of its digest. Only who asks for the coding gets it; others get the bytes.
 */
import { knownLayer, packLayer } from '../image/content.ts';
import type { Digest } from '../image/digest.ts';

export const KNOWN_CODING = 'x-drydock-known';
const MAGIC = 'drydock known layer\n';

export interface KnownNote {
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly size: number;
}

const encoder = new TextEncoder();

/** The note that stands for a layer. */
export const writeNote = (note: KnownNote): Uint8Array =>
  encoder.encode(`${MAGIC}${note.digest} ${note.diffId} ${note.size}\n`);

/** Reads a note; undefined for anything else. */
export function readNote(bytes: Uint8Array): KnownNote | undefined {
  if (bytes.length > 300 || bytes.length < MAGIC.length) return undefined;
  const text = new TextDecoder().decode(bytes);
  const match = /^drydock known layer\n(sha256:[0-9a-f]{64}) (sha256:[0-9a-f]{64}) (\d+)\n$/.exec(text);
  return match ? { digest: match[1] as Digest, diffId: match[2] as Digest, size: Number(match[3]) } : undefined;
}

/** The bytes a note stands for, produced anew; undefined when this machine does not know the layer. */
export function bytesOfNote(note: KnownNote): Uint8Array | undefined {
  const layer = knownLayer(note.digest);
  return layer && packLayer(layer.layer()).bytes;
}
