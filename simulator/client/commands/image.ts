/** `docker image` and the short forms of its commands. */
import type { CommandSpec } from '../cli/spec.ts';
import { build } from './build.ts';

const imageHistory: CommandSpec = {
  name: 'history',
  use: 'history [OPTIONS] IMAGE',
  short: 'Show the history of an image',
  shownAliases: 'docker image history, docker history',
  args: [1, 1],
  flags: [
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['human', 'H', 'bool', 'true', 'Print sizes and dates in human readable format'],
    ['no-trunc', '', 'bool', '', "Don't truncate output"],
    [
      'platform',
      '',
      'string',
      '',
      'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
    ['quiet', 'q', 'bool', '', 'Only show image IDs'],
  ],
  load: async () => (await import('../image/history.ts')).history,
  completes: ['images'],
};

const imageImport: CommandSpec = {
  name: 'import',
  use: 'import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  short: 'Import the contents from a tarball to create a filesystem image',
  shownAliases: 'docker image import, docker import',
  args: [1],
  flags: [
    ['change', 'c', 'list', '', 'Apply Dockerfile instruction to the created image'],
    ['message', 'm', 'string', '', 'Set commit message for imported image'],
    ['platform', '', 'string', '', 'Set platform if server is multi-platform capable'],
  ],
  load: async () => (await import('../image/archive.ts')).importImage,
  completes: ['files'],
};

const imageInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] IMAGE [IMAGE...]',
  short: 'Display detailed information on one or more images',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    [
      'platform',
      '',
      'string',
      '',
      "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ],
  ],
  load: async () => (await import('../inspect/commands.ts')).inspectImage,
  completes: ['images'],
};

const imageLoad: CommandSpec = {
  name: 'load',
  use: 'load [OPTIONS]',
  short: 'Load an image from a tar archive or STDIN',
  shownAliases: 'docker image load, docker load',
  args: [0, 0],
  flags: [
    ['input', 'i', 'string', '', 'Read from tar archive file, instead of STDIN'],
    [
      'platform',
      '',
      'stringSlice',
      '',
      'Load only the given platform(s). Formatted as a comma-separated list of "os[/arch[/variant]]" (e.g., "linux/amd64,linux/arm64/v8").',
    ],
    ['quiet', 'q', 'bool', '', 'Suppress the load output'],
  ],
  load: async () => (await import('../image/archive.ts')).load,
};

const imageLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS] [REPOSITORY[:TAG]]',
  short: 'List images',
  aliases: ['list'],
  shownAliases: 'docker image ls, docker image list, docker images',
  args: [0, 1],
  flags: [
    ['all', 'a', 'bool', '', 'Show all images (default hides intermediate and dangling images)'],
    ['digests', '', 'bool', '', 'Show digests'],
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['no-trunc', '', 'bool', '', "Don't truncate output"],
    ['quiet', 'q', 'bool', '', 'Only show image IDs'],
    ['tree', '', 'bool', '', 'List multi-platform images as a tree (EXPERIMENTAL)'],
  ],
  load: async () => (await import('../image/list.ts')).list,
  completes: ['images', 'none'],
};

const imagePrune: CommandSpec = {
  name: 'prune',
  use: 'prune [OPTIONS]',
  short: 'Remove unused images',
  args: [0, 0],
  flags: [
    ['all', 'a', 'bool', '', 'Remove all unused images, not just dangling ones'],
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
  ],
  load: async () => (await import('../system/prune.ts')).pruneImages,
};

const imagePull: CommandSpec = {
  name: 'pull',
  use: 'pull [OPTIONS] NAME[:TAG|@DIGEST]',
  short: 'Download an image from a registry',
  shownAliases: 'docker image pull, docker pull',
  args: [1, 1],
  flags: [
    ['all-tags', 'a', 'bool', '', 'Download all tagged images in the repository'],
    ['platform', '', 'string', '', 'Set platform if server is multi-platform capable'],
    ['quiet', 'q', 'bool', '', 'Suppress verbose output'],
    [
      'disable-content-trust',
      '',
      'bool',
      'true',
      'Skip image verification',
      { deprecated: 'support for docker content trust was removed' },
    ],
  ],
  load: async () => (await import('../image/pull.ts')).pull,
  completes: ['none'],
};

const imagePush: CommandSpec = {
  name: 'push',
  use: 'push [OPTIONS] NAME[:TAG]',
  short: 'Upload an image to a registry',
  shownAliases: 'docker image push, docker push',
  args: [1, 1],
  flags: [
    ['all-tags', 'a', 'bool', '', 'Push all tags of an image to the repository'],
    [
      'platform',
      '',
      'string',
      '',
      "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ],
    ['quiet', 'q', 'bool', '', 'Suppress verbose output'],
    [
      'disable-content-trust',
      '',
      'bool',
      'true',
      'Skip image signing',
      { deprecated: 'support for docker content trust was removed' },
    ],
  ],
  load: async () => (await import('../image/push.ts')).push,
  completes: ['images'],
};

const imageRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] IMAGE [IMAGE...]',
  short: 'Remove one or more images',
  aliases: ['remove'],
  shownAliases: 'docker image rm, docker image remove, docker rmi',
  args: [1],
  flags: [
    ['force', 'f', 'bool', '', 'Force removal of the image'],
    ['no-prune', '', 'bool', '', 'Do not delete untagged parents'],
    [
      'platform',
      '',
      'stringSlice',
      '',
      'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
  ],
  load: async () => (await import('../image/manage.ts')).remove,
  completes: ['images'],
};

const imageSave: CommandSpec = {
  name: 'save',
  use: 'save [OPTIONS] IMAGE [IMAGE...]',
  short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  shownAliases: 'docker image save, docker save',
  args: [1],
  flags: [
    ['output', 'o', 'string', '', 'Write to a file, instead of STDOUT'],
    [
      'platform',
      '',
      'stringSlice',
      '',
      'Save only the given platform(s). Formatted as a comma-separated list of "os[/arch[/variant]]" (e.g., "linux/amd64,linux/arm64/v8")',
    ],
  ],
  load: async () => (await import('../image/archive.ts')).save,
  completes: ['images'],
};

const imageTag: CommandSpec = {
  name: 'tag',
  use: 'tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  shownAliases: 'docker image tag, docker tag',
  args: [2, 2],
  load: async () => (await import('../image/manage.ts')).tag,
  completes: ['images', 'none'],
};

/** `docker image`. */
export const image: CommandSpec = {
  name: 'image',
  use: 'image',
  short: 'Manage images',
  args: [0, 0],
  category: 'management',
  subcommands: [
    imageHistory,
    imageImport,
    imageInspect,
    imageLoad,
    imageLs,
    imagePrune,
    imagePull,
    imagePush,
    imageRm,
    imageSave,
    imageTag,
    build,
  ],
};
