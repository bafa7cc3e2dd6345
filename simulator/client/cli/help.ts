/** The help text of commands, as cobra with docker's template prints it. */
import type { CommandSpec, FlagRow } from './spec.ts';
import { displayWidth } from '../format/text.ts';

/** What the daemon is: decides which commands and flags are shown. */
export interface DaemonKind {
  readonly swarmManager: boolean;
  readonly swarmActive: boolean;
  readonly experimental: boolean;
  readonly windows: boolean;
}

/** When the daemon cannot be asked nothing is hidden. */
export type KnownDaemon = DaemonKind | undefined;

function flagShown(row: FlagRow, daemon: KnownDaemon): boolean {
  const options = row[5];
  if (options === undefined) return true;
  if (options.hidden === true || options.deprecated !== undefined) return false;
  if (daemon === undefined || options.only === undefined) return true;
  if (options.only === 'swarm') return daemon.swarmManager;
  if (options.only === 'experimental') return daemon.experimental;
  return daemon.windows;
}

/** Whether a command is listed for a daemon of that kind. */
export function commandShown(spec: CommandSpec, daemon: KnownDaemon): boolean {
  if (spec.hidden === true) return false;
  if (daemon === undefined || spec.only === undefined) return true;
  if (spec.only === 'swarm') return daemon.swarmManager;
  return spec.only === 'swarm-active' ? daemon.swarmActive : daemon.experimental;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  bool: '',
  float64: 'float',
  int64: 'int',
  uint64: 'uint',
  stringSlice: 'strings',
  intSlice: 'ints',
};

/** The name of a flag's value and its usage without the back quotes that may name it. */
export function valueName(row: FlagRow): [string, string] {
  const quoted = /`([^`]*)`/.exec(row[4]);
  if (quoted !== null) return [quoted[1] ?? '', row[4].replace(/`([^`]*)`/, '$1')];
  return [TYPE_NAMES[row[2]] ?? row[2], row[4]];
}

/** Breaks a line at the last white space before `width - slop`; as pflag's wrapN. */
function wrapOnce(width: number, slop: number, text: string): [string, string] {
  if (width + slop > text.length) return [text, ''];
  const space = Math.max(...[' ', '\t', '\n'].map((char) => text.lastIndexOf(char, width - 1)));
  if (space <= 0) return [text, ''];
  const newline = text.lastIndexOf('\n', width - 1);
  if (newline > 0 && newline < space) return [text.slice(0, newline), text.slice(newline + 1)];
  return [text.slice(0, space), text.slice(space + 1)];
}

/** Wraps `text` to `width` columns, the lines after the first indented by `indent`; as pflag's wrap. */
function wrap(indent: number, width: number, text: string): string {
  const pad = `\n${' '.repeat(indent)}`;
  if (width === 0) return text.replace(/\n/g, pad);
  let wide = width - indent;
  let out = '';
  let left = indent;
  if (wide < 24) {
    left = 16;
    wide = width - left;
    out += `\n${' '.repeat(left)}`;
  }
  if (wide < 24) return text.replace(/\n/g, out);
  const slop = 5;
  wide -= slop;
  let [line, rest] = wrapOnce(wide, slop, text);
  out += line.replace(/\n/g, `\n${' '.repeat(left)}`);
  while (rest !== '') {
    [line, rest] = wrapOnce(wide, slop, rest);
    out += `\n${' '.repeat(left)}${line.replace(/\n/g, `\n${' '.repeat(left)}`)}`;
  }
  return out;
}

/** The table of flags, sorted by name, wrapped to `columns`. */
export function flagUsages(rows: readonly FlagRow[], columns: number, daemon?: KnownDaemon): string {
  const shown = rows.filter((row) => flagShown(row, daemon)).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const lines = shown.map((row) => {
    const [name, short, type, fallback] = row;
    const [varName, usage] = valueName(row);
    const head = `${short === '' ? '      ' : `  -${short}, `}--${name}${varName === '' ? '' : ` ${varName}`}`;
    const note =
      fallback === '' ? '' : type === 'string' ? ` (default ${JSON.stringify(fallback)})` : ` (default ${fallback})`;
    return { head, usage: usage + note };
  });
  const widest = Math.max(0, ...lines.map(({ head }) => head.length + 1));
  return lines
    .map(({ head, usage }) => `${head}${' '.repeat(widest - head.length)}  ${wrap(widest + 2, columns, usage)}\n`)
    .join('');
}

export interface HelpOptions {
  /** Path of the parent, e.g. `docker container`; empty for the root. */
  readonly parent: string;
  readonly columns: number;
  readonly daemon: KnownDaemon;
  /** The root: no flags under Options, its own sections. */
  readonly root?: { readonly flags: readonly FlagRow[]; readonly common: readonly string[] };
  /** Bold closing words on a terminal. */
  readonly bold?: boolean;
}

/** The whole help text of a command. */
export function helpText(spec: CommandSpec, options: HelpOptions): string {
  const path = options.parent === '' ? spec.name : `${options.parent} ${spec.name}`;
  const flags = (spec.flags ?? []).filter((row) => flagShown(row, options.daemon));
  const children = spec.subcommands ?? [];
  const lines: string[] = [];
  if (children.length === 0) lines.push(`Usage:  ${options.parent === '' ? '' : `${options.parent} `}${spec.use}`);
  else lines.push(`Usage:  ${path}${flags.length > 0 || options.root !== undefined ? ' [OPTIONS]' : ''} COMMAND`);
  lines.push('', (spec.long ?? spec.short).trim());
  if (spec.experimental === true) {
    lines.push(
      '',
      'EXPERIMENTAL:',
      `  ${path} is an experimental feature.`,
      '  Experimental features provide early access to product functionality. These',
      '  features may change between releases without warning, or can be removed from a',
      '  future release. Learn more about experimental features in our documentation:',
      '  https://docs.docker.com/go/experimental/',
    );
  }
  const aliases = aliasLine(spec, options.parent);
  if (aliases !== '') lines.push('', 'Aliases:', `  ${aliases}`);
  if (options.root === undefined && flags.length > 0) {
    lines.push('', 'Options:', flagUsages(flags, options.columns, options.daemon).replace(/\s+$/, ''));
  }
  const shown = children.filter((child) => commandShown(child, options.daemon));
  lines.push(...listings(shown, options));
  if (options.root !== undefined) {
    lines.push('', 'Global Options:', flagUsages(options.root.flags, options.columns).replace(/\s+$/, ''));
  }
  if (children.length > 0) lines.push('', `Run '${path} COMMAND --help' for more information on a command.`);
  if (options.root !== undefined) {
    const closing = 'For more help on how to use Docker, head to https://docs.docker.com/go/guides/';
    lines.push('', options.bold === true ? `\x1b[1m${closing}\x1b[0m` : closing);
  }
  return `${lines.join('\n')}\n`;
}

/** The names a command answers to, as help lists them; empty when it has only one. */
export function aliasLine(spec: CommandSpec, parent: string): string {
  if (spec.shownAliases !== undefined) return spec.shownAliases;
  if (spec.aliases === undefined || spec.aliases.length === 0) return '';
  return [spec.name, ...spec.aliases].map((name) => `${parent} ${name}`).join(', ');
}

function listings(children: readonly CommandSpec[], options: HelpOptions): string[] {
  const lines: string[] = [];
  const width = Math.max(11, ...children.map((child) => displayWidth(child.name)));
  const entry = (child: CommandSpec): string =>
    `  ${(child.name + (child.plugin === true ? '*' : ' ')).padEnd(width + 1)}${child.short}`;
  const section = (title: string, list: readonly CommandSpec[]): void => {
    if (list.length > 0) lines.push('', `${title}:`, ...list.map(entry));
  };
  const common = options.root?.common ?? [];
  const isCommon = (child: CommandSpec): boolean => common.includes(child.name);
  const isGroup = (child: CommandSpec): boolean => (child.subcommands?.length ?? 0) > 0 || child.plugin === true;
  const byName = [...children].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (common.length > 0) {
    section(
      'Common Commands',
      common.flatMap((name) => children.find((child) => child.name === name) ?? []),
    );
  }
  const groups = byName.filter((child) => isGroup(child) && !isCommon(child));
  section(
    'Management Commands',
    groups.filter((child) => child.category !== 'swarm'),
  );
  section(
    'Swarm Commands',
    groups.filter((child) => child.category === 'swarm'),
  );
  section(
    'Commands',
    byName.filter((child) => !isGroup(child) && !isCommon(child)),
  );
  return lines;
}
