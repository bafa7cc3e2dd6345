/**
 * The progress of a build as the daemon streams it (`build-request.ts` tells how one is asked for): BuildKit's SolveStatus (vertexes, statuses, logs, warnings), one JSON
 * object per message of `POST /build?version=2`, under `aux` of a message with id `moby.buildkit.trace`.
 */
export interface BuildVertex {
  /** Digest that names the vertex for the whole build. */
  digest: string;
  inputs: string[];
  /** The label, e.g. `[2/5] WORKDIR /app`. */
  name: string;
  /** Virtual ms since the epoch. */
  started?: number;
  completed?: number;
  cached?: boolean;
  error?: string;
  /** For the page: where the step is in the Dockerfile and what its cache key is made of. */
  detail?: BuildStepDetail;
}
export interface BuildStatus {
  id: string;
  vertex: string;
  name?: string;
  current?: number;
  total?: number;
  started?: number;
  completed?: number;
  timestamp: number;
}
export interface BuildLog {
  vertex: string;
  stream: 1 | 2;
  /** Base64 of the bytes. */
  data: string;
  timestamp: number;
}
export interface BuildWarning {
  vertex: string;
  rule: string;
  message: string;
  url: string;
  line: number;
}
export interface BuildTrace {
  vertexes?: BuildVertex[];
  statuses?: BuildStatus[];
  logs?: BuildLog[];
  warnings?: BuildWarning[];
}

/** One part of a step's cache key, as the page compares it between two builds. */
export interface CacheKeyPart {
  /** e.g. `step before`, `command`, `environment`, `files`, `copy to`, `user`, `working directory`. */
  name: string;
  /** Short text or digest. */
  value: string;
  /** For `files`: path → digest, so that a difference can be named. */
  files?: Record<string, string>;
}
export interface BuildStepDetail {
  stage: number;
  stageName: string;
  /** 1-based index and count within the stage, as in `[2/5]`. */
  step: number;
  steps: number;
  /** 1-based lines in the Dockerfile. */
  startLine: number;
  endLine: number;
  instruction: string;
  cacheKey: string;
  parts: CacheKeyPart[];
  /** diffID and size of the layer once it exists. */
  layer?: {
    diffId: string;
    size: number;
    added: string[];
    changed: string[];
    deleted: string[];
    /** Bytes of each file in it. */
    sizes: Record<string, number>;
    /** Files of lower layers that it hides, by deleting or replacing them, with the bytes they still take. */
    hidden: Record<string, number>;
  };
}

/** What the attestation tells of a build (SLSA provenance, mode=min). */
export interface BuildProvenance {
  buildDefinition: {
    buildType: string;
    externalParameters: unknown;
    internalParameters: unknown;
    resolvedDependencies: { uri: string; digest: { sha256: string } }[];
  };
  runDetails: { builder: { id: string }; metadata?: { invocationId: string; finishedOn: string } };
}

/** What the last message of a build holds. */
export interface BuildResult {
  /** Names the build's record. */
  ref?: string;
  provenance?: BuildProvenance;
  /** Of the index or manifest that `id` names. */
  descriptor?: { mediaType: string; digest: string; size: number };
  /** Digest of the image (index or manifest). */
  id?: string;
  /** Digests of the image's manifest and configuration, for `--metadata-file`. */
  manifestDigest?: string;
  configDigest?: string;
  /** The names that were set, full (`docker.io/library/app:1`), comma separated as in `image.name` of the metadata. */
  imageName?: string;
  error?: { message: string; frame?: BuildErrorFrame; exitCode?: number };
  /** The answer to `--call`: the JSON that BuildKit's frontend returns for the sub-request. */
  call?:
    | { type: 'check'; result: LintResults }
    | { type: 'outline'; result: BuildOutline }
    | { type: 'targets'; result: BuildTargets };
  /** Warnings of the Dockerfile, in the order in which they were found. */
  warnings?: BuildWarning[];
}

export interface SourceLocation {
  sourceIndex?: number;
  ranges: { start: { line: number }; end: { line: number } }[];
}
/** `--call=check,format=json`. */
export interface LintResults {
  warnings: { ruleName: string; description: string; url?: string; detail: string; location: SourceLocation }[] | null;
  /** `data` is base64 of the Dockerfile. */
  sources: { filename: string; language: string; data: string }[];
  buildError?: { message: string; location: SourceLocation };
}
/** `--call=outline,format=json`. */
export interface BuildOutline {
  name?: string;
  description?: string;
  args?: { name: string; description?: string; value?: string; location?: SourceLocation }[];
  secrets?: { name: string; required?: boolean; location?: SourceLocation }[];
  ssh?: { name: string; required?: boolean; location?: SourceLocation }[];
  sources?: string[];
}
/** `--call=targets,format=json`. */
export interface BuildTargets {
  targets: {
    name?: string;
    default?: boolean;
    description?: string;
    base?: string;
    platform?: string;
    location?: SourceLocation;
  }[];
  sources: string[];
}
/** The Dockerfile excerpt that follows an error. */
export interface BuildErrorFrame {
  filename: string;
  source: string;
  /** 1-based, inclusive ranges of the lines marked `>>>`; each prints one excerpt. */
  ranges: [number, number][];
}
