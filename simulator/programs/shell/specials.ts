/** Variables computed when read. */
import type { Shell } from './shell.ts';

/** Gives a shell its computed variables. */
export function installDynamics(sh: Shell): void {
  const { dynamic } = sh.vars;
  // Debian's dash has no LINENO; ash's does not count in a -c string.
  if (sh.flavour === 'dash') return;
  dynamic.set('LINENO', { get: () => String(sh.flavour === 'ash' && sh.commandString && !sh.sourcing ? 0 : sh.line) });
  dynamic.set('RANDOM', { get: () => String(sh.sys.random(32768)) });
  if (sh.flavour === 'ash') return;
  let start = sh.started;
  dynamic.set('SECONDS', {
    get: () => String(Math.floor((sh.sys.now() - start) / 1000)),
    set: (value) => {
      start = sh.sys.now() - (Number(value) || 0) * 1000;
    },
  });
  dynamic.set('EPOCHSECONDS', { get: () => String(Math.floor(sh.sys.now() / 1000)) });
  dynamic.set('EPOCHREALTIME', { get: () => (sh.sys.now() / 1000).toFixed(6) });
  dynamic.set('SRANDOM', { get: () => String(sh.sys.random(4294967296)) });
  dynamic.set('BASHPID', { get: () => String(sh.sys.pid) });
  dynamic.set('BASH_SUBSHELL', { get: () => String(sh.subshell) });
  dynamic.set('PIPESTATUS', { get: () => String(sh.pipeStatus[0] ?? 0) });
  dynamic.set('SHELLOPTS', {
    get: () =>
      Object.entries(sh.options)
        .flatMap(([name, on]) => (on && name !== 'interactive' && name !== 'stdin' ? [name] : []))
        .sort()
        .join(':'),
  });
  dynamic.set('BASH_COMMAND', { get: () => sh.command });
  dynamic.set('BASH_ARGV0', { get: () => sh.name, set: (v) => void (sh.name = v) });
}
