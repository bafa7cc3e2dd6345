/** Redirections (POSIX 2.7, and bash's). */
import type { OpenFlags } from '../../kernel/abi.ts';
import { isErrno, type Errno } from '../../kernel/errno.ts';
import type { Flavour, Redir } from './ast.ts';
import { encode } from './bytes.ts';
import { ShellError } from './errors.ts';
import { expandString, expandText, expandWords } from './expand.ts';
import type { Shell } from './shell.ts';

/** Remembers what descriptors were, so that they can be put back. */
export class Saved {
  private readonly list: { fd: number; copy: number | undefined }[] = [];

  /** Keeps what `fd` is now, once. */
  keep(sh: Shell, fd: number): void {
    if (this.list.some((s) => s.fd === fd)) return;
    let copy: number | undefined;
    try {
      copy = sh.sys.dup(fd, 10);
      sh.sys.closeOnExec(copy, true);
    } catch (error) {
      if (!isErrno(error, 'EBADF')) throw error;
    }
    this.list.push({ fd, copy });
  }
  /** Notes that `fd` was closed before. */
  closed(fd: number): void {
    if (!this.list.some((s) => s.fd === fd)) this.list.push({ fd, copy: undefined });
  }
  restore(sh: Shell): void {
    for (const { fd, copy } of this.list.reverse()) {
      if (copy === undefined) close(sh, fd);
      else {
        sh.sys.dup2(copy, fd);
        sh.sys.close(copy);
      }
    }
    this.list.length = 0;
  }
  /** Makes the redirections permanent (`exec`). */
  drop(sh: Shell): void {
    for (const { copy } of this.list) if (copy !== undefined) close(sh, copy);
    this.list.length = 0;
  }
}

function close(sh: Shell, fd: number): void {
  try {
    sh.sys.close(fd);
  } catch (error) {
    if (!isErrno(error, 'EBADF')) throw error;
  }
}

const FLAGS: Partial<Record<string, OpenFlags>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
};

/** The text of a failed open, in the flavour's words. */
export function openError(flavour: Flavour, path: string, error: Errno, creating: boolean): string {
  if (flavour === 'bash') return `${path}: ${error.message}`;
  const what =
    error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? creating
        ? 'Directory nonexistent'
        : 'No such file'
      : error.message;
  if (flavour === 'dash') return `cannot ${creating ? 'create' : 'open'} ${path}: ${what}`;
  const ash =
    error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? creating
        ? 'nonexistent directory'
        : 'no such file'
      : error.message;
  return `can't ${creating ? 'create' : 'open'} ${path}: ${ash}`;
}

async function target(sh: Shell, redir: Redir): Promise<string> {
  if (sh.flavour !== 'bash') return expandString(sh, redir.target);
  const words = await expandWords(sh, [redir.target]);
  if (words.length !== 1) {
    const { printWord } = await sh.load('print', () => import('./print.ts'));
    throw new ShellError(`${printWord(redir.target)}: ambiguous redirect`, 1, 'command');
  }
  return words[0]!;
}

function open(sh: Shell, path: string, op: string): number {
  const creating = op !== '<';
  const status = sh.flavour === 'dash' ? 2 : 1;
  try {
    if (op === '>' && sh.options.noclobber) {
      let type: string | undefined;
      try {
        type = sh.sys.stat(path).type;
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
      if (type === 'file') {
        throw new ShellError(
          sh.flavour === 'bash'
            ? `${path}: cannot overwrite existing file`
            : `${sh.flavour === 'dash' ? 'cannot' : "can't"} create ${path}: File exists`,
          status,
          'command',
        );
      }
    }
    return sh.sys.open(path, FLAGS[op]!, 0o666);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new ShellError(openError(sh.flavour, path, error, creating), status, 'command');
  }
}

/** A descriptor from which `text` can be read. */
async function document(sh: Shell, text: string): Promise<number> {
  const bytes = encode(text);
  const [r, w] = sh.pipe();
  if (bytes.length <= 4096) await sh.sys.write(w, bytes);
  else {
    // More than a pipe surely holds: a child feeds it.
    sh.fork(async (child) => {
      child.sys.close(r);
      await child.sys.write(w, bytes);
      return 0;
    });
  }
  sh.sys.close(w);
  return r;
}

/** Performs redirections. What they replace goes to `saved`, where given. Throws ShellError when one fails. */
export async function redirect(sh: Shell, redirs: readonly Redir[], saved?: Saved): Promise<void> {
  const { sys } = sh;
  const status = sh.flavour === 'dash' ? 2 : 1;
  for (const redir of redirs) {
    sh.line = redir.line || sh.line;
    let { op } = redir;
    const fd = redir.fd ?? (op[0] === '<' ? 0 : 1);
    let source: number;
    if (redir.variable !== undefined) {
      if (redir.op === '>&' || redir.op === '<&') {
        const word = await target(sh, redir);
        if (word === '-') {
          close(sh, Number(sh.vars.get(redir.variable)));
          continue;
        }
        source = sys.dup(Number(word), 10);
      } else {
        const from = redir.op.startsWith('<<') ? await here(sh, redir) : open(sh, await target(sh, redir), redir.op);
        source = sys.dup(from, 10);
        sys.close(from);
      }
      sh.assign(redir.variable, String(source));
      continue;
    }
    if (op === '<<' || op === '<<-' || op === '<<<') {
      source = await here(sh, redir);
      replace(sh, source, fd, saved);
      continue;
    }
    const word = await target(sh, redir);
    if (op === '>&' || op === '<&') {
      if (word === '-') {
        saved?.keep(sh, fd);
        close(sh, fd);
        continue;
      }
      const m = /^(\d+)(-?)$/.exec(word);
      if (m) {
        const from = Number(m[1]);
        if (!sys.fds().includes(from)) {
          throw new ShellError(`${from}: Bad file descriptor`, status, 'command');
        }
        if (from !== fd) {
          saved?.keep(sh, fd);
          sys.dup2(from, fd);
        }
        if (m[2]) {
          saved?.keep(sh, from);
          close(sh, from);
        }
        continue;
      }
      if (sh.flavour === 'bash' && op === '>&' && redir.fd === undefined) op = '&>';
      else {
        throw sh.flavour === 'bash'
          ? new ShellError(`${word}: ambiguous redirect`, 1, 'command')
          : new ShellError(
              sh.flavour === 'dash' ? `Syntax error: Bad fd number` : `syntax error: bad fd number`,
              2,
              'exit',
            );
      }
    }
    if (op === '&>' || op === '&>>') {
      source = open(sh, word, op === '&>' ? '>' : '>>');
      replace(sh, source, 1, saved);
      saved?.keep(sh, 2);
      sys.dup2(1, 2);
      continue;
    }
    source = open(sh, word, op);
    replace(sh, source, fd, saved);
  }
}

/** Makes `source` the descriptor `fd`, keeping what that was. */
function replace(sh: Shell, source: number, fd: number, saved: Saved | undefined): void {
  if (source === fd) {
    // `fd` was closed before, and the new descriptor took its place: restoring closes it again.
    saved?.closed(fd);
    return;
  }
  saved?.keep(sh, fd);
  sh.moveFd(source, fd);
}

async function here(sh: Shell, redir: Redir): Promise<number> {
  if (redir.op === '<<<') return document(sh, `${await expandString(sh, redir.target)}\n`);
  return document(sh, await expandText(sh, redir.heredoc ?? [], undefined, true));
}

/** `$(< file)`: copies the file to standard output. */
export async function copyFile(sh: Shell, redir: Redir): Promise<number> {
  await redirect(sh, [redir]);
  for (;;) {
    const chunk = await sh.sys.read(redir.fd ?? 0);
    if (!chunk.length) return 0;
    await sh.sys.write(1, chunk);
  }
}
