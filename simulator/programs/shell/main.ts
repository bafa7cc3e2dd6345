/** The shells as programs: options, then a command string, a script, standard input or a terminal. */
import type { Sys } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Program } from '../../kernel/programs.ts';
import type { Flavour } from './ast.ts';
import { readAll, setOption } from './builtins.ts';
import { decode } from './bytes.ts';
import { ShellError } from './errors.ts';
import { execute, runText, warnUnfinished } from './execute.ts';
import { ParseError } from './lexer.ts';
import { parseErrorText } from './messages.ts';
import { Parser } from './parser.ts';
import { OPTION_LETTERS, Shell } from './shell.ts';
import { start } from './start.ts';

/** bash 5.2 as Debian has it. */
export const bash: Program = (sys) => run(sys, 'bash');
/** dash 0.5.12, Debian's /bin/sh. */
export const dash: Program = (sys) => run(sys, 'dash');
/** ash, the shell of busybox. */
export const ash: Program = (sys) => run(sys, 'ash');

interface Invocation {
  command: string | undefined;
  rest: string[];
  /** `-s`: commands come from standard input even with arguments. */
  stdin: boolean;
  interactive: boolean;
  login: boolean;
  norc: boolean;
  noprofile: boolean;
  rcfile: string | undefined;
}

/** Reads the shell's arguments. Resolves to an exit status where nothing is to be run. */
async function invocation(sh: Shell, args: readonly string[]): Promise<Invocation | number> {
  const how: Invocation = {
    command: undefined,
    rest: [],
    stdin: false,
    interactive: false,
    login: false,
    norc: false,
    noprofile: false,
    rcfile: undefined,
  };
  let wantsCommand = false;
  let i = 0;
  const long = sh.flavour === 'bash';
  for (; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-' || arg === '--') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--') && (long || arg === '--login')) {
      const name = arg.slice(2);
      if (name === 'login') how.login = true;
      else if (name === 'norc') how.norc = true;
      else if (name === 'noprofile') how.noprofile = true;
      else if (name === 'rcfile' || name === 'init-file') how.rcfile = args[++i];
      else if (name === 'posix') setOption(sh, 'posix', true);
      else if (name === 'noediting' || name === 'debugger' || name === 'restricted' || name === 'verbose') continue;
      else if (name === 'version') {
        await sh.out(
          'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n',
        );
        return 0;
      } else if (name === 'help') {
        await sh.out(
          'GNU bash, version 5.2.15(1)-release-(x86_64-pc-linux-gnu)\nUsage:\tbash [GNU long option] [option] ...\n\tbash [GNU long option] [option] script-file ...\n',
        );
        return 0;
      } else {
        await sh.write(
          2,
          `${sh.name}: ${arg}: invalid option\nUsage:\t${sh.name} [GNU long option] [option] ...\n\t${sh.name} [GNU long option] [option] script-file ...\n`,
        );
        return 2;
      }
      continue;
    }
    const on = arg[0] === '-';
    for (const c of arg.slice(1)) {
      if (c === 'c' && on) wantsCommand = true;
      else if (c === 's' && on) how.stdin = true;
      else if (c === 'i' && on) how.interactive = true;
      else if (c === 'l' && on) how.login = true;
      else if (c === 'o' || (c === 'O' && sh.flavour === 'bash')) {
        const name = args[++i];
        if (name === undefined) continue;
        if (c === 'O') sh.shopts.set(name, on);
        else if (!setOption(sh, name, on)) {
          await sh.write(
            2,
            sh.flavour === 'bash'
              ? `${sh.name}: line 0: ${sh.name}: ${name}: invalid option name\n`
              : `${sh.name}: 0: Illegal option -o ${name}\n`,
          );
          return 2;
        }
      } else if (c === 'D' && sh.flavour === 'bash') continue;
      else {
        const found = Object.entries(OPTION_LETTERS).find(([, letter]) => letter === c);
        if (found && setOption(sh, found[0], on)) continue;
        await sh.write(
          2,
          sh.flavour === 'bash'
            ? `${sh.name}: ${on ? '-' : '+'}${c}: invalid option\nUsage:\t${sh.name} [GNU long option] [option] ...\n\t${sh.name} [GNU long option] [option] script-file ...\n`
            : sh.flavour === 'dash'
              ? `${sh.name}: 0: Illegal option ${on ? '-' : '+'}${c}\n`
              : `${sh.name}: invalid option -- '${c}'\n`,
        );
        return 2;
      }
    }
  }
  how.rest = args.slice(i);
  if (wantsCommand) {
    how.command = how.rest.shift();
    if (how.command === undefined) {
      await sh.write(
        2,
        sh.flavour === 'bash'
          ? `${sh.name}: -c: option requires an argument\n`
          : sh.flavour === 'dash'
            ? `${sh.name}: 0: -c requires an argument\n`
            : `${sh.name}: -c requires an argument\n`,
      );
      return 2;
    }
  }
  return how;
}

async function run(sys: Sys, flavour: Flavour): Promise<number> {
  const sh = new Shell(sys, flavour, sys.argv[0] ?? flavour);
  start(sh, sys.env);
  sh.login = sh.name.startsWith('-');
  const how = await invocation(sh, sys.argv.slice(1));
  if (typeof how === 'number') return how;
  sh.login ||= how.login;
  if (how.command !== undefined) {
    const [zero, ...params] = how.rest;
    if (zero !== undefined) sh.name = zero;
    sh.params = params;
    sh.commandString = true;
    sh.interactive = how.interactive;
    sh.options.interactive = how.interactive;
    if (sh.login || how.interactive) await startupFiles(sh, how);
    return sh.process(() => commandString(sh, how.command!));
  }
  if (how.rest.length && !how.stdin) return sh.process(() => scriptFile(sh, how.rest[0]!, how.rest.slice(1), how));
  sh.params = how.rest;
  sh.options.stdin = true;
  if (how.interactive || (sys.isatty(0) && sys.isatty(2))) {
    sh.interactive = true;
    sh.options.interactive = true;
    const { interact } = await sh.load('interactive', () => import('./interactive.ts'));
    return sh.process(() => interact(sh, () => startupFiles(sh, how)));
  }
  if (sh.login) await startupFiles(sh, how);
  return sh.process(() => standardInput(sh));
}

async function commandString(sh: Shell, text: string): Promise<number> {
  try {
    return await runText(sh, text, 'main', true);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    await sh.write(2, parseErrorText(sh, error));
    return 2;
  }
}

async function scriptFile(sh: Shell, file: string, params: string[], how: Invocation): Promise<number> {
  let text: string;
  const named = sh.name;
  let path = file;
  try {
    if (sh.flavour === 'bash' && !file.includes('/') && !readable(sh, file)) {
      // bash looks a script up along the PATH when it is not in the current directory.
      path =
        (sh.vars.get('PATH') ?? '')
          .split(':')
          .map((d) => `${d || '.'}/${file}`)
          .find((f) => readable(sh, f)) ?? file;
    }
    const bytes = await readAll(sh, path);
    const head = bytes.subarray(0, 80);
    const newline = head.indexOf(10);
    if (sh.flavour === 'bash' && (newline < 0 ? head : head.subarray(0, newline)).includes(0)) {
      await sh.write(2, `${file}: ${file}: cannot execute binary file\n`);
      return 126;
    }
    text = decode(bytes);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    if (sh.flavour === 'bash')
      await sh.write(
        2,
        error.code === 'EISDIR' ? `${file}: ${file}: Is a directory\n` : `${named}: ${file}: ${error.message}\n`,
      );
    else if (sh.flavour === 'dash')
      await sh.write(2, `${named}: 0: cannot open ${file}: ${missing ? 'No such file' : error.message}\n`);
    else await sh.write(2, `${named}: can't open '${file}': ${error.message}\n`);
    return sh.flavour === 'bash' ? (missing ? 127 : 126) : 2;
  }
  sh.name = file;
  sh.params = params;
  sh.sources = [file];
  if (sh.login) await startupFiles(sh, how);
  try {
    return await runText(sh, text, 'source');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    await sh.write(2, parseErrorText(sh, error));
    return 2;
  }
}

function readable(sh: Shell, file: string): boolean {
  try {
    return sh.sys.stat(file).type !== 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

/** Reads one line of commands from standard input; undefined at its end. */
async function inputLine(sh: Shell): Promise<string | undefined> {
  const bytes: number[] = [];
  let seekable = false;
  try {
    seekable = sh.sys.fstat(0).type === 'file';
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  for (;;) {
    const chunk = await sh.retry(() => sh.sys.read(0, seekable ? 1024 : 1));
    if (!chunk.length) return bytes.length ? decode(new Uint8Array(bytes)) : undefined;
    const newline = chunk.indexOf(10);
    if (newline < 0) {
      for (const b of chunk) bytes.push(b);
      continue;
    }
    for (const b of chunk.subarray(0, newline + 1)) bytes.push(b);
    // What follows the line belongs to the commands on it.
    if (seekable && newline + 1 < chunk.length) sh.sys.seek(0, newline + 1 - chunk.length, 'current');
    return decode(new Uint8Array(bytes));
  }
}

/** dash and ash take input in blocks, so that commands do not see what follows them. */
async function inputBlock(sh: Shell): Promise<string | undefined> {
  const chunk = await sh.retry(() => sh.sys.read(0, 8192));
  return chunk.length ? decode(chunk) : undefined;
}

/** Runs the commands of standard input as they come. */
async function standardInput(sh: Shell): Promise<number> {
  let text = '';
  let line = 1;
  let ended = false;
  const more = async () => {
    const next = await (sh.flavour === 'bash' ? inputLine(sh) : inputBlock(sh));
    if (next === undefined) ended = true;
    else {
      if (sh.options.verbose) await sh.write(2, next);
      text += next;
    }
  };
  await more();
  for (;;) {
    const parser = new Parser(text, {
      flavour: sh.flavour,
      line,
      extglob: sh.extglob,
      narrow: !sh.wide,
      alias: (name: string) => (sh.aliasesActive ? sh.aliases.get(name) : undefined),
    });
    parser.more = !ended;
    try {
      const command = parser.command();
      if (!command) {
        if (ended) return sh.status;
        text = text.slice(parser.pos);
        line = parser.line;
        await more();
        continue;
      }
      await warnUnfinished(sh, parser);
      text = parser.src.slice(parser.pos);
      line = parser.line;
      try {
        await execute(sh, command);
      } catch (error) {
        if (!(error instanceof ShellError) || error.mode !== 'discard') throw error;
        await sh.report(error);
      }
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      if (error.incomplete && !ended) {
        await more();
        continue;
      }
      await sh.write(2, parseErrorText(sh, error));
      return 2;
    }
  }
}

/** Profiles of login shells, run-command files of interactive ones. */
async function startupFiles(sh: Shell, how: Invocation): Promise<void> {
  const home = sh.vars.get('HOME') ?? '';
  const files: string[] = [];
  if (sh.login && !how.noprofile) {
    files.push('/etc/profile');
    const own = sh.flavour === 'bash' ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
    const first = own.map((name) => `${home}/${name}`).find((file) => readable(sh, file));
    if (first !== undefined) files.push(first);
  } else if (sh.interactive && sh.flavour === 'bash' && !how.norc)
    files.push('/etc/bash.bashrc', how.rcfile ?? `${home}/.bashrc`);
  for (const file of files) await sourceFile(sh, file);
  const env = sh.vars.get('ENV');
  if (sh.interactive && sh.flavour !== 'bash' && env) await sourceFile(sh, env);
}

async function sourceFile(sh: Shell, file: string): Promise<void> {
  if (!readable(sh, file)) return;
  const { sources } = sh;
  sh.sources = [...sources, file];
  sh.sourcing++;
  try {
    await runText(sh, decode(await readAll(sh, file)), 'source');
  } catch (error) {
    if (!(await sh.report(error))) throw error;
  } finally {
    sh.sourcing--;
    sh.sources = sources;
  }
}
