/** The docker command: a client of the Engine API. */
import type { Program } from '../kernel/programs.ts';
import type { Sys } from '../kernel/abi.ts';
import { isErrno } from '../kernel/errno.ts';
import type { Transport } from './cli/api.ts';
import { Cli } from './cli/cli.ts';
import { CliError } from './cli/errors.ts';
import { checkArgs, descend, flagFailure, type Found, type HelpFor } from './cli/find.ts';
import { FlagError, FlagSet, HelpRequested } from './cli/flags.ts';
import { globalFlags } from './cli/global.ts';
import type { CommandSpec, FlagRow } from './cli/spec.ts';
import { COMMANDS, COMMON, rootCommand } from './commands/index.ts';
import { VERSION } from './cli/release.ts';
import { ConfigFile, DEFAULT_CONTEXT } from './cli/config.ts';
import { DEFAULT_HOST, sysTransport } from './cli/transport.ts';

const ROOT_USE = 'docker [OPTIONS] COMMAND [ARG...]';
const HELP_NOTICE = 'Flag shorthand -h has been deprecated, use --help';

/** The program `docker`. */
export const docker: Program = (sys) => runDocker(sys);

/** Runs one command line; `transport` replaces the socket in tests. */
export async function runDocker(sys: Sys, transport?: Transport): Promise<number> {
  try {
    return await dispatch(sys, transport);
  } catch (error) {
    if (error instanceof CliError) {
      if (error.message !== '') await sys.write(2, `${error.message}\n`);
      return error.status;
    }
    // Output nobody reads any more ends the command as SIGPIPE would.
    if (isErrno(error, 'EPIPE')) return 1;
    throw error;
  }
}

async function dispatch(sys: Sys, transport: Transport | undefined): Promise<number> {
  const dir = sys.env['DOCKER_CONFIG'] ?? `${sys.env['HOME'] ?? '/root'}/.docker`;
  const rows = globalFlags(dir);
  const globals = new FlagSet(rows, sys.env);
  let args: string[];
  let help: HelpRequested | undefined;
  try {
    args = globals.parse(sys.argv.slice(1), false);
  } catch (error) {
    if (error instanceof FlagError) {
      throw new CliError(`${error.message}\n\nUsage:  ${ROOT_USE}\n\nRun 'docker --help' for more information`, 125);
    }
    if (!(error instanceof HelpRequested)) throw error;
    help = error;
    args = [];
  }
  const config = new ConfigFile(sys, globals.string('config'));
  if (config.warning !== '') await sys.write(2, `${config.warning}\n`);
  const context = contextName(globals, sys.env, config);
  const chosen = transport ?? (await transportFor(sys, globals, config, context));
  const cli = new Cli(sys, chosen, config, context);
  if (help !== undefined) {
    if (help.shorthand) await cli.print(HELP_NOTICE);
    await cli.out(await rootHelp(cli, dir));
    return 0;
  }
  const [word] = args;
  if (globals.bool('version') && word === undefined) {
    await cli.print(`Docker version ${VERSION}, build v${VERSION}`);
    return 0;
  }
  if (word === undefined) {
    await cli.err(await rootHelp(cli, dir));
    return 0;
  }
  if (word === '__complete' || word === '__completeNoDesc') {
    const { complete } = await sys.external(import('./cli/complete.ts'));
    return complete(cli, args.slice(1), rows);
  }
  if (word === 'help') return helpCommand(cli, args.slice(1), dir);
  const target = redirect(args, sys.env);
  return runCommand(cli, target, dir, target !== args);
}

/** `docker build` is `docker buildx build`, unless DOCKER_BUILDKIT=0 asks for the classic builder. */
function redirect(args: readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
  const [first, second] = args;
  if (first === 'bake') return ['buildx', ...args];
  if (env['DOCKER_BUILDKIT'] === '0') return args;
  if (first === 'build') return ['buildx', ...args];
  if ((first === 'image' || first === 'builder') && second === 'build') return ['buildx', ...args.slice(1)];
  return args;
}

/** `docker build` sets BUILDX_BUILDER to the context's builder, which help shows as the flag's default. */
function withDefaultBuilder(spec: CommandSpec): CommandSpec {
  const flags = (rows: readonly FlagRow[] = []): readonly FlagRow[] =>
    rows.map((row) => (row[0] === 'builder' ? [row[0], row[1], row[2], 'default', row[4]] : row));
  return {
    ...spec,
    subcommands: (spec.subcommands ?? []).map((sub) => ({ ...sub, flags: flags(sub.flags) })),
  };
}

/** The context whose daemon is meant; a host given overrides the one chosen with `docker context use`. */
function contextName(globals: FlagSet, env: Readonly<Record<string, string>>, config: ConfigFile): string {
  const flag = globals.string('context');
  const host = globals.string('host');
  if (flag !== '' && host !== '') {
    throw new CliError('conflicting options: cannot specify both --host and --context');
  }
  if (flag !== '') return flag;
  if (host !== '' || env['DOCKER_HOST']) return DEFAULT_CONTEXT;
  return env['DOCKER_CONTEXT'] || config.content.currentContext || DEFAULT_CONTEXT;
}

async function transportFor(sys: Sys, globals: FlagSet, config: ConfigFile, context: string): Promise<Transport> {
  if (context === DEFAULT_CONTEXT) {
    return sysTransport(sys, globals.string('host') || sys.env['DOCKER_HOST'] || DEFAULT_HOST);
  }
  const { ContextStore } = await sys.external(import('./cli/contexts.ts'));
  try {
    return sysTransport(sys, new ContextStore(sys, config.dir).get(context).Endpoints.docker?.Host ?? '');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const failure = new CliError(`Failed to initialize: unable to resolve docker endpoint: ${error.message}`);
    // Commands that need no daemon work all the same.
    return { host: '', send: () => Promise.reject(failure) };
  }
}

async function runCommand(cli: Cli, args: readonly string[], dir: string, viaBuild = false): Promise<number> {
  const [word = '', ...rest] = args;
  const load = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (load === undefined) {
    if (rest.includes('--help')) {
      await cli.out(await rootHelp(cli, dir));
      return 0;
    }
    if (word === 'completion') throw new CliError(notSimulated('docker completion'));
    throw new CliError(`docker: unknown command: docker ${word}\n\nRun 'docker --help' for more information`);
  }
  const loaded = await cli.sys.external(load());
  const found = descend(viaBuild ? withDefaultBuilder(loaded) : loaded, rest, cli.sys.env);
  if ('help' in found) return printHelp(cli, found);
  if (found.spec.load === undefined && (found.spec.subcommands?.length ?? 0) > 0) return runGroup(cli, found);
  const flags = new FlagSet([...(found.spec.flags ?? [])], cli.sys.env);
  let positional: string[];
  try {
    positional = flags.parse(found.args, found.spec.interspersed ?? true);
  } catch (error) {
    if (error instanceof HelpRequested) return printHelp(cli, { help: found, shorthand: error.shorthand });
    if (error instanceof FlagError) throw flagFailure(error, found);
    throw error;
  }
  for (const notice of flags.notices) await cli.print(notice);
  try {
    checkArgs(found.spec.args, found, positional);
  } catch (error) {
    // buildx prints its own errors, with its own word before them.
    if (error instanceof CliError && found.path.startsWith('docker buildx '))
      throw new CliError(`ERROR: ${error.message}`);
    throw error;
  }
  cli.path = found.path;
  cli.calledAs = found.calledAs;
  const run = found.spec.load;
  if (run === undefined) {
    // A machine that is in no swarm says so itself.
    if (NEEDS_SWARM.test(found.path)) await cli.api.call('GET', '/services');
    throw new CliError(notSimulated(found.path));
  }
  return (await cli.sys.external(run()))(cli, flags, positional);
}

/** Commands that a daemon outside of a swarm refuses. */
const NEEDS_SWARM =
  /^docker (service|secret|config|node|stack (deploy|ls|ps|rm|services)|swarm (ca|join-token|unlock-key|update))( |$)/;

/** What is said for a command that is known but has no model behind it. */
export function notSimulated(path: string): string {
  return path.startsWith('docker compose')
    ? `${path}: this machine does not have Compose yet`
    : `${path}: this command is not simulated here`;
}

/** A group without a command prints its help on stderr; with an unknown one it complains. */
async function runGroup(cli: Cli, found: Found): Promise<number> {
  const [word] = found.args;
  if (found.spec.plugin === true) {
    if (word === undefined) {
      if (found.inherited.at(-1)?.bool('version') === true) {
        const { version } = await cli.sys.external(import('./system/compose.ts'));
        return version(cli, new FlagSet([]), []);
      }
      await cli.out(await helpFor(cli, found));
      return 0;
    }
    if (found.spec.name === 'buildx') {
      await cli.out(await helpFor(cli, found));
      throw new CliError(`ERROR: unknown command: ${JSON.stringify(word)}`);
    }
    throw new CliError(
      `unknown docker command: ${JSON.stringify(`${found.spec.name} ${word}`)}\n\nRun '${found.path} --help' for more information on a command`,
    );
  }
  if (word === undefined) {
    await cli.err((found.spec.name === 'manifest' ? '\n' : '') + (await helpFor(cli, found)));
    return 0;
  }
  throw new CliError(
    `docker: unknown command: ${found.path} ${word}\n\nUsage:  ${found.parent} ${found.spec.use}\n\nRun '${found.path} --help' for more information`,
  );
}

async function helpFor(cli: Cli, found: Found): Promise<string> {
  const { helpText } = await cli.sys.external(import('./cli/help.ts'));
  return helpText(found.spec, {
    parent: found.parent,
    columns: helpColumns(cli),
    daemon:
      found.path.startsWith('docker buildx') || found.path.startsWith('docker compose')
        ? undefined
        : await cli.daemonKind(),
  });
}

async function printHelp(cli: Cli, { help, shorthand }: HelpFor): Promise<number> {
  if (shorthand) await cli.print(HELP_NOTICE);
  await cli.out(await helpFor(cli, help));
  return 0;
}

/** Help is wrapped to the terminal of stdin, or 80 columns. */
function helpColumns(cli: Cli): number {
  return (cli.inIsTerminal ? cli.sys.windowSize(0).columns : 80) - 1;
}

async function rootHelp(cli: Cli, dir: string): Promise<string> {
  const { helpText } = await cli.sys.external(import('./cli/help.ts'));
  return helpText(await cli.sys.external(rootCommand()), {
    parent: '',
    columns: helpColumns(cli),
    daemon: await cli.daemonKind(),
    root: { flags: globalFlags(dir), common: COMMON },
    bold: cli.outIsTerminal,
  });
}

/** `docker help [COMMAND…]`. */
async function helpCommand(cli: Cli, words: readonly string[], dir: string): Promise<number> {
  const [word] = words;
  if (word === undefined || word === '--help') {
    await cli.out(await rootHelp(cli, dir));
    return 0;
  }
  const [target = '', ...rest] = redirect(words, cli.sys.env);
  const load = Object.hasOwn(COMMANDS, target) ? COMMANDS[target] : undefined;
  const found = load === undefined ? undefined : descend(await cli.sys.external(load()), rest, cli.sys.env);
  if (found === undefined || 'help' in found || found.args.length > 0) {
    throw new CliError(`unknown help topic: ${words.join(' ')}`);
  }
  return printHelp(cli, { help: found, shorthand: false });
}
