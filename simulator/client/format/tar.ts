/** Tar archives (POSIX ustar with pax records), written and read in memory. */

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'dir' | 'symlink' | 'link' | 'char' | 'block' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly mtime: number;
  readonly linkname?: string;
  readonly rdev?: readonly [number, number];
  readonly data?: Uint8Array;
}

const BLOCK = 512;
const TYPES = { file: '0', link: '1', symlink: '2', char: '3', block: '4', dir: '5', fifo: '6' } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function octal(value: number, width: number): string {
  return `${Math.max(0, Math.trunc(value))
    .toString(8)
    .padStart(width - 1, '0')
    .slice(-(width - 1))}\0`;
}

function header(name: string, type: string, size: number, entry: Omit<TarEntry, 'type' | 'data'>): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, width: number): void => block.set(encoder.encode(text).subarray(0, width), at);
  put(name, 0, 100);
  put(octal(entry.mode & 0o7777, 8), 100, 8);
  put(octal(entry.uid, 8), 108, 8);
  put(octal(entry.gid, 8), 116, 8);
  put(octal(size, 12), 124, 12);
  put(octal(entry.mtime / 1000, 12), 136, 12);
  put('        ', 148, 8);
  put(type, 156, 1);
  put(entry.linkname ?? '', 157, 100);
  put('ustar\x0000', 257, 8);
  if (entry.rdev !== undefined) {
    put(octal(entry.rdev[0], 8), 329, 8);
    put(octal(entry.rdev[1], 8), 337, 8);
  }
  let sum = 0;
  for (const byte of block) sum += byte;
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return block;
}

/** The pax records for what does not fit the ustar fields. */
function paxRecords(entry: TarEntry): string {
  const record = (key: string, value: string): string => {
    const body = ` ${key}=${value}\n`;
    const size = encoder.encode(body).length;
    let total = size + String(size).length;
    total = size + String(total).length;
    return `${total}${body}`;
  };
  let text = '';
  const long = (value: string): boolean => value.length > 100 || /[^\x00-\x7f]/.test(value);
  if (long(entry.name)) text += record('path', entry.name);
  if (entry.linkname !== undefined && long(entry.linkname)) text += record('linkpath', entry.linkname);
  return text;
}

/** The archive of `entries`. */
export function packTar(entries: readonly TarEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const add = (head: Uint8Array, data: Uint8Array): void => {
    parts.push(head, data);
    const rest = data.length % BLOCK;
    if (rest > 0) parts.push(new Uint8Array(BLOCK - rest));
  };
  for (const entry of entries) {
    const pax = encoder.encode(paxRecords(entry));
    if (pax.length > 0) add(header('PaxHeaders.0', 'x', pax.length, { ...entry, linkname: '' }), pax);
    const data = entry.data ?? new Uint8Array(0);
    add(header(entry.name, TYPES[entry.type], data.length, entry), data);
  }
  parts.push(new Uint8Array(2 * BLOCK));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Reads an archive; throws where it is none. */
export function unpackTar(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let pax: Record<string, string> = {};
  let longName: string | undefined;
  let longLink: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length;) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const text = (from: number, width: number): string => {
      const bytes = block.subarray(from, from + width);
      const end = bytes.indexOf(0);
      return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
    };
    const number = (from: number, width: number): number => {
      if ((block[from] ?? 0) & 0x80) {
        let value = 0;
        for (const byte of block.subarray(from + 1, from + width)) value = value * 256 + byte;
        return value;
      }
      return parseInt(text(from, width).trim() || '0', 8);
    };
    const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (sum !== number(148, 8)) throw new Error('archive/tar: invalid tar header');
    const size = pax['size'] === undefined ? number(124, 12) : Number(pax['size']);
    const data = archive.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const flag = text(156, 1) || '0';
    if (flag === 'x') {
      pax = readPax(decoder.decode(data));
      continue;
    }
    if (flag === 'g') continue;
    if (flag === 'L' || flag === 'K') {
      const long = decoder.decode(data).replace(/\0+$/, '');
      if (flag === 'L') longName = long;
      else longLink = long;
      continue;
    }
    const prefix = text(257, 6) === 'ustar' && text(345, 155) !== '' ? `${text(345, 155)}/` : '';
    const type = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find((key) => TYPES[key] === flag) ?? 'file';
    const linkname = pax['linkpath'] ?? longLink ?? text(157, 100);
    entries.push({
      name: pax['path'] ?? longName ?? prefix + text(0, 100),
      type,
      mode: number(100, 8) & 0o7777,
      uid: Number(pax['uid'] ?? number(108, 8)),
      gid: Number(pax['gid'] ?? number(116, 8)),
      mtime: Number(pax['mtime'] ?? number(136, 12)) * 1000,
      ...(linkname === '' ? {} : { linkname }),
      ...(type === 'char' || type === 'block' ? { rdev: [number(329, 8), number(337, 8)] as const } : {}),
      ...(type === 'file' ? { data } : {}),
    });
    pax = {};
    longName = undefined;
    longLink = undefined;
  }
  return entries;
}

function readPax(text: string): Record<string, string> {
  const records: Record<string, string> = {};
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at);
    if (space < 0) break;
    const length = Number(decoder.decode(bytes.subarray(at, space)));
    if (!Number.isInteger(length) || length <= 0) break;
    const record = decoder.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
}
