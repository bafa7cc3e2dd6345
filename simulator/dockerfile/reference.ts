/** Names of base images, as far as the Dockerfile needs them (distribution/reference). */

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `${DOMAIN_PART}(?:\\.${DOMAIN_PART})*(?::[0-9]+)?|\\[[a-fA-F0-9:]+\\](?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:(?:${DOMAIN})/)?${PATH_PART}(?:/${PATH_PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

export interface BaseName {
  /** e.g. `docker.io/library/alpine`. */
  readonly repository: string;
  /** '' where none is given. */
  readonly tag: string;
  readonly digest: string;
}

/** Parses a name as Docker understands it. Throws with the reference package's texts. */
export function parseBaseName(text: string): BaseName {
  if (/^[a-f0-9]{64}$/.test(text)) {
    throw new Error(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  let domain = isDomain ? first : 'docker.io';
  let remainder = isDomain ? text.slice(slash + 1) : text;
  if (domain === 'index.docker.io') domain = 'docker.io';
  if (domain === 'docker.io' && !remainder.includes('/')) remainder = `library/${remainder}`;
  const colon = remainder.indexOf(':');
  const remote = colon < 0 ? remainder : remainder.slice(0, colon);
  if (remote !== remote.toLowerCase()) {
    throw new Error(`invalid reference format: repository name (${remote}) must be lowercase`);
  }
  const match = REFERENCE.exec(`${domain}/${remainder}`);
  if (!match) throw new Error('invalid reference format');
  const repository = match[1]!;
  if (repository.slice(repository.indexOf('/') + 1).length > 255) {
    throw new Error('repository name must not be more than 255 characters');
  }
  return { repository, tag: match[2] ?? '', digest: match[3] ?? '' };
}

/** The full name; the tag is `latest` where neither tag nor digest is given. */
export const fullName = (name: BaseName): string =>
  name.repository + (name.tag ? `:${name.tag}` : name.digest ? '' : ':latest') + (name.digest ? `@${name.digest}` : '');
