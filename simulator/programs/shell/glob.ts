/** Pathname expansion (glob(7)). */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { compile, matches, unescapePattern, type PatternOptions } from './pattern.ts';

export interface GlobOptions extends PatternOptions {
  readonly dotglob?: boolean;
  readonly globstar?: boolean;
  /** Whether `.*` names `.` and `..` too. */
  readonly dots?: boolean;
}

const SPECIAL = /(^|[^\\])(\\\\)*([*?[]|[+@!]\()/;

/** The paths a pattern (with backslashes before quoted characters) names, sorted; empty when there is none. */
export function glob(sys: Sys, pattern: string, options: GlobOptions = {}): string[] {
  const absolute = pattern.startsWith('/');
  const components = splitPath(pattern);
  let found: string[] = [absolute ? /^\/+/.exec(pattern)![0] : ''];
  components.forEach((component, i) => {
    const last = i === components.length - 1;
    const next: string[] = [];
    for (const base of found) {
      if (component === '') {
        // A trailing slash: directories only.
        if (isDirectory(sys, base)) next.push(`${base}/`);
        continue;
      }
      const join = (name: string) => (base === '' || base.endsWith('/') ? base + name : `${base}/${name}`);
      if (!SPECIAL.test(component)) {
        const path = join(unescapePattern(component));
        if (last ? exists(sys, path) : isDirectory(sys, path)) next.push(path);
        continue;
      }
      if (options.globstar && component === '**') {
        if (base) next.push(last ? `${base}/` : base);
        else if (!last) next.push('');
        descend(sys, base, join, last, next);
        continue;
      }
      const compiled = compile(component, options);
      const hidden = component.startsWith('.') || component.startsWith('\\.');
      for (const name of list(sys, base, hidden && options.dots === true)) {
        if (name.startsWith('.') && !hidden && !options.dotglob) continue;
        if (!matches(compiled, name)) continue;
        const path = join(name);
        if (last || isDirectory(sys, path)) next.push(path);
      }
    }
    found = next;
  });
  return found.filter((path) => path !== '').sort(byBytes);
}

function descend(sys: Sys, base: string, join: (name: string) => string, files: boolean, out: string[]): void {
  for (const name of list(sys, base, false)) {
    if (name.startsWith('.')) continue;
    const path = join(name);
    const dir = lstatIsDirectory(sys, path);
    if (dir || files) out.push(path);
    if (dir) descend(sys, path, (n) => `${path}/${n}`, files, out);
  }
}

const splitPath = (pattern: string): string[] => pattern.replace(/^\/+/, '').split(/\/+/);

/** Order of strcmp(3): by code point. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function list(sys: Sys, dir: string, dots: boolean): string[] {
  try {
    const names = sys.readdir(dir === '' ? '.' : dir).map((e) => e.name);
    return dots ? ['.', '..', ...names] : names;
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}
function exists(sys: Sys, path: string): boolean {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
function isDirectory(sys: Sys, path: string): boolean {
  try {
    return sys.stat(path === '' ? '.' : path).type === 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
function lstatIsDirectory(sys: Sys, path: string): boolean {
  try {
    return sys.lstat(path).type === 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}
