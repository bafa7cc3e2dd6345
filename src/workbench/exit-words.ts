/** What a status means: the program's own number, Docker's, or 128 and a signal. */
import { signalName } from '../../simulator/kernel/signals.ts';

/** What the exit code of a container says. */
export function exitWords(code: number, oomKilled = false): string {
  if (oomKilled) return `${code}: the kernel ended it, for it wanted more memory than its limit`;
  if (code === 0) return '0: the program ended well';
  if (code === 125) return '125: docker itself failed, or the program says so';
  if (code === 126) return '126: the command was found but cannot be executed';
  if (code === 127) return '127: the command was not found';
  const signal = code > 128 ? signalName(code - 128) : undefined;
  if (signal !== undefined) return `${code} = 128 + ${code - 128}: ended by ${signal}`;
  return `${code}: the program’s own number for what went wrong`;
}
