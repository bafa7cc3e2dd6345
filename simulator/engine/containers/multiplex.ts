import type { StreamName } from './log-store.ts';

/** One frame of Docker's multiplexed stream: which stream, three zeros, the length, the bytes (pkg/stdcopy). */
export function frame(stream: StreamName, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + bytes.length);
  out[0] = stream === 'stdout' ? 1 : 2;
  new DataView(out.buffer).setUint32(4, bytes.length);
  out.set(bytes, 8);
  return out;
}

/** Content types of the two kinds of stream. */
export const RAW_STREAM = 'application/vnd.docker.raw-stream';
export const MULTIPLEXED_STREAM = 'application/vnd.docker.multiplexed-stream';
