/** Answers to `--call`: checks, outline and targets, as text. */
import type { BuildOutline, BuildResult, BuildTargets, LintResults, SourceLocation } from '../../api/build.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { tabulate } from '../format/tabwriter.ts';
import { excerpt } from './frame.ts';

const text = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));

function ranges(location: SourceLocation): [number, number][] {
  return location.ranges.map(({ start, end }) => [start.line, Math.max(start.line, end.line)]);
}

function source(results: LintResults, location: SourceLocation): string {
  const file = results.sources[location.sourceIndex ?? 0];
  return file === undefined ? '' : excerpt(file.filename, text(file.data), ranges(location));
}

/** `--check`: how many warnings, then each with its place; fails when there are any. */
async function printCheck(cli: Cli, results: LintResults): Promise<number> {
  const warnings = [...(results.warnings ?? [])].sort(
    (a, b) => (a.location.ranges[0]?.start.line ?? 0) - (b.location.ranges[0]?.start.line ?? 0),
  );
  let out = '';
  if (warnings.length === 1) out += 'Check complete, 1 warning has been found!\n';
  else if (warnings.length > 1) out += `Check complete, ${warnings.length} warnings have been found!\n`;
  for (const warning of warnings) {
    out += `\nWARNING: ${warning.ruleName}`;
    if (warning.url !== undefined && warning.url !== '') out += ` - ${warning.url}`;
    out += `\n${warning.detail}\n${source(results, warning.location)}`;
  }
  const failure = results.buildError;
  if (failure === undefined && warnings.length === 0) out += 'Check complete, no warnings found.\n';
  if (failure !== undefined && warnings.length > 0) out += '\n';
  await cli.out(out);
  if (failure !== undefined) throw new CliError(`ERROR: ${failure.message}\n${source(results, failure.location)}`);
  return warnings.length > 0 ? 1 : 0;
}

function outlineText(outline: BuildOutline): string {
  let out = '';
  if ((outline.name ?? '') !== '' || (outline.description ?? '') !== '') {
    let head = `TARGET:\t${(outline.name ?? '') === '' ? '(default)' : (outline.name ?? '')}\n`;
    if ((outline.description ?? '') !== '') head += `DESCRIPTION:\t${outline.description ?? ''}\n`;
    out += `${tabulate(head, { minWidth: 0, padding: 1 })}\n`;
  }
  const table = (lines: readonly string[]): void => {
    if (lines.length > 1)
      out += `${tabulate(lines.map((line) => `${line}\n`).join(''), { minWidth: 0, padding: 3 })}\n`;
  };
  const args = outline.args ?? [];
  table([
    'BUILD ARG\tVALUE\tDESCRIPTION',
    ...args.map(({ name, value = '', description = '' }) => `${name}\t${value}\t${description}`),
  ]);
  const needed = (item: { name: string; required?: boolean }): string =>
    `${item.name}\t${item.required === true ? 'true' : ''}`;
  table(['SECRET\tREQUIRED', ...(outline.secrets ?? []).map(needed)]);
  table(['SSH\tREQUIRED', ...(outline.ssh ?? []).map(needed)]);
  return out;
}

function targetsText({ targets }: BuildTargets): string {
  const lines = targets.map((target) => {
    const name = target.name ?? '';
    const shown = target.default === true ? (name === '' ? '(default)' : `${name} (default)`) : name;
    return `${shown}\t${target.description ?? ''}\n`;
  });
  return tabulate(`TARGET\tDESCRIPTION\n${lines.join('')}`, { minWidth: 0, padding: 1 });
}

/** Prints the answer; returns the exit status. */
export async function printCall(cli: Cli, call: NonNullable<BuildResult['call']>, format: string): Promise<number> {
  if (format === 'json') {
    await cli.print(JSON.stringify(call.result, undefined, 2));
    if (call.type !== 'check') return 0;
    if (call.result.buildError !== undefined) {
      throw new CliError(
        `ERROR: ${call.result.buildError.message}\n${source(call.result, call.result.buildError.location)}`,
      );
    }
    return (call.result.warnings ?? []).length > 0 ? 1 : 0;
  }
  switch (call.type) {
    case 'check':
      return printCheck(cli, call.result);
    case 'outline':
      await cli.out(outlineText(call.result));
      return 0;
    case 'targets':
      await cli.out(targetsText(call.result));
      return 0;
  }
}
