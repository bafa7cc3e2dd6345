/** multipass' commands and options, and the help made from them. */
export interface OptionSpec {
  /** Without dashes; the last names it in the code. */
  readonly names: readonly string[];
  /** Placeholder of its value; without one it is a flag. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly options?: readonly OptionSpec[];
  readonly operands?: readonly (readonly [string, string])[];
}

export const GLOBAL: readonly OptionSpec[] = [
  { names: ['h', 'help'], help: 'Displays help on commandline options' },
  {
    names: ['v', 'verbose'],
    help: "Increase logging verbosity. Repeat the 'v' in the short option for more detail. Maximum verbosity is obtained with 4 (or more) v's, i.e. -vvvv.",
  },
];

const ALL = (what: string): OptionSpec => ({ names: ['all'], help: `${what} all instances` });
const FORMAT: OptionSpec = {
  names: ['format'],
  value: 'format',
  help: 'Output list in the requested format. Valid formats are: table (default), json, csv and yaml',
};
const NAMES = (what: string): readonly (readonly [string, string])[] => [['name', `Names of instances to ${what}`]];

export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  delete: {
    summary: 'Delete instances and snapshots',
    description: 'Delete instances; they can be recovered until they are purged.',
    usage: '[options] <name> [<name> ...]',
    options: [ALL('Delete'), { names: ['p', 'purge'], help: 'Permanently delete the instances' }],
    operands: NAMES('delete'),
  },
  exec: {
    summary: 'Run a command on an instance',
    description: 'Run a command on an instance',
    usage: '[options] <name> [--] <command>',
    options: [
      {
        names: ['d', 'working-directory'],
        value: 'dir',
        help: 'Change to <dir> before execution',
      },
      { names: ['n', 'no-map-working-directory'], help: 'Do not map the host execution path to a mounted path' },
    ],
    operands: [
      ['name', 'Name of instance to execute the command on'],
      ['command', 'Command to execute on the instance'],
    ],
  },
  find: {
    summary: 'Display available images to create instances from',
    description: 'Lists the images and blueprints that can be launched.',
    usage: '[options]',
  },
  help: {
    summary: 'Display help about a command',
    description: 'Displays help for the given command.',
    usage: '<command>',
    operands: [['command', 'Name of command to display help for']],
  },
  info: {
    summary: 'Display information about instances',
    description: 'Display information about instances',
    usage: '[options] [<name> ...]',
    options: [FORMAT],
    operands: NAMES('display information about'),
  },
  launch: {
    summary: 'Create and start an Ubuntu instance',
    description: 'Create and start a new instance.',
    usage: '[options] [<image>]',
    options: [
      { names: ['c', 'cpus'], value: 'cpus', help: 'Number of CPUs to allocate. Minimum: 1, default: 1.' },
      {
        names: ['d', 'disk'],
        value: 'disk',
        help: 'Disk space to allocate. Positive integers, in bytes, or decimals, with K, M, G suffix. Minimum: 512M, default: 5G.',
      },
      {
        names: ['mem', 'm', 'memory'],
        value: 'memory',
        help: 'Amount of memory to allocate. Positive integers, in bytes, or decimals, with K, M, G suffix. Minimum: 128M, default: 1G.',
      },
      { names: ['n', 'name'], value: 'name', help: 'Name for the instance.' },
      { names: ['timeout'], value: 'timeout', help: 'Maximum time, in seconds, to wait for the command to complete.' },
    ],
    operands: [['image', 'Image to launch; the latest LTS release where none is given.']],
  },
  list: {
    summary: 'List all available instances or snapshots',
    description: 'List all instances which have been created.',
    usage: '[options]',
    options: [FORMAT],
  },
  purge: {
    summary: 'Purge all deleted instances permanently',
    description: 'Purge all deleted instances permanently, including all their data.',
    usage: '[options]',
  },
  recover: {
    summary: 'Recover deleted instances',
    description: 'Recover deleted instances so they can be used again.',
    usage: '[options] <name> [<name> ...]',
    options: [ALL('Recover')],
    operands: NAMES('recover'),
  },
  restart: {
    summary: 'Restart instances',
    description: 'Restart the named instances.',
    usage: '[options] [<name> ...]',
    options: [ALL('Restart')],
    operands: NAMES('restart'),
  },
  shell: {
    summary: 'Open a shell on an instance',
    description: 'Open a shell prompt on the instance.',
    usage: '[options] [<name>]',
    operands: [['name', "Name of the instance to open a shell on; 'primary' where none is given."]],
  },
  start: {
    summary: 'Start instances',
    description: 'Start the named instances.',
    usage: '[options] [<name> ...]',
    options: [ALL('Start')],
    operands: NAMES('start'),
  },
  stop: {
    summary: 'Stop running instances',
    description: 'Stop the named instances.',
    usage: '[options] [<name> ...]',
    options: [ALL('Stop'), { names: ['force'], help: 'Force the instance to shut down immediately' }],
    operands: NAMES('stop'),
  },
  transfer: {
    summary: 'Transfer files between the host and instances',
    description: 'Copy files between the host and instances.',
    usage: '[options] <source> [<source> ...] <destination>',
    operands: [
      ['source', 'One or more paths to transfer, prefixed with <name:> for paths inside an instance'],
      ['destination', 'The destination path, optionally prefixed with <name:>'],
    ],
  },
  version: {
    summary: 'Show version details',
    description: 'Display version information about the multipass command and daemon.',
    usage: '[options]',
  },
};

const WIDTH = 80;

/** Text after a left column, broken at the width of a terminal. */
function columns(left: string, indent: number, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((part, n) => `${(n === 0 ? left : '').padEnd(indent)}${part}\n`).join('');
}

function optionsText(options: readonly OptionSpec[]): string {
  const left = ({ names, value }: OptionSpec): string =>
    `  ${names
      .map((name) => (name.length === 1 ? `-${name}` : `--${name}`))
      .sort((a, b) => a.length - b.length)
      .join(', ')}${value === undefined ? '' : ` <${value}>`}`;
  const indent = Math.max(...options.map((option) => left(option).length)) + 2;
  return options.map((option) => columns(left(option), indent, option.help)).join('');
}

/** What `multipass help` prints. */
export function overview(): string {
  const names = Object.keys(COMMANDS);
  const indent = Math.max(...names.map((name) => name.length)) + 4;
  return `Usage: multipass [options] <command>
Create, control and connect to Ubuntu instances.

This is a command line utility for multipass, a
service that manages Ubuntu instances.

Options:
${optionsText(GLOBAL)}
Available commands:
${names.map((name) => columns(`  ${name}`, indent, COMMANDS[name]!.summary)).join('')}`;
}

/** What `multipass help COMMAND` prints. */
export function commandHelp(name: string): string {
  const { usage, description, options = [], operands = [] } = COMMANDS[name]!;
  const indent = Math.max(0, ...operands.map(([operand]) => operand.length)) + 4;
  const text = operands.map(([operand, help]) => columns(`  ${operand}`, indent, help)).join('');
  return `Usage: multipass ${name} ${usage}\n${description}\n\nOptions:\n${optionsText([...GLOBAL, ...options])}${text === '' ? '' : `\nArguments:\n${text}`}`;
}
