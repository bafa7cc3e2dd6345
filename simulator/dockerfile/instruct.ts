/** From nodes to instructions: which arguments each accepts, with BuildKit's messages. */
import { SHAPES } from './arguments.ts';
import { formatCheck, type Linter } from './checks.ts';
import { parseDuration } from './duration.ts';
import { DockerfileError } from './errors.ts';
import { parseFlags, type Flags } from './flags.ts';
import { chompTabs, heredocWord } from './heredoc.ts';
import type {
  Arg,
  Command,
  CommandLine,
  From,
  Healthcheck,
  InlineFile,
  Instruction,
  Pair,
  Stage,
} from './instructions.ts';
import { mountSource } from './mount.ts';
import type { Dockerfile, Node } from './node.ts';
import { withSuggestion } from './suggest.ts';
import { goQuote, trimSpace } from './text.ts';
import { LexError } from './lex.ts';

const exactlyOne = (name: string): Error => new Error(`${name} requires exactly one argument`);
const atLeastOne = (name: string): Error => new Error(`${name} requires at least one argument`);

const texts = (node: Node): string[] => node.args.map((a) => a.text);
const flagsOf = (node: Node, known: Parameters<typeof parseFlags>[1] = {}): Flags =>
  parseFlags(
    node.flags.map((f) => f.text),
    known,
  );
const common = (node: Node): Pick<Command, 'name' | 'code' | 'lines' | 'comments' | 'node'> => ({
  name: node.keyword.text,
  code: trimSpace(node.original),
  lines: node.lines,
  comments: node.comments,
  node,
});

function single(node: Node): string {
  if (node.args.length !== 1) throw exactlyOne(node.keyword.text.toUpperCase());
  return node.args[0]!.text;
}

/** The text after `name ` in a comment above: what an outline shows. */
const description = (comments: readonly string[], name: string): string =>
  name === '' ? '' : (comments.find((c) => c.startsWith(`${name} `))?.slice(name.length + 1) ?? '');

function pairs(node: Node, name: string): Pair[] {
  flagsOf(node);
  const args = texts(node);
  if (args.length === 0) throw atLeastOne(name);
  const result: Pair[] = [];
  for (let i = 0; i < args.length; i += 3) {
    if (args[i] === '') throw new Error(`${name} names can not be blank`);
    result.push({ key: args[i]!, value: args[i + 1]!, legacy: args[i + 2] === '' });
  }
  return result;
}

function commandLine(node: Node): CommandLine {
  const args = texts(node);
  return {
    args: node.json ? args : [args.join(' ')],
    shell: !node.json,
    heredocs: node.heredocs.map((h) => ({ name: h.name, data: h.content, chomp: h.chomp })),
  };
}

function sourcesAndDestination(
  node: Node,
  name: string,
): { sources: string[]; files: InlineFile[]; destination: string } {
  const args = texts(node);
  const destination = args.pop()!;
  const announced = (word: string): ReturnType<typeof heredocWord> => {
    try {
      return heredocWord(word);
    } catch (error) {
      if (error instanceof LexError) return undefined;
      throw error;
    }
  };
  if (announced(destination)) throw new Error(`${name} cannot accept a heredoc as a destination`);
  const bodies = new Map(node.heredocs.map((h) => [h.name, h.content]));
  const sources: string[] = [];
  const files: InlineFile[] = [];
  for (const arg of args) {
    const word = announced(arg);
    if (!word) {
      sources.push(arg);
      continue;
    }
    const body = bodies.get(word.name) ?? '';
    files.push({ name: word.name, data: word.chomp ? chompTabs(body) : body, expand: word.expand });
  }
  return { sources, files, destination };
}

const COPYING = { chown: 'string', chmod: 'string', link: 'bool', exclude: 'list' } as const;
const copying = (flags: Flags): { chown: string; chmod: string; link: boolean; exclude: readonly string[] } => ({
  chown: flags.text('chown'),
  chmod: flags.text('chmod'),
  link: flags.bool('link') ?? false,
  exclude: flags.list('exclude'),
});

function interval(flags: Flags, name: string): number {
  const value = flags.text(name);
  if (value === '') return 0;
  const ns = parseDuration(value);
  if (ns !== 0 && ns < 1e6) throw new Error(`Interval ${goQuote(name)} cannot be less than 1ms`);
  return ns;
}

function healthcheck(node: Node): Healthcheck {
  const [first, ...rest] = texts(node);
  if (first === undefined) throw atLeastOne('HEALTHCHECK');
  const type = first.toUpperCase();
  if (type === 'NONE') {
    if (rest.length > 0) throw new Error('HEALTHCHECK NONE takes no arguments');
    return { test: [type], interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 };
  }
  const flags = flagsOf(node, {
    interval: 'string',
    timeout: 'string',
    'start-period': 'string',
    'start-interval': 'string',
    retries: 'string',
  });
  if (type !== 'CMD') throw new Error(`Unknown type ${goQuote(type)} in HEALTHCHECK (try CMD)`);
  const command = node.json ? rest : rest.length > 0 ? [rest.join(' ')] : [];
  if (command.length === 0) throw new Error('Missing command after HEALTHCHECK CMD');
  const timing = {
    interval: interval(flags, 'interval'),
    timeout: interval(flags, 'timeout'),
    startPeriod: interval(flags, 'start-period'),
    startInterval: interval(flags, 'start-interval'),
  };
  const text = flags.text('retries');
  if (text !== '' && !/^[+-]?\d+$/.test(text)) {
    throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  }
  const retries = Number(text || 0);
  if (retries > 0x7fffffff) throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: value out of range`);
  if (retries < 0) throw new Error(`--retries cannot be negative (${retries})`);
  return { test: [node.json ? 'CMD' : 'CMD-SHELL', ...command], ...timing, retries };
}

function onbuild(node: Node): string {
  if (!node.child) throw atLeastOne('ONBUILD');
  flagsOf(node);
  const trigger = node.child.keyword.text.toUpperCase();
  if (trigger === 'ONBUILD') throw new Error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === 'MAINTAINER' || trigger === 'FROM') {
    throw new Error(`${trigger} isn't allowed as an ONBUILD trigger`);
  }
  const text = node.original.replace(/^\s*ONBUILD\s*/i, '');
  return text + node.heredocs.map((h) => `\n${h.content}${h.name}`).join('');
}

function from(node: Node, linter: Linter): From {
  const args = texts(node);
  const keyword = node.keyword.text;
  if (args.length === 3 && args[2] !== args[2]!.toLowerCase()) {
    linter.report('StageNameCasing', node.lines, formatCheck.StageNameCasing(args[2]!));
  }
  if (args.length >= 3) {
    // a keyword of mixed case is another check's business
    const same =
      keyword === keyword.toLowerCase()
        ? args[1] === args[1]!.toLowerCase()
        : keyword !== keyword.toUpperCase() || args[1] === args[1]!.toUpperCase();
    if (!same) linter.report('FromAsCasing', node.lines, formatCheck.FromAsCasing(keyword, args[1]!));
  }
  let stage = '';
  if (args.length === 3 && args[1]!.toLowerCase() === 'as') {
    stage = args[2]!.toLowerCase();
    if (!/^[a-z][a-z0-9-_.]*$/.test(stage)) {
      throw new Error(
        `invalid name for build stage: ${goQuote(args[2]!)}, name can't start with a number or contain symbols`,
      );
    }
  } else if (args.length !== 1) {
    throw new Error('FROM requires either one or three arguments');
  }
  const flags = flagsOf(node, { platform: 'string' });
  if (stage !== '') checkDescription('FROM', [stage], node, linter);
  return {
    ...common(node),
    kind: 'from',
    base: args[0]!,
    stage,
    platform: flags.text('platform'),
    description: description(node.comments, stage),
  };
}

function checkDescription(instruction: string, keys: readonly string[], node: Node, linter: Linter): void {
  const comment = node.comments.at(-1);
  if (comment === undefined || keys.length === 0 || keys.includes(comment.split(' ')[0]!)) return;
  const key = keys.length > 1 ? '<arg_key>' : keys[0]!;
  linter.report('InvalidDefinitionDescription', node.lines, formatCheck.InvalidDefinitionDescription(instruction, key));
}

function arg(node: Node, linter: Linter): Arg {
  if (node.args.length === 0) throw atLeastOne('ARG');
  const args = texts(node).map((text) => {
    const at = text.indexOf('=');
    if (at === 0) throw new Error('ARG names can not be blank');
    const key = at < 0 ? text : text.slice(0, at);
    return {
      key,
      value: at < 0 ? undefined : text.slice(at + 1),
      description: description(node.comments, key),
    };
  });
  checkDescription(
    'ARG',
    args.map((a) => a.key),
    node,
    linter,
  );
  return { ...common(node), kind: 'arg', args };
}

const NETWORKS = new Set(['default', 'none', 'host']);
const SECURITY = new Set(['insecure', 'sandbox']);

function instruct(node: Node, linter: Linter): Instruction {
  const base = common(node);
  switch (node.keyword.text.toLowerCase()) {
    case 'from':
      return from(node, linter);
    case 'arg':
      return arg(node, linter);
    case 'env':
      return { ...base, kind: 'env', pairs: pairs(node, 'ENV') };
    case 'label':
      return { ...base, kind: 'label', pairs: pairs(node, 'LABEL') };
    case 'maintainer': {
      linter.report('MaintainerDeprecated', node.lines, formatCheck.MaintainerDeprecated());
      const maintainer = single(node);
      flagsOf(node);
      return { ...base, kind: 'maintainer', maintainer };
    }
    case 'add':
    case 'copy': {
      const kind = node.keyword.text.toLowerCase();
      const name = kind.toUpperCase();
      if (node.args.length < 2) {
        throw new Error(
          `${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
        );
      }
      if (kind === 'copy') {
        const flags = flagsOf(node, { ...COPYING, from: 'string', parents: 'bool' });
        const parts = sourcesAndDestination(node, name);
        const parents = flags.bool('parents') ?? false;
        return { ...base, kind: 'copy', ...copying(flags), ...parts, from: flags.text('from'), parents };
      }
      const flags = flagsOf(node, { ...COPYING, 'keep-git-dir': 'bool', checksum: 'string', unpack: 'bool' });
      const parts = sourcesAndDestination(node, name);
      return {
        ...base,
        kind: 'add',
        ...copying(flags),
        ...parts,
        keepGitDir: flags.bool('keep-git-dir'),
        checksum: flags.text('checksum'),
        unpack: flags.bool('unpack'),
      };
    }
    case 'onbuild':
      return { ...base, kind: 'onbuild', expression: onbuild(node) };
    case 'workdir': {
      const path = single(node);
      flagsOf(node);
      return { ...base, kind: 'workdir', path };
    }
    case 'user': {
      const user = single(node);
      flagsOf(node);
      return { ...base, kind: 'user', user };
    }
    case 'stopsignal':
      return { ...base, kind: 'stopsignal', signal: single(node) };
    case 'run': {
      const flags = flagsOf(node, { mount: 'list', network: 'string', security: 'string', device: 'list' });
      const network = flags.text('network') || 'default';
      const security = flags.text('security') || 'sandbox';
      const mounts = flags.list('mount');
      const mountSources = mounts.map(mountSource);
      if (!NETWORKS.has(network)) throw new Error(`invalid network mode ${goQuote(network)}`);
      if (!SECURITY.has(security)) throw new Error(`security ${goQuote(security)} is not valid`);
      return { ...base, kind: 'run', ...commandLine(node), mounts, mountSources, network, security };
    }
    case 'cmd':
      flagsOf(node);
      return { ...base, kind: 'cmd', ...commandLine(node) };
    case 'entrypoint':
      flagsOf(node);
      return { ...base, kind: 'entrypoint', ...commandLine(node) };
    case 'healthcheck':
      return { ...base, kind: 'healthcheck', health: healthcheck(node) };
    case 'expose': {
      if (node.args.length === 0) throw atLeastOne('EXPOSE');
      flagsOf(node);
      // the ports are sorted as text, which the image's history shows
      return { ...base, kind: 'expose', ports: texts(node).sort() };
    }
    case 'volume': {
      if (node.args.length === 0) throw atLeastOne('VOLUME');
      flagsOf(node);
      const volumes = texts(node).map(trimSpace);
      if (volumes.includes('')) throw new Error('VOLUME specified can not be an empty string');
      return { ...base, kind: 'volume', volumes };
    }
    case 'shell': {
      flagsOf(node);
      if (node.args.length === 0) throw atLeastOne('SHELL');
      if (!node.json) throw new Error('SHELL requires the arguments to be in JSON form');
      return { ...base, kind: 'shell', shell: texts(node) };
    }
  }
  const names = [...SHAPES.keys()].map((name) => name.toUpperCase());
  const { text } = node.keyword;
  throw new Error(withSuggestion(`unknown instruction: ${text}`, text, names, false));
}

/** The meaning of one node. Throws DockerfileError, without the "dockerfile parse error" that a file's has before. */
export function toInstruction(node: Node, linter: Linter): Instruction {
  try {
    return instruct(node, linter.withComments(node.comments));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new DockerfileError(error.message, [node.lines]);
  }
}

export interface Stages {
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly Arg[];
}

/** The stages of a file. Throws DockerfileError. */
export function toStages(file: Dockerfile, linter: Linter): Stages {
  const stages: { from: From; commands: Command[] }[] = [];
  const metaArgs: Arg[] = [];
  for (const node of file.nodes) {
    let instruction: Instruction;
    try {
      instruction = toInstruction(node, linter);
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      throw new DockerfileError(`dockerfile parse error on line ${node.lines[0]}: ${error.message}`, error.lines);
    }
    const stage = stages.at(-1);
    if (instruction.kind === 'from') stages.push({ from: instruction, commands: [] });
    else if (stage) stage.commands.push(instruction);
    else if (instruction.kind === 'arg') metaArgs.push(instruction);
    else throw new DockerfileError('no build stage in current context', [node.lines]);
  }
  return { stages, metaArgs };
}
