/** Build checks: the rules, their messages, and which of them apply (`# check=…`). */
import { DirectiveReader } from './directives.ts';
import type { Lines } from './errors.ts';
import { parseBool } from './mount.ts';
import { goQuote, trimSpace } from './text.ts';

const didYouMean = (suggestion: string | undefined, sign = ''): string =>
  suggestion === undefined ? '' : ` (did you mean ${sign}${suggestion}?)`;

/** The message of each rule. */
export const formatCheck = {
  StageNameCasing: (name: string) => `Stage name '${name}' should be lowercase`,
  FromAsCasing: (from: string, as: string) => `'${as}' and '${from}' keywords' casing do not match`,
  NoEmptyContinuation: () => 'Empty continuation line',
  ConsistentInstructionCasing: (command: string, casing: string) =>
    `Command '${command}' should match the case of the command majority (${casing})`,
  DuplicateStageName: (name: string) => `Duplicate stage name ${goQuote(name)}, stage names should be unique`,
  ReservedStageName: (name: string) => `Stage name should not use the same name as reserved stage ${goQuote(name)}`,
  JSONArgsRecommended: (command: string) =>
    `JSON arguments recommended for ${command} to prevent unintended behavior related to OS signals`,
  MaintainerDeprecated: () => 'Maintainer instruction is deprecated in favor of using label',
  UndefinedArgInFrom: (name: string, suggestion?: string) =>
    `FROM argument '${name}' is not declared${didYouMean(suggestion)}`,
  WorkdirRelativePath: (path: string) =>
    `Relative workdir ${goQuote(path)} can have unexpected results if the base image changes`,
  UndefinedVar: (name: string, suggestion?: string) =>
    `Usage of undefined variable '$${name}'${didYouMean(suggestion, '$')}`,
  MultipleInstructionsDisallowed: (command: string) =>
    `Multiple ${command} instructions should not be used in the same stage because only the last one will be used`,
  LegacyKeyValueFormat: (command: string) =>
    `"${command} key=value" should be used instead of legacy "${command} key value" format`,
  InvalidBaseImagePlatform: (image: string, expected: string, actual: string) =>
    `Base image ${image} was pulled with platform ${goQuote(actual)}, expected ${goQuote(expected)} for current build`,
  RedundantTargetPlatform: (variable: string) =>
    `Setting platform to predefined ${variable} in FROM is redundant as this is the default behavior`,
  SecretsUsedInArgOrEnv: (instruction: string, key: string) =>
    `Do not use ARG or ENV instructions for sensitive data (${instruction} ${goQuote(key)})`,
  InvalidDefaultArgInFrom: (base: string) =>
    `Default value for ARG ${base} results in empty or invalid base image name`,
  FromPlatformFlagConstDisallowed: (platform: string) =>
    `FROM --platform flag should not use constant value ${goQuote(platform)}`,
  CopyIgnoredFile: (command: string, file: string) =>
    `Attempting to ${command} file ${goQuote(file)} that is excluded by .dockerignore`,
  InvalidDefinitionDescription: (instruction: string, name: string) =>
    `Comment for ${instruction} should follow the format: \`# ${name} <description>\``,
  ExposeProtoCasing: (port: string) => `Defined protocol '${port}' in EXPOSE instruction should be lowercase`,
  ExposeInvalidFormat: (port: string) =>
    `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`,
} as const;

export type RuleName = keyof typeof formatCheck;

/** What each rule is about, as `--call=check` tells it. */
const DESCRIPTIONS: Record<RuleName, string> = {
  StageNameCasing: 'Stage names should be lowercase',
  FromAsCasing: "The 'as' keyword should match the case of the 'from' keyword",
  NoEmptyContinuation: 'Empty continuation lines will become errors in a future release',
  ConsistentInstructionCasing: 'All commands within the Dockerfile should use the same casing (either upper or lower)',
  DuplicateStageName: 'Stage names should be unique',
  ReservedStageName: 'Reserved words should not be used as stage names',
  JSONArgsRecommended:
    'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  MaintainerDeprecated: 'The MAINTAINER instruction is deprecated, use a label instead to define an image author',
  UndefinedArgInFrom: 'FROM command must use declared ARGs',
  WorkdirRelativePath:
    'Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes',
  UndefinedVar: 'Variables should be defined before their use',
  MultipleInstructionsDisallowed: 'Multiple instructions of the same type should not be used in the same stage',
  LegacyKeyValueFormat: 'Legacy key/value format with whitespace separator should not be used',
  InvalidBaseImagePlatform: 'Base image platform does not match expected target platform',
  RedundantTargetPlatform:
    'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
  SecretsUsedInArgOrEnv: 'Sensitive data should not be used in the ARG or ENV commands',
  InvalidDefaultArgInFrom: 'Default value for global ARG results in an empty or invalid base image name',
  FromPlatformFlagConstDisallowed: 'FROM --platform flag should not use a constant value',
  CopyIgnoredFile: 'Attempting to Copy file that is excluded by .dockerignore',
  InvalidDefinitionDescription:
    'Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.',
  ExposeProtoCasing: 'Protocol in EXPOSE instruction should be lowercase',
  ExposeInvalidFormat:
    'IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release',
};
export const RULES = Object.keys(DESCRIPTIONS) as RuleName[];
const EXPERIMENTAL: ReadonlySet<string> = new Set(['InvalidDefinitionDescription']);

/** Where a rule is explained. One rule has no page. */
const ruleUrl = (rule: RuleName): string =>
  rule === 'InvalidBaseImagePlatform'
    ? ''
    : `https://docs.docker.com/go/dockerfile/rule/${rule
        .replace(/([a-z])([A-Z])/g, '$1-$2')
        .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
        .toLowerCase()}/`;

export interface Warning {
  readonly rule: RuleName;
  readonly description: string;
  readonly url: string;
  readonly message: string;
  readonly lines: Lines;
}

export interface CheckConfig {
  readonly skip: 'all' | readonly string[];
  readonly experimental: 'all' | readonly string[];
  readonly error: boolean;
}

/** Parses `skip=A,B;error=true;experimental=…`. Throws with BuildKit's texts. */
export function parseCheckConfig(text: string): CheckConfig {
  let skip: CheckConfig['skip'] = [];
  let experimental: CheckConfig['experimental'] = [];
  let error = false;
  const options = trimSpace(text);
  if (options === '') return { skip, experimental, error };
  const list = (value: string): 'all' | string[] =>
    trimSpace(value) === 'all' ? 'all' : trimSpace(value).split(',').map(trimSpace);
  const all = options.split(';');
  // BuildKit splits at most twice, so that the third part holds the rest
  const parts = all.length > 3 ? [all[0]!, all[1]!, all.slice(2).join(';')] : all;
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) throw new Error(`invalid check option ${goQuote(part)}`);
    const key = trimSpace(part.slice(0, at));
    const value = part.slice(at + 1);
    if (key === 'skip') skip = list(value);
    else if (key === 'experimental') experimental = list(value);
    else if (key === 'error') {
      const on = parseBool(trimSpace(value));
      if (on === undefined) {
        throw new Error(
          `failed to parse check option ${goQuote(part)}: strconv.ParseBool: parsing ${goQuote(trimSpace(value))}: invalid syntax`,
        );
      }
      error = on;
    } else throw new Error(`invalid check option ${goQuote(key)}`);
  }
  return { skip, experimental, error };
}

const merge = (a: 'all' | readonly string[], b: 'all' | readonly string[]): 'all' | readonly string[] =>
  a === 'all' || b === 'all' ? 'all' : [...a, ...b];
const includes = (list: 'all' | readonly string[], rule: string): boolean => list === 'all' || list.includes(rule);

/** Collects warnings in the order in which they are found. */
export class Linter {
  readonly warnings: Warning[];
  readonly #config: CheckConfig;
  constructor(config: CheckConfig = { skip: [], experimental: [], error: false }, warnings: Warning[] = []) {
    this.#config = config;
    this.warnings = warnings;
  }

  report(rule: RuleName, lines: Lines, message: string): void {
    const off = EXPERIMENTAL.has(rule) ? !includes(this.#config.experimental, rule) : includes(this.#config.skip, rule);
    if (off) return;
    this.warnings.push({ rule, description: DESCRIPTIONS[rule], url: ruleUrl(rule), message, lines });
  }

  /** The linter for an instruction that a comment `# check=skip=…` stands before. */
  withComments(comments: readonly string[]): Linter {
    for (const comment of comments) {
      const directive = new DirectiveReader('').read(comment, 1);
      if (directive?.name !== 'check') continue;
      let other: CheckConfig;
      try {
        other = parseCheckConfig(directive.value.split(' ')[0]!);
      } catch {
        // a comment that is no valid configuration is a comment
        return this;
      }
      const config = {
        skip: merge(this.#config.skip, other.skip),
        experimental: merge(this.#config.experimental, other.experimental),
        error: this.#config.error,
      };
      return new Linter(config, this.warnings);
    }
    return this;
  }

  /** With `error=true` and at least one warning: the message the build fails with. */
  get failure(): string | undefined {
    if (!this.#config.error || this.warnings.length === 0) return undefined;
    return `lint violation found for rules: ${[...new Set(this.warnings.map((w) => w.rule))].join(', ')}`;
  }
}

/** A linter that reports nothing. */
export const silentLinter = (): Linter => new Linter({ skip: 'all', experimental: [], error: false });
