/** What the conversion of one file shares between its instructions. */
import type { Linter } from '../checks.ts';
import type { ImageConfiguration } from '../config.ts';
import type { Platform } from '../platform.ts';
import type { PatternMatcher } from '../ignore.ts';
import type { Environment } from './environment.ts';
import type { Op, Vertex, VertexOrigin } from './graph.ts';
import type { Planned, StageList, StageState } from './stage.ts';
import { formatPlatform } from '../platform.ts';

export interface ResolvedBase {
  readonly digest: string;
  readonly config: ImageConfiguration;
}

export interface ConvertOptions {
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** '' for the last stage. */
  readonly target: string;
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  readonly platform: Platform;
  readonly networkMode: 'default' | 'none' | 'host';
  readonly extraHosts: readonly string[];
  readonly shmSize: number;
  /** All stages are looked at, not only those the target needs (`--check`). */
  readonly allStages: boolean;
  /** Resolves a full name. Rejects with the message after the name as written. */
  readonly resolveImage: (name: string, platform: Platform) => Promise<ResolvedBase>;
  readonly ignorePatterns: () => Promise<readonly string[]>;
  /** Called around each instruction, for builders that carry instructions out one by one. */
  readonly onStep?: {
    /** A stage begins (its base is known), or an instruction is about to be read. */
    readonly before: (stage: StageState, planned: Planned | undefined) => Promise<void>;
    readonly after: (stage: StageState, planned: Planned) => Promise<void>;
  };
  /** All stages up to the target are converted, needed or not. */
  readonly linear?: boolean;
  /** Whether `--build-context` defines the name; as folder or as another image's name. */
  readonly namedContext: (name: string) => { readonly image: string } | { readonly folder: string } | undefined;
}

export class Conversion {
  readonly options: ConvertOptions;
  readonly escape: string;
  readonly linter: Linter;
  readonly stages: StageList;
  globals: Environment;
  ignore: PatternMatcher | undefined;
  readonly contextPaths = new Set<string>();
  #context: Vertex | undefined;

  constructor(options: ConvertOptions, escape: string, linter: Linter, stages: StageList, globals: Environment) {
    this.options = options;
    this.escape = escape;
    this.linter = linter;
    this.stages = stages;
    this.globals = globals;
  }

  /** The build context, once for the whole file. */
  get context(): Vertex {
    this.#context ??= this.local('context', '[internal] load build context');
    return this.#context;
  }
  get usesContext(): boolean {
    return this.#context !== undefined;
  }
  /** The paths of the context that are needed; undefined: all of it. */
  neededPaths(): string[] | undefined {
    if (this.contextPaths.has('/')) return undefined;
    return [...this.contextPaths].map((p) => p.slice(1)).sort();
  }

  local(name: string, label: string): Vertex {
    return {
      op: { type: 'local', name, paths: () => (name === 'context' ? this.neededPaths() : undefined) },
      inputs: [],
      origin: internal(label),
      ignoreCache: false,
      platform: formatPlatform(this.options.platform),
    };
  }

  /** A vertex for a step of `stage`. */
  vertex(
    stage: Pick<StageState, 'platform' | 'ignoreCache'>,
    op: Op,
    inputs: readonly (Vertex | undefined)[],
    origin: VertexOrigin,
  ): Vertex {
    const platform = formatPlatform(stage.platform ?? this.options.platform);
    return { op, inputs, origin, ignoreCache: stage.ignoreCache && op.type !== 'image', platform };
  }
}

/** The origin of a vertex that no instruction stands for. */
export const internal = (name: string): VertexOrigin => ({
  name,
  lines: undefined,
  stage: -1,
  stageName: '',
  step: 0,
  steps: 0,
  instruction: '',
});
