/** Tools that compute on bytes: digests, dumps, encodings, dd. */
import type { Tools } from '../io.ts';
import { cksum, md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum } from './digests.ts';
import { base32, base64, dd, hexdump, od, strings, xxd } from './dumps.ts';

export const TOOLS: Tools = {
  base32,
  base64,
  cksum,
  dd,
  hd: hexdump,
  hexdump,
  md5sum,
  od,
  sha1sum,
  sha224sum,
  sha256sum,
  sha384sum,
  sha512sum,
  strings,
  xxd,
};
