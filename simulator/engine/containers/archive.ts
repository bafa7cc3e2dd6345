/** Files into and out of containers (docker cp), and the whole tree (docker export). */
import type { PathStat } from '../../api/types.ts';
import { isErrno } from '../../kernel/errno.ts';
import type { FileAccess } from '../../kernel/kernel.ts';
import type { Stat } from '../../kernel/abi.ts';
import type { Layer, LayerDir, LayerEntry } from '../../kernel/fs/layer.ts';
import { layerFromTar, layerTar } from '../../image/layer-tar.ts';
import type { Engine } from '../engine.ts';
import { ApiError, invalid, notFound } from '../errors.ts';
import { rfc3339 } from '../time.ts';
import type { Container } from './container.ts';
import { containerFiles } from './rootfs.ts';

/** Go's os.FileMode bits. */
const MODE_DIR = 2 ** 31;
const MODE_SYMLINK = 2 ** 27;
const MODE_DEVICE = 2 ** 26;
const MODE_FIFO = 2 ** 25;
const MODE_SOCKET = 2 ** 24;
const MODE_CHAR = 2 ** 21;

function goMode(stat: Stat): number {
  const type = {
    file: 0,
    dir: MODE_DIR,
    symlink: MODE_SYMLINK,
    char: MODE_DEVICE + MODE_CHAR,
    block: MODE_DEVICE,
    fifo: MODE_FIFO,
    socket: MODE_SOCKET,
  }[stat.type];
  return type + (stat.mode & 0o777);
}

const clean = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
};

const baseName = (path: string): string => (path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1));

/** Whether the path asks for what is in a folder (`/dir/.`): entries are then named from `./` on. */
const isContents = (path: string): boolean => path === '.' || path.endsWith('/.');

/** Looks a path up. Throws Docker's text where there is nothing. */
function lookup(files: FileAccess, container: Container, path: string): { path: string; stat: Stat } {
  const given = clean(path);
  try {
    const stat = files.stat(given, path.endsWith('/') || path.endsWith('/.'));
    return { path: given, stat };
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR'))
      throw notFound(`Could not find the file ${path} in container ${container.name}`);
    throw error;
  }
}

/** What HEAD archive tells of a path. */
export function pathStat(engine: Engine, container: Container, path: string): PathStat {
  const files = containerFiles(engine.kernel, container);
  const found = lookup(files, container, path);
  return {
    name: isContents(path) ? '.' : baseName(found.path),
    size: found.stat.type === 'dir' ? 4096 : found.stat.size,
    mode: goMode(found.stat),
    mtime: rfc3339(found.stat.mtime),
    linkTarget: found.stat.type === 'symlink' ? resolveLink(files, found.path) : '',
  };
}

/** The path a link leads to within the container. */
function resolveLink(files: FileAccess, path: string): string {
  const target = files.readlink(path);
  return target.startsWith('/') ? clean(target) : clean(`${path.slice(0, path.lastIndexOf('/'))}/${target}`);
}

/** The header that carries a PathStat. */
export const pathStatHeader = (stat: PathStat): Record<string, string> => ({
  'X-Docker-Container-Path-Stat': btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(stat)))),
});

/** GET archive: a tar of the path; its entries are named after the last part of the path. */
export function* archivePath(engine: Engine, container: Container, path: string): Generator<Uint8Array> {
  const files = containerFiles(engine.kernel, container);
  const found = lookup(files, container, path);
  let at = found.path;
  if (found.stat.type === 'symlink' && (path.endsWith('/') || path.endsWith('/.'))) at = resolveLink(files, at);
  const name = baseName(at);
  engine.containerEvent(container, 'archive-path');
  const { root } = files.snapshot(at === '/' ? '/' : at.slice(0, at.lastIndexOf('/')) || '/');
  if (at === '/') {
    yield* layerTar({ root }, { root: isContents(path) ? './' : '/' });
    return;
  }
  const entry = root.entries.get(name);
  if (entry === undefined) throw notFound(`Could not find the file ${path} in container ${container.name}`);
  if (isContents(path) && entry.type === 'dir') yield* layerTar({ root: entry }, { root: './' });
  else yield* layerTar(single(name, entry));
}

const single = (name: string, entry: LayerEntry): Layer => ({
  root: { type: 'dir', opaque: false, entries: new Map([[name, entry]]), mode: 0o755, uid: 0, gid: 0, mtime: 0 },
});

/** PUT archive: unpacks a tar into a directory of the container. */
export function extractArchive(
  engine: Engine,
  container: Container,
  path: string,
  tar: Uint8Array,
  options: { noOverwriteDirNonDir: boolean },
): void {
  const files = containerFiles(engine.kernel, container);
  const found = lookup(files, container, path);
  const at = found.stat.type === 'symlink' ? resolveLink(files, found.path) : found.path;
  if (files.stat(at).type !== 'dir') throw invalid('extraction point is not a directory');
  if (container.hostConfig.ReadonlyRootfs && !onWritableMount(container, at))
    throw new ApiError(403, 'container rootfs is marked read-only');
  const mount = mountOf(container, at);
  if (mount?.readonly) throw new ApiError(403, 'mounted volume is marked read-only');
  if (tar.length > 0 && tar.length < 512) throw invalid('unexpected EOF');
  const layer = layerFromTar(tar, { whiteouts: false });
  if (options.noOverwriteDirNonDir) checkOverwrites(files, at, layer.root);
  files.apply(at, withoutRoot(layer, files, at));
  engine.containerEvent(container, 'extract-to-dir');
}

/** The directory that is unpacked into keeps its own owner, mode and time. */
function withoutRoot(layer: Layer, files: FileAccess, at: string): Layer {
  const stat = files.stat(at);
  return { root: { ...layer.root, mode: stat.mode, uid: stat.uid, gid: stat.gid, mtime: stat.mtime / 1000 } };
}

function checkOverwrites(files: FileAccess, at: string, dir: LayerDir): void {
  for (const [name, entry] of dir.entries) {
    const path = at === '/' ? `/${name}` : `${at}/${name}`;
    if (!files.exists(path)) continue;
    const isDir = files.stat(path).type === 'dir';
    if (isDir && entry.type !== 'dir') throw invalid(`cannot overwrite directory "${path}" with non-directory "${at}"`);
    if (!isDir && entry.type === 'dir')
      throw invalid(`cannot overwrite non-directory "${path}" with directory "${at}"`);
  }
}

const mountOf = (container: Container, path: string) =>
  container.mounts
    .filter((mount) => path === mount.destination || path.startsWith(`${mount.destination}/`))
    .sort((a, b) => b.destination.length - a.destination.length)[0];

const onWritableMount = (container: Container, path: string): boolean => {
  const mount = mountOf(container, path);
  return mount !== undefined && !mount.readonly;
};

/** GET export: the container's own tree, without what is mounted into it. */
export function* exportContainer(engine: Engine, container: Container): Generator<Uint8Array> {
  const mounts = engine.kernel.createMounts();
  mounts.mount('/', { type: 'overlay', lower: container.layers, upper: container.upper }, { readonly: true });
  engine.containerEvent(container, 'export');
  yield* layerTar(mounts.files.snapshot('/'));
}
