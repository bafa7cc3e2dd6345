/** Takes progress to another browser: as a file out, and a file in. */
import { loadProgress, replaceProgress } from '../machine/storage.ts';
import { mergeProgress, progressFile, readProgressFile } from './course-state.ts';

/** What the buttons at the foot of the course page do. */
export async function act(what: string, place: HTMLElement): Promise<void> {
  const say = (text: string): void => {
    place.querySelector('[role="status"]')!.textContent = text;
  };
  if (what === 'save') save();
  else if (what === 'clear') {
    if (!confirm('Forget which tasks are done? The files of your lessons stay.')) return;
    if (replaceProgress({})) location.reload();
    else say('This browser keeps no progress, so there is nothing to clear.');
  } else if (what === 'load') {
    const file = await chooseFile();
    if (!file) return;
    try {
      if (replaceProgress(mergeProgress(loadProgress(), readProgressFile(await file.text())))) location.reload();
      else say('This browser does not let the site keep anything.');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      say(error.message);
    }
  }
}

function save(): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([progressFile(loadProgress())], { type: 'application/json' }));
  link.download = 'drydock-progress.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function chooseFile(): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'application/json,.json';
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  });
}
