/** What the next `docker build` would say about a Dockerfile: the simulator's own parser and checks, nothing else. */
import { Linter, type Warning } from '../../simulator/dockerfile/checks.ts';
import { DockerfileError } from '../../simulator/dockerfile/errors.ts';
import { toStages } from '../../simulator/dockerfile/instruct.ts';
import { parse } from '../../simulator/dockerfile/parser.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Docker's words. */
  readonly message: string;
  readonly code?: string;
  readonly url?: string;
  /** 1-based, inclusive. */
  readonly line: number;
  readonly endLine: number;
}

const fromWarning = (w: Warning): Diagnostic => ({
  severity: 'warning',
  message: `${w.rule}: ${w.message}`,
  code: w.rule,
  url: w.url,
  line: w.lines[0],
  endLine: w.lines[1],
});

/** The parse error, or the checks' warnings, of a Dockerfile's text. */
export function diagnose(source: string): Diagnostic[] {
  if (source.trim() === '') return [];
  const linter = new Linter();
  try {
    toStages(parse(source), linter);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const message = error.message.replace(/^dockerfile parse error on line \d+: /, '');
    const places = error.lines.length ? error.lines : [[1, 1] as const];
    return [
      ...linter.warnings.map(fromWarning),
      ...places.map(([line, endLine]) => ({
        severity: 'error' as const,
        message,
        line: Math.max(1, line),
        endLine: Math.max(1, endLine),
      })),
    ];
  }
  return linter.warnings.map(fromWarning);
}
