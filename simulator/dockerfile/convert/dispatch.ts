/** What each instruction does to the state of its stage. */
import { formatCheck, type Linter } from '../checks.ts';
import { formatDuration } from '../duration.ts';
import type { Arg, Command, CommandLine, Healthcheck, Pair } from '../instructions.ts';
import { lex, LexError } from '../lex.ts';
import { absolutePath } from '../path.ts';
import { isSignal } from '../signals.ts';
import { goList, goQuote, goQuoteList } from '../text.ts';
import type { Conversion } from './context.ts';
import { dispatchCopy } from './copy.ts';
import { splitVariable } from './environment.ts';
import { exposedPorts } from './expose.ts';
import type { FileAction, VertexOrigin } from './graph.ts';
import { dispatchRun, upperKeyword, withShell } from './run.ts';
import type { Planned, StageState } from './stage.ts';
import { checkSecretKey, reportUndefined } from './validate.ts';

/** The tools of one instruction: expansion with its warnings, and its label. */
class Dispatcher {
  readonly conversion: Conversion;
  readonly stage: StageState;
  readonly command: Command;
  readonly linter: Linter;
  constructor(conversion: Conversion, stage: StageState, command: Command) {
    this.conversion = conversion;
    this.stage = stage;
    this.command = command;
    this.linter = conversion.linter.withComments(command.comments);
  }

  /** Expands one word with the variables as they were before the instruction. */
  readonly expand = (word: string, heredoc = false): string => {
    const { env, buildArgs } = this.stage;
    const options = heredoc ? { ignoreQuotes: true } : { escape: this.conversion.escape };
    try {
      const { text, unmatched } = lex(word, env, options);
      reportUndefined(this.command, unmatched, buildArgs, env, this.linter);
      return text;
    } catch (error) {
      if (error instanceof LexError) reportUndefined(this.command, error.unmatched, buildArgs, env, this.linter);
      throw error;
    }
  };

  expandPairs(pairs: readonly Pair[]): Pair[] {
    return pairs.map((p) => ({ ...p, key: this.expand(p.key), value: this.expand(p.value) }));
  }

  label(): string {
    let shown = this.command.code;
    try {
      shown = lex(shown, this.stage.env, { escape: this.conversion.escape }).text;
    } catch (error) {
      // a text that is no sequence of shell words is shown as it is
      if (!(error instanceof LexError)) throw error;
    }
    return this.stage.label(upperKeyword(shown));
  }

  readonly origin = (name: string): VertexOrigin => ({
    name,
    lines: this.command.lines,
    stage: this.stage.index,
    stageName: this.stage.name,
    step: this.stage.step,
    steps: this.stage.steps,
    instruction: this.command.name.toUpperCase(),
  });

  /** Warns when the stage had such an instruction before: at the earlier one, which is lost. */
  once(kind: 'cmd' | 'entrypoint' | 'healthcheck'): void {
    const before = this.stage.set.get(kind);
    if (before) {
      const message = formatCheck.MultipleInstructionsDisallowed(this.command.name);
      this.linter.report('MultipleInstructionsDisallowed', before, message);
    }
    this.stage.set.set(kind, this.command.lines);
  }

  commandLine(line: CommandLine): string[] {
    if (!line.shell) return [...line.args];
    if (!this.stage.image.config.Shell?.length) {
      const message = formatCheck.JSONArgsRecommended(this.command.name);
      this.linter.report('JSONArgsRecommended', this.command.lines, message);
    }
    return withShell(this.stage, line.args);
  }
}

/** Go's `%+v` of the health check, as the history shows it. */
const healthText = (h: Healthcheck): string =>
  `{Test:${goList(h.test)} Interval:${formatDuration(h.interval)} Timeout:${formatDuration(h.timeout)} ` +
  `StartPeriod:${formatDuration(h.startPeriod)} StartInterval:${formatDuration(h.startInterval)} Retries:${h.retries}}`;

/** Sets a variable of the image: in place where it is there already. */
export function setImageVariable(list: readonly string[], key: string, value: string): string[] {
  const entry = `${key}=${value}`;
  const at = list.findIndex((e) => splitVariable(e)[0] === key);
  return at < 0 ? [...list, entry] : list.with(at, entry);
}

function dispatchArg(d: Dispatcher, command: Arg): void {
  const { stage, conversion } = d;
  const given = conversion.options.buildArgs;
  const shown: string[] = [];
  for (const arg of command.args) {
    checkSecretKey('ARG', arg.key, command.lines, d.linter);
    let value = arg.value;
    let inherited = false;
    if (Object.hasOwn(given, arg.key)) value = given[arg.key]!;
    else if (value !== undefined) value = d.expand(value);
    else if (conversion.globals.get(arg.key) !== undefined) {
      value = conversion.globals.get(arg.key)!;
      inherited = true;
    }
    if (value !== undefined) stage.env = stage.env.with(arg.key, value);
    if (!inherited) {
      const info = { value: value ?? '', description: arg.description, lines: command.lines, deps: new Set<string>() };
      stage.outline.args.set(arg.key, info);
    }
    stage.outline.used.add(arg.key);
    stage.buildArgs.push({ ...arg, value });
    shown.push(value === undefined ? arg.key : `${arg.key}=${value}`);
  }
  stage.commit(`ARG ${shown.join(' ')}`, false);
}

function dispatchWorkdir(d: Dispatcher, written: string): void {
  const { stage, command } = d;
  const path = d.expand(written);
  if (!stage.workdirSet && !path.startsWith('/')) {
    d.linter.report('WorkdirRelativePath', command.lines, formatCheck.WorkdirRelativePath(path));
  }
  stage.workdirSet = true;
  const dir = absolutePath(stage.image.config.WorkingDir || '/', path, false);
  stage.image.config.WorkingDir = dir;
  stage.dir = dir;
  if (dir !== '/') {
    const owner = stage.image.config.User ?? '';
    const action: FileAction = { type: 'mkdir', path: dir, mode: 0o755, parents: true, owner };
    const origin = d.origin(d.label());
    const vertex = d.conversion.vertex(stage, { type: 'file', actions: [action] }, [stage.vertex], origin);
    // --no-cache does not reach WORKDIR
    stage.vertex = { ...vertex, ignoreCache: false };
  }
  stage.commit(`WORKDIR ${dir}`, dir !== '/');
}

/** Carries out one instruction on its stage. Throws errors whose message is BuildKit's. */
export function dispatch(conversion: Conversion, stage: StageState, planned: Planned): void {
  const { command } = planned;
  const d = new Dispatcher(conversion, stage, command);
  const { config } = stage.image;
  stage.inOnbuild = planned.onbuild;
  switch (command.kind) {
    case 'maintainer':
      stage.image.author = command.maintainer;
      return stage.commit(`MAINTAINER ${command.maintainer}`, false);
    case 'env': {
      const pairs = d.expandPairs(command.pairs);
      for (const { key, value, legacy } of pairs) {
        if (legacy) {
          d.linter.report('LegacyKeyValueFormat', command.lines, formatCheck.LegacyKeyValueFormat(command.name));
        }
        checkSecretKey('ENV', key, command.lines, d.linter);
        stage.env = stage.env.with(key, value);
        config.Env = setImageVariable(config.Env ?? [], key, value);
      }
      return stage.commit(`ENV ${pairs.map((p) => `${p.key}=${p.value}`).join(' ')}`, false);
    }
    case 'label': {
      const pairs = d.expandPairs(command.pairs);
      for (const { key, value, legacy } of pairs) {
        if (legacy) {
          d.linter.report('LegacyKeyValueFormat', command.lines, formatCheck.LegacyKeyValueFormat(command.name));
        }
        config.Labels = { ...config.Labels, [key]: value };
      }
      return stage.commit(`LABEL ${pairs.map((p) => `${p.key}=${p.value}`).join(' ')}`, false);
    }
    case 'arg':
      return dispatchArg(d, command);
    case 'run':
      return dispatchRun(conversion, stage, command, planned.sources, d.expand, d.origin);
    case 'add':
    case 'copy': {
      const [source] = planned.sources;
      const from = command.kind === 'copy' ? command.from : '';
      if (source && !source.dispatched) {
        throw new Error(
          `cannot copy from stage ${goQuote(from)}, it needs to be defined before current stage ${goQuote(stage.name)}`,
        );
      }
      const expanded = {
        ...command,
        chown: d.expand(command.chown),
        chmod: d.expand(command.chmod),
        ...(command.kind === 'add' ? { checksum: d.expand(command.checksum) } : {}),
        sources: command.sources.map((s) => d.expand(s)),
        destination: d.expand(command.destination),
        files: command.files.map((f) => (f.expand ? { ...f, data: d.expand(f.data, true) } : f)),
      };
      return dispatchCopy(conversion, stage, expanded, source, d.origin, () => d.label(), d.linter);
    }
    case 'workdir':
      return dispatchWorkdir(d, command.path);
    case 'onbuild':
      config.OnBuild = [...(config.OnBuild ?? []), command.expression];
      return;
    case 'cmd': {
      d.once('cmd');
      const args = d.commandLine(command);
      config.Cmd = args;
      config.ArgsEscaped = true;
      return stage.commit(`CMD ${goQuoteList(args)}`, false);
    }
    case 'entrypoint': {
      d.once('entrypoint');
      const args = d.commandLine(command);
      config.Entrypoint = args.length > 0 ? args : null;
      // an inherited CMD belongs to the inherited ENTRYPOINT
      if (!stage.set.has('cmd')) delete config.Cmd;
      return stage.commit(`ENTRYPOINT ${goQuoteList(args)}`, false);
    }
    case 'healthcheck': {
      d.once('healthcheck');
      const h = command.health;
      config.Healthcheck = {
        Test: [...h.test],
        ...(h.interval ? { Interval: h.interval } : {}),
        ...(h.timeout ? { Timeout: h.timeout } : {}),
        ...(h.startPeriod ? { StartPeriod: h.startPeriod } : {}),
        ...(h.startInterval ? { StartInterval: h.startInterval } : {}),
        ...(h.retries ? { Retries: h.retries } : {}),
      };
      return stage.commit(`HEALTHCHECK ${healthText(h)}`, false);
    }
    case 'expose': {
      const words = command.ports.flatMap((p) => lex(p, stage.env, { escape: conversion.escape }).words);
      const ports = words.flatMap((w) => exposedPorts(w, command.lines, d.linter));
      config.ExposedPorts = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((p) => [p, {}])) };
      return stage.commit(`EXPOSE ${goList(ports)}`, false);
    }
    case 'user': {
      const user = d.expand(command.user);
      stage.user = user;
      config.User = user;
      return stage.commit(`USER ${user}`, false);
    }
    case 'volume': {
      const volumes = command.volumes.map((v) => d.expand(v));
      if (volumes.includes('')) throw new Error('VOLUME specified can not be an empty string');
      config.Volumes = { ...config.Volumes, ...Object.fromEntries(volumes.map((v) => [v, {}])) };
      return stage.commit(`VOLUME ${goList(volumes)}`, false);
    }
    case 'stopsignal': {
      const signal = d.expand(command.signal);
      if (!isSignal(signal)) throw new Error(`invalid signal: ${signal}`);
      config.StopSignal = signal;
      return stage.commit(`STOPSIGNAL ${signal}`, false);
    }
    case 'shell':
      config.Shell = [...command.shell];
      return stage.commit(`SHELL ${goList(command.shell)}`, false);
  }
}
