/**
 * The content of a file, immutable: bytes held in memory, or generated filler that stands for a big binary and is
 * produced only when it is read.
 */
export interface FileData {
  /** Length in bytes. */
  readonly size: number;
  /** The bytes [from, to), clipped to the size. */
  slice(from: number, to: number): Uint8Array;
  /** How many bytes of real memory the content holds (0 for filler). */
  readonly held: number;
  /** Pages of 4 KiB that it takes on disk where it has holes, and which; without it all of them. */
  readonly blocks?: number;
  readonly runs?: readonly (readonly [number, number])[];
}

class Bytes implements FileData {
  readonly array: Uint8Array;
  constructor(array: Uint8Array) {
    this.array = array;
  }
  get size(): number {
    return this.array.length;
  }
  get held(): number {
    return this.array.length;
  }
  slice(from: number, to: number): Uint8Array {
    return this.array.subarray(Math.max(0, from), Math.min(this.array.length, to));
  }
}

/** File content held in memory; `array` must not be changed afterwards. */
export const bytesData = (array: Uint8Array): FileData => new Bytes(array);

const encoder = new TextEncoder();
/** File content from text, as UTF-8. */
export const textData = (text: string): FileData => new Bytes(encoder.encode(text));

export const EMPTY: FileData = new Bytes(new Uint8Array(0));

const BLOCK = 4096;

/**
 * Generated content: `head` first, then blocks of 4 KiB, of which about `noise` (0 to 1) are incompressible and the
 * rest zero, so that compressed sizes come out about right. The same arguments always give the same bytes.
 */
export function fillerData(size: number, seed: number, head: Uint8Array = new Uint8Array(0), noise = 0.4): FileData {
  const block = (n: number): Uint8Array => {
    const out = new Uint8Array(BLOCK);
    let x = (Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)) >>> 0 || 1;
    if ((Math.imul(x, 0xc2b2ae35) >>> 8) / 0x1000000 >= noise) return out;
    for (let i = 0; i < BLOCK; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      out[i] = x;
    }
    return out;
  };
  return {
    size,
    held: 0,
    slice(from, to) {
      const start = Math.max(0, from);
      const end = Math.min(size, to);
      const out = new Uint8Array(Math.max(0, end - start));
      for (let n = Math.floor(start / BLOCK); n * BLOCK < end; n++) {
        const bytes = block(n);
        const a = Math.max(start, n * BLOCK);
        const b = Math.min(end, (n + 1) * BLOCK);
        out.set(bytes.subarray(a - n * BLOCK, b - n * BLOCK), a - start);
      }
      if (start < head.length) out.set(head.subarray(start, Math.min(head.length, end)), 0);
      return out;
    },
  };
}

/** All bytes of `data`. */
export const allBytes = (data: FileData): Uint8Array => data.slice(0, data.size);

/** The content as text (UTF-8). */
export const dataText = (data: FileData): string => new TextDecoder().decode(allBytes(data));
