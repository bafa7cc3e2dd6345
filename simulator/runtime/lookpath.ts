/** Finds the command of a container as runc does (Go's exec.LookPath), with its texts. */
import type { Env, Stat } from '../kernel/abi.ts';
import { Errno, ERRNO } from '../kernel/errno.ts';
import type { Credentials, FileAccess } from '../kernel/kernel.ts';
import { RuntimeError } from './spec.ts';

/** strerror(3) as Go prints it: in lower case. */
export const goError = (error: Errno): string => ERRNO[error.code][1].toLowerCase();

const mayExecute = (cred: Credentials, stat: Stat): boolean => {
  if (cred.uid === 0) return (stat.mode & 0o111) !== 0;
  if (stat.uid === cred.uid) return (stat.mode & 0o100) !== 0;
  if (stat.gid === cred.gid || cred.groups.includes(stat.gid)) return (stat.mode & 0o010) !== 0;
  return (stat.mode & 0o001) !== 0;
};

/** Undefined when `path` can be executed, else why not. */
function problem(files: FileAccess, path: string, shown: string, cred: Credentials): string | undefined {
  let stat: Stat;
  try {
    stat = files.stat(path);
  } catch (error) {
    if (error instanceof Errno) return `stat ${shown}: ${goError(error)}`;
    throw error;
  }
  if (stat.type === 'dir') return 'is a directory: permission denied';
  return mayExecute(cred, stat) ? undefined : 'permission denied';
}

const absolute = (cwd: string, path: string): string =>
  path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`;

/** The file that `args[0]` names. Throws RuntimeError beginning with `exec: `. */
export function lookPath(files: FileAccess, command: string, env: Env, cwd: string, cred: Credentials): string {
  if (command.includes('/')) {
    const why = problem(files, absolute(cwd, command), command, cred);
    if (why !== undefined) throw new RuntimeError(`exec: ${JSON.stringify(command)}: ${why}`);
    return command;
  }
  if (command !== '') {
    for (const dir of (env.PATH ?? '').split(':')) {
      const file = dir === '' ? `./${command}` : `${dir}/${command}`;
      if (problem(files, absolute(cwd, file), file, cred) === undefined) return file;
    }
  }
  throw new RuntimeError(`exec: ${JSON.stringify(command)}: executable file not found in $PATH`);
}
