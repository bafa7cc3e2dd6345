/** `docker buildx imagetools`: looks at and copies images in registries, without the daemon. */
import { CliError } from '../cli/errors.ts';
import type { Cli } from '../cli/cli.ts';
import { familiarName, fullName, parseReference, tagged, type Reference } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { tabulate } from '../format/tabwriter.ts';
import {
  contentOf,
  platformName,
  Registry,
  type FetchedManifest,
  type ManifestContent,
  type ManifestDescriptor,
} from '../image/registry.ts';
import { DOCKER_FUNCTIONS } from '../template/functions.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import type { Value } from '../template/values.ts';
import { progressMode, ProgressView } from './display.ts';

const fail = (message: string): CliError => new CliError(`ERROR: ${message}`);

function reference(text: string): Reference {
  try {
    return tagged(parseReference(text));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw fail(error.message);
  }
}

const fullText = (ref: Reference): string =>
  fullName(ref) + (ref.tag === undefined ? '' : `:${ref.tag}`) + (ref.digest === undefined ? '' : `@${ref.digest}`);

async function fetch(registry: Registry, ref: Reference): Promise<FetchedManifest> {
  try {
    return await registry.manifest(ref);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw fail(`${fullText(ref)}: ${error.message}`);
  }
}

const isIndex = (manifest: FetchedManifest): boolean => /image\.index|manifest\.list/.test(manifest.mediaType);

function table(ref: Reference, manifest: FetchedManifest, content: ManifestContent): string {
  const options = { minWidth: 0, padding: 1 };
  let out = tabulate(
    `Name:\t${fullText(ref)}\nMediaType:\t${manifest.mediaType}\nDigest:\t${manifest.digest}\n`,
    options,
  );
  if (!isIndex(manifest)) return out;
  out += tabulate('\t\nManifests:\t\n', options);
  const lines: string[] = [];
  (content.manifests ?? []).forEach((descriptor, i) => {
    if (i > 0) lines.push('\t');
    lines.push(
      `  Name:\t${fullName(ref)}${ref.tag === undefined ? '' : `:${ref.tag}`}@${descriptor.digest}`,
      `  MediaType:\t${descriptor.mediaType}`,
    );
    if (descriptor.platform !== undefined) lines.push(`  Platform:\t${platformName(descriptor.platform)}`);
    const annotations = Object.entries(descriptor.annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (annotations.length > 0) {
      lines.push('  Annotations:\t');
      out += tabulate(
        lines
          .splice(0)
          .map((line) => `${line}\n`)
          .join(''),
        options,
      );
      out += tabulate(annotations.map(([key, value]) => `    ${key}:\t${value}\n`).join(''), options);
    }
  });
  return out + tabulate(lines.map((line) => `${line}\n`).join(''), options);
}

/** `docker buildx imagetools inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  const format = flags.changed('format') ? flags.string('format') : '';
  if (format !== '' && flags.bool('raw')) throw fail('format and raw cannot be used together');
  const ref = reference(args[0] ?? '');
  const registry = new Registry(cli);
  const manifest = await fetch(registry, ref);
  if (flags.bool('raw')) {
    await cli.out(manifest.raw);
    return 0;
  }
  const content = contentOf(manifest);
  if (format === '' || /^\s*\{\{\s*\.Manifest\s*\}\}\s*$/.test(format)) {
    await cli.out(table(ref, manifest, content));
    return 0;
  }
  await cli.out(await formatted(registry, ref, manifest, content, format));
  return 0;
};

async function formatted(
  registry: Registry,
  ref: Reference,
  manifest: FetchedManifest,
  content: ManifestContent,
  format: string,
): Promise<string> {
  const images: Record<string, Value> = {};
  const platforms = (content.manifests ?? []).filter(
    (item) => item.platform !== undefined && item.platform.os !== 'unknown',
  );
  for (const item of isIndex(manifest) ? platforms : []) {
    if (item.platform !== undefined)
      images[platformName(item.platform)] = await config(registry, ref, await registry.manifest(ref, item.digest));
  }
  const single = isIndex(manifest) ? Object.values(images)[0] : await config(registry, ref, manifest);
  const shown: Record<string, Value> = isIndex(manifest)
    ? {
        schemaVersion: content.schemaVersion,
        mediaType: manifest.mediaType,
        digest: manifest.digest,
        size: manifest.raw.length,
        manifests: (content.manifests ?? []) as unknown as Value,
      }
    : { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.raw.length };
  // Templates name fields as Go does; JSON keeps its own names.
  const goNamed: Record<string, Value> = {
    ...shown,
    MediaType: shown['mediaType'],
    Digest: shown['digest'],
    Size: shown['size'],
    Manifests: shown['manifests'],
  };
  const json = {
    params: ['any'] as const,
    call: ([value]: readonly Value[]): Value =>
      JSON.stringify(value === goNamed ? shown : (value ?? null), undefined, 2),
  };
  try {
    const template = new Template(format, { functions: { ...DOCKER_FUNCTIONS, json } });
    return template.execute({ Name: fullText(ref), Manifest: goNamed, Image: platforms.length > 1 ? images : single });
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof TemplateExecError) throw fail(error.message);
    throw error;
  }
}

async function config(registry: Registry, ref: Reference, manifest: FetchedManifest): Promise<Value> {
  const { config: descriptor } = contentOf(manifest);
  if (descriptor === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(await registry.blob(ref, descriptor.digest))) as Value;
}

/** All that a manifest refers to, copied to another repository. */
async function copyContent(
  registry: Registry,
  from: Reference,
  to: Reference,
  manifest: FetchedManifest,
): Promise<void> {
  const content = contentOf(manifest);
  for (const item of content.manifests ?? []) {
    const child = await registry.manifest(from, item.digest);
    await copyContent(registry, from, to, child);
    await registry.putManifest(to, item.digest, child);
  }
  const blobs: ManifestDescriptor[] = [
    ...(content.config === undefined ? [] : [content.config]),
    ...(content.layers ?? []),
  ];
  for (const { digest } of blobs) {
    if (!(await registry.hasBlob(to, digest))) await registry.putBlob(to, digest, await registry.blob(from, digest));
  }
}

/** `docker buildx imagetools create`: one source is copied as it is. */
export const create: Runner = async (cli, flags, args) => {
  if (args.length === 0 && flags.list('file').length === 0) throw fail('no sources specified');
  const tags = flags.list('tag').map(reference);
  if (tags.length === 0 && !flags.bool('dry-run'))
    throw fail("can't push with no tags specified, please set --tag or --dry-run");
  if (args.length > 1) throw fail('joining several sources into one index is not simulated: give one source');
  const source = reference(args[0] ?? '');
  const registry = new Registry(cli);
  const manifest = await fetch(registry, source);
  if (flags.bool('dry-run')) {
    await cli.print(new TextDecoder().decode(manifest.raw));
    return 0;
  }
  const view = new ProgressView(cli, progressMode(flags.string('progress')));
  for (const tag of tags) await push(cli, view, registry, source, manifest, tag);
  await view.finish();
  return 0;
};

async function push(
  cli: Cli,
  view: ProgressView,
  registry: Registry,
  source: Reference,
  manifest: FetchedManifest,
  tag: Reference,
): Promise<void> {
  const digest = fullText(tag);
  const started = cli.now();
  const vertex = { digest, inputs: [], name: `[internal] pushing ${familiarName(tag)}`, started };
  await view.update({ vertexes: [vertex] });
  const log = (line: string): Promise<void> =>
    view.update({ logs: [{ vertex: digest, stream: 1, data: btoa(`${line}\n`), timestamp: cli.now() }] });
  for (const item of contentOf(manifest).manifests ?? [{ digest: manifest.digest }]) {
    await log(`copying ${item.digest} from ${fullText(source)} to ${fullName(tag)}`);
  }
  await copyContent(registry, source, tag, manifest);
  await log(`pushing ${manifest.digest} to ${fullText(tag)}`);
  await registry.putManifest(tag, tag.tag ?? 'latest', manifest);
  await view.update({ vertexes: [{ ...vertex, completed: cli.now() }] });
}
