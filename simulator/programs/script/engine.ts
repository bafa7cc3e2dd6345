/** awk and jq: a library's interpreters, given what the tool reads through its own system calls. */
import { Bash } from 'just-bash/browser';
import { isErrno } from '../../kernel/errno.ts';
import { join } from '../format.ts';
import type { Io, Tool } from '../io.ts';
import { decode, fromBytes } from '../text.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs `command` over `args`; `files` are the operands that it may open, by the name it knows them under. */
async function run(
  io: Io,
  command: string,
  args: readonly string[],
  stdin: string,
  files: readonly string[],
): Promise<Result> {
  const contents: Record<string, string> = {};
  for (const path of files) {
    const absolute = path.startsWith('/') ? path : join(io.sys.cwd(), path);
    contents[absolute] = decode(io.sys.readFile(path));
  }
  const cwd = io.sys.cwd();
  const bash = new Bash({ files: { [join(cwd, '.keep')]: '', ...contents }, cwd, env: { ...io.sys.env } });
  return io.sys.external(bash.exec(command, { args: [...args], stdin, rawScript: true, cwd }));
}

async function stdinText(io: Io): Promise<string> {
  return fromBytes(await io.all(0));
}

async function finish(io: Io, result: Result): Promise<number> {
  // Its output is text; a terminal and a pipe get it as UTF-8.
  await io.out(result.stdout);
  if (result.stderr !== '') await io.error(result.stderr);
  return result.exitCode;
}

/** awk(1). */
export const awk: Tool = async (io) => {
  const args = [...io.args];
  const passed: string[] = [];
  let program: string | undefined;
  while (args.length > 0 && args[0]!.startsWith('-') && args[0] !== '-') {
    const word = args.shift()!;
    if (word === '--') break;
    if (word === '--version' || word === '-W') {
      await io.out(
        io.busybox ? 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n' : 'mawk 1.3.4 20200120\n',
      );
      return 0;
    }
    const letter = word[1]!;
    const value = word.length > 2 ? word.slice(2) : args.shift();
    if ((letter !== 'F' && letter !== 'v' && letter !== 'f') || value === undefined) {
      await io.error(io.busybox ? `awk: invalid option -- '${letter}'\n` : `${io.name}: not an option: ${word}\n`);
      return io.busybox ? 1 : 2;
    }
    if (letter === 'f') {
      try {
        program = `${program === undefined ? '' : `${program}\n`}${decode(await io.all(io.open(value)))}`;
      } catch (error) {
        return io.die(
          io.busybox ? `can't open '${value}': ${io.reason(error)}` : `cannot open ${value} (${io.reason(error)})`,
          io.busybox ? 1 : 2,
        );
      }
    } else passed.push(`-${letter}`, value);
  }
  program ??= args.shift();
  if (program === undefined) {
    await io.error(
      io.busybox
        ? 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: awk [OPTIONS] [AWK_PROGRAM] [FILE]...\n'
        : 'Usage: mawk [Options] [Program] [file ...]\n',
    );
    return io.busybox ? 1 : 2;
  }
  const files = args.filter((arg) => arg !== '-' && !/^[A-Za-z_]\w*=/.test(arg));
  for (const path of files) {
    try {
      if (io.sys.stat(path).type !== 'dir') continue;
      await io.error(
        io.busybox ? `awk: ${path}: Is a directory\n` : `${io.name}: cannot read ${path} (Is a directory)\n`,
      );
    } catch (error) {
      await io.error(
        io.busybox
          ? `awk: ${path}: ${io.reason(error)}\n`
          : `${io.name}: cannot open "${path}" (${io.reason(error)})\n`,
      );
    }
    return 2;
  }
  // A program of BEGIN alone reads nothing.
  const reads =
    files.length === 0 &&
    !/^\s*BEGIN\s*\{[^]*\}\s*$/.test(program.replace(/\}\s*(?:END|\/|\{)[^]*/, (m) => `\u0001${m}`));
  const stdin = reads || args.includes('-') ? await stdinText(io) : '';
  return finish(io, await run(io, 'awk', [...passed, program, ...args], stdin, files));
};

/** jq(1). */
export const jq: Tool = async (io) => {
  const args = [...io.args];
  if (args.includes('--version') || args.includes('-V')) {
    await io.out('jq-1.6\n');
    return 0;
  }
  const operands: string[] = [];
  const options: string[] = [];
  let filterFile: string | undefined;
  let nullInput = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (word === '--arg' || word === '--argjson') options.push(word, args[++i] ?? '', args[++i] ?? '');
    else if (word === '--slurpfile' || word === '--rawfile') {
      const [name, path] = [args[++i] ?? '', args[++i] ?? ''];
      const text = io.sys.readText(path);
      options.push('--argjson', name, word === '--rawfile' ? JSON.stringify(text) : `[${text}]`);
    } else if (word === '--indent') options.push(word, args[++i] ?? '2');
    else if (word === '-f' || word === '--from-file') filterFile = args[++i] ?? '';
    else if (word === '--args' || word === '--jsonargs') {
      options.push(word, ...args.slice(i + 1));
      break;
    } else if (word.startsWith('-') && word !== '-') {
      if (word === '-M' || word === '--monochrome-output') continue;
      if (word === '--null-input' || /^-[a-zA-Z]*n/.test(word)) nullInput = true;
      options.push(word);
    } else operands.push(word);
  }
  const filter = filterFile === undefined ? operands.shift() : io.sys.readText(filterFile);
  if (filter === undefined) {
    await io.error('jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n');
    return 2;
  }
  let missing = false;
  const files: string[] = [];
  for (const path of operands) {
    try {
      io.sys.stat(path);
      files.push(path);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await io.error(`jq: error: Could not open ${path}: ${error.message}\n`);
      missing = true;
    }
  }
  if (missing && files.length === 0) return 2;
  const stdin = files.length === 0 && !nullInput ? decode(await io.all(0)) : '';
  if (stdin.trim() === '' && files.length === 0 && !nullInput) return 0;
  const colour = io.sys.isatty(1) && !options.includes('-C') ? ['-C'] : [];
  const code = await finish(io, await run(io, 'jq', [...colour, ...options, filter, ...files], stdin, files));
  return missing ? 2 : code;
};
