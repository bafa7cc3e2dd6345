/**
 * The parts of a gzip file that need no search for repetitions: noise, kept as it is in stored blocks (RFC 1951, 3.2.4),
 * and stretches of zeros, for which the codes are known beforehand (3.2.6).
 */
import { CRC_START, crcOf, crcOfZeros, ZERO_STEP } from './crc.ts';

/** What is looked at as one, in bytes; a block of a tar, so that files begin at one. */
const CELL = ZERO_STEP;
/** Fewer cells than these are not worth a member of their own. */
const MIN_CELLS = 16;
/** So many others may stand between cells of noise and zeros, and one of so many of the whole: they are stored too. */
const GAP = 3;
const OTHERS = 8;
/** Cells in one deflate block; a stored block holds less than 64 KiB. */
const BLOCK_CELLS = 127;

/** A stretch of bytes; whole cells except for `plain`. */
export interface Span {
  readonly kind: 'plain' | 'noise' | 'zero';
  readonly bytes: Uint8Array;
}

/** Every so many bytes of a cell are looked at; noise is what has so many different ones (101 on average of 128). */
const STEP = 4;
const DISTINCT = 85;
const PLAIN = 0;
const NOISE = 1;
const ZERO = 2;

/** What each cell is. */
function kindsOf(block: Uint8Array): Uint8Array {
  const kinds = new Uint8Array(Math.floor(block.length / CELL));
  const seen = new Int32Array(256).fill(-1);
  for (let cell = 0; cell < kinds.length; cell++) {
    const from = cell * CELL;
    const to = from + CELL;
    let at = from;
    while (at < to && block[at] === 0) at++;
    if (at === to) {
      kinds[cell] = ZERO;
      continue;
    }
    let distinct = 0;
    for (let i = from; i < to; i += STEP) {
      const byte = block[i]!;
      if (seen[byte] !== cell) {
        seen[byte] = cell;
        distinct++;
      }
    }
    if (distinct >= DISTINCT) kinds[cell] = NOISE;
  }
  return kinds;
}

/** Takes bytes apart into what has to be compressed and long stretches of noise and zeros. */
export function spansOf(block: Uint8Array): Span[] {
  const kinds = kindsOf(block);
  const out: Span[] = [];
  let done = 0;
  const plainTo = (cell: number): void => {
    if (cell > done) out.push({ kind: 'plain', bytes: block.subarray(done * CELL, cell * CELL) });
  };
  for (let from = 0; from < kinds.length;) {
    if (kinds[from] === PLAIN) {
      from++;
      continue;
    }
    let to = from + 1;
    let others = 0;
    for (let at = to; at < kinds.length && at - to <= GAP; at++) {
      if (kinds[at] === PLAIN) continue;
      others += at - to;
      to = at + 1;
    }
    if (to - from >= MIN_CELLS && others * OTHERS <= to - from) {
      plainTo(from);
      for (let at = from; at < to;) {
        const zero = kinds[at] === ZERO;
        const start = at;
        while (at < to && at - start < BLOCK_CELLS && (kinds[at] === ZERO) === zero) at++;
        out.push({ kind: zero ? 'zero' : 'noise', bytes: block.subarray(start * CELL, at * CELL) });
      }
      done = to;
    }
    from = to;
  }
  if (done * CELL < block.length) out.push({ kind: 'plain', bytes: block.subarray(done * CELL) });
  return out;
}

/** Bits from the lowest of each byte up (RFC 1951, 3.1.1). */
class Bits {
  readonly bytes: number[] = [];
  #used = 8;
  /** `count` bits of a number, the lowest first. */
  number(value: number, count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#used === 8) {
        this.bytes.push(0);
        this.#used = 0;
      }
      this.bytes[this.bytes.length - 1]! |= ((value >>> i) & 1) << this.#used++;
    }
  }
  /** A Huffman code, the highest bit first. */
  code(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.number(value >>> i, 1);
  }
  /** An empty stored block: it ends at a whole byte. */
  align(final: boolean): void {
    this.number(final ? 1 : 0, 3);
    this.bytes.push(0, 0, 0xff, 0xff);
    this.#used = 8;
  }
}

/** A length as fixed codes have it: the code, then extra bits. */
function writeLength(bits: Bits, length: number): void {
  const l = length - 3;
  const extra = l < 8 || length === 258 ? 0 : Math.floor(Math.log2(l)) - 2;
  const symbol = length === 258 ? 285 : extra === 0 ? 257 + l : 261 + 4 * extra + (l >> extra) - 4;
  if (symbol < 280) bits.code(symbol - 256, 7);
  else bits.code(symbol - 280 + 0xc0, 8);
  bits.number(l & ((1 << extra) - 1), extra);
}

const zeroBlocks = new Map<number, Uint8Array>();
/** A block that stands for so many cells of zeros: one zero, and copies of what is one byte back. */
function zeroBlock(cells: number): Uint8Array {
  const done = zeroBlocks.get(cells);
  if (done) return done;
  const bits = new Bits();
  bits.number(0b010, 3);
  let left = cells * CELL;
  const literal = (): void => {
    bits.code(0x30, 8);
    left--;
  };
  literal();
  while (left >= 3) {
    const length = Math.min(left, 258);
    writeLength(bits, length);
    bits.code(0, 5);
    left -= length;
  }
  while (left > 0) literal();
  bits.code(0, 7);
  bits.align(false);
  const block = Uint8Array.from(bits.bytes);
  zeroBlocks.set(cells, block);
  return block;
}

const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);

/** A gzip member made of stretches of noise and zeros. */
export class RawMember {
  readonly #parts: Uint8Array[] = [HEAD];
  #crc = CRC_START;
  #size = 0;

  add({ kind, bytes }: Span): void {
    this.#size += bytes.length;
    if (kind === 'zero') {
      const cells = bytes.length / CELL;
      this.#crc = crcOfZeros(cells, this.#crc);
      this.#parts.push(zeroBlock(cells));
      return;
    }
    this.#crc = crcOf(bytes, this.#crc);
    const { length } = bytes;
    this.#parts.push(Uint8Array.of(0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255), bytes);
  }

  /** The member's bytes. */
  end(): Uint8Array {
    const tail = new Uint8Array(13);
    tail.set([1, 0, 0, 0xff, 0xff]);
    const view = new DataView(tail.buffer);
    view.setInt32(5, ~this.#crc, true);
    view.setUint32(9, this.#size >>> 0, true);
    this.#parts.push(tail);
    const all = new Uint8Array(this.#parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
