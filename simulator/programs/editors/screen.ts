/** A terminal an editor has for itself: keys one by one, and pages drawn over each other. */
import type { Sys, TerminalMode } from '../../kernel/abi.ts';
import type { TextBuffer } from './buffer.ts';

const NAMED: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[3~': 'delete',
  '\x1b[5~': 'page up',
  '\x1b[6~': 'page down',
  '\x1b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
};
const TAB = 8;

/** The column a place in a line is shown at. */
function shownAt(line: string, column: number): number {
  let at = 0;
  for (const char of line.slice(0, column)) at += char === '\t' ? TAB - (at % TAB) : 1;
  return at;
}
const expand = (line: string): string => {
  let out = '';
  for (const char of line) out += char === '\t' ? ' '.repeat(TAB - (out.length % TAB)) : char;
  return out;
};

export class Screen {
  readonly #sys: Sys;
  readonly #old: TerminalMode;
  readonly #decoder = new TextDecoder();
  #keys: string[] = [];
  #top = 0;

  constructor(sys: Sys) {
    this.#sys = sys;
    this.#old = sys.terminalMode(0);
    sys.terminalMode(0, { canonical: false, echo: false, signals: false, postprocess: false, crToNl: false });
  }
  open(): Promise<void> {
    return this.#sys.write(1, '\x1b[?1049h\x1b[H\x1b[2J');
  }
  async close(): Promise<void> {
    await this.#sys.write(1, `\x1b[${this.size.rows};1H\x1b[K\x1b[?1049l`);
    this.#sys.terminalMode(0, this.#old);
  }
  get size(): { columns: number; rows: number } {
    const { columns, rows } = this.#sys.windowSize(1);
    return { columns: Math.max(20, columns || 80), rows: Math.max(6, rows || 24) };
  }

  /** The next key: a character, a name like `up`, or `^X`; undefined when the terminal is gone. */
  async key(): Promise<string | undefined> {
    while (this.#keys.length === 0) {
      const bytes = await this.#sys.read(0, 1024);
      if (bytes.length === 0) return undefined;
      const text = this.#decoder.decode(bytes, { stream: true });
      for (const [part] of text.matchAll(/\x1b(?:\[[\d;]*[A-Za-z~]|O[A-Z])|[^]/gu)) {
        const code = part.charCodeAt(0);
        this.#keys.push(NAMED[part] ?? (code < 32 && code !== 9 ? `^${String.fromCharCode(code + 64)}` : part));
      }
    }
    return this.#keys.shift();
  }

  /** Draws text lines between what is above and below, and puts the cursor into the text or behind `prompt`. */
  async draw(
    buffer: TextBuffer,
    view: { head: string[]; foot: string[]; empty: string; prompt?: [row: number, column: number] },
  ): Promise<void> {
    const { columns, rows } = this.size;
    const page = rows - view.head.length - view.foot.length;
    if (buffer.row < this.#top) this.#top = buffer.row;
    if (buffer.row >= this.#top + page) this.#top = buffer.row - page + 1;
    const at = shownAt(buffer.line, buffer.column);
    const left = at >= columns ? at - columns + 8 : 0;
    const body = Array.from({ length: page }, (_, i) => {
      const line = buffer.lines[this.#top + i];
      if (line === undefined) return view.empty;
      const own = this.#top + i === buffer.row ? left : 0;
      return expand(line).slice(own, own + columns);
    });
    const all = [...view.head, ...body, ...view.foot];
    const [row, column] = view.prompt ?? [view.head.length + buffer.row - this.#top, at - left];
    const text = all.map((line, i) => `\x1b[${i + 1};1H${line}\x1b[m\x1b[K`).join('');
    await this.#sys.write(1, `\x1b[?25l${text}\x1b[${row + 1};${column + 1}H\x1b[?25h`);
  }
}
