/** `docker checkpoint`. */
import type { CommandSpec } from '../cli/spec.ts';

const checkpointCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] CONTAINER CHECKPOINT',
  short: 'Create a checkpoint from a running container',
  args: [2, 2],
  flags: [
    ['checkpoint-dir', '', 'string', '', 'Use a custom checkpoint storage directory'],
    ['leave-running', '', 'bool', '', 'Leave the container running after checkpoint'],
  ],
};

const checkpointLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS] CONTAINER',
  short: 'List checkpoints for a container',
  aliases: ['list'],
  args: [1, 1],
  flags: [['checkpoint-dir', '', 'string', '', 'Use a custom checkpoint storage directory']],
};

const checkpointRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] CONTAINER CHECKPOINT',
  short: 'Remove a checkpoint',
  aliases: ['remove'],
  args: [2, 2],
  flags: [['checkpoint-dir', '', 'string', '', 'Use a custom checkpoint storage directory']],
};

/** `docker checkpoint`. */
export const checkpoint: CommandSpec = {
  name: 'checkpoint',
  use: 'checkpoint',
  short: 'Manage checkpoints',
  args: [0, 0],
  category: 'management',
  only: 'experimental',
  subcommands: [checkpointCreate, checkpointLs, checkpointRm],
};
