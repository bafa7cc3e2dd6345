/** `docker images`. */
import { encodeFilters } from '../cli/api.ts';
import { CliError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import { familiarName, tryReference } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { formatRows, type RowType } from '../format/rows.ts';
import { shortId } from '../format/text.ts';
import { goTime } from '../format/time.ts';
import { humanDuration, humanSize } from '../format/units.ts';

/** An image as `GET /images/json` lists it. */
export interface ImageSummary {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Created: number;
  Size: number;
  SharedSize: number;
  Containers: number;
  Manifests?: ManifestSummary[] | null;
}

export interface ManifestSummary {
  ID: string;
  Available: boolean;
  Kind: string;
  Size: { Content: number; Total: number };
  ImageData?: {
    Platform: { os: string; architecture: string; variant?: string };
    Containers: string[] | null;
  };
}

/** One line of the classic list: an image under one of its names. */
export interface ImageLine {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const raw = (digest: boolean): string =>
  `repository: {{ .Repository }}\ntag: {{.Tag}}\n${digest ? 'digest: {{.Digest}}\n' : ''}image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n`;

const SIZE_COLUMNS = '{{.ID}}\t{{.CreatedSince}}\t{{.Size}}';

function imageFormat(given: string, quiet: boolean, digests: boolean): string {
  if (given === '' || given === 'table') {
    if (quiet) return '{{.ID}}';
    return `table {{.Repository}}\t{{.Tag}}\t${digests ? '{{.Digest}}\t' : ''}${SIZE_COLUMNS}`;
  }
  if (given === 'raw') return quiet ? 'image_id: {{.ID}}' : raw(digests);
  if (given.startsWith('table') && digests && !given.includes('{{.Digest}}')) return `${given}\t{{.Digest}}`;
  return given;
}

/** The fields of a line of the classic list. */
export function imageRow(now: number, trunc: boolean): RowType<ImageLine> {
  return {
    goType: '*formatter.imageContext',
    columns: {
      ID: ['IMAGE ID', ({ image }) => (trunc ? shortId(image.Id) : image.Id)],
      Repository: ['REPOSITORY', (line) => line.repository],
      Tag: ['TAG', (line) => line.tag],
      Digest: ['DIGEST', (line) => line.digest],
      CreatedSince: ['CREATED', ({ image }) => `${humanDuration(now - image.Created * 1000)} ago`],
      CreatedAt: ['CREATED AT', ({ image }) => goTime(image.Created * 1000)],
      Size: ['SIZE', ({ image }) => humanSize(image.Size, 3)],
      Containers: ['CONTAINERS', ({ image }) => (image.Containers === -1 ? 'N/A' : String(image.Containers))],
      SharedSize: ['SHARED SIZE', ({ image }) => (image.SharedSize === -1 ? 'N/A' : humanSize(image.SharedSize))],
      UniqueSize: [
        'UNIQUE SIZE',
        ({ image }) =>
          image.Size === -1 || image.SharedSize === -1 ? 'N/A' : humanSize(image.Size - image.SharedSize),
      ],
    },
  };
}

/** Whether an image has no name. */
export function isDangling(image: ImageSummary): boolean {
  const tags = image.RepoTags ?? [];
  const digests = image.RepoDigests ?? [];
  if (tags.length === 0) return true;
  return tags.length === 1 && tags[0] === '<none>:<none>' && digests.length === 1 && digests[0] === '<none>@<none>';
}

/** The lines of one image: one for each name, and with `--digests` for each digest. */
function linesOf(image: ImageSummary, withDigests: boolean, showDigests: boolean): ImageLine[] {
  if (isDangling(image)) return [{ image, repository: '<none>', tag: '<none>', digest: '<none>' }];
  const tags = new Map<string, string[]>();
  const digests = new Map<string, string[]>();
  for (const text of image.RepoTags ?? []) {
    const reference = tryReference(text);
    if (reference?.tag === undefined) continue;
    const name = familiarName(reference);
    tags.set(name, [...(tags.get(name) ?? []), reference.tag]);
  }
  for (const text of image.RepoDigests ?? []) {
    const reference = tryReference(text);
    if (reference?.digest === undefined) continue;
    const name = familiarName(reference);
    digests.set(name, [...(digests.get(name) ?? []), reference.digest]);
  }
  const lines: ImageLine[] = [];
  for (const [repository, list] of tags) {
    const known = withDigests ? (digests.get(repository) ?? []) : [];
    digests.delete(repository);
    for (const tag of list) {
      if (known.length === 0) lines.push({ image, repository, tag, digest: '<none>' });
      for (const digest of known) lines.push({ image, repository, tag, digest });
    }
  }
  for (const [repository, list] of digests) {
    if (showDigests) for (const digest of list) lines.push({ image, repository, tag: '<none>', digest });
    else lines.push({ image, repository, tag: '<none>', digest: '' });
  }
  return lines;
}

/** The tree view is the default list of 29; flags of the classic list bring that back. */
function wantsTree(flags: FlagSet): boolean {
  const tree = flags.bool('tree');
  const classic = (on: boolean, name: string): boolean => {
    if (on && tree) throw new CliError(`${name} is not yet supported with --tree`);
    return on;
  };
  return !(
    classic(flags.bool('quiet'), '--quiet') ||
    classic(flags.bool('no-trunc'), '--no-trunc') ||
    classic(flags.bool('digests'), '--show-digest') ||
    classic(flags.string('format') !== '', '--format')
  );
}

const SUBCOMMANDS = 'build history import inspect list load ls prune pull push rm save tag'.split(' ');

/** `docker images`. */
export const list: Runner = async (cli, flags, args) => {
  const [match] = args;
  const filters: Record<string, Record<string, boolean>> = {
    ...flags.value<Record<string, Record<string, boolean>>>('filter'),
  };
  if (match !== undefined) filters['reference'] = { ...filters['reference'], [match]: true };
  const asTree = wantsTree(flags);
  const answer = await cli.api.json<ImageSummary[] | null>('GET', '/images/json', {
    query: {
      all: flags.bool('all') ? '1' : undefined,
      filters: encodeFilters(filters),
      manifests: asTree ? '1' : undefined,
    },
  });
  let images = answer ?? [];
  const dangling = filters['dangling'];
  if (!flags.bool('all') && (dangling === undefined || dangling['false'] === true)) {
    images = images.filter((image) => !isDangling(image));
  }
  const configured = cli.config.content.imagesFormat ?? '';
  const classic = flags.string('format') === '' && configured !== '' && !flags.bool('quiet') && !flags.bool('tree');
  let shown = images.length;
  if (asTree && !classic) {
    const { renderTree } = await cli.sys.external(import('./tree.ts'));
    const { text, count } = renderTree(images, {
      expanded: flags.bool('tree'),
      terminal: cli.outIsTerminal,
      columns: cli.columns,
    });
    shown = count;
    await cli.out(text);
  } else {
    const format = imageFormat(
      classic ? configured : flags.string('format'),
      flags.bool('quiet'),
      flags.bool('digests'),
    );
    const withDigests = flags.bool('digests') || format.includes('{{.Digest}}');
    const lines = images.flatMap((image) => linesOf(image, withDigests, flags.bool('digests')));
    await cli.out(formatRows(format, imageRow(cli.now(), !flags.bool('no-trunc')), lines));
  }
  if (shown === 0 && match !== undefined && cli.calledAs === 'images' && SUBCOMMANDS.includes(match)) {
    await cli.printErr(`No images found matching ${JSON.stringify(match)}: did you mean "docker image ${match}"?`);
  }
  return 0;
};
