/** How tools print modes, sizes and names. */
import type { FileType, Stat } from '../kernel/abi.ts';

const TYPE_LETTER: Record<FileType, string> = {
  file: '-',
  dir: 'd',
  symlink: 'l',
  char: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
};

/** `drwxr-xr-x`. */
export function modeString(type: FileType, mode: number): string {
  const bit = (mask: number, letter: string): string => (mode & mask ? letter : '-');
  const exec = (mask: number, special: number, letter: string): string =>
    mode & special ? (mode & mask ? letter : letter.toUpperCase()) : bit(mask, 'x');
  return (
    TYPE_LETTER[type] +
    bit(0o400, 'r') +
    bit(0o200, 'w') +
    exec(0o100, 0o4000, 's') +
    bit(0o40, 'r') +
    bit(0o20, 'w') +
    exec(0o10, 0o2000, 's') +
    bit(4, 'r') +
    bit(2, 'w') +
    exec(1, 0o1000, 't')
  );
}

/** The whole st_mode with the type's bits. */
export function rawMode(stat: Stat): number {
  const bits: Record<FileType, number> = {
    fifo: 0o10000,
    char: 0o20000,
    dir: 0o40000,
    block: 0o60000,
    file: 0o100000,
    symlink: 0o120000,
    socket: 0o140000,
  };
  return bits[stat.type] | stat.mode;
}

/** `1.5K`, `12M` as GNU tools round: upwards, one decimal below 10. */
export function humanSize(bytes: number, base = 1024, units = 'KMGTPE'): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  const tenths = Math.ceil(value * 10 - 1e-9);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}${units[unit]}`;
  const whole = Math.ceil(value - 1e-9);
  if (whole >= base && unit < units.length - 1) return `1.0${units[unit + 1]}`;
  return `${whole}${units[unit]}`;
}

/** `4.9K` as busybox rounds: to the nearest tenth, whole numbers from 10 on where the tenth is nought. */
export function busyboxSize(bytes: number, block = 1): string {
  let value = bytes * block;
  if (value < 1024) return String(value);
  const units = 'KMGTPE';
  let unit = -1;
  let frac = 0;
  while (value >= 1024 && unit < units.length - 1) {
    unit++;
    frac = Math.floor(((value % 1024) * 10 + 512) / 1024);
    value = Math.floor(value / 1024);
  }
  if (frac >= 10) {
    value++;
    frac = 0;
  }
  return `${value}.${frac}${units[unit]}`;
}

/** A name as GNU messages quote it: 'name', "it's", or with $'\n' parts. */
export function quote(name: string): string {
  if (/[\x00-\x1f\x7f]/.test(name)) {
    return name
      .split(/([\x00-\x1f\x7f]+)/)
      .map((part, i) =>
        i % 2 === 0
          ? `'${part.replaceAll("'", "'\\''")}'`
          : `$'${[...part].map((c) => ({ '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`).join('')}'`,
      )
      .join('');
  }
  if (!name.includes("'")) return `'${name}'`;
  if (!/["$`\\!]/.test(name)) return `"${name}"`;
  return `'${name.replaceAll("'", "'\\''")}'`;
}

/** A name as GNU ls shows it on a terminal: quoted only where the shell would need it. */
export const shellName = (name: string): string =>
  name === '' || /[\s'"\\$`!&*()[\]{};|<>?\x00-\x1f\x7f]|^[#~]/.test(name) ? quote(name) : name;

/** Joins a directory and a name as tools print them. */
export const join = (dir: string, name: string): string => (dir.endsWith('/') ? dir + name : `${dir}/${name}`);

/** Last part of a path, without trailing slashes. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** All but the last part of a path. */
export function dirName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

const SIZE_UNITS: Record<string, number> = { k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

/** `10`, `4K`, `2MB`, `1b`: a size with a suffix as head, dd, truncate and split read it. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)(?:(b)|(c)|(w)|([kKmMgGtTpPeE])(iB|B)?)?$/.exec(text);
  if (!match) return undefined;
  let n = Number(match[1]);
  if (match[2]) n *= 512;
  if (match[4]) n *= 2;
  if (match[5]) n *= (match[6] === 'B' ? 1000 : 1024) ** SIZE_UNITS[match[5].toLowerCase()]!;
  return n;
}
