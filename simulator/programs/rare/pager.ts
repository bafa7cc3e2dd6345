/** less and more: a page at a time on a terminal, plain copying elsewhere. */
import { eachInput } from '../inputs.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions } from '../options.ts';
import { fromBytes } from '../text.ts';

async function keys(io: Io, fd: number): Promise<string> {
  return fromBytes(await io.sys.read(fd, 16));
}

const pager =
  (full: boolean): Tool =>
  async (io) => {
    const options = await parseOptions(io, {
      short: 'eEfFmMNRSXsiIqQnrx:+',
      long: { 'quit-if-one-screen': 'F', RAW: 'R', 'LINE-NUMBERS': 'N' },
      usage: '[FILE]...',
    });
    let text = '';
    const ok = await eachInput(io, options.operands, { busybox: "can't open '%s': %e" }, async (fd) => {
      text += await io.allText(fd);
    });
    if (!io.sys.isatty(1)) {
      await io.raw(text);
      return ok ? 0 : 1;
    }
    const size = io.sys.windowSize(1);
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    const page = size.rows - 1;
    if (lines.length <= page && (!full || options.has('F'))) {
      await io.raw(text);
      return ok ? 0 : 1;
    }
    const tty = io.sys.open('/dev/tty', { read: true });
    io.sys.terminalMode(tty, { canonical: false, echo: false });
    let top = 0;
    const last = Math.max(0, lines.length - page);
    if (full) await io.out('\x1b[?1049h');
    for (let drawn = -1; ;) {
      if (full) {
        await io.out('\x1b[H\x1b[J');
        for (let i = 0; i < page; i++) await io.raw(`${(lines[top + i] ?? '~').slice(0, size.columns)}\n`);
        await io.out(top >= last ? '\x1b[7m(END)\x1b[m' : ':');
      } else {
        for (let i = Math.max(drawn + 1, 0); i < Math.min(top + page, lines.length); i++) {
          await io.raw(`${lines[i]}\n`);
          drawn = i;
        }
        if (drawn >= lines.length - 1) break;
        await io.out(`\x1b[7m--More--(${Math.floor(((drawn + 1) * 100) / lines.length)}%)\x1b[m`);
      }
      await io.flush();
      const key = await keys(io, tty);
      if (!full) await io.out('\r\x1b[K');
      if (key === '' || key === 'q' || key === 'Q' || key === '\x03') break;
      if (key === ' ' || key === 'f' || key === '\x1b[6~') top += page;
      else if (key === 'b' || key === '\x1b[5~') top -= page;
      else if (key === 'k' || key === 'y' || key === '\x1b[A' || key === '\x1bOA') top--;
      else if (key === 'g' || key === '<') top = 0;
      else if (key === 'G' || key === '>') top = last;
      else if (key === '\r' || key === '\n' || key === 'j' || key === '\x1b[B' || key === '\x1bOB') top++;
      top = Math.max(0, full ? Math.min(top, last) : top);
    }
    if (full) await io.out('\x1b[?1049l');
    await io.flush();
    io.sys.terminalMode(tty, { canonical: true, echo: true });
    return ok ? 0 : 1;
  };

export const less = pager(true);
export const more = pager(false);
