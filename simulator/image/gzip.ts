/** gzip as layers use it: no name, no time, so that the same tar always gives the same bytes. */
import { Gunzip, gzipSync } from 'fflate';

/**
 * Bytes compressed together. Bigger input becomes several gzip members one after the other (RFC 1952, 2.2), which every
 * gunzip reads as one; fflate's streaming compressor would need no blocks, but gives wrong bytes for some input.
 */
const BLOCK = 1 << 23;

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let size = 0;
  for (const part of parts) size += part.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Compresses pieces; `onPiece` sees each before it is compressed. Only the compressed bytes are kept. */
export function gzip(pieces: Iterable<Uint8Array>, onPiece?: (piece: Uint8Array) => void): Uint8Array {
  const out: Uint8Array[] = [];
  let block: Uint8Array | undefined;
  let first: Uint8Array[] = [];
  let used = 0;
  const flush = (): void => {
    const input = block ? block.subarray(0, used) : join(first);
    out.push(gzipSync(input, { level: 6, mtime: 0 }));
    first = [];
    used = 0;
  };
  for (const piece of pieces) {
    onPiece?.(piece);
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOCK - used);
      // The block is allocated only when the input turns out to be big.
      if (block === undefined && used + part.length === BLOCK) {
        block = new Uint8Array(BLOCK);
        let to = 0;
        for (const earlier of first) {
          block.set(earlier, to);
          to += earlier.length;
        }
      }
      if (block) block.set(part, used);
      else first.push(part);
      used += part.length;
      at += part.length;
      if (used === BLOCK) flush();
    }
  }
  if (used > 0 || out.length === 0) flush();
  return join(out);
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decompresses; what is no gzip is given back as it is. */
export function gunzip(bytes: Uint8Array): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const out: Uint8Array[] = [];
  const stream = new Gunzip((chunk) => out.push(chunk));
  stream.push(bytes, true);
  return out.length === 0 ? new Uint8Array(0) : join(out);
}
