/** Image references: `[domain/]path[:tag][@digest]`, as the distribution grammar reads them. */
import { CliError } from './errors.ts';

export interface Reference {
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

const invalid = (detail = ''): CliError =>
  new CliError(`invalid reference format${detail === '' ? '' : `: ${detail}`}`);

/** Splits off the registry: the first part when it looks like a host, else Docker Hub. */
function splitDomain(name: string): [string, string] {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  let domain = 'docker.io';
  let path = name;
  if (slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first)) {
    domain = first === 'index.docker.io' ? 'docker.io' : first;
    path = name.slice(slash + 1);
  }
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  return [domain, path];
}

/** Reads a reference as `docker` commands do; throws their error. */
export function parseReference(text: string): Reference {
  if (/^[a-f0-9]{64}$/.test(text)) {
    throw new CliError(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const [domain, remote] = splitDomain(named);
  const colon = remote.indexOf(':');
  const path = colon < 0 ? remote : remote.slice(0, colon);
  const tag = colon < 0 ? undefined : remote.slice(colon + 1);
  if (path.toLowerCase() !== path) throw invalid(`repository name (${path}) must be lowercase`);
  if (named === '' || !DOMAIN.test(domain) || !PATH.test(path)) throw invalid();
  if (tag !== undefined && !TAG.test(tag)) throw invalid();
  if (digest !== undefined) {
    if (!DIGEST.test(digest)) throw invalid();
    const colonAt = digest.indexOf(':');
    const length = LENGTHS[digest.slice(0, colonAt)];
    if (length === undefined) throw new CliError('unsupported digest algorithm');
    if (digest.length - colonAt - 1 !== length) throw new CliError('invalid checksum digest length');
  }
  if (path.length > 255) throw new CliError('repository name must not be more than 255 characters');
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** As `parseReference`, but undefined instead of an error. */
export function tryReference(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** The name without registry and `library/` where these are Docker Hub's. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== 'docker.io') return `${reference.domain}/${reference.path}`;
  return /^library\/[^/]+$/.test(reference.path) ? reference.path.slice('library/'.length) : reference.path;
}

/** The familiar name with tag and digest. */
export function familiarString(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return familiarName(reference) + tag + digest;
}

/** The reference with `latest` where it has neither tag nor digest. */
export function tagged(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/** `domain/path`, with nothing left out. */
export function fullName(reference: Reference): string {
  return `${reference.domain}/${reference.path}`;
}
