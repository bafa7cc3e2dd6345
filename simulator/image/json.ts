/** JSON bytes as Go's encoding/json writes them, with the field order of Docker's and BuildKit's types, so that digests are stable. */
import type { Descriptor, Healthcheck, ImageConfig, Index, Manifest, Platform, RunConfig } from './types.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON text as json.Marshal writes it: `<`, `>`, `&`, U+2028 and U+2029 escaped; undefined fields left out. */
export function goJson(value: unknown, indent = ''): string {
  const text = JSON.stringify(value, undefined, indent);
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const encoder = new TextEncoder();
export const jsonBytes = (value: unknown, indent = ''): Uint8Array => encoder.encode(goJson(value, indent));
export const parseJson = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T;

/** A map with its keys sorted, as Go writes maps. */
export function sortedMap<V>(map: Readonly<Record<string, V>> | undefined): Record<string, V> | undefined {
  if (!map) return undefined;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, map[key]!]),
  );
}
const filled = <V>(map: Readonly<Record<string, V>> | undefined): Record<string, V> | undefined =>
  map && Object.keys(map).length > 0 ? sortedMap(map) : undefined;
const some = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list && list.length > 0 ? list : undefined;
const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const platformOf = (platform: Platform | undefined): Json | undefined =>
  platform && {
    architecture: platform.architecture,
    os: platform.os,
    'os.version': platform['os.version'],
    variant: platform.variant,
  };

/** A descriptor with its fields in the order of ocispec.Descriptor. */
export const descriptorJson = (d: Descriptor): Json => ({
  mediaType: d.mediaType,
  digest: d.digest,
  size: d.size,
  urls: some(d.urls),
  annotations: filled(d.annotations),
  data: d.data,
  platform: platformOf(d.platform),
  artifactType: d.artifactType,
});

/** Manifest bytes, indented by two spaces as BuildKit does. */
export const manifestBytes = (manifest: Manifest, indent = '  '): Uint8Array =>
  jsonBytes(
    {
      schemaVersion: 2,
      mediaType: manifest.mediaType,
      artifactType: manifest.artifactType,
      config: descriptorJson(manifest.config),
      layers: manifest.layers.map(descriptorJson),
      subject: manifest.subject && descriptorJson(manifest.subject),
      annotations: filled(manifest.annotations),
    },
    indent,
  );

/** Index bytes, indented by two spaces as BuildKit does. */
export const indexBytes = (index: Index, indent = '  '): Uint8Array =>
  jsonBytes(
    {
      schemaVersion: 2,
      mediaType: index.mediaType,
      artifactType: index.artifactType,
      manifests: index.manifests.map(descriptorJson),
      subject: index.subject && descriptorJson(index.subject),
      annotations: filled(index.annotations),
    },
    indent,
  );

const healthcheckJson = (check: Healthcheck | undefined): Json | undefined =>
  check && {
    Test: some(check.Test),
    Interval: check.Interval || undefined,
    Timeout: check.Timeout || undefined,
    StartPeriod: check.StartPeriod || undefined,
    StartInterval: check.StartInterval || undefined,
    Retries: check.Retries || undefined,
  };

/** The run config in the order of ocispec.ImageConfig, then Docker's own fields; empty ones left out. */
export const runConfigJson = (config: RunConfig): Json => ({
  User: text(config.User),
  ExposedPorts: filled(config.ExposedPorts),
  Env: some(config.Env),
  Entrypoint: some(config.Entrypoint),
  Cmd: some(config.Cmd),
  Volumes: filled(config.Volumes),
  WorkingDir: text(config.WorkingDir),
  Labels: filled(config.Labels),
  StopSignal: text(config.StopSignal),
  ArgsEscaped: config.ArgsEscaped || undefined,
  Healthcheck: healthcheckJson(config.Healthcheck),
  OnBuild: some(config.OnBuild),
  Shell: some(config.Shell),
});

/** Config bytes: top-level keys in alphabetical order (BuildKit patches the config as a map), without spaces. */
export const configBytes = (image: ImageConfig): Uint8Array =>
  jsonBytes({
    architecture: image.architecture,
    author: text(image.author),
    config: runConfigJson(image.config ?? {}),
    created: image.created,
    history: image.history?.map((entry) => ({
      created: entry.created,
      created_by: text(entry.created_by),
      author: text(entry.author),
      comment: text(entry.comment),
      empty_layer: entry.empty_layer || undefined,
    })),
    'moby.buildkit.cache.v0': image['moby.buildkit.cache.v0'],
    os: image.os,
    rootfs: { type: 'layers', diff_ids: image.rootfs.diff_ids },
    variant: text(image.variant),
  });
