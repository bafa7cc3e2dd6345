/** Drafts of layers: files laid path by path, then frozen into an immutable layer. */
import { fillerData, textData, type FileData } from '../../kernel/fs/data.ts';
import type { Layer, LayerDir, LayerEntry } from '../../kernel/fs/layer.ts';
import { executable } from '../../kernel/programs.ts';

export interface DraftMeta {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

interface DraftDir {
  readonly kind: 'draft';
  mode: number;
  uid: number;
  gid: number;
  readonly entries: Map<string, DraftDir | LayerEntry>;
}

const isDraft = (entry: DraftDir | LayerEntry | undefined): entry is DraftDir =>
  entry !== undefined && 'kind' in entry && entry.kind === 'draft';

const newDir = (mode = 0o755): DraftDir => ({ kind: 'draft', mode, uid: 0, gid: 0, entries: new Map() });

/** A whole number made from a name, so that filler and sizes differ from file to file but never from run to run. */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

export class LayerDraft {
  readonly #root = newDir();
  readonly #mtime: number;
  /** `mtime` in seconds, for every entry. */
  constructor(mtime: number) {
    this.#mtime = mtime;
  }

  #dir(parts: readonly string[]): DraftDir {
    let at = this.#root;
    for (const part of parts) {
      let next = at.entries.get(part);
      if (!isDraft(next)) {
        next = newDir();
        at.entries.set(part, next);
      }
      at = next;
    }
    return at;
  }
  #put(path: string, entry: LayerEntry): this {
    const parts = path.split('/').filter((part) => part !== '');
    const name = parts.pop()!;
    this.#dir(parts).entries.set(name, entry);
    return this;
  }

  dir(path: string, meta: DraftMeta = {}): this {
    const dir = this.#dir(path.split('/').filter((part) => part !== ''));
    if (meta.mode !== undefined) dir.mode = meta.mode;
    if (meta.uid !== undefined) dir.uid = meta.uid;
    if (meta.gid !== undefined) dir.gid = meta.gid;
    return this;
  }
  dirs(paths: string): this {
    for (const path of paths.trim().split(/\s+/)) this.dir(path);
    return this;
  }
  file(path: string, content: string | FileData, meta: DraftMeta = {}): this {
    return this.#put(path, {
      type: 'file',
      data: typeof content === 'string' ? textData(content) : content,
      mode: meta.mode ?? 0o644,
      uid: meta.uid ?? 0,
      gid: meta.gid ?? 0,
      mtime: this.#mtime,
    });
  }
  symlink(path: string, target: string): this {
    return this.#put(path, { type: 'symlink', target, mode: 0o777, uid: 0, gid: 0, mtime: this.#mtime });
  }
  /** Another name for the file at `target` of this layer. */
  link(path: string, target: string): this {
    return this.#put(path, { type: 'hardlink', path: target });
  }
  /** An executable that runs `program`; without a size one is made up from its name. */
  program(path: string, program: string, size?: number, mode = 0o755): this {
    return this.file(path, executable(program, size ?? 14_000 + (nameHash(program) % 90_000)), { mode });
  }
  /** Executables from a table of path → program. */
  programs(table: Readonly<Record<string, string>>, sizes: Readonly<Record<string, number>> = {}): this {
    for (const [path, program] of Object.entries(table)) this.program(path, program, sizes[path]);
    return this;
  }
  /** A big file without meaning: a library, an archive. */
  filler(path: string, size: number, meta: DraftMeta & { noise?: number } = {}): this {
    return this.file(path, fillerData(size, nameHash(path), undefined, meta.noise ?? 0.38), meta);
  }
  /** Several: `name size` pairs in one text, sizes in kB. */
  libraries(dir: string, table: string, meta: DraftMeta & { noise?: number } = {}): this {
    const words = table.trim().split(/\s+/);
    for (let i = 0; i < words.length; i += 2) this.filler(`${dir}/${words[i]}`, Number(words[i + 1]) * 1000, meta);
    return this;
  }
  /** Bytes of all files so far. */
  size(): number {
    const visit = (dir: DraftDir): number => {
      let bytes = 0;
      for (const entry of dir.entries.values()) {
        if (isDraft(entry)) bytes += visit(entry);
        else if (entry.type === 'file') bytes += entry.data.size;
      }
      return bytes;
    };
    return visit(this.#root);
  }
  /** Fills up to `total` bytes with one more file. */
  fillTo(total: number, path: string, meta: { noise?: number } = {}): this {
    const rest = total - this.size();
    return rest > 0 ? this.filler(path, rest, meta) : this;
  }

  freeze(): Layer {
    const visit = (dir: DraftDir): LayerDir => ({
      type: 'dir',
      opaque: false,
      entries: new Map([...dir.entries].map(([name, entry]) => [name, isDraft(entry) ? visit(entry) : entry])),
      mode: dir.mode,
      uid: dir.uid,
      gid: dir.gid,
      mtime: this.#mtime,
    });
    return { root: visit(this.#root) };
  }
}
