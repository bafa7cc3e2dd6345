/** Commands that belong to no group. */
import type { CommandSpec } from '../cli/spec.ts';

/** `docker inspect`. */
export const inspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] NAME|ID [NAME|ID...]',
  short: 'Return low-level information on Docker objects',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['size', 's', 'bool', '', 'Display total file sizes if the type is container'],
    ['type', '', 'string', '', 'Only inspect objects of the given type'],
  ],
  load: async () => (await import('../inspect/commands.ts')).inspectAny,
};

/** `docker version`. */
export const version: CommandSpec = {
  name: 'version',
  use: 'version [OPTIONS]',
  short: 'Show the Docker version information',
  args: [0, 0],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
  ],
  load: async () => (await import('../system/version.ts')).version,
};

/** `docker login`. */
export const login: CommandSpec = {
  name: 'login',
  use: 'login [OPTIONS] [SERVER]',
  short: 'Authenticate to a registry',
  long: 'Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.',
  args: [0, 1],
  flags: [
    ['password', 'p', 'string', '', 'Password or Personal Access Token (PAT), or "-" to read from stdin'],
    ['password-stdin', '', 'bool', '', 'Take the Password or Personal Access Token (PAT) from stdin'],
    ['username', 'u', 'string', '', 'Username'],
  ],
  load: async () => (await import('../system/login.ts')).login,
};

/** `docker logout`. */
export const logout: CommandSpec = {
  name: 'logout',
  use: 'logout [SERVER]',
  short: 'Log out from a registry',
  long: 'Log out from a registry.\nIf no server is specified, the default is defined by the daemon.',
  args: [0, 1],
  load: async () => (await import('../system/login.ts')).logout,
};

/** `docker search`. */
export const search: CommandSpec = {
  name: 'search',
  use: 'search [OPTIONS] TERM',
  short: 'Search Docker Hub for images',
  args: [1, 1],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    ['format', '', 'string', '', 'Pretty-print search using a Go template'],
    ['limit', '', 'int', '', 'Max number of search results'],
    ['no-trunc', '', 'bool', '', "Don't truncate output"],
  ],
  load: async () => (await import('../image/search.ts')).search,
};
