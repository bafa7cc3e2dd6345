/**
 * The build graph: what a Dockerfile asks to be done, as BuildKit's LLB states it. A vertex is one operation on the results
 * of its inputs; `undefined` as input is an empty root (scratch).
 */
import type { Lines } from '../errors.ts';

/** Where a vertex comes from, for labels and for the page. */
export interface VertexOrigin {
  /** The label, e.g. `[2/5] WORKDIR /app`. */
  readonly name: string;
  readonly lines: Lines | undefined;
  /** Index and name of the stage, step and steps within it; step 0: not one of them. */
  readonly stage: number;
  readonly stageName: string;
  readonly step: number;
  readonly steps: number;
  /** Keyword in upper case, '' for internal ones. */
  readonly instruction: string;
}

export interface Vertex {
  readonly op: Op;
  readonly inputs: readonly (Vertex | undefined)[];
  readonly origin: VertexOrigin;
  /** `--no-cache`: results from before are not used. */
  readonly ignoreCache: boolean;
  /** e.g. `linux/amd64`. */
  readonly platform: string;
}

export type Op =
  | ImageSource
  | LocalSource
  | HttpSource
  | GitSource
  | ExecOp
  | FileOp
  /** Lays the inputs over each other; the first is the lowest. */
  | { readonly type: 'merge' };

export interface ImageSource {
  readonly type: 'image';
  /** With tag and digest. */
  readonly ref: string;
}
export interface LocalSource {
  readonly type: 'local';
  /** `context`, or the name of a `--build-context`. */
  readonly name: string;
  /** The only paths that are needed; undefined: all. Filled in when the whole file is converted. */
  readonly paths: () => readonly string[] | undefined;
}
export interface HttpSource {
  readonly type: 'http';
  readonly url: string;
  readonly filename: string;
  readonly checksum: string;
}
export interface GitSource {
  readonly type: 'git';
  readonly remote: string;
  readonly ref: string;
}

export type ExecMount =
  | {
      readonly type: 'bind';
      readonly target: string;
      readonly input: number;
      readonly selector: string;
      readonly readonly: boolean;
    }
  | {
      readonly type: 'cache';
      readonly target: string;
      /** -1: starts empty. */
      readonly input: number;
      readonly selector: string;
      readonly id: string;
      readonly sharing: 'shared' | 'private' | 'locked';
      readonly readonly: boolean;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly size: number }
  | {
      readonly type: 'secret';
      readonly id: string;
      /** '' when only `env` is set. */
      readonly target: string;
      readonly env: string;
      readonly optional: boolean;
      readonly uid: number;
      readonly gid: number;
      readonly mode: number;
    }
  | { readonly type: 'ssh'; readonly id: string; readonly target: string; readonly optional: boolean };

/** Runs a process on the result of input 0. */
export interface ExecOp {
  readonly type: 'exec';
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly network: 'default' | 'none' | 'host';
  readonly security: 'sandbox' | 'insecure';
  readonly mounts: readonly ExecMount[];
  /** `name:address` of `--add-host`; not part of the cache key. */
  readonly extraHosts: readonly string[];
  /** Proxy variables; in the environment, but not in the cache key. */
  readonly proxy: readonly string[];
  readonly shmSize: number;
}

/** Owner by name or number, '' for root. Resolved in the result of input 0. */
export type Owner = string;

export type FileAction =
  | {
      readonly type: 'mkdir';
      readonly path: string;
      readonly mode: number;
      readonly parents: boolean;
      readonly owner: Owner;
    }
  | { readonly type: 'mkfile'; readonly path: string; readonly mode: number; readonly data: string }
  | {
      readonly type: 'copy';
      /** Which input holds the source. */
      readonly from: number;
      readonly source: string;
      readonly destination: string;
      readonly owner: Owner;
      /** Octal number, or chmod's symbolic form; undefined keeps the source's. */
      readonly mode: number | string | undefined;
      readonly followSymlinks: boolean;
      readonly contentsOnly: boolean;
      readonly include: readonly string[];
      readonly exclude: readonly string[];
      readonly required: readonly string[];
      readonly unpack: boolean;
      readonly wildcard: boolean;
    };

/** Changes files in the result of input 0. */
export interface FileOp {
  readonly type: 'file';
  readonly actions: readonly FileAction[];
}
