/** The `printf` builtin and the escapes of `echo`. */
import { plain } from '../text.ts';
import { formatPrintf, unescape } from '../printf.ts';
import type { Flavour } from './ast.ts';
import { decode, encode } from './bytes.ts';
import { ShellError } from './errors.ts';
import type { Shell } from './shell.ts';

/** Carries out the escapes of `echo` (always in dash, with -e elsewhere). */
export function echoEscapes(text: string, flavour: Flavour): { out: string; stop: boolean } {
  if (flavour !== 'dash') {
    const { text: bytes, stopped } = unescape(toByteString(text), 'echo');
    return { out: fromByteString(bytes), stop: stopped };
  }
  const named: Record<string, string> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  };
  let stop = false;
  let out = '';
  for (const m of toByteString(text).matchAll(/\\(?:(0[0-7]{0,3}|[1-7][0-7]{0,2})|([abcefnrtv\\]))|[^]/g)) {
    if (m[2] === 'c') {
      stop = true;
      break;
    }
    out += m[1] !== undefined ? String.fromCharCode(parseInt(m[1], 8) & 255) : m[2] !== undefined ? named[m[2]]! : m[0];
  }
  return { out: fromByteString(out), stop };
}

const toByteString = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text : String.fromCharCode(...encode(text));
function fromByteString(bytes: string): string {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  return decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

/** Quotes a word so that the shell reads it back (`printf %q`, `${x@Q}` has its own form). */
export function quoteWord(s: string): string {
  if (s === '') return "''";
  if (/[\0-\x1f\x7f]/.test(s)) {
    const named: Record<string, string> = {
      '\n': '\\n',
      '\t': '\\t',
      '\r': '\\r',
      '\x07': '\\a',
      '\b': '\\b',
      '\x1b': '\\E',
      '\f': '\\f',
      '\v': '\\v',
      "'": "\\'",
      '\\': '\\\\',
    };
    return `$'${s.replace(/[\0-\x1f\x7f'\\]/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;
  }
  return s.replace(/[\s'"\\$`&|;<>()*?[\]{}!,^]|^[#~]|(?<=[:=])~/g, '\\$&');
}

/** `printf [-v name] format [arguments]`. */
export async function printfBuiltin(sh: Shell, args: readonly string[]): Promise<number> {
  let i = 1;
  let variable: string | undefined;
  if (sh.flavour === 'bash' && args[i] === '-v') {
    variable = args[i + 1];
    i += 2;
  }
  if (sh.flavour === 'dash' && /^-[^-]/.test(args[i] ?? ''))
    throw new ShellError(`Illegal option -${args[i]![1]}`, 2, 'command');
  if (args[i] === '--') i++;
  const format = args[i];
  if (format === undefined) {
    if (sh.flavour === 'bash') {
      await sh.write(2, 'printf: usage: printf [-v var] format [arguments]\n');
      return 2;
    }
    if (sh.flavour === 'dash') throw new ShellError('usage: printf format [arg ...]', 2, 'command');
    await sh.write(
      2,
      'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: printf FORMAT [ARG]...\n',
    );
    return 1;
  }
  const values = args.slice(i + 1);
  const dated =
    sh.flavour === 'bash' && format.includes(')T')
      ? await (await sh.load('transform', () => import('./transform.ts'))).dates(sh, format, values)
      : undefined;
  const { output, errors } = formatPrintf(
    dated?.format ?? plainFormat(sh.flavour, format),
    dated?.values ?? values,
    quoteWord,
  );
  const text = fromByteString(output);
  if (variable !== undefined) {
    const m = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/.exec(variable);
    if (!m) throw new ShellError(`\`${variable}': not a valid identifier`, 2, 'command');
    if (m[2] !== undefined) sh.setElement(m[1]!, sh.vars.find(m[1]!)?.assoc ? m[2] : Number(m[2]), text);
    else sh.assign(m[1]!, text);
  } else {
    if (!errors.length) await sh.out(text);
    else {
      // Real printf complains before it writes out what it has.
      for (const error of errors)
        await (sh.flavour === 'ash'
          ? sh.write(2, `${sh.applet}: ${reword(sh.flavour, error, format)}\n`)
          : sh.complain(reword(sh.flavour, error, format), 'printf'));
      await sh.out(text);
      return 1;
    }
  }
  return errors.length ? 1 : 0;
}

/** The format without what only bash knows: `%q` everywhere else, hexadecimal escapes in dash. */
function plainFormat(flavour: Flavour, format: string): string {
  if (flavour === 'bash') return format;
  const known = format.replace(/%%|%([-+ 0#]*\d*)q/g, (all: string, flags: string | undefined) =>
    all === '%%' ? all : `%${flags}Q`,
  );
  return flavour === 'dash'
    ? known.replace(/\\([^])/g, (all: string, c: string) => ('xuU'.includes(c) ? `\\\\${c}` : all))
    : known;
}

function reword(flavour: Flavour, error: string, format: string): string {
  const m = /^([^]*): (expected a numeric value|value not completely converted|invalid conversion specification)$/.exec(
    error,
  );
  if (!m) return error;
  const text = plain(m[1]!).replace(/^(%.*)Q$/, '$1q');
  if (m[2]!.startsWith('invalid'))
    return flavour === 'bash'
      ? `\`${text.at(-1)}': invalid format character`
      : flavour === 'dash'
        ? `${text}: invalid directive`
        : `${format.slice(format.indexOf(text))}: invalid format`;
  if (flavour === 'bash') return `${text}: invalid number`;
  if (flavour === 'dash')
    return m[2]!.startsWith('expected') ? `${text}: expected numeric value` : `${text}: not completely converted`;
  return `invalid number '${text}'`;
}
