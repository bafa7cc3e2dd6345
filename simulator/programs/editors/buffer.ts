/** The text an editor holds: lines, a cursor, and what undo goes back to. */
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';

interface Moment {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

export class TextBuffer {
  lines: string[] = [''];
  row = 0;
  column = 0;
  modified = false;
  readonly #past: Moment[] = [];

  get line(): string {
    return this.lines[this.row] ?? '';
  }
  set line(text: string) {
    this.lines[this.row] = text;
    this.modified = true;
  }

  /** Reads a file; what became of it: its number of lines, or 'new' or 'directory' or another error's text. */
  load(sys: Sys, path: string): number | string {
    try {
      if (sys.stat(path).type === 'dir') return 'directory';
      const text = sys.readText(path);
      this.lines = text.replace(/\n$/, '').split('\n');
      return text === '' ? 0 : this.lines.length;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return error.code === 'ENOENT' ? 'new' : error.message;
    }
  }
  text(): string {
    return this.lines.length === 1 && this.lines[0] === '' ? '' : `${this.lines.join('\n')}\n`;
  }
  /** Writes the file; the error's text where it cannot. */
  save(sys: Sys, path: string): string | undefined {
    try {
      sys.writeFile(path, this.text());
      this.modified = false;
      return undefined;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return error.message;
    }
  }

  /** Keeps what is there now for undo. */
  remember(): void {
    this.#past.push({ lines: [...this.lines], row: this.row, column: this.column });
    if (this.#past.length > 100) this.#past.shift();
  }
  undo(): boolean {
    const last = this.#past.pop();
    if (!last) return false;
    this.lines = [...last.lines];
    this.row = last.row;
    this.column = last.column;
    this.modified = true;
    return true;
  }

  insert(text: string): void {
    this.line = this.line.slice(0, this.column) + text + this.line.slice(this.column);
    this.column += text.length;
  }
  /** Breaks the line at the cursor. */
  split(): void {
    const rest = this.line.slice(this.column);
    this.line = this.line.slice(0, this.column);
    this.lines.splice(this.row + 1, 0, rest);
    this.row++;
    this.column = 0;
  }
  /** Removes what is before the cursor: a character, or the break of the line. */
  backspace(): void {
    if (this.column > 0) {
      this.line = this.line.slice(0, this.column - 1) + this.line.slice(this.column);
      this.column--;
      return;
    }
    if (this.row === 0) return;
    const rest = this.line;
    this.lines.splice(this.row, 1);
    this.row--;
    this.column = this.line.length;
    this.line += rest;
  }
  /** Removes what is under the cursor. */
  erase(): void {
    if (this.column < this.line.length) {
      this.line = this.line.slice(0, this.column) + this.line.slice(this.column + 1);
      return;
    }
    if (this.row + 1 >= this.lines.length) return;
    const next = this.lines[this.row + 1]!;
    this.lines.splice(this.row + 1, 1);
    this.line += next;
  }
  /** Takes whole lines out; one empty line is always left. */
  cut(count: number): string[] {
    const taken = this.lines.splice(this.row, count);
    if (this.lines.length === 0) this.lines = [''];
    this.row = Math.min(this.row, this.lines.length - 1);
    this.modified = true;
    return taken;
  }
  /** Moves the cursor; `past` lets it stand behind the last character. */
  move(row: number, column: number, past: boolean): void {
    this.row = Math.max(0, Math.min(this.lines.length - 1, row));
    const end = Math.max(0, this.line.length - (past ? 0 : 1));
    this.column = Math.max(0, Math.min(end, column));
  }
  /** Goes to the next place of a text, round the end; whether there is one. */
  find(text: string, backwards = false): boolean {
    const count = this.lines.length;
    for (let step = 0; step <= count; step++) {
      const row = (this.row + (backwards ? -step : step) + count * 2) % count;
      const line = this.lines[row]!;
      let at: number;
      if (step > 0) at = backwards ? line.lastIndexOf(text) : line.indexOf(text);
      else if (!backwards) at = line.indexOf(text, this.column + 1);
      else at = this.column > 0 ? line.lastIndexOf(text, this.column - 1) : -1;
      if (at < 0) continue;
      this.row = row;
      this.column = at;
      return true;
    }
    return false;
  }
}
