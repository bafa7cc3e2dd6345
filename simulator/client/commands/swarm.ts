/** The Swarm commands: recognised, with their help, but not simulated. */
import type { CommandSpec } from '../cli/spec.ts';

const configCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] CONFIG file|-',
  short: 'Create a config from a file or STDIN',
  args: [2, 2],
  flags: [
    ['label', 'l', 'list', '', 'Config labels'],
    ['template-driver', '', 'string', '', 'Template driver'],
  ],
};

const configInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] CONFIG [CONFIG...]',
  short: 'Display detailed information on one or more configs',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['pretty', '', 'bool', '', 'Print the information in a human friendly format'],
  ],
};

const configLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List configs',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only display IDs'],
  ],
};

const configRm: CommandSpec = {
  name: 'rm',
  use: 'rm CONFIG [CONFIG...]',
  short: 'Remove one or more configs',
  aliases: ['remove'],
  args: [1],
};

/** `docker config`. */
export const config: CommandSpec = {
  name: 'config',
  use: 'config',
  short: 'Manage Swarm configs',
  args: [0, 0],
  category: 'swarm',
  only: 'swarm',
  subcommands: [configCreate, configInspect, configLs, configRm],
};

const nodeDemote: CommandSpec = {
  name: 'demote',
  use: 'demote NODE [NODE...]',
  short: 'Demote one or more nodes from manager in the swarm',
  args: [1],
};

const nodeInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] self|NODE [NODE...]',
  short: 'Display detailed information on one or more nodes',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['pretty', '', 'bool', '', 'Print the information in a human friendly format'],
  ],
};

const nodeLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List nodes in the swarm',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only display IDs'],
  ],
};

const nodePromote: CommandSpec = {
  name: 'promote',
  use: 'promote NODE [NODE...]',
  short: 'Promote one or more nodes to manager in the swarm',
  args: [1],
};

const nodePs: CommandSpec = {
  name: 'ps',
  use: 'ps [OPTIONS] [NODE...]',
  short: 'List tasks running on one or more nodes, defaults to current node',
  args: [0],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    ['format', '', 'string', '', 'Pretty-print tasks using a Go template'],
    ['no-resolve', '', 'bool', '', 'Do not map IDs to Names'],
    ['no-trunc', '', 'bool', '', 'Do not truncate output'],
    ['quiet', 'q', 'bool', '', 'Only display task IDs'],
  ],
};

const nodeRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] NODE [NODE...]',
  short: 'Remove one or more nodes from the swarm',
  aliases: ['remove'],
  args: [1],
  flags: [['force', 'f', 'bool', '', 'Force remove a node from the swarm']],
};

const nodeUpdate: CommandSpec = {
  name: 'update',
  use: 'update [OPTIONS] NODE',
  short: 'Update a node',
  args: [1, 1],
  flags: [
    ['availability', '', 'string', '', 'Availability of the node ("active", "pause", "drain")'],
    ['label-add', '', 'list', '', 'Add or update a node label ("key=value")'],
    ['label-rm', '', 'list', '', 'Remove a node label if exists'],
    ['role', '', 'string', '', 'Role of the node ("worker", "manager")'],
  ],
};

/** `docker node`. */
export const node: CommandSpec = {
  name: 'node',
  use: 'node',
  short: 'Manage Swarm nodes',
  args: [0, 0],
  category: 'swarm',
  only: 'swarm',
  subcommands: [nodeDemote, nodeInspect, nodeLs, nodePromote, nodePs, nodeRm, nodeUpdate],
};

const secretCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] SECRET [file|-]',
  short: 'Create a secret from a file or STDIN as content',
  args: [1, 2],
  flags: [
    ['driver', 'd', 'string', '', 'Secret driver'],
    ['label', 'l', 'list', '', 'Secret labels'],
    ['template-driver', '', 'string', '', 'Template driver'],
  ],
};

const secretInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] SECRET [SECRET...]',
  short: 'Display detailed information on one or more secrets',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['pretty', '', 'bool', '', 'Print the information in a human friendly format'],
  ],
};

const secretLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List secrets',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only display IDs'],
  ],
};

const secretRm: CommandSpec = {
  name: 'rm',
  use: 'rm SECRET [SECRET...]',
  short: 'Remove one or more secrets',
  aliases: ['remove'],
  args: [1],
};

/** `docker secret`. */
export const secret: CommandSpec = {
  name: 'secret',
  use: 'secret',
  short: 'Manage Swarm secrets',
  args: [0, 0],
  category: 'swarm',
  only: 'swarm',
  subcommands: [secretCreate, secretInspect, secretLs, secretRm],
};

const stackConfig: CommandSpec = {
  name: 'config',
  use: 'config [OPTIONS]',
  short: 'Outputs the final config file, after doing merges and interpolations',
  args: [0, 0],
  flags: [
    ['compose-file', 'c', 'stringSlice', '', 'Path to a Compose file, or "-" to read from stdin'],
    ['skip-interpolation', '', 'bool', '', 'Skip interpolation and output only merged config'],
  ],
};

const stackDeploy: CommandSpec = {
  name: 'deploy',
  use: 'deploy [OPTIONS] STACK',
  short: 'Deploy a new stack or update an existing stack',
  aliases: ['up'],
  args: [1, 1],
  flags: [
    ['compose-file', 'c', 'stringSlice', '', 'Path to a Compose file, or "-" to read from stdin'],
    ['detach', 'd', 'bool', 'true', 'Exit immediately instead of waiting for the stack services to converge'],
    ['prune', '', 'bool', '', 'Prune services that are no longer referenced'],
    ['quiet', 'q', 'bool', '', 'Suppress progress output'],
    [
      'resolve-image',
      '',
      'string',
      'always',
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
    ],
    ['with-registry-auth', '', 'bool', '', 'Send registry authentication details to Swarm agents'],
  ],
};

const stackLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List stacks',
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
  ],
};

const stackPs: CommandSpec = {
  name: 'ps',
  use: 'ps [OPTIONS] STACK',
  short: 'List the tasks in the stack',
  args: [1, 1],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['no-resolve', '', 'bool', '', 'Do not map IDs to Names'],
    ['no-trunc', '', 'bool', '', 'Do not truncate output'],
    ['quiet', 'q', 'bool', '', 'Only display task IDs'],
  ],
};

const stackRm: CommandSpec = {
  name: 'rm',
  use: 'rm [OPTIONS] STACK [STACK...]',
  short: 'Remove one or more stacks',
  aliases: ['remove', 'down'],
  args: [1],
  flags: [['detach', 'd', 'bool', 'true', 'Do not wait for stack removal']],
};

const stackServices: CommandSpec = {
  name: 'services',
  use: 'services [OPTIONS] STACK',
  short: 'List the services in the stack',
  args: [1, 1],
  flags: [
    ['filter', 'f', 'filter', '', 'Filter output based on conditions provided'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['quiet', 'q', 'bool', '', 'Only display IDs'],
  ],
};

/** `docker stack`. */
export const stack: CommandSpec = {
  name: 'stack',
  use: 'stack [OPTIONS]',
  short: 'Manage Swarm stacks',
  args: [0, 0],
  category: 'swarm',
  only: 'swarm',
  subcommands: [stackConfig, stackDeploy, stackLs, stackPs, stackRm, stackServices],
};

const swarmCa: CommandSpec = {
  name: 'ca',
  use: 'ca [OPTIONS]',
  short: 'Display and rotate the root CA',
  args: [0, 0],
  flags: [
    ['ca-cert', '', 'pem-file', '', 'Path to the PEM-formatted root CA certificate to use for the new cluster'],
    ['ca-key', '', 'pem-file', '', 'Path to the PEM-formatted root CA key to use for the new cluster'],
    ['cert-expiry', '', 'duration', '2160h0m0s', 'Validity period for node certificates (ns|us|ms|s|m|h)'],
    ['detach', 'd', 'bool', '', 'Exit immediately instead of waiting for the root rotation to converge'],
    ['external-ca', '', 'external-ca', '', 'Specifications of one or more certificate signing endpoints'],
    ['quiet', 'q', 'bool', '', 'Suppress progress output'],
    [
      'rotate',
      '',
      'bool',
      '',
      'Rotate the swarm CA - if no certificate or key are provided, new ones will be generated',
    ],
  ],
  only: 'swarm',
};

const swarmInit: CommandSpec = {
  name: 'init',
  use: 'init [OPTIONS]',
  short: 'Initialize a swarm',
  args: [0, 0],
  flags: [
    ['advertise-addr', '', 'string', '', 'Advertised address (format: "<ip|interface>[:port]")'],
    ['autolock', '', 'bool', '', 'Enable manager autolocking (requiring an unlock key to start a stopped manager)'],
    ['availability', '', 'string', 'active', 'Availability of the node ("active", "pause", "drain")'],
    ['cert-expiry', '', 'duration', '2160h0m0s', 'Validity period for node certificates (ns|us|ms|s|m|h)'],
    [
      'data-path-addr',
      '',
      'string',
      '',
      'Address or interface to use for data path traffic (format: "<ip|interface>")',
    ],
    [
      'data-path-port',
      '',
      'uint32',
      '',
      'Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.',
    ],
    ['default-addr-pool', '', 'ipNetSlice', '[]', 'default address pool in CIDR format'],
    ['default-addr-pool-mask-length', '', 'uint32', '24', 'default address pool subnet mask length'],
    ['dispatcher-heartbeat', '', 'duration', '5s', 'Dispatcher heartbeat period (ns|us|ms|s|m|h)'],
    ['external-ca', '', 'external-ca', '', 'Specifications of one or more certificate signing endpoints'],
    ['force-new-cluster', '', 'bool', '', 'Force create a new cluster from current state'],
    ['listen-addr', '', 'node-addr', '0.0.0.0:2377', 'Listen address (format: "<ip|interface>[:port]")'],
    ['max-snapshots', '', 'uint64', '', 'Number of additional Raft snapshots to retain'],
    ['snapshot-interval', '', 'uint64', '10000', 'Number of log entries between Raft snapshots'],
    ['task-history-limit', '', 'int64', '5', 'Task history retention limit'],
  ],
};

const swarmJoin: CommandSpec = {
  name: 'join',
  use: 'join [OPTIONS] HOST:PORT',
  short: 'Join a swarm as a node and/or manager',
  args: [1, 1],
  flags: [
    ['advertise-addr', '', 'string', '', 'Advertised address (format: "<ip|interface>[:port]")'],
    ['availability', '', 'string', 'active', 'Availability of the node ("active", "pause", "drain")'],
    [
      'data-path-addr',
      '',
      'string',
      '',
      'Address or interface to use for data path traffic (format: "<ip|interface>")',
    ],
    ['listen-addr', '', 'node-addr', '0.0.0.0:2377', 'Listen address (format: "<ip|interface>[:port]")'],
    ['token', '', 'string', '', 'Token for entry into the swarm'],
  ],
};

const swarmJoinToken: CommandSpec = {
  name: 'join-token',
  use: 'join-token [OPTIONS] (worker|manager)',
  short: 'Manage join tokens',
  args: [1, 1],
  flags: [
    ['quiet', 'q', 'bool', '', 'Only display token'],
    ['rotate', '', 'bool', '', 'Rotate join token'],
  ],
  only: 'swarm',
};

const swarmLeave: CommandSpec = {
  name: 'leave',
  use: 'leave [OPTIONS]',
  short: 'Leave the swarm',
  args: [0, 0],
  flags: [['force', 'f', 'bool', '', 'Force this node to leave the swarm, ignoring warnings']],
  only: 'swarm-active',
};

const swarmUnlock: CommandSpec = { name: 'unlock', use: 'unlock', short: 'Unlock swarm', args: [0, 0], only: 'swarm' };

const swarmUnlockKey: CommandSpec = {
  name: 'unlock-key',
  use: 'unlock-key [OPTIONS]',
  short: 'Manage the unlock key',
  args: [0, 0],
  flags: [
    ['quiet', 'q', 'bool', '', 'Only display token'],
    ['rotate', '', 'bool', '', 'Rotate unlock key'],
  ],
  only: 'swarm',
};

const swarmUpdate: CommandSpec = {
  name: 'update',
  use: 'update [OPTIONS]',
  short: 'Update the swarm',
  args: [0, 0],
  flags: [
    ['autolock', '', 'bool', '', 'Change manager autolocking setting (true|false)'],
    ['cert-expiry', '', 'duration', '2160h0m0s', 'Validity period for node certificates (ns|us|ms|s|m|h)'],
    ['dispatcher-heartbeat', '', 'duration', '5s', 'Dispatcher heartbeat period (ns|us|ms|s|m|h)'],
    ['external-ca', '', 'external-ca', '', 'Specifications of one or more certificate signing endpoints'],
    ['max-snapshots', '', 'uint64', '', 'Number of additional Raft snapshots to retain'],
    ['snapshot-interval', '', 'uint64', '10000', 'Number of log entries between Raft snapshots'],
    ['task-history-limit', '', 'int64', '5', 'Task history retention limit'],
  ],
  only: 'swarm',
};

/** `docker swarm`. */
export const swarm: CommandSpec = {
  name: 'swarm',
  use: 'swarm',
  short: 'Manage Swarm',
  args: [0, 0],
  category: 'swarm',
  subcommands: [swarmCa, swarmInit, swarmJoin, swarmJoinToken, swarmLeave, swarmUnlock, swarmUnlockKey, swarmUpdate],
};
