/** bcrypt, the hash of passwords in htpasswd files (`$2y$05$…`). */
import { Blowfish } from './blowfish.ts';

const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function encode(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i]!;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    out += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    if (b !== undefined) out += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    if (c !== undefined) out += ALPHABET[c & 63]!;
  }
  return out;
}

function decode(text: string, length: number): Uint8Array | undefined {
  const out = new Uint8Array(length);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of text) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8 && at < length) {
      bits -= 8;
      out[at++] = (held >> bits) & 255;
    }
    held &= (1 << bits) - 1;
  }
  return at === length ? out : undefined;
}

/** The text that is encrypted 64 times. */
const MAGIC = new TextEncoder().encode('OrpheanBeholderScryDoubt');

function digest(password: string, cost: number, salt: Uint8Array): Uint8Array {
  const key = new Uint8Array([...new TextEncoder().encode(password).subarray(0, 72), 0]);
  const cipher = new Blowfish();
  cipher.expand(key, salt);
  for (let i = 0; i < 2 ** cost; i++) {
    cipher.expand(key, undefined);
    cipher.expand(salt, undefined);
  }
  const words = new Uint32Array(6);
  for (let i = 0; i < MAGIC.length; i++) words[i >> 2] = (words[i >> 2]! << 8) | MAGIC[i]!;
  for (let round = 0; round < 64; round++) for (let i = 0; i < 6; i += 2) cipher.encrypt(words, i);
  const out = new Uint8Array(24);
  words.forEach((word, i) => out.set([word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255], i * 4));
  return out.subarray(0, 23);
}

/** Hashes a password; `salt` are 16 bytes of chance. */
export function bcrypt(password: string, salt: Uint8Array, cost = 5): string {
  return `$2y$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(digest(password, cost, salt))}`;
}

/** Whether `password` is the one behind `hash`. */
export function bcryptMatches(password: string, hash: string): boolean {
  const match = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(hash);
  const salt = match && decode(match[2]!, 16);
  if (!match || !salt) return false;
  return encode(digest(password, Number(match[1]), salt)) === match[3];
}
