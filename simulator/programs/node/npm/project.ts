/** package.json and package-lock.json of a project, read and written as npm does. */
import { isErrno } from '../../../kernel/errno.ts';
import type { Sys } from '../../../kernel/abi.ts';
import { NpmFailure, fileFailure } from './report.ts';

export interface Manifest {
  name?: string;
  version?: string;
  private?: boolean;
  main?: string;
  scripts?: Record<string, string>;
  bin?: string | Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
}

export interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  license?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  bin?: Record<string, string>;
  name?: string;
}
export interface Lock {
  name?: string;
  version?: string;
  lockfileVersion: number;
  requires?: boolean;
  packages: Record<string, LockEntry>;
}

export const exists = (sys: Sys, path: string): boolean => {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
};

export function parseJson<T>(sys: Sys, path: string): T {
  const text = sys.readText(path);
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NpmFailure([
      'code EJSONPARSE',
      `path ${path}`,
      `JSON.parse ${error.message}`,
      'JSON.parse Failed to parse JSON data.',
      'JSON.parse Note: package.json must be actual JSON, not just JavaScript.',
    ]);
  }
}

/** The folder npm works in: the nearest with a package.json or node_modules, else where it was called. */
export function projectDir(sys: Sys): string {
  for (let dir = sys.cwd(); ; dir = dir.replace(/\/[^/]*$/, '') || '/') {
    const at = dir === '/' ? '' : dir;
    if (exists(sys, `${at}/package.json`) || exists(sys, `${at}/node_modules`)) return dir;
    if (dir === '/') return sys.cwd();
  }
}

export const inDir = (dir: string, name: string): string => `${dir === '/' ? '' : dir}/${name}`;

/** The project's package.json; where it must be there, npm's ENOENT when it is not. */
export function readManifest(sys: Sys, dir: string): Manifest {
  const path = inDir(dir, 'package.json');
  if (!exists(sys, path))
    throw new NpmFailure(
      [
        'code ENOENT',
        'syscall open',
        `path ${path}`,
        'errno -2',
        `enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${path}'`,
        'enoent This is related to npm not being able to find a file.',
        'enoent',
      ],
      254,
    );
  try {
    return parseJson<Manifest>(sys, path);
  } catch (error) {
    throw isErrno(error) ? fileFailure(error, 'open', path) : error;
  }
}

export const readLock = (sys: Sys, dir: string): Lock | undefined => {
  const path = inDir(dir, 'package-lock.json');
  if (!exists(sys, path)) return undefined;
  const lock = parseJson<Lock>(sys, path);
  return { ...lock, packages: lock.packages ?? {} };
};

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

export const sortedDependencies = sorted;

export function writeJson(sys: Sys, path: string, value: unknown): void {
  try {
    sys.writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
  } catch (error) {
    throw fileFailure(error, 'open', path);
  }
}
