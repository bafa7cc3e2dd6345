/** Go's filepath.Match, and how COPY's wildcards find files with it. */
import type { Tree } from './tree.ts';
import { hasWildcards } from '../dockerfile/path.ts';

const cache = new Map<string, RegExp | undefined>();

/** `*` and `?` match within one element; malformed patterns match nothing. */
function compile(pattern: string): RegExp | undefined {
  let source = '^';
  const chars = Array.from(pattern);
  for (let i = 0; i < chars.length; i++) {
    const ch = chars[i]!;
    if (ch === '*') source += '[^/]*';
    else if (ch === '?') source += '[^/]';
    else if (ch === '[') {
      let set = '[';
      i++;
      if (chars[i] === '^') {
        set += '^';
        i++;
      }
      for (let n = 0; chars[i] !== ']' || n === 0; n++) {
        if (chars[i] === '\\') i++;
        if (chars[i] === undefined) return undefined;
        set += chars[i] === '-' && n > 0 ? '-' : chars[i]!.replace(/[\\\]^-]/, '\\$&');
        i++;
      }
      source += `${set}]`;
    } else if (ch === '\\') {
      i++;
      if (chars[i] === undefined) return undefined;
      source += chars[i]!.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    } else source += ch.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return new RegExp(`${source}$`, 'u');
}

/** filepath.Match, without its error: a malformed pattern matches nothing. */
export function matches(pattern: string, name: string): boolean {
  if (!cache.has(pattern)) cache.set(pattern, compile(pattern));
  return cache.get(pattern)?.test(name) ?? false;
}

/** Divides a path at its first element with wildcards. */
export function splitWildcards(path: string): { fixed: string; pattern: string } {
  const parts = path.split('/').filter((p) => p !== '');
  const at = parts.findIndex(hasWildcards);
  if (at < 0) return { fixed: `/${parts.join('/')}`, pattern: '' };
  return { fixed: `/${parts.slice(0, at).join('/')}`, pattern: parts.slice(at).join('/') };
}

/**
 * The paths below the root that a source with wildcards stands for; a matched directory is not searched further. Throws
 * where the folder before the wildcards is missing.
 */
export function resolveWildcards(tree: Tree, path: string): string[] {
  const { fixed, pattern } = splitWildcards(path);
  if (pattern === '') return [fixed];
  const base = tree.resolve(fixed);
  if (tree.at(base) === undefined) throw new Error(`lstat ${fixed}: no such file or directory`);
  const found: string[] = [];
  const walk = (parts: readonly string[], relative: string): void => {
    for (const name of tree.names(parts)) {
      const here = [...parts, name];
      const rel = relative === '' ? name : `${relative}/${name}`;
      if (matches(pattern, rel)) found.push(`/${here.join('/')}`);
      else if (tree.at(here)?.type === 'dir') walk(here, rel);
    }
  };
  walk(base, '');
  return found;
}
