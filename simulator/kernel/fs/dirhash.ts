/**
 * The order in which ext4 lists a directory: by the half-MD4 hash of the names with a seed that mkfs chose (ext4's
 * fs/ext4/hash.c). It looks like chance, and is the same every time.
 */

/** The seed of this machine's disk. */
const SEED: readonly [number, number, number, number] = [0x700c23ee, 0x9b2e4621, 0x51c8e6f7, 0x3a94d20b];

const K2 = 0x5a827999;
const K3 = 0x6ed9eba1;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const f = (x: number, y: number, z: number): number => z ^ (x & (y ^ z));
const g = (x: number, y: number, z: number): number => ((x & y) + ((x ^ y) & z)) | 0;
const h = (x: number, y: number, z: number): number => x ^ y ^ z;

type Mix = (x: number, y: number, z: number) => number;
/** One round: which word goes in at each step, and how far is rotated. */
const ROUNDS: readonly (readonly [Mix, number, readonly number[], readonly number[]])[] = [
  [f, 0, [0, 1, 2, 3, 4, 5, 6, 7], [3, 7, 11, 19]],
  [g, K2, [1, 3, 5, 7, 0, 2, 4, 6], [3, 5, 9, 13]],
  [h, K3, [3, 7, 2, 6, 1, 5, 0, 4], [3, 9, 11, 15]],
];

function transform(buf: Int32Array, input: Int32Array): void {
  let [a, b, c, d] = [buf[0]!, buf[1]!, buf[2]!, buf[3]!];
  for (const [mix, constant, order, shifts] of ROUNDS) {
    for (let i = 0; i < 8; i++) {
      const sum = (a + mix(b, c, d) + input[order[i]!]! + constant) | 0;
      [a, b, c, d] = [d, rotate(sum, shifts[i % 4]!), b, c];
    }
  }
  buf[0] = (buf[0]! + a) | 0;
  buf[1] = (buf[1]! + b) | 0;
  buf[2] = (buf[2]! + c) | 0;
  buf[3] = (buf[3]! + d) | 0;
}

/** Packs up to 32 bytes into 8 words, padded with the length. */
function pack(bytes: Uint8Array, from: number, input: Int32Array): void {
  const left = bytes.length - from;
  const pad = (left & 255) | ((left & 255) << 8) | ((left & 255) << 16) | ((left & 255) << 24);
  input.fill(pad);
  let word = pad;
  let n = 0;
  const length = Math.min(left, 32);
  for (let i = 0; i < length; i++) {
    word = (bytes[from + i]! + (word << 8)) | 0;
    if (i % 4 === 3) {
      input[n++] = word;
      word = pad;
    }
  }
  if (n < 8) input[n] = word;
}

const encoder = new TextEncoder();
const known = new Map<string, number>();

/** The hash of a name with a seed, without the cache. */
export function dirHash(name: string, seed: readonly number[] = SEED): number {
  const bytes = encoder.encode(name);
  const buf = new Int32Array(seed);
  const input = new Int32Array(8);
  for (let at = 0; at < bytes.length; at += 32) {
    pack(bytes, at, input);
    transform(buf, input);
  }
  return (buf[1]! & ~1) >>> 0;
}

/** Sorts names as the disk lists them. */
export function diskOrder(names: readonly string[]): string[] {
  const hash = (name: string): number => {
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = dirHash(name)));
    return value;
  };
  return [...names].sort((a, b) => hash(a) - hash(b) || (a < b ? -1 : 1));
}
