/** base64, base32, od, hexdump, xxd, strings, dd. */
import { isErrno } from '../../kernel/errno.ts';
import { parseSize, quote } from '../format.ts';
import { eachInput, openInput } from '../inputs.ts';
import { Exit, type Tool } from '../io.ts';
import { parseOptions, usageFailure, type OptionRules } from '../options.ts';
import { concat, fromBytes, toBytes } from '../text.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encodeBase(data: Uint8Array, alphabet: string, bits: number, group: number): string {
  let out = '';
  let buffer = 0;
  let have = 0;
  for (const byte of data) {
    buffer = (buffer << 8) | byte;
    have += 8;
    while (have >= bits) {
      have -= bits;
      out += alphabet[(buffer >>> have) & ((1 << bits) - 1)]!;
    }
    buffer &= (1 << have) - 1;
  }
  if (have > 0) out += alphabet[(buffer << (bits - have)) & ((1 << bits) - 1)]!;
  while (out.length % group !== 0) out += '=';
  return out;
}

const baseTool =
  (alphabet: string, bits: number, group: number): Tool =>
  async (io) => {
    const rules: OptionRules = {
      short: io.busybox ? 'dw:' : 'diw:',
      long: io.busybox ? {} : { decode: 'd', 'ignore-garbage': 'i', wrap: ':w' },
      usage: '[-d] [-w COL] [FILE]',
    };
    const options = await parseOptions(io, rules);
    if (options.operands.length > 1) await usageFailure(io, rules, `extra operand ${quote(options.operands[1]!)}`);
    const fd = await openInput(io, options.operands[0] ?? '-', {});
    if (options.has('d')) {
      const text = fromBytes(await io.all(fd));
      const bytes: number[] = [];
      let [buffer, have] = [0, 0];
      for (const c of text) {
        if (c === '\n' || c === '\r') continue;
        if (c === '=') break;
        const value = alphabet.indexOf(c);
        if (value < 0) {
          if (options.has('i')) continue;
          await io.bytes(new Uint8Array(bytes));
          return io.die(io.busybox ? 'invalid input' : 'invalid input');
        }
        buffer = ((buffer << bits) | value) & 0xffffff;
        have += bits;
        if (have >= 8) {
          have -= 8;
          bytes.push((buffer >>> have) & 255);
        }
      }
      await io.bytes(new Uint8Array(bytes));
      return 0;
    }
    const text = encodeBase(await io.all(fd), alphabet, bits, group);
    const width = Number(options.get('w') ?? 76);
    if (width === 0) await io.raw(text);
    else for (let at = 0; at < text.length; at += width) await io.raw(`${text.slice(at, at + width)}\n`);
    return 0;
  };

export const base64 = baseTool(BASE64, 6, 4);
export const base32 = baseTool(BASE32, 5, 8);

const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

/** od(1). */
export const od: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'A:bcdDfFhHiIj:lLN:oOsS:t:vw::xX',
    long: {
      'address-radix': ':A',
      format: ':t',
      'read-bytes': ':N',
      'skip-bytes': ':j',
      'output-duplicates': 'v',
      width: '?w',
    },
    usage: '[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [FILE]...',
  });
  const parts: Uint8Array[] = [];
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    parts.push(await io.all(fd));
  });
  let data = parts.length === 0 ? new Uint8Array(0) : concat(parts);
  const skip = parseSize(options.get('j') ?? '0') ?? 0;
  data = data.subarray(skip);
  const most = options.get('N');
  if (most !== undefined) data = data.subarray(0, parseSize(most) ?? 0);
  const formats: string[] = [];
  for (const { key, value } of options.list) {
    if (key === 't') formats.push(...(value!.match(/[acdoux][CSIL\d]*z?/g) ?? []));
    const short = {
      b: 'o1',
      c: 'c',
      d: 'u2',
      o: 'o2',
      x: 'x2',
      h: 'x2',
      X: 'x4',
      H: 'x4',
      D: 'u4',
      O: 'o4',
      s: 'd2',
      i: 'd4',
      l: 'd8',
    }[key];
    if (short !== undefined) formats.push(short);
  }
  if (formats.length === 0) formats.push('o2');
  const radix = options.get('A') ?? 'o';
  const width = Number(options.get('w') ?? (options.has('w') ? 32 : 16));
  const address = (n: number): string =>
    radix === 'n'
      ? ''
      : radix === 'x'
        ? n.toString(16).padStart(6, '0')
        : radix === 'd'
          ? String(n).padStart(7, '0')
          : n.toString(8).padStart(7, '0');
  const names =
    'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
      ' ',
    );
  const escapes: Record<number, string> = {
    0: '\\0',
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
  };
  const sizeOf = (format: string): number =>
    ({ C: 1, S: 2, I: 4, L: 8 })[format[1] as 'C'] ??
    (Number(/\d+/.exec(format)?.[0]) || (format[0] === 'c' || format[0] === 'a' ? 1 : 4));
  const cell = (format: string, row: Uint8Array, at: number): string => {
    const byte = row[at]!;
    if (format[0] === 'c')
      return (
        escapes[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
      ).padStart(4);
    if (format[0] === 'a')
      return ((byte & 127) === 127 ? 'del' : (names[byte & 127] ?? String.fromCharCode(byte & 127))).padStart(4);
    const size = sizeOf(format);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(row[at + i] ?? 0);
    if (format[0] === 'x') return ` ${value.toString(16).padStart(size * 2, '0')}`;
    if (format[0] === 'o') return ` ${value.toString(8).padStart(Math.ceil((size * 8) / 3), '0')}`;
    const widths: Record<string, Record<number, number>> = {
      u: { 1: 3, 2: 5, 4: 10, 8: 20 },
      d: { 1: 4, 2: 6, 4: 11, 8: 20 },
    };
    const shown = format[0] === 'd' ? BigInt.asIntN(size * 8, value) : value;
    return ` ${String(shown).padStart(widths[format[0]!]?.[size] ?? 11)}`;
  };
  let previous = '';
  let starred = false;
  for (let at = 0; at < data.length; at += width) {
    const row = data.subarray(at, at + width);
    const key = fromBytes(row);
    if (key === previous && row.length === width && !options.has('v') && at + width < data.length) {
      if (!starred) await io.out('*\n');
      starred = true;
      continue;
    }
    starred = false;
    previous = key;
    const widest = Math.max(...formats.map((f) => (cell(f, new Uint8Array(16), 0).length * width) / sizeOf(f)));
    for (const [i, format] of formats.entries()) {
      const size = sizeOf(format);
      const pad = Math.floor(widest / (width / size));
      let line = i === 0 ? address(skip + at) : ' '.repeat(address(0).length);
      for (let n = 0; n < row.length; n += size) line += cell(format, row, n).padStart(pad);
      if (format.endsWith('z'))
        line += `${' '.repeat(Math.max(0, ((width - row.length) / size) * pad))}  >${[...row].map(printable).join('')}<`;
      await io.out(`${line}\n`);
    }
  }
  if (radix !== 'n') await io.out(`${address(skip + data.length)}\n`);
  return ok ? 0 : 1;
};

/** hexdump(1), hd(1): canonical and two-byte forms. */
export const hexdump: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'bcCde:f:n:os:vxL',
    long: { canonical: 'C', length: ':n', skip: ':s', 'no-squeezing': 'v' },
    usage: '[-bcdoxCv] [-n LEN] [-s OFS] [FILE]...',
  });
  const canonical = options.has('C') || io.name === 'hd';
  const parts: Uint8Array[] = [];
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    parts.push(await io.all(fd));
  });
  let data = parts.length === 0 ? new Uint8Array(0) : concat(parts);
  const skip = Number(options.get('s') ?? 0);
  data = data.subarray(skip);
  if (options.get('n') !== undefined) data = data.subarray(0, Number(options.get('n')));
  const address = (n: number): string => n.toString(16).padStart(canonical ? 8 : 7, '0');
  let previous = '';
  let starred = false;
  for (let at = 0; at < data.length; at += 16) {
    const row = data.subarray(at, at + 16);
    const key = fromBytes(row);
    if (key === previous && row.length === 16 && !options.has('v')) {
      if (!starred) await io.out('*\n');
      starred = true;
      continue;
    }
    starred = false;
    previous = key;
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
    if (canonical) {
      const left = hex.slice(0, 8).join(' ');
      const right = hex.slice(8).join(' ');
      await io.out(`${address(skip + at)}  ${`${left}  ${right}`.padEnd(48)}  |${[...row].map(printable).join('')}|\n`);
    } else {
      let line = address(skip + at);
      for (let n = 0; n < row.length; n += 2)
        line += ` ${(row[n]! | ((row[n + 1] ?? 0) << 8)).toString(16).padStart(4, '0')}`;
      await io.out(`${line.padEnd(47)}\n`);
    }
  }
  if (data.length > 0) await io.out(`${address(skip + data.length)}\n`);
  return ok ? 0 : 1;
};

/** xxd(1). */
export const xxd: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'prc:g:l:s:iu',
    usage: '[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [FILE]',
  });
  const fd = await openInput(io, options.operands[0] ?? '-', {}, 2);
  let data = await io.all(fd);
  if (options.has('r')) {
    const text = fromBytes(data);
    const bytes: number[] = [];
    for (const line of text.split('\n')) {
      const hex = options.has('p') ? line : (/^[0-9a-f]+: ((?:[0-9a-f]{2,} ?)+)/i.exec(line)?.[1] ?? '');
      for (const [pair] of hex.replace(/\s/g, '').matchAll(/[0-9a-f]{2}/gi)) bytes.push(parseInt(pair, 16));
    }
    await io.bytes(new Uint8Array(bytes));
    return 0;
  }
  const skip = Number(options.get('s') ?? 0);
  data = data.subarray(skip);
  if (options.get('l') !== undefined) data = data.subarray(0, Number(options.get('l')));
  const per = Number(options.get('c') ?? (options.has('p') ? 30 : 16));
  const group = Number(options.get('g') ?? 2);
  for (let at = 0; at < data.length; at += per) {
    const row = data.subarray(at, at + per);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
    if (options.has('p')) await io.out(`${hex.join('')}\n`);
    else {
      let text = '';
      for (let i = 0; i < per; i++) text += (hex[i] ?? '  ') + ((i + 1) % group === 0 ? ' ' : '');
      await io.out(`${(skip + at).toString(16).padStart(8, '0')}: ${text} ${[...row].map(printable).join('')}\n`);
    }
  }
  return 0;
};

/** strings(1). */
export const strings: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'afon:t:',
    digits: true,
    usage: '[-fo] [-t o|d|x] [-n LEN] [FILE]...',
  });
  const least = Number(options.get('n') ?? options.get('digits') ?? 4);
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    let run = '';
    for await (const block of io.blocks(fd)) {
      let out = '';
      for (const byte of block) {
        if ((byte >= 32 && byte < 127) || byte === 9) run += String.fromCharCode(byte);
        else {
          if (run.length >= least) out += `${run}\n`;
          run = '';
        }
      }
      await io.raw(out);
    }
    if (run.length >= least) await io.raw(`${run}\n`);
  });
  return ok ? 0 : 1;
};

const amount = (n: number): string => {
  const decimal = n < 1000 ? '' : scaled(n, 1000, ['kB', 'MB', 'GB', 'TB']);
  const binary = n < 1024 ? '' : scaled(n, 1024, ['KiB', 'MiB', 'GiB', 'TiB']);
  return decimal === '' ? '' : binary === '' ? ` (${decimal})` : ` (${decimal}, ${binary})`;
};
const scaled = (n: number, base: number, units: readonly string[]): string => {
  let value = n;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};

/** dd(1): copies block by block, however large. */
export const dd: Tool = async (io) => {
  const operands = new Map<string, string>();
  for (const arg of io.args) {
    const match = /^(\w+)=(.*)$/.exec(arg);
    if (
      !match ||
      ![
        'if',
        'of',
        'bs',
        'ibs',
        'obs',
        'count',
        'skip',
        'seek',
        'iseek',
        'oseek',
        'conv',
        'status',
        'iflag',
        'oflag',
        'cbs',
      ].includes(match[1]!)
    ) {
      if (io.busybox) return io.die(`invalid argument '${arg}'`);
      await io.fail(`unrecognized operand ${quote(arg)}`);
      await io.error("Try 'dd --help' for more information.\n");
      return 1;
    }
    operands.set(match[1]!, match[2]!);
  }
  const number = async (key: string, fallback: number): Promise<number> => {
    const text = operands.get(key);
    if (text === undefined) return fallback;
    const product = text.split('x').map((part) => parseSize(part));
    if (product.includes(undefined))
      await io.die(io.busybox ? `invalid number '${text}'` : `invalid number: ${quote(text)}`);
    return product.reduce<number>((a, b) => a * b!, 1);
  };
  const block = await number('bs', await number('ibs', 512));
  const count = await number('count', Infinity);
  const skip = await number('skip', await number('iseek', 0));
  const seek = await number('seek', await number('oseek', 0));
  const conv = (operands.get('conv') ?? '').split(',');
  const open = async (path: string, write: boolean): Promise<number> => {
    try {
      return write
        ? io.sys.open(path, { write: true, create: true, truncate: !conv.includes('notrunc') && seek === 0 })
        : io.sys.open(path, { read: true });
    } catch (error) {
      await io.fail(
        io.busybox ? `can't open '${path}': ${io.reason(error)}` : `failed to open ${quote(path)}: ${io.reason(error)}`,
      );
      throw new Exit(1);
    }
  };
  const [input, output] = [operands.get('if'), operands.get('of')];
  const from = input === undefined ? 0 : await open(input, false);
  const to = output === undefined ? 1 : await open(output, true);
  const start = io.sys.now();
  if (skip > 0) {
    try {
      io.sys.seek(from, skip * block, 'current');
    } catch (error) {
      if (!isErrno(error)) throw error;
      for (let left = skip * block; left > 0;) {
        const data = await io.sys.read(from, Math.min(left, 65536));
        if (data.length === 0) break;
        left -= data.length;
      }
    }
  }
  if (seek > 0) {
    if (!conv.includes('notrunc') && output !== undefined && io.sys.fstat(to).type === 'file')
      io.sys.truncate(to, seek * block);
    io.sys.seek(to, seek * block, 'set');
  }
  let [full, partial, bytes] = [0, 0, 0];
  let code = 0;
  let outFull = 0;
  const whole = (operands.get('iflag') ?? '').includes('fullblock');
  while (full + partial < count) {
    let data: Uint8Array;
    try {
      data = await io.sys.read(from, block);
      while (whole && data.length > 0 && data.length < block) {
        const more = await io.sys.read(from, block - data.length);
        if (more.length === 0) break;
        data = concat([data, more]);
      }
    } catch (error) {
      await io.fail(
        io.busybox
          ? `${input ?? 'standard input'}: ${io.reason(error)}`
          : `error reading ${quote(input ?? 'standard input')}: ${io.reason(error)}`,
      );
      code = 1;
      break;
    }
    if (data.length === 0) break;
    if (data.length === block) full++;
    else partial++;
    if (conv.includes('ucase') || conv.includes('lcase')) {
      const text = fromBytes(data);
      data = toBytes(conv.includes('ucase') ? text.toUpperCase() : text.toLowerCase());
    }
    try {
      await io.sys.write(to, data);
      if (data.length === block) outFull++;
      bytes += data.length;
    } catch (error) {
      await io.fail(
        io.busybox
          ? `error writing '${output ?? 'standard output'}': ${io.reason(error)}`
          : `error writing ${quote(output ?? 'standard output')}: ${io.reason(error)}`,
      );
      code = 1;
      break;
    }
    await io.sys.tick();
  }
  io.close(from);
  const status = operands.get('status');
  if (status === 'none') return code;
  const written = code === 0 ? `${full}+${partial}` : `${outFull}+0`;
  await io.error(`${full}+${partial} records in\n${written} records out\n`);
  if (status === 'noxfer') return code;
  const seconds = Math.max((io.sys.now() - start) / 1000, bytes / 2.2e9, 0.000011);
  if (io.busybox) {
    const rate = bytes / seconds;
    const human = (n: number): string =>
      n < 1024 ? `${n} bytes` : scaled(n, 1024, ['KB', 'MB', 'GB']).replace(' ', '');
    await io.error(
      `${bytes} bytes (${human(bytes).replace(' bytes', 'B')}) copied, ${seconds.toFixed(6)} seconds, ${human(Math.round(rate)).replace(' bytes', 'B')}/s\n`,
    );
  } else {
    // C's %g: an exponent of two digits below a ten-thousandth.
    const time =
      seconds < 1e-4
        ? Number(seconds.toPrecision(6))
            .toExponential()
            .replace(/-(\d)$/, '-0$1')
        : Number(seconds.toPrecision(6)).toString();
    await io.error(
      `${bytes} byte${bytes === 1 ? '' : 's'}${amount(bytes)} copied, ${time} s, ${bytes / seconds < 1000 ? `${(bytes / seconds / 1000).toFixed(1)} kB` : scaled(bytes / seconds, 1000, ['kB', 'MB', 'GB'])}/s\n`,
    );
  }
  return code;
};
