/** What the next `docker build` would say about a Dockerfile: the simulator's own parser and checks, nothing else. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Docker's words. */
  readonly message: string;
  readonly code?: string;
  /** 1-based, inclusive. */
  readonly line: number;
  readonly endLine: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** The parse error, or the checks' warnings, of a Dockerfile's text. */
export async function diagnose(source: string): Promise<Diagnostic[]> {
  const { diagnoseDockerfile } = await import('../../simulator/dockerfile/diagnose.ts');
  return diagnoseDockerfile(source);
}
