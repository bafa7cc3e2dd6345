/** Bytes in the order they were written, as a queue of pieces. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes over `bytes`; the caller must not change them afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#size += bytes.length;
  }

  /** Up to `max` bytes from the front. */
  take(max: number): Uint8Array {
    const first = this.#pieces[0];
    if (!first || max <= 0) return new Uint8Array(0);
    if (first.length >= max || this.#pieces.length === 1) {
      const part = first.subarray(0, max);
      if (part.length === first.length) this.#pieces.shift();
      else this.#pieces[0] = first.subarray(max);
      this.#size -= part.length;
      return part;
    }
    const out = new Uint8Array(Math.min(max, this.#size));
    let at = 0;
    let used = 0;
    while (at < out.length) {
      const piece = this.#pieces[used]!;
      const part = piece.subarray(0, out.length - at);
      out.set(part, at);
      at += part.length;
      if (part.length === piece.length) used++;
      else this.#pieces[used] = piece.subarray(part.length);
    }
    this.#pieces.splice(0, used);
    this.#size -= out.length;
    return out;
  }

  clear(): void {
    this.#pieces = [];
    this.#size = 0;
  }
}
