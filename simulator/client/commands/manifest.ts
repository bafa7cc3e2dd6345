/** `docker manifest`. */
import type { CommandSpec } from '../cli/spec.ts';

const manifestAnnotate: CommandSpec = {
  name: 'annotate',
  use: 'annotate [OPTIONS] MANIFEST_LIST MANIFEST',
  short: 'Add additional information to a local image manifest',
  args: [2, 2],
  flags: [
    ['arch', '', 'string', '', 'Set architecture'],
    ['os', '', 'string', '', 'Set operating system'],
    ['os-features', '', 'stringSlice', '', 'Set operating system feature'],
    ['os-version', '', 'string', '', 'Set operating system version'],
    ['variant', '', 'string', '', 'Set architecture variant'],
  ],
  experimental: true,
};

const manifestCreate: CommandSpec = {
  name: 'create',
  use: 'create MANIFEST_LIST MANIFEST [MANIFEST...]',
  short: 'Create a local manifest list for annotating and pushing to a registry',
  args: [2],
  flags: [
    ['amend', 'a', 'bool', '', 'Amend an existing manifest list'],
    ['insecure', '', 'bool', '', 'Allow communication with an insecure registry'],
  ],
  experimental: true,
};

const manifestInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] [MANIFEST_LIST] MANIFEST',
  short: 'Display an image manifest, or manifest list',
  args: [1, 2],
  flags: [
    ['insecure', '', 'bool', '', 'Allow communication with an insecure registry'],
    ['verbose', 'v', 'bool', '', 'Output additional info including layers and platform'],
  ],
  experimental: true,
  load: async () => (await import('../image/manifest.ts')).inspect,
};

const manifestPush: CommandSpec = {
  name: 'push',
  use: 'push [OPTIONS] MANIFEST_LIST',
  short: 'Push a manifest list to a repository',
  args: [1, 1],
  flags: [
    ['insecure', '', 'bool', '', 'Allow push to an insecure registry'],
    ['purge', 'p', 'bool', '', 'Remove the local manifest list after push'],
  ],
  experimental: true,
};

const manifestRm: CommandSpec = {
  name: 'rm',
  use: 'rm MANIFEST_LIST [MANIFEST_LIST...]',
  short: 'Delete one or more manifest lists from local storage',
  args: [1],
  experimental: true,
};

/** `docker manifest`. */
export const manifest: CommandSpec = {
  name: 'manifest',
  use: 'manifest COMMAND',
  short: 'Manage Docker image manifests and manifest lists',
  args: [0, 0],
  category: 'management',
  experimental: true,
  long: '\nThe **docker manifest** command has subcommands for managing image manifests and\nmanifest lists. A manifest list allows you to use one name to refer to the same image\nbuilt for multiple architectures.\n\nTo see help for a subcommand, use:\n\n    docker manifest CMD --help\n\nFor full details on using docker manifest lists, see the registry v2 specification.\n\n',
  subcommands: [manifestAnnotate, manifestCreate, manifestInspect, manifestPush, manifestRm],
};
