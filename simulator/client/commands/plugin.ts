/** `docker plugin`. */
import type { CommandSpec } from '../cli/spec.ts';

const pluginCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] PLUGIN PLUGIN-DATA-DIR',
  short:
    'Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.',
  args: [2],
  flags: [['compress', '', 'bool', '', 'Compress the context using gzip']],
};

const pluginDisable: CommandSpec = {
  name: 'disable',
  use: 'disable [OPTIONS] PLUGIN',
  short: 'Disable a plugin',
  args: [1, 1],
  flags: [['force', 'f', 'bool', '', 'Force the disable of an active plugin']],
};

const pluginEnable: CommandSpec = {
  name: 'enable',
  use: 'enable [OPTIONS] PLUGIN',
  short: 'Enable a plugin',
  args: [1, 1],
  flags: [['timeout', '', 'int', '30', 'HTTP client timeout (in seconds)']],
};

const pluginInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Display detailed information on one or more plugins',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
  ],
};

const pluginInstall: CommandSpec = {
  name: 'install',
  use: 'install [OPTIONS] PLUGIN [KEY=VALUE...]',
  short: 'Install a plugin',
  args: [1],
  flags: [
    ['alias', '', 'string', '', 'Local name for plugin'],
    ['disable', '', 'bool', '', 'Do not enable the plugin on install'],
    ['grant-all-permissions', '', 'bool', '', 'Grant all permissions necessary to run the plugin'],
  ],
  interspersed: false,
};

const pluginLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List plugins',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Provide filter values (e.g. "enabled=true")'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['no-trunc', '', 'bool', '', "Don't truncate output"],
    ['quiet', 'q', 'bool', '', 'Only display plugin IDs'],
  ],
  load: async () => (await import('../system/plugins.ts')).list,
};

const pluginPush: CommandSpec = {
  name: 'push',
  use: 'push [OPTIONS] PLUGIN[:TAG]',
  short: 'Push a plugin to a registry',
  args: [1, 1],
};

const pluginRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Remove one or more plugins',
  aliases: ['remove'],
  args: [1],
  flags: [['force', 'f', 'bool', '', 'Force the removal of an active plugin']],
};

const pluginSet: CommandSpec = {
  name: 'set',
  use: 'set PLUGIN KEY=VALUE [KEY=VALUE...]',
  short: 'Change settings for a plugin',
  args: [2],
  interspersed: false,
};

const pluginUpgrade: CommandSpec = {
  name: 'upgrade',
  use: 'upgrade [OPTIONS] PLUGIN [REMOTE]',
  short: 'Upgrade an existing plugin',
  args: [1, 2],
  flags: [
    ['grant-all-permissions', '', 'bool', '', 'Grant all permissions necessary to run the plugin'],
    ['skip-remote-check', '', 'bool', '', 'Do not check if specified remote plugin matches existing plugin image'],
  ],
};

/** `docker plugin`. */
export const plugin: CommandSpec = {
  name: 'plugin',
  use: 'plugin',
  short: 'Manage plugins',
  args: [0, 0],
  category: 'management',
  subcommands: [
    pluginCreate,
    pluginDisable,
    pluginEnable,
    pluginInspect,
    pluginInstall,
    pluginLs,
    pluginPush,
    pluginRm,
    pluginSet,
    pluginUpgrade,
  ],
};
