/** The "(did you mean X?)" that BuildKit adds to messages about unknown names. */

/** Number of insertions, deletions and replacements that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

const inCaseOf = (original: string, text: string): string =>
  original === original.toLowerCase()
    ? text.toLowerCase()
    : original === original.toUpperCase()
      ? text.toUpperCase()
      : text;

/**
 * The option nearest to `value`, at most two edits away; undefined when none is near, or when `value` itself is an option
 * (then the mistake is another one).
 */
export function nearest(value: string, options: readonly string[], caseSensitive: boolean): string | undefined {
  const fold = (s: string): string => (caseSensitive ? s : s.toLowerCase());
  const wanted = fold(value);
  let best = 3;
  let match: string | undefined;
  for (const option of options) {
    const candidate = fold(option);
    if (candidate === wanted) return undefined;
    if (Math.abs(candidate.length - wanted.length) >= best) continue;
    const d = distance(wanted, candidate);
    if (d < best) {
      best = d;
      match = caseSensitive ? option : inCaseOf(value, candidate);
    }
  }
  return match === '' ? undefined : match;
}

/** `message`, with a suggestion when an option is near. */
export function withSuggestion(
  message: string,
  value: string,
  options: readonly string[],
  caseSensitive = true,
): string {
  const match = nearest(value, options, caseSensitive);
  return match === undefined ? message : `${message} (did you mean ${match}?)`;
}
