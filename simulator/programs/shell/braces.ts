/** Brace expansion (bash): `a{b,c}d`, `{1..9..2}`, `{a..e}`. Done on words before all other expansions. */
import type { Part } from './ast.ts';

type Atom = string | Part;

/** More words than this cannot be held; bash then leaves the text as it is. */
export const MAX_WORDS = 2_000_000;

const atoms = (parts: readonly Part[]): Atom[] => parts.flatMap((p): Atom[] => (p.t === 'lit' ? Array.from(p.s) : [p]));

function together(list: readonly Atom[]): Part[] {
  const parts: Part[] = [];
  let lit = '';
  for (const atom of list) {
    if (typeof atom === 'string') lit += atom;
    else {
      if (lit) parts.push({ t: 'lit', s: lit });
      lit = '';
      parts.push(atom);
    }
  }
  if (lit) parts.push({ t: 'lit', s: lit });
  return parts;
}

/** The members of `{x..y}` or `{x..y..step}`; undefined where the text is none. */
function sequence(text: string, tooMany: (count: number) => void): string[] | undefined {
  const m = /^(-?\d{1,18})\.\.(-?\d{1,18})(?:\.\.(-?\d{1,18}))?$/.exec(text);
  const l = m ? undefined : /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d{1,9}))?$/.exec(text);
  const found = m ?? l;
  if (!found) return undefined;
  const from = m ? Number(m[1]) : l![1]!.charCodeAt(0);
  const to = m ? Number(m[2]) : l![2]!.charCodeAt(0);
  const by = Math.abs(Number(found[3] ?? 1)) || 1;
  const count = Math.floor(Math.abs(to - from) / by) + 1;
  if (count > MAX_WORDS) {
    tooMany(count);
    return undefined;
  }
  const padded = m && /^-?0\d/.test(m[1]!) ? m[1]!.length : 0;
  const width = m && (padded || /^-?0\d/.test(m[2]!)) ? Math.max(m[1]!.length, m[2]!.length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const n = from + (to >= from ? i : -i) * by;
    if (l) return String.fromCharCode(n);
    const digits = String(Math.abs(n));
    return n < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
  });
}

/** Braces deeper than this stay as they are. */
const MAX_DEPTH = 200;

function expand(list: readonly Atom[], tooMany: (count: number) => void, level = 0): Atom[][] {
  const last = level > MAX_DEPTH ? -1 : list.lastIndexOf('}');
  for (let open = list.indexOf('{'); open >= 0 && open < last; open = list.indexOf('{', open + 1)) {
    let depth = 0;
    const commas: number[] = [];
    let close = -1;
    for (let i = open; i < list.length; i++) {
      if (list[i] === '{') depth++;
      else if (list[i] === ',' && depth === 1) commas.push(i);
      else if (list[i] === '}' && --depth === 0) {
        close = i;
        break;
      }
    }
    if (close < 0) continue;
    const before = list.slice(0, open);
    const inside = list.slice(open + 1, close);
    let middles: Atom[][] | undefined;
    if (commas.length) {
      const cuts = [open, ...commas, close];
      middles = cuts.slice(1).flatMap((end, i) => expand(list.slice(cuts[i]! + 1, end), tooMany, level + 1));
    } else if (inside.every((a) => typeof a === 'string')) {
      middles = sequence(inside.join(''), tooMany)?.map((s) => Array.from(s));
    }
    if (!middles) continue;
    const afters = expand(list.slice(close + 1), tooMany, level + 1);
    if (middles.length * afters.length > MAX_WORDS) {
      tooMany(middles.length * afters.length);
      continue;
    }
    return middles.flatMap((m) => afters.map((a) => [...before, ...m, ...a]));
  }
  return [[...list]];
}

/** Expands the braces of a word into words. `tooMany` is told of a list too long to hold. */
export function expandBraces(parts: readonly Part[], tooMany: (count: number) => void): readonly (readonly Part[])[] {
  if (!parts.some((p) => p.t === 'lit' && p.s.includes('{'))) return [parts];
  return expand(atoms(parts), tooMany).map(together);
}
