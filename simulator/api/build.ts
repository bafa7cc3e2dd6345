/**
 * The progress of a build as the daemon streams it: BuildKit's SolveStatus (vertexes, statuses, logs, warnings), one JSON
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
  layer?: { diffId: string; size: number; added: string[]; changed: string[]; deleted: string[] };
}

/** What the last message of a build holds. */
export interface BuildResult {
  /** Digest of the image (index or manifest). */
  id?: string;
  error?: { message: string; frame?: BuildErrorFrame };
}
/** The Dockerfile excerpt that follows an error. */
export interface BuildErrorFrame {
  filename: string;
  source: string;
  /** 1-based, inclusive ranges of the lines marked `>>>`; each prints one excerpt. */
  ranges: [number, number][];
}
