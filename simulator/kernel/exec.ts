/** How the kernel finds out what an executable runs (execve(2)). */
import type { Env } from './abi.ts';
import type { KernelCore } from './core.ts';
import { Errno, isErrno } from './errno.ts';
import { openExecutable } from './fs/open.ts';
import type { FsContext } from './fs/vfs.ts';
import { programName } from './programs.ts';

/** What an executable comes to: the program, and what execve(2) takes from the file. */
export interface Image {
  /** Name of the program in the registry. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Name of the executed file, 15 characters (TASK_COMM_LEN). */
  readonly comm: string;
  /** Absolute path of the binary, as /proc/PID/exe shows it. */
  readonly exe: string;
  /** Memory that the program's own pages take, bytes. */
  readonly memory: number;
  /** Length of the binary in bytes, which has to be mapped and partly read before it runs. */
  readonly size: number;
  /** Owner and group when the setuid or setgid bit is on. */
  readonly setuid?: number;
  readonly setgid?: number;
}

/** Scripts whose interpreter is a script: so many levels (fs/exec.c). */
const MAX_INTERPRETERS = 5;
/** Longest `#!` line looked at (BINPRM_BUF_SIZE). */
const HEAD = 256;

/** comm of a file. */
export const commOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).slice(0, 15);

/** Finds out what executing `path` runs. Throws ENOENT, EACCES, ENOEXEC, ELOOP. */
export function resolveImage(core: KernelCore, context: FsContext, path: string, argv: readonly string[]): Image {
  let file = path;
  let args = argv;
  for (let level = 0; ; level++) {
    const open = openExecutable(context, file);
    let head: Uint8Array;
    let exe: string;
    let size: number;
    let setuid: number | undefined;
    let setgid: number | undefined;
    try {
      head = open.read(0, HEAD);
      exe = open.path;
      const stat = open.stat();
      size = stat.size;
      if ((stat.mode & 0o4000) !== 0 && !open.location.mount.flags.includes('nosuid')) setuid = stat.uid;
      if ((stat.mode & 0o2010) === 0o2010 && !open.location.mount.flags.includes('nosuid')) setgid = stat.gid;
    } finally {
      open.close();
    }
    if (head[0] === 0x23 && head[1] === 0x21) {
      if (level >= MAX_INTERPRETERS) throw new Errno('ELOOP');
      const line = new TextDecoder().decode(head.subarray(2)).split('\n')[0]!.trim();
      const match = /^(\S+)(?:[ \t]+(.*))?$/.exec(line);
      if (!match) throw new Errno('ENOEXEC');
      args = [match[1]!, ...(match[2] ? [match[2]] : []), file, ...args.slice(1)];
      file = match[1]!;
      continue;
    }
    const name = programName(head);
    if (name === undefined || !core.programs.find(name)) throw new Errno('ENOEXEC');
    return {
      name,
      argv: args,
      comm: commOf(path),
      exe,
      memory: Math.min(size / 2, 4 * 1024 * 1024),
      size,
      ...(setuid === undefined ? {} : { setuid }),
      ...(setgid === undefined ? {} : { setgid }),
    };
  }
}

/** What execvp(3) searches when PATH is not set. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** Like `resolveImage`, with a name without slash looked up along PATH (execvp(3)). */
export function searchImage(
  core: KernelCore,
  context: FsContext,
  file: string,
  argv: readonly string[],
  env: Env,
): Image {
  if (file === '') throw new Errno('ENOENT');
  if (file.includes('/')) return resolveImage(core, context, file, argv);
  let denied: unknown;
  for (const dir of (env.PATH ?? DEFAULT_PATH).split(':')) {
    try {
      return resolveImage(core, context, `${dir === '' ? '.' : dir}/${file}`, argv);
    } catch (error) {
      if (isErrno(error, 'EACCES')) denied ??= error;
      else if (!isErrno(error, 'ENOENT') && !isErrno(error, 'ENOTDIR')) throw error;
    }
  }
  throw denied ?? new Errno('ENOENT', file);
}
