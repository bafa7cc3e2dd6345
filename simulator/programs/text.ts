/**
 * Byte strings: text whose characters are bytes (0–255), as tools in the C locale see it. They keep any input intact
 * and are fast to split and match; names and messages stay ordinary strings.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** UTF-8 bytes of `text`. */
export const encode = (text: string): Uint8Array => encoder.encode(text);

/** Text of UTF-8 bytes. */
export const decode = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Bytes → byte string. */
export function fromBytes(bytes: Uint8Array): string {
  if (bytes.length < 8192) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) {
    out += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192) as unknown as number[]);
  }
  return out;
}

/** Byte string → bytes. */
export function toBytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

const ASCII = /^[\x00-\x7f]*$/;

/** Ordinary text → byte string of its UTF-8. */
export const byteString = (text: string): string => (ASCII.test(text) ? text : fromBytes(encode(text)));

/** Byte string → ordinary text. */
export const plain = (bytes: string): string => (ASCII.test(bytes) ? bytes : decode(toBytes(bytes)));

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
