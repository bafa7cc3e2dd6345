/** Line editing on a raw terminal: the emacs keys of readline, and ash's smaller set by the same means. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { decode } from './bytes.ts';
import type { Shell } from './shell.ts';

/** How a line ended: its text, the end of input, or ^C. */
export type Line = { readonly text: string } | 'eof' | 'interrupt';

/** Completions for the word that ends at the cursor. */
export interface Completion {
  /** Where the word starts, in characters. */
  readonly from: number;
  /** The words, as they are inserted. */
  readonly candidates: readonly string[];
  /** The words as they are listed; the candidates' own text by default. */
  readonly shown?: readonly string[];
  /** Put after a unique candidate. */
  readonly suffix?: string;
}

interface Place {
  row: number;
  col: number;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** How a character is shown. */
function shown(c: string): string {
  const code = c.codePointAt(0)!;
  if (c === '\n') return '\n';
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  if (code === 127) return '^?';
  if (code >= 0xdc80 && code <= 0xdcff) return `\\${(code - 0xdc00).toString(8)}`;
  return c;
}
const width = (text: string): number =>
  WIDE.test(text) ? 2 : text.length === 2 && text.codePointAt(0)! > 0xffff ? 1 : text.length;

/** Length of a prompt as seen: without what is between \x01 and \x02, and without escape sequences. */
const seen = (prompt: string): string => prompt.replace(/\x1b\[[0-9;?]*[@-~]|\x1b\][^\x07]*\x07/g, '');

export class LineEditor {
  private readonly sh: Shell;
  private readonly sys: Sys;
  private readonly fd: number;
  private chars: string[] = [];
  private cursor = 0;
  private prompt = '';
  private columns = 80;
  /** What is drawn: the characters, and where the terminal's cursor is. */
  private drawn: string[] = [];
  private at: Place = { row: 0, col: 0 };
  private killed = '';
  private lastWasKill = false;
  private lastWasTab = false;
  private yankArg: { index: number; from: number; length: number } | undefined;
  private recall = 0;
  private edited = new Map<number, string>();
  private undo: { chars: string[]; cursor: number }[] = [];
  private output = '';
  private resized = false;

  constructor(sh: Shell, fd: number) {
    this.sh = sh;
    this.sys = sh.sys;
    this.fd = fd;
  }
  private get ash(): boolean {
    return this.sh.flavour === 'ash';
  }

  /** Shows the prompt and lets a line be edited. */
  async read(prompt: string, complete: (line: string, cursor: number) => Promise<Completion>): Promise<Line> {
    const { sys } = this;
    const before = sys.terminalMode(this.fd);
    sys.terminalMode(this.fd, { canonical: false, echo: false, signals: false, crToNl: false });
    sys.signal('SIGWINCH', () => (this.resized = true), { restart: false });
    const paste = this.sh.flavour === 'bash' && this.sh.vars.get('TERM') !== 'dumb';
    this.chars = [];
    this.cursor = 0;
    this.drawn = [];
    this.undo = [];
    this.edited.clear();
    this.recall = this.sh.history.length;
    this.measure();
    const start = prompt.lastIndexOf('\n') + 1;
    this.prompt = prompt.slice(start);
    this.at = this.home();
    this.output = (paste ? '\x1b[?2004h' : '') + prompt;
    try {
      const line = await this.edit(complete);
      if (line === 'interrupt')
        this.output += paste ? '^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\n' : this.sh.traps.get('INT') ? '^C' : '^C\n';
      else if (line === 'eof') this.output += paste ? '\x1b[?2004l\r\n' : '\n';
      else this.output += paste ? '\n\x1b[?2004l\r' : '\n';
      await this.flush();
      return line;
    } finally {
      sys.signal('SIGWINCH', 'default');
      sys.terminalMode(this.fd, {
        canonical: before.canonical,
        echo: before.echo,
        signals: before.signals,
        crToNl: before.crToNl,
      });
    }
  }

  private measure(): void {
    try {
      this.columns = this.sys.windowSize(this.fd).columns || 80;
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.columns = 80;
    }
  }

  // --- drawing

  private home(): Place {
    const n = Array.from(seen(this.prompt)).reduce((sum, c) => sum + width(c), 0);
    return { row: Math.floor(n / this.columns), col: n % this.columns };
  }
  /** Places of all characters, and of the end. */
  private layout(chars: readonly string[]): Place[] {
    const places: Place[] = [];
    let { row, col } = this.home();
    for (const c of chars) {
      const w = c === '\n' ? 0 : width(shown(c));
      if (col + w > this.columns) {
        row++;
        col = 0;
      }
      places.push({ row, col });
      if (c === '\n') {
        row++;
        col = 0;
      } else col += w;
      if (this.ash && col >= this.columns) {
        row++;
        col = 0;
      }
    }
    places.push({ row, col });
    return places;
  }
  private moveTo(place: Place): void {
    const { row, col } = this.at;
    if (row === place.row && col === place.col) return;
    if (row > place.row) this.output += `\x1b[${row - place.row}A`;
    else if (row < place.row) this.output += `\x1b[${place.row - row}B`;
    const wanted = Math.min(place.col, this.columns - 1);
    if (col >= this.columns && place.col < col) {
      this.output += '\r';
      if (wanted) this.output += `\x1b[${wanted}C`;
    } else if (wanted < col)
      this.output += col - wanted < 5 ? '\b'.repeat(col - wanted) : wanted === 0 ? '\r' : `\x1b[${col - wanted}D`;
    else if (wanted > col) this.output += `\x1b[${wanted - col}C`;
    this.at = { row: place.row, col: place.col };
  }
  private put(c: string): void {
    const text = shown(c);
    if (c === '\n') {
      this.output += '\n';
      this.at = { row: this.at.row + 1, col: 0 };
      return;
    }
    const w = width(text);
    if (this.at.col + w > this.columns) {
      // readline makes the terminal wrap by writing the character, going back, and writing it again.
      this.output += this.ash ? '' : `${text}\r`;
      this.at = { row: this.at.row + 1, col: 0 };
    }
    this.output += text;
    this.at.col += w;
    if (this.ash && this.at.col >= this.columns) {
      this.output += '\r\n';
      this.at = { row: this.at.row + 1, col: 0 };
    }
  }
  /** Draws what differs from what is on the screen. */
  private refresh(): void {
    const { chars, drawn } = this;
    let same = 0;
    while (same < chars.length && same < drawn.length && chars[same] === drawn[same]) same++;
    const places = this.layout(chars);
    if (same < chars.length || same < drawn.length) {
      this.moveTo(this.layout(drawn)[same]!);
      for (let i = same; i < chars.length; i++) this.put(chars[i]!);
      if (drawn.length > same) {
        const end = this.layout(drawn).at(-1)!;
        const now = places.at(-1)!;
        if (end.row > now.row || end.col > now.col) this.output += end.row > now.row ? '\x1b[J' : '\x1b[K';
      }
    }
    if (
      this.cursor < chars.length ||
      same < chars.length ||
      this.at.col !== places.at(-1)!.col ||
      this.at.row !== places.at(-1)!.row
    ) {
      const target = places[this.cursor]!;
      if (target.row !== this.at.row || target.col !== this.at.col) this.moveTo(target);
    }
    this.drawn = [...chars];
  }
  /** Draws everything anew where the cursor is. */
  private redraw(): void {
    this.output += this.prompt;
    this.at = this.home();
    this.drawn = [];
    this.refresh();
  }
  private async flush(): Promise<void> {
    const text = this.output;
    this.output = '';
    if (text) await this.sh.write(this.fd === 0 ? 2 : this.fd, text);
  }
  private bell(): void {
    this.output += '\x07';
  }

  // --- keys

  private async byte(): Promise<number | undefined> {
    for (;;) {
      await this.flush();
      try {
        const got = await this.sys.read(this.fd, 1);
        return got[0];
      } catch (error) {
        if (isErrno(error, 'EIO')) return undefined;
        if (!isErrno(error, 'EINTR')) throw error;
        if (this.resized) {
          this.resized = false;
          this.moveTo({ row: 0, col: 0 });
          this.measure();
          this.output += '\r';
          this.output += this.prompt;
          this.at = this.home();
          this.drawn = [];
          this.refresh();
          this.output += '\x1b[J';
        }
        if (this.sh.interrupted) {
          this.sh.interrupted = false;
          return 3;
        }
        if (this.sh.pending.length) await this.sh.runTraps();
      }
    }
  }
  /** One key: a character, or the name of an escape sequence (`\x1b[A`). */
  private async key(): Promise<string | undefined> {
    const b = await this.byte();
    if (b === undefined) return undefined;
    if (b === 27) {
      const next = await this.byte();
      if (next === undefined) return undefined;
      if (next !== 91 && next !== 79) return `\x1b${String.fromCharCode(next)}`;
      let s = `\x1b${String.fromCharCode(next)}`;
      for (let i = 0; i < 16; i++) {
        const c = await this.byte();
        if (c === undefined) return undefined;
        s += String.fromCharCode(c);
        if (c >= 64 && c <= 126) break;
      }
      return s;
    }
    if (b < 0x80) return String.fromCharCode(b);
    const n = b >= 0xf0 && b < 0xf5 ? 3 : b >= 0xe0 ? 2 : b >= 0xc2 ? 1 : 0;
    const bytes = [b];
    for (let i = 0; i < n && b < 0xf5; i++) {
      const c = await this.byte();
      if (c === undefined) return undefined;
      bytes.push(c);
    }
    return decode(new Uint8Array(bytes));
  }

  private insert(text: string): void {
    this.save();
    const add = Array.from(text);
    this.chars.splice(this.cursor, 0, ...add);
    this.cursor += add.length;
  }
  private save(): void {
    if (this.undo.length > 200) this.undo.shift();
    this.undo.push({ chars: [...this.chars], cursor: this.cursor });
  }
  private cut(from: number, to: number, forward: boolean): void {
    if (to <= from) return;
    this.save();
    const text = this.chars.splice(from, to - from).join('');
    this.killed = this.lastWasKill ? (forward ? this.killed + text : text + this.killed) : text;
    this.cursor = from;
    this.lastWasKill = true;
  }
  private wordStart(from: number, blanks = false): number {
    const part = (c: string | undefined) => c !== undefined && (blanks ? !/\s/.test(c) : /[\p{L}\p{N}]/u.test(c));
    let i = from;
    while (i > 0 && !part(this.chars[i - 1])) i--;
    while (i > 0 && part(this.chars[i - 1])) i--;
    return i;
  }
  private wordEnd(from: number): number {
    const part = (c: string | undefined) => c !== undefined && /[\p{L}\p{N}]/u.test(c);
    let i = from;
    while (i < this.chars.length && !part(this.chars[i])) i++;
    while (i < this.chars.length && part(this.chars[i])) i++;
    return i;
  }
  private setLine(text: string): void {
    this.chars = Array.from(text);
    this.cursor = this.chars.length;
  }
  private toHistory(index: number): void {
    const { history } = this.sh;
    if (index < 0 || index > history.length) {
      this.bell();
      return;
    }
    this.edited.set(this.recall, this.chars.join(''));
    this.recall = index;
    this.setLine(this.edited.get(index) ?? history[index] ?? '');
  }

  private async edit(complete: (line: string, cursor: number) => Promise<Completion>): Promise<Line> {
    for (;;) {
      const key = await this.key();
      if (key === undefined) return 'eof';
      const wasKill = this.lastWasKill;
      const wasTab = this.lastWasTab;
      this.lastWasTab = false;
      if (!/^\x1b[._]$/.test(key)) this.yankArg = undefined;
      const line = await this.press(key, wasTab, complete);
      if (this.lastWasKill && wasKill && !'\x0b\x15\x17'.includes(key) && !/^\x1b[d\x7f\b]$/.test(key))
        this.lastWasKill = false;
      else if (wasKill && !/^(?:[\x0b\x15\x17]|\x1b[d\x7f\b])$/.test(key)) this.lastWasKill = false;
      if (line) {
        this.cursor = this.chars.length;
        if (line !== 'interrupt') this.refresh();
        return line;
      }
      this.refresh();
    }
  }

  /** Carries out one key; gives the line when it ends one. */
  private async press(
    key: string,
    wasTab: boolean,
    complete: (line: string, cursor: number) => Promise<Completion>,
  ): Promise<Line | undefined> {
    switch (key) {
      case '\r':
      case '\n':
        return { text: this.chars.join('') };
      case '\x03':
        return 'interrupt';
      case '\x04':
        if (!this.chars.length) return 'eof';
        if (this.cursor < this.chars.length) {
          this.save();
          this.chars.splice(this.cursor, 1);
        } else this.bell();
        return undefined;
      case '\x1b[3~':
        if (this.cursor < this.chars.length) {
          this.save();
          this.chars.splice(this.cursor, 1);
        }
        return undefined;
      case '\x7f':
      case '\b':
        if (this.cursor > 0) {
          this.save();
          this.chars.splice(--this.cursor, 1);
        } else this.bell();
        return undefined;
      case '\x01':
      case '\x1b[H':
      case '\x1bOH':
      case '\x1b[1~':
      case '\x1b[7~':
        this.cursor = 0;
        return undefined;
      case '\x05':
      case '\x1b[F':
      case '\x1bOF':
      case '\x1b[4~':
      case '\x1b[8~':
        this.cursor = this.chars.length;
        return undefined;
      case '\x02':
      case '\x1b[D':
      case '\x1bOD':
        if (this.cursor > 0) this.cursor--;
        else this.bell();
        return undefined;
      case '\x06':
      case '\x1b[C':
      case '\x1bOC':
        if (this.cursor < this.chars.length) this.cursor++;
        else this.bell();
        return undefined;
      case '\x1bb':
      case '\x1b[1;5D':
      case '\x1b[1;3D':
        this.cursor = this.wordStart(this.cursor);
        return undefined;
      case '\x1bf':
      case '\x1b[1;5C':
      case '\x1b[1;3C':
        this.cursor = this.wordEnd(this.cursor);
        return undefined;
      case '\x0b':
        this.cut(this.cursor, this.chars.length, true);
        return undefined;
      case '\x15':
        this.cut(0, this.cursor, false);
        return undefined;
      case '\x17':
        this.cut(this.wordStart(this.cursor, true), this.cursor, false);
        return undefined;
      case '\x1b\x7f':
      case '\x1b\b':
        this.cut(this.wordStart(this.cursor), this.cursor, false);
        return undefined;
      case '\x1bd':
        this.cut(this.cursor, this.wordEnd(this.cursor), true);
        return undefined;
      case '\x19':
        if (this.killed) this.insert(this.killed);
        return undefined;
      case '\x14': {
        const i = this.cursor === this.chars.length ? this.cursor - 1 : this.cursor;
        if (i < 1) this.bell();
        else {
          this.save();
          [this.chars[i - 1], this.chars[i]] = [this.chars[i]!, this.chars[i - 1]!];
          this.cursor = i + 1;
        }
        return undefined;
      }
      case '\x1f': {
        const last = this.undo.pop();
        if (last) {
          this.chars = last.chars;
          this.cursor = last.cursor;
        } else this.bell();
        return undefined;
      }
      case '\x0c':
        this.output += '\x1b[H\x1b[2J';
        this.redraw();
        return undefined;
      case '\x10':
      case '\x1b[A':
      case '\x1bOA':
        this.toHistory(this.recall - 1);
        return undefined;
      case '\x0e':
      case '\x1b[B':
      case '\x1bOB':
        this.toHistory(this.recall + 1);
        return undefined;
      case '\x1b<':
        this.toHistory(0);
        return undefined;
      case '\x1b>':
        this.toHistory(this.sh.history.length);
        return undefined;
      case '\x12':
        if (this.ash) return undefined;
        return this.search();
      case '\x1b.':
      case '\x1b_':
        this.lastArgument();
        return undefined;
      case '\x1bu':
      case '\x1bl':
      case '\x1bc':
        this.changeCase(key[1]!);
        return undefined;
      case '\x1b#':
        this.setLine(`#${this.chars.join('')}`);
        return { text: this.chars.join('') };
      case '\x16':
      case '\x11': {
        const next = await this.byte();
        if (next !== undefined) this.insert(String.fromCharCode(next));
        return undefined;
      }
      case '\x1b[200~':
        await this.paste();
        return undefined;
      case '\t':
        await this.tab(wasTab, complete);
        return undefined;
      default:
        if (key.startsWith('\x1b') || (key < ' ' && key.length === 1)) {
          if (!key.startsWith('\x1b[') && !key.startsWith('\x1bO')) this.bell();
          return undefined;
        }
        this.insert(key);
        return undefined;
    }
  }

  private changeCase(how: string): void {
    const end = this.wordEnd(this.cursor);
    this.save();
    let first = true;
    for (let i = this.cursor; i < end; i++) {
      const c = this.chars[i]!;
      if (!/\p{L}/u.test(c)) continue;
      this.chars[i] = how === 'u' || (how === 'c' && first) ? c.toUpperCase() : c.toLowerCase();
      first = false;
    }
    this.cursor = end;
  }

  /** Takes text up to the end of a bracketed paste as it is. */
  private async paste(): Promise<void> {
    const bytes: number[] = [];
    const end = [27, 91, 50, 48, 49, 126];
    for (;;) {
      const b = await this.byte();
      if (b === undefined) break;
      bytes.push(b);
      if (b === 126 && end.every((x, i) => bytes[bytes.length - 6 + i] === x)) {
        bytes.length -= 6;
        break;
      }
    }
    this.insert(decode(new Uint8Array(bytes)).replace(/\r\n?/g, '\n').replaceAll('\0', ''));
  }

  private lastArgument(): void {
    const { history } = this.sh;
    const index = (this.yankArg?.index ?? history.length) - 1;
    const text = history[index];
    if (text === undefined) {
      this.bell();
      return;
    }
    const word = /(?:[^\s"'\\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\.)+\s*$/.exec(text)?.[0].trim() ?? '';
    if (this.yankArg) {
      this.chars.splice(this.yankArg.from, this.yankArg.length);
      this.cursor = this.yankArg.from;
    }
    const from = this.cursor;
    this.insert(word);
    this.yankArg = { index, from, length: this.cursor - from };
  }

  /** Incremental search backwards. */
  private async search(): Promise<Line | undefined> {
    const { history } = this.sh;
    const kept = this.chars.join('');
    let query = '';
    let index = history.length;
    let failed = false;
    const show = () => {
      this.moveTo({ row: 0, col: 0 });
      const match = index < history.length ? history[index]! : '';
      const text = `(${failed ? 'failed ' : ''}reverse-i-search)\`${query}': ${match.replaceAll('\n', '^J')}`;
      this.output += `\r\x1b[J${text}`;
      const at = match.lastIndexOf(query);
      const length = Array.from(text).length;
      this.at = { row: Math.floor(length / this.columns), col: length % this.columns };
      void at;
    };
    const find = (from: number): number => {
      for (let i = from; i >= 0; i--) if (history[i]!.includes(query)) return i;
      return -1;
    };
    const close = (text: string, cursor: number) => {
      this.moveTo({ row: 0, col: 0 });
      this.output += '\r\x1b[J';
      this.chars = Array.from(text);
      this.cursor = cursor;
      this.recall = index;
      this.redraw();
    };
    show();
    for (;;) {
      const key = await this.key();
      if (key === undefined) return 'eof';
      if (key === '\x12') {
        const found = query ? find(index - 1) : -1;
        failed = found < 0;
        if (found >= 0) index = found;
        else this.bell();
      } else if (key === '\x7f' || key === '\b') {
        query = query.slice(0, -1);
        index = query ? find(history.length - 1) : history.length;
        if (index < 0) index = history.length;
        failed = false;
      } else if (key === '\x07' || key === '\x03') {
        close(kept, kept.length);
        if (key === '\x03') return 'interrupt';
        return undefined;
      } else if (key >= ' ' && !key.startsWith('\x1b') && key !== '\x7f') {
        query += key;
        const found = find(Math.min(index, history.length - 1));
        failed = found < 0;
        if (found >= 0) index = found;
        else this.bell();
      } else {
        const text = index < history.length ? history[index]! : kept;
        const at = text.lastIndexOf(query);
        close(text, at < 0 ? text.length : at);
        if (key === '\r' || key === '\n') return { text };
        if (key === '\x1b') return undefined;
        return this.press(key, false, async () => ({ from: 0, candidates: [] }));
      }
      show();
    }
  }

  private async tab(again: boolean, complete: (line: string, cursor: number) => Promise<Completion>): Promise<void> {
    this.lastWasTab = true;
    const mode = this.sys.terminalMode(this.fd);
    const { from, candidates, shown: names, suffix } = await complete(this.chars.join(''), this.cursor);
    this.sys.terminalMode(this.fd, mode);
    if (!candidates.length) {
      this.bell();
      return;
    }
    const word = this.chars.slice(from, this.cursor).join('');
    let common = candidates[0]!;
    for (const c of candidates) {
      let n = 0;
      while (n < common.length && n < c.length && c[n] === common[n]) n++;
      common = common.slice(0, n);
    }
    if (candidates.length === 1) {
      const text = candidates[0]! + (suffix ?? '');
      this.save();
      this.chars.splice(from, this.cursor - from, ...Array.from(text));
      this.cursor = from + Array.from(text).length;
      return;
    }
    if (common.length > word.length) {
      this.save();
      this.chars.splice(from, this.cursor - from, ...Array.from(common));
      this.cursor = from + Array.from(common).length;
      this.bell();
      return;
    }
    if (!again) {
      this.bell();
      return;
    }
    await this.list(names ?? candidates);
  }

  /** Lists completions below the line, in columns, and draws the line anew. */
  private async list(names: readonly string[]): Promise<void> {
    const cursor = this.cursor;
    this.cursor = this.chars.length;
    this.refresh();
    if (names.length > 100) {
      this.output += `\nDisplay all ${names.length} possibilities? (y or n)`;
      const answer = await this.key();
      if (answer !== 'y' && answer !== 'Y' && answer !== ' ') {
        this.output += '\n';
        this.cursor = cursor;
        this.redraw();
        return;
      }
    }
    const cell = Math.max(...names.map((n) => n.length)) + 2;
    const perRow = Math.max(1, Math.floor(this.columns / cell));
    const rows = Math.ceil(names.length / perRow);
    this.output += '\n';
    for (let r = 0; r < rows; r++) {
      let line = '';
      for (let i = r; i < names.length; i += rows) line += i + rows < names.length ? names[i]!.padEnd(cell) : names[i]!;
      this.output += `${line}\n`;
    }
    this.cursor = cursor;
    this.redraw();
  }
}
