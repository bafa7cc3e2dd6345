/** sed: parses a script into commands and runs them over lines. */
import { isErrno } from '../../kernel/errno.ts';
import { quote } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { parseOptions, usageError, type OptionRules } from '../options.ts';
import { compile, RegexError } from '../regex.ts';
import { byteString, toBytes } from '../text.ts';

type Address =
  | { readonly kind: 'line'; readonly n: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** Without `pattern`: the last one used. */
  | { readonly kind: 'match'; readonly pattern: RegExp | undefined }
  | { readonly kind: 'plus'; readonly n: number }
  | { readonly kind: 'multiple'; readonly n: number };

interface Command {
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  name: string;
  /** Text of a, i, c; label of b, t; file of r, w. */
  text: string;
  pattern: RegExp | undefined;
  emptyPattern: boolean;
  replacement: readonly Piece[];
  occurrence: number;
  global: boolean;
  print: boolean;
  file: string | undefined;
  map: ReadonlyMap<string, string> | undefined;
  /** Index after the closing brace of a block. */
  end: number;
  /** State of a range. */
  active: boolean;
  until: number;
}

type Piece = string | number | { readonly change: 'U' | 'L' | 'E' | 'u' | 'l' };

class ScriptError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

class Parser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  readonly commands: Command[] = [];
  readonly #blocks: number[] = [];

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  #fail(message: string): never {
    throw new ScriptError(message, this.#at);
  }

  #blanks(): void {
    while (/[ \t]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** Reads up to the delimiter, which a backslash protects. */
  #delimited(delimiter: string, what: string, isPattern: boolean): string {
    let out = '';
    let inClass = false;
    for (;;) {
      const c = this.#text[this.#at++];
      if (c === undefined) this.#fail(what);
      if (c === '\n' && isPattern && !inClass && what.startsWith('unterminated address')) this.#fail(what);
      if (c === '\\') {
        const next = this.#text[this.#at++];
        if (next === undefined) this.#fail(what);
        if (next === delimiter)
          out +=
            isPattern && /[.*[\]^$+?(){}|]/.test(next)
              ? `\\${next}`
              : isPattern
                ? next
                : /[&\d]/.test(next)
                  ? `\\${next}`
                  : next;
        else if (next === '\n') out += isPattern ? '\n' : '\\\n';
        else out += `\\${next}`;
        continue;
      }
      if (isPattern && c === '[' && !inClass) {
        inClass = true;
        out += c;
        if (this.#text[this.#at] === '^') out += this.#text[this.#at++]!;
        if (this.#text[this.#at] === ']') out += this.#text[this.#at++]!;
        continue;
      }
      if (inClass && c === '[' && /[:.=]/.test(this.#text[this.#at] ?? '')) {
        const kind = this.#text[this.#at]!;
        const end = this.#text.indexOf(`${kind}]`, this.#at + 1);
        if (end >= 0) {
          out += this.#text.slice(this.#at - 1, end + 2);
          this.#at = end + 2;
          continue;
        }
      }
      if (inClass && c === ']') inClass = false;
      else if (c === delimiter && !inClass) return out;
      out += c;
    }
  }

  #address(second: boolean): Address | undefined {
    const c = this.#text[this.#at];
    if (c === undefined) return undefined;
    const number = /^\d+/.exec(this.#text.slice(this.#at));
    if (number) {
      this.#at += number[0].length;
      const step = /^[ \t]*~[ \t]*(\d+)/.exec(this.#text.slice(this.#at));
      if (step) {
        this.#at += step[0].length;
        return { kind: 'step', first: Number(number[0]), step: Number(step[1]) };
      }
      return { kind: 'line', n: Number(number[0]) };
    }
    if (c === '$') {
      this.#at++;
      return { kind: 'last' };
    }
    if (second && (c === '+' || c === '~')) {
      const match = /^[+~](\d+)/.exec(this.#text.slice(this.#at));
      if (match) {
        this.#at += match[0].length;
        return c === '+' ? { kind: 'plus', n: Number(match[1]) } : { kind: 'multiple', n: Number(match[1]) };
      }
    }
    if (c === '/' || c === '\\') {
      this.#at++;
      const delimiter = c === '\\' ? this.#text[this.#at++]! : '/';
      const source = this.#delimited(delimiter, 'unterminated address regex', true);
      let flags = '';
      while (/[IM]/.test(this.#text[this.#at] ?? '')) flags += this.#text[this.#at++]!;
      return { kind: 'match', pattern: source === '' ? undefined : this.#compile(source, flags) };
    }
    return undefined;
  }

  #compile(source: string, flags: string): RegExp {
    try {
      return compile(source, {
        extended: this.#extended,
        ignoreCase: /[Ii]/.test(flags),
        multiline: /[Mm]/.test(flags),
        global: true,
      });
    } catch (error) {
      if (error instanceof RegexError) this.#fail(error.message);
      throw error;
    }
  }

  #replacement(source: string): Piece[] {
    const pieces: Piece[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') pieces.push(text);
      text = '';
    };
    for (let i = 0; i < source.length; i++) {
      const c = source[i]!;
      if (c === '&') {
        flush();
        pieces.push(0);
      } else if (c === '\\' && i + 1 < source.length) {
        const next = source[++i]!;
        if (/\d/.test(next)) {
          flush();
          pieces.push(Number(next));
        } else if (/[ULEul]/.test(next)) {
          flush();
          pieces.push({ change: next as 'U' });
        } else text += { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' }[next] ?? next;
      } else text += c;
    }
    flush();
    return pieces;
  }

  #textArgument(oneLiner: boolean): string {
    this.#blanks();
    let out = '';
    if (this.#text[this.#at] === '\\') {
      this.#at++;
      const blanks = /^[ \t]*\n?/.exec(this.#text.slice(this.#at))![0];
      if (blanks.includes('\n') || !oneLiner) this.#at += blanks.length;
    } else if (this.#at >= this.#text.length || this.#text[this.#at] === '\n')
      this.#fail("expected \\ after `a', `c' or `i'");
    for (;;) {
      const c = this.#text[this.#at++];
      if (c === undefined || c === '\n') return `${out}\n`;
      if (c === '\\') {
        const next = this.#text[this.#at++];
        if (next !== undefined) out += next;
      } else out += c;
    }
  }

  parse(): Command[] {
    for (;;) {
      while (/[\s;]/.test(this.#text[this.#at] ?? '')) this.#at++;
      if (this.#at >= this.#text.length) break;
      const command: Command = {
        from: this.#address(false),
        to: undefined,
        negated: false,
        name: '',
        text: '',
        pattern: undefined,
        emptyPattern: false,
        replacement: [],
        occurrence: 1,
        global: false,
        print: false,
        file: undefined,
        map: undefined,
        end: 0,
        active: false,
        until: 0,
      };
      this.#blanks();
      if (command.from && this.#text[this.#at] === ',') {
        this.#at++;
        this.#blanks();
        command.to = this.#address(true);
        if (!command.to) this.#fail("unexpected `,'");
        this.#blanks();
      }
      while (this.#text[this.#at] === '!') {
        command.negated = true;
        this.#at++;
        this.#blanks();
      }
      const name = this.#text[this.#at++];
      if (name === undefined || name === '\n') this.#fail('missing command');
      command.name = name;
      this.#arguments(command);
      this.commands.push(command);
    }
    if (this.#blocks.length > 0) {
      this.#at = 0;
      this.#fail("unmatched `{'");
    }
    return this.commands;
  }

  #arguments(command: Command): void {
    switch (command.name) {
      case '#':
        while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
        return;
      case '{':
        this.#blocks.push(this.commands.length);
        return;
      case '}': {
        const open = this.#blocks.pop();
        if (open === undefined) this.#fail("unexpected `}'");
        this.commands[open]!.end = this.commands.length + 1;
        this.#ending();
        return;
      }
      case 'a':
      case 'i':
      case 'c':
        command.text = this.#textArgument(true);
        return;
      case ':':
        command.text = /^[ \t]*([^\n;]*)/.exec(this.#text.slice(this.#at))![1]!.trimEnd();
        this.#at += /^[ \t]*[^\n;]*/.exec(this.#text.slice(this.#at))![0].length;
        if (command.text === '') this.#fail('":" lacks a label');
        return;
      case 'b':
      case 't':
      case 'T': {
        const match = /^[ \t]*([^\n;}]*)/.exec(this.#text.slice(this.#at))!;
        command.text = match[1]!.trimEnd();
        this.#at += match[0].length;
        return;
      }
      case 'r':
      case 'w':
      case 'R':
      case 'W': {
        const match = /^[ \t]*([^\n]*)/.exec(this.#text.slice(this.#at))!;
        command.text = match[1]!;
        this.#at += match[0].length;
        if (command.text === '') this.#fail('missing filename in r/R/w/W commands');
        return;
      }
      case 's': {
        const delimiter = this.#text[this.#at++];
        if (delimiter === undefined || delimiter === '\n' || delimiter === '\\') this.#fail("unterminated `s' command");
        const source = this.#delimited(delimiter, "unterminated `s' command", true);
        const replacement = this.#delimited(delimiter, "unterminated `s' command", false);
        let flags = '';
        for (;;) {
          const c = this.#text[this.#at];
          if (c === undefined || /[\s;}#]/.test(c)) break;
          this.#at++;
          if (c === 'g') command.global = true;
          else if (c === 'p') command.print = true;
          else if (c === 'i' || c === 'I' || c === 'm' || c === 'M') flags += c;
          else if (c === 'e') continue;
          else if (/\d/.test(c)) {
            let digits = c;
            while (/\d/.test(this.#text[this.#at] ?? '')) digits += this.#text[this.#at++]!;
            if (Number(digits) === 0) this.#fail("number option to `s' command may not be zero");
            command.occurrence = Number(digits);
          } else if (c === 'w') {
            const match = /^[ \t]*([^\n]*)/.exec(this.#text.slice(this.#at))!;
            command.file = match[1]!;
            this.#at += match[0].length;
            break;
          } else this.#fail("unknown option to `s'");
        }
        if (source === '') command.emptyPattern = true;
        else command.pattern = this.#compile(source, flags);
        command.replacement = this.#replacement(replacement);
        const groups = command.pattern ? new RegExp(`${command.pattern.source}|`).exec('')!.length - 1 : 9;
        const highest = Math.max(0, ...command.replacement.map((piece) => (typeof piece === 'number' ? piece : 0)));
        if (highest > groups) this.#fail(`invalid reference \\${highest} on \`s' command's RHS`);
        this.#ending();
        return;
      }
      case 'y': {
        const delimiter = this.#text[this.#at++];
        if (delimiter === undefined) this.#fail("unterminated `y' command");
        const unescape = (text: string): string[] =>
          [...text.matchAll(/\\(n|\\)|([^])/g)].map((m) => (m[1] === 'n' ? '\n' : (m[1] ?? m[2]!)));
        const from = unescape(this.#delimited(delimiter, "unterminated `y' command", false));
        const to = unescape(this.#delimited(delimiter, "unterminated `y' command", false));
        if (from.length !== to.length) this.#fail("strings for `y' command are different lengths");
        command.map = new Map(from.map((c, i) => [c, to[i]!]));
        this.#ending();
        return;
      }
      case 'q':
      case 'Q':
      case 'l':
      case 'L': {
        const match = /^[ \t]*(\d*)/.exec(this.#text.slice(this.#at))!;
        command.text = match[1]!;
        this.#at += match[0].length;
        this.#ending();
        return;
      }
      case '=':
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'x':
      case 'z':
      case 'F':
        this.#ending();
        return;
      default:
        this.#fail(`unknown command: \`${command.name}'`);
    }
  }

  #ending(): void {
    this.#blanks();
    const c = this.#text[this.#at];
    if (c === undefined || c === '\n' || c === ';' || c === '}' || c === '#') return;
    this.#at++;
    this.#fail('extra characters after command');
  }
}

/** Input lines over one or more files, one ahead so that `$` is known. */
class Input {
  readonly #io: Io;
  readonly #paths: string[];
  #lines: AsyncGenerator<{ lines: string[]; open: boolean }> | undefined;
  #fd = 0;
  #buffer: string[] = [];
  #open = false;
  path = '-';
  failed = false;
  number = 0;
  /** The last line read had no newline. */
  unterminated = false;
  readonly #separator: string;

  constructor(io: Io, paths: readonly string[], separator: string) {
    this.#io = io;
    this.#paths = [...paths];
    this.#separator = separator;
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      if (this.#buffer.length > 0) return true;
      if (!this.#lines) {
        const path = this.#paths.shift();
        if (path === undefined) return false;
        try {
          if (path !== '-' && this.#io.sys.stat(path).type === 'dir') {
            await this.#io.fail(this.#io.busybox ? `${path}: Is a directory` : `read error on ${path}: Is a directory`);
            this.failed = true;
            continue;
          }
          this.#fd = this.#io.open(path);
        } catch (error) {
          await this.#io.fail(
            this.#io.busybox ? `${path}: ${this.#io.reason(error)}` : `can't read ${path}: ${this.#io.reason(error)}`,
          );
          this.failed = true;
          continue;
        }
        this.path = path;
        this.#lines = this.#io.lines(this.#fd, this.#separator);
      }
      const next = await this.#lines.next();
      if (next.done) {
        this.#io.close(this.#fd);
        this.#lines = undefined;
        continue;
      }
      this.#buffer = next.value.lines.slice();
      this.#open = next.value.open;
    }
  }

  async next(): Promise<string | undefined> {
    if (!(await this.#fill())) return undefined;
    this.number++;
    const line = this.#buffer.shift()!;
    this.unterminated = this.#open && this.#buffer.length === 0;
    return line;
  }

  async isLast(): Promise<boolean> {
    return !(await this.#fill());
  }
}

function substitute(command: Command, pattern: RegExp, space: string): string | undefined {
  let out = '';
  let at = 0;
  let count = 0;
  let done = false;
  pattern.lastIndex = 0;
  for (;;) {
    const match = pattern.exec(space);
    if (!match) break;
    count++;
    const take = command.global ? count >= command.occurrence : count === command.occurrence;
    out += space.slice(at, match.index);
    if (take) {
      done = true;
      let mode: 'U' | 'L' | 'E' = 'E';
      let once: 'u' | 'l' | undefined;
      const add = (text: string): void => {
        let piece = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text;
        if (once !== undefined && piece !== '') {
          piece = (once === 'u' ? piece[0]!.toUpperCase() : piece[0]!.toLowerCase()) + piece.slice(1);
          once = undefined;
        }
        out += piece;
      };
      for (const piece of command.replacement) {
        if (typeof piece === 'string') add(piece);
        else if (typeof piece === 'number') add(match[piece] ?? '');
        else if (piece.change === 'u' || piece.change === 'l') once = piece.change;
        else mode = piece.change;
      }
    } else out += match[0];
    at = match.index + match[0].length;
    if (match[0] === '') {
      if (at >= space.length) break;
      out += space[at]!;
      at++;
      pattern.lastIndex = at;
      // An empty match may not follow a match directly.
    } else {
      const empty = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}y`);
      empty.lastIndex = at;
      const here = empty.exec(space);
      if (here && here[0] === '') {
        if (at >= space.length) break;
        out += space[at]!;
        at++;
        pattern.lastIndex = at;
      }
    }
    if (take && !command.global) break;
  }
  return done ? out + space.slice(at) : undefined;
}

const GNU: OptionRules = {
  short: 'bsnrEzui::e:f:l:',
  long: {
    quiet: 'n',
    silent: 'n',
    expression: ':e',
    file: ':f',
    'in-place': '?i',
    'regexp-extended': 'E',
    separate: 's',
    'null-data': 'z',
    unbuffered: 'u',
    posix: 'posix',
    debug: 'debug',
    'line-length': ':l',
    sandbox: 'sandbox',
    'follow-symlinks': 'follow',
  },
  version: 'sed (GNU sed) 4.9',
};
const BUSYBOX: OptionRules = {
  short: 'i::rEne:f:sz',
  long: { expression: ':e', file: ':f', 'in-place': '?i', quiet: 'n', 'regexp-extended': 'E' },
  usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...',
};

/** sed(1). */
export const sed: Tool = async (io) => {
  const rules = io.busybox ? BUSYBOX : GNU;
  const options = await parseOptions(io, rules);
  const operands = [...options.operands];
  const scripts: string[] = [];
  const which: string[] = [];
  for (const { key, value } of options.list) {
    if (key === 'e') {
      scripts.push(value!);
      which.push(`-e expression #${which.filter((w) => w.startsWith('-e')).length + 1}`);
    }
    if (key === 'f') {
      try {
        scripts.push((await io.allText(io.open(value!))).replace(/\n$/, ''));
        which.push(`file ${value}`);
      } catch (error) {
        return io.die(
          io.busybox ? `${value}: ${io.reason(error)}` : `couldn't open file ${value}: ${io.reason(error)}`,
        );
      }
    }
  }
  if (scripts.length === 0) {
    const script = operands.shift();
    if (script === undefined) {
      if (io.busybox) return usageError(io, rules);
      await io.error('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n');
      return 1;
    }
    scripts.push(script);
    which.push('-e expression #1');
  }
  let commands: Command[];
  const script = scripts.map(byteString).join('\n');
  let quiet = options.has('n');
  if (/^#n(?:\n|$)/.test(script)) quiet = true;
  try {
    commands = new Parser(script, options.has('E') || options.has('r')).parse();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    if (io.busybox)
      return io.die(
        error.message
          .replace(/^unterminated `s' command$/, "unmatched '/'")
          .replace(/^unknown command: `(.)'$/, 'unsupported command $1')
          .replace(/^unknown option to `s'$/, 'unknown option to s command'),
      );
    return io.die(`${which[0]}, char ${error.at}: ${error.message}`);
  }
  for (const command of commands) {
    if (
      'btT'.includes(command.name) &&
      command.text !== '' &&
      !commands.some((c) => c.name === ':' && c.text === command.text)
    ) {
      return io.die(`can't find label for jump to \`${command.text}'`);
    }
  }
  const inPlace = options.has('i');
  const separate = inPlace || options.has('s');
  const end = options.has('z') ? '\0' : '\n';
  const machine = new Machine(io, commands, quiet, end);
  let failed = false;
  if (!separate) {
    const input = new Input(io, operands.length === 0 ? ['-'] : operands, end);
    const code = await machine.run(input);
    await machine.close();
    return code !== 0 ? code : input.failed ? (io.busybox ? 1 : 2) : 0;
  }
  if (operands.length === 0) return io.die('no input files');
  for (const path of operands) {
    if (inPlace) {
      try {
        if (io.sys.stat(path).type !== 'file') {
          await io.fail(`couldn't edit ${path}: not a regular file`);
          failed = true;
          continue;
        }
      } catch (error) {
        await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `can't read ${path}: ${io.reason(error)}`);
        failed = true;
        continue;
      }
      machine.capture = '';
    }
    const input = new Input(io, [path], end);
    const code = await machine.run(input);
    if (machine.capture !== undefined) {
      try {
        const stat = io.sys.stat(path);
        const suffix = options.get('i');
        if (suffix !== undefined)
          io.sys.writeFile(
            suffix.includes('*') ? suffix.replaceAll('*', path) : path + suffix,
            io.sys.readFile(path),
            stat.mode,
          );
        // A new file takes the old one's place, as sed does.
        const temporary = `${path.replace(/[^/]*$/, '')}sed${Array.from({ length: 6 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'[io.sys.random(52)]).join('')}`;
        try {
          io.sys.writeFile(temporary, toBytes(machine.capture));
        } catch (error) {
          return io.die(
            io.busybox
              ? `can't create temp file '${path}XXXXXX': ${io.reason(error)}`
              : `couldn't open temporary file ${temporary.includes('/') ? temporary : `./${temporary}`}: ${io.reason(error)}`,
            io.busybox ? 1 : 4,
          );
        }
        io.sys.chmod(temporary, stat.mode);
        try {
          io.sys.chown(temporary, stat.uid, stat.gid);
        } catch (error) {
          if (!isErrno(error, 'EPERM')) throw error;
        }
        try {
          io.sys.rename(temporary, path);
        } catch (error) {
          io.sys.unlink(temporary);
          return io.die(
            `cannot rename ${temporary.includes('/') ? temporary : `./${temporary}`}: ${io.reason(error)}`,
            4,
          );
        }
      } catch (error) {
        if (!isErrno(error)) throw error;
        await io.fail(`couldn't edit ${quote(path)}: ${error.message}`);
        failed = true;
      }
      machine.capture = undefined;
    }
    if (code !== 0) return code;
  }
  await machine.close();
  return failed ? (io.busybox ? 1 : 2) : 0;
};

class Machine {
  /** Output kept for -i. */
  capture: string | undefined;
  readonly #io: Io;
  readonly #commands: readonly Command[];
  readonly #quiet: boolean;
  readonly #end: string;
  readonly #files = new Map<string, number>();
  #hold = '';
  #lastPattern: RegExp | undefined;

  constructor(io: Io, commands: readonly Command[], quiet: boolean, end: string) {
    this.#io = io;
    this.#commands = commands;
    this.#quiet = quiet;
    this.#end = end;
    for (const command of commands) {
      const path = command.name === 'w' ? command.text : command.file;
      if (path === undefined || path === '/dev/stdout' || path === '/dev/stderr' || this.#files.has(path)) continue;
      this.#files.set(path, io.sys.open(path, { write: true, create: true, truncate: true }));
    }
  }

  close(): Promise<void> {
    for (const fd of this.#files.values()) this.#io.sys.close(fd);
    this.#files.clear();
    return Promise.resolve();
  }

  #out(text: string): Promise<void> | undefined {
    if (this.capture !== undefined) {
      this.capture += text;
      return undefined;
    }
    return this.#io.raw(text);
  }

  async #toFile(path: string, text: string): Promise<void> {
    if (path === '/dev/stdout') await this.#out(text);
    else if (path === '/dev/stderr') await this.#io.error(text);
    else await this.#io.sys.write(this.#files.get(path)!, toBytes(text));
  }

  #matches(address: Address, input: Input, space: string, last: boolean): boolean {
    switch (address.kind) {
      case 'line':
        return input.number === address.n;
      case 'last':
        return last;
      case 'step':
        return address.step === 0
          ? input.number === address.first
          : input.number >= address.first && (input.number - address.first) % address.step === 0;
      case 'match': {
        const pattern = address.pattern ?? this.#lastPattern;
        if (!pattern) return false;
        this.#lastPattern = pattern;
        pattern.lastIndex = 0;
        return pattern.test(space);
      }
      default:
        return false;
    }
  }

  #selected(command: Command, input: Input, space: string, last: boolean): boolean {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.#matches(from, input, space, last);
    if (command.active) {
      if (to.kind === 'match') {
        if (this.#matches(to, input, space, last)) command.active = false;
        return true;
      }
      if (to.kind === 'last') {
        if (last) command.active = false;
        return true;
      }
      const until = to.kind === 'line' ? to.n : command.until;
      if (input.number >= until) command.active = false;
      return input.number <= until;
    }
    const zero = from.kind === 'line' && from.n === 0;
    if (zero && input.number === 1 && to.kind === 'match') {
      command.active = !this.#matches(to, input, space, last);
      return true;
    }
    if (!this.#matches(from, input, space, last)) return false;
    if (to.kind === 'line') command.active = to.n > input.number;
    else if (to.kind === 'plus') {
      command.until = input.number + to.n;
      command.active = to.n > 0;
    } else if (to.kind === 'multiple') {
      command.until = to.n === 0 ? input.number : Math.ceil(input.number / to.n) * to.n;
      command.active = command.until > input.number;
    } else command.active = !(to.kind === 'last' && last);
    return true;
  }

  async run(input: Input): Promise<number> {
    const needsLast = this.#commands.some(
      (c) => c.from?.kind === 'last' || c.to?.kind === 'last' || c.name === 'N' || c.name === 'n',
    );
    let space = await input.next();
    let restart = false;
    let steps = 0;
    while (space !== undefined) {
      if (++steps % 256 === 0) await this.#io.sys.tick();
      const appended: (() => Promise<void>)[] = [];
      let replaced = false;
      let at = 0;
      let deleted = false;
      let quit: number | undefined;
      const printLine = (text: string): Promise<void> | undefined =>
        this.#out(text + (input.unterminated ? '' : this.#end));
      restart = false;
      loop: while (at < this.#commands.length) {
        const command = this.#commands[at]!;
        at++;
        const last = needsLast ? await input.isLast() : false;
        if (this.#selected(command, input, space, last) === command.negated) {
          if (command.name === '{') at = command.end;
          continue;
        }
        switch (command.name) {
          case 's': {
            const pattern = command.emptyPattern ? this.#lastPattern : command.pattern;
            if (!pattern) break;
            this.#lastPattern = pattern;
            const result = substitute(command, pattern, space);
            if (result === undefined) break;
            space = result;
            replaced = true;
            if (command.print) await printLine(space);
            if (command.file !== undefined) await this.#toFile(command.file, `${space}\n`);
            break;
          }
          case 'y':
            space = [...space].map((c) => command.map!.get(c) ?? c).join('');
            break;
          case 'd':
            deleted = true;
            break loop;
          case 'D': {
            const newline = space.indexOf('\n');
            deleted = true;
            if (newline >= 0) {
              space = space.slice(newline + 1);
              restart = true;
            }
            break loop;
          }
          case 'p':
            await printLine(space);
            break;
          case 'P':
            await this.#out(`${space.split('\n')[0]!}\n`);
            break;
          case 'n': {
            if (await input.isLast()) {
              if (this.#io.busybox || !this.#io.sys.env.POSIXLY_CORRECT) quit = 0;
              break loop;
            }
            if (!this.#quiet) await printLine(space);
            for (const append of appended.splice(0)) await append();
            space = (await input.next())!;
            break;
          }
          case 'N': {
            for (const append of appended.splice(0)) await append();
            if (await input.isLast()) {
              quit = 0;
              break loop;
            }
            space += `\n${(await input.next())!}`;
            break;
          }
          case 'g':
            space = this.#hold;
            break;
          case 'G':
            space += `\n${this.#hold}`;
            break;
          case 'h':
            this.#hold = space;
            break;
          case 'H':
            this.#hold += `\n${space}`;
            break;
          case 'x':
            [space, this.#hold] = [this.#hold, space];
            break;
          case 'z':
            space = '';
            break;
          case 'a':
            appended.push(async () => this.#out(command.text));
            break;
          case 'i':
            await this.#out(command.text);
            break;
          case 'c':
            if (!command.to || !command.active || command.negated) await this.#out(command.text);
            deleted = true;
            break loop;
          case '=':
            await this.#out(`${input.number}\n`);
            break;
          case 'F':
            await this.#out(`${input.path}\n`);
            break;
          case 'l':
            await this.#out(
              `${space.replace(/[\\\x00-\x1f\x7f-\xff]/g, (c) => ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}$\n`,
            );
            break;
          case 'q':
          case 'Q':
            quit = Number(command.text || 0);
            if (command.name === 'Q') deleted = true;
            break loop;
          case 'r':
            appended.push(async () => {
              try {
                await this.#out(await this.#io.allText(this.#io.open(command.text)));
              } catch (error) {
                if (!isErrno(error)) throw error; // an unreadable file counts as empty
              }
            });
            break;
          case 'w':
            await this.#toFile(command.text, `${space}\n`);
            break;
          case 'b':
          case 't':
          case 'T': {
            const jump = command.name === 'b' || (command.name === 't') === replaced;
            if (command.name !== 'b') replaced = false;
            if (!jump) break;
            if (command.text === '') break loop;
            at = this.#commands.findIndex((c) => c.name === ':' && c.text === command.text);
            if (++steps % 256 === 0) await this.#io.sys.tick();
            break;
          }
        }
      }
      if (!deleted && !this.#quiet) await printLine(space);
      for (const append of appended) {
        if (input.unterminated && !deleted && !this.#quiet) await this.#out('\n');
        await append();
      }
      if (quit !== undefined) return quit;
      if (!restart) space = await input.next();
    }
    return 0;
  }
}
