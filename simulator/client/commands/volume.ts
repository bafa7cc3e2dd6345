/** `docker volume`. */
import type { CommandSpec } from '../cli/spec.ts';

const volumeCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] [VOLUME]',
  short: 'Create a volume',
  args: [0, 1],
  flags: [
    [
      'availability',
      '',
      'string',
      'active',
      'Cluster Volume availability ("active", "pause", "drain")',
      { only: 'swarm' },
    ],
    ['driver', 'd', 'string', 'local', 'Specify volume driver name'],
    ['group', '', 'string', '', 'Cluster Volume group (cluster volumes)', { only: 'swarm' }],
    ['label', '', 'list', '', 'Set metadata for a volume', { check: 'label' }],
    ['limit-bytes', '', 'bytes', '', 'Minimum size of the Cluster Volume in bytes', { only: 'swarm' }],
    ['opt', 'o', 'map', 'map[]', 'Set driver specific options'],
    ['required-bytes', '', 'bytes', '', 'Maximum size of the Cluster Volume in bytes', { only: 'swarm' }],
    ['scope', '', 'string', 'single', 'Cluster Volume access scope ("single", "multi")', { only: 'swarm' }],
    ['secret', '', 'map', 'map[]', 'Cluster Volume secrets', { only: 'swarm' }],
    [
      'sharing',
      '',
      'string',
      'none',
      'Cluster Volume access sharing ("none", "readonly", "onewriter", "all")',
      { only: 'swarm' },
    ],
    [
      'topology-preferred',
      '',
      'list',
      '',
      'A topology that the Cluster Volume would be preferred in',
      { only: 'swarm' },
    ],
    [
      'topology-required',
      '',
      'list',
      '',
      'A topology that the Cluster Volume must be accessible from',
      { only: 'swarm' },
    ],
    ['type', '', 'string', 'block', 'Cluster Volume access type ("mount", "block")', { only: 'swarm' }],
  ],
  load: async () => (await import('../volume/manage.ts')).create,
};

const volumeInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] VOLUME [VOLUME...]',
  short: 'Display detailed information on one or more volumes',
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
  load: async () => (await import('../inspect/commands.ts')).inspectVolume,
  completes: ['volumes'],
};

const volumeLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List volumes',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    [
      'cluster',
      '',
      'bool',
      '',
      'Display only cluster volumes, and use cluster volume list formatting',
      { only: 'swarm' },
    ],
    ['filter', 'f', 'filter', '', 'Provide filter values (e.g. "dangling=true")'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only display volume names'],
  ],
  load: async () => (await import('../volume/manage.ts')).list,
};

const volumePrune: CommandSpec = {
  name: 'prune',
  use: 'prune [OPTIONS]',
  short: 'Remove unused local volumes',
  args: [0, 0],
  flags: [
    ['all', 'a', 'bool', '', 'Remove all unused volumes, not just anonymous ones'],
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "label=<label>")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
  ],
  load: async () => (await import('../system/prune.ts')).pruneVolumes,
};

const volumeRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] VOLUME [VOLUME...]',
  short: 'Remove one or more volumes',
  long: 'Remove one or more volumes. You cannot remove a volume that is in use by a container.',
  aliases: ['remove'],
  args: [1],
  flags: [['force', 'f', 'bool', '', 'Force the removal of one or more volumes']],
  load: async () => (await import('../volume/manage.ts')).remove,
  completes: ['volumes'],
};

const volumeUpdate: CommandSpec = {
  name: 'update',
  use: 'update [OPTIONS] [VOLUME]',
  short: 'Update a volume (cluster volumes only)',
  args: [1, 1],
  flags: [
    [
      'availability',
      '',
      'string',
      'active',
      'Cluster Volume availability ("active", "pause", "drain")',
      { only: 'swarm' },
    ],
  ],
  only: 'swarm',
};

/** `docker volume`. */
export const volume: CommandSpec = {
  name: 'volume',
  use: 'volume COMMAND',
  short: 'Manage volumes',
  args: [0, 0],
  category: 'management',
  subcommands: [volumeCreate, volumeInspect, volumeLs, volumePrune, volumeRm, volumeUpdate],
};
