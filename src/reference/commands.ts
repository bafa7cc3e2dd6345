/** The pages of the command reference, out of the table that the client itself parses and prints its help from. */
import { valueName } from '../../simulator/client/cli/help.ts';
import { globalFlags } from '../../simulator/client/cli/global.ts';
import type { CommandSpec, FlagRow } from '../../simulator/client/cli/spec.ts';
import { COMMON, rootCommand } from '../../simulator/client/commands/index.ts';

export interface FlagEntry {
  readonly name: string;
  readonly short: string;
  /** What its value is called; '' for a switch. */
  readonly value: string;
  readonly fallback: string;
  readonly usage: string;
  /** Why help does not list it, or when it counts; '' for ordinary flags. */
  readonly note: string;
}

/** Whether the machine does what the command says, only knows its help, or does so for some of its subcommands. */
export type Simulated = 'yes' | 'no' | 'partly';

export interface CommandPage {
  /** `docker volume create` */
  readonly path: string;
  /** `volume/create` */
  readonly slug: string;
  readonly usage: string;
  readonly short: string;
  /** Said under the heading where it says more than `short`. */
  readonly long: string;
  /** Other spellings of the same command. */
  readonly also: readonly string[];
  readonly flags: readonly FlagEntry[];
  /** Flags that only the classic builder has (`DOCKER_BUILDKIT=0`). */
  readonly classicFlags: readonly FlagEntry[];
  readonly children: readonly { readonly name: string; readonly short: string; readonly slug: string }[];
  readonly simulated: Simulated;
  readonly group: 'common' | 'management' | 'swarm' | 'other';
  /** Slug of the group it belongs to; '' for a command of `docker` itself. */
  readonly parent: string;
  readonly experimental: boolean;
}

export interface CommandReference {
  readonly pages: readonly CommandPage[];
  readonly globals: readonly FlagEntry[];
  /** The page of a command as it is spelled after `docker`, e.g. `container ls` → `ps`. */
  slugOf(words: string): string | undefined;
}

const ONLY: Readonly<Record<string, string>> = {
  swarm: 'Only on a Swarm manager.',
  windows: 'Only with a daemon on Windows.',
  experimental: 'Only with an experimental daemon.',
};

function flagEntry(row: FlagRow): FlagEntry {
  const [name, short, type, fallback, , options] = row;
  const [value, usage] = valueName(row);
  const note = options?.deprecated
    ? `Deprecated: ${options.deprecated}.`
    : options?.hidden
      ? 'Accepted, but not in the help.'
      : options?.only
        ? (ONLY[options.only] ?? '')
        : '';
  // Help prints the zero value of lists and maps; it says nothing.
  const empty = fallback === '[]' || fallback === 'map[]';
  const shown = type === 'string' && fallback ? `"${fallback}"` : empty ? '' : fallback;
  return { name, short, value, usage, note, fallback: shown };
}

const byName = (a: FlagEntry, b: FlagEntry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const entries = (rows: readonly FlagRow[] = []): FlagEntry[] => rows.map(flagEntry).sort(byName);
const slugOfWords = (words: string): string => words.replaceAll(' ', '/');

function simulated(spec: CommandSpec): Simulated {
  const children = spec.subcommands ?? [];
  if (children.length === 0) return spec.load ? 'yes' : 'no';
  const states = new Set(children.map(simulated));
  return states.size === 1 ? [...states][0]! : 'partly';
}

/** The short commands of `docker` that are the same as one in a group: long spelling → short name. */
function shortcuts(top: readonly CommandSpec[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const spec of top.filter((s) => !s.subcommands?.length))
    for (const spelling of (spec.shownAliases ?? '').split(', ').filter(Boolean)) {
      const words = spelling.replace(/^docker /, '');
      if (words !== spec.name) found.set(words, spec.name);
    }
  // `docker build` is handed to buildx (see client/docker.ts), so it is one command under four names.
  found.set('buildx build', 'build');
  return found;
}

function usageOf(spec: CommandSpec, path: string, parent: string): string {
  if (!spec.subcommands?.length) return `docker ${parent}${spec.use}`;
  return `${path}${spec.flags?.length ? ' [OPTIONS]' : ''} COMMAND`;
}

/** Every command once, groups before what they hold. */
export async function loadCommands(): Promise<CommandReference> {
  const top = (await rootCommand()).subcommands ?? [];
  const same = shortcuts(top);
  const pages: CommandPage[] = [];
  const slugs = new Map<string, string>();
  const buildx = top.find((s) => s.name === 'buildx');
  const buildxBuild = buildx?.subcommands?.find((s) => s.name === 'build');

  const add = (given: CommandSpec, parent: string, group: CommandPage['group']): void => {
    const words = `${parent}${given.name}`;
    const names = [given.name, ...(given.aliases ?? [])].map((name) => `${parent}${name}`);
    const target = same.get(words);
    for (const name of names) slugs.set(name, slugOfWords(target ?? words));
    if (target !== undefined) return;
    const spec = words === 'build' && buildxBuild ? { ...buildxBuild, use: given.use } : given;
    const own = entries(spec.flags);
    const known = new Set(own.map((f) => f.name));
    const spellings = [...same].filter(([, short]) => short === words).map(([long]) => long);
    pages.push({
      path: `docker ${words}`,
      slug: slugOfWords(words),
      usage: usageOf(spec, `docker ${words}`, parent),
      short: spec.short,
      long: spec.long && spec.long.trim() !== spec.short ? spec.long.trim() : '',
      also: [...names.slice(1), ...spellings].map((name) => `docker ${name}`),
      flags: own,
      classicFlags: spec === given ? [] : entries(given.flags).filter((f) => !known.has(f.name)),
      children: (spec.subcommands ?? [])
        .filter((child) => child.hidden !== true)
        .map((child) => ({
          name: child.name,
          short: child.short,
          slug: slugOfWords(same.get(`${words} ${child.name}`) ?? `${words} ${child.name}`),
        })),
      simulated: simulated(spec),
      group,
      parent: slugOfWords(parent.trim()),
      experimental: spec.experimental === true,
    });
    for (const child of spec.subcommands ?? []) add(child, `${words} `, group);
  };
  for (const spec of top)
    add(
      spec,
      '',
      COMMON.includes(spec.name)
        ? 'common'
        : spec.category === 'swarm'
          ? 'swarm'
          : spec.subcommands?.length
            ? 'management'
            : 'other',
    );
  return { pages, globals: entries(globalFlags('~/.docker')), slugOf: (words) => slugs.get(words) };
}

let loaded: Promise<CommandReference> | undefined;

/** The reference, made once for all pages of a build. */
export const commands = (): Promise<CommandReference> => (loaded ??= loadCommands());

/** The address of a command's page. */
export const commandHref = (slug: string): string =>
  `${import.meta.env.BASE_URL.replace(/\/$/, '')}/reference/commands/${slug}/`;
