/** `docker network`. */
import type { CommandSpec } from '../cli/spec.ts';

const networkConnect: CommandSpec = {
  name: 'connect',
  use: 'connect [OPTIONS] NETWORK CONTAINER',
  short: 'Connect a container to a network',
  args: [2, 2],
  flags: [
    ['alias', '', 'stringSlice', '', 'Add network-scoped alias for the container'],
    ['driver-opt', '', 'stringSlice', '', 'driver options for the network'],
    [
      'gw-priority',
      '',
      'int',
      '',
      'Highest gw-priority provides the default gateway. Accepts positive and negative values.',
    ],
    ['ip', '', 'ip', '', 'IPv4 address (e.g., "172.30.100.104")'],
    ['ip6', '', 'ip', '', 'IPv6 address (e.g., "2001:db8::33")'],
    ['link', '', 'list', '', 'Add link to another container', { check: 'link' }],
    ['link-local-ip', '', 'ipSlice', '[]', 'Add a link-local address for the container'],
  ],
  load: async () => (await import('../network/create.ts')).connect,
  completes: ['networks', 'containers'],
};

const networkCreate: CommandSpec = {
  name: 'create',
  use: 'create [OPTIONS] NETWORK',
  short: 'Create a network',
  args: [1, 1],
  flags: [
    ['attachable', '', 'bool', '', 'Enable manual container attachment'],
    ['aux-address', '', 'map', 'map[]', 'Auxiliary IPv4 or IPv6 addresses used by Network driver'],
    ['config-from', '', 'string', '', 'The network from which to copy the configuration'],
    ['config-only', '', 'bool', '', 'Create a configuration only network'],
    ['driver', 'd', 'string', 'bridge', 'Driver to manage the Network'],
    ['gateway', '', 'ipSlice', '[]', 'IPv4 or IPv6 Gateway for the master subnet'],
    ['ingress', '', 'bool', '', 'Create swarm routing-mesh network'],
    ['internal', '', 'bool', '', 'Restrict external access to the network'],
    ['ip-range', '', 'ipNetSlice', '[]', 'Allocate container ip from a sub-range'],
    ['ipam-driver', '', 'string', 'default', 'IP Address Management Driver'],
    ['ipam-opt', '', 'map', 'map[]', 'Set IPAM driver specific options'],
    ['ipv4', '', 'bool', 'true', 'Enable or disable IPv4 address assignment'],
    ['ipv6', '', 'bool', '', 'Enable or disable IPv6 address assignment'],
    ['label', '', 'list', '', 'Set metadata on a network', { check: 'label' }],
    ['opt', 'o', 'map', 'map[]', 'Set driver specific options'],
    ['scope', '', 'string', '', "Control the network's scope"],
    ['subnet', '', 'stringSlice', '', 'Subnet in CIDR format that represents a network segment'],
  ],
  load: async () => (await import('../network/create.ts')).create,
};

const networkDisconnect: CommandSpec = {
  name: 'disconnect',
  use: 'disconnect [OPTIONS] NETWORK CONTAINER',
  short: 'Disconnect a container from a network',
  args: [2, 2],
  flags: [['force', 'f', 'bool', '', 'Force the container to disconnect from a network']],
  load: async () => (await import('../network/create.ts')).disconnect,
  completes: ['networks', 'containers'],
};

const networkInspect: CommandSpec = {
  name: 'inspect',
  use: 'inspect [OPTIONS] NETWORK [NETWORK...]',
  short: 'Display detailed information on one or more networks',
  args: [1],
  flags: [
    [
      'format',
      'f',
      'string',
      '',
      "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['verbose', 'v', 'bool', '', 'Verbose output for diagnostics'],
  ],
  load: async () => (await import('../inspect/commands.ts')).inspectNetwork,
  completes: ['networks'],
};

const networkLs: CommandSpec = {
  name: 'ls',
  use: 'ls [OPTIONS]',
  short: 'List networks',
  aliases: ['list'],
  args: [0, 0],
  flags: [
    ['filter', 'f', 'filter', '', 'Provide filter values (e.g. "driver=bridge")'],
    [
      'format',
      '',
      'string',
      '',
      "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
    ],
    ['no-trunc', '', 'bool', '', 'Do not truncate the output'],
    ['quiet', 'q', 'bool', '', 'Only display network IDs'],
  ],
  load: async () => (await import('../network/manage.ts')).list,
};

const networkPrune: CommandSpec = {
  name: 'prune',
  use: 'prune [OPTIONS]',
  short: 'Remove all unused networks',
  args: [0, 0],
  flags: [
    ['filter', '', 'filter', '', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', '', 'Do not prompt for confirmation'],
  ],
  load: async () => (await import('../system/prune.ts')).pruneNetworks,
};

const networkRm: CommandSpec = {
  name: 'rm',
  use: 'rm NETWORK [NETWORK...]',
  short: 'Remove one or more networks',
  aliases: ['remove'],
  args: [1],
  flags: [['force', 'f', 'bool', '', 'Do not error if the network does not exist']],
  load: async () => (await import('../network/manage.ts')).remove,
  completes: ['networks'],
};

/** `docker network`. */
export const network: CommandSpec = {
  name: 'network',
  use: 'network',
  short: 'Manage networks',
  args: [0, 0],
  category: 'management',
  subcommands: [networkConnect, networkCreate, networkDisconnect, networkInspect, networkLs, networkPrune, networkRm],
};
