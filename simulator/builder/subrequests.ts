/** `--call`: what a Dockerfile offers and what the checks say, in the JSON BuildKit's frontend answers with. */
import type { BuildOutline, BuildTargets, LintResults, SourceLocation } from '../api/build.ts';
import type { Warning } from '../dockerfile/checks.ts';
import { silentLinter } from '../dockerfile/checks.ts';
import type { Converted } from '../dockerfile/convert/convert.ts';
import type { StageState } from '../dockerfile/convert/stage.ts';
import { DockerfileError, type Lines } from '../dockerfile/errors.ts';
import { toStages } from '../dockerfile/instruct.ts';
import { parse } from '../dockerfile/parser.ts';
import { base64 } from './progress.ts';

const encoder = new TextEncoder();
const encoded = (text: string): string => base64(encoder.encode(text));

function location(lines: Lines): SourceLocation {
  const ranges: SourceLocation['ranges'] = [];
  for (let line = lines[0]; line <= Math.max(lines[0], lines[1]); line++) {
    ranges.push({ start: { line }, end: { line } });
  }
  return { ranges };
}

/** The answer to `check`. */
export function lintResults(
  text: string,
  filename: string,
  warnings: readonly Warning[],
  error: Error | undefined,
): LintResults {
  const result: LintResults = {
    warnings:
      warnings.length === 0
        ? null
        : warnings.map((w) => ({
            ruleName: w.rule,
            description: w.description,
            ...(w.url === '' ? {} : { url: w.url }),
            detail: w.message,
            location: location(w.lines),
          })),
    sources: [{ filename, language: 'Dockerfile', data: encoded(text) }],
  };
  if (error) {
    const lines = error instanceof DockerfileError ? error.lines[0] : undefined;
    result.buildError = { message: error.message, location: lines ? location(lines) : { ranges: [] } };
  }
  return result;
}

/** The answer to `targets`. Throws DockerfileError. */
export function buildTargets(text: string): BuildTargets {
  if (text === '') throw new DockerfileError('file with no instructions');
  const { stages } = toStages(parse(text), silentLinter());
  return {
    targets: stages.map(({ from }, i) => ({
      ...(from.stage === '' ? {} : { name: from.stage }),
      ...(i === stages.length - 1 ? { default: true } : {}),
      ...(from.description === '' ? {} : { description: from.description }),
      base: from.base,
      ...(from.platform === '' ? {} : { platform: from.platform }),
      location: location(from.lines),
    })),
    sources: [encoded(text)],
  };
}

/** The stages a target is made of: itself, what it builds on, what it takes files from. */
function* partsOf(stage: StageState, seen = new Set<StageState>()): Generator<StageState> {
  if (seen.has(stage)) return;
  seen.add(stage);
  yield stage;
  if (stage.base) yield* partsOf(stage.base, seen);
  for (const dep of stage.deps.keys()) yield* partsOf(dep, seen);
}

const byLine = <T extends { lines: Lines }>(a: T, b: T): number => a.lines[0] - b.lines[0];

/** The answer to `outline`. */
export function buildOutline(text: string, { target }: Converted): BuildOutline {
  const args = new Map<string, { name: string; value: string; description: string; lines: Lines }>();
  const secrets = new Map<string, { name: string; required: boolean; lines: Lines }>();
  const ssh = new Map<string, { name: string; required: boolean; lines: Lines }>();
  for (const { outline } of partsOf(target)) {
    const visited = new Set<string>();
    const use = (name: string): void => {
      if (visited.has(name)) return;
      visited.add(name);
      outline.used.add(name);
      for (const dep of outline.args.get(name)?.deps ?? []) use(dep);
    };
    for (const name of [...outline.used]) use(name);
    for (const name of outline.used) {
      const info = outline.args.get(name);
      if (info && !args.has(name)) args.set(name, { name, ...info });
    }
    for (const [name, info] of outline.secrets) if (!secrets.has(name)) secrets.set(name, { name, ...info });
    for (const [name, info] of outline.ssh) if (!ssh.has(name)) ssh.set(name, { name, ...info });
  }
  const required = (list: Map<string, { name: string; required: boolean; lines: Lines }>): BuildOutline['secrets'] =>
    [...list.values()].sort(byLine).map((s) => ({
      name: s.name,
      ...(s.required ? { required: true } : {}),
      location: location(s.lines),
    }));
  const { from } = target;
  return {
    ...(from?.stage ? { name: from.stage } : {}),
    ...(from?.description ? { description: from.description } : {}),
    ...(args.size > 0
      ? {
          args: [...args.values()].sort(byLine).map((a) => ({
            name: a.name,
            ...(a.description === '' ? {} : { description: a.description }),
            ...(a.value === '' ? {} : { value: a.value }),
            location: location(a.lines),
          })),
        }
      : {}),
    ...(secrets.size > 0 ? { secrets: required(secrets)! } : {}),
    ...(ssh.size > 0 ? { ssh: required(ssh)! } : {}),
    sources: [encoded(text)],
  };
}
