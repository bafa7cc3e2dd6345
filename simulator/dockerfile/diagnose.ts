/** What the next build would say about a Dockerfile's text, for the editor. */
import { convert, linterFor } from './convert/convert.ts';
import type { ImageConfiguration } from './config.ts';
import { DEFAULT_PATH } from './config.ts';
import { DockerfileError, type Lines } from './errors.ts';
import { parsePlatform } from './platform.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The rule's name. */
  readonly code?: string;
  /** Where the rule is explained. */
  readonly url?: string;
  /** From 1, inclusive. */
  readonly line: number;
  readonly endLine: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** The configuration that is assumed of every base image: nothing but PATH. */
const ASSUMED: ImageConfiguration = {
  architecture: 'amd64',
  os: 'linux',
  config: { Env: [DEFAULT_PATH] },
  rootfs: { type: 'layers', diff_ids: ['sha256:base'] },
  history: [],
};

/** The error and the warnings of a Dockerfile, as far as they can be told without its base images. */
export async function diagnoseDockerfile(
  text: string,
  options: { readonly ignorePatterns?: readonly string[] } = {},
): Promise<Diagnostic[]> {
  if (text.trim() === '') return [];
  const result: Diagnostic[] = [];
  const place = (lines: Lines | undefined): Pick<Diagnostic, 'line' | 'endLine'> => ({
    line: Math.max(1, lines?.[0] ?? 1),
    endLine: Math.max(1, lines?.[1] ?? 1),
  });
  let linter;
  try {
    linter = linterFor(text, {});
    await convert(
      text,
      {
        buildArgs: {},
        labels: {},
        target: '',
        noCache: false,
        noCacheFilter: [],
        platform: parsePlatform('linux/amd64'),
        networkMode: 'default',
        extraHosts: [],
        shmSize: 0,
        allStages: true,
        resolveImage: () => Promise.resolve({ digest: 'sha256:base', config: ASSUMED }),
        ignorePatterns: () => Promise.resolve(options.ignorePatterns ?? []),
        namedContext: () => undefined,
      },
      linter,
    );
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const message = error.message.replace(/^dockerfile parse error on line \d+: /, '');
    result.push({ severity: 'error', message, ...place(error.lines[0]) });
  }
  for (const w of linter?.warnings ?? []) {
    result.push({ severity: 'warning', message: w.message, code: w.rule, url: w.url, ...place(w.lines) });
  }
  return result;
}
