/** From the flags of `docker build` to the query of the request. */
import type { BuildOutputSpec } from '../../api/build-request.ts';
import type { Query } from '../cli/api.ts';
import type { Cli } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import type { FlagSet } from '../cli/flags.ts';
import { parsePlatform } from '../cli/platform.ts';
import { canonicalIp } from '../cli/ip.ts';
import { familiarString, parseReference, tagged } from '../cli/reference.ts';
import { readCsv } from '../cli/structured.ts';
import { fileError } from '../cli/local-files.ts';
import { cacheOptions } from './cache-options.ts';
import { isDir, member, namedFolder } from './context.ts';
import type { TarEntry } from '../format/tar.ts';

const truthy = (text: string | undefined): boolean => text === '1' || text === 'true';
const fail = (message: string): CliError => new CliError(`ERROR: ${message}`);

/** `key=value` lists; a bare key of a build argument takes its value from the environment. */
function keyValues(list: readonly string[], env: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const map: Record<string, string> = {};
  for (const text of list) {
    const at = text.indexOf('=');
    const key = at < 0 ? text : text.slice(0, at);
    if (key === '') throw fail(`invalid key-value pair ${JSON.stringify(text)}: empty key`);
    if (at >= 0) map[key] = text.slice(at + 1);
    else if (env === undefined) map[key] = '';
    else if (env[key] !== undefined) map[key] = env[key];
  }
  return map;
}

/** Where a result goes, beside what the daemon is told. */
export interface OutputTarget {
  readonly spec: BuildOutputSpec;
  /** A folder, a file, or `-` for stdout; empty when nothing comes back. */
  readonly dest: string;
}

function output(cli: Cli, text: string): OutputTarget {
  const fields = readCsv(text);
  if (fields.length === 1 && fields[0] === text && !text.startsWith('type=')) {
    return text === '-' ? { spec: { type: 'tar' }, dest: '-' } : { spec: { type: 'local' }, dest: text };
  }
  const options: Record<string, string> = {};
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at < 0) throw fail(`invalid value ${field}`);
    options[field.slice(0, at).trim().toLowerCase()] = field.slice(at + 1);
  }
  const { type = '', dest = '', name, push } = options;
  if (type === '') throw fail('type is required for output');
  switch (type) {
    case 'local':
      if (dest === '') throw fail('dest is required for local output');
      if (dest === '-') throw fail('dest cannot be stdout for local output');
      return { spec: { type }, dest };
    case 'tar':
    case 'oci':
    case 'docker': {
      if (type === 'docker' && dest === '') return { spec: image(name, push), dest: '' };
      const target = dest === '' ? '-' : dest;
      if (target === '-' && cli.outIsTerminal)
        throw fail('dest file is required for ' + type + ' exporter. refusing to write to console');
      if (target !== '-' && isDir(cli, target)) throw fail(`destination directory ${target} already exists`);
      return { spec: { type, ...(name === undefined ? {} : { name }) }, dest: target };
    }
    case 'image':
      return { spec: image(name, push), dest: '' };
    case 'registry':
      return { spec: image(name, 'true'), dest: '' };
    case 'cacheonly':
      return { spec: { type }, dest: '' };
    default:
      throw fail(`failed to build: failed to solve: exporter ${JSON.stringify(type)} could not be found`);
  }
}

function image(name: string | undefined, push: string | undefined): BuildOutputSpec {
  return { type: 'image', ...(name === undefined ? {} : { name }), ...(push === 'true' ? { push: true } : {}) };
}

export interface BuildOptions {
  readonly query: Query;
  readonly outputs: readonly OutputTarget[];
  /** Members of the body beside the context: secrets, named contexts. */
  readonly extra: readonly TarEntry[];
  /** What is told before the build. */
  readonly warnings: readonly string[];
  /** `--call`: build, check, outline or targets. */
  readonly call: string;
  readonly callFormat: string;
}

function parseCall(flags: FlagSet): [string, string] {
  const text = flags.bool('check') ? 'check' : flags.string('call');
  const [first = '', ...rest] = readCsv(text);
  const format = rest.map((field) => /^format=(.*)$/.exec(field)?.[1]).find((value) => value !== undefined) ?? '';
  if (first === 'lint') return ['check', format];
  if (first !== '' && !['build', 'check', 'outline', 'targets'].includes(first)) {
    throw fail(`failed to build: failed to solve: unsupported frontend capability moby.buildkit.frontend.subrequests`);
  }
  return [first === '' ? 'build' : first, format];
}

function provenance(flags: FlagSet): string | undefined {
  let value = flags.string('provenance');
  for (const attest of flags.list('attest')) {
    if (!/(^|,)type=provenance(,|$)/.test(attest)) continue;
    const mode = /(?:^|,)mode=(\w+)/.exec(attest)?.[1];
    value = /(?:^|,)disabled=true/.test(attest) ? 'false' : (mode ?? 'true');
  }
  if (value === 'false' || value === '0') return 'none';
  if (/max/.test(value)) return 'max';
  return undefined;
}

function secrets(cli: Cli, list: readonly string[]): TarEntry[] {
  return list.flatMap((text) => {
    const options: Record<string, string> = {};
    for (const field of readCsv(text)) {
      const at = field.indexOf('=');
      if (at < 0) throw fail(`invalid field '${field}' must be a key=value pair`);
      options[field.slice(0, at).toLowerCase()] = field.slice(at + 1);
    }
    const { id = '', type = '' } = options;
    if (type !== '' && type !== 'file' && type !== 'env') throw fail(`unsupported secret type ${JSON.stringify(type)}`);
    const env = options['env'];
    const path = options['src'] ?? options['source'];
    const variable = env ?? (type === 'env' ? (path ?? id) : undefined);
    const fromEnv = variable ?? (path === undefined && cli.sys.env[id] !== undefined ? id : undefined);
    if (fromEnv !== undefined) {
      const value = cli.sys.env[fromEnv];
      return value === undefined ? [] : [member(`secrets/${id}`, value)];
    }
    const file = path ?? id;
    try {
      return [member(`secrets/${id === '' ? (file.split('/').at(-1) ?? file) : id}`, cli.sys.readFile(file))];
    } catch (error) {
      throw fail(`failed to build: failed to stat ${file}: ${fileError('stat', file, error).message}`);
    }
  });
}

/** `name=address` or `name:address`, as the daemon takes it. */
function extraHost(text: string): string {
  const [, name = '', addresses = ''] = /^([^=]*)=(.*)$/.exec(text) ?? /^([^:]*):(.*)$/.exec(text) ?? [];
  const list = addresses.split(',').map((address) => address.replace(/^\[(.+)\]$/, '$1'));
  const known = addresses === 'host-gateway' || list.every((address) => canonicalIp(address) !== undefined);
  if (name === '' || !known) throw fail(`failed to build: invalid host ${text}`);
  return `${name}:${list.join(',')}`;
}

/** Reads all flags; throws buildx's errors. */
export function readOptions(cli: Cli, flags: FlagSet): BuildOptions {
  const buildArgs = keyValues(flags.list('build-arg'), cli.sys.env);
  const labels = keyValues(flags.list('label'), undefined);
  const outputs = flags.list('output').map((text) => output(cli, text));
  if (outputs.some(({ spec }) => spec.type === 'local' || spec.type === 'tar') && flags.string('iidfile') !== '') {
    throw fail('local and tar exporters are incompatible with image ID file');
  }
  if (flags.bool('push')) {
    if (flags.bool('load')) throw fail('failed to build: push and load may not be set together at the moment');
    outputs.push({ spec: { type: 'image', push: true }, dest: '' });
  }
  const [call, callFormat] = parseCall(flags);
  const tags = flags.list('tag').map((tag) => {
    try {
      return familiarString(tagged(parseReference(tag)));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // buildx shows the name as it was given, without what was added to it.
      const detail = error.message.replace(
        /^invalid reference format: repository name \(.*\) must be lowercase$/,
        'repository name must be lowercase',
      );
      throw fail(`failed to build: invalid tag ${JSON.stringify(tag)}: ${detail}`);
    }
  });
  if (tags.length === 0 && outputs.some(({ spec }) => spec.push === true && spec.name === undefined)) {
    throw fail('failed to build: tag is needed when pushing to registry');
  }
  const platforms = flags.list('platform').flatMap((text) => text.split(','));
  const named: Record<string, string> = {};
  const folders: TarEntry[] = [];
  for (const text of flags.list('build-context')) {
    const at = text.indexOf('=');
    if (at < 0) throw fail(`invalid context value: ${text}, expected key=value`);
    const name = text.slice(0, at);
    const value = text.slice(at + 1);
    if (value.startsWith('docker-image://')) named[name] = value.slice('docker-image://'.length);
    else if (isDir(cli, value)) folders.push(...namedFolder(cli, name, value));
    else
      throw fail(
        `failed to build: failed to get build context path {${value} <nil>}: stat ${value}: no such file or directory`,
      );
  }
  const network = flags.string('network');
  if (!['', 'default', 'host', 'none'].includes(network)) {
    throw fail(
      `failed to build: network mode ${JSON.stringify(network)} not supported by buildkit - you can define a custom network for your builder using the network driver-opt in buildx create`,
    );
  }
  const builder = flags.string('builder');
  if (!['', 'default', cli.context].includes(builder)) {
    throw fail(`failed to build: no builder ${JSON.stringify(builder)} found`);
  }
  const cache = cacheOptions(cli, flags.list('cache-from'), [
    ...flags.list('cache-to'),
    ...(truthy(buildArgs['BUILDKIT_INLINE_CACHE']) ? ['type=inline'] : []),
  ]);
  return {
    call,
    callFormat,
    // the daemon gives the folders of caches back after its results
    outputs: [...outputs, ...cache.folders.map((dest): OutputTarget => ({ spec: { type: 'local' }, dest }))],
    warnings: cache.warnings,
    extra: [...secrets(cli, flags.list('secret')), ...folders, ...cache.entries],
    query: {
      version: '2',
      t: tags,
      target: flags.string('target') || undefined,
      platform: platforms.length === 0 ? undefined : platforms.map((text) => platformText(text)).join(','),
      networkmode: network === '' || network === 'default' ? undefined : network,
      shmsize: flags.number('shm-size') === 0 ? undefined : String(flags.number('shm-size')),
      extrahosts: flags.list('add-host').map(extraHost),
      nocache: flags.bool('no-cache') ? '1' : undefined,
      nocachefilter: flags.list('no-cache-filter').flatMap((text) => text.split(',')),
      pull: flags.bool('pull') ? '1' : undefined,
      buildargs: JSON.stringify(buildArgs),
      labels: JSON.stringify(labels),
      annotations:
        flags.list('annotation').length === 0
          ? undefined
          : JSON.stringify(keyValues(flags.list('annotation'), undefined)),
      outputs: outputs.length === 0 ? undefined : JSON.stringify(outputs.map(({ spec }) => spec)),
      cachefrom: cache.from.length === 0 ? undefined : JSON.stringify(cache.from),
      cacheto: cache.to.length === 0 ? undefined : JSON.stringify(cache.to),
      provenance: provenance(flags),
      call: call === 'build' ? undefined : call,
      allow: flags.list('allow'),
      ssh: flags.list('ssh').map((text) => text.split('=')[0] ?? text),
      namedcontexts: Object.keys(named).length === 0 ? undefined : JSON.stringify(named),
    },
  };
}

function platformText(text: string): string {
  try {
    const { os, architecture, variant } = parsePlatform(text);
    return [os, architecture, variant].filter((part) => part !== undefined).join('/');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw fail(`failed to build: ${error.message}`);
  }
}
