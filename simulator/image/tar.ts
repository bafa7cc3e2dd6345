/** The tar format: headers written as Go's archive/tar does (USTAR, PAX records where a value does not fit), and a reader. */

export type TarType = 'file' | 'hardlink' | 'symlink' | 'char' | 'block' | 'dir' | 'fifo';

export interface TarHeader {
  /** Without leading slash; directories end in `/`. */
  readonly name: string;
  readonly type: TarType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Whole seconds. */
  readonly mtime: number;
  readonly linkname?: string;
  readonly uname?: string;
  readonly gname?: string;
  readonly rdev?: readonly [number, number];
}

const FLAGS: Record<TarType, string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  char: '3',
  block: '4',
  dir: '5',
  fifo: '6',
};
const TYPES = new Map(Object.entries(FLAGS).map(([type, flag]) => [flag, type as TarType]));

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const ascii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const BLOCK = 512;
/** Bytes that fill the last block of a file of `size` bytes. */
export const tarPadding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
/** The two empty blocks that end an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

function put(block: Uint8Array, at: number, length: number, text: string): void {
  block.set(encoder.encode(text).subarray(0, length), at);
}
const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
const fits = (value: number, width: number): boolean => value >= 0 && value < 8 ** (width - 1);

/** The time of an entry as a header can hold it. */
export const tarTime = (mtime: number): number => (fits(mtime, 12) ? mtime : 0);

function rawHeader(h: TarHeader, flag: string, name: string, prefix: string, linkname: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  put(block, 0, 100, name);
  put(block, 100, 8, octal(h.mode & 0o7777, 8));
  put(block, 108, 8, octal(fits(h.uid, 8) ? h.uid : 0, 8));
  put(block, 116, 8, octal(fits(h.gid, 8) ? h.gid : 0, 8));
  put(block, 124, 12, octal(fits(h.size, 12) ? h.size : 0, 12));
  put(block, 136, 12, octal(tarTime(h.mtime), 12));
  put(block, 148, 8, '        ');
  put(block, 156, 1, flag);
  put(block, 157, 100, linkname);
  put(block, 257, 8, 'ustar\x0000');
  put(block, 265, 32, h.uname ?? '');
  put(block, 297, 32, h.gname ?? '');
  put(block, 329, 8, octal(h.rdev?.[0] ?? 0, 8));
  put(block, 337, 8, octal(h.rdev?.[1] ?? 0, 8));
  put(block, 345, 155, prefix);
  let sum = 0;
  for (const byte of block) sum += byte;
  put(block, 148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Splits a long name into USTAR prefix and name; undefined when it cannot be. */
function splitName(name: string): [string, string] | undefined {
  if (name.length <= 100) return ['', name];
  if (name.length > 256) return undefined;
  let length = Math.min(name.length, 156);
  if (name.endsWith('/')) length = Math.min(length, name.length - 1);
  const at = name.lastIndexOf('/', length - 1);
  const rest = name.length - at - 1;
  return at <= 0 || rest > 100 || rest === 0 || at > 155 ? undefined : [name.slice(0, at), name.slice(at + 1)];
}

function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bytes = encoder.encode(body).length;
  let length = bytes + String(bytes).length;
  if (String(length).length + bytes > length) length = bytes + String(length).length;
  return `${length}${body}`;
}

/** The header blocks of one entry (with PAX records before it where needed). */
export function tarHeader(h: TarHeader): Uint8Array {
  const pax: [string, string][] = [];
  const split = ascii(h.name) ? splitName(h.name) : undefined;
  if (!split) pax.push(['path', h.name]);
  const linkname = h.linkname ?? '';
  if (!ascii(linkname) || linkname.length > 100) pax.push(['linkpath', linkname]);
  if (!fits(h.uid, 8)) pax.push(['uid', String(h.uid)]);
  if (!fits(h.gid, 8)) pax.push(['gid', String(h.gid)]);
  if (!fits(h.size, 12)) pax.push(['size', String(h.size)]);
  const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '');
  const [prefix, name] = split ?? ['', plain(h.name).slice(0, 100)];
  const main = rawHeader(h, FLAGS[h.type], name, prefix, plain(linkname).slice(0, 100));
  if (pax.length === 0) return main;
  pax.sort(([a], [b]) => (a < b ? -1 : 1));
  const records = encoder.encode(pax.map(([key, value]) => paxRecord(key, value)).join(''));
  const slash = h.name.replace(/\/$/, '').lastIndexOf('/');
  const dir = slash < 0 ? '' : `${h.name.slice(0, slash)}/`;
  const paxName = plain(`${dir}PaxHeaders.0/${h.name.slice(slash + 1).replace(/\/$/, '')}`).slice(0, 100);
  const extension = rawHeader(
    { name: paxName, type: 'file', mode: 0, uid: 0, gid: 0, size: records.length, mtime: 0 },
    'x',
    paxName,
    '',
    '',
  );
  const out = new Uint8Array(BLOCK + records.length + tarPadding(records.length) + BLOCK);
  out.set(extension, 0);
  out.set(records, BLOCK);
  out.set(main, out.length - BLOCK);
  return out;
}

export interface TarEntry extends TarHeader {
  readonly data: Uint8Array;
}

const text = (block: Uint8Array, at: number, length: number): string => {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return decoder.decode(block.subarray(at, end));
};

function number(block: Uint8Array, at: number, length: number): number {
  // GNU's base-256 form for big values.
  if ((block[at]! & 0x80) !== 0) {
    let value = block[at]! & 0x3f;
    for (let i = 1; i < length; i++) value = value * 256 + block[at + i]!;
    return value;
  }
  const value = Number.parseInt(text(block, at, length).trim() || '0', 8);
  return Number.isNaN(value) ? 0 : value;
}

function paxRecords(bytes: Uint8Array): Map<string, string> {
  const out = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    let space = at;
    while (space < bytes.length && bytes[space] !== 0x20) space++;
    const length = Number.parseInt(decoder.decode(bytes.subarray(at, space)), 10);
    if (!(length > 0)) break;
    const record = decoder.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) out.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return out;
}

/** Throws `archive/tar: invalid tar header` for what is none, `unexpected EOF` for a cut one. */
export function* readTar(bytes: Uint8Array): Generator<TarEntry> {
  let at = 0;
  let pax = new Map<string, string>();
  let longName: string | undefined;
  let longLink: string | undefined;
  while (at + BLOCK <= bytes.length) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return;
    let sum = 0;
    for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!;
    if (sum !== number(block, 148, 8)) throw new Error('archive/tar: invalid tar header');
    at += BLOCK;
    const flag = text(block, 156, 1);
    const paxSize = pax.get('size');
    const linkLike = flag === '1' || flag === '2' || flag === '3' || flag === '4' || flag === '5' || flag === '6';
    const size = paxSize === undefined ? number(block, 124, 12) : Number(paxSize);
    const stored = linkLike ? 0 : size;
    if (at + stored > bytes.length) throw new Error('unexpected EOF');
    const data = bytes.subarray(at, at + stored);
    at += stored + tarPadding(stored);
    if (flag === 'x') {
      pax = paxRecords(data);
      continue;
    }
    if (flag === 'g') continue;
    if (flag === 'L') {
      longName = text(data, 0, data.length);
      continue;
    }
    if (flag === 'K') {
      longLink = text(data, 0, data.length);
      continue;
    }
    const ustar = text(block, 257, 5) === 'ustar';
    const gnu = text(block, 257, 8).startsWith('ustar  ');
    const prefix = ustar && !gnu ? text(block, 345, 155) : '';
    const short = text(block, 0, 100);
    const name = pax.get('path') ?? longName ?? (prefix ? `${prefix}/${short}` : short);
    let type = TYPES.get(flag === '' || flag === '7' ? '0' : flag);
    if (type === 'file' && name.endsWith('/')) type = 'dir';
    const id = (key: string, offset: number): number => Number(pax.get(key) ?? number(block, offset, 8));
    const linkname = pax.get('linkpath') ?? longLink ?? text(block, 157, 100);
    const mtime = Math.floor(Number(pax.get('mtime') ?? number(block, 136, 12)));
    if (type) {
      yield {
        name,
        type,
        mode: number(block, 100, 8) & 0o7777,
        uid: id('uid', 108),
        gid: id('gid', 116),
        size: stored,
        mtime,
        ...(linkname === '' ? {} : { linkname }),
        uname: text(block, 265, 32),
        gname: text(block, 297, 32),
        rdev: [number(block, 329, 8), number(block, 337, 8)],
        data,
      };
    }
    pax = new Map();
    longName = undefined;
    longLink = undefined;
  }
}
