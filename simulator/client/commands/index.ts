/** Every command of `docker`, by name; their descriptions load with the file that holds them. */
import { renamed, type CommandSpec } from '../cli/spec.ts';

type Loader = () => Promise<CommandSpec>;

const container = async (): Promise<CommandSpec> => (await import('./container.ts')).container;
const image = async (): Promise<CommandSpec> => (await import('./image.ts')).image;
const system = async (): Promise<CommandSpec> => (await import('./system.ts')).system;

/** The command `verb` of a group under its short name. */
function short(group: Loader, verb: string, name = verb): Loader {
  return async () => {
    const spec = (await group()).subcommands?.find((sub) => sub.name === verb);
    if (spec === undefined) throw new Error(`no command ${verb}`);
    return renamed(spec, name + spec.use.slice(verb.length), { aliases: [] });
  };
}

/** Names in the order of `docker --help`'s common commands. */
export const COMMON: readonly string[] = [
  'run',
  'exec',
  'ps',
  'build',
  'bake',
  'pull',
  'push',
  'images',
  'login',
  'logout',
  'search',
  'version',
  'info',
];

/** The loader of every top-level command. */
export const COMMANDS: Readonly<Record<string, Loader>> = {
  run: short(container, 'run'),
  exec: short(container, 'exec'),
  ps: short(container, 'ls', 'ps'),
  build: short(image, 'build'),
  bake: async () => {
    const spec = (await import('./buildx.ts')).buildx.subcommands?.find((sub) => sub.name === 'bake');
    if (spec === undefined) throw new Error('no command bake');
    return { ...spec, aliases: [], shownAliases: 'docker buildx bake' };
  },
  pull: short(image, 'pull'),
  push: short(image, 'push'),
  images: short(image, 'ls', 'images'),
  login: async () => (await import('./general.ts')).login,
  logout: async () => (await import('./general.ts')).logout,
  search: async () => (await import('./general.ts')).search,
  version: async () => (await import('./general.ts')).version,
  info: short(system, 'info'),
  builder: async () => (await import('./builder.ts')).builder,
  buildx: async () => (await import('./buildx.ts')).buildx,
  checkpoint: async () => (await import('./checkpoint.ts')).checkpoint,
  compose: async () => (await import('./compose.ts')).compose,
  config: async () => (await import('./swarm.ts')).config,
  container,
  context: async () => (await import('./context.ts')).context,
  image,
  manifest: async () => (await import('./manifest.ts')).manifest,
  network: async () => (await import('./network.ts')).network,
  node: async () => (await import('./swarm.ts')).node,
  plugin: async () => (await import('./plugin.ts')).plugin,
  secret: async () => (await import('./swarm.ts')).secret,
  service: async () => (await import('./service.ts')).service,
  stack: async () => (await import('./swarm.ts')).stack,
  swarm: async () => (await import('./swarm.ts')).swarm,
  system,
  volume: async () => (await import('./volume.ts')).volume,
  attach: short(container, 'attach'),
  commit: short(container, 'commit'),
  cp: short(container, 'cp'),
  create: short(container, 'create'),
  diff: short(container, 'diff'),
  events: short(system, 'events'),
  export: short(container, 'export'),
  history: short(image, 'history'),
  import: short(image, 'import'),
  inspect: async () => (await import('./general.ts')).inspect,
  kill: short(container, 'kill'),
  load: short(image, 'load'),
  logs: short(container, 'logs'),
  pause: short(container, 'pause'),
  port: short(container, 'port'),
  rename: short(container, 'rename'),
  restart: short(container, 'restart'),
  rm: short(container, 'rm'),
  rmi: short(image, 'rm', 'rmi'),
  save: short(image, 'save'),
  start: short(container, 'start'),
  stats: short(container, 'stats'),
  stop: short(container, 'stop'),
  tag: short(image, 'tag'),
  top: short(container, 'top'),
  unpause: short(container, 'unpause'),
  update: short(container, 'update'),
  wait: short(container, 'wait'),
};

/** `docker` itself, with every command loaded. */
export async function rootCommand(): Promise<CommandSpec> {
  const subcommands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return {
    name: 'docker',
    use: 'docker [OPTIONS] COMMAND [ARG...]',
    short: 'A self-sufficient runtime for containers',
    subcommands,
  };
}
