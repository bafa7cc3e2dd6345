/** nano: one file, typed into as it stands; ^O writes, ^X leaves, ^W searches, ^K and ^U move lines. */
import type { Tool } from '../io.ts';
import { TextBuffer } from './buffer.ts';
import { Screen } from './screen.ts';

const VERSION = '7.2';
const HELP: readonly (readonly [string, string])[] = [
  ['^G Help', '^X Exit'],
  ['^O Write Out', '^R Read File'],
  ['^W Where Is', '^\\ Replace'],
  ['^K Cut', '^U Paste'],
  ['^T Execute', '^J Justify'],
  ['^C Location', '^/ Go To Line'],
];

const inverse = (text: string): string => `\x1b[7m${text}\x1b[m`;
/** A key of the help in reverse, with its meaning behind it. */
const hint = (text: string, width: number): string => {
  const [key, ...words] = text.split(' ');
  return `${inverse(key!)} ${words.join(' ')}`.padEnd(width + inverse('').length).slice(0, width + inverse('').length);
};
const lines = (count: number): string => `${count} line${count === 1 ? '' : 's'}`;

class Nano {
  readonly #screen: Screen;
  readonly #io: Parameters<Tool>[0];
  readonly #buffer = new TextBuffer();
  #path: string;
  #said = '';
  #cut: string[] = [];
  #cutting = false;
  #sought = '';

  constructor(io: Parameters<Tool>[0], path: string) {
    this.#io = io;
    this.#path = path;
    this.#screen = new Screen(io.sys);
  }

  #title(columns: number): string {
    const left = `  GNU nano ${VERSION}`;
    const middle = this.#path || 'New TextBuffer';
    const right = this.#buffer.modified ? 'Modified  ' : '          ';
    const before = Math.max(left.length + 1, Math.floor((columns - middle.length) / 2));
    const text = left.padEnd(before) + middle;
    return inverse(text.padEnd(columns - right.length).slice(0, columns - right.length) + right);
  }
  #help(columns: number): string[] {
    const width = Math.max(10, Math.floor(columns / HELP.length));
    const shown = HELP.slice(0, Math.floor(columns / width));
    return [0, 1].map((row) => shown.map((pair) => hint(pair[row]!, width)).join(''));
  }
  async #draw(ask?: { text: string; help: readonly [string, string] }): Promise<void> {
    const { columns, rows } = this.#screen.size;
    const said = this.#said === '' ? '' : `[ ${this.#said} ]`;
    const status = ask
      ? inverse(ask.text.padEnd(columns).slice(0, columns))
      : said && ' '.repeat(Math.max(0, Math.floor((columns - said.length) / 2))) + inverse(said);
    await this.#screen.draw(this.#buffer, {
      head: [this.#title(columns)],
      foot: [status, ...(ask ? ask.help.map((line) => line) : this.#help(columns))],
      empty: '',
      ...(ask && { prompt: [rows - 3, Math.min(columns - 1, ask.text.length)] as [number, number] }),
    });
  }

  /** Asks on the status line; undefined when it was given up. */
  async #ask(question: string, start: string): Promise<string | undefined> {
    let answer = start;
    for (;;) {
      await this.#draw({ text: `${question}: ${answer}`, help: [hint('^G Help', 20), hint('^C Cancel', 20)] });
      const key = await this.#screen.key();
      if (key === undefined || key === '^C' || key === 'escape') {
        this.#said = 'Cancelled';
        return undefined;
      }
      if (key === 'enter') return answer;
      if (key === 'backspace') answer = answer.slice(0, -1);
      else if (key.length === 1) answer += key;
    }
  }
  async #write(): Promise<boolean> {
    const path = await this.#ask('File Name to Write', this.#path);
    if (path === undefined || path === '') return false;
    const failed = this.#buffer.save(this.#io.sys, path);
    if (failed !== undefined) {
      this.#said = `Error writing ${path}: ${failed}`;
      return false;
    }
    this.#path = path;
    const { lines: all } = this.#buffer;
    this.#said = `Wrote ${lines(this.#buffer.text() === '' ? 0 : all.length)}`;
    return true;
  }
  /** Whether it may leave. */
  async #leave(): Promise<boolean> {
    if (!this.#buffer.modified) return true;
    for (;;) {
      await this.#draw({
        text: 'Save modified buffer? ',
        help: [hint('Y Yes', 20), hint('N No', 20) + hint('^C Cancel', 20)],
      });
      const key = (await this.#screen.key())?.toLowerCase();
      if (key === 'n' || key === undefined) return true;
      if (key === 'y') return this.#write();
      if (key === '^c') {
        this.#said = 'Cancelled';
        return false;
      }
    }
  }

  async #edit(key: string): Promise<void> {
    const b = this.#buffer;
    const page = this.#screen.size.rows - 6;
    if (key !== '^K') this.#cutting = false;
    switch (key) {
      case 'up':
      case '^P':
        return b.move(b.row - 1, b.column, true);
      case 'down':
      case '^N':
        return b.move(b.row + 1, b.column, true);
      case 'left':
      case '^B':
        if (b.column > 0) return b.move(b.row, b.column - 1, true);
        return b.row > 0 ? b.move(b.row - 1, Infinity, true) : undefined;
      case 'right':
      case '^F':
        if (b.column < b.line.length) return b.move(b.row, b.column + 1, true);
        return b.row + 1 < b.lines.length ? b.move(b.row + 1, 0, true) : undefined;
      case 'home':
      case '^A':
        return b.move(b.row, 0, true);
      case 'end':
      case '^E':
        return b.move(b.row, Infinity, true);
      case 'page up':
      case '^Y':
        return b.move(b.row - page, b.column, true);
      case 'page down':
      case '^V':
        return b.move(b.row + page, b.column, true);
      case 'enter':
        return b.split();
      case 'backspace':
        return b.backspace();
      case 'delete':
      case '^D':
        return b.erase();
      case '^K':
        this.#cut = [...(this.#cutting ? this.#cut : []), ...b.cut(1)];
        this.#cutting = true;
        return b.move(b.row, 0, true);
      case '^U':
        if (this.#cut.length === 0) return undefined;
        b.lines.splice(b.row, 0, ...this.#cut);
        b.modified = true;
        return b.move(b.row + this.#cut.length, 0, true);
      case '^C':
        this.#said = `line ${b.row + 1}/${b.lines.length} (${Math.round(((b.row + 1) * 100) / b.lines.length)}%), col ${b.column + 1}/${b.line.length + 1} (${Math.round(((b.column + 1) * 100) / (b.line.length + 1))}%)`;
        return undefined;
      case '^O':
        await this.#write();
        return undefined;
      case '^S':
        if (this.#path === '') await this.#write();
        else this.#said = b.save(this.#io.sys, this.#path) ?? `Wrote ${lines(b.lines.length)}`;
        return undefined;
      case '^W': {
        const text = await this.#ask(`Search${this.#sought && ` [${this.#sought}]`}`, '');
        if (text === undefined) return undefined;
        this.#sought = text || this.#sought;
        if (this.#sought && !b.find(this.#sought)) this.#said = `"${this.#sought}" not found`;
        return undefined;
      }
      case '^_': {
        const text = await this.#ask('Enter line number, column number', '');
        if (text) b.move(Number.parseInt(text, 10) - 1, 0, true);
        return undefined;
      }
      default:
        if (key.length === 1 || key === '\t') b.insert(key);
        else if (key !== 'escape') this.#said = 'Unbound key';
        return undefined;
    }
  }

  async run(): Promise<number> {
    const found = this.#path === '' ? 0 : this.#buffer.load(this.#io.sys, this.#path);
    if (found === 'directory') this.#said = `"${this.#path}" is a directory`;
    else if (found === 'new') this.#said = 'New File';
    else if (typeof found === 'string') this.#said = `Error reading ${this.#path}: ${found}`;
    else if (this.#path !== '') this.#said = `Read ${lines(found)}`;
    if (found === 'directory') this.#path = '';
    await this.#screen.open();
    for (;;) {
      await this.#draw();
      const key = await this.#screen.key();
      if (key !== undefined) this.#said = '';
      if (key === undefined || (key === '^X' && (await this.#leave()))) break;
      if (key !== '^X') await this.#edit(key);
    }
    await this.#screen.close();
    return 0;
  }
}

export const nano: Tool = async (io) => {
  if (io.args.includes('--version') || io.args.includes('-V')) {
    await io.out(` GNU nano, version ${VERSION}\n`);
    return 0;
  }
  if (!io.sys.isatty(0) || !io.sys.isatty(1)) {
    await io.error('Standard input is not a terminal\n');
    return 1;
  }
  return new Nano(io, io.args.find((arg) => !arg.startsWith('-') && !arg.startsWith('+')) ?? '').run();
};
