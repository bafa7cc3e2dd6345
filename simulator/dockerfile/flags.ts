/** Flags of instructions (`--from=…`). */
import { withSuggestion } from './suggest.ts';

export type FlagKind = 'bool' | 'string' | 'list';

/** The flags that were given: the value of a string, 'true' or 'false', or all values of a list. */
export interface Flags {
  /** The value of a string flag; `''` where it was not given. */
  text(name: string): string;
  /** Whether a bool flag is on; undefined where it was not given. */
  bool(name: string): boolean | undefined;
  list(name: string): readonly string[];
}

/** Checks `given` against the flags an instruction knows. Throws with BuildKit's texts. */
export function parseFlags(given: readonly string[], known: Readonly<Record<string, FlagKind>>): Flags {
  const values = new Map<string, string[]>();
  for (const flag of given) {
    if (flag === '--') break;
    const at = flag.indexOf('=');
    const shown = at < 0 ? flag : flag.slice(0, at);
    const value = at < 0 ? undefined : flag.slice(at + 1);
    const name = shown.slice(2);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) throw new Error(withSuggestion(`unknown flag: ${shown}`, name, Object.keys(known)));
    const before = values.get(name);
    if (before && kind !== 'list') throw new Error(`duplicate flag specified: ${shown}`);
    if (kind === 'bool') {
      if (value === '') throw new Error(`missing a value on flag: ${shown}`);
      const lower = (value ?? 'true').toLowerCase();
      if (lower !== 'true' && lower !== 'false') {
        throw new Error(`expecting boolean value for flag ${shown}, not: ${value}`);
      }
      values.set(name, [lower]);
    } else {
      if (value === undefined) throw new Error(`missing a value on flag: ${shown}`);
      values.set(name, [...(before ?? []), value]);
    }
  }
  return {
    text: (name) => values.get(name)?.[0] ?? '',
    bool: (name) => (values.has(name) ? values.get(name)![0] === 'true' : undefined),
    list: (name) => values.get(name) ?? [],
  };
}
