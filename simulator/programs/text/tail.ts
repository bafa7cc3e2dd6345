/** tail, which also follows files as they grow. */
import { isErrno } from '../../kernel/errno.ts';
import { parseSize, quote } from '../format.ts';
import { inputError } from '../inputs.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';
import { fromBytes } from '../text.ts';

const GNU: OptionRules = {
  short: 'c:fFn:qs:vz',
  long: {
    bytes: ':c',
    follow: '?follow',
    lines: ':n',
    pid: ':pid',
    quiet: 'q',
    silent: 'q',
    retry: 'retry',
    'sleep-interval': ':s',
    verbose: 'v',
    'zero-terminated': 'z',
    'max-unchanged-stats': ':max',
  },
  digits: true,
};
const BUSYBOX: OptionRules = { short: 'c:fFn:qs:v', digits: true, usage: '[OPTIONS] [FILE]...' };

/** What it takes by itself, in bytes, and how much of an input that includes. */
const BASE = 500_000;
const FREE = 262_144;

interface Followed {
  readonly path: string;
  fd: number | undefined;
  ino: number;
  at: number;
}

/** tail(1). */
export const tail: Tool = async (io) => {
  const plus = io.args.findIndex((arg) => /^\+\d+$/.test(arg));
  if (plus === 0) io.args = ['-n', io.args[0]!, ...io.args.slice(1)];
  const options = await parseOptions(io, io.busybox ? BUSYBOX : GNU);
  const unit = options.last('c', 'n', 'digits') === 'c' ? 'c' : 'n';
  const text = options.list.findLast((o) => o.key === 'c' || o.key === 'n' || o.key === 'digits')?.value ?? '10';
  const fromStart = text.startsWith('+');
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined) {
    await io.die(
      io.busybox ? `invalid number '${text}'` : `invalid number of ${unit === 'c' ? 'bytes' : 'lines'}: ${quote(text)}`,
    );
  }
  const byName = options.has('F') || options.get('follow') === 'name';
  const follow = options.has('f') || options.has('follow') || byName;
  const retry = options.has('F') || options.has('retry');
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  const headed = options.has('v') || (operands.length > 1 && !options.has('q'));
  let failed = false;
  let shown: string | undefined;
  const files: Followed[] = [];
  for (const path of operands) {
    let fd: number;
    try {
      fd = io.open(path);
    } catch (error) {
      await inputError(io, path, error, { gnu: 'cannot open %q for reading: %e', busybox: "can't open '%s': %e" });
      failed = true;
      if (retry) files.push({ path, fd: undefined, ino: 0, at: 0 });
      continue;
    }
    if (headed) {
      await io.out(`${shown === undefined ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
      shown = path;
    }
    try {
      const at = await last(io, fd, count!, unit, fromStart, options.has('z') ? '\0' : '\n');
      if (follow) files.push({ path, fd, ino: path === '-' ? 0 : io.sys.fstat(fd).ino, at });
      else io.close(fd);
    } catch (error) {
      await inputError(io, path, error, { gnuRead: 'error reading %q: %e', busyboxRead: 'read error: %e' }, true);
      failed = true;
    }
  }
  await io.flush();
  if (follow && files.length === 0) {
    if (!io.busybox) await io.fail('no files remaining');
    return 1;
  }
  if (!follow) return failed ? 1 : 0;
  const wait = Number(options.get('s') ?? 1) * 1000;
  for (;;) {
    for (const file of files) {
      if (byName) await reopen(io, file);
      if (file.fd === undefined) continue;
      const size = io.sys.fstat(file.fd);
      if (size.type === 'file' && size.size < file.at) {
        if (!io.busybox) await io.fail(`${file.path}: file truncated`);
        io.sys.seek(file.fd, 0, 'set');
        file.at = 0;
      }
      for (;;) {
        const block = await io.sys.read(file.fd, 65536);
        if (block.length === 0) break;
        file.at += block.length;
        if (headed && shown !== file.path) {
          await io.out(`\n==> ${file.path} <==\n`);
          shown = file.path;
        }
        await io.bytes(block);
      }
    }
    await io.sys.sleep(wait);
  }
};

/** Follows a name: opens the file that now bears it. */
async function reopen(io: Io, file: Followed): Promise<void> {
  try {
    const stat = io.sys.stat(file.path);
    if (file.fd !== undefined && stat.ino === file.ino) return;
    if (!io.busybox) {
      await io.fail(
        file.fd === undefined
          ? `${quote(file.path)} has appeared;  following new file`
          : `${quote(file.path)} has been replaced;  following new file`,
      );
    }
    if (file.fd !== undefined) io.close(file.fd);
    file.fd = io.open(file.path);
    file.ino = stat.ino;
    file.at = 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (file.fd === undefined) return;
    if (!io.busybox) await io.fail(`${quote(file.path)} has become inaccessible: ${error.message}`);
    io.close(file.fd);
    file.fd = undefined;
  }
}

/** Prints the end of an input; gives how many bytes were read. */
async function last(
  io: Io,
  fd: number,
  count: number,
  unit: 'c' | 'n',
  fromStart: boolean,
  separator: string,
): Promise<number> {
  let read = 0;
  if (fromStart) {
    let skip = Math.max(0, count - 1);
    for await (const block of io.blocks(fd)) {
      read += block.length;
      let text = fromBytes(block);
      while (skip > 0 && text !== '') {
        if (unit === 'c') {
          const n = Math.min(skip, text.length);
          text = text.slice(n);
          skip -= n;
        } else {
          const end = text.indexOf(separator);
          if (end < 0) text = '';
          else {
            text = text.slice(end + 1);
            skip--;
          }
        }
      }
      if (text !== '') await io.raw(text);
    }
    return read;
  }
  const end = new End(count, unit, separator);
  for await (const block of io.blocks(fd)) {
    read += block.length;
    end.add(block);
    if (end.size > FREE) io.sys.memory(BASE + end.size);
  }
  await io.raw(keep(end.text(), count, unit, separator));
  if (end.size > FREE) io.sys.memory(BASE);
  return read;
}

/** The last blocks of an input, as many as may hold a piece of what is asked for. */
class End {
  readonly #count: number;
  readonly #unit: 'c' | 'n';
  readonly #separator: number;
  readonly #blocks: { readonly bytes: Uint8Array; readonly ends: number }[] = [];
  #ends = 0;
  size = 0;
  constructor(count: number, unit: 'c' | 'n', separator: string) {
    this.#count = count;
    this.#unit = unit;
    this.#separator = separator.charCodeAt(0);
  }

  add(bytes: Uint8Array): void {
    const before = this.#blocks.at(-1);
    // A device without end (/dev/zero) gives the same block for ever; it is held once, however much memory it stands for.
    const block =
      before !== undefined && alike(before.bytes, bytes)
        ? before
        : { bytes, ends: occurrences(bytes, this.#separator) };
    this.#blocks.push(block);
    this.size += bytes.length;
    this.#ends += block.ends;
    for (let [first] = this.#blocks; this.#blocks.length > 1 && this.#spare(first!); [first] = this.#blocks) {
      this.#blocks.shift();
      this.size -= first!.bytes.length;
      this.#ends -= first!.ends;
    }
  }
  #spare(block: { readonly bytes: Uint8Array; readonly ends: number }): boolean {
    return this.#unit === 'c' ? this.size - block.bytes.length >= this.#count : this.#ends - block.ends > this.#count;
  }

  text(): string {
    return this.#blocks.map((block) => fromBytes(block.bytes)).join('');
  }
}

function occurrences(bytes: Uint8Array, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found++;
  return found;
}

function alike(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function keep(text: string, count: number, unit: 'c' | 'n', separator: string): string {
  if (count === 0) return '';
  if (unit === 'c') return text.slice(-count);
  let at = text.endsWith(separator) ? text.length - 1 : text.length;
  for (let i = 0; i < count; i++) {
    at = at <= 0 ? -1 : text.lastIndexOf(separator, at - 1);
    if (at < 0) return text;
  }
  return text.slice(at + 1);
}
