/** `docker manifest inspect`. */
import { CliError } from '../cli/errors.ts';
import { familiarString, parseReference, tagged } from '../cli/reference.ts';
import type { Runner } from '../cli/spec.ts';
import { indentJson } from '../format/json.ts';
import { contentOf, NotFound, platformName, Registry, type FetchedManifest } from './registry.ts';

const text = (manifest: FetchedManifest): string => new TextDecoder().decode(manifest.raw);

/** `docker manifest inspect`. */
export const inspect: Runner = async (cli, flags, args) => {
  if (args.length > 1) throw new CliError(`No such manifest: ${args[0] ?? ''}`);
  const reference = tagged(parseReference(args[0] ?? ''));
  const registry = new Registry(cli);
  const local = reference.domain.startsWith('localhost') || reference.domain.startsWith('127.');
  let manifest: FetchedManifest;
  try {
    manifest = await registry.manifest(reference);
  } catch (error) {
    if (error instanceof NotFound) throw new CliError(`no such manifest: ${familiarString(reference)}`);
    if (error instanceof CliError && local && !flags.bool('insecure')) {
      throw new CliError(error.message.replace(/^failed to do request: Get/, 'Get').replace('/manifests/', '/'));
    }
    throw error;
  }
  const content = contentOf(manifest);
  if (!flags.bool('verbose')) {
    if (content.manifests === undefined) {
      await cli.print(indentJson(text(manifest), '\t'));
      return 0;
    }
    const list = {
      schemaVersion: 2,
      mediaType: manifest.mediaType,
      manifests: content.manifests.map(({ mediaType, size, digest, platform }) => ({
        mediaType,
        size,
        digest,
        platform,
      })),
    };
    await cli.print(JSON.stringify(list, undefined, 3));
    return 0;
  }
  const full = async (digest: string): Promise<unknown> => {
    const one = digest === manifest.digest ? manifest : await registry.manifest(reference, digest);
    const known = content.manifests?.find((descriptor) => descriptor.digest === digest);
    return {
      Ref: `${reference.domain}/${reference.path}${digest === manifest.digest ? `:${reference.tag ?? ''}` : `@${digest}`}`,
      Descriptor: {
        mediaType: one.mediaType,
        digest,
        size: one.raw.length,
        ...(known?.platform === undefined ? {} : { platform: known.platform }),
      },
      Raw: btoa(String.fromCharCode(...one.raw)),
      [one.mediaType.includes('docker') ? 'SchemaV2Manifest' : 'OCIManifest']: contentOf(one),
    };
  };
  const digests = content.manifests
    ?.filter(({ platform }) => platform !== undefined && platformName(platform) !== '')
    .map(({ digest }) => digest);
  if (digests === undefined) await cli.print(JSON.stringify(await full(manifest.digest), undefined, '\t'));
  else await cli.print(JSON.stringify(await Promise.all(digests.map(full)), undefined, '\t'));
  return 0;
};
