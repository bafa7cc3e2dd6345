/** Opens the operands of a filter one by one, with the messages of each flavour. */
import { isErrno } from '../kernel/errno.ts';
import { quote } from './format.ts';
import { Exit, type Io } from './io.ts';

export interface InputMessages {
  /** GNU's message for a file that cannot be opened; `%` stands for the name. */
  readonly gnu?: string;
  readonly busybox?: string;
  readonly gnuRead?: string;
  readonly busyboxRead?: string;
}

const message = (pattern: string, path: string, reason: string): string =>
  pattern
    .replace('%q', () => quote(path))
    .replace('%s', () => path)
    .replace('%e', () => reason);

/** Tells that `path` could not be opened or read. */
export function inputError(io: Io, path: string, error: unknown, texts: InputMessages, reading = false): Promise<void> {
  const reason = io.reason(error);
  const shown = path === '-' ? (io.busybox ? path : 'standard input') : path;
  const pattern = reading
    ? io.busybox
      ? (texts.busyboxRead ?? texts.busybox ?? '%s: %e')
      : (texts.gnuRead ?? '%s: %e')
    : io.busybox
      ? (texts.busybox ?? '%s: %e')
      : (texts.gnu ?? '%s: %e');
  return io.fail(message(pattern, shown, reason));
}

/**
 * Calls `use` with a descriptor for each operand (standard input where there is none); gives false when one failed.
 * `EISDIR` and the like while reading count as failures of that operand.
 */
export async function eachInput(
  io: Io,
  operands: readonly string[],
  texts: InputMessages,
  use: (fd: number, path: string) => Promise<void>,
): Promise<boolean> {
  let ok = true;
  for (const path of operands.length === 0 ? ['-'] : operands) {
    let fd: number;
    try {
      fd = io.open(path);
    } catch (error) {
      await inputError(io, path, error, texts);
      ok = false;
      continue;
    }
    try {
      await use(fd, path);
    } catch (error) {
      if (!isErrno(error) || error.code === 'EPIPE') throw error;
      await inputError(io, path, error, texts, true);
      ok = false;
    }
    io.close(fd);
  }
  return ok;
}

/** Opens one input or ends the tool with `code`. */
export async function openInput(io: Io, path: string, texts: InputMessages, code = 1): Promise<number> {
  try {
    return io.open(path);
  } catch (error) {
    await inputError(io, path, error, texts);
    throw new Exit(code);
  }
}
