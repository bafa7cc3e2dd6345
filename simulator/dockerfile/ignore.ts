/** .dockerignore: reading the file, and matching paths as moby's patternmatcher does. */
import { trimSpace } from './text.ts';

/** filepath.Clean. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!absolute) out.push('..');
  }
  return (absolute ? '/' : '') + out.join('/') || '.';
}

/** The patterns of an ignore file: comments and blanks gone, paths cleaned, a leading slash dropped. */
export function readIgnoreFile(text: string): string[] {
  const patterns: string[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    let pattern = trimSpace(line);
    if (pattern === '') continue;
    const invert = pattern.startsWith('!');
    if (invert) pattern = trimSpace(pattern.slice(1));
    if (pattern !== '') {
      pattern = cleanPath(pattern);
      if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    }
    patterns.push((invert ? '!' : '') + pattern);
  }
  return patterns;
}

const BAD_PATTERN = 'syntax error in pattern';

/** Whether filepath.Match would refuse the pattern. */
function isMalformed(pattern: string): boolean {
  let i = 0;
  const chars = Array.from(pattern);
  const rangeEnd = (): boolean => {
    const ch = chars[i];
    if (ch === undefined || ch === '-' || ch === ']') return false;
    if (ch === '\\') {
      i++;
      if (i >= chars.length) return false;
    }
    i++;
    return i < chars.length;
  };
  while (i < chars.length) {
    const ch = chars[i++]!;
    if (ch === '\\') {
      if (i >= chars.length) return true;
      i++;
    } else if (ch === '[') {
      if (chars[i] === '^') i++;
      for (let n = 0; ; n++) {
        if (chars[i] === ']' && n > 0) {
          i++;
          break;
        }
        if (!rangeEnd()) return true;
        if (chars[i] === '-') {
          i++;
          if (!rangeEnd()) return true;
        }
      }
    }
  }
  return false;
}

type Matcher = (path: string) => boolean;

/** How one cleaned pattern matches: `*` and `?` stop at slashes, `**` does not. */
function compile(pattern: string): Matcher {
  let source = '^';
  let kind: 'exact' | 'prefix' | 'suffix' | 'regexp' = 'exact';
  const chars = Array.from(pattern);
  for (let i = 0, step = 0; i < chars.length; step++) {
    const ch = chars[i++]!;
    if (ch === '*' && chars[i] === '*') {
      i++;
      if (chars[i] === '/') i++;
      if (i >= chars.length) {
        if (kind === 'exact') kind = 'prefix';
        else {
          source += '[^\\n]*';
          kind = 'regexp';
        }
      } else {
        source += '(?:[^\\n]*/)?';
        kind = 'regexp';
      }
      // a pattern that only starts with ** is compared as a suffix, until something else needs the expression
      if (step === 0) kind = 'suffix';
    } else if (ch === '*') {
      source += '[^/]*';
      kind = 'regexp';
    } else if (ch === '?') {
      source += '[^/]';
      kind = 'regexp';
    } else if ('.+()|{}$'.includes(ch)) {
      source += `\\${ch}`;
    } else if (ch === '\\') {
      if (i < chars.length) {
        source += `\\${chars[i++]!}`;
        kind = 'regexp';
      } else source += '\\';
    } else {
      if (ch === '[' || ch === ']') kind = 'regexp';
      source += ch;
    }
  }
  switch (kind) {
    case 'exact':
      return (path) => path === pattern;
    case 'prefix': {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = pattern.slice(2);
      return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    case 'regexp': {
      const regexp = new RegExp(`${source}$`);
      return (path) => regexp.test(path);
    }
  }
}

interface Pattern {
  readonly text: string;
  /** `!pattern`: brings back what a pattern before it left out. */
  readonly exclusion: boolean;
  readonly match: Matcher;
}

/** A list of patterns of which the last that matches decides. */
export class PatternMatcher {
  readonly patterns: readonly Pattern[];

  /** Throws for a malformed pattern. */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns
      .map((p) => trimSpace(p))
      .filter((p) => p !== '')
      .map((p) => {
        const cleaned = cleanPath(p);
        const exclusion = cleaned.startsWith('!');
        if (cleaned === '!') throw new Error('illegal exclusion pattern: "!"');
        const text = exclusion ? cleaned.slice(1) : cleaned;
        if (isMalformed(text)) throw new Error(BAD_PATTERN);
        let match: Matcher | undefined;
        return { text, exclusion, match: (path) => (match ??= compile(text))(path) };
      });
  }

  get hasExclusions(): boolean {
    return this.patterns.some((p) => p.exclusion);
  }

  /** Whether `path` (relative, with slashes), or a folder it is in, is matched. */
  matches(path: string): boolean {
    const parents: string[] = [];
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) parents.push(path.slice(0, at));
    let matched = false;
    for (const pattern of this.patterns) {
      if (pattern.exclusion !== matched) continue;
      if (pattern.match(path) || parents.some(pattern.match)) matched = !pattern.exclusion;
    }
    return matched;
  }

  /** Whether something below the folder `path`, itself matched, may have been brought back by a `!` pattern. */
  mayReinclude(path: string): boolean {
    return this.patterns.some((p) => {
      if (!p.exclusion) return false;
      const wild = p.text.search(/[*?[\\]/);
      const fixed = wild < 0 ? p.text : p.text.slice(0, wild);
      return (
        fixed === '' ||
        `${p.text}/`.startsWith(`${path}/`) ||
        `${path}/`.startsWith(fixed) ||
        fixed.startsWith(`${path}/`)
      );
    });
  }
}
