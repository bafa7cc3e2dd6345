/** grep, egrep and fgrep. */
import { isErrno } from '../../kernel/errno.ts';
import { join } from '../format.ts';
import { inputError } from '../inputs.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { parseOptions, usageError, type OptionRules, type Options } from '../options.ts';
import { compile, globRegex, RegexError } from '../regex.ts';
import { byteString, fromBytes } from '../text.ts';

const GNU: OptionRules = {
  short: 'A:aB:bC:cD:d:Ee:Ff:GHhIiLlm:noPqRrsTUVvwxyZz',
  long: {
    'after-context': ':A',
    text: 'a',
    'before-context': ':B',
    'byte-offset': 'b',
    context: ':C',
    count: 'c',
    color: '?color',
    colour: '?color',
    devices: ':D',
    directories: ':d',
    'extended-regexp': 'E',
    regexp: ':e',
    'fixed-strings': 'F',
    file: ':f',
    'basic-regexp': 'G',
    'with-filename': 'H',
    'no-filename': 'h',
    'ignore-case': 'i',
    'no-ignore-case': 'no-i',
    'files-without-match': 'L',
    'files-with-matches': 'l',
    'max-count': ':m',
    'line-number': 'n',
    'only-matching': 'o',
    'perl-regexp': 'P',
    quiet: 'q',
    silent: 'q',
    'dereference-recursive': 'R',
    recursive: 'r',
    'no-messages': 's',
    'initial-tab': 'T',
    'invert-match': 'v',
    'word-regexp': 'w',
    'line-regexp': 'x',
    null: 'Z',
    'null-data': 'z',
    'line-buffered': 'line-buffered',
    include: ':include',
    exclude: ':exclude',
    'exclude-dir': ':exclude-dir',
    label: ':label',
    'group-separator': ':group-separator',
    'no-group-separator': 'no-group-separator',
  },
  digits: true,
  exit: 2,
  version: 'grep (GNU grep) 3.8',
};
const BUSYBOX: OptionRules = {
  short: 'lnqvscFiHhe:f:LorRm:wxA:B:C:EIz',
  long: { color: '?color', include: ':include', exclude: ':exclude' },
  exit: 1,
  usage: '[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
};

async function grepUsage(io: Io, rules: OptionRules): Promise<never> {
  if (io.busybox) return usageError(io, rules);
  await io.error(`Usage: ${io.name} [OPTION]... PATTERNS [FILE]...\nTry '${io.name} --help' for more information.\n`);
  throw new Exit(2);
}

interface Matcher {
  /** Spans of the matches in a line; `first` stops at the first. */
  find(line: string, first: boolean): [number, number][];
}

function matcher(patterns: readonly string[], kind: 'G' | 'E' | 'F' | 'P', options: Options): Matcher {
  const insensitive = options.has('i') || options.has('y');
  const [whole, word] = [options.has('x'), options.has('w')];
  const expressions = patterns.map((pattern) => {
    const bytes = byteString(pattern);
    if (kind === 'F') return new RegExp(bytes.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), `g${insensitive ? 'i' : ''}`);
    if (kind === 'P') {
      // \K and possessive forms are beyond JavaScript; \K is what people use.
      const kept = bytes.replace(/^(.*)\\K/, '(?<=$1)');
      return new RegExp(kept, `g${insensitive ? 'i' : ''}`);
    }
    const compiled = compile(bytes, { extended: kind === 'E', ignoreCase: insensitive, global: true });
    return whole ? new RegExp(`^(?:${compiled.source})$`, compiled.flags) : compiled;
  });
  const wordChar = (c: string | undefined): boolean => c !== undefined && /[A-Za-z0-9_]/.test(c);
  return {
    find(line, first) {
      const spans: [number, number][] = [];
      let at = 0;
      while (at <= line.length) {
        let best: [number, number] | undefined;
        for (const expression of expressions) {
          let from = at;
          for (;;) {
            expression.lastIndex = from;
            const match = expression.exec(line);
            if (!match) break;
            let end = match.index + match[0].length;
            if (whole && (match.index !== 0 || end !== line.length)) {
              from = match.index + 1;
              if (from > line.length) break;
              continue;
            }
            if (word) {
              // A shorter match at the same place may end at a word's end.
              while (end > match.index && (wordChar(line[end]) || wordChar(line[match.index - 1]))) {
                if (wordChar(line[match.index - 1])) break;
                end--;
                const shorter = new RegExp(`^(?:${expression.source})$`, expression.flags.replace('g', ''));
                while (end > match.index && !shorter.test(line.slice(match.index, end))) end--;
              }
              if (wordChar(line[match.index - 1]) || wordChar(line[end]) || (end === match.index && match[0] !== '')) {
                from = match.index + 1;
                if (from > line.length) break;
                continue;
              }
            }
            if (!best || match.index < best[0] || (match.index === best[0] && end > best[1])) best = [match.index, end];
            break;
          }
        }
        if (!best) break;
        spans.push(best);
        if (first) break;
        at = best[1] > best[0] ? best[1] : best[1] + 1;
      }
      return spans;
    },
  };
}

const run =
  (given: 'G' | 'E' | 'F'): Tool =>
  async (io) => {
    const rules = io.busybox ? BUSYBOX : GNU;
    const options = await parseOptions(io, rules);
    const patterns = options.all('e').flatMap((pattern) => pattern.split('\n'));
    for (const path of options.all('f')) {
      try {
        const fd = io.open(path);
        const text = await io.allText(fd);
        if (text !== '') patterns.push(...(text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'));
        io.close(fd);
      } catch (error) {
        await io.die(`${path}: ${io.reason(error)}`, io.busybox ? 1 : 2);
      }
    }
    const operands = [...options.operands];
    if (!options.has('e') && !options.has('f')) {
      const pattern = operands.shift();
      if (pattern === undefined) await grepUsage(io, rules);
      patterns.push(...pattern!.split('\n'));
    }
    const kind = (options.last('G', 'E', 'F', 'P') ?? given) as 'G' | 'E' | 'F' | 'P';
    let match: Matcher;
    try {
      match = matcher(patterns, kind, options);
    } catch (error) {
      if (error instanceof RegexError) {
        return io.die(io.busybox ? `bad regex '${patterns[0]}': ${error.message}` : error.message, io.busybox ? 1 : 2);
      }
      if (error instanceof SyntaxError) return io.die('unmatched parentheses', 2);
      throw error;
    }
    const recursive = options.has('r') || options.has('R');
    if (operands.length === 0) operands.push(recursive ? '.' : '-');
    const search = new Search(io, options, match, operands.length > 1 || recursive);
    for (const path of operands) {
      if (recursive && path !== '-')
        await search.tree(path, operands.length === 1 && path === '.' && options.operands.length < 2, true);
      else await search.file(path);
      if (search.done) break;
    }
    if (search.failed && !(options.has('q') && search.matched)) return 2;
    return search.matched ? 0 : 1;
  };

class Search {
  matched = false;
  failed = false;
  done = false;
  readonly #io: Io;
  readonly #options: Options;
  readonly #match: Matcher;
  readonly #named: boolean;
  readonly #colour: boolean;
  readonly #before: number;
  readonly #after: number;
  readonly #limit: number;
  /** A group was printed before, so the next one is set apart. */
  #grouped = false;

  constructor(io: Io, options: Options, match: Matcher, many: boolean) {
    this.#io = io;
    this.#options = options;
    this.#match = match;
    const flag = options.last('H', 'h');
    this.#named = flag === undefined ? many : flag === 'H';
    const when = options.has('color') ? (options.get('color') ?? 'auto') : 'never';
    this.#colour = when === 'always' || (when === 'auto' && io.sys.isatty(1));
    const context = options.get('C') ?? options.get('digits') ?? '0';
    this.#before = Number(options.get('B') ?? context);
    this.#after = Number(options.get('A') ?? context);
    this.#limit = Number(options.get('m') ?? Infinity);
  }

  async tree(path: string, bare: boolean, operand: boolean): Promise<void> {
    const io = this.#io;
    let type;
    try {
      type = (operand || this.#options.has('R') ? io.sys.stat(path) : io.sys.lstat(path)).type;
    } catch (error) {
      await this.#complain(path, error);
      return;
    }
    if (type === 'dir') {
      let entries;
      try {
        entries = io.sys.readdir(path);
      } catch (error) {
        await this.#complain(path, error);
        return;
      }
      for (const { name } of entries) {
        const child = bare && !io.busybox ? name : join(path, name);
        if (this.#excludedDir(name, child)) continue;
        await this.tree(child, false, false);
        if (this.done) return;
        await io.sys.tick();
      }
      return;
    }
    if (!operand && type !== 'file') return;
    if (!operand && !this.#included(path)) return;
    await this.file(path);
  }

  #excludedDir(name: string, path: string): boolean {
    const globs = this.#options.all('exclude-dir');
    return (
      globs.length > 0 && globs.some((glob) => globRegex(glob).test(name)) && this.#io.sys.lstat(path).type === 'dir'
    );
  }

  #included(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const some = (globs: string[]): boolean => globs.some((glob) => globRegex(glob).test(name));
    const include = this.#options.all('include');
    if (some(this.#options.all('exclude'))) return false;
    return include.length === 0 || some(include);
  }

  async #complain(path: string, error: unknown, reading = false): Promise<void> {
    this.failed = true;
    if (this.#options.has('s')) this.#io.reason(error);
    else await inputError(this.#io, path, error, { busybox: '%s: %e' }, reading);
  }

  async file(path: string): Promise<void> {
    const io = this.#io;
    let fd: number;
    try {
      fd = io.open(path);
    } catch (error) {
      await this.#complain(path, error);
      return;
    }
    try {
      await this.#stream(fd, path === '-' ? (this.#options.get('label') ?? '(standard input)') : path);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'EISDIR' && !io.busybox) {
        if (!this.#options.has('s')) await io.fail(`${path}: Is a directory`);
        this.failed = true;
      } else if (error.code === 'EISDIR') {
        // busybox reads nothing from a directory and says nothing
      } else await this.#complain(path, error, true);
    }
    io.close(fd);
  }

  #paint(text: string, code: string): string {
    return this.#colour && text !== '' ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text;
  }

  #prefix(path: string, number: number, offset: number, separator: string): string {
    const mark = this.#paint(separator, '36');
    let out = '';
    if (this.#named) out += this.#paint(byteString(path), '35') + (this.#options.has('Z') ? '\0' : mark);
    if (this.#options.has('n')) out += this.#paint(String(number), '32') + mark;
    if (this.#options.has('b')) out += this.#paint(String(offset), '32') + mark;
    return out;
  }

  async #stream(fd: number, path: string): Promise<void> {
    const io = this.#io;
    const options = this.#options;
    const has = (key: string): boolean => options.has(key);
    const end = has('z') ? '\0' : '\n';
    const silent = has('q') || has('c') || has('l') || has('L');
    const invert = has('v');
    let [number, count, offset] = [0, 0, 0];
    let pending: [number, string, number][] = [];
    let trailing = 0;
    let lastPrinted = 0;
    let binary = false;
    const first = await io.sys.read(fd, 32768);
    if (first.length > 0 && !has('a') && !has('z') && !io.busybox && first.includes(0)) binary = true;
    const chunks = this.#chunks(fd, first, end);
    outer: for await (const lines of chunks) {
      for (const line of lines) {
        number++;
        const at = offset;
        offset += line.length + 1;
        const spans = this.#match.find(line, !(has('o') || this.#colour) || invert);
        const hit = spans.length > 0 !== invert;
        if (hit && count < this.#limit) {
          count++;
          this.matched = true;
          if (has('q')) {
            this.done = true;
            return;
          }
          if (has('l') || has('L')) {
            break outer;
          }
          if (!silent && binary) {
            await io.out(`${io.name}: ${path}: binary file matches\n`);
            return;
          }
          if (!silent) {
            if (
              (this.#before > 0 || this.#after > 0) &&
              this.#grouped &&
              lastPrinted + 1 < (pending[0]?.[0] ?? number) &&
              !has('no-group-separator')
            ) {
              if (!has('o')) await io.raw(`${this.#paint(options.get('group-separator') ?? '--', '36')}\n`);
            }
            for (const [n, text, o] of pending)
              await io.raw(`${this.#prefix(path, n, o, '-')}${has('o') ? '' : text}${end}`);
            pending = [];
            await this.#line(path, number, at, line, spans, end);
            this.#grouped = true;
            lastPrinted = number;
          }
          trailing = this.#after;
          if (count >= this.#limit && trailing === 0) {
            break outer;
          }
        } else if (count >= this.#limit && (trailing === 0 || hit)) {
          break outer;
        } else if (!silent && trailing > 0) {
          trailing--;
          if (!has('o')) await io.raw(`${this.#prefix(path, number, at, '-')}${line}${end}`);
          lastPrinted = number;
        } else if (this.#before > 0 && !silent && !has('o')) {
          pending.push([number, line, at]);
          if (pending.length > this.#before) pending.shift();
        }
      }
      if (has('line-buffered')) await io.flush();
    }
    if (has('c')) {
      const head = this.#named ? this.#paint(byteString(path), '35') + this.#paint(':', '36') : '';
      await io.raw(`${head}${count}\n`);
    }
    if (has('l') && count > 0) await io.raw(this.#paint(byteString(path), '35') + (has('Z') ? '\0' : '\n'));
    if (has('L')) {
      if (count === 0) {
        await io.raw(`${byteString(path)}\n`);
        this.matched = true;
      } else this.matched = this.matched && !has('L');
    }
  }

  async *#chunks(fd: number, first: Uint8Array, end: string): AsyncGenerator<string[]> {
    let rest = '';
    for (let block = first; block.length > 0; block = await this.#io.sys.read(fd, 65536)) {
      const lines = (rest + fromBytes(block)).split(end);
      rest = lines.pop()!;
      yield lines;
      await this.#io.sys.tick();
    }
    if (rest !== '') yield [rest];
  }

  async #line(
    path: string,
    number: number,
    at: number,
    line: string,
    spans: readonly [number, number][],
    end: string,
  ): Promise<void> {
    const io = this.#io;
    const invert = this.#options.has('v');
    if (this.#options.has('o')) {
      if (invert) return;
      for (const [from, to] of spans) {
        if (to > from)
          await io.raw(
            `${this.#prefix(path, number, at + from, ':')}${this.#paint(line.slice(from, to), '01;31')}${end}`,
          );
      }
      return;
    }
    let text = line;
    if (this.#colour && !invert) {
      text = '';
      let done = 0;
      for (const [from, to] of spans) {
        text += line.slice(done, from) + this.#paint(line.slice(from, to), '01;31');
        done = to;
      }
      text += line.slice(done);
    }
    await io.raw(`${this.#prefix(path, number, at, ':')}${text}${end}`);
  }
}

export const grep: Tool = run('G');
export const egrep: Tool = run('E');
export const fgrep: Tool = run('F');
