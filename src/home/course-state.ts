/** What the kept progress says about the course: which lessons are done, which are begun, and where to go on. */
export interface Entry {
  readonly version: number;
  readonly met: readonly string[];
  readonly of: number;
}

/** Lesson slug → entry, the one touched last at the end. */
export type Kept = Readonly<Record<string, Entry | undefined>>;

export interface LessonRef {
  readonly slug: string;
  readonly version: number;
}

export type LessonState = 'done' | 'begun' | 'new';

/** A lesson whose version was raised counts as new: what was done before no longer completes it. */
export function stateOf(lesson: LessonRef, kept: Kept): LessonState {
  const entry = kept[lesson.slug];
  if (!entry || entry.version !== lesson.version || entry.of === 0 || entry.met.length === 0) return 'new';
  return entry.met.length >= entry.of ? 'done' : 'begun';
}

export type GoOn =
  | { readonly why: 'first' | 'next'; readonly slug: string }
  | { readonly why: 'begun'; readonly slug: string; readonly left: number }
  | { readonly why: 'finished' };

/** Where to go on: the lesson begun last, else the first one not done after the one done last. */
export function goOn(lessons: readonly LessonRef[], kept: Kept): GoOn {
  const bySlug = new Map(lessons.map((lesson) => [lesson.slug, lesson]));
  const touched = Object.keys(kept).filter((slug) => {
    const lesson = bySlug.get(slug);
    return lesson !== undefined && stateOf(lesson, kept) !== 'new';
  });
  const begun = touched.findLast((slug) => stateOf(bySlug.get(slug)!, kept) === 'begun');
  if (begun !== undefined) {
    const { met, of } = kept[begun]!;
    return { why: 'begun', slug: begun, left: of - met.length };
  }
  const last = touched.at(-1);
  const at = lessons.findIndex((lesson) => lesson.slug === last);
  // From the one done last onwards, and then what was left out before it.
  const order = [...lessons.slice(at + 1), ...lessons.slice(0, at + 1)];
  const next = order.find((lesson) => stateOf(lesson, kept) === 'new');
  if (!next) return { why: 'finished' };
  return { why: last === undefined ? 'first' : 'next', slug: next.slug };
}

/** Reads a file made by `progressFile`. Throws with a sentence for the learner. */
export function readProgressFile(text: string): Record<string, Entry> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('This is not a progress file: it holds no JSON.');
  }
  const progress: unknown =
    typeof parsed === 'object' && parsed !== null && 'drydock' in parsed && 'progress' in parsed && parsed.drydock === 1
      ? parsed.progress
      : undefined;
  if (typeof progress !== 'object' || progress === null)
    throw new Error('This is not a progress file of this site, or one of a later version.');
  const read: Record<string, Entry> = {};
  for (const [slug, entry] of Object.entries(progress)) {
    if (!isEntry(entry)) throw new Error(`The entry of ${slug} cannot be read.`);
    read[slug] = { version: entry.version, met: [...entry.met], of: entry.of };
  }
  return read;
}

/** The text of a progress file. */
export const progressFile = (kept: Kept): string => `${JSON.stringify({ drydock: 1, progress: kept }, null, 2)}\n`;

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { version, met, of } = value as Partial<Record<keyof Entry, unknown>>;
  return (
    Number.isSafeInteger(version) &&
    Number.isSafeInteger(of) &&
    (of as number) >= 0 &&
    Array.isArray(met) &&
    met.every((id) => typeof id === 'string')
  );
}

/** Both together: of a lesson in both, the newer version, and of one version the entry with more tasks met. */
export function mergeProgress(mine: Kept, theirs: Kept): Record<string, Entry> {
  const merged: Record<string, Entry> = {};
  for (const [slug, entry] of [...Object.entries(mine), ...Object.entries(theirs)]) {
    const old = merged[slug];
    if (!entry) continue;
    const better =
      !old || entry.version > old.version || (entry.version === old.version && entry.met.length > old.met.length);
    if (better) merged[slug] = entry;
  }
  return merged;
}
