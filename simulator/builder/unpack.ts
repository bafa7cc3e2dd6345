/** Archives that ADD unpacks: tar, plain or compressed with gzip. */
import { allBytes, type FileData } from '../kernel/fs/data.ts';
import type { Layer } from '../kernel/fs/layer.ts';
import { gunzip, isGzip } from '../image/gzip.ts';
import { layerFromTar } from '../image/layer-tar.ts';

const BLOCK = 512;

/** Whether the first block is a tar header: its checksum holds. */
function isTar(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  const text = String.fromCharCode(...block.subarray(148, 156))
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]+$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!;
  return sum === Number.parseInt(text, 8);
}

/** The content of an archive; undefined when the file is none. */
export function unpackArchive(data: FileData): Layer | undefined {
  const head = data.slice(0, BLOCK);
  if (isTar(head)) return layerFromTar(allBytes(data));
  if (!isGzip(head)) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = gunzip(allBytes(data));
  } catch (error) {
    // not gzip after all: the file is added as it is
    if (error instanceof Error) return undefined;
    throw error;
  }
  return isTar(bytes.subarray(0, BLOCK)) ? layerFromTar(bytes) : undefined;
}
