/** find: reads its expression into a tree of tests and actions and walks with it. */
import type { FileType, Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import { parseDate, strftime } from '../dates.ts';
import { baseName, dirName, join, modeString, quote } from '../format.ts';
import { Names } from '../identity.ts';
import { Exit, type Io, type Tool } from '../io.ts';
import { applyMode } from '../modes.ts';
import { BUSYBOX_BANNER } from '../options.ts';
import { unescape } from '../printf.ts';
import { compile, globRegex } from '../regex.ts';
import { resultCode } from '../system/environment.ts';
import { ask } from '../files/walk.ts';

interface Visit {
  readonly path: string;
  /** The operand the path was found under. */
  readonly start: string;
  readonly depth: number;
  readonly stat: Stat;
}

type Test = (visit: Visit) => boolean | Promise<boolean>;

const TYPES: Record<string, FileType> = {
  f: 'file',
  d: 'dir',
  l: 'symlink',
  c: 'char',
  b: 'block',
  p: 'fifo',
  s: 'socket',
};

/** `+5`, `-5` or `5` against a number. */
function numeric(text: string): ((n: number) => boolean) | undefined {
  const match = /^([+-]?)(\d+)$/.exec(text);
  if (!match) return undefined;
  const wanted = Number(match[2]);
  return match[1] === '+' ? (n) => n > wanted : match[1] === '-' ? (n) => n < wanted : (n) => n === wanted;
}

class Finder {
  readonly #io: Io;
  readonly #names: Names;
  readonly #args: string[];
  maxDepth = Infinity;
  minDepth = 0;
  depthFirst = false;
  follow: 'never' | 'operands' | 'always' = 'never';
  oneFileSystem = false;
  acted = false;
  failed = false;
  pruned = false;
  quit = false;
  readonly #batches: { argv: string[]; paths: string[]; dir: boolean }[] = [];
  readonly #now: number;

  constructor(io: Io, args: readonly string[]) {
    this.#io = io;
    this.#names = new Names(io.sys);
    this.#args = [...args];
    this.#now = io.sys.now();
  }

  async parse(): Promise<Test> {
    if (this.#args.length === 0) return () => true;
    const test = await this.#or();
    if (this.#args.length > 0) {
      const word = this.#args[0]!;
      if (this.#io.busybox) await this.#io.die(`unrecognized: ${word}`);
      if (word === ')') await this.#io.die("invalid expression; you have too many ')'");
      await this.#io.die(
        word.startsWith('-') ? `unknown predicate \`${word}'` : `paths must precede expression: \`${word}'`,
      );
    }
    return test;
  }

  async #or(): Promise<Test> {
    let left = await this.#comma();
    while (this.#args[0] === '-o' || this.#args[0] === '-or') {
      this.#args.shift();
      const [a, b] = [left, await this.#comma()];
      left = async (v) => (await a(v)) || (await b(v));
    }
    if (this.#args[0] === ',') {
      this.#args.shift();
      const [a, b] = [left, await this.#or()];
      return async (v) => {
        await a(v);
        return b(v);
      };
    }
    return left;
  }

  async #comma(): Promise<Test> {
    let left = await this.#not();
    for (;;) {
      const word = this.#args[0];
      if (word === undefined || word === '-o' || word === '-or' || word === ')' || word === ',') return left;
      if (word === '-a' || word === '-and') this.#args.shift();
      const [a, b] = [left, await this.#not()];
      left = async (v) => (await a(v)) && (await b(v));
    }
  }

  async #not(): Promise<Test> {
    const word = this.#args[0];
    if (word === '!' || word === '-not') {
      this.#args.shift();
      if (this.#args.length === 0) await this.#io.die(`expected an expression after '${word}'`);
      const inner = await this.#not();
      return async (v) => !(await inner(v));
    }
    if (word === '(') {
      this.#args.shift();
      if (this.#args[0] === ')') await this.#io.die('invalid expression; empty parentheses are not allowed.');
      const inner = await this.#or();
      if (this.#args.shift() !== ')')
        await this.#io.die("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.#primary();
  }

  async #value(name: string): Promise<string> {
    const value = this.#args.shift();
    if (value === undefined)
      await this.#io.die(this.#io.busybox ? `${name} requires an argument` : `missing argument to \`${name}'`);
    return value!;
  }

  async #number(name: string, text: string): Promise<(n: number) => boolean> {
    const test = numeric(text);
    if (test === undefined)
      await this.#io.die(this.#io.busybox ? `invalid number '${text}'` : `invalid argument \`${text}' to \`${name}'`);
    return test!;
  }

  async #primary(): Promise<Test> {
    const io = this.#io;
    const word = this.#args.shift()!;
    const glob = async (ignoreCase: boolean, of: (v: Visit) => string): Promise<Test> => {
      const pattern = globRegex(await this.#value(word), { ignoreCase });
      return (v) => pattern.test(of(v));
    };
    const age = async (unit: number, of: (s: Stat) => number): Promise<Test> => {
      const test = await this.#number(word, await this.#value(word));
      return ({ stat }) => test(Math.floor((this.#now - of(stat)) / unit));
    };
    switch (word) {
      case '-name':
      case '-iname':
        return glob(word === '-iname', (v) => baseName(v.path));
      case '-path':
      case '-wholename':
      case '-ipath':
        return glob(word === '-ipath', (v) => v.path);
      case '-lname': {
        const pattern = globRegex(await this.#value(word));
        return ({ path, stat }) => stat.type === 'symlink' && pattern.test(io.sys.readlink(path));
      }
      case '-regex':
      case '-iregex': {
        const pattern = compile(`^(${await this.#value(word)})$`.replace(/^\^\((.*)\)\$$/s, '^\\($1\\)$'), {
          ignoreCase: word === '-iregex',
        });
        return (v) => pattern.test(v.path);
      }
      case '-type':
      case '-xtype': {
        const text = await this.#value(word);
        const types = text.split(',').map((c) => TYPES[c]);
        if (types.includes(undefined))
          await io.die(io.busybox ? `invalid argument '${text}' to '-type'` : `Unknown argument to ${word}: ${text}`);
        return ({ stat }) => types.includes(stat.type);
      }
      case '-size': {
        const text = await this.#value(word);
        const match = /^([+-]?\d+)([bcwkMG]?)$/.exec(text);
        if (!match) await io.die(io.busybox ? `invalid number '${text}'` : `invalid argument \`${text}' to \`-size'`);
        const unit = { '': 512, b: 512, c: 1, w: 2, k: 1024, M: 1048576, G: 1073741824 }[match![2] as '' | 'b']!;
        const test = numeric(match![1]!)!;
        return ({ stat }) => test(Math.ceil(stat.size / unit));
      }
      case '-mtime':
        return age(86400000, (s) => s.mtime);
      case '-atime':
        return age(86400000, (s) => s.atime);
      case '-ctime':
        return age(86400000, (s) => s.ctime);
      case '-mmin':
        return age(60000, (s) => s.mtime);
      case '-amin':
        return age(60000, (s) => s.atime);
      case '-cmin':
        return age(60000, (s) => s.ctime);
      case '-newer':
      case '-anewer':
      case '-cnewer': {
        const path = await this.#value(word);
        try {
          const { mtime } = io.sys.stat(path);
          return ({ stat }) => stat.mtime > mtime;
        } catch (error) {
          return io.die(io.busybox ? `${path}: ${io.reason(error)}` : `${quote(path)}: ${io.reason(error)}`);
        }
      }
      case '-newermt': {
        const time = parseDate(await this.#value(word), this.#now);
        if (time === undefined) return io.die('I cannot figure out how to interpret that as a date or time');
        return ({ stat }) => stat.mtime > time;
      }
      case '-perm': {
        const text = await this.#value(word);
        const kind = /^[-/+]/.test(text) ? text[0]! : '';
        const mode = applyMode(kind === '' ? text : text.slice(1), 0, false);
        if (mode === undefined) return io.die(io.busybox ? `invalid mode '${text}'` : `invalid mode ${quote(text)}`);
        if (kind === '-') return ({ stat }) => (stat.mode & mode) === mode;
        if (kind === '/' || kind === '+') return ({ stat }) => mode === 0 || (stat.mode & mode) !== 0;
        return ({ stat }) => stat.mode === mode;
      }
      case '-user': {
        const text = await this.#value(word);
        const uid = this.#names.findUser(text);
        if (uid === undefined)
          return io.die(io.busybox ? `unknown user ${text}` : `'${text}' is not the name of a known user`);
        return ({ stat }) => stat.uid === uid;
      }
      case '-group': {
        const text = await this.#value(word);
        const gid = this.#names.findGroup(text);
        if (gid === undefined)
          return io.die(io.busybox ? `unknown group ${text}` : `'${text}' is not the name of an existing group`);
        return ({ stat }) => stat.gid === gid;
      }
      case '-uid': {
        const test = await this.#number(word, await this.#value(word));
        return ({ stat }) => test(stat.uid);
      }
      case '-gid': {
        const test = await this.#number(word, await this.#value(word));
        return ({ stat }) => test(stat.gid);
      }
      case '-nouser':
        return ({ stat }) => this.#names.user(stat.uid) === undefined;
      case '-nogroup':
        return ({ stat }) => this.#names.group(stat.gid) === undefined;
      case '-links': {
        const test = await this.#number(word, await this.#value(word));
        return ({ stat }) => test(stat.nlink);
      }
      case '-inum': {
        const test = await this.#number(word, await this.#value(word));
        return ({ stat }) => test(stat.ino);
      }
      case '-samefile': {
        const target = io.sys.stat(await this.#value(word));
        return ({ stat }) => stat.dev === target.dev && stat.ino === target.ino;
      }
      case '-empty':
        return ({ stat, path }) =>
          stat.type === 'dir' ? io.sys.readdir(path).length === 0 : stat.type === 'file' && stat.size === 0;
      case '-readable':
        return ({ path }) => io.sys.access(path, { read: true });
      case '-writable':
        return ({ path }) => io.sys.access(path, { write: true });
      case '-executable':
        return ({ path }) => io.sys.access(path, { execute: true });
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-maxdepth':
      case '-mindepth': {
        const text = await this.#value(word);
        if (!/^\d+$/.test(text))
          await io.die(
            io.busybox
              ? `invalid number '${text}'`
              : `Expected a positive decimal integer argument to ${word}, but got ${quote(text)}`,
          );
        if (word === '-maxdepth') this.maxDepth = Number(text);
        else this.minDepth = Number(text);
        return () => true;
      }
      case '-depth':
      case '-d':
        this.depthFirst = true;
        return () => true;
      case '-follow':
        this.follow = 'always';
        return () => true;
      case '-xdev':
      case '-mount':
        this.oneFileSystem = true;
        return () => true;
      case '-daystart':
      case '-noleaf':
      case '-ignore_readdir_race':
      case '-warn':
      case '-nowarn':
        return () => true;
      case '-regextype':
        await this.#value(word);
        return () => true;
      case '-prune':
        return () => {
          this.pruned = true;
          return true;
        };
      case '-quit':
        this.acted = true;
        return () => {
          this.quit = true;
          return true;
        };
      case '-print':
      case '-print0': {
        this.acted = true;
        const end = word === '-print' ? '\n' : '\0';
        return async (v) => {
          await io.out(v.path + end);
          return true;
        };
      }
      case '-printf': {
        this.acted = true;
        const format = await this.#value(word);
        return async (v) => {
          await io.out(this.#format(format, v));
          return true;
        };
      }
      case '-ls':
        this.acted = true;
        return async (v) => {
          const { stat } = v;
          const target = stat.type === 'symlink' ? ` -> ${io.sys.readlink(v.path)}` : '';
          await io.out(
            `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeString(stat.type, stat.mode)} ${String(stat.nlink).padStart(3)} ${this.#names.userName(stat.uid).padEnd(8)} ${this.#names.groupName(stat.gid).padEnd(8)} ${String(stat.size).padStart(8)} ${strftime('%b %e %H:%M', stat.mtime)} ${v.path}${target}\n`,
          );
          return true;
        };
      case '-delete':
        this.acted = true;
        this.depthFirst = true;
        return async (v) => {
          if (v.path === '.') return true;
          try {
            if (v.stat.type === 'dir') io.sys.rmdir(v.path);
            else io.sys.unlink(v.path);
            return true;
          } catch (error) {
            await io.fail(
              io.busybox ? `${v.path}: ${io.reason(error)}` : `cannot delete ${quote(v.path)}: ${io.reason(error)}`,
            );
            this.failed = true;
            return false;
          }
        };
      case '-exec':
      case '-execdir':
      case '-ok':
      case '-okdir':
        return this.#exec(word);
      default:
        if (io.busybox) return io.die(`unrecognized: ${word}`);
        if (word.startsWith('-')) return io.die(`unknown predicate \`${word}'`);
        return io.die(`paths must precede expression: \`${word}'`);
    }
  }

  async #exec(word: string): Promise<Test> {
    const io = this.#io;
    this.acted = true;
    const argv: string[] = [];
    for (;;) {
      const next = this.#args.shift();
      if (next === undefined)
        return io.die(io.busybox ? `${word} requires an argument` : `missing argument to \`${word}'`);
      if (next === ';') break;
      if (next === '+' && argv.at(-1) === '{}') {
        argv.pop();
        const batch = { argv, paths: [] as string[], dir: word === '-execdir' };
        this.#batches.push(batch);
        return async (v) => {
          batch.paths.push(v.path);
          if (batch.paths.length >= 4096) await this.#runBatch(batch);
          return true;
        };
      }
      argv.push(next);
    }
    if (argv.length === 0) return io.die(`invalid argument \`;' to \`${word}'`);
    const inDir = word.endsWith('dir');
    return async (v) => {
      const shown = inDir ? `./${baseName(v.path)}` : v.path;
      const words = argv.map((arg) => arg.replaceAll('{}', () => shown));
      if (word.startsWith('-ok') && !(await ask(io, `< ${argv[0]} ... ${v.path} > ? `))) return false;
      return (await this.#run(words, inDir ? dirName(v.path) : undefined)) === 0;
    };
  }

  async #run(argv: readonly string[], cwd?: string): Promise<number> {
    const io = this.#io;
    await io.flush();
    try {
      return resultCode(await io.sys.wait(io.sys.spawn({ argv, ...(cwd === undefined ? {} : { cwd }) })));
    } catch (error) {
      await io.fail(io.busybox ? `${argv[0]}: ${io.reason(error)}` : `${quote(argv[0]!)}: ${io.reason(error)}`);
      return 127;
    }
  }

  async #runBatch(batch: { argv: string[]; paths: string[] }): Promise<void> {
    const paths = batch.paths.splice(0);
    if (paths.length === 0) return;
    if ((await this.#run([...batch.argv, ...paths])) !== 0) this.failed = true;
  }

  async finish(): Promise<void> {
    for (const batch of this.#batches) await this.#runBatch(batch);
  }

  #format(format: string, v: Visit): string {
    const { stat } = v;
    const below = v.path === v.start ? '' : v.path.slice(v.start.endsWith('/') ? v.start.length : v.start.length + 1);
    return unescape(format, 'printf').text.replace(
      /%([-0 ]*)(\d*)(?:([ATC])(.)|(.))/g,
      (
        whole,
        flags: string,
        width: string,
        time: string | undefined,
        part: string | undefined,
        c: string | undefined,
      ) => {
        const value = ((): string => {
          if (time !== undefined) {
            const ms = { A: stat.atime, T: stat.mtime, C: stat.ctime }[time as 'A']!;
            if (part === '@') return (ms / 1000).toFixed(10);
            if (part === '+') return strftime('%Y-%m-%d+%H:%M:%S.%N0', ms);
            return strftime(`%${part}`, ms);
          }
          switch (c) {
            case '%':
              return '%';
            case 'p':
              return v.path;
            case 'f':
              return baseName(v.path);
            case 'h':
              return v.path.includes('/') ? v.path.slice(0, v.path.lastIndexOf('/')) : '.';
            case 'P':
              return below;
            case 'H':
              return v.start;
            case 'd':
              return String(v.depth);
            case 's':
              return String(stat.size);
            case 'k':
              return String(Math.ceil(stat.blocks / 2));
            case 'b':
              return String(stat.blocks);
            case 'm':
              return stat.mode.toString(8);
            case 'M':
              return modeString(stat.type, stat.mode);
            case 'u':
              return this.#names.userName(stat.uid);
            case 'g':
              return this.#names.groupName(stat.gid);
            case 'U':
              return String(stat.uid);
            case 'G':
              return String(stat.gid);
            case 'i':
              return String(stat.ino);
            case 'n':
              return String(stat.nlink);
            case 'y':
            case 'Y':
              return Object.entries(TYPES).find(([, type]) => type === stat.type)![0];
            case 'l':
              return stat.type === 'symlink' ? this.#io.sys.readlink(v.path) : '';
            case 't':
              return strftime('%a %b %e %H:%M:%S.%N0 %Y', stat.mtime);
            default:
              return whole;
          }
        })();
        const size = Number(width || 0);
        return flags.includes('-') ? value.padEnd(size) : value.padStart(size, flags.includes('0') ? '0' : ' ');
      },
    );
  }

  async walk(path: string, start: string, depth: number, test: Test, device: number | undefined): Promise<void> {
    const io = this.#io;
    if (this.quit) return;
    let stat: Stat;
    const follow = this.follow === 'always' || (depth === 0 && this.follow === 'operands');
    try {
      stat = io.sys.lstat(path);
      if (follow && stat.type === 'symlink') {
        try {
          stat = io.sys.stat(path);
        } catch (error) {
          if (!isErrno(error)) throw error; // a dangling link is itself
        }
      }
    } catch (error) {
      await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `${quote(path)}: ${io.reason(error)}`);
      this.failed = true;
      return;
    }
    const visit: Visit = { path, start, depth, stat };
    this.pruned = false;
    const apply = async (): Promise<void> => {
      if (depth >= this.minDepth) await test(visit);
    };
    if (!this.depthFirst) await apply();
    const enter =
      stat.type === 'dir' &&
      depth < this.maxDepth &&
      !this.pruned &&
      (device === undefined || stat.dev === device || !this.oneFileSystem);
    if (enter && !this.quit) {
      let entries: readonly { name: string }[] = [];
      try {
        entries = io.sys.readdir(path);
      } catch (error) {
        await io.fail(io.busybox ? `${path}: ${io.reason(error)}` : `${quote(path)}: ${io.reason(error)}`);
        this.failed = true;
      }
      for (const { name } of entries) {
        await this.walk(join(path, name), start, depth + 1, test, device ?? stat.dev);
        await io.sys.tick();
      }
    }
    if (this.depthFirst && !this.quit) await apply();
  }
}

/** find(1). */
export const find: Tool = async (io) => {
  const args = [...io.args];
  let follow: 'never' | 'operands' | 'always' = 'never';
  while (args.length > 0 && /^-(?:[HLP]|O\d)$/.test(args[0]!)) {
    const option = args.shift()!;
    follow = option === '-L' ? 'always' : option === '-H' ? 'operands' : 'never';
  }
  const paths: string[] = [];
  while (args.length > 0 && !/^[-(),!]/.test(args[0]!)) paths.push(args.shift()!);
  if (args[0] === '--help') {
    await (io.busybox
      ? io.error(`${BUSYBOX_BANNER}\n\nUsage: find [-HL] [PATH]... [OPTIONS] [ACTIONS]\n`)
      : io.out('Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]\n'));
    throw new Exit(0);
  }
  const finder = new Finder(io, args);
  finder.follow = follow;
  const test = await finder.parse();
  const whole: Test = finder.acted
    ? test
    : async (v) => {
        if (await test(v)) await io.out(`${v.path}\n`);
        return true;
      };
  for (const path of paths.length === 0 ? ['.'] : paths) await finder.walk(path, path, 0, whole, undefined);
  await finder.finish();
  return finder.failed ? 1 : 0;
};
