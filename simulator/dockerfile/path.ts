/** Slash-separated paths as Go's path package treats them. */
import { cleanPath } from './ignore.ts';

export { cleanPath };

/** path.Join: empty parts are left out, the rest is cleaned. */
export function joinPath(...parts: string[]): string {
  const kept = parts.filter((p) => p !== '');
  return kept.length === 0 ? '' : cleanPath(kept.join('/'));
}

/** path.Base. */
export function basePath(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** path.Dir. */
export const dirPath = (path: string): string => cleanPath(path.slice(0, path.lastIndexOf('/') + 1));

/** `path`, taken from `parent` when it is relative; `keepSlash` keeps a final `/` or `/.`. */
export function absolutePath(parent: string, path: string, keepSlash: boolean): string {
  const given = path === '' ? parent : path;
  if (given.startsWith('/')) return given;
  const joined = joinPath(parent.startsWith('/') ? parent : `/${parent}`, given);
  if (!keepSlash) return joined;
  if (path.endsWith('/') && !joined.endsWith('/')) return `${joined}/`;
  if (path.endsWith('/.')) return joined === '/' ? '/.' : `${joined}/.`;
  return joined;
}

/** Whether Go's filepath.Match would treat part of the name as a pattern. */
export function hasWildcards(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '\\') i++;
    else if ('*?['.includes(name[i]!)) return true;
  }
  return false;
}
