/** Checks that look at more than one instruction. */
import { formatCheck, type Linter } from '../checks.ts';
import { DockerfileError, type Lines } from '../errors.ts';
import type { ArgPair, Command, Stage } from '../instructions.ts';
import { lex, LexError, type LexResult, type Variables } from '../lex.ts';
import { parsePlatform } from '../platform.ts';
import { parseBaseName } from '../reference.ts';
import { nearest } from '../suggest.ts';
import type { StageState } from './stage.ts';

const RESERVED = new Set(['context', 'scratch']);

export function checkStageNames(stages: readonly Stage[], linter: Linter): void {
  const seen = new Set<string>();
  for (const { from } of stages) {
    if (from.stage === '') continue;
    if (RESERVED.has(from.stage)) {
      linter.report('ReservedStageName', from.lines, formatCheck.ReservedStageName(from.stage));
    }
    if (seen.has(from.stage)) {
      linter.report('DuplicateStageName', from.lines, formatCheck.DuplicateStageName(from.stage));
    }
    seen.add(from.stage);
  }
}

/** The case most keywords have (upper when it is a draw) is the one all should have. */
export function checkKeywordCasing(stages: readonly Stage[], linter: Linter): void {
  const keywords = stages.flatMap((s) => [s.from, ...s.commands]).map(({ name, lines }) => ({ name, lines }));
  const lower = keywords.filter((k) => k.name === k.name.toLowerCase()).length;
  const upper = keywords.filter((k) => k.name !== k.name.toLowerCase() && k.name === k.name.toUpperCase()).length;
  const wanted = lower > upper ? 'lowercase' : 'uppercase';
  for (const { name, lines } of keywords) {
    if (name === (wanted === 'lowercase' ? name.toLowerCase() : name.toUpperCase())) continue;
    linter.report('ConsistentInstructionCasing', lines, formatCheck.ConsistentInstructionCasing(name, wanted));
  }
}

/** Whether base images are still valid names when no build argument is given. */
export function checkDefaultBases(stages: readonly Stage[], defaults: Variables, escape: string, linter: Linter): void {
  for (const { from } of stages) {
    try {
      const { text } = lex(from.base, defaults, { escape });
      parseBaseName(text);
    } catch (error) {
      if (error instanceof LexError) return;
      linter.report('InvalidDefaultArgInFrom', from.lines, formatCheck.InvalidDefaultArgInFrom(from.base));
    }
  }
}

export function reportUndeclaredInFrom(
  unmatched: ReadonlySet<string>,
  declared: ReadonlySet<string>,
  lines: Lines,
  linter: Linter,
): void {
  for (const name of unmatched) {
    if (declared.has(name)) continue;
    const suggestion = nearest(name, [...declared], true);
    linter.report('UndefinedArgInFrom', lines, formatCheck.UndefinedArgInFrom(name, suggestion));
  }
}

/** The two checks on `FROM --platform`. */
export function checkPlatformFlag(
  flag: string,
  stage: string,
  result: LexResult,
  globals: Variables,
  lines: Lines,
  linter: Linter,
): void {
  if (
    result.matched.size === 1 &&
    result.unmatched.size === 0 &&
    result.matched.has('TARGETPLATFORM') &&
    result.text === globals.get('TARGETPLATFORM')
  ) {
    linter.report('RedundantTargetPlatform', lines, formatCheck.RedundantTargetPlatform(flag));
  }
  if (result.matched.size > 0 || result.unmatched.size > 0) return;
  try {
    const { os, architecture } = parsePlatform(result.text);
    // a stage that names the platform says that it is meant
    if (stage.includes(os) || stage.includes(architecture)) return;
  } catch {
    // an invalid platform fails later, with its own message
    return;
  }
  linter.report('FromPlatformFlagConstDisallowed', lines, formatCheck.FromPlatformFlagConstDisallowed(result.text));
}

export function reportUndefined(
  command: Pick<Command, 'lines'>,
  unmatched: ReadonlySet<string>,
  buildArgs: readonly ArgPair[],
  env: Variables,
  linter: Linter,
): void {
  for (const name of unmatched) {
    if (buildArgs.some((arg) => arg.key === name)) continue;
    linter.report('UndefinedVar', command.lines, formatCheck.UndefinedVar(name, nearest(name, env.names(), true)));
  }
}

const SECRET = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:_|^)(?:public|file|version)(?:_|$)/i;

export function checkSecretKey(instruction: 'ARG' | 'ENV', key: string, lines: Lines, linter: Linter): void {
  if (!SECRET.test(key) || NO_SECRET.test(key)) return;
  linter.report('SecretsUsedInArgOrEnv', lines, formatCheck.SecretsUsedInArgOrEnv(instruction, key));
}

/** Throws when stages need each other. */
export function checkCycles(stages: readonly StageState[]): void {
  const visited = new Set<StageState>();
  const path = new Set<StageState>();
  const visit = (stage: StageState, commands: readonly Command[]): readonly Command[] | undefined => {
    if (visited.has(stage)) return undefined;
    visited.add(stage);
    path.add(stage);
    for (const [dep, command] of stage.deps) {
      const next = [...commands, command];
      if (path.has(dep)) return next;
      const cycle = visit(dep, next);
      if (cycle) return cycle;
    }
    path.delete(stage);
    return undefined;
  };
  for (const stage of stages) {
    const cycle = visit(stage, []);
    if (!cycle) continue;
    throw new DockerfileError(
      `circular dependency detected on stage: ${stage.name}`,
      cycle.map((c) => c.lines).reverse(),
    );
  }
}
