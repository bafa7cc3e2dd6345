/** md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, cksum, sum. */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { isErrno } from '../../kernel/errno.ts';
import { eachInput, inputError } from '../inputs.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, type OptionRules } from '../options.ts';
import { plain } from '../text.ts';

interface Digest {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function hash(io: Io, create: () => Digest, fd: number): Promise<string> {
  const digest = create();
  for await (const block of io.blocks(fd, 131072)) digest.update(block);
  return hex(digest.digest());
}

const digesting =
  (create: () => Digest, label: string, size: number): Tool =>
  async (io) => {
    const rules: OptionRules = {
      short: io.busybox ? 'csw' : 'bctwz',
      long: io.busybox
        ? {}
        : {
            binary: 'b',
            check: 'c',
            tag: 'tag',
            text: 't',
            zero: 'z',
            'ignore-missing': 'ignore',
            quiet: 'quiet',
            status: 's',
            strict: 'strict',
            warn: 'w',
          },
      usage: '[-c[sw]] [FILE]...',
    };
    const options = await parseOptions(io, rules);
    if (options.has('c'))
      return check(io, create, options.operands, options.has('s'), options.has('quiet'), size, label);
    const ok = await eachInput(io, options.operands, { busybox: "can't open '%s': %e" }, async (fd, path) => {
      const sum = await hash(io, create, fd);
      await io.out(
        options.has('tag') ? `${label} (${path}) = ${sum}\n` : `${sum} ${options.has('b') ? '*' : ' '}${path}\n`,
      );
    });
    return ok ? 0 : 1;
  };

async function check(
  io: Io,
  create: () => Digest,
  lists: readonly string[],
  silent: boolean,
  quiet: boolean,
  size: number,
  label: string,
): Promise<number> {
  let [bad, unreadable, total] = [0, 0, 0];
  const ok = await eachInput(io, lists, {}, async (listFd, listPath) => {
    const lines = plain(await io.allText(listFd)).split('\n');
    let proper = 0;
    for (const line of lines) {
      const match = new RegExp(`^([0-9a-fA-F]{${size * 2}}) [ *](.+)$`).exec(line);
      if (!match) continue;
      proper++;
      total++;
      const [, wanted, path] = match as unknown as [string, string, string];
      try {
        const fd = io.open(path);
        const right = (await hash(io, create, fd)) === wanted.toLowerCase();
        io.close(fd);
        if (!right) bad++;
        if (!silent && !(right && quiet)) await io.out(`${path}: ${right ? 'OK' : 'FAILED'}\n`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await inputError(io, path, error, { busybox: "can't open '%s': %e" });
        if (!silent) await io.out(io.busybox ? `${path}: FAILED\n` : `${path}: FAILED open or read\n`);
        unreadable++;
      }
    }
    if (proper === 0)
      await io.fail(`${listPath}: no properly formatted ${io.busybox ? '' : `${label} `}checksum lines found`);
  });
  if (total === 0) return 1;
  const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
  if (io.busybox && bad + unreadable > 0 && !silent)
    await io.fail(`WARNING: ${bad + unreadable} of ${total} computed checksums did NOT match`);
  if (!io.busybox && !silent) {
    if (unreadable > 0)
      await io.fail(
        `WARNING: ${plural(unreadable, 'listed file could not be read', 'listed files could not be read')}`,
      );
    if (bad > 0)
      await io.fail(`WARNING: ${plural(bad, 'computed checksum did NOT match', 'computed checksums did NOT match')}`);
  }
  return bad + unreadable > 0 || !ok ? 1 : 0;
}

export const md5sum = digesting(() => md5.create(), 'MD5', 16);
export const sha1sum = digesting(() => sha1.create(), 'SHA1', 20);
export const sha224sum = digesting(() => sha224.create(), 'SHA224', 28);
export const sha256sum = digesting(() => sha256.create(), 'SHA256', 32);
export const sha384sum = digesting(() => sha384.create(), 'SHA384', 48);
export const sha512sum = digesting(() => sha512.create(), 'SHA512', 64);

const CRC_TABLE = Array.from({ length: 256 }, (_, i) => {
  let c = i << 24;
  for (let k = 0; k < 8; k++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c >>> 0;
});

/** cksum(1). */
export const cksum: Tool = async (io) => {
  const options = await parseOptions(io, { short: io.busybox ? '' : 'a:', usage: 'FILE...' });
  const ok = await eachInput(io, options.operands, { busybox: "can't open '%s': %e" }, async (fd, path) => {
    let crc = 0;
    let size = 0;
    const add = (byte: number): void => {
      crc = ((crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
    };
    for await (const block of io.blocks(fd)) {
      size += block.length;
      for (const byte of block) add(byte);
    }
    for (let n = size; n > 0; n = Math.floor(n / 256)) add(n & 0xff);
    await io.out(`${~crc >>> 0} ${size}${path === '-' ? '' : ` ${path}`}\n`);
  });
  return ok ? 0 : 1;
};
