/** `docker system`, and its `events` and `info` in short form. */
import type { CommandSpec } from '../cli/spec.ts';

const systemDf: CommandSpec = {
  name: 'df',
  use: 'df [OPTIONS]',
  short: 'Show docker disk usage',
  args: [0, 0],
  flags: [
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['verbose', 'v', 'bool', '', 'Show detailed information on space usage'],
  ],
  load: async () => (await import('../system/df.ts')).df,
};

const systemDialStdio: CommandSpec = {
  name: 'dial-stdio',
  use: 'dial-stdio',
  short: 'Proxy the stdio stream to the daemon connection. Should not be invoked manually.',
  args: [0, 0],
  hidden: true,
};

const systemEvents: CommandSpec = {
  name: 'events',
  use: 'events [OPTIONS]',
  short: 'Get real time events from the server',
  shownAliases: 'docker system events, docker events',
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['since', '', 'string', '', 'Show all events created since timestamp'],
    ['until', '', 'string', '', 'Stream events until this timestamp'],
  ],
  load: async () => (await import('../system/events.ts')).events,
};

const systemInfo: CommandSpec = {
  name: 'info',
  use: 'info [OPTIONS]',
  short: 'Display system-wide information',
  shownAliases: 'docker system info, docker info',
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
  load: async () => (await import('../system/info.ts')).info,
};

const systemPrune: CommandSpec = {
  name: 'prune',
  use: 'prune [OPTIONS]',
  short: 'Remove unused data',
  args: [0, 0],
  flags: [
    ['all', 'a', 'bool', '', 'Remove all unused images not just dangling ones'],
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "label=<key>=<value>")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
    ['volumes', '', 'bool', '', 'Prune anonymous volumes'],
  ],
  load: async () => (await import('../system/prune.ts')).pruneSystem,
};

/** `docker system`. */
export const system: CommandSpec = {
  name: 'system',
  use: 'system',
  short: 'Manage Docker',
  args: [0, 0],
  category: 'management',
  subcommands: [systemDf, systemDialStdio, systemEvents, systemInfo, systemPrune],
};
