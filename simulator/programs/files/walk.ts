/** Questions to the user and other things the file tools share. */
import type { Stat } from '../../kernel/abi.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { Io } from '../io.ts';
import { fromBytes } from '../text.ts';

/** lstat, or undefined where there is nothing. Errors other than absence are thrown. */
export function peek(io: Io, path: string, follow = false): Stat | undefined {
  try {
    return follow ? io.sys.stat(path) : io.sys.lstat(path);
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Asks on standard error and reads a line: yes when it starts with y. */
export async function ask(io: Io, question: string): Promise<boolean> {
  await io.error(question);
  let line = '';
  for (;;) {
    const byte = fromBytes(await io.sys.read(0, 1));
    if (byte === '' || byte === '\n') break;
    line += byte;
  }
  return /^[yY]/.test(line);
}

/** What GNU calls the type of a file in questions. */
export function typeName(stat: Stat): string {
  switch (stat.type) {
    case 'file':
      return stat.size === 0 ? 'regular empty file' : 'regular file';
    case 'dir':
      return 'directory';
    case 'symlink':
      return 'symbolic link';
    case 'char':
      return 'character special file';
    case 'block':
      return 'block special file';
    case 'fifo':
      return 'fifo';
    case 'socket':
      return 'socket';
  }
}
