/** How a command of `docker` is described. Parsing, help, completion and the reference pages read the same entries. */
import type { Cli } from './cli.ts';
import type { FlagSet } from './flags.ts';

/**
 * A flag: long name, shorthand ('' for none), type, default as help shows it ('' when it is the type's zero value),
 * usage text, and what else there is to say.
 */
export type FlagRow = readonly [
  name: string,
  short: string,
  type: string,
  fallback: string,
  usage: string,
  options?: FlagOptions,
];

export interface FlagOptions {
  /** Accepted but not shown. */
  readonly hidden?: true;
  /** The notice printed when it is used (`Flag --x has been deprecated, …`); also hides it. */
  readonly deprecated?: string;
  /** Shown only when the daemon is of that kind. */
  readonly only?: 'swarm' | 'windows' | 'experimental';
  /** Name of a check on the value (see `validators.ts`). */
  readonly check?: string;
}

/** Fewest and most positional arguments; without the second there is no limit. */
export type ArgRule = readonly [min: number, max?: number];

export type Runner = (cli: Cli, flags: FlagSet, args: readonly string[]) => Promise<number>;

/** What the arguments name, for completion. */
export type Completes =
  | 'containers'
  | 'running-containers'
  | 'stopped-containers'
  | 'paused-containers'
  | 'images'
  | 'networks'
  | 'volumes'
  | 'files'
  | 'contexts'
  | 'none';

export interface CommandSpec {
  readonly name: string;
  /** The usage line after the parent's path; `name` first. */
  readonly use: string;
  readonly short: string;
  readonly long?: string;
  /** Other names in the same group. */
  readonly aliases?: readonly string[];
  /** What help lists under `Aliases:` instead of the names of the group. */
  readonly shownAliases?: string;
  readonly args?: ArgRule;
  readonly flags?: readonly FlagRow[];
  /** Flags end at the first argument (`run`, `exec`). */
  readonly interspersed?: false;
  readonly hidden?: true;
  readonly experimental?: true;
  /** Shown only when the daemon is of that kind. */
  readonly only?: 'swarm' | 'swarm-active' | 'experimental';
  readonly category?: 'common' | 'management' | 'swarm';
  /** A plugin: starred in the list, its flags have `--help`'s own rules. */
  readonly plugin?: true;
  readonly subcommands?: readonly CommandSpec[];
  /** What runs it; without it the command is not simulated (or only prints its help). */
  readonly load?: () => Promise<Runner>;
  readonly completes?: readonly Completes[];
}

/** The same command under another name, e.g. `docker container ls` and `docker ps`. */
export function renamed(spec: CommandSpec, use: string, changes: Partial<CommandSpec> = {}): CommandSpec {
  return { ...spec, name: use.split(' ')[0] ?? use, use, ...changes };
}
