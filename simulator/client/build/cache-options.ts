/** `--cache-from` and `--cache-to`: what they say, and the folders they read. */
import type { CacheFromSpec, CacheToSpec } from '../../api/build-request.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { readCsv } from '../cli/structured.ts';
import { fileError } from '../cli/local-files.ts';
import type { TarEntry } from '../format/tar.ts';
import { folder } from './context.ts';

export interface CacheOptions {
  readonly from: readonly CacheFromSpec[];
  readonly to: readonly CacheToSpec[];
  /** Where the folders of `--cache-to type=local` go, in order. */
  readonly folders: readonly string[];
  /** Members of the request's body: the folders of `--cache-from type=local`. */
  readonly entries: readonly TarEntry[];
  /** What is told before the build. */
  readonly warnings: readonly string[];
}

const fail = (message: string): CliError => new CliError(`ERROR: ${message}`);
const solveFailure = (message: string): CliError => fail(`failed to build: failed to solve: ${message}`);

/** One value: `type=…,key=value`, or only the name of an image. */
function entry(text: string): Record<string, string> {
  const fields = readCsv(text);
  if (fields.length === 1 && !text.includes('=')) return { type: 'registry', ref: text };
  const options: Record<string, string> = {};
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at < 0) throw fail(`invalid value ${field}`);
    options[field.slice(0, at).trim().toLowerCase()] = field.slice(at + 1);
  }
  if (!options['type']) throw fail(`type required form> ${JSON.stringify(text)}`);
  return options;
}

const ELSEWHERE = ['gha', 's3', 'azblob'];
function known(type: string, kind: 'importer' | 'exporter', types: readonly string[]): void {
  if (ELSEWHERE.includes(type)) throw fail(`failed to build: cache type ${type} is not simulated on this machine`);
  if (!types.includes(type)) throw solveFailure(`unknown cache ${kind}: ${JSON.stringify(type)}`);
}

/** Reads the flags. Throws buildx's and BuildKit's errors. */
export function cacheOptions(cli: Cli, from: readonly string[], to: readonly string[]): CacheOptions {
  const entries: TarEntry[] = [];
  const warnings: string[] = [];
  const sources: CacheFromSpec[] = [];
  for (const text of from) {
    const { type = '', ref = '', src = '' } = entry(text);
    known(type, 'importer', ['local', 'registry']);
    if (type === 'registry') {
      if (ref === '') throw solveFailure('registry cache importer requires ref');
      sources.push({ type, ref });
      continue;
    }
    if (src === '') throw fail('failed to build: local cache importer requires src');
    const index = `${src.replace(/\/+$/, '')}/index.json`;
    try {
      cli.sys.stat(index);
    } catch (error) {
      const { message } = fileError('open', index, error);
      warnings.push(
        `WARNING: local cache import at ${src} not found due to err: could not read ${index}: ${message}\n`,
      );
      continue;
    }
    entries.push(...folder(cli, src.replace(/\/+$/, '') || '/', `cachefrom/${sources.length}/`, undefined));
    sources.push({ type: 'local', src });
  }
  const folders: string[] = [];
  const targets = to.map((text): CacheToSpec => {
    const { type = '', ref = '', dest = '', mode = 'min' } = entry(text);
    known(type, 'exporter', ['local', 'registry', 'inline']);
    if (type === 'local') {
      if (dest === '') throw fail('failed to build: local cache exporter requires dest');
      folders.push(dest);
    }
    if (type === 'registry' && ref === '') throw solveFailure('registry cache exporter requires ref');
    if (mode !== 'min' && mode !== 'max') throw solveFailure(`invalid mode ${JSON.stringify(mode)}`);
    return { type: type === 'local' ? 'local' : type === 'inline' ? 'inline' : 'registry', ref, mode };
  });
  return { from: sources, to: targets, folders, entries, warnings };
}
