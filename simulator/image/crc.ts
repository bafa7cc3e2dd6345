/** CRC-32 as gzip uses it (RFC 1952, 8), eight bytes at a time; long runs of zeros in one step. */

const tables: Int32Array[] = [];
for (let k = 0; k < 8; k++) {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    if (k === 0) {
      let c = i;
      for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
      table[i] = c;
    } else {
      const c = tables[k - 1]![i]!;
      table[i] = tables[0]![c & 255]! ^ (c >>> 8);
    }
  }
  tables.push(table);
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as unknown as readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

/** The register before the first byte; what is written is its complement after the last. */
export const CRC_START = -1;

/** The register after `data`. */
export function crcOf(data: Uint8Array, crc: number): number {
  let c = crc;
  let i = 0;
  for (const whole = data.length & ~7; i < whole; i += 8) {
    c ^= data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    c =
      t7[c & 255]! ^
      t6[(c >>> 8) & 255]! ^
      t5[(c >>> 16) & 255]! ^
      t4[c >>> 24]! ^
      t3[data[i + 4]!]! ^
      t2[data[i + 5]!]! ^
      t1[data[i + 6]!]! ^
      t0[data[i + 7]!]!;
  }
  for (; i < data.length; i++) c = t0[(c ^ data[i]!) & 255]! ^ (c >>> 8);
  return c;
}

/** Zeros that are taken in one step. */
export const ZERO_STEP = 512;

/** What `ZERO_STEP` zeros make of the register: a linear map, as a table for each of its bytes. */
let zeroStep: readonly Int32Array[] | undefined;

/** The register after so many times `ZERO_STEP` zeros. */
export function crcOfZeros(steps: number, crc: number): number {
  zeroStep ??= [0, 8, 16, 24].map((shift) => {
    const zeros = new Uint8Array(ZERO_STEP);
    const table = new Int32Array(256);
    for (let bit = 0; bit < 8; bit++) table[1 << bit] = crcOf(zeros, 1 << (bit + shift));
    for (let i = 1; i < 256; i++) table[i] = table[i & (i - 1)]! ^ table[i & -i]!;
    return table;
  });
  const [a, b, c, d] = zeroStep as readonly [Int32Array, Int32Array, Int32Array, Int32Array];
  let now = crc;
  for (let i = 0; i < steps; i++) now = a[now & 255]! ^ b[(now >>> 8) & 255]! ^ c[(now >>> 16) & 255]! ^ d[now >>> 24]!;
  return now;
}
