/** The ustar format with GNU's long names, as GNU tar and busybox write it. */
import { encode, fromBytes, decode } from '../text.ts';

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  /** Seconds. */
  readonly mtime: number;
  readonly size: number;
  readonly linkname: string;
  readonly rdev: readonly [number, number];
}

const FLAGS = { file: '0', hardlink: '1', symlink: '2', char: '3', block: '4', dir: '5', fifo: '6' } as const;

function header(entry: TarEntry, flag: string, name: Uint8Array, linkname: Uint8Array): Uint8Array {
  const out = new Uint8Array(512);
  const put = (at: number, text: string): void => out.set(encode(text), at);
  const octal = (at: number, size: number, n: number): void => {
    const text = Math.floor(n).toString(8);
    if (text.length < size) put(at, `${text.padStart(size - 1, '0')}\0`);
    else {
      // base-256, for sizes from 8 GiB on
      let rest = n;
      for (let i = size - 1; i > 0; i--) {
        out[at + i] = rest % 256;
        rest = Math.floor(rest / 256);
      }
      out[at] = 0x80;
    }
  };
  out.set(name.subarray(0, 100), 0);
  octal(100, 8, entry.mode);
  octal(108, 8, entry.uid);
  octal(116, 8, entry.gid);
  octal(124, 12, entry.size);
  octal(136, 12, Math.max(0, entry.mtime));
  put(156, flag);
  out.set(linkname.subarray(0, 100), 157);
  put(257, 'ustar  \0');
  put(265, entry.uname.slice(0, 31));
  put(297, entry.gname.slice(0, 31));
  if (flag === '3' || flag === '4') {
    octal(329, 8, entry.rdev[0]);
    octal(337, 8, entry.rdev[1]);
  }
  put(148, '        ');
  const sum = out.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return out;
}

const padded = (data: Uint8Array): Uint8Array => {
  const out = new Uint8Array(Math.ceil(data.length / 512) * 512);
  out.set(data);
  return out;
};

/** Header blocks of an entry, long names included. */
export function* headers(entry: TarEntry): Generator<Uint8Array> {
  const [name, link] = [encode(entry.name), encode(entry.linkname)];
  const long = function* (flag: string, text: Uint8Array): Generator<Uint8Array> {
    const data = new Uint8Array(text.length + 1);
    data.set(text);
    const meta = { ...entry, size: data.length, mode: 0o644, uid: 0, gid: 0, mtime: 0, uname: 'root', gname: 'root' };
    yield header(meta, flag, encode('././@LongLink'), new Uint8Array(0));
    yield padded(data);
  };
  if (link.length > 100) yield* long('K', link);
  if (name.length > 100) yield* long('L', name);
  yield header(entry, FLAGS[entry.type], name, link);
}

const text = (block: Uint8Array, at: number, size: number): string => {
  const part = block.subarray(at, at + size);
  const end = part.indexOf(0);
  return decode(end < 0 ? part : part.subarray(0, end));
};
const number = (block: Uint8Array, at: number, size: number): number => {
  if (block[at]! & 0x80) {
    let n = 0;
    for (let i = 1; i < size; i++) n = n * 256 + block[at + i]!;
    return n;
  }
  return parseInt(
    fromBytes(block.subarray(at, at + size))
      .replace(/\0.*$/s, '')
      .trim() || '0',
    8,
  );
};

/** Reads exactly `size` bytes (fewer at the end). */
export type Take = (size: number) => Promise<Uint8Array>;

/** Thrown for data that is no tar archive. */
export class NotTar extends Error {}

/** Next entry of an archive; undefined at its end. The content follows, padded to 512. */
export async function readEntry(take: Take, first: boolean): Promise<TarEntry | undefined> {
  let longName: string | undefined;
  let longLink: string | undefined;
  let size: number | undefined;
  for (;;) {
    const block = await take(512);
    if (block.length === 0 || block.every((byte) => byte === 0)) return undefined;
    if (block.length < 512) throw new NotTar('short read');
    const sum = number(block, 148, 8);
    const actual = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (sum !== actual) throw new NotTar(first ? 'magic' : 'checksum');
    const flag = String.fromCharCode(block[156]!);
    const length = number(block, 124, 12);
    if (flag === 'L' || flag === 'K' || flag === 'x' || flag === 'g') {
      const data = (await take(Math.ceil(length / 512) * 512)).subarray(0, length);
      if (flag === 'L') longName = decode(data).replace(/\0+$/, '');
      else if (flag === 'K') longLink = decode(data).replace(/\0+$/, '');
      else if (flag === 'x') {
        for (const [, key, value] of decode(data).matchAll(/\d+ ([^=]+)=([^\n]*)\n/g)) {
          if (key === 'path') longName = value;
          if (key === 'linkpath') longLink = value;
          if (key === 'size') size = Number(value);
        }
      }
      continue;
    }
    const prefix = fromBytes(block.subarray(257, 263)) === 'ustar\0' ? text(block, 345, 155) : '';
    const type = (Object.entries(FLAGS).find(([, f]) => f === flag)?.[0] ?? 'file') as TarEntry['type'];
    const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + text(block, 0, 100);
    return {
      name,
      type: type === 'file' && name.endsWith('/') ? 'dir' : type,
      mode: number(block, 100, 8) & 0o7777,
      uid: number(block, 108, 8),
      gid: number(block, 116, 8),
      uname: text(block, 265, 32),
      gname: text(block, 297, 32),
      mtime: number(block, 136, 12),
      size: type === 'file' ? (size ?? length) : 0,
      linkname: longLink ?? text(block, 157, 100),
      rdev: [number(block, 329, 8), number(block, 337, 8)],
    };
  }
}
