/** gzip as layers use it: no name, no time, so that the same tar always gives the same bytes. */
import { Gunzip, gzipSync } from 'fflate';
import { RawMember, spansOf } from './gzip-raw.ts';

/**
 * Bytes compressed together. Bigger input becomes several gzip members one after the other (RFC 1952, 2.2), which every
 * gunzip reads as one; fflate's streaming compressor would need no blocks, but gives wrong bytes for some input.
 */
const BLOCK = 1 << 23;

function joinInto(all: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let size = 0;
  for (const part of parts) size += part.length;
  return joinInto(new Uint8Array(size), parts);
}

/** The members that stand for a block of input. */
function* members(block: Uint8Array): Generator<Uint8Array> {
  let raw: RawMember | undefined;
  for (const span of spansOf(block)) {
    if (span.kind !== 'plain') {
      raw ??= new RawMember();
      raw.add(span);
      continue;
    }
    if (raw) yield raw.end();
    raw = undefined;
    yield gzipSync(span.bytes, { level: 6, mtime: 0 });
  }
  if (raw) yield raw.end();
}

/**
 * Compresses pieces; `onPiece` sees each before it is compressed. Only the compressed bytes are kept. Long stretches in
 * which looking for repetitions is in vain (noise), or of nothing but zeros, become members of their own without it.
 */
export function gzip(pieces: Iterable<Uint8Array>, onPiece?: (piece: Uint8Array) => void): Uint8Array {
  const out: Uint8Array[] = [];
  let waiting: Uint8Array[] = [];
  let used = 0;
  // The members hold copies: one block serves again and again.
  let block: Uint8Array | undefined;
  const flush = (): void => {
    const input = used === BLOCK ? joinInto((block ??= new Uint8Array(BLOCK)), waiting) : join(waiting);
    for (const member of members(input)) out.push(member);
    waiting = [];
    used = 0;
  };
  for (const piece of pieces) {
    onPiece?.(piece);
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOCK - used);
      waiting.push(part);
      used += part.length;
      at += part.length;
      if (used === BLOCK) flush();
    }
  }
  if (used > 0) flush();
  if (out.length === 0) out.push(gzipSync(new Uint8Array(0), { level: 6, mtime: 0 }));
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
