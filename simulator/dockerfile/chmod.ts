/** `--chmod`: an octal number, or chmod(1)'s symbolic form. */

export type Chmod = number | string;

const CLAUSE = /^[ugoa]*(?:[-+=](?:[ugo]|[rwxXst]*))+$/;

/** Checks the value of --chmod. Throws with BuildKit's texts. */
export function parseChmod(text: string): Chmod {
  const bad = new Error(`invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`);
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    if (mode > 0o7777) throw bad;
    return mode;
  }
  if (/^[0-9]/.test(text)) throw bad;
  if (!text.split(',').every((clause) => CLAUSE.test(clause))) throw new Error('invalid syntax');
  return text;
}

const CLASSES: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };

/** The mode of a file whose mode was `mode`. */
export function applyChmod(chmod: Chmod, mode: number, isDirectory: boolean): number {
  if (typeof chmod === 'number') return chmod;
  let result = mode;
  for (const clause of chmod.split(',')) {
    const who = /^[ugoa]*/.exec(clause)![0];
    const mask = [...(who || 'a')].reduce((m, c) => m | CLASSES[c]!, 0);
    for (const [, operator, what] of clause.slice(who.length).matchAll(/([-+=])([ugo]|[rwxXst]*)/g)) {
      let bits = 0;
      if (what === 'u' || what === 'g' || what === 'o') {
        const shift = { u: 6, g: 3, o: 0 }[what];
        bits = ((result >> shift) & 7) * 0o111;
      } else {
        for (const c of what!) {
          if (c === 'r') bits |= 0o444;
          else if (c === 'w') bits |= 0o222;
          else if (c === 'x') bits |= 0o111;
          else if (c === 'X') bits |= isDirectory || (result & 0o111) !== 0 ? 0o111 : 0;
          else if (c === 's') bits |= 0o6000;
          else bits |= 0o1000;
        }
      }
      bits &= mask;
      if (operator === '+') result |= bits;
      else if (operator === '-') result &= ~bits;
      else result = (result & ~(mask & (who === '' ? 0o777 : mask))) | bits;
    }
  }
  return result;
}
