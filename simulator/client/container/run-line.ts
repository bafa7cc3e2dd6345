/** The words of a `docker run` and what each is, read with the tables the command itself is run by. */
import { FlagError, FlagSet, HelpRequested, type FlagUse } from '../cli/flags.ts';
import { globalFlags } from '../cli/global.ts';
import type { FlagRow } from '../cli/spec.ts';
import { RUN_FLAGS } from '../commands/container-flags.ts';

/** One word, or an option with its value. */
export interface RunPart {
  readonly role: 'docker' | 'option' | 'image' | 'argument';
  readonly text: string;
  /** Long names of the flags, in the order given (`-it` holds two); empty for what is no option. */
  readonly flags: readonly { readonly name: string; readonly usage: string }[];
}

export interface RunLine {
  readonly parts: readonly RunPart[];
  /** What the client says about options it cannot read; it asks the daemon for nothing then. */
  readonly error?: string;
  readonly detach: boolean;
  readonly remove: boolean;
}

/** A word as it has to be written in a shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

const asPart = (role: RunPart['role'], words: readonly string[], rows: readonly FlagRow[] = []): RunPart => ({
  role,
  text: words.map(quoted).join(' '),
  flags: rows.map(([name, , , , usage]) => ({ name, usage: usage.split('\n')[0] ?? '' })),
});

/** Takes the words of a process apart; undefined where they are no `docker run`. */
export function readRunLine(argv: readonly string[]): RunLine | undefined {
  const [program = '', ...words] = argv;
  if (program.replace(/^.*\//, '') !== 'docker') return undefined;
  const parts: RunPart[] = [asPart('docker', ['docker'])];
  let upTo = 0;
  /** Reads the options at the beginning of `from`; returns the words that follow them. */
  const options = (set: FlagSet, from: readonly string[]): string[] => {
    upTo = 0;
    return set.parse(from, false, (used: FlagUse) => {
      upTo = used.to;
      parts.push(asPart('option', from.slice(used.from, used.to), used.flags));
    });
  };
  let rest: string[];
  try {
    rest = options(new FlagSet(globalFlags('')), words);
  } catch (error) {
    if (error instanceof FlagError || error instanceof HelpRequested) return undefined;
    throw error;
  }
  const path = rest[0] === 'container' ? 2 : 1;
  if (rest[path - 1] !== 'run') return undefined;
  for (const word of rest.slice(0, path)) parts.push(asPart('docker', [word]));
  const flags = new FlagSet(RUN_FLAGS);
  const given = rest.slice(path);
  const known = (): Pick<RunLine, 'detach' | 'remove'> => ({ detach: flags.bool('detach'), remove: flags.bool('rm') });
  try {
    const [image, ...command] = options(flags, given);
    if (image !== undefined) parts.push(asPart('image', [image]));
    for (const word of command) parts.push(asPart('argument', [word]));
    return image === undefined
      ? { parts, error: "docker: 'docker run' requires at least 1 argument", ...known() }
      : { parts, ...known() };
  } catch (error) {
    if (error instanceof HelpRequested) return undefined;
    if (!(error instanceof FlagError)) throw error;
    // The words after the one that could not be read have no meaning to the client.
    return { parts: [...parts, asPart('argument', given.slice(upTo))], error: error.message, ...known() };
  }
}
