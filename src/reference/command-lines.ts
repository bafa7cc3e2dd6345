/** Finds the docker commands in shell text, through the shell's own parser and the client's own flags. */
import { FlagError, FlagSet, HelpRequested } from '../../simulator/client/cli/flags.ts';
import { CliError } from '../../simulator/client/cli/errors.ts';
import { descend } from '../../simulator/client/cli/find.ts';
import { globalFlags } from '../../simulator/client/cli/global.ts';
import { COMMANDS } from '../../simulator/client/commands/index.ts';
import type { Part, Simple, Word } from '../../simulator/programs/shell/ast.ts';
import { parse } from '../../simulator/programs/shell/parser.ts';

/** The command lines of a lesson's MDX: what its buttons type, and the lines after a prompt in its code blocks. */
export function shownCommands(mdx: string): string {
  const attributes = [...mdx.matchAll(/\srun=(?:"([^"]*)"|'([^']*)'|\{'([^']*)'\}|\{`([^`]*)`\}|\{"([^"]*)"\})/g)].map(
    (m) => m.slice(1).find((text) => text !== undefined) ?? '',
  );
  const blocks = [...mdx.matchAll(/^```(?:console|sh|shell|bash)\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n').flatMap((line) => /^\s*[$#] (.*)$/.exec(line)?.[1] ?? []),
  );
  return [...attributes.map(unescape), ...blocks].join('\n');
}

const unescape = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The words after `docker` that name each command in `text`, e.g. `container ls`, in order, each once. */
export async function dockerCommands(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    let tree: unknown;
    try {
      tree = parse(line, { flavour: 'bash' });
    } catch {
      continue; // a line that is only half of something, or shown because it is wrong
    }
    for (const words of simpleCommands(tree)) {
      const named = words[0] === 'docker' ? await commandOf(words.slice(1)) : undefined;
      if (named !== undefined && !found.includes(named)) found.push(named);
    }
  }
  return found;
}

/** What a command line after `docker` names; undefined where it names no command. */
async function commandOf(args: readonly string[]): Promise<string | undefined> {
  try {
    const [name = '', ...rest] = new FlagSet(globalFlags('')).parse(args, false);
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) return undefined;
    const found = descend(await load(), rest, {});
    return ('help' in found ? found.help : found).path.replace(/^docker /, '');
  } catch (error) {
    // a command line that docker refuses names nothing
    if (error instanceof FlagError || error instanceof CliError || error instanceof HelpRequested) return undefined;
    throw error;
  }
}

function* simpleCommands(tree: unknown): Generator<string[]> {
  if (typeof tree !== 'object' || tree === null) return;
  if ('k' in tree && tree.k === 'simple') yield (tree as Simple).words.map(wordText);
  for (const value of Object.values(tree)) yield* simpleCommands(value);
}

const wordText = (word: Word): string => word.parts.map(partText).join('');

/** Text as written; what is only known when it runs stays a placeholder. */
function partText(part: Part): string {
  if (part.t === 'lit' || part.t === 'quo') return part.s;
  return part.t === 'dq' ? part.parts.map(partText).join('') : '…';
}
