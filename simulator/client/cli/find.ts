/** From the words of a command line to the command, its flags and its arguments. */
import { FlagError, FlagSet, HelpRequested } from './flags.ts';
import { CliError } from './errors.ts';
import type { ArgRule, CommandSpec } from './spec.ts';

export interface Found {
  readonly spec: CommandSpec;
  /** Full path of the command, e.g. `docker container ls`. */
  readonly path: string;
  /** Path of its group. */
  readonly parent: string;
  /** The word it was called by. */
  readonly calledAs: string;
  readonly args: readonly string[];
  /** Flags given to the groups on the way (compose, buildx). */
  readonly inherited: readonly FlagSet[];
}

/** The usage line of a command. */
export function useLine(found: { readonly spec: CommandSpec; readonly parent: string }): string {
  return `${found.parent} ${found.spec.use}`;
}

/** The error for flags that cannot be read. */
export function flagFailure(
  error: FlagError,
  found: { readonly spec: CommandSpec; readonly parent: string; readonly path: string },
): CliError {
  return new CliError(
    `${error.message}\n\nUsage:  ${useLine(found)}\n\nRun '${found.path} --help' for more information`,
    125,
  );
}

/** Walks down the groups: their flags end at the next command's name. */
export function descend(
  top: CommandSpec,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Found | HelpFor {
  let found: Found = {
    spec: top,
    path: `docker ${top.name}`,
    parent: 'docker',
    calledAs: top.name,
    args,
    inherited: [],
  };
  while ((found.spec.subcommands?.length ?? 0) > 0) {
    const flags = new FlagSet(found.spec.flags ?? [], env);
    let rest: string[];
    try {
      rest = flags.parse(found.args, false);
    } catch (error) {
      if (error instanceof HelpRequested) return { help: found, shorthand: error.shorthand };
      if (error instanceof FlagError) throw flagFailure(error, found);
      throw error;
    }
    const [word] = rest;
    const child =
      word === undefined
        ? undefined
        : found.spec.subcommands?.find((sub) => sub.name === word || (sub.aliases ?? []).includes(word));
    if (word === undefined || child === undefined) {
      // What is a command of its own besides takes these words itself.
      if (found.spec.load !== undefined) return found;
      return { ...found, args: rest, inherited: [...found.inherited, flags] };
    }
    found = {
      spec: child,
      path: `${found.path} ${child.name}`,
      parent: found.path,
      calledAs: word,
      args: rest.slice(1),
      inherited: [...found.inherited, flags],
    };
  }
  return found;
}

/** `--help` was met on the way. */
export interface HelpFor {
  readonly help: Found;
  readonly shorthand: boolean;
}

/** Checks the number of arguments; throws docker's error. */
export function checkArgs(rule: ArgRule | undefined, found: Found, args: readonly string[]): void {
  if (rule === undefined) return;
  const [min, max] = rule;
  if (args.length >= min && (max === undefined || args.length <= max)) return;
  const plural = (count: number): string => (count === 1 ? 'argument' : 'arguments');
  let complaint: string;
  let hint = 'Run';
  if (max === 0) complaint = 'accepts no arguments';
  else if (max === undefined) {
    complaint = `requires at least ${min} ${plural(min)}`;
    hint = 'See';
  } else if (min === max) complaint = `requires ${min} ${plural(min)}`;
  else if (min === 0) complaint = `requires at most ${max} ${plural(max)}`;
  else complaint = `requires at least ${min} and at most ${max} ${plural(max)}`;
  throw new CliError(
    `docker: '${found.path}' ${complaint}\n\nUsage:  ${useLine(found)}\n\n${hint} '${found.path} --help' for more information`,
  );
}
