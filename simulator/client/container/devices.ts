/** `--device SRC[:DST][:PERMISSIONS]`. */
import { cleanPath } from '../cli/cli.ts';

/** A mode made of r, w and m, each at most once. */
const isMode = (text: string): boolean => text !== '' && /^[rwm]+$/.test(text) && new Set(text).size === text.length;

/** Reads a device mapping; throws docker's error. */
export function deviceMapping(text: string): {
  PathOnHost: string;
  PathInContainer: string;
  CgroupPermissions: string;
} {
  const parts = text.split(':');
  const [source = '', second, third] = parts;
  if (parts.length > 3 || source === '') throw new Error(`bad format for path: ${text}`);
  let inside = source;
  let permissions = 'rwm';
  if (third !== undefined) {
    if (!isMode(third)) throw new Error(`bad mode specified: ${third}`);
    inside = second ?? '';
    permissions = third;
  } else if (second !== undefined) {
    if (isMode(second)) permissions = second;
    else inside = cleanPath(second);
  } else inside = cleanPath(source);
  if (!inside.startsWith('/')) throw new Error(`${inside} is not an absolute path`);
  const alone = second === undefined || (third === undefined && isMode(second));
  return { PathOnHost: alone ? cleanPath(source) : source, PathInContainer: inside, CgroupPermissions: permissions };
}
