import { DEFAULT_REQUEST, type BuildCall, type BuildRequest } from '../../builder/request.ts';
import type { BuildOutputSpec, CacheFromSpec, CacheToSpec } from '../../api/build-request.ts';
import { gunzip, isGzip } from '../../image/gzip.ts';
import { layerFromEntries, layerFromTar } from '../../image/layer-tar.ts';
import { readTar, type TarEntry } from '../../image/tar.ts';
import { errorText, invalid } from '../errors.ts';
import { truthy } from '../filters.ts';

const decoder = new TextDecoder();

function jsonMap(text: string | null, name: string): Record<string, string> {
  if (text === null || text === '') return {};
  try {
    const value = JSON.parse(text) as Record<string, string | null>;
    return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => pair[1] !== null));
  } catch {
    throw invalid(`error reading ${name}: invalid JSON`);
  }
}

/** The members of the body below `prefix`, with the prefix taken off; a hard link becomes the file it is another name of. */
function below(entries: readonly TarEntry[], prefix: string): TarEntry[] {
  const files = new Map(entries.filter(({ type }) => type === 'file').map((entry) => [entry.name, entry]));
  return entries.flatMap((entry) => {
    if (!entry.name.startsWith(prefix)) return [];
    const name = entry.name.slice(prefix.length);
    if (name === '') return [];
    const target = entry.type === 'hardlink' ? files.get(entry.linkname ?? '') : undefined;
    return [{ ...(target ?? entry), name }];
  });
}

function readBody(body: Uint8Array): TarEntry[] {
  if (body.length === 0) return [];
  try {
    return [...readTar(isGzip(body) ? gunzip(body) : body)];
  } catch (error) {
    throw invalid(errorText(error));
  }
}

const CALLS: readonly BuildCall[] = ['build', 'check', 'outline', 'targets'];

/** Reads a build with BuildKit's features (`version=2`). */
export function readBuildRequest(query: URLSearchParams, body: Uint8Array): BuildRequest {
  const entries = readBody(body);
  const text = (name: string): string | undefined => {
    const found = entries.find((entry) => entry.name === name && entry.type === 'file');
    return found && decoder.decode(found.data);
  };
  const hasContext = entries.some((entry) => entry.name.startsWith('context/'));
  const secrets = Object.fromEntries(
    entries
      .filter((entry) => entry.name.startsWith('secrets/') && entry.type === 'file')
      .map((entry) => [entry.name.slice('secrets/'.length), entry.data] as const),
  );
  const folders = new Set(entries.flatMap((entry) => /^contexts\/([^/]+)\//.exec(entry.name)?.slice(1, 2) ?? []));
  const namedContexts: Record<string, BuildRequest['namedContexts'][string]> = jsonMap(
    query.get('namedcontexts'),
    'namedcontexts',
  );
  for (const name of folders)
    namedContexts[name] = layerFromEntries(below(entries, `contexts/${name}/`), { whiteouts: false });
  const dockerfileText = text('Dockerfile');
  const dockerignore = text('dockerignore');
  const call = query.get('call') || 'build';
  const provenance = query.get('provenance') || DEFAULT_REQUEST.provenance;
  return {
    ...DEFAULT_REQUEST,
    context: hasContext ? layerFromEntries(below(entries, 'context/'), { whiteouts: false }) : undefined,
    dockerfile: {
      name: query.get('dockerfile') || 'Dockerfile',
      ...(dockerfileText === undefined ? {} : { text: dockerfileText }),
      ...(truthy(query.get('dockerfilemissing')) ? { missing: true } : {}),
    },
    ...(dockerignore === undefined ? {} : { dockerignore }),
    tags: query.getAll('t').filter((tag) => tag !== ''),
    buildArgs: jsonMap(query.get('buildargs'), 'build args'),
    labels: jsonMap(query.get('labels'), 'labels'),
    annotations: jsonMap(query.get('annotations'), 'annotations'),
    target: query.get('target') ?? '',
    noCache: truthy(query.get('nocache')),
    noCacheFilter: query.getAll('nocachefilter'),
    pull: truthy(query.get('pull')),
    platform: query.get('platform') ?? '',
    networkMode: networkMode(query.get('networkmode')),
    extraHosts: query.getAll('extrahosts'),
    secrets,
    ssh: query.getAll('ssh'),
    shmSize: Number(query.get('shmsize') || '0') || 0,
    outputs: readList<BuildOutputSpec>(query.get('outputs'), 'outputs'),
    cacheFrom: readList<CacheFromSpec>(query.get('cachefrom'), 'cache sources').map((spec, i) =>
      spec.type === 'registry'
        ? spec
        : {
            type: 'local',
            name: spec.src,
            folder: layerFromEntries(below(entries, `cachefrom/${i}/`), { whiteouts: false }),
          },
    ),
    cacheTo: readList<CacheToSpec>(query.get('cacheto'), 'cache targets'),
    provenance: provenance === 'max' || provenance === 'none' ? provenance : 'min',
    call: CALLS.find((known) => known === call) ?? 'build',
    namedContexts,
    allow: query.getAll('allow'),
    ref: query.get('buildid') ?? '',
  };
}

function networkMode(text: string | null): BuildRequest['networkMode'] {
  return text === 'none' || text === 'host' ? text : 'default';
}

function readList<T>(text: string | null, name: string): T[] {
  if (text === null || text === '') return [];
  try {
    return JSON.parse(text) as T[];
  } catch {
    throw invalid(`error reading ${name}: invalid JSON`);
  }
}

/** Reads a build for the classic builder: the body is the context itself. */
export function readClassicRequest(query: URLSearchParams, body: Uint8Array): BuildRequest {
  let context;
  try {
    context = layerFromTar(isGzip(body) ? gunzip(body) : body, { whiteouts: false });
  } catch (error) {
    throw invalid(errorText(error));
  }
  return {
    ...readBuildRequest(query, new Uint8Array(0)),
    context,
    provenance: 'none',
  };
}
