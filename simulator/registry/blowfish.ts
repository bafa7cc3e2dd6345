/** The Blowfish cipher as bcrypt needs it. Its tables are the digits of pi, which are computed instead of listed. */

/** pi's fractional part as `words` 32-bit words, by Machin's formula in whole numbers. */
function piWords(words: number): Uint32Array {
  const guard = 64n;
  const bits = BigInt(words * 32) + guard;
  const one = 1n << bits;
  const arctan = (n: bigint): bigint => {
    let term = one / n;
    let sum = term;
    const square = n * n;
    for (let k = 3n, sign = -1n; term > 0n; k += 2n, sign = -sign) {
      term /= square;
      sum += (sign * term) / k;
    }
    return sum;
  };
  const pi = 4n * (4n * arctan(5n) - arctan(239n));
  let fraction = (pi - 3n * one) >> guard;
  const out = new Uint32Array(words);
  for (let i = words - 1; i >= 0; i--) {
    out[i] = Number(fraction & 0xffffffffn);
    fraction >>= 32n;
  }
  return out;
}

const P_SIZE = 18;
const S_SIZE = 4 * 256;
let digits: Uint32Array | undefined;

export class Blowfish {
  readonly #p: Uint32Array;
  readonly #s: Uint32Array;
  constructor() {
    digits ??= piWords(P_SIZE + S_SIZE);
    this.#p = digits.slice(0, P_SIZE);
    this.#s = digits.slice(P_SIZE);
  }

  /** Encrypts the two halves at `at` of `block` in place. */
  encrypt(block: Uint32Array, at: number): void {
    const p = this.#p;
    const s = this.#s;
    let left = block[at]!;
    let right = block[at + 1]!;
    for (let i = 0; i < 16; i += 2) {
      left ^= p[i]!;
      right ^=
        (((s[left >>> 24]! + s[256 + ((left >>> 16) & 255)]!) ^ s[512 + ((left >>> 8) & 255)]!) +
          s[768 + (left & 255)]!) |
        0;
      right ^= p[i + 1]!;
      left ^=
        (((s[right >>> 24]! + s[256 + ((right >>> 16) & 255)]!) ^ s[512 + ((right >>> 8) & 255)]!) +
          s[768 + (right & 255)]!) |
        0;
    }
    block[at] = right ^ p[17]!;
    block[at + 1] = left ^ p[16]!;
  }

  /** Mixes `key` (repeated) and `salt` (16 bytes, or none) into the state: bcrypt's ExpandKey. */
  expand(key: Uint8Array, salt: Uint8Array | undefined): void {
    const p = this.#p;
    const s = this.#s;
    let at = 0;
    for (let i = 0; i < P_SIZE; i++) {
      let word = 0;
      for (let k = 0; k < 4; k++) {
        word = (word << 8) | key[at]!;
        at = (at + 1) % key.length;
      }
      p[i] = p[i]! ^ word;
    }
    const block = new Uint32Array(2);
    let from = 0;
    const saltWord = (): number => {
      if (!salt) return 0;
      const word = (salt[from]! << 24) | (salt[from + 1]! << 16) | (salt[from + 2]! << 8) | salt[from + 3]!;
      from = (from + 4) % 16;
      return word;
    };
    for (const table of [p, s]) {
      for (let i = 0; i < table.length; i += 2) {
        block[0] = block[0]! ^ saltWord();
        block[1] = block[1]! ^ saltWord();
        this.encrypt(block, 0);
        table[i] = block[0]!;
        table[i + 1] = block[1]!;
      }
    }
  }
}
