/** Layers as tar archives (image-spec, layer.md): whiteouts are `.wh.NAME`, opaque directories hold `.wh..wh..opq`. */
import { bytesData, EMPTY, type FileData } from '../kernel/fs/data.ts';
import { EMPTY_LAYER, type Layer, type LayerDir, type LayerEntry, type LayerMeta } from '../kernel/fs/layer.ts';
import { findLinkTarget } from '../kernel/fs/lower.ts';
import { TAR_END, readTar, tarHeader, tarPadding, tarTime, type TarEntry, type TarHeader } from './tar.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Files are read in pieces of this size, so that big filler is never whole in memory. */
const PIECE = 1 << 20;

const head = (name: string, type: TarHeader['type'], meta: LayerMeta, size = 0): TarHeader => ({
  name,
  type,
  mode: meta.mode,
  uid: meta.uid,
  gid: meta.gid,
  size,
  mtime: Math.floor(meta.mtime),
});

export interface LayerTarOptions {
  /** Writes an entry for the root itself (`./`), as `docker export` and `tar -C dir .` do. */
  readonly root?: string;
  /** Keeps the order of creation; without it names are sorted, as Docker's and BuildKit's differ do. */
  readonly unsorted?: boolean;
}

/** One entry of an archive that is not bytes yet: the header, and what follows it. */
interface Item {
  readonly header: TarHeader;
  readonly data?: FileData;
}

/** The tar bytes of a layer, in pieces. Deterministic: names sorted in every directory. */
export function* layerTar(layer: Layer, options: LayerTarOptions = {}): Generator<Uint8Array> {
  const prefix = options.root ?? '';
  if (options.root !== undefined) yield tarHeader(head(options.root, 'dir', layer.root));
  yield* itemBytes(
    dirItems(layer.root, prefix, { unsorted: options.unsorted ?? false, prefix, layer, written: new Map() }),
  );
  yield TAR_END;
}

interface TarState {
  readonly unsorted: boolean;
  readonly prefix: string;
  readonly layer: Layer;
  /** Path of a hard-linked file in the layer → the name that got its content in the archive. */
  readonly written: Map<string, string>;
}

function* itemBytes(items: Iterable<Item>): Generator<Uint8Array> {
  for (const { header, data } of items) {
    yield tarHeader(header);
    if (!data) continue;
    const { size } = data;
    for (let at = 0; at < size; at += PIECE) yield data.slice(at, Math.min(size, at + PIECE));
    if (tarPadding(size) > 0) yield new Uint8Array(tarPadding(size));
  }
}

const mark = (name: string): Item => ({ header: { name, type: 'file', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 } });

function* dirItems(dir: LayerDir, path: string, state: TarState): Generator<Item> {
  if (dir.opaque && path !== '') yield mark(`${path}${OPAQUE}`);
  const names = [...dir.entries.keys()];
  if (!state.unsorted) names.sort();
  for (const name of names) yield* stateItems(dir.entries.get(name)!, path, name, state);
}

/** The tar pieces of one entry under the name `path + name`, without an end. */
export function* entryTar(entry: LayerEntry, path: string, name: string): Generator<Uint8Array> {
  const dir = entry.type === 'dir' ? entry : undefined;
  const layer: Layer = { root: dir ?? EMPTY_LAYER.root };
  yield* itemBytes(
    stateItems(entry, path, name, { unsorted: false, prefix: `${path}${name}/`, layer, written: new Map() }),
  );
}

function* stateItems(entry: LayerEntry, path: string, name: string, state: TarState): Generator<Item> {
  const full = path + name;
  const inLayer = `/${full.slice(state.prefix.length)}`;
  switch (entry.type) {
    case 'whiteout':
      yield mark(`${path}${WHITEOUT}${name}`);
      return;
    case 'dir':
      yield { header: head(`${full}/`, 'dir', entry) };
      yield* dirItems(entry, `${full}/`, state);
      return;
    case 'symlink':
      yield { header: { ...head(full, 'symlink', entry), linkname: entry.target } };
      return;
    case 'hardlink': {
      // Whichever name comes first carries the content.
      const target = entry.path.startsWith('/') ? entry.path : `/${entry.path}`;
      const first = state.written.get(target);
      const file = findLinkTarget(state.layer, target);
      if (first === undefined && file && file.type !== 'hardlink') {
        state.written.set(target, full);
        yield* stateItems(file, path, name, state);
        return;
      }
      const meta: LayerMeta = file && 'mode' in file ? file : { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
      yield { header: { ...head(full, 'hardlink', meta), linkname: first ?? target.slice(1) } };
      return;
    }
    case 'device':
      yield { header: { ...head(full, entry.kind, entry), rdev: entry.rdev } };
      return;
    case 'file': {
      const first = state.written.get(inLayer);
      if (first !== undefined && first !== full) {
        yield { header: { ...head(full, 'hardlink', entry), linkname: first } };
        return;
      }
      state.written.set(inLayer, full);
      yield { header: head(full, 'file', entry, entry.data.size), data: entry.data };
    }
  }
}

/** Content as it comes out of an archive, which knows no holes. */
const dense = (data: FileData): FileData =>
  data.blocks === undefined ? data : { size: data.size, held: data.held, slice: (from, to) => data.slice(from, to) };

/** The tree that unpacking the archive of `layer` gives, without making the archive: contents are shared, not copied. */
export function asUnpacked(layer: Layer): Layer {
  const items = dirItems(layer.root, '', { unsorted: false, prefix: '', layer, written: new Map() });
  return layerFromEntries(
    (function* (): Generator<LayerItem> {
      for (const { header, data } of items) {
        const { mode, mtime } = header;
        yield { ...header, mode: mode & 0o7777, mtime: tarTime(mtime), data: data ? dense(data) : EMPTY };
      }
    })(),
  );
}

/** Joins pieces into one array. */
export function joinBytes(pieces: Iterable<Uint8Array>): Uint8Array {
  const list = [...pieces];
  const out = new Uint8Array(list.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of list) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

interface MutableDir {
  readonly meta: LayerMeta;
  opaque: boolean;
  readonly entries: Map<string, LayerEntry | MutableDir>;
}
const isDir = (entry: LayerEntry | MutableDir | undefined): entry is MutableDir =>
  entry !== undefined && !('type' in entry);

const DEFAULT_DIR: LayerMeta = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

/** The tree a tar archive describes. Leading `./` and `/` are dropped; `..` is refused. */
export function layerFromTar(bytes: Uint8Array, options: { whiteouts?: boolean } = {}): Layer {
  return layerFromEntries(readTar(bytes), options);
}

/** An entry as `layerFromEntries` takes it: content as bytes, or as the content of a file that is there. */
type LayerItem = TarHeader & { readonly data: Uint8Array | FileData };

const asData = (data: Uint8Array | FileData): FileData => {
  if (!(data instanceof Uint8Array)) return data.size === 0 ? EMPTY : data;
  return data.length === 0 ? EMPTY : bytesData(data);
};

export function layerFromEntries(list: Iterable<TarEntry | LayerItem>, { whiteouts = true } = {}): Layer {
  let root: MutableDir = { meta: DEFAULT_DIR, opaque: false, entries: new Map() };
  const dirAt = (parts: readonly string[]): MutableDir => {
    let dir = root;
    for (const part of parts) {
      let next = dir.entries.get(part);
      if (!isDir(next)) {
        next = { meta: DEFAULT_DIR, opaque: false, entries: new Map() };
        dir.entries.set(part, next);
      }
      dir = next;
    }
    return dir;
  };
  for (const item of list) {
    const parts = item.name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw new Error(`invalid tar header: ${item.name} breaks out of the root`);
    const meta: LayerMeta = { mode: item.mode, uid: item.uid, gid: item.gid, mtime: item.mtime };
    if (parts.length === 0) {
      if (item.type === 'dir') root = { ...root, meta };
      continue;
    }
    const name = parts[parts.length - 1]!;
    const dir = dirAt(parts.slice(0, -1));
    if (whiteouts && name === OPAQUE) {
      dir.opaque = true;
      continue;
    }
    if (whiteouts && name.startsWith(WHITEOUT)) {
      const hidden = name.slice(WHITEOUT.length);
      // Aufs' own bookkeeping (.wh..wh.*) is not content.
      if (!hidden.startsWith('.wh.')) dir.entries.set(hidden, { type: 'whiteout' });
      continue;
    }
    const old = dir.entries.get(name);
    switch (item.type) {
      case 'dir':
        dir.entries.set(name, isDir(old) ? { ...old, meta } : { meta, opaque: false, entries: new Map() });
        break;
      case 'file':
        dir.entries.set(name, {
          type: 'file',
          data: asData(item.data),
          ...meta,
        });
        break;
      case 'symlink':
        dir.entries.set(name, { type: 'symlink', target: item.linkname ?? '', ...meta });
        break;
      case 'hardlink':
        dir.entries.set(name, { type: 'hardlink', path: `/${(item.linkname ?? '').replace(/^(?:\.?\/)+/, '')}` });
        break;
      default:
        dir.entries.set(name, { type: 'device', kind: item.type, rdev: item.rdev ?? [0, 0], ...meta });
    }
  }
  const freeze = (dir: MutableDir): LayerDir => ({
    type: 'dir',
    opaque: dir.opaque,
    entries: new Map([...dir.entries].map(([name, entry]) => [name, isDir(entry) ? freeze(entry) : entry])),
    ...dir.meta,
  });
  return { root: freeze(root) };
}
