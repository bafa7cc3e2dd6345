/** python3: scripts, -c, -m, standard input and the prompt, run by an interpreter that the host provides. */
import { isErrno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/abi.ts';
import type { Program } from '../../kernel/programs.ts';
import { PRELUDE } from './prelude.ts';
import type { PythonFailure, PythonFiles, PythonLoader, PythonRuntime } from './runtime.ts';
import { serveFiles, serveHandler } from './servers.ts';
import { pythonVersion, sitePackages } from './site.ts';
import { standardInput } from '../standard-input.ts';

/** What a program that had to wait is given when it runs again up to the same place. */
type Answer = { readonly line: string } | { readonly slept: true };
type Wait =
  | { readonly kind: 'line' }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'serve'; readonly host: string; readonly port: number };

const filesOf = (sys: Sys): PythonFiles => ({
  stat: (path) => {
    const s = sys.stat(path);
    return {
      type: s.type === 'file' || s.type === 'dir' ? s.type : 'other',
      size: s.size,
      mode: s.mode,
      mtime: s.mtime,
    };
  },
  readdir: (path) => sys.readdir(path).map((e) => e.name),
  read: (path) => sys.readFile(path),
  write: (path, data) => sys.writeFile(path, data),
  mkdir: (path, mode) => sys.mkdir(path, mode),
  unlink: (path) => sys.unlink(path),
  rmdir: (path) => sys.rmdir(path),
  rename: (from, to) => sys.rename(from, to),
});

/** Messages that CPython words differently. */
const WORDS: readonly [RegExp, string][] = [
  [/^ZeroDivisionError: divide by zero$/m, 'ZeroDivisionError: division by zero'],
  [/^ImportError: no module named '(.*)'$/m, "ModuleNotFoundError: No module named '$1'"],
  [/^NameError: name '(.*)' isn't defined$/m, "NameError: name '$1' is not defined"],
  [/^OSError: (\[Errno \d+\] (?:No such|File exists|Permission|Is a dir|Not a dir).*)$/m, 'OSError: $1'],
];

/** The traceback as CPython prints it for `source`: the file's name, and the line of each frame. */
export function pythonTraceback(failure: PythonFailure, name: string, source: string | undefined): string {
  let text = failure.traceback.replace(/^ {2}File "<frozen>".*\n/gm, '');
  for (const [pattern, words] of WORDS) text = text.replace(pattern, words);
  const lines = source?.split('\n');
  return text.replace(/^( {2}File )"<stdin>"(, line (\d+).*)$/gm, (_, file: string, rest: string, n: string) => {
    const line = lines?.[Number(n) - 1]?.trim();
    return `${file}"${name}"${rest}${line ? `\n    ${line}` : ''}`;
  });
}

class Interpreter {
  readonly #sys: Sys;
  readonly #load: PythonLoader;
  readonly #argv: readonly string[];
  readonly #answers: Answer[] = [];
  #cursor = 0;
  #wait: Wait | undefined;
  /** Output still to be written, and how much of it was written in earlier attempts. */
  #chunks: Uint8Array[] = [];
  #written = 0;
  #seen = 0;
  readonly started: number;
  runtime: PythonRuntime | undefined;

  constructor(sys: Sys, load: PythonLoader, argv: readonly string[]) {
    this.#sys = sys;
    this.#load = load;
    this.#argv = argv;
    this.started = sys.now();
  }

  readonly #out = (bytes: Uint8Array): void => {
    const skip = Math.max(0, Math.min(bytes.length, this.#written - this.#seen));
    this.#seen += bytes.length;
    if (skip < bytes.length) this.#chunks.push(bytes.slice(skip));
  };
  async #flush(): Promise<void> {
    if (!this.#chunks.length) return;
    const all = new Uint8Array(this.#chunks.reduce((n, c) => n + c.length, 0));
    let at = 0;
    for (const c of this.#chunks) {
      all.set(c, at);
      at += c.length;
    }
    this.#chunks = [];
    this.#written += all.length;
    await this.#sys.write(1, all);
  }

  async #fresh(): Promise<PythonRuntime> {
    const sys = this.#sys;
    this.#cursor = 0;
    this.#seen = 0;
    const next = <T>(wait: Wait, take: (answer: Answer) => T): T | null => {
      const answer = this.#answers[this.#cursor];
      if (answer) {
        this.#cursor++;
        return take(answer);
      }
      this.#wait = wait;
      return null;
    };
    const calls: Record<string, (...args: never[]) => string | number | null> = {
      input: () => next({ kind: 'line' }, (a) => ('line' in a ? a.line : '')),
      sleep: (seconds: never) => next({ kind: 'sleep', ms: Math.max(0, Number(seconds)) * 1000 }, () => 1),
      serve: (host: never, port: never) => {
        this.#wait = { kind: 'serve', host: String(host), port: Number(port) };
        return null;
      },
      now: () => sys.now(),
      uptime: () => sys.now() - this.started,
      environ: () => JSON.stringify(sys.env),
      ids: (which: never) => [sys.pid, sys.uid, sys.gid][Number(which)]!,
      uname: () => {
        const u = sys.uname();
        return [u.sysname, u.nodename, u.release, u.machine].join('\n');
      },
      version: () => pythonVersion(sys),
      log: (text: never) => {
        this.#chunks.push(new TextEncoder().encode(String(text)));
        return 1;
      },
    };
    this.runtime = await sys.external(this.#load({ out: this.#out, files: filesOf(sys), cwd: sys.cwd(), calls }));
    // Under a name of its own, so that its frames can be left out of tracebacks.
    const setup = `exec(compile(${JSON.stringify(PRELUDE)}, '<frozen>', 'exec'))\n_sys.argv = ${JSON.stringify(this.#argv)}\nsys.path[:] = ${JSON.stringify(this.#paths())} + sys.path\n__name__ = '__main__'\n`;
    const failed = this.runtime.run(setup);
    if (failed) throw new Error(failed.traceback);
    return this.runtime;
  }
  #paths(): string[] {
    const sys = this.#sys;
    const script = this.#argv[0] ?? '';
    const dir = script.includes('/') ? script.slice(0, script.lastIndexOf('/')) : sys.cwd();
    return [dir, sitePackages(sys), '/usr/lib/python3/dist-packages'];
  }

  /** Runs a whole program; where it has to wait, waits, and runs it again up to there with what came. */
  async program(source: string, name: string): Promise<number> {
    const sys = this.#sys;
    for (;;) {
      const runtime = await this.#fresh();
      this.#wait = undefined;
      const failure = runtime.run(source);
      await sys.compute(2);
      await this.#flush();
      const wait = this.#wait as Wait | undefined;
      if (wait && failure?.type === '_Block') {
        if (wait.kind === 'sleep') {
          await sys.sleep(wait.ms);
          this.#answers.push({ slept: true });
        } else if (wait.kind === 'line') this.#answers.push({ line: await readLine(sys) });
        else return serveHandler(sys, runtime, wait, () => this.#flush());
        continue;
      }
      return failure ? await this.#end(failure, name, source) : 0;
    }
  }

  async #end(failure: PythonFailure, name: string, source: string | undefined): Promise<number> {
    if (failure.type === 'SystemExit') {
      const value = /SystemExit: ?(.*)\s*$/.exec(failure.traceback)?.[1] ?? '';
      if (value === '' || value === 'None') return 0;
      if (/^-?\d+$/.test(value)) return Number(value) & 0xff;
      await this.#sys.write(2, `${value}\n`);
      return 1;
    }
    await this.#sys.write(2, pythonTraceback(failure, name, source));
    return 1;
  }

  /** The prompt. */
  async prompt(quiet: boolean): Promise<number> {
    const sys = this.#sys;
    const runtime = await this.#fresh();
    if (!quiet)
      await sys.write(
        1,
        `Python ${pythonVersion(sys)} (main) on linux\nType "help", "copyright", "credits" or "license" for more information.\n`,
      );
    let block = '';
    for (;;) {
      await sys.write(1, block === '' ? '>>> ' : '... ');
      const line = await readLine(sys);
      if (line === '\0') {
        await sys.write(1, '\n');
        return 0;
      }
      const opens = /:\s*(#.*)?$/.test(line);
      if (block !== '' || opens) {
        block += `${line}\n`;
        if (line.trim() !== '' || !block.trim()) continue;
      }
      const code = block === '' ? line : block;
      block = '';
      if (code.trim() === '') continue;
      const failure = runtime.run(`exec(compile(${JSON.stringify(code)}, '<stdin>', 'single'))`);
      await this.#flush();
      if (!failure) continue;
      if (failure.type === 'SystemExit') return this.#end(failure, '<stdin>', undefined);
      // The frames of the exec that carried the line are not the learner's.
      const own = failure.traceback.replace(/^ {2}File "<stdin>", line \d+, in <module>\n(?= {2}File)/m, '');
      await sys.write(2, pythonTraceback({ ...failure, traceback: own }, '<stdin>', undefined));
    }
  }
}

/** One line of standard input without its end; `\0` at its end. */
async function readLine(sys: Sys): Promise<string> {
  const bytes: number[] = [];
  for (;;) {
    const [byte] = await sys.read(0, 1);
    if (byte === undefined) return bytes.length ? new TextDecoder().decode(new Uint8Array(bytes)) : '\0';
    if (byte === 10) return new TextDecoder().decode(new Uint8Array(bytes));
    bytes.push(byte);
  }
}

/** The program `python3` on an interpreter. */
export const python =
  (load: PythonLoader): Program =>
  async (sys) => {
    const args = sys.argv.slice(1);
    let quiet = false;
    while (args[0]?.startsWith('-') && args[0] !== '-' && args[0] !== '-c' && args[0] !== '-m') {
      const flag = args.shift()!;
      if (flag === '-V' || flag === '--version') {
        await sys.write(1, `Python ${pythonVersion(sys)}\n`);
        return 0;
      }
      if (flag === '-q') quiet = true;
      else if (!/^-[BEIOSbdisuvx]+$/.test(flag)) {
        await sys.write(
          2,
          `unknown option ${flag}\nusage: ${sys.argv[0]} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry \`python -h' for more information.\n`,
        );
        return 2;
      }
    }
    const [first, ...rest] = args;
    if (first === '-c') {
      if (rest[0] === undefined) {
        await sys.write(2, 'Argument expected for the -c option\n');
        return 2;
      }
      return new Interpreter(sys, load, ['-c', ...rest.slice(1)]).program(rest[0], '<string>');
    }
    if (first === '-m') {
      if (rest[0] === 'http.server') return serveFiles(sys, rest.slice(1));
      if (rest[0] === 'pip') return (await sys.external(import('./pip.ts'))).runPip(sys, rest.slice(1));
      const name = `${rest[0] ?? ''}.py`;
      try {
        return await new Interpreter(sys, load, [`${sys.cwd()}/${name}`, ...rest.slice(1)]).program(
          sys.readText(name),
          name,
        );
      } catch (error) {
        if (!isErrno(error)) throw error;
        await sys.write(2, `${sys.argv[0]}: No module named ${rest[0]}\n`);
        return 1;
      }
    }
    if (first === undefined && sys.isatty(0)) return new Interpreter(sys, load, ['']).prompt(quiet);
    if (first === undefined || first === '-')
      return new Interpreter(sys, load, ['-', ...rest]).program(await standardInput(sys), '<stdin>');
    let source: string;
    try {
      source = sys.readText(first);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await sys.write(
        2,
        `${sys.argv[0]}: can't open file '${first.startsWith('/') ? first : `${sys.cwd().replace(/\/$/, '')}/${first}`}': [Errno ${error.number}] ${error.message}\n`,
      );
      return 2;
    }
    return new Interpreter(sys, load, [first, ...rest]).program(
      source,
      first.startsWith('/') ? first : `${sys.cwd().replace(/\/$/, '')}/${first}`,
    );
  };
