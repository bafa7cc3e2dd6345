/** cat, tac, rev, nl, head, wc, tee, yes. */
import { isErrno } from '../../kernel/errno.ts';
import { parseSize, quote } from '../format.ts';
import { eachInput, inputError } from '../inputs.ts';
import type { Tool } from '../io.ts';
import { parseOptions, usageError, usageFailure, type OptionRules } from '../options.ts';
import { byteString, fromBytes, plain } from '../text.ts';

const CAT: OptionRules = {
  short: 'AbeEnstTuv',
  long: {
    'show-all': 'A',
    'number-nonblank': 'b',
    'show-ends': 'E',
    number: 'n',
    'squeeze-blank': 's',
    'show-tabs': 'T',
    'show-nonprinting': 'v',
  },
  usage: '[OPTION]... [FILE]...',
};

function visible(c: number): string {
  if (c >= 128) return `M-${visible(c - 128)}`;
  if (c < 32) return `^${String.fromCharCode(c + 64)}`;
  return c === 127 ? '^?' : String.fromCharCode(c);
}

/** cat(1). */
export const cat: Tool = async (io) => {
  const rules = io.busybox ? { ...CAT, short: 'nbvteAu', long: {}, usage: '[-nbvteA] [FILE]...' } : CAT;
  const options = await parseOptions(io, rules);
  const has = (...keys: string[]): boolean => keys.some((key) => options.has(key));
  const [ends, tabs, nonprinting] = [has('A', 'e', 'E'), has('A', 't', 'T'), has('A', 'e', 't', 'v')];
  const numbering = options.has('b') ? 'nonblank' : options.has('n') ? 'all' : undefined;
  const plainCopy = !ends && !tabs && !nonprinting && numbering === undefined && !options.has('s');
  let number = 0;
  let blank = false;
  let lineStart = true;
  const ok = await eachInput(
    io,
    options.operands,
    { busybox: "can't open '%s': %e", busyboxRead: 'read error: %e' },
    async (fd) => {
      for await (const block of io.blocks(fd, 131072)) {
        if (plainCopy) {
          await io.bytes(block);
          continue;
        }
        const lines = fromBytes(block).split('\n');
        let out = '';
        lines.forEach((line, i) => {
          const last = i === lines.length - 1;
          if (last && line === '') return;
          if (lineStart) {
            const empty = line === '' && !last;
            if (empty && blank && options.has('s')) return;
            blank = empty;
            if (numbering === 'all' || (numbering === 'nonblank' && !empty)) out += `${String(++number).padStart(6)}\t`;
          }
          let shown = line;
          if (nonprinting) {
            shown = line.replace(/[^\x20-\x7e\t]/g, (c) => visible(c.charCodeAt(0)));
          }
          if (tabs) shown = shown.replaceAll('\t', '^I');
          out += shown;
          lineStart = !last;
          if (!last) out += ends ? '$\n' : '\n';
        });
        await io.raw(out);
        await io.flush();
      }
    },
  );
  return ok ? 0 : 1;
};

/** tac(1). */
export const tac: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? '' : 'brs:',
    long: { before: 'b', regex: 'r', separator: ':s' },
    usage: '[FILE]...',
  });
  const separator = byteString(options.get('s') ?? '\n');
  const ok = await eachInput(
    io,
    options.operands,
    { gnu: 'failed to open %q for reading: %e', gnuRead: '%s: read error: %e' },
    async (fd) => {
      const parts = (await io.allText(fd)).split(separator);
      const last = parts.pop()!;
      const whole = parts.map((part) => part + separator);
      if (last !== '') whole.push(last);
      await io.raw(whole.reverse().join(''));
    },
  );
  return ok ? 0 : 1;
};

/** rev(1). */
export const rev: Tool = async (io) => {
  const options = await parseOptions(io, { usage: '[FILE]...' });
  const reverse = (line: string): string => byteString([...plain(line)].reverse().join(''));
  const ok = await eachInput(io, options.operands, { gnu: 'cannot open %s: %e' }, async (fd) => {
    for await (const { lines, open } of io.lines(fd)) {
      await io.raw(lines.map((line) => reverse(line) + (open ? '' : '\n')).join(''));
    }
  });
  return ok ? 0 : 1;
};

/** nl(1). */
export const nl: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: 'b:d:f:h:i:l:n:ps:v:w:',
    long: {
      'body-numbering': ':b',
      'line-increment': ':i',
      'number-format': ':n',
      'number-separator': ':s',
      'starting-line-number': ':v',
      'number-width': ':w',
    },
    usage: '[OPTIONS] [FILE]...',
  });
  const style = options.get('b') ?? 't';
  const width = Number(options.get('w') ?? 6);
  const step = Number(options.get('i') ?? 1);
  const separator = options.get('s') ?? '\t';
  const format = options.get('n') ?? 'rn';
  let number = Number(options.get('v') ?? 1);
  const pattern = style.startsWith('p') ? new RegExp(style.slice(1)) : undefined;
  const ok = await eachInput(io, options.operands, {}, async (fd) => {
    for await (const { lines } of io.lines(fd)) {
      for (const line of lines) {
        const counted = style === 'a' || (style === 't' && line !== '') || pattern?.test(line);
        if (counted) {
          const digits =
            format === 'ln'
              ? String(number).padEnd(width)
              : String(number).padStart(width, format === 'rz' ? '0' : ' ');
          await io.raw(`${digits}${byteString(separator)}${line}\n`);
          number += step;
        } else await io.raw(`${' '.repeat(width + separator.length)}${line}\n`);
      }
    }
  });
  return ok ? 0 : 1;
};

/** head(1). */
export const head: Tool = async (io) => {
  const rules: OptionRules = io.busybox
    ? { short: 'n:c:qv', digits: true, usage: '[OPTIONS] [FILE]...' }
    : {
        short: 'n:c:qvz',
        long: { lines: ':n', bytes: ':c', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' },
        digits: true,
      };
  const options = await parseOptions(io, rules);
  const bytes = options.last('n', 'c', 'digits') === 'c';
  const text =
    (bytes ? options.get('c') : options.list.findLast((o) => o.key === 'n' || o.key === 'digits')?.value) ?? '10';
  const fromEnd = text.startsWith('-');
  const count = parseSize(text.replace(/^[-+]/, ''));
  if (count === undefined) {
    if (io.busybox) await io.die(`invalid number '${text}'`);
    await io.die(`invalid number of ${bytes ? 'bytes' : 'lines'}: ${quote(text)}`);
  }
  const limit = count!;
  const separator = options.has('z') ? '\0' : '\n';
  const headed = options.has('v') || (options.operands.length > 1 && !options.has('q'));
  let first = true;
  const ok = await eachInput(
    io,
    options.operands,
    { gnu: 'cannot open %q for reading: %e', gnuRead: 'error reading %q: %e' },
    async (fd, path) => {
      if (headed) {
        await io.out(`${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
        first = false;
      }
      if (fromEnd) {
        const all = await io.allText(fd);
        if (bytes) await io.raw(all.slice(0, Math.max(0, all.length - limit)));
        else {
          const lines = all.split(separator);
          const tail = lines.pop()!;
          if (tail !== '') lines.push(tail);
          const kept = lines.slice(0, Math.max(0, lines.length - limit));
          await io.raw(kept.map((line) => line + separator).join(''));
        }
        return;
      }
      let left = limit;
      while (left > 0) {
        const block = fromBytes(await io.sys.read(fd, bytes ? Math.min(left, 65536) : 8192));
        if (block === '') break;
        if (bytes) {
          await io.raw(block.slice(0, left));
          left -= block.length;
          continue;
        }
        let at = 0;
        while (left > 0 && at < block.length) {
          const end = block.indexOf(separator, at);
          if (end < 0) {
            at = block.length;
            break;
          }
          at = end + 1;
          left--;
        }
        await io.raw(block.slice(0, at));
      }
    },
  );
  return ok ? 0 : 1;
};

/** wc(1). */
export const wc: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? 'clmwL' : 'clLmw',
    long: io.busybox
      ? {}
      : { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L', 'files0-from': ':files0-from' },
    usage: '[-clwL] [FILE]...',
  });
  let wanted = ['l', 'w', 'm', 'c', 'L'].filter((key) => options.has(key));
  if (wanted.length === 0) wanted = ['l', 'w', 'c'];
  const utf8 = /UTF-?8/i.test(io.sys.env.LC_ALL ?? io.sys.env.LC_CTYPE ?? io.sys.env.LANG ?? '');
  const rows: { counts: Record<string, number>; name: string | undefined }[] = [];
  const total: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let failed = false;
  const operands = options.operands.length === 0 ? ['-'] : options.operands;
  // GNU makes columns as wide as the sum of the files' sizes needs, 7 when some input is no regular file.
  let width = 1;
  if (wanted.length > 1 || operands.length > 1) {
    let sum = 0;
    for (const path of operands) {
      try {
        const stat = path === '-' ? io.sys.fstat(0) : io.sys.stat(path);
        if (stat.type === 'file') sum += stat.size;
        else width = 7;
      } catch (error) {
        io.reason(error);
      }
    }
    width = Math.max(width, String(sum).length);
  }
  if (options.operands.length === 0 && wanted.length === 1) width = 1;
  const line = (counts: Record<string, number>, name: string | undefined): Promise<void> | undefined => {
    const values = wanted.map((key) => counts[key]!);
    const shown = io.busybox
      ? wanted.length === 1
        ? String(values[0])
        : values.map((n) => String(n).padStart(9)).join(' ')
      : values.map((n) => String(n).padStart(width)).join(' ');
    return io.out(`${shown}${name === undefined ? '' : ` ${name}`}\n`);
  };
  for (const path of operands) {
    const counts: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    const name = options.operands.length === 0 ? undefined : path;
    let fd: number;
    try {
      fd = io.open(path);
    } catch (error) {
      await inputError(io, path, error, {});
      failed = true;
      continue;
    }
    try {
      let inWord = false;
      let column = 0;
      for await (const block of io.blocks(fd)) {
        counts.c! += block.length;
        for (let i = 0; i < block.length; i++) {
          const c = block[i]!;
          if (c === 10) counts.l!++;
          if (!utf8 || (c & 0xc0) !== 0x80) counts.m!++;
          if (c === 32 || (c >= 9 && c <= 13)) inWord = false;
          else if (!inWord && (c > 32 || io.busybox)) {
            inWord = true;
            counts.w!++;
          }
          if (c === 10 || c === 13 || c === 12) {
            counts.L = Math.max(counts.L!, column);
            column = 0;
          } else if (c === 9) column += 8 - (column % 8);
          else if (c >= 32 && c < 127) column++;
          else if (utf8 && c >= 0xc0) column++;
        }
      }
      counts.L = Math.max(counts.L!, column);
    } catch (error) {
      await inputError(io, path, error, { busyboxRead: '%s: %e' }, true);
      failed = true;
      if (io.busybox) continue;
    }
    io.close(fd);
    rows.push({ counts, name });
    for (const key of ['l', 'w', 'm', 'c']) total[key]! += counts[key]!;
    total.L = Math.max(total.L!, counts.L!);
    await line(counts, name);
  }
  if (operands.length > 1) await line(total, 'total');
  return failed ? 1 : 0;
};

/** tee(1). */
export const tee: Tool = async (io) => {
  const options = await parseOptions(io, {
    short: io.busybox ? 'ai' : 'aip',
    long: io.busybox ? {} : { append: 'a', 'ignore-interrupts': 'i', 'output-error': '?p' },
    usage: '[-ai] [FILE]...',
  });
  if (options.has('i')) io.sys.signal('SIGINT', 'ignore');
  let failed = false;
  const outputs: { fd: number; path: string }[] = [];
  for (const path of options.operands) {
    try {
      const append = options.has('a');
      outputs.push({ fd: io.sys.open(path, { write: true, create: true, append, truncate: !append }), path });
    } catch (error) {
      await inputError(io, path, error, { busybox: "can't open '%s': %e" });
      failed = true;
    }
  }
  for await (const block of io.blocks(0)) {
    await io.bytes(block);
    for (const { fd, path } of outputs) {
      try {
        await io.sys.write(fd, block);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await io.fail(`${path}: ${error.message}`);
        failed = true;
      }
    }
  }
  return failed ? 1 : 0;
};

/** yes(1). */
export const yes: Tool = async (io) => {
  const options = await parseOptions(io, { usage: '[STRING]', stopEarly: io.busybox });
  const line = byteString(`${options.operands.length === 0 ? 'y' : options.operands.join(' ')}\n`);
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  for (;;) {
    await io.raw(block);
    await io.sys.tick();
  }
};

/** Tells how a tool is used when it got too few operands. */
export const needsOperands: (rules: OptionRules) => Tool = (rules) => async (io) =>
  io.busybox ? usageError(io, rules) : usageFailure(io, rules, 'missing operand');
