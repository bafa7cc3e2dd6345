/**
 * Shell strings are Unicode; bytes that are no UTF-8 live in them as lone surrogates U+DC80…U+DCFF, so that binary data
 * passes through unchanged.
 */
const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loose = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes to a shell string. */
export function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    // Not UTF-8 throughout: keep the well-formed sequences and escape the other bytes.
  }
  let out = '';
  for (let i = 0; i < bytes.length;) {
    const b = bytes[i]!;
    const n = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    const text = n > 0 ? loose.decode(bytes.subarray(i, i + n)) : '\ufffd';
    if (n === 1) out += String.fromCharCode(b);
    else if (n > 0 && !text.includes('\ufffd')) out += text;
    else {
      out += String.fromCharCode(0xdc00 + b);
      i++;
      continue;
    }
    i += n;
  }
  return out;
}

/** A shell string to bytes. */
export function encode(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return utf8.encode(text);
  const out: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else out.push(...utf8.encode(c));
  }
  return new Uint8Array(out);
}

/** Splits into characters: code points, or bytes (each as a string of its own) where the locale is not UTF-8. */
export function characters(text: string, wide: boolean): string[] {
  if (wide || !/[^\0-\x7f]/.test(text)) return Array.from(text);
  return Array.from(encode(text), (b) => (b < 0x80 ? String.fromCharCode(b) : String.fromCharCode(0xdc00 + b)));
}

/** Puts characters together again, so that bytes that make up UTF-8 become characters. */
export function join(chars: readonly string[]): string {
  const text = chars.join('');
  return /[\udc80-\udcff]/.test(text) ? decode(encode(text)) : text;
}
