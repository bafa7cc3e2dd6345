/** `docker __complete`: what could come next, as cobra's completion scripts ask for it. */
import { COMMANDS, rootCommand } from '../commands/index.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';
import type { Completes, CommandSpec, FlagRow } from './spec.ts';

/** Directives of cobra: no files are offered, or files are. */
const NO_FILES = 4;
const FILES = 0;

interface Candidate {
  readonly value: string;
  readonly text?: string;
}

/** Prints the candidates for the last word of `args`, one a line, then the directive. */
export async function complete(cli: Cli, args: readonly string[], globals: readonly FlagRow[]): Promise<number> {
  const { candidates, directive } = await find(cli, args, globals);
  const word = args.at(-1) ?? '';
  const fitting = candidates.filter(({ value }) => value.startsWith(word));
  for (const { value, text } of fitting)
    await cli.print(text === undefined || text === '' ? value : `${value}\t${text}`);
  await cli.print(`:${directive}`);
  return 0;
}

interface Answer {
  readonly candidates: readonly Candidate[];
  readonly directive: number;
}

const none: Answer = { candidates: [], directive: NO_FILES };

async function find(cli: Cli, args: readonly string[], globals: readonly FlagRow[]): Promise<Answer> {
  const before = args.slice(0, -1);
  const word = args.at(-1) ?? '';
  let spec: CommandSpec = { ...(await cli.sys.external(rootCommand())), flags: globals };
  const positional: string[] = [];
  let pending: FlagRow | undefined;
  let ended = false;
  for (const arg of before) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    if (!ended && arg === '--') {
      ended = true;
      continue;
    }
    if (!ended && arg.startsWith('-') && arg.length > 1) {
      pending = needsValue(spec, arg);
      continue;
    }
    const child = positional.length === 0 ? childOf(spec, arg) : undefined;
    if (child !== undefined) spec = await loaded(child);
    else positional.push(arg);
    if (child === undefined && spec.interspersed === false) ended = true;
  }
  if (pending !== undefined) return flagValues(cli, pending, word);
  if (!ended && word.startsWith('-')) {
    const equals = word.indexOf('=');
    if (equals > 0) {
      const row = (spec.flags ?? []).find(([name]) => `--${name}` === word.slice(0, equals));
      if (row === undefined) return none;
      const values = await flagValues(cli, row, word.slice(equals + 1));
      return {
        ...values,
        candidates: values.candidates.map(({ value }) => ({ value: word.slice(0, equals + 1) + value })),
      };
    }
    return { candidates: flagNames(spec, word), directive: NO_FILES };
  }
  if ((spec.subcommands?.length ?? 0) > 0 && positional.length === 0) {
    const children = (spec.subcommands ?? []).filter((child) => child.hidden !== true && child.only === undefined);
    return {
      candidates: children
        .map((child) => ({ value: child.name, text: child.short.trim() }))
        .sort((a, b) => (a.value < b.value ? -1 : 1)),
      directive: NO_FILES,
    };
  }
  return argumentsOf(cli, spec, positional);
}

function childOf(spec: CommandSpec, name: string): CommandSpec | undefined {
  return spec.subcommands?.find((child) => child.name === name || (child.aliases ?? []).includes(name));
}

/** `docker build` is buildx' command, with its flags. */
async function loaded(spec: CommandSpec): Promise<CommandSpec> {
  if (spec.name !== 'build' || spec.shownAliases?.includes('docker buildx') === true) return spec;
  const buildx = await COMMANDS['buildx']?.();
  return buildx?.subcommands?.find((child) => child.name === 'build') ?? spec;
}

function needsValue(spec: CommandSpec, arg: string): FlagRow | undefined {
  if (arg.includes('=')) return undefined;
  const row = arg.startsWith('--')
    ? (spec.flags ?? []).find(([name]) => name === arg.slice(2))
    : (spec.flags ?? []).find(([, short]) => short !== '' && short === arg.at(-1));
  return row === undefined || row[2] === 'bool' ? undefined : row;
}

function flagNames(spec: CommandSpec, word: string): Candidate[] {
  const rows = (spec.flags ?? []).filter(
    ([, , , , , options]) => options?.hidden !== true && options?.deprecated === undefined,
  );
  const long = rows.map(([name, , , , usage]) => ({ value: `--${name}`, text: usage.split('\n')[0] ?? '' }));
  const short = word.startsWith('--')
    ? []
    : rows.flatMap(([, letter, , , usage]) =>
        letter === '' ? [] : [{ value: `-${letter}`, text: usage.split('\n')[0] ?? '' }],
      );
  return [...long, ...short].sort((a, b) => (a.value < b.value ? -1 : 1));
}

/** What follows `--flag=` or the flag. */
async function flagValues(cli: Cli, row: FlagRow, word: string): Promise<Answer> {
  const { fixedValues } = await cli.sys.external(import('./flag-values.ts'));
  const fixed = fixedValues(row, word, cli.sys.env);
  if (fixed === undefined) return { candidates: [], directive: FILES };
  const { values, directive } = fixed;
  if ('kind' in values) {
    const { before = '', after = '', kind } = values;
    const candidates = (await named(cli, kind)).map(({ value }) => ({ value: before + value + after }));
    return { candidates, directive };
  }
  return { candidates: values.map((value) => ({ value })), directive };
}

async function argumentsOf(cli: Cli, spec: CommandSpec, given: readonly string[]): Promise<Answer> {
  const kinds = spec.completes ?? [];
  // The last kind goes for all that follow.
  const kind = kinds[Math.min(given.length, kinds.length - 1)];
  if (kind === undefined) {
    const takesFiles = ['build', 'import', 'load'].includes(spec.name);
    return { candidates: [], directive: takesFiles ? FILES : NO_FILES };
  }
  if (kind === 'none') return none;
  if (kind === 'files') return { candidates: [], directive: FILES };
  const found = (await named(cli, kind)).filter(({ value }) => !given.includes(value));
  return { candidates: found, directive: spec.name === 'cp' ? FILES : NO_FILES };
}

const STATES: Readonly<Partial<Record<Completes, (state: string) => boolean>>> = {
  containers: () => true,
  'running-containers': (state) => state === 'running' || state === 'paused' || state === 'restarting',
  'stopped-containers': (state) => state === 'exited' || state === 'created' || state === 'dead',
  'paused-containers': (state) => state === 'paused',
};

/** Names the daemon knows; nothing when it cannot be asked. */
async function named(cli: Cli, kind: Completes): Promise<Candidate[]> {
  try {
    const states = STATES[kind];
    if (states !== undefined) {
      const containers = await cli.api.json<{ Names: string[]; State: string }[] | null>('GET', '/containers/json', {
        query: { all: '1' },
      });
      return (containers ?? [])
        .filter(({ State }) => states(State))
        .flatMap(({ Names }) => Names.map((name) => ({ value: name.replace(/^\//, '') })));
    }
    if (kind === 'images') {
      const images = await cli.api.json<{ RepoTags: string[] | null }[] | null>('GET', '/images/json');
      const tags = (images ?? []).flatMap(({ RepoTags }) => RepoTags ?? []);
      return tags.map((value) => ({ value }));
    }
    if (kind === 'networks') {
      const networks = await cli.api.json<{ Name: string }[] | null>('GET', '/networks');
      return (networks ?? []).map(({ Name }) => ({ value: Name }));
    }
    if (kind === 'volumes') {
      const { Volumes } = await cli.api.json<{ Volumes: { Name: string }[] | null }>('GET', '/volumes');
      return (Volumes ?? []).map(({ Name }) => ({ value: Name }));
    }
    if (kind !== 'contexts') return [];
    const { ContextStore } = await cli.sys.external(import('./contexts.ts'));
    const names = new ContextStore(cli.sys, cli.config.dir).list().map(({ Name }) => Name);
    return ['default', ...names].map((value) => ({ value }));
  } catch (error) {
    if (error instanceof CliError) return [];
    throw error;
  }
}
