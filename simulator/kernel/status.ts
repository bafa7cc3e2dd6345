import type { ExitStatus } from './abi.ts';
import { signalNumber } from './signals.ts';

/** The value of `$?` for how a process ended: its code, or 128 + the signal's number. */
export const exitCode = (status: ExitStatus): number =>
  'code' in status ? status.code & 0xff : 128 + signalNumber(status.signal);
