/**
 * Digests of files as the build cache compares them: owner, mode, size, type, link target, name and data; not the time
 * (BuildKit's contenthash, whose headers are tarsum's).
 */
import { PatternMatcher } from '../dockerfile/ignore.ts';
import { goQuote } from '../dockerfile/text.ts';
import { digestOf, Digester } from '../image/digest.ts';
import type { FileData } from '../kernel/fs/data.ts';
import { splitWildcards, matches } from './match.ts';
import type { Found, LayerTree } from './tree.ts';

const PIECE = 1 << 20;
const contents = new WeakMap<FileData, string>();

/** sha256 of a file's data; computed once for each content. */
export function dataDigest(data: FileData): string {
  let digest = contents.get(data);
  if (digest === undefined) {
    if (data.size <= PIECE) digest = digestOf(data.slice(0, data.size));
    else {
      const hash = new Digester();
      for (let at = 0; at < data.size; at += PIECE) hash.update(data.slice(at, at + PIECE));
      digest = hash.digest();
    }
    contents.set(data, digest);
  }
  return digest;
}

const TYPE: Record<string, string> = { file: '0', symlink: '2', char: '3', block: '4', dir: '5', fifo: '6' };
/** Go's type bits in front of the permissions, as the tar header has them. */
const MODE_BITS: Record<string, number> = {
  file: 0o100000,
  dir: 0o040000,
  symlink: 0o120000,
  char: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
};

const headers = new WeakMap<object, string>();

/** The digest of one entry; for a directory that of its header alone. */
export function entryDigest(entry: Found): string {
  let digest = headers.get(entry);
  if (digest !== undefined) return digest;
  const type = entry.type === 'device' ? entry.kind : entry.type;
  const size = entry.type === 'file' ? entry.data.size : 0;
  const link = entry.type === 'symlink' ? entry.target : '';
  const [major, minor] = entry.type === 'device' ? entry.rdev : [0, 0];
  const mode = entry.type === 'symlink' ? 0o777 : entry.mode;
  digest = digestOf(
    `mode${MODE_BITS[type]! | mode}uid${entry.uid}gid${entry.gid}size${size}typeflag${TYPE[type]}` +
      `linkname${link}devmajor${major}devminor${minor}${entry.type === 'file' ? dataDigest(entry.data) : ''}`,
  );
  headers.set(entry, digest);
  return digest;
}

/** Which files of an input an operation looks at. */
export interface Selector {
  readonly path: string;
  readonly wildcard: boolean;
  readonly followLinks: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly required: readonly string[];
}
export const wholeTree = (path: string): Selector => ({
  path,
  wildcard: false,
  followLinks: true,
  include: [],
  exclude: [],
  required: [],
});

/** What selectors take from a tree. */
export interface Selection {
  /** Path below the root → digest, for telling what changed. */
  readonly files: Map<string, string>;
  /** One digest for all; paths count from what was selected on, so that equal files elsewhere are equal. */
  digest: string;
}

const missing = (path: string): Error => new Error(`${goQuote(path)}: not found`);

type Filter = (relative: string, isDir: boolean) => 'take' | 'enter' | 'skip';

function filterOf(selector: Selector): Filter {
  if (selector.include.length === 0 && selector.exclude.length === 0) return () => 'take';
  const include = selector.include.length > 0 ? new PatternMatcher(selector.include) : undefined;
  const exclude = selector.exclude.length > 0 ? new PatternMatcher(selector.exclude) : undefined;
  return (relative, isDir) => {
    if (exclude?.matches(relative)) return isDir && exclude.hasExclusions ? 'enter' : 'skip';
    if (include && !include.matches(relative)) return isDir ? 'enter' : 'skip';
    return 'take';
  };
}

class Selecting {
  readonly files = new Map<string, string>();
  text = '';
  readonly #tree: LayerTree;
  readonly #selector: Selector;
  readonly #filter: Filter;
  constructor(tree: LayerTree, selector: Selector) {
    this.#tree = tree;
    this.#selector = selector;
    this.#filter = filterOf(selector);
  }

  #add(path: string, key: string, entry: Found): void {
    const digest = entryDigest(entry);
    this.files.set(path, digest);
    this.text += `${key}\0${digest}\n`;
  }

  #below(parts: readonly string[], path: string, key: string, relative: string): void {
    for (const name of this.#tree.names(parts)) {
      const here = [...parts, name];
      const entry = this.#tree.at(here);
      if (!entry) continue;
      const rel = relative === '' ? name : `${relative}/${name}`;
      const isDir = entry.type === 'dir';
      const what = this.#filter(rel, isDir);
      if (what === 'skip') continue;
      const shown = path === '' ? name : `${path}/${name}`;
      if (what === 'take') this.#add(isDir ? `${shown}/` : shown, `${key}/${rel}`, entry);
      if (isDir) this.#below(here, shown, key, rel);
    }
  }

  /** Takes what is at a path; false when nothing is. */
  take(path: string, key: string): boolean {
    const parts = this.#tree.resolve(path, this.#selector.followLinks);
    const entry = this.#tree.at(parts);
    if (!entry) return false;
    const shown = path.replace(/^\/+|\/+$/g, '');
    if (entry.type !== 'dir') this.#add(shown, key, entry);
    else {
      // a source that ends in a slash gives its contents alone
      if (shown !== '' && !path.endsWith('/')) this.#add(`${shown}/`, key, entry);
      this.#below(parts, shown, key, '');
    }
    return true;
  }

  wildcard(): void {
    const { fixed, pattern } = splitWildcards(this.#selector.path);
    const walk = (parts: readonly string[], relative: string): void => {
      for (const name of this.#tree.names(parts)) {
        const rel = relative === '' ? name : `${relative}/${name}`;
        const here = [...parts, name];
        if (matches(pattern, rel)) this.take(`${fixed === '/' ? '' : fixed}/${rel}`, rel);
        else if (this.#tree.at(here)?.type === 'dir') walk(here, rel);
      }
    };
    walk(this.#tree.resolve(fixed), '');
  }
}

/** What the selectors take. Throws `"/path": not found` for a literal path that is missing. */
export function selectFiles(tree: LayerTree, selectors: readonly Selector[]): Selection {
  const files = new Map<string, string>();
  let text = '';
  for (const selector of selectors) {
    const selecting = new Selecting(tree, selector);
    if (selector.wildcard) selecting.wildcard();
    else if (!selecting.take(selector.path, '')) throw missing(`/${selector.path.replace(/^\/+/, '')}`);
    for (const path of selector.required) {
      if (tree.stat(path) === undefined) throw missing(path);
    }
    for (const [path, digest] of selecting.files) files.set(path, digest);
    text += `${selecting.text}\n`;
  }
  return { files, digest: digestOf(text) };
}
