/** The history list and its file. */
import { isErrno } from '../../kernel/errno.ts';
import { decode, encode } from './bytes.ts';
import type { Shell } from './shell.ts';

const fileOf = (sh: Shell): string | undefined => {
  const named = sh.vars.get('HISTFILE');
  if (named !== undefined) return named || undefined;
  const home = sh.vars.get('HOME');
  return home ? `${home}/${sh.flavour === 'bash' ? '.bash_history' : '.ash_history'}` : undefined;
};
const limit = (sh: Shell, name: string): number => {
  const n = Number(sh.vars.get(name) ?? 500);
  return Number.isFinite(n) && n >= 0 ? n : Infinity;
};

/** Reads the history file into the list. */
export function loadHistory(sh: Shell): void {
  const file = fileOf(sh);
  if (file === undefined) return;
  try {
    sh.history.push(...decode(sh.sys.readFile(file)).split('\n').filter(Boolean).slice(-limit(sh, 'HISTSIZE')));
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}

/** Adds a line to the list as HISTCONTROL says. */
export function remember(sh: Shell, line: string): void {
  const control = sh.vars.get('HISTCONTROL') ?? '';
  if (line.trim() === '') return;
  if (/ignorespace|ignoreboth/.test(control) && line.startsWith(' ')) return;
  const same = sh.flavour !== 'bash' || /ignoredups|ignoreboth/.test(control);
  if (same && sh.history.at(-1) === line) return;
  if (control.includes('erasedups')) sh.history.splice(0, sh.history.length, ...sh.history.filter((l) => l !== line));
  sh.history.push(line);
  const size = limit(sh, 'HISTSIZE');
  if (sh.history.length > size) sh.history.splice(0, sh.history.length - size);
}

/** Writes the list to its file, as bash does at its end. */
export function saveHistory(sh: Shell): void {
  const file = fileOf(sh);
  if (file === undefined || !sh.history.length) return;
  try {
    sh.sys.writeFile(file, encode(`${sh.history.slice(-limit(sh, 'HISTFILESIZE')).join('\n')}\n`), 0o600);
  } catch (error) {
    // A history that cannot be kept (read-only file system) is dropped silently, as by the real shells.
    if (!isErrno(error)) throw error;
  }
}
