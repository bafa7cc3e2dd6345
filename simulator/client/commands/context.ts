/** `docker context`. */
import type { CommandSpec } from '../cli/spec.ts';

const contextCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] CONTEXT',
  short: 'Create a context',
  long: 'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context create my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: [1, 1],
  flags: [
    ['description', '', 'string', '', 'Description of the context'],
    ['docker', '', 'stringToString', '[]', 'set the docker endpoint'],
    ['from', '', 'string', '', 'create context from a named context'],
  ],
  load: async () => (await import('../system/context.ts')).create,
};

const contextExport: CommandSpec = {
  name: 'export',
  use: 'export [OPTIONS] CONTEXT [FILE|-]',
  short: 'Export a context to a tar archive FILE or a tar stream on STDOUT.',
  args: [1, 2],
};

const contextImport: CommandSpec = {
  name: 'import',
  use: 'import CONTEXT FILE|-',
  short: 'Import a context from a tar or zip file',
  args: [2, 2],
};

const contextInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] [CONTEXT] [CONTEXT...]',
  short: 'Display detailed information on one or more contexts',
  args: [0],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
  ],
  load: async () => (await import('../system/context.ts')).inspect,
  completes: ['contexts'],
};

const contextLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List contexts',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only show context names'],
  ],
  load: async () => (await import('../system/context.ts')).list,
};

const contextRm: CommandSpec = {
  name: 'rm',
  use: 'rm CONTEXT [CONTEXT...]',
  short: 'Remove one or more contexts',
  aliases: ['remove'],
  args: [1],
  flags: [['force', 'f', 'bool', '', 'Force the removal of a context in use']],
  load: async () => (await import('../system/context.ts')).remove,
  completes: ['contexts'],
};

const contextShow: CommandSpec = {
  name: 'show',
  use: 'show',
  short: 'Print the name of the current context',
  args: [0, 0],
  load: async () => (await import('../system/context.ts')).show,
};

const contextUpdate: CommandSpec = {
  name: 'update',
  use: 'update [OPTIONS] CONTEXT',
  short: 'Update a context',
  long: 'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context update my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: [1, 1],
  flags: [
    ['description', '', 'string', '', 'Description of the context'],
    ['docker', '', 'stringToString', '[]', 'set the docker endpoint'],
  ],
  load: async () => (await import('../system/context.ts')).update,
  completes: ['contexts', 'none'],
};

const contextUse: CommandSpec = {
  name: 'use',
  use: 'use CONTEXT',
  short: 'Set the default docker context',
  args: [1, 1],
  load: async () => (await import('../system/context.ts')).use,
  completes: ['contexts', 'none'],
};

/** `docker context`. */
export const context: CommandSpec = {
  name: 'context',
  use: 'context',
  short: 'Manage contexts',
  args: [0, 0],
  category: 'management',
  subcommands: [
    contextCreate,
    contextExport,
    contextImport,
    contextInspect,
    contextLs,
    contextRm,
    contextShow,
    contextUpdate,
    contextUse,
  ],
};
