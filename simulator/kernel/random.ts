/** The machine's only source of chance: a seeded generator (sfc32), so a machine is a function of its seed. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  constructor(seed: number) {
    this.#a = 0x9e3779b9 ^ seed;
    this.#b = 0x243f6a88;
    this.#c = 0xb7e15162;
    this.#d = seed | 1;
    for (let i = 0; i < 12; i++) this.uint32();
  }
  /** A whole number in [0, 2^32). */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }
  /** A whole number in [0, below). */
  int(below: number): number {
    return Math.floor((this.uint32() / 4294967296) * below);
  }
  /** `n` bytes. */
  bytes(n: number): Uint8Array {
    const out = new Uint8Array(n);
    for (let i = 0; i < n; i++) out[i] = this.uint32() & 0xff;
    return out;
  }
  /** `n` lowercase hexadecimal digits. */
  hex(n: number): string {
    let s = '';
    while (s.length < n) s += this.uint32().toString(16).padStart(8, '0');
    return s.slice(0, n);
  }
  /** One of `list`. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }
}
