/** Prompts and the dates in them. */
import { expandText } from './expand.ts';
import { Parser } from './parser.ts';
import type { Shell } from './shell.ts';

const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Formats a time (ms, UTC) as strftime(3). */
export function strftime(format: string, ms: number): string {
  const d = new Date(ms);
  const two = (n: number, fill = '0') => String(n).padStart(2, fill);
  const hour12 = d.getUTCHours() % 12 || 12;
  const start = Date.UTC(d.getUTCFullYear(), 0, 1);
  const day = Math.floor((Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()) - start) / 86_400_000);
  return format.replace(/%[-_0^#]?([a-zA-Z%+])/g, (all, c: string) => {
    switch (c) {
      case 'Y':
        return String(d.getUTCFullYear());
      case 'y':
        return two(d.getUTCFullYear() % 100);
      case 'C':
        return two(Math.floor(d.getUTCFullYear() / 100));
      case 'm':
        return two(d.getUTCMonth() + 1);
      case 'd':
        return two(d.getUTCDate());
      case 'e':
        return two(d.getUTCDate(), ' ');
      case 'H':
        return two(d.getUTCHours());
      case 'I':
        return two(hour12);
      case 'M':
        return two(d.getUTCMinutes());
      case 'S':
        return two(d.getUTCSeconds());
      case 'p':
        return d.getUTCHours() < 12 ? 'AM' : 'PM';
      case 'a':
        return DAYS[d.getUTCDay()]!.slice(0, 3);
      case 'A':
        return DAYS[d.getUTCDay()]!;
      case 'b':
      case 'h':
        return MONTHS[d.getUTCMonth()]!.slice(0, 3);
      case 'B':
        return MONTHS[d.getUTCMonth()]!;
      case 'j':
        return String(day + 1).padStart(3, '0');
      case 'u':
        return String(d.getUTCDay() || 7);
      case 'w':
        return String(d.getUTCDay());
      case 's':
        return String(Math.floor(ms / 1000));
      case 'N':
        return String(Math.floor(ms % 1000) * 1_000_000).padStart(9, '0');
      case 'F':
        return strftime('%Y-%m-%d', ms);
      case 'T':
      case 'X':
        return strftime('%H:%M:%S', ms);
      case 'R':
        return strftime('%H:%M', ms);
      case 'D':
      case 'x':
        return strftime('%m/%d/%y', ms);
      case 'r':
        return strftime('%I:%M:%S %p', ms);
      case 'c':
        return strftime('%a %b %e %H:%M:%S %Y', ms);
      case 'z':
        return '+0000';
      case 'Z':
        return 'UTC';
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '%':
        return '%';
      default:
        return all;
    }
  });
}

/** Expands `\u@\h` and its like; then, as the shells do, `$` expansions. */
export async function expandPrompt(sh: Shell, text: string): Promise<string> {
  let out = sh.flavour === 'dash' ? text : backslashes(sh, text);
  if (/[$`]/.test(out)) {
    const { status } = sh;
    const parts = new Parser(out, { flavour: sh.flavour }).scan({ stop: '', dq: true, heredoc: true });
    out = await expandText(sh, parts, undefined, true);
    sh.status = status;
  }
  return out.replace(/[\x01\x02]/g, '');
}

function backslashes(sh: Shell, text: string): string {
  const { sys } = sh;
  const home = sh.vars.get('HOME');
  const cwd =
    home && home !== '/' && (sh.pwd === home || sh.pwd.startsWith(`${home}/`))
      ? `~${sh.pwd.slice(home.length)}`
      : sh.pwd;
  return text.replace(
    /\\(?:D\{([^}]*)\}|([0-7]{3})|([^]))/g,
    (all, date: string | undefined, octal: string | undefined, c: string | undefined) => {
      if (date !== undefined) return strftime(date || '%X', sys.now());
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      switch (c) {
        case 'u':
          return sh.account((f) => f[2] === String(sys.uid))?.[0] ?? (sh.flavour === 'bash' ? 'I have no name!' : '?');
        case 'h':
          return sys.hostname().split('.')[0]!;
        case 'H':
          return sys.hostname();
        case 'w':
          return escapeDollar(cwd);
        case 'W':
          return escapeDollar(cwd === '/' || cwd === '~' ? cwd : cwd.slice(cwd.lastIndexOf('/') + 1));
        case '$':
          return sys.uid === 0 ? '#' : '\\$';
        case 's':
          return sh.name.slice(sh.name.lastIndexOf('/') + 1).replace(/^-/, '');
        case 'v':
          return '5.2';
        case 'V':
          return '5.2.15';
        case 'd':
          return strftime('%a %b %d', sys.now());
        case 't':
          return strftime('%H:%M:%S', sys.now());
        case 'T':
          return strftime('%I:%M:%S', sys.now());
        case '@':
          return strftime('%I:%M %p', sys.now());
        case 'A':
          return strftime('%H:%M', sys.now());
        case 'j':
          return String(sh.jobs?.list.length ?? 0);
        case 'l':
          return sys.ttyname(0).replace(/^\/dev\//, '');
        case '!':
        case '#':
          return String(sh.history.length + 1);
        case 'n':
          return '\n';
        case 'r':
          return '\r';
        case 'e':
        case 'E':
          return '\x1b';
        case 'a':
          return '\x07';
        case '\\':
          return '\\\\';
        case '[':
          return '\x01';
        case ']':
          return '\x02';
        default:
          return all;
      }
    },
  );
}

const escapeDollar = (s: string): string => s.replace(/[$`\\]/g, '\\$&');
