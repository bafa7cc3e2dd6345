/** How requirements are judged: of several candidates the one that comes nearest is named, with what it lacks. */
export interface Verdict {
  readonly met: boolean;
  /** The nearest miss, where something came near. */
  readonly miss?: string;
}

/** One thing that must be true of a candidate; `miss` says what is the case instead. */
export interface Condition {
  readonly holds: boolean;
  readonly miss: string;
}

export const MET: Verdict = { met: true };

/** A condition that is left out when the requirement does not ask for it. */
export const when = (asked: unknown, holds: () => boolean, miss: () => string): Condition[] =>
  asked === undefined ? [] : holds() ? [{ holds: true, miss: '' }] : [{ holds: false, miss: miss() }];

/**
 * Met when every condition of one candidate holds. Else the miss of the candidate for which most conditions held (the
 * later one where several are as near), or `none` where there is no candidate at all.
 */
export function nearest<T>(
  candidates: readonly T[],
  conditions: (candidate: T) => Condition[],
  none?: string,
): Verdict {
  let best: { held: number; miss: string } | undefined;
  for (const candidate of candidates) {
    const all = conditions(candidate);
    const failing = all.find((c) => !c.holds);
    if (!failing) return MET;
    const held = all.filter((c) => c.holds).length;
    if (!best || held >= best.held) best = { held, miss: failing.miss };
  }
  const miss = best?.miss ?? none;
  return miss === undefined ? { met: false } : { met: false, miss };
}

/** `*` in the pattern stands for any text. */
export function globbed(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** A name as people write it: without Docker Hub's prefix and without `:latest`. */
export const repository = (name: string): string =>
  name.replace(/^docker\.io\/(library\/)?/, '').replace(/:latest$/, '');

const withoutTag = (name: string): string => repository(name).replace(/[:@][^/]*$/, '');

/** Whether somebody who made an image of this name may have meant the other: no name, a slip, another tag. */
export const mayBeMeant = (name: string, wanted: string): boolean =>
  name === '' || withoutTag(name) === withoutTag(wanted) || misspelt(withoutTag(name), withoutTag(wanted));

/** Whether `name` is the image `wanted`; without a tag any tag is. */
export function isImage(wanted: string, name: string): boolean {
  const [a, b] = [repository(wanted), repository(name)];
  return a === b || (!/[:@][^/]*$/.test(wanted) && withoutTag(b) === a);
}

/** Whether a user is the wanted one; a group after it (`node:node`) counts only where one is wanted. */
export const isUser = (wanted: string, user: string): boolean =>
  user === wanted || (wanted !== '' && user.startsWith(`${wanted}:`));

/** Whether a name is the other one with a slip: a letter wrong, missing, too many, or two of them. */
export function misspelt(name: string, wanted: string): boolean {
  if (Math.abs(name.length - wanted.length) > 2 || name === wanted) return false;
  let row = Array.from({ length: wanted.length + 1 }, (_, i) => i);
  for (let i = 1; i <= name.length; i++) {
    const next = [i];
    for (let j = 1; j <= wanted.length; j++) {
      const same = name[i - 1]!.toLowerCase() === wanted[j - 1]!.toLowerCase() ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row.at(-1)! <= (wanted.length > 4 ? 2 : 1);
}
