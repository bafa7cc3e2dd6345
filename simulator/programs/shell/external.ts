/** Finding and executing programs. */
import { start } from './start.ts';
import { Shell } from './shell.ts';
import { isErrno, type Errno } from '../../kernel/errno.ts';
import { decode } from './bytes.ts';
import { Exit } from './errors.ts';
import { runText, runFunction } from './execute.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the shell looks commands up along. */
export function searchPath(sh: Shell): string {
  const path = sh.vars.get('PATH');
  if (path !== undefined) return path;
  // ash falls back to its built-in path when PATH is unset.
  return sh.flavour === 'ash' ? '/sbin:/usr/sbin:/bin:/usr/bin' : '';
}

export { DEFAULT_PATH };

/** The file a command name stands for along the path; undefined where there is none. */
export function findCommand(sh: Shell, name: string, path = searchPath(sh)): string | undefined {
  if (name.includes('/')) return name;
  if (name === '') return undefined;
  const hashed = sh.hash.get(name);
  if (hashed !== undefined && isExecutable(sh, hashed)) return hashed;
  let denied: string | undefined;
  for (const dir of path.split(':')) {
    const file = `${dir === '' ? '.' : dir}/${name}`;
    try {
      const stat = sh.sys.stat(file);
      if (stat.type === 'dir') continue;
      if (sh.sys.access(file, { execute: true })) {
        if (sh.options.hashall || sh.flavour !== 'bash') sh.hash.set(name, file);
        return dir === '' ? name : file;
      }
      denied ??= file;
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return denied;
}

function isExecutable(sh: Shell, file: string): boolean {
  try {
    return sh.sys.stat(file).type !== 'dir' && sh.sys.access(file, { execute: true });
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

/** Replaces the process by a program; returns the exit status (126, 127) with the message printed when that fails. */
export async function execFile(
  sh: Shell,
  args: readonly string[],
  find: (sh: Shell, name: string) => string | undefined,
  how: { argv0?: string; env?: boolean; asExec?: boolean } = {},
): Promise<number> {
  const name = args[0]!;
  const file = find(sh, name);
  const env =
    how.env === false ? {} : { ...sh.vars.environment(sh.flavour), ...(sh.flavour === 'bash' && { _: file ?? name }) };
  const builtin = how.asExec ? 'exec' : undefined;
  if (file === undefined) {
    if (name === '' && sh.flavour !== 'bash') {
      await sh.complain(': Permission denied', builtin);
      return 127;
    }
    if (how.asExec) {
      await sh.complain(sh.flavour === 'bash' ? `${name}: not found` : `${name}: not found`, builtin);
      return 127;
    }
    if (sh.flavour === 'bash' && sh.functions.has('command_not_found_handle')) {
      return runFunction(sh, sh.functions.get('command_not_found_handle')!, ['command_not_found_handle', ...args]);
    }
    if (sh.flavour === 'bash' && sh.vars.get('PATH') === undefined)
      await sh.complain(`${name}: No such file or directory`);
    else await sh.complain(sh.flavour === 'bash' ? `${name}: command not found` : `${name}: not found`);
    return 127;
  }
  try {
    return await sh.sys.exec(file, [how.argv0 ?? name, ...args.slice(1)], env);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return failed(sh, error, name, file, args, builtin);
  }
}

async function failed(
  sh: Shell,
  error: Errno,
  name: string,
  file: string,
  args: readonly string[],
  builtin: string | undefined,
): Promise<number> {
  if (error.code === 'ENOEXEC') return script(sh, file, args);
  const bash = sh.flavour === 'bash';
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    const bad = interpreter(sh, file);
    if (bash && bad !== undefined && builtin === undefined) {
      await sh.complain(
        `${name}: ${bad === '' ? 'cannot execute: required file not found' : 'cannot execute: required file not found'}`,
      );
    } else
      await sh.complain(
        bash ? `${name}: ${builtin ? 'cannot execute: ' : ''}${error.message}` : `${name}: not found`,
        builtin,
      );
    return 127;
  }
  if (error.code === 'EACCES' && bash && isDirectory(sh, file))
    await sh.complain(`${name}: ${builtin ? 'cannot execute: ' : ''}Is a directory`, builtin);
  else {
    await sh.complain(`${builtin && bash ? file : name}: ${error.message}`, bash ? undefined : builtin);
    if (builtin && bash) await sh.complain(`${file}: cannot execute: ${error.message}`, builtin);
  }
  return 126;
}

/** Interpreter named by a script's first line, when the file exists. */
function interpreter(sh: Shell, file: string): string | undefined {
  try {
    const m = /^#!\s*(\S+)/.exec(decode(sh.sys.readFile(file).subarray(0, 256)));
    return m ? m[1] : '';
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

function isDirectory(sh: Shell, file: string): boolean {
  try {
    return sh.sys.stat(file).type === 'dir';
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

/** An executable file without a header the kernel knows is run as a script, by this same shell. */
async function script(sh: Shell, file: string, args: readonly string[]): Promise<number> {
  const bytes = sh.sys.readFile(file);
  const line = bytes.subarray(0, 80);
  const newline = line.indexOf(10);
  if ((newline < 0 ? line : line.subarray(0, newline)).includes(0)) {
    await sh.complain(`${args[0]}: cannot execute binary file: Exec format error`);
    return 126;
  }
  const env = sh.vars.environment(sh.flavour);
  const fresh = new Shell(sh.sys, sh.flavour, file);
  start(fresh, env);
  fresh.params = args.slice(1);
  fresh.sources = [file];
  throw new Exit(await fresh.process(() => runText(fresh, decode(bytes), 'source')));
}
