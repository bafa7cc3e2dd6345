/** `${x@Q}` and its like, and dates in `printf`. */
import { Parser } from './parser.ts';
import { ansiQuote } from './execute.ts';
import type { Shell } from './shell.ts';

/** Quotes as `${x@Q}` does. */
export const quoteWhole = (s: string): string =>
  /[\0-\x1f\x7f]/.test(s) ? ansiQuote(s) : `'${s.replaceAll("'", "'\\''")}'`;

/** The change a transformation letter names; undefined for an unknown one. */
export function transformation(
  sh: Shell,
  letter: string,
  name: string,
): ((s: string) => string | Promise<string>) | undefined {
  const v = sh.vars.find(name);
  const attributes = () =>
    `${v?.array ? 'a' : ''}${v?.assoc ? 'A' : ''}${v?.integer ? 'i' : ''}${v?.fold === 'lower' ? 'l' : ''}${v?.nameref ? 'n' : ''}${v?.readonly ? 'r' : ''}${v?.fold === 'upper' ? 'u' : ''}${v?.exported ? 'x' : ''}`;
  switch (letter) {
    case 'Q':
      return quoteWhole;
    case 'U':
      return (s) => s.toUpperCase();
    case 'u':
      return (s) => s.slice(0, 1).toUpperCase() + s.slice(1);
    case 'L':
      return (s) => s.toLowerCase();
    case 'E':
      return async (s) => {
        const parts = new Parser(`$'${s.replaceAll("'", "\\'")}'`, { flavour: 'bash' }).scan({ stop: '', word: true });
        return parts.map((p) => ('s' in p ? p.s : '')).join('');
      };
    case 'P':
      return async (s) => (await sh.load('prompt', () => import('./prompt.ts'))).expandPrompt(sh, s);
    case 'a':
      return attributes;
    case 'A':
      return async (s) => {
        const flags = attributes();
        if (v?.array || v?.assoc) return (await sh.load('declare', () => import('./declare.ts'))).declaration(sh, name);
        return flags ? `declare -${flags} ${name}=${quoteWhole(s)}` : `${name}=${quoteWhole(s)}`;
      };
    case 'K':
    case 'k':
      return (s) => (letter === 'K' ? quoteWhole(s) : s);
  }
  return undefined;
}

/** Replaces `%(format)T` directives (bash) by what they print. */
export async function dates(
  sh: Shell,
  format: string,
  values: readonly string[],
): Promise<{ format: string; values: string[] }> {
  const { strftime } = await sh.load('prompt', () => import('./prompt.ts'));
  const rest: string[] = [];
  let next = 0;
  const out = format.replace(
    /%%|%(\d*)\(([^)]*)\)T|%[-+ 0#]*\d*(?:\.\d*)?[a-zA-Z]/g,
    (directive, width: string | undefined, inner: string | undefined) => {
      if (directive === '%%') return directive;
      if (inner === undefined) {
        if (next < values.length) rest.push(values[next++]!);
        return directive;
      }
      const given = values[next++];
      const at =
        given === undefined || given === '-1' ? sh.sys.now() : given === '-2' ? sh.started : Number(given) * 1000;
      return strftime(inner || '%X', at)
        .padStart(Number(width || 0))
        .replaceAll('%', '%%')
        .replaceAll('\\', '\\\\');
    },
  );
  rest.push(...values.slice(next));
  return { format: out, values: rest };
}
