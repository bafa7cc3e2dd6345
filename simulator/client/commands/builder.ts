/** `docker builder`. */
import type { CommandSpec } from '../cli/spec.ts';
import { build } from './build.ts';

const builderPrune: CommandSpec = {
  name: 'prune',
  use: 'prune',
  short: 'Remove build cache',
  args: [0, 0],
  flags: [
    ['all', 'a', 'bool', '', 'Remove all unused build cache, not just dangling ones'],
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "until=24h")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
    ['keep-storage', '', 'bytes', '', 'Amount of disk space to keep for cache'],
  ],
  load: async () => (await import('../build/prune.ts')).pruneBuilder,
};

/** `docker builder`. */
export const builder: CommandSpec = {
  name: 'builder',
  use: 'builder',
  short: 'Manage builds',
  args: [0, 0],
  category: 'management',
  subcommands: [builderPrune, build],
};
