/**
 * From the text of a Dockerfile to the graph of what must be done for its target: BuildKit's dockerfile2llb. The only
 * things it asks of its surroundings are the configurations of base images and the text of .dockerignore.
 */
import { formatCheck, Linter, parseCheckConfig } from '../checks.ts';
import { emptyImage, DEFAULT_PATH, type ImageConfiguration } from '../config.ts';
import { findDirective } from '../directives.ts';
import { DockerfileError, type Lines } from '../errors.ts';
import { PatternMatcher } from '../ignore.ts';
import { toInstruction, toStages } from '../instruct.ts';
import type { Arg, Command, Stage } from '../instructions.ts';
import { lex, NO_VARIABLES } from '../lex.ts';
import { parse } from '../parser.ts';
import { formatPlatform, parsePlatform } from '../platform.ts';
import { fullName, parseBaseName } from '../reference.ts';
import { withSuggestion } from '../suggest.ts';
import { goQuote } from '../text.ts';
import { silentLinter } from '../checks.ts';
import { Conversion, type ConvertOptions } from './context.ts';
import { dispatch } from './dispatch.ts';
import { Environment, splitVariable } from './environment.ts';
import type { Vertex } from './graph.ts';
import { OutlineCapture, reachable, StageList, StageState, type Planned } from './stage.ts';
import {
  checkCycles,
  checkDefaultBases,
  checkKeywordCasing,
  checkPlatformFlag,
  checkStageNames,
  reportUndeclaredInFrom,
} from './validate.ts';

export interface Converted {
  /** The result; undefined when the target is an empty root. */
  readonly vertex: Vertex | undefined;
  readonly image: ImageConfiguration;
  readonly target: StageState;
  readonly usesContext: boolean;
  readonly stages: readonly StageState[];
}

/** Runs `work`; an error without a place gets the given one. */
function located<T>(lines: Lines | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DockerfileError && error.lines.length > 0) throw error;
    if (!(error instanceof Error)) throw error;
    throw new DockerfileError(error.message, lines ? [lines] : []);
  }
}

/** The variables FROM lines see before any ARG. */
function platformVariables(options: ConvertOptions, target: string): Environment {
  const build = parsePlatform('linux/amd64');
  const { platform } = options;
  const values: [string, string][] = [
    ['BUILDPLATFORM', formatPlatform(build)],
    ['BUILDOS', build.os],
    ['BUILDOSVERSION', ''],
    ['BUILDARCH', build.architecture],
    ['BUILDVARIANT', build.variant],
    ['TARGETPLATFORM', formatPlatform(platform)],
    ['TARGETOS', platform.os],
    ['TARGETOSVERSION', ''],
    ['TARGETARCH', platform.architecture],
    ['TARGETVARIANT', platform.variant],
    ['TARGETSTAGE', target || 'default'],
  ];
  let env = new Environment();
  for (const [name, value] of values) env = env.with(name, options.buildArgs[name] ?? value);
  return env;
}

/** Applies the ARGs before the first FROM. */
function applyMetaArgs(
  start: Environment,
  args: readonly Arg[],
  buildArgs: Readonly<Record<string, string>>,
  escape: string,
  outline: OutlineCapture,
): Environment {
  let env = start;
  for (const command of args) {
    for (const arg of command.args) {
      let value = Object.hasOwn(buildArgs, arg.key) ? buildArgs[arg.key]! : arg.value;
      let deps: ReadonlySet<string> = new Set();
      if (arg.value !== undefined && !Object.hasOwn(buildArgs, arg.key)) {
        const result = located(command.lines, () => lex(arg.value!, env, { escape }));
        value = result.text;
        deps = result.matched;
      }
      if (value !== undefined) env = env.with(arg.key, value);
      const { description } = arg;
      outline.args.set(arg.key, { value: value ?? '', description, lines: command.lines, deps });
    }
  }
  return env;
}

/** The message with a suggestion for the first of the names that has one. */
function suggestAny(message: string, names: ReadonlySet<string>, known: Environment): string {
  for (const name of names) {
    const suggested = withSuggestion(message, name, known.names());
    if (suggested !== message) return suggested;
  }
  return message;
}

class Converter {
  readonly conversion: Conversion;
  readonly outline: OutlineCapture;
  constructor(conversion: Conversion, outline: OutlineCapture) {
    this.conversion = conversion;
    this.outline = outline;
  }

  get #options(): ConvertOptions {
    return this.conversion.options;
  }
  get #stages(): StageList {
    return this.conversion.stages;
  }

  createStages(stages: readonly Stage[]): void {
    for (const [i, { from, commands }] of stages.entries()) {
      const { escape, globals } = this.conversion;
      const linter = this.conversion.linter.withComments(from.comments);
      const declared = new Set([...this.outline.args.keys(), ...globals.names()]);
      const base = located(from.lines, () => lex(from.base, globals, { escape }));
      reportUndeclaredInFrom(base.unmatched, declared, from.lines, linter);
      if (base.text === '') {
        throw new DockerfileError(`base name (${from.base}) should not be blank`, [from.lines]);
      }
      const stage = new StageState(base.text, from, from.lines);
      stage.outline = this.outline.clone();
      const used = new Set(base.matched);
      if (from.platform !== '') {
        const flag = located(from.lines, () => lex(from.platform, globals, { escape }));
        reportUndeclaredInFrom(flag.unmatched, declared, from.lines, linter);
        checkPlatformFlag(from.platform, from.stage, flag, globals, from.lines, linter);
        stage.platform = located(from.lines, () => {
          if (flag.text === '') {
            throw new Error(
              suggestAny(`empty platform value from expression ${from.platform}`, flag.unmatched, globals),
            );
          }
          try {
            return parsePlatform(flag.text);
          } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new Error(
              `failed to parse platform ${from.platform}: ${suggestAny(reason, flag.unmatched, globals)}`,
            );
          }
        });
        for (const name of flag.matched) used.add(name);
      }
      stage.name = from.stage === '' ? `stage-${i}` : from.stage;
      this.#stages.add(stage);
      for (const name of used) stage.outline.used.add(name);
      const counted = commands.filter((c) => ['add', 'copy', 'run', 'workdir'].includes(c.kind)).length;
      stage.steps = counted + (stage.baseName !== 'scratch' && !stage.base ? 1 : 0);
      const { noCache, noCacheFilter } = this.#options;
      stage.ignoreCache =
        noCache || noCacheFilter.some((name) => name.trim().toLowerCase() === from.stage && from.stage !== '');
    }
  }

  target(): StageState {
    const wanted = this.#options.target;
    if (wanted === '') return this.#stages.list.at(-1)!;
    const stage = this.#stages.named(wanted);
    if (stage) return stage;
    const message = `target stage ${goQuote(wanted)} could not be found`;
    throw new DockerfileError(withSuggestion(message, wanted, this.#stages.names()));
  }

  /** The stage a name stands for; one of an image's own where no stage has it. */
  #source(name: string, lines: Lines | undefined): StageState {
    return this.#stages.named(name) ?? new StageState(name, undefined, lines);
  }

  plan(command: Command, onbuild: boolean): Planned {
    if (command.kind === 'copy' && command.from !== '') {
      const { from } = command;
      if (lex(from, NO_VARIABLES, { escape: this.conversion.escape }).text !== from) {
        throw new DockerfileError(
          'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
        );
      }
      if (!/^[+-]?\d+$/.test(from)) return { command, sources: [this.#source(from, command.lines)], onbuild };
      const stage = this.#stages.list[Number(from)];
      if (!stage) throw new DockerfileError(`invalid stage index ${Number(from)}`);
      return { command, sources: [stage], onbuild };
    }
    if (command.kind === 'run') {
      const sources = command.mountSources.map((name) => this.#source(name || 'scratch', undefined));
      return { command, sources, onbuild };
    }
    return { command, sources: [], onbuild };
  }

  #depend(stage: StageState, planned: Planned): void {
    for (const source of planned.sources) {
      stage.deps.set(source, planned.command);
      if (source.unregistered) this.#stages.add(source);
    }
  }

  dependencies(stages: readonly Stage[]): void {
    const registered = [...this.#stages.list];
    for (const stage of registered) {
      for (const command of stages[stage.index]!.commands) {
        const planned = this.plan(command, false);
        stage.commands.push(planned);
        this.#depend(stage, planned);
      }
    }
    checkCycles(this.#stages.list);
    if (this.#stages.list.length === 1) this.#stages.list[0]!.name = '';
  }

  /** Resolves base images until the ONBUILD triggers they bring need no more of them. */
  async resolve(target: StageState): Promise<Set<StageState>> {
    for (;;) {
      const needed = reachable(target);
      if (this.#options.linear) {
        for (const stage of this.#stages.list) if (stage.index <= target.index) reachable(stage, needed);
      }
      await Promise.all(
        this.#stages.list
          .filter((s) => !s.base && !s.dispatched && !s.resolved)
          .map((s) => this.#resolveBase(s, this.#options.allStages || needed.has(s))),
      );
      let more = false;
      for (const stage of this.#stages.list) {
        if (!needed.has(stage)) continue;
        stage.inherit();
        if (!stage.image) continue;
        const triggers = [...(stage.image.config.OnBuild ?? [])];
        if (stage.base && !stage.onbuildDone) {
          for (const { command } of stage.base.commands) {
            if (command.kind === 'onbuild') triggers.push(command.expression);
          }
          stage.onbuildDone = true;
        }
        delete stage.image.config.OnBuild;
        if (triggers.length > 0 && this.#addTriggers(stage, triggers)) more = true;
      }
      if (!more) return needed;
    }
  }

  #addTriggers(stage: StageState, triggers: readonly string[]): boolean {
    let more = false;
    const planned = triggers.map((trigger) => {
      const p = located(stage.lines, () => {
        const { nodes } = parse(trigger);
        if (nodes.length !== 1) throw new Error('onbuild trigger should be a single expression');
        const command = toInstruction({ ...nodes[0]!, lines: stage.lines ?? [1, 1] }, silentLinter());
        if (command.kind === 'from') throw new Error('*instructions.Stage is not a command type');
        return this.plan(command, true);
      });
      if (p.sources.length > 0) more = true;
      this.#depend(stage, p);
      return p;
    });
    stage.commands = [...planned, ...stage.commands];
    stage.steps += planned.length;
    return more;
  }

  async #resolveBase(stage: StageState, needed: boolean): Promise<void> {
    stage.resolved = needed;
    const { platform } = this.#options;
    if (stage.baseName === 'scratch') {
      stage.image = emptyImage(platform.os, platform.architecture);
      stage.platform = platform;
      if (stage.unregistered) stage.dispatched = true;
      return;
    }
    const written = stage.baseName;
    try {
      const name = fullName(parseBaseName(written));
      stage.baseName = name;
      if (needed) await this.#resolveNeeded(stage, written, name);
      stage.platform ??= platform;
    } catch (error) {
      if (error instanceof DockerfileError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      const prefix = stage.baseName === written ? `failed to parse stage name ${goQuote(written)}: ` : '';
      throw new DockerfileError(prefix + message, stage.lines ? [stage.lines] : []);
    } finally {
      if (stage.unregistered) stage.dispatched = true;
    }
  }

  async #resolveNeeded(stage: StageState, written: string, name: string): Promise<void> {
    const platform = stage.platform ?? this.#options.platform;
    const context = this.#options.namedContext(stage.from?.stage || written);
    if (context && 'folder' in context) {
      stage.vertex = this.conversion.local(context.folder, `[context ${context.folder}] load from client`);
      stage.image = emptyImage(platform.os, platform.architecture);
      return;
    }
    const wanted = context ? fullName(parseBaseName(context.image)) : name;
    let resolved;
    try {
      resolved = await this.#options.resolveImage(wanted, platform);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const options = [...this.#stages.names(), ...COMMON_IMAGES];
      throw new DockerfileError(
        withSuggestion(`${written}: ${error.message}`, written, options),
        stage.lines ? [stage.lines] : [],
      );
    }
    const { config, digest } = resolved;
    stage.image = structuredClone(config);
    delete stage.image.created;
    const ref = wanted.includes('@') ? wanted : `${wanted}@${digest}`;
    stage.baseName = ref;
    stage.platform = platform;
    const empty = config.rootfs.diff_ids.length === 0 && config.history.every((h) => h.empty_layer);
    if (empty) return;
    const label = stage.label(`FROM ${ref}`);
    stage.vertex = this.conversion.vertex(stage, { type: 'image', ref }, [], {
      name: label,
      lines: stage.lines,
      stage: stage.unregistered ? -1 : stage.index,
      stageName: stage.name,
      step: stage.step,
      steps: stage.steps,
      instruction: 'FROM',
    });
    const actual = { os: config.os, architecture: config.architecture };
    if (actual.os !== platform.os || actual.architecture !== platform.architecture) {
      const message = formatCheck.InvalidBaseImagePlatform(
        written,
        formatPlatform(platform),
        formatPlatform({ ...actual, variant: config.variant ?? '' }),
      );
      if (stage.lines) this.conversion.linter.report('InvalidBaseImagePlatform', stage.lines, message);
    }
  }

  async dispatchAll(needed: ReadonlySet<StageState>): Promise<void> {
    const patterns = await this.#options.ignorePatterns();
    if (patterns.length > 0) this.conversion.ignore = located(undefined, () => new PatternMatcher(patterns));
    for (const stage of [...this.#stages.list]) {
      if (!this.#options.allStages && (!needed.has(stage) || stage.dispatched)) continue;
      stage.inherit();
      stage.dispatched = true;
      if (!stage.image) continue;
      stage.platform ??= this.#options.platform;
      const { config } = stage.image;
      if (!config.Env?.some((e) => splitVariable(e)[0] === 'PATH')) {
        config.Env = [...(config.Env ?? []), DEFAULT_PATH];
      }
      for (const entry of config.Env) stage.env = stage.env.with(...splitVariable(entry));
      if (config.WorkingDir) stage.dir = config.WorkingDir;
      if (config.User) stage.user = config.User;
      const { onStep } = this.#options;
      await onStep?.before(stage, undefined);
      for (const planned of stage.commands) {
        await onStep?.before(stage, planned);
        located(planned.command.lines, () => dispatch(this.conversion, stage, planned));
        await onStep?.after(stage, planned);
      }
    }
  }
}

const COMMON_IMAGES = ['alpine', 'busybox', 'centos', 'debian', 'golang', 'ubuntu', 'fedora'].flatMap((name) => [
  name,
  `docker.io/library${name}`,
  `${name}:latest`,
  `docker.io/library${name}:latest`,
]);

/** The linter that the file's `# check=` line, or the build argument, asks for. */
export function linterFor(text: string, buildArgs: Readonly<Record<string, string>>): Linter {
  const options = buildArgs['BUILDKIT_DOCKERFILE_CHECK'] ?? findDirective(text, 'check') ?? '';
  try {
    return new Linter(parseCheckConfig(options));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DockerfileError(`failed to parse check options: ${reason}`);
  }
}

/** Converts a Dockerfile. Rejects with DockerfileError. Warnings go to `linter`. */
export async function convert(text: string, options: ConvertOptions, linter: Linter): Promise<Converted> {
  if (text === '') throw new DockerfileError('the Dockerfile cannot be empty');
  const file = parse(text);
  for (const { line } of file.emptyContinuations) {
    linter.report('NoEmptyContinuation', [line, line], formatCheck.NoEmptyContinuation());
  }
  const { stages, metaArgs } = toStages(file, linter);
  if (stages.length === 0) throw new DockerfileError('dockerfile contains no stages to build');
  checkStageNames(stages, linter);
  checkKeywordCasing(stages, linter);

  const { escape } = file;
  const start = platformVariables(options, options.target || stages.at(-1)!.from.stage);
  checkDefaults(stages, metaArgs, start, escape, linter);
  const outline = new OutlineCapture();
  const globals = applyMetaArgs(start, metaArgs, options.buildArgs, escape, outline);

  const conversion = new Conversion(options, escape, linter, new StageList(), globals);
  const converter = new Converter(conversion, outline);
  converter.createStages(stages);
  const target = converter.target();
  converter.dependencies(stages);
  const needed = await converter.resolve(target);
  await converter.dispatchAll(needed);
  if (Object.keys(options.labels).length > 0) {
    target.image.config.Labels = { ...target.image.config.Labels, ...options.labels };
  }
  if (linter.failure !== undefined) throw new DockerfileError(linter.failure);
  return {
    vertex: target.vertex,
    image: target.image,
    target,
    usesContext: conversion.usesContext,
    stages: conversion.stages.list,
  };
}

function checkDefaults(
  stages: readonly Stage[],
  metaArgs: readonly Arg[],
  start: Environment,
  escape: string,
  linter: Linter,
): void {
  let defaults: Environment;
  try {
    defaults = applyMetaArgs(start, metaArgs, {}, escape, new OutlineCapture());
  } catch (error) {
    // the build itself fails with this error in a moment
    if (error instanceof DockerfileError) return;
    throw error;
  }
  checkDefaultBases(stages, defaults, escape, linter);
}
