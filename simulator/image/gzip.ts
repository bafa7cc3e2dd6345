/** gzip as layers use it: no name, no time, so that the same tar always gives the same bytes. */
import { Gunzip, Gzip } from 'fflate';

/** Compresses pieces; nothing but the compressed bytes is kept. */
export function gzip(pieces: Iterable<Uint8Array>, onPiece?: (piece: Uint8Array) => void): Uint8Array {
  const out: Uint8Array[] = [];
  const stream = new Gzip({ level: 6, mtime: 0 }, (chunk) => out.push(chunk));
  for (const piece of pieces) {
    onPiece?.(piece);
    stream.push(piece);
  }
  stream.push(new Uint8Array(0), true);
  let size = 0;
  for (const chunk of out) size += chunk.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of out) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Decompresses; what is no gzip is given back as it is. */
export function gunzip(bytes: Uint8Array): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  const out: Uint8Array[] = [];
  let size = 0;
  const stream = new Gunzip((chunk) => {
    out.push(chunk);
    size += chunk.length;
  });
  stream.push(bytes, true);
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of out) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
