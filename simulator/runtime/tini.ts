import { exitCode, type ExitStatus } from '../kernel/abi.ts';
import { ERRNO, isErrno } from '../kernel/errno.ts';
import type { Program } from '../kernel/programs.ts';
import { SIGNALS, type SignalName } from '../kernel/signals.ts';

/** Signals tini does not pass on: those that cannot be caught, faults of its own, and what it handles itself. */
const KEPT: ReadonlySet<SignalName> = new Set([
  'SIGKILL',
  'SIGSTOP',
  'SIGCHLD',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGBUS',
  'SIGABRT',
  'SIGTRAP',
  'SIGSYS',
  'SIGTTIN',
  'SIGTTOU',
]);

/**
 * `/sbin/docker-init -- command…`: PID 1 of containers started with --init. Starts the command, passes signals on to it,
 * reaps orphans, and ends with the command's code.
 */
export const tini: Program = async (sys) => {
  const separator = sys.argv.indexOf('--');
  const command = separator < 0 ? sys.argv.slice(1) : sys.argv.slice(separator + 1);
  const name = command[0] ?? '';
  let child: number;
  try {
    const tty = sys.isatty(0);
    child = sys.spawn({ argv: command, pgid: 0, ...(tty ? { foreground: true } : {}) });
  } catch (error) {
    if (!isErrno(error)) throw error;
    await sys.write(2, `[FATAL tini (${sys.pid})] exec ${name} failed: ${ERRNO[error.code][1]}\n`);
    return error.code === 'ENOENT' ? 127 : 126;
  }
  for (const signal of Object.keys(SIGNALS) as SignalName[]) {
    if (KEPT.has(signal)) continue;
    sys.signal(signal, () => {
      try {
        sys.kill(child, signal);
      } catch (error) {
        if (!isErrno(error, 'ESRCH')) throw error; // the child is gone: its end is on its way
      }
    });
  }
  for (;;) {
    const ended = await sys.wait();
    if (ended?.pid === child && !('stopped' in ended.status) && !('continued' in ended.status)) {
      return exitCode(ended.status satisfies ExitStatus);
    }
  }
};
