/** Image names: parsing, normal and familiar forms, by the grammar of distribution/reference. */
import { isDigest, type Digest } from './digest.ts';

/** A normalised image name, e.g. `docker.io/library/nginx:1.27`. */
export interface Reference {
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** A text that is no image name; the message is Docker's. */
export class ReferenceError extends Error {}

const COMPONENT = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = `(?:${COMPONENT}(?:\\.${COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:(${HOST})/)?(${PART}(?:/${PART})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const TAG_ONLY = new RegExp(`^${TAG}$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;

const DEFAULT_DOMAIN = 'docker.io';
const OFFICIAL = 'library/';

function splitDomain(name: string): [string, string] {
  const slash = name.indexOf('/');
  if (slash < 0) return [DEFAULT_DOMAIN, OFFICIAL + name];
  const first = name.slice(0, slash);
  const rest = name.slice(slash + 1);
  let domain = DEFAULT_DOMAIN;
  let path = name;
  if (first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first) {
    domain = first === 'index.docker.io' ? DEFAULT_DOMAIN : first;
    path = rest;
  }
  if (domain === DEFAULT_DOMAIN && !path.includes('/')) path = OFFICIAL + path;
  return [domain, path];
}

/** Parses a name as typed (`nginx`, `me/app:1`, `host:5000/x@sha256:…`). Throws `ReferenceError`. */
export function parseReference(text: string): Reference {
  if (IDENTIFIER.test(text))
    throw new ReferenceError(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const [domain, remainder] = splitDomain(text);
  const remote = remainder.split(':', 1)[0]!;
  if (remote.toLowerCase() !== remote)
    throw new ReferenceError(`invalid reference format: repository name (${remote}) must be lowercase`);
  const match = REFERENCE.exec(`${domain}/${remainder}`);
  if (!match || match[1] === undefined) throw new ReferenceError('invalid reference format');
  const [, host, path, tag, digest] = match;
  if (path!.length > 255) throw new ReferenceError('repository name must not be more than 255 characters');
  if (digest !== undefined && !isDigest(digest)) {
    throw new ReferenceError(
      digest.startsWith('sha256:') ? 'invalid checksum digest length' : 'unsupported digest algorithm',
    );
  }
  return {
    domain: host!,
    path: path!,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

/** `docker.io/library/nginx`. */
export const repositoryOf = (ref: Reference): string => `${ref.domain}/${ref.path}`;

/** The whole name: `docker.io/library/nginx:1.27@sha256:…`. */
export const formatReference = (ref: Reference): string =>
  repositoryOf(ref) + (ref.tag === undefined ? '' : `:${ref.tag}`) + (ref.digest === undefined ? '' : `@${ref.digest}`);

/** The repository as people write it: `nginx`, `me/app`, `localhost:5000/app`. */
export function familiarName(ref: Reference): string {
  if (ref.domain !== DEFAULT_DOMAIN) return repositoryOf(ref);
  // `library/a/b` would mean something else without its prefix.
  const rest = ref.path.startsWith(OFFICIAL) ? ref.path.slice(OFFICIAL.length) : ref.path;
  return rest.includes('/') && ref.path.startsWith(OFFICIAL) ? ref.path : rest;
}
/** The whole name as people write it. */
export const familiarString = (ref: Reference): string =>
  familiarName(ref) + (ref.tag === undefined ? '' : `:${ref.tag}`) + (ref.digest === undefined ? '' : `@${ref.digest}`);

/** With the tag `latest` where neither tag nor digest is given (TagNameOnly). */
export const withDefaultTag = (ref: Reference): Reference =>
  ref.tag === undefined && ref.digest === undefined ? { ...ref, tag: 'latest' } : ref;

/** With another tag, without a digest. */
export const withTag = (ref: Reference, tag: string): Reference => {
  if (!TAG_ONLY.test(tag)) throw new ReferenceError('invalid tag format');
  return { domain: ref.domain, path: ref.path, tag };
};
/** With a digest, without a tag. */
export const withDigest = (ref: Reference, digest: Digest): Reference => ({
  domain: ref.domain,
  path: ref.path,
  digest,
});

export const isTag = (text: string): boolean => TAG_ONLY.test(text);
