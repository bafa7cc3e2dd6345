/**
 * Shell patterns (glob(7), and bash's extended ones). Matching computes the set of all places a match can end at, so the
 * time is bounded by length × pattern and no input can make it run away.
 */

type Item =
  | { readonly t: 'char'; readonly c: string }
  | { readonly t: 'any' }
  | { readonly t: 'star' }
  | { readonly t: 'set'; readonly test: (c: string) => boolean }
  | { readonly t: 'ext'; readonly kind: string; readonly alternatives: readonly Pattern[] };

export type Pattern = readonly Item[];

const CLASSES: Record<string, RegExp> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}0-9]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /[ \t\n\r\f\v]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[^\0-\x1f\x7f]/,
  graph: /[^\0- \x7f]/,
  cntrl: /[\0-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
  word: /[\p{L}0-9_]/u,
};

/** Reads a bracket expression at `i` (after the bracket); undefined where it is none. */
function bracket(
  chars: readonly string[],
  start: number,
  fold: boolean,
  noCaret: boolean,
): { item: Item; end: number } | undefined {
  let i = start;
  const negate = chars[i] === '!' || (chars[i] === '^' && !noCaret);
  if (negate) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    let c = chars[i];
    if (c === undefined) return undefined;
    if (c === ']' && !first) break;
    if (c === '[' && (chars[i + 1] === ':' || chars[i + 1] === '.' || chars[i + 1] === '=')) {
      const kind = chars[i + 1]!;
      const rest = chars.slice(i + 2, i + 20).join('');
      const end = rest.indexOf(`${kind}]`);
      if (end >= 0) {
        const name = rest.slice(0, end);
        const re = kind === ':' ? CLASSES[name] : undefined;
        tests.push(kind === ':' ? (x) => re?.test(x) === true : (x) => x === name);
        i += end + 4;
        continue;
      }
    }
    if (c === '\\' && chars[i + 1] !== undefined) c = chars[++i]!;
    i++;
    if (chars[i] === '-' && chars[i + 1] !== undefined && chars[i + 1] !== ']') {
      let to = chars[i + 1]!;
      i += 2;
      if (to === '\\' && chars[i] !== undefined) to = chars[i++]!;
      const [low, high] = [c.codePointAt(0)!, to.codePointAt(0)!];
      tests.push((x) => x.codePointAt(0)! >= low && x.codePointAt(0)! <= high);
    } else {
      const one = c;
      tests.push((x) => x === one);
    }
  }
  const either = (x: string) =>
    tests.some((t) => t(x)) ||
    (fold && (tests.some((t) => t(x.toLowerCase())) || tests.some((t) => t(x.toUpperCase()))));
  return { item: { t: 'set', test: (x) => either(x) !== negate }, end: i + 1 };
}

export interface PatternOptions {
  readonly extglob?: boolean;
  readonly fold?: boolean;
  /** dash does not take `[^a]` for a negation. */
  readonly noCaret?: boolean;
}

/** Compiles a pattern; a backslash takes the next character literally. */
export function compile(text: string, options: PatternOptions = {}): Pattern {
  const chars = Array.from(text);
  const fold = options.fold === true;
  const read = (from: number, to: number, level = 0): Item[] => {
    const items: Item[] = [];
    for (let i = from; i < to;) {
      const c = chars[i]!;
      if (options.extglob && level < 100 && '?*+@!'.includes(c) && chars[i + 1] === '(') {
        const ends: number[] = [];
        let depth = 0;
        let j = i + 1;
        for (; j < to; j++) {
          if (chars[j] === '\\') j++;
          else if (chars[j] === '(') depth++;
          else if (chars[j] === ')' && --depth === 0) break;
          else if (chars[j] === '|' && depth === 1) ends.push(j);
        }
        if (j < to) {
          const cuts = [i + 1, ...ends, j];
          items.push({
            t: 'ext',
            kind: c,
            alternatives: cuts.slice(1).map((end, k) => read(cuts[k]! + 1, end, level + 1)),
          });
          i = j + 1;
          continue;
        }
      }
      if (c === '*') {
        if (items.at(-1)?.t !== 'star') items.push({ t: 'star' });
        i++;
      } else if (c === '?') {
        items.push({ t: 'any' });
        i++;
      } else if (c === '[') {
        const set = bracket(chars, i + 1, fold, options.noCaret === true);
        items.push(set ? set.item : { t: 'char', c });
        i = set ? set.end : i + 1;
      } else {
        if (c === '\\' && i + 1 < to) i++;
        const x = chars[i]!;
        items.push(fold ? { t: 'set', test: (y) => y.toLowerCase() === x.toLowerCase() } : { t: 'char', c: x });
        i++;
      }
    }
    return items;
  };
  return read(0, chars.length);
}

/** The places a match can end at, from any of `from`, going right (`dir` 1) or left (-1). Sorted in that direction. */
function step(item: Item, chars: readonly string[], from: readonly number[], dir: 1 | -1): number[] {
  const out: number[] = [];
  const limit = dir > 0 ? chars.length : 0;
  switch (item.t) {
    case 'star': {
      const first = from[0];
      if (first !== undefined) for (let p = first; dir > 0 ? p <= limit : p >= limit; p += dir) out.push(p);
      return out;
    }
    case 'ext': {
      const found = new Set<number>();
      const once = (starts: readonly number[]): number[] => {
        const all = new Set<number>();
        for (const alternative of item.alternatives) for (const p of walk(alternative, chars, starts, dir)) all.add(p);
        return [...all].sort((a, b) => (a - b) * dir);
      };
      if (item.kind === '!') {
        for (const start of from) {
          const not = new Set(once([start]));
          for (let p = start; dir > 0 ? p <= limit : p >= limit; p += dir) if (!not.has(p)) found.add(p);
        }
      } else {
        if (item.kind === '?' || item.kind === '*') for (const p of from) found.add(p);
        let front = once(from);
        for (;;) {
          const fresh = front.filter((p) => !found.has(p));
          for (const p of fresh) found.add(p);
          if (item.kind === '?' || item.kind === '@' || fresh.length === 0) break;
          front = once(fresh);
        }
      }
      return [...found].sort((a, b) => (a - b) * dir);
    }
    default:
      for (const p of from) {
        const c = dir > 0 ? chars[p] : chars[p - 1];
        if (c === undefined) continue;
        if (item.t === 'any' || (item.t === 'char' ? item.c === c : item.test(c))) out.push(p + dir);
      }
      return out;
  }
}

function walk(pattern: Pattern, chars: readonly string[], from: readonly number[], dir: 1 | -1): number[] {
  let at = [...from];
  for (let i = 0; i < pattern.length && at.length; i++)
    at = step(pattern[dir > 0 ? i : pattern.length - 1 - i]!, chars, at, dir);
  return at;
}

/** Whether the whole text matches. */
export function matches(pattern: Pattern, text: string): boolean {
  const chars = Array.from(text);
  return walk(pattern, chars, [0], 1).includes(chars.length);
}

/** Length of the shortest or longest prefix that matches; -1 for none. */
export function prefix(pattern: Pattern, chars: readonly string[], longest: boolean, start = 0): number {
  const ends = walk(pattern, chars, [start], 1);
  return ends.length ? (longest ? ends.at(-1)! : ends[0]!) - start : -1;
}

/** Length of the shortest or longest suffix that matches; -1 for none. */
export function suffix(pattern: Pattern, chars: readonly string[], longest: boolean): number {
  const starts = walk(pattern, chars, [chars.length], -1);
  return starts.length ? chars.length - (longest ? starts.at(-1)! : starts[0]!) : -1;
}

/** Puts a backslash before every character that means something in a pattern. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]!^+@()|.${}-]/g, '\\$&');

/** Takes the backslashes of a pattern out: the text it stands for when it matches nothing. */
export const unescapePattern = (text: string): string => text.replace(/\\([^])/g, '$1');
