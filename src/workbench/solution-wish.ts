/** Over a reload the page remembers that a lesson's solution is to be shown. The browser test leaves the same wish. */
const KEY = 'drydock-show';

/** Leaves the wish; where the browser keeps nothing, the reload just starts the lesson anew. */
export function wishSolution(lesson: string): void {
  try {
    sessionStorage.setItem(KEY, lesson);
  } catch {
    // nothing is kept here
  }
}

/** Whether the solution of `lesson` was wished for; the wish is then gone. */
export function takeWish(lesson: string): boolean {
  try {
    if (sessionStorage.getItem(KEY) !== lesson) return false;
    sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}
