/** Signals of Linux on x86-64 (signal(7)): number, default action and what wait(1) shells print for it. */
export const SIGNALS = {
  SIGHUP: [1, 'term', 'Hangup'],
  SIGINT: [2, 'term', 'Interrupt'],
  SIGQUIT: [3, 'core', 'Quit'],
  SIGILL: [4, 'core', 'Illegal instruction'],
  SIGTRAP: [5, 'core', 'Trace/breakpoint trap'],
  SIGABRT: [6, 'core', 'Aborted'],
  SIGBUS: [7, 'core', 'Bus error'],
  SIGFPE: [8, 'core', 'Floating point exception'],
  SIGKILL: [9, 'term', 'Killed'],
  SIGUSR1: [10, 'term', 'User defined signal 1'],
  SIGSEGV: [11, 'core', 'Segmentation fault'],
  SIGUSR2: [12, 'term', 'User defined signal 2'],
  SIGPIPE: [13, 'term', 'Broken pipe'],
  SIGALRM: [14, 'term', 'Alarm clock'],
  SIGTERM: [15, 'term', 'Terminated'],
  SIGSTKFLT: [16, 'term', 'Stack fault'],
  SIGCHLD: [17, 'ignore', 'Child exited'],
  SIGCONT: [18, 'continue', 'Continued'],
  SIGSTOP: [19, 'stop', 'Stopped (signal)'],
  SIGTSTP: [20, 'stop', 'Stopped'],
  SIGTTIN: [21, 'stop', 'Stopped (tty input)'],
  SIGTTOU: [22, 'stop', 'Stopped (tty output)'],
  SIGURG: [23, 'ignore', 'Urgent I/O condition'],
  SIGXCPU: [24, 'core', 'CPU time limit exceeded'],
  SIGXFSZ: [25, 'core', 'File size limit exceeded'],
  SIGVTALRM: [26, 'term', 'Virtual timer expired'],
  SIGPROF: [27, 'term', 'Profiling timer expired'],
  SIGWINCH: [28, 'ignore', 'Window changed'],
  SIGIO: [29, 'term', 'I/O possible'],
  SIGPWR: [30, 'term', 'Power failure'],
  SIGSYS: [31, 'core', 'Bad system call'],
} as const satisfies Record<string, readonly [number, SignalAction, string]>;

export type SignalAction = 'term' | 'core' | 'ignore' | 'stop' | 'continue';
export type SignalName = keyof typeof SIGNALS;

const BY_NUMBER = new Map<number, SignalName>(
  Object.entries(SIGNALS).map(([name, [number]]) => [number, name as SignalName]),
);

/** The signal's number. */
export const signalNumber = (name: SignalName): number => SIGNALS[name][0];

/** The name of signal `number`, or undefined where there is none (real-time signals are not modelled). */
export const signalName = (number: number): SignalName | undefined => BY_NUMBER.get(number);

/** Reads `9`, `KILL`, `SIGKILL`, `sigkill`; undefined where no such signal exists. */
export function parseSignal(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return BY_NUMBER.get(Number(text));
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return name in SIGNALS ? (name as SignalName) : undefined;
}
