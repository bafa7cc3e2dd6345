/** vi: normal mode with counts, insert mode, and the commands behind a colon that learners know. */
import type { Io, Tool } from '../io.ts';
import { TextBuffer } from './buffer.ts';
import { Screen } from './screen.ts';

class Vi {
  readonly #screen: Screen;
  readonly #io: Io;
  readonly #buffer = new TextBuffer();
  #path: string;
  #said = '';
  #inserting = false;
  #register: { readonly lines: readonly string[]; readonly whole: boolean } = { lines: [], whole: true };
  #sought = '';
  #done = false;

  constructor(io: Io, path: string) {
    this.#io = io;
    this.#path = path;
    this.#screen = new Screen(io.sys);
  }

  #status(): string {
    const b = this.#buffer;
    if (!this.#io.busybox) return this.#said || (this.#inserting ? '\x1b[1m-- INSERT --\x1b[m' : '');
    if (this.#said) return this.#said;
    const total = b.lines.length;
    return `${this.#inserting ? 'I' : '-'} ${this.#path || 'No file'}${b.modified ? ' [Modified]' : ''} ${b.row + 1}/${total} ${Math.floor(((b.row + 1) * 100) / total)}%`;
  }
  async #draw(ask?: string): Promise<void> {
    const { rows } = this.#screen.size;
    await this.#screen.draw(this.#buffer, {
      head: [],
      foot: [ask ?? this.#status()],
      empty: this.#io.busybox ? '~' : '\x1b[34m~\x1b[m',
      ...(ask !== undefined && { prompt: [rows - 1, ask.length] as [number, number] }),
    });
  }
  async #ask(start: string): Promise<string | undefined> {
    for (let text = ''; ;) {
      await this.#draw(start + text);
      const key = await this.#screen.key();
      if (key === undefined || key === 'escape' || key === '^C') return undefined;
      if (key === 'enter') return text;
      if (key === 'backspace') {
        if (text === '') return undefined;
        text = text.slice(0, -1);
      } else if (key.length === 1) text += key;
    }
  }
  #say(vim: string, busybox: string): void {
    this.#said = this.#io.busybox ? `\x1b[7m${busybox}\x1b[m` : `\x1b[41;37m${vim}\x1b[m`;
  }

  #write(path: string): boolean {
    if (path === '') {
      this.#say('E32: No file name', 'No current filename');
      return false;
    }
    const failed = this.#buffer.save(this.#io.sys, path);
    if (failed !== undefined) {
      this.#say("E212: Can't open file for writing", `'${path}' ${failed}`);
      return false;
    }
    const text = this.#buffer.text();
    const count = text === '' ? 0 : this.#buffer.lines.length;
    const bytes = new TextEncoder().encode(text).length;
    this.#path ||= path;
    this.#said = this.#io.busybox ? `'${path}' ${count}L, ${bytes}C` : `"${path}" ${count}L, ${bytes}B written`;
    return true;
  }
  /** A line behind a colon. */
  #command(line: string): void {
    const text = line.trim();
    const m = /^(w|wq|x|q|wqa|qa|e|set|noh\w*)(!)?(?:\s+(.*))?$/.exec(text);
    if (/^(\d+|\$)$/.test(text)) {
      this.#buffer.move(text === '$' ? Infinity : Number(text) - 1, 0, false);
      return;
    }
    const change = /^(%|\d+,(?:\d+|\$))?s\/((?:\\.|[^/])*)\/((?:\\.|[^/])*)\/?(g?)$/.exec(text);
    if (change) return this.#substitute(change);
    if (!m) {
      if (text !== '') this.#say(`E492: Not an editor command: ${text}`, `':${text}' is not implemented`);
      return;
    }
    const [, name, force, arg = ''] = m;
    switch (name) {
      case 'w':
        this.#write(arg || this.#path);
        return;
      case 'wq':
      case 'wqa':
        if (this.#write(arg || this.#path)) this.#done = true;
        return;
      case 'x':
        if (!this.#buffer.modified || this.#write(arg || this.#path)) this.#done = true;
        return;
      case 'q':
      case 'qa':
        if (this.#buffer.modified && !force)
          this.#say(
            'E37: No write since last change (add ! to override)',
            'No write since last change (:q! overrides)',
          );
        else this.#done = true;
        return;
      case 'e':
        if (force || !this.#buffer.modified) {
          this.#path = arg || this.#path;
          this.#buffer.load(this.#io.sys, this.#path);
          this.#buffer.modified = false;
          this.#buffer.move(0, 0, false);
        } else
          this.#say(
            'E37: No write since last change (add ! to override)',
            'No write since last change (:e! overrides)',
          );
        return;
      default:
        return; // settings change nothing here
    }
  }
  #substitute([, range, pattern, replacement, global]: RegExpExecArray): void {
    const b = this.#buffer;
    const [from, to] =
      range === undefined
        ? [b.row, b.row]
        : range === '%'
          ? [0, b.lines.length - 1]
          : range.split(',').map((n) => (n === '$' ? b.lines.length : Number(n)) - 1);
    let expression: RegExp;
    try {
      expression = new RegExp(pattern!, global ? 'g' : '');
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#say(`E486: Pattern not found: ${pattern}`, 'No match');
      return;
    }
    b.remember();
    let hits = 0;
    for (let row = from!; row <= to! && row < b.lines.length; row++) {
      const next = b.lines[row]!.replace(
        expression,
        replacement!.replace(/\$/g, '$$$$').replace(/&/g, '$$&').replace(/\\\//g, '/'),
      );
      if (next === b.lines[row]) continue;
      b.lines[row] = next;
      b.row = row;
      hits++;
    }
    if (hits) b.modified = true;
    else this.#say(`E486: Pattern not found: ${pattern}`, 'No match');
  }

  /** Where a motion leads; undefined when the key is none. */
  #motion(key: string, count: number, counted: boolean): [row: number, column: number] | undefined {
    const b = this.#buffer;
    const { rows } = this.#screen.size;
    const word = (row: number, column: number, step: 'next' | 'back' | 'end'): [number, number] => {
      const line = b.lines[row] ?? '';
      if (step === 'back') {
        const before = [...line.slice(0, column).matchAll(/\w+|[^\w\s]+/g)].at(-1);
        if (before) return [row, before.index];
        return row > 0 ? word(row - 1, b.lines[row - 1]!.length, 'back') : [0, 0];
      }
      for (const part of line.matchAll(/\w+|[^\w\s]+/g)) {
        if (step === 'next' && part.index > column) return [row, part.index];
        if (step === 'end' && part.index + part[0].length - 1 > column) return [row, part.index + part[0].length - 1];
      }
      return row + 1 < b.lines.length
        ? step === 'next' && /^\S/.test(b.lines[row + 1]!)
          ? [row + 1, 0]
          : word(row + 1, -1, step)
        : [row, line.length];
    };
    const repeat = (step: 'next' | 'back' | 'end'): [number, number] => {
      let at: [number, number] = [b.row, b.column];
      for (let i = 0; i < count; i++) at = word(at[0], at[1], step);
      return at;
    };
    switch (key) {
      case 'h':
      case 'left':
      case 'backspace':
        return [b.row, b.column - count];
      case 'l':
      case 'right':
      case ' ':
        return [b.row, b.column + count];
      case 'k':
      case 'up':
        return [b.row - count, b.column];
      case 'j':
      case 'down':
        return [b.row + count, b.column];
      case 'enter':
        return [b.row + count, 0];
      case '0':
      case 'home':
        return [b.row, 0];
      case '^':
        return [b.row, Math.max(0, b.line.search(/\S/))];
      case '$':
      case 'end':
        return [b.row, Infinity];
      case 'w':
        return repeat('next');
      case 'b':
        return repeat('back');
      case 'e':
        return repeat('end');
      case 'G':
        return [counted ? count - 1 : Infinity, 0];
      case '^F':
      case 'page down':
        return [b.row + rows - 3, b.column];
      case '^B':
      case 'page up':
        return [b.row - rows + 3, b.column];
      default:
        return undefined;
    }
  }

  #insertAt(row: number, column: number): void {
    this.#buffer.remember();
    this.#buffer.move(row, column, true);
    this.#inserting = true;
  }
  #openLine(row: number): void {
    const b = this.#buffer;
    b.remember();
    b.lines.splice(row, 0, '');
    b.modified = true;
    b.move(row, 0, true);
    this.#inserting = true;
  }
  #put(after: boolean): void {
    const b = this.#buffer;
    const { lines, whole } = this.#register;
    if (lines.length === 0) return;
    b.remember();
    if (whole) {
      b.lines.splice(b.row + (after ? 1 : 0), 0, ...lines);
      b.modified = true;
      b.move(b.row + (after ? 1 : 0), 0, false);
      return;
    }
    b.column = Math.min(b.line.length, b.column + (after ? 1 : 0));
    b.insert(lines[0]!);
    b.column--;
  }

  /** d, c and y with what they apply to. */
  async #operate(operator: string, count: number): Promise<void> {
    const b = this.#buffer;
    let key = await this.#screen.key();
    if (key === undefined) return;
    let times = count;
    if (/^[1-9]$/.test(key)) {
      times *= Number(key);
      key = (await this.#screen.key()) ?? 'escape';
    }
    if (key === operator || key === 'j' || key === 'G') {
      const rows = key === 'j' ? 2 : key === 'G' ? b.lines.length - b.row : times;
      this.#register = { lines: b.lines.slice(b.row, b.row + rows), whole: true };
      if (operator === 'y') return;
      b.remember();
      if (operator === 'c') {
        b.lines.splice(b.row, rows, '');
        b.modified = true;
        this.#inserting = true;
        b.column = 0;
      } else {
        b.cut(rows);
        b.move(b.row, 0, false);
      }
      return;
    }
    const to = this.#motion(operator === 'c' && key === 'w' ? 'e' : key, times, false);
    if (!to) return;
    const end = to[0] === b.row ? Math.min(to[1], b.line.length) : to[0] > b.row ? b.line.length : 0;
    const inclusive = key === 'e' || (operator === 'c' && key === 'w') ? 1 : 0;
    const [from, until] = [Math.min(b.column, end), Math.max(b.column, end) + inclusive];
    this.#register = { lines: [b.line.slice(from, until)], whole: false };
    if (operator === 'y') return;
    b.remember();
    b.line = b.line.slice(0, from) + b.line.slice(until);
    b.move(b.row, from, operator === 'c');
    if (operator === 'c') this.#inserting = true;
  }

  async #normal(first: string): Promise<void> {
    const b = this.#buffer;
    let key = first;
    let digits = '';
    while (/^[1-9]$/.test(key) || (digits !== '' && key === '0')) {
      digits += key;
      key = (await this.#screen.key()) ?? 'escape';
    }
    const count = digits === '' ? 1 : Math.min(10_000, Number(digits));
    const to = this.#motion(key, count, digits !== '');
    if (to) return b.move(to[0], to[1], false);
    switch (key) {
      case 'i':
        return this.#insertAt(b.row, b.column);
      case 'a':
        return this.#insertAt(b.row, b.column + 1);
      case 'I':
        return this.#insertAt(b.row, Math.max(0, b.line.search(/\S/)));
      case 'A':
        return this.#insertAt(b.row, Infinity);
      case 'o':
        return this.#openLine(b.row + 1);
      case 'O':
        return this.#openLine(b.row);
      case 'x':
      case 'delete':
        b.remember();
        this.#register = { lines: [b.line.slice(b.column, b.column + count)], whole: false };
        b.line = b.line.slice(0, b.column) + b.line.slice(b.column + count);
        return b.move(b.row, b.column, false);
      case 'D':
      case 'C':
        b.remember();
        this.#register = { lines: [b.line.slice(b.column)], whole: false };
        b.line = b.line.slice(0, b.column);
        this.#inserting = key === 'C';
        return b.move(b.row, b.column, key === 'C');
      case 'r': {
        const next = await this.#screen.key();
        if (next?.length !== 1) return undefined;
        b.remember();
        b.line = b.line.slice(0, b.column) + next + b.line.slice(b.column + 1);
        return undefined;
      }
      case 'J': {
        b.remember();
        const next = b.lines[b.row + 1];
        if (next === undefined) return undefined;
        b.lines.splice(b.row + 1, 1);
        b.line = `${b.line} ${next.trimStart()}`;
        return undefined;
      }
      case 'd':
      case 'c':
      case 'y':
        return this.#operate(key, count);
      case 'Y':
        this.#register = { lines: b.lines.slice(b.row, b.row + count), whole: true };
        return undefined;
      case 'p':
      case 'P':
        return this.#put(key === 'p');
      case 'u':
        if (!b.undo()) this.#said = 'Already at oldest change';
        return b.move(b.row, b.column, false);
      case 'g':
        if ((await this.#screen.key()) === 'g') b.move(digits === '' ? 0 : count - 1, 0, false);
        return undefined;
      case 'Z': {
        const next = await this.#screen.key();
        if (next === 'Z') this.#command('x');
        else if (next === 'Q') this.#command('q!');
        return undefined;
      }
      case ':': {
        const line = await this.#ask(':');
        if (line !== undefined) this.#command(line);
        return undefined;
      }
      case '/':
      case '?': {
        const text = await this.#ask(key);
        if (text === undefined) return undefined;
        this.#sought = text || this.#sought;
        if (!b.find(this.#sought, key === '?'))
          this.#say(`E486: Pattern not found: ${this.#sought}`, 'Pattern not found');
        return undefined;
      }
      case 'n':
      case 'N':
        if (this.#sought && !b.find(this.#sought, key === 'N'))
          this.#say(`E486: Pattern not found: ${this.#sought}`, 'Pattern not found');
        return undefined;
      case '^C':
        this.#said = 'Type  :qa  and press <Enter> to exit Vim';
        if (this.#io.busybox) this.#said = '';
        return undefined;
      default:
        return undefined;
    }
  }
  #insert(key: string): void {
    const b = this.#buffer;
    if (key === 'escape' || key === '^C') {
      this.#inserting = false;
      b.move(b.row, b.column - 1, false);
    } else if (key === 'enter') b.split();
    else if (key === 'backspace') b.backspace();
    else if (key === 'delete') b.erase();
    else if (key.length === 1) b.insert(key);
    else {
      const to = /^(up|down|left|right|home|end|page up|page down)$/.test(key)
        ? this.#motion(key, 1, false)
        : undefined;
      if (to) b.move(to[0], to[1], true);
    }
  }

  async run(): Promise<number> {
    const { sys } = this.#io;
    if (this.#path !== '') {
      const found = this.#buffer.load(sys, this.#path);
      const bytes = new TextEncoder().encode(this.#buffer.text()).length;
      if (found === 'new') this.#said = this.#io.busybox ? '' : `"${this.#path}" [New]`;
      else if (found === 'directory') this.#said = `"${this.#path}" is a directory`;
      else if (typeof found === 'string') this.#said = `"${this.#path}" [${found}]`;
      else if (!this.#io.busybox) this.#said = `"${this.#path}" ${found}L, ${bytes}B`;
    }
    await this.#screen.open();
    while (!this.#done) {
      await this.#draw();
      const key = await this.#screen.key();
      if (key === undefined) break;
      this.#said = '';
      if (this.#inserting) this.#insert(key);
      else await this.#normal(key);
    }
    await this.#screen.close();
    return 0;
  }
}

export const vi: Tool = async (io) => {
  if (io.args.includes('--version')) {
    await io.out('VIM - Vi IMproved 9.0 (2022 Jun 28)\n');
    return 0;
  }
  if (!io.sys.isatty(0) || !io.sys.isatty(1)) {
    await io.error('Vim: Warning: Input is not from a terminal\n');
    return 1;
  }
  return new Vi(io, io.args.find((arg) => !arg.startsWith('-') && !arg.startsWith('+')) ?? '').run();
};
