/** What survives a reload: the learner's files per lesson and version (IndexedDB), and progress (localStorage). */
import type { IDBPDatabase } from 'idb';

async function db(): Promise<IDBPDatabase> {
  const { openDB } = await import('idb');
  return openDB('drydock', 1, {
    upgrade(database) {
      database.createObjectStore('files');
    },
  });
}

/** The learner's files of a lesson, or undefined when nothing was saved (or the browser keeps nothing). */
export async function loadFiles(key: string): Promise<Record<string, string> | undefined> {
  try {
    return (await (await db()).get('files', key)) as Record<string, string> | undefined;
  } catch {
    return undefined; // a private window without storage: the lesson's own files it is
  }
}

/** Keeps the files; resolves to false where the browser refuses to keep anything. */
export async function saveFiles(key: string, files: Record<string, string>): Promise<boolean> {
  try {
    await (await db()).put('files', files, key);
    return true;
  } catch {
    return false;
  }
}

export async function forgetFiles(key: string): Promise<void> {
  try {
    await (await db()).delete('files', key);
  } catch {
    // nothing was kept
  }
}

export interface Progress {
  /** lesson slug → version → ids of the tasks that were met. */
  [slug: string]: { version: number; met: string[]; of: number } | undefined;
}

const KEY = 'drydock-progress';

/** Progress over all lessons; an empty object where nothing is kept. */
export function loadProgress(): Progress {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Progress) : {};
  } catch {
    return {};
  }
}

/** Keeps a lesson's progress, as the last one touched. */
export function saveProgress(slug: string, entry: { version: number; met: string[]; of: number }): void {
  const { [slug]: _, ...others } = loadProgress();
  replaceProgress({ ...others, [slug]: entry });
}

/** Replaces all progress; false where storage is switched off or full, and progress holds for this visit only. */
export function replaceProgress(
  progress: Readonly<Record<string, Readonly<{ version: number; met: readonly string[]; of: number }> | undefined>>,
): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
    return true;
  } catch {
    return false;
  }
}
