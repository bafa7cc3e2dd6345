/** Names STOPSIGNAL accepts, without SIG (moby/sys/signal). */
const NAMES = new Set(
  `ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN
TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX`.split(/\s+/),
);

/** Whether the text names a signal: a number other than 0, or a name with or without SIG. */
export function isSignal(text: string): boolean {
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0;
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (NAMES.has(name)) return true;
  const real = /^RT(MIN\+|MAX-)(\d+)$/.exec(name);
  return real !== null && Number(real[2]) >= 1 && Number(real[2]) <= (real[1] === 'MIN+' ? 15 : 14);
}
