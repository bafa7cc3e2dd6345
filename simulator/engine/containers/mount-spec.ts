/** Reads what -v, --mount, --tmpfs and images ask to have mounted (moby: volume/mounts). */
import type { MountSpec } from '../../api/types.ts';
import { errorText, invalid, type ApiError } from '../errors.ts';
import type { ContainerMount } from './container.ts';

const PROPAGATION = ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'];

const clean = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
};

/** The mount of `base`'s kind with everything else at its default. */
const blank = {
  name: '',
  source: '',
  readonly: false,
  mode: '',
  propagation: '',
  copyUp: false,
  createSource: false,
  subpath: '',
  listed: true,
} as const;

const configError = (type: string, problem: string): ApiError =>
  invalid(`invalid mount config for type "${type}": ${problem}`);

function checkDestination(type: string, destination: string): void {
  if (destination === '') throw configError(type, 'field Target must not be empty');
  if (!destination.startsWith('/'))
    throw configError(type, `invalid mount path: '${destination}' mount path must be absolute`);
  if (clean(destination) === '/') throw configError(type, "invalid specification: destination can't be '/'");
}

/** One `-v` argument: `source:destination[:mode]`. The volume's name is in `name`; the volume may not exist yet. */
export function parseBind(text: string): ContainerMount {
  const parts = text.split(':');
  if (parts.length > 3 || parts[0] === '' || parts.length < 2) throw invalid(`invalid volume specification: '${text}'`);
  const [source, destination, mode = ''] = parts as [string, string, string?];
  const isPath = source.startsWith('/');
  const words = mode === '' ? [] : mode.split(',');
  const kinds = new Set<string>();
  for (const word of words) {
    const kind =
      word === 'ro' || word === 'rw'
        ? 'access'
        : word === 'z' || word === 'Z'
          ? 'label'
          : word === 'nocopy'
            ? 'copy'
            : PROPAGATION.includes(word)
              ? 'propagation'
              : ['consistent', 'cached', 'delegated', 'default'].includes(word)
                ? 'consistency'
                : '';
    if (kind === '' || kinds.has(kind) || (kind === 'copy' && isPath) || (kind === 'propagation' && !isPath))
      throw invalid(`invalid mode: ${mode}`);
    kinds.add(kind);
  }
  try {
    checkDestination(isPath ? 'bind' : 'volume', destination);
  } catch (error) {
    throw invalid(`invalid volume specification: '${text}': ${errorText(error)}`);
  }
  const common = { ...blank, destination: clean(destination), readonly: words.includes('ro') };
  if (isPath)
    return {
      ...common,
      type: 'bind',
      source: clean(source),
      mode,
      propagation: words.find((word) => PROPAGATION.includes(word)) ?? 'rprivate',
      createSource: true,
    };
  return { ...common, type: 'volume', name: source, mode: mode === '' ? 'z' : mode, copyUp: !words.includes('nocopy') };
}

/** One item of HostConfig.Mounts. `exists` tells whether a path of the host is there. */
export function parseMount(spec: MountSpec, exists: (path: string) => boolean): ContainerMount {
  const type = spec.Type ?? '';
  const source = spec.Source ?? '';
  const target = spec.Target ?? '';
  if (!['bind', 'volume', 'tmpfs', 'image', 'npipe', 'cluster'].includes(type))
    throw configError(type, 'mount type unknown');
  checkDestination(type, target);
  const common = { ...blank, destination: clean(target), readonly: spec.ReadOnly ?? false };
  switch (type) {
    case 'bind':
      if (source === '') throw configError(type, 'field Source must not be empty');
      if (spec.VolumeOptions) throw configError(type, 'field VolumeOptions must not be specified');
      if (!source.startsWith('/'))
        throw configError(type, `invalid mount path: '${source}' mount path must be absolute`);
      if (!exists(source) && !spec.BindOptions?.CreateMountpoint)
        throw configError(type, `bind source path does not exist: ${source}`);
      return {
        ...common,
        type: 'bind',
        source: clean(source),
        propagation: spec.BindOptions?.Propagation || 'rprivate',
        createSource: spec.BindOptions?.CreateMountpoint ?? false,
      };
    case 'volume':
      if (spec.BindOptions) throw configError(type, 'field BindOptions must not be specified');
      if (source === '' && spec.VolumeOptions?.Subpath)
        throw configError(type, 'must not set Subpath when using anonymous volumes');
      return {
        ...common,
        type: 'volume',
        name: source,
        mode: 'z',
        copyUp: !(spec.VolumeOptions?.NoCopy ?? false),
        subpath: spec.VolumeOptions?.Subpath ?? '',
      };
    case 'tmpfs':
      if (source !== '') throw configError(type, 'field Source must not be specified');
      return {
        ...common,
        type: 'tmpfs',
        tmpfs: {
          size: spec.TmpfsOptions?.SizeBytes ?? 0,
          mode: spec.TmpfsOptions?.Mode ?? 0o1777,
          options: tmpfsWords(spec.TmpfsOptions?.SizeBytes ?? 0, spec.TmpfsOptions?.Mode),
        },
      };
    case 'image':
      if (source === '') throw configError(type, 'field Source must not be empty');
      return { ...common, type: 'image', image: source, readonly: true, subpath: spec.ImageOptions?.Subpath ?? '' };
    default:
      throw configError(type, 'mount type unknown');
  }
}

function tmpfsWords(size: number, mode: number | undefined): string[] {
  const words = ['nosuid', 'nodev', 'noexec', 'relatime'];
  if (size > 0) words.push(`size=${size % 1024 === 0 ? `${size / 1024}k` : size}`);
  if (mode !== undefined && mode !== 0) words.push(`mode=${mode.toString(8)}`);
  return words;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** One entry of HostConfig.Tmpfs: a path and mount(8) options such as `size=1m,mode=1770`. */
export function parseTmpfs(path: string, options: string): ContainerMount {
  checkDestination('tmpfs', path);
  let size = 0;
  let mode: number | undefined;
  // Docker starts from these; an option of the user that contradicts one replaces it.
  let flags = ['nosuid', 'nodev', 'noexec'];
  let readonly = false;
  for (const word of options === '' ? [] : options.split(',')) {
    const [key, value] = word.split('=', 2) as [string, string?];
    if (key === 'size') {
      const match = /^(\d+)([bkmgt]?)%?$/i.exec(value ?? '');
      if (match === null) throw invalid(`invalid tmpfs option "${word}"`);
      size = Number(match[1]) * SIZE_UNITS[match[2]!.toLowerCase()]!;
    } else if (key === 'mode') mode = parseInt(value ?? '', 8);
    else if (key === 'ro' || key === 'rw') readonly = key === 'ro';
    else if (['exec', 'suid', 'dev'].includes(key)) flags = flags.filter((flag) => flag !== `no${key}`);
    else if (
      ![
        'noexec',
        'nosuid',
        'nodev',
        'uid',
        'gid',
        'nr_inodes',
        'nr_blocks',
        'async',
        'sync',
        'atime',
        'noatime',
        'relatime',
        'strictatime',
        'diratime',
        'nodiratime',
        'private',
        'rprivate',
        'shared',
        'rshared',
        'slave',
        'rslave',
        'unbindable',
        'runbindable',
        'mpol',
        'remount',
        'bind',
        'rbind',
        'tmpcopyup',
        'notmpcopyup',
      ].includes(key)
    )
      throw invalid(`invalid tmpfs option "${word}"`);
  }
  return {
    ...blank,
    type: 'tmpfs',
    destination: clean(path),
    readonly,
    listed: false,
    tmpfs: { size, mode: mode ?? 0o1777, options: [...flags, ...tmpfsWords(size, mode).slice(3)] },
  };
}

/** An anonymous volume at `destination` (VOLUME of an image, or `-v /path`). */
export const anonymousMount = (destination: string): ContainerMount => ({
  ...blank,
  type: 'volume',
  destination: clean(destination),
  copyUp: true,
});

/** `container[:mode]` of --volumes-from. */
export function parseVolumesFrom(text: string): { container: string; mode: string } {
  const [container, mode = 'rw', ...rest] = text.split(':');
  if (!container || rest.length > 0) throw invalid('malformed volumes-from specification');
  if (!['ro', 'rw', 'z', 'Z'].includes(mode)) throw invalid(`invalid mode: ${mode}`);
  return { container, mode };
}
