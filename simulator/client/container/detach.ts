/** The key sequence that detaches from a container's terminal. */
import { CliError } from '../cli/errors.ts';

/** ctrl-p,ctrl-q. */
export const DEFAULT_KEYS: readonly number[] = [16, 17];

/** Reads `ctrl-p,ctrl-q`, `a`, `ctrl-@` …; throws docker's error. Empty gives the default. */
export function parseDetachKeys(text: string): readonly number[] {
  if (text === '') return DEFAULT_KEYS;
  return text.split(',').map((key) => {
    if ([...key].length === 1) return key.charCodeAt(0);
    const control = /^ctrl-(.)$/i.exec(key)?.[1]?.toLowerCase();
    if (control !== undefined) {
      if (/[a-z]/.test(control)) return control.charCodeAt(0) - 96;
      const special: Record<string, number> = { '@': 0, '[': 27, '\\': 28, ']': 29, '^': 30, _: 31 };
      const code = special[control];
      if (code !== undefined) return code;
    }
    throw new CliError(`invalid detach keys (${text}): Unknown character: '${key}'`);
  });
}

/** Finds the keys in what is typed; bytes that only began the sequence are passed on after all. */
export class EscapeFilter {
  private readonly keys: readonly number[];
  private matched = 0;

  constructor(keys: readonly number[]) {
    this.keys = keys;
  }

  feed(chunk: Uint8Array): { pass: Uint8Array; detached: boolean } {
    const pass: number[] = [];
    for (const byte of chunk) {
      if (byte === this.keys[this.matched]) {
        this.matched++;
        if (this.matched === this.keys.length) return { pass: Uint8Array.from(pass), detached: true };
        continue;
      }
      pass.push(...this.keys.slice(0, this.matched));
      this.matched = 0;
      if (byte === this.keys[0]) this.matched = 1;
      else pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detached: false };
  }
}
